//! What a poll is answered with: the one place that says so, from memory, without rendering.
//! Start at [`ControlPlane::answer_poll`].

use std::sync::Arc;
use std::time::Duration;

use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{ConfigHash, Id, Runtime, Timestamp};

use super::process;
use crate::content::Config;
use crate::plane::ControlPlane;
use crate::roster::{Live, State};

/// How long a poll waits for a configuration that is about to be released.
const RELEASE_WAIT: Duration = Duration::from_millis(700);

/// The answer to a poll.
#[derive(Debug, Clone)]
pub enum PollAnswer {
    /// It stays with what it received last.
    NotModified,
    /// It should have this one, which it may have received already.
    Config(Arc<Config>),
    /// What it should have is not known now. Why, as a sentence for its log.
    Unavailable(&'static str),
}

/// What a poller should have.
enum Due {
    /// What it received last.
    Same,
    /// What may be offered, or ends a failure.
    Offer(Arc<Config>),
    /// What it had before, or nothing to run; not an offer.
    Standing(Arc<Config>),
    Unknown(&'static str),
}

impl ControlPlane {
    /// Waits a moment for the release of what a newcomer should run, so that it need not wait for its next poll.
    pub async fn await_release(&self, live: &Live) {
        let deadline = tokio::time::Instant::now() + RELEASE_WAIT;
        let waits = || {
            let state = live.lock();
            let target = state.assignment.target.as_ref().map(|config| config.hash);
            let free = state.record.hold.is_none() && state.assignment.held.is_empty();
            target.is_some()
                && target != state.record.released
                && free
                && target.is_none_or(|hash| state.record.ledger.is_failed(&hash).is_none())
        };
        while waits() && self.frozen().is_none() && tokio::time::Instant::now() < deadline {
            self.wakes.deliver.notify_one();
            // The wake may come between the look and the wait, so look again soon in any case.
            drop(tokio::time::timeout(Duration::from_millis(25), live.wake.notified()).await);
        }
    }

    /// Answers a poll of a collector that received `has` last. `counts` where the answer will be read: the one to a mere report
    /// is thrown away, so that it must not pass for an offer.
    #[must_use]
    pub fn answer_poll(&self, live: &Live, has: Option<ConfigHash>, counts: bool) -> PollAnswer {
        let now = self.clock.now();
        let mut state = live.lock();
        let due = self.due_for_poll(&state, has, now);
        if counts {
            let offer = match &due {
                Due::Offer(config) if has != Some(config.hash) => Some(&**config),
                Due::Offer(_) | Due::Same | Due::Standing(_) | Due::Unknown(_) => None,
            };
            process::note_given(&mut state, offer);
        }
        match due {
            Due::Same => PollAnswer::NotModified,
            Due::Unknown(why) => PollAnswer::Unavailable(why),
            Due::Standing(config) => PollAnswer::Config(config),
            Due::Offer(config) => {
                if counts && has != Some(config.hash) {
                    let healing = state.released.as_ref().is_none_or(|released| released.hash != config.hash);
                    let ledger = &mut state.record.ledger;
                    let rows = |ledger: &linkmesh_fleet::attempt::Ledger| {
                        ledger.attempts.back().map(|last| (last.hash, last.offered_at))
                    };
                    let before = rows(ledger);
                    ledger.offered(config.hash, Some(&config.revision), now);
                    let told = rows(ledger) != before;
                    state.touch();
                    let id = state.record.id.clone();
                    drop(state);
                    if told {
                        self.tell_offer(&id, &config, healing, now);
                    }
                }
                PollAnswer::Config(config)
            }
        }
    }

    /// What a collector would be given that has nothing yet. Nothing is noted.
    #[must_use]
    pub fn peek_poll(&self, live: &Live) -> PollAnswer {
        match self.due_for_poll(&live.lock(), None, self.clock.now()) {
            Due::Same => PollAnswer::NotModified,
            Due::Unknown(why) => PollAnswer::Unavailable(why),
            Due::Standing(config) | Due::Offer(config) => PollAnswer::Config(config),
        }
    }

    /// Whether this is the comment that stands in for a configuration that the collector never had.
    pub(super) fn is_placeholder(&self, state: &State, hash: &ConfigHash) -> bool {
        !state.record.ledger.has_heard_of(hash)
            && self.contents.get(hash).is_some_and(|config| config.idle)
            && state.record.released != Some(*hash)
    }

    fn due_for_poll(&self, state: &State, has: Option<ConfigHash>, now: Timestamp) -> Due {
        let record = &state.record;
        let ledger = &record.ledger;
        if record.departed() {
            return Due::Standing(self.nothing_to_run());
        }
        let decided = state.assignment.class.is_some() || !state.assignment.held.is_empty();
        let frozen = self.frozen().is_some();
        let observed = state.assignment.observed;
        if !frozen && !observed {
            if let Some(good) = ledger.heal_due(now) {
                return self.contents.get(&good).map_or(Due::Same, Due::Offer);
            }
            // It never ran anything, and would not take up the same text again, even if a person says so.
            let failed = has.is_some_and(|has| ledger.is_failed(&has).is_some());
            if failed && ledger.last_applied.is_none() && record.effective.is_none() {
                return Due::Offer(self.nothing_to_run());
            }
        }
        let may =
            !frozen && !observed && record.hold.is_none() && state.assignment.held.is_empty() && decided;
        let released = state.released.as_ref().filter(|released| ledger.is_failed(&released.hash).is_none());
        if let Some(released) = released.filter(|_| may) {
            // One that started anew gets back what it ran; nobody offers that.
            let again = has.is_none() && ledger.last_applied == Some(released.hash);
            let config = Arc::clone(released);
            return if again { Due::Standing(config) } else { Due::Offer(config) };
        }
        // Nothing new for it. What it has of ours and did not refuse, it keeps.
        let fine = |hash: &ConfigHash| ledger.has_heard_of(hash) && ledger.is_failed(hash).is_none();
        if has.is_some_and(|has| fine(&has)) {
            return Due::Same;
        }
        if let Some(last) = ledger.last_applied {
            // It started anew, or came with something else: it gets back what it ran.
            let kept = self.contents.get(&last);
            let healing = state.released.as_ref().is_some_and(|released| released.hash != last);
            return match kept {
                Some(config) if healing && may => Due::Offer(config),
                Some(config) => Due::Standing(config),
                None if has == Some(last) => Due::Same,
                None => Due::Unknown("what this collector ran last cannot be read; see the server's log"),
            };
        }
        if !decided {
            return Due::Unknown("what this collector should run is not decided yet");
        }
        if record.released.is_some() && state.released.is_none() {
            return Due::Unknown("what this collector should run cannot be read; see the server's log");
        }
        Due::Standing(self.nothing_to_run())
    }

    /// The comment that an Alloy runs nothing by.
    pub(crate) fn nothing_to_run(&self) -> Arc<Config> {
        Arc::clone(
            self.idle_alloy.get_or_init(|| self.contents.intern(Config::idle(Runtime::Alloy, String::new()))),
        )
    }

    pub(super) fn tell_offer(&self, id: &Id, config: &Config, healing: bool, now: Timestamp) {
        let short: String = config.revision.chars().take(12).collect();
        let (kind, message) = match (healing, config.idle) {
            (true, true) => (
                EventKind::RolledBack,
                "its first configuration failed: told to run nothing, as before".to_owned(),
            ),
            (true, false) => (
                EventKind::RolledBack,
                format!("the last good configuration (revision {short}) was offered again to end a failure"),
            ),
            (false, true) => (
                EventKind::ConfigOffered,
                format!("nothing applies to it any more at revision {short}: told to run nothing"),
            ),
            (false, false) => {
                (EventKind::ConfigOffered, format!("offered the configuration of revision {short}"))
            }
        };
        let data = serde_json::json!({"hash": config.hash, "revision": config.revision});
        self.journal.event_with(now, kind, Some(id), message, data);
    }
}
