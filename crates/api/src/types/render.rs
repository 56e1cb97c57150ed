//! Rendering on request: the exact file that a collector runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::collector::Runtime;
use super::entity::Warning;

/// Body of `POST render`: either `collector`, or `runtime` with `entities`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenderRequest {
    /// Render what this collector should run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collector: Option<String>,
    /// Render for this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<Runtime>,
    /// Render for this version of it; the tested one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Entities by repository path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<BTreeMap<String, Object>>))]
    pub entities: Option<BTreeMap<String, serde_json::Value>>,
    /// Show sealed credentials in clear; needs its own permission and is audited.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_secrets: bool,
}

/// Answer of `POST render`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RenderAnswer {
    /// The configuration, redacted unless asked otherwise.
    pub text: String,
    /// SHA-256 of the delivered bytes, in hexadecimal.
    pub hash: String,
    /// From every rendered component id back to what it was rendered from.
    #[serde(default)]
    pub map: BTreeMap<String, RenderedOrigin>,
    /// What is allowed and probably not meant.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// What a rendered component comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RenderedOrigin {
    /// The entity, as `kind/id`, for example `sources/app-otlp`.
    pub entity: String,
    /// The stage within it.
    pub stage: String,
}
