//! Collectors that stay away: put into the archive, by a person or by their age, and in the end removed from the repository.
//! An archived one keeps its credential and its place in the repository, is off the usual lists, and nothing waits for it. It is
//! back as soon as its host says hello, and is then delivered to like any other. Start at [`ControlPlane::reconcile_archive`].

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use linkmesh_fleet::archive::Ages;
use linkmesh_fleet::audit::{Draft, Outcome};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{Id, Intent, Timestamp};
use serde_json::json;

use super::leaving::Removal;
use super::settling::SETTLING;
use super::{OperateError, short};
use crate::accounts::Principal;
use crate::plane::ControlPlane;
use crate::records::Archived;
use crate::roster::{Live, State};

/// How often it is written down that a collector is there, so that a crash of this process does not make it look long gone.
const SEEN_WRITTEN_EVERY: Duration = Duration::from_secs(3600);
/// Removals in one commit.
pub(super) const REMOVALS_A_COMMIT_MAX: usize = 1000;
/// Names that an audit entry lists.
const NAMES_MAX: usize = 50;
/// Who removes what was archived for long enough.
const REMOVER: &str = "system:archive";

impl ControlPlane {
    /// Puts a collector that is away into the archive. One that is there already stays as it is. Blocking.
    ///
    /// # Errors
    /// It is connected or leaving, or see [`OperateError`].
    pub fn archive(&self, id: &Id, reason: Option<String>, who: &Principal) -> Result<(), OperateError> {
        self.change(id, |live| self.archive_now(live, reason, who))
    }

    /// Brings a collector back from the archive before its host does. Blocking.
    ///
    /// # Errors
    /// It is not archived, or see [`OperateError`].
    pub fn unarchive(&self, id: &Id, who: &Principal) -> Result<(), OperateError> {
        self.change(id, |live| self.unarchive_now(live, who))
    }

    pub(super) fn archive_now(
        &self,
        live: &Live,
        reason: Option<String>,
        who: &Principal,
    ) -> Result<(), OperateError> {
        let now = self.clock.now();
        let archived = Archived { at: now, by: Some(who.actor()), reason: reason.map(short) };
        let why = archived.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        let id = {
            let mut state = live.lock();
            let id = state.record.id.clone();
            if state.connection.is_some() {
                let message = format!(
                    "`{id}` is connected, and the archive is for hosts that stay away; stop its host first, or remove it with `linkmesh deregister {id}`"
                );
                return Err(OperateError::NotNow(message));
            }
            if state.record.leaving_since.is_some() {
                return Err(OperateError::NotNow(format!("`{id}` is being removed")));
            }
            if state.record.archived.is_some() {
                return Ok(());
            }
            state.record.archived = Some(archived);
            id
        };
        self.journal.event(now, EventKind::Archived, Some(&id), format!("archived by {}{why}", who.name));
        Ok(())
    }

    pub(super) fn unarchive_now(&self, live: &Live, who: &Principal) -> Result<(), OperateError> {
        let id = {
            let mut state = live.lock();
            if state.record.archived.take().is_none() {
                return Err(OperateError::NotNow("it is not archived".to_owned()));
            }
            state.record.id.clone()
        };
        let message = format!("brought back from the archive by {}", who.name);
        self.journal.event(self.clock.now(), EventKind::Unarchived, Some(&id), message);
        Ok(())
    }

    /// Its host says hello: it is not away any more.
    pub(crate) fn welcome_back(&self, state: &mut State, now: Timestamp) {
        let Some(archived) = state.record.archived.take() else { return };
        state.touch();
        self.unsettled.store(true, Ordering::Release);
        let days = now.since(archived.at).as_secs() / 86_400;
        let message = format!("its host is back after {days} days in the archive");
        self.journal.event(now, EventKind::Unarchived, Some(&state.record.id), message);
    }

    /// Archives who stayed away for as long as its groups and its token say, and removes who was archived for long enough.
    pub fn reconcile_archive(&self) {
        let now = self.clock.now();
        let head = self.head.in_force();
        let settled = self.settling.settled(now);
        let aged: Vec<(&Id, Ages)> =
            head.intent.groups.iter().map(|(id, group)| (id, group.ages())).collect();
        let aged: Vec<(&Id, Ages)> = aged.into_iter().filter(|(_, ages)| *ages != Ages::default()).collect();
        let mut over = Vec::new();
        for live in self.roster.all() {
            let mut state = live.lock();
            if state.connection.is_some() {
                note_presence(&mut state, now, &head.intent, &aged);
                continue;
            }
            if !settled || state.record.leaving_since.is_some() {
                state.archive_seen_at = None;
                continue;
            }
            let ages = ages_of(&state, &head.intent, &aged);
            let archived_at = state.record.archived.as_ref().map(|archived| archived.at);
            if archived_at.is_some() {
                // What was archived before a gap of the clock may look old only because of that.
                let seen_at =
                    state.archive_seen_at.filter(|seen_at| Some(*seen_at) >= archived_at).unwrap_or(now);
                state.archive_seen_at = Some(seen_at);
                let purge = ages.purges(archived_at, now) && now.since(seen_at) >= SETTLING;
                drop(state);
                over.extend(purge.then_some(live));
            } else if ages.archives(state.record.last_seen_at, now) {
                state.record.archived = Some(Archived { at: now, by: None, reason: None });
                state.touch();
                let id = state.record.id.clone();
                drop(state);
                let days = ages.archive_after_s.unwrap_or_default() / 86_400;
                let span = if days > 0 { format!("{days} days") } else { "its age".to_owned() };
                let message = format!("archived: nothing was heard of it for {span}");
                self.journal.event(now, EventKind::Archived, Some(&id), message);
            }
        }
        for some in over.chunks(REMOVALS_A_COMMIT_MAX) {
            self.purge(some);
        }
    }

    /// Removes these from the repository and from the record, in one commit.
    fn purge(&self, lives: &[Arc<Live>]) {
        let tip = self.head.tip().1;
        // Where a link leads, a person has to look first.
        let linked = |live: &Arc<Live>| tip.links.values().any(|link| link.to == live.lock().record.id);
        let ready = |live: &&Arc<Live>| !is_back(&live.lock()) && !linked(live);
        let lives: Vec<Arc<Live>> = lives.iter().filter(ready).cloned().collect();
        let count = lives.len();
        if count == 0 {
            return;
        }
        let mut names: Vec<String> = lives.iter().map(|live| live.lock().record.id.to_string()).collect();
        names.truncate(NAMES_MAX);
        let draft = |outcome, detail: Option<String>, of| Draft {
            at: self.clock.now(),
            actor: REMOVER.to_owned(),
            action: "collectors.purge".to_owned(),
            object: "collectors".to_owned(),
            outcome,
            before: serde_json::Value::Null,
            after: json!({"count": count, "collectors": names}),
            detail,
            of,
        };
        let number = match self.journal.audit(draft(Outcome::Intended, None, None)) {
            Ok(number) => number,
            Err(cause) => {
                tracing::error!(%cause, "the audit log cannot be written, so nobody is removed from the archive");
                return;
            }
        };
        let removed = self.purge_who_stayed_away(&lives);
        self.catch_up();
        let (outcome, detail) = match &removed {
            Ok(0) => (Outcome::Done, None),
            Ok(back) => (Outcome::Done, Some(format!("{back} of them came back right before, and stay"))),
            Err(cause) => (Outcome::Failed, Some(cause.to_string())),
        };
        if let Err(cause) = &removed {
            tracing::error!(%cause, "collectors that stayed away could not all be removed; it is tried again");
        }
        if let Err(cause) = self.journal.audit(draft(outcome, detail, Some(number))) {
            tracing::error!(%cause, audit = number, "the end of an audited change could not be written");
        }
    }

    /// How many of these came back at the last moment; the others are removed.
    fn purge_who_stayed_away(&self, lives: &[Arc<Live>]) -> Result<usize, OperateError> {
        let removal = Removal {
            at_once: false,
            message: &|ids| match ids {
                [one] => format!("Remove collector {one}, which stayed away"),
                _ => format!("Remove {} collectors that stayed away", ids.len()),
            },
            author: None,
            is_back: &is_back,
        };
        let ways = self.unlist(lives, removal)?;
        let back = lives.len() - ways.len();
        let all = ways.into_iter().map(|(live, way)| self.let_go(&live, way, "its age"));
        all.fold(Ok(()), Result::and).map(|()| back)
    }
}

/// Whether the host of one that was in the archive said hello since.
fn is_back(state: &State) -> bool {
    state.record.archived.is_none() || state.connection.is_some()
}

/// The shortest of what its token and its groups say.
fn ages_of(state: &State, intent: &Intent, aged: &[(&Id, Ages)]) -> Ages {
    let own = state.record.ages;
    if aged.is_empty() {
        return own;
    }
    let Some(registration) = intent.collectors.get(&state.record.id) else { return own };
    let groups = intent.groups_of(&state.record.id, registration, &state.record.claims);
    aged.iter().filter(|(id, _)| groups.contains(*id)).fold(own, |ages, (_, group)| ages.shorter(*group))
}

/// Marks the record of one that is there for writing, now and then, where anything depends on when it was heard.
fn note_presence(state: &mut State, now: Timestamp, intent: &Intent, aged: &[(&Id, Ages)]) {
    let written = state.seen_written_at.or(state.connection.as_ref().map(|connection| connection.since));
    if written.is_some_and(|at| now.since(at) < SEEN_WRITTEN_EVERY) {
        return;
    }
    state.seen_written_at = Some(now);
    if ages_of(state, intent, aged).archive_after_s.is_some() {
        state.touch();
    }
}
