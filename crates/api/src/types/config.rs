//! The three configurations of a collector: desired, offered, effective.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// Answer of `GET collectors/{id}/config`; secrets are redacted, hashes are of the real bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CollectorConfig {
    /// What Git says that it should run.
    #[serde(default)]
    pub desired: Option<ConfigText>,
    /// What it was last sent.
    #[serde(default)]
    pub offered: Option<ConfigText>,
    /// What it reported to run.
    #[serde(default)]
    pub effective: Option<ConfigText>,
}

/// One configuration text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ConfigText {
    /// The text, redacted.
    pub text: String,
    /// SHA-256 of the delivered bytes, in hexadecimal; absent where it is not known (a reported configuration that matches nothing we sent).
    #[serde(default)]
    pub hash: Option<String>,
    /// The revision it comes from, where that is known.
    #[serde(default)]
    pub revision: Option<String>,
    /// When it was rendered, sent or reported.
    #[serde(default)]
    pub at: Option<Timestamp>,
}
