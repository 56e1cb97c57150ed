//! The fleet at one look.

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{Overview, RepositoryState};
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::delivery;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(overview))
}

/// How many collectors are how, what failed last, and what the fleet takes in and gives out; counted at most once in three seconds
/// for all who ask.
#[utoipa::path(get, path = "/overview", tag = "overview", responses((status = 200, body = Overview)))]
async fn overview(State(app): State<App>, caller: Caller) -> Result<Json<Overview>, ApiError> {
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let head = plane.head.in_force();
        let repository = RepositoryState { revision: head.revision, valid: plane.head.invalid().is_none() };
        let rest = (delivery::state(plane), repository);
        Ok(Json(translate::overview(&plane.overview(), &plane.fleet_totals(), &head.intent, rest)))
    })
    .await
}
