//! What an Alloy would be given, as plain text, for people and scripts. Counts as no poll.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use linkmesh_control::ControlPlane;
use linkmesh_control::mutate::Act;
use linkmesh_control::polls::PollAnswer;
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{ConfigHash, Id};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::auth::{Caller, bearer};
use crate::http::error::ApiError;
use crate::http::extract::{Params, id};
use crate::http::state::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(remotecfg))
}

/// Whose configuration, and how.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// The collector; may be absent where its own token is sent.
    collector: Option<String>,
    /// `true`: with credentials in clear, which takes its own permission and is audited. The collector's own token always sees them.
    with_secrets: Option<String>,
}

/// A configuration as it would be served.
struct Served {
    text: String,
    hash: ConfigHash,
    /// The text is not the one that the hash is of.
    redacted: bool,
}

/// The configuration that an Alloy would be given, as text. The entity tag is the hash of the bytes that are delivered; it is a
/// weak one where credentials are hidden.
#[utoipa::path(get, path = "/remotecfg", tag = "collectors", params(Wanted),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 304, description = "Not modified")))]
async fn remotecfg(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Option<axum::Extension<Caller>>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, ApiError> {
    let named = wanted.collector.as_deref().map(|text| id("collector", text)).transpose()?;
    let served = match caller {
        Some(axum::Extension(caller)) => {
            let id = named.ok_or_else(|| ApiError::field("collector", "say whose configuration you want"))?;
            if wanted.with_secrets.as_deref() == Some("true") {
                let act = Act::new(Permission::SecretsRead, "secrets.show", format!("collectors/{id}"))
                    .after(json!({"in": "what an Alloy is given"}));
                app.mutate(&caller, act, move |plane, _, _| of(plane, &id, false)).await?
            } else {
                app.read(&caller, Permission::ConfigRead, move |plane| of(plane, &id, true)).await?
            }
        }
        None => own(&app, &headers, named)?,
    };
    let tag = format!("{}\"{}\"", if served.redacted { "W/" } else { "" }, served.hash);
    let same = is_known(&headers, &served.hash.to_string());
    let mut response =
        if same { StatusCode::NOT_MODIFIED.into_response() } else { served.text.into_response() };
    let out = response.headers_mut();
    if !same {
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    out.insert(header::VARY, HeaderValue::from_static("authorization"));
    Ok(response)
}

/// For the collector itself, by its token.
fn own(app: &App, headers: &HeaderMap, named: Option<Id>) -> Result<Served, ApiError> {
    let unknown = "send the collector's token (lmcol_…) or that of a service account (lmsat_…) as bearer";
    let live = bearer(headers)
        .and_then(|presented| app.plane().check_collector_token(presented))
        .ok_or_else(|| ApiError::unauthenticated(unknown))?;
    let (id, mode) = {
        let state = live.lock();
        (state.record.id.clone(), state.record.mode)
    };
    if named.is_some_and(|named| named != id) {
        return Err(ApiError::forbidden("this token belongs to another collector"));
    }
    serve(app.plane(), &live, mode, false)
}

fn of(plane: &ControlPlane, id: &Id, redacted: bool) -> Result<Served, ApiError> {
    let live = super::observations::live(plane, id)?;
    let mode = live.lock().record.mode;
    serve(plane, &live, mode, redacted)
}

fn serve(
    plane: &ControlPlane,
    live: &linkmesh_control::roster::Live,
    mode: Mode,
    redacted: bool,
) -> Result<Served, ApiError> {
    if mode != Mode::AlloyRemotecfg {
        return Err(ApiError::conflict("this collector is managed over OpAMP and is told its configuration"));
    }
    match plane.peek_poll(live) {
        PollAnswer::Config(config) => Ok(Served {
            text: if redacted { config.redacted().to_string() } else { config.text.to_string() },
            hash: config.hash,
            redacted,
        }),
        PollAnswer::Unavailable(why) => Err(ApiError::busy(why, 5)),
        PollAnswer::NotModified => Err(ApiError::busy("it keeps what it has", 5)),
    }
}

/// Whether `If-None-Match` names this hash (RFC 9110 §13.1.2, weak comparison).
fn is_known(headers: &HeaderMap, hash: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
        .any(|tag| tag == hash || tag == "*")
}
