//! Files that the server keeps for hosts without internet.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// One file of the mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MirrorFile {
    /// What it is, such as `otelcol-contrib`, `opampsupervisor` or `alloy`.
    pub kind: String,
    /// Its version, such as `0.158.0`.
    pub version: String,
    /// `amd64` or `arm64`.
    pub arch: String,
    /// Its file name.
    pub name: String,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Its length.
    pub size_bytes: u64,
    /// When it was added.
    pub added_at: Timestamp,
    /// Where hosts find it.
    pub url: String,
}

/// Whether a file of the mirror is still what was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MirrorCheck {
    /// The file.
    pub file: MirrorFile,
    /// Whether its content has the checksum that it was added with.
    pub intact: bool,
    /// What is wrong and what to do, where it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The checksum that an upload must have, as the publisher says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct MirrorUpload {
    /// SHA-256 in hexadecimal; anything else is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}
