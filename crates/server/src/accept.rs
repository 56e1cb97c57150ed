//! Takes connections and hands them to the routes until the server closes.
//! Knows nothing of what is served. Start at [`serve`].

use std::future::IntoFuture as _;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Serves until `closing`; connections that are busy then may finish.
pub async fn serve(listener: TcpListener, app: Router, closing: CancellationToken, tasks: &TaskTracker) {
    let serving = axum::serve(listener, app).with_graceful_shutdown(closing.cancelled_owned());
    if let Err(cause) = tasks.spawn(serving.into_future()).await {
        tracing::error!(%cause, "the listener failed");
    }
}
