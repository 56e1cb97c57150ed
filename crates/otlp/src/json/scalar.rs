//! Scalars of the proto3 JSON mapping: integers as text or number, doubles with names, enums by name, `null` as default.
//! Knows no message. Start at [`int`].

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::limits::Limits;
use crate::outcome::{DecodeError, Reason};

/// An integer, or nothing for `null`.
pub(crate) fn int(raw: &RawValue) -> Result<Option<i64>, DecodeError> {
    let Some(digits) = digits(raw)? else { return Ok(None) };
    if let Ok(value) = digits.parse() {
        return Ok(Some(value));
    }
    // `1e3` and `5.0` are integers in JSON; only those that a double holds exactly are taken.
    match digits.parse::<f64>() {
        Ok(value) if value.fract() == 0.0 && value.abs() <= EXACT_MAX =>
        {
            #[expect(clippy::cast_possible_truncation, reason = "an integer below 2^53 was just checked")]
            Ok(Some(value as i64))
        }
        _ => Err(NOT_INTEGER),
    }
}

/// An unsigned integer; `null` is 0.
pub(crate) fn uint(raw: &RawValue) -> Result<u64, DecodeError> {
    let Some(text) = digits(raw)? else { return Ok(0) };
    if let Ok(value) = text.parse() {
        return Ok(value);
    }
    int(raw)?.unwrap_or(0).try_into().map_err(|_| NOT_INTEGER)
}

/// A double, or nothing for `null`. `"NaN"`, `"Infinity"` and `"-Infinity"` are doubles.
pub(crate) fn double(raw: &RawValue) -> Result<Option<f64>, DecodeError> {
    let Some(digits) = digits(raw)? else { return Ok(None) };
    match digits {
        "NaN" => Ok(Some(f64::NAN)),
        "Infinity" => Ok(Some(f64::INFINITY)),
        "-Infinity" => Ok(Some(f64::NEG_INFINITY)),
        // Rust would also read `inf` and `nan`, which the mapping does not know.
        _ if digits.bytes().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')) => {
            Err(NOT_NUMBER)
        }
        _ => digits.parse().map(Some).map_err(|_| NOT_NUMBER),
    }
}

/// A truth value; `null` is false.
pub(crate) fn boolean(raw: &RawValue) -> Result<bool, DecodeError> {
    match raw.get() {
        "true" => Ok(true),
        "false" | "null" => Ok(false),
        _ => Err(DecodeError::Malformed("true or false was expected")),
    }
}

/// Whether an `AggregationTemporality`, by name or number, is the cumulative one.
pub(crate) fn is_cumulative(raw: &RawValue) -> Result<bool, DecodeError> {
    match raw.get() {
        "\"AGGREGATION_TEMPORALITY_CUMULATIVE\"" => Ok(true),
        "\"AGGREGATION_TEMPORALITY_DELTA\"" | "\"AGGREGATION_TEMPORALITY_UNSPECIFIED\"" => Ok(false),
        _ => Ok(uint(raw)? == 2),
    }
}

/// Text, or why it may not be kept; `null` is empty. Length is checked before any escape is resolved.
pub(crate) fn text<'a>(
    raw: &'a RawValue,
    limits: &Limits,
) -> Result<Result<Cow<'a, str>, Reason>, DecodeError> {
    #[derive(serde::Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    if raw.get() == "null" {
        return Ok(Ok(Cow::Borrowed("")));
    }
    if !raw.get().starts_with('"') {
        return Err(DecodeError::Malformed("text was expected"));
    }
    // No byte of text takes more than six bytes of JSON.
    if raw.get().len() > limits.attribute_bytes.saturating_mul(6).saturating_add(2) {
        return Ok(Err(Reason::AttributeTooLong));
    }
    let Ok(Text(text)) = serde_json::from_str(raw.get()) else { return Ok(Err(Reason::NotUtf8)) };
    Ok(if text.len() > limits.attribute_bytes { Err(Reason::AttributeTooLong) } else { Ok(text) })
}

/// The characters of a number, in quotes or not; nothing for `null`.
fn digits(raw: &RawValue) -> Result<Option<&str>, DecodeError> {
    let text = raw.get();
    if text == "null" {
        return Ok(None);
    }
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match text.as_bytes().first() {
        Some(b'"') => Ok(inner),
        Some(b'-' | b'0'..=b'9') => Ok(Some(text)),
        _ => Err(NOT_NUMBER),
    }
}

const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
const NOT_INTEGER: DecodeError = DecodeError::Malformed("an integer was expected");
const NOT_NUMBER: DecodeError = DecodeError::Malformed("a number was expected");
