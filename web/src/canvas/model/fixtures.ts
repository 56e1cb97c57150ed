// Topologies for tests and for the bench: shaped like the server's answer, made from a seed.
import type { Topology, TopologyEdge, TopologyNode } from "../../api/topology";

/** A small generator of numbers that look random and are the same for the same seed. */
export function dice(seed: number): (sides: number) => number {
  let state = seed | 0 || 1;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.abs(state) % sides;
  };
}

/** What is said of a node of which nothing is known. */
export const NO_NUMBERS: TopologyNode["numbers"] = {
  in_per_s: null,
  out_per_s: null,
  errors_per_s: null,
  dropped_percent: null,
  queue_size: null,
  queue_capacity: null,
  unrouted_per_s: null,
};

export function aNode(part: Partial<TopologyNode> & Pick<TopologyNode, "id" | "kind">): TopologyNode {
  return {
    name: part.id,
    type: null,
    scope: null,
    path: null,
    collectors: 1,
    reporting: 1,
    signals: ["logs"],
    state: { status: null, sync: null, health: null, error: null },
    numbers: { ...NO_NUMBERS, ...part.numbers },
    series: [],
    steps: [],
    pipeline: null,
    badges: {},
    ...(({ numbers: _, ...rest }) => rest)(part),
  };
}

export function anEdge(
  part: Omit<Partial<TopologyEdge>, "numbers"> &
    Pick<TopologyEdge, "from" | "to" | "kind"> & { numbers?: Partial<TopologyEdge["numbers"]> },
): TopologyEdge {
  return {
    id: `${part.kind}:${part.from}>${part.to}`,
    series: [],
    ...part,
    numbers: {
      offered_per_s: null,
      matched_per_s: null,
      sent_per_s: null,
      received_per_s: null,
      lost_per_s: null,
      errors_per_s: null,
      ...part.numbers,
    },
  };
}

export function aTopology(nodes: readonly TopologyNode[], edges: readonly TopologyEdge[]): Topology {
  return {
    level: "fleet",
    id: null,
    revision: "r1",
    as_of: "2026-01-01T00:00:00Z",
    interval_s: 3,
    collectors: { total: nodes.length, connected: nodes.length, reporting: nodes.length },
    notes: [],
    truncated: false,
    nodes,
    edges,
  };
}

/** `size` nodes of all kinds with wires from left to right. Numbers come from `seed`, structure from `shape`. */
export function someTopology(size: number, shape: number, seed = shape): Topology {
  const roll = dice(shape * 7919 + 13);
  const number = dice(seed * 104_729 + 7);
  const kinds = ["collectors", "collector", "source", "route", "destination"] as const;
  const types = ["otlp", "host-metrics", "file-log", "loki"];
  const value = () => (number(6) === 0 ? null : number(5000));
  const series = () => Array.from({ length: 20 }, value);
  const nodes = Array.from({ length: size }, (_, index) => {
    const kind = kinds[roll(kinds.length)] ?? "source";
    const steps = kind === "route" ? roll(5) : 0;
    return aNode({
      id: `${kind}:${index}`,
      kind,
      name: `${kind} ${roll(size * 2)}`,
      type: kind === "collector" || kind === "collectors" ? null : (types[roll(types.length)] ?? null),
      scope: ["fleet", "groups/edge", "groups/gateways"][roll(3)] ?? null,
      numbers: {
        in_per_s: value(),
        out_per_s: value(),
        errors_per_s: number(9) === 0 ? number(50) : 0,
        dropped_percent: null,
        queue_size: number(1000),
        queue_capacity: 1000,
        unrouted_per_s: null,
      },
      series: series(),
      steps: Array.from({ length: steps }, (__, step) => ({
        id: `s${step}`,
        type: "filter",
        name: null,
        in_per_s: value(),
        out_per_s: value(),
        dropped_percent: null,
      })),
    });
  });
  const of = (kind: TopologyNode["kind"]) => nodes.filter((node) => node.kind === kind);
  const edges = new Map<string, TopologyEdge>();
  const join = (from: TopologyNode["kind"], to: TopologyNode["kind"], kind: TopologyEdge["kind"]) => {
    const ends = of(to);
    for (const node of of(from)) {
      const end = ends[roll(Math.max(1, ends.length))];
      if (!end || end === node) continue;
      const numbers = { offered_per_s: value(), matched_per_s: value(), sent_per_s: value() };
      const edge = anEdge({ from: node.id, to: end.id, kind, numbers, series: series() });
      edges.set(edge.id, edge);
    }
  };
  join("collectors", "source", "runs");
  join("collector", "source", "runs");
  join("source", "route", "route");
  join("source", "route", "route");
  join("route", "destination", "send");
  const [gateway, ...pools] = of("collectors");
  for (const pool of pools) {
    if (!gateway || roll(3) !== 0) continue;
    const numbers = {
      sent_per_s: value(),
      received_per_s: value(),
      lost_per_s: number(4) === 0 ? number(50) : 0,
    };
    const edge = anEdge({ from: pool.id, to: gateway.id, kind: "link", numbers, series: series() });
    edges.set(edge.id, edge);
  }
  return aTopology(nodes, [...edges.values()]);
}
