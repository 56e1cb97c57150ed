import { describe, expect, it } from "vitest";
import { cubics, curve, type Way, wayOf } from "./curve";
import { draw } from "./drawing";
import { aNode, anEdge, aTopology } from "./fixtures";
import { CARD_WIDTH, heightOf, layOut, type Point } from "./place";

/** A collector that runs a source, two routes and two destinations, and sends to both past what is between. */
const drawing = draw(
  aTopology(
    [
      aNode({ id: "host", kind: "collector" }),
      aNode({ id: "s", kind: "source" }),
      aNode({ id: "r1", kind: "route" }),
      aNode({ id: "r2", kind: "route" }),
      aNode({ id: "d1", kind: "destination" }),
      aNode({ id: "d2", kind: "destination" }),
    ],
    [
      anEdge({ from: "host", to: "s", kind: "runs" }),
      anEdge({ from: "s", to: "r1", kind: "route" }),
      anEdge({ from: "s", to: "r2", kind: "route" }),
      anEdge({ from: "r1", to: "d1", kind: "send" }),
      anEdge({ from: "r2", to: "d2", kind: "send" }),
      anEdge({ from: "host", to: "d1", kind: "send" }),
      anEdge({ from: "host", to: "d2", kind: "send" }),
    ],
  ),
  new Set(),
);
const layout = layOut(drawing);

/** Points along the way, close to each other. */
function walked(way: Way): Point[] {
  return cubics(way).flatMap(([a, b, c, d]) =>
    Array.from({ length: 41 }, (_, index) => {
      const t = index / 40;
      const [u, v, w, z] = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t ** 2, t ** 3];
      return { x: u * a.x + v * b.x + w * c.x + z * d.x, y: u * a.y + v * b.y + w * c.y + z * d.y };
    }),
  );
}

describe("the way of a wire", () => {
  it("leads past the cards between its ends, over none of them", () => {
    for (const wire of drawing.wires) {
      const way = wayOf(wire, layout.places, layout);
      if (!way) throw new Error(`${wire.id} has no way`);
      const crossed = drawing.cards.filter((card) => {
        const at = layout.places.get(card.id);
        if (!at || card.id === wire.from || card.id === wire.to) return false;
        const [right, bottom] = [at.x + CARD_WIDTH, at.y + heightOf(card, false)];
        return walked(way).some(({ x, y }) => x > at.x && x < right && y > at.y && y < bottom);
      });
      expect([wire.id, crossed.map(({ id }) => id)]).toEqual([wire.id, []]);
    }
    const passing = drawing.wires.filter(({ from, kind }) => from === "host" && kind === "send");
    expect(passing.map((wire) => wayOf(wire, layout.places, layout)?.lanes.length)).toEqual([2, 2]);
  });

  it("ends where its cards stand, and its number stands on it", () => {
    for (const wire of drawing.wires) {
      const way = wayOf(wire, layout.places, layout);
      if (!way) throw new Error(`${wire.id} has no way`);
      const points = walked(way);
      expect([points[0]?.x, points.at(-1)?.x]).toEqual([way.from.x + CARD_WIDTH, way.to.x]);
      const { middle } = curve(way);
      expect(Math.min(...points.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y)))).toBeLessThan(6);
    }
  });

  it("is a plain curve once somebody moved one of its ends", () => {
    const [wire] = drawing.wires.filter(({ from, kind }) => from === "host" && kind === "send");
    if (!wire) throw new Error("no wire");
    const moved = new Map([...layout.places, ["host", { x: -400, y: 300 }]]);
    expect(wayOf(wire, moved, layout)?.lanes).toEqual([]);
    expect(wayOf(wire, new Map(), layout)).toBeNull();
  });
});
