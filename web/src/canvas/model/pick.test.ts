import { describe, expect, it } from "vitest";
import { curve, type Way } from "./curve";
import type { Wire } from "./drawing";
import { wireNear } from "./pick";
import type { Lane, Point } from "./place";

const wire = (id: string, from: string, to: string): Wire => ({
  id,
  from,
  to,
  kind: "send",
  members: [id],
  badge: null,
});

const places = new Map<string, Point>([
  ["a", { x: 0, y: 0 }],
  ["b", { x: 600, y: 0 }],
  ["c", { x: 600, y: 400 }],
]);
const between = (from: string, to: string, lanes: readonly Lane[] = []): Way | null => {
  const [start, end] = [places.get(from), places.get(to)];
  return start && end ? { from: start, to: end, lanes } : null;
};
const wayOf = ({ from, to }: Wire) => between(from, to);
const middleOf = (from: string, to: string): Point => {
  const way = between(from, to);
  if (!way) throw new Error("no such way");
  return curve(way).middle;
};
const wires = [wire("level", "a", "b"), wire("down", "a", "c"), wire("nowhere", "a", "gone")];

describe("the wire that a hand points at", () => {
  it("is the one under it, wherever along the way", () => {
    expect(wireNear(wires, wayOf, middleOf("a", "b"), 8)).toBe("level");
    expect(wireNear(wires, wayOf, middleOf("a", "c"), 8)).toBe("down");
    const { x, y } = middleOf("a", "b");
    expect(wireNear(wires, wayOf, { x: x + 90, y }, 8)).toBe("level");
  });

  it("is none beyond its reach, and where an end is not drawn", () => {
    const { x, y } = middleOf("a", "b");
    expect(wireNear(wires, wayOf, { x, y: y - 9 }, 8)).toBeNull();
    expect(wireNear(wires, wayOf, { x, y: y - 7 }, 8)).toBe("level");
    expect(wireNear([wire("nowhere", "a", "gone")], wayOf, { x, y }, 1_000)).toBeNull();
  });

  it("is the nearer of two that both are in reach", () => {
    const { x, y } = middleOf("a", "b");
    const both = 1_000;
    expect(wireNear(wires, wayOf, { x, y: y - 20 }, both)).toBe("level");
    expect(wireNear(wires, wayOf, { x: middleOf("a", "c").x, y: middleOf("a", "c").y + 20 }, both)).toBe(
      "down",
    );
  });

  it("is found on wires that run back, too", () => {
    expect(wireNear([wire("back", "b", "a")], wayOf, middleOf("b", "a"), 2)).toBe("back");
  });

  it("is found along its lanes, and no more where it would run without them", () => {
    const lanes = [{ left: 300, right: 540, y: -60 }];
    const past = () => between("a", "b", lanes);
    expect(wireNear(wires.slice(0, 1), past, { x: 420, y: -60 }, 4)).toBe("level");
    expect(wireNear(wires.slice(0, 1), past, { x: 420, y: middleOf("a", "b").y }, 4)).toBeNull();
  });
});
