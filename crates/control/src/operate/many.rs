//! One act on many collectors: what concerns the repository shares commits, what concerns the record shares writes.
//! Start at [`ControlPlane::operate_many`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use linkmesh_config_repo::{Change, Expect};
use linkmesh_fleet::registration::check_labels;
use linkmesh_fleet::{Entity, Id, Kind, Place, Registration};

use super::archiving::REMOVALS_A_COMMIT_MAX;
use super::leaving::Removal;
use super::{OperateError, RepoSaveError};
use crate::accounts::Principal;
use crate::bulk::Job;
use crate::plane::{ControlPlane, registration_place};
use crate::roster::{Live, State};
use crate::save::author;

/// Registrations that are changed in one commit.
const CHANGES_A_COMMIT_MAX: usize = 1000;
/// Attempts at one such commit and its halves. Enough to find three that break it.
const ATTEMPTS_MAX: u32 = 64;
/// Records that are written together.
const RECORDS_A_WRITE_MAX: usize = 500;

/// What is done to many collectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManyAct {
    /// Labels and groups change.
    Change(LabelChange),
    /// Into the archive.
    Archive {
        /// Why, if somebody said so.
        reason: Option<String>,
    },
    /// Out of the archive.
    Unarchive,
    /// Removed, also from the repository.
    Delete {
        /// Their credentials end at once.
        now: bool,
        /// Only those that are away, and were not heard for so long.
        silent_for: Option<Duration>,
        /// Who was away when they were chosen: one of these that is back stays.
        away: BTreeSet<Id>,
    },
    /// Delivery stops.
    Hold {
        /// Why, if somebody said so.
        reason: Option<String>,
    },
    /// Delivery goes on.
    Release,
    /// What they refused is offered once more.
    Retry,
    /// They are told to restart.
    Restart,
}

/// How labels and groups change; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelChange {
    /// Labels to set.
    pub set_labels: BTreeMap<String, String>,
    /// Labels to remove.
    pub remove_labels: BTreeSet<String>,
    /// Groups to put them into.
    pub add_groups: Vec<Id>,
    /// Groups to take them out of.
    pub remove_groups: Vec<Id>,
}

impl LabelChange {
    fn apply(&self, registration: &Registration) -> Result<Registration, OperateError> {
        let mut changed = registration.clone();
        changed.labels.retain(|key, _| !self.remove_labels.contains(key));
        changed.labels.extend(self.set_labels.clone());
        check_labels(&changed.labels).map_err(|why| OperateError::Invalid("labels", why))?;
        changed.groups.retain(|group| !self.remove_groups.contains(group));
        for group in &self.add_groups {
            if !changed.groups.contains(group) {
                changed.groups.push(group.clone());
            }
        }
        Ok(changed)
    }
}

/// What became of some collectors, one by one.
type Outcomes = Vec<(Id, Result<(), OperateError>)>;

impl ControlPlane {
    /// Does one thing to all these collectors, noting in the job what became of each, until all are through or it is cancelled.
    pub(crate) fn operate_many(&self, ids: &[Id], act: &ManyAct, who: &Principal, job: &Job) {
        let size = match act {
            ManyAct::Change(_) => CHANGES_A_COMMIT_MAX,
            ManyAct::Delete { .. } => REMOVALS_A_COMMIT_MAX,
            _ => RECORDS_A_WRITE_MAX,
        };
        for some in ids.chunks(size) {
            if job.is_cancelled() {
                return;
            }
            match act {
                ManyAct::Change(change) => {
                    let attempt = |ids: &[Id]| self.change_some(ids, change, who);
                    self.halving(some, job, &attempt, &mut { ATTEMPTS_MAX });
                }
                ManyAct::Delete { now, silent_for, away } => {
                    let is_back = |state: &State| self.is_back(state, *silent_for, away);
                    let attempt = |ids: &[Id]| self.delete_some(ids, *now, &is_back, who);
                    self.halving(some, job, &attempt, &mut { ATTEMPTS_MAX });
                }
                _ => self.operate_some(some, act, who, job),
            }
        }
    }

    /// Tries all of these in one commit. Where that is refused for what is in it, each half is tried alone, so that one
    /// collector does not keep the others from it; but only so often, because each attempt looks at the whole fleet.
    fn halving(
        &self,
        ids: &[Id],
        job: &Job,
        attempt: &dyn Fn(&[Id]) -> Result<Outcomes, OperateError>,
        attempts_left: &mut u32,
    ) {
        *attempts_left = attempts_left.saturating_sub(1);
        match attempt(ids) {
            Ok(outcomes) => outcomes.into_iter().for_each(|(id, outcome)| job.note(&id, outcome)),
            Err(cause) if ids.len() > 1 && is_of_content(&cause) && *attempts_left > 0 => {
                // Somebody else may have been quicker.
                self.catch_up();
                let (left, right) = ids.split_at(ids.len() / 2);
                for half in [left, right] {
                    if *attempts_left == 0 {
                        let why =
                            format!("not tried, because too many beside it were refused; the last: {cause}");
                        half.iter().for_each(|id| job.note(id, Err(OperateError::NotNow(why.clone()))));
                    } else if !job.is_cancelled() {
                        self.halving(half, job, attempt, attempts_left);
                    }
                }
            }
            Err(cause) => {
                let why = if ids.len() > 1 && is_of_content(&cause) {
                    format!(
                        "refused together with {} others, and not tried alone because too many were refused; choose fewer: {cause}",
                        ids.len() - 1
                    )
                } else {
                    cause.to_string()
                };
                ids.iter().for_each(|id| job.note(id, Err(OperateError::NotNow(why.clone()))));
            }
        }
    }

    fn change_some(
        &self,
        ids: &[Id],
        change: &LabelChange,
        who: &Principal,
    ) -> Result<Outcomes, OperateError> {
        // Held to the end, so that what is committed for an enrollment meanwhile is not undone.
        let alone = self.registering.lock().unwrap_or_else(PoisonError::into_inner);
        let tip = self.head.tip().1;
        let (mut put, mut expect, mut outcomes) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let mut registrations = Vec::new();
        for id in ids {
            let changed = match (self.roster.by_id(id), tip.collectors.get(id)) {
                (None, _) => Err(OperateError::Unknown(id.clone())),
                (Some(_), None) => Err(OperateError::NotNow("it is not registered yet".to_owned())),
                (Some(_), Some(known)) => {
                    change.apply(known).map(|changed| Some(changed).filter(|changed| changed != &**known))
                }
            };
            let written = changed.and_then(|changed| {
                let Some(registration) = changed else { return Ok(()) };
                let path = registration_place(id).to_string();
                let text = Entity::Registration(registration.clone())
                    .write()
                    .map_err(|cause| OperateError::Invalid("registration", cause.to_string()))?;
                expect.extend(self.head.tip_file(&path).map(|blob| (path.clone(), Expect::Blob(blob))));
                put.insert(path, text.into_bytes());
                registrations.push((id.clone(), Arc::new(registration)));
                Ok(())
            });
            outcomes.push((id.clone(), written));
        }
        let count = put.len();
        if count > 0 {
            self.stays_valid(|intent| intent.collectors.extend(registrations))?;
            self.repo.save(Change {
                put,
                expect,
                author: Some(author(who)),
                message: format!("Change {}", collectors(count)),
                at_s: self.clock.now().seconds(),
                ..Change::default()
            })?;
        }
        drop(alone);
        self.catch_up();
        Ok(outcomes)
    }

    /// Whether one that was chosen because it is away came back.
    fn is_back(&self, state: &State, silent_for: Option<Duration>, away: &BTreeSet<Id>) -> bool {
        let here = state.connection.is_some();
        let heard = silent_for.is_some_and(|silent_for| {
            let now = self.clock.now();
            here || state.record.last_seen_at.is_none_or(|at| now.since(at) < silent_for)
        });
        heard || (here && away.contains(&state.record.id))
    }

    fn delete_some(
        &self,
        ids: &[Id],
        at_once: bool,
        is_back: &dyn Fn(&State) -> bool,
        who: &Principal,
    ) -> Result<Outcomes, OperateError> {
        let (mut outcomes, mut lives): (Outcomes, Vec<(Id, Arc<Live>)>) = (Vec::new(), Vec::new());
        let tip = self.head.tip().1;
        // These are known to break it, and are not searched for.
        let leading: BTreeMap<&Id, &Id> = tip.links.iter().map(|(link, to)| (&to.to, link)).collect();
        for id in ids {
            let leads = leading.get(id).filter(|_| !tip.groups.contains_key(id));
            match (self.roster.by_id(id), leads) {
                (None, _) => outcomes.push((id.clone(), Err(OperateError::Unknown(id.clone())))),
                (Some(_), Some(link)) => {
                    let place = Place::of(Kind::Link, (*link).clone());
                    let why = format!("{place} leads to it; change or remove that link first");
                    outcomes.push((id.clone(), Err(OperateError::NotNow(why))));
                }
                (Some(live), None) => lives.push((id.clone(), live)),
            }
        }
        if lives.is_empty() {
            return Ok(outcomes);
        }
        let removal = Removal {
            at_once,
            message: &|ids| format!("Remove {}", collectors(ids.len())),
            author: Some(author(who)),
            is_back,
        };
        let all: Vec<Arc<Live>> = lives.iter().map(|(_, live)| Arc::clone(live)).collect();
        let mut gone = BTreeMap::new();
        for (live, way) in self.unlist(&all, removal)? {
            let id = live.lock().record.id.clone();
            let ended = self.let_go(&live, way, &who.name).and_then(|()| {
                if !at_once {
                    return Ok(());
                }
                self.roster.departed(&id).iter().try_for_each(|live| self.forget(live))
            });
            gone.insert(id, ended);
        }
        for (id, _) in lives {
            let back = || Err(OperateError::NotNow("it is back and stays".to_owned()));
            let outcome = gone.remove(&id).unwrap_or_else(back);
            outcomes.push((id, outcome));
        }
        self.catch_up();
        Ok(outcomes)
    }

    /// What concerns only the record: changed in memory, and then written all together.
    fn operate_some(&self, ids: &[Id], act: &ManyAct, who: &Principal, job: &Job) {
        let mut changed = Vec::new();
        for id in ids {
            if job.is_cancelled() {
                break;
            }
            let Some(live) = self.roster.by_id(id) else {
                job.note(id, Err(OperateError::Unknown(id.clone())));
                continue;
            };
            match self.operate_one(&live, id, act, who) {
                Ok(()) => {
                    live.lock().touch();
                    changed.push((id, live));
                }
                Err(cause) => job.note(id, Err(cause)),
            }
        }
        let stored = self.flush().map_err(|cause| format!("it holds, but could not be stored yet: {cause}"));
        for (id, live) in changed {
            self.changed(&live);
            job.note(id, stored.clone().map_err(OperateError::NotNow));
        }
    }

    fn operate_one(&self, live: &Live, id: &Id, act: &ManyAct, who: &Principal) -> Result<(), OperateError> {
        match act {
            ManyAct::Archive { reason } => self.archive_now(live, reason.clone(), who),
            ManyAct::Unarchive => self.unarchive_now(live, who),
            ManyAct::Hold { reason } => {
                self.hold_now(live, reason.clone(), who);
                Ok(())
            }
            ManyAct::Release => self.release_now(live, who),
            ManyAct::Retry => self.retry_now(live, who),
            ManyAct::Restart => self.restart(id),
            // These go by commits.
            ManyAct::Change(_) | ManyAct::Delete { .. } => Ok(()),
        }
    }
}

/// Whether an attempt failed for what is in it, so that a part of it may succeed.
fn is_of_content(cause: &OperateError) -> bool {
    match cause {
        OperateError::Breaks(_) => true,
        OperateError::Save(cause) => !matches!(cause, RepoSaveError::Repo(_)),
        _ => false,
    }
}

fn collectors(count: usize) -> String {
    if count == 1 { "one collector".to_owned() } else { format!("{count} collectors") }
}
