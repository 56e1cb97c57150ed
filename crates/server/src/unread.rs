//! The rest of a request that nobody read. A connection that is closed on unread bytes is torn, and an early refusal goes
//! down with it: the sender sees a broken pipe instead of the reason. Start at [`Shared::read_out`].

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

/// Most bytes that are read for nothing, so that a refusal arrives.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long a refusal waits for its sender to finish.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// A body that is read by one, and read out by another.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Incoming>>);

impl Shared {
    /// Shares the body of a request.
    #[must_use]
    pub fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    /// Reads what is left and forgets it, within bounds.
    pub async fn read_out(mut self) {
        let reading = async {
            let mut left = BYTES_MAX;
            while let Some(Ok(frame)) = self.frame().await {
                let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { return };
                left = rest;
            }
        };
        // Whoever is slower than that has to live with a torn connection.
        let _ended = tokio::time::timeout(WAIT_MAX, reading).await;
    }

    fn lock(&self) -> MutexGuard<'_, Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for Shared {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut *self.lock()).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.lock().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.lock().size_hint()
    }
}
