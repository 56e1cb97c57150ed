//! Keeps a graph small enough to be looked at: what is too much of a kind becomes one node that says how many.
//! Start at [`cut`].

use std::collections::{BTreeMap, HashMap};

use super::nodes::{node, worst};
use super::{Edge, EdgeKind, Node, NodeKind, Numbers, Topology};

/// Nodes of one graph.
pub const NODES_MAX: usize = 200;
/// Edges of one graph.
pub const EDGES_MAX: usize = 2_000;

const KINDS: [NodeKind; 5] =
    [NodeKind::Collectors, NodeKind::Collector, NodeKind::Source, NodeKind::Route, NodeKind::Destination];

/// Merges what is too much. What most collectors run stays by itself.
pub(super) fn cut(drawn: &mut Topology) {
    let mut by_kind: BTreeMap<NodeKind, Vec<Node>> = BTreeMap::new();
    for node in std::mem::take(&mut drawn.nodes) {
        by_kind.entry(node.kind).or_default().push(node);
    }
    let mut merged: HashMap<String, String> = HashMap::new();
    for (kind, room) in rooms(&by_kind) {
        let Some(mut nodes) = by_kind.remove(&kind) else { continue };
        if nodes.len() > room {
            nodes.sort_by(|a, b| b.collectors.cmp(&a.collectors).then_with(|| a.id.cmp(&b.id)));
            let rest = nodes.split_off(room.saturating_sub(1));
            let more = more(kind, &rest);
            merged.extend(rest.into_iter().map(|node| (node.id, more.id.clone())));
            nodes.push(more);
        }
        drawn.nodes.extend(nodes);
    }
    if !merged.is_empty() {
        drawn.truncated = true;
        drawn.edges = redirected(std::mem::take(&mut drawn.edges), &merged);
    }
    if drawn.edges.len() > EDGES_MAX {
        drawn.truncated = true;
        drawn.notes.push(format!("{EDGES_MAX} of {} edges are drawn", drawn.edges.len()));
        // What only shows structure goes first.
        drawn.edges.sort_by(|a, b| {
            let structure = |edge: &Edge| edge.kind == EdgeKind::Runs;
            structure(a).cmp(&structure(b)).then_with(|| a.id.cmp(&b.id))
        });
        drawn.edges.truncate(EDGES_MAX);
    }
    drawn.edges.sort_by(|a, b| a.id.cmp(&b.id));
}

/// How many nodes of each kind have room: what few kinds leave, the others share.
fn rooms(by_kind: &BTreeMap<NodeKind, Vec<Node>>) -> Vec<(NodeKind, usize)> {
    let mut wanted: Vec<(NodeKind, usize)> =
        KINDS.iter().map(|kind| (*kind, by_kind.get(kind).map_or(0, Vec::len))).collect();
    wanted.sort_by_key(|(_, count)| *count);
    let mut left = NODES_MAX;
    let kinds = wanted.len();
    for (at, (_, count)) in wanted.iter_mut().enumerate() {
        *count = (*count).min(left / (kinds - at));
        left -= *count;
    }
    wanted
}

fn more(kind: NodeKind, rest: &[Node]) -> Node {
    let word = match kind {
        NodeKind::Collectors => "pools",
        NodeKind::Collector => "collectors",
        NodeKind::Source => "sources",
        NodeKind::Route => "routes",
        NodeKind::Destination => "destinations",
    };
    let mut all = node(format!("more:{word}"), kind, format!("…and {} more {word}", rest.len()));
    for one in rest {
        let of_pools = matches!(kind, NodeKind::Collectors | NodeKind::Collector);
        all.collectors =
            if of_pools { all.collectors + one.collectors } else { all.collectors.max(one.collectors) };
        all.reporting =
            if of_pools { all.reporting + one.reporting } else { all.reporting.max(one.reporting) };
        worst(&mut all.state, &one.state);
        all.numbers = all.numbers.plus(one.numbers);
        add(&mut all.series, &one.series);
        all.signals.extend(&one.signals);
    }
    all.signals.sort_unstable();
    all.signals.dedup();
    all
}

fn redirected(edges: Vec<Edge>, merged: &HashMap<String, String>) -> Vec<Edge> {
    let mut by_id: BTreeMap<String, Edge> = BTreeMap::new();
    for edge in edges {
        let end = |id: &String| merged.get(id).unwrap_or(id).clone();
        let (from, to) = (end(&edge.from), end(&edge.to));
        if from == to {
            continue;
        }
        let word = edge.id.split(':').next().unwrap_or_default();
        let id = format!("{word}:{from}>{to}");
        match by_id.get_mut(&id) {
            Some(known) => {
                known.flow = known.flow.plus(edge.flow);
                add(&mut known.series, &edge.series);
            }
            None => drop(by_id.insert(id.clone(), Edge { id, from, to, ..edge })),
        }
    }
    by_id.into_values().collect()
}

fn add(all: &mut Vec<Option<f64>>, one: &[Option<f64>]) {
    if all.is_empty() {
        all.extend_from_slice(one);
        return;
    }
    for (all, one) in all.iter_mut().zip(one) {
        *all = all.iter().chain(one).copied().reduce(|a, b| a + b);
    }
}

impl Numbers {
    /// Both together, where they can be added up.
    fn plus(self, other: Self) -> Self {
        let sum = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).reduce(|a, b| a + b);
        let total = |a: Option<u64>, b: Option<u64>| a.into_iter().chain(b).reduce(u64::saturating_add);
        Self {
            in_per_s: sum(self.in_per_s, other.in_per_s),
            out_per_s: sum(self.out_per_s, other.out_per_s),
            errors_per_s: sum(self.errors_per_s, other.errors_per_s),
            dropped_percent: None,
            queue_size: total(self.queue_size, other.queue_size),
            queue_capacity: total(self.queue_capacity, other.queue_capacity),
            unrouted_per_s: sum(self.unrouted_per_s, other.unrouted_per_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use linkmesh_fleet::Timestamp;

    use super::super::EdgeFlow;
    use super::*;

    fn large(sources: usize) -> Topology {
        let numbers = Numbers { in_per_s: Some(1.0), ..Numbers::default() };
        let mut nodes: Vec<Node> = (0..sources)
            .map(|number| Node {
                collectors: u64::from(number == 400),
                numbers,
                ..node(format!("source {number:04}"), NodeKind::Source, String::new())
            })
            .collect();
        nodes.push(node("route".to_owned(), NodeKind::Route, String::new()));
        let flow = EdgeFlow { offered_per_s: Some(1.0), ..EdgeFlow::default() };
        let edges = (0..sources).map(|number| {
            let (from, to) = (format!("source {number:04}"), "route".to_owned());
            Edge {
                id: format!("route:{from}>{to}"),
                from,
                to,
                kind: EdgeKind::Route,
                flow,
                series: Vec::new(),
            }
        });
        Topology {
            revision: String::new(),
            as_of: Timestamp(0),
            total: 0,
            connected: 0,
            reporting: 0,
            notes: Vec::new(),
            truncated: false,
            edges: edges.collect(),
            nodes,
        }
    }

    #[test]
    fn what_is_too_much_becomes_one_node_and_no_number_is_lost() {
        let mut drawn = large(500);
        cut(&mut drawn);
        assert!(drawn.truncated && drawn.nodes.len() <= NODES_MAX, "{}", drawn.nodes.len());
        let more = drawn.nodes.iter().find(|node| node.id == "more:sources").unwrap();
        assert_eq!(more.name, format!("…and {} more sources", 500 - (drawn.nodes.len() - 2)));
        let all: f64 = drawn.nodes.iter().filter_map(|node| node.numbers.in_per_s).sum();
        let offered: f64 = drawn.edges.iter().filter_map(|edge| edge.flow.offered_per_s).sum();
        assert_eq!((all, offered), (500.0, 500.0));
        assert!(drawn.nodes.iter().any(|node| node.id == "source 0400"), "what most run stays");
        let ids: Vec<&String> = drawn.nodes.iter().map(|node| &node.id).collect();
        assert!(drawn.edges.iter().all(|edge| ids.contains(&&edge.from) && ids.contains(&&edge.to)));
    }

    #[test]
    fn what_can_be_looked_at_stays_as_it_is() {
        let (mut drawn, whole) = (large(150), large(150));
        cut(&mut drawn);
        assert_eq!((drawn.nodes.len(), drawn.edges, drawn.truncated), (151, whole.edges, false));
    }
}
