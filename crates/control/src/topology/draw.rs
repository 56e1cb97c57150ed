//! From what was gathered to nodes and edges.
//! Start at [`draw`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Id, Kind, Place, Timestamp};

use super::cut::cut;
use super::gather::{ClassSum, Gathered, PoolSum, Seen};
use super::links::{EndSum, LinkSum};
use super::nodes::{Drafts, destination_id, flow_at, node, source_id};
use super::pools::PoolKey;
use super::sums::Sum;
use super::{Edge, EdgeFlow, EdgeKind, Level, Node, NodeKind, Numbers, Question, Topology};
use crate::head::InForce;

pub(super) fn draw(gathered: &Gathered, question: &Question, head: &InForce, now: Timestamp) -> Topology {
    let mut canvas =
        Canvas { gathered, head, edges: BTreeMap::new(), nodes: BTreeMap::new(), notes: notes(gathered) };
    let mut drafts = Drafts::default();
    for class in &gathered.classes {
        drafts.take_class(class);
        canvas.flow_of(class);
    }
    for (id, draft) in drafts.0 {
        canvas.nodes.insert(id, draft.finish());
    }
    for (path, (collectors, why)) in &gathered.troubles {
        for id in [path.clone(), format!("{path}#source"), format!("{path}#destination")] {
            if let Some(node) = canvas.nodes.get_mut(&id) {
                node.state.error = Some(if *collectors == 1 {
                    why.clone()
                } else {
                    format!("on {collectors} collectors, for example: {why}")
                });
            }
        }
    }
    canvas.link_ends();
    match &question.level {
        Level::Fleet => canvas.pools(),
        Level::Group(_) | Level::Label(..) | Level::Collector(_) => canvas.part(&question.level),
    }
    let whole = &gathered.whole;
    let mut drawn = Topology {
        revision: head.revision.clone(),
        as_of: now,
        total: whole.collectors,
        connected: whole.connected,
        reporting: whole.reporting,
        notes: canvas.notes,
        truncated: gathered.pools.keys().any(|pool| matches!(pool, PoolKey::More(_))),
        nodes: canvas.nodes.into_values().collect(),
        edges: canvas.edges.into_values().map(|(edge, sum)| Edge { series: sum.series(), ..edge }).collect(),
    };
    cut(&mut drawn);
    drawn.nodes.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    drawn
}

fn notes(gathered: &Gathered) -> Vec<String> {
    let whole = &gathered.whole;
    let mut notes = Vec::new();
    let silent = whole.collectors.saturating_sub(whole.reporting);
    if silent > 0 {
        notes.push(format!(
            "{silent} of {} collectors report no numbers now; the sums are of the others",
            whole.collectors
        ));
    }
    if gathered.observed > 0 {
        notes.push(format!("{} collectors are only observed; what they run is not drawn", gathered.observed));
    }
    if gathered.without_configuration > 0 {
        notes.push(format!(
            "{} collectors stay on their last good configuration, which is not drawn; their pages say why",
            gathered.without_configuration
        ));
    }
    notes
}

struct Canvas<'g> {
    gathered: &'g Gathered,
    head: &'g InForce,
    nodes: BTreeMap<String, Node>,
    /// By id, with what their lines are made of.
    edges: BTreeMap<String, (Edge, Sum)>,
    notes: Vec<String>,
}

/// One end of a link within what is drawn: its node, its share, and all of that end.
struct Side<'g> {
    node: String,
    share: &'g EndSum,
    all: &'g EndSum,
}

impl Canvas<'_> {
    /// The edges along which telemetry flows through a class.
    fn flow_of(&mut self, class: &ClassSum) {
        let outline = &class.class.outline;
        let place_of = |ends: &[linkmesh_render::EndPlace], id: &Id| {
            ends.iter().find(|end| end.place.id == *id).map(|end| end.place.clone())
        };
        for route in &outline.routes {
            let path = route.place.to_string();
            for source in route.takes.keys() {
                let Some(place) = place_of(&outline.sources, source) else { continue };
                let sum = class.at(&path, &format!("edge:{source}")).unwrap_or_default();
                let flow = EdgeFlow {
                    offered_per_s: sum.flow.in_per_s,
                    matched_per_s: sum.flow.out_per_s,
                    ..EdgeFlow::default()
                };
                self.edge(EdgeKind::Route, (source_id(&place), path.clone()), flow, &sum);
            }
            let stage = if route.pipeline.is_some() { "out" } else { "in" };
            let out = flow_at(class, &path, stage).out_per_s;
            let mut destinations: Vec<&Id> = route.delivers.values().flatten().collect();
            destinations.sort_unstable();
            destinations.dedup();
            for destination in destinations {
                let Some(place) = place_of(&outline.destinations, destination) else { continue };
                let all_signals = route.delivers.values().all(|ids| ids.contains(destination));
                let fed_by = outline
                    .routes
                    .iter()
                    .filter(|other| other.delivers.values().flatten().any(|id| id == destination));
                let alone = fed_by.count() == 1;
                // What a destination sends is not counted by route; only where one route feeds it, all of it is that route's.
                let sum = class.at(&place.to_string(), "destination").filter(|_| alone).unwrap_or_default();
                let flow = EdgeFlow {
                    offered_per_s: out.filter(|_| all_signals),
                    sent_per_s: sum.flow.out_per_s,
                    errors_per_s: sum.flow.errors_per_s,
                    ..EdgeFlow::default()
                };
                self.edge(EdgeKind::Send, (path.clone(), destination_id(&place)), flow, &sum);
            }
        }
    }

    /// Between the two ends of a link, where both are drawn.
    fn link_ends(&mut self) {
        for (link, ends) in &self.gathered.links {
            let place = Place::of(Kind::Link, link.clone());
            let (from, to) = (destination_id(&place), source_id(&place));
            if self.nodes.contains_key(&from) && self.nodes.contains_key(&to) {
                let from = Side { node: from, share: &ends.senders, all: &ends.senders };
                let to = Side { node: to, share: &ends.receivers, all: &ends.receivers };
                self.link(link, ends, &from, &to);
            }
        }
    }

    /// The pools of the whole fleet, what they run, and the links between them.
    fn pools(&mut self) {
        let gathered = self.gathered;
        for (key, pool) in &gathered.pools {
            let id = key.node_id();
            let mut node = node(id.clone(), NodeKind::Collectors, key.name(&self.head.intent));
            if let PoolKey::Group(group) = key {
                node.path = Some(Place::of(Kind::Group, group.clone()).to_string());
            }
            fill(&mut node, pool);
            self.nodes.insert(id.clone(), node);
            self.runs(&id, pool);
        }
        for (link, ends) in &gathered.links {
            for (from_key, from) in &gathered.pools {
                for (to_key, to) in &gathered.pools {
                    let sides = (from.links.get(link), to.links.get(link));
                    let (Some(from), Some(to)) = sides else { continue };
                    let apart = from_key != to_key;
                    if apart && from.senders.collectors > 0 && to.receivers.collectors > 0 {
                        let from =
                            Side { node: from_key.node_id(), share: &from.senders, all: &ends.senders };
                        let to = Side { node: to_key.node_id(), share: &to.receivers, all: &ends.receivers };
                        self.link(link, ends, &from, &to);
                    }
                }
            }
        }
    }

    /// One pool or collector, its members, and the other ends of its links.
    fn part(&mut self, level: &Level) {
        let (gathered, intent) = (self.gathered, &self.head.intent);
        let whole = &gathered.whole;
        let own = match level {
            Level::Collector(id) => collector_id(id),
            Level::Group(id) => PoolKey::Group(id.clone()).node_id(),
            Level::Label(key, value) => PoolKey::Label(key.clone(), value.clone()).node_id(),
            Level::Fleet => return,
        };
        if let Level::Collector(_) = level {
            for (seen, member) in &gathered.members {
                self.member(seen, member);
            }
        } else {
            let key = match level {
                Level::Group(id) => PoolKey::Group(id.clone()),
                Level::Label(key, value) => PoolKey::Label(key.clone(), value.clone()),
                Level::Fleet | Level::Collector(_) => return,
            };
            let mut node = node(own.clone(), NodeKind::Collectors, key.name(intent));
            fill(&mut node, whole);
            self.nodes.insert(own.clone(), node);
            self.runs(&own, whole);
            for (seen, member) in &gathered.members {
                self.member(seen, member);
            }
            self.notes_on_members();
        }
        for (link, share) in &whole.links {
            let Some(ends) = gathered.links.get(link) else { continue };
            let Some(entity) = intent.links.get(link) else { continue };
            if share.senders.collectors > 0 && ends.receivers.collectors > share.receivers.collectors {
                let far = self.far(format!("pool:to/{}", entity.to), entity.to.to_string(), &ends.receivers);
                let from = Side { node: own.clone(), share: &share.senders, all: &ends.senders };
                let to = Side { node: far, share: &ends.receivers, all: &ends.receivers };
                self.link(link, ends, &from, &to);
            }
            if share.receivers.collectors > 0 && ends.senders.collectors > share.senders.collectors {
                let name = String::from(entity.from.clone());
                let far = self.far(format!("pool:from/{link}"), name, &ends.senders);
                let from = Side { node: far, share: &ends.senders, all: &ends.senders };
                let to = Side { node: own.clone(), share: &share.receivers, all: &ends.receivers };
                self.link(link, ends, &from, &to);
            }
        }
    }

    /// Collectors at the other end of a link, of which nothing else is drawn.
    fn far(&mut self, id: String, name: String, end: &EndSum) -> String {
        let far =
            self.nodes.entry(id.clone()).or_insert_with(|| node(id.clone(), NodeKind::Collectors, name));
        far.collectors = far.collectors.max(end.collectors);
        far.reporting = far.reporting.max(end.reporting);
        id
    }

    fn member(&mut self, seen: &Seen, member: &PoolSum) {
        let id = collector_id(&seen.id);
        let mut node = node(id.clone(), NodeKind::Collector, seen.name.clone());
        fill(&mut node, member);
        self.nodes.insert(id.clone(), node);
        if self.gathered.members.len() == 1 {
            self.runs(&id, member);
        }
        let Some(class) = seen.class.as_ref().filter(|_| !seen.observed) else { return };
        for destination in &class.outline.destinations {
            let path = destination.place.to_string();
            let mut sum = Sum::default();
            if let (Some(pulse), Some(config)) = (&seen.pulse, &seen.config) {
                for place in &pulse.places {
                    let known = config.slots().places().get(usize::from(place.slot));
                    if known.is_some_and(|known| known.entity == path && known.stage == "destination") {
                        sum.add(pulse, place, self.gathered.now_ms);
                    }
                }
            }
            let flow = EdgeFlow {
                sent_per_s: sum.flow.out_per_s,
                errors_per_s: sum.flow.errors_per_s,
                ..EdgeFlow::default()
            };
            self.edge(EdgeKind::Send, (id.clone(), destination_id(&destination.place)), flow, &sum);
        }
    }

    fn notes_on_members(&mut self) {
        let (drawn, all) = (self.gathered.members.len() as u64, self.gathered.whole.collectors);
        if drawn < all {
            self.notes.push(format!("{drawn} of {all} collectors are drawn one by one"));
        }
    }

    fn runs(&mut self, from: &str, pool: &PoolSum) {
        for class in pool.classes.iter().filter_map(|number| self.gathered.classes.get(*number)) {
            for source in &class.class.outline.sources {
                let ends = (from.to_owned(), source_id(&source.place));
                self.edge(EdgeKind::Runs, ends, EdgeFlow::default(), &Sum::default());
            }
        }
    }

    fn link(&mut self, link: &Id, ends: &LinkSum, from: &Side<'_>, to: &Side<'_>) {
        let whole = |side: &Side<'_>| side.share.collectors == side.all.collectors;
        let told = (whole(from) && whole(to)).then(|| ends.told());
        // Who of several senders a receiver has it from is not counted.
        let received = to.share.sum.flow.in_per_s.filter(|_| whole(from));
        let failed = from.share.sum.flow.errors_per_s;
        let refused = to.share.sum.flow.errors_per_s.filter(|_| whole(from));
        let flow = EdgeFlow {
            sent_per_s: from.share.sum.flow.out_per_s,
            received_per_s: received,
            lost_per_s: told.as_ref().and_then(|told| told.per_s),
            errors_per_s: failed.into_iter().chain(refused).reduce(|a, b| a + b),
            ..EdgeFlow::default()
        };
        let note = match told {
            Some(told) => told.note,
            None => {
                Some("several pools share it, so what is lost is told for the link as a whole".to_owned())
            }
        };
        if let Some(note) = note {
            let note = format!("link `{link}`: {note}");
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self.edge(EdgeKind::Link, (from.node.clone(), to.node.clone()), flow, &from.share.sum);
    }

    /// Adds to an edge, which several classes may have.
    fn edge(&mut self, kind: EdgeKind, (from, to): (String, String), flow: EdgeFlow, sum: &Sum) {
        let word = match kind {
            EdgeKind::Runs => "runs",
            EdgeKind::Route => "route",
            EdgeKind::Send => "send",
            EdgeKind::Link => "link",
        };
        let id = format!("{word}:{from}>{to}");
        let (edge, line) = self.edges.entry(id.clone()).or_insert_with(|| {
            let flow = EdgeFlow::default();
            (Edge { id, from, to, kind, flow, series: Vec::new() }, Sum::default())
        });
        edge.flow = edge.flow.plus(flow);
        line.join(sum);
    }
}

fn collector_id(id: &Id) -> String {
    format!("collector:{id}")
}

fn fill(node: &mut Node, pool: &PoolSum) {
    node.collectors = pool.collectors;
    node.reporting = pool.reporting;
    node.state = pool.state.clone();
    let errors = [pool.received.flow.errors_per_s, pool.sent.flow.errors_per_s];
    node.numbers = Numbers {
        in_per_s: pool.received.flow.in_per_s,
        out_per_s: pool.sent.flow.out_per_s,
        errors_per_s: errors.into_iter().flatten().reduce(|a, b| a + b),
        queue_size: pool.sent.flow.queue_size,
        queue_capacity: pool.sent.flow.queue_capacity,
        ..Numbers::default()
    };
    node.series = pool.sent.series();
}

impl EdgeFlow {
    /// Both together; what only one of them knows is that one's.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let sum = |a: Option<f64>, b: Option<f64>| a.into_iter().chain(b).reduce(|a, b| a + b);
        Self {
            offered_per_s: sum(self.offered_per_s, other.offered_per_s),
            matched_per_s: sum(self.matched_per_s, other.matched_per_s),
            sent_per_s: sum(self.sent_per_s, other.sent_per_s),
            received_per_s: sum(self.received_per_s, other.received_per_s),
            lost_per_s: sum(self.lost_per_s, other.lost_per_s),
            errors_per_s: sum(self.errors_per_s, other.errors_per_s),
        }
    }
}
