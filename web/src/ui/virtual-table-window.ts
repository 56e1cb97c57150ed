// Which rows of a long table stand in the page. Rows come a few at a time, as many as this machine draws within part of a
// frame: what somebody does next is never waited for until a whole screen is drawn. On a fast machine that is all at once.
// A library that draws a whole screen at once was measured beside it: a key then waits for 30 rows. Start at `useRowWindow`.
import { type RefObject, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

/** Rows from an index to another, which is not among them. */
export interface Span {
  from: number;
  to: number;
}

/** Rows that stand ready above and below what is in sight. */
const BEYOND = 8;
/** Of a frame's 16 ms, those that new rows may take with all that follows; the rest is for what comes in. */
const GIVEN_MS = 10;
/** A frame without new rows costs about as much as so many rows. */
const FRAME_IN_ROWS = 3;
const FEWEST = 2;
const MOST = 60;
/** How much the newest frame says about the cost of a row. */
const NEWEST = 0.3;
/** Of the frame before it was measured, in pixels. */
const HEIGHT_FIRST = 600;

/** The rows in sight. `height` is that of the frame, all in pixels. */
export function inSight(top: number, height: number, rowHeight: number, count: number): Span {
  const to = Math.min(count, Math.ceil((top + height) / rowHeight));
  return { from: Math.min(Math.max(0, Math.floor(top / rowHeight)), to), to };
}

/**
 * One step from the rows that are drawn to those that should be: at most `most` new ones, those in sight before those beyond.
 * Never leaves a gap: after a jump it begins at the end where the jump leads.
 */
export function advance(now: Span, seen: Span, count: number, most: number): Span {
  const wanted = { from: Math.max(0, seen.from - BEYOND), to: Math.min(count, seen.to + BEYOND) };
  if (now.from >= seen.to || now.to <= seen.from) {
    const rows = Math.min(most, seen.to - seen.from);
    return now.from < seen.from
      ? { from: seen.to - rows, to: seen.to }
      : { from: seen.from, to: seen.from + rows };
  }
  let { from, to } = { from: Math.max(now.from, wanted.from), to: Math.min(now.to, wanted.to) };
  let left = most;
  for (const goal of [seen, wanted]) {
    const below = Math.min(left, Math.max(0, goal.to - to));
    const above = Math.min(left - below, Math.max(0, from - goal.from));
    to += below;
    from -= above;
    left -= below + above;
  }
  return { from, to };
}

/** How many rows of one are not among the other. */
const added = (before: Span, after: Span) =>
  after.to - after.from - Math.max(0, Math.min(before.to, after.to) - Math.max(before.from, after.from));

/** Learns what a row costs here, from the input to the end of the frame's work. */
class Pace {
  #rowMs = 0.6;
  #began = 0;
  #rows = 0;
  readonly #after = new MessageChannel();

  constructor() {
    // A message that is sent while a frame is made arrives when style, layout and paint are done.
    this.#after.port1.onmessage = () => {
      if (this.#rows === 0) return;
      const took = (performance.now() - this.#began) / (this.#rows + FRAME_IN_ROWS);
      this.#rowMs += (took - this.#rowMs) * NEWEST;
      this.#rows = 0;
    };
  }

  /** New rows that fit into a frame. */
  get rows(): number {
    return Math.min(MOST, Math.max(FEWEST, Math.floor(GIVEN_MS / this.#rowMs) - FRAME_IN_ROWS));
  }

  draws(rows: number): void {
    this.#began = performance.now();
    this.#rows = rows;
    this.#after.port2.postMessage(null);
  }

  end(): void {
    this.#after.port1.close();
  }
}

/** The rows of a scrolled frame that are to be drawn, kept up with how far it is scrolled and how high it is. */
export function useRowWindow(frame: RefObject<HTMLElement | null>, count: number, rowHeight: number): Span {
  const [span, setSpan] = useState<Span>(() => {
    const { from, to } = inSight(0, HEIGHT_FIRST, rowHeight, count);
    return { from, to: Math.min(count, to + BEYOND) };
  });
  const drawn = useRef(span);
  const length = useRef(count);
  const again = useRef<() => void>(undefined);
  useEffect(() => {
    length.current = count;
    again.current?.();
  }, [count]);
  // Not sooner: a frame that holds the rows is not there yet when they are drawn for the first time.
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const pace = new Pace();
    let height = element.clientHeight;
    let asked = 0;
    let last = element.scrollTop;
    const draw = () => {
      asked = 0;
      const top = element.scrollTop;
      const passed = Math.abs(top - last) / rowHeight;
      last = top;
      // Rows that pass faster than they can be drawn would be gone before anybody sees them.
      if (passed > pace.rows) return ask();
      const before = drawn.current;
      const count = length.current;
      const after = advance(before, inSight(top, height, rowHeight, count), count, pace.rows);
      if (after.from === before.from && after.to === before.to) return;
      drawn.current = after;
      pace.draws(added(before, after));
      flushSync(() => setSpan(after));
      ask();
    };
    const ask = () => {
      asked ||= requestAnimationFrame(draw);
    };
    const sized = new ResizeObserver(() => {
      height = element.clientHeight;
      ask();
    });
    sized.observe(element);
    element.addEventListener("scroll", ask, { passive: true });
    again.current = ask;
    ask();
    return () => {
      again.current = undefined;
      cancelAnimationFrame(asked);
      sized.disconnect();
      element.removeEventListener("scroll", ask);
      pace.end();
    };
  }, [frame, rowHeight]);
  // A list that became shorter is drawn before its frame is scrolled.
  return { from: Math.min(span.from, count), to: Math.min(span.to, count) };
}
