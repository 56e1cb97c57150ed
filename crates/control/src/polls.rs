//! Collectors that ask instead of being told: who they are, what their polls report, when they are gone.
//! Everything here is answered from memory; what must be kept is written behind. Start at [`ControlPlane::register_poller`].

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use linkmesh_fleet::attempt::{Happened, RemoteStatus, Reported};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{ConfigHash, Timestamp};

use crate::link::bounded;
use crate::plane::ControlPlane;
use crate::roster::{Connection, Live, Probe, State};

mod answer;
mod process;
mod silence;
mod trouble;
mod words;

pub use answer::PollAnswer;
pub(crate) use words::without_credentials;

/// How long an Alloy waits between two polls until it is known better, in seconds.
const PERIOD_S: u64 = 60;
/// An Alloy registers itself twice when it starts.
const REGISTERED_QUIET: Duration = Duration::from_secs(60);
/// How often it is told that two hosts use one token.
const CONTESTED_QUIET: Duration = Duration::from_secs(600);
const ID_CHARS_MAX: usize = 256;
/// What the listener's memory is sealed for.
const MEMORY: &str = "poller";

/// Who asks, as far as it says so itself. What it may do follows from its token alone.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The name that it gives itself.
    pub id: String,
    /// What it says of itself.
    pub claims: BTreeMap<String, String>,
    /// Its address.
    pub peer: String,
}

/// What a poll reports.
#[derive(Debug, Clone, Default)]
pub struct PollReport {
    /// The hash of the last configuration that it received.
    pub has: Option<ConfigHash>,
    /// What is true of that configuration.
    pub verdict: Option<(ConfigHash, Verdict)>,
    /// What it runs, where that is new.
    pub effective: Option<String>,
    /// Something is different from the poll before.
    pub changed: bool,
    /// What the listener wants to remember; absent where that is the same as before.
    pub memory: Option<String>,
}

/// What became of a configuration, as a poll shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It runs.
    Applied,
    /// It was received, and nothing speaks against it; its collector is of a version that says no more.
    Inferred,
    /// It was refused, in these words.
    Failed(String),
    /// It runs, and its collector could not reach us for a while; these are its words.
    Trouble(String),
    /// Nothing is known yet.
    Pending,
}

/// Who a caller is among those that use its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The one that used it before.
    Known,
    /// Another one, after the one before went away: nothing that was remembered is true of it.
    New,
    /// Another one, while the one before is there. Why it is refused, as a sentence for its log.
    Foreign(String),
}

/// What a poll leads to before it can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// What it should run must be decided anew, with [`ControlPlane::settle_poller`].
    pub assign: bool,
    /// It came just now, so that what it may have is perhaps about to be released.
    pub fresh: bool,
}

impl ControlPlane {
    /// Whether a caller is the one that this token belongs to. Two that are alive cannot share one.
    #[must_use]
    pub fn identify_poller(&self, live: &Live, caller: &Caller) -> Identity {
        let now = self.clock.now();
        let name = poller_name(&caller.id);
        let (id, holder) = {
            let mut state = live.lock();
            let alive = state.connection.is_some();
            match state.record.poller.id.clone() {
                Some(known) if known == name => return Identity::Known,
                Some(known) if alive && !state.record.departed() => {
                    let quiet = state.contested_at.is_some_and(|at| now.since(at) < CONTESTED_QUIET);
                    state.contested_at = Some(now).filter(|_| !quiet).or(state.contested_at);
                    (Some(state.record.id.clone()).filter(|_| !quiet), known)
                }
                known => {
                    state.record.poller.id = Some(name);
                    state.record.poller.memory = None;
                    state.record.poller.given = None;
                    state.touch();
                    return if known.is_some() { Identity::New } else { Identity::Known };
                }
            }
        };
        if let Some(id) = id {
            let message = format!(
                "a second Alloy, `{name}` at {}, uses the token of this one (`{holder}`) and gets no configuration; create a collector for it and mint a token of its own",
                caller.peer
            );
            self.journal.event(now, EventKind::DuplicateIdentity, Some(&id), message);
        }
        Identity::Foreign(format!(
            "this token belongs to `{holder}`, which is connected; `{name}` needs a collector and a token of its own"
        ))
    }

    /// Whether a caller that names itself so is the one that this token belongs to. Changes nothing and tells nobody.
    #[must_use]
    pub fn is_poller(&self, live: &Live, id: &str) -> bool {
        live.lock().record.poller.id.as_deref().is_some_and(|known| known == poller_name(id))
    }

    /// An Alloy registers itself: at its start twice, and whenever its block changes. Nothing can go wrong. Says whether what it
    /// should run must be decided anew, with [`ControlPlane::settle_poller`].
    #[must_use]
    pub fn register_poller(&self, live: &Live, caller: &Caller) -> bool {
        let now = self.clock.now();
        let (id, told, appeared, assign) = {
            let mut state = live.lock();
            state.record.last_seen_at = Some(now);
            if state.record.departed() {
                state.touch();
                return false;
            }
            let quiet = state.polling.registered_told_at.is_some_and(|at| now.since(at) < REGISTERED_QUIET);
            process::registered(&mut state.polling, now);
            if !quiet {
                state.polling.registered_told_at = Some(now);
            }
            take_claims(&mut state, caller);
            let appeared = self.appear(&mut state, caller, now);
            (state.record.id.clone(), !quiet, appeared, state.polling.assign_due)
        };
        if told {
            let version = caller.claims.get("collector.version").map(String::as_str).unwrap_or_default();
            let version: String = version.chars().filter(|c| !c.is_control()).take(40).collect();
            let message = format!("Alloy {version} at {} registered itself", caller.peer);
            self.journal.event(now, EventKind::RemotecfgRegistered, Some(&id), message);
        }
        if appeared {
            self.journal.event(now, EventKind::Connected, Some(&id), "connected");
            self.wakes.deliver.notify_one();
        }
        assign
    }

    /// An Alloy says good-bye, as it does at every ordinary restart. It keeps everything.
    pub fn unregister_poller(&self, live: &Live) {
        let now = self.clock.now();
        let id = {
            let mut state = live.lock();
            state.record.last_seen_at = Some(now);
            state.touch();
            process::forget_given(&mut state);
            if state.connection.take().is_none() {
                return;
            }
            state.record.ledger.disconnected();
            state.polling.gone();
            state.record.id.clone()
        };
        self.journal.event(now, EventKind::Disconnected, Some(&id), "said good-bye");
        self.wakes.deliver.notify_one();
        live.wake.notify_waiters();
    }

    /// Takes in what a poll says.
    #[must_use]
    pub fn hear_poll(&self, live: &Live, report: PollReport, caller: &Caller) -> Heard {
        let now = self.clock.now();
        let (id, happened, trouble, appeared, heard) = {
            let mut state = live.lock();
            state.record.last_seen_at = Some(now);
            if state.record.departed() {
                // What it runs is of no interest any more; that it still comes is.
                state.touch();
                return Heard { assign: false, fresh: false };
            }
            let fresh = state.polling.polled_at.is_none();
            let begins = process::begins(&mut state.polling, report.has, now);
            process::learn_period(&mut state, now);
            take_claims(&mut state, caller);
            let appeared = self.appear(&mut state, caller, now);
            let trouble = self.trouble_of(&report);
            if let Some(memory) = report.memory {
                // It holds the collector's own words, and those quote whatever they complain of.
                state.record.poller.memory = Some(self.keys.seal_bytes(MEMORY, memory.as_bytes()));
                state.touch();
            }
            let mut happened =
                self.note_verdict(&mut state, &report.verdict, report.has, report.changed, now);
            happened.extend(self.note_death(&mut state, begins, now));
            let told = report.effective.or_else(|| self.untold(&state, &report.verdict));
            if let Some(effective) = told {
                state.effective_due = Some(effective);
                self.wakes.effective.notify_one();
            }
            let heard = Heard { assign: state.polling.assign_due, fresh };
            (state.record.id.clone(), happened, trouble, appeared, heard)
        };
        if appeared {
            self.journal.event(now, EventKind::Connected, Some(&id), "connected");
        }
        for happening in &happened {
            self.tell(&id, happening, now);
        }
        if let Some(message) = trouble {
            self.journal.event(now, EventKind::PollFailed, Some(&id), message);
        }
        if appeared || !happened.is_empty() {
            self.wakes.deliver.notify_one();
        }
        heard
    }

    /// Writes down that a collector sent what cannot be read, at most once in ten minutes.
    pub fn note_bad_poll(&self, live: &Live, why: &str) {
        let now = self.clock.now();
        let id = {
            let mut state = live.lock();
            if state.polling.bad_told_at.is_some_and(|at| now.since(at) < CONTESTED_QUIET) {
                return;
            }
            state.polling.bad_told_at = Some(now);
            state.record.id.clone()
        };
        let why: String = why.chars().filter(|c| !c.is_control()).take(300).collect();
        let message = format!("something with its token sends what cannot be read: {why}");
        self.journal.event(now, EventKind::PollUnreadable, Some(&id), message);
    }

    /// Decides anew what a poller should run, after what it says of itself changed. Blocking: renders.
    pub fn settle_poller(&self, live: &Arc<Live>) {
        live.lock().polling.assign_due = false;
        self.assign(live);
    }

    /// What the record kept for the listener.
    #[must_use]
    pub fn poller_memory(&self, live: &Live) -> Option<String> {
        let sealed = live.lock().record.poller.memory.clone()?;
        String::from_utf8(self.keys.open_bytes(MEMORY, &sealed).ok()?).ok()
    }

    /// Whether a hash names a configuration that this collector may have from here.
    #[must_use]
    pub fn is_ours(&self, live: &Live, hash: &ConfigHash) -> bool {
        live.lock().record.ledger.has_heard_of(hash) || self.contents.get(hash).is_some()
    }

    /// What a collector runs by its own word, where only that word was kept: it does not repeat itself to a server that was
    /// killed before it wrote down the rest.
    fn untold(&self, state: &State, verdict: &Option<(ConfigHash, Verdict)>) -> Option<String> {
        let Some((hash, Verdict::Applied)) = verdict else { return None };
        let known = state.effective_due.is_some() || state.record.effective == Some(*hash);
        let config = if known { None } else { self.contents.get(hash) };
        config.map(|config| config.text.to_string())
    }

    /// Puts what became of a configuration into the ledger. The same word again costs a comparison.
    fn note_verdict(
        &self,
        state: &mut State,
        verdict: &Option<(ConfigHash, Verdict)>,
        has: Option<ConfigHash>,
        changed: bool,
        now: Timestamp,
    ) -> Vec<Happened> {
        if state.record.ledger.in_flight.is_some_and(|hash| Some(hash) != has) {
            state.record.ledger.polled(has);
            state.touch();
        }
        let (hash, status, inferred) = match verdict {
            // A comment in place of a configuration that it never had is none.
            Some((hash, _)) if self.is_placeholder(state, hash) => (None, RemoteStatus::Unset, false),
            Some((hash, Verdict::Applied | Verdict::Trouble(_))) => {
                (Some(*hash), RemoteStatus::Applied, false)
            }
            Some((hash, Verdict::Inferred)) => (Some(*hash), RemoteStatus::Applied, true),
            Some((hash, Verdict::Pending)) => (Some(*hash), RemoteStatus::Applying, false),
            Some((hash, Verdict::Failed(words))) => {
                let standing = state.record.ledger.reported.as_ref().is_some_and(|reported| {
                    reported.hash == Some(*hash) && matches!(reported.status, RemoteStatus::Failed { .. })
                });
                if standing && !changed {
                    return Vec::new();
                }
                let config = self.contents.get(hash);
                let why = words::explain(words, config.as_deref());
                (Some(*hash), RemoteStatus::Failed { why }, false)
            }
            None => (None, RemoteStatus::Unset, false),
        };
        let reported = Reported { hash, status };
        if state.record.ledger.reported.as_ref() == Some(&reported) && state.record.ledger.in_flight.is_none()
        {
            return Vec::new();
        }
        let unheard = hash.filter(|hash| !state.record.ledger.has_heard_of(hash));
        if let Some(config) = unheard.and_then(|hash| self.contents.get(&hash)) {
            // It came with an answer that did not count, or before this process died.
            state.record.ledger.offered(config.hash, Some(&config.revision), now);
            self.tell_offer(&state.record.id, &config, false, now);
        }
        let ledger = &mut state.record.ledger;
        let happened = match reported.hash.filter(|_| inferred) {
            Some(hash) => ledger.infer_applied(hash, now),
            None => ledger.report(reported, now),
        };
        state.compare_due = true;
        self.wakes.effective.notify_one();
        if happened.iter().any(|happening| matches!(happening, Happened::Failed { .. })) {
            self.unsettled.store(true, Ordering::Release);
        }
        state.touch();
        happened
    }

    /// Notes that somebody is there; says whether nobody was before.
    fn appear(&self, state: &mut State, caller: &Caller, now: Timestamp) -> bool {
        if let Some(connection) = &mut state.connection {
            connection.heard_at = now;
            return false;
        }
        self.welcome_back(state, now);
        state.connection = Some(Connection {
            serial: self.serial.fetch_add(1, Ordering::Relaxed),
            since: now,
            heard_at: now,
            peer: caller.peer.clone(),
            polling: true,
            probe: Probe::Quiet,
            probes_answered: 0,
            own_metrics_told: None,
            own_metrics_told_at: None,
            offered_again: 0,
            close: None,
        });
        state.record.connected_at = Some(now);
        state.record.ledger.disconnected();
        state.touch();
        true
    }
}

fn poller_name(id: &str) -> String {
    id.chars().filter(|c| !c.is_control()).take(ID_CHARS_MAX).collect()
}

/// Keeps what a host says of itself, where it says something new.
fn take_claims(state: &mut State, caller: &Caller) {
    let mut hasher = DefaultHasher::new();
    caller.claims.hash(&mut hasher);
    let seen = hasher.finish();
    if state.polling.claims_seen == Some(seen) {
        return;
    }
    state.polling.claims_seen = Some(seen);
    let claims = bounded(&caller.claims);
    if claims != state.record.claims {
        state.record.claims = claims;
        state.polling.assign_due = true;
        state.touch();
    }
}
