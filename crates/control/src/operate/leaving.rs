//! How a collector is removed: told to run nothing, then forgotten with everything that was kept of it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use linkmesh_config_repo::Change;
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{ConfigHash, Id};
use linkmesh_store::{Expected, PutError, RecordError, Table};

use super::OperateError;
use crate::accounts::Principal;
use crate::content::Config;
use crate::plane::{ControlPlane, registration_place};
use crate::roster::{Close, Live};
use crate::save::author;

/// How long a collector that leaves may take to stop what it runs.
const LEAVING_MAX: Duration = Duration::from_secs(60);

impl ControlPlane {
    /// Removes a collector: it is told to run nothing, its credential ends, its registration goes. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn remove_collector(&self, id: &Id, who: &Principal) -> Result<(), OperateError> {
        let live = self.roster.by_id(id).ok_or_else(|| OperateError::Unknown(id.clone()))?;
        let now = self.clock.now();
        // First the repository: where it cannot be written, everything stays as it was.
        let registering = self.registering.lock().unwrap_or_else(PoisonError::into_inner);
        self.repo.save(Change {
            delete: vec![registration_place(id).to_string()],
            author: Some(author(who)),
            message: format!("Remove collector {id}"),
            at_s: now.seconds(),
            ..Change::default()
        })?;
        let must_stop = {
            let mut state = live.lock();
            state.record.registration_due = None;
            let must_stop =
                state.connection.is_some() && state.released.as_ref().is_some_and(|config| !config.idle);
            if must_stop {
                let idle = Config::new(
                    String::new(),
                    String::new(),
                    true,
                    self.head.in_force().revision,
                    Vec::new(),
                );
                let idle = self.contents.intern(idle);
                state.record.leaving_since = Some(now);
                state.record.released = Some(idle.hash);
                state.released = Some(idle);
                state.touch();
            }
            must_stop
        };
        drop(registering);
        if must_stop {
            self.catch_up();
            live.wake.notify_waiters();
        } else {
            self.forget(&live)?;
            self.catch_up();
        }
        Ok(())
    }

    /// Ends the collectors that are leaving and have stopped, or took too long.
    pub fn reconcile_leaving(&self) {
        let now = self.clock.now();
        for live in self.roster.all() {
            let over = {
                let state = live.lock();
                let Some(since) = state.record.leaving_since else { continue };
                let nothing = ConfigHash::of(b"");
                let stopped = state.record.ledger.last_applied == Some(nothing);
                stopped || state.connection.is_none() || now.since(since) > LEAVING_MAX
            };
            if over && let Err(cause) = self.forget(&live) {
                tracing::warn!(%cause, collector = %live.key, "a removed collector's record could not be deleted; it is tried again");
            }
        }
    }

    fn forget(&self, live: &Arc<Live>) -> Result<(), OperateError> {
        let (id, token, uid) = {
            let mut state = live.lock();
            state.record.revoked = true;
            if let Some(connection) = &mut state.connection {
                connection.close = Some(Close::Removed);
            }
            (state.record.id.clone(), state.record.token.clone(), state.record.uid)
        };
        live.wake.notify_waiters();
        if let Some(token) = token
            && let Err(cause) = self.retire(&token, uid)
        {
            return Err(OperateError::NotNow(cause.to_string()));
        }
        {
            let _alone = self.writing.write().unwrap_or_else(PoisonError::into_inner);
            match self.records.delete_if(live.key.as_bytes(), Expected::Any) {
                Ok(()) | Err(RecordError::Put(PutError::Conflict { .. })) => {}
                Err(other) => return Err(other.into()),
            }
            self.roster.remove(live);
        }
        for table in [Table::History, Table::States] {
            if let Err(cause) = self.store.delete_if(table, live.key.as_bytes(), Expected::Any)
                && !matches!(cause, PutError::Conflict { .. })
            {
                tracing::warn!(%cause, collector = %id, "what was kept of a removed collector could not be deleted");
            }
        }
        self.journal.event(
            self.clock.now(),
            EventKind::CollectorRemoved,
            Some(&id),
            format!("`{id}` was removed"),
        );
        Ok(())
    }
}
