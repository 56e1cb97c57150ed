import { describe, expect, it } from "vitest";
import type { Topology } from "../../api/topology";
import { CARDS_MAX, type Drawing, draw, isDrawnAlike, WIRES_MAX } from "./drawing";
import { cardWith, connected, readingOrder, search, stepTo } from "./find";
import { aNode, anEdge, aTopology, dice, someTopology } from "./fixtures";
import { clearMoves, move, movesFrom, noMoves, undoMove, withMoves } from "./moves";
import { CARD_WIDTH, heightOf, makeRoom, type Places, place } from "./place";

const none: ReadonlySet<string> = new Set();
const sizes = [0, 1, 7, 60, 199, 200, 201, 450, 2000];

/** The same topology as another server might send it: everything in another order. */
function shuffled(topology: Topology, seed: number): Topology {
  const roll = dice(seed);
  const mix = <Value>(values: readonly Value[]) =>
    values
      .map((value) => [roll(1_000_000), value] as const)
      .sort(([a], [b]) => a - b)
      .map(([, value]) => value);
  return { ...topology, nodes: mix(topology.nodes), edges: mix(topology.edges) };
}

function overlaps(drawing: Drawing, places: Places, expanded: ReadonlySet<string>): string[] {
  const boxes = drawing.cards.map((card) => ({
    id: card.id,
    at: places.get(card.id) ?? { x: Number.NaN, y: 0 },
    height: heightOf(card, expanded.has(card.id)),
  }));
  return boxes.flatMap((a, index) =>
    boxes.slice(index + 1).flatMap((b) => {
      const isBeside = Math.abs(a.at.x - b.at.x) >= CARD_WIDTH;
      const isAbove = a.at.y + a.height <= b.at.y || b.at.y + b.height <= a.at.y;
      return isBeside || isAbove ? [] : [`${a.id} on ${b.id}`];
    }),
  );
}

describe("what is drawn", () => {
  it.each(sizes)("has every one of %i nodes on exactly one card, and never too many cards", (size) => {
    for (const shape of [1, 2, 3]) {
      const topology = someTopology(size, shape);
      const { cards } = draw(topology, none);
      expect(cards.length).toBeLessThanOrEqual(CARDS_MAX);
      const members = cards.flatMap((card) => card.members);
      expect([...members].sort()).toEqual(topology.nodes.map((node) => node.id).sort());
      expect(new Set(cards.map((card) => card.id)).size).toBe(cards.length);
      if (size <= CARDS_MAX) expect(cards.every((card) => card.fold === null)).toBe(true);
    }
  });

  it("has every edge in exactly one wire unless both its ends are on one card", () => {
    const topology = someTopology(320, 5);
    const drawing = draw(topology, none);
    const on = new Map(drawing.cards.flatMap((card) => card.members.map((member) => [member, card.id])));
    const expected = topology.edges.filter((edge) => on.get(edge.from) !== on.get(edge.to));
    expect(drawing.wires.flatMap((wire) => wire.members).sort()).toEqual(
      expected.map((edge) => edge.id).sort(),
    );
    expect(drawing.wiresLeftOut).toBe(0);
  });

  it("says how many wires are too many to be drawn, and leaves out what only shows structure first", () => {
    const ends = Array.from({ length: 30 }, (_, index) => [
      aNode({ id: `a${index}`, kind: "source" }),
      aNode({ id: `b${index}`, kind: "route" }),
    ]).flat();
    const edges = ends.flatMap((from) =>
      ends.flatMap((to) =>
        from.kind === "source" && to.kind === "route"
          ? [anEdge({ from: from.id, to: to.id, kind: from.id === "a0" ? "runs" : "route" })]
          : [],
      ),
    );
    const drawing = draw(aTopology(ends, edges), none);
    expect(drawing.wires.length).toBe(WIRES_MAX);
    expect(drawing.wiresLeftOut).toBe(900 - WIRES_MAX);
    expect(drawing.wires.every((wire) => wire.kind === "route")).toBe(true);
  });

  it("is the same whatever the numbers are and in whatever order they come", () => {
    for (const size of [40, 700]) {
      const first = draw(someTopology(size, 4, 1), none);
      const second = draw(shuffled(someTopology(size, 4, 99), 3), none, first);
      expect(second).toBe(first);
    }
  });

  it("is told from another without being drawn, where only numbers differ", () => {
    const topology = someTopology(60, 4, 1);
    const others = {
      numbers: someTopology(60, 4, 99),
      name: {
        ...topology,
        nodes: topology.nodes.map((node, at) => (at === 7 ? { ...node, name: "x" } : node)),
      },
      signals: {
        ...topology,
        nodes: topology.nodes.map((node, at) =>
          at === 7 ? { ...node, signals: ["traces" as const] } : node,
        ),
      },
      badges: {
        ...topology,
        nodes: topology.nodes.map((node, at) =>
          at === 7 ? { ...node, badges: { s: "in" as const } } : node,
        ),
      },
      wire: { ...topology, edges: topology.edges.slice(1) },
      end: {
        ...topology,
        edges: topology.edges.map((edge, at) =>
          at === 3 ? { ...edge, to: topology.nodes[0]?.id ?? "" } : edge,
        ),
      },
    };
    const alike = Object.entries(others).flatMap(([what, other]) =>
      isDrawnAlike(topology, other) ? [what] : [],
    );
    expect(alike).toEqual(["numbers"]);
    expect(draw(others.numbers, none).key).toBe(draw(topology, none).key);
  });

  it("is another one when a name, a step or an edge changes", () => {
    const topology = someTopology(30, 4);
    const first = draw(topology, none);
    const [head, ...tail] = topology.nodes;
    if (!head) throw new Error("a topology with nodes");
    const renamed = { ...topology, nodes: [{ ...head, name: "another" }, ...tail] };
    expect(draw(renamed, none, first)).not.toBe(first);
    expect(draw({ ...topology, edges: topology.edges.slice(1) }, none, first)).not.toBe(first);
  });

  it("opens a fold on request without drawing too many", () => {
    const topology = someTopology(2000, 6);
    const closed = draw(topology, none);
    const fold = closed.cards.find((card) => card.fold !== null);
    if (!fold?.fold) throw new Error("2,000 nodes do not fit without folds");
    const opened = draw(topology, new Set([fold.fold]));
    expect(opened.cards.length).toBeLessThanOrEqual(CARDS_MAX);
    expect(opened.cards.find((card) => card.id === fold.id)).toBeUndefined();
    const [member] = fold.members;
    expect(cardWith(opened, member ?? "")?.members.length).toBeLessThan(fold.members.length);
  });

  it("keeps few of a kind in sight beside thousands of another", () => {
    const crowd = Array.from({ length: 1900 }, (_, index) => aNode({ id: `c${index}`, kind: "collector" }));
    const few = ["a", "b", "c"].map((id) => aNode({ id, kind: "destination" }));
    const { cards } = draw(aTopology([...crowd, ...few], []), none);
    for (const { id } of few) expect(cards.some((card) => card.id === id)).toBe(true);
  });

  it("keeps names of 10,000 characters whole", () => {
    const name = "\u202e<b>x</b>".repeat(1000);
    const { cards } = draw(aTopology([aNode({ id: "a", kind: "source", name })], []), none);
    expect(cards[0]?.name).toBe(name);
  });
});

describe("places", () => {
  it.each([1, 12, 60, 200])("of %i cards are the same on every visit and in any order", (size) => {
    for (const shape of [1, 2]) {
      const first = place(draw(someTopology(size, shape, 1), none));
      const second = place(draw(shuffled(someTopology(size, shape, 50), 9), none));
      expect([...second]).toEqual([...first]);
    }
  });

  it("never lay one card on another", () => {
    for (const size of [10, 80, 200]) {
      const drawing = draw(someTopology(size, 3), none);
      expect(overlaps(drawing, place(drawing), none)).toEqual([]);
    }
  });

  it("run from the left to the right along the wires of a chain", () => {
    const nodes = (["collectors", "source", "route", "destination"] as const).map((kind) =>
      aNode({ id: kind, kind }),
    );
    const edges = [
      anEdge({ from: "collectors", to: "source", kind: "runs" }),
      anEdge({ from: "source", to: "route", kind: "route" }),
      anEdge({ from: "route", to: "destination", kind: "send" }),
    ];
    const places = place(draw(aTopology(nodes, edges), none));
    const xs = nodes.map(({ id }) => places.get(id)?.x ?? Number.NaN);
    expect([...xs].sort((a, b) => a - b)).toEqual(xs);
    expect(new Set(xs).size).toBe(4);
  });

  it("of cards without wires are in the column of their kind", () => {
    const nodes = [
      aNode({ id: "s", kind: "source" }),
      aNode({ id: "r", kind: "route" }),
      aNode({ id: "lone", kind: "route" }),
    ];
    const places = place(draw(aTopology(nodes, [anEdge({ from: "s", to: "r", kind: "route" })]), none));
    expect(places.get("lone")?.x).toBe(places.get("r")?.x);
  });

  it("of a hundred collectors in one column are several columns side by side", () => {
    const crowd = Array.from({ length: 100 }, (_, index) => aNode({ id: `c${index}`, kind: "collector" }));
    const end = aNode({ id: "d", kind: "destination" });
    const edges = crowd.map(({ id }) => anEdge({ from: id, to: "d", kind: "send" }));
    const drawing = draw(aTopology([...crowd, end], edges), none);
    const places = place(drawing);
    expect(overlaps(drawing, places, none)).toEqual([]);
    const xs = crowd.map(({ id }) => places.get(id)?.x ?? Number.NaN);
    const ys = crowd.map(({ id }) => places.get(id)?.y ?? Number.NaN);
    expect(new Set(xs).size).toBeGreaterThan(4);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(2_000);
    expect(places.get("d")?.x).toBeGreaterThan(Math.max(...xs) + CARD_WIDTH);
  });

  it("change for a route with steps only where it must", () => {
    for (const shape of [1, 2, 3, 4]) {
      const drawing = draw(someTopology(120, shape), none);
      const before = place(drawing);
      const routes = drawing.cards.filter((card) => card.steps.length > 0).map((card) => card.id);
      const expanded = new Set(routes.slice(0, 3));
      const after = makeRoom(drawing.cards, before, expanded);
      expect(overlaps(drawing, after, expanded)).toEqual([]);
      const columns = [...expanded].map((id) => before.get(id));
      for (const [id, at] of before) {
        const now = after.get(id);
        expect(now?.x).toBe(at.x);
        const isBelow = columns.some((c) => c && Math.abs(c.x - at.x) < CARD_WIDTH && c.y < at.y);
        if (!isBelow) expect(now?.y).toBe(at.y);
        expect(now?.y).toBeGreaterThanOrEqual(at.y);
      }
      expect(makeRoom(drawing.cards, before, none)).toBe(before);
    }
  });

  it("are found for 200 cards with as many wires as are drawn", () => {
    const nodes = Array.from({ length: 200 }, (_, index) =>
      aNode({ id: `n${index}`, kind: index < 100 ? "source" : "route" }),
    );
    const edges = nodes
      .slice(0, 100)
      .flatMap((from, index) =>
        Array.from({ length: 8 }, (_, hop) =>
          anEdge({ from: from.id, to: `n${100 + ((index * 7 + hop * 13) % 100)}`, kind: "route" }),
        ),
      );
    const drawing = draw(aTopology(nodes, edges), none);
    expect(overlaps(drawing, place(drawing), none)).toEqual([]);
  });
});

describe("moves by hand", () => {
  it("come back one by one when they are undone", () => {
    const moved = move(move(noMoves, { a: { x: 1, y: 1 } }), { b: { x: 2, y: 2 } });
    const places: Places = new Map([["a", { x: 0, y: 0 }]]);
    expect(withMoves(places, moved).get("a")).toEqual({ x: 1, y: 1 });
    // A card that is no longer there has no place, whatever is remembered.
    expect(withMoves(places, moved).has("b")).toBe(false);
    expect(undoMove(moved).at).toEqual({ a: { x: 1, y: 1 } });
    expect(undoMove(clearMoves(moved)).at).toEqual(moved.at);
    expect(withMoves(places, undoMove(undoMove(moved)))).toBe(places);
  });

  it("are read from a storage that somebody else has written", () => {
    expect(movesFrom({ a: { x: 1, y: 2 }, b: null, c: { x: "1" } }).at).toEqual({ a: { x: 1, y: 2 } });
    expect(movesFrom("x")).toBe(noMoves);
  });
});

describe("finding one's way", () => {
  const drawing = draw(someTopology(60, 2), none);
  const places = place(drawing);

  it("finds by all the words and nothing by none", () => {
    const [card] = drawing.cards;
    if (!card) throw new Error("a drawing with cards");
    expect(search(drawing, places, card.name.toUpperCase())).toContain(card);
    expect(search(drawing, places, `${card.name} nowhere`)).toEqual([]);
    expect(search(drawing, places, "  ")).toEqual([]);
  });

  it("reaches every card by going down and to the next column", () => {
    const order = readingOrder(drawing, places).map((card) => card.id);
    expect(stepTo(drawing, places, null, "right")).toBe(order[0]);
    const seen = new Set<string>();
    for (const id of order) {
      seen.add(id);
      const down = stepTo(drawing, places, id, "down");
      const up = down && stepTo(drawing, places, down, "up");
      if (down) expect(up).toBe(id);
    }
    expect(seen.size).toBe(drawing.cards.length);
  });

  it("follows wires with the arrows to the side", () => {
    for (const card of drawing.cards) {
      const ends = drawing.wires.filter((wire) => wire.from === card.id).map((wire) => wire.to);
      if (ends.length > 0) expect(ends).toContain(stepTo(drawing, places, card.id, "right"));
    }
  });

  it("knows what is upstream and downstream, not what is beside", () => {
    const nodes = ["s1", "s2"].map((id) => aNode({ id, kind: "source" }));
    const routes = ["r1", "r2"].map((id) => aNode({ id, kind: "route" }));
    const end = aNode({ id: "d", kind: "destination" });
    const edges = [
      anEdge({ from: "s1", to: "r1", kind: "route" }),
      anEdge({ from: "s2", to: "r2", kind: "route" }),
      anEdge({ from: "r1", to: "d", kind: "send" }),
      anEdge({ from: "r2", to: "d", kind: "send" }),
    ];
    const small = draw(aTopology([...nodes, ...routes, end], edges), none);
    expect([...connected(small, "r1").cards].sort()).toEqual(["d", "r1", "s1"]);
    expect([...connected(small, "d").cards].sort()).toEqual(["d", "r1", "r2", "s1", "s2"]);
    expect(connected(small, "r1").wires.size).toBe(2);
  });

  it("comes to an end on a circle of links", () => {
    const pools = ["a", "b"].map((id) => aNode({ id, kind: "collectors" }));
    const edges = [
      anEdge({ from: "a", to: "b", kind: "link" }),
      anEdge({ from: "b", to: "a", kind: "link" }),
    ];
    const circle = draw(aTopology(pools, edges), none);
    expect(connected(circle, "a").cards.size).toBe(2);
    expect(place(circle).size).toBe(2);
  });
});
