//! A blocking client for `/api/v1`: one method per call, typed bodies, bounded answers, deadlines.
//! Knows nothing of terminals or files; errors are sentences. Start at [`Client::new`].

mod calls;
mod error;
mod events;
mod mirror;

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::{Method, Request, Response};

pub use error::ApiError;
pub use events::EventStream;
pub use mirror::NewMirrorFile;

use crate::types::Problem;

/// Largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Largest error body that is read, in bytes.
const PROBLEM_BYTES_MAX: u64 = 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A plan over a large fleet renders every class, which takes its time.
const CALL_TIMEOUT: Duration = Duration::from_secs(180);

/// Where the server is and how to authenticate.
#[derive(Clone, Default)]
pub struct ClientSettings {
    /// Base address, for example `https://linkmesh.example.com`.
    pub url: String,
    /// Bearer, `lmsat_…`; absent for calls that need none.
    pub token: Option<String>,
    /// A certificate authority in PEM to trust instead of the public ones.
    pub ca_pem: Option<Vec<u8>>,
    /// What to say in `User-Agent`.
    pub user_agent: String,
}

/// A client of one server.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    authority: Authority,
}

enum Authority {
    Nobody,
    Bearer(String),
    /// A browser session; only used to make a service account.
    Session {
        cookie: String,
        csrf_token: String,
    },
}

impl Client {
    /// A client for the server at `settings.url`. Does not connect yet.
    ///
    /// # Errors
    /// When the address is not an `http` or `https` URL, or the certificate authority cannot be read.
    pub fn new(settings: &ClientSettings) -> Result<Self, ApiError> {
        let base = base_url(&settings.url)?;
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(CALL_TIMEOUT))
            .user_agent(settings.user_agent.as_str());
        if let Some(pem) = &settings.ca_pem {
            config = config.tls_config(trusting_only(pem)?);
        }
        let authority = settings.token.clone().map_or(Authority::Nobody, Authority::Bearer);
        Ok(Self { agent: config.build().new_agent(), base, authority })
    }

    /// The base address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    fn get<A: DeserializeOwned>(&self, path: &str, query: &impl Serialize) -> Result<A, ApiError> {
        let response = self.send(Method::GET, &with_query(path, query)?, Vec::new())?;
        read_json(response)
    }

    fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A, ApiError> {
        read_json(self.send(Method::POST, path, encode(body)?)?)
    }

    fn delete(&self, path: &str) -> Result<(), ApiError> {
        self.send(Method::DELETE, path, Vec::new()).map(drop)
    }

    /// Sends and turns every answer that is not a success into an error.
    fn send(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Response<ureq::Body>, ApiError> {
        let mut request = self.request(method, path);
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body).map_err(|e| ApiError::BadUrl(e.to_string()))?;
        let response = self.agent.run(request).map_err(|e| self.unreachable(&e))?;
        self.check(response)
    }

    fn request(&self, method: Method, path: &str) -> ureq::http::request::Builder {
        let mutates = method != Method::GET;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/api/v1/{path}", self.base))
            .header("accept", "application/json, application/problem+json");
        match &self.authority {
            Authority::Nobody => {}
            Authority::Bearer(token) => request = request.header("authorization", format!("Bearer {token}")),
            Authority::Session { cookie, csrf_token } => {
                request = request.header("cookie", cookie);
                if mutates {
                    request = request.header("x-csrf-token", csrf_token);
                }
            }
        }
        request
    }

    fn check(&self, mut response: Response<ureq::Body>) -> Result<Response<ureq::Body>, ApiError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let text = response
            .body_mut()
            .with_config()
            .limit(PROBLEM_BYTES_MAX)
            .lossy_utf8(true)
            .read_to_string()
            .unwrap_or_default();
        if status.is_redirection() {
            return Err(ApiError::NotAServer { url: self.base.clone(), status: status.as_u16() });
        }
        match serde_json::from_str::<Problem>(&text) {
            Ok(problem) if status.as_u16() == 401 => Err(ApiError::Unauthenticated(problem.detail)),
            Ok(problem) => Err(ApiError::Problem(Box::new(problem))),
            // A proxy in front, or something else than LinkMesh.
            Err(_) => Err(ApiError::NotAServer { url: self.base.clone(), status: status.as_u16() }),
        }
    }

    fn unreachable(&self, cause: &ureq::Error) -> ApiError {
        error::from_transport(&self.base, cause)
    }
}

fn base_url(text: &str) -> Result<String, ApiError> {
    let text = text.trim().trim_end_matches('/');
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let parsed = text.parse::<ureq::http::Uri>();
    match (rest, parsed) {
        (Some(rest), Ok(uri)) if !rest.is_empty() && uri.query().is_none() => Ok(text.to_owned()),
        _ => Err(ApiError::BadUrl(format!(
            "`{text}` is not the address of a server; it looks like http://localhost:8080"
        ))),
    }
}

fn trusting_only(pem: &[u8]) -> Result<ureq::tls::TlsConfig, ApiError> {
    let mut roots = Vec::new();
    for item in ureq::tls::parse_pem(pem) {
        match item {
            Ok(ureq::tls::PemItem::Certificate(certificate)) => roots.push(certificate),
            Ok(_) => {}
            Err(e) => return Err(ApiError::BadCertificate(e.to_string())),
        }
    }
    if roots.is_empty() {
        return Err(ApiError::BadCertificate("it holds no certificate".to_owned()));
    }
    Ok(ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::new_with_certs(&roots)).build())
}

fn encode(body: &impl Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(body).map_err(|e| ApiError::Unreadable(e.to_string()))
}

fn read_json<A: DeserializeOwned>(mut response: Response<ureq::Body>) -> Result<A, ApiError> {
    let bytes = response
        .body_mut()
        .with_config()
        .limit(ANSWER_BYTES_MAX)
        .read_to_vec()
        .map_err(|e| ApiError::Unreadable(e.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|e| ApiError::Unreadable(e.to_string()))
}

/// Appends the fields of `query` that are set; a list becomes a repeated parameter.
fn with_query(path: &str, query: &impl Serialize) -> Result<String, ApiError> {
    let value = serde_json::to_value(query).map_err(|e| ApiError::Unreadable(e.to_string()))?;
    let mut text = path.to_owned();
    let mut separator = '?';
    let mut push = |key: &str, value: &serde_json::Value| {
        let plain = match value {
            serde_json::Value::Null => return,
            serde_json::Value::String(s) => s.clone(),
            other => other.to_string(),
        };
        text.push(separator);
        separator = '&';
        text.push_str(&escape(key));
        text.push('=');
        text.push_str(&escape(&plain));
    };
    for (key, value) in value.as_object().into_iter().flatten() {
        match value {
            serde_json::Value::Array(items) => items.iter().for_each(|item| push(key, item)),
            one => push(key, one),
        }
    }
    Ok(text)
}

/// Percent-encodes everything but unreserved characters (RFC 3986 §2.3), so that no value can change the path.
pub(crate) fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _infallible = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{CollectorQuery, Sync};

    #[test]
    fn a_query_carries_what_is_set_and_repeats_lists() {
        let query = CollectorQuery {
            sync: Some(Sync::InSync),
            label: vec!["env=prod".to_owned(), "team=a&b".to_owned()],
            ..CollectorQuery::default()
        };
        assert_eq!(
            with_query("collectors", &query).unwrap(),
            "collectors?label=env%3Dprod&label=team%3Da%26b&sync=in_sync"
        );
        assert_eq!(with_query("collectors", &CollectorQuery::default()).unwrap(), "collectors");
    }

    #[test]
    fn an_id_cannot_leave_its_place_in_the_path() {
        assert_eq!(escape("../audit?x"), "..%2Faudit%3Fx");
    }

    #[test]
    fn only_an_http_address_is_a_server() {
        for good in ["http://localhost:8080/", "https://a.example/linkmesh", " http://[::1]:80 "] {
            assert!(base_url(good).is_ok(), "{good}");
        }
        for bad in ["localhost:8080", "ftp://a", "http://", "http://a/?x=1", "http://a b", ""] {
            assert!(base_url(bad).is_err(), "{bad}");
        }
    }
}
