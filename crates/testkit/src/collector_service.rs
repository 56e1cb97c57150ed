//! A server of `collector.v1.CollectorService` that answers as it is told and writes down what it hears, to find out what an
//! Alloy says and does. Knows no LinkMesh. Start at [`CollectorService::start`].

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response};
use linkmesh_remotecfg::{Answer, Code, EncodedConfig, Incoming, Limits, Message, Method, read, refuse};

const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A test that makes more requests has a loop without end.
const HEARD_MAX: usize = 100_000;

/// One request, with what became of it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// When it came.
    pub at: Instant,
    /// The call.
    pub method: Method,
    /// The HTTP method.
    pub verb: String,
    /// What stood behind the `?`.
    pub query: Option<String>,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// What it said.
    pub message: Message,
    /// The status that it was answered with.
    pub status: u16,
}

/// What one kind of call is answered with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answering {
    /// As it should be.
    #[default]
    Well,
    /// Well so many times, then with this code.
    WellThen(usize, Code),
    /// With this code.
    Refuse(Code),
}

#[derive(Default)]
struct Kept {
    heard: Vec<Heard>,
    config: Option<Arc<EncodedConfig>>,
    answering: [Answering; Method::ALL.len()],
}

/// A server on 127.0.0.1. Ends when it is dropped.
pub struct CollectorService {
    port: u16,
    kept: Arc<Mutex<Kept>>,
    // Listener and connections end with it.
    runtime: Option<tokio::runtime::Runtime>,
}

impl CollectorService {
    /// A server on any free port that serves this configuration to everybody.
    ///
    /// # Panics
    /// When the system gives no port, or the configuration cannot be served.
    #[must_use]
    pub fn start(content: &str) -> Self {
        let mut service =
            Self { port: crate::ports::free(), kept: Arc::new(Mutex::new(Kept::default())), runtime: None };
        service.serve(content);
        service.up();
        service
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on it serves this configuration.
    ///
    /// # Panics
    /// When it cannot be served.
    pub fn serve(&self, content: &str) {
        let config = EncodedConfig::new(content).expect("tests serve what can be served");
        self.lock().config = Some(Arc::new(config));
    }

    /// From now on it answers calls of this kind so.
    pub fn answer(&self, method: Method, answering: Answering) {
        if let Some(place) = self.lock().answering.get_mut(method as usize) {
            *place = answering;
        }
    }

    /// Nobody listens any more, and open connections are gone.
    pub fn down(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    /// It listens again, on the same port.
    ///
    /// # Panics
    /// When the port cannot be bound.
    pub fn up(&mut self) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be started");
        let address = ("127.0.0.1", self.port);
        let bind = || runtime.block_on(tokio::net::TcpListener::bind(address)).ok();
        let listener = crate::wait::until("the port can be bound", std::time::Duration::from_secs(10), bind);
        let app = Router::new().fallback(take).with_state(Arc::clone(&self.kept));
        runtime.spawn(async move { axum::serve(listener, app).await });
        self.runtime = Some(runtime);
    }

    /// What it heard so far.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        self.lock().heard.clone()
    }

    /// How often it heard this call.
    #[must_use]
    pub fn count(&self, method: Method) -> usize {
        self.lock().heard.iter().filter(|heard| heard.method == method).count()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        lock(&self.kept)
    }
}

async fn take(State(kept): State<Arc<Mutex<Kept>>>, request: Request) -> Response<Body> {
    let at = Instant::now();
    let (parts, body) = request.into_parts();
    let Some(method) = Method::of_path(parts.uri.path()) else {
        return respond(refuse(Code::NotFound, "this path serves nothing"));
    };
    let Ok(body) = to_bytes(body, BODY_BYTES_MAX).await else {
        return respond(refuse(Code::ResourceExhausted, "the body is too long"));
    };
    let find = |name: &str| header(&parts.headers, name);
    let (verb, query) = (parts.method.as_str(), parts.uri.query());
    let incoming = Incoming { verb, query, headers: &find, body: &body };
    let call = match read(method, &incoming, &Limits::default()) {
        Ok(call) => call,
        Err(answer) => return respond(answer),
    };
    let mut kept = lock(&kept);
    let before = kept.heard.iter().filter(|heard| heard.method == method).count();
    let answer = match kept.answering.get(method as usize).copied().unwrap_or_default() {
        Answering::Refuse(code) => refuse(code, "told to refuse"),
        Answering::WellThen(times, code) if before >= times => refuse(code, "told to refuse from now on"),
        Answering::Well | Answering::WellThen(..) => match (&call.message, &kept.config) {
            (Message::GetConfig(request), Some(config)) => call.reply.poll(request, config),
            _ => call.reply.empty(),
        },
    };
    if kept.heard.len() < HEARD_MAX {
        let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value)));
        let (verb, query, headers) = (verb.to_owned(), query.map(str::to_owned), headers.collect());
        let (message, status) = (call.message, answer.status);
        kept.heard.push(Heard { at, method, verb, query, headers, message, status });
    }
    drop(kept);
    respond(answer)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn respond(answer: Answer) -> Response<Body> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(answer.body)).expect("an answer has a status and headers that can be sent")
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}
