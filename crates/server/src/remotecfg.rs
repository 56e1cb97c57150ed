//! The remotecfg listener: Alloy's three calls, Connect unary. It translates, nothing more.
//! A call to register is answered from memory, whatever else goes on: an Alloy that is refused there dies. Start at [`handle`].

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt as _;
use linkmesh_control::ControlPlane;
use linkmesh_control::polls::{Caller, Identity};
use linkmesh_control::roster::Live;
use linkmesh_control::secrets::ENROLLMENT_PREFIX;
use linkmesh_fleet::registration::Mode;
use linkmesh_remotecfg::{Answer, Call, Code, Incoming, Limits, Message, Method, Reply, check, read, refuse};

use crate::accept::Peer;

mod places;
mod poll;

use places::Places;

/// How long one call may take; Alloy itself would wait for ever.
const CALL_MAX: Duration = Duration::from_secs(8);
/// How long a body may take to come in.
const BODY_MAX: Duration = Duration::from_secs(5);
/// Bodies of this size are read before anything is answered: a connection that is closed on unread bytes is torn, and the answer
/// goes down with it.
const SMALL_BODY_BYTES_MAX: usize = 64 * 1024;
/// Largest body of a call that carries only attributes, in bytes.
const ATTRIBUTES_BODY_BYTES_MAX: usize = 1024 * 1024;

/// What the listener shares between calls.
pub struct Remotecfg {
    plane: Arc<ControlPlane>,
    limits: Limits,
    places: Places,
}

impl Remotecfg {
    /// A listener on this control plane.
    #[must_use]
    pub fn new(plane: Arc<ControlPlane>) -> Arc<Self> {
        Arc::new(Self { plane, limits: Limits::default(), places: Places::default() })
    }
}

/// Answers one call.
pub async fn handle(State(listener): State<Arc<Remotecfg>>, request: Request) -> Response {
    let called = AssertUnwindSafe(tokio::time::timeout(CALL_MAX, call(&listener, request))).catch_unwind();
    let answer = match called.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => busy("this call took too long"),
        Err(_) => {
            tracing::error!("a call of remotecfg failed inside the program");
            refuse(Code::Internal, "the server failed while it worked on this; its log says why")
        }
    };
    respond(answer)
}

async fn call(listener: &Arc<Remotecfg>, request: Request) -> Answer {
    let (parts, body) = request.into_parts();
    let Some(method) = Method::of_path(parts.uri.path()) else {
        let old = parts.uri.path().starts_with("/agent.");
        let words = if old {
            "Alloy 1.0 and 1.1 speak a protocol that this server does not; upgrade to 1.7 or newer"
        } else {
            "collector.v1.CollectorService has no such call"
        };
        return refuse(Code::Unimplemented, words);
    };
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.ip.to_string()).unwrap_or_default();
    let small = length(&parts.headers).is_some_and(|length| length <= SMALL_BODY_BYTES_MAX);
    let mut body = Some(body);
    let mut whole = None;
    if small && let Some(body) = body.take() {
        match take_in(body, SMALL_BODY_BYTES_MAX).await {
            Ok(bytes) => whole = Some(bytes),
            Err(answer) => return answer,
        }
    }
    if let Err(answer) = may_be_read(method, &parts) {
        return answer;
    }
    let live = match admit(listener, &parts.headers, &peer) {
        Ok(live) => live,
        Err(answer) => return answer,
    };
    let Some(_place) = listener.places.take(method, &live.key, small).await else {
        return busy("many collectors call at once; this one is welcome at its next poll");
    };
    let limit_bytes = match method {
        Method::GetConfig => listener.limits.message_bytes,
        Method::Register | Method::Unregister => ATTRIBUTES_BODY_BYTES_MAX,
    };
    let whole = match (whole, body) {
        (Some(whole), _) => whole,
        (None, Some(body)) => match take_in(body, limit_bytes).await {
            Ok(bytes) => bytes,
            Err(answer) => {
                listener.plane.note_bad_poll(&live, &format!("a body of more than {limit_bytes} bytes"));
                return answer;
            }
        },
        (None, None) => Bytes::new(),
    };
    serve(listener, &live, method, (&parts, &whole, peer)).await
}

/// Reads a call of somebody who may call, and answers it.
async fn serve(
    listener: &Arc<Remotecfg>,
    live: &Arc<Live>,
    method: Method,
    (parts, body, peer): (&Parts, &[u8], String),
) -> Answer {
    let call = match decode(listener, method, parts, body) {
        Ok(call) => call,
        Err(answer) => {
            listener.plane.note_bad_poll(live, &words_of(&answer));
            return answer;
        }
    };
    let plane = &listener.plane;
    match call.message {
        Message::GetConfig(request) => poll::answer(plane, live, &request, call.reply, peer).await,
        Message::Register(request) => {
            let caller = Caller { claims: request.claims().clone(), id: request.id, peer };
            register(plane, live, &caller, call.reply)
        }
        Message::Unregister(request) => {
            // Of another one than the holder it means nothing, and is nothing to complain of.
            if plane.is_poller(live, &request.id) {
                plane.unregister_poller(live);
            }
            call.reply.empty()
        }
    }
}

fn may_be_read(method: Method, parts: &Parts) -> Result<(), Answer> {
    check(method, parts.method.as_str(), &|name| parts.headers.get(name)?.to_str().ok())
}

fn decode(listener: &Remotecfg, method: Method, parts: &Parts, body: &[u8]) -> Result<Call, Answer> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let incoming = Incoming { verb: parts.method.as_str(), query: parts.uri.query(), headers: &header, body };
    read(method, &incoming, &listener.limits)
}

/// Answered before what the collector should run is decided anew.
fn register(plane: &Arc<ControlPlane>, live: &Arc<Live>, caller: &Caller, reply: Reply) -> Answer {
    if caller.id.is_empty() {
        return no_id();
    }
    match plane.identify_poller(live, caller) {
        // Refusing would end that Alloy, which may run what its own file says; its polls are refused.
        Identity::Foreign(_) => return reply.empty(),
        Identity::New => poll::forget(live),
        Identity::Known => {}
    }
    if plane.register_poller(live, caller) {
        let (plane, live) = (Arc::clone(plane), Arc::clone(live));
        drop(tokio::task::spawn_blocking(move || plane.settle_poller(&live)));
    }
    reply.empty()
}

/// Whose call this is. The token alone says so.
fn admit(listener: &Remotecfg, headers: &HeaderMap, peer: &str) -> Result<Arc<Live>, Answer> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    let token = token.trim();
    let wrong = if value.is_empty() {
        "no token was sent; set bearer_token or bearer_token_file in the remotecfg block"
    } else if !scheme.eq_ignore_ascii_case("bearer") {
        "only bearer tokens are accepted, no basic_auth; set bearer_token or bearer_token_file in the remotecfg block"
    } else if let Some(live) = listener.plane.use_collector_token(token) {
        if live.lock().record.mode == Mode::AlloyRemotecfg {
            return Ok(live);
        }
        let words = "this token belongs to a collector that is managed over OpAMP; create one with --mode alloy-remotecfg and mint its token";
        return Err(refuse(Code::PermissionDenied, words));
    } else if token.starts_with(ENROLLMENT_PREFIX) {
        "this is an enrollment token, which is for OpAMP; mint a collector token with `linkmesh token mint`"
    } else {
        "the token is not known, or it was replaced or revoked; mint another with `linkmesh token mint`"
    };
    listener.plane.note_refusal(&wrong, peer);
    let mut answer = refuse(Code::Unauthenticated, wrong);
    answer.headers.push(("www-authenticate", "Bearer realm=\"linkmesh\"".to_owned()));
    Err(answer)
}

/// What a refusal says to a person, without the form that it has on the wire.
fn words_of(answer: &Answer) -> String {
    let said = serde_json::from_slice::<serde_json::Value>(&answer.body).ok();
    let message = said.as_ref().and_then(|said| said.get("message")?.as_str());
    message.unwrap_or("it does not speak the protocol").to_owned()
}

fn no_id() -> Answer {
    refuse(Code::InvalidArgument, "the request names no id")
}

/// The length that a request says that its body has; nothing where it says none and has one.
fn length(headers: &HeaderMap) -> Option<usize> {
    match headers.get(header::CONTENT_LENGTH) {
        Some(length) => length.to_str().ok()?.parse().ok(),
        None => (!headers.contains_key(header::TRANSFER_ENCODING)).then_some(0),
    }
}

async fn take_in(body: Body, limit_bytes: usize) -> Result<Bytes, Answer> {
    match tokio::time::timeout(BODY_MAX, to_bytes(body, limit_bytes)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => {
            let words = format!("a request of this kind has at most {limit_bytes} bytes");
            Err(refuse(Code::ResourceExhausted, &words))
        }
        Err(_) => Err(refuse(Code::DeadlineExceeded, "the body did not come in time")),
    }
}

/// Asks a peer to come back; spread, so that those who were turned away do not come together.
fn busy(words: &str) -> Answer {
    let mut answer = refuse(Code::Unavailable, words);
    let [chance] = linkmesh_control::secrets::draw::<1>();
    answer.headers.push(("retry-after", (5 + chance % 16).to_string()));
    answer
}

fn respond(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
