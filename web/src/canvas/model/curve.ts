// The curve of a wire, from the right of one card to the left of another. Start at `curve`.
import { CARD_WIDTH, type Point, WIRE_Y } from "./place";

/** Least reach of a curve, so that wires that run back can be told from those that do not. */
const REACH_LEAST = 48;

/** The four points of a wire's cubic curve between two cards. */
export function bent(from: Point, to: Point): readonly [Point, Point, Point, Point] {
  const start = { x: from.x + CARD_WIDTH, y: from.y + WIRE_Y };
  const end = { x: to.x, y: to.y + WIRE_Y };
  const reach = Math.max(REACH_LEAST, Math.abs(end.x - start.x) / 2);
  return [start, { x: start.x + reach, y: start.y }, { x: end.x - reach, y: end.y }, end];
}

/** The path of a wire between two cards, and its middle. */
export function curve(from: Point, to: Point): { path: string; middle: Point } {
  const [a, b, c, d] = bent(from, to);
  const path = `M${a.x} ${a.y}C${b.x} ${b.y} ${c.x} ${c.y} ${d.x} ${d.y}`;
  // Half way along a cubic curve whose handles are level with its ends.
  return { path, middle: { x: (a.x + d.x) / 2, y: (a.y + d.y) / 2 } };
}
