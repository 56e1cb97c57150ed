//! Every id of a configuration. Ids of entities hold no dot, so two parts never read as three and no two things share a name:
//! a source, a route and a destination may all be called `app`.

use linkmesh_fleet::{Id, Signal};

/// Memory limiter, shared by all sources: each further id would send a health message of its own at every check.
pub(super) const MEMORY_LIMITER: &str = "memory_limiter";

pub(super) fn receiver(type_: &str, source: &Id) -> String {
    format!("{type_}/{source}")
}

pub(super) fn source_check(source: &Id) -> String {
    format!("transform/{source}.check")
}

pub(super) fn source_filter(source: &Id) -> String {
    format!("filter/{source}")
}

pub(super) fn stamp(source: &Id) -> String {
    format!("resource/{source}.stamp")
}

pub(super) fn verdict(source: &Id) -> String {
    format!("transform/{source}.verdict")
}

pub(super) fn source_forward(source: &Id) -> String {
    format!("forward/{source}.source")
}

pub(super) fn source_pipeline(signal: Signal, source: &Id) -> String {
    format!("{signal}/{source}.source")
}

/// What keeps the records of one route; its incoming and outgoing items are offered and matched.
pub(super) fn edge(source: &Id, route: &Id) -> String {
    format!("filter/{source}.{route}")
}

/// Counts where everything matches and nothing needs to be kept apart; incoming and outgoing are the same.
pub(super) fn edge_meter(source: &Id, route: &Id) -> String {
    format!("transform/{source}.edge.{route}")
}

pub(super) fn edge_pipeline(signal: Signal, source: &Id, route: &Id) -> String {
    format!("{signal}/{source}.edge.{route}")
}

pub(super) fn route_forward(route: &Id) -> String {
    format!("forward/{route}.route")
}

pub(super) fn route_pipeline(signal: Signal, route: &Id) -> String {
    format!("{signal}/{route}.route")
}

pub(super) fn route_in(route: &Id) -> String {
    format!("transform/{route}.in")
}

pub(super) fn route_out(route: &Id) -> String {
    format!("transform/{route}.out")
}

pub(super) fn step(type_: &str, route: &Id, step: &Id) -> String {
    format!("{type_}/{route}.step.{step}")
}

pub(super) fn exporter(type_: &str, destination: &Id) -> String {
    format!("{type_}/{destination}")
}

pub(super) fn destination_forward(destination: &Id) -> String {
    format!("forward/{destination}.destination")
}

pub(super) fn destination_pipeline(signal: Signal, destination: &Id) -> String {
    format!("{signal}/{destination}.destination")
}

pub(super) fn destination_check(destination: &Id) -> String {
    format!("transform/{destination}.destination.check")
}

pub(super) fn destination_filter(destination: &Id) -> String {
    format!("filter/{destination}.destination.filter")
}

pub(super) fn destination_clean(destination: &Id) -> String {
    format!("transform/{destination}.destination.clean")
}

pub(super) fn isolate(destination: &Id) -> String {
    format!("batch/{destination}.isolate")
}

pub(super) fn extension(type_: &str, owner: &str) -> String {
    format!("{type_}/{owner}")
}
