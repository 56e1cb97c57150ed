//! Drift: effective differs in meaning from desired, with a cause.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// Answer of `GET collectors/{id}/drift`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Drift {
    /// The collector.
    pub collector: String,
    /// Whether effective differs from desired; absent while one of the two is not known.
    pub drifted: Option<bool>,
    /// Why, where it differs.
    #[serde(default)]
    pub cause: Option<DriftCause>,
    /// The same as a sentence.
    #[serde(default)]
    pub message: Option<String>,
    /// What differs, at most some hundreds.
    #[serde(default)]
    pub differences: Vec<DriftDifference>,
    /// When it was compared.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// Why a collector runs something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DriftCause {
    /// Somebody changed it on the host.
    LocalEdit,
    /// It still runs an older revision.
    OlderRevision,
    /// The supervisor put it in.
    Injected,
    /// The collector hides the values, so that nothing can be said.
    Redacted,
}

/// One place that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DriftDifference {
    /// Where, for example `exporters.otlphttp/loki.endpoint`.
    pub path: String,
    /// The desired value, redacted; absent when only the collector has one.
    #[serde(default)]
    pub desired: Option<String>,
    /// The value that runs, redacted; absent when only Git has one.
    #[serde(default)]
    pub effective: Option<String>,
}
