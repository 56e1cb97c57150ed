//! The audit log: every mutation, hash-chained.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// One row of `GET audit`, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Position in the log; no gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What, as `resource:verb`.
    pub action: String,
    /// On what, for example `enrollment-tokens/4f2c`.
    pub object: String,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Why it was refused or failed; or what a person said as reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The commit it made, where it made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// State before, redacted.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
    pub before: serde_json::Value,
    /// State after, redacted.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<Object>))]
    pub after: serde_json::Value,
    /// Hash of the entry before.
    pub previous_hash: String,
    /// Hash over this entry and `previous_hash`.
    pub hash: String,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Immutable id.
    pub id: String,
    /// The name at that time.
    pub name: String,
}

/// What kind of actor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    User,
    /// A program with a token.
    ServiceAccount,
    /// A collector, when it enrolls.
    Collector,
    /// The server itself.
    System,
    /// Nobody who could be named, for example a refused sign-in.
    Anonymous,
}

/// How an audited action ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    /// Written before the action; its end is not known.
    Intended,
    /// It was done.
    Done,
    /// It was not permitted.
    Refused,
    /// It failed and changed nothing.
    Failed,
}

/// Filters of `GET audit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// At most so many items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only by this actor (name or id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Only this action.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Only objects that start so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Not before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Not after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}
