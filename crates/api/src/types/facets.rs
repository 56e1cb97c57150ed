//! What collectors have in common, counted.
//! Start at [`Facets`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::collector::Runtime;
use super::time::Timestamp;

/// Answer of `GET collectors/facets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Facets {
    /// When they were counted.
    pub as_of: Timestamp,
    /// How many collectors match.
    pub total: u64,
    /// By connection.
    pub status: BTreeMap<String, u64>,
    /// By committed against running.
    pub sync: BTreeMap<String, u64>,
    /// By the collector's own word.
    pub health: BTreeMap<String, u64>,
    /// By how they are managed.
    pub mode: BTreeMap<String, u64>,
    /// By program.
    pub runtime: BTreeMap<String, u64>,
    /// By program and version, most first; at most 200.
    pub version: Vec<VersionCount>,
    /// By group; at most 200.
    pub groups: BTreeMap<String, u64>,
    /// By label, the keys that most collectors have first; at most 50.
    pub labels: Vec<LabelFacet>,
    /// There are more keys.
    #[serde(default)]
    pub more: bool,
}

/// How many run a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct VersionCount {
    /// The program.
    pub runtime: Runtime,
    /// Its version; absent where none is reported.
    #[serde(default)]
    pub version: Option<String>,
    /// How many collectors.
    pub count: u64,
    /// It is older than the version that configurations are tested with.
    pub outdated: bool,
}

/// The values of one label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LabelFacet {
    /// The key.
    pub key: String,
    /// How many collectors have it.
    pub count: u64,
    /// Its values, most first: at most 50, or 500 where `key` asked for this label.
    pub values: Vec<LabelCount>,
    /// There are more values.
    #[serde(default)]
    pub more: bool,
}

/// How many have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LabelCount {
    /// The value.
    pub value: String,
    /// How many collectors.
    pub count: u64,
}

/// Query of `GET collectors/facets`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct FacetQuery {
    /// Only the collectors that this query in the query language means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this label, and more of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}
