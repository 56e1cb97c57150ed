//! Several entities at once: one commit, or the plan of one.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{Change, ChangeAnswer, Committed, FieldError, ProblemKind};
use linkmesh_control::ControlPlane;
use linkmesh_control::mutate::Act;
use linkmesh_control::save::{Draft, Saved};
use linkmesh_fleet::Place;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entities::etag_at;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::Body;
use crate::http::state::App;
use crate::http::translate;

/// Paths of a change that its audit entry names.
const AUDITED_PATHS_MAX: usize = 200;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change))
}

/// Save several entities as one commit, or with `dry_run` answer what that would do.
#[utoipa::path(post, path = "/changes", tag = "configuration", request_body = Change,
    responses((status = 200, body = ChangeAnswer), (status = 409, description = "Files moved on"), (status = 422, description = "It is not valid")))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<Change>,
) -> Result<Json<ChangeAnswer>, ApiError> {
    let dry_run = body.dry_run;
    let draft = draft(body)?;
    if dry_run {
        return app
            .read(&caller, Permission::ConfigRead, move |plane| {
                let plan = plane.plan(&draft).map_err(ApiError::from)?;
                Ok(Json(ChangeAnswer::Plan(translate::plan(&plan))))
            })
            .await;
    }
    commit(&app, &caller, "config.save", draft).await.map(|done| Json(ChangeAnswer::Committed(done)))
}

/// Saves a draft and answers what it made.
pub(super) async fn commit(
    app: &App,
    caller: &Caller,
    action: &'static str,
    draft: Draft,
) -> Result<Committed, ApiError> {
    let named = |places: Vec<&Place>| -> Vec<String> {
        places.into_iter().take(AUDITED_PATHS_MAX).map(ToString::to_string).collect()
    };
    let put = named(draft.put.keys().collect());
    let delete = named(draft.delete.iter().collect());
    let act = Act::new(Permission::ConfigWrite, action, "repository")
        .after(json!({"put": put, "delete": delete, "message": draft.message}));
    let written: Vec<Place> = draft.put.keys().cloned().collect();
    let done = app.mutate(caller, act, move |plane, who, number| plane.save(&draft, who, number)).await?;
    app.blocking(move |plane| Ok(committed(plane, &done, &written))).await
}

fn committed(plane: &ControlPlane, done: &Saved, written: &[Place]) -> Committed {
    let etags: BTreeMap<String, String> = written
        .iter()
        .filter_map(|place| {
            let path = place.to_string();
            etag_at(plane, done, &path).map(|etag| (path, etag))
        })
        .collect();
    Committed {
        revision: done.revision.clone(),
        changed: done.changed,
        etags,
        warnings: done.warnings.iter().map(translate::warning).collect(),
    }
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
