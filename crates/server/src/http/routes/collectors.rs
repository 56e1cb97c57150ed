//! The list of collectors, and one of them: made, looked at, changed, removed.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use linkmesh_api::types::{Collector, CollectorQuery, CreateCollector, Page, PatchCollector};
use linkmesh_control::mutate::Act;
use linkmesh_control::operate::CollectorPatch;
use linkmesh_control::views::Order;
use linkmesh_control::{ControlPlane, operate::OperateError};
use linkmesh_fleet::Id;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Params, PathId, id, page_items, pairs};
use crate::http::idempotency::Turn;
use crate::http::selection::Selection;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, patch, remove))
}

/// The filters of the list; `label` may be repeated.
struct Filters(CollectorQuery);

impl FromRequestParts<App> for Filters {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let pairs = pairs(parts, app).await?;
        CollectorQuery::from_pairs(pairs).map(Self).map_err(|why| {
            // The sentence begins with the parameter in quotation marks.
            let field: String = why.split(['`', '=']).nth(1).unwrap_or_default().to_owned();
            ApiError::field(field, why)
        })
    }
}

/// List collectors, in the order of their ids unless `sort` says otherwise.
#[utoipa::path(get, path = "/collectors", tag = "collectors", params(CollectorQuery),
    responses((status = 200, body = Page<Collector>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Filters(filters): Filters,
) -> Result<Json<Page<Collector>>, ApiError> {
    let order = filters.sort.as_deref().map_or(Some(Order::default()), Order::parse).ok_or_else(|| {
        let words: Vec<&str> = Order::WORDS.iter().map(|(word, _)| *word).collect();
        let message =
            format!("a list is sorted by {}, with `-` before it the other way round", words.join(", "));
        ApiError::field("sort", message)
    })?;
    let (limit, cursor) = (page_items(filters.limit), filters.cursor.clone());
    let selection = Selection::of(filters, "q")?;
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let listed = plane
            .collectors_in_order(order, (cursor.as_deref(), limit), |known| selection.holds(known))
            .map_err(|cause| ApiError::field("cursor", cause.to_string()))?;
        let items = listed.views.iter().map(translate::collector).collect();
        Ok(Json(Page { items, next_cursor: listed.next_cursor, total: Some(listed.total) }))
    })
    .await
}

/// Make a collector before its host exists.
#[utoipa::path(post, path = "/collectors", tag = "collectors", request_body = CreateCollector,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request happen once")),
    responses((status = 201, body = Collector)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<CreateCollector>,
) -> Result<(StatusCode, Json<Collector>), ApiError> {
    let now = app.plane().clock.now();
    let begun = match app.repeats().begin(&headers, &caller, "collectors", &body, now)? {
        Turn::First(begun) => begun,
        Turn::Again(made) => {
            let made = id("id", made.as_str().unwrap_or_default())?;
            return Ok((StatusCode::CREATED, Json(find(app.plane(), &made)?)));
        }
    };
    let groups = groups(&body.groups)?;
    let act = Act::new(Permission::CollectorsWrite, "collectors.create", "collectors").after(json!(body));
    let made = app
        .mutate(&caller, act, move |plane, who, _| {
            plane
                .create_collector(&body.name, translate::mode_of(body.mode), body.labels, groups, who)
                .map(|live| live.lock().record.id.clone())
                .inspect(|made| begun.done(json!(made)))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(find(app.plane(), &made)?)))
}

/// One collector.
#[utoipa::path(get, path = "/collectors/{collector}", tag = "collectors", params(("collector" = String, Path)),
    responses((status = 200, body = Collector)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<Collector>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| find(plane, &id).map(Json)).await
}

/// Change what is said of a collector; what is absent stays.
#[utoipa::path(patch, path = "/collectors/{collector}", tag = "collectors", params(("collector" = String, Path)),
    request_body = PatchCollector, responses((status = 200, body = Collector)))]
async fn patch(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Body(body): Body<PatchCollector>,
) -> Result<Json<Collector>, ApiError> {
    let before = app.plane().collector(&id).map(|view| {
        json!({"name": view.name, "labels": view.labels, "groups": view.groups, "managed": view.managed})
    });
    let act = Act::new(Permission::CollectorsWrite, "collectors.change", format!("collectors/{id}"))
        .before(before.unwrap_or_default())
        .after(json!(body));
    let patch = CollectorPatch {
        groups: body.groups.as_deref().map(groups).transpose()?,
        name: body.name,
        labels: body.labels,
        managed: body.managed,
    };
    app.mutate(&caller, act, move |plane, who, _| plane.patch_collector(&id, patch, who).map(|()| id))
        .await
        .and_then(|id| find(app.plane(), &id).map(Json))
}

/// How a collector shall be removed.
#[derive(Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Removal {
    /// `true`: its credential ends at once, without waiting until it runs nothing, and so do those of all who had its name
    /// before. An Alloy whose host reboots afterwards does not start.
    #[serde(default)]
    now: Option<String>,
}

/// Remove a collector: it is told to run nothing, its credential ends, its registration goes. An Alloy is given nothing to run
/// until it stays away.
#[utoipa::path(delete, path = "/collectors/{collector}", tag = "collectors",
    params(("collector" = String, Path), Removal),
    responses((status = 204, description = "Removed, or leaving")))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    Params(removal): Params<Removal>,
) -> Result<StatusCode, ApiError> {
    let at_once = match removal.now.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(ApiError::field("now", "give true or false")),
    };
    let act = Act::new(Permission::CollectorsWrite, "collectors.delete", format!("collectors/{id}"))
        .after(json!({"now": at_once}));
    app.mutate(&caller, act, move |plane, who, _| -> Result<(), OperateError> {
        plane.remove_collector(&id, at_once, who)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The collector of this id as the API shows it.
pub(super) fn find(plane: &ControlPlane, id: &Id) -> Result<Collector, ApiError> {
    plane
        .collector(id)
        .map(|view| translate::collector(&view))
        .ok_or_else(|| ApiError::not_found(format!("there is no collector `{id}`")))
}

pub(super) fn groups(names: &[String]) -> Result<Vec<Id>, ApiError> {
    names.iter().enumerate().map(|(at, name)| id(&format!("groups[{at}]"), name)).collect()
}
