//! The catalog: types of source, step and destination, with their schemas.

use serde::{Deserialize, Serialize};

use super::collector::Runtime;
use super::throughput::Signal;

/// The kinds of catalog entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CatalogKind {
    /// Types of source.
    Sources,
    /// Types of pipeline step.
    Steps,
    /// Types of destination.
    Destinations,
}

/// Answer of `GET catalog`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CatalogList {
    /// Every type.
    pub items: Vec<CatalogSummary>,
}

/// One type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CatalogSummary {
    /// Source, step or destination.
    pub kind: CatalogKind,
    /// The id, for example `file-logs`.
    #[serde(rename = "type")]
    pub type_id: String,
    /// What people see.
    pub name: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// Signals that it takes or makes.
    #[serde(default)]
    pub signals: Vec<Signal>,
    /// Programs that support it.
    #[serde(default)]
    pub runtimes: Vec<Runtime>,
    /// Where the upstream documentation is.
    #[serde(default)]
    pub docs: Option<String>,
}

/// Answer of `GET catalog/{kind}/{type}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CatalogEntry {
    /// The row.
    #[serde(flatten)]
    pub summary: CatalogSummary,
    /// JSON Schema of `settings`, with form hints under `x-form`.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub schema: serde_json::Value,
    /// Examples that the tests run.
    #[serde(default)]
    pub examples: Vec<CatalogExample>,
}

/// One example of a type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CatalogExample {
    /// What it shows.
    pub name: String,
    /// The entity (a source or destination) or the step.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub entity: serde_json::Value,
}
