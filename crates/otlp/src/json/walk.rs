//! JSON one level at a time: the members of an object or the items of an array, each as borrowed text.
//! Knows no message. Start at [`members`].

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::outcome::DecodeError;

/// Calls `each` for every member of an object; `null` has none. Anything else is a fault.
pub(crate) fn members<'a>(
    raw: &'a str,
    each: impl FnMut(&str, &'a RawValue) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut fault = None;
    let visitor = Members { each, fault: &mut fault };
    let mut reader = serde_json::Deserializer::from_str(raw);
    let read = reader.deserialize_any(visitor).and_then(|()| reader.end());
    ended(read, fault, DecodeError::Malformed("an object was expected"))
}

/// Calls `each` for every item of an array; `null` has none. Anything else is a fault.
pub(crate) fn items<'a>(
    raw: &'a RawValue,
    each: impl FnMut(&'a RawValue) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let mut fault = None;
    let visitor = Items { each, fault: &mut fault };
    let read = serde_json::Deserializer::from_str(raw.get()).deserialize_any(visitor);
    ended(read, fault, DecodeError::Malformed("an array was expected"))
}

/// Whether arrays and objects nest no deeper than the limit. Reads past what is not JSON; the reader finds that out.
pub(crate) fn nests_within(text: &str, limit: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                if depth > limit {
                    return false;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    true
}

fn ended(
    read: Result<(), serde_json::Error>,
    fault: Option<DecodeError>,
    wrong_shape: DecodeError,
) -> Result<(), DecodeError> {
    match (read, fault) {
        (_, Some(fault)) => Err(fault),
        (Ok(()), None) => Ok(()),
        (Err(error), None) if error.is_data() => Err(wrong_shape),
        (Err(_), None) => Err(DecodeError::Malformed("the JSON does not parse")),
    }
}

/// A member's name, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Members<'f, F> {
    each: F,
    fault: &'f mut Option<DecodeError>,
}

impl<'a, F: FnMut(&str, &'a RawValue) -> Result<(), DecodeError>> Visitor<'a> for Members<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<M: MapAccess<'a>>(mut self, mut map: M) -> Result<(), M::Error> {
        while let Some((Name(name), value)) = map.next_entry::<Name<'a>, &'a RawValue>()? {
            if let Err(fault) = (self.each)(&name, value) {
                *self.fault = Some(fault);
                return Err(M::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

struct Items<'f, F> {
    each: F,
    fault: &'f mut Option<DecodeError>,
}

impl<'a, F: FnMut(&'a RawValue) -> Result<(), DecodeError>> Visitor<'a> for Items<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<Q: SeqAccess<'a>>(mut self, mut items: Q) -> Result<(), Q::Error> {
        while let Some(item) = items.next_element::<&'a RawValue>()? {
            if let Err(fault) = (self.each)(item) {
                *self.fault = Some(fault);
                return Err(Q::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
