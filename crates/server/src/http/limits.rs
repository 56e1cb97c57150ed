//! What holds for every request: lengths, a deadline, headers that keep browsers careful, and that a fault inside the
//! program is an answer and not a torn connection.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use http::{HeaderName, HeaderValue, header};

use super::error::ApiError;

const PATH_BYTES_MAX: usize = 1024;
const QUERY_BYTES_MAX: usize = 8 * 1024;
const SMALL_BODY_BYTES_MAX: usize = 64 * 1024;
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// A plan over a large fleet renders every class of it.
const RENDERING_MAX: Duration = Duration::from_secs(150);
/// A file of the mirror may be large and the line slow; one that stalls ends much earlier.
const UPLOAD_MAX: Duration = Duration::from_secs(4 * 3600);
const UPLOADS: &str = "/api/v1/mirror/";
const RENDERING: [&str; 4] = ["/api/v1/changes", "/api/v1/render", "/api/v1/diff", "/api/v1/restore"];

/// No inline code or style, nothing from elsewhere, never inside a frame.
const CONTENT_SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Refuses what is too long, and ends what takes too long. An event stream only has to begin in time.
pub(super) async fn bounded(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.path().len() > PATH_BYTES_MAX || uri.query().is_some_and(|query| query.len() > QUERY_BYTES_MAX) {
        let detail = format!("a path has at most {PATH_BYTES_MAX} bytes, a query {QUERY_BYTES_MAX}");
        return ApiError::bad_request(detail).into_response();
    }
    let limit = match uri.path() {
        path if RENDERING.contains(&path) => RENDERING_MAX,
        path if path.starts_with(UPLOADS) => UPLOAD_MAX,
        _ => REQUEST_MAX,
    };
    let answer = async {
        match taken_in(request).await {
            Ok(request) => next.run(request).await,
            Err(refused) => refused.into_response(),
        }
    };
    match tokio::time::timeout(limit, answer).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!(
                "this took longer than {} seconds; whether it was done can be seen by looking",
                limit.as_secs()
            );
            ApiError::busy(detail, 10).into_response()
        }
    }
}

/// Reads a small body to its end before anything is answered: a connection that is closed on unread bytes is torn, and an
/// early answer goes down with it. Large ones are only read by who wants them.
async fn taken_in(request: Request) -> Result<Request, ApiError> {
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let small = announced
        .and_then(|length| length.parse().ok())
        .is_some_and(|length: usize| length <= SMALL_BODY_BYTES_MAX);
    if !small {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    match axum::body::to_bytes(body, SMALL_BODY_BYTES_MAX).await {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(_) => Err(ApiError::bad_request("the body could not be read to its end")),
    }
}

/// Turns a panic into an answer, and adds the headers of every answer.
pub(super) async fn hardened(request: Request, next: Next) -> Response {
    let place = format!("{} {}", request.method(), request.uri().path());
    let mut response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!("{place} failed inside the program");
            ApiError::internal().into_response()
        }
    };
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &str); 5] = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        // The interface brings a policy of its own.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
