//! How the server is: for people, for load balancers' metrics, and the document of this API.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use linkmesh_api::types::{Check, CheckStatus, CollectorCounts, ServerHealth, Status, Sync};
use linkmesh_control::ControlPlane;
use linkmesh_fleet::Timestamp;
use linkmesh_fleet::access::Permission;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::delivery;
use crate::http::auth::Caller;
use crate::http::error::ApiError;
use crate::http::openapi::openapi_json;
use crate::http::state::{App, Certificate};
use crate::http::{metrics as numbers, translate};

/// How long before its end a certificate is worth a warning.
const EXPIRES_SOON: Duration = Duration::from_secs(30 * 86_400);

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

fn state(plane: &ControlPlane, certificate: Option<Certificate>) -> ServerHealth {
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
    let now = plane.clock.now();
    checks.extend(certificate.as_ref().map(|certificate| check("certificate", presented(certificate, now))));
    ServerHealth {
        status: checks.iter().map(|check| check.status).max().unwrap_or(CheckStatus::Ok),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: translate::time(plane.started_at),
        checks,
        collectors: counts(plane),
        delivery,
        revision: Some(plane.head.in_force().revision).filter(|revision| !revision.is_empty()),
        invalid_head: invalid.map(|invalid| invalid.revision),
        certificate_expires_at: certificate
            .and_then(|certificate| certificate.valid_until)
            .map(translate::time),
    }
}

/// How the certificate is that the server presents.
fn presented(certificate: &Certificate, now: Timestamp) -> (CheckStatus, String) {
    let what_to_do = "put the next one into the same files, which are read again within seconds";
    let day = |at: Timestamp| at.to_string().chars().take(10).collect::<String>();
    if let Some(until) = certificate.valid_until.filter(|until| *until <= now) {
        let message =
            format!("it expired on {}, and nobody who checks it connects; {what_to_do}", day(until));
        return (CheckStatus::Failed, message);
    }
    if let Some(why) = &certificate.trouble {
        let until =
            certificate.valid_until.map(|until| format!("; the present one expires on {}", day(until)));
        let until = until.unwrap_or_default();
        return (CheckStatus::Warning, format!("the new certificate is not in force: {why}{until}"));
    }
    match certificate.valid_until {
        Some(until) if until.since(now) < EXPIRES_SOON => {
            let days = until.since(now).as_secs() / 86_400;
            (CheckStatus::Warning, format!("it expires on {}, in {days} days; {what_to_do}", day(until)))
        }
        Some(until) => (CheckStatus::Ok, format!("the newest certificate is in force, until {}", day(until))),
        None => (CheckStatus::Ok, "the newest certificate is in force".to_owned()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_a_warning_for_its_last_thirty_days_and_then_a_failure() {
        let until = Timestamp(1_700_000_000_000);
        let before = |days: i64| Timestamp(until.0 - days * 86_400_000);
        let seen = |now: Timestamp, trouble: Option<&str>| {
            let trouble = trouble.map(str::to_owned);
            presented(&Certificate { trouble, valid_until: Some(until) }, now)
        };
        assert_eq!(seen(before(30), None).0, CheckStatus::Ok);
        for (days, trouble, words) in [
            (29, None, "on 2023-11-14, in 29 days"),
            (90, Some("not PEM"), "not PEM; the present one expires"),
        ] {
            let (status, message) = seen(before(days), trouble);
            assert!(status == CheckStatus::Warning && message.contains(words), "{message}");
        }
        let (status, message) = seen(until, Some("not PEM"));
        assert!(
            status == CheckStatus::Failed && message.starts_with("it expired on 2023-11-14"),
            "{message}"
        );
        let silent = presented(&Certificate { trouble: None, valid_until: None }, until);
        assert_eq!(silent.0, CheckStatus::Ok);
    }
}
