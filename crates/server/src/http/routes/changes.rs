//! Several entities at once: one commit, or the plan of one.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use linkmesh_api::types::{Change, ChangeAnswer, Committed, FieldError, ProblemKind};
use linkmesh_control::ControlPlane;
use linkmesh_control::mutate::Act;
use linkmesh_control::save::{Draft, SaveError, Saved};
use linkmesh_fleet::Place;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entities::etag_at;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::Body;
use crate::http::idempotency::{Begun, Turn};
use crate::http::state::App;
use crate::http::translate;

/// Paths of a change that its audit entry names.
const AUDITED_PATHS_MAX: usize = 200;
/// Warnings that are kept for a repetition.
const REPEATED_WARNINGS_MAX: usize = 20;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change))
}

/// Save several entities as one commit, or with `dry_run` answer what that would do.
#[utoipa::path(post, path = "/changes", tag = "configuration", request_body = Change,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request happen once; the repetition is answered alike")),
    responses((status = 200, body = ChangeAnswer), (status = 409, description = "Files moved on"), (status = 422, description = "It is not valid")))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<Change>,
) -> Result<Json<ChangeAnswer>, ApiError> {
    if body.dry_run {
        let draft = draft(body)?;
        return app
            .read(&caller, Permission::ConfigRead, move |plane| {
                let plan = plane.plan(&draft).map_err(ApiError::from)?;
                Ok(Json(ChangeAnswer::Plan(translate::plan(&plan))))
            })
            .await;
    }
    let turn = app.repeats().begin(&headers, &caller, "changes", &body, app.plane().clock.now())?;
    let draft = draft(body)?;
    let done = match turn {
        Turn::First(begun) => commit(&app, &caller, "config.save", draft, begun).await?,
        Turn::Again(made) => {
            let mut done: Committed = serde_json::from_value(made).map_err(|_| ApiError::internal())?;
            app.read(&caller, Permission::ConfigRead, move |plane| {
                done.etags = etags(plane, &done.revision, draft.put.keys());
                Ok(done)
            })
            .await?
        }
    };
    Ok(Json(ChangeAnswer::Committed(done)))
}

/// Saves a draft and answers what it made. What a repetition needs of that is kept in `begun`.
pub(super) async fn commit(
    app: &App,
    caller: &Caller,
    action: &'static str,
    draft: Draft,
    begun: Begun,
) -> Result<Committed, ApiError> {
    let named = |places: Vec<&Place>| -> Vec<String> {
        places.into_iter().take(AUDITED_PATHS_MAX).map(ToString::to_string).collect()
    };
    let put = named(draft.put.keys().collect());
    let delete = named(draft.delete.iter().collect());
    let act = Act::new(Permission::ConfigWrite, action, "repository")
        .after(json!({"put": put, "delete": delete, "message": draft.message}));
    let written: Vec<Place> = draft.put.keys().cloned().collect();
    let mut done = app
        .mutate(caller, act, move |plane, who, number| {
            let done = plane.save(&draft, who, number).map(|saved| committed(&saved))?;
            let warnings = done.warnings.iter().take(REPEATED_WARNINGS_MAX).cloned().collect();
            begun.done(json!(Committed { warnings, ..done.clone() }));
            Ok::<_, SaveError>(done)
        })
        .await?;
    app.blocking(move |plane| {
        done.etags = etags(plane, &done.revision, written.iter());
        Ok(done)
    })
    .await
}

/// All but the tags.
fn committed(saved: &Saved) -> Committed {
    Committed {
        revision: saved.revision.clone(),
        changed: saved.changed,
        etags: BTreeMap::new(),
        warnings: saved.warnings.iter().map(translate::warning).collect(),
    }
}

fn etags<'a>(
    plane: &ControlPlane,
    revision: &str,
    written: impl Iterator<Item = &'a Place>,
) -> BTreeMap<String, String> {
    written
        .filter_map(|place| {
            let path = place.to_string();
            etag_at(plane, revision, &path).map(|etag| (path, etag))
        })
        .collect()
}

/// Paths become places; every one that is none is named.
fn draft(body: Change) -> Result<Draft, ApiError> {
    let mut faults = Vec::new();
    let mut place = |path: &str| match path.parse::<Place>() {
        Ok(place) => Some(place),
        Err(cause) => {
            faults.push(FieldError { path: path.chars().take(200).collect(), message: cause.to_string() });
            None
        }
    };
    let mut draft = Draft { base: body.base, message: body.message, ..Draft::default() };
    for (path, value) in body.put {
        if let Some(place) = place(&path) {
            draft.put.insert(place, value);
        }
    }
    draft.delete = body.delete.iter().filter_map(|path| place(path)).collect();
    if let Some(first) = faults.first() {
        let detail = first.message.clone();
        return Err(ApiError::new(ProblemKind::Invalid, detail).with_errors(faults));
    }
    if let Some(both) = draft.delete.iter().find(|place| draft.put.contains_key(place)) {
        return Err(ApiError::field(both.to_string(), "it is both written and removed"));
    }
    Ok(draft)
}
