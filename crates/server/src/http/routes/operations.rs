//! What operators do to one collector: hold, release, retry, restart, archive.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use linkmesh_api::types::{ArchiveRequest, Collector, HoldRequest};
use linkmesh_control::mutate::Act;
use linkmesh_fleet::Id;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::collectors::find;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{MaybeBody, PathId};
use crate::http::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(hold))
        .routes(routes!(release))
        .routes(routes!(retry))
        .routes(routes!(restart))
        .routes(routes!(archive))
        .routes(routes!(unarchive))
}

/// Stop delivery to a collector.
#[utoipa::path(post, path = "/collectors/{collector}/hold", tag = "delivery", params(("collector" = String, Path)),
    request_body(content = HoldRequest, description = "May be absent"), responses((status = 200, body = Collector)))]
async fn hold(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    MaybeBody(body): MaybeBody<HoldRequest>,
) -> Result<Json<Collector>, ApiError> {
    let act = act("collectors.hold", &id).after(json!(body));
    let id =
        app.mutate(&caller, act, move |plane, who, _| plane.hold(&id, body.reason, who).map(|()| id)).await?;
    find(app.plane(), &id).map(Json)
}

/// Resume delivery to a collector.
#[utoipa::path(post, path = "/collectors/{collector}/release", tag = "delivery",
    params(("collector" = String, Path)), responses((status = 200, body = Collector)))]
async fn release(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<Collector>, ApiError> {
    let act = act("collectors.release", &id);
    let id = app.mutate(&caller, act, move |plane, who, _| plane.release_hold(&id, who).map(|()| id)).await?;
    find(app.plane(), &id).map(Json)
}

/// Let a collector have once more what it refused.
#[utoipa::path(post, path = "/collectors/{collector}/retry", tag = "delivery",
    params(("collector" = String, Path)), responses((status = 200, body = Collector)))]
async fn retry(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<Collector>, ApiError> {
    let act = act("collectors.retry", &id);
    let id = app.mutate(&caller, act, move |plane, who, _| plane.retry(&id, who).map(|()| id)).await?;
    find(app.plane(), &id).map(Json)
}

/// Ask a collector to restart.
#[utoipa::path(post, path = "/collectors/{collector}/restart", tag = "delivery",
    params(("collector" = String, Path)), responses((status = 200, body = Collector)))]
async fn restart(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<Collector>, ApiError> {
    let act = act("collectors.restart", &id);
    let id = app.mutate(&caller, act, move |plane, _, _| plane.restart(&id).map(|()| id)).await?;
    find(app.plane(), &id).map(Json)
}

/// Put a collector that is away into the archive: off the usual lists, until its host is back. It keeps its credential and what
/// it runs, and nothing waits for it.
#[utoipa::path(post, path = "/collectors/{collector}/archive", tag = "collectors",
    params(("collector" = String, Path)), request_body(content = ArchiveRequest, description = "May be absent"),
    responses((status = 204, description = "Archived")))]
async fn archive(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    MaybeBody(body): MaybeBody<ArchiveRequest>,
) -> Result<StatusCode, ApiError> {
    let act =
        Act { permission: Permission::CollectorsWrite, ..act("collectors.archive", &id) }.after(json!(body));
    app.mutate(&caller, act, move |plane, who, _| plane.archive(&id, body.reason, who)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring a collector back from the archive before its host is back.
#[utoipa::path(post, path = "/collectors/{collector}/unarchive", tag = "collectors",
    params(("collector" = String, Path)), responses((status = 204, description = "Not archived any more")))]
async fn unarchive(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<StatusCode, ApiError> {
    let act = Act { permission: Permission::CollectorsWrite, ..act("collectors.unarchive", &id) };
    app.mutate(&caller, act, move |plane, who, _| plane.unarchive(&id, who)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn act(action: &'static str, id: &Id) -> Act {
    Act::new(Permission::CollectorsOperate, action, format!("collectors/{id}"))
}
