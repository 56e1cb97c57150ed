//! Lists of entities over all scopes, one for each kind.

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{EntityQuery, ListedEntity, Page};
use linkmesh_control::views::EntityView;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::{Kind, Scope};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Params, page_items};
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sources))
        .routes(routes!(routes_))
        .routes(routes!(destinations))
        .routes(routes!(pipelines))
        .routes(routes!(groups))
        .routes(routes!(links))
}

/// List sources over all scopes.
#[utoipa::path(get, path = "/sources", tag = "configuration", params(EntityQuery),
    responses((status = 200, body = Page<ListedEntity>)))]
async fn sources(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<EntityQuery>,
) -> Result<Json<Page<ListedEntity>>, ApiError> {
    list(app, caller, Kind::Source, query).await
}

/// List routes over all scopes.
#[utoipa::path(get, path = "/routes", tag = "configuration", params(EntityQuery),
    responses((status = 200, body = Page<ListedEntity>)))]
async fn routes_(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<EntityQuery>,
) -> Result<Json<Page<ListedEntity>>, ApiError> {
    list(app, caller, Kind::Route, query).await
}

/// List destinations over all scopes.
#[utoipa::path(get, path = "/destinations", tag = "configuration", params(EntityQuery),
    responses((status = 200, body = Page<ListedEntity>)))]
async fn destinations(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<EntityQuery>,
) -> Result<Json<Page<ListedEntity>>, ApiError> {
    list(app, caller, Kind::Destination, query).await
}

/// List pipelines.
#[utoipa::path(get, path = "/pipelines", tag = "configuration", params(EntityQuery),
    responses((status = 200, body = Page<ListedEntity>)))]
async fn pipelines(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<EntityQuery>,
) -> Result<Json<Page<ListedEntity>>, ApiError> {
    list(app, caller, Kind::Pipeline, query).await
}

/// List groups.
#[utoipa::path(get, path = "/groups", tag = "configuration", params(EntityQuery),
    responses((status = 200, body = Page<ListedEntity>)))]
async fn groups(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<EntityQuery>,
) -> Result<Json<Page<ListedEntity>>, ApiError> {
    list(app, caller, Kind::Group, query).await
}

/// List links.
#[utoipa::path(get, path = "/links", tag = "configuration", params(EntityQuery),
    responses((status = 200, body = Page<ListedEntity>)))]
async fn links(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<EntityQuery>,
) -> Result<Json<Page<ListedEntity>>, ApiError> {
    list(app, caller, Kind::Link, query).await
}

async fn list(
    app: App,
    caller: Caller,
    kind: Kind,
    query: EntityQuery,
) -> Result<Json<Page<ListedEntity>>, ApiError> {
    let limit = page_items(query.limit);
    let scope = query.scope.as_deref().map(str::parse::<Scope>).transpose();
    let scope = scope.map_err(|cause| ApiError::field("scope", cause.to_string()))?;
    let word = query.q.as_deref().unwrap_or_default().to_lowercase();
    app.read(&caller, Permission::ConfigRead, move |plane| {
        let wanted = |view: &&EntityView| {
            let place = &view.place;
            let named = view.entity.name().is_some_and(|name| name.to_lowercase().contains(&word));
            scope.as_ref().is_none_or(|scope| place.scope == *scope && Kind::SCOPED.contains(&kind))
                && (word.is_empty() || place.id.as_str().contains(&word) || named)
                && query.entity_type.as_deref().is_none_or(|wanted| type_of(view).as_deref() == Some(wanted))
        };
        let all = plane.entities(kind)?;
        let matching: Vec<&EntityView> = all.iter().filter(wanted).collect();
        // In the order of the list, which is that of its places; the cursor is the last path.
        let start = query.cursor.as_deref().map_or(0, |cursor| {
            matching
                .iter()
                .position(|view| view.place.to_string() == cursor)
                .map_or(matching.len(), |at| at + 1)
        });
        let page: Vec<_> = matching.iter().skip(start).take(limit).collect();
        let more = start + page.len() < matching.len();
        let next_cursor = page.last().filter(|_| more).map(|last| last.place.to_string());
        let items = page.into_iter().filter_map(|view| translate::listed(view)).collect();
        Ok(Json(Page { items, next_cursor, total: u64::try_from(matching.len()).ok() }))
    })
    .await
}

fn type_of(view: &EntityView) -> Option<String> {
    let value = serde_json::to_value(&view.entity).ok()?;
    value.get("type")?.as_str().map(str::to_owned)
}
