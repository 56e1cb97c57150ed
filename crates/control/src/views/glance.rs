//! One collector for a short look, as filters and sums take it: nothing is copied, and what costs is worked out when asked for.
//! Start at [`Glance`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::{Health, Status, Sync};
use linkmesh_fleet::{Id, Intent, Registration, Timestamp, Uid};

use super::collector::{is_outdated, status_of, sync_badge};
use crate::deliver::health_of;
use crate::plane::ControlPlane;
use crate::roster::{Live, State};

/// One collector at a moment, while its lock is held.
pub struct Glance<'a> {
    state: &'a State,
    registration: Cow<'a, Registration>,
    intent: &'a Intent,
}

impl<'a> Glance<'a> {
    pub(super) fn of(state: &'a State, intent: &'a Intent) -> Self {
        let record = &state.record;
        let known = intent.collectors.get(&record.id).map(|known| Cow::Borrowed(&**known));
        let registration = known
            .or_else(|| record.registration_due.as_ref().map(Cow::Borrowed))
            .unwrap_or_else(|| Cow::Owned(unregistered(state)));
        Self { state, registration, intent }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.state.record.id
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.registration.name
    }

    /// How it is managed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.state.record.mode
    }

    /// The version that it reports.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.state.record.version()
    }

    /// Older than the version that configurations are tested with.
    #[must_use]
    pub fn outdated(&self) -> bool {
        self.version().is_some_and(|version| is_outdated(self.mode().runtime(), version))
    }

    /// Whether it is connected.
    #[must_use]
    pub fn status(&self) -> Status {
        status_of(self.state)
    }

    /// Whether it runs what it should.
    #[must_use]
    pub fn sync(&self) -> Sync {
        sync_badge(self.state, &self.registration)
    }

    /// How it feels.
    #[must_use]
    pub fn health(&self) -> Health {
        health_of(self.state)
    }

    /// Labels.
    #[must_use]
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.registration.labels
    }

    /// What its host claims.
    #[must_use]
    pub fn reported(&self) -> &BTreeMap<String, String> {
        &self.state.record.claims
    }

    /// Its host's name, as the host says.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        let claims = self.reported();
        ["host.name", "hostname"].into_iter().find_map(|name| claims.get(name)).map(String::as_str)
    }

    /// Its instance uid.
    #[must_use]
    pub fn uid(&self) -> Option<Uid> {
        self.state.record.uid
    }

    /// Groups that hold it. Looks at every selector.
    #[must_use]
    pub fn groups(&self) -> BTreeSet<Id> {
        self.intent.groups_of(self.id(), &self.registration, self.reported())
    }

    /// It is off the usual lists.
    #[must_use]
    pub fn archived(&self) -> bool {
        self.state.record.archived.is_some()
    }

    /// When it was last heard.
    #[must_use]
    pub fn last_seen_at(&self) -> Option<Timestamp> {
        self.state.record.last_seen_at
    }

    pub(super) fn state(&self) -> &State {
        self.state
    }
}

pub(super) fn unregistered(state: &State) -> Registration {
    let record = &state.record;
    Registration {
        name: record.id.to_string(),
        mode: record.mode,
        uid: record.uid,
        labels: BTreeMap::new(),
        groups: Vec::new(),
        managed: true,
    }
}

impl ControlPlane {
    /// A short look at one collector.
    pub fn glance<T>(&self, live: &Live, look: impl FnOnce(&Glance<'_>) -> T) -> T {
        let head = self.head.in_force();
        look(&Glance::of(&live.lock(), &head.intent))
    }
}
