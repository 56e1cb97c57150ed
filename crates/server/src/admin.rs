//! What somebody with access to the data directory may do while the server is stopped. Every act is audited.
//! The store's lock keeps it from running beside a server.

use std::sync::Arc;
use std::time::Duration;

use linkmesh_control::accounts::AccountError;
use linkmesh_control::tokens::{Recovery, RecoveryError};
use linkmesh_control::{ControlPlane, OpenError};
use linkmesh_fleet::access::Role;
use linkmesh_fleet::audit::{Draft, Outcome};
use serde_json::Value;

use crate::settings::Settings;

pub(crate) const ACTOR: &str = "system:command-line";

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The data directory cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The account cannot be made or changed.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The recovery was not opened.
    #[error(transparent)]
    Recovery(#[from] RecoveryError),
    /// A name is no id.
    #[error(transparent)]
    Id(#[from] linkmesh_fleet::ids::BadId),
    /// What cannot be audited is not done.
    #[error("the audit log cannot be written, so nothing is changed: {0}")]
    Audit(#[from] linkmesh_store::PutError),
}

/// Makes an administrator.
///
/// # Errors
/// See [`AdminError`].
pub fn create(settings: &Settings, username: &str, password: &str) -> Result<(), AdminError> {
    audited(settings, "users.create", username, |plane| {
        plane.accounts.create_user(username, password, Role::Admin, plane.clock.now())
    })
}

/// Gives somebody a new password.
///
/// # Errors
/// See [`AdminError`].
pub fn reset_password(settings: &Settings, username: &str, password: &str) -> Result<(), AdminError> {
    audited(settings, "users.reset-password", username, |plane| {
        plane.accounts.reset_password(username, password)
    })
}

/// Lets collectors be bound anew to the token that they present: the named ones, or all that have lost theirs.
///
/// # Errors
/// See [`AdminError`].
pub fn recover(
    settings: &Settings,
    named: Option<&[String]>,
    lasts: Duration,
) -> Result<Recovery, AdminError> {
    let ids = named.map(|named| named.iter().map(|name| name.parse()).collect()).transpose()?;
    let plane = open(settings)?;
    let opened = plane.allow_recovery(ids, lasts, ACTOR);
    plane.close();
    opened.map_err(Into::into)
}

pub(crate) fn open(settings: &Settings) -> Result<Arc<ControlPlane>, AdminError> {
    let opened = ControlPlane::open(&linkmesh_control::Settings {
        data_dir: settings.data_dir.clone(),
        external_url: settings.external_url.clone().unwrap_or_default(),
        clock: settings.clock.clone(),
    });
    opened.map_err(Into::into)
}

fn audited(
    settings: &Settings,
    action: &str,
    username: &str,
    change: impl FnOnce(&ControlPlane) -> Result<(), AccountError>,
) -> Result<(), AdminError> {
    let plane = open(settings)?;
    let draft = |outcome, detail: Option<String>, of| Draft {
        at: plane.clock.now(),
        actor: ACTOR.to_owned(),
        action: action.to_owned(),
        object: format!("users/{}", username.chars().take(64).collect::<String>()),
        outcome,
        before: Value::Null,
        after: Value::Null,
        detail,
        of,
    };
    let number = plane.journal.audit(draft(Outcome::Intended, None, None))?;
    let done = change(&plane);
    let (outcome, detail) = match &done {
        Ok(()) => (Outcome::Done, None),
        Err(cause) => (Outcome::Failed, Some(cause.to_string())),
    };
    plane.journal.audit(draft(outcome, detail, Some(number)))?;
    plane.close();
    done.map_err(Into::into)
}
