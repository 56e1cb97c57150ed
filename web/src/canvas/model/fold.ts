// Which nodes stand together when there are too many: first by kind, then by type, by scope, and at last by name in runs
// of `RUN`. The tree is cut where the cards fit. Start at `foldNodes`.
import type { NodeKind, TopologyNode } from "../../api/topology";

/** Nodes of one name run. */
const RUN = 40;

/** Nodes on one card; `key` is null where it is a single node. */
export interface Fold {
  key: string | null;
  kind: NodeKind;
  name: string;
  type: string | null;
  scope: string | null;
  nodes: readonly TopologyNode[];
}

interface Branch extends Fold {
  key: string;
  children: readonly Branch[];
}

const WORDS: Record<NodeKind, string> = {
  collectors: "pools",
  collector: "collectors",
  source: "sources",
  route: "routes",
  destination: "destinations",
};

/**
 * A partition of the nodes into at most `most` parts. What somebody opened is shown in full before anything else; then the
 * smallest branches, so that few of a kind are never hidden behind many of another. The nodes come in order.
 */
export function foldNodes(
  nodes: readonly TopologyNode[],
  most: number,
  open: ReadonlySet<string>,
): readonly Fold[] {
  if (nodes.length <= most) return nodes.map(single);
  let cut: readonly Branch[] = byKind(nodes);
  const bare = new Set<string>();
  let room = most - cut.length;
  for (;;) {
    let next: Branch | null = null;
    for (const branch of cut) {
      if (bare.has(branch.key) || cost(branch) - 1 > room) continue;
      if (next === null || comesBefore(branch, next, open)) next = branch;
    }
    if (!next) break;
    room -= cost(next) - 1;
    if (next.children.length === 0) bare.add(next.key);
    else {
      const { key, children } = next;
      cut = cut.flatMap((branch) => (branch.key === key ? children : [branch]));
    }
  }
  return cut.flatMap((branch) =>
    bare.has(branch.key) || branch.nodes.length === 1 ? branch.nodes.map(single) : [branch],
  );
}

function single(node: TopologyNode): Fold {
  return { key: null, kind: node.kind, name: node.name, type: node.type, scope: node.scope, nodes: [node] };
}

/** Opened itself, or something below it is. */
function isOpen(branch: Branch, open: ReadonlySet<string>): boolean {
  if (open.has(branch.key)) return true;
  for (const key of open) if (key.startsWith(`${branch.key}/`)) return true;
  return false;
}

function comesBefore(a: Branch, b: Branch, open: ReadonlySet<string>): boolean {
  if (open.size > 0 && isOpen(a, open) !== isOpen(b, open)) return isOpen(a, open);
  return cost(a) < cost(b);
}

const cost = (branch: Branch): number => branch.children.length || branch.nodes.length;

function byKind(nodes: readonly TopologyNode[]): Branch[] {
  return split(nodes, (node) => node.kind).map(([kind, members]) => {
    const branch = { key: kind, kind: kind as NodeKind, type: null, scope: null, nodes: members };
    return { ...branch, name: title(branch), children: byType({ ...branch, name: "", children: [] }) };
  });
}

function byType(parent: Branch): readonly Branch[] {
  const parts = split(parent.nodes, (node) => node.type ?? "");
  if (parts.length === 1) return byScope(parent);
  return parts.map(([type, nodes]) => {
    const branch = { ...parent, key: below(parent, type), type: type || null, nodes };
    return { ...branch, name: title(branch), children: byScope(branch) };
  });
}

function byScope(parent: Branch): readonly Branch[] {
  const parts = split(parent.nodes, (node) => node.scope ?? "");
  if (parts.length === 1) return byName(parent);
  return parts.map(([scope, nodes]) => {
    const branch = { ...parent, key: below(parent, scope), scope: scope || null, nodes };
    return { ...branch, name: title(branch), children: byName(branch) };
  });
}

function byName(parent: Branch): readonly Branch[] {
  if (parent.nodes.length <= RUN) return [];
  const runs: Branch[] = [];
  for (let start = 0; start < parent.nodes.length; start += RUN) {
    const nodes = parent.nodes.slice(start, start + RUN);
    const ends = `${brief(nodes[0]?.name)} … ${brief(nodes[nodes.length - 1]?.name)}`;
    runs.push({ ...parent, key: below(parent, String(start / RUN)), name: ends, nodes, children: [] });
  }
  return runs;
}

function split(
  nodes: readonly TopologyNode[],
  by: (node: TopologyNode) => string,
): Array<[string, TopologyNode[]]> {
  const parts = new Map<string, TopologyNode[]>();
  for (const node of nodes) {
    const key = by(node);
    const part = parts.get(key);
    if (part) part.push(node);
    else parts.set(key, [node]);
  }
  return [...parts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

const below = (parent: Branch, part: string): string => `${parent.key}/${encodeURIComponent(part)}`;

const brief = (name: string | undefined): string => (name ?? "").slice(0, 24);

function title({ kind, type, scope, nodes }: Pick<Fold, "kind" | "type" | "scope" | "nodes">): string {
  return [`${nodes.length} ${WORDS[kind]}`, type, scope].filter(Boolean).join(" · ");
}
