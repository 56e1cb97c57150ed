//! The mirror: staged by operators, fetched by hosts.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use linkmesh_api::types::{MirrorCheck, MirrorFile, MirrorUpload, Page};
use linkmesh_control::mutate::Act;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::enrollment::valid;
use crate::accept::Peer;
use crate::http::auth::{Caller, bearer};
use crate::http::error::ApiError;
use crate::http::extract::Params;
use crate::http::mirror::{receive, send};
use crate::http::state::App;
use crate::http::translate;
use crate::mirror::{Entry, Slot};

/// The four parts of a slot in a path, or that they cannot be read.
type Place = Result<Path<(String, String, String, String)>, PathRejection>;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(add, remove))
        .routes(routes!(verify))
        .routes(routes!(manifest))
        .routes(routes!(checksums))
        .routes(routes!(file))
}

/// List the files of the mirror.
#[utoipa::path(get, path = "/mirror", tag = "mirror", responses((status = 200, body = Page<MirrorFile>)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Page<MirrorFile>>, ApiError> {
    app.plane().allow::<ApiError>(caller.principal(), Permission::ServerRead)?;
    page(&app)
}

/// Add a file, or replace the one in its place. The body is the file itself, at most 5 GiB; nothing is left of one that
/// breaks off.
#[utoipa::path(put, path = "/mirror/{kind}/{version}/{arch}/{name}", tag = "mirror",
    params(("kind" = String, Path), ("version" = String, Path), ("arch" = String, Path), ("name" = String, Path), MirrorUpload),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = MirrorFile)))]
async fn add(
    State(app): State<App>,
    caller: Caller,
    parts: Place,
    Params(query): Params<MirrorUpload>,
    request: Request,
) -> Result<(StatusCode, Json<MirrorFile>), ApiError> {
    let slot = slot(parts)?;
    if let Some(digest) = &query.sha256 {
        crate::mirror::check_digest(digest)?;
    }
    let act = Act::new(Permission::MirrorWrite, "mirror.add", format!("mirror/{slot}"));
    if app.plane().allow::<ApiError>(caller.principal(), Permission::MirrorWrite).is_err() {
        // Refused before gigabytes are sent, and audited like every refusal.
        app.mutate(&caller, act, |_, _, _| Ok::<_, ApiError>(())).await?;
        return Err(ApiError::internal());
    }
    let _place = app.uploads().clone().try_acquire_owned().map_err(|_| {
        ApiError::busy("as many files are being added as may be at a time; try again when they are in", 30)
    })?;
    let incoming = receive(&app, request).await?;
    let act = act.after(json!({"sha256": query.sha256}));
    let mirror = app.mirror().clone();
    let kept = app.mutate(&caller, act, move |plane, _, _| {
        mirror.keep(&slot, incoming, query.sha256.as_deref(), plane.clock.now())
    });
    let entry = kept.await?;
    Ok((StatusCode::CREATED, Json(shown(&app, &entry))))
}

/// Take a file off the mirror.
#[utoipa::path(delete, path = "/mirror/{kind}/{version}/{arch}/{name}", tag = "mirror",
    params(("kind" = String, Path), ("version" = String, Path), ("arch" = String, Path), ("name" = String, Path)),
    responses((status = 204, description = "It is gone")))]
async fn remove(State(app): State<App>, caller: Caller, parts: Place) -> Result<StatusCode, ApiError> {
    let slot = slot(parts)?;
    let act = Act::new(Permission::MirrorWrite, "mirror.remove", format!("mirror/{slot}"));
    let mirror = app.mirror().clone();
    app.mutate(&caller, act, move |_, _, _| mirror.remove(&slot)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a file again and compare its checksum.
#[utoipa::path(post, path = "/mirror/{kind}/{version}/{arch}/{name}/verify", tag = "mirror",
    params(("kind" = String, Path), ("version" = String, Path), ("arch" = String, Path), ("name" = String, Path)),
    responses((status = 200, body = MirrorCheck)))]
async fn verify(State(app): State<App>, caller: Caller, parts: Place) -> Result<Json<MirrorCheck>, ApiError> {
    app.plane().allow::<ApiError>(caller.principal(), Permission::ServerRead)?;
    let slot = slot(parts)?;
    let _place = app.uploads().clone().try_acquire_owned().map_err(|_| {
        ApiError::busy("as many files are being read as may be at a time; try again a little later", 30)
    })?;
    let (entry, problem) = app
        .blocking_mirror(move |mirror| {
            let entry = mirror.find(&slot)?;
            let problem = mirror.verify(&entry).err().map(|problem| problem.to_string());
            Ok((entry, problem))
        })
        .await?;
    Ok(Json(MirrorCheck { file: shown(&app, &entry), intact: problem.is_none(), problem }))
}

/// The list of the mirror for hosts.
#[utoipa::path(get, path = "/downloads/mirror/manifest.json", tag = "downloads",
    responses((status = 200, body = Page<MirrorFile>)))]
async fn manifest(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Option<Caller>,
) -> Result<Json<Page<MirrorFile>>, ApiError> {
    may_fetch(&app, &headers, caller.as_ref())?;
    page(&app)
}

/// The checksums of the mirror, as `sha256sum --check` reads them.
#[utoipa::path(get, path = "/downloads/mirror/SHA256SUMS", tag = "downloads",
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn checksums(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Option<Caller>,
) -> Result<String, ApiError> {
    may_fetch(&app, &headers, caller.as_ref())?;
    let lines = app.mirror().list()?.into_iter().map(|entry| format!("{}  {}\n", entry.sha256, entry.slot));
    Ok(lines.collect())
}

/// A file of the mirror, or a part of it (`Range`).
#[utoipa::path(get, path = "/downloads/mirror/{kind}/{version}/{arch}/{name}", tag = "downloads",
    params(("kind" = String, Path), ("version" = String, Path), ("arch" = String, Path), ("name" = String, Path)),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206, description = "The part"),
        (status = 304, description = "It is unchanged"), (status = 416, description = "There is no such part")))]
async fn file(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Option<Caller>,
    Extension(peer): Extension<Peer>,
    parts: Place,
) -> Result<Response, ApiError> {
    may_fetch(&app, &headers, caller.as_ref())?;
    let slot = slot(parts)?;
    let place = app.downloads().take(peer.ip).ok_or_else(|| {
        ApiError::busy("as many files are being fetched as may be at a time; try again a little later", 10)
    })?;
    let (entry, file) = app
        .blocking_mirror(move |mirror| {
            let entry = mirror.find(&slot)?;
            let file = mirror.read(&entry)?;
            Ok((entry, file))
        })
        .await?;
    Ok(send(&entry, file, &headers, place))
}

/// Where the mirror is closed, a host proves itself with its enrollment token, and a person as everywhere.
fn may_fetch(app: &App, headers: &HeaderMap, caller: Option<&Caller>) -> Result<(), ApiError> {
    let host = || bearer(headers).is_some_and(|presented| valid(app.plane(), presented).is_ok());
    if app.mirror().public || caller.is_some() || host() {
        return Ok(());
    }
    Err(ApiError::unauthenticated("this mirror is closed; send a valid enrollment token as bearer"))
}

fn slot(parts: Place) -> Result<Slot, ApiError> {
    let Path((kind, version, arch, name)) =
        parts.map_err(|_| ApiError::field("name", "the address of a file is of plain characters"))?;
    Ok(Slot::new(&kind, &version, &arch, &name)?)
}

fn page(app: &App) -> Result<Json<Page<MirrorFile>>, ApiError> {
    let files = app.mirror().list()?.iter().map(|entry| shown(app, entry)).collect();
    Ok(Json(Page::whole(files)))
}

fn shown(app: &App, entry: &Entry) -> MirrorFile {
    translate::mirror_file(entry, &app.plane().external_url())
}
