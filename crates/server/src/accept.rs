//! The accept loop: who may connect, how long they may take, how many there may be.
//! Knows nothing of what is served. Start at [`serve`].

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{Version, header};
use axum::response::Response;
use http_body::Body as _;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::forwarded::Proxies;
use crate::stream::Stream;
use crate::tls::Tls;
use crate::unread::Shared;

pub use crate::forwarded::Peer;

/// Most connections at the same time; more wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 200_000;
/// How long a new connection may take until it is clear which HTTP it speaks.
const FIRST_BYTES_MAX: Duration = Duration::from_secs(10);
/// How often a peer is looked at that has said something, but not enough.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// What an HTTP/2 connection begins with (RFC 9113 §3.4).
const H2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long the headers of a connection's first request may take.
const HEADERS_MAX: Duration = Duration::from_secs(10);
/// How long a connection may rest between two requests, the next one's headers included. Longer than an Alloy waits between
/// two polls by default: one that writes its poll into a socket that is closing takes that for a failure.
const REST_MAX: Duration = Duration::from_secs(75);
/// Largest header section, in bytes.
const HEADER_BYTES_MAX: usize = 32 * 1024;
/// Streams of one HTTP/2 connection.
const H2_STREAMS_MAX: u32 = 128;
/// How long an encrypted connection may take until its first request is there; only after the handshake can be seen what it speaks.
const FIRST_REQUEST_MAX: Duration = Duration::from_secs(30);
/// What a TLS connection begins with: a handshake record (RFC 8446 §5.1).
const TLS_HANDSHAKE: u8 = 0x16;
/// What somebody hears who speaks plain HTTP where TLS is spoken.
const NOT_TLS: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
    this port speaks TLS: use https:// and, for supervisors, wss://\n";
/// How long to rest when the machine has no more descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A place among the open connections. Whoever takes a connection over keeps a copy for as long as it lives.
#[derive(Clone)]
pub struct Counted {
    _place: Arc<OwnedSemaphorePermit>,
}

/// What stands before every request.
#[derive(Clone, Default)]
pub struct Front {
    /// The certificate, where connections are encrypted.
    pub tls: Option<Arc<Tls>>,
    /// Who may say where a request comes from.
    pub proxies: Arc<Proxies>,
}

/// Accepts connections until `closing`. Each is a task of `tasks`; requests that are under way may end.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    front: Front,
    closing: CancellationToken,
    tasks: &TaskTracker,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(REST_MAX).max_buf_size(HEADER_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(H2_STREAMS_MAX)
        .max_header_list_size(u32::try_from(HEADER_BYTES_MAX).unwrap_or(u32::MAX))
        .keep_alive_interval(Duration::from_secs(60));
    let builder = Arc::new(builder);
    loop {
        let place = tokio::select! {
            () = closing.cancelled() => return,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let Ok(place) = place else { return };
        let accepted = tokio::select! {
            () = closing.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let counted = Counted { _place: Arc::new(place) };
                let from = Origin { peer, counted, front: front.clone() };
                tasks.spawn(converse(stream, from, app.clone(), Arc::clone(&builder), closing.clone()));
            }
            Err(cause) => {
                // Out of descriptors, most likely: those that exist go on, new ones wait.
                tracing::warn!(%cause, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Where a connection comes from, and through what.
struct Origin {
    peer: SocketAddr,
    counted: Counted,
    front: Front,
}

async fn converse(
    stream: TcpStream,
    from: Origin,
    app: Router,
    builder: Arc<Builder<TokioExecutor>>,
    closing: CancellationToken,
) {
    let peer = from.peer;
    let opened = tokio::select! {
        opened = opened(stream, from.front.tls.as_deref()) => opened,
        () = closing.cancelled() => None,
    };
    let Some(stream) = opened else { return };
    let asked = Arc::new(AtomicBool::new(false));
    let first_max = if matches!(stream, Stream::Tls(_)) { FIRST_REQUEST_MAX } else { HEADERS_MAX };
    let service = hyper::service::service_fn({
        let asked = Arc::clone(&asked);
        let encrypted = matches!(stream, Stream::Tls(_));
        move |request: hyper::Request<Incoming>| {
            asked.store(true, Ordering::Relaxed);
            let (app, counted) = (app.clone(), from.counted.clone());
            let peer = from.front.proxies.origin(from.peer, encrypted, request.headers());
            answer(app, request, peer, counted)
        }
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let silent = async {
        tokio::time::sleep(first_max).await;
        if asked.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        served = connection.as_mut() => {
            if let Err(cause) = served {
                tracing::debug!(%cause, %peer, "a connection ended early");
            }
            return;
        }
        () = silent => return,
        () = closing.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    if let Err(cause) = connection.await {
        tracing::debug!(%cause, %peer, "a connection ended early");
    }
}

async fn answer(
    app: Router,
    request: hyper::Request<Incoming>,
    peer: Peer,
    counted: Counted,
) -> Result<Response, Infallible> {
    let (parts, body) = request.into_parts();
    let body = Shared::new(body);
    // Who waits to be asked for the body has sent none of it; HTTP/2 ends one stream without tearing the others.
    let may_tear = parts.version < Version::HTTP_2 && !parts.headers.contains_key(header::EXPECT);
    let mut request = Request::from_parts(parts, axum::body::Body::new(body.clone()));
    request.extensions_mut().insert(peer);
    request.extensions_mut().insert(counted);
    let response = app.oneshot(request).await.unwrap_or_else(|never| match never {});
    let refused = response.status().is_client_error() || response.status().is_server_error();
    if refused && may_tear && !body.is_end_stream() {
        body.read_out().await;
    }
    Ok(response)
}

/// A connection on which requests can be read; nothing where the peer does not get so far.
async fn opened(mut stream: TcpStream, tls: Option<&Tls>) -> Option<Stream> {
    if let Err(cause) = stream.set_nodelay(true) {
        tracing::debug!(%cause, "nodelay could not be set");
    }
    let Some(tls) = tls else {
        // A peer that says nothing, or only as much as leaves open which HTTP it speaks, is not seen by the header timeout.
        let spoken = tokio::time::timeout(FIRST_BYTES_MAX, is_decided(&stream)).await;
        return spoken.is_ok_and(|decided| decided).then_some(Stream::Plain(stream));
    };
    let mut first = [0];
    match tokio::time::timeout(FIRST_BYTES_MAX, stream.peek(&mut first)).await {
        Ok(Ok(1)) if first == [TLS_HANDSHAKE] => {
            tls.shake_hands(stream).await.map(|stream| Stream::Tls(Box::new(stream)))
        }
        Ok(Ok(1)) if first.iter().all(u8::is_ascii_uppercase) => {
            // Somebody took the address for a plain one; that is worth a word, if it is still there to hear it.
            drop(tokio::time::timeout(FIRST_BYTES_MAX, refuse_plain(&mut stream)).await);
            None
        }
        _ => None,
    }
}

async fn refuse_plain(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(NOT_TLS).await?;
    stream.shutdown().await?;
    // Closing on unread bytes would take the answer down with it.
    let mut rest = [0; 1024];
    for _ in 0..HEADER_BYTES_MAX / rest.len() {
        if tokio::io::AsyncReadExt::read(stream, &mut rest).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Waits until the first bytes say which HTTP it is; no where the peer is gone.
async fn is_decided(stream: &TcpStream) -> bool {
    let mut seen = [0; H2_PREFACE.len()];
    loop {
        let Ok(count @ 1..) = stream.peek(&mut seen).await else { return false };
        let first = seen.get(..count).unwrap_or_default();
        if first.len() == H2_PREFACE.len() || !H2_PREFACE.starts_with(first) {
            return true;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    async fn server() -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().route("/", axum::routing::get(async || "here"));
        let closing = CancellationToken::new();
        let stop = closing.clone();
        tokio::spawn(async move { serve(listener, app, Front::default(), stop, &TaskTracker::new()).await });
        (address, closing)
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_leaves_open_what_it_speaks_is_dropped() {
        let (address, _closing) = server().await;
        let held = async |start: &str| {
            let mut peer = TcpStream::connect(address).await.unwrap();
            peer.write_all(start.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            let ended = tokio::time::timeout(Duration::from_secs(15), peer.read_to_end(&mut answer)).await;
            ended.is_err()
        };
        let unfinished = "GET / HTTP/1.1\r\nhost: x\r\n";
        let held = tokio::join!(held(""), held("P"), held("PRI * HT"), held(unfinished));
        assert_eq!(held, (false, false, false, false));
    }

    #[tokio::test]
    async fn a_connection_may_rest_between_two_polls() {
        let (address, _closing) = server().await;
        let mut peer = TcpStream::connect(address).await.unwrap();
        let mut answer = [0; 12];
        for rest in [HEADERS_MAX + Duration::from_secs(2), REST_MAX + Duration::from_secs(1)] {
            peer.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
            peer.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200");
            let mut end = Vec::new();
            while !end.ends_with(b"here") {
                end.push(peer.read_u8().await.unwrap());
            }
            // Time stands still but for what passes here.
            tokio::time::pause();
            tokio::time::advance(rest).await;
            tokio::time::resume();
        }
        let ended = tokio::time::timeout(Duration::from_secs(5), peer.read(&mut answer)).await;
        assert_eq!(ended.unwrap().unwrap(), 0, "it does not rest for ever");
    }

    #[tokio::test]
    async fn whoever_is_refused_while_still_sending_gets_to_read_why() {
        let (address, _closing) = server().await;
        for _ in 0..8 {
            let mut peer = TcpStream::connect(address).await.unwrap();
            let body = vec![b'x'; 4 * 1024 * 1024];
            let head = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len());
            peer.write_all(head.as_bytes()).await.unwrap();
            // Late enough for the answer to be there before most of the body is.
            tokio::time::sleep(Duration::from_millis(5)).await;
            peer.write_all(&body).await.unwrap();
            let mut answer = [0; 12];
            peer.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"HTTP/1.1 405");
        }
    }

    #[tokio::test]
    async fn a_request_in_pieces_is_answered() {
        let (address, closing) = server().await;
        let mut peer = TcpStream::connect(address).await.unwrap();
        for piece in ["G", "ET / HTTP/1.1\r\n", "host: x\r\nconnection: close\r\n\r\n"] {
            peer.write_all(piece.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut answer = String::new();
        peer.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("here"), "{answer}");
        let mut silent = TcpStream::connect(address).await.unwrap();
        closing.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), silent.read_u8()).await;
        assert!(ended.is_ok(), "a silent peer does not hold up the end");
    }
}
