//! One act on many collectors: a job that goes on after its call was answered, shows how far it is, and can be stopped.
//! Jobs are kept in memory only: what they have done is in the repository, the record and the audit log. What they do to one
//! collector stands in `operate`. Start at [`Jobs::begin`] and [`ControlPlane::run_job`].

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use linkmesh_fleet::{Id, Timestamp};

use crate::operate::OperateError;
use crate::plane::ControlPlane;
use crate::secrets::draw_key;

pub use crate::operate::{LabelChange, ManyAct};

/// Jobs that are kept, the newest.
pub const JOBS_KEPT_MAX: usize = 32;
/// Jobs that run at the same time.
pub const JOBS_RUNNING_MAX: usize = 4;
/// Errors that one job keeps.
pub const JOB_ERRORS_MAX: usize = 1000;
/// Collectors of one job.
pub const JOB_COLLECTORS_MAX: usize = 200_000;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// It is not at its end.
    Running,
    /// It came to its end; some of it may have failed.
    Done,
    /// Nothing of it succeeded.
    Failed,
    /// A person stopped it, or the server stops; what was done stays done.
    Cancelled,
}

/// How far a job is.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Collectors to which it was done.
    pub done: usize,
    /// Collectors to which it could not be done.
    pub failed: usize,
    /// Why not, the first ones.
    pub errors: Vec<(Id, String)>,
    /// When it ended, and how.
    pub ended: Option<(Timestamp, JobState)>,
}

/// One act on many collectors.
pub struct Job {
    /// Its id.
    pub id: String,
    /// What is done, as a word.
    pub act: &'static str,
    /// Who asked for it.
    pub by: String,
    /// Collectors that were chosen.
    pub total: usize,
    /// Since when.
    pub started_at: Timestamp,
    progress: Mutex<Progress>,
    cancelled: AtomicBool,
}

impl Job {
    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.lock().clone()
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> JobState {
        self.lock().ended.map_or(JobState::Running, |(_, state)| state)
    }

    /// Stops it before the next collectors; those that it is at are done.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// Whether somebody stopped it.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    pub(crate) fn note(&self, id: &Id, outcome: Result<(), OperateError>) {
        let mut progress = self.lock();
        match outcome {
            Ok(()) => progress.done += 1,
            Err(cause) => {
                progress.failed += 1;
                if progress.errors.len() < JOB_ERRORS_MAX {
                    progress.errors.push((id.clone(), cause.to_string()));
                }
            }
        }
    }

    fn end(&self, at: Timestamp) -> Progress {
        let mut progress = self.lock();
        let state = if self.is_cancelled() && progress.done + progress.failed < self.total {
            JobState::Cancelled
        } else if progress.done == 0 && progress.failed > 0 {
            JobState::Failed
        } else {
            JobState::Done
        };
        progress.ended = Some((at, state));
        progress.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The newest jobs.
#[derive(Default)]
pub struct Jobs(Mutex<VecDeque<Arc<Job>>>);

/// Why a job did not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JobRefused {
    /// Too many are running.
    #[error("{JOBS_RUNNING_MAX} jobs are running; wait until one has ended, or cancel one")]
    Busy,
    /// More than one job takes.
    #[error("one job takes at most {JOB_COLLECTORS_MAX} collectors; choose fewer")]
    TooMany,
}

impl Jobs {
    /// Begins a job; the caller runs it with [`ControlPlane::run_job`].
    ///
    /// # Errors
    /// See [`JobRefused`].
    pub fn begin(
        &self,
        act: &'static str,
        total: usize,
        by: String,
        now: Timestamp,
    ) -> Result<Arc<Job>, JobRefused> {
        if total > JOB_COLLECTORS_MAX {
            return Err(JobRefused::TooMany);
        }
        let mut jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if jobs.iter().filter(|job| job.state() == JobState::Running).count() >= JOBS_RUNNING_MAX {
            return Err(JobRefused::Busy);
        }
        while jobs.len() >= JOBS_KEPT_MAX {
            let Some(oldest) = jobs.iter().position(|job| job.state() != JobState::Running) else { break };
            jobs.remove(oldest);
        }
        let job = Arc::new(Job {
            id: draw_key(),
            act,
            by,
            total,
            started_at: now,
            progress: Mutex::default(),
            cancelled: AtomicBool::new(false),
        });
        jobs.push_back(Arc::clone(&job));
        Ok(job)
    }

    /// A job by its id, while it is kept.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Arc<Job>> {
        let jobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.iter().find(|job| job.id == id).cloned()
    }

    /// Those that are kept, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Job>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }
}

/// What of a job failed, for the audit log.
#[derive(Debug, thiserror::Error)]
#[error("{failed} of {total} failed; the first: {first}")]
pub struct JobFailed {
    failed: usize,
    total: usize,
    first: String,
}

impl ControlPlane {
    /// Runs a job to its end. Blocking, for as long as that takes.
    ///
    /// # Errors
    /// What failed of it; the rest is done.
    pub fn run_job(
        &self,
        job: &Job,
        ids: &[Id],
        act: &ManyAct,
        who: &crate::accounts::Principal,
    ) -> Result<(), JobFailed> {
        // Whatever happens in here, nobody shall wait for this job for ever.
        let ending = Ending { job, plane: self };
        self.operate_many(ids, act, who, job);
        drop(ending);
        let progress = job.progress();
        if progress.failed == 0 {
            return Ok(());
        }
        let first = progress.errors.first().map(|(id, why)| format!("{id}: {why}")).unwrap_or_default();
        Err(JobFailed { failed: progress.failed, total: job.total, first })
    }
}

struct Ending<'a> {
    job: &'a Job,
    plane: &'a ControlPlane,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.job.end(self.plane.clock.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(jobs: &Jobs) -> Result<Arc<Job>, JobRefused> {
        jobs.begin("hold", 2, "user:ana".to_owned(), Timestamp(0))
    }

    #[test]
    fn only_a_few_run_at_once_and_only_the_newest_are_kept() {
        let jobs = Jobs::default();
        let running: Vec<_> = (0..JOBS_RUNNING_MAX).map(|_| begin(&jobs).unwrap()).collect();
        assert_eq!(begin(&jobs).err(), Some(JobRefused::Busy));
        for job in &running[1..] {
            job.end(Timestamp(1));
        }
        for _ in 0..2 * JOBS_KEPT_MAX {
            begin(&jobs).unwrap().end(Timestamp(2));
        }
        assert_eq!(jobs.list().len(), JOBS_KEPT_MAX);
        assert!(jobs.get(&running[0].id).is_some(), "one that runs is not forgotten");
        assert!(jobs.get(&running[1].id).is_none());
        assert!(jobs.begin("hold", JOB_COLLECTORS_MAX + 1, String::new(), Timestamp(0)).is_err());
    }

    #[test]
    fn a_job_says_how_it_ended() {
        let jobs = Jobs::default();
        let web: Id = "web".parse().unwrap();
        let wrong = || Err(OperateError::NotNow("no".to_owned()));
        for (outcomes, cancelled, expected) in [
            (vec![Ok(()), wrong()], false, JobState::Done),
            (vec![wrong(), wrong()], false, JobState::Failed),
            (vec![Ok(())], true, JobState::Cancelled),
            (vec![Ok(()), Ok(())], true, JobState::Done),
        ] {
            let job = begin(&jobs).unwrap();
            outcomes.into_iter().for_each(|outcome| job.note(&web, outcome));
            if cancelled {
                job.cancel();
            }
            assert_eq!(job.state(), JobState::Running);
            job.end(Timestamp(1));
            assert_eq!(job.state(), expected);
        }
    }

    #[test]
    fn the_errors_of_a_job_are_bounded_and_all_counted() {
        let jobs = Jobs::default();
        let job = begin(&jobs).unwrap();
        let web: Id = "web".parse().unwrap();
        for _ in 0..2 * JOB_ERRORS_MAX {
            job.note(&web, Err(OperateError::NotNow("no".to_owned())));
        }
        let progress = job.progress();
        assert_eq!((progress.failed, progress.errors.len()), (2 * JOB_ERRORS_MAX, JOB_ERRORS_MAX));
    }
}
