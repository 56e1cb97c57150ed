//! A small faithful agent: what a stock supervisor with its collector says and does, for fleets made of memory.
//! It knows no transport and no clock; what it does at which time follows the observed behavior of supervisor 0.158.
//! Start with [`Agent::connect`] and [`Agent::poll`].

mod collector;
mod settings;

pub use self::collector::Running;
pub use self::settings::{AgentSettings, Habits, Judge, Verdict};

use self::collector::{Collector, Outcome};
use crate::proto::{
    AgentCapabilities, AgentConfigMap, AgentDisconnect, AgentFlags, AgentToServer, AvailableComponents,
    ComponentHealth, PackageStatuses, RemoteConfigStatus, ServerErrorResponse, ServerFlags, ServerToAgent,
    ServerToAgentCommand, SettingStatus, TelemetryConnectionSettings,
};
use crate::uid::InstanceUid;

/// One supervisor with its collector.
#[derive(Clone, Debug)]
pub struct Agent {
    settings: AgentSettings,
    uid: InstanceUid,
    sequence_num: u64,
    connected: bool,
    connected_before: bool,
    due: Due,
    last_sent_ms: Option<u64>,
    health: ComponentHealth,
    status: RemoteConfigStatus,
    own_metrics: Option<TelemetryConnectionSettings>,
    remote: Option<AgentConfigMap>,
    last_working: Option<(Vec<u8>, AgentConfigMap)>,
    collector: Collector,
    last_error: Option<ServerErrorResponse>,
}

/// What the next message has to hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Due(u16);

impl Due {
    /// A message, whatever it holds.
    const MESSAGE: Self = Self(1);
    const DESCRIPTION: Self = Self(2);
    const HEALTH: Self = Self(4);
    const EFFECTIVE_CONFIG: Self = Self(8);
    const STATUS: Self = Self(16);
    const COMPONENTS_HASH: Self = Self(32);
    const COMPONENTS: Self = Self(64);
    const PACKAGES: Self = Self(128);
    const DISCONNECT: Self = Self(256);
    /// What opamp-go puts into the first message of a process: everything but health.
    const FIRST: Self = Self(1 | 2 | 8 | 16 | 32 | 128);
    /// What it answers to a request for the full state.
    const FULL: Self = Self(1 | 2 | 4 | 8 | 16 | 64 | 128);

    fn add(&mut self, more: Self) {
        self.0 |= more.0;
    }

    fn has(self, part: Self) -> bool {
        self.0 & part.0 != 0
    }
}

impl Agent {
    /// An agent whose process has just started and is not connected.
    #[must_use]
    pub fn new(settings: AgentSettings) -> Self {
        Self {
            uid: settings.instance_uid,
            settings,
            sequence_num: 0,
            connected: false,
            connected_before: false,
            due: Due::HEALTH,
            last_sent_ms: None,
            health: ComponentHealth::default(),
            status: RemoteConfigStatus::default(),
            own_metrics: None,
            remote: None,
            last_working: None,
            collector: Collector::default(),
            last_error: None,
        }
    }

    /// A connection has come up. The next [`Self::poll`] gives the first message.
    pub fn connect(&mut self, now_ms: u64) {
        self.connected = true;
        self.last_sent_ms = Some(now_ms);
        if !self.connected_before || self.settings.habits.full_message_on_reconnect {
            self.due.add(Due::FIRST);
        }
        self.due.add(Due::MESSAGE);
        self.connected_before = true;
    }

    /// The connection is gone; what was popped and not delivered is lost.
    pub fn disconnect(&mut self) {
        self.connected = false;
    }

    /// The process ends and starts again with what it keeps on disk: identity, configuration, status, own metrics.
    pub fn restart(&mut self, now_ms: u64) {
        self.connected = false;
        self.connected_before = false;
        self.sequence_num = 0;
        self.health = ComponentHealth::default();
        self.due = Due::HEALTH;
        let hash = self.status.last_remote_config_hash.clone();
        self.start_collector(hash, false, now_ms);
    }

    /// The agent says good-bye with its next message.
    pub fn stop(&mut self) {
        self.health = unhealthy("Supervisor is shutdown");
        self.due.add(Due(Due::HEALTH.0 | Due::DISCONNECT.0));
    }

    /// Lets time pass up to `now_ms` and gives the next message to send, if one is due. Call it until it gives none.
    pub fn poll(&mut self, now_ms: u64) -> Option<AgentToServer> {
        self.collector_until(now_ms);
        let heartbeat = self.connected && self.heartbeat_at_ms() <= now_ms;
        if !self.connected || (self.due == Due::default() && !heartbeat) {
            return None;
        }
        self.last_sent_ms = Some(now_ms);
        let due = std::mem::take(&mut self.due);
        let message = self.message(due);
        self.sequence_num = self.sequence_num.wrapping_add(1);
        Some(message)
    }

    /// When [`Self::poll`] will have something to do, if nothing is received before.
    #[must_use]
    pub fn next_wake_ms(&self) -> u64 {
        if self.connected && self.due != Due::default() {
            return 0;
        }
        let heartbeat = if self.connected { self.heartbeat_at_ms() } else { u64::MAX };
        self.collector.next_wake_ms().map_or(heartbeat, |wake| wake.min(heartbeat))
    }

    /// Takes in a message of the server.
    pub fn receive(&mut self, message: &ServerToAgent, now_ms: u64) {
        self.collector_until(now_ms);
        if let Some(error) = &message.error_response {
            self.last_error = Some(error.clone());
            return;
        }
        if let Some(command) = &message.command
            && self.can(AgentCapabilities::ACCEPTS_RESTART_COMMAND)
        {
            return self.run(*command, now_ms);
        }
        let flags = ServerFlags(message.flags);
        if flags.contains(ServerFlags::REPORT_FULL_STATE) {
            self.due.add(Due::FULL);
        }
        if flags.contains(ServerFlags::REPORT_AVAILABLE_COMPONENTS) {
            self.due.add(Due::COMPONENTS);
        }
        let identity = message.agent_identification.as_ref();
        let renamed = identity.and_then(|new| InstanceUid::try_from(&*new.new_instance_uid).ok());
        if let Some(uid) = renamed {
            self.uid = uid;
            self.due.add(Due::DESCRIPTION);
        }
        let own_metrics_changed = self.take_own_metrics(message);
        self.take_config(message, own_metrics_changed || renamed.is_some(), now_ms);
    }

    /// Its present identity.
    #[must_use]
    pub const fn uid(&self) -> InstanceUid {
        self.uid
    }

    /// What its collector runs.
    #[must_use]
    pub const fn running(&self) -> &Running {
        self.collector.running()
    }

    /// What it says of its remote configuration.
    #[must_use]
    pub const fn status(&self) -> &RemoteConfigStatus {
        &self.status
    }

    /// Where its own metrics go.
    #[must_use]
    pub const fn own_metrics(&self) -> Option<&TelemetryConnectionSettings> {
        self.own_metrics.as_ref()
    }

    /// How often its collector was started, crashes included.
    #[must_use]
    pub const fn collector_starts(&self) -> u32 {
        self.collector.starts()
    }

    /// Whether it says that its collector works.
    #[must_use]
    pub const fn is_healthy(&self) -> bool {
        self.health.healthy
    }

    /// The last error the server reported.
    #[must_use]
    pub const fn last_error(&self) -> Option<&ServerErrorResponse> {
        self.last_error.as_ref()
    }

    fn can(&self, capability: AgentCapabilities) -> bool {
        self.settings.capabilities.contains(capability)
    }

    fn heartbeat_at_ms(&self) -> u64 {
        self.last_sent_ms.unwrap_or_default().saturating_add(self.settings.heartbeat_ms)
    }

    fn message(&self, due: Due) -> AgentToServer {
        let report = |part: Due, capability| due.has(part) && self.can(capability);
        let list = due.has(Due::COMPONENTS).then(|| self.settings.components.clone());
        let components = AvailableComponents {
            components: list.unwrap_or_default(),
            hash: self.settings.components_hash.clone(),
        };
        let components_due = Due(Due::COMPONENTS.0 | Due::COMPONENTS_HASH.0);
        AgentToServer {
            instance_uid: self.uid.as_bytes().to_vec(),
            sequence_num: self.sequence_num,
            capabilities: self.settings.capabilities.0,
            flags: AgentFlags::default().0,
            agent_description: due.has(Due::DESCRIPTION).then(|| self.settings.description.clone()),
            health: report(Due::HEALTH, AgentCapabilities::REPORTS_HEALTH).then(|| self.health.clone()),
            effective_config: report(Due::EFFECTIVE_CONFIG, AgentCapabilities::REPORTS_EFFECTIVE_CONFIG)
                .then(|| self.collector.effective_config()),
            remote_config_status: report(Due::STATUS, AgentCapabilities::REPORTS_REMOTE_CONFIG)
                .then(|| self.status.clone()),
            package_statuses: due.has(Due::PACKAGES).then(PackageStatuses::default),
            available_components: report(components_due, AgentCapabilities::REPORTS_AVAILABLE_COMPONENTS)
                .then_some(components),
            agent_disconnect: due.has(Due::DISCONNECT).then_some(AgentDisconnect {}),
            ..AgentToServer::default()
        }
    }

    /// Restart is the only command there is.
    fn run(&mut self, _: ServerToAgentCommand, now_ms: u64) {
        let hash = self.status.last_remote_config_hash.clone();
        self.start_collector(hash, false, now_ms);
    }

    /// An offer with any own telemetry replaces the whole set.
    fn take_own_metrics(&mut self, message: &ServerToAgent) -> bool {
        let Some(offers) = &message.connection_settings else { return false };
        let some = offers.own_metrics.is_some() || offers.own_logs.is_some() || offers.own_traces.is_some();
        if !some || !self.can(AgentCapabilities::REPORTS_OWN_METRICS) {
            return false;
        }
        let new = offers.own_metrics.clone().filter(|settings| !settings.destination_endpoint.is_empty());
        let changed = new != self.own_metrics;
        self.own_metrics = new;
        changed
    }

    fn take_config(&mut self, message: &ServerToAgent, restart: bool, now_ms: u64) {
        let offer =
            message.remote_config.as_ref().filter(|_| self.can(AgentCapabilities::ACCEPTS_REMOTE_CONFIG));
        let Some(offer) = offer else {
            if restart {
                let hash = self.status.last_remote_config_hash.clone();
                self.start_collector(hash, true, now_ms);
            }
            return;
        };
        let map = offer.config.clone().unwrap_or_default();
        let hash = offer.config_hash.clone();
        let same = self.remote.as_ref() == Some(&map);
        if same && !restart {
            self.status.last_remote_config_hash.clone_from(&hash);
            if !self.settings.habits.silent_about_equal_config {
                self.set_status(hash, SettingStatus::Applied, "");
            }
            return;
        }
        if let Verdict::Invalid(error) = self.settings.judge(&map) {
            return self.set_status(hash, SettingStatus::Failed, error);
        }
        self.remote = Some(map);
        self.start_collector(hash, true, now_ms);
    }

    /// `report` tells whether the outcome becomes a status, as it does after an offer.
    fn start_collector(&mut self, hash: Vec<u8>, report: bool, now_ms: u64) {
        let map = self.remote.clone();
        if map.as_ref().is_some_and(|map| map.config_map.is_empty()) {
            self.collector.stop();
            self.health = ComponentHealth { healthy: true, ..ComponentHealth::default() };
            self.due.add(Due(Due::HEALTH.0 | Due::EFFECTIVE_CONFIG.0));
            return self.set_status(hash, SettingStatus::Applied, "");
        }
        let verdict = map.as_ref().map_or(Verdict::Good, |map| self.settings.judge(map));
        if report && map.is_some() {
            self.set_status(hash.clone(), SettingStatus::Applying, "");
        }
        let report = (report && map.is_some()).then_some(hash);
        self.collector.start(
            map.unwrap_or_default(),
            verdict,
            report,
            now_ms,
            self.settings.config_apply_timeout_ms,
        );
    }

    fn collector_until(&mut self, now_ms: u64) {
        while let Some((at_ms, outcome)) = self.collector.step(now_ms, &self.settings) {
            match outcome {
                Outcome::Healthy => {
                    self.health = healthy(at_ms);
                    self.due.add(Due(Due::HEALTH.0 | Due::EFFECTIVE_CONFIG.0));
                }
                Outcome::SaysHealthAgain => self.due.add(Due::HEALTH),
                Outcome::Crashed => {
                    self.health = unhealthy("Agent process exited unexpectedly, exit code=1");
                    self.due.add(Due::HEALTH);
                }
                Outcome::Applied(hash) => {
                    self.last_working = self.remote.clone().map(|map| (hash.clone(), map));
                    self.set_status(hash, SettingStatus::Applied, "");
                }
                Outcome::Failed(hash, error) => {
                    self.set_status(hash, SettingStatus::Failed, error);
                    self.roll_back(at_ms);
                }
            }
        }
    }

    fn roll_back(&mut self, now_ms: u64) {
        if !self.settings.habits.rolls_back {
            return;
        }
        if let Some((hash, map)) = self.last_working.clone() {
            self.remote = Some(map.clone());
            self.collector.start(
                map,
                Verdict::Good,
                Some(hash),
                now_ms,
                self.settings.config_apply_timeout_ms,
            );
        }
    }

    fn set_status(&mut self, hash: Vec<u8>, status: SettingStatus, error: &str) {
        self.status = RemoteConfigStatus {
            last_remote_config_hash: hash,
            status: status.into(),
            error_message: error.to_owned(),
        };
        self.due.add(Due::STATUS);
    }
}

fn healthy(at_ms: u64) -> ComponentHealth {
    ComponentHealth {
        healthy: true,
        status: "StatusOK".to_owned(),
        status_time_unix_nano: at_ms.saturating_mul(1_000_000),
        ..ComponentHealth::default()
    }
}

fn unhealthy(error: &str) -> ComponentHealth {
    ComponentHealth { last_error: error.to_owned(), ..ComponentHealth::default() }
}
