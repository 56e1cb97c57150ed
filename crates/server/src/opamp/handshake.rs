//! The WebSocket handshake (RFC 6455 §4.2): refused at HTTP level where it must be, else handed to the loop.
//! Start at [`upgrade`].

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, Version, header};
use axum::response::Response;
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::{Parts, downcast};
use linkmesh_fleet::enrollment::Token;

use super::socket::{FIRST_MESSAGE_MAX, Socket};
use super::{Opamp, come_back, plain};
use crate::accept::{Counted, Peer};
use crate::stream::Stream;

/// Answers the handshake (RFC 6455 §4.2) and starts the conversation as a task of its own.
pub(super) fn upgrade(opamp: &Arc<Opamp>, token: Arc<Token>, peer: Peer, mut request: Request) -> Response {
    let headers = request.headers();
    let says = |name: header::HeaderName, word: &str| {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(word))
    };
    if request.version() != Version::HTTP_11
        || !says(header::UPGRADE, "websocket")
        || !says(header::CONNECTION, "upgrade")
    {
        let message = "this is the OpAMP endpoint: connect with a WebSocket over HTTP/1.1, or POST application/x-protobuf; a proxy in front must pass the upgrade on\n";
        return plain(StatusCode::UPGRADE_REQUIRED, message);
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).cloned();
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version == "13");
    let (Some(key), true) = (key, version) else {
        return plain(
            StatusCode::BAD_REQUEST,
            "the WebSocket handshake lacks its key or is not of version 13\n",
        );
    };
    let Ok(place) = Arc::clone(&opamp.upgrades).try_acquire_owned() else {
        return come_back(
            StatusCode::SERVICE_UNAVAILABLE,
            "many supervisors connect at once\n",
            retry_after_s(),
        );
    };
    let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
    let counted = request.extensions().get::<Counted>().cloned();
    let upgraded = hyper::upgrade::on(&mut request);
    let opamp = Arc::clone(opamp);
    let tasks = opamp.tasks.clone();
    tasks.spawn(async move {
        let Ok(Ok(upgraded)) = tokio::time::timeout(FIRST_MESSAGE_MAX, upgraded).await else { return };
        let Ok(Parts { io, read_buf, .. }) = downcast::<TokioIo<Stream>>(upgraded) else { return };
        let (stream, early) = (io.into_inner(), read_buf.to_vec());
        // The buffer of the HTTP connection would otherwise stay for as long as this one lives.
        drop(read_buf);
        let mut socket = Socket::new(Arc::clone(&opamp), token.id.clone(), peer, stream, counted);
        // Boxed, so that a quiet connection costs what it needs and not what its largest branch does.
        Box::pin(socket.converse(early, place)).await;
    });
    let response = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::UPGRADE, "websocket")
        .header(header::CONNECTION, "upgrade")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept)
        .body(Body::empty());
    response.unwrap_or_default()
}

/// Between 30 and 90 seconds, so that those who were turned away do not come back together.
fn retry_after_s() -> u64 {
    let [low] = linkmesh_control::secrets::draw::<1>();
    30 + u64::from(low) * 60 / 255
}
