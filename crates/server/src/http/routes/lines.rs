//! Single lines of files: who wrote them, and sealing a credential for one that is written by hand.

use axum::Json;
use axum::extract::State;
use linkmesh_api::types::{Blame, BlameQuery, BlamedLine, SealRequest, SealedValue};
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::{Place, Timestamp};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::revisions::find;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::extract::{Body, Params};
use crate::http::state::App;
use crate::http::translate;

/// Longest credential, in bytes.
const CREDENTIAL_BYTES_MAX: usize = 64 * 1024;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(blame)).routes(routes!(seal))
}

/// Who last wrote each line of a file.
#[utoipa::path(get, path = "/blame", tag = "history", params(BlameQuery), responses((status = 200, body = Blame)))]
async fn blame(
    State(app): State<App>,
    caller: Caller,
    Params(query): Params<BlameQuery>,
) -> Result<Json<Blame>, ApiError> {
    app.read(&caller, Permission::ConfigRead, move |plane| {
        let revision = find(plane, "revision", query.revision.as_deref().unwrap_or("HEAD"))?;
        let lines = plane.blame(&revision, &query.path)?;
        let line = |line: linkmesh_config_repo::BlamedLine| BlamedLine {
            text: line.text,
            revision: line.revision.to_string(),
            author: line.author.name,
            at: translate::time(Timestamp(line.at_s.saturating_mul(1000))),
        };
        let lines = lines.into_iter().map(line).collect();
        Ok(Json(Blame { path: query.path, revision: revision.to_string(), lines }))
    })
    .await
}

/// Seal a credential for one field of one file that somebody writes by hand. Nothing is stored.
#[utoipa::path(post, path = "/seal", tag = "configuration", request_body = SealRequest,
    responses((status = 200, body = SealedValue)))]
async fn seal(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<SealRequest>,
) -> Result<Json<SealedValue>, ApiError> {
    let place: Place = body
        .path
        .parse()
        .map_err(|cause: linkmesh_fleet::place::BadPlace| ApiError::field("path", cause.to_string()))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if body.field.is_empty() || body.field.len() > 256 || !body.field.chars().all(plain) {
        return Err(ApiError::field("field", "a field looks like credentials.password"));
    }
    if body.value.is_empty() || body.value.len() > CREDENTIAL_BYTES_MAX {
        return Err(ApiError::field("value", format!("a credential has 1 to {CREDENTIAL_BYTES_MAX} bytes")));
    }
    app.read(&caller, Permission::ConfigWrite, move |plane| {
        Ok(Json(SealedValue { sealed: plane.keys.seal(&place, &body.field, &body.value) }))
    })
    .await
}
