//! A destination that takes OTLP over HTTP, keeps what it got, and can be told to misbehave.
//! Start at [`Sink::start`].

mod otlp;

use std::io::Read as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use flate2::read::GzDecoder;

pub use otlp::Log;

/// Records that are kept; a test that sends more has a loop without end.
const RECORDS_MAX: usize = 1_000_000;
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Where Prometheus' remote write goes, by custom.
const REMOTE_WRITE: &str = "/api/v1/push";
/// How long a request hangs where nobody lets it go.
const HANG_MAX: Duration = Duration::from_secs(120);

/// What it does with a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Behavior {
    /// Takes it.
    #[default]
    Accept,
    /// Answers 503 and forgets it.
    Unavailable,
    /// Never answers.
    Hang,
}

#[derive(Debug, Default)]
struct Kept {
    behavior: Behavior,
    requests: usize,
    logs: Vec<Log>,
    metric_points: usize,
    spans: usize,
    remote_writes: usize,
}

/// A destination on 127.0.0.1. Ends when it is dropped.
#[derive(Debug)]
pub struct Sink {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    // Its tasks end with it.
    _runtime: tokio::runtime::Runtime,
}

impl Sink {
    /// A destination on any free port.
    ///
    /// # Panics
    /// When the system gives no port.
    #[must_use]
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be started");
        let kept = Arc::new(Mutex::new(Kept::default()));
        let listener =
            runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port can be bound");
        let port = listener.local_addr().expect("a bound port has a number").port();
        let app = Router::new().fallback(take).with_state(Arc::clone(&kept));
        runtime.spawn(async move { axum::serve(listener, app).await });
        Self { port, kept, _runtime: runtime }
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address, as an exporter of OTLP over HTTP wants it.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on it does this.
    pub fn behave(&self, behavior: Behavior) {
        lock(&self.kept).behavior = behavior;
    }

    /// The logs that it took, in the order of their coming.
    #[must_use]
    pub fn logs(&self) -> Vec<Log> {
        lock(&self.kept).logs.clone()
    }

    /// How many logs it took.
    #[must_use]
    pub fn log_count(&self) -> usize {
        lock(&self.kept).logs.len()
    }

    /// How many data points it took.
    #[must_use]
    pub fn metric_points(&self) -> usize {
        lock(&self.kept).metric_points
    }

    /// How many spans it took.
    #[must_use]
    pub fn spans(&self) -> usize {
        lock(&self.kept).spans
    }

    /// How many remote writes of Prometheus it took; they are not looked into.
    #[must_use]
    pub fn remote_writes(&self) -> usize {
        lock(&self.kept).remote_writes
    }

    /// How many requests came, whatever became of them.
    #[must_use]
    pub fn requests(&self) -> usize {
        lock(&self.kept).requests
    }
}

async fn take(State(kept): State<Arc<Mutex<Kept>>>, request: Request) -> Response {
    let behavior = {
        let mut kept = lock(&kept);
        kept.requests += 1;
        kept.behavior
    };
    match behavior {
        Behavior::Accept => {}
        Behavior::Unavailable => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Behavior::Hang => tokio::time::sleep(HANG_MAX).await,
    }
    let (parts, body) = request.into_parts();
    if parts.uri.path() == REMOTE_WRITE {
        lock(&kept).remote_writes += 1;
        return StatusCode::OK.into_response();
    }
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let mut bytes = Vec::new();
    if parts.headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "gzip") {
        let limit = u64::try_from(BODY_BYTES_MAX).unwrap_or(u64::MAX);
        if GzDecoder::new(&*body).take(limit).read_to_end(&mut bytes).is_err() {
            return StatusCode::BAD_REQUEST.into_response();
        }
    } else {
        bytes.extend_from_slice(&body);
    }
    let kind =
        parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let json = kind.starts_with("application/json");
    match otlp::read(parts.uri.path(), json, &bytes) {
        Some(got) => {
            let mut kept = lock(&kept);
            let room = RECORDS_MAX.saturating_sub(kept.logs.len());
            kept.logs.extend(got.logs.into_iter().take(room));
            kept.metric_points += got.metric_points;
            kept.spans += got.spans;
            let answer: &str = if json { "{}" } else { "" };
            ([(header::CONTENT_TYPE, kind.to_owned())], answer.to_owned()).into_response()
        }
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send;

    #[test]
    fn what_is_sent_is_kept_with_its_attributes() {
        let sink = Sink::start();
        send::logs(&sink.endpoint(), "shop", "INFO", &["one", "two"]).expect("it takes logs");
        let logs = sink.logs();
        let bodies: Vec<&str> = logs.iter().map(|log| log.body.as_str()).collect();
        assert_eq!(bodies, ["one", "two"]);
        assert_eq!(logs[0].resource.get("service.name").map(String::as_str), Some("shop"));
        assert_eq!(logs[0].severity, 9);
    }

    #[test]
    fn a_destination_that_is_told_to_refuse_keeps_nothing() {
        let sink = Sink::start();
        sink.behave(Behavior::Unavailable);
        assert_eq!(send::logs(&sink.endpoint(), "shop", "INFO", &["one"]), Err(503));
        assert_eq!((sink.log_count(), sink.requests()), (0, 1));
    }
}
