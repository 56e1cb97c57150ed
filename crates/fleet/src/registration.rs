//! A collector as the repository knows it: what decides its configuration is intent and lives in Git.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{Id, Uid};
use crate::signal::Runtime;

/// `registry/<2 hex>/<id>.yaml`, written by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// What people see.
    pub name: String,
    /// How it is managed.
    pub mode: Mode,
    /// The instance uid bound to it; absent until its host has been seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<Uid>,
    /// Labels set by its enrollment token or by an operator.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Groups it was put into by its enrollment token or by an operator.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Id>,
    /// `false`: only observed, never offered a configuration.
    #[serde(default = "yes")]
    pub managed: bool,
}

fn yes() -> bool {
    true
}

/// How a collector is managed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Pushed over OpAMP to `opampsupervisor`.
    Opamp,
    /// Pulled by Grafana Alloy.
    AlloyRemotecfg,
}

impl Mode {
    /// The runtime that this mode manages.
    #[must_use]
    pub fn runtime(self) -> Runtime {
        match self {
            Self::Opamp => Runtime::Otelcol,
            Self::AlloyRemotecfg => Runtime::Alloy,
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opamp => "opamp",
            Self::AlloyRemotecfg => "alloy-remotecfg",
        })
    }
}

/// Names that stand for something else where collectors are addressed.
const RESERVED: [&str; 2] = ["bulk", "facets"];

/// Whether no collector may be called this.
#[must_use]
pub fn is_reserved(id: &Id) -> bool {
    RESERVED.contains(&id.as_str())
}

/// Longest label key or value, in bytes.
pub const LABEL_BYTES_MAX: usize = 256;
/// Most labels on one collector.
pub const LABELS_MAX: usize = 64;

/// Why a label cannot be set.
///
/// # Errors
/// Names the key and the rule that it breaks.
pub fn check_labels(labels: &BTreeMap<String, String>) -> Result<(), String> {
    if labels.len() > LABELS_MAX {
        return Err(format!("a collector has at most {LABELS_MAX} labels"));
    }
    for (key, value) in labels {
        let shown: String = key.chars().take(40).collect();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        if key.is_empty() || key.len() > LABEL_BYTES_MAX || !key.chars().all(plain) {
            return Err(format!(
                "label key `{shown}` needs 1 to {LABEL_BYTES_MAX} of letters, digits and _ - . /"
            ));
        }
        if key.starts_with("reported.") {
            return Err(format!(
                "label `{shown}` cannot be set: reported. is what hosts say about themselves"
            ));
        }
        if value.len() > LABEL_BYTES_MAX || value.chars().any(char::is_control) {
            return Err(format!(
                "the value of label `{shown}` needs at most {LABEL_BYTES_MAX} bytes and no control characters"
            ));
        }
    }
    Ok(())
}
