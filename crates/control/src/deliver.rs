//! The reconciler that turns what collectors should run into what they may have now.
//! It takes no input: woken or by the clock, it looks and does the same. Start at [`ControlPlane::reconcile_delivery`].

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use linkmesh_fleet::attempt::RemoteStatus;
use linkmesh_fleet::delivery::{Member, Plan, Standing, plan};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::route::Policy;
use linkmesh_fleet::state::{self, Health};
use linkmesh_fleet::{ConfigHash, Id};

use crate::content::Config;
use crate::plane::ControlPlane;
use crate::roster::{Live, State};

struct Wave {
    config: Arc<Config>,
    policy: Policy,
    members: Vec<Member>,
    lives: Vec<Arc<Live>>,
    open: bool,
}

impl ControlPlane {
    /// Looks at everybody and releases what may be released.
    pub fn reconcile_delivery(&self) {
        // Set before the look, so that whatever comes in between leads to another look.
        if !self.unsettled.swap(false, Ordering::AcqRel) {
            return;
        }
        let doubtful = self.believe_the_evidence();
        let frozen = self.frozen().is_some();
        let waves = self.waves();
        if doubtful || !waves.is_empty() {
            self.unsettled.store(true, Ordering::Release);
        }
        self.halted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|hash, _| waves.iter().any(|wave| wave.config.hash == *hash));
        for wave in waves {
            let chosen = plan(wave.policy, &wave.members, frozen);
            match chosen {
                Plan::Release(ids) => {
                    self.halted.lock().unwrap_or_else(PoisonError::into_inner).remove(&wave.config.hash);
                    self.release(&wave, &ids);
                }
                Plan::Halted { on } => self.note_halt(&wave.config, &on, wave.members.len()),
                Plan::Wait { .. } | Plan::Done => {}
            }
        }
    }

    /// Collectors by the configuration they should run, where at least one does not have it yet.
    fn waves(&self) -> Vec<Wave> {
        let mut waves: BTreeMap<ConfigHash, Wave> = BTreeMap::new();
        for live in self.roster.all() {
            let state = live.lock();
            let Some(target) = state.assignment.target.clone() else { continue };
            let policy = state.assignment.class.as_ref().map_or(Policy::default(), |class| class.policy);
            let wave = waves.entry(target.hash).or_insert_with(|| Wave {
                config: Arc::clone(&target),
                policy,
                members: Vec::new(),
                lives: Vec::new(),
                open: false,
            });
            let standing = standing(&state, target.hash);
            wave.open |= matches!(standing, Standing::Waiting | Standing::Offline);
            wave.members.push(Member { id: state.record.id.clone(), standing });
            drop(state);
            wave.lives.push(live);
        }
        waves.into_values().filter(|wave| wave.open).collect()
    }

    fn release(&self, wave: &Wave, ids: &[Id]) {
        if let Err(cause) = self.contents.keep(&wave.config) {
            tracing::error!(%cause, hash = %wave.config.hash, "a configuration could not be kept and is not released yet");
            return;
        }
        let chosen: HashSet<&Id> = ids.iter().collect();
        for live in &wave.lives {
            let mut state = live.lock();
            if !chosen.contains(&state.record.id) {
                continue;
            }
            state.released = Some(Arc::clone(&wave.config));
            state.record.released = Some(wave.config.hash);
            state.touch();
            drop(state);
            live.wake.notify_waiters();
        }
    }

    fn note_halt(&self, config: &Config, on: &Id, members: usize) {
        let mut halted = self.halted.lock().unwrap_or_else(PoisonError::into_inner);
        if halted.insert(config.hash, on.clone()).as_ref() == Some(on) {
            return;
        }
        let message = format!(
            "delivery to {} more collectors stopped: `{on}` was the first to try and failed; correct the configuration, or retry `{on}`",
            members.saturating_sub(1)
        );
        let data = serde_json::json!({"hash": config.hash, "revision": config.revision});
        self.journal.event_with(self.clock.now(), EventKind::DeliveryHalted, Some(on), message, data);
    }

    /// A supervisor that gave up waiting never corrects itself; health and the effective configuration do.
    /// Says whether anybody is still in doubt.
    fn believe_the_evidence(&self) -> bool {
        let now = self.clock.now();
        let mut doubtful = false;
        for live in self.roster.all() {
            let mut state = live.lock();
            let Some(released) = state.released.clone() else { continue };
            doubtful |= state.record.ledger.is_doubtful();
            let matches = state.record.drift.as_ref().is_some_and(|drift| drift.differences.is_empty());
            let fresh = state.record.effective_at > state.record.ledger.failed_at(&released.hash);
            if !(matches && fresh && health_of(&state) == Health::Healthy) {
                continue;
            }
            if let Some(happened) = state.record.ledger.believe(released.hash, now) {
                let id = state.record.id.clone();
                state.touch();
                drop(state);
                self.tell(&id, &happened, now);
            }
        }
        doubtful
    }
}

pub(crate) fn health_of(state: &State) -> Health {
    state::health(state.record.health.as_ref(), state.connection.is_some())
}

fn standing(state: &State, target: ConfigHash) -> Standing {
    let ledger = &state.record.ledger;
    // Nothing waits for one that is archived.
    let away = state.record.archived.is_some();
    if away || state.record.hold.is_some() || !state.assignment.held.is_empty() || state.record.revoked {
        return Standing::Held;
    }
    let has_it = state.released.as_ref().is_some_and(|released| released.hash == target);
    if ledger.is_failed(&target).is_some() {
        return Standing::Failed;
    }
    if !has_it {
        return if state.connection.is_some() { Standing::Waiting } else { Standing::Offline };
    }
    let applied = ledger
        .reported
        .as_ref()
        .is_some_and(|reported| reported.hash == Some(target) && reported.status == RemoteStatus::Applied);
    // An Alloy has no word for its health: that it runs what it was given is the best that it can say.
    let silent = state.record.mode == Mode::AlloyRemotecfg && state.connection.is_some();
    match (applied, health_of(state)) {
        (true, Health::Healthy) => Standing::Healthy,
        (true, Health::Unknown) if silent => Standing::Healthy,
        // An idle collector has no components to be healthy.
        (true, _) if state.released.as_ref().is_some_and(|released| released.idle) => Standing::Healthy,
        (true, _) => Standing::Has,
        (false, _) => Standing::InFlight,
    }
}
