// What somebody moved by hand, kept in this browser for each view.
import { useCallback, useState } from "react";
import { clearMoves, type Moves, move, movesFrom, undoMove } from "../model/moves";
import type { Point } from "../model/place";

const PREFIX = "linkmesh.canvas.v1.";
/** Views that are remembered; the oldest are forgotten. */
const VIEWS_MAX = 30;
const ORDER = `${PREFIX}order`;

export function useMoves(view: string): {
  moves: Moves;
  onMove: (moved: Readonly<Record<string, Point>>) => void;
  undo: () => void;
  clear: () => void;
} {
  const [kept, setKept] = useState(() => ({ view, moves: read(view) }));
  if (kept.view !== view) setKept({ view, moves: read(view) });
  const change = useCallback(
    (next: (moves: Moves) => Moves) =>
      setKept(({ moves }) => {
        const changed = next(moves);
        write(view, changed);
        return { view, moves: changed };
      }),
    [view],
  );
  return {
    moves: kept.moves,
    onMove: useCallback((moved) => change((moves) => move(moves, moved)), [change]),
    undo: useCallback(() => change(undoMove), [change]),
    clear: useCallback(() => change(clearMoves), [change]),
  };
}

function read(view: string): Moves {
  try {
    return movesFrom(JSON.parse(localStorage.getItem(PREFIX + view) ?? "{}"));
  } catch {
    return movesFrom(null);
  }
}

function write(view: string, { at }: Moves): void {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(ORDER) ?? "[]");
    const order = (Array.isArray(stored) ? stored.filter((name) => typeof name === "string") : []).filter(
      (name) => name !== view,
    );
    const isEmpty = Object.keys(at).length === 0;
    if (isEmpty) localStorage.removeItem(PREFIX + view);
    else localStorage.setItem(PREFIX + view, JSON.stringify(at));
    const next = isEmpty ? order : [...order, view];
    for (const oldest of next.slice(0, -VIEWS_MAX)) localStorage.removeItem(PREFIX + oldest);
    localStorage.setItem(ORDER, JSON.stringify(next.slice(-VIEWS_MAX)));
  } catch {
    // A full or closed storage costs the moves at a reload, not now.
  }
}
