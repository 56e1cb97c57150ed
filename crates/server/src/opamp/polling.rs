//! OpAMP over plain HTTP: one message a request, gzip both ways.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};
use linkmesh_fleet::enrollment::Token;
use linkmesh_opamp::decode;
use linkmesh_opamp::session::bad_request;
use prost::Message as _;

use super::agents::{Agents, Answer};
use super::{Opamp, PROTOBUF, plain};
use crate::accept::Peer;

/// How long a message may take to come in.
const BODY_MAX: Duration = Duration::from_secs(30);
/// Replies below this size are not worth compressing, in bytes.
const COMPRESS_BYTES_MIN: usize = 256;

pub(super) async fn handle(opamp: &Arc<Opamp>, token: &Arc<Token>, peer: Peer, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let protobuf = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROTOBUF);
    if !protobuf {
        let message = "OpAMP over plain HTTP is sent as application/x-protobuf\n";
        return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    }
    let limit_bytes = opamp.limits.message_bytes;
    let body = match tokio::time::timeout(BODY_MAX, to_bytes(body, limit_bytes)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let message = format!("an OpAMP message has at most {limit_bytes} bytes\n");
            return plain(StatusCode::PAYLOAD_TOO_LARGE, message);
        }
        Err(_) => return plain(StatusCode::REQUEST_TIMEOUT, "the message did not come in time\n"),
    };
    let body = match inflate(&parts.headers, &body, limit_bytes) {
        Ok(body) => body,
        Err(response) => return *response,
    };
    let message = match decode::agent_to_server(&body, &opamp.limits) {
        Ok(message) => message,
        Err(cause) => {
            let reply = bad_request(&[], &cause.to_string()).encode_to_vec();
            return answer(StatusCode::BAD_REQUEST, reply, &parts.headers);
        }
    };
    let mut agents = Agents::new(Arc::clone(opamp), token.id.clone(), peer.to_string(), true);
    match agents.hear(message).await {
        Answer::Reply(reply) => answer(StatusCode::OK, reply.to_body(), &parts.headers),
        Answer::Error(error) => answer(StatusCode::BAD_REQUEST, error.encode_to_vec(), &parts.headers),
        Answer::Refused(error) => answer(StatusCode::OK, error.encode_to_vec(), &parts.headers),
    }
}

/// The body as it was before `Content-Encoding`, never larger than the limit.
fn inflate(headers: &HeaderMap, body: &[u8], limit_bytes: usize) -> Result<Vec<u8>, Box<Response>> {
    let encodings: Vec<&[u8]> =
        headers.get_all(header::CONTENT_ENCODING).iter().map(HeaderValue::as_bytes).collect();
    match encodings.as_slice() {
        [] | [b"identity"] => Ok(body.to_vec()),
        [b"gzip"] => {
            let mut whole = Vec::new();
            let limit = u64::try_from(limit_bytes).unwrap_or(u64::MAX).saturating_add(1);
            match GzDecoder::new(body).take(limit).read_to_end(&mut whole) {
                Ok(_) if whole.len() > limit_bytes => {
                    let message = format!(
                        "an OpAMP message has at most {limit_bytes} bytes, also when it is inflated\n"
                    );
                    Err(Box::new(plain(StatusCode::PAYLOAD_TOO_LARGE, message)))
                }
                Ok(_) => Ok(whole),
                Err(_) => Err(Box::new(plain(StatusCode::BAD_REQUEST, "the body is not gzip\n"))),
            }
        }
        _ => Err(Box::new(plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "only gzip and identity are understood\n",
        ))),
    }
}

fn answer(status: StatusCode, body: Vec<u8>, asked: &HeaderMap) -> Response {
    let mut builder = Response::builder().status(status).header(header::CONTENT_TYPE, PROTOBUF);
    builder = builder.header(header::VARY, "accept-encoding");
    let mut compressed = Vec::new();
    if body.len() >= COMPRESS_BYTES_MIN
        && accepts_gzip(asked)
        && GzEncoder::new(body.as_slice(), Compression::fast()).read_to_end(&mut compressed).is_ok()
    {
        return builder
            .header(header::CONTENT_ENCODING, "gzip")
            .body(Body::from(compressed))
            .unwrap_or_default();
    }
    builder.body(Body::from(body)).unwrap_or_default()
}

/// RFC 9110 §12.5.3: named, and not with a weight of zero.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let named = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        let refused = parts.any(|weight| {
            weight.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0)
        });
        gzip && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_with_weight_zero_is_refused() {
        let accepts = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
            accepts_gzip(&headers)
        };
        assert!(accepts("gzip") && accepts("br, gzip;q=0.5") && accepts("*"));
        assert!(!accepts("gzip;q=0") && !accepts("gzip; q=0.0") && !accepts("identity"));
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
