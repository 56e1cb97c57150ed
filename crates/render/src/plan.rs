//! Who feeds whom, with which signals: the union resolved to components and edges, before any runtime's language.
//! Knows no tiers and no ids of a configuration. Start at [`plan`].

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::destination::{Batch, Overflow};
use linkmesh_fleet::route::{Route, Sources};
use linkmesh_fleet::signal::Conditions;
use linkmesh_fleet::union::Placed;
use linkmesh_fleet::{Id, Pipeline, Place, Problem, Signal, Union};
use serde_json::Value;

use crate::catalog::Component;
use crate::link;
use crate::ottl;
use crate::parameters;
use crate::ports::{self, Listener};
use crate::resolve::{self, Setting, Site};

mod warn;

/// Everything to be rendered.
pub(crate) struct Plan<'a> {
    /// By id; only those that feed a route.
    pub(crate) sources: BTreeMap<&'a Id, SourceNode<'a>>,
    /// In the order of the first match.
    pub(crate) routes: Vec<RouteNode<'a>>,
    /// By id; only those that a route delivers to.
    pub(crate) destinations: BTreeMap<&'a Id, DestinationNode<'a>>,
    /// What deserves a look.
    pub(crate) warnings: Vec<Problem>,
}

pub(crate) struct SourceNode<'a> {
    pub(crate) place: &'a Place,
    pub(crate) name: &'a str,
    pub(crate) attributes: BTreeMap<&'a str, &'a Value>,
    pub(crate) filter: Option<&'a Conditions>,
    pub(crate) component: Component,
    /// Unique behind `<extension type>/`.
    pub(crate) owner: String,
}

pub(crate) struct RouteNode<'a> {
    pub(crate) place: &'a Place,
    pub(crate) route: &'a Route,
    pub(crate) has_pipeline: bool,
    pub(crate) steps: Vec<StepNode<'a>>,
    /// Which signals it takes from which source.
    pub(crate) takes: BTreeMap<&'a Id, BTreeSet<Signal>>,
    /// Where each signal goes.
    pub(crate) delivers: BTreeMap<Signal, Vec<&'a Id>>,
}

pub(crate) struct StepNode<'a> {
    pub(crate) id: &'a Id,
    pub(crate) signals: BTreeSet<Signal>,
    pub(crate) component: Component,
    pub(crate) owner: String,
}

pub(crate) struct DestinationNode<'a> {
    pub(crate) place: &'a Place,
    pub(crate) component: Component,
    pub(crate) filter: Option<&'a Conditions>,
    /// Batch in front of the exporter, so that a full queue is nobody else's trouble.
    pub(crate) isolate: Option<Batch>,
    pub(crate) owner: String,
}

impl RouteNode<'_> {
    /// Whether it takes this signal from this source.
    pub(crate) fn takes(&self, source: &Id, signal: Signal) -> bool {
        self.takes.get(source).is_some_and(|signals| signals.contains(&signal))
    }

    /// Every signal that comes in.
    pub(crate) fn signals(&self) -> BTreeSet<Signal> {
        self.takes.values().flatten().copied().collect()
    }

    /// The condition for a signal, if it has one.
    pub(crate) fn condition(&self, signal: Signal) -> Option<&str> {
        self.route.filter.get(&signal).map(String::as_str)
    }
}

impl<'a> Plan<'a> {
    /// The routes that take this signal from this source, in the order of the first match.
    pub(crate) fn routes_of(&self, source: &Id, signal: Signal) -> impl Iterator<Item = &RouteNode<'a>> {
        self.routes.iter().filter(move |route| route.takes(source, signal))
    }

    /// Every signal that a source feeds somewhere.
    pub(crate) fn signals_of(&self, source: &Id) -> BTreeSet<Signal> {
        self.routes.iter().filter_map(|route| route.takes.get(source)).flatten().copied().collect()
    }

    /// Every signal that reaches a destination.
    pub(crate) fn signals_to(&self, destination: &Id) -> BTreeSet<Signal> {
        let delivered = |route: &RouteNode<'a>| {
            let incoming = route.signals();
            let here = route
                .delivers
                .iter()
                .filter(|(_, ids)| ids.contains(&destination))
                .map(|(signal, _)| *signal);
            here.filter(|signal| incoming.contains(signal)).collect::<Vec<_>>()
        };
        self.routes.iter().flat_map(delivered).collect()
    }
}

/// Resolves a union.
///
/// # Errors
/// Every fault of every entity in it, two listeners on one port, routes that share no signal.
pub(crate) fn plan<'a>(union: &'a Union, setting: &Setting<'_>) -> Result<Plan<'a>, Vec<Problem>> {
    let mut problems = Vec::new();
    let sources = sources(union, setting, &mut problems);
    let destinations = destinations(union, setting, &mut problems);
    let mut routes = Vec::new();
    for placed in &union.routes {
        routes.extend(route(union, setting, placed, (&sources, &destinations), &mut problems));
    }
    problems.extend(port_conflicts(&sources, &destinations));
    if !problems.is_empty() {
        problems.sort();
        problems.dedup();
        return Err(problems);
    }
    let mut plan = Plan { sources, routes, destinations, warnings: Vec::new() };
    plan.warnings = warn::warnings(union, &plan);
    let fed: BTreeSet<&Id> = plan.routes.iter().flat_map(|route| route.takes.keys().copied()).collect();
    plan.sources.retain(|id, _| fed.contains(id));
    let reached: BTreeSet<&Id> =
        plan.destinations.keys().copied().filter(|id| !plan.signals_to(id).is_empty()).collect();
    plan.destinations.retain(|id, _| reached.contains(id));
    Ok(plan)
}

type SourceNodes<'a> = BTreeMap<&'a Id, SourceNode<'a>>;
type DestinationNodes<'a> = BTreeMap<&'a Id, DestinationNode<'a>>;

/// Every source that some route names; the others run nowhere.
fn sources<'a>(union: &'a Union, setting: &Setting<'_>, problems: &mut Vec<Problem>) -> SourceNodes<'a> {
    let named = |id: &Id| union.routes.iter().any(|route| route.entity.sources.include(id));
    let mut nodes = BTreeMap::new();
    for (id, placed) in union.sources.iter().filter(|(id, _)| named(id)) {
        let source = &placed.entity;
        match resolve::source(setting, &placed.place, source) {
            Ok(component) => {
                let node = SourceNode {
                    place: &placed.place,
                    name: source.name.as_deref().unwrap_or(id.as_str()),
                    attributes: source.attributes.iter().map(|(key, value)| (key.as_str(), value)).collect(),
                    filter: (!source.filter.is_empty()).then_some(&source.filter),
                    component,
                    owner: format!("{id}.source"),
                };
                nodes.insert(id, node);
            }
            Err(faults) => problems.extend(faults),
        }
    }
    for (id, placed) in union.receives.iter().filter(|(id, _)| named(id)) {
        match link::receiver(setting, &placed.place, &placed.entity) {
            Ok(component) => {
                let node = SourceNode {
                    place: &placed.place,
                    name: placed.entity.name.as_deref().unwrap_or(id.as_str()),
                    attributes: BTreeMap::new(),
                    filter: None,
                    component,
                    owner: link::owner(&placed.place),
                };
                nodes.insert(id, node);
            }
            Err(faults) => problems.extend(faults),
        }
    }
    nodes
}

/// Every destination that some route names.
fn destinations<'a>(
    union: &'a Union,
    setting: &Setting<'_>,
    problems: &mut Vec<Problem>,
) -> DestinationNodes<'a> {
    let named = |id: &Id| union.routes.iter().any(|route| route.entity.destinations.contains(id));
    let mut nodes = BTreeMap::new();
    for (id, placed) in union.destinations.iter().filter(|(id, _)| named(id)) {
        let destination = &placed.entity;
        match resolve::destination(setting, &placed.place, destination) {
            Ok(component) => {
                let queue = destination.queue.clone().unwrap_or_default();
                let node = DestinationNode {
                    place: &placed.place,
                    component,
                    filter: (!destination.filter.is_empty()).then_some(&destination.filter),
                    isolate: (queue.overflow == Overflow::Drop).then_some(queue.batch),
                    owner: format!("{id}.destination"),
                };
                nodes.insert(id, node);
            }
            Err(faults) => problems.extend(faults),
        }
    }
    for (id, placed) in union.sends.iter().filter(|(id, _)| named(id)) {
        match link::sender(setting, &placed.place, &placed.entity) {
            Ok(component) => {
                let (place, owner) = (&placed.place, link::owner(&placed.place));
                nodes.insert(id, DestinationNode { place, component, filter: None, isolate: None, owner });
            }
            Err(faults) => problems.extend(faults),
        }
    }
    nodes
}

fn route<'a>(
    union: &'a Union,
    setting: &Setting<'_>,
    placed: &'a Placed<Route>,
    (sources, destinations): (&SourceNodes<'a>, &DestinationNodes<'a>),
    problems: &mut Vec<Problem>,
) -> Option<RouteNode<'a>> {
    let (place, route) = (&placed.place, &*placed.entity);
    for (signal, condition) in &route.filter {
        if let Err(why) = ottl::check_filter(condition, *signal) {
            problems.push(Problem::new(place, format!("filter.{signal}"), why));
        }
    }
    let pipeline = route.pipeline.as_ref().and_then(|id| union.pipelines.get(id));
    let wanted = |signal: &Signal| {
        pipeline.is_none_or(|pipeline| pipeline.entity.signals.contains(signal))
            && (route.signals.is_empty() || route.signals.contains(signal))
    };
    let mut delivers: BTreeMap<Signal, Vec<&Id>> = BTreeMap::new();
    let here = route.destinations.iter().filter_map(|id| destinations.get_key_value(id));
    for (id, destination) in here {
        let takes: Vec<Signal> = Signal::ALL.into_iter().filter(wanted).collect();
        let takes: Vec<Signal> =
            takes.into_iter().filter(|s| destination.component.signals.contains(s)).collect();
        if takes.is_empty() {
            let message = format!("destination `{id}` takes none of the signals of this route");
            problems.push(Problem::new(place, "destinations", message));
        }
        takes.into_iter().for_each(|signal| delivers.entry(signal).or_default().push(id));
    }
    for signal in route.signals.iter().filter(|signal| !delivers.contains_key(signal)) {
        let message = format!("neither pipeline nor destinations of this route take {signal}");
        problems.push(Problem::new(place, "signals", message));
    }
    let mut takes = BTreeMap::new();
    for (id, source) in sources.iter().filter(|(id, _)| route.sources.include(id)) {
        let shared: BTreeSet<Signal> =
            source.component.signals.iter().copied().filter(|signal| delivers.contains_key(signal)).collect();
        if !shared.is_empty() {
            takes.insert(*id, shared);
        }
    }
    // A source or destination that failed by itself has been told about already.
    let complete = match &route.sources {
        Sources::All => problems.is_empty(),
        Sources::Named(ids) => problems.is_empty() && ids.iter().any(|id| sources.contains_key(id)),
    };
    if takes.is_empty() {
        if complete && !delivers.is_empty() {
            let message = "its sources, pipeline and destinations share no signal";
            problems.push(Problem::new(place, "", message));
        }
        return None;
    }
    let mut node =
        RouteNode { place, route, has_pipeline: pipeline.is_some(), steps: Vec::new(), takes, delivers };
    if let Some(pipeline) = pipeline {
        node.steps = steps(setting, &node, pipeline, problems);
    }
    Some(node)
}

fn steps<'a>(
    setting: &Setting<'_>,
    node: &RouteNode<'a>,
    pipeline: &'a Placed<Pipeline>,
    problems: &mut Vec<Problem>,
) -> Vec<StepNode<'a>> {
    let values = match parameters::values(&pipeline.entity, &node.route.parameters) {
        Ok(values) => values,
        Err(faults) => {
            let fault = |(name, why)| Problem::new(node.place, format!("parameters.{name}"), why);
            problems.extend(faults.into_iter().map(fault));
            return Vec::new();
        }
    };
    let carried = node.signals();
    let mut nodes = Vec::new();
    for (index, step) in pipeline.entity.steps.iter().enumerate() {
        if !step.runtimes.is_empty() && !step.runtimes.contains(&setting.runtime) {
            continue;
        }
        let wanted = pipeline.entity.signals.iter().copied();
        let wanted: Vec<Signal> =
            wanted.filter(|s| step.signals.is_empty() || step.signals.contains(s)).collect();
        let owner = format!("{}.step.{}", node.place.id, step.id);
        let site = Site {
            place: &pipeline.place,
            field: format!("steps[{index}]."),
            credentials: format!("steps.{}.credentials", step.id),
            id: step.id.as_str(),
            owner: owner.clone(),
        };
        match resolve::step(setting, &site, step, &values, &wanted) {
            Ok(component) => {
                let signals: BTreeSet<Signal> = component.signals.iter().copied().collect();
                let signals =
                    signals.into_iter().filter(|s| wanted.contains(s) && carried.contains(s)).collect();
                nodes.push(StepNode { id: &step.id, signals, component, owner });
            }
            Err(faults) => problems.extend(faults),
        }
    }
    nodes.retain(|node| !node.signals.is_empty());
    nodes
}

fn port_conflicts(sources: &SourceNodes<'_>, destinations: &DestinationNodes<'_>) -> Vec<Problem> {
    let mut listeners = Vec::new();
    let both = sources.values().map(|node| (node.place, &node.component));
    for (place, component) in both.chain(destinations.values().map(|node| (node.place, &node.component))) {
        listeners.extend(component.listens.iter().map(|listen| Listener { place, listen }));
    }
    ports::conflicts(&listeners)
}
