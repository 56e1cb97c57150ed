//! Collector tokens: made by people, presented by Alloy with every poll and push.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use linkmesh_api::types::{MintToken, MintedToken};
use linkmesh_control::mutate::Act;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::config_alloy::{Bearer, config_alloy};
use crate::http::error::ApiError;
use crate::http::extract::{MaybeBody, PathId};
use crate::http::install_lines;
use crate::http::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(mint, revoke))
}

/// Make a collector token for an Alloy. It is answered once and never again, with a ready `config.alloy`. The one before it
/// holds until the new one is first used, a day at most.
#[utoipa::path(post, path = "/collectors/{collector}/token", tag = "collectors",
    params(("collector" = String, Path)), request_body(content = MintToken, description = "May be absent"),
    responses((status = 201, body = MintedToken)))]
async fn mint(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    MaybeBody(body): MaybeBody<MintToken>,
) -> Result<(StatusCode, Json<MintedToken>), ApiError> {
    let act = Act::new(Permission::TokensCreate, "collectors.token.mint", format!("collectors/{id}"))
        .after(json!(body));
    let (id, token) = app
        .mutate(&caller, act, move |plane, who, _| {
            plane.mint_token(&id, body.now, who).map(|token| (id, token))
        })
        .await?;
    let config_alloy = config_alloy(&app.plane().external_url(), Some(id.as_str()), &Bearer::Inline(&token));
    Ok((StatusCode::CREATED, Json(MintedToken { token, config_alloy, install: install_lines::alloy() })))
}

/// Revoke the tokens of an Alloy at once. It keeps what it runs, and does not start again until it has a new one.
#[utoipa::path(delete, path = "/collectors/{collector}/token", tag = "collectors",
    params(("collector" = String, Path)), responses((status = 204, description = "Revoked")))]
async fn revoke(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<StatusCode, ApiError> {
    let act = Act::new(Permission::TokensRevoke, "collectors.token.revoke", format!("collectors/{id}"));
    app.mutate(&caller, act, move |plane, who, _| plane.revoke_collector_token(&id, who)).await?;
    Ok(StatusCode::NO_CONTENT)
}
