//! The `GET` form of a call: everything that a `POST` says in headers and body stands in the query string
//! (Connect protocol, section Unary-Get-Request).

use super::code::{Answer, Code, refuse};
use super::encoding::unbase64;
use crate::limits::Limits;

/// A query string, taken apart.
pub(super) struct Query {
    pub(super) encoding: String,
    pub(super) compression: Option<String>,
    pub(super) message: Vec<u8>,
}

impl Query {
    pub(super) fn read(query: &str, limits: &Limits) -> Result<Self, Answer> {
        if query.len() > limits.query_bytes {
            let words = format!("the query string has more than {} bytes", limits.query_bytes);
            return Err(refuse(Code::ResourceExhausted, &words));
        }
        if text(query, "connect")?.is_some_and(|version| version != "v1") {
            return Err(refuse(Code::InvalidArgument, "the query parameter connect must be v1"));
        }
        let Some(encoding) = text(query, "encoding")? else {
            let words = "the query parameter encoding is missing; it must be proto or json";
            return Err(refuse(Code::InvalidArgument, words));
        };
        let Some(message) = bytes(query, "message")? else {
            return Err(refuse(Code::InvalidArgument, "the query parameter message is missing"));
        };
        let message = if text(query, "base64")?.is_some_and(|flag| flag == "1") {
            unbase64(&message).ok_or_else(|| {
                refuse(Code::InvalidArgument, "the query parameter message is not base64url")
            })?
        } else {
            message
        };
        Ok(Self { encoding, compression: text(query, "compression")?, message })
    }
}

fn text(query: &str, name: &str) -> Result<Option<String>, Answer> {
    bytes(query, name)?.map(|value| String::from_utf8(value).map_err(|_| malformed(name))).transpose()
}

/// The first value of a parameter, unescaped.
fn bytes(query: &str, name: &str) -> Result<Option<Vec<u8>>, Answer> {
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let Some((_, value)) = pairs.find(|(key, _)| *key == name) else { return Ok(None) };
    unescape(value).map(Some).ok_or_else(|| malformed(name))
}

fn unescape(value: &str) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'%' => {
                let high = char::from(bytes.next()?).to_digit(16)?;
                let low = char::from(bytes.next()?).to_digit(16)?;
                u8::try_from(high * 16 + low).ok()?
            }
            b'+' => b' ',
            other => other,
        });
    }
    Some(plain)
}

fn malformed(name: &str) -> Answer {
    refuse(Code::InvalidArgument, &format!("the query parameter {name} is malformed"))
}
