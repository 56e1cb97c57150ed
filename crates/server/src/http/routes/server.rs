//! How the server is: for people, for load balancers' metrics, and the document of this API.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use linkmesh_api::types::{Check, CheckStatus, CollectorCounts, ServerHealth, Status, Sync};
use linkmesh_control::ControlPlane;
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::delivery;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::openapi::openapi_json;
use crate::http::state::App;
use crate::http::{metrics as numbers, translate};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(metrics)).routes(routes!(document))
}

/// How the server and its parts are.
#[utoipa::path(get, path = "/server/health", tag = "server", responses((status = 200, body = ServerHealth)))]
async fn health(State(app): State<App>, caller: Caller) -> Result<Json<ServerHealth>, ApiError> {
    let certificate = app.certificate();
    app.read(&caller, Permission::ServerRead, move |plane| Ok(Json(state(plane, certificate)))).await
}

/// Numbers about the server in the Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "server",
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn metrics(State(app): State<App>, caller: Caller) -> Result<Response, ApiError> {
    let streams = app.streams_open();
    let text =
        app.read(&caller, Permission::ServerRead, move |plane| Ok(numbers::text(plane, streams))).await?;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "server", responses((status = 200, body = Object)))]
async fn document() -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], openapi_json()).into_response()
}

fn state(plane: &ControlPlane, certificate: Option<Result<(), String>>) -> ServerHealth {
    let head = plane.repo.head();
    let invalid = plane.head.invalid();
    let repository = match (&head, &invalid) {
        (Err(cause), _) => (CheckStatus::Failed, cause.to_string()),
        (Ok(_), Some(invalid)) => {
            let first = invalid.problems.first().map(ToString::to_string).unwrap_or_default();
            let short: String = invalid.revision.chars().take(12).collect();
            (
                CheckStatus::Warning,
                format!("revision {short} is not valid, so the one before stays in force: {first}"),
            )
        }
        (Ok(_), None) => (CheckStatus::Ok, "the newest revision is in force".to_owned()),
    };
    let store = match plane.journal.audit_before(None, 1) {
        Ok(_) => (CheckStatus::Ok, "it can be read".to_owned()),
        Err(cause) => (CheckStatus::Failed, cause.to_string()),
    };
    let delivery = delivery::state(plane);
    let going = if delivery.frozen {
        (
            CheckStatus::Warning,
            "all delivery is stopped: nothing new is offered, but an Alloy still gets back what it ran"
                .to_owned(),
        )
    } else {
        (CheckStatus::Ok, "it goes on".to_owned())
    };
    let check = |name: &str, (status, message): (CheckStatus, String)| Check {
        name: name.to_owned(),
        status,
        message,
    };
    let mut checks = vec![check("store", store), check("repository", repository), check("delivery", going)];
    checks.extend(certificate.map(|certificate| {
        let said = match certificate {
            Ok(()) => (CheckStatus::Ok, "the newest certificate is in force".to_owned()),
            Err(why) => (CheckStatus::Warning, format!("the new certificate is not in force: {why}")),
        };
        check("certificate", said)
    }));
    ServerHealth {
        status: checks.iter().map(|check| check.status).max().unwrap_or(CheckStatus::Ok),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: translate::time(plane.started_at),
        checks,
        collectors: counts(plane),
        delivery,
        revision: Some(plane.head.in_force().revision).filter(|revision| !revision.is_empty()),
        invalid_head: invalid.map(|invalid| invalid.revision),
    }
}

fn counts(plane: &ControlPlane) -> CollectorCounts {
    let mut counts = CollectorCounts::default();
    plane.collectors(None, 0, |view| {
        // What stays away is no trouble.
        if view.archived.is_some() {
            return false;
        }
        let collector = translate::collector(view);
        counts.total += 1;
        match collector.status {
            Status::AwaitingConnection => counts.awaiting_connection += 1,
            Status::Connected => counts.connected += 1,
            Status::Disconnected => counts.disconnected += 1,
        }
        match collector.sync {
            Sync::InSync => counts.in_sync += 1,
            Sync::Drifted => counts.drifted += 1,
            Sync::Failed => counts.failed += 1,
            Sync::Pending | Sync::Held | Sync::Unknown => {}
        }
        false
    });
    counts
}
