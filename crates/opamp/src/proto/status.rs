//! The state an agent reports, and the configuration in either direction.
//! A configuration body may hold credentials, so it never reaches a debug print.

use std::collections::BTreeMap;
use std::fmt;

use super::KeyValue;

/// Who an agent is and where it runs.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AgentDescription {
    /// What tells the agent apart: `service.name`, `service.instance.id`, `service.version`.
    #[prost(message, repeated, tag = "1")]
    pub identifying_attributes: Vec<KeyValue>,
    /// Everything else: `host.name`, `os.type` and what the operator configured.
    #[prost(message, repeated, tag = "2")]
    pub non_identifying_attributes: Vec<KeyValue>,
}

/// Health of a component and of those below it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ComponentHealth {
    /// Whether it works.
    #[prost(bool, tag = "1")]
    pub healthy: bool,
    /// When it was started, in nanoseconds since 1970; collectors set it unreliably.
    #[prost(fixed64, tag = "2")]
    pub start_time_unix_nano: u64,
    /// Why it does not work.
    #[prost(string, tag = "3")]
    pub last_error: String,
    /// The agent's own word for its state.
    #[prost(string, tag = "4")]
    pub status: String,
    /// When the state was observed, in nanoseconds since 1970.
    #[prost(fixed64, tag = "5")]
    pub status_time_unix_nano: u64,
    /// The components below, by name.
    #[prost(btree_map = "string, message", tag = "6")]
    pub component_health_map: BTreeMap<String, Self>,
    /// More about it; in the specification since after v0.18.
    #[prost(message, repeated, tag = "7")]
    pub attributes: Vec<KeyValue>,
}

/// The configuration that an agent really runs.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct EffectiveConfig {
    /// Its files.
    #[prost(message, optional, tag = "1")]
    pub config_map: Option<AgentConfigMap>,
}

/// What became of the last remote configuration.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct RemoteConfigStatus {
    /// `config_hash` of the configuration spoken of; empty before the first.
    #[prost(bytes = "vec", tag = "1")]
    pub last_remote_config_hash: Vec<u8>,
    /// What became of it.
    #[prost(enumeration = "SettingStatus", tag = "2")]
    pub status: i32,
    /// Why it failed.
    #[prost(string, tag = "3")]
    pub error_message: String,
}

/// How far an offer of the server has come: `RemoteConfigStatuses` and `ConnectionSettingsStatuses` are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum SettingStatus {
    /// There was none yet.
    Unset = 0,
    /// In force.
    Applied = 1,
    /// Being applied.
    Applying = 2,
    /// Refused or broken.
    Failed = 3,
}

/// A configuration the agent shall run.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AgentRemoteConfig {
    /// Its files.
    #[prost(message, optional, tag = "1")]
    pub config: Option<AgentConfigMap>,
    /// Names the content; opaque to the agent, which echoes it.
    #[prost(bytes = "vec", tag = "2")]
    pub config_hash: Vec<u8>,
}

/// Configuration files by name.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AgentConfigMap {
    /// The files; a supervisor merges them in name order with the empty name last.
    #[prost(btree_map = "string, message", tag = "1")]
    pub config_map: BTreeMap<String, AgentConfigFile>,
}

/// One configuration file.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct AgentConfigFile {
    /// The content.
    #[prost(bytes = "vec", tag = "1")]
    pub body: Vec<u8>,
    /// Its media type.
    #[prost(string, tag = "2")]
    pub content_type: String,
}

impl fmt::Debug for AgentConfigFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentConfigFile({:?}, {} bytes)", self.content_type, self.body.len())
    }
}

/// The components an agent was built with.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AvailableComponents {
    /// The list; empty where only the hash is sent.
    #[prost(btree_map = "string, message", tag = "1")]
    pub components: BTreeMap<String, ComponentDetails>,
    /// Names the list.
    #[prost(bytes = "vec", tag = "2")]
    pub hash: Vec<u8>,
}

/// A component and those below it.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ComponentDetails {
    /// What is known of it.
    #[prost(message, repeated, tag = "1")]
    pub metadata: Vec<KeyValue>,
    /// The components below, by name.
    #[prost(btree_map = "string, message", tag = "2")]
    pub sub_component_map: BTreeMap<String, Self>,
}
