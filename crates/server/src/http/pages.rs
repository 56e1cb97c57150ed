//! The few pages that need nothing but the API: status, first set-up, the explorer; and what load balancers ask.
//! Their files are embedded; all of their code runs against the public API.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};

use super::error::ApiError;
use super::state::App;

const ASSETS: [(&str, &str, &str); 5] = [
    ("pages.css", "text/css; charset=utf-8", include_str!("assets/pages.css")),
    ("api.js", "text/javascript; charset=utf-8", include_str!("assets/api.js")),
    ("status.js", "text/javascript; charset=utf-8", include_str!("assets/status.js")),
    ("setup.js", "text/javascript; charset=utf-8", include_str!("assets/setup.js")),
    ("docs.js", "text/javascript; charset=utf-8", include_str!("assets/docs.js")),
];

/// The pages and their files.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(|| async { page(include_str!("assets/status.html")) }))
        .route("/setup", get(set_up))
        .route("/api/docs", get(|| async { page(include_str!("assets/docs.html")) }))
        .route("/assets/{file}", get(asset))
        .route("/healthz", get(|| async { StatusCode::OK }))
        .route("/readyz", get(ready))
}

/// Once there is an administrator, there is no such page.
async fn set_up(State(app): State<App>) -> Result<Response, ApiError> {
    if app.plane().accounts.is_set_up() {
        return Err(ApiError::not_found("this server is set up already; sign in instead"));
    }
    Ok(page(include_str!("assets/setup.html")))
}

/// Ready while it takes requests; a server that stops asks for no more of them.
async fn ready(State(app): State<App>) -> StatusCode {
    if app.closing().is_cancelled() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}

async fn asset(Path(file): Path<String>) -> Result<Response, ApiError> {
    let found = ASSETS.into_iter().find(|(name, _, _)| *name == file);
    let (_, kind, text) = found.ok_or_else(|| ApiError::not_found("there is nothing at this address"))?;
    Ok(with_type(kind, text))
}

fn page(text: &'static str) -> Response {
    with_type("text/html; charset=utf-8", text)
}

fn with_type(kind: &'static str, text: &'static str) -> Response {
    let mut response = text.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
