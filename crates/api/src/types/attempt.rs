//! The ledger of attempts: one configuration offered to one collector.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// One row of `GET collectors/{id}/attempts`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Attempt {
    /// SHA-256 of the offered bytes, in hexadecimal.
    pub hash: String,
    /// The revision it came from, where that is known.
    #[serde(default)]
    pub revision: Option<String>,
    /// Where it stands.
    pub state: AttemptState,
    /// The collector's own words, when it failed.
    #[serde(default)]
    pub reason: Option<String>,
    /// When it was first offered.
    pub offered_at: Timestamp,
    /// When `state` last changed.
    pub changed_at: Timestamp,
    /// Whether it was reported as applied after it had been taken for failed.
    #[serde(default)]
    pub late: bool,
    /// That the collector runs it is only concluded: its version reports nothing of it.
    #[serde(default)]
    pub inferred: bool,
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AttemptState {
    /// Sent, nothing heard yet.
    Offered,
    /// The collector says that it is applying it.
    Applying,
    /// The collector runs it.
    Applied,
    /// The collector refused it.
    Failed,
    /// It was replaced by the last good content after a failure.
    RolledBack,
}
