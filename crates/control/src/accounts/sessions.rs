//! Sessions of people: how one begins, whose it is, how it ends.

use std::sync::PoisonError;

use linkmesh_fleet::Timestamp;
use linkmesh_store::{Expected, PutError, RecordError};

use super::{
    AccountError, Accounts, OpenedSession, PASSWORD_BYTES_MAX, Principal, PrincipalKind, SESSION_LIFETIME,
    USERNAME_BYTES_MAX,
};
use crate::records::{SessionRecord, UserRecord};
use crate::secrets::{digest, draw_token};

impl Accounts {
    /// Signs a person in. Blocking: a password takes some ten milliseconds.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub fn sign_in(
        &self,
        username: &str,
        password: &str,
        now: Timestamp,
        csrf: impl Fn(&[u8; 32]) -> String,
    ) -> Result<OpenedSession, AccountError> {
        // No account has a longer name, so there is nothing to look at.
        if username.len() > USERNAME_BYTES_MAX {
            return Err(AccountError::Wrong);
        }
        self.begin_attempt(username, now)?;
        let user = self.read().users.get(username).cloned();
        let stored = user.as_ref().map_or(self.decoy.as_str(), |user| user.password.as_str());
        let right = password.len() <= PASSWORD_BYTES_MAX && self.verify(stored, password)?;
        let Some(user) = user.filter(|_| right) else {
            return Err(AccountError::Wrong);
        };
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(username);
        self.open_session(&user, now, csrf)
    }

    fn open_session(
        &self,
        user: &UserRecord,
        now: Timestamp,
        csrf: impl Fn(&[u8; 32]) -> String,
    ) -> Result<OpenedSession, AccountError> {
        self.sweep(now)?;
        let cookie = draw_token("lmses_");
        let key = digest(&cookie);
        let session =
            SessionRecord { username: user.username.clone(), expires_at: now.plus(SESSION_LIFETIME) };
        self.sessions.put_if(&key, Expected::Absent, &session)?;
        let principal = person(user, &session, csrf(&key));
        self.write().sessions.insert(key, session);
        Ok(OpenedSession { cookie, principal })
    }

    /// Ends a session; one that does not exist is fine.
    ///
    /// # Errors
    /// The store refused it.
    pub fn sign_out(&self, cookie: &str) -> Result<(), AccountError> {
        self.end(&digest(cookie))
    }

    pub(super) fn end(&self, key: &[u8; 32]) -> Result<(), AccountError> {
        self.write().sessions.remove(key);
        match self.sessions.delete_if(key, Expected::Any) {
            Ok(()) | Err(RecordError::Put(PutError::Conflict { .. })) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// Whose session a cookie is, if it is one.
    #[must_use]
    pub fn session(
        &self,
        cookie: &str,
        now: Timestamp,
        csrf: impl Fn(&[u8; 32]) -> String,
    ) -> Option<Principal> {
        if cookie.len() > 128 {
            return None;
        }
        let key = digest(cookie);
        let known = self.read();
        let session = known.sessions.get(&key).filter(|session| session.expires_at > now)?;
        Some(person(known.users.get(&session.username)?, session, csrf(&key)))
    }
}

fn person(user: &UserRecord, session: &SessionRecord, csrf: String) -> Principal {
    Principal {
        kind: PrincipalKind::User,
        id: user.username.clone(),
        name: user.username.clone(),
        role: user.role,
        expires_at: Some(session.expires_at),
        csrf: Some(csrf),
    }
}
