//! The OTLP listener: collectors' own metrics on `/v1/metrics`, and nothing else. It translates, nothing more.
//! Start at [`handle`].

mod stale;

use std::collections::HashMap;
use std::io::Read as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::read::GzDecoder;
use linkmesh_control::ControlPlane;
use linkmesh_control::roster::Live;
use linkmesh_fleet::Uid;
use linkmesh_otlp::{
    DecodeError, Limits, Number, Outcome, Point, StatusCode as Code, Wanted, decode_json, decode_protobuf,
    reply_json, reply_protobuf, status_json, status_protobuf,
};
use linkmesh_throughput::{Added, Batch, Reading, family_names};

/// How long the body of a push may take to come in.
const BODY_MAX: Duration = Duration::from_secs(30);

/// What the listener shares between requests.
pub struct Otlp {
    plane: Arc<ControlPlane>,
    wanted: Wanted,
    limits: Limits,
    /// How many pushes of each collector are under way.
    under_way: Mutex<HashMap<String, usize>>,
}

/// Pushes that may be under way at the same time: each may hold a whole body.
const PUSHES_MAX: usize = 512;
/// Pushes of one collector among them, so that none can take the places of all.
const PUSHES_A_COLLECTOR_MAX: usize = 4;

/// A place among the pushes that are under way.
struct Place<'a> {
    otlp: &'a Otlp,
    key: String,
}

impl<'a> Place<'a> {
    fn take(otlp: &'a Otlp, key: &str) -> Option<Self> {
        let mut under_way = otlp.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = under_way.values().sum();
        let mine = under_way.get(key).copied().unwrap_or_default();
        if all >= PUSHES_MAX || mine >= PUSHES_A_COLLECTOR_MAX {
            return None;
        }
        under_way.insert(key.to_owned(), mine + 1);
        Some(Self { otlp, key: key.to_owned() })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut under_way = self.otlp.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        match under_way.get_mut(&self.key) {
            Some(mine) if *mine > 1 => *mine -= 1,
            Some(_) | None => drop(under_way.remove(&self.key)),
        }
    }
}

impl Otlp {
    /// A listener on this control plane.
    #[must_use]
    pub fn new(plane: Arc<ControlPlane>) -> Arc<Self> {
        Arc::new(Self {
            plane,
            wanted: Wanted::new(family_names()),
            limits: Limits::default(),
            under_way: Mutex::default(),
        })
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Protobuf,
    Json,
}

/// Takes in one push.
pub async fn handle(State(otlp): State<Arc<Otlp>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let encoding = match kind.split(';').next().unwrap_or_default().trim() {
        "application/x-protobuf" => Encoding::Protobuf,
        "application/json" => Encoding::Json,
        _ => {
            let message = "send application/x-protobuf or application/json";
            return refuse(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::InvalidArgument,
                message,
                Encoding::Json,
            );
        }
    };
    let bearer = bearer(&parts.headers);
    let Some(live) = bearer.and_then(|bearer| otlp.plane.admit_push(bearer)) else {
        if let Some(bearer) = bearer {
            stale::note(&otlp, bearer, &parts, body, encoding).await;
        }
        let message = "the bearer is no collector token of this server, or was replaced or revoked";
        let mut response = refuse(StatusCode::UNAUTHORIZED, Code::Unauthenticated, message, encoding);
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"linkmesh\""));
        return response;
    };
    let Some(_place) = Place::take(&otlp, &live.key) else {
        let message = "many pushes come in at once; this one is welcome later";
        let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, Code::Unavailable, message, encoding);
        let [chance] = linkmesh_control::secrets::draw::<1>();
        // Spread, so that they do not come back together.
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(5 + u16::from(chance % 16)));
        return response;
    };
    let limit_bytes = otlp.limits.bytes;
    let body = match tokio::time::timeout(BODY_MAX, to_bytes(body, limit_bytes)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return too_large(limit_bytes, encoding),
        Err(_) => {
            let message = "the body did not come in time";
            return refuse(StatusCode::REQUEST_TIMEOUT, Code::Unavailable, message, encoding);
        }
    };
    // It inflates, decodes, and may read a day of counters from the disk.
    let work = {
        let otlp = Arc::clone(&otlp);
        move || take_in(&otlp, &live, &parts.headers, &body, encoding)
    };
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|cause| {
        tracing::error!(%cause, "a push could not be taken in");
        let message = "this push could not be taken in";
        refuse(StatusCode::INTERNAL_SERVER_ERROR, Code::Unavailable, message, encoding)
    })
}

fn take_in(otlp: &Otlp, live: &Live, headers: &HeaderMap, body: &[u8], encoding: Encoding) -> Response {
    let body = match inflate(headers, body, otlp.limits.bytes, encoding) {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let mut batch = Batch::new();
    let mut refused = Refused { uid: live.lock().record.uid, ..Refused::default() };
    let decoded = read(otlp, encoding, &body, &mut batch, &mut refused);
    match decoded {
        Ok(outcome) => {
            otlp.plane.note_claims(live, refused.claimed);
            otlp.plane.take_push(live, &batch);
            accept(&outcome, &refused, encoding)
        }
        Err(error @ DecodeError::TooLarge { .. }) => {
            refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::ResourceExhausted, &error.to_string(), encoding)
        }
        Err(error) => refuse(StatusCode::BAD_REQUEST, Code::InvalidArgument, &error.to_string(), encoding),
    }
}

/// Points that are not taken, beside those that the decoder refuses.
#[derive(Default)]
struct Refused {
    /// Who sends them, by the bearer.
    uid: Option<Uid>,
    /// Points that claim to be of somebody else, and of whom.
    foreign: u64,
    claimed: Option<Uid>,
    /// Points with impossible values or of too many series.
    odd: u64,
}

fn read(
    otlp: &Otlp,
    encoding: Encoding,
    body: &[u8],
    batch: &mut Batch,
    refused: &mut Refused,
) -> Result<Outcome, DecodeError> {
    let mut sink = |point: &Point<'_>| {
        // The bearer says whose numbers these are. A point that names another uid comes from a copied configuration; a name
        // that somebody chose for the host is no uid.
        let claimed = point.instance_id.and_then(|id| id.parse::<Uid>().ok());
        if claimed.is_some() && refused.uid.is_some() && claimed != refused.uid {
            refused.foreign += 1;
            refused.claimed = claimed;
            return;
        }
        let value = match point.value {
            Number::Int(value) => linkmesh_throughput::Number::Int(value),
            Number::Double(value) => linkmesh_throughput::Number::Double(value),
            Number::Absent => return,
        };
        let reading = Reading {
            family: point.family,
            value,
            start_time_unix_nano: point.start_time_unix_nano,
            time_unix_nano: point.time_unix_nano,
        };
        match batch.add(&reading, |key| point.text(key)) {
            Added::Kept | Added::Ignored => {}
            Added::Refused | Added::TooManySeries => refused.odd += 1,
        }
    };
    match encoding {
        Encoding::Protobuf => decode_protobuf(body, &otlp.wanted, &otlp.limits, &mut sink),
        Encoding::Json => decode_json(body, &otlp.wanted, &otlp.limits, &mut sink),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn inflate(
    headers: &HeaderMap,
    body: &[u8],
    limit_bytes: usize,
    encoding: Encoding,
) -> Result<Vec<u8>, Box<Response>> {
    let named: Vec<&[u8]> =
        headers.get_all(header::CONTENT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
    match named.as_slice() {
        [] | [b"identity"] => Ok(body.to_vec()),
        [b"gzip"] => {
            let mut whole = Vec::new();
            let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX).saturating_add(1);
            match GzDecoder::new(body).take(limit).read_to_end(&mut whole) {
                Ok(_) if whole.len() > limit_bytes => Err(Box::new(too_large(limit_bytes, encoding))),
                Ok(_) => Ok(whole),
                Err(_) => Err(Box::new(refuse(
                    StatusCode::BAD_REQUEST,
                    Code::InvalidArgument,
                    "the body is not gzip",
                    encoding,
                ))),
            }
        }
        _ => Err(Box::new(refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Code::InvalidArgument,
            "only gzip and identity are understood",
            encoding,
        ))),
    }
}

fn too_large(limit_bytes: usize, encoding: Encoding) -> Response {
    let message = format!("a push has at most {limit_bytes} bytes, also when it is inflated");
    refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::ResourceExhausted, &message, encoding)
}

fn accept(outcome: &Outcome, refused: &Refused, encoding: Encoding) -> Response {
    let rejected = outcome.rejected() + refused.odd + refused.foreign;
    let mut message = outcome.message();
    for (count, sentence) in [
        (refused.odd, "points have impossible values or are of too many series"),
        (refused.foreign, "points carry the service.instance.id of another collector than the bearer's"),
    ] {
        if count > 0 {
            message.push_str(if message.is_empty() { "" } else { "; " });
            message.push_str(&format!("{count} {sentence}"));
        }
    }
    match encoding {
        Encoding::Protobuf => respond(StatusCode::OK, encoding, reply_protobuf(rejected, &message)),
        Encoding::Json => respond(StatusCode::OK, encoding, reply_json(rejected, &message)),
    }
}

fn refuse(status: StatusCode, code: Code, message: &str, encoding: Encoding) -> Response {
    match encoding {
        Encoding::Protobuf => respond(status, encoding, status_protobuf(code, message)),
        Encoding::Json => respond(status, encoding, status_json(code, message)),
    }
}

fn respond(status: StatusCode, encoding: Encoding, body: impl Into<Body>) -> Response {
    let kind = match encoding {
        Encoding::Protobuf => "application/x-protobuf",
        Encoding::Json => "application/json",
    };
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_collector_does_not_take_the_places_of_all() {
        let folder = tempfile::tempdir().unwrap();
        let settings = linkmesh_control::Settings {
            data_dir: folder.path().to_owned(),
            external_url: String::new(),
            clock: linkmesh_control::clock::Clock::System,
        };
        let otlp = Otlp::new(ControlPlane::open(&settings).unwrap());
        let mut greedy: Vec<_> = (0..PUSHES_MAX).filter_map(|_| Place::take(&otlp, "greedy")).collect();
        assert_eq!(greedy.len(), PUSHES_A_COLLECTOR_MAX);
        let others: Vec<_> = (0..PUSHES_MAX).filter_map(|n| Place::take(&otlp, &n.to_string())).collect();
        assert_eq!(others.len(), PUSHES_MAX - PUSHES_A_COLLECTOR_MAX);
        greedy.pop();
        assert!(Place::take(&otlp, "late").is_some(), "a place that was given back can be taken");
        drop((greedy, others));
        assert!(otlp.under_way.lock().unwrap().is_empty(), "nothing is left behind");
    }
}
