//! One act on many collectors. The call is answered once the job has begun; the job says how far it is.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use linkmesh_api::types::{
    ArchivedFilter, BulkAct, BulkMatch, BulkRequest, BulkVerb, CollectorQuery, Job, Page, ProblemKind,
};
use linkmesh_control::ControlPlane;
use linkmesh_control::accounts::Principal;
use linkmesh_control::bulk::{
    JOB_COLLECTORS_MAX, Job as RunningJob, JobFailed, JobRefused, LabelChange, ManyAct,
};
use linkmesh_control::mutate::{Act, MutateError};
use linkmesh_control::views::Glance;
use linkmesh_fleet::Id;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::state::Status;
use serde_json::json;
use tokio::sync::oneshot;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::collectors::groups;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Body, id};
use crate::http::idempotency::{Begun, Turn};
use crate::http::selection::Selection;
use crate::http::state::App;
use crate::http::translate;

/// Errors of one job in the list of jobs.
const LISTED_ERRORS_MAX: usize = 50;
/// Ids that an audit entry lists.
const AUDITED_IDS_MAX: usize = 50;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(bulk)).routes(routes!(list)).routes(routes!(get, cancel))
}

/// What a request asks for, ready to be done.
struct Plan {
    act: ManyAct,
    word: &'static str,
    permission: Permission,
    ids: Vec<Id>,
}

/// Do one thing to many collectors. Label and group changes and removals share commits.
#[utoipa::path(post, path = "/collectors/bulk", tag = "collectors", request_body = BulkRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request happen once; the repetition is answered with the job that the first one began")),
    responses((status = 202, body = Job), (status = 409, description = "More match than `expected`, or the first request with this key is at work")))]
async fn bulk(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<BulkRequest>,
) -> Result<(StatusCode, Json<Job>), ApiError> {
    let turn = app.repeats().begin(&headers, &caller, "collectors/bulk", &body, app.plane().clock.now())?;
    let first = match turn {
        Turn::First(first) => first,
        Turn::Again(made) => return again(&app, &caller, &made).await,
    };
    let (mut act, word, permission) = act_of(&body)?;
    let after = json!({"act": body.act, "match": body.matching, "reason": body.reason, "now": body.now});
    let (ids, away_now) = app
        .read(&caller, Permission::CollectorsRead, move |plane| {
            let ids = chosen(plane, &body)?;
            no_more_than(body.expected, ids.len())?;
            let is_away =
                |id: &&Id| plane.roster.by_id(id).is_some_and(|live| live.lock().connection.is_none());
            let away: BTreeSet<Id> = ids.iter().filter(is_away).cloned().collect();
            Ok((ids, away))
        })
        .await?;
    if let ManyAct::Delete { away, .. } = &mut act {
        *away = away_now;
    }
    let plan = Plan { act, word, permission, ids };
    let (told, answer) = oneshot::channel();
    let who = caller.principal().clone();
    let plane = Arc::clone(app.plane());
    let closing = app.closing().clone();
    // It goes on after the answer; the audit entry ends when it does.
    let start = Start { first, told };
    let running = tokio::task::spawn_blocking(move || run(&plane, &who, &plan, after, start));
    let id = answer.await.unwrap_or_else(|_| Err(ApiError::internal()))?;
    let job = app.plane().jobs.get(&id).ok_or_else(ApiError::internal)?;
    let watched = Arc::clone(&job);
    tokio::spawn(async move {
        tokio::select! {
            () = closing.cancelled() => watched.cancel(),
            ended = running => if let Err(cause) = ended {
                tracing::error!(%cause, "a job failed inside the program");
            }
        }
    });
    Ok((StatusCode::ACCEPTED, Json(translate::job(&job))))
}

/// The job that the first request with this key began.
async fn again(
    app: &App,
    caller: &Caller,
    made: &serde_json::Value,
) -> Result<(StatusCode, Json<Job>), ApiError> {
    let id = made.as_str().unwrap_or_default().to_owned();
    app.read(caller, Permission::CollectorsRead, move |plane| {
        let job = plane.jobs.get(&id).ok_or_else(|| {
            ApiError::conflict(format!(
                "this request was done already, as job {id}, which is not kept any more; look at the collectors, and take a new Idempotency-Key to do it once more"
            ))
        })?;
        Ok((StatusCode::ACCEPTED, Json(translate::job(&job))))
    })
    .await
}

/// Who is told that a job has begun: whoever waits, and a repetition of the request.
struct Start {
    first: Begun,
    told: oneshot::Sender<Result<String, ApiError>>,
}

/// Why a job did not come to a good end, for the audit log.
#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error(transparent)]
    Refused(#[from] JobRefused),
    #[error(transparent)]
    Failed(#[from] JobFailed),
}

impl From<NotDone> for ApiError {
    fn from(error: NotDone) -> Self {
        match error {
            NotDone::Refused(JobRefused::Busy) => Self::busy(error.to_string(), 5),
            NotDone::Refused(JobRefused::TooMany) => Self::field("match", error.to_string()),
            NotDone::Failed(_) => Self::conflict(error.to_string()),
        }
    }
}

/// Runs a job from its audit entry to the end of that; whoever waits is told as soon as it has begun, or why it has not.
fn run(plane: &ControlPlane, who: &Principal, plan: &Plan, mut after: serde_json::Value, start: Start) {
    let names: Vec<&Id> = plan.ids.iter().take(AUDITED_IDS_MAX).collect();
    if let Some(after) = after.as_object_mut() {
        after.insert("count".to_owned(), json!(plan.ids.len()));
        after.insert("collectors".to_owned(), json!(names));
    }
    let audited = Act::new(plan.permission, "collectors.bulk", "collectors").after(after);
    let mut start = Some(start);
    let done: Result<(), MutateError<NotDone>> = plane.mutate(who, audited, |_| {
        let job = plane.jobs.begin(plan.word, plan.ids.len(), who.actor(), plane.clock.now())?;
        if let Some(Start { first, told }) = start.take() {
            first.done(json!(job.id));
            // Who asked may have gone; the job goes on.
            drop(told.send(Ok(job.id.clone())));
        }
        Ok(plane.run_job(&job, &plan.ids, &plan.act, who)?)
    });
    if let (Err(refused), Some(Start { first, told })) = (done, start) {
        // Forgotten before the refusal is told, so that it can be tried again with the same key.
        drop(first);
        drop(told.send(Err(refused.into())));
    }
}

fn act_of(body: &BulkRequest) -> Result<(ManyAct, &'static str, Permission), ApiError> {
    let (reason, silent_for_s) = (body.reason.clone(), body.matching.as_ref().and_then(|m| m.silent_for_s));
    let (write, operate) = (Permission::CollectorsWrite, Permission::CollectorsOperate);
    let verb = match &body.act {
        BulkAct::Verb(verb) => *verb,
        BulkAct::Change(change) => {
            let act = LabelChange {
                set_labels: change.set_labels.clone(),
                remove_labels: change.remove_labels.iter().cloned().collect(),
                add_groups: groups(&change.add_groups)?,
                remove_groups: groups(&change.remove_groups)?,
            };
            if act == LabelChange::default() {
                return Err(ApiError::field("act", "say which labels or groups change"));
            }
            linkmesh_fleet::registration::check_labels(&act.set_labels)
                .map_err(|why| ApiError::field("act.set_labels", why))?;
            return Ok((ManyAct::Change(act), "change", write));
        }
    };
    let silent_for = silent_for_s.map(Duration::from_secs);
    Ok(match verb {
        BulkVerb::Archive => (ManyAct::Archive { reason }, "archive", write),
        BulkVerb::Unarchive => (ManyAct::Unarchive, "unarchive", write),
        BulkVerb::Delete => {
            // Who is away is filled in with who is chosen.
            (ManyAct::Delete { now: body.now, silent_for, away: BTreeSet::new() }, "delete", write)
        }
        BulkVerb::Hold => (ManyAct::Hold { reason }, "hold", operate),
        BulkVerb::Release => (ManyAct::Release, "release", operate),
        BulkVerb::Retry => (ManyAct::Retry, "retry", operate),
        BulkVerb::Restart => (ManyAct::Restart, "restart", operate),
    })
}

/// The collectors that a request means, each once.
fn chosen(plane: &ControlPlane, body: &BulkRequest) -> Result<Vec<Id>, ApiError> {
    let Some(matching) = &body.matching else {
        if body.ids.is_empty() {
            return Err(ApiError::field("ids", "say which collectors: `ids`, or `match`"));
        }
        if body.ids.len() > JOB_COLLECTORS_MAX {
            return Err(NotDone::from(JobRefused::TooMany).into());
        }
        let mut ids = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, name) in body.ids.iter().enumerate() {
            let id = id(&format!("ids[{at}]"), name)?;
            if seen.insert(id.clone()) {
                ids.push(id);
            }
        }
        return Ok(ids);
    };
    if !body.ids.is_empty() {
        return Err(ApiError::field("ids", "give either `ids` or `match`"));
    }
    let verb = match &body.act {
        BulkAct::Verb(verb) => Some(*verb),
        BulkAct::Change(_) => None,
    };
    if verb == Some(BulkVerb::Delete) && means_everybody(matching) {
        let message = "this would remove the whole fleet; say which collectors";
        return Err(ApiError::field("match", message));
    }
    if let Some(label) = matching.label.iter().find(|label| !label.contains('=')) {
        return Err(ApiError::field("match.label", format!("`{label}` is not of the form key=value")));
    }
    let selection = Selection::of(filters(matching, verb), "match.q")?;
    let silent_for = matching.silent_for_s.map(Duration::from_secs);
    let now = plane.clock.now();
    let meant = |known: &Glance<'_>| {
        let silent = silent_for.is_none_or(|silent_for| {
            known.status() != Status::Connected
                && known.last_seen_at().is_some_and(|at| now.since(at) >= silent_for)
        });
        silent && selection.holds(known)
    };
    let everybody = plane.roster.page(None).into_iter();
    Ok(everybody.filter(|(_, live)| plane.glance(live, meant)).map(|(id, _)| id).collect())
}

/// Refuses when more are chosen than the caller saw: what is done to them is what somebody looked at.
fn no_more_than(expected: Option<u64>, chosen: usize) -> Result<(), ApiError> {
    match expected {
        Some(expected) if u64::try_from(chosen).is_ok_and(|chosen| chosen > expected) => {
            Err(ApiError::conflict(format!(
                "more collectors match now ({chosen}) than were expected ({expected}); nothing was done. List them again, and say how many you expect"
            )))
        }
        _ => Ok(()),
    }
}

/// Whether nothing narrows it: an empty query, as of a variable that was not set, does not, and neither does the archive beside
/// everybody else.
fn means_everybody(matching: &BulkMatch) -> bool {
    let narrowed = BulkMatch {
        q: matching.q.clone().filter(|q| !q.trim().is_empty()),
        archived: matching.archived.filter(|archived| *archived == ArchivedFilter::Only),
        ..matching.clone()
    };
    narrowed == BulkMatch::default()
}

fn filters(matching: &BulkMatch, verb: Option<BulkVerb>) -> CollectorQuery {
    let usual = if verb == Some(BulkVerb::Unarchive) { ArchivedFilter::Only } else { ArchivedFilter::No };
    CollectorQuery {
        status: matching.status,
        sync: matching.sync,
        health: matching.health,
        mode: matching.mode,
        q: matching.q.clone(),
        label: matching.label.clone(),
        group: matching.group.clone(),
        archived: Some(matching.archived.unwrap_or(usual)),
        ..CollectorQuery::default()
    }
}

/// List the newest jobs, newest first.
#[utoipa::path(get, path = "/jobs", tag = "jobs", responses((status = 200, body = Page<Job>)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Page<Job>>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, |plane| {
        let short = |job: &Arc<RunningJob>| {
            let mut job = translate::job(job);
            job.errors.truncate(LISTED_ERRORS_MAX);
            job
        };
        let items: Vec<Job> = plane.jobs.list().iter().map(short).collect();
        let total = u64::try_from(items.len()).ok();
        Ok(Json(Page { items, next_cursor: None, total }))
    })
    .await
}

/// How far a job is.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Job)))]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<Json<Job>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| find(plane, &id).map(Json)).await
}

/// Stop a job; what is done stays done.
#[utoipa::path(delete, path = "/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Job)))]
async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Job>, ApiError> {
    find(app.plane(), &id)?;
    let act = Act::new(Permission::CollectorsOperate, "jobs.cancel", format!("jobs/{id}"));
    app.mutate(&caller, act, move |plane, _, _| {
        if let Some(job) = plane.jobs.get(&id) {
            job.cancel();
        }
        find(plane, &id).map(Json)
    })
    .await
}

fn find(plane: &ControlPlane, id: &str) -> Result<Job, ApiError> {
    let job = plane.jobs.get(id).ok_or_else(|| {
        let message = "there is no such job; the newest 32 are kept until the server restarts";
        ApiError::new(ProblemKind::NotFound, message)
    })?;
    Ok(translate::job(&job))
}
