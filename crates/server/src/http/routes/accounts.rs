//! Service accounts: programs that call with a token.

use axum::Json;
use axum::extract::{Path, State};
use http::{HeaderMap, StatusCode};
use linkmesh_api::types::{CreateServiceAccount, CreatedServiceAccount, ListQuery, Page, ServiceAccount};
use linkmesh_control::accounts::AccountError;
use linkmesh_control::mutate::Act;
use linkmesh_fleet::access::Permission;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Params, page_items};
use crate::http::idempotency::Turn;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(remove))
}

/// List service accounts.
#[utoipa::path(get, path = "/service-accounts", tag = "service-accounts", params(ListQuery),
    responses((status = 200, body = Page<ServiceAccount>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<ServiceAccount>>, ApiError> {
    app.plane().allow::<ApiError>(caller.principal(), Permission::UsersManage)?;
    let all = app.plane().accounts.services();
    let after = query.cursor.unwrap_or_default();
    let limit = page_items(query.limit);
    let mut rest = all.iter().filter(|account| account.id > after);
    let items: Vec<ServiceAccount> = rest.by_ref().take(limit).map(translate::service_account).collect();
    let next_cursor = rest.next().and(items.last()).map(|last| last.id.clone());
    Ok(Json(Page { items, next_cursor, total: u64::try_from(all.len()).ok() }))
}

/// Make a service account. Its token is answered once and never again.
#[utoipa::path(post, path = "/service-accounts", tag = "service-accounts", request_body = CreateServiceAccount,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request happen once; the repetition answers 409, because the token is shown once")),
    responses((status = 201, body = CreatedServiceAccount)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<CreateServiceAccount>,
) -> Result<(StatusCode, Json<CreatedServiceAccount>), ApiError> {
    let now = app.plane().clock.now();
    let begun = match app.repeats().begin(&headers, &caller, "service-accounts", &body, now)? {
        Turn::First(begun) => begun,
        Turn::Again(made) => {
            return Err(ApiError::conflict(format!(
                "this request was done already and made service account {made}; its token was shown once, so remove the account and make another if the token is lost"
            )));
        }
    };
    let role = translate::role_of(body.role);
    let act = Act::new(Permission::UsersManage, "service-accounts.create", "service-accounts")
        .after(json!({"name": body.name, "role": role, "expires_in_s": body.expires_in_s}));
    let (account, token) = app
        .mutate(&caller, act, move |plane, _, _| {
            let now = plane.clock.now();
            let made = plane.accounts.create_service(&body.name, role, body.expires_in_s, now);
            made.inspect(|(account, _)| begun.done(json!(account.id)))
        })
        .await?;
    let expires_at = account.expires_at.map(translate::time);
    Ok((StatusCode::CREATED, Json(CreatedServiceAccount { id: account.id, token, expires_at })))
}

/// Remove a service account; its token ends at once.
#[utoipa::path(delete, path = "/service-accounts/{id}", tag = "service-accounts", params(("id" = String, Path)),
    responses((status = 204, description = "Removed")))]
async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let shown: String = id.chars().filter(|c| !c.is_control()).take(64).collect();
    let act =
        Act::new(Permission::UsersManage, "service-accounts.delete", format!("service-accounts/{shown}"));
    app.mutate(&caller, act, move |plane, _, _| -> Result<(), AccountError> {
        plane.accounts.remove_service(&id)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
