// The curve of a wire, from the right of one card to the left of another. Start at `curve`.
import { CARD_WIDTH, type Point, WIRE_Y } from "./place";

/** Least reach of a curve, so that wires that run back can be told from those that do not. */
const REACH_LEAST = 48;

/** The path of a wire between two cards, and its middle. */
export function curve(from: Point, to: Point): { path: string; middle: Point } {
  const start = { x: from.x + CARD_WIDTH, y: from.y + WIRE_Y };
  const end = { x: to.x, y: to.y + WIRE_Y };
  const reach = Math.max(REACH_LEAST, Math.abs(end.x - start.x) / 2);
  const path = `M${start.x} ${start.y}C${start.x + reach} ${start.y} ${end.x - reach} ${end.y} ${end.x} ${end.y}`;
  // Half way along a cubic curve whose handles are level with its ends.
  return { path, middle: { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 } };
}
