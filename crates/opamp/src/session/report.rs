//! What one message of an agent changed.

use super::known::ReportedHash;
use crate::proto::{
    AgentCapabilities, AgentDescription, AvailableComponents, ComponentHealth, ConnectionSettingsStatus,
    CustomMessage, EffectiveConfig, SettingStatus,
};
use crate::uid::{BadUid, InstanceUid};

/// What one message changed. A part that is `None` is unchanged; a part that is there replaces the old one whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Where the message stands in the agent's sequence.
    pub order: Order,
    /// As announced by this message.
    pub capabilities: AgentCapabilities,
    /// Whether they differ from before.
    pub capabilities_changed: bool,
    /// Who the agent is, if that changed.
    pub description: Option<AgentDescription>,
    /// Its health, if anything but the times in it changed.
    pub health: Option<ComponentHealth>,
    /// What it runs, if that changed. May hold credentials: redact before it is kept or shown.
    pub effective_config: Option<EffectiveConfig>,
    /// What became of a configuration, if that changed.
    pub remote_config: Option<RemoteConfigReport>,
    /// What became of connection settings. Supervisors never say.
    pub settings_status: Option<ConnectionSettingsStatus>,
    /// The components, if their hash changed or the list came. Ask for the list with `Wants::components`.
    pub available_components: Option<AvailableComponents>,
    /// Names of custom capabilities; may be ignored.
    pub custom_capabilities: Option<Vec<String>>,
    /// A custom message; may be ignored.
    pub custom_message: Option<CustomMessage>,
    /// The agent asks for an identity: mint a UUIDv7 and pass it as `Wants::new_instance_uid`.
    pub wants_instance_uid: bool,
    /// The agent took on the identity it was given; this was the old one. Its history goes on under the new one.
    pub renamed_from: Option<InstanceUid>,
    /// This is its last message: it is gone from now on.
    pub disconnecting: bool,
}

/// What became of a remote configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteConfigReport {
    /// Which configuration.
    pub hash: ReportedHash,
    /// How far it has come.
    pub status: SettingStatus,
    /// The agent's own words.
    pub error_message: String,
}

/// Where a message stands in the agent's sequence (OpAMP, section Agent Status Compression).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// It follows the last one.
    Next,
    /// It is the first of a process.
    NewProcess,
    /// Messages before it are missing, or the last number is not remembered.
    Gap,
    /// It has the number of the last one: sent again.
    Repeat,
    /// It is older than the last one; it is not taken in unless it holds the full state.
    Behind,
}

/// A message that is not for this session. Nothing of it was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The uid is not 16 bytes.
    #[error(transparent)]
    BadUid(#[from] BadUid),
    /// The uid is another one, and nobody told the agent to change it.
    #[error("the instance_uid {0} belongs to another agent")]
    OtherUid(InstanceUid),
}

impl Report {
    pub(super) fn new(order: Order, capabilities: AgentCapabilities) -> Self {
        Self {
            order,
            capabilities,
            capabilities_changed: false,
            description: None,
            health: None,
            effective_config: None,
            remote_config: None,
            settings_status: None,
            available_components: None,
            custom_capabilities: None,
            custom_message: None,
            wants_instance_uid: false,
            renamed_from: None,
            disconnecting: false,
        }
    }

    /// Whether the message only said that the agent lives.
    #[must_use]
    pub fn is_heartbeat(&self) -> bool {
        *self == Self::new(Order::Next, self.capabilities)
    }

    /// Whether the agent's process was started since the last message.
    #[must_use]
    pub fn is_new_process(&self) -> bool {
        self.order == Order::NewProcess
    }
}

impl Order {
    pub(super) fn of(last: Option<u64>, now: u64) -> Self {
        match last {
            Some(last) if now == last.wrapping_add(1) => Self::Next,
            _ if now == 0 => Self::NewProcess,
            None => Self::Gap,
            Some(last) if now == last => Self::Repeat,
            Some(last) if now > last => Self::Gap,
            Some(_) => Self::Behind,
        }
    }
}
