//! The health tree that a collector reports about its parts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// Answer of `GET collectors/{id}/components`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CollectorComponents {
    /// The root of the tree; absent until the collector has reported one.
    #[serde(default)]
    pub root: Option<ComponentHealth>,
    /// When it was reported.
    #[serde(default)]
    pub as_of: Option<Timestamp>,
}

/// One node of the health tree.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ComponentHealth {
    /// The collector's own verdict.
    pub healthy: bool,
    /// Its own word, for example `StatusRecoverableError`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// Its last error, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// When the status last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_at: Option<Timestamp>,
    /// When the component started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// The entity that the component was rendered from, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// Its parts by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schema(no_recursion))]
    pub components: BTreeMap<String, Self>,
}
