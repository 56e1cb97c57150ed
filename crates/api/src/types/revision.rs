//! History: revisions, differences, restore.

use serde::{Deserialize, Serialize};

use super::change::{AffectedClass, FileChange, FileDiff};
use super::time::Timestamp;

/// One row of `GET revisions`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Revision {
    /// The commit's full id.
    pub revision: String,
    /// Who made it.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// First line of the message.
    pub subject: String,
    /// The rest of the message.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// Whether it is in force: the newest valid revision is.
    #[serde(default)]
    pub current: bool,
    /// Why it is not valid, for a revision pushed from elsewhere that is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid: Option<String>,
}

/// Answer of `GET revisions/{rev}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RevisionDetail {
    /// The row.
    #[serde(flatten)]
    pub revision: Revision,
    /// The commit before; absent for the first.
    #[serde(default)]
    pub parent: Option<String>,
    /// Files it changed, with their differences.
    pub files: Vec<FileDiff>,
}

/// Query of `GET diff`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DiffQuery {
    /// The older revision (an id, a unique prefix of one, or `HEAD~n`).
    pub from: String,
    /// The newer revision; the head when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Only the final configuration of this collector.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collector: Option<String>,
}

/// Answer of `GET diff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Diff {
    /// Full id of the older revision.
    pub from: String,
    /// Full id of the newer revision.
    pub to: String,
    /// Files that differ.
    pub files: Vec<FileDiff>,
    /// Final configurations that differ.
    #[serde(default)]
    pub classes: Vec<AffectedClass>,
}

/// Body of `POST restore`: a new commit that brings an old state back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RestoreRequest {
    /// The revision to bring back.
    pub revision: String,
    /// Only these paths; everything but the registry when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paths: Option<Vec<String>>,
    /// The commit's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl FileDiff {
    /// The letter people know from version control: `A`, `M` or `D`.
    #[must_use]
    pub fn letter(&self) -> char {
        match self.change {
            FileChange::Added => 'A',
            FileChange::Modified => 'M',
            FileChange::Deleted => 'D',
        }
    }
}
