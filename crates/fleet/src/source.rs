//! A source: an activated receiver.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::secret::Credentials;
use crate::signal::{Conditions, Runtime};

/// `fleet/sources/<id>.yaml` and its siblings in groups and collectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Catalog type, such as `otlp`; `raw` for a component that the catalog lacks.
    #[serde(rename = "type")]
    pub type_: String,
    /// What people see; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By the catalog's schema of the type.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// Credentials of receivers that log in somewhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: Credentials,
    /// Resource attributes to stamp on every record.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Value>,
    /// Keeps the records that match.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub filter: Conditions,
    /// Limits the source to these runtimes; empty means both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runtimes: Vec<Runtime>,
}
