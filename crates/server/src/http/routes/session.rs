//! Setting up, signing in and out, and who is calling.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderValue, StatusCode, header};
use linkmesh_api::types::{Me, SessionAnswer, SessionRequest, SetupRequest, User};
use linkmesh_control::ControlPlane;
use linkmesh_control::accounts::{AccountError, OpenedSession, SESSION_LIFETIME};
use linkmesh_fleet::access::permissions_of;
use linkmesh_fleet::audit::{Draft, Outcome};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accept::Peer;
use crate::http::auth::{COOKIE, Caller};
use crate::http::error::ApiError;
use crate::http::extract::Body;
use crate::http::state::App;
use crate::http::translate;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(set_up)).routes(routes!(sign_in, sign_out)).routes(routes!(me))
}

/// Make the first administrator, once.
#[utoipa::path(post, path = "/setup", tag = "session", request_body = SetupRequest,
    responses((status = 201, body = SessionAnswer), (status = 410, description = "There is an administrator already")))]
async fn set_up(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Body(body): Body<SetupRequest>,
) -> Result<Response, ApiError> {
    let _turn = turn(&app)?;
    let opened = app
        .blocking(move |plane| {
            let now = plane.clock.now();
            let who = body.username.clone();
            audited(plane, ("system:setup", peer), "users.set-up", &who, || {
                plane.accounts.set_up(&body.setup_token, &body.username, &body.password, now)?;
                plane.accounts.sign_in(&body.username, &body.password, now, |key| plane.keys.csrf_token(key))
            })
        })
        .await?;
    Ok(answer(&app, peer, StatusCode::CREATED, &opened))
}

/// Sign in.
#[utoipa::path(post, path = "/session", tag = "session", request_body = SessionRequest,
    responses((status = 200, body = SessionAnswer), (status = 429, description = "Too many failed attempts")))]
async fn sign_in(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    Body(body): Body<SessionRequest>,
) -> Result<Response, ApiError> {
    let _turn = turn(&app)?;
    let opened = app
        .blocking(move |plane| {
            let now = plane.clock.now();
            let actor = format!("anonymous:{}", body.username.chars().take(64).collect::<String>());
            audited(plane, (&actor, peer), "session.create", &body.username, || {
                plane.accounts.sign_in(&body.username, &body.password, now, |key| plane.keys.csrf_token(key))
            })
        })
        .await?;
    Ok(answer(&app, peer, StatusCode::OK, &opened))
}

/// Sign out.
#[utoipa::path(delete, path = "/session", tag = "session", responses((status = 204, description = "Signed out")))]
async fn sign_out(
    State(app): State<App>,
    Extension(peer): Extension<Peer>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let cookie = caller.cookie().map(str::to_owned);
    let cookie = cookie
        .ok_or_else(|| ApiError::conflict("there is no session; a token is ended by removing its account"))?;
    let actor = caller.principal().actor();
    let who = caller.principal().id.clone();
    app.blocking(move |plane| {
        audited(plane, (&actor, peer), "session.end", &who, || plane.accounts.sign_out(&cookie))
    })
    .await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, peer, &mut response, "", 0);
    Ok(response)
}

/// Who is calling, and what they may do.
#[utoipa::path(get, path = "/me", tag = "session", responses((status = 200, body = Me)))]
async fn me(caller: Caller) -> Json<Me> {
    let who = caller.principal();
    Json(Me {
        kind: translate::principal_kind(who.kind),
        id: who.id.clone(),
        name: who.name.clone(),
        role: translate::role(who.role),
        permissions: permissions_of(who.role).into_iter().map(|p| p.word().to_owned()).collect(),
        expires_at: who.expires_at.map(translate::time),
        csrf_token: who.csrf.clone(),
    })
}

/// Passwords take a core for some time; beyond a few at once the rest is asked to come back.
fn turn(app: &App) -> Result<tokio::sync::OwnedSemaphorePermit, ApiError> {
    app.sign_ins()
        .clone()
        .try_acquire_owned()
        .map_err(|_| ApiError::busy("too many people sign in at this moment; try again in a second", 1))
}

/// These happen before there is somebody who may, so they are audited here. What is throttled is not: it did not happen.
fn audited<T>(
    plane: &ControlPlane,
    (actor, peer): (&str, Peer),
    action: &str,
    username: &str,
    change: impl FnOnce() -> Result<T, AccountError>,
) -> Result<T, ApiError> {
    let done = change();
    let (outcome, detail) = match &done {
        Err(AccountError::Throttled { .. }) => return done.map_err(ApiError::from),
        Ok(_) => (Outcome::Done, format!("from {}", peer.ip)),
        Err(cause) => (Outcome::Refused, format!("from {}: {cause}", peer.ip)),
    };
    let username: String = username.chars().filter(|c| !c.is_control()).take(64).collect();
    let draft = Draft {
        at: plane.clock.now(),
        actor: actor.to_owned(),
        action: action.to_owned(),
        object: format!("users/{username}"),
        outcome,
        before: Value::Null,
        after: Value::Null,
        detail: Some(detail),
        of: None,
    };
    if let Err(cause) = plane.journal.audit(draft) {
        tracing::error!(%cause, "the audit log cannot be written");
    }
    done.map_err(ApiError::from)
}

fn answer(app: &App, peer: Peer, status: StatusCode, opened: &OpenedSession) -> Response {
    let who = &opened.principal;
    let body = SessionAnswer {
        user: User { id: who.id.clone(), username: who.name.clone(), role: translate::role(who.role) },
        csrf_token: who.csrf.clone().unwrap_or_default(),
    };
    let mut response = (status, Json(body)).into_response();
    set_cookie(app, peer, &mut response, &opened.cookie, SESSION_LIFETIME.as_secs());
    response
}

fn set_cookie(app: &App, peer: Peer, response: &mut Response, value: &str, seconds: u64) {
    let encrypted = peer.encrypted || app.plane().external_url().starts_with("https://");
    let secure = if encrypted { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
}
