//! A change of several entities at once: one commit, or nothing; or its plan.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::collector::Runtime;
use super::entity::Warning;

/// Body of `POST changes`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The commit's message; one is made from the paths when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The revision it was prepared on: files that moved on since are a conflict. Without it the change is put on the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Entities to write, by repository path, for example `fleet/sources/app-otlp.yaml`: an object, or the file's YAML text as
    /// a string, which is kept byte for byte. Credentials in a text are sealed where they stand; `{$sealed: true}` keeps
    /// what is stored.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, serde_json::Value>))]
    pub put: BTreeMap<String, serde_json::Value>,
    /// Repository paths to remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delete: Vec<String>,
    /// Only answer the plan.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dry_run: bool,
}

/// Answer of `POST changes`: a [`Plan`] for a dry run, else [`Committed`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum ChangeAnswer {
    /// What would happen.
    Plan(Plan),
    /// What happened.
    Committed(Committed),
}

/// What a change did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Committed {
    /// The head that holds the change.
    pub revision: String,
    /// Whether a commit was made; not when the repository already said so.
    pub changed: bool,
    /// The entity tags of what was written, by path.
    #[serde(default)]
    pub etags: BTreeMap<String, String>,
    /// What is allowed and probably not meant.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Plan {
    /// The head it was planned on; send it back as `base`.
    pub base: String,
    /// Files that would change; empty when the repository already says so.
    pub files: Vec<FileDiff>,
    /// Final configurations that would change, one per class of collectors.
    pub classes: Vec<AffectedClass>,
    /// How many collectors would get another configuration.
    pub affected: u64,
    /// What is allowed and probably not meant.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// One file that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FileDiff {
    /// The file in the repository.
    pub path: String,
    /// What happens to it.
    pub change: FileChange,
    /// Unified text difference; credentials are redacted.
    #[serde(default)]
    pub diff: String,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FileChange {
    /// It is new.
    Added,
    /// Its content changes.
    Modified,
    /// It goes.
    Deleted,
}

/// Collectors that run the same bytes, and how those change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AffectedClass {
    /// The program they run.
    #[serde(default)]
    pub runtime: Option<Runtime>,
    /// Its version.
    #[serde(default)]
    pub version: Option<String>,
    /// Ids of the collectors in it; the first hundred.
    pub collectors: Vec<String>,
    /// How many are in it.
    pub collector_count: u64,
    /// Hash of what they run now; absent when that is nothing.
    #[serde(default)]
    pub from_hash: Option<String>,
    /// Hash of what they would run; absent when that is nothing.
    #[serde(default)]
    pub to_hash: Option<String>,
    /// Unified text difference of the final configuration, redacted.
    pub diff: String,
    /// Whether the change restarts the collector process.
    #[serde(default)]
    pub restarts: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_what_it_is() {
        let plan: ChangeAnswer =
            serde_json::from_str(r#"{"base":"a","files":[],"classes":[],"affected":0}"#).unwrap();
        assert!(matches!(plan, ChangeAnswer::Plan(_)));
        let committed: ChangeAnswer = serde_json::from_str(r#"{"revision":"b","changed":true}"#).unwrap();
        assert!(matches!(committed, ChangeAnswer::Committed(_)));
    }
}
