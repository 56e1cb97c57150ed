//! One act on many collectors, and how far it is.
//! Start at [`BulkRequest`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::collector::{Health, Mode, Status, Sync};
use super::collector_query::ArchivedFilter;
use super::time::Timestamp;

/// Body of `POST collectors/bulk`: which collectors (`match` or `ids`), and what is done to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// Those for which all of this holds, at the moment of the call.
    #[serde(default, rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<BulkMatch>,
    /// These.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// What is done.
    pub act: BulkAct,
    /// How many the caller saw chosen. When more are by now, nothing is done and the answer is 409.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
    /// Why, for `archive` and `hold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// For `delete`: their credentials end at once. An Alloy whose host reboots afterwards does not start.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub now: bool,
}

/// Which collectors; the same filters as those of the list. Nothing in it means everybody who is not in the archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkMatch {
    /// A query in the query language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// With all these labels, written `key=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub label: Vec<String>,
    /// In this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// With this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// With this sync badge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<Sync>,
    /// With this health badge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Of this mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// In the archive or not; when absent, not, but for `unarchive`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<ArchivedFilter>,
    /// Not connected, and not heard for so many seconds. Looked at once more right before it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_for_s: Option<u64>,
}

/// What is done: a word, or labels and groups that change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum BulkAct {
    /// A word.
    Verb(BulkVerb),
    /// Labels and groups change.
    Change(BulkChange),
}

/// By its shape, so that an error is about what was meant.
impl<'de> Deserialize<'de> for BulkAct {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let read = if value.is_object() {
            serde_json::from_value(value).map(Self::Change)
        } else {
            serde_json::from_value(value).map(Self::Verb)
        };
        read.map_err(serde::de::Error::custom)
    }
}

/// What is done to many, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BulkVerb {
    /// Into the archive; only those that are away.
    Archive,
    /// Out of the archive.
    Unarchive,
    /// Removed, also from the repository.
    Delete,
    /// Delivery stops.
    Hold,
    /// Delivery goes on.
    Release,
    /// What they refused is offered once more.
    Retry,
    /// They are told to restart.
    Restart,
}

/// Labels and groups that change; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkChange {
    /// Labels to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set_labels: BTreeMap<String, String>,
    /// Labels to remove.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_labels: Vec<String>,
    /// Groups to put them into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_groups: Vec<String>,
    /// Groups to take them out of; a group that holds them by its selector or its members keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove_groups: Vec<String>,
}

/// How far an act on many collectors is. Kept in memory, the newest 32.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Job {
    /// Its id.
    pub id: String,
    /// What is done: one of the words of `act`, or `change`.
    pub act: String,
    /// Who asked for it.
    pub by: String,
    /// Where it stands.
    pub state: JobState,
    /// Collectors that were chosen.
    pub total: u64,
    /// Collectors to which it was done.
    pub done: u64,
    /// Collectors to which it could not be done.
    pub failed: u64,
    /// Why not: the first 1000, and in the list of jobs the first 50.
    #[serde(default)]
    pub errors: Vec<JobError>,
    /// Since when.
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(default)]
    pub finished_at: Option<Timestamp>,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It is not at its end.
    Running,
    /// It came to its end; `failed` of it may have failed.
    Done,
    /// Nothing of it succeeded.
    Failed,
    /// Somebody stopped it, or the server stopped; what was done stays done.
    Cancelled,
}

/// Why it could not be done to one collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobError {
    /// Which.
    pub collector: String,
    /// Why, as a sentence.
    pub message: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_a_word_or_what_changes_and_what_is_neither_is_named() {
        let verb: BulkRequest = serde_json::from_str(r#"{"ids":["a"],"act":"archive"}"#).unwrap();
        assert_eq!(verb.act, BulkAct::Verb(BulkVerb::Archive));
        let change: BulkRequest =
            serde_json::from_str(r#"{"match":{"label":["env=prod"]},"act":{"set_labels":{"a":"b"}}}"#)
                .unwrap();
        assert!(matches!(change.act, BulkAct::Change(change) if change.set_labels["a"] == "b"));
        let wrong = |text: &str| serde_json::from_str::<BulkRequest>(text).unwrap_err().to_string();
        assert!(wrong(r#"{"act":"explode"}"#).contains("explode"));
        assert!(wrong(r#"{"act":{"set_label":{}}}"#).contains("set_label"));
    }
}
