//! Entities one by one and in lists over all scopes: sources, routes, destinations, pipelines, groups, links.
//! A write says what it was made on; nothing is overwritten unseen.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use linkmesh_api::types::{ProblemKind, Saved};
use linkmesh_config_repo::{Conflict, Expect, Revision};
use linkmesh_control::ControlPlane;
use linkmesh_control::mutate::Act;
use linkmesh_control::save::{Draft, SaveError, Saved as Done};
use linkmesh_control::views::hidden;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::{Entity, Place};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Precondition, bytes, precondition};
use crate::http::state::App;
use crate::http::translate;

/// The media type of YAML (RFC 9512).
const YAML: &str = "application/yaml";

mod lists;
mod paths;

pub(super) fn routes() -> OpenApiRouter<App> {
    paths::routes().merge(lists::routes())
}

/// The body of a write: JSON, or a YAML text, which travels on as a string.
struct Written(Value);

impl FromRequest<App> for Written {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case(YAML) {
            return Body::from_request(request, app).await.map(|Body(value)| Self(value));
        }
        let text = String::from_utf8(bytes(request, app).await?.to_vec())
            .map_err(|_| ApiError::bad_request("the body is not UTF-8 text"))?;
        Ok(Self(Value::String(text)))
    }
}

/// Whether the caller asks for the text: the first of the two types that is named.
fn wants_text(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds =
        accepted.flat_map(|value| value.split(',')).map(|kind| kind.split(';').next().unwrap_or("").trim());
    kinds.find(|kind| [YAML, "application/json"].contains(kind)) == Some(YAML)
}

/// The entity with its tag, as values or as text.
async fn get(app: App, caller: Caller, place: Place, headers: &HeaderMap) -> Result<Response, ApiError> {
    let as_text = wants_text(headers);
    app.read(&caller, Permission::ConfigRead, move |plane| {
        if as_text {
            let (text, etag) = plane.entity_text(&place)?.ok_or_else(|| absent(&place))?;
            let mut response = text.into_response();
            let kind = HeaderValue::from_static("application/yaml; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
            tag(&mut response, &etag);
            return Ok(response);
        }
        let view = plane.entity(&place)?.ok_or_else(|| absent(&place))?;
        let value = serde_json::to_value(&view.entity).unwrap_or(Value::Null);
        let mut response = Json(value).into_response();
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
        tag(&mut response, &view.etag);
        Ok(response)
    })
    .await
}

/// Writes an entity over the one that the caller saw.
async fn put(
    app: App,
    caller: Caller,
    place: Place,
    headers: HeaderMap,
    entity: Value,
) -> Result<Response, ApiError> {
    let expect = match precondition(&headers)? {
        Precondition::Is(expect) => expect,
        Precondition::Exists => present(&app, &caller, &place).await?,
        Precondition::None => {
            return Err(ApiError::new(
                ProblemKind::PreconditionRequired,
                "say what this is based on: `If-Match: \"<etag>\"` of the last GET, or `If-None-Match: *` to create",
            ));
        }
    };
    let draft = Draft {
        put: BTreeMap::from([(place.clone(), entity)]),
        expect: BTreeMap::from([(place.clone(), expect)]),
        ..Draft::default()
    };
    let status = if matches!(expect, Expect::Absent) { StatusCode::CREATED } else { StatusCode::OK };
    let path = place.to_string();
    if matches!(expect, Expect::Absent) {
        absent_still(&app, &place).await?;
    }
    let done = save(&app, &caller, "config.save", place, draft).await?;
    let etag =
        app.blocking(move |plane| Ok(etag_at(plane, &done.revision, &path).map(|etag| (done, etag)))).await?;
    let (done, etag) = etag.ok_or_else(ApiError::internal)?;
    let mut response = (status, Json(answer(&done, Some(etag.clone())))).into_response();
    tag(&mut response, &etag);
    Ok(response)
}

/// Removes an entity; with `If-Match` only as the caller saw it.
async fn delete(app: App, caller: Caller, place: Place, headers: HeaderMap) -> Result<Json<Saved>, ApiError> {
    let expect = match precondition(&headers)? {
        Precondition::Is(expect @ Expect::Blob(_)) => expect,
        Precondition::Is(Expect::Absent) => {
            return Err(ApiError::bad_request("what is removed has to exist; send If-Match, or nothing"));
        }
        Precondition::Exists | Precondition::None => present(&app, &caller, &place).await?,
    };
    let draft = Draft {
        delete: vec![place.clone()],
        expect: BTreeMap::from([(place.clone(), expect)]),
        ..Draft::default()
    };
    let done = save(&app, &caller, "config.delete", place, draft).await?;
    Ok(Json(answer(&done, None)))
}

async fn save(
    app: &App,
    caller: &Caller,
    action: &'static str,
    place: Place,
    draft: Draft,
) -> Result<Done, ApiError> {
    let shown = |entity: Entity| serde_json::to_value(hidden(entity)).unwrap_or(Value::Null);
    let after = draft.put.get(&place).and_then(|value| Entity::from_value(&place, value.clone()).ok());
    let before = app.plane().head.tip().1.get(&place);
    let act = Act::new(Permission::ConfigWrite, action, place.to_string())
        .before(before.map(shown).unwrap_or_default())
        .after(after.map(shown).unwrap_or_default());
    app.mutate(caller, act, move |plane, who, number| plane.save(&draft, who, number)).await
}

async fn present(app: &App, caller: &Caller, place: &Place) -> Result<Expect, ApiError> {
    let place = place.clone();
    app.read(caller, Permission::ConfigRead, move |plane| {
        let view = plane.entity(&place)?.ok_or_else(|| absent(&place))?;
        let id = view.etag.parse().map_err(|_| ApiError::internal())?;
        Ok(Expect::Blob(id))
    })
    .await
}

/// Saving what is so already is no change and would pass; creating what exists is a conflict all the same.
async fn absent_still(app: &App, place: &Place) -> Result<(), ApiError> {
    let place = place.clone();
    app.blocking(move |plane| {
        let path = place.to_string();
        match plane.repo.file_at(&plane.repo.head()?, &path)? {
            None => Ok(()),
            Some(file) => {
                let conflict = Conflict { path, base: None, current: Some(file.bytes), proposed: None };
                Err(SaveError::Conflict(vec![conflict]).into())
            }
        }
    })
    .await
}

/// The tag that a file has in the revision that a save made.
pub(super) fn etag_at(plane: &ControlPlane, revision: &str, path: &str) -> Option<String> {
    let revision: Revision = revision.parse().ok()?;
    plane.repo.file_at(&revision, path).ok().flatten().map(|file| file.id.to_string())
}

fn answer(done: &Done, etag: Option<String>) -> Saved {
    Saved {
        revision: done.revision.clone(),
        etag,
        warnings: done.warnings.iter().map(translate::warning).collect(),
    }
}

fn tag(response: &mut Response, etag: &str) {
    if let Ok(value) = HeaderValue::from_str(&format!("\"{etag}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
}

fn absent(place: &Place) -> ApiError {
    ApiError::not_found(format!("there is no {place}"))
}
