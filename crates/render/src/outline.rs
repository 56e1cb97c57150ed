//! What a class of collectors runs, as places and the ways between them: the rendering's own plan, without any text.
//! Knows no runtime's language and opens no credential. Start at [`outline`].

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::{Id, Place, Signal, Union};

use crate::plan::{self, Plan, RouteNode};
use crate::resolve::Setting;
use crate::target::Target;

/// The places of a rendering. Only what runs: a source that no route takes from, and a destination that no route leads to, are
/// left out as they are in the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// Sources, in the order of their ids; the receiving ends of links among them.
    pub sources: Vec<EndPlace>,
    /// Routes, in the order of the first match.
    pub routes: Vec<RoutePlace>,
    /// Destinations, in the order of their ids; the sending ends of links among them.
    pub destinations: Vec<EndPlace>,
}

/// Where telemetry comes in or goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndPlace {
    /// The entity.
    pub place: Place,
    /// What people see.
    pub name: String,
    /// The catalog's type, or `link`.
    pub type_: String,
    /// What passes.
    pub signals: BTreeSet<Signal>,
}

/// A route as it is bound for one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutePlace {
    /// The entity.
    pub place: Place,
    /// What people see.
    pub name: String,
    /// Its pipeline.
    pub pipeline: Option<Id>,
    /// A record that matched goes no further.
    pub is_final: bool,
    /// The signals for which a condition decides.
    pub filtered: BTreeSet<Signal>,
    /// What it takes from which source.
    pub takes: BTreeMap<Id, BTreeSet<Signal>>,
    /// Where each signal goes.
    pub delivers: BTreeMap<Signal, Vec<Id>>,
    /// The steps that run, in order.
    pub steps: Vec<StepPlace>,
}

/// One step of a route's pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepPlace {
    /// Its id in the pipeline.
    pub id: Id,
    /// The catalog's type.
    pub type_: String,
    /// What people see, where it differs from the id.
    pub name: Option<String>,
}

/// Whether a route takes the records that a source offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// All of them.
    Always,
    /// None: a route before it takes everything.
    Never,
    /// A condition decides, of this route or of one before it.
    Depends,
}

/// The places of what a class runs; nothing where it cannot be rendered, which [`crate::render`] explains.
#[must_use]
pub fn outline(union: &Union, target: &Target) -> Option<Outline> {
    let hide = |_: &Place, _: &str, _: &str| Ok(String::new());
    let setting = Setting::of(target, &hide);
    let plan = plan::plan(union, &setting).ok()?;
    let destinations = plan.destinations.iter().map(|(id, node)| {
        let said = union.destinations.get(*id).map(|placed| &placed.entity);
        EndPlace {
            place: node.place.clone(),
            name: said
                .map(|destination| destination.name.clone())
                .unwrap_or_else(|| union.sends.get(*id).and_then(|link| link.entity.name.clone()))
                .unwrap_or_else(|| id.to_string()),
            type_: said.map_or_else(|| LINK.to_owned(), |destination| destination.type_.clone()),
            signals: plan.signals_to(id),
        }
    });
    let sources = plan.sources.iter().map(|(id, node)| EndPlace {
        place: node.place.clone(),
        name: node.name.to_owned(),
        type_: union.sources.get(*id).map_or_else(|| LINK.to_owned(), |placed| placed.entity.type_.clone()),
        signals: plan.signals_of(id),
    });
    let (sources, destinations) = (sources.collect(), destinations.collect());
    let routes = plan.routes.iter().map(|node| route(union, &plan, node)).collect();
    Some(Outline { sources, routes, destinations })
}

/// The type of both ends of a link.
const LINK: &str = "link";

fn route(union: &Union, plan: &Plan<'_>, node: &RouteNode<'_>) -> RoutePlace {
    let pipeline = node.route.pipeline.as_ref().filter(|_| node.has_pipeline);
    let steps = pipeline.and_then(|id| union.pipelines.get(id)).map(|pipeline| &pipeline.entity.steps);
    let written = |id: &Id| steps.into_iter().flatten().find(|step| step.id == *id);
    let carried = node.signals();
    RoutePlace {
        place: node.place.clone(),
        name: node.route.name.clone().unwrap_or_else(|| node.place.id.to_string()),
        pipeline: pipeline.cloned(),
        is_final: node.route.final_,
        filtered: carried.iter().copied().filter(|signal| node.condition(*signal).is_some()).collect(),
        takes: node.takes.iter().map(|(id, signals)| ((*id).clone(), signals.clone())).collect(),
        delivers: node
            .delivers
            .iter()
            .filter(|(signal, _)| carried.contains(signal))
            .map(|(signal, ids)| {
                let there = ids.iter().filter(|id| plan.destinations.contains_key(**id));
                (*signal, there.map(|id| (*id).clone()).collect())
            })
            .collect(),
        steps: node
            .steps
            .iter()
            .map(|step| StepPlace {
                id: step.id.clone(),
                type_: written(step.id).map(|step| step.type_.clone()).unwrap_or_default(),
                name: written(step.id).and_then(|step| step.name.clone()),
            })
            .collect(),
    }
}

impl Outline {
    /// Whether this route takes what this source offers of a signal; nothing where it takes none from it.
    #[must_use]
    pub fn matches(&self, route: &RoutePlace, source: &Id, signal: Signal) -> Option<Match> {
        let takes = |route: &RoutePlace| route.takes.get(source).is_some_and(|taken| taken.contains(&signal));
        if !takes(route) {
            return None;
        }
        let mut before = self.routes.iter().take_while(|other| other.place != route.place);
        let mut depends = route.filtered.contains(&signal);
        for other in before.by_ref().filter(|other| other.is_final && takes(other)) {
            if !other.filtered.contains(&signal) {
                return Some(Match::Never);
            }
            depends = true;
        }
        Some(if depends { Match::Depends } else { Match::Always })
    }

    /// Whether every record of this signal that a source takes in belongs to one route at most, so that what all of them match
    /// can be added up.
    #[must_use]
    pub fn is_exclusive(&self, source: &Id, signal: Signal) -> bool {
        let takes =
            |route: &&RoutePlace| route.takes.get(source).is_some_and(|taken| taken.contains(&signal));
        let mut routes = self.routes.iter().filter(takes).peekable();
        while let Some(route) = routes.next() {
            // The last one may let records go on: nobody follows.
            if !route.is_final && routes.peek().is_some() {
                return false;
            }
        }
        true
    }
}
