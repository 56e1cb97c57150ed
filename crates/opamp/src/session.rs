//! The server's half of one agent: what a message changes, what must be asked for, and what may be offered now.
//! It knows neither transport nor credentials nor which configuration is right; the caller brings those, and the time.
//! Start with [`ServerSession::handle`], then [`ServerSession::reply`].

mod decide;
mod known;
mod offer;
mod parts;
mod reply;
mod report;

pub use self::known::{Known, ReportedConfig, ReportedHash};
pub use self::offer::{BadOffer, ConfigHash, EncodedConfig, OwnMetricsOffer, SettingsHash};
pub use self::reply::{
    ConfigOffer, ErrorAnswer, Reply, Sent, Wants, WebSocketFrame, Withheld, bad_request, unavailable,
};
pub use self::report::{Order, Refused, RemoteConfigReport, Report};

use self::parts::Parts;
use crate::fingerprint;
use crate::limits::DEFAULT_MESSAGE_BYTES;
use crate::proto::{
    AgentCapabilities, AgentFlags, AgentToServer, ConnectionSettingsStatus, RemoteConfigStatus,
    ServerCapabilities, SettingStatus,
};
use crate::uid::InstanceUid;

/// Shortest time in milliseconds between two requests for the full state: an agent answers at once, so two processes
/// with one uid would otherwise keep each other busy at network speed.
pub const FULL_STATE_PAUSE_MS: u64 = 30_000;
/// How often the full state is asked for after one gap, if the agent does not answer.
pub const FULL_STATE_ATTEMPTS: u8 = 3;

/// What all sessions of a server share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionSettings {
    /// What the first reply announces.
    pub capabilities: ServerCapabilities,
    /// Largest message in bytes that may be sent.
    pub message_bytes: usize,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self { capabilities: ServerCapabilities::OURS, message_bytes: DEFAULT_MESSAGE_BYTES }
    }
}

/// The server's half of one agent. Over WebSocket it lives as long as the connection, over plain HTTP as long as the
/// agent polls. At most 512 bytes, and no heap while nothing is under way.
#[derive(Debug)]
pub struct ServerSession {
    settings: SessionSettings,
    uid: InstanceUid,
    /// The identity that was offered and not yet taken on.
    next_uid: Option<InstanceUid>,
    known: Known,
    /// Parts of the state that are missing or may be stale.
    owed: Parts,
    /// Requests for the full state since the last gap.
    asks: u8,
    asked_at_ms: Option<u64>,
    /// The full state was asked for and has not come.
    awaiting: bool,
    heard_at_ms: Option<u64>,
    in_flight: Option<ConfigHash>,
    settings_sent: Option<SettingsHash>,
    settings_mismatch_seen: bool,
    components_asked: Option<u64>,
    capabilities_sent: bool,
    leaving: bool,
}

impl ServerSession {
    /// A session for `uid`, with what is remembered of it; [`Known::default`] for a stranger.
    #[must_use]
    pub fn new(settings: SessionSettings, uid: InstanceUid, known: Known) -> Self {
        Self {
            settings,
            uid,
            next_uid: None,
            known,
            owed: Parts::NONE,
            asks: 0,
            asked_at_ms: None,
            awaiting: false,
            heard_at_ms: None,
            in_flight: None,
            settings_sent: None,
            settings_mismatch_seen: false,
            components_asked: None,
            capabilities_sent: false,
            leaving: false,
        }
    }

    /// The agent's identity; changes when it takes on a new one.
    #[must_use]
    pub const fn uid(&self) -> InstanceUid {
        self.uid
    }

    /// Whether messages of `uid` belong to this session: its own, or the one it was told to take on.
    #[must_use]
    pub fn answers_to(&self, uid: InstanceUid) -> bool {
        self.uid == uid || self.next_uid == Some(uid)
    }

    /// What to remember for the next connection.
    #[must_use]
    pub const fn known(&self) -> &Known {
        &self.known
    }

    /// The configuration that was sent and has not been answered with APPLIED or FAILED.
    #[must_use]
    pub const fn config_in_flight(&self) -> Option<ConfigHash> {
        self.in_flight
    }

    /// The caller has other evidence that `hash` runs, such as a matching effective configuration: supervisors before
    /// 0.136 send no status where the merged configuration is the same.
    pub fn settle_config(&mut self, hash: ConfigHash) {
        self.in_flight = self.in_flight.filter(|flying| *flying != hash);
        self.known.remote_config =
            Some(ReportedConfig { hash: ReportedHash::Config(hash), status: SettingStatus::Applied });
    }

    /// Own metrics arrived with the bearer of this offer: it need not be offered again.
    pub fn acknowledge_own_metrics(&mut self, hash: SettingsHash) {
        if self.known.offered_settings == Some(hash) {
            self.known.settings_acknowledged = true;
        }
    }

    /// Takes in one message. Call [`Self::reply`] next: every message gets an answer.
    ///
    /// # Errors
    /// If the uid is not 16 bytes or belongs to another session. Nothing has changed then; answer with
    /// [`bad_request`].
    pub fn handle(&mut self, mut message: AgentToServer, now_ms: u64) -> Result<Report, Refused> {
        let renamed_from = self.check_uid(&message.instance_uid)?;
        let first_here = self.heard_at_ms.is_none();
        self.heard_at_ms = Some(now_ms);
        let order = Order::of(self.known.sequence_num, message.sequence_num);
        self.known.sequence_num = Some(message.sequence_num);
        let before = self.known.capabilities;
        if message.capabilities != 0 {
            self.known.capabilities = AgentCapabilities(message.capabilities);
        }
        let expected = Parts::expected(self.known.capabilities);
        let present = Parts::of(&message);
        self.note_order(order, first_here, expected);
        let mut report = Report::new(order, self.known.capabilities);
        report.capabilities_changed = before != self.known.capabilities;
        report.renamed_from = renamed_from;
        report.wants_instance_uid = AgentFlags(message.flags).contains(AgentFlags::REQUEST_INSTANCE_UID);
        self.leaving = message.agent_disconnect.is_some();
        report.disconnecting = self.leaving;
        if order != Order::Behind || present.contains(expected) {
            self.take_in(&mut message, &mut report);
            self.note_parts(order, present);
        }
        Ok(report)
    }

    fn check_uid(&mut self, bytes: &[u8]) -> Result<Option<InstanceUid>, Refused> {
        let uid = InstanceUid::try_from(bytes)?;
        if uid == self.uid {
            return Ok(None);
        }
        if self.next_uid == Some(uid) {
            self.next_uid = None;
            return Ok(Some(std::mem::replace(&mut self.uid, uid)));
        }
        Err(Refused::OtherUid(uid))
    }

    fn note_order(&mut self, order: Order, first_here: bool, expected: Parts) {
        match order {
            Order::Next if first_here => self.owed = expected.without(self.known.parts()),
            Order::Next => {}
            Order::NewProcess | Order::Gap | Order::Repeat | Order::Behind => {
                self.owed = expected;
                self.asks = 0;
                self.awaiting = false;
            }
        }
        // The last answer may be lost with the old process, or with the request that is sent again.
        if matches!(order, Order::NewProcess | Order::Repeat) {
            let arrived = self.known.remote_config.map(|reported| reported.hash);
            self.in_flight = self.in_flight.filter(|hash| arrived == Some(ReportedHash::Config(*hash)));
            self.settings_sent = None;
            self.components_asked = None;
            self.capabilities_sent = false;
        }
    }

    /// A full message says by silence that there is nothing; a message with a description after a request is full.
    fn note_parts(&mut self, order: Order, present: Parts) {
        self.owed = self.owed.without(present);
        let described = present.contains(Parts::DESCRIPTION);
        let answered = self.awaiting && described;
        if answered {
            self.awaiting = false;
            self.owed = Parts::NONE;
        }
        let full = answered || (order == Order::NewProcess && described);
        if full && !present.contains(Parts::REMOTE_STATUS) {
            self.owed = self.owed.without(Parts::REMOTE_STATUS);
            self.known.remote_config = Some(ReportedConfig::NONE);
        }
    }

    /// Present sub-messages replace what was known; the report holds only what is new.
    fn take_in(&mut self, message: &mut AgentToServer, report: &mut Report) {
        let known = &mut self.known;
        let description = message.agent_description.take();
        report.description =
            description.filter(|value| changes(&mut known.description, fingerprint::of_message(value)));
        let health = message.health.take();
        report.health = health.filter(|value| changes(&mut known.health, fingerprint::of_health(value)));
        let effective = message.effective_config.take();
        report.effective_config =
            effective.filter(|value| changes(&mut known.effective_config, fingerprint::of_message(value)));
        let components = message.available_components.take();
        report.available_components = components.filter(|value| {
            changes(&mut known.available_components, fingerprint::of_bytes(&value.hash))
                || !value.components.is_empty()
        });
        if let Some(status) = message.remote_config_status.take() {
            report.remote_config = self.take_status(status);
        }
        if let Some(status) = message.connection_settings_status.take() {
            self.take_settings_status(&status);
            report.settings_status = Some(status);
        }
        report.custom_capabilities = message.custom_capabilities.take().map(|custom| custom.capabilities);
        report.custom_message = message.custom_message.take();
    }

    fn take_status(&mut self, status: RemoteConfigStatus) -> Option<RemoteConfigReport> {
        let hash = ReportedHash::of(&status.last_remote_config_hash);
        let state = SettingStatus::try_from(status.status).unwrap_or(SettingStatus::Unset);
        let done = matches!(state, SettingStatus::Applied | SettingStatus::Failed);
        if done && self.in_flight.map(ReportedHash::Config) == Some(hash) {
            self.in_flight = None;
        }
        let error = fingerprint::of_bytes(status.error_message.as_bytes());
        let now = ReportedConfig { hash, status: state };
        let changed = self.known.remote_config != Some(now) || self.known.remote_config_error != error;
        self.known.remote_config = Some(now);
        self.known.remote_config_error = error;
        changed.then_some(RemoteConfigReport { hash, status: state, error_message: status.error_message })
    }

    /// An agent that names another offer than the last one gets the last one again, once per session.
    fn take_settings_status(&mut self, status: &ConnectionSettingsStatus) {
        let Some(offered) = self.known.offered_settings else { return };
        let same = status.last_connection_settings_hash == offered;
        match SettingStatus::try_from(status.status) {
            Ok(SettingStatus::Applied) if same => self.known.settings_acknowledged = true,
            Ok(SettingStatus::Applied | SettingStatus::Failed) if !same && !self.settings_mismatch_seen => {
                self.settings_mismatch_seen = true;
                self.known.settings_acknowledged = false;
                self.settings_sent = None;
            }
            _ => {}
        }
    }
}

/// Keeps the new fingerprint and tells whether it differs from the old.
fn changes(kept: &mut Option<u64>, fingerprint: u64) -> bool {
    kept.replace(fingerprint) != Some(fingerprint)
}
