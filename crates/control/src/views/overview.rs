//! The fleet at one look: how many are how, what failed last.
//! Start at [`ControlPlane::overview`].

use std::sync::Arc;
use std::time::Duration;

use linkmesh_fleet::event::{Event, EventKind};
use linkmesh_fleet::state::{Health, Sync};
use linkmesh_fleet::{Id, Intent, Timestamp};

use super::facets::{Counting, Facets};
use super::glance::Glance;
use crate::plane::ControlPlane;

/// For so long a failure that is over is told.
const RECENT: Duration = Duration::from_secs(24 * 3600);
/// Failures that are named.
const FAILURES_MAX: usize = 10;

/// The fleet at one look. Those in the archive are left out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// How many are how; without groups and labels.
    pub counts: Facets,
    /// How many run something else than they were given.
    pub drifted: u64,
    /// What failed and still does, newest first, and then what failed in the last day and is over.
    pub failures: Vec<Failure>,
}

/// One collector that does not work, or did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub collector: Id,
    /// What people call it.
    pub name: String,
    /// Since when, if that is known.
    pub at: Option<Timestamp>,
    /// It refused a configuration; otherwise it says of itself that it failed.
    pub refused: bool,
    /// Why.
    pub message: String,
    /// It works again.
    pub over: bool,
}

impl ControlPlane {
    /// The fleet at one look, made at most once in a few seconds. Blocking.
    #[must_use]
    pub fn overview(&self) -> Arc<Overview> {
        let (now, head) = (self.clock.now(), self.head.in_force());
        self.looks.overviews.get(&(), (now, &head.revision), || {
            let mut counting = Counting::default();
            let mut overview = Overview::default();
            for live in self.roster.all() {
                let state = live.lock();
                let glance = Glance::of(&state, &head.intent);
                if glance.archived() {
                    continue;
                }
                counting.take(&glance);
                overview.drifted += u64::from(glance.sync() == Sync::Drifted);
                overview.failures.extend(failure(&glance));
                if overview.failures.len() > 2 * FAILURES_MAX {
                    newest(&mut overview.failures);
                }
            }
            newest(&mut overview.failures);
            self.failed_and_over(&mut overview.failures, now, &head.intent);
            Overview { counts: counting.finish(now, 0), ..overview }
        })
    }

    /// Adds what was refused in the last day and is over, while there are places.
    fn failed_and_over(&self, failures: &mut Vec<Failure>, now: Timestamp, intent: &Intent) {
        let refused = |event: &Event| event.kind == EventKind::ConfigFailed && now.since(event.at) < RECENT;
        // One collector may have failed often.
        for event in self.journal.events_before(None, 10 * FAILURES_MAX, refused) {
            let Some(id) = event.collector.as_ref().filter(|_| failures.len() < FAILURES_MAX) else {
                continue;
            };
            let Some(live) = self.roster.by_id(id).filter(|_| failures.iter().all(|f| f.collector != *id))
            else {
                continue;
            };
            let state = live.lock();
            let glance = Glance::of(&state, intent);
            if !glance.archived() {
                failures.push(Failure {
                    collector: id.clone(),
                    name: glance.name().to_owned(),
                    at: Some(event.at),
                    refused: true,
                    message: event.message.clone(),
                    over: true,
                });
            }
        }
    }
}

fn newest(failures: &mut Vec<Failure>) {
    failures.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.collector.cmp(&b.collector)));
    failures.truncate(FAILURES_MAX);
}

fn failure(glance: &Glance<'_>) -> Option<Failure> {
    let state = glance.state();
    let record = &state.record;
    let named = |at, refused, message: &str| Failure {
        collector: glance.id().clone(),
        name: glance.name().to_owned(),
        at,
        refused,
        message: message.to_owned(),
        over: false,
    };
    if glance.sync() == Sync::Failed {
        let target = state.assignment.target.as_ref()?.hash;
        let why = record.ledger.is_failed(&target)?;
        return Some(named(record.ledger.failed_at(&target), true, why));
    }
    if glance.health() == Health::Failed {
        let why = record.health.as_ref().map_or("", |health| health.last_error.as_str());
        let why = if why.is_empty() { "it says that it failed, and not why" } else { why };
        return Some(named(record.health_at, false, why));
    }
    None
}
