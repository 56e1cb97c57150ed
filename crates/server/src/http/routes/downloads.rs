//! Files for hosts. Nobody needs a credential for them, and nobody gets one from them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use linkmesh_fleet::Id;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::enrollment::valid;
use crate::http::auth::bearer;
use crate::http::config_alloy::{Bearer, CONFIG_ALLOY, config_alloy};
use crate::http::downloads::{SUPERVISOR_FILE, supervisor_yaml};
use crate::http::error::ApiError;
use crate::http::extract::{Params, id};
use crate::http::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(supervisor)).routes(routes!(alloy))
}

/// The supervisor's configuration for a new host. Sent with a valid enrollment token as bearer, it is filled in with that
/// token; otherwise it holds a placeholder.
#[utoipa::path(get, path = "/downloads/opamp-bootstrap-config.yaml", tag = "downloads",
    responses((status = 200, body = String, content_type = "application/yaml")))]
async fn supervisor(State(app): State<App>, headers: HeaderMap) -> Response {
    // Echoing only what is valid keeps anything else out of the file.
    let token = bearer(&headers).filter(|presented| valid(app.plane(), presented).is_ok());
    let text = supervisor_yaml(&app.plane().external_url(), token);
    file(text, "application/yaml; charset=utf-8", SUPERVISOR_FILE)
}

/// What a `config.alloy` shall be like.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Wishes {
    /// The collector's id, where no token says it; otherwise the host says its own name.
    collector: Option<String>,
    /// The path of a file on the host that holds the token; then it is not in this one.
    token_file: Option<String>,
}

/// The configuration of an Alloy host. Sent with a valid collector token as bearer, it is filled in with that token; otherwise
/// it holds a placeholder.
#[utoipa::path(get, path = "/downloads/config.alloy", tag = "downloads", params(Wishes),
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn alloy(
    State(app): State<App>,
    headers: HeaderMap,
    Params(wishes): Params<Wishes>,
) -> Result<Response, ApiError> {
    let named = wishes.collector.as_deref().map(|text| id("collector", text)).transpose()?;
    let path = wishes.token_file.as_deref();
    if path.is_some_and(|path| !path.starts_with('/') || path.len() > 1024 || path.contains('\0')) {
        return Err(ApiError::field("token_file", "give the absolute path of a file on the host"));
    }
    // Echoing only what is valid keeps anything else out of the file.
    let owner = bearer(&headers)
        .and_then(|presented| Some((presented, app.plane().check_collector_token(presented)?)));
    let owned = owner.as_ref().map(|(_, live)| live.lock().record.id.clone());
    let how = match (path, &owner) {
        (Some(path), _) => Bearer::File(path),
        (None, Some((token, _))) => Bearer::Inline(token),
        (None, None) => Bearer::Placeholder,
    };
    let collector = owned.or(named);
    let text = config_alloy(&app.plane().external_url(), collector.as_ref().map(Id::as_str), &how);
    Ok(file(text, "text/plain; charset=utf-8", CONFIG_ALLOY))
}

fn file(text: String, kind: &'static str, name: &str) -> Response {
    let mut response = text.into_response();
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        out.insert(header::CONTENT_DISPOSITION, disposition);
    }
    out.insert(header::VARY, HeaderValue::from_static("authorization"));
    response
}
