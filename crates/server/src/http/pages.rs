//! The pages that need no build of the web interface: the explorer of the API, the page that stands in for a missing
//! interface; and what load balancers ask. All of their code runs against the public API.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};

use super::error::ApiError;
use super::state::App;

const FILES: [(&str, &str, &str); 3] = [
    ("pages.css", "text/css; charset=utf-8", include_str!("assets/pages.css")),
    ("api.js", "text/javascript; charset=utf-8", include_str!("assets/api.js")),
    ("docs.js", "text/javascript; charset=utf-8", include_str!("assets/docs.js")),
];

/// The pages and their files.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/api/docs", get(|| async { page(include_str!("assets/docs.html")) }))
        .route("/api/docs/{file}", get(file))
        .route("/healthz", get(|| async { StatusCode::OK }))
        .route("/readyz", get(ready))
}

/// What stands in for the web interface where the build has none.
pub(super) fn no_interface() -> Response {
    page(include_str!("assets/absent.html"))
}

/// Ready while it takes requests; a server that stops asks for no more of them.
async fn ready(State(app): State<App>) -> StatusCode {
    if app.closing().is_cancelled() { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}

async fn file(Path(file): Path<String>) -> Result<Response, ApiError> {
    let found = FILES.into_iter().find(|(name, _, _)| *name == file);
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
