//! Who last wrote each line of a file, and sealing a credential for a file that is written by hand.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// `GET blame`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct BlameQuery {
    /// Path of the file in the repository.
    pub path: String,
    /// As of this revision; the newest when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// A file, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Blame {
    /// Path of the file.
    pub path: String,
    /// The revision looked at.
    pub revision: String,
    /// Its lines, credentials redacted.
    pub lines: Vec<BlamedLine>,
}

/// One line and who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BlamedLine {
    /// The line.
    pub text: String,
    /// The revision that brought it.
    pub revision: String,
    /// Who made that revision.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

/// `POST seal`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SealRequest {
    /// Path of the file that will hold the credential.
    pub path: String,
    /// Its field, such as `credentials.password`.
    pub field: String,
    /// The credential in clear.
    #[cfg_attr(feature = "schema", schema(format = Password))]
    pub value: String,
}

/// A sealed credential; it opens only in that field of that file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SealedValue {
    /// What to write as `{$sealed: …}`.
    pub sealed: String,
}
