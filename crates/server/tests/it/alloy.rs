//! An Alloy on a host, as far as its requests go, and requests of every odd kind, byte by byte over a socket of their own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use linkmesh_remotecfg::agent::{Agent, AgentSettings, Life, Outcome};
use serde_json::{Value, json};

use crate::running::Server;

/// An answer as it came over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Raw {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Checks that this is an error as Connect has them, and answers its code and words.
    pub(crate) fn error(&self, status: u16) -> (String, String) {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        assert!(!text("message").is_empty(), "{body}");
        (text("code"), text("message"))
    }
}

/// Sends one request on a connection of its own.
pub(crate) fn send(server: &Server, start: &str, headers: &[(&str, &str)], body: &[u8]) -> Raw {
    let address = server.running.as_ref().unwrap().address;
    exchange(TcpStream::connect(address).unwrap(), start, headers, body)
}

pub(crate) fn exchange(mut stream: TcpStream, start: &str, headers: &[(&str, &str)], body: &[u8]) -> Raw {
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut head = format!("{start} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
    if !start.starts_with("GET") && !headers.iter().any(|(name, _)| *name == "content-length") {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // A server may refuse before it has read all; then the rest cannot be written, and the answer counts.
    drop(stream.write_all(body));
    let mut all = Vec::new();
    drop(stream.read_to_end(&mut all));
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("an answer with a head");
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let pair = |line: &str| {
        let (name, value) = line.split_once(':').unwrap();
        (name.trim().to_ascii_lowercase(), value.trim().to_owned())
    };
    Raw { status, headers: lines.map(pair).collect(), body: all[end + 4..].to_vec() }
}

/// A collector with its token, and the Alloy on its host.
pub(crate) struct Alloy {
    pub(crate) agent: Agent,
    pub(crate) token: String,
    pub(crate) now_ms: u64,
}

impl Alloy {
    /// Made and minted over REST; its host has not started yet.
    pub(crate) fn new(server: &Server, settings: AgentSettings) -> Self {
        let made = server.post("collectors", &json!({"name": settings.id, "mode": "alloy-remotecfg"}));
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!(made.json()["status"], "awaiting_connection");
        let minted = server.post(&format!("collectors/{}/token", settings.id), &json!({}));
        assert_eq!(minted.status, 201, "{minted:?}");
        let text = |key: &str| minted.json()[key].as_str().unwrap().to_owned();
        Self { agent: Agent::new(settings), token: text("token"), now_ms: 0 }
    }

    /// Does all that is due now; answers the status of each call.
    pub(crate) fn works(&mut self, server: &Server) -> Vec<u16> {
        let mut seen = Vec::new();
        while let Some(request) = self.agent.poll(self.now_ms) {
            let answer = self.sends(server, &request);
            seen.push(answer.status);
            let outcome = Outcome::Answered {
                status: answer.status,
                content_type: answer.header("content-type"),
                gzip: answer.header("content-encoding") == Some("gzip"),
                body: &answer.body,
            };
            self.agent.receive(outcome, self.now_ms);
            assert!(seen.len() < 20, "it does not come to rest: {seen:?}");
        }
        seen
    }

    pub(crate) fn sends(&self, server: &Server, request: &linkmesh_remotecfg::agent::Request) -> Raw {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(request.headers.iter().map(|(name, value)| (*name, value.as_str())));
        let query = request.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
        send(server, &format!("{} {}{query}", request.verb, request.method.path()), &headers, &request.body)
    }

    /// Its process starts, comes to rest, and polls.
    pub(crate) fn starts(&mut self, server: &Server) {
        self.agent.start();
        let seen = self.works(server);
        assert!(seen.iter().all(|status| *status == 200), "{seen:?}");
        assert_eq!(self.agent.life(), &Life::Polling);
    }

    /// Its next poll is due.
    pub(crate) fn polls(&mut self, server: &Server) -> Vec<u16> {
        self.now_ms += self.agent.settings().poll_frequency_ms;
        self.works(server)
    }

    pub(crate) fn page(&self, server: &Server) -> Value {
        server.get(&format!("collectors/{}", self.agent.settings().id)).json()
    }

    /// Words of its events, oldest first.
    pub(crate) fn events(&self, server: &Server) -> Vec<String> {
        let path = format!("collectors/{}/events?limit=100", self.agent.settings().id);
        let mut words: Vec<String> = server.get(&path).json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["kind"].as_str().unwrap().to_owned())
            .collect();
        words.reverse();
        words
    }

    /// Waits until what it should run is released to it.
    pub(crate) fn is_due(&self, server: &Server) {
        let path = format!("remotecfg?collector={}", self.agent.settings().id);
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        loop {
            let desired = self.page(server)["desired"]["hash"].as_str().unwrap_or("none").to_owned();
            if server.get(&path).header("etag").contains(&desired) {
                return;
            }
            assert!(std::time::Instant::now() < deadline, "never released: {}", self.page(server));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until its page says so.
    pub(crate) fn becomes(&self, server: &Server, key: &str, word: &str) {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        let says = |value: &Value| value == word || format!("{value}") == word;
        while !says(&self.page(server)[key]) {
            assert!(std::time::Instant::now() < deadline, "{key} never is {word}: {}", self.page(server));
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The smallest thing that runs.
pub(crate) fn save_simple(server: &Server, endpoint: &str) {
    let body = json!({"put": {
        "fleet/sources/app.yaml": {"type": "otlp", "settings": {"grpc": "127.0.0.1:4317"}},
        "fleet/routes/all.yaml": {"sources": ["app"], "destinations": ["out"], "policy": "immediate"},
        "fleet/destinations/out.yaml": {"type": "otlp-http", "endpoint": endpoint},
    }});
    let saved = server.post("changes", &body);
    assert!(saved.status == 200 || saved.status == 201, "{saved:?}");
}
