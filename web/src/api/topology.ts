// The topology with its live numbers, as the canvas and the lists of it read it. Everything that may be absent is null
// here, so that nobody below mistakes it for zero. Start at `topologyQuery`.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, type Schema } from "./client";

export type Signal = "logs" | "metrics" | "traces";
export type Level = "fleet" | "group" | "collector";
export type NodeKind = "collectors" | "collector" | "source" | "route" | "destination";
export type EdgeKind = "runs" | "route" | "send" | "link";
/** Whether a route can match what a source delivers. */
export type Match = "in" | "out" | "?";
/** Oldest first; null where nothing is known. */
export type Series = ReadonlyArray<number | null>;

/** Rates are events per second. */
export interface NodeNumbers {
  in_per_s: number | null;
  out_per_s: number | null;
  errors_per_s: number | null;
  dropped_percent: number | null;
  queue_size: number | null;
  queue_capacity: number | null;
  unrouted_per_s: number | null;
}

export interface NodeState {
  status: string | null;
  sync: string | null;
  health: string | null;
  error: string | null;
}

export interface StepNumbers {
  id: string;
  type: string;
  name: string | null;
  in_per_s: number | null;
  out_per_s: number | null;
  dropped_percent: number | null;
}

export interface TopologyNode {
  id: string;
  kind: NodeKind;
  name: string;
  type: string | null;
  scope: string | null;
  /** Repository path of the entity. */
  path: string | null;
  /** How many run it, or are in it. */
  collectors: number;
  /** How many of them the numbers are of. */
  reporting: number;
  signals: readonly Signal[];
  state: NodeState;
  numbers: NodeNumbers;
  series: Series;
  steps: readonly StepNumbers[];
  pipeline: string | null;
  badges: Readonly<Record<string, Match>>;
}

/** Events per second. */
export interface EdgeNumbers {
  offered_per_s: number | null;
  matched_per_s: number | null;
  sent_per_s: number | null;
  received_per_s: number | null;
  lost_per_s: number | null;
  errors_per_s: number | null;
}

export interface TopologyEdge {
  id: string;
  from: string;
  to: string;
  kind: EdgeKind;
  numbers: EdgeNumbers;
  series: Series;
}

export interface Topology {
  level: Level;
  id: string | null;
  revision: string;
  as_of: string;
  /** Seconds between two points of a series. */
  interval_s: number | null;
  collectors: { total: number; connected: number; reporting: number };
  /** What a reader should know about the numbers, in sentences. */
  notes: readonly string[];
  truncated: boolean;
  nodes: readonly TopologyNode[];
  edges: readonly TopologyEdge[];
}

/** What is looked at. */
export interface TopologyQuestion {
  level: Level;
  /** The group or collector; at the level of a group and with `by`, the value of that label. */
  id?: string | undefined;
  signal?: Signal | undefined;
  /** The label whose values make the pools; groups when absent. */
  by?: string | undefined;
}

/** Numbers are asked for this often; events ask sooner. */
const EVERY_MS = 10_000;

/** `GET topology`, asked again every 10 seconds; the former answer stays until the next is there. */
export const topologyQuery = (question: TopologyQuestion) =>
  queryOptions({
    queryKey: ["topology", question.level, question.id ?? "", question.signal ?? "", question.by ?? ""],
    queryFn: ({ signal }) => getTopology(question, signal),
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });

/** Keys of the labels that collectors have, the most frequent first. */
export const labelKeysQuery = queryOptions({
  queryKey: ["collectors", "facets", "label-keys"],
  queryFn: async (): Promise<string[]> => {
    const facets = await answer(api.GET("/api/v1/collectors/facets"));
    return (facets.labels ?? []).map(({ key }) => key);
  },
  staleTime: 60_000,
});

async function getTopology(question: TopologyQuestion, abort: AbortSignal): Promise<Topology> {
  const { level, id, signal, by } = question;
  const query = { level, ...(id ? { id } : {}), ...(signal ? { signal } : {}), ...(by ? { by } : {}) };
  return topologyOf(await answer(api.GET("/api/v1/topology", { params: { query }, signal: abort })));
}

/** The answer as it is sent: what is unknown is null or absent. */
type Wire = Partial<Omit<Schema<"Topology">, "nodes" | "edges">> & {
  nodes?: readonly WireNode[];
  edges?: readonly WireEdge[];
};
type WireNode = Loose<Schema<"TopologyNode">>;
type WireEdge = Loose<Schema<"TopologyEdge">>;
/** Only what a node or edge is must be said. */
type Loose<Part extends { id: string; kind: string }> = Partial<Part> &
  Pick<Part, Extract<keyof Part, "id" | "kind" | "from" | "to">>;

/** Fills in what the server left out. */
export function topologyOf(wire: Wire): Topology {
  return {
    level: wire.level ?? "fleet",
    id: wire.id ?? null,
    revision: wire.revision ?? "",
    as_of: wire.as_of ?? "",
    interval_s: wire.interval_s ?? null,
    collectors: wire.collectors ?? { total: 0, connected: 0, reporting: 0 },
    notes: wire.notes ?? [],
    truncated: wire.truncated ?? false,
    nodes: (wire.nodes ?? []).map(nodeOf),
    edges: (wire.edges ?? []).map(edgeOf),
  };
}

function nodeOf(wire: WireNode): TopologyNode {
  const { numbers, state } = wire;
  return {
    id: wire.id,
    kind: wire.kind,
    name: wire.name ?? wire.id,
    type: wire.type ?? null,
    scope: wire.scope ?? null,
    path: wire.path ?? null,
    collectors: wire.collectors ?? 0,
    reporting: wire.reporting ?? 0,
    signals: wire.signals ?? [],
    state: {
      status: state?.status ?? null,
      sync: state?.sync ?? null,
      health: state?.health ?? null,
      error: state?.error ?? null,
    },
    numbers: {
      in_per_s: measured(numbers?.in_per_s),
      out_per_s: measured(numbers?.out_per_s),
      errors_per_s: measured(numbers?.errors_per_s),
      dropped_percent: known(numbers?.dropped_percent),
      queue_size: measured(numbers?.queue_size),
      queue_capacity: measured(numbers?.queue_capacity),
      unrouted_per_s: measured(numbers?.unrouted_per_s),
    },
    series: (wire.series ?? []).map(measured),
    steps: (wire.steps ?? []).map((step) => ({
      id: step.id,
      type: step.type,
      name: step.name ?? null,
      in_per_s: measured(step.in_per_s),
      out_per_s: measured(step.out_per_s),
      dropped_percent: known(step.dropped_percent),
    })),
    pipeline: wire.pipeline ?? null,
    badges: wire.badges ?? {},
  };
}

function edgeOf(wire: WireEdge): TopologyEdge {
  return {
    id: wire.id,
    from: wire.from,
    to: wire.to,
    kind: wire.kind,
    numbers: {
      offered_per_s: measured(wire.offered_per_s),
      matched_per_s: measured(wire.matched_per_s),
      sent_per_s: measured(wire.sent_per_s),
      received_per_s: measured(wire.received_per_s),
      // More can arrive than was sent, for a moment; that is no loss.
      lost_per_s: known(wire.lost_per_s) === null ? null : Math.max(0, known(wire.lost_per_s) ?? 0),
      errors_per_s: measured(wire.errors_per_s),
    },
    series: (wire.series ?? []).map(measured),
  };
}

function known(value: number | null | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A negative rate or size is a fault of the data, and unknown. */
function measured(value: number | null | undefined): number | null {
  const number = known(value);
  return number !== null && number >= 0 ? number : null;
}
