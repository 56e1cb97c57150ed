//! Who is calling: first set-up, browser sessions, and `me`.

use serde::{Deserialize, Serialize};

use super::service_account::Role;
use super::time::Timestamp;

/// Body of `POST setup`: makes the first administrator, once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupRequest {
    /// The one-time token that the server printed at its first start.
    pub setup_token: String,
    /// Name to sign in with.
    pub username: String,
    /// The password to set.
    #[cfg_attr(feature = "schema", schema(format = Password))]
    pub password: String,
}

/// Body of `POST session`: signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionRequest {
    /// Name to sign in with.
    pub username: String,
    /// The password of that user.
    #[cfg_attr(feature = "schema", schema(format = Password))]
    pub password: String,
}

/// Answer of `POST setup` and `POST session`; the session itself travels as a cookie.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SessionAnswer {
    /// Who signed in.
    pub user: User,
    /// Carried in `X-CSRF-Token` by every mutation that authenticates with the cookie.
    pub csrf_token: String,
}

/// A person who can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct User {
    /// Immutable id.
    pub id: String,
    /// Name to sign in with.
    pub username: String,
    /// What the user may do.
    pub role: Role,
}

/// Answer of `GET me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Me {
    /// A person or a program.
    pub kind: PrincipalKind,
    /// Immutable id.
    pub id: String,
    /// The user's or the service account's name.
    pub name: String,
    /// The role that gives the permissions.
    pub role: Role,
    /// What the caller may do, as `resource:verb`.
    pub permissions: Vec<String>,
    /// When the credential ends by itself, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// For a browser session: what to carry in `X-CSRF-Token`, so that a reloaded page can go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub csrf_token: Option<String>,
}

/// What kind of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// A person with a session.
    User,
    /// A program with a token.
    ServiceAccount,
}
