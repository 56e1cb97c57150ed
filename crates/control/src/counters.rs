//! Counters that collectors push about themselves: whose they are, where they are kept, what is read from them.
//! Identity comes from the credential. Start at [`ControlPlane::admit_push`].

use std::sync::Arc;
use std::time::Duration;

use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::ComponentHealth;
use linkmesh_fleet::{Timestamp, Uid};
use linkmesh_throughput::{
    Batch, Chart, ChartQuery, Components, DEFAULT_WINDOW_MS, History, StageMap, Throughput,
};

use crate::plane::ControlPlane;
use crate::roster::{ForeignPushes, Live, State};

/// For so long pushes may claim to be of somebody else before that is said.
const FOREIGN_LASTS: Duration = Duration::from_secs(45);

/// Why there are no numbers of a collector, where it pushes those of another.
pub(crate) fn numbers_reason(state: &State) -> Option<String> {
    state.foreign.filter(|foreign| foreign.told).map(|foreign| foreign_reason(state, foreign.claimed))
}

fn foreign_reason(state: &State, claimed: Uid) -> String {
    let own = state.record.uid.map_or_else(|| "none".to_owned(), |uid| uid.to_string());
    format!(
        "its own metrics are refused: they carry the service.instance.id {claimed}, and it connects as {own}. Run the supervisor and the collector of one release, and set no service.instance.id by hand"
    )
}

impl ControlPlane {
    /// The collector whose bearer this is; nothing for a forged, replaced or revoked one.
    #[must_use]
    pub fn admit_push(&self, bearer: &str) -> Option<Arc<Live>> {
        self.use_collector_token(bearer)
    }

    /// Notes whose points a push carries: `claimed` is somebody else, where some of them are refused for it. A host that was just
    /// given another identity goes on with the former for a moment; only what lasts is told.
    pub fn note_claims(&self, live: &Live, claimed: Option<Uid>) {
        let now = self.clock.now();
        let mut state = live.lock();
        let Some(claimed) = claimed else {
            state.foreign = None;
            return;
        };
        let fresh = ForeignPushes { claimed, since: now, told: false };
        let foreign = *state.foreign.get_or_insert(fresh);
        if foreign.told || now.since(foreign.since) < FOREIGN_LASTS {
            return;
        }
        state.foreign = Some(ForeignPushes { told: true, ..foreign });
        let message = foreign_reason(&state, foreign.claimed);
        let id = state.record.id.clone();
        drop(state);
        self.journal.event(now, EventKind::OwnMetricsRefused, Some(&id), message);
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
