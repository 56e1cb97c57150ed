//! What collectors have in common, for pickers and completion.

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{CollectorQuery, FacetQuery, Facets};
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::Params;
use crate::http::selection::Selection;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(facets))
}

/// Collectors counted by badge, version, group and label; those in the archive are left out. Made at most once in three seconds
/// for all who ask the same.
#[utoipa::path(get, path = "/collectors/facets", tag = "collectors", params(FacetQuery),
    responses((status = 200, body = Facets)))]
async fn facets(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<FacetQuery>,
) -> Result<Json<Facets>, ApiError> {
    let filters = CollectorQuery { q: query.q.clone(), ..CollectorQuery::default() };
    let selection = Selection::of(filters, "q")?;
    app.read(&caller, Permission::CollectorsRead, move |plane| {
        let question = query.q.unwrap_or_default();
        let facets = plane.facets(&question, query.key.as_deref(), |known| selection.holds(known));
        Ok(Json(translate::facets(&facets)))
    })
    .await
}
