//! The numbered statements about a server of `collector.v1`: each is tested here under its number, or listed as another room's.
//! Start at `STATEMENTS`.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use linkmesh_remotecfg::proto::{
    AgentConfigFile, AgentConfigMap, EffectiveConfig, GetConfigRequest, GetConfigResponse,
    RemoteConfigStatus, RemoteConfigStatuses,
};
use linkmesh_remotecfg::{
    Answer, Call, Code, ConfigHash, EncodedConfig, Incoming, Limits, Message, Method, read,
};
use prost::Message as _;

#[path = "conformance/content.rs"]
mod content;
#[path = "conformance/limits.rs"]
mod limits;
#[path = "conformance/truth.rs"]
mod truth;
#[path = "conformance/wire.rs"]
mod wire;

const C1: &str = "logging { level = \"info\" } // one\n";
const C2: &str = "declare \"linkmesh\" { } // two\n";
const C3: &str = "declare \"linkmesh\" { } // three\n";

/// A request with its headers.
#[derive(Clone)]
struct Sent {
    method: Method,
    verb: &'static str,
    query: Option<String>,
    headers: BTreeMap<&'static str, String>,
    body: Vec<u8>,
}

impl Sent {
    fn post(method: Method, body: Vec<u8>) -> Self {
        let headers = [("content-type", "application/proto".to_owned())].into();
        Self { method, verb: "POST", query: None, headers, body }
    }

    fn get(query: &str) -> Self {
        let query = Some(query.to_owned());
        Self { method: Method::GetConfig, verb: "GET", query, headers: BTreeMap::new(), body: Vec::new() }
    }

    fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.insert(header, value.to_owned());
        self
    }

    fn read(&self) -> Result<Call, Answer> {
        self.read_within(&Limits::default())
    }

    fn read_within(&self, limits: &Limits) -> Result<Call, Answer> {
        let headers = |name: &str| self.headers.get(name).map(String::as_str);
        let incoming =
            Incoming { verb: self.verb, query: self.query.as_deref(), headers: &headers, body: &self.body };
        read(self.method, &incoming, limits)
    }

    fn poll(&self) -> GetConfigRequest {
        match self.read().unwrap().message {
            Message::GetConfig(request) => request,
            other => panic!("{other:?} is no poll"),
        }
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
}

/// Every error has this form, whoever answers with it.
fn assert_refused(answer: &Answer, status: u16, code: Code) {
    assert_eq!(answer.status, status);
    assert_eq!(header(answer, "content-type"), Some("application/json"));
    assert_eq!(header(answer, "content-encoding"), None);
    let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(body["code"], code.name(), "{body}");
    assert!(body["message"].as_str().is_some_and(|words| !words.is_empty()), "{body}");
}

fn response(answer: &Answer) -> GetConfigResponse {
    assert_eq!((answer.status, header(answer, "content-encoding")), (200, None));
    GetConfigResponse::decode(answer.body.clone()).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn config(content: &str) -> EncodedConfig {
    EncodedConfig::new(content).unwrap()
}

fn hash(content: &str) -> ConfigHash {
    *config(content).hash()
}

/// A poll that says only which content was received last; none for the empty text.
fn bare(received: &str) -> GetConfigRequest {
    let hash = if received.is_empty() { String::new() } else { config(received).hash_text().to_owned() };
    GetConfigRequest { id: "edge-7".to_owned(), hash, ..GetConfigRequest::default() }
}

fn with_status(request: GetConfigRequest, status: RemoteConfigStatuses, words: &str) -> GetConfigRequest {
    let status = RemoteConfigStatus { status: status.into(), error_message: words.to_owned() };
    GetConfigRequest { remote_config_status: Some(status), ..request }
}

fn with_effective(request: GetConfigRequest, files: &[(&str, &str)]) -> GetConfigRequest {
    let file = |body: &str| AgentConfigFile {
        body: body.as_bytes().to_vec(),
        content_type: "text/plain".to_owned(),
    };
    let config_map = files.iter().map(|(name, body)| ((*name).to_owned(), file(body))).collect();
    let effective = EffectiveConfig { config_map: Some(AgentConfigMap { config_map }) };
    GetConfigRequest { effective_config: Some(effective), ..request }
}

/// Where a statement is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In this crate.
    Here,
    /// In the tests of the server, of the control plane or of the renderer.
    Elsewhere,
    /// Here as far as it is about bytes and memory; elsewhere as far as it is about state and sockets.
    Both,
}

use Place::{Both, Elsewhere, Here};

const STATEMENTS: [Place; 44] = [
    /* 1 */ Here, /* 2 */ Here, /* 3 */ Here, /* 4 */ Here, /* 5 */ Here,
    /* 6 */ Here, /* 7 */ Here, /* 8 */ Here,
    /* 9: middleware, router and panics are the server's */ Both, /* 10: credentials */ Elsewhere,
    /* 11 */ Here, /* 12 */ Here, /* 13: transports */ Elsewhere,
    /* 14: the server's own limits on bodies and addresses */ Both,
    /* 15: time under load */ Elsewhere, /* 16 */ Here,
    /* 17: state of a registration */ Elsewhere,
    /* 18: state of a registration, failing storage */ Elsewhere,
    /* 19: state of a collector */ Elsewhere, /* 20 */ Here, /* 21 */ Here,
    /* 22 */ Here, /* 23 */ Here, /* 24: which content is served to whom */ Both,
    /* 25: what the renderer writes */ Both, /* 26: what the renderer writes */ Elsewhere,
    /* 27: what the renderer writes */ Elsewhere, /* 28 */ Here, /* 29 */ Here,
    /* 30 */ Here, /* 31 */ Here, /* 32 */ Here, /* 33 */ Here, /* 34 */ Here,
    /* 35: state of a collector */ Both, /* 36: time without polls */ Elsewhere,
    /* 37: what is kept of it */ Both, /* 38 */ Here, /* 39: load */ Elsewhere,
    /* 40: own metrics */ Elsewhere, /* 41: own metrics */ Elsewhere,
    /* 42: own metrics */ Elsewhere, /* 43: own metrics */ Elsewhere,
    /* 44: own metrics */ Elsewhere,
];

#[test]
fn every_statement_has_its_place_and_every_place_its_test() {
    let sources = [
        include_str!("conformance/content.rs"),
        include_str!("conformance/limits.rs"),
        include_str!("conformance/truth.rs"),
        include_str!("conformance/wire.rs"),
    ];
    for (at, place) in STATEMENTS.iter().enumerate() {
        let name = format!("fn s{:02}_", at + 1);
        let tested = sources.iter().any(|source| source.contains(&name));
        assert_eq!(tested, *place != Elsewhere, "statement {}", at + 1);
    }
}
