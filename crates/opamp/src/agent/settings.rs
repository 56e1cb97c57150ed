//! What an agent is and how it behaves: chosen by whoever builds a fleet.

use std::collections::BTreeMap;

use crate::proto::{AgentCapabilities, AgentConfigMap, AgentDescription, ComponentDetails, KeyValue};
use crate::uid::InstanceUid;

/// Tells what a collector would make of a configuration body.
pub type Judge = fn(&[u8]) -> Verdict;

/// What a collector makes of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It runs and becomes healthy after 200 ms.
    Good,
    /// It is refused before anything is stopped; these are the agent's words.
    Invalid(&'static str),
    /// The collector exits 50 ms after each start.
    Crashes,
    /// It becomes healthy only after so many milliseconds.
    HealthyAfterMs(u64),
}

/// Habits of other versions and of broken installations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The first message of every connection is full, as opamp-go did up to 0.22.
    pub full_message_on_reconnect: bool,
    /// No status for a configuration that changes nothing, as supervisors did up to 0.135.
    pub silent_about_equal_config: bool,
    /// After a failure the last working configuration is started and reported as applied.
    pub rolls_back: bool,
    /// An unchanged health is repeated so often in milliseconds, as one `memory_limiter` check does.
    pub repeats_health_every_ms: Option<u64>,
}

/// One agent. Two with the same uid are a cloned host.
#[derive(Clone, Debug)]
pub struct AgentSettings {
    /// Its identity on disk.
    pub instance_uid: InstanceUid,
    /// What it can do.
    pub capabilities: AgentCapabilities,
    /// Who it says it is.
    pub description: AgentDescription,
    /// The components of its collector.
    pub components: BTreeMap<String, ComponentDetails>,
    /// Names that list.
    pub components_hash: Vec<u8>,
    /// Milliseconds of silence before a heartbeat.
    pub heartbeat_ms: u64,
    /// Milliseconds until a healthy configuration is reported as applied.
    pub config_apply_timeout_ms: u64,
    /// What its collector makes of a configuration.
    pub judge: Judge,
    /// How it differs from a current one.
    pub habits: Habits,
}

impl AgentSettings {
    /// A current supervisor with the documented capabilities on the host `host_name`.
    #[must_use]
    pub fn new(instance_uid: InstanceUid, host_name: &str) -> Self {
        let text = KeyValue::text;
        Self {
            instance_uid,
            capabilities: AgentCapabilities(0x7c47),
            description: AgentDescription {
                identifying_attributes: vec![
                    text("service.instance.id", &instance_uid.to_string()),
                    text("service.name", "otelcol"),
                    text("service.version", "0.158.0"),
                ],
                non_identifying_attributes: vec![
                    text("host.arch", "amd64"),
                    text("host.name", host_name),
                    text("os.type", "linux"),
                ],
            },
            components: BTreeMap::from([("receivers".to_owned(), ComponentDetails::default())]),
            components_hash: vec![7; 32],
            heartbeat_ms: 30_000,
            config_apply_timeout_ms: 5_000,
            judge: |_| Verdict::Good,
            habits: Habits::default(),
        }
    }

    /// Files are merged in name order with the empty name last; the last one decides here.
    pub(super) fn judge(&self, map: &AgentConfigMap) -> Verdict {
        let main = map.config_map.get("").or_else(|| map.config_map.values().next_back());
        main.map_or(Verdict::Good, |file| (self.judge)(&file.body))
    }
}
