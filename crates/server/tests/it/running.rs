//! A server on a free port with data of its own, and the requests that tests send to it.

use std::time::Duration;

use linkmesh_server::settings::{Given, Settings};
use linkmesh_server::{Running, start};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use ureq::http::{HeaderMap, Method, Request};

pub(crate) const SETUP_TOKEN: &str = "a-set-up-token-for-tests";
pub(crate) const PASSWORD: &str = "correct horse battery";
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// A running server; stops when dropped.
pub(crate) struct Server {
    pub(crate) running: Option<Running>,
    pub(crate) url: String,
    /// The token of a service account that may do everything.
    pub(crate) token: String,
    pub(crate) folder: TempDir,
    /// The authority of its certificate, where it has one.
    ca_pem: Option<String>,
    runtime: Runtime,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Server {
    /// Set up, with an administrator `ana` and a service account.
    pub(crate) fn new() -> Self {
        Self::fresh().ready()
    }

    /// The same on a server that was started in a way of its own.
    pub(crate) fn ready(mut self) -> Self {
        let server = &mut self;
        let session = server.set_up();
        let body = json!({"name": "tests", "role": "admin"});
        let headers = [("cookie", session.0.as_str()), ("x-csrf-token", session.1.as_str())];
        let made = server.send("POST", "/api/v1/service-accounts", &headers, Some(&body));
        assert_eq!(made.status, 201, "{made:?}");
        server.token = made.json()["token"].as_str().unwrap().to_owned();
        self
    }

    /// As after the very first start.
    pub(crate) fn fresh() -> Self {
        Self::on(tempfile::tempdir().unwrap(), None)
    }

    pub(crate) fn on(folder: TempDir, external_url: Option<&str>) -> Self {
        let given = Given { external_url: external_url.map(str::to_owned), ..Given::default() };
        Self::given(folder, given, None)
    }

    /// With settings of its own, and the authority of its certificate.
    pub(crate) fn given(folder: TempDir, given: Given, ca_pem: Option<String>) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let given = Given {
            data_dir: Some(folder.path().join("data")),
            listen: Some("127.0.0.1:0".to_owned()),
            setup_token: Some(SETUP_TOKEN.to_owned()),
            shutdown_grace_s: Some(5),
            ..given
        };
        let settings: Settings = given.check().unwrap();
        let running = runtime.block_on(start(settings)).unwrap();
        let url = format!("{}://{}", running.scheme, running.address);
        Self { running: Some(running), url, token: String::new(), folder, ca_pem, runtime }
    }

    /// One that is opened by hand, on data that is set up already.
    pub(crate) fn around(runtime: Runtime, folder: TempDir, open: impl FnOnce(&Runtime) -> Running) -> Self {
        let running = open(&runtime);
        let url = format!("http://{}", running.address);
        let mut server =
            Self { running: Some(running), url, token: String::new(), folder, ca_pem: None, runtime };
        let session = server.sign_in();
        let body = json!({"name": "again", "role": "admin"});
        let headers = [("cookie", session.0.as_str()), ("x-csrf-token", session.1.as_str())];
        let made = server.send("POST", "/api/v1/service-accounts", &headers, Some(&body));
        server.token = made.json()["token"].as_str().unwrap().to_owned();
        server
    }

    /// Makes the first administrator; answers the cookie and the CSRF token.
    pub(crate) fn set_up(&self) -> (String, String) {
        let body = json!({"setup_token": SETUP_TOKEN, "username": "ana", "password": PASSWORD});
        let answer = self.send("POST", "/api/v1/setup", &[], Some(&body));
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.session()
    }

    pub(crate) fn sign_in(&self) -> (String, String) {
        let body = json!({"username": "ana", "password": PASSWORD});
        let answer = self.send("POST", "/api/v1/session", &[], Some(&body));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.session()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.with("GET", path, &[], None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.with("POST", path, &[], Some(body))
    }

    /// As the service account.
    pub(crate) fn with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        self.send(method, &format!("/api/v1/{path}"), &all, body)
    }

    /// With these headers and nothing else.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let mut all = headers.to_vec();
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        self.raw(method, path, &all, body.map(Value::to_string).unwrap_or_default().into_bytes())
    }

    /// With exactly these bytes.
    pub(crate) fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request =
            Request::builder().method(method.parse::<Method>().unwrap()).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = agent(self.ca_pem.as_deref()).run(request.body(body).unwrap()).unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.body_mut().read_to_string().unwrap(),
        }
    }

    /// Ends the server in order and gives back its data.
    pub(crate) fn stop(mut self) -> TempDir {
        let running = self.running.take().unwrap();
        self.runtime.block_on(running.stop());
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|cause| panic!("{cause}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie and the CSRF token that it brought.
    fn session(&self) -> (String, String) {
        let cookie = self.header("set-cookie").split(';').next().unwrap().to_owned();
        (cookie, self.json()["csrf_token"].as_str().unwrap().to_owned())
    }

    /// Checks that this is a refusal in the one form that all have, and answers it.
    pub(crate) fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for key in ["type", "title", "detail"] {
            assert!(problem[key].as_str().is_some_and(|text| !text.is_empty()), "{key}: {problem}");
        }
        problem
    }
}

/// An agent that shows every answer and waits for none for ever.
pub(crate) fn agent(ca_pem: Option<&str>) -> ureq::Agent {
    let mut tls = ureq::tls::TlsConfig::builder();
    if let Some(pem) = ca_pem {
        let root = ureq::tls::Certificate::from_pem(pem.as_bytes()).unwrap();
        tls = tls.root_certs(ureq::tls::RootCerts::new_with_certs(&[root]));
    }
    ureq::Agent::config_builder()
        .tls_config(tls.build())
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(ANSWER_MAX))
        .build()
        .new_agent()
}
