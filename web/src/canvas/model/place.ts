// Where the cards stand: left to right, by structure only. The same structure has the same places on every visit, whatever
// its numbers are and in whatever order it came. Start at `place`; `makeRoom` is for routes shown with their steps.
import { Graph, layout } from "@dagrejs/dagre";
import type { NodeKind } from "../../api/topology";
import { type Card, compare, type Drawing, inOrder, type Wire } from "./drawing";

export interface Point {
  x: number;
  y: number;
}
export type Places = ReadonlyMap<string, Point>;

/** A level stretch of a wire past a column of cards, where the layout keeps it free of them. */
export interface Lane {
  left: number;
  right: number;
  y: number;
}

export interface Layout {
  places: Places;
  /** For wires that pass columns on their way, by `pairOf` their ends. */
  lanes: ReadonlyMap<string, readonly Lane[]>;
}

/** A wire's ends as one word. */
export const pairOf = (from: string, to: string): string => JSON.stringify([from, to]);

export const CARD_WIDTH = 236;
/** Where wires meet a card, from its upper edge: the same with and without steps. */
export const WIRE_Y = 36;
export const STEP_HEIGHT = 26;
/** Collector, source, route, destination. */
const RANKS_OF_SENDING = 3;
const GRID = 4;
const GAP = 20;
const RANK_GAP = 116;
/** The layout looks at so many wires of one card; more would only make it slower, not better. */
const WIRES_PER_CARD = 3;
const HEIGHTS: Record<NodeKind, number> = {
  collectors: 112,
  collector: 112,
  source: 92,
  route: 92,
  destination: 104,
};

/** Height of a card; numbers have no part in it. */
export function heightOf(card: Card, expanded: boolean): number {
  const base = HEIGHTS[card.kind];
  return expanded && card.steps.length > 0 ? base + 12 + card.steps.length * STEP_HEIGHT : base;
}

/** Places of all cards without steps. */
export const place = (drawing: Drawing): Places => layOut(drawing).places;

/** Places of all cards without steps, and the ways of the wires that pass others. */
export function layOut(drawing: Drawing): Layout {
  const cards = [...drawing.cards].sort(inOrder);
  const joined = new Set(drawing.wires.flatMap((wire) => [wire.from, wire.to]));
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: GAP, ranksep: RANK_GAP, edgesep: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const card of cards)
    if (joined.has(card.id)) graph.setNode(card.id, { width: CARD_WIDTH, height: heightOf(card, false) });
  const people = new Set(cards.flatMap((card) => (card.kind === "collector" ? [card.id] : [])));
  for (const [from, to, kind] of bones(drawing)) {
    // What a collector sends passes its sources and routes: it stands left of them.
    const minlen = kind === "send" && people.has(from) ? RANKS_OF_SENDING : 1;
    graph.setEdge(from, to, { weight: kind === "runs" ? 1 : 2, minlen });
  }
  if (joined.size > 0) layout(graph);
  const places = new Map<string, Point>();
  for (const card of cards) {
    if (!joined.has(card.id)) continue;
    const { x = 0, y = 0 } = graph.node(card.id);
    places.set(card.id, {
      x: onGrid(x - CARD_WIDTH / 2),
      y: onGrid(y - heightOf(card, false) / 2),
    });
  }
  placeLoose(cards, places);
  const standing = wrapped(cards, places);
  // Broken columns stand elsewhere than the layout knew.
  return { places: standing, lanes: standing === places ? lanesOf(graph) : new Map() };
}

/** The layout names points on the way: in each gap between columns, and in each column that a wire passes. */
function lanesOf(graph: Graph): Layout["lanes"] {
  const lanes = new Map<string, readonly Lane[]>();
  for (const { v, w } of graph.edges()) {
    const points: readonly Point[] = graph.edge(v, w)?.points ?? [];
    // By turns in a gap and in a column, between where it leaves and where it comes in.
    const passed = points.slice(0, -1).filter((_, index) => index > 0 && index % 2 === 0);
    if (passed.length === 0) continue;
    lanes.set(
      pairOf(v, w),
      passed.map(({ x, y }) => ({
        left: onGrid(x - CARD_WIDTH / 2),
        right: onGrid(x + CARD_WIDTH / 2),
        y: onGrid(y),
      })),
    );
  }
  return lanes;
}

/** Columns longer than this stand in several side by side. */
const ROWS_MOST = 14;
const WRAP_GAP = 28;

/**
 * Breaks columns that are too long, and moves what is to the right of them further right. The others keep their order and
 * are drawn together by as much as the longest column became shorter.
 */
function wrapped(cards: readonly Card[], places: ReadonlyMap<string, Point>): Places {
  const columns = new Map<number, Array<{ card: Card; y: number }>>();
  for (const card of cards) {
    const at = places.get(card.id);
    if (at) columns.set(at.x, [...(columns.get(at.x) ?? []), { card, y: at.y }]);
  }
  const tallest = Math.max(0, ...[...columns.values()].map((column) => column.length));
  if (tallest <= ROWS_MOST) return places;
  const shrink = ROWS_MOST / tallest;
  const standing = new Map<string, Point>();
  let moved = 0;
  for (const [x, column] of [...columns].sort(([a], [b]) => a - b)) {
    column.sort((a, b) => a.y - b.y || compare(a.card.id, b.card.id));
    const parts = Math.ceil(column.length / ROWS_MOST);
    const rows = Math.ceil(column.length / parts);
    for (let part = 0; part < parts; part += 1) {
      // In one part the rows stand where they stood, closer together; in several they begin at the upper edge.
      let free = Number.NEGATIVE_INFINITY;
      for (const { card, y } of column.slice(part * rows, (part + 1) * rows)) {
        const wanted = parts === 1 ? onGrid(y * shrink) : 0;
        const at = Math.max(free, wanted);
        standing.set(card.id, { x: onGrid(x + moved + part * (CARD_WIDTH + WRAP_GAP)), y: at });
        free = at + onGrid(heightOf(card, false) + GAP);
      }
    }
    moved += (parts - 1) * (CARD_WIDTH + WRAP_GAP);
  }
  return standing;
}

/** The wires that the layout looks at: each pair once, few per card. */
function bones(drawing: Drawing): Array<[string, string, Wire["kind"]]> {
  const pairs = new Map<string, [string, string, Wire["kind"]]>();
  const out = new Map<string, number>();
  const into = new Map<string, number>();
  const wires = [...drawing.wires].sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to));
  for (const { from, to, kind } of wires) {
    const key = pairOf(from, to);
    const fromCount = out.get(from) ?? 0;
    const toCount = into.get(to) ?? 0;
    // The first wire of a card counts always, so that it is never laid out apart from what it belongs to.
    const isSpare = fromCount >= WIRES_PER_CARD && toCount >= 1;
    if (pairs.has(key) || isSpare) continue;
    pairs.set(key, [from, to, kind]);
    out.set(from, fromCount + 1);
    into.set(to, toCount + 1);
  }
  return [...pairs.values()];
}

/** Cards without wires stand below those of their kind; a kind without any has a column of its own. */
function placeLoose(cards: readonly Card[], places: Map<string, Point>): void {
  const loose = cards.filter((card) => !places.has(card.id));
  if (loose.length === 0) return;
  const columns = new Map<NodeKind, number>();
  for (const card of cards) {
    const at = places.get(card.id);
    if (at) columns.set(card.kind, Math.max(columns.get(card.kind) ?? Number.NEGATIVE_INFINITY, at.x));
  }
  const order = [...new Set(loose.map((card) => card.kind))];
  let free = places.size > 0 ? Math.max(...[...places.values()].map(({ x }) => x)) : -(CARD_WIDTH + RANK_GAP);
  for (const kind of order) {
    if (columns.has(kind)) continue;
    free += CARD_WIDTH + RANK_GAP;
    columns.set(kind, onGrid(free));
  }
  const bottoms = new Map<number, number>();
  for (const card of cards) {
    const at = places.get(card.id);
    if (at) bottoms.set(at.x, Math.max(bottoms.get(at.x) ?? 0, at.y + heightOf(card, false) + GAP));
  }
  for (const card of loose) {
    const x = columns.get(card.kind) ?? 0;
    const y = bottoms.get(x) ?? 0;
    places.set(card.id, { x, y: onGrid(y) });
    bottoms.set(x, y + heightOf(card, false) + GAP);
  }
}

/**
 * Moves down what an expanded card would lie on, and what that would lie on, and nothing else. Without expanded cards
 * every place stays as it is.
 */
export function makeRoom(cards: readonly Card[], places: Places, expanded: ReadonlySet<string>): Places {
  const grown = cards.filter((card) => expanded.has(card.id) && card.steps.length > 0);
  if (grown.length === 0) return places;
  const rows = cards
    .flatMap((card) => {
      const at = places.get(card.id);
      return at ? [{ card, x: at.x, y: at.y, base: at.y, isMoving: grown.includes(card) }] : [];
    })
    .sort((a, b) => a.base - b.base || compare(a.card.id, b.card.id));
  rows.forEach((row, index) => {
    for (const above of rows.slice(0, index)) {
      if (!above.isMoving || Math.abs(above.x - row.x) >= CARD_WIDTH) continue;
      const bottom = above.y + heightOf(above.card, expanded.has(above.card.id));
      const before = above.base + heightOf(above.card, false);
      // Whoever lay on it before lies on it still.
      if (row.y >= bottom + GAP || row.base < before) continue;
      row.y = bottom + GAP;
      row.isMoving = true;
    }
  });
  return new Map(rows.map(({ card, x, y }) => [card.id, { x, y }]));
}

const onGrid = (value: number): number => Math.round(value / GRID) * GRID;
