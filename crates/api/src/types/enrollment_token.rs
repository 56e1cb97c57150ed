//! Credentials with which a new host joins.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// Body of `POST enrollment-tokens`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateEnrollmentToken {
    /// What people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Time to its first use, in seconds; 900 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u64>,
    /// How many hosts may join with it; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// Labels that a collector gets when it joins.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Groups that a collector belongs to when it joins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Id of a known collector that joins again, for a rebuilt host; its old credential ends with the first use.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub for_collector: Option<String>,
    /// How long a host that joins with it may stay away until it is archived, in seconds; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_after_s: Option<u64>,
    /// How long it stays archived until it is removed, also from the repository, in seconds; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_after_s: Option<u64>,
}

/// Answer of `POST enrollment-tokens`. The token is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreatedEnrollmentToken {
    /// Immutable id, for listing and revoking.
    pub id: String,
    /// The bearer, `lmenr_…`.
    pub token: String,
    /// Until when it must be used first.
    pub expires_at: Timestamp,
    /// Ready files by name (`supervisor.yaml`), with the token in them.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// What installs supervisor and collector on the host and joins it, for a shell: the line under `script`.
    #[serde(default)]
    pub install: BTreeMap<String, String>,
}

/// One row of `GET enrollment-tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EnrollmentToken {
    /// Immutable id.
    pub id: String,
    /// What people see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it stands.
    pub state: TokenState,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// Until when it must be used first.
    pub expires_at: Timestamp,
    /// How many hosts may join with it.
    pub max_uses: u32,
    /// How many did.
    pub uses: u32,
    /// Ids of the collectors that joined with it.
    #[serde(default)]
    pub collectors: Vec<String>,
    /// Labels it gives.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Groups it gives.
    #[serde(default)]
    pub groups: Vec<String>,
    /// The known collector it is made for, if one.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub for_collector: Option<String>,
    /// How long a host that joined with it may stay away until it is archived, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_after_s: Option<u64>,
    /// How long it stays archived until it is removed, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_after_s: Option<u64>,
}

/// Where an enrollment token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// A host can join with it.
    Active,
    /// All its uses are bound; it stays the credential of those that joined.
    Used,
    /// Its time ran out before all uses were bound.
    Expired,
    /// Ended by an operator; what joined with it is cut off.
    Revoked,
}

/// For which host a token is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CheckQuery {
    /// `new` asks whether a host that never connected could join; a token that is used up is then refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", param(inline))]
    pub host: Option<CheckedHost>,
}

/// A kind of host, for [`CheckQuery`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CheckedHost {
    /// One that never connected.
    New,
    /// Any host, also one that joined with this token.
    Any,
}
