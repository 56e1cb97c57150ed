// From an answer to a drawing with places and numbers, each kept as long as what it depends on does not change.
import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Topology } from "../../api/topology";
import { type Drawing, draw, isDrawnAlike } from "../model/drawing";
import { LiveStore } from "../model/live";
import { type Layout, layOut } from "../model/place";
import { whenFree } from "./when-free";

/** Layouts of the last drawings: going back to a level costs nothing. */
const KEPT = 8;
const layouts = new Map<string, Layout>();

function layoutOf(drawing: Drawing): Layout {
  const known = layouts.get(drawing.key);
  const layout = known ?? layOut(drawing);
  layouts.delete(drawing.key);
  layouts.set(drawing.key, layout);
  for (const oldest of layouts.keys()) {
    if (layouts.size <= KEPT) break;
    layouts.delete(oldest);
  }
  return layout;
}

export function useDrawing(
  topology: Topology,
  open: ReadonlySet<string>,
  frame: RefObject<HTMLElement | null>,
): { drawing: Drawing; layout: Layout; live: LiveStore } {
  const before = useRef<{ topology: Topology; open: ReadonlySet<string>; drawing: Drawing } | null>(null);
  const drawing = useMemo(() => {
    const last = before.current;
    if (last && last.open === open && isDrawnAlike(last.topology, topology)) return last.drawing;
    return draw(topology, open, last?.drawing);
  }, [topology, open]);
  const layout = useMemo(() => layoutOf(drawing), [drawing]);
  const [live] = useState(() => {
    const store = new LiveStore();
    store.update(drawing, topology);
    return store;
  });
  // New numbers wait while a hand moves the picture. Before anything is painted: a new card never shows without its numbers.
  useLayoutEffect(() => {
    before.current = { topology, open, drawing };
    live.update(drawing, topology, (rest) => whenFree(frame.current, rest));
  }, [live, drawing, topology, open, frame]);
  return { drawing, layout, live };
}
