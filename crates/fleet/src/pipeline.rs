//! A pipeline: a reusable recipe of steps with typed parameters. Knows neither host nor backend.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::Id;
use crate::secret::Credentials;
use crate::signal::{Runtime, Signal};

/// `pipelines/<id>.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pipeline {
    /// What people see; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The kinds of telemetry that the steps are written for.
    pub signals: Vec<Signal>,
    /// Values that a route may set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Parameter>,
    /// What happens to a record, in this order.
    pub steps: Vec<Step>,
}

/// A parameter of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What a value must look like.
    #[serde(rename = "type")]
    pub type_: ParameterType,
    /// Used where a route sets nothing; without it every route must set one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The allowed words of an `enum`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// One sentence for the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// What a parameter's value must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParameterType {
    /// Any text.
    String,
    /// A whole number.
    Int,
    /// Any finite number.
    Number,
    /// `true` or `false`.
    Bool,
    /// A duration as collectors write it, such as `30s` or `1m30s`.
    Duration,
    /// A log severity: TRACE, DEBUG, INFO, WARN, ERROR or FATAL, optionally with 2 to 4 behind it.
    Severity,
    /// One of `values`.
    Enum,
}

/// One step of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Unique within the pipeline.
    pub id: Id,
    /// Catalog type, such as `filter`.
    #[serde(rename = "type")]
    pub type_: String,
    /// What people see; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// By the catalog's schema of the type; `{{parameter}}` is replaced.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub settings: Map<String, Value>,
    /// Credentials of processors that log in somewhere.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: Credentials,
    /// Limits the step to these signals of the pipeline; empty means all that the type supports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// Limits the step to these runtimes; empty means both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runtimes: Vec<Runtime>,
}
