//! Requests as Alloy's client writes them, and outcomes as it reads them.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::MultiGzDecoder;
use prost::Message;
use serde::Deserialize;

use super::settings::{AgentSettings, Generation};
use crate::connect::{Answer, Method};
use crate::proto::{GetConfigRequest, GetConfigResponse};

/// A client takes answers of any size; this one stops somewhere.
const INFLATED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A request to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The call.
    pub method: Method,
    /// The HTTP method.
    pub verb: &'static str,
    /// What stands behind the `?`, for a `GET`.
    pub query: Option<String>,
    /// Header names in lower case, with their values; without authorization.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// It was answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The header of this name.
        content_type: Option<&'a str>,
        /// Whether the body is compressed with gzip.
        gzip: bool,
        /// The body.
        body: &'a [u8],
    },
    /// It was not; these are the transport's words.
    Trouble(&'a str),
}

/// The outcome of a registration; an error is `code: words`.
pub(super) type Registered = Result<(), String>;

/// The outcome of a poll.
pub(super) enum Polled {
    NotModified,
    Content(GetConfigResponse),
    /// `code: words`.
    Failed(String),
}

impl Request {
    pub(super) fn get_config(settings: &AgentSettings, message: &GetConfigRequest) -> Self {
        if !settings.generation.polls_with_get() {
            return Self::post(settings, Method::GetConfig, message);
        }
        let message = URL_SAFE_NO_PAD.encode(message.encode_to_vec());
        Self {
            method: Method::GetConfig,
            verb: "GET",
            query: Some(format!("connect=v1&base64=1&encoding=proto&message={message}")),
            headers: vec![("accept-encoding", "gzip".to_owned()), ("user-agent", settings.user_agent())],
            body: Vec::new(),
        }
    }

    pub(super) fn post(settings: &AgentSettings, method: Method, message: &impl Message) -> Self {
        let mut headers = vec![
            ("content-type", "application/proto".to_owned()),
            ("connect-protocol-version", "1".to_owned()),
            ("accept-encoding", "gzip".to_owned()),
            ("user-agent", settings.user_agent()),
        ];
        if method == Method::Unregister {
            headers.push(("connect-timeout-ms", "999".to_owned()));
        }
        Self { method, verb: "POST", query: None, headers, body: message.encode_to_vec() }
    }

    /// The header of this name, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

impl<'a> Outcome<'a> {
    /// This answer arrived.
    #[must_use]
    pub fn of(answer: &'a Answer) -> Self {
        let header =
            |name| answer.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        Self::Answered {
            status: answer.status,
            content_type: header("content-type"),
            gzip: header("content-encoding") == Some("gzip"),
            body: &answer.body,
        }
    }

    pub(super) fn registered(self) -> Registered {
        self.body().map(drop)
    }

    pub(super) fn polled(self) -> Polled {
        let decode = |body: Vec<u8>| {
            GetConfigResponse::decode(body.as_slice())
                .map_err(|error| format!("invalid_argument: unmarshal message: {error}"))
        };
        match self.body().and_then(decode) {
            Ok(response) if response.not_modified => Polled::NotModified,
            Ok(response) => Polled::Content(response),
            Err(words) => Polled::Failed(words),
        }
    }

    fn body(self) -> Result<Vec<u8>, String> {
        let (status, content_type, gzip, body) = match self {
            Self::Trouble(words) => return Err(format!("unavailable: {words}")),
            Self::Answered { status, content_type, gzip, body } => (status, content_type, gzip, body),
        };
        if status != 200 {
            return Err(error_of(status, body));
        }
        // The rest behind the slash is compared byte by byte: no parameter, no other spelling.
        if content_type != Some("application/proto") {
            let said = content_type.unwrap_or_default();
            return Err(format!("unknown: invalid content-type: {said:?}; expecting \"application/proto\""));
        }
        if !gzip {
            return Ok(body.to_vec());
        }
        let mut plain = Vec::new();
        match MultiGzDecoder::new(body).take(INFLATED_BYTES_MAX).read_to_end(&mut plain) {
            Ok(_) => Ok(plain),
            Err(error) => Err(format!("internal: decompress: {error}")),
        }
    }
}

/// The words of an error answer: its body, or what the status alone stands for.
fn error_of(status: u16, body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Body {
        code: String,
        #[serde(default)]
        message: String,
    }
    if let Ok(Body { code, message }) = serde_json::from_slice(body) {
        return format!("{code}: {message}");
    }
    let code = match status {
        400 => "internal",
        401 => "unauthenticated",
        403 => "permission_denied",
        404 => "unimplemented",
        429 | 502 | 503 | 504 => "unavailable",
        _ => "unknown",
    };
    format!("{code}: HTTP status {status}")
}

impl Generation {
    /// Those in between used `GET`, until headers of HTTP/2 became too long.
    const fn polls_with_get(self) -> bool {
        matches!(self, Self::V1_7 | Self::V1_8)
    }
}
