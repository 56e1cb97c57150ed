// The way of a wire, from the right of one card to the left of another. Start at `wayOf` and `curve`.
import type { Wire } from "./drawing";
import { CARD_WIDTH, type Lane, type Layout, type Places, type Point, pairOf, WIRE_Y } from "./place";

/** Least reach of a curve, so that wires that run back can be told from those that do not. */
const REACH_LEAST = 48;

/** Where the cards at both ends stand, and the lanes between them. */
export interface Way {
  from: Point;
  to: Point;
  lanes: readonly Lane[];
}

/** A cubic curve by its four points. */
export type Cubic = readonly [Point, Point, Point, Point];

const NO_LANES: readonly Lane[] = [];

/** The way of a wire with its cards where they stand now; null where one of them is not drawn. */
export function wayOf(
  { from, to }: Pick<Wire, "from" | "to">,
  standing: Pick<Places, "get">,
  layout: Layout,
): Way | null {
  const [start, end] = [standing.get(from), standing.get(to)];
  if (!start || !end) return null;
  // Its lanes lead from where the layout put its cards, and not from where somebody moved them.
  const isMoved = !isAt(start, layout.places.get(from)) || !isAt(end, layout.places.get(to));
  return { from: start, to: end, lanes: (isMoved ? null : layout.lanes.get(pairOf(from, to))) ?? NO_LANES };
}

const isAt = (point: Point, other: Point | undefined): boolean => point.x === other?.x && point.y === other.y;

/** The curves that a wire is made of. */
export function cubics({ from, to, lanes }: Way): readonly Cubic[] {
  let at: Point = { x: from.x + CARD_WIDTH, y: from.y + WIRE_Y };
  const pieces: Cubic[] = [];
  const go = (next: Point, least: number) => {
    const reach = Math.max(least, Math.abs(next.x - at.x) / 2);
    pieces.push([at, { x: at.x + reach, y: at.y }, { x: next.x - reach, y: next.y }, next]);
    at = next;
  };
  for (const { left, right, y } of lanes) {
    go({ x: left, y }, 0);
    go({ x: right, y }, 0);
  }
  go({ x: to.x, y: to.y + WIRE_Y }, lanes.length > 0 ? 0 : REACH_LEAST);
  return pieces;
}

/** The path of a wire, and where its number stands. */
export function curve(way: Way): { path: string; middle: Point } {
  const pieces = cubics(way);
  const path = pieces.map(([a, b, c, d], index) => {
    const bend = `C${b.x} ${b.y} ${c.x} ${c.y} ${d.x} ${d.y}`;
    return index === 0 ? `M${a.x} ${a.y}${bend}` : bend;
  });
  // On the last lane, where no other wire has its number; else half way along, which is between the ends, for the handles
  // of the curve are level with them.
  const lane = way.lanes.at(-1);
  const [a, , , d] = pieces[0] ?? [];
  const middle = lane
    ? { x: (lane.left + lane.right) / 2, y: lane.y }
    : { x: ((a?.x ?? 0) + (d?.x ?? 0)) / 2, y: ((a?.y ?? 0) + (d?.y ?? 0)) / 2 };
  return { path: path.join(""), middle };
}
