//! The install script. Nobody needs a credential for it, and nobody gets one from it.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, header};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::enrollment::valid;
use crate::http::auth::bearer;
use crate::http::error::ApiError;
use crate::http::install::install_script;
use crate::http::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(script))
}

/// The script that makes a Linux host a collector. Sent with a valid enrollment token as bearer, it holds that token.
#[utoipa::path(get, path = "/downloads/install-opamp.sh", tag = "downloads",
    responses((status = 200, body = String, content_type = "text/x-shellscript")))]
async fn script(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    let token = bearer(&headers).filter(|presented| valid(app.plane(), presented).is_ok());
    // A mirror that cannot be read must not keep hosts from upstream.
    let files = app.mirror().list().unwrap_or_default();
    let text = install_script(&app.plane().external_url(), &files, token)?;
    let mut response = text.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/x-shellscript; charset=utf-8"));
    out.insert(header::VARY, HeaderValue::from_static("authorization"));
    Ok(response)
}
