//! The reconciler that takes in effective configurations: redacts them, keeps them, and says how they differ in meaning
//! from what was released. Slow work, so it happens beside the connections. Start at [`ControlPlane::reconcile_effective`].

use std::sync::{Arc, PoisonError};

use linkmesh_fleet::drift::{Drift, compare, compare_lines};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{ConfigHash, redact, yaml};
use linkmesh_store::{RecordError, Relaxed, Table, Typed};
use serde::{Deserialize, Serialize};

use crate::plane::ControlPlane;
use crate::roster::Live;
use crate::secrets::COLLECTOR_PREFIX;

/// Largest effective configuration that is kept, in bytes.
pub const EFFECTIVE_BYTES_MAX: usize = 1024 * 1024;

/// The effective configuration of one collector, redacted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EffectiveRecord {
    /// As people may see it.
    pub text: String,
    /// When it was reported.
    pub at: linkmesh_fleet::Timestamp,
}

impl ControlPlane {
    /// Works off what collectors reported since the last look.
    pub fn reconcile_effective(&self) {
        for live in self.roster.all() {
            let (due, again) = {
                let mut state = live.lock();
                (state.effective_due.take(), std::mem::take(&mut state.compare_due))
            };
            if let Some(text) = due {
                self.take_in(&live, &text);
            } else if again {
                self.compare_again(&live);
            }
        }
    }

    fn take_in(&self, live: &Arc<Live>, text: &str) {
        let now = self.clock.now();
        let (bearer, alloy) = {
            let state = live.lock();
            let alloy = state.record.mode == Mode::AlloyRemotecfg;
            (self.keys.collector_token(&state.record.key, state.record.generation), alloy)
        };
        let hash = ConfigHash::of(text.as_bytes());
        let ours = self.contents.get(&hash).filter(|_| alloy);
        let cut = text.len() > EFFECTIVE_BYTES_MAX && ours.is_none();
        let redacted = match ours {
            // An Alloy gives back what it was given, of which is known what in it is a credential.
            Some(config) => config.redacted().to_string(),
            None if cut => {
                let comment = if alloy { "//" } else { "#" };
                format!(
                    "{comment} {} bytes were reported; at most {EFFECTIVE_BYTES_MAX} are kept\n",
                    text.len()
                )
            }
            None if alloy => redact::redact_lines(text, &[&bearer]),
            None => redact::redact_effective(text, &[&bearer]),
        };
        let record = EffectiveRecord { text: redacted, at: now };
        // It is synced with the record, which changes as well; a report lost with the power is asked for again.
        let kept =
            self.effective_table().encode(&record).map_err(|cause| cause.to_string()).and_then(|bytes| {
                let _alone = self.writing.read().unwrap_or_else(PoisonError::into_inner);
                let key = live.key.clone().into_bytes();
                let write = Relaxed { table: Table::States, key, bytes: Some(bytes) };
                let writes = if self.roster.holds(live) { vec![write] } else { Vec::new() };
                self.store.put_many_relaxed(writes).map_err(|cause| cause.to_string())
            });
        if let Err(cause) = kept {
            tracing::warn!(%cause, collector = %live.key, "an effective configuration could not be kept");
        }
        {
            let mut state = live.lock();
            state.record.effective = Some(hash);
            state.record.effective_at = Some(now);
        }
        let drift = if cut { None } else { self.drift_of(live, &record.text) };
        if !cut && !alloy && text.contains(COLLECTOR_PREFIX) && !text.contains(&bearer) {
            self.offer_own_metrics_again(live);
        }
        self.note_drift(live, drift);
    }

    /// Compares what is kept: redacted places count as unknown, so the verdict is the same but for them.
    fn compare_again(&self, live: &Arc<Live>) {
        match self.effective(&live.key) {
            Ok(Some(kept)) => {
                let drift = self.drift_of(live, &kept.text);
                self.note_drift(live, drift);
            }
            Ok(None) => {}
            Err(cause) => {
                tracing::warn!(%cause, collector = %live.key, "an effective configuration could not be read");
            }
        }
    }

    fn note_drift(&self, live: &Arc<Live>, drift: Option<Drift>) {
        let now = self.clock.now();
        let (id, verdict) = {
            let mut state = live.lock();
            let drifted = |drift: &Option<Drift>| drift.as_ref().is_some_and(|d| !d.differences.is_empty());
            let before = drifted(&state.record.drift);
            let after = drifted(&drift);
            state.record.drift = drift;
            state.touch();
            (state.record.id.clone(), (before, after))
        };
        match verdict {
            (false, true) => {
                let message = "runs something else than it was given; see its drift";
                self.journal.event(now, EventKind::DriftDetected, Some(&id), message);
            }
            (true, false) => {
                self.journal.event(now, EventKind::DriftResolved, Some(&id), "runs what it was given again");
            }
            _ => {}
        }
        self.wakes.deliver.notify_one();
    }

    /// How a reported text, redacted, differs from the released configuration; unknown where either cannot be read, where there is no
    /// released configuration, and while a change is under way.
    fn drift_of(&self, live: &Live, text: &str) -> Option<Drift> {
        let released = {
            let state = live.lock();
            let settled = state.record.ledger.in_flight.is_none();
            let ledger = &state.record.ledger;
            // After a refusal the last good one runs, not what was released. A refusal that only says that waiting ended is
            // put to the test.
            let doubted =
                ledger.reported.as_ref().filter(|_| ledger.is_doubtful()).and_then(|reported| reported.hash);
            let running = ledger.running().or(doubted).and_then(|hash| self.contents.get(&hash));
            running.filter(|config| !config.idle && settled)?
        };
        {
            let state = live.lock();
            if state.record.mode == Mode::AlloyRemotecfg {
                let same = state.record.effective == Some(released.hash);
                drop(state);
                return Some(if same { Drift::default() } else { compare_lines(&released.redacted(), text) });
            }
        }
        // Both sides as people may see them: a difference that is kept and shown must not hold a credential.
        let desired = yaml::value(&released.redacted()).ok()?;
        let effective = yaml::value(text).ok()?;
        Some(compare(&desired, &effective))
    }

    /// The kept effective configuration of one collector.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn effective(&self, key: &str) -> Result<Option<EffectiveRecord>, RecordError> {
        Ok(self.effective_table().get(key.as_bytes())?.map(|loaded| loaded.record))
    }

    fn effective_table(&self) -> Typed<EffectiveRecord> {
        Typed::new(Arc::clone(&self.store), Table::States, 1)
    }
}
