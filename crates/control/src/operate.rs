//! What operators do to collectors: create, change, remove, hold, release, retry, restart; and stop all delivery.
//! Access and audit are the caller's, through [`ControlPlane::mutate`].

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use linkmesh_config_repo::{Change, Expect, SaveError as RepoSaveError};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::{Mode, check_labels, is_reserved};
use linkmesh_fleet::{Entity, Id, Intent, Problem, Registration};
use linkmesh_store::{Expected, RecordError};

mod archiving;
mod leaving;
mod many;
mod settling;

pub use many::{LabelChange, ManyAct};
pub(crate) use settling::Settling;

use crate::accounts::Principal;
use crate::plane::{ControlPlane, FREEZE_KEY, registration_place};
use crate::records::{CollectorRecord, Hold};
use crate::roster::Live;
use crate::save::author;
use crate::secrets::draw_key;

/// What a patch changes; absent stays.
#[derive(Debug, Clone, Default)]
pub struct CollectorPatch {
    /// What people call it.
    pub name: Option<String>,
    /// Labels to set, or to remove where there is no value.
    pub labels: BTreeMap<String, Option<String>>,
    /// Its groups, all of them.
    pub groups: Option<Vec<Id>>,
    /// Whether it is offered configurations.
    pub managed: Option<bool>,
}

/// Why an operation on a collector did not happen.
#[derive(Debug, thiserror::Error)]
pub enum OperateError {
    /// There is no such collector.
    #[error("there is no collector `{0}`")]
    Unknown(Id),
    /// A field breaks a rule: which, and how.
    #[error("{0}: {1}")]
    Invalid(&'static str, String),
    /// The name is taken.
    #[error("there is a collector `{0}` already")]
    Taken(Id),
    /// It makes no sense now.
    #[error("{0}")]
    NotNow(String),
    /// Links would lead nowhere, or in a circle.
    #[error("the configuration would not be valid any more: {0}")]
    Breaks(Problem),
    /// The repository could not be written.
    #[error("the change could not be saved: {0}")]
    Save(#[from] RepoSaveError),
    /// The store refused it.
    #[error("the change could not be stored: {0}")]
    Store(#[from] RecordError),
}

impl ControlPlane {
    /// Makes a collector before its host exists. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn create_collector(
        &self,
        name: &str,
        mode: Mode,
        labels: BTreeMap<String, String>,
        groups: Vec<Id>,
        who: &Principal,
    ) -> Result<Arc<Live>, OperateError> {
        check_labels(&labels).map_err(|why| OperateError::Invalid("labels", why))?;
        check_name(name)?;
        let id: Id = name
            .parse()
            .ok()
            .or_else(|| Id::slug_of(name))
            .ok_or_else(|| OperateError::Invalid("name", "a name needs letters or digits".to_owned()))?;
        if is_reserved(&id) {
            let message = format!("no collector can have the id `{id}`; choose another name");
            return Err(OperateError::Invalid("name", message));
        }
        let registered = self.head.in_force().intent.collectors.contains_key(&id);
        let now = self.clock.now();
        let live = Live::new(CollectorRecord::new(draw_key(), id.clone(), mode, now));
        if registered || !self.roster.add_new(&live) {
            return Err(OperateError::Taken(id));
        }
        let registration =
            Registration { name: name.to_owned(), mode, uid: None, labels, groups, managed: true };
        let made = self.write_record(&live).map_err(OperateError::from).and_then(|()| {
            self.write_registration(&id, &registration, true, &format!("Create collector {id}"), who)
        });
        if let Err(error) = made {
            self.roster.remove(&live);
            if let Err(cause) = self.records.delete_if(live.key.as_bytes(), Expected::Any) {
                tracing::warn!(%cause, "a record that is not needed could not be removed");
            }
            return Err(error);
        }
        Ok(live)
    }

    /// Changes what is said of a collector. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn patch_collector(
        &self,
        id: &Id,
        patch: CollectorPatch,
        who: &Principal,
    ) -> Result<(), OperateError> {
        let live = self.roster.by_id(id).ok_or_else(|| OperateError::Unknown(id.clone()))?;
        // Held to the end, so that what is committed for an enrollment meanwhile is not undone.
        let _alone = self.registering.lock().unwrap_or_else(PoisonError::into_inner);
        let registration = self.head.tip().1.collectors.get(id).cloned();
        let Some(registration) = registration else {
            return Err(OperateError::NotNow(format!("`{id}` is not registered yet; try again in a moment")));
        };
        let mut changed = (*registration).clone();
        if let Some(name) = patch.name {
            check_name(&name)?;
            changed.name = name;
        }
        for (key, value) in patch.labels {
            match value {
                Some(value) => changed.labels.insert(key, value),
                None => changed.labels.remove(&key),
            };
        }
        check_labels(&changed.labels).map_err(|why| OperateError::Invalid("labels", why))?;
        changed.groups = patch.groups.unwrap_or(changed.groups);
        changed.managed = patch.managed.unwrap_or(changed.managed);
        if changed == *registration {
            return Ok(());
        }
        self.stays_valid(|intent| {
            intent.collectors.insert(id.clone(), Arc::new(changed.clone()));
        })?;
        self.write_registration(id, &changed, false, &format!("Change collector {id}"), who)?;
        live.wake.notify_waiters();
        Ok(())
    }

    fn write_registration(
        &self,
        id: &Id,
        registration: &Registration,
        new: bool,
        message: &str,
        who: &Principal,
    ) -> Result<(), OperateError> {
        let path = registration_place(id).to_string();
        let text = Entity::Registration(registration.clone())
            .write()
            .map_err(|cause| OperateError::Invalid("registration", cause.to_string()))?;
        let expect = if new { Some(Expect::Absent) } else { self.head.tip_file(&path).map(Expect::Blob) };
        self.repo.save(Change {
            expect: expect.map(|expect| (path.clone(), expect)).into_iter().collect(),
            put: [(path, text.into_bytes())].into(),
            author: Some(author(who)),
            message: message.to_owned(),
            at_s: self.clock.now().seconds(),
            ..Change::default()
        })?;
        self.catch_up();
        Ok(())
    }

    /// Stops delivery to one collector. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn hold(&self, id: &Id, reason: Option<String>, who: &Principal) -> Result<(), OperateError> {
        self.change(id, |live| {
            self.hold_now(live, reason, who);
            Ok(())
        })
    }

    /// Resumes delivery to one collector. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn release_hold(&self, id: &Id, who: &Principal) -> Result<(), OperateError> {
        self.change(id, |live| self.release_now(live, who))
    }

    /// Lets a collector have once more what it refused, on a person's word. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn retry(&self, id: &Id, who: &Principal) -> Result<(), OperateError> {
        self.change(id, |live| self.retry_now(live, who))
    }

    fn hold_now(&self, live: &Live, reason: Option<String>, who: &Principal) {
        let hold = Hold { by: who.actor(), at: self.clock.now(), reason: reason.map(short) };
        let why = hold.reason.clone().unwrap_or_else(|| "no reason given".to_owned());
        live.lock().record.hold = Some(hold);
        self.tell_operated(live, EventKind::Held, format!("held by {}: {why}", who.name));
    }

    fn release_now(&self, live: &Live, who: &Principal) -> Result<(), OperateError> {
        if live.lock().record.hold.take().is_none() {
            return Err(OperateError::NotNow("it is not held".to_owned()));
        }
        self.tell_operated(live, EventKind::Released, format!("released by {}", who.name));
        Ok(())
    }

    fn retry_now(&self, live: &Live, who: &Principal) -> Result<(), OperateError> {
        {
            let mut state = live.lock();
            let Some(target) = state.assignment.target.clone() else {
                return Err(OperateError::NotNow("there is no configuration to try again".to_owned()));
            };
            if state.record.ledger.is_failed(&target.hash).is_none() {
                return Err(OperateError::NotNow("it did not refuse its present configuration".to_owned()));
            }
            state.record.ledger.retry(target.hash);
            self.halted.lock().unwrap_or_else(PoisonError::into_inner).remove(&target.hash);
        }
        self.tell_operated(live, EventKind::Retried, format!("{} asked to try again", who.name));
        Ok(())
    }

    fn tell_operated(&self, live: &Live, kind: EventKind, message: String) {
        let id = live.lock().record.id.clone();
        self.journal.event(self.clock.now(), kind, Some(&id), message);
    }

    /// Asks a collector to restart.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn restart(&self, id: &Id) -> Result<(), OperateError> {
        let live = self.roster.by_id(id).ok_or_else(|| OperateError::Unknown(id.clone()))?;
        let mut state = live.lock();
        if state.connection.is_none() {
            return Err(OperateError::NotNow("it is not connected".to_owned()));
        }
        if state.record.mode == Mode::AlloyRemotecfg {
            let message = "an Alloy cannot be told to restart; restart it on its host";
            return Err(OperateError::NotNow(message.to_owned()));
        }
        if state.record.capabilities & crate::link::capability::ACCEPTS_RESTART == 0 {
            let message = "its supervisor does not accept restarts; set capabilities.accepts_restart_command: true in its supervisor.yaml";
            return Err(OperateError::NotNow(message.to_owned()));
        }
        state.restart_due = true;
        drop(state);
        live.wake.notify_waiters();
        Ok(())
    }

    /// Changes the record of one collector, and answers once that is on the disk.
    fn change(
        &self,
        id: &Id,
        change: impl FnOnce(&Live) -> Result<(), OperateError>,
    ) -> Result<(), OperateError> {
        let live = self.roster.by_id(id).ok_or_else(|| OperateError::Unknown(id.clone()))?;
        change(&live)?;
        self.write_record(&live)?;
        self.changed(&live);
        Ok(())
    }

    /// What a person changed about one collector may lead to a delivery.
    fn changed(&self, live: &Live) {
        self.unsettled.store(true, Ordering::Release);
        self.wakes.deliver.notify_one();
        live.wake.notify_waiters();
    }

    /// Stops all delivery.
    ///
    /// # Errors
    /// The store refused it.
    pub fn freeze(&self, reason: Option<String>, who: &Principal) -> Result<(), OperateError> {
        let hold = Hold { by: who.actor(), at: self.clock.now(), reason: reason.map(short) };
        self.settings.put_if(FREEZE_KEY, Expected::Any, &hold)?;
        *self.frozen.write().unwrap_or_else(PoisonError::into_inner) = Some(hold);
        let message = format!("all delivery was stopped by {}", who.name);
        self.journal.event(self.clock.now(), EventKind::DeliveryFrozen, None, message);
        Ok(())
    }

    /// Resumes delivery.
    ///
    /// # Errors
    /// The store refused it.
    pub fn unfreeze(&self, who: &Principal) -> Result<(), OperateError> {
        if self.frozen().is_none() {
            return Err(OperateError::NotNow("delivery is not frozen".to_owned()));
        }
        self.settings.delete_if(FREEZE_KEY, Expected::Any)?;
        *self.frozen.write().unwrap_or_else(PoisonError::into_inner) = None;
        let message = format!("delivery was resumed by {}", who.name);
        self.journal.event(self.clock.now(), EventKind::DeliveryUnfrozen, None, message);
        self.wakes.deliver.notify_one();
        for live in self.roster.all() {
            live.wake.notify_waiters();
        }
        Ok(())
    }

    /// Whether the repository stays valid with this change of registrations. Only links depend on those.
    fn stays_valid(&self, change: impl FnOnce(&mut Intent)) -> Result<(), OperateError> {
        let tip = self.head.tip().1;
        if tip.links.is_empty() {
            return Ok(());
        }
        let mut after = (*tip).clone();
        change(&mut after);
        let before = tip.check();
        match after.check().into_iter().find(|problem| !before.contains(problem)) {
            None => Ok(()),
            Some(problem) => Err(OperateError::Breaks(problem)),
        }
    }

    fn catch_up(&self) {
        if let Err(cause) = self.refresh_head() {
            tracing::error!(%cause, "a saved revision could not be read back yet");
        }
    }
}

fn check_name(name: &str) -> Result<(), OperateError> {
    if name.is_empty() || name.chars().count() > 256 || name.chars().any(char::is_control) {
        return Err(OperateError::Invalid("name", "a name has 1 to 256 characters".to_owned()));
    }
    Ok(())
}

fn short(reason: String) -> String {
    reason.chars().filter(|c| !c.is_control()).take(500).collect()
}
