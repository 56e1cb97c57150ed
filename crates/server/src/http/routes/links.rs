//! The two ends of a link, counted.

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::LinkTraffic;
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::PathId;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(traffic))
}

/// What the senders of a link send against what its receivers receive.
#[utoipa::path(get, path = "/links/{link}/traffic", tag = "links", params(("link" = String, Path)),
    responses((status = 200, body = LinkTraffic)))]
async fn traffic(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Json<LinkTraffic>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let traffic =
            plane.link_traffic(&id).ok_or_else(|| ApiError::not_found(format!("there is no link `{id}`")))?;
        Ok(Json(translate::link_traffic(&traffic)))
    })
    .await
}
