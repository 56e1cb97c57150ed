//! Every collector in memory: its record, what it should run, who holds its connection. Lost at a restart but for the record.
//! Knows nothing of sockets. Start at [`Roster`] and [`Live`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use linkmesh_fleet::{ConfigHash, Id, Problem, Timestamp, Uid};
use linkmesh_throughput::{History, Pulse};
use tokio::sync::Notify;

use crate::classes::Class;
use crate::content::Config;
use crate::records::CollectorRecord;

/// One collector.
pub struct Live {
    /// The internal key, which never changes.
    pub key: String,
    state: Mutex<State>,
    /// Woken when its connection should look again.
    pub wake: Notify,
    /// Held while the record is written, so that an older one never follows a newer.
    pub(crate) writing: Mutex<()>,
    /// What the listener of its protocol remembers between two requests.
    pub session: Mutex<Option<Box<dyn std::any::Any + Send>>>,
}

impl Live {
    /// Wraps a record.
    #[must_use]
    pub fn new(record: CollectorRecord) -> Arc<Self> {
        let key = record.key.clone();
        let state = State {
            record,
            dirty: false,
            registered: false,
            connection: None,
            assignment: Assignment::default(),
            released: None,
            history: None,
            history_dirty: false,
            pulse: None,
            effective_due: None,
            compare_due: false,
            restart_due: false,
            revoking: false,
            contested_at: None,
            seen_written_at: None,
            archive_seen_at: None,
            foreign: None,
            polling: Polling::default(),
        };
        Arc::new(Self {
            key,
            state: Mutex::new(state),
            wake: Notify::new(),
            writing: Mutex::default(),
            session: Mutex::default(),
        })
    }

    /// The state, for a short look or change. Never held across a wait.
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of one collector right now.
pub struct State {
    /// The record as it will be written.
    pub record: CollectorRecord,
    /// The record changed since it was written.
    pub dirty: bool,
    /// The repository in force holds its registration.
    pub registered: bool,
    /// Its open connection.
    pub connection: Option<Connection>,
    /// What Git says it should run.
    pub assignment: Assignment,
    /// What it may have.
    pub released: Option<Arc<Config>>,
    /// A day of its own counters.
    pub history: Option<Box<History>>,
    /// The history changed since it was written.
    pub history_dirty: bool,
    /// Its numbers in compact form, with the configuration that they are sorted by; from when somebody looks until the next push.
    pub(crate) pulse: Option<(Option<ConfigHash>, Arc<Pulse>)>,
    /// An effective configuration as reported, waiting to be redacted and compared.
    pub effective_due: Option<String>,
    /// What it runs was settled since the last comparison.
    pub compare_due: bool,
    /// An operator asked for a restart.
    pub restart_due: bool,
    /// Its token was revoked, and the store refused to take that down.
    pub revoking: bool,
    /// When another host last claimed the same identity.
    pub contested_at: Option<Timestamp>,
    /// When it was last marked for writing only because it is there.
    pub seen_written_at: Option<Timestamp>,
    /// When this process first saw it in the archive with everybody else back.
    pub(crate) archive_seen_at: Option<Timestamp>,
    /// Its pushes claim to be of another one.
    pub foreign: Option<ForeignPushes>,
    /// Where one that polls stands.
    pub polling: Polling,
}

/// Pushes with the token of one collector and the instance id of another; lost at a restart.
#[derive(Debug, Clone, Copy)]
pub struct ForeignPushes {
    /// What they claim.
    pub claimed: Uid,
    /// When the first of them came; none without came since.
    pub since: Timestamp,
    /// Whether somebody was told.
    pub told: bool,
}

/// Where a collector that polls stands; lost at a restart.
#[derive(Debug, Clone, Copy, Default)]
pub struct Polling {
    /// When it last registered itself.
    pub registered_at: Option<Timestamp>,
    /// When that was last told.
    pub registered_told_at: Option<Timestamp>,
    /// When it last asked for its configuration, where it is there.
    pub polled_at: Option<Timestamp>,
    /// It registered itself and has not asked since.
    pub registered_only: bool,
    /// Polls since its process began, where that was seen and it has not registered for the second time.
    pub polls_of_start: Option<u8>,
    /// The poll that the next gap begins with; it outlives a silence.
    pub gap_from: Option<Timestamp>,
    /// The gap between its last two polls, in seconds.
    pub gap_s: Option<u64>,
    /// Fingerprint of what it last said of itself.
    pub claims_seen: Option<u64>,
    /// When it was last told that it sends what cannot be read.
    pub bad_told_at: Option<Timestamp>,
    /// What it says of itself changed, and what it should run was not decided since.
    pub assign_due: bool,
}

impl Polling {
    /// Its collector is gone: the next time it registers is worth telling. The gap until it asks again may be a long period.
    pub(crate) fn gone(&mut self) {
        (self.registered_at, self.registered_told_at, self.polled_at) = (None, None, None);
        (self.registered_only, self.polls_of_start) = (false, None);
    }
}

impl State {
    /// Marks the record for writing.
    pub fn touch(&mut self) {
        self.dirty = true;
    }

    /// What it reports on may have been offered right before this process died, and the offer died with it: what it should run
    /// anyway is nothing unknown.
    pub(crate) fn remember_offer(&mut self, reported: Option<ConfigHash>, now: Timestamp) {
        let Some(hash) = reported else { return };
        let ledger = &mut self.record.ledger;
        let noted = ledger.last_applied == Some(hash)
            || ledger.is_failed(&hash).is_some()
            || ledger.attempts.iter().any(|attempt| attempt.hash == hash);
        let ours = self.released.iter().chain(&self.assignment.target).find(|config| config.hash == hash);
        if let Some(config) = ours.filter(|_| !noted) {
            ledger.offered(hash, Some(&config.revision), now);
        }
    }
}

/// What Git says one collector should run.
#[derive(Default, Clone)]
pub struct Assignment {
    /// The class it belongs to.
    pub class: Option<Arc<Class>>,
    /// What it should run; nothing where it never had a configuration and none is due.
    pub target: Option<Arc<Config>>,
    /// Why it stays on its last good configuration.
    pub held: Vec<Problem>,
    /// It is only observed, never offered anything.
    pub observed: bool,
}

/// An open connection of a collector.
pub struct Connection {
    /// Tells connections of one collector apart.
    pub serial: u64,
    /// Since when.
    pub since: Timestamp,
    /// When something was last heard on it.
    pub heard_at: Timestamp,
    /// Where it comes from.
    pub peer: String,
    /// Plain HTTP: every request is a connection of its own, so only silence ends it.
    pub polling: bool,
    /// Another host asks for the same uid; the holder must prove that it is alive.
    pub probe: Probe,
    /// How often it did.
    pub probes_answered: u32,
    /// The own-metrics offer that was sent on it; it counts as received once something comes back.
    pub own_metrics_told: Option<ConfigHash>,
    /// When it was last sent on it.
    pub own_metrics_told_at: Option<Timestamp>,
    /// How often it was offered again, because the collector goes on with an older one.
    pub offered_again: u8,
    /// Why it must end.
    pub close: Option<Close>,
}

/// Whether the holder of a uid should prove that it is alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Nobody asks.
    Quiet,
    /// It should send a ping.
    Asked,
}

/// Why the server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Close {
    /// Its credential was revoked.
    Revoked,
    /// The same collector connected anew.
    Replaced,
    /// The collector was removed.
    Removed,
}

/// All collectors, by every name that leads to one.
#[derive(Default)]
pub struct Roster {
    maps: RwLock<Maps>,
}

#[derive(Default)]
struct Maps {
    by_id: BTreeMap<Id, Arc<Live>>,
    by_uid: HashMap<Uid, Arc<Live>>,
    by_key: HashMap<String, Arc<Live>>,
}

impl Roster {
    /// Adds a collector under the names in its record.
    pub fn add(&self, live: &Arc<Live>) {
        let (id, uid) = {
            let state = live.lock();
            (state.record.id.clone(), state.record.uid)
        };
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(uid) = uid {
            maps.by_uid.insert(uid, Arc::clone(live));
        }
        maps.by_id.insert(id, Arc::clone(live));
        maps.by_key.insert(live.key.clone(), Arc::clone(live));
    }

    /// Adds a collector unless its id or uid is taken; says whether it did.
    pub fn add_new(&self, live: &Arc<Live>) -> bool {
        let (id, uid) = {
            let state = live.lock();
            (state.record.id.clone(), state.record.uid)
        };
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        if maps.by_id.contains_key(&id) || uid.is_some_and(|uid| maps.by_uid.contains_key(&uid)) {
            return false;
        }
        if let Some(uid) = uid {
            maps.by_uid.insert(uid, Arc::clone(live));
        }
        maps.by_id.insert(id, Arc::clone(live));
        maps.by_key.insert(live.key.clone(), Arc::clone(live));
        true
    }

    /// Binds a collector to a uid, forgetting the one it had.
    pub fn bind(&self, live: &Arc<Live>, uid: Uid) {
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        maps.by_uid.retain(|_, other| !Arc::ptr_eq(other, live));
        maps.by_uid.insert(uid, Arc::clone(live));
    }

    /// Removes a collector.
    pub fn remove(&self, live: &Arc<Live>) {
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        maps.by_uid.retain(|_, other| !Arc::ptr_eq(other, live));
        maps.by_id.retain(|_, other| !Arc::ptr_eq(other, live));
        maps.by_key.remove(&live.key);
    }

    /// By its name.
    #[must_use]
    pub fn by_id(&self, id: &Id) -> Option<Arc<Live>> {
        self.maps.read().unwrap_or_else(PoisonError::into_inner).by_id.get(id).cloned()
    }

    /// By its instance uid.
    #[must_use]
    pub fn by_uid(&self, uid: &Uid) -> Option<Arc<Live>> {
        self.maps.read().unwrap_or_else(PoisonError::into_inner).by_uid.get(uid).cloned()
    }

    /// By its internal key.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<Arc<Live>> {
        self.maps.read().unwrap_or_else(PoisonError::into_inner).by_key.get(key).cloned()
    }

    /// Whether this very collector is among them, and was not removed.
    #[must_use]
    pub fn holds(&self, live: &Live) -> bool {
        self.by_key(&live.key).is_some_and(|held| std::ptr::eq(&*held, live))
    }

    /// Adds one that is not listed any more and still comes with its token.
    pub(crate) fn add_departed(&self, live: &Arc<Live>) {
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        maps.by_key.insert(live.key.clone(), Arc::clone(live));
    }

    /// Takes one off the list, so that its name is free; its token still leads to it.
    pub(crate) fn depart(&self, live: &Arc<Live>) {
        let mut maps = self.maps.write().unwrap_or_else(PoisonError::into_inner);
        maps.by_id.retain(|_, other| !Arc::ptr_eq(other, live));
    }

    /// Those that are not listed any more and were called this.
    #[must_use]
    pub fn departed(&self, id: &Id) -> Vec<Arc<Live>> {
        let everybody = self.everybody();
        everybody
            .into_iter()
            .filter(|live| {
                let state = live.lock();
                state.record.departed() && state.record.id == *id
            })
            .collect()
    }

    /// Everybody, also those that are not listed any more, in no order.
    #[must_use]
    pub fn everybody(&self) -> Vec<Arc<Live>> {
        self.maps.read().unwrap_or_else(PoisonError::into_inner).by_key.values().cloned().collect()
    }

    /// Everybody who is listed, in the order of their ids.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<Live>> {
        self.maps.read().unwrap_or_else(PoisonError::into_inner).by_id.values().cloned().collect()
    }

    /// At most `limit` of them behind `after`, in the order of their ids.
    #[must_use]
    pub fn page(&self, after: Option<&Id>) -> Vec<(Id, Arc<Live>)> {
        use std::ops::Bound;
        let maps = self.maps.read().unwrap_or_else(PoisonError::into_inner);
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        maps.by_id
            .range::<Id, _>((start, Bound::Unbounded))
            .map(|(id, live)| (id.clone(), Arc::clone(live)))
            .collect()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.maps.read().unwrap_or_else(PoisonError::into_inner).by_id.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
