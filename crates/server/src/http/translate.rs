//! Between the control plane's types and the API's: plain functions, one for each pair.
//! No decision is taken here. Parts by noun.

mod account;
mod change;
mod collector;
mod entity;
mod event;
mod job;
mod mirror;
mod overview;
mod throughput;
mod token;
mod topology;

pub(super) use account::{audit_entry, principal_kind, role, role_of, service_account};
pub(super) use change::{affected, file_deltas, plan, revision_row};
pub(super) use collector::{
    attempt, collector, components, config, drift, health, mode_of, runtime_of, runtime_word, status, sync,
};
pub(super) use entity::{intent_items, listed};
pub(super) use event::{event, severity_of};
pub(super) use job::job;
pub(super) use mirror::{MIRROR_PATH, mirror_file};
pub(super) use overview::{facets, overview};
pub(super) use throughput::{chart, short_entity, throughput};
pub(super) use token::{created_token, token, token_draft};
pub(super) use topology::{link_traffic, signal_of, topology};

use linkmesh_api::types as api;
use linkmesh_fleet::{Problem, Timestamp};

/// A point in time.
pub(super) fn time(at: Timestamp) -> api::Timestamp {
    api::Timestamp(at.to_string())
}

/// A point in time in seconds since 1970, as Git has it.
pub(super) fn time_of_seconds(at_s: i64) -> api::Timestamp {
    time(Timestamp(at_s.saturating_mul(1000)))
}

/// A fault as a fault of the input.
pub(super) fn fault(problem: &Problem) -> api::FieldError {
    api::FieldError { path: place_and_field(problem), message: sentence(problem) }
}

/// A fault that is only worth a look.
pub(super) fn warning(problem: &Problem) -> api::Warning {
    api::Warning { path: place_and_field(problem), message: sentence(problem) }
}

fn place_and_field(problem: &Problem) -> String {
    match (problem.path.is_empty(), problem.field.is_empty()) {
        (_, true) => problem.path.clone(),
        (true, false) => problem.field.clone(),
        (false, false) => format!("{}: {}", problem.path, problem.field),
    }
}

fn sentence(problem: &Problem) -> String {
    match &problem.other {
        Some(other) => format!("{} (the other file is {other})", problem.message),
        None => problem.message.clone(),
    }
}
