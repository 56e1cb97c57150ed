//! The accept loop: who may connect, how long they may take, how many there may be.
//! Knows nothing of what is served. Start at [`serve`].

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

/// Most connections at the same time; more wait in the kernel's queue.
const CONNECTIONS_MAX: usize = 200_000;
/// How long a new connection may stay silent.
const FIRST_BYTE_MAX: Duration = Duration::from_secs(10);
/// How long a request's headers may take.
const HEADERS_MAX: Duration = Duration::from_secs(10);
/// Largest header section, in bytes.
const HEADER_BYTES_MAX: usize = 32 * 1024;
/// Streams of one HTTP/2 connection.
const H2_STREAMS_MAX: u32 = 128;
/// How long to rest when the machine has no more descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The address that a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Accepts connections until `closing`. Each is a task of `tasks`; requests that are under way may end.
pub async fn serve(listener: TcpListener, app: Router, closing: CancellationToken, tasks: &TaskTracker) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS_MAX).max_buf_size(HEADER_BYTES_MAX);
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
                let connection = converse(stream, peer, app.clone(), Arc::clone(&builder), closing.clone());
                tasks.spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(cause) => {
                // Out of descriptors, most likely: those that exist go on, new ones wait.
                tracing::warn!(%cause, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    builder: Arc<Builder<TokioExecutor>>,
    closing: CancellationToken,
) {
    // A peer that says nothing is not seen by the header timeout, which starts with the first byte.
    match tokio::time::timeout(FIRST_BYTE_MAX, stream.readable()).await {
        Ok(Ok(())) => {}
        Ok(Err(_)) | Err(_) => return,
    }
    if let Err(cause) = stream.set_nodelay(true) {
        tracing::debug!(%cause, "nodelay could not be set");
    }
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let app = app.clone();
        async move {
            let mut request: Request = request.map(axum::body::Body::new);
            request.extensions_mut().insert(Peer(peer));
            Ok::<_, Infallible>(app.oneshot(request).await.unwrap_or_else(|never| match never {}))
        }
    });
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        served = connection.as_mut() => {
            if let Err(cause) = served {
                tracing::debug!(%cause, %peer, "a connection ended early");
            }
            return;
        }
        () = closing.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    if let Err(cause) = connection.await {
        tracing::debug!(%cause, %peer, "a connection ended early");
    }
}
