//! What a server remembers of an agent across connections, small enough for a whole fleet in memory.
//! Nothing decoded is kept: a fingerprint tells whether a part changed.

use super::offer::{ConfigHash, SettingsHash};
use super::parts::Parts;
use crate::fingerprint;
use crate::proto::{AgentCapabilities, SettingStatus};

/// What is remembered of one agent. At most 200 bytes, no heap. A fingerprint of `None` means "not known".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Of the last message. `None` or a stale number only costs one report of the full state.
    pub sequence_num: Option<u64>,
    /// As last announced.
    pub capabilities: AgentCapabilities,
    /// The last remote configuration status; `None` if none was ever reported.
    pub remote_config: Option<ReportedConfig>,
    /// Fingerprint of its error text.
    pub remote_config_error: u64,
    /// The configuration last offered: all there is to go by for an agent that reports no status.
    pub offered_config: Option<ConfigHash>,
    /// The connection settings last offered.
    pub offered_settings: Option<SettingsHash>,
    /// Whether there is evidence that those are in force.
    pub settings_acknowledged: bool,
    /// Fingerprint of the description.
    pub description: Option<u64>,
    /// Fingerprint of the health tree without its times.
    pub health: Option<u64>,
    /// Fingerprint of the effective configuration.
    pub effective_config: Option<u64>,
    /// Fingerprint of the hash that the agent gives its list of components.
    pub available_components: Option<u64>,
}

/// What an agent last said about its remote configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportedConfig {
    /// Which configuration.
    pub hash: ReportedHash,
    /// How far it has come.
    pub status: SettingStatus,
}

/// The hash in a status report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportedHash {
    /// There was no configuration yet.
    None,
    /// 32 bytes, as this server's hashes have. Whether it was ever offered is the caller's to know.
    Config(ConfigHash),
    /// Of another length, so another server's; its fingerprint.
    Foreign(u64),
}

impl Known {
    pub(super) fn parts(&self) -> Parts {
        Parts::NONE
            .and(Parts::DESCRIPTION, self.description.is_some())
            .and(Parts::HEALTH, self.health.is_some())
            .and(Parts::EFFECTIVE_CONFIG, self.effective_config.is_some())
            .and(Parts::REMOTE_STATUS, self.remote_config.is_some())
            .and(Parts::COMPONENTS, self.available_components.is_some())
    }
}

impl ReportedConfig {
    /// Of an agent that never had a configuration.
    pub const NONE: Self = Self { hash: ReportedHash::None, status: SettingStatus::Unset };
}

impl ReportedHash {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match <ConfigHash>::try_from(bytes) {
            Ok(hash) => Self::Config(hash),
            Err(_) if bytes.is_empty() => Self::None,
            Err(_) => Self::Foreign(fingerprint::of_bytes(bytes)),
        }
    }
}
