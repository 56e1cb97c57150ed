import { describe, expect, it } from "vitest";
import { curve } from "./curve";
import type { Wire } from "./drawing";
import { wireNear } from "./pick";
import type { Places } from "./place";

const wire = (id: string, from: string, to: string): Wire => ({
  id,
  from,
  to,
  kind: "send",
  members: [id],
  badge: null,
});

const places: Places = new Map([
  ["a", { x: 0, y: 0 }],
  ["b", { x: 600, y: 0 }],
  ["c", { x: 600, y: 400 }],
]);
const wires = [wire("level", "a", "b"), wire("down", "a", "c"), wire("nowhere", "a", "gone")];
const middleOf = (to: string) =>
  curve(places.get("a") ?? { x: 0, y: 0 }, places.get(to) ?? { x: 0, y: 0 }).middle;

describe("the wire that a hand points at", () => {
  it("is the one under it, wherever along the way", () => {
    expect(wireNear(wires, places, middleOf("b"), 8)).toBe("level");
    expect(wireNear(wires, places, middleOf("c"), 8)).toBe("down");
    const { x, y } = middleOf("b");
    expect(wireNear(wires, places, { x: x + 90, y }, 8)).toBe("level");
  });

  it("is none beyond its reach, and where an end is not drawn", () => {
    const { x, y } = middleOf("b");
    expect(wireNear(wires, places, { x, y: y - 9 }, 8)).toBeNull();
    expect(wireNear(wires, places, { x, y: y - 7 }, 8)).toBe("level");
    expect(wireNear([wire("nowhere", "a", "gone")], places, { x, y }, 1_000)).toBeNull();
  });

  it("is the nearer of two that both are in reach", () => {
    const { x, y } = middleOf("b");
    const both = 1_000;
    expect(wireNear(wires, places, { x, y: y - 20 }, both)).toBe("level");
    expect(wireNear(wires, places, { x: middleOf("c").x, y: middleOf("c").y + 20 }, both)).toBe("down");
  });

  it("is found on wires that run back, too", () => {
    const back = [wire("back", "b", "a")];
    const { middle } = curve(places.get("b") ?? { x: 0, y: 0 }, places.get("a") ?? { x: 0, y: 0 });
    expect(wireNear(back, places, middle, 2)).toBe("back");
  });
});
