//! What decoding a message would cost, found by counting over its wire form before anything is allocated.
//! Knows the shape of every message and nothing of its meaning. Start at [`of_protobuf`] and [`of_json`].

mod json;
mod shape;

pub(crate) use self::json::of_json;
pub(crate) use self::shape::{GET_CONFIG, REGISTER, Shape, UNREGISTER};

use self::shape::Field;
use crate::limits::Limits;

/// What a map takes for each entry beside the bytes of its texts: two texts, in nodes that are at least five elevenths full.
const ENTRY_BYTES: usize = 3 * 2 * size_of::<String>();

/// Bytes that are no acceptable message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("the message ends inside a field")]
    CutOff,
    #[error("the message has a field with an impossible number")]
    BadTag,
    #[error("field {0} uses the removed group encoding")]
    Group(u32),
    #[error("field {0} has the wrong wire type")]
    WireType(u32),
    #[error("the message cannot be decoded: {0}")]
    Undecodable(String),
    #[error("the request has more than {0} bytes")]
    TooLong(usize),
    #[error("the message has more than {0} fields")]
    TooManyFields(usize),
    #[error("{what} has more than {limit} bytes")]
    TextTooLong { what: &'static str, limit: usize },
    #[error("the attributes have more than {0} bytes together, send fewer or shorter ones")]
    AttributesTooLong(usize),
    #[error("the message would take more than {0} bytes of memory")]
    TooCostly(usize),
}

impl Malformed {
    /// Whether a limit was broken, not the form.
    pub(crate) fn is_too_much(&self) -> bool {
        match self {
            Self::CutOff | Self::BadTag | Self::Group(_) | Self::WireType(_) | Self::Undecodable(_) => false,
            Self::TooLong(_)
            | Self::TooManyFields(_)
            | Self::TextTooLong { .. }
            | Self::AttributesTooLong(_)
            | Self::TooCostly(_) => true,
        }
    }
}

/// Refuses a protobuf message that breaks a limit or whose wire form is broken.
pub(crate) fn of_protobuf(body: &[u8], shape: &'static Shape, limits: &Limits) -> Result<(), Malformed> {
    Meter { limits, fields: 0, decoded_bytes: 0, attributes_bytes: 0 }.message(body, shape)
}

struct Meter<'a> {
    limits: &'a Limits,
    fields: usize,
    decoded_bytes: usize,
    attributes_bytes: usize,
}

impl Meter<'_> {
    /// Recursion ends because no shape holds itself, and unknown fields are skipped.
    fn message(&mut self, mut body: &[u8], shape: &'static Shape) -> Result<(), Malformed> {
        while !body.is_empty() {
            let (number, wire_type, rest) = tag(body)?;
            self.field()?;
            let field = shape.field(number);
            body = match (wire_type, field) {
                (0, Field::Unknown | Field::Varint) => varint(rest).ok_or(Malformed::CutOff)?.1,
                (1, Field::Unknown) => rest.get(8..).ok_or(Malformed::CutOff)?,
                (5, Field::Unknown) => rest.get(4..).ok_or(Malformed::CutOff)?,
                (3 | 4, _) => return Err(Malformed::Group(number)),
                (2, Field::Varint) => return Err(Malformed::WireType(number)),
                (2, _) => {
                    let (content, after) = length_delimited(rest)?;
                    self.content(content, field)?;
                    after
                }
                _ => return Err(Malformed::WireType(number)),
            };
        }
        Ok(())
    }

    fn content(&mut self, content: &[u8], field: Field) -> Result<(), Malformed> {
        let limits = self.limits;
        match field {
            Field::Unknown | Field::Varint => Ok(()),
            Field::Key => self.text(content, "a key", limits.key_bytes),
            Field::Text => self.text(content, "a text", limits.text_bytes),
            Field::Words => self.text(content, "the error text", limits.error_bytes),
            Field::Bytes => self.charge(content.len()),
            Field::Message(shape) => self.message(content, shape),
            Field::Map(entry) => {
                self.charge(ENTRY_BYTES)?;
                self.message(content, entry)
            }
            Field::Attributes(entry) => {
                self.attributes_bytes = self.attributes_bytes.saturating_add(content.len());
                if self.attributes_bytes > limits.attributes_bytes {
                    return Err(Malformed::AttributesTooLong(limits.attributes_bytes));
                }
                self.charge(ENTRY_BYTES)?;
                self.message(content, entry)
            }
        }
    }

    fn text(&mut self, content: &[u8], what: &'static str, limit: usize) -> Result<(), Malformed> {
        if content.len() > limit {
            return Err(Malformed::TextTooLong { what, limit });
        }
        self.charge(content.len())
    }

    fn field(&mut self) -> Result<(), Malformed> {
        self.fields = self.fields.saturating_add(1);
        if self.fields > self.limits.fields {
            return Err(Malformed::TooManyFields(self.limits.fields));
        }
        Ok(())
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Malformed> {
        self.decoded_bytes = self.decoded_bytes.saturating_add(bytes);
        if self.decoded_bytes > self.limits.decoded_bytes {
            return Err(Malformed::TooCostly(self.limits.decoded_bytes));
        }
        Ok(())
    }
}

fn tag(body: &[u8]) -> Result<(u32, u8, &[u8]), Malformed> {
    let (tag, rest) = varint(body).ok_or(Malformed::CutOff)?;
    let number = u32::try_from(tag >> 3).map_err(|_| Malformed::BadTag)?;
    if number == 0 || number >= 1 << 29 {
        return Err(Malformed::BadTag);
    }
    let wire_type = u8::try_from(tag & 7).map_err(|_| Malformed::BadTag)?;
    Ok((number, wire_type, rest))
}

fn length_delimited(body: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let (length, rest) = varint(body).ok_or(Malformed::CutOff)?;
    let length = usize::try_from(length).map_err(|_| Malformed::CutOff)?;
    rest.split_at_checked(length).ok_or(Malformed::CutOff)
}

/// The first varint of `bytes` and what follows it; `None` if it is cut off or has more than 64 bits.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        if at == 9 && *byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}
