//! The four tiers of a rendering, source → edge → route → destination, as stages and the pipes between them, before any
//! runtime's language. Knows no catalog type and no id of a configuration. Start at [`Graph::of`].

use std::collections::BTreeMap;

use linkmesh_fleet::destination::Batch;
use linkmesh_fleet::{Id, Place, Signal};
use serde_json::Value;

use crate::catalog::Component;
use crate::plan::Plan;

mod destination;
mod mark;
mod route;
mod source;

/// Everything that is to run.
#[derive(Default)]
pub(crate) struct Graph<'a> {
    pub(crate) stages: BTreeMap<Stage<'a>, Node<'a>>,
    pub(crate) pipes: Vec<Pipe<'a>>,
    /// Where pipes meet, and who owns the place.
    pub(crate) joints: BTreeMap<Joint<'a>, &'a Place>,
}

/// A place where records are worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage<'a> {
    Receiver(&'a Id),
    /// One for each source, though a runtime may serve all of them with one component.
    MemoryLimiter(&'a Id),
    SourceCheck(&'a Id),
    SourceFilter(&'a Id),
    Stamp(&'a Id),
    Verdict(&'a Id),
    /// Keeps the records of one route (source, route); incoming and outgoing items are offered and matched.
    Edge(&'a Id, &'a Id),
    /// Counts where everything matches and nothing needs to be kept apart; incoming and outgoing are the same.
    EdgeMeter(&'a Id, &'a Id),
    RouteIn(&'a Id),
    /// Route and step.
    Step(&'a Id, &'a Id),
    RouteOut(&'a Id),
    DestinationCheck(&'a Id),
    DestinationFilter(&'a Id),
    DestinationClean(&'a Id),
    Isolate(&'a Id),
    Exporter(&'a Id),
}

impl Stage<'_> {
    /// How the map from components to entities calls it.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Receiver(_) => "source".to_owned(),
            Self::MemoryLimiter(_) => "memory-limiter".to_owned(),
            Self::SourceCheck(_) => "source-check".to_owned(),
            Self::SourceFilter(_) => "source-filter".to_owned(),
            Self::Stamp(_) => "stamp".to_owned(),
            Self::Verdict(_) => "verdict".to_owned(),
            Self::Edge(source, _) | Self::EdgeMeter(source, _) => format!("edge:{source}"),
            Self::RouteIn(_) => "in".to_owned(),
            Self::Step(_, step) => format!("step:{step}"),
            Self::RouteOut(_) => "out".to_owned(),
            Self::DestinationCheck(_) => "destination-check".to_owned(),
            Self::DestinationFilter(_) => "destination-filter".to_owned(),
            Self::DestinationClean(_) => "destination-clean".to_owned(),
            Self::Isolate(_) => "isolate".to_owned(),
            Self::Exporter(_) => "destination".to_owned(),
        }
    }
}

/// A stage's owner and its work.
pub(crate) struct Node<'a> {
    pub(crate) place: &'a Place,
    pub(crate) work: Work<'a>,
}

/// What a stage does. Texts are as people wrote them; each runtime escapes them in its own way.
pub(crate) enum Work<'a> {
    /// What the catalog says; further components of it are named after the owner.
    Component { component: &'a Component, owner: &'a str },
    /// Refuses records while memory is short.
    LimitMemory,
    /// OTTL statements by signal; an error is silent, so that one bad record among many does not fill a log. Without any
    /// statement it only counts.
    Statements(BTreeMap<Signal, Vec<String>>),
    /// Drops the records of these signals that do not carry this value (an OTTL literal) under this mark.
    Keep { mark: String, value: String, signals: Vec<Signal> },
    /// Writes the source's id and name and its own attributes to the resource.
    Stamp {
        /// Leaves what is there.
        insert: bool,
        source: &'a Id,
        name: &'a str,
        attributes: Vec<(&'a str, &'a Value)>,
    },
    /// Collects requests, so that the stages before it do not hear of a full queue.
    Batch(Batch),
}

/// Where pipes meet: what ends here goes on in every pipe of the same signal that begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Joint<'a> {
    Source(&'a Id),
    Route(&'a Id),
    Destination(&'a Id),
}

/// One signal's way through some stages, of which there is at least one where it begins at a joint.
pub(crate) struct Pipe<'a> {
    pub(crate) tier: Tier<'a>,
    pub(crate) signal: Signal,
    pub(crate) from: End<'a>,
    pub(crate) through: Vec<Stage<'a>>,
    pub(crate) to: Vec<End<'a>>,
}

/// Which tier a pipe belongs to, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier<'a> {
    Source(&'a Id),
    /// Source and route.
    Edge(&'a Id, &'a Id),
    Route(&'a Id),
    Destination(&'a Id),
}

/// Where a pipe begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End<'a> {
    /// At a receiver or an exporter.
    Stage(Stage<'a>),
    Joint(Joint<'a>),
}

impl<'a> Graph<'a> {
    /// The tiers of a plan.
    pub(crate) fn of(plan: &'a Plan<'_>) -> Self {
        let mut graph = Self::default();
        for (id, node) in &plan.sources {
            source::add(&mut graph, plan, id, node);
        }
        for node in &plan.routes {
            route::add(&mut graph, plan, node);
        }
        for (id, node) in &plan.destinations {
            destination::add(&mut graph, plan, id, node);
        }
        graph
    }

    /// Every stage that takes the records of a signal when they leave a stage, in the order of the pipes.
    pub(crate) fn followers(&self) -> BTreeMap<(Stage<'a>, Signal), Vec<Stage<'a>>> {
        let mut from_joint: BTreeMap<(Joint<'a>, Signal), Vec<&Pipe<'a>>> = BTreeMap::new();
        for pipe in &self.pipes {
            if let End::Joint(joint) = pipe.from {
                from_joint.entry((joint, pipe.signal)).or_default().push(pipe);
            }
        }
        let mut followers = BTreeMap::new();
        for pipe in &self.pipes {
            let start = match pipe.from {
                End::Stage(start) => Some(start),
                End::Joint(_) => None,
            };
            let line: Vec<Stage<'a>> = start.into_iter().chain(pipe.through.iter().copied()).collect();
            for (here, next) in line.iter().zip(line.iter().skip(1)) {
                followers.insert((*here, pipe.signal), vec![*next]);
            }
            let Some(last) = line.last() else { continue };
            let mut next = Vec::new();
            for end in &pipe.to {
                match end {
                    End::Stage(stage) => next.push(*stage),
                    End::Joint(joint) => {
                        let behind = from_joint.get(&(*joint, pipe.signal)).into_iter().flatten();
                        next.extend(behind.filter_map(|pipe| pipe.through.first()));
                    }
                }
            }
            followers.insert((*last, pipe.signal), next);
        }
        followers
    }

    fn add(&mut self, stage: Stage<'a>, place: &'a Place, work: Work<'a>) {
        self.stages.entry(stage).or_insert(Node { place, work });
    }
}
