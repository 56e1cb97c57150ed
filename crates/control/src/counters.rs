//! Counters that collectors push about themselves: whose they are, where they are kept, what is read from them.
//! Identity comes from the credential. Start at [`ControlPlane::admit_push`].

use std::sync::Arc;

use linkmesh_fleet::Timestamp;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::ComponentHealth;
use linkmesh_throughput::{
    Batch, Chart, ChartQuery, Components, DEFAULT_WINDOW_MS, History, StageMap, Throughput,
};

use crate::plane::ControlPlane;
use crate::roster::{Live, State};

impl ControlPlane {
    /// The collector whose bearer this is; nothing for a forged, replaced or revoked one.
    #[must_use]
    pub fn admit_push(&self, bearer: &str) -> Option<Arc<Live>> {
        self.use_collector_token(bearer)
    }

    /// Takes in one push.
    pub fn take_push(&self, live: &Live, batch: &Batch) {
        let now = self.clock.now();
        let mut state = live.lock();
        let components = self.with_history(&live.key, &mut state, |history| {
            history.record(batch, unix_ms(now));
            history.components(unix_ms(now))
        });
        if let Some(health) = components.filter(|_| state.record.mode == Mode::AlloyRemotecfg).map(health_of)
            && state.record.health.as_ref() != Some(&health)
        {
            (state.record.health, state.record.health_at) = (Some(health), Some(now));
            state.touch();
        }
        state.history_dirty = true;
        state.pulse = None;
        state.record.last_seen_at = Some(now);
    }

    /// The numbers of one collector now.
    #[must_use]
    pub fn throughput(&self, live: &Live) -> Throughput {
        let now = unix_ms(self.clock.now());
        let mut state = live.lock();
        let released = state.released.clone();
        let nothing = StageMap::default();
        let stages = released.as_ref().map_or(&nothing, |config| config.stages());
        self.with_history(&live.key, &mut state, |history| history.throughput(now, DEFAULT_WINDOW_MS, stages))
    }

    /// The last day of one collector.
    #[must_use]
    pub fn chart(&self, live: &Live, query: ChartQuery) -> Chart {
        let mut state = live.lock();
        let released = state.released.clone();
        let nothing = StageMap::default();
        let stages = released.as_ref().map_or(&nothing, |config| config.stages());
        self.with_history(&live.key, &mut state, |history| history.chart(query, stages))
    }

    /// The history is read from the store when it is first needed, so that a start does not wait for it.
    fn with_history<T>(&self, key: &str, state: &mut State, look: impl FnOnce(&mut History) -> T) -> T {
        let history = state.history.get_or_insert_with(|| self.load_history(key).unwrap_or_default());
        look(history)
    }
}

/// An Alloy has no health tree: it counts its components. One that lacks something goes on with the rest.
fn health_of(components: Components) -> ComponentHealth {
    let Components { healthy, unhealthy } = components;
    let all = healthy.saturating_add(unhealthy);
    if unhealthy == 0 {
        return ComponentHealth {
            healthy: true,
            status: "StatusOK".to_owned(),
            ..ComponentHealth::default()
        };
    }
    let last_error =
        format!("{unhealthy} of {all} components are not well; the log on the host says which ones");
    let status = "StatusRecoverableError".to_owned();
    ComponentHealth { status, last_error, ..ComponentHealth::default() }
}

pub(crate) fn unix_ms(time: Timestamp) -> u64 {
    u64::try_from(time.0).unwrap_or(0)
}
