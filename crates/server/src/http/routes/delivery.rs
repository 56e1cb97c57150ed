//! Stopping and resuming all delivery.

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{DeliveryState, FreezeRequest};
use linkmesh_control::ControlPlane;
use linkmesh_control::mutate::Act;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::MaybeBody;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(freeze)).routes(routes!(unfreeze))
}

/// Stop all delivery: nothing new is offered. An Alloy that starts anew, or that failed, still gets back what it ran.
#[utoipa::path(post, path = "/delivery/freeze", tag = "delivery",
    request_body(content = FreezeRequest, description = "May be absent"), responses((status = 200, body = DeliveryState)))]
async fn freeze(
    State(app): State<App>,
    caller: Caller,
    MaybeBody(body): MaybeBody<FreezeRequest>,
) -> Result<Json<DeliveryState>, ApiError> {
    let act = Act::new(Permission::DeliveryOperate, "delivery.freeze", "delivery").after(json!(body));
    app.mutate(&caller, act, move |plane, who, _| plane.freeze(body.reason, who)).await?;
    Ok(Json(state(app.plane())))
}

/// Resume delivery.
#[utoipa::path(post, path = "/delivery/unfreeze", tag = "delivery", responses((status = 200, body = DeliveryState)))]
async fn unfreeze(State(app): State<App>, caller: Caller) -> Result<Json<DeliveryState>, ApiError> {
    let act = Act::new(Permission::DeliveryOperate, "delivery.unfreeze", "delivery");
    app.mutate(&caller, act, move |plane, who, _| plane.unfreeze(who)).await?;
    Ok(Json(state(app.plane())))
}

/// Whether delivery is stopped.
pub(super) fn state(plane: &ControlPlane) -> DeliveryState {
    match plane.frozen() {
        None => DeliveryState::default(),
        Some(hold) => DeliveryState {
            frozen: true,
            since: Some(translate::time(hold.at)),
            by: Some(hold.by),
            reason: hold.reason,
        },
    }
}
