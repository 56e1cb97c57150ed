//! A collector's connection as the control plane sees it: who it is, what it reports, what it should be told.
//! Knows nothing of frames or HTTP. Start at [`ControlPlane::greet`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use linkmesh_fleet::attempt::{Happened, RemoteStatus, Reported};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::state::ComponentHealth;
use linkmesh_fleet::{ConfigHash, Id, Timestamp};

use crate::content::Config;
use crate::plane::ControlPlane;
use crate::roster::{Close, Live, Probe, State};

mod greet;

/// How long the holder of a uid may take to prove that it is alive before a newcomer replaces it.
pub const PROBE_WAIT: Duration = Duration::from_secs(5);
/// Most attributes kept of a host's description.
pub const CLAIMS_MAX: usize = 64;
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
    /// Ask it to restart.
    pub restart: bool,
    /// Send a ping and report the answer with [`Link::answered_probe`].
    pub probe: bool,
    /// End the connection.
    pub close: Option<Close>,
}

/// Where a collector pushes its own metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMetrics {
    /// The full URL.
    pub endpoint: String,
    /// The value of the `Authorization` header.
    pub authorization: String,
    /// Changes when either does.
    pub hash: ConfigHash,
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
    /// Takes in what one message reports.
    pub fn report(&self, report: Report) {
        let now = self.plane.clock.now();
        let mut happened = Vec::new();
        let mut class_may_differ = false;
        // A heartbeat changes nothing that delivery looks at.
        let relevant = report.remote.is_some() || report.health.is_some() || report.capabilities.is_some();
        let id = {
            let mut state = self.live.lock();
            if let Some(connection) = &mut state.connection {
                connection.heard_at = now;
            }
            state.record.last_seen_at = Some(now);
            if let Some(sequence) = report.sequence {
                state.record.sequence = Some(sequence);
            }
            if let Some(capabilities) = report.capabilities.filter(|c| *c != state.record.capabilities) {
                state.record.capabilities = capabilities;
                state.touch();
            }
            if let Some(claims) = report.claims.map(bounded)
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
            if let Some(remote) = report.remote {
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
        if class_may_differ {
            self.plane.assign(&self.live);
        }
        if relevant {
            self.plane.wakes.deliver.notify_one();
        }
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
        if wanted.close.is_some() {
            return wanted;
        }
        wanted.config = self.plane.due(&state);
        if state.record.capabilities & capability::REPORTS_OWN_METRICS != 0 {
            let offer = self.plane.own_metrics(&state);
            wanted.own_metrics = Some(offer).filter(|offer| state.record.own_metrics != Some(offer.hash));
        }
        wanted.restart = state.restart_due && state.record.capabilities & capability::ACCEPTS_RESTART != 0;
        wanted
    }

    /// The own-metrics destination of this collector, whether or not it is due.
    #[must_use]
    pub fn own_metrics(&self) -> OwnMetrics {
        self.plane.own_metrics(&self.live.lock())
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

    /// The own-metrics destination was sent.
    pub fn offered_own_metrics(&self, offer: &OwnMetrics) {
        let id = {
            let mut state = self.live.lock();
            state.record.own_metrics = Some(offer.hash);
            state.touch();
            state.record.id.clone()
        };
        let message = format!("told to push its own metrics to {}", offer.endpoint);
        self.plane.journal.event(self.plane.clock.now(), EventKind::OwnMetricsOffered, Some(&id), message);
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
            connection.probe = Probe::Answered;
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
    /// The configuration that may be offered on a connection right now.
    fn due(&self, state: &State) -> Option<Arc<Config>> {
        let record = &state.record;
        let accepts = record.capabilities & capability::ACCEPTS_REMOTE_CONFIG != 0;
        // Before its status is known, nothing can be said about what it needs.
        if !accepts || !record.ledger.status_known() || self.frozen().is_some() || record.revoked {
            return None;
        }
        if let Some(healing) =
            record.ledger.heal_due(self.clock.now()).and_then(|hash| self.contents.get(&hash))
        {
            return Some(healing);
        }
        if record.hold.is_some() || !state.assignment.held.is_empty() {
            return None;
        }
        let released = state.released.as_ref()?;
        record.ledger.may_offer(&released.hash).then(|| Arc::clone(released))
    }

    fn own_metrics(&self, state: &State) -> OwnMetrics {
        let endpoint = format!("{}/v1/metrics", self.external_url());
        let token = self.keys.collector_token(&state.record.key, state.record.generation);
        let authorization = format!("Bearer {token}");
        let hash = ConfigHash::of(format!("{endpoint}\0{authorization}").as_bytes());
        OwnMetrics { endpoint, authorization, hash }
    }

    /// Writes down what became of a configuration.
    pub(crate) fn tell(&self, id: &Id, happening: &Happened, now: Timestamp) {
        let (kind, message, hash) = match happening {
            Happened::Applying(_) => return,
            Happened::Applied { hash, late: false } => {
                (EventKind::ConfigApplied, "runs the configuration that it was offered".to_owned(), hash)
            }
            Happened::Applied { hash, late: true } => (
                EventKind::ConfigApplied,
                "runs the configuration that it was offered, later than its supervisor waited".to_owned(),
                hash,
            ),
            Happened::Failed { hash, why } => {
                (EventKind::ConfigFailed, format!("refused the configuration: {why}"), hash)
            }
            Happened::RolledBack { from, to } => {
                let message = format!("went back to the configuration that it ran before ({to})");
                self.journal.event_with(
                    now,
                    EventKind::RolledBack,
                    Some(id),
                    message,
                    serde_json::json!({"from": from, "hash": to}),
                );
                return;
            }
            Happened::UnknownHash(hash) => (
                EventKind::ConfigUnknown,
                "reports a configuration that this server never offered to it".to_owned(),
                hash,
            ),
        };
        self.journal.event_with(now, kind, Some(id), message, serde_json::json!({"hash": hash}));
    }
}

/// What a remote status means, for those who only look.
#[must_use]
pub fn is_failed(reported: &Reported) -> bool {
    matches!(reported.status, RemoteStatus::Failed { .. })
}

fn bounded(claims: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let short = |text: String| -> String {
        let end =
            (0..=CLAIM_BYTES_MAX.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.get(..end).unwrap_or_default().chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    claims.into_iter().take(CLAIMS_MAX).map(|(key, value)| (short(key), short(value))).collect()
}
