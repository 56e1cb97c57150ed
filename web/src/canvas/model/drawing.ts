// From a topology to what is drawn: cards and wires, never more than `CARDS_MAX` cards. Where there are more nodes, those
// alike stand together on one card that can be opened. Looks at structure only, never at numbers. Start at `draw`.
import type { EdgeKind, Match, NodeKind, Topology, TopologyNode } from "../../api/topology";
import { alike } from "./alike";
import { type Fold, foldNodes } from "./fold";

/** So many cards are drawn at most. */
export const CARDS_MAX = 200;
/** So many wires are drawn at most. */
export const WIRES_MAX = 400;

export interface Step {
  id: string;
  type: string;
  name: string | null;
}

/** One node, or several nodes of one kind that stand together. */
export interface Card
  extends Pick<TopologyNode, "id" | "kind" | "name" | "type" | "scope" | "path" | "signals" | "pipeline"> {
  /** A route's steps. */
  steps: readonly Step[];
  /** Ids of the nodes on it, in order of id. */
  members: readonly string[];
  /** What opens it, where it stands for several. */
  fold: string | null;
}

/** What runs from one card to another. */
export interface Wire {
  id: string;
  from: string;
  to: string;
  kind: EdgeKind;
  /** Ids of the edges in it. */
  members: readonly string[];
  /** Whether the route can match what the source delivers. */
  badge: Match | null;
}

export interface Drawing {
  cards: readonly Card[];
  wires: readonly Wire[];
  /** Equal for equal structure. */
  key: string;
  /** Wires that are not drawn because there are too many. */
  wiresLeftOut: number;
}

const KINDS: Record<NodeKind, number> = { collectors: 0, collector: 1, source: 2, route: 3, destination: 4 };

/** Order that no number can change: kind, name, id. */
export function inOrder(
  a: Pick<Card, "kind" | "name" | "id">,
  b: Pick<Card, "kind" | "name" | "id">,
): number {
  return KINDS[a.kind] - KINDS[b.kind] || compare(a.name, b.name) || compare(a.id, b.id);
}

/** By code unit: the same on every machine, whatever its language. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What is drawn of a topology. `open` has the folds that somebody opened. The drawing before is answered again where
 * nothing of the structure changed, so that whoever compares identities sees it.
 */
export function draw(topology: Topology, open: ReadonlySet<string>, before?: Drawing): Drawing {
  const nodes = [...topology.nodes].sort(inOrder);
  const cardOf = new Map<string, string>();
  const cards: Card[] = [];
  for (const fold of foldNodes(nodes, CARDS_MAX, open)) {
    const card = cardFrom(fold);
    cards.push(card);
    for (const member of card.members) cardOf.set(member, card.id);
  }
  const badges = new Map<string, Readonly<Record<string, Match>>>();
  for (const node of nodes) if (node.kind === "route") badges.set(node.id, node.badges);
  const { wires, leftOut } = wiresOf(topology, cardOf, badges);
  const key = JSON.stringify([cards.map(essence), wires.map((wire) => [wire.id, wire.badge]), leftOut]);
  if (before?.key === key) return before;
  return { cards, wires, key, wiresLeftOut: leftOut };
}

/**
 * Whether two topologies are drawn the same: equal in all but their numbers and states, and in the same order. Much
 * cheaper than drawing both. False where it is not sure.
 */
export function isDrawnAlike(a: Topology, b: Topology): boolean {
  return (
    a.nodes.length === b.nodes.length &&
    a.edges.length === b.edges.length &&
    a.nodes.every((node, index) => isNodeAlike(node, b.nodes[index])) &&
    a.edges.every((edge, index) => {
      const other = b.edges[index];
      return (
        edge.id === other?.id && edge.kind === other.kind && edge.from === other.from && edge.to === other.to
      );
    })
  );
}

function isNodeAlike(a: TopologyNode, b: TopologyNode | undefined): boolean {
  if (a === b) return true;
  return (
    b !== undefined &&
    SAME.every((key) => a[key] === b[key]) &&
    alike(a.signals, b.signals) &&
    alike(a.badges, b.badges) &&
    a.steps.length === b.steps.length &&
    a.steps.every((step, index) => {
      const other = b.steps[index];
      return step.id === other?.id && step.type === other.type && step.name === other.name;
    })
  );
}

const SAME = ["id", "kind", "name", "type", "scope", "path", "pipeline"] as const;

function cardFrom(fold: Fold): Card {
  const [first] = fold.nodes;
  if (fold.key === null && first) return cardOfNode(first);
  return {
    id: `fold:${fold.key}`,
    kind: fold.kind,
    name: fold.name,
    type: fold.type,
    scope: fold.scope,
    path: null,
    signals: [...new Set(fold.nodes.flatMap((node) => node.signals))].sort(compare),
    steps: [],
    pipeline: null,
    members: fold.nodes.map((node) => node.id).sort(compare),
    fold: fold.key,
  };
}

function cardOfNode(node: TopologyNode): Card {
  return {
    id: node.id,
    kind: node.kind,
    name: node.name,
    type: node.type,
    scope: node.scope,
    path: node.path,
    signals: node.signals,
    steps: node.steps.map(({ id, type, name }) => ({ id, type, name })),
    pipeline: node.pipeline,
    members: [node.id],
    fold: null,
  };
}

function wiresOf(
  topology: Topology,
  cardOf: ReadonlyMap<string, string>,
  badges: ReadonlyMap<string, Readonly<Record<string, Match>>>,
): { wires: Wire[]; leftOut: number } {
  const gathered = new Map<string, Wire & { members: string[] }>();
  for (const edge of topology.edges) {
    const from = cardOf.get(edge.from);
    const to = cardOf.get(edge.to);
    // An edge between two nodes of one card is inside of it.
    if (!from || !to || from === to) continue;
    // With the length of the first, so that no two pairs have one id.
    const id = `${edge.kind}:${from.length}:${from}>${to}`;
    const badge = edge.kind === "route" ? (badges.get(edge.to)?.[edge.from] ?? null) : null;
    const wire = gathered.get(id);
    if (!wire) gathered.set(id, { id, from, to, kind: edge.kind, members: [edge.id], badge });
    else {
      wire.members.push(edge.id);
      if (wire.badge !== badge) wire.badge = null;
    }
  }
  // What only shows structure is left out first.
  const wires = [...gathered.values()].sort(
    (a, b) => Number(a.kind === "runs") - Number(b.kind === "runs") || compare(a.id, b.id),
  );
  for (const wire of wires) if (wire.members.length > 1) wire.members.sort(compare);
  return { wires: wires.slice(0, WIRES_MAX), leftOut: Math.max(0, wires.length - WIRES_MAX) };
}

/** What a card is without its numbers. */
function essence(card: Card): unknown[] {
  const { id, kind, name, type, scope, path, signals, steps, pipeline, members } = card;
  return [id, kind, name, type, scope, path, signals, steps.map(Object.values), pipeline, members];
}
