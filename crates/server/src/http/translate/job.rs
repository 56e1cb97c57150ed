//! Jobs.

use linkmesh_api::types as api;
use linkmesh_control::bulk::{Job, JobState};

use super::time;

/// How far a job is.
pub(in crate::http) fn job(job: &Job) -> api::Job {
    let progress = job.progress();
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    api::Job {
        id: job.id.clone(),
        act: job.act.to_owned(),
        by: job.by.clone(),
        state: match progress.ended {
            None => api::JobState::Running,
            Some((_, JobState::Cancelled)) => api::JobState::Cancelled,
            Some((_, JobState::Failed)) => api::JobState::Failed,
            Some((_, JobState::Done | JobState::Running)) => api::JobState::Done,
        },
        total: number(job.total),
        done: number(progress.done),
        failed: number(progress.failed),
        errors: progress
            .errors
            .iter()
            .map(|(id, message)| api::JobError { collector: id.to_string(), message: message.clone() })
            .collect(),
        started_at: time(job.started_at),
        finished_at: progress.ended.map(|(at, _)| time(at)),
    }
}
