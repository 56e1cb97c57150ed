//! What can be offered to an agent: a configuration, encoded once for the whole fleet, and a place for its own metrics.
//! Which one is right for whom is not known here.

use std::sync::Arc;

use prost::Message;

use crate::fingerprint;
use crate::proto::{
    AgentConfigFile, AgentConfigMap, AgentRemoteConfig, ConnectionSettingsOffers, Header, Headers,
    ServerToAgent, TelemetryConnectionSettings,
};

/// Names the content of a configuration: SHA-256 of the delivered bytes. Computed by the caller.
pub type ConfigHash = [u8; 32];
/// Names the content of connection settings.
pub type SettingsHash = [u8; 16];

/// Something that must not be offered, because it would break the collector that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadOffer {
    /// A configuration of nothing but white space makes older collectors crash.
    #[error("the configuration is empty, offer the idle configuration instead")]
    EmptyConfig,
    /// The address of the metrics receiver is not complete.
    #[error(
        "the metrics address must be http:// or https:// with host and path, such as https://host/v1/metrics"
    )]
    Endpoint,
    /// Supervisors paste addresses and headers unquoted into YAML that expands `$`.
    #[error(
        "the metrics address and its headers must not hold quotes, backslashes, dollar signs or control characters"
    )]
    UnsafeText,
}

/// A configuration, encoded once as the field of the message that carries it and shared by the whole fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedConfig {
    hash: ConfigHash,
    field: Arc<[u8]>,
    idle: bool,
}

impl EncodedConfig {
    /// A YAML configuration, as the one entry with the empty name.
    ///
    /// # Errors
    /// If `body` is empty or white space.
    pub fn yaml(hash: ConfigHash, body: &[u8]) -> Result<Self, BadOffer> {
        if body.trim_ascii().is_empty() {
            return Err(BadOffer::EmptyConfig);
        }
        let file = AgentConfigFile { body: body.to_vec(), content_type: "text/yaml".to_owned() };
        Ok(Self::encode(hash, AgentConfigMap { config_map: [(String::new(), file)].into() }))
    }

    /// The configuration that stops the collector: no entry at all.
    #[must_use]
    pub fn idle(hash: ConfigHash) -> Self {
        Self::encode(hash, AgentConfigMap::default())
    }

    fn encode(hash: ConfigHash, map: AgentConfigMap) -> Self {
        let idle = map.config_map.is_empty();
        let remote_config = AgentRemoteConfig { config: Some(map), config_hash: hash.to_vec() };
        let message = ServerToAgent { remote_config: Some(remote_config), ..ServerToAgent::default() };
        Self { hash, field: message.encode_to_vec().into(), idle }
    }

    /// Names the content.
    #[must_use]
    pub const fn hash(&self) -> &ConfigHash {
        &self.hash
    }

    /// The encoded field 3 of `ServerToAgent` with its tag.
    #[must_use]
    pub const fn field(&self) -> &Arc<[u8]> {
        &self.field
    }

    /// Whether it stops the collector.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.idle
    }
}

/// Where an agent shall send its own metrics. Always the complete set of own telemetry: supervisors drop the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMetricsOffer {
    settings: TelemetryConnectionSettings,
    hash: SettingsHash,
}

impl OwnMetricsOffer {
    /// Metrics go to `endpoint`, a full OTLP/HTTP URL, with these headers.
    ///
    /// # Errors
    /// If the endpoint is no such URL, or a text would break the YAML that supervisors paste it into.
    pub fn new(endpoint: &str, headers: &[(&str, &str)]) -> Result<Self, BadOffer> {
        let address = endpoint.strip_prefix("https://").or_else(|| endpoint.strip_prefix("http://"));
        match address.and_then(|address| address.split_once('/')) {
            Some((host, path)) if !host.is_empty() && !path.is_empty() && !path.contains(['?', '#', ' ']) => {
            }
            _ => return Err(BadOffer::Endpoint),
        }
        let texts = headers.iter().flat_map(|(key, value)| [*key, *value]);
        if texts.chain([endpoint]).any(|text| text.chars().any(breaks_yaml)) {
            return Err(BadOffer::UnsafeText);
        }
        let headers = headers
            .iter()
            .map(|(key, value)| Header { key: (*key).to_owned(), value: (*value).to_owned() })
            .collect();
        Ok(Self::of(endpoint, Some(Headers { headers })))
    }

    /// Own metrics stop.
    #[must_use]
    pub fn off() -> Self {
        Self::of("", None)
    }

    fn of(endpoint: &str, headers: Option<Headers>) -> Self {
        let settings = TelemetryConnectionSettings {
            destination_endpoint: endpoint.to_owned(),
            headers,
            ..TelemetryConnectionSettings::default()
        };
        let hash = fingerprint::wide(&settings.encode_to_vec());
        Self { settings, hash }
    }

    /// The same for the n-th time: agents may skip an offer whose hash they took before, and this one should be looked at.
    #[must_use]
    pub fn again(mut self, times: u8) -> Self {
        if times > 0 {
            let mut bytes = self.settings.encode_to_vec();
            bytes.push(times);
            self.hash = fingerprint::wide(&bytes);
        }
        self
    }

    /// Names the content; equal content, offered equally often, has an equal hash.
    #[must_use]
    pub const fn hash(&self) -> &SettingsHash {
        &self.hash
    }

    pub(super) fn to_proto(&self) -> ConnectionSettingsOffers {
        ConnectionSettingsOffers {
            hash: self.hash.to_vec(),
            own_metrics: Some(self.settings.clone()),
            ..ConnectionSettingsOffers::default()
        }
    }
}

fn breaks_yaml(character: char) -> bool {
    matches!(character, '"' | '\\' | '$') || character.is_control()
}
