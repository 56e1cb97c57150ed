//! What keeps accounts bounded: expired sessions go, guessing is slowed down.

use linkmesh_fleet::Timestamp;

use super::{AccountError, Accounts, FAILURES_BEFORE_PAUSE, FAILURES_KNOWN_MAX, PAUSE, SESSIONS_MAX};
use crate::records::SessionRecord;
use std::sync::PoisonError;

impl Accounts {
    pub(super) fn sweep(&self, now: Timestamp) -> Result<(), AccountError> {
        let mut over: Vec<([u8; 32], Timestamp)> = {
            let known = self.read();
            let too_many = known.sessions.len() >= SESSIONS_MAX;
            let ended = |session: &SessionRecord| too_many || session.expires_at <= now;
            known.sessions.iter().filter(|(_, s)| ended(s)).map(|(key, s)| (*key, s.expires_at)).collect()
        };
        // Where there are too many live ones, only the oldest has to go.
        over.sort_by_key(|(_, expires_at)| *expires_at);
        let expired = over.iter().filter(|(_, expires_at)| *expires_at <= now).count();
        over.truncate(expired.max(usize::from(self.read().sessions.len() >= SESSIONS_MAX)));
        over.into_iter().try_for_each(|(key, _)| self.end(&key))
    }

    /// Counts an attempt before it is looked at, so that many at once are not more than one after another.
    pub(super) fn begin_attempt(&self, username: &str, now: Timestamp) -> Result<(), AccountError> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((count, last)) = failures.get(username)
            && *count >= FAILURES_BEFORE_PAUSE
            // A clock that was set back must not lock anybody out until it has caught up.
            && *last <= now
            && let Some(left) = PAUSE.checked_sub(now.since(*last)).filter(|left| !left.is_zero())
        {
            return Err(AccountError::Throttled { after_s: left.as_secs() + 1 });
        }
        if failures.len() >= FAILURES_KNOWN_MAX {
            failures.retain(|_, (_, last)| now.since(*last) < PAUSE);
        }
        if failures.len() < FAILURES_KNOWN_MAX || failures.contains_key(username) {
            let name: String = username.chars().take(128).collect();
            let entry = failures.entry(name).or_insert((0, now));
            *entry = (entry.0.saturating_add(1), now);
        }
        Ok(())
    }
}
