//! Connect unary as far as Alloy uses it: which call, in which codec, how compressed; and how to answer.
//! Knows HTTP as verbs, header lookups and bytes; no sockets. Start at [`check`] and [`read`].

mod code;
mod decode;
mod encoding;
mod query;
mod reply;

pub use self::code::{Answer, Code, refuse};
pub(crate) use self::encoding::unbase64;
pub use self::reply::Reply;

use std::borrow::Cow;

use self::code::refuse_with;
use self::encoding::Encoding;
use self::query::Query;
use crate::limits::Limits;
use crate::proto::{GetConfigRequest, RegisterCollectorRequest, UnregisterCollectorRequest};

/// What a `POST` may hold, as `accept-post` says it.
const CONTENT_TYPES: &str = "application/proto, application/json";

/// A call of `collector.v1.CollectorService`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A poll. The only one that may be a `GET`.
    GetConfig,
    /// A collector is there.
    Register,
    /// A collector stops.
    Unregister,
}

/// A request as HTTP gives it.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    /// The HTTP method, in capitals.
    pub verb: &'a str,
    /// What stands behind the `?`, as it was sent.
    pub query: Option<&'a str>,
    /// Finds a header by its lower-case name.
    pub headers: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The body, as it was sent.
    pub body: &'a [u8],
}

/// A request that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What it says.
    pub message: Message,
    /// How to answer.
    pub reply: Reply,
}

/// What a request says.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A poll.
    GetConfig(GetConfigRequest),
    /// A collector is there.
    Register(RegisterCollectorRequest),
    /// A collector stops.
    Unregister(UnregisterCollectorRequest),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Proto,
    Json,
}

impl Method {
    /// Every call.
    pub const ALL: [Self; 3] = [Self::GetConfig, Self::Register, Self::Unregister];

    /// The call with this path.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.path() == path)
    }

    /// Its path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::GetConfig => "/collector.v1.CollectorService/GetConfig",
            Self::Register => "/collector.v1.CollectorService/RegisterCollector",
            Self::Unregister => "/collector.v1.CollectorService/UnregisterCollector",
        }
    }

    /// The verbs that it may be called with, as `allow` says it.
    const fn verbs(self) -> &'static str {
        match self {
            Self::GetConfig => "GET, POST",
            Self::Register | Self::Unregister => "POST",
        }
    }
}

/// Refuses what can be refused before the body is read: verb, content type, protocol version, compression.
///
/// # Errors
/// The answer to send: 405 with `allow`, 415 with `accept-post`, 400 or 501.
pub fn check<'a>(
    method: Method,
    verb: &str,
    headers: &dyn Fn(&str) -> Option<&'a str>,
) -> Result<(), Answer> {
    if verb != "POST" && !(verb == "GET" && method == Method::GetConfig) {
        let words = format!("this call takes {}, not another HTTP method", method.verbs());
        return Err(refuse_with(405, Code::Unimplemented, &words).with("allow", method.verbs()));
    }
    if headers("connect-protocol-version").is_some_and(|version| version.trim() != "1") {
        return Err(refuse(Code::InvalidArgument, "connect-protocol-version must be 1"));
    }
    if verb == "POST" {
        codec_of_content_type(headers("content-type").unwrap_or_default())?;
        Encoding::of(headers("content-encoding"))?;
    }
    Ok(())
}

/// Reads a request; [`check`] is part of it. What decoding would cost is known before anything is decoded.
///
/// # Errors
/// The answer to send.
pub fn read(method: Method, incoming: &Incoming<'_>, limits: &Limits) -> Result<Call, Answer> {
    let Incoming { verb, query, headers, body } = *incoming;
    check(method, verb, headers)?;
    let gzip = encoding::accepts_gzip(headers("accept-encoding").unwrap_or_default());
    let get = verb == "GET";
    let (codec, encoding, bytes) = if get {
        let query = Query::read(query.unwrap_or_default(), limits)?;
        (
            codec_of_name(&query.encoding)?,
            Encoding::of(query.compression.as_deref())?,
            Cow::Owned(query.message),
        )
    } else {
        let codec = codec_of_content_type(headers("content-type").unwrap_or_default())?;
        (codec, Encoding::of(headers("content-encoding"))?, Cow::Borrowed(body))
    };
    let message = encoding
        .plain(&bytes, limits)
        .and_then(|plain| decode::message(method, codec, &plain, limits))
        .map_err(|malformed| {
            let code = if malformed.is_too_much() { Code::ResourceExhausted } else { Code::InvalidArgument };
            refuse(code, &malformed.to_string())
        })?;
    Ok(Call { message, reply: Reply { json: codec == Codec::Json, gzip, get } })
}

/// Exactly these two: a parameter means that something on the way takes the body for text. JSON may say what it always is.
fn codec_of_content_type(content_type: &str) -> Result<Codec, Answer> {
    let said = content_type.trim().to_ascii_lowercase();
    match said.as_str() {
        "application/proto" => Ok(Codec::Proto),
        "application/json" | "application/json; charset=utf-8" | "application/json;charset=utf-8" => {
            Ok(Codec::Json)
        }
        _ => Err(unknown_codec()),
    }
}

fn codec_of_name(name: &str) -> Result<Codec, Answer> {
    match name {
        "proto" => Ok(Codec::Proto),
        "json" => Ok(Codec::Json),
        _ => Err(unknown_codec()),
    }
}

fn unknown_codec() -> Answer {
    let words = format!("only {CONTENT_TYPES} are spoken here; is the url of the remotecfg block right?");
    refuse_with(415, Code::Unimplemented, &words).with("accept-post", CONTENT_TYPES)
}
