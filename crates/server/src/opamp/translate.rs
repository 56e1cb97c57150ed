//! OpAMP's words into the fleet's, and back. Plain functions.

use std::collections::BTreeMap;

use linkmesh_control::content::Config;
use linkmesh_control::link::Report;
use linkmesh_fleet::attempt::{RemoteStatus, Reported};
use linkmesh_fleet::state::ComponentHealth;
use linkmesh_fleet::{ConfigHash, Timestamp};
use linkmesh_opamp::proto;
use linkmesh_opamp::session::{self, EncodedConfig, ReportedConfig, ReportedHash};

/// Levels of the health tree that are kept.
const HEALTH_DEPTH_MAX: usize = 6;
/// Components of one level that are kept.
const HEALTH_WIDTH_MAX: usize = 512;
/// Bytes of an error text that are kept.
const ERROR_BYTES_MAX: usize = 8 * 1024;

/// What one message changed.
pub(super) fn report(report: session::Report, sequence: u64, now: Timestamp) -> Report {
    Report {
        claims: report.description.as_ref().map(claims),
        capabilities: Some(report.capabilities.0),
        health: report.health.map(|health| component(health, 0).bounded(now)),
        effective: report.effective_config.and_then(text),
        remote: report.remote_config.map(|remote| Reported {
            hash: match remote.hash {
                ReportedHash::Config(hash) => Some(ConfigHash(hash)),
                // Another server's configuration is none of ours.
                ReportedHash::None | ReportedHash::Foreign(_) => None,
            },
            status: status(remote.status, remote.error_message),
        }),
        sequence: Some(sequence),
        leaving: report.disconnecting,
    }
}

fn status(status: proto::SettingStatus, why: String) -> RemoteStatus {
    match status {
        proto::SettingStatus::Unset => RemoteStatus::Unset,
        proto::SettingStatus::Applied => RemoteStatus::Applied,
        proto::SettingStatus::Applying => RemoteStatus::Applying,
        proto::SettingStatus::Failed => RemoteStatus::Failed { why: short(why) },
    }
}

/// What the record says was last reported, for a session that starts anew.
pub(super) fn known_config(reported: &Reported) -> ReportedConfig {
    ReportedConfig {
        hash: reported.hash.map_or(ReportedHash::None, |hash| ReportedHash::Config(hash.0)),
        status: match reported.status {
            RemoteStatus::Unset => proto::SettingStatus::Unset,
            RemoteStatus::Applied => proto::SettingStatus::Applied,
            RemoteStatus::Applying => proto::SettingStatus::Applying,
            RemoteStatus::Failed { .. } => proto::SettingStatus::Failed,
        },
    }
}

/// A host's attributes; what is no text is shown as none.
pub(super) fn claims(description: &proto::AgentDescription) -> BTreeMap<String, String> {
    let all = description.non_identifying_attributes.iter().chain(&description.identifying_attributes);
    all.filter_map(|attribute| Some((attribute.key.clone(), attribute.as_text()?.to_owned()))).collect()
}

fn component(health: proto::ComponentHealth, depth: usize) -> ComponentHealth {
    let below = if depth + 1 < HEALTH_DEPTH_MAX { health.component_health_map } else { BTreeMap::new() };
    ComponentHealth {
        healthy: health.healthy,
        status: short(health.status),
        last_error: short(health.last_error),
        start_time_unix_nano: health.start_time_unix_nano,
        status_time_unix_nano: health.status_time_unix_nano,
        components: below
            .into_iter()
            .take(HEALTH_WIDTH_MAX)
            .map(|(name, health)| (short(name), component(health, depth + 1)))
            .collect(),
    }
}

/// The text of an effective configuration; collectors send one entry.
fn text(effective: proto::EffectiveConfig) -> Option<String> {
    let files = effective.config_map?.config_map;
    let mut whole = String::new();
    for file in files.into_values() {
        whole.push_str(&String::from_utf8_lossy(&file.body));
    }
    Some(whole)
}

/// The wire form of a configuration, made once for the whole fleet; nothing where it cannot be offered.
pub(super) fn encode(config: &Config) -> Option<EncodedConfig> {
    if config.idle {
        return Some(EncodedConfig::idle(config.hash.0));
    }
    EncodedConfig::yaml(config.hash.0, config.text.as_bytes())
        .map_err(|cause| tracing::error!(%cause, hash = %config.hash, "a configuration cannot be offered"))
        .ok()
}

fn short(mut text: String) -> String {
    if text.len() > ERROR_BYTES_MAX {
        text.truncate(text.floor_char_boundary(ERROR_BYTES_MAX));
    }
    text
}
