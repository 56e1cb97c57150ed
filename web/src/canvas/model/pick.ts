// Which wire a hand points at. Found by reckoning, not by asking the browser: that outlines every wire for each move of the
// pointer. Start at `wireNear`.
import { type Cubic, cubics, type Way } from "./curve";
import type { Wire } from "./drawing";
import type { Point } from "./place";

/** So many straight pieces stand for a curve. The longest is then off by less than a pixel or two. */
const PIECES = 24;

/** The id of the wire that is nearest to a point, and not farther from it than `reach`; null where there is none. */
export function wireNear(
  wires: readonly Wire[],
  wayOf: (wire: Wire) => Way | null,
  point: Point,
  reach: number,
): string | null {
  let nearest: string | null = null;
  let best = reach;
  for (const wire of wires) {
    const way = wayOf(wire);
    for (const piece of way ? cubics(way) : []) {
      const distance = distanceTo(piece, point, best);
      if (distance > best) continue;
      best = distance;
      nearest = wire.id;
    }
  }
  return nearest;
}

/** From a point to a curve; endless where it is farther than `reach` for sure. */
function distanceTo(curve: Cubic, point: Point, reach: number): number {
  // A curve stays within the box of its four points.
  const xs = curve.map(({ x }) => x);
  const ys = curve.map(({ y }) => y);
  if (point.x < Math.min(...xs) - reach || point.x > Math.max(...xs) + reach) return Number.POSITIVE_INFINITY;
  if (point.y < Math.min(...ys) - reach || point.y > Math.max(...ys) + reach) return Number.POSITIVE_INFINITY;
  let nearest = Number.POSITIVE_INFINITY;
  let before = curve[0];
  for (let piece = 1; piece <= PIECES; piece += 1) {
    const at = along(curve, piece / PIECES);
    nearest = Math.min(nearest, toPiece(before, at, point));
    before = at;
  }
  return nearest;
}

/** The point of a cubic curve at a part of its way, 0 to 1. */
function along([a, b, c, d]: Cubic, part: number): Point {
  const rest = 1 - part;
  const [u, v, w, z] = [rest ** 3, 3 * rest * rest * part, 3 * rest * part * part, part ** 3];
  return { x: u * a.x + v * b.x + w * c.x + z * d.x, y: u * a.y + v * b.y + w * c.y + z * d.y };
}

function toPiece(a: Point, b: Point, point: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const part =
    length === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - a.x) * dx + (point.y - a.y) * dy) / length));
  return Math.hypot(point.x - a.x - part * dx, point.y - a.y - part * dy);
}
