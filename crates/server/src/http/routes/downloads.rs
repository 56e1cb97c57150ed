//! Files for hosts. Nobody needs a credential for them, and nobody gets one from them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::enrollment::valid;
use crate::http::auth::bearer;
use crate::http::downloads::supervisor_yaml;
use crate::http::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(supervisor))
}

/// The supervisor's configuration for a new host. Sent with a valid enrollment token as bearer, it is filled in with that
/// token; otherwise it holds a placeholder.
#[utoipa::path(get, path = "/downloads/opamp-bootstrap-config.yaml", tag = "downloads",
    responses((status = 200, body = String, content_type = "application/yaml")))]
async fn supervisor(State(app): State<App>, headers: HeaderMap) -> Response {
    // Echoing only what is valid keeps anything else out of the file.
    let token = bearer(&headers).filter(|presented| valid(app.plane(), presented).is_ok());
    let text = supervisor_yaml(&app.plane().external_url(), token);
    let mut response = text.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/yaml; charset=utf-8"));
    out.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"supervisor.yaml\""),
    );
    out.insert(header::VARY, HeaderValue::from_static("authorization"));
    response
}
