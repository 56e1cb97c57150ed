//! The server's own health.

use serde::{Deserialize, Serialize};

use super::delivery::DeliveryState;
use super::time::Timestamp;

/// Answer of `GET server/health`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServerHealth {
    /// The worst of the checks.
    pub status: CheckStatus,
    /// Version of the server.
    pub version: String,
    /// When this process started.
    pub started_at: Timestamp,
    /// Its parts.
    pub checks: Vec<Check>,
    /// Collectors by status.
    pub collectors: CollectorCounts,
    /// Whether delivery is stopped.
    pub delivery: DeliveryState,
    /// The revision in force; absent while the repository is empty.
    #[serde(default)]
    pub revision: Option<String>,
    /// The head of the branch, when it is not valid and therefore not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_head: Option<String>,
    /// Until when the server's own certificate is valid; absent where it serves no TLS itself, as behind a proxy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_expires_at: Option<Timestamp>,
}

/// One part of the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Check {
    /// Which part, for example `store`.
    pub name: String,
    /// How it is.
    pub status: CheckStatus,
    /// What is wrong and what to do, or a word on how it is.
    #[serde(default)]
    pub message: String,
}

/// How a part of the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckStatus {
    /// It works.
    Ok,
    /// It works, and somebody should look.
    Warning,
    /// It does not work.
    Failed,
}

/// How many collectors stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CollectorCounts {
    /// All.
    pub total: u64,
    /// Known, never seen.
    pub awaiting_connection: u64,
    /// Connected now.
    pub connected: u64,
    /// Were connected once.
    pub disconnected: u64,
    /// Run what is committed.
    pub in_sync: u64,
    /// Run something else.
    pub drifted: u64,
    /// Refused what is committed.
    pub failed: u64,
}
