//! What is known of the processes of an Alloy: when one begins, how often it asks, and what ended it before it could say so.
//! Knows nothing of answers. Start at [`begins`].

use std::sync::atomic::Ordering;
use std::time::Duration;

use linkmesh_fleet::attempt::{Happened, Outcome, RemoteStatus, Reported};
use linkmesh_fleet::{ConfigHash, Timestamp};

use crate::content::Config;
use crate::plane::ControlPlane;
use crate::records::Given;
use crate::roster::{Polling, State};

/// A new process asks at once after it registered itself. Later ones wait for a period, which is ten seconds at least.
const BEGINS_MAX: Duration = Duration::from_secs(9);
/// What is believed of the time between two polls, in seconds. Alloy takes no less than ten.
const PERIOD_S_MIN: u64 = 10;
const PERIOD_S_MAX: u64 = 24 * 3600;
/// A second poll so soon after the first one belongs to it, in seconds.
const SAME_TICK_S: u64 = 5;
/// Processes that may end over a configuration without a word. One can be a host that was switched off at a bad moment.
const DEATHS_MAX: u8 = 2;
/// Polls of a start: one that asks, and one that says what became of it. Then it registers for the second time.
const POLLS_OF_A_START: u8 = 2;

/// Takes in a poll; says whether it is the first one of a process.
pub(super) fn begins(polling: &mut Polling, has: Option<ConfigHash>, now: Timestamp) -> bool {
    let at_once = polling.registered_at.is_some_and(|at| now.since(at) < BEGINS_MAX);
    let begins = std::mem::take(&mut polling.registered_only) && at_once && has.is_none();
    if begins {
        polling.polls_of_start = Some(1);
        // The time without a process is no period.
        (polling.gap_from, polling.gap_s) = (None, None);
    } else {
        polling.polls_of_start = polling.polls_of_start.map(|polls| polls.saturating_add(1));
    }
    begins
}

/// Takes in a registration: the first one of a process, or the one that ends its start.
pub(super) fn registered(polling: &mut Polling, now: Timestamp) {
    polling.registered_at = Some(now);
    polling.registered_only = true;
    polling.polls_of_start = None;
}

/// Whether it went silent where it should have registered for the second time. One that was killed before has polled less, one
/// that was killed later has registered.
pub(super) fn is_deaf(polling: &Polling) -> bool {
    polling.polls_of_start == Some(POLLS_OF_A_START)
}

/// The smaller one of the last two gaps: an outage makes one long gap, not two.
pub(super) fn learn_period(state: &mut State, now: Timestamp) {
    state.polling.polled_at = Some(now);
    let gap_s = state.polling.gap_from.map(|at| now.since(at).as_secs());
    if gap_s.is_some_and(|gap| gap < SAME_TICK_S) {
        return;
    }
    state.polling.gap_from = Some(now);
    let Some(gap_s) = gap_s else { return };
    let before = state.polling.gap_s.replace(gap_s);
    let Some(shorter) = before.map(|before| before.min(gap_s)) else { return };
    let period_s = Some(shorter.clamp(PERIOD_S_MIN, PERIOD_S_MAX));
    let differs = |known: u64| period_s.is_some_and(|new| new.abs_diff(known) * 10 > known);
    if state.record.poller.period_s.is_none_or(differs) {
        state.record.poller.period_s = period_s;
        state.touch();
    }
}

/// Notes what the answer to a poll puts to the test: an offer that this process has not shown to survive. What it ran before, and
/// nothing at all, end no process.
pub(super) fn note_given(state: &mut State, offer: Option<&Config>) {
    let last_applied = state.record.ledger.last_applied;
    let before = state.record.poller.given;
    let tested = offer.filter(|config| !config.idle && last_applied != Some(config.hash));
    let given = tested.map(|config| {
        let deaths = before.filter(|given| given.hash == config.hash).map_or(0, |given| given.deaths);
        Given { hash: config.hash, deaths }
    });
    note(state, given);
}

/// It lives, or ended as it should.
pub(super) fn forget_given(state: &mut State) {
    note(state, None);
}

fn note(state: &mut State, given: Option<Given>) {
    if state.record.poller.given != given {
        state.record.poller.given = given;
        state.touch();
    }
}

impl ControlPlane {
    /// A process begins, and the one before it never came back with what it was given. After [`DEATHS_MAX`] in a row that counts
    /// as a failure: an Alloy that a configuration ends cannot say so, and would be given it for ever.
    pub(super) fn note_death(&self, state: &mut State, begins: bool, now: Timestamp) -> Vec<Happened> {
        let Some(given) = state.record.poller.given else { return Vec::new() };
        let silent = state
            .record
            .ledger
            .attempts
            .back()
            .is_some_and(|last| last.hash == given.hash && last.outcome == Outcome::Offered);
        if !begins || !silent {
            forget_given(state);
            return Vec::new();
        }
        let deaths = given.deaths.saturating_add(1);
        if deaths < DEATHS_MAX {
            note(state, Some(Given { deaths, ..given }));
            return Vec::new();
        }
        forget_given(state);
        let rest = if state.record.ledger.last_applied.is_some() {
            "it gets back what it ran before"
        } else {
            "it is told to run nothing"
        };
        let why = format!(
            "its Alloy ended {deaths} times in a row right after it was given this, without a word about it; {rest}: see its log for what ended it, then correct the configuration or retry"
        );
        let failed = Reported { hash: Some(given.hash), status: RemoteStatus::Failed { why } };
        let happened = state.record.ledger.report(failed, now);
        state.compare_due = true;
        self.unsettled.store(true, Ordering::Release);
        state.touch();
        happened
    }
}
