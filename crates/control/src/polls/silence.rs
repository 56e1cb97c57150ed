//! When a collector that polls is gone: it stayed away for three of its own periods, or never came back after registering.

use std::time::Duration;

use linkmesh_fleet::event::EventKind;

use super::{PERIOD_S, process};
use crate::plane::ControlPlane;
use crate::roster::State;

/// Periods without a poll after which a collector is gone.
const MISSED_MAX: u32 = 3;

impl ControlPlane {
    /// Ends the connections of pollers that have gone silent.
    pub(crate) fn reconcile_pollers(&self) {
        let now = self.clock.now();
        for live in self.roster.all() {
            let (id, deaf, unsaid, waited) = {
                let mut state = live.lock();
                let waits = silence_max(&state);
                let silent = state.polling.registered_at.is_some() || state.polling.polled_at.is_some();
                let Some(connection) = state.connection.as_ref().filter(|c| c.polling && silent) else {
                    continue;
                };
                let since = state.polling.polled_at.unwrap_or(connection.since).max(connection.since);
                let since = since.max(state.polling.registered_at.unwrap_or(since));
                if now.since(since) <= waits {
                    continue;
                }
                let deaf = process::is_deaf(&state.polling);
                let unsaid = state.record.poller.given.is_some();
                state.connection = None;
                state.polling.gone();
                state.record.ledger.disconnected();
                state.touch();
                (state.record.id.clone(), deaf, unsaid, waits.as_secs())
            };
            let mut message = format!("has not polled for {waited} seconds");
            if unsaid && !deaf {
                // Seen with Alloy 1.19.2: restoring the last good configuration waits for a record that waits for a stage of the
                // bad one.
                message.push_str(", and never said what became of the configuration that it was given: an Alloy that fails on one while records flow may lock up; if its process is alive, restart it, and it will say what is wrong");
            }
            self.journal.event(now, EventKind::Disconnected, Some(&id), message);
            if deaf {
                let message = "registered itself once, took its configuration and has not polled since: an Alloy that fails to register the second time, right after its start, never polls again until it is restarted, although it looks alive; restart it, or see its log";
                self.journal.event(now, EventKind::PollingStopped, Some(&id), message);
            }
            self.wakes.deliver.notify_one();
        }
    }
}

/// How long a poller may be silent.
pub(super) fn silence_max(state: &State) -> Duration {
    Duration::from_secs(state.record.poller.period_s.unwrap_or(PERIOD_S)) * MISSED_MAX
}
