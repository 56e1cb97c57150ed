// The numbers of what is drawn, apart from its structure: new numbers reach only the cards and wires that they change.
// Start at `LiveStore`.
import type {
  EdgeNumbers,
  NodeNumbers,
  NodeState,
  Series,
  StepNumbers,
  Topology,
  TopologyEdge,
  TopologyNode,
} from "../../api/topology";
import { alike } from "./alike";
import type { Card, Drawing, Wire } from "./drawing";

/** What is known of a card now. For several nodes: the sums of those that are known. */
export interface CardLive {
  collectors: number;
  reporting: number;
  state: NodeState;
  numbers: NodeNumbers;
  series: Series;
  steps: readonly StepNumbers[];
  /** Nodes of the card whose numbers are unknown. */
  unknown: number;
}

export interface WireLive {
  numbers: EdgeNumbers;
  series: Series;
  /** Edges of the wire whose numbers are unknown. */
  unknown: number;
  /** Why nothing is known, from the side that counts. */
  why: string | null;
}

/** So many are told at a time. */
const TOLD_AT_ONCE = 24;

export class LiveStore {
  #cards = new Map<string, CardLive>();
  #wires = new Map<string, WireLive>();
  #watchers = new Map<string, Set<() => void>>();
  /** Whom to tell, and whether somebody is at it. */
  #due = new Set<string>();
  #isTelling = false;

  card = (id: string): CardLive | undefined => this.#cards.get(id);
  wire = (id: string): WireLive | undefined => this.#wires.get(id);

  /** Calls back when the numbers of this card or wire changed. Answers how to stop. */
  watch(id: string, watcher: () => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
    };
  }

  /**
   * Takes the numbers of an answer. Answers what changed; all else keeps its identity. With `later`, for example the next
   * frame, those who watch are called some at a time, so that a hand that moves the picture does not wait for all of them.
   */
  update(drawing: Drawing, topology: Topology, later?: (rest: () => void) => void): string[] {
    const nodes = new Map(topology.nodes.map((node) => [node.id, node]));
    const edges = new Map(topology.edges.map((edge) => [edge.id, edge]));
    const changed: string[] = [];
    const cards = new Map<string, CardLive>();
    for (const card of drawing.cards) {
      const next = cardLive(card, pick(nodes, card.members));
      cards.set(card.id, keep(this.#cards.get(card.id), next, card.id, changed));
    }
    const wires = new Map<string, WireLive>();
    for (const wire of drawing.wires) {
      const next = wireLive(wire, pick(edges, wire.members), cards);
      wires.set(wire.id, keep(this.#wires.get(wire.id), next, wire.id, changed));
    }
    const [cardsBefore, wiresBefore] = [this.#cards, this.#wires];
    this.#cards = cards;
    this.#wires = wires;
    // What is new has nothing to show in the meantime.
    const isNew = (id: string) => !cardsBefore.has(id) && !wiresBefore.has(id);
    for (const id of changed) if (isNew(id) || !later) this.#call(id);
    if (later) {
      for (const id of changed) if (!isNew(id)) this.#due.add(id);
      if (!this.#isTelling && this.#due.size > 0) {
        this.#isTelling = true;
        later(() => this.#tell(later));
      }
    }
    return changed;
  }

  #tell(later: (rest: () => void) => void): void {
    let left = TOLD_AT_ONCE;
    for (const id of this.#due) {
      if (left === 0) break;
      this.#due.delete(id);
      if (this.#call(id)) left -= 1;
    }
    this.#isTelling = this.#due.size > 0;
    if (this.#isTelling) later(() => this.#tell(later));
  }

  #call(id: string): boolean {
    const watchers = this.#watchers.get(id);
    for (const watcher of watchers ?? []) watcher();
    return watchers !== undefined;
  }
}

function keep<Value>(before: Value | undefined, next: Value, id: string, changed: string[]): Value {
  if (before !== undefined && alike(before, next)) return before;
  changed.push(id);
  return next;
}

function pick<Value>(from: ReadonlyMap<string, Value>, ids: readonly string[]): Value[] {
  return ids.flatMap((id) => from.get(id) ?? []);
}

function cardLive(card: Card, nodes: readonly TopologyNode[]): CardLive {
  const [only] = nodes;
  if (nodes.length === 1 && only) {
    const { collectors, reporting, state, numbers, series, steps } = only;
    return { collectors, reporting, state, numbers, series, steps, unknown: isUnknown(only) ? 1 : 0 };
  }
  const isPeople = card.kind === "collectors" || card.kind === "collector";
  const counts = nodes.map((node) => node.collectors);
  return {
    // Collectors are counted once each; an entity's runners overlap, so the most of one is all that is sure.
    collectors: isPeople ? sumOf(counts) : Math.max(0, ...counts),
    reporting: isPeople
      ? sumOf(nodes.map((node) => node.reporting))
      : Math.max(0, ...nodes.map((node) => node.reporting)),
    state: worst(nodes.map((node) => node.state)),
    numbers: sumNodes(nodes),
    series: sumSeries(nodes.map((node) => node.series)),
    steps: [],
    unknown: nodes.filter(isUnknown).length,
  };
}

const isUnknown = ({ numbers }: TopologyNode): boolean =>
  numbers.in_per_s === null && numbers.out_per_s === null;

function sumNodes(nodes: readonly TopologyNode[]): NodeNumbers {
  const sum = (key: keyof NodeNumbers) => sumKnown(nodes.map(({ numbers }) => numbers[key]));
  return {
    in_per_s: sum("in_per_s"),
    out_per_s: sum("out_per_s"),
    errors_per_s: sum("errors_per_s"),
    // A percentage of several is none of their percentages.
    dropped_percent: null,
    queue_size: sum("queue_size"),
    queue_capacity: sum("queue_capacity"),
    unrouted_per_s: sum("unrouted_per_s"),
  };
}

function wireLive(
  wire: Wire,
  edges: readonly TopologyEdge[],
  cards: ReadonlyMap<string, CardLive>,
): WireLive {
  const sum = (key: keyof EdgeNumbers) => sumKnown(edges.map(({ numbers }) => numbers[key]));
  const numbers: EdgeNumbers = {
    offered_per_s: sum("offered_per_s"),
    matched_per_s: sum("matched_per_s"),
    sent_per_s: sum("sent_per_s"),
    received_per_s: sum("received_per_s"),
    lost_per_s: sum("lost_per_s"),
    errors_per_s: sum("errors_per_s"),
  };
  const unknown = edges.filter(({ numbers: each }) =>
    Object.values(each).every((value) => value === null),
  ).length;
  const from = cards.get(wire.from);
  return {
    numbers,
    series: sumSeries(edges.map((edge) => edge.series)),
    unknown,
    why: unknown === 0 || !from ? null : whyUnknown(from),
  };
}

/** Why numbers are missing, in a sentence. */
export function whyUnknown({ collectors, reporting }: Pick<CardLive, "collectors" | "reporting">): string {
  if (collectors === 0) return "No collector runs this yet.";
  const silent = collectors - reporting;
  const many = (count: number) =>
    `${count.toLocaleString("en-US")} ${count === 1 ? "collector" : "collectors"}`;
  if (silent > 0) return `No self-telemetry from ${many(silent)}: no number of theirs is known.`;
  return "The collectors that run this do not count it.";
}

/** The sum of what is known; null where nothing is. */
export function sumKnown(values: ReadonlyArray<number | null>): number | null {
  const known = values.filter((value): value is number => value !== null);
  return known.length === 0 ? null : sumOf(known);
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Point by point from the newest on; a point is unknown where nobody knows it. */
export function sumSeries(many: readonly Series[]): Series {
  if (many.length === 1 && many[0]) return many[0];
  const length = Math.max(0, ...many.map((series) => series.length));
  return Array.from({ length }, (_, index) =>
    sumKnown(many.map((series) => series[series.length - length + index] ?? null)),
  );
}

const WORSE: Record<"status" | "sync" | "health", readonly string[]> = {
  status: ["disconnected", "awaiting_connection", "connected"],
  sync: ["failed", "drifted", "held", "pending", "unknown", "in_sync"],
  health: ["failed", "degraded", "unknown", "healthy"],
};

function worst(states: readonly NodeState[]): NodeState {
  const of = (key: keyof typeof WORSE) =>
    WORSE[key].find((word) => states.some((state) => state[key] === word)) ?? null;
  const errors = states.filter((state) => state.error);
  const [first] = errors;
  return {
    status: of("status"),
    sync: of("sync"),
    health: of("health"),
    error: !first ? null : errors.length === 1 ? first.error : `${errors.length} of them: ${first.error}`,
  };
}
