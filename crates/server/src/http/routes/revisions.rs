//! The history: revisions, differences between them, and bringing an old state back.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use linkmesh_api::types::{
    Committed, Diff, DiffQuery, ListQuery, Page, RestoreRequest, Revision as Row, RevisionDetail,
};
use linkmesh_config_repo::{LogEntry, LogQuery, RepoError, Revision};
use linkmesh_control::ControlPlane;
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::changes::commit;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Params, id, page_items};
use crate::http::idempotency::Begun;
use crate::http::state::App;
use crate::http::{restore as restoring, translate};

/// Commits looked at for a name that is not a whole id.
const LOOKED_AT_MAX: usize = 5000;
const LOOK_PAGE: usize = 500;
/// Shortest beginning of an id that is looked for.
const PREFIX_CHARS_MIN: usize = 4;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(diff))
        .routes(routes!(restore))
}

/// The history, newest first.
#[utoipa::path(get, path = "/revisions", tag = "history", params(ListQuery),
    responses((status = 200, body = Page<Row>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<Row>>, ApiError> {
    let after: Option<Revision> = query
        .cursor
        .as_deref()
        .map(|cursor| {
            let wrong = "this is no cursor; pass `next_cursor` of the page before";
            cursor.parse().map_err(|_| ApiError::field("cursor", wrong))
        })
        .transpose()?;
    let limit = page_items(query.limit);
    app.read(&caller, Permission::ConfigRead, move |plane| {
        let page = plane.history(&LogQuery { path: None, after, limit })?;
        let (in_force, invalid) = (plane.head.in_force().revision, plane.head.invalid());
        let row = |entry: &LogEntry| translate::revision_row(entry, &in_force, invalid.as_ref());
        let items = page.entries.iter().map(row).collect();
        let next_cursor = page.next.map(|next| next.to_string());
        Ok(Json(Page { items, next_cursor, total: None }))
    })
    .await
}

/// One revision with what it changed.
#[utoipa::path(get, path = "/revisions/{revision}", tag = "history",
    params(("revision" = String, Path, description = "An id, a unique beginning of one, `HEAD` or `HEAD~n`")),
    responses((status = 200, body = RevisionDetail)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<RevisionDetail>, ApiError> {
    app.read(&caller, Permission::ConfigRead, move |plane| {
        let entry = entry(plane, &find(plane, "revision", &name)?)?;
        let (in_force, invalid) = (plane.head.in_force().revision, plane.head.invalid());
        let files = match &entry.parent {
            Some(parent) => plane.compare(parent, &entry.revision)?.0,
            None => Vec::new(),
        };
        Ok(Json(RevisionDetail {
            revision: translate::revision_row(&entry, &in_force, invalid.as_ref()),
            parent: entry.parent.map(|parent| parent.to_string()),
            files: translate::file_deltas(&files),
        }))
    })
    .await
}

/// How two revisions differ, in files and in the final configurations of the present collectors.
#[utoipa::path(get, path = "/diff", tag = "history", params(DiffQuery), responses((status = 200, body = Diff)))]
async fn diff(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<DiffQuery>,
) -> Result<Json<Diff>, ApiError> {
    let collector = query.collector.as_deref().map(|text| id("collector", text)).transpose()?;
    app.read(&caller, Permission::ConfigRead, move |plane| {
        let from = find(plane, "from", &query.from)?;
        let to = find(plane, "to", query.to.as_deref().unwrap_or("HEAD"))?;
        let (files, mut classes) = plane.compare(&from, &to)?;
        if let Some(only) = &collector {
            super::collectors::find(plane, only)?;
            let (mut old, mut new) = (plane.intent_at(&from)?, plane.intent_at(&to)?);
            old.collectors.retain(|id, _| id == only);
            new.collectors.retain(|id, _| id == only);
            classes = plane.affected(&old, &new);
        }
        let files = translate::file_deltas(&files);
        let classes = classes.iter().map(translate::affected).collect();
        Ok(Json(Diff { from: from.to_string(), to: to.to_string(), files, classes }))
    })
    .await
}

/// Bring an old state back as a new commit. Collectors are neither enrolled nor removed by it.
#[utoipa::path(post, path = "/restore", tag = "history", request_body = RestoreRequest,
    responses((status = 200, body = Committed)))]
async fn restore(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<RestoreRequest>,
) -> Result<Json<Committed>, ApiError> {
    let draft = app
        .read(&caller, Permission::ConfigRead, move |plane| {
            let revision = find(plane, "revision", &body.revision)?;
            let (tip, present, _) = plane.head.tip();
            let wanted = plane.intent_at(&revision)?;
            let differing = match &tip {
                Some(tip) => plane.repo.diff(tip, &revision)?.into_iter().map(|file| file.path).collect(),
                None => BTreeSet::new(),
            };
            let mut draft = restoring::draft(&present, &wanted, &differing, body.paths.as_deref());
            for (place, value) in &mut draft.put {
                // As it was written then, comments and all.
                if let Some(text) = plane.text_at(&revision, place)? {
                    *value = serde_json::Value::String(text);
                }
            }
            draft.base = tip.map(|tip| tip.to_string());
            draft.message = Some(body.message.unwrap_or_else(|| format!("Restore the state of {revision}")));
            Ok(draft)
        })
        .await?;
    commit(&app, &caller, "config.restore", draft, Begun::default()).await.map(Json)
}

/// The revision that a person names.
pub(super) fn find(plane: &ControlPlane, field: &str, name: &str) -> Result<Revision, ApiError> {
    if let Ok(revision) = name.parse() {
        return Ok(revision);
    }
    let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    let wrong = |why: &str| ApiError::field(field, format!("`{shown}` {why}"));
    if let Some(rest) = name.strip_prefix("HEAD") {
        let back: usize = match rest.strip_prefix('~') {
            None if rest.is_empty() => 0,
            Some(number) => number.parse().map_err(|_| wrong("is no revision; write HEAD~3, say"))?,
            None => return Err(wrong("is no revision; write HEAD~3, say")),
        };
        return nth(plane, back)?.ok_or_else(|| wrong("lies before the beginning of the history"));
    }
    let hex = name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !hex || name.len() < PREFIX_CHARS_MIN {
        return Err(wrong("is no revision; give its id, a unique beginning of it, or HEAD~n"));
    }
    let mut found = Vec::new();
    walk(plane, |entry| {
        if entry.revision.to_string().starts_with(name) {
            found.push(entry.revision);
        }
        found.len() < 2
    })?;
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(ApiError::not_found(format!("there is no revision `{shown}`"))),
        _ => Err(wrong("is the beginning of several revisions; give more of it")),
    }
}

fn nth(plane: &ControlPlane, back: usize) -> Result<Option<Revision>, ApiError> {
    if back == 0 {
        return Ok(Some(plane.repo.head()?));
    }
    let (mut seen, mut found) = (0, None);
    walk(plane, |entry| {
        found = (seen == back).then_some(entry.revision);
        seen += 1;
        found.is_none()
    })?;
    Ok(found)
}

/// Goes back through the history while `on` says so, as far as the bound.
fn walk(plane: &ControlPlane, mut on: impl FnMut(&LogEntry) -> bool) -> Result<(), ApiError> {
    let mut after = None;
    for _ in 0..LOOKED_AT_MAX.div_ceil(LOOK_PAGE) {
        let page = plane.history(&LogQuery { path: None, after, limit: LOOK_PAGE })?;
        if !page.entries.iter().all(&mut on) || page.next.is_none() {
            return Ok(());
        }
        after = page.next;
    }
    Ok(())
}

fn entry(plane: &ControlPlane, revision: &Revision) -> Result<LogEntry, ApiError> {
    let mut found = None;
    walk(plane, |entry| {
        if entry.revision == *revision {
            found = Some(entry.clone());
        }
        found.is_none()
    })?;
    found.ok_or_else(|| RepoError::UnknownRevision(revision.to_string()).into())
}
