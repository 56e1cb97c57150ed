//! Nodes for what collectors run, each put together from every class that runs it.
//! Start at [`Drafts::take_class`].

use std::collections::BTreeMap;

use linkmesh_fleet::state::Status;
use linkmesh_fleet::{Id, Kind, Place, Signal as Telemetry};
use linkmesh_render::{EndPlace, Match, RoutePlace};
use linkmesh_throughput::{Flow, Signal};

use super::gather::{ClassSum, health_urgency, urgency};
use super::sums::{Sum, dropped_percent};
use super::{Node, NodeKind, NodeState, Numbers, StepNumbers};

/// Nodes in the making, by id.
#[derive(Default)]
pub(super) struct Drafts(pub(super) BTreeMap<String, Draft>);

/// One node in the making.
pub(super) struct Draft {
    pub(super) node: Node,
    sum: Sum,
    /// What a source's filter, or a route, lets through.
    through: Flow,
    steps: Vec<(StepNumbers, Flow)>,
    unrouted: Unrouted,
}

/// What no route took, as far as it can be told.
#[derive(Clone, Copy)]
enum Unrouted {
    Nothing,
    Known(f64),
    /// A record may have gone several ways.
    Untold,
}

/// The id of the node of a source, or of the receiving end of a link.
pub(super) fn source_id(place: &Place) -> String {
    if place.kind == Kind::Link { format!("{place}#source") } else { place.to_string() }
}

/// The id of the node of a destination, or of the sending end of a link.
pub(super) fn destination_id(place: &Place) -> String {
    if place.kind == Kind::Link { format!("{place}#destination") } else { place.to_string() }
}

/// A bare node.
pub(super) fn node(id: String, kind: NodeKind, name: String) -> Node {
    Node {
        id,
        kind,
        name,
        type_: None,
        scope: None,
        path: None,
        collectors: 0,
        reporting: 0,
        signals: Vec::new(),
        state: NodeState::default(),
        numbers: Numbers::default(),
        series: Vec::new(),
        steps: Vec::new(),
        pipeline: None,
        badges: BTreeMap::new(),
    }
}

impl Drafts {
    /// Adds what a class runs.
    pub(super) fn take_class(&mut self, class: &ClassSum) {
        let outline = &class.class.outline;
        for source in &outline.sources {
            let draft = self.end(class, source, NodeKind::Source, source_id(&source.place));
            let path = source.place.to_string();
            draft.sum.join(&class.at(&path, "source").unwrap_or_default());
            draft.through = draft.through.plus(flow_at(class, &path, "source-filter"));
            draft.unrouted = draft.unrouted.with(unrouted(class, &source.place.id));
        }
        for destination in &outline.destinations {
            let id = destination_id(&destination.place);
            let draft = self.end(class, destination, NodeKind::Destination, id);
            let path = destination.place.to_string();
            draft.sum.join(&class.at(&path, "destination").unwrap_or_default());
            draft.through = draft.through.plus(flow_at(class, &path, "destination-filter"));
        }
        for route in &outline.routes {
            self.take_route(class, route);
        }
    }

    fn end(&mut self, class: &ClassSum, end: &EndPlace, kind: NodeKind, id: String) -> &mut Draft {
        let draft = self.draft(class, &end.place, (kind, id), &end.name);
        draft.node.type_ = Some(end.type_.clone());
        add_signals(&mut draft.node.signals, end.signals.iter().copied());
        draft
    }

    fn take_route(&mut self, class: &ClassSum, route: &RoutePlace) {
        let path = route.place.to_string();
        let draft = self.draft(class, &route.place, (NodeKind::Route, path.clone()), &route.name);
        draft.node.pipeline = route.pipeline.as_ref().map(ToString::to_string);
        add_signals(&mut draft.node.signals, route.takes.values().flatten().copied());
        for source in class.class.outline.sources.iter() {
            let Some(taken) = route.takes.get(&source.place.id) else { continue };
            if let Some(sum) = class.at(&path, &format!("edge:{}", source.place.id)) {
                draft.sum.join(&sum);
            }
            let matches =
                taken.iter().filter_map(|s| class.class.outline.matches(route, &source.place.id, *s));
            let badges = &mut draft.node.badges;
            for badge in matches {
                let known = badges.entry(source_id(&source.place)).or_insert(badge);
                if *known != badge {
                    *known = Match::Depends;
                }
            }
        }
        let inner = flow_at(class, &path, "in");
        let out = if route.pipeline.is_some() { flow_at(class, &path, "out") } else { inner };
        let through = Flow { in_per_s: inner.in_per_s, out_per_s: out.out_per_s, ..Flow::default() };
        draft.through = draft.through.plus(through);
        for step in &route.steps {
            let id = step.id.to_string();
            let flow = flow_at(class, &path, &format!("step:{id}"));
            match draft.steps.iter_mut().find(|(known, _)| known.id == id) {
                Some((_, known)) => *known = known.plus(flow),
                None => {
                    let (type_, name) = (step.type_.clone(), step.name.clone());
                    let (in_per_s, out_per_s, dropped_percent) = (None, None, None);
                    let step = StepNumbers { id, type_, name, in_per_s, out_per_s, dropped_percent };
                    draft.steps.push((step, flow));
                }
            }
        }
    }

    fn draft(
        &mut self,
        class: &ClassSum,
        place: &Place,
        (kind, id): (NodeKind, String),
        name: &str,
    ) -> &mut Draft {
        let draft = self.0.entry(id.clone()).or_insert_with(|| {
            let scope = Kind::SCOPED.contains(&place.kind).then(|| place.scope.to_string());
            let path = Some(place.to_string());
            let node = Node { scope, path, ..node(id, kind, name.to_owned()) };
            let (sum, through) = (Sum::default(), Flow::default());
            Draft { node, sum, through, steps: Vec::new(), unrouted: Unrouted::Nothing }
        });
        draft.node.collectors += class.collectors;
        draft.node.reporting += class.reporting;
        draft
    }
}

impl Draft {
    /// The node with its numbers.
    pub(super) fn finish(self) -> Node {
        let (flow, through) = (self.sum.flow, self.through);
        let mut numbers = Numbers {
            errors_per_s: flow.errors_per_s,
            queue_size: flow.queue_size,
            queue_capacity: flow.queue_capacity,
            dropped_percent: dropped_percent(&through),
            ..Numbers::default()
        };
        match self.node.kind {
            NodeKind::Source => {
                numbers.in_per_s = flow.in_per_s;
                numbers.out_per_s = through.out_per_s;
                numbers.unrouted_per_s = match self.unrouted {
                    Unrouted::Known(rate) => Some(rate),
                    Unrouted::Nothing | Unrouted::Untold => None,
                };
            }
            NodeKind::Destination => {
                numbers.in_per_s = through.in_per_s;
                numbers.out_per_s = flow.out_per_s;
            }
            NodeKind::Route | NodeKind::Collectors | NodeKind::Collector => {
                numbers.in_per_s = through.in_per_s;
                numbers.out_per_s = through.out_per_s;
            }
        }
        let steps = self.steps.into_iter().map(|(step, flow)| StepNumbers {
            in_per_s: flow.in_per_s,
            out_per_s: flow.out_per_s,
            dropped_percent: dropped_percent(&flow),
            ..step
        });
        Node { numbers, series: self.sum.series(), steps: steps.collect(), ..self.node }
    }
}

impl Unrouted {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Untold, _) | (_, Self::Untold) => Self::Untold,
            (Self::Nothing, known) | (known, Self::Nothing) => known,
            (Self::Known(a), Self::Known(b)) => Self::Known(a + b),
        }
    }
}

/// What a source offers and no route of a class takes, signal by signal; untold where a record may go several ways.
fn unrouted(class: &ClassSum, source: &Id) -> Unrouted {
    let outline = &class.class.outline;
    let stage = format!("edge:{source}");
    let mut all = Unrouted::Nothing;
    for (signal, telemetry) in [
        (Signal::Logs, Telemetry::Logs),
        (Signal::Metrics, Telemetry::Metrics),
        (Signal::Traces, Telemetry::Traces),
    ] {
        let (mut offered, mut matched) = (None::<f64>, 0.0);
        for route in &outline.routes {
            let Some(edge) = class.at_signal(&route.place.to_string(), &stage, signal) else { continue };
            // Every route is offered everything.
            offered = edge.flow.in_per_s.into_iter().chain(offered).reduce(f64::max);
            matched += edge.flow.out_per_s.unwrap_or(0.0);
        }
        let Some(offered) = offered else { continue };
        let known = if outline.is_exclusive(source, telemetry) {
            Unrouted::Known(f64::max(offered - matched, 0.0))
        } else {
            Unrouted::Untold
        };
        all = all.with(known);
    }
    all
}

/// The flow at a place of a class, all signals together.
pub(super) fn flow_at(class: &ClassSum, path: &str, stage: &str) -> Flow {
    class.at(path, stage).map(|sum| sum.flow).unwrap_or_default()
}

pub(super) fn add_signals(signals: &mut Vec<Signal>, more: impl Iterator<Item = Telemetry>) {
    for signal in more {
        let signal = match signal {
            Telemetry::Logs => Signal::Logs,
            Telemetry::Metrics => Signal::Metrics,
            Telemetry::Traces => Signal::Traces,
        };
        if !signals.contains(&signal) {
            signals.push(signal);
        }
    }
    signals.sort_unstable();
}

/// Makes the first state the worse of both, badge by badge.
pub(super) fn worst(state: &mut NodeState, other: &NodeState) {
    let rank = |status: Status| match status {
        Status::Connected => 0,
        Status::AwaitingConnection => 1,
        Status::Disconnected => 2,
    };
    if state.status.map(rank) < other.status.map(rank) {
        state.status = other.status;
    }
    if state.sync.map(urgency) < other.sync.map(urgency) {
        state.sync = other.sync;
    }
    if state.health.map(health_urgency) < other.health.map(health_urgency) {
        state.health = other.health;
    }
    if state.error.is_none() {
        state.error.clone_from(&other.error);
    }
}
