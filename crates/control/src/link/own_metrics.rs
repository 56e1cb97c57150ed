//! Where a collector pushes its own metrics: told once, and told again where it goes on with what it was told before.
//! The real supervisor (0.158) does that when the offer comes while it starts: it takes the offer, and then loads what it had saved
//! before over it. Start at [`ControlPlane::reconcile_own_metrics`].

use std::sync::Arc;
use std::time::Duration;

use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{ConfigHash, Timestamp, Uid};

use super::{Link, capability};
use crate::plane::ControlPlane;
use crate::roster::{Live, State};

/// How often the destination is offered again on one connection, in vain.
const OFFERED_AGAIN_MAX: u8 = 3;
/// How often a collector is told again because nothing was ever heard of it. Each time restarts it, and where its host cannot reach
/// the address, telling it does not help: this count outlives connections and restarts of the server.
const IN_VAIN_MAX: u8 = 2;
/// How long a collector that runs may be silent with the token that it was told: three intervals of the default 30 seconds.
const UNUSED_MAX: Duration = Duration::from_secs(90);
/// How long after an offer the token before it may still come: the collector that it stops pushes once more.
const STALE_MIN: Duration = Duration::from_secs(5);

/// Where a collector pushes its own metrics.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnMetrics {
    /// The full URL.
    pub endpoint: String,
    /// The value of the `Authorization` header.
    pub authorization: String,
    /// Changes when either does.
    pub hash: ConfigHash,
}

impl std::fmt::Debug for OwnMetrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnMetrics").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// Who pushed with a token that this server made and that holds no longer.
#[derive(Debug, PartialEq, Eq)]
pub enum StalePush {
    /// The token says it, and it was seen to.
    Known,
    /// The record that the token was made for is gone. The push may say which uid it is.
    Lost,
}

impl Link {
    /// The own-metrics destination of this collector, whether or not it is due.
    #[must_use]
    pub fn own_metrics(&self) -> OwnMetrics {
        self.plane.own_metrics(&self.live.lock())
    }

    /// The own-metrics destination was sent.
    pub fn offered_own_metrics(&self, offer: &OwnMetrics) {
        let now = self.plane.clock.now();
        let (id, again) = {
            let mut state = self.live.lock();
            let serial = self.serial;
            let mut again = false;
            if let Some(connection) = state.connection.as_mut().filter(|c| c.serial == serial) {
                connection.own_metrics_told = Some(offer.hash);
                connection.own_metrics_told_at = Some(now);
                again = connection.offered_again > 0;
            }
            // Whether it arrived is seen by its use.
            state.record.token_used = false;
            (state.record.id.clone(), again)
        };
        let again =
            if again { "told again, because it went on with what it was told before:" } else { "told" };
        let message = format!("{again} to push its own metrics to {}", offer.endpoint);
        self.plane.journal.event(now, EventKind::OwnMetricsOffered, Some(&id), message);
    }
}

impl ControlPlane {
    pub(super) fn own_metrics(&self, state: &State) -> OwnMetrics {
        let endpoint = format!("{}/v1/metrics", self.external_url());
        let token = self.keys.collector_token(&state.record.key, state.record.generation);
        let authorization = format!("Bearer {token}");
        let hash = ConfigHash::of(format!("{endpoint}\0{authorization}").as_bytes());
        OwnMetrics { endpoint, authorization, hash }
    }

    /// Offers the destination again to those who run, were told, and never came with that token.
    pub fn reconcile_own_metrics(&self) {
        let now = self.clock.now();
        for live in self.roster.all() {
            let due = {
                let state = live.lock();
                !state.record.token_used
                    && state.record.told_in_vain < IN_VAIN_MAX
                    && runs(&state)
                    && told_for(&state, now) >= UNUSED_MAX
            };
            if due && self.offer_own_metrics_again(&live) {
                let mut state = live.lock();
                state.record.told_in_vain = state.record.told_in_vain.saturating_add(1);
                state.touch();
            }
        }
    }

    /// Somebody pushed with a token that does not hold. Where this server made it and its collector is connected and was told
    /// another one, it is told again at once; nothing where that is no matter of this.
    #[must_use]
    pub fn note_stale_push(&self, bearer: &str) -> Option<StalePush> {
        let (key, _) = self.keys.check_collector_token(bearer)?;
        let Some(live) = self.roster.by_key(key) else { return Some(StalePush::Lost) };
        self.tell_again(&live);
        Some(StalePush::Known)
    }

    /// The same where only what the push claims says whose it is. That proves nothing, and it need not: whoever is told again
    /// is told nothing new, on its own connection, and only a few times.
    pub fn note_lost_push(&self, claimed: Uid) {
        if let Some(live) = self.roster.by_uid(&claimed) {
            self.tell_again(&live);
        }
    }

    fn tell_again(&self, live: &Arc<Live>) {
        let now = self.clock.now();
        let due = {
            let state = live.lock();
            !state.record.revoked && told_for(&state, now) >= STALE_MIN
        };
        if due {
            self.offer_own_metrics_again(live);
        }
    }

    /// Makes the offer due once more, where it was made, arrived, and there were not too many.
    /// Answers whether it did.
    pub(crate) fn offer_own_metrics_again(&self, live: &Live) -> bool {
        {
            let mut state = live.lock();
            let told = state.record.own_metrics.is_some() && state.record.mode == Mode::Opamp;
            let Some(connection) = state.connection.as_mut().filter(|connection| {
                told && connection.own_metrics_told.is_none() && connection.offered_again < OFFERED_AGAIN_MAX
            }) else {
                return false;
            };
            connection.offered_again += 1;
            state.record.own_metrics = None;
            state.touch();
        }
        live.wake.notify_waiters();
        true
    }
}

/// Whether its collector runs something that pushes: one without a configuration is not started.
fn runs(state: &State) -> bool {
    let idle = state.released.as_ref().is_some_and(|config| config.idle);
    let healthy = state.record.health.as_ref().is_some_and(|health| health.healthy);
    state.record.capabilities & capability::REPORTS_OWN_METRICS != 0 && healthy && !idle
}

/// How long it has had what it was told, at least: where that was on a connection before, as long as this one lasts.
fn told_for(state: &State, now: Timestamp) -> Duration {
    let connection = state.connection.as_ref();
    connection.map_or(Duration::ZERO, |connection| {
        now.since(connection.own_metrics_told_at.unwrap_or(connection.since))
    })
}
