//! Every id of a configuration. Ids of entities hold no dot, so two parts never read as three and no two things share a name:
//! a source, a route and a destination may all be called `app`.

use linkmesh_fleet::Signal;

use crate::graph::{Joint, Stage, Tier, Work};

/// Memory limiter, shared by all sources: each further id would send a health message of its own at every check.
pub(super) const MEMORY_LIMITER: &str = "memory_limiter";

pub(super) fn stage(stage: Stage<'_>, work: &Work<'_>) -> String {
    let type_ = match work {
        Work::Component { component, .. } => &component.type_,
        Work::LimitMemory => return MEMORY_LIMITER.to_owned(),
        Work::Statements(_) => "transform",
        Work::Keep { .. } => "filter",
        Work::Stamp { .. } => "resource",
        Work::Batch(_) => "batch",
    };
    match stage {
        Stage::MemoryLimiter(_) => MEMORY_LIMITER.to_owned(),
        Stage::Receiver(id) | Stage::SourceFilter(id) | Stage::Exporter(id) => format!("{type_}/{id}"),
        Stage::SourceCheck(id) => format!("{type_}/{id}.check"),
        Stage::Stamp(id) => format!("{type_}/{id}.stamp"),
        Stage::Verdict(id) => format!("{type_}/{id}.verdict"),
        Stage::Edge(source, route) => format!("{type_}/{source}.{route}"),
        Stage::EdgeMeter(source, route) => format!("{type_}/{source}.edge.{route}"),
        Stage::RouteIn(id) => format!("{type_}/{id}.in"),
        Stage::Step(route, step) => format!("{type_}/{route}.step.{step}"),
        Stage::RouteOut(id) => format!("{type_}/{id}.out"),
        Stage::DestinationCheck(id) => format!("{type_}/{id}.destination.check"),
        Stage::DestinationFilter(id) => format!("{type_}/{id}.destination.filter"),
        Stage::DestinationClean(id) => format!("{type_}/{id}.destination.clean"),
        Stage::Isolate(id) => format!("{type_}/{id}.isolate"),
    }
}

pub(super) fn joint(joint: Joint<'_>) -> String {
    match joint {
        Joint::Source(id) => format!("forward/{id}.source"),
        Joint::Route(id) => format!("forward/{id}.route"),
        Joint::Destination(id) => format!("forward/{id}.destination"),
    }
}

pub(super) fn pipeline(tier: Tier<'_>, signal: Signal) -> String {
    match tier {
        Tier::Source(id) => format!("{signal}/{id}.source"),
        Tier::Edge(source, route) => format!("{signal}/{source}.edge.{route}"),
        Tier::Route(id) => format!("{signal}/{id}.route"),
        Tier::Destination(id) => format!("{signal}/{id}.destination"),
    }
}

pub(super) fn extension(type_: &str, owner: &str) -> String {
    format!("{type_}/{owner}")
}
