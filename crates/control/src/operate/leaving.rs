//! How a collector is removed: told to run nothing, then forgotten with everything that was kept of it.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use linkmesh_config_repo::{Author, Change};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{ConfigHash, Id, Timestamp};
use linkmesh_store::{Expected, PutError, RecordError, Table};

use super::OperateError;
use crate::accounts::Principal;
use crate::content::Config;
use crate::plane::{ControlPlane, registration_place};
use crate::roster::{Assignment, Close, Live, State};
use crate::save::author;

/// How long a collector that leaves may take to stop what it runs.
const LEAVING_MAX: Duration = Duration::from_secs(60);
/// How long an Alloy that was removed must stay away until its token ends: a host that reboots before still starts.
const DEPARTED_MAX: Duration = Duration::from_secs(30 * 24 * 3600);

/// How a collector goes on whose registration was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Its Alloy is given nothing to run until it stays away.
    Departs,
    /// It is told to run nothing first.
    Stops,
    /// It is forgotten at once.
    Ends,
}

/// How collectors are removed.
pub(super) struct Removal<'a> {
    /// Their credentials end now.
    pub at_once: bool,
    /// The commit's message, for those that are removed.
    pub message: &'a dyn Fn(&[Id]) -> String,
    /// Whose commit it is; nobody's where the server removes them by itself.
    pub author: Option<Author>,
    /// Whether one came back and stays.
    pub is_back: &'a dyn Fn(&State) -> bool,
}

impl ControlPlane {
    /// Removes a collector: it is told to run nothing, its credential ends, its registration goes. An Alloy that was ever heard
    /// is answered with nothing to run until it stays away, because one whose token ends cannot start any more; with `at_once`
    /// its token ends now, and with it those of everybody of this name who was removed before. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn remove_collector(&self, id: &Id, at_once: bool, who: &Principal) -> Result<(), OperateError> {
        let Some(live) = self.roster.by_id(id) else {
            let departed = self.roster.departed(id);
            if !at_once || departed.is_empty() {
                return Err(OperateError::Unknown(id.clone()));
            }
            return departed.iter().try_for_each(|live| self.forget(live));
        };
        let removal = Removal {
            at_once,
            message: &|_| format!("Remove collector {id}"),
            author: Some(author(who)),
            is_back: &|_| false,
        };
        let ways = self.unlist(&[live], removal)?;
        let gone = ways.into_iter().try_for_each(|(live, way)| self.let_go(&live, way, &who.name));
        if at_once && gone.is_ok() {
            self.roster.departed(id).iter().try_for_each(|live| self.forget(live))?;
        }
        self.catch_up();
        gone
    }

    /// Removes the registrations of all these in one commit, but for those that are back, and says how each of the removed goes
    /// on from there: see [`ControlPlane::let_go`]. Where the repository cannot be written, everything stays as it was.
    pub(super) fn unlist(
        &self,
        lives: &[Arc<Live>],
        removal: Removal<'_>,
    ) -> Result<Vec<(Arc<Live>, Way)>, OperateError> {
        let now = self.clock.now();
        let _registering = self.registering.lock().unwrap_or_else(PoisonError::into_inner);
        let id = |live: &Arc<Live>| live.lock().record.id.clone();
        // What is valid without all of these is so without some of them.
        self.stays_valid(|intent| lives.iter().for_each(|live| drop(intent.collectors.remove(&id(live)))))?;
        // The last look before they are gone.
        let gone: Vec<Arc<Live>> =
            lives.iter().filter(|live| !(removal.is_back)(&live.lock())).cloned().collect();
        if gone.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Id> = gone.iter().map(id).collect();
        self.repo.save(Change {
            delete: ids.iter().map(|id| registration_place(id).to_string()).collect(),
            author: removal.author,
            message: (removal.message)(&ids),
            at_s: now.seconds(),
            ..Change::default()
        })?;
        let way = |live: Arc<Live>| {
            let way = self.unregistered(&live, removal.at_once, now);
            (live, way)
        };
        Ok(gone.into_iter().map(way).collect())
    }

    /// Its registration is gone. One that runs something is told to run nothing.
    fn unregistered(&self, live: &Live, at_once: bool, now: Timestamp) -> Way {
        let mut state = live.lock();
        state.record.registration_due = None;
        let heard = state.record.last_seen_at.is_some() && !state.record.revoked;
        if at_once {
            return Way::Ends;
        }
        if state.record.mode == Mode::AlloyRemotecfg && heard {
            return Way::Departs;
        }
        let runs = state.connection.is_some() && state.released.as_ref().is_some_and(|config| !config.idle);
        if !runs {
            return Way::Ends;
        }
        let idle = Config::new(String::new(), String::new(), true, self.head.in_force().revision, Vec::new());
        let idle = self.contents.intern(idle);
        state.record.leaving_since = Some(now);
        state.record.released = Some(idle.hash);
        state.released = Some(idle);
        state.touch();
        Way::Stops
    }

    /// Does with one whose registration is gone what is left to do; `by` is who removed it.
    pub(super) fn let_go(&self, live: &Arc<Live>, way: Way, by: &str) -> Result<(), OperateError> {
        match way {
            Way::Departs => self.depart(live, by),
            Way::Stops => {
                live.wake.notify_waiters();
                Ok(())
            }
            Way::Ends => self.forget(live),
        }
    }

    /// Takes an Alloy off the list and leaves it nothing to run.
    fn depart(&self, live: &Arc<Live>, by: &str) -> Result<(), OperateError> {
        let now = self.clock.now();
        let idle = self.nothing_to_run();
        let id = {
            let mut state = live.lock();
            state.record.registration_due = None;
            state.record.leaving_since = Some(now);
            state.record.released = Some(idle.hash);
            state.released = Some(idle);
            state.connection = None;
            state.assignment = Assignment::default();
            state.record.id.clone()
        };
        self.roster.depart(live);
        self.write_record(live)?;
        live.wake.notify_waiters();
        let message = format!(
            "`{id}` was removed by {by}: its Alloy is given nothing to run, and its token ends once it stays away for 30 days"
        );
        self.journal.event(now, EventKind::CollectorRemoved, Some(&id), message);
        Ok(())
    }

    /// Forgets those that were removed and have stayed away.
    fn reconcile_departed(&self) {
        let now = self.clock.now();
        if !self.settling.settled(now) {
            return;
        }
        for live in self.roster.everybody() {
            let over = {
                let state = live.lock();
                let heard = state.record.last_seen_at.max(state.record.leaving_since);
                state.record.departed() && heard.is_none_or(|at| now.since(at) > DEPARTED_MAX)
            };
            if over && let Err(cause) = self.forget(&live) {
                tracing::warn!(%cause, collector = %live.key, "a removed collector's record could not be deleted; it is tried again");
            }
        }
    }

    /// Ends the collectors that are leaving and have stopped, or took too long.
    pub fn reconcile_leaving(&self) {
        self.reconcile_departed();
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

    pub(super) fn forget(&self, live: &Arc<Live>) -> Result<(), OperateError> {
        let (id, token, uid, told) = {
            let mut state = live.lock();
            state.record.revoked = true;
            if let Some(connection) = &mut state.connection {
                connection.close = Some(Close::Removed);
            }
            let told = state.record.departed();
            (state.record.id.clone(), state.record.token.clone(), state.record.uid, told)
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
        let message = if told {
            format!("the token of `{id}`, which was removed before, ended")
        } else {
            format!("`{id}` was removed")
        };
        self.journal.event(self.clock.now(), EventKind::CollectorRemoved, Some(&id), message);
        Ok(())
    }
}
