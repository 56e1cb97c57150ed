//! One collector as its page and the list show it.
//! Start at [`CollectorView`].

use std::collections::BTreeMap;
use std::sync::PoisonError;

use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::{Health, Status, Sync, SyncFacts, sync};
use linkmesh_fleet::{ConfigHash, Id, Intent, Registration, Runtime, Timestamp, Uid};
use linkmesh_render::{ALLOY_TESTED, OTELCOL_TESTED, Version};

use super::glance::unregistered;
use crate::counters::unix_ms;
use crate::deliver::health_of;
use crate::plane::ControlPlane;
use crate::records::{Archived, Hold};
use crate::roster::{Live, State};
use crate::topology::Rates;

/// One collector as its page shows it.
#[derive(Debug, Clone)]
pub struct CollectorView {
    /// Its id.
    pub id: Id,
    /// What people call it.
    pub name: String,
    /// How it is managed.
    pub mode: Mode,
    /// The version that it reports.
    pub version: Option<String>,
    /// Whether it is connected.
    pub status: Status,
    /// Whether it runs what it should.
    pub sync: Sync,
    /// Why it does not.
    pub sync_reason: Option<String>,
    /// How it feels.
    pub health: Health,
    /// Why it does not feel well.
    pub health_reason: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// What its host claims.
    pub reported: BTreeMap<String, String>,
    /// Groups that hold it.
    pub groups: Vec<Id>,
    /// Its host's name, as the host says.
    pub host: Option<String>,
    /// Its instance uid.
    pub uid: Option<Uid>,
    /// Whether it is offered configurations.
    pub managed: bool,
    /// Why an operator stopped delivery to it.
    pub hold: Option<Hold>,
    /// It stayed away, and is off the usual lists.
    pub archived: Option<Archived>,
    /// When it was last heard.
    pub last_seen_at: Option<Timestamp>,
    /// Since when it is connected.
    pub connected_at: Option<Timestamp>,
    /// What it should run, and the revision that says so.
    pub desired: Option<(String, ConfigHash)>,
    /// The last effective configuration that it reported.
    pub effective: Option<ConfigHash>,
    /// That it runs what it should is only concluded: it is of a version that does not say.
    pub inferred: bool,
    /// When its collector token was last made; nothing where it has none.
    pub token_minted_at: Option<Timestamp>,
    /// What an operator may do, with the reason where not.
    pub may_restart: Result<(), String>,
    /// Older than the version that configurations are tested with.
    pub outdated: bool,
    /// Why it does not have yet what it should run.
    pub unsettled_reason: Option<String>,
    /// Why there are no numbers of it, where that is known.
    pub numbers_reason: Option<String>,
    /// What it takes in and gives out now; unknown unless asked for.
    pub rates: Rates,
}

impl ControlPlane {
    pub(super) fn view(&self, live: &Live, intent: &Intent, revision: &str) -> CollectorView {
        let state = live.lock();
        let record = &state.record;
        let registration = intent.collectors.get(&record.id);
        let due = record.registration_due.as_ref();
        let fallback = || unregistered(&state);
        let registration =
            registration.map(|r| (**r).clone()).or_else(|| due.cloned()).unwrap_or_else(fallback);
        let groups = intent.groups_of(&record.id, &registration, &record.claims).into_iter().collect();
        let (sync, sync_reason) = sync_of(&state, &registration);
        let health = health_of(&state);
        let health_reason = record.health.as_ref().and_then(|health| {
            Some(health.last_error.clone()).filter(|error| !error.is_empty() && !health.healthy)
        });
        let may_restart = if state.connection.is_none() {
            Err("it is not connected".to_owned())
        } else if record.mode == Mode::AlloyRemotecfg {
            Err("an Alloy cannot be told to restart; restart it on its host".to_owned())
        } else if record.capabilities & crate::link::capability::ACCEPTS_RESTART == 0 {
            Err("its supervisor does not accept restarts".to_owned())
        } else {
            Ok(())
        };
        CollectorView {
            id: record.id.clone(),
            name: registration.name,
            mode: record.mode,
            version: record.version().map(str::to_owned),
            status: status_of(&state),
            sync,
            sync_reason,
            health,
            health_reason,
            labels: registration.labels,
            reported: record.claims.clone(),
            groups,
            host: ["host.name", "hostname"].into_iter().find_map(|name| record.claims.get(name)).cloned(),
            uid: record.uid,
            managed: registration.managed,
            hold: record.hold.clone(),
            archived: record.archived.clone(),
            last_seen_at: record.last_seen_at,
            connected_at: state.connection.as_ref().map(|connection| connection.since),
            desired: state.assignment.target.as_ref().map(|config| (revision.to_owned(), config.hash)),
            effective: record.effective,
            inferred: record.ledger.is_inferred(),
            token_minted_at: record.minted_at.filter(|_| !record.revoked),
            may_restart,
            outdated: record.version().is_some_and(|version| is_outdated(record.mode.runtime(), version)),
            unsettled_reason: self.unsettled_reason(&state, sync),
            numbers_reason: crate::counters::numbers_reason(&state),
            rates: Rates::default(),
        }
    }

    /// The same with the numbers of now, which takes reading its history after each push.
    pub(super) fn view_with_rates(&self, live: &Live, intent: &Intent, revision: &str) -> CollectorView {
        let view = self.view(live, intent, revision);
        let rates = self.rates(&mut live.lock(), unix_ms(self.clock.now()));
        CollectorView { rates, ..view }
    }

    /// Why a collector does not have yet what it should run; nothing unless it is on its way.
    fn unsettled_reason(&self, state: &State, sync: Sync) -> Option<String> {
        let target = state.assignment.target.as_ref().filter(|_| sync == Sync::Pending)?;
        let reason = if state.record.released == Some(target.hash) {
            if state.connection.is_none() {
                "it is not connected; it gets its configuration when it comes back".to_owned()
            } else if state.record.ledger.in_flight == Some(target.hash) {
                "it was sent its configuration and has not said yet what became of it".to_owned()
            } else {
                "it is offered its configuration next".to_owned()
            }
        } else if self.frozen().is_some() {
            "all delivery is stopped".to_owned()
        } else {
            let halted =
                self.halted.lock().unwrap_or_else(PoisonError::into_inner).get(&target.hash).cloned();
            match halted {
                Some(on) => {
                    format!("delivery stopped: `{on}` was the first to try this configuration and failed")
                }
                None if state.connection.is_none() => {
                    "it is not connected; it gets its configuration when it comes back".to_owned()
                }
                None => "another collector tries this configuration first".to_owned(),
            }
        };
        Some(reason)
    }
}

pub(crate) fn status_of(state: &State) -> Status {
    if state.connection.is_some() {
        Status::Connected
    } else if state.record.last_seen_at.is_none() {
        Status::AwaitingConnection
    } else {
        Status::Disconnected
    }
}

/// Whether a released version is older than the one that configurations are tested with.
pub(super) fn is_outdated(runtime: Runtime, version: &str) -> bool {
    let tested = match runtime {
        Runtime::Otelcol => OTELCOL_TESTED,
        Runtime::Alloy => ALLOY_TESTED,
    };
    version.parse::<Version>().is_ok_and(|version| version < tested)
}

/// The sync badge, without a word on why.
pub(super) fn sync_badge(state: &State, registration: &Registration) -> Sync {
    let record = &state.record;
    let is_held = record.hold.is_some() || !state.assignment.held.is_empty() || !registration.managed;
    sync(&facts_of(state, is_held.then_some("")))
}

fn facts_of<'s>(state: &'s State, held: Option<&'s str>) -> SyncFacts<'s> {
    let record = &state.record;
    SyncFacts {
        target: state.assignment.target.as_ref().map(|config| config.hash),
        released: record.released,
        ledger: &record.ledger,
        drifted: record.drift.as_ref().is_some_and(|drift| !drift.differences.is_empty()),
        held,
    }
}

pub(crate) fn sync_of(state: &State, registration: &Registration) -> (Sync, Option<String>) {
    let record = &state.record;
    let hold = record.hold.as_ref().map(|hold| {
        format!("held by {}{}", hold.by, hold.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default())
    });
    let conflict = state.assignment.held.first().map(ToString::to_string);
    let observed = (!registration.managed).then(|| "only observed".to_owned());
    let held = hold.or(conflict).or(observed);
    let verdict = sync(&facts_of(state, held.as_deref()));
    let reason = match verdict {
        Sync::Held => held,
        Sync::Failed => {
            let target = state.assignment.target.as_ref().map(|config| config.hash);
            target.and_then(|hash| record.ledger.is_failed(&hash).map(str::to_owned))
        }
        Sync::Drifted => Some("it runs something else than it was given".to_owned()),
        Sync::Pending | Sync::InSync | Sync::Unknown => None,
    };
    (verdict, reason)
}
