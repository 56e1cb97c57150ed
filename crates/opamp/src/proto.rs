//! The OpAMP messages of both directions as prost structs, written from the field tables of OpAMP v0.18 (proto package `opamp.proto.v1`).
//! Maps are ordered, so equal values encode to equal bytes; an absent sub-message means "unchanged".
//! Start with [`AgentToServer`] and [`ServerToAgent`].

mod anyvalue;
mod capabilities;
mod packages;
mod settings;
mod status;

pub use self::anyvalue::{AnyValue, ArrayValue, KeyValue, KeyValueList, any_value};
pub use self::capabilities::{AgentCapabilities, AgentFlags, ServerCapabilities, ServerFlags};
pub use self::packages::{
    DownloadableFile, PackageAvailable, PackageDownloadDetails, PackageStatus, PackageStatusCode,
    PackageStatuses, PackageType, PackagesAvailable,
};
pub use self::settings::{
    CertificateRequest, ConnectionSettingsOffers, ConnectionSettingsRequest, ConnectionSettingsStatus,
    Header, Headers, OpampConnectionSettings, OpampConnectionSettingsRequest, OtherConnectionSettings,
    ProxyConnectionSettings, TelemetryConnectionSettings, TlsCertificate, TlsConnectionSettings,
};
pub use self::status::{
    AgentConfigFile, AgentConfigMap, AgentDescription, AgentRemoteConfig, AvailableComponents,
    ComponentDetails, ComponentHealth, EffectiveConfig, RemoteConfigStatus, SettingStatus,
};

/// Everything an agent says. Only `instance_uid`, `sequence_num` and `capabilities` are in every message;
/// a message with nothing else is a heartbeat (OpAMP, section AgentToServer).
#[derive(Clone, PartialEq, prost::Message)]
pub struct AgentToServer {
    /// The agent's own identity: 16 bytes, a UUIDv7 by recommendation.
    #[prost(bytes = "vec", tag = "1")]
    pub instance_uid: Vec<u8>,
    /// Counts the messages of one agent process, from 0.
    #[prost(uint64, tag = "2")]
    pub sequence_num: u64,
    /// Who the agent is and where it runs.
    #[prost(message, optional, tag = "3")]
    pub agent_description: Option<AgentDescription>,
    /// [`AgentCapabilities`] bits.
    #[prost(uint64, tag = "4")]
    pub capabilities: u64,
    /// The health tree.
    #[prost(message, optional, tag = "5")]
    pub health: Option<ComponentHealth>,
    /// The configuration that the agent really runs.
    #[prost(message, optional, tag = "6")]
    pub effective_config: Option<EffectiveConfig>,
    /// What became of the last remote configuration.
    #[prost(message, optional, tag = "7")]
    pub remote_config_status: Option<RemoteConfigStatus>,
    /// What became of the offered packages.
    #[prost(message, optional, tag = "8")]
    pub package_statuses: Option<PackageStatuses>,
    /// Present in the last message of an agent that leaves.
    #[prost(message, optional, tag = "9")]
    pub agent_disconnect: Option<AgentDisconnect>,
    /// [`AgentFlags`] bits.
    #[prost(uint64, tag = "10")]
    pub flags: u64,
    /// The agent asks for connection settings, such as a certificate.
    #[prost(message, optional, tag = "11")]
    pub connection_settings_request: Option<ConnectionSettingsRequest>,
    /// The custom capabilities that the agent supports.
    #[prost(message, optional, tag = "12")]
    pub custom_capabilities: Option<CustomCapabilities>,
    /// A custom message; an event, not state.
    #[prost(message, optional, tag = "13")]
    pub custom_message: Option<CustomMessage>,
    /// The components the agent was built with, or only the hash of that list.
    #[prost(message, optional, tag = "14")]
    pub available_components: Option<AvailableComponents>,
    /// What became of the last connection settings.
    #[prost(message, optional, tag = "15")]
    pub connection_settings_status: Option<ConnectionSettingsStatus>,
}

/// Everything a server says (OpAMP, section ServerToAgent).
#[derive(Clone, PartialEq, prost::Message)]
pub struct ServerToAgent {
    /// The agent that is spoken to: the uid of the message answered.
    #[prost(bytes = "vec", tag = "1")]
    pub instance_uid: Vec<u8>,
    /// The message could not be processed; no other payload goes with it.
    #[prost(message, optional, tag = "2")]
    pub error_response: Option<ServerErrorResponse>,
    /// A configuration to run.
    #[prost(message, optional, tag = "3")]
    pub remote_config: Option<AgentRemoteConfig>,
    /// Where to connect, and where to send own telemetry.
    #[prost(message, optional, tag = "4")]
    pub connection_settings: Option<ConnectionSettingsOffers>,
    /// Packages to install.
    #[prost(message, optional, tag = "5")]
    pub packages_available: Option<PackagesAvailable>,
    /// [`ServerFlags`] bits.
    #[prost(uint64, tag = "6")]
    pub flags: u64,
    /// [`ServerCapabilities`] bits; required in the first message only.
    #[prost(uint64, tag = "7")]
    pub capabilities: u64,
    /// A new identity for the agent.
    #[prost(message, optional, tag = "8")]
    pub agent_identification: Option<AgentIdentification>,
    /// A command; an agent ignores every other field beside it.
    #[prost(message, optional, tag = "9")]
    pub command: Option<ServerToAgentCommand>,
    /// The custom capabilities that the server supports.
    #[prost(message, optional, tag = "10")]
    pub custom_capabilities: Option<CustomCapabilities>,
    /// A custom message.
    #[prost(message, optional, tag = "11")]
    pub custom_message: Option<CustomMessage>,
}

/// Marks the last message of an agent.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct AgentDisconnect {}

/// Why a message was not processed.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ServerErrorResponse {
    /// The kind of error.
    #[prost(enumeration = "ServerErrorResponseType", tag = "1")]
    pub r#type: i32,
    /// For the person who reads the agent's log.
    #[prost(string, tag = "2")]
    pub error_message: String,
    /// When to try again; alone in its `oneof`, so it is a plain optional field on the wire.
    #[prost(message, optional, tag = "3")]
    pub retry_info: Option<RetryInfo>,
}

/// When to try again.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct RetryInfo {
    /// Nanoseconds to wait.
    #[prost(uint64, tag = "1")]
    pub retry_after_nanoseconds: u64,
}

/// A new identity for an agent.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct AgentIdentification {
    /// 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub new_instance_uid: Vec<u8>,
}

/// A command to the agent.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct ServerToAgentCommand {
    /// What to do.
    #[prost(enumeration = "CommandType", tag = "1")]
    pub r#type: i32,
}

/// Names of custom capabilities.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CustomCapabilities {
    /// Reverse-domain names.
    #[prost(string, repeated, tag = "1")]
    pub capabilities: Vec<String>,
}

/// A message of a custom capability.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CustomMessage {
    /// The capability it belongs to.
    #[prost(string, tag = "1")]
    pub capability: String,
    /// Its type within the capability.
    #[prost(string, tag = "2")]
    pub r#type: String,
    /// Its content, opaque to OpAMP.
    #[prost(bytes = "vec", tag = "3")]
    pub data: Vec<u8>,
}

/// The kind of a [`ServerErrorResponse`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum ServerErrorResponseType {
    /// Not said.
    Unknown = 0,
    /// The message is malformed; sending it again does not help.
    BadRequest = 1,
    /// The server cannot answer now.
    Unavailable = 2,
}

/// The command of a [`ServerToAgentCommand`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum CommandType {
    /// Restart the agent.
    Restart = 0,
}
