//! The OpAMP listener: WebSocket and plain HTTP on one path. It translates, nothing more.
//! Start at [`handle`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use linkmesh_control::ControlPlane;
use linkmesh_control::link::Link;
use linkmesh_fleet::Id;
use linkmesh_fleet::enrollment::{Refusal, Token};
use linkmesh_opamp::limits::Limits;
use linkmesh_opamp::session::{Known, SessionSettings};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accept::Peer;

mod agents;
mod handshake;
mod polling;
mod socket;
mod translate;

/// Content type of plain HTTP requests, which tells them from upgrades (OpAMP specification, Plain HTTP Transport).
const PROTOBUF: &str = "application/x-protobuf";
/// Upgrades that may be under way at the same time; the others are asked to come back.
const UPGRADES_MAX: usize = 512;
/// Refused hosts that are kept on the line at the same time; more are sent away at once.
const HOLDS_MAX: usize = 2048;
/// How long a token that was used for a foreign host is turned away at the door.
const TURNED_AWAY: Duration = Duration::from_secs(120);
const TURNED_AWAY_KNOWN_MAX: usize = 10_000;

/// What the listener shares between connections.
pub struct Opamp {
    plane: Arc<ControlPlane>,
    limits: Limits,
    settings: SessionSettings,
    closing: CancellationToken,
    tasks: TaskTracker,
    upgrades: Arc<tokio::sync::Semaphore>,
    holds: Arc<tokio::sync::Semaphore>,
    /// What each collector is known to have said, across connections: it spares a full report at every reconnect.
    known: Mutex<HashMap<String, Known>>,
    /// Tokens presented by hosts that they do not belong to, and since when.
    turned_away: Mutex<HashMap<(String, std::net::IpAddr), tokio::time::Instant>>,
}

impl Opamp {
    /// A listener on this control plane. Its connections are tasks of `tasks` and end with `closing`.
    #[must_use]
    pub fn new(plane: Arc<ControlPlane>, closing: CancellationToken, tasks: TaskTracker) -> Arc<Self> {
        Arc::new(Self {
            plane,
            limits: Limits::default(),
            settings: SessionSettings::default(),
            closing,
            tasks,
            upgrades: Arc::new(tokio::sync::Semaphore::new(UPGRADES_MAX)),
            holds: Arc::new(tokio::sync::Semaphore::new(HOLDS_MAX)),
            known: Mutex::default(),
            turned_away: Mutex::default(),
        })
    }

    fn known(&self, key: &str) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied().unwrap_or_default()
    }

    fn remember(&self, link: &Link, known: Known) {
        let current = link.is_current();
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !current {
            // What it said last was not taken in, so it must be asked for again.
            all.remove(&link.live.key);
            return;
        }
        // Collectors that were removed leave theirs behind; forgetting all of them costs one full report each.
        if all.len() > 2 * self.plane.roster.len() + 1000 {
            all.clear();
        }
        all.insert(link.live.key.clone(), known);
    }

    fn turn_away(&self, token: &Id, peer: std::net::IpAddr) {
        let mut turned_away = self.turned_away.lock().unwrap_or_else(PoisonError::into_inner);
        let now = tokio::time::Instant::now();
        if turned_away.len() >= TURNED_AWAY_KNOWN_MAX {
            turned_away.retain(|_, since| now.duration_since(*since) < TURNED_AWAY);
        }
        if turned_away.len() < TURNED_AWAY_KNOWN_MAX {
            turned_away.insert((token.to_string(), peer), now);
        }
    }

    fn is_turned_away(&self, token: &Token, peer: std::net::IpAddr) -> bool {
        let turned_away = self.turned_away.lock().unwrap_or_else(PoisonError::into_inner);
        let refused =
            turned_away.get(&(token.id.to_string(), peer)).is_some_and(|since| since.elapsed() < TURNED_AWAY);
        drop(turned_away);
        // Behind one address there may be the rightful host as well; while one of the token's hosts is away, it may be this, and
        // while it has room for another, it may be that one.
        let here = |uid| self.plane.roster.by_uid(uid).is_some_and(|live| live.lock().connection.is_some());
        let full = u32::try_from(token.bound.len()).is_ok_and(|bound| bound >= token.max_uses);
        refused && full && token.bound.iter().filter(|uid| !token.ended.contains(uid)).all(here)
    }
}

/// Answers an upgrade or a plain request. Who it is, is decided before anything else.
pub async fn handle(State(opamp): State<Arc<Opamp>>, request: Request) -> Response {
    let peer = request.extensions().get::<Peer>().copied().unwrap_or(Peer::UNKNOWN);
    let address = peer.ip;
    let token =
        match bearer(request.headers()).ok_or(Refusal::Unknown).and_then(|b| opamp.plane.admit_upgrade(b)) {
            Ok(token) => token,
            Err(refusal) => return unauthorized(&opamp, &refusal, address),
        };
    if opamp.is_turned_away(&token, address) {
        let message = "this token belongs to another host; make a new one with `linkmesh token create`";
        return come_back(StatusCode::TOO_MANY_REQUESTS, message, 60);
    }
    if *request.method() == Method::POST {
        return polling::handle(&opamp, &token, peer, request).await;
    }
    handshake::upgrade(&opamp, token, peer, request)
}

/// The bearer of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthorized(opamp: &Opamp, refusal: &Refusal, peer: std::net::IpAddr) -> Response {
    tracing::debug!(%peer, %refusal, "a supervisor was refused");
    opamp.plane.note_refusal(refusal, &peer.to_string());
    let mut response = (StatusCode::UNAUTHORIZED, format!("{refusal}\n")).into_response();
    let challenge = HeaderValue::from_static("Bearer realm=\"linkmesh\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// Asks a peer to come back later, at HTTP level, because that is the only way stock supervisors heed.
fn come_back(status: StatusCode, message: &'static str, after_s: u64) -> Response {
    let mut response = (status, message).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after_s));
    response
}

fn plain(status: StatusCode, message: impl Into<Body>) -> Response {
    Response::builder().status(status).body(message.into()).unwrap_or_default()
}
