//! Programs that call the API with a token.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// What a user or a service account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Runs the fleet: hosts, tokens, delivery, configuration.
    Operator,
    /// Writes configuration.
    PipelineEngineer,
    /// Looks.
    Viewer,
}

/// Body of `POST service-accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateServiceAccount {
    /// What people see; unique.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// Lifetime of the token in seconds; it does not expire when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_s: Option<u64>,
}

/// Answer of `POST service-accounts`. The token is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct CreatedServiceAccount {
    /// Immutable id.
    pub id: String,
    /// The bearer, `lmsat_…`.
    pub token: String,
    /// When the token ends, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// One row of `GET service-accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceAccount {
    /// Immutable id.
    pub id: String,
    /// What people see.
    pub name: String,
    /// What the account may do.
    pub role: Role,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its token ends, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}
