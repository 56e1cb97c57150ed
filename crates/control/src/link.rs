//! A collector's connection as the control plane sees it: who it is, what it reports, what it should be told.
//! Knows nothing of frames or HTTP. Start at [`ControlPlane::greet`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use linkmesh_fleet::attempt::{Happened, RemoteStatus, Reported};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::state::ComponentHealth;

use crate::content::Config;
use crate::plane::ControlPlane;
use crate::polls::without_credentials;
use crate::roster::{Close, Live, Probe, State};

mod greet;
mod own_metrics;
mod words;

pub use own_metrics::{OwnMetrics, StalePush};
pub(crate) use words::bounded;

/// How long the holder of a uid may take to prove that it is alive before a newcomer replaces it.
pub const PROBE_WAIT: Duration = Duration::from_secs(5);
/// Most attributes kept of a host's description.
pub const CLAIMS_MAX: usize = 64;
/// Longest name of an attribute that is kept, in bytes.
pub const CLAIM_KEY_BYTES_MAX: usize = 256;
/// Longest attribute kept, in bytes.
pub const CLAIM_BYTES_MAX: usize = 1024;

/// OpAMP capability bits that decide what may be offered (OpAMP specification, `AgentCapabilities`).
pub mod capability {
    /// `AcceptsRemoteConfig`.
    pub const ACCEPTS_REMOTE_CONFIG: u64 = 0x2;
    /// `ReportsOwnMetrics`.
    pub const REPORTS_OWN_METRICS: u64 = 0x40;
    /// `AcceptsRestartCommand`.
    pub const ACCEPTS_RESTART: u64 = 0x400;
}

/// What a first report says of its sender.
#[derive(Debug, Clone, Default)]
pub struct Hello {
    /// Attributes, identifying and others; empty where the message held none.
    pub claims: BTreeMap<String, String>,
    /// Capability bits.
    pub capabilities: u64,
    /// Address of the peer.
    pub peer: String,
    /// Plain HTTP instead of a WebSocket.
    pub polling: bool,
}

/// What one message reports, as far as it changed.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Attributes, identifying and others.
    pub claims: Option<BTreeMap<String, String>>,
    /// Capability bits.
    pub capabilities: Option<u64>,
    /// The health tree.
    pub health: Option<ComponentHealth>,
    /// The effective configuration as text.
    pub effective: Option<String>,
    /// What became of a configuration.
    pub remote: Option<Reported>,
    /// The sequence number of the message.
    pub sequence: Option<u64>,
    /// The collector says good-bye.
    pub leaving: bool,
}

/// What a connection should tell its collector now.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Offer this configuration.
    pub config: Option<Arc<Config>>,
    /// Offer this destination for its own metrics.
    pub own_metrics: Option<OwnMetrics>,
    /// How often that was offered on this connection before, in vain.
    pub own_metrics_again: u8,
    /// Ask it to restart.
    pub restart: bool,
    /// Send a ping and report the answer with [`Link::answered_probe`].
    pub probe: bool,
    /// End the connection.
    pub close: Option<Close>,
}

/// A connection of one collector. Dropping it marks the collector disconnected.
pub struct Link {
    plane: Arc<ControlPlane>,
    /// The collector.
    pub live: Arc<Live>,
    serial: u64,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.plane.disconnected(&self.live, self.serial);
    }
}

impl Link {
    /// Takes in what one message reports. Blocking, where the description changes what the collector should run.
    pub fn report(&self, report: Report) {
        if self.take_in(report) {
            self.plane.assign(&self.live);
        }
    }

    /// [`Link::report`] for those who may not block.
    pub async fn hear(&self, report: Report) {
        if self.take_in(report) {
            let (plane, live) = (Arc::clone(&self.plane), Arc::clone(&self.live));
            if let Err(cause) = tokio::task::spawn_blocking(move || plane.assign(&live)).await {
                tracing::error!(%cause, collector = %self.live.key, "what a collector should run could not be decided");
            }
        }
    }

    /// Whether this is still the connection of its collector. What others say of it no longer counts.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.live.lock().connection.as_ref().is_some_and(|connection| connection.serial == self.serial)
    }

    /// Takes in what one message reports; says whether it may change what the collector should run.
    fn take_in(&self, report: Report) -> bool {
        let now = self.plane.clock.now();
        let mut happened = Vec::new();
        let mut class_may_differ = false;
        // A heartbeat changes nothing that delivery looks at.
        let mut relevant = report.remote.is_some() || report.health.is_some();
        let id = {
            let mut state = self.live.lock();
            let Some(connection) = state.connection.as_mut().filter(|c| c.serial == self.serial) else {
                return false;
            };
            connection.heard_at = now;
            // What was sent on this connection before has arrived, or nothing would come back on it.
            if let Some(told) = connection.own_metrics_told.take() {
                state.record.own_metrics = Some(told);
                state.touch();
            }
            state.record.last_seen_at = Some(now);
            if let Some(sequence) = report.sequence {
                state.record.sequence = Some(sequence);
            }
            if let Some(capabilities) = report.capabilities.filter(|c| *c != state.record.capabilities) {
                state.record.capabilities = capabilities;
                relevant = true;
                state.touch();
            }
            if let Some(claims) = report.claims.as_ref().map(bounded)
                && claims != state.record.claims
            {
                state.record.claims = claims;
                class_may_differ = true;
                state.touch();
            }
            if let Some(health) = report.health {
                state.record.health = Some(health);
                state.record.health_at = Some(now);
                state.touch();
            }
            if let Some(mut remote) = report.remote {
                self.plane.conceal(&mut remote);
                state.remember_offer(remote.hash, now);
                happened = state.record.ledger.report(remote, now);
                // The effective configuration comes before the verdict, so it is compared again after it.
                state.compare_due = true;
                if happened.iter().any(|happening| matches!(happening, Happened::Failed { .. })) {
                    self.plane.unsettled.store(true, Ordering::Release);
                }
                self.plane.wakes.effective.notify_one();
                state.touch();
            }
            if let Some(effective) = report.effective {
                state.effective_due = Some(effective);
                self.plane.wakes.effective.notify_one();
            }
            // A poller that says good-bye ends like a socket that closes.
            if let Some(connection) = state.connection.as_mut().filter(|_| report.leaving) {
                connection.polling = false;
            }
            state.record.id.clone()
        };
        for happening in happened {
            self.plane.tell(&id, &happening, now);
        }
        if relevant {
            self.plane.wakes.deliver.notify_one();
        }
        class_may_differ
    }

    /// What the collector should be told now.
    #[must_use]
    pub fn wanted(&self) -> Wanted {
        let mut state = self.live.lock();
        let mut wanted = Wanted::default();
        let Some(connection) = &mut state.connection else {
            wanted.close = Some(Close::Replaced);
            return wanted;
        };
        if connection.serial != self.serial {
            wanted.close = Some(Close::Replaced);
            return wanted;
        }
        wanted.probe = connection.probe == Probe::Asked;
        wanted.close = connection.close;
        let told = connection.own_metrics_told;
        wanted.own_metrics_again = connection.offered_again;
        if wanted.close.is_some() {
            return wanted;
        }
        wanted.config = self.plane.due(&state);
        if state.record.capabilities & capability::REPORTS_OWN_METRICS != 0 {
            let offer = self.plane.own_metrics(&state);
            wanted.own_metrics =
                Some(offer).filter(|offer| told.or(state.record.own_metrics) != Some(offer.hash));
        }
        wanted.restart = state.restart_due && state.record.capabilities & capability::ACCEPTS_RESTART != 0;
        wanted
    }

    /// A configuration was sent.
    pub fn offered(&self, config: &Config) {
        let now = self.plane.clock.now();
        let (id, healing) = {
            let mut state = self.live.lock();
            let healing = state.released.as_ref().is_none_or(|released| released.hash != config.hash);
            state.record.ledger.offered(config.hash, Some(&config.revision), now);
            state.touch();
            (state.record.id.clone(), healing)
        };
        let short: String = config.revision.chars().take(12).collect();
        let message = match (healing, config.idle) {
            (true, _) => {
                format!("the last good configuration (revision {short}) was offered again to end a failure")
            }
            (false, true) => {
                format!("nothing applies to it any more at revision {short}: told to run nothing")
            }
            (false, false) => format!("offered the configuration of revision {short}"),
        };
        let kind = if healing { EventKind::RolledBack } else { EventKind::ConfigOffered };
        let data = serde_json::json!({"hash": config.hash, "revision": config.revision});
        self.plane.journal.event_with(now, kind, Some(&id), message, data);
    }

    /// The restart command was sent.
    pub fn restarted(&self) {
        let id = {
            let mut state = self.live.lock();
            state.restart_due = false;
            state.record.id.clone()
        };
        self.plane.journal.event(self.plane.clock.now(), EventKind::Restarted, Some(&id), "told to restart");
    }

    /// The collector answered a ping that was sent because of [`Wanted::probe`].
    pub fn answered_probe(&self) {
        if let Some(connection) = &mut self.live.lock().connection
            && connection.serial == self.serial
            && connection.probe == Probe::Asked
        {
            connection.probe = Probe::Quiet;
            connection.probes_answered = connection.probes_answered.wrapping_add(1);
        }
    }

    /// The hash that the collector last reported, and what became of it, as the record has it.
    #[must_use]
    pub fn reported(&self) -> Option<Reported> {
        self.live.lock().record.ledger.reported.clone()
    }

    /// The last sequence number that the record has.
    #[must_use]
    pub fn sequence(&self) -> Option<u64> {
        self.live.lock().record.sequence
    }

    /// What the record knows about the collector already, so that only the rest must be asked for.
    #[must_use]
    pub fn known(&self) -> Known {
        let state = self.live.lock();
        Known {
            claims: !state.record.claims.is_empty(),
            health: state.record.health.is_some(),
            effective: state.record.effective.is_some() || state.effective_due.is_some(),
            remote_status: state.record.ledger.status_known(),
            capabilities: state.record.capabilities,
        }
    }
}

/// What is known about a collector from before this connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known {
    /// Its description.
    pub claims: bool,
    /// Its health.
    pub health: bool,
    /// Its effective configuration.
    pub effective: bool,
    /// What became of its last configuration.
    pub remote_status: bool,
    /// Its capability bits.
    pub capabilities: u64,
}

impl ControlPlane {
    /// A collector quotes what it cannot make sense of, and that may be a credential.
    fn conceal(&self, reported: &mut Reported) {
        let config = reported.hash.and_then(|hash| self.contents.get(&hash));
        if let (RemoteStatus::Failed { why }, Some(config)) = (&mut reported.status, config) {
            *why = without_credentials(why, &config);
        }
    }

    /// The configuration that may be offered on a connection right now.
    fn due(&self, state: &State) -> Option<Arc<Config>> {
        let record = &state.record;
        let accepts = record.capabilities & capability::ACCEPTS_REMOTE_CONFIG != 0;
        // Before its status is known, nothing can be said about what it needs.
        if !accepts || !record.ledger.status_known() || self.frozen().is_some() || record.revoked {
            return None;
        }
        let leaving = record.leaving_since.is_some();
        if state.assignment.observed && !leaving {
            return None;
        }
        if let Some(healing) =
            record.ledger.heal_due(self.clock.now()).and_then(|hash| self.contents.get(&hash))
        {
            return Some(healing);
        }
        // One that leaves is told to stop, whatever else is said of it.
        if (record.hold.is_some() || !state.assignment.held.is_empty()) && !leaving {
            return None;
        }
        let released = state.released.as_ref()?;
        record.ledger.may_offer(&released.hash).then(|| Arc::clone(released))
    }
}

/// What a remote status means, for those who only look.
#[must_use]
pub fn is_failed(reported: &Reported) -> bool {
    matches!(reported.status, RemoteStatus::Failed { .. })
}
