//! The one place that every change passes: it checks access and writes audit, before and after.
//! Knows nothing of what the change is. Start at [`ControlPlane::mutate`].

use std::fmt::Display;

use linkmesh_fleet::access::{Decision, Permission, decide};
use linkmesh_fleet::audit::{Draft, Outcome};
use linkmesh_store::PutError;
use serde_json::Value;

use crate::accounts::Principal;
use crate::plane::ControlPlane;

/// What somebody is about to do.
pub struct Act {
    /// What it takes.
    pub permission: Permission,
    /// The verb, such as `config.save`.
    pub action: &'static str,
    /// What it is done to.
    pub object: String,
    /// How that was before, without secrets.
    pub before: Value,
    /// How it shall be, without secrets.
    pub after: Value,
}

impl Act {
    /// An act on one object.
    pub fn new(permission: Permission, action: &'static str, object: impl Into<String>) -> Self {
        Self { permission, action, object: object.into(), before: Value::Null, after: Value::Null }
    }

    /// Adds how the object shall be.
    #[must_use]
    pub fn after(mut self, after: Value) -> Self {
        self.after = after;
        self
    }

    /// Adds how the object was.
    #[must_use]
    pub fn before(mut self, before: Value) -> Self {
        self.before = before;
        self
    }
}

/// Why a change did not happen.
#[derive(Debug, thiserror::Error)]
pub enum MutateError<E> {
    /// The caller may not.
    #[error("{0}")]
    Denied(String),
    /// What cannot be audited does not happen.
    #[error("the audit log cannot be written, so nothing is changed: {0}")]
    Audit(PutError),
    /// The change itself failed.
    #[error(transparent)]
    Failed(E),
}

impl ControlPlane {
    /// Whether somebody may do something.
    ///
    /// # Errors
    /// Why not.
    pub fn allow<E>(&self, who: &Principal, permission: Permission) -> Result<(), MutateError<E>> {
        match decide(who.role, permission) {
            Decision::Allowed => Ok(()),
            Decision::Denied { why } => Err(MutateError::Denied(why)),
        }
    }

    /// Does something if the caller may, with an audit entry before and one after. The change is told the number of the
    /// first, so that what it leaves behind can name it. Blocking.
    ///
    /// # Errors
    /// See [`MutateError`].
    pub fn mutate<T, E: Display>(
        &self,
        who: &Principal,
        act: Act,
        change: impl FnOnce(u64) -> Result<T, E>,
    ) -> Result<T, MutateError<E>> {
        let draft = |outcome, detail: Option<String>, of| Draft {
            at: self.clock.now(),
            actor: who.actor(),
            action: act.action.to_owned(),
            object: act.object.clone(),
            outcome,
            before: act.before.clone(),
            after: act.after.clone(),
            // Errors quote what somebody sent.
            detail: detail.map(|detail| linkmesh_fleet::redact::redact_text(&unquoted(&detail))),
            of,
        };
        if let Decision::Denied { why } = decide(who.role, act.permission) {
            self.journal
                .audit(draft(Outcome::Refused, Some(why.clone()), None))
                .map_err(MutateError::Audit)?;
            return Err(MutateError::Denied(why));
        }
        let number = self.journal.audit(draft(Outcome::Intended, None, None)).map_err(MutateError::Audit)?;
        let done = change(number);
        let (outcome, detail) = match &done {
            Ok(_) => (Outcome::Done, None),
            Err(cause) => (Outcome::Failed, Some(cause.to_string())),
        };
        if let Err(cause) = self.journal.audit(draft(outcome, detail, Some(number))) {
            // The intent entry stands; the change itself cannot be taken back.
            tracing::error!(%cause, audit = number, "the end of an audited change could not be written");
        }
        done.map_err(MutateError::Failed)
    }
}

/// An error text without the values that the YAML and JSON readers quote, such as a credential at the wrong place.
fn unquoted(text: &str) -> String {
    const QUOTE: &str = "string \"";
    let mut parts = text.split(QUOTE);
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut escaped = false;
        let end = part.char_indices().find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        plain.push_str("string (not shown)");
        plain.push_str(end.and_then(|(at, _)| part.get(at + 1..)).unwrap_or_default());
    }
    plain
}
