//! The addresses of single entities: within a scope, or tenant-wide.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use http::HeaderMap;
use linkmesh_api::types::Saved;
use linkmesh_fleet::{Id, Kind, Place, Scope};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Written, delete, get, put};
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::did_you_mean;
use crate::http::state::App;

/// What is said of the body of a `GET`.
const SHOWN: &str = "The entity as in the repository. With `Accept: application/yaml` its text, comments and all. Credentials are `{$sealed: true}`";
/// What is said of the body of a `PUT`.
const WRITTEN: &str = "The entity, or its YAML text, which is kept byte for byte; credentials in it are sealed where they stand, and `{$sealed: true}` keeps what is stored";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_of_fleet, put_of_fleet, delete_of_fleet))
        .routes(routes!(get_of_group, put_of_group, delete_of_group))
        .routes(routes!(get_of_collector, put_of_collector, delete_of_collector))
        .routes(routes!(get_pipeline, put_pipeline, delete_pipeline))
        .routes(routes!(get_group, put_group, delete_group))
        .routes(routes!(get_link, put_link, delete_link))
}

/// One source, route or destination of the fleet.
#[utoipa::path(get, path = "/fleet/{kind}/{id}", tag = "configuration", params(("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path)),
    responses((status = 200, content((Object = "application/json"), (String = "application/yaml")), description = SHOWN, headers(("ETag" = String)))))]
async fn get_of_fleet(
    State(app): State<App>,
    caller: Caller,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    get(app, caller, scoped(Scope::Fleet, &kind, &id)?, &headers).await
}

/// Write a source, route or destination of the fleet.
#[utoipa::path(put, path = "/fleet/{kind}/{id}", tag = "configuration", request_body(content((Object = "application/json"), (String = "application/yaml")), description = WRITTEN),
    params(("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that this is based on"), ("If-None-Match" = Option<String>, Header, description = "`*` to create")),
    responses((status = 200, body = Saved), (status = 201, body = Saved)))]
async fn put_of_fleet(
    State(app): State<App>,
    caller: Caller,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    Written(entity): Written,
) -> Result<Response, ApiError> {
    put(app, caller, scoped(Scope::Fleet, &kind, &id)?, headers, entity).await
}

/// Remove a source, route or destination of the fleet.
#[utoipa::path(delete, path = "/fleet/{kind}/{id}", tag = "configuration",
    params(("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "Only as it was seen")),
    responses((status = 200, body = Saved)))]
async fn delete_of_fleet(
    State(app): State<App>,
    caller: Caller,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Saved>, ApiError> {
    delete(app, caller, scoped(Scope::Fleet, &kind, &id)?, headers).await
}

/// One source, route or destination of a group.
#[utoipa::path(get, path = "/groups/{group}/{kind}/{id}", tag = "configuration", params(("group" = String, Path), ("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path)),
    responses((status = 200, content((Object = "application/json"), (String = "application/yaml")), description = SHOWN, headers(("ETag" = String)))))]
async fn get_of_group(
    State(app): State<App>,
    caller: Caller,
    Path((group, kind, id)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    get(app, caller, scoped(Scope::Group(name("group", &group)?), &kind, &id)?, &headers).await
}

/// Write a source, route or destination of a group.
#[utoipa::path(put, path = "/groups/{group}/{kind}/{id}", tag = "configuration", request_body(content((Object = "application/json"), (String = "application/yaml")), description = WRITTEN),
    params(("group" = String, Path), ("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that this is based on"), ("If-None-Match" = Option<String>, Header, description = "`*` to create")),
    responses((status = 200, body = Saved), (status = 201, body = Saved)))]
async fn put_of_group(
    State(app): State<App>,
    caller: Caller,
    Path((group, kind, id)): Path<(String, String, String)>,
    headers: HeaderMap,
    Written(entity): Written,
) -> Result<Response, ApiError> {
    put(app, caller, scoped(Scope::Group(name("group", &group)?), &kind, &id)?, headers, entity).await
}

/// Remove a source, route or destination of a group.
#[utoipa::path(delete, path = "/groups/{group}/{kind}/{id}", tag = "configuration",
    params(("group" = String, Path), ("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "Only as it was seen")),
    responses((status = 200, body = Saved)))]
async fn delete_of_group(
    State(app): State<App>,
    caller: Caller,
    Path((group, kind, id)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Json<Saved>, ApiError> {
    delete(app, caller, scoped(Scope::Group(name("group", &group)?), &kind, &id)?, headers).await
}

/// One source, route or destination of one collector.
#[utoipa::path(get, path = "/collectors/{collector}/{kind}/{id}", tag = "configuration", params(("collector" = String, Path), ("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path)),
    responses((status = 200, content((Object = "application/json"), (String = "application/yaml")), description = SHOWN, headers(("ETag" = String)))))]
async fn get_of_collector(
    State(app): State<App>,
    caller: Caller,
    Path((collector, kind, id)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    get(app, caller, scoped(Scope::Collector(name("collector", &collector)?), &kind, &id)?, &headers).await
}

/// Write a source, route or destination of one collector.
#[utoipa::path(put, path = "/collectors/{collector}/{kind}/{id}", tag = "configuration", request_body(content((Object = "application/json"), (String = "application/yaml")), description = WRITTEN),
    params(("collector" = String, Path), ("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that this is based on"), ("If-None-Match" = Option<String>, Header, description = "`*` to create")),
    responses((status = 200, body = Saved), (status = 201, body = Saved)))]
async fn put_of_collector(
    State(app): State<App>,
    caller: Caller,
    Path((collector, kind, id)): Path<(String, String, String)>,
    headers: HeaderMap,
    Written(entity): Written,
) -> Result<Response, ApiError> {
    put(app, caller, scoped(Scope::Collector(name("collector", &collector)?), &kind, &id)?, headers, entity)
        .await
}

/// Remove a source, route or destination of one collector.
#[utoipa::path(delete, path = "/collectors/{collector}/{kind}/{id}", tag = "configuration",
    params(("collector" = String, Path), ("kind" = String, Path, description = "`sources`, `routes` or `destinations`"), ("id" = String, Path), ("If-Match" = Option<String>, Header, description = "Only as it was seen")),
    responses((status = 200, body = Saved)))]
async fn delete_of_collector(
    State(app): State<App>,
    caller: Caller,
    Path((collector, kind, id)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Json<Saved>, ApiError> {
    delete(app, caller, scoped(Scope::Collector(name("collector", &collector)?), &kind, &id)?, headers).await
}

/// One pipeline.
#[utoipa::path(get, path = "/pipelines/{id}", tag = "configuration", params(("id" = String, Path)),
    responses((status = 200, content((Object = "application/json"), (String = "application/yaml")), description = SHOWN, headers(("ETag" = String)))))]
async fn get_pipeline(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    get(app, caller, Place::of(Kind::Pipeline, name("id", &id)?), &headers).await
}

/// Write a pipeline.
#[utoipa::path(put, path = "/pipelines/{id}", tag = "configuration", request_body(content((Object = "application/json"), (String = "application/yaml")), description = WRITTEN),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that this is based on"), ("If-None-Match" = Option<String>, Header, description = "`*` to create")),
    responses((status = 200, body = Saved), (status = 201, body = Saved)))]
async fn put_pipeline(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Written(entity): Written,
) -> Result<Response, ApiError> {
    put(app, caller, Place::of(Kind::Pipeline, name("id", &id)?), headers, entity).await
}

/// Remove a pipeline.
#[utoipa::path(delete, path = "/pipelines/{id}", tag = "configuration",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "Only as it was seen")),
    responses((status = 200, body = Saved)))]
async fn delete_pipeline(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Saved>, ApiError> {
    delete(app, caller, Place::of(Kind::Pipeline, name("id", &id)?), headers).await
}

/// One group.
#[utoipa::path(get, path = "/groups/{group}", tag = "configuration", params(("group" = String, Path)),
    responses((status = 200, content((Object = "application/json"), (String = "application/yaml")), description = SHOWN, headers(("ETag" = String)))))]
async fn get_group(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    get(app, caller, Place::of(Kind::Group, name("group", &id)?), &headers).await
}

/// Write a group.
#[utoipa::path(put, path = "/groups/{group}", tag = "configuration", request_body(content((Object = "application/json"), (String = "application/yaml")), description = WRITTEN),
    params(("group" = String, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that this is based on"), ("If-None-Match" = Option<String>, Header, description = "`*` to create")),
    responses((status = 200, body = Saved), (status = 201, body = Saved)))]
async fn put_group(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Written(entity): Written,
) -> Result<Response, ApiError> {
    put(app, caller, Place::of(Kind::Group, name("group", &id)?), headers, entity).await
}

/// Remove a group.
#[utoipa::path(delete, path = "/groups/{group}", tag = "configuration",
    params(("group" = String, Path), ("If-Match" = Option<String>, Header, description = "Only as it was seen")),
    responses((status = 200, body = Saved)))]
async fn delete_group(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Saved>, ApiError> {
    delete(app, caller, Place::of(Kind::Group, name("group", &id)?), headers).await
}

/// One link.
#[utoipa::path(get, path = "/links/{id}", tag = "configuration", params(("id" = String, Path)),
    responses((status = 200, content((Object = "application/json"), (String = "application/yaml")), description = SHOWN, headers(("ETag" = String)))))]
async fn get_link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    get(app, caller, Place::of(Kind::Link, name("id", &id)?), &headers).await
}

/// Write a link.
#[utoipa::path(put, path = "/links/{id}", tag = "configuration", request_body(content((Object = "application/json"), (String = "application/yaml")), description = WRITTEN),
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The entity tag that this is based on"), ("If-None-Match" = Option<String>, Header, description = "`*` to create")),
    responses((status = 200, body = Saved), (status = 201, body = Saved)))]
async fn put_link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Written(entity): Written,
) -> Result<Response, ApiError> {
    put(app, caller, Place::of(Kind::Link, name("id", &id)?), headers, entity).await
}

/// Remove a link.
#[utoipa::path(delete, path = "/links/{id}", tag = "configuration",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "Only as it was seen")),
    responses((status = 200, body = Saved)))]
async fn delete_link(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Saved>, ApiError> {
    delete(app, caller, Place::of(Kind::Link, name("id", &id)?), headers).await
}

fn scoped(scope: Scope, kind: &str, id: &str) -> Result<Place, ApiError> {
    let known = Kind::SCOPED.into_iter().find(|known| known.plural() == kind);
    let kind = known.ok_or_else(|| {
        let hint = did_you_mean(kind, Kind::SCOPED.into_iter().map(Kind::plural));
        ApiError::not_found(format!("a scope holds sources, routes and destinations{hint}"))
    })?;
    Ok(Place::scoped(scope, kind, name("id", id)?))
}

fn name(field: &str, text: &str) -> Result<Id, ApiError> {
    crate::http::extract::id(field, text)
}
