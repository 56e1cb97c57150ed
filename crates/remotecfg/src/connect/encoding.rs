//! How bodies are wrapped: gzip with a bound on what comes out, base64 inside addresses and JSON.

use std::borrow::Cow;
use std::io::Read as _;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::MultiGzDecoder;

use super::code::{Answer, Code, refuse};
use crate::cost::Malformed;
use crate::limits::Limits;

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// How a request is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
}

impl Encoding {
    pub(super) fn of(name: Option<&str>) -> Result<Self, Answer> {
        match name.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Self::Identity),
            "gzip" => Ok(Self::Gzip),
            _ => {
                Err(refuse(Code::Unimplemented, "unknown compression: only gzip and identity are supported"))
            }
        }
    }

    /// The bytes without compression. A body of a few bytes may inflate to a thousand times as much: it is let go as soon as
    /// the limit is passed.
    pub(super) fn plain<'a>(self, bytes: &'a [u8], limits: &Limits) -> Result<Cow<'a, [u8]>, Malformed> {
        let limit = limits.message_bytes;
        if bytes.len() > limit {
            return Err(Malformed::TooLong(limit));
        }
        if self == Self::Identity || bytes.is_empty() {
            return Ok(Cow::Borrowed(bytes));
        }
        let mut plain = Vec::new();
        let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        MultiGzDecoder::new(bytes)
            .take(one_more)
            .read_to_end(&mut plain)
            .map_err(|error| Malformed::Undecodable(format!("gzip: {error}")))?;
        if plain.len() > limit {
            return Err(Malformed::TooLong(limit));
        }
        Ok(Cow::Owned(plain))
    }
}

/// Whether an `accept-encoding` takes gzip (RFC 9110, section 12.5.3). A star is not taken for a wish.
pub(super) fn accepts_gzip(accept_encoding: &str) -> bool {
    accept_encoding.split(',').any(|choice| {
        let mut parts = choice.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|parameter| {
            let weight = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        is_gzip && !refused
    })
}

/// Base64 in both alphabets, with and without padding.
pub(crate) fn unbase64(text: &[u8]) -> Option<Vec<u8>> {
    let url_safe = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if url_safe { URL_SAFE.decode(text).ok() } else { STANDARD.decode(text).ok() }
}
