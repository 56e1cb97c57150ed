import { describe, expect, it } from "vitest";
import { topologyOf } from "../../api/topology";
import { draw } from "./drawing";
import { aNode, anEdge, aTopology, NO_NUMBERS, someTopology } from "./fixtures";
import { LiveStore, sumSeries, whyUnknown } from "./live";
import { cardOverlay, median, rejectedPercent, widthOf, wireOverlay } from "./overlay";
import { sayAll, sayCard, sayWire } from "./say";

const none: ReadonlySet<string> = new Set();

function storeOf(topology: ReturnType<typeof aTopology>) {
  const drawing = draw(topology, none);
  const store = new LiveStore();
  store.update(drawing, topology);
  return { drawing, store };
}

/** The overlay of one node. */
function overlayOf(part: Parameters<typeof aNode>[0]) {
  const { drawing, store } = storeOf(aTopology([aNode(part)], []));
  const [card] = drawing.cards;
  const live = card && store.card(card.id);
  if (!card || !live) throw new Error("one card");
  return { overlay: cardOverlay(card, live), said: sayCard(card, live) };
}

function wireOf(kind: "route" | "send" | "link" | "runs", numbers: object, from = {}) {
  const nodes = [aNode({ id: "a", kind: "source", ...from }), aNode({ id: "b", kind: "destination" })];
  const { drawing, store } = storeOf(aTopology(nodes, [anEdge({ from: "a", to: "b", kind, numbers })]));
  const [wire] = drawing.wires;
  const live = wire && store.wire(wire.id);
  if (!wire || !live) throw new Error("one wire");
  return { overlay: wireOverlay(wire, live), said: sayWire(wire, live, new Map()) };
}

describe("new numbers", () => {
  it("reach only what they change", () => {
    const before = someTopology(300, 3, 1);
    const { drawing, store } = storeOf(before);
    const kept = drawing.cards.map((card) => store.card(card.id));
    // The same numbers in new objects change nothing.
    expect(store.update(drawing, structuredClone(before))).toEqual([]);
    expect(drawing.cards.map((card) => store.card(card.id))).toEqual(kept);

    const called: string[] = [];
    for (const card of drawing.cards) store.watch(card.id, () => called.push(card.id));
    const changedNode = before.nodes[17];
    if (!changedNode) throw new Error("a topology with nodes");
    const after = {
      ...before,
      nodes: before.nodes.map((node) =>
        node === changedNode ? { ...node, numbers: { ...node.numbers, in_per_s: 123_456 } } : node,
      ),
    };
    const [card] = drawing.cards.filter(({ members }) => members.includes(changedNode.id));
    store.update(drawing, after);
    expect(called).toEqual([card?.id]);
    drawing.cards.forEach((each, index) => {
      if (each.id !== card?.id) expect(store.card(each.id)).toBe(kept[index]);
    });
  });

  it("no longer reach whoever stopped watching", () => {
    const topology = someTopology(5, 1, 1);
    const { drawing, store } = storeOf(topology);
    let calls = 0;
    for (const card of drawing.cards) store.watch(card.id, () => calls++)();
    store.update(drawing, someTopology(5, 1, 2));
    expect(calls).toBe(0);
  });

  it("of many nodes are sums of what is known, and unknown only where all are", () => {
    expect(
      sumSeries([
        [1, null],
        [2, null],
      ]),
    ).toEqual([3, null]);
    expect(sumSeries([[1, 2, 3], [10]])).toEqual([1, 2, 13]);
    const crowd = Array.from({ length: 300 }, (_, index) =>
      aNode({
        id: `c${index}`,
        kind: "collector",
        numbers: { ...NO_NUMBERS, in_per_s: index < 2 ? 5 : null },
      }),
    );
    const { drawing, store } = storeOf(aTopology(crowd, []));
    const lives = drawing.cards.map((card) => store.card(card.id));
    const known = lives.map((live) => live?.numbers.in_per_s).filter((value) => typeof value === "number");
    expect(known.reduce((sum, value) => sum + value, 0)).toBe(10);
    expect(lives.reduce((sum, live) => sum + (live?.unknown ?? 0), 0)).toBe(298);
  });
});

describe("the overlay", () => {
  it("of a source is what came in, and a tint when records are refused", () => {
    const { overlay } = overlayOf({ id: "s", kind: "source", numbers: { ...NO_NUMBERS, in_per_s: 1240 } });
    expect(overlay.lines).toEqual([{ word: "in", direction: "in", value: 1240 }]);
    expect(overlay.isFailing).toBe(false);
    const refused = overlayOf({
      id: "s",
      kind: "source",
      numbers: { ...NO_NUMBERS, in_per_s: 1240, errors_per_s: 3 },
    }).overlay;
    expect([refused.isFailing, refused.flag]).toEqual([true, "3/s refused."]);
  });

  it("of collectors is two lines: received and sent", () => {
    for (const kind of ["collector", "collectors"] as const) {
      const { overlay } = overlayOf({ id: "c", kind, numbers: { ...NO_NUMBERS, in_per_s: 5, out_per_s: 4 } });
      expect(overlay.lines.map(({ direction, value }) => [direction, value])).toEqual([
        ["in", 5],
        ["out", 4],
      ]);
    }
  });

  it("of a destination is what was sent, how full its queue is, and a flag when it struggles", () => {
    const { overlay, said } = overlayOf({
      id: "d",
      kind: "destination",
      state: { status: null, sync: null, health: null, error: "connection refused" },
      numbers: { ...NO_NUMBERS, out_per_s: 7, queue_size: 250, queue_capacity: 1000 },
    });
    expect(overlay.lines).toEqual([{ word: "sent", direction: "out", value: 7 }]);
    expect(overlay.queue).toEqual({ fill: 0.25, text: "Queue: 250 of 1,000 (25%)" });
    expect(overlay.flag).toBe("connection refused");
    expect(said).toContain("connection refused");
    const without = overlayOf({ id: "d", kind: "destination", numbers: { ...NO_NUMBERS, out_per_s: 7 } });
    expect(without.overlay.queue?.fill).toBeNull();
  });

  it("of a route's wire is offered and matched, and the gap is what its filter rejected", () => {
    const { overlay } = wireOf("route", { offered_per_s: 1000, matched_per_s: 640 });
    expect([overlay.text, overlay.look]).toEqual(["1.00k → 640/s", "flowing"]);
    expect(rejectedPercent(1000, 640)).toBeCloseTo(36);
    expect(rejectedPercent(0, 0)).toBeNull();
    expect(rejectedPercent(null, 3)).toBeNull();
  });

  it("of a wire to a destination is what was sent; of a link what was sent and received, and what was lost", () => {
    expect(wireOf("send", { sent_per_s: 12 }).overlay.text).toBe("12/s");
    const shared = wireOf("send", { offered_per_s: 30 });
    expect([shared.overlay.text, shared.said]).toEqual([
      "30/s",
      expect.stringContaining("handed over 30 events"),
    ]);
    expect(shared.overlay.why).toContain("not counted by route");
    const { overlay, said } = wireOf("link", { sent_per_s: 12, received_per_s: 10, lost_per_s: 2 });
    expect([overlay.text, overlay.lost]).toEqual(["12 → 10/s", 2]);
    expect(said).toContain("lost 2/s");
  });

  it("is dashed and says why where nothing is known, and never shows zero for it", () => {
    const { overlay, said } = wireOf("send", {}, { collectors: 14, reporting: 0 });
    expect([overlay.look, overlay.text]).toEqual(["unknown", "–"]);
    expect(overlay.why).toBe("No self-telemetry from 14 collectors: no number of theirs is known.");
    expect(said).toContain("unknown");
    const half = wireOf("link", { sent_per_s: 4 }).overlay;
    expect([half.text, half.why]).toEqual(["4 → –", "Only one end of the link is counted now."]);
    const still = wireOf("send", { sent_per_s: 0 }).overlay;
    expect([still.look, still.text, still.why]).toEqual(["still", "0/s", null]);
  });

  it("tells why a number of only some is not of all", () => {
    const { overlay } = overlayOf({
      id: "s",
      kind: "source",
      collectors: 20,
      reporting: 6,
      numbers: { ...NO_NUMBERS, in_per_s: 3 },
    });
    expect(overlay.why).toBe("No self-telemetry from 14 collectors: no number of theirs is known.");
    expect(whyUnknown({ collectors: 0, reporting: 0 })).toBe("No collector runs this yet.");
  });

  it("counts nothing on a wire that only shows who runs what", () => {
    const { overlay } = wireOf("runs", {});
    expect([overlay.look, overlay.text, overlay.why]).toEqual(["structure", null, null]);
  });

  it("widens a wire with the logarithm of its rate and never beyond its bounds", () => {
    const widths = [null, 0, 1, 10, 1e3, 1e6, 1e9, 1e300].map(widthOf);
    expect([...widths].sort((a, b) => a - b)).toEqual(widths);
    expect(widthOf(1e5) - widthOf(1e4)).toBeCloseTo(1, 3);
    expect(Math.max(...widths)).toBeLessThanOrEqual(9);
  });

  it("takes the middle of what is known", () => {
    expect(median([null, 3, 1, 2])).toBe(2);
    expect(median([1, null, 2])).toBe(1.5);
    expect(median([null])).toBeNull();
  });
});

describe("the answer", () => {
  it("has null for everything that was not sent and for rates below zero", () => {
    const topology = topologyOf({
      nodes: [{ id: "a", kind: "source", numbers: { in_per_s: -4, out_per_s: 2 }, series: [1, -1, null] }],
      edges: [{ id: "e", from: "a", to: "b", kind: "link", sent_per_s: 5, lost_per_s: -1 }],
    });
    expect(topology.nodes[0]?.numbers.in_per_s).toBeNull();
    expect(topology.nodes[0]?.numbers.out_per_s).toBe(2);
    expect(topology.nodes[0]?.series).toEqual([1, null, null]);
    expect(topology.edges[0]?.numbers).toMatchObject({ sent_per_s: 5, received_per_s: null, lost_per_s: 0 });
  });

  it("is summed up in a sentence", () => {
    const topology = aTopology([aNode({ id: "a", kind: "source" })], []);
    expect(sayAll(topology, draw(topology, none))).toBe(
      "1 source; 1 collector, 1 connected, 1 with numbers.",
    );
  });
});
