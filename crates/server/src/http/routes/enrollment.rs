//! Enrollment tokens: made by people, presented by hosts.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use linkmesh_api::types::{
    CheckQuery, CheckedHost, CreateEnrollmentToken, CreatedEnrollmentToken, EnrollmentToken, ListQuery, Page,
};
use linkmesh_control::ControlPlane;
use linkmesh_control::mutate::Act;
use linkmesh_fleet::Id;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::enrollment::{Refusal, TokenState};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::{Caller, bearer};
use crate::http::downloads::{SUPERVISOR_FILE, supervisor_yaml};
use crate::http::error::ApiError;
use crate::http::extract::{Body, Params, PathId, id_cursor, page_items};
use crate::http::idempotency::Turn;
use crate::http::install_lines;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(check)).routes(routes!(revoke))
}

/// List enrollment tokens, newest first. Their secrets are never shown again.
#[utoipa::path(get, path = "/enrollment-tokens", tag = "enrollment-tokens", params(ListQuery),
    responses((status = 200, body = Page<EnrollmentToken>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<ListQuery>,
) -> Result<Json<Page<EnrollmentToken>>, ApiError> {
    let after = id_cursor(query.cursor.as_deref())?;
    let limit = page_items(query.limit);
    app.read(&caller, Permission::TokensRead, move |plane| {
        let all = plane.tokens.list();
        let start = after.map_or(0, |after| {
            all.iter().position(|token| token.id == after).map_or(all.len(), |position| position + 1)
        });
        let page: Vec<_> = all.iter().skip(start).take(limit).collect();
        let more = start + page.len() < all.len();
        let next_cursor = page.last().filter(|_| more).map(|last| last.id.to_string());
        let mut members = members(plane);
        let now = plane.clock.now();
        let items = page
            .into_iter()
            .map(|token| translate::token(token, members.remove(&token.id).unwrap_or_default(), now))
            .collect();
        Ok(Json(Page { items, next_cursor, total: u64::try_from(all.len()).ok() }))
    })
    .await
}

/// Make an enrollment token. Its secret is answered once and never again, with ready files for the host.
#[utoipa::path(post, path = "/enrollment-tokens", tag = "enrollment-tokens", request_body = CreateEnrollmentToken,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request happen once; the repetition answers 409, because the token is shown once")),
    responses((status = 201, body = CreatedEnrollmentToken)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(body): Body<CreateEnrollmentToken>,
) -> Result<(StatusCode, Json<CreatedEnrollmentToken>), ApiError> {
    let now = app.plane().clock.now();
    let begun = match app.repeats().begin(&headers, &caller, "enrollment-tokens", &body, now)? {
        Turn::First(begun) => begun,
        Turn::Again(made) => {
            return Err(ApiError::conflict(format!(
                "this request was done already and made enrollment token {made}; its secret was shown once, so revoke it and make another if the secret is lost"
            )));
        }
    };
    let act = Act::new(Permission::TokensCreate, "enrollment-tokens.create", "enrollment-tokens")
        .after(json!(body));
    let draft = translate::token_draft(body)?;
    let (token, secret) = app
        .mutate(&caller, act, move |plane, who, _| {
            plane.create_token(draft, &who.actor()).inspect(|(token, _)| begun.done(json!(token.id)))
        })
        .await?;
    let file = supervisor_yaml(&app.plane().external_url(), Some(&secret));
    let files = BTreeMap::from([(SUPERVISOR_FILE.to_owned(), file)]);
    let install = install_lines::supervisor(&app.plane().external_url(), &secret);
    Ok((StatusCode::CREATED, Json(translate::created_token(&token, secret, files, install))))
}

/// Whether a host could join with the token that is sent as bearer, or is connected with it already. Uses nothing up.
#[utoipa::path(get, path = "/enrollment-tokens/check", tag = "enrollment-tokens", params(CheckQuery),
    responses((status = 204, description = "It is valid"), (status = 401, description = "It is not")))]
async fn check(
    State(app): State<App>,
    headers: HeaderMap,
    Params(query): Params<CheckQuery>,
) -> Result<StatusCode, ApiError> {
    let presented =
        bearer(&headers).ok_or_else(|| ApiError::unauthenticated("send the enrollment token as bearer"))?;
    let answer = match query.host {
        Some(CheckedHost::New) => joins(app.plane(), presented),
        Some(CheckedHost::Any) | None => valid(app.plane(), presented),
    };
    answer.map(|()| StatusCode::NO_CONTENT).map_err(|refusal| ApiError::unauthenticated(refusal.to_string()))
}

/// Whether a host that has no identity yet could join with this token.
fn joins(plane: &ControlPlane, presented: &str) -> Result<(), Refusal> {
    let now = plane.clock.now();
    let token = plane.tokens.find(presented).ok_or(Refusal::Unknown)?;
    match token.state(now) {
        TokenState::Active => Ok(()),
        TokenState::Used => Err(Refusal::UsedUp),
        TokenState::Expired => Err(Refusal::Expired),
        TokenState::Revoked => Err(Refusal::Revoked),
    }
}

/// Whether a host could join or be connected with this token.
pub(super) fn valid(plane: &ControlPlane, presented: &str) -> Result<(), Refusal> {
    plane.tokens.find(presented).ok_or(Refusal::Unknown)?.upgrade(plane.clock.now())
}

/// Revoke an enrollment token: nothing joins with it any more, and whoever is connected with it is disconnected.
#[utoipa::path(delete, path = "/enrollment-tokens/{id}", tag = "enrollment-tokens", params(("id" = String, Path)),
    responses((status = 204, description = "Revoked")))]
async fn revoke(State(app): State<App>, caller: Caller, PathId(id): PathId) -> Result<StatusCode, ApiError> {
    let act =
        Act::new(Permission::TokensRevoke, "enrollment-tokens.revoke", format!("enrollment-tokens/{id}"));
    app.mutate(&caller, act, move |plane, _, _| plane.revoke_token(&id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The collectors whose credential each token is. One walk for a page of tokens.
fn members(plane: &ControlPlane) -> HashMap<Id, Vec<String>> {
    let mut members: HashMap<Id, Vec<String>> = HashMap::new();
    for live in plane.roster.all() {
        let state = live.lock();
        if let Some(token) = &state.record.token {
            members.entry(token.clone()).or_default().push(state.record.id.to_string());
        }
    }
    members
}
