//! A `linkmesh-server` as a process with a data directory of its own, set up and ready, that can be killed and come back.
//! Start at [`Server::start`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use linkmesh_api::client::{Client, ClientSettings};
use linkmesh_api::types::{CreateServiceAccount, Role, SessionRequest};
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::process::Process;
use crate::wait;

/// The first administrator.
pub const USERNAME: &str = "admin";
/// The first administrator's password.
pub const PASSWORD: &str = "a password for tests";
const START_MAX: Duration = Duration::from_secs(30);
const STOP_MAX: Duration = Duration::from_secs(20);
const CALL_MAX: Duration = Duration::from_secs(30);

/// A server.
#[derive(Debug)]
pub struct Server {
    program: PathBuf,
    folder: Folder,
    extra: Extra,
    process: Process,
    url: String,
    setup_link: Option<String>,
    token: Option<String>,
}

/// How a server is started beside the usual.
#[derive(Debug, Clone, Default)]
pub struct Extra {
    /// More words for its command line.
    pub args: Vec<String>,
    /// The authority that its certificate is from, where it speaks TLS.
    pub ca_pem: Option<String>,
}

/// An answer to a plain HTTP request.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Server {
    /// Starts `program` with a new data directory in `folder`, makes the first administrator and a service account.
    ///
    /// # Panics
    /// When any of it fails.
    #[must_use]
    pub fn start(program: &str, folder: &Folder) -> Self {
        Self::start_with(program, folder, Extra::default())
    }

    /// The same with settings of its own.
    ///
    /// # Panics
    /// When any of it fails.
    #[must_use]
    pub fn start_with(program: &str, folder: &Folder, extra: Extra) -> Self {
        let mut server = Self::launched(program, folder, extra);
        server.set_up();
        server
    }

    /// Starts `program` with a new data directory in `folder`, and nothing more.
    ///
    /// # Panics
    /// When it does not come up.
    #[must_use]
    pub fn start_bare(program: &str, folder: &Folder) -> Self {
        Self::launched(program, folder, Extra::default())
    }

    fn launched(program: &str, folder: &Folder, extra: Extra) -> Self {
        let program = PathBuf::from(program);
        let (process, url, setup_link) = launch(&program, folder, "127.0.0.1:0", &extra);
        Self { program, folder: folder.clone(), extra, process, url, setup_link, token: None }
    }

    /// Makes the first administrator with the token of the printed link, and a service account.
    ///
    /// # Panics
    /// When the server refuses it.
    pub fn set_up(&mut self) {
        let link = self.setup_link.clone().expect("a new server prints a set-up link");
        let (_, setup_token) = link.split_once("token=").expect("the link holds a token");
        let body = json!({"setup_token": setup_token, "username": USERNAME, "password": PASSWORD});
        let answer = self.post("/api/v1/setup", &body);
        assert_eq!(answer.status, 201, "the set-up was refused: {}", answer.text());
        let session = self
            .client(None)
            .sign_in(&SessionRequest { username: USERNAME.to_owned(), password: PASSWORD.to_owned() })
            .expect("the first administrator can sign in");
        let account =
            CreateServiceAccount { name: "tests".to_owned(), role: Role::Admin, expires_in_s: None };
        self.token =
            Some(session.create_service_account(&account).expect("an administrator makes accounts").token);
    }

    /// The set-up link that it printed at its last start.
    #[must_use]
    pub fn setup_link(&self) -> Option<&str> {
        self.setup_link.as_deref()
    }

    /// A client with the service account's token.
    ///
    /// # Panics
    /// Before [`Self::set_up`].
    #[must_use]
    pub fn api(&self) -> Client {
        self.client(Some(self.token().to_owned()))
    }

    /// The service account's token.
    ///
    /// # Panics
    /// Before [`Self::set_up`].
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().expect("the server is set up")
    }

    /// Its base address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Host and port.
    #[must_use]
    pub fn address(&self) -> &str {
        self.url.split_once("://").map_or("", |(_, address)| address)
    }

    /// The address of its OpAMP WebSocket.
    #[must_use]
    pub fn opamp_url(&self) -> String {
        format!("ws://{}/v1/opamp", self.address())
    }

    /// Its data directory.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Its bare repository.
    #[must_use]
    pub fn repository(&self) -> PathBuf {
        self.data_dir().join("config.git")
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// What it logged since its last start.
    #[must_use]
    pub fn said(&self) -> String {
        self.process.said()
    }

    /// Ends it as `kill -9` does.
    pub fn kill_9(&mut self) {
        self.process.kill_9();
    }

    /// Ends it in order.
    ///
    /// # Panics
    /// When it does not end, or not with 0.
    pub fn stop(&mut self) {
        let status = self.process.stop(STOP_MAX);
        assert!(status.success(), "the server ended with {status}");
    }

    /// Starts it again on the same data and the same port, after it ended.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn restart(&mut self) {
        let listen = self.address().to_owned();
        let (process, url, setup_link) = launch(&self.program, &self.folder, &listen, &self.extra);
        assert_eq!(url, self.url, "the port is the same");
        (self.process, self.setup_link) = (process, setup_link);
    }

    /// A plain `POST` of JSON, without a credential.
    ///
    /// # Panics
    /// When nobody answers.
    #[must_use]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        let body = body.to_string().into_bytes();
        self.request("POST", path, &[("content-type", "application/json")], body)
    }

    /// Any request.
    ///
    /// # Panics
    /// When nobody answers.
    #[must_use]
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        ask(&format!("{}{path}", self.url), method, headers, body, self.extra.ca_pem.as_deref())
    }

    fn client(&self, token: Option<String>) -> Client {
        let settings = ClientSettings {
            url: self.url.clone(),
            token,
            ca_pem: self.extra.ca_pem.clone().map(String::into_bytes),
            user_agent: "linkmesh-tests".to_owned(),
        };
        Client::new(&settings).expect("the address of a running server is one")
    }
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Any request to any address.
///
/// # Panics
/// When nobody answers.
#[must_use]
pub fn request(url: &str, method: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    ask(url, method, headers, body, None)
}

/// Any request to any address, trusting one authority more where it is given.
///
/// # Panics
/// When nobody answers.
#[must_use]
pub fn ask(url: &str, method: &str, headers: &[(&str, &str)], body: Vec<u8>, ca_pem: Option<&str>) -> Answer {
    let mut tls = ureq::tls::TlsConfig::builder();
    if let Some(pem) = ca_pem {
        let root = ureq::tls::Certificate::from_pem(pem.as_bytes()).expect("the authority's certificate");
        tls = tls.root_certs(ureq::tls::RootCerts::new_with_certs(&[root]));
    }
    let agent = ureq::Agent::config_builder()
        .tls_config(tls.build())
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(CALL_MAX))
        .build()
        .new_agent();
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body).expect("tests make requests that can be sent");
    let mut response = agent.run(request).unwrap_or_else(|e| panic!("{method} {url}: {e}"));
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Answer {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: response.body_mut().read_to_vec().unwrap_or_default(),
    }
}

fn launch(program: &Path, folder: &Folder, listen: &str, extra: &Extra) -> (Process, String, Option<String>) {
    let mut command = Command::new(program);
    // Nothing of the caller's environment may change what is tested.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LINKMESH_")) {
        command.env_remove(name);
    }
    command.arg("--data-dir").arg(folder.join("data")).args(["--listen", listen]);
    command.args(&extra.args);
    command.env("LINKMESH_LOG", "info,linkmesh_server=debug");
    let mut process = Process::start(command, &folder.join("server.log"));
    let url = wait::until("the server says where it listens", START_MAX, || {
        let said = process.said();
        let url = said.lines().find_map(|line| line.strip_prefix("listening on ")).map(str::to_owned);
        assert!(url.is_some() || process.runs(), "the server ended at once: {said}");
        url
    });
    let ready = format!("{url}/readyz");
    wait::until("the server is ready", START_MAX, || {
        (ask(&ready, "GET", &[], Vec::new(), extra.ca_pem.as_deref()).status == 200).then_some(())
    });
    let said = process.said();
    let link = said.lines().find_map(|line| line.strip_prefix("set up this server at ")).map(str::to_owned);
    (process, url, link)
}
