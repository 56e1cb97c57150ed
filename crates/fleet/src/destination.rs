//! A destination: a terminal exporter, configured once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::secret::Credentials;
use crate::signal::{Conditions, Runtime};

/// `fleet/destinations/<id>.yaml` and its siblings in groups and collectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Destination {
    /// Catalog type, such as `otlp-http`; `raw` for a component that the catalog lacks.
    #[serde(rename = "type")]
    pub type_: String,
    /// What people see; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it listens; its form depends on the type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// By the catalog's schema of the type.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// Credentials, sealed or references.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: Credentials,
    /// TLS of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// Retries of a failed request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// What waits while the backend is slow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<Queue>,
    /// Longest wait for one request, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<f64>,
    /// Keeps the records that match.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub filter: Conditions,
    /// Limits the destination to these runtimes; empty means both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runtimes: Vec<Runtime>,
}

/// TLS as a client. Paths are on the host.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Authorities to trust instead of the system's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    /// Client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert_file: Option<String>,
    /// Key of the client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<String>,
    /// Name to expect in the server's certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_name: Option<String>,
    /// Accept any certificate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insecure_skip_verify: bool,
}

/// Retries with growing pauses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// First pause, in seconds.
    pub initial_interval_s: f64,
    /// Longest pause, in seconds.
    pub max_interval_s: f64,
    /// When to give up, in seconds; 0 never does.
    pub max_elapsed_s: f64,
}

impl Default for Retry {
    fn default() -> Self {
        Self { initial_interval_s: 5.0, max_interval_s: 30.0, max_elapsed_s: 300.0 }
    }
}

/// The sending queue. Counted in items, with a batch inside: without both, a destination that hangs turns every
/// configuration change into an outage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Queue {
    /// Records that may wait.
    pub items: u64,
    /// Keep the queue on disk, so that it survives a restart.
    pub persistent: bool,
    /// What happens when it is full.
    pub overflow: Overflow,
    /// How records are bundled into requests.
    pub batch: Batch,
}

impl Default for Queue {
    fn default() -> Self {
        Self { items: 50_000, persistent: false, overflow: Overflow::Refuse, batch: Batch::default() }
    }
}

/// What happens to records that find the queue full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overflow {
    /// The sender is told; a client that retries repeats the records at healthy destinations too.
    #[default]
    Refuse,
    /// They are dropped and counted; no back-pressure.
    Drop,
    /// The sender waits, and with it every other destination of its sources.
    Block,
}

/// How records are bundled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Batch {
    /// Send once this many records wait.
    pub min_items: u64,
    /// Largest request, in records.
    pub max_items: u64,
    /// Longest wait for a bundle to fill, in milliseconds.
    pub flush_ms: u64,
}

impl Default for Batch {
    fn default() -> Self {
        Self { min_items: 2000, max_items: 3000, flush_ms: 200 }
    }
}
