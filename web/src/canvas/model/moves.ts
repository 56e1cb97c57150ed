// What people moved by hand, with undo. Kept apart from the layout, so that undoing all of it gives the layout back.
import type { Places, Point } from "./place";

export interface Moves {
  at: Readonly<Record<string, Point>>;
  past: ReadonlyArray<Readonly<Record<string, Point>>>;
}

/** So many moves can be undone, and so many cards remembered. */
const UNDO_MAX = 50;
const CARDS_MOST = 400;

export const noMoves: Moves = { at: {}, past: [] };

export function move(moves: Moves, moved: Readonly<Record<string, Point>>): Moves {
  const at = Object.fromEntries(Object.entries({ ...moves.at, ...moved }).slice(-CARDS_MOST));
  return { at, past: [...moves.past, moves.at].slice(-UNDO_MAX) };
}

export function undoMove(moves: Moves): Moves {
  const at = moves.past[moves.past.length - 1];
  return at ? { at, past: moves.past.slice(0, -1) } : moves;
}

/** Back to the layout; this can be undone too. */
export function clearMoves(moves: Moves): Moves {
  return Object.keys(moves.at).length === 0
    ? moves
    : { at: {}, past: [...moves.past, moves.at].slice(-UNDO_MAX) };
}

export function withMoves(places: Places, moves: Moves): Places {
  const mine = Object.entries(moves.at).filter(([id]) => places.has(id));
  return mine.length === 0 ? places : new Map([...places, ...mine]);
}

/** What was stored: anything that is no pair of numbers is left out. */
export function movesFrom(stored: unknown): Moves {
  if (typeof stored !== "object" || stored === null) return noMoves;
  const at: Record<string, Point> = {};
  for (const [id, point] of Object.entries(stored).slice(0, CARDS_MOST)) {
    const { x, y } = (point ?? {}) as Partial<Point>;
    if (Number.isFinite(x) && Number.isFinite(y)) at[id] = { x: Number(x), y: Number(y) };
  }
  return { at, past: [] };
}
