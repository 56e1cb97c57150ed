//! From untrusted bytes to a message: first a counting pass over the wire form, then the decoder.
//! The pass refuses what would cost too much before anything is allocated; it knows nothing of the meaning of a message.

mod shape;

use prost::Message;

use self::shape::{Field, Shape};
use crate::limits::Limits;
use crate::proto::{AgentToServer, ServerToAgent};
use crate::varint;

/// Bytes that are no acceptable message. Answer them with `BadRequest` (status 400 over plain HTTP).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Longer than [`Limits::message_bytes`].
    #[error("the message has {size} bytes, {limit} are allowed")]
    TooLong {
        /// Its length in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// It ends inside a field.
    #[error("the message is cut off")]
    CutOff,
    /// A field number of 0 or beyond 2^29.
    #[error("the message has a field with an impossible number")]
    BadTag,
    /// A field of a group, a form that proto3 does not have.
    #[error("field {0} uses the removed group encoding")]
    Group(u32),
    /// A known field in the wrong encoding.
    #[error("field {0} has the wrong wire type")]
    WireType(u32),
    /// Deeper than [`Limits::depth`].
    #[error("the message is nested deeper than {0} levels")]
    TooDeep(usize),
    /// More fields than [`Limits::fields`].
    #[error("the message has more than {0} fields")]
    TooManyFields(usize),
    /// A text longer than [`Limits::text_bytes`], or a key longer than [`Limits::key_bytes`].
    #[error("field {field} is a text of more than {limit} bytes")]
    TextTooLong {
        /// The field's number in its message.
        field: u32,
        /// The limit in bytes.
        limit: usize,
    },
    /// It would take more memory than [`Limits::decoded_bytes`].
    #[error("the message would take more than {0} bytes of memory")]
    TooCostly(usize),
    /// The decoder refused it, for example for text that is not UTF-8.
    #[error("the message cannot be decoded: {0}")]
    Undecodable(#[from] prost::DecodeError),
}

/// What a message costs once decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Heap bytes, estimated from above.
    pub decoded_bytes: usize,
    /// Fields at all levels.
    pub fields: usize,
}

/// Decodes the message of an agent.
///
/// # Errors
/// If it breaks a limit or is no such message. Nothing is allocated before the limits are checked.
pub fn agent_to_server(body: &[u8], limits: &Limits) -> Result<AgentToServer, Malformed> {
    cost_of_agent_to_server(body, limits)?;
    Ok(AgentToServer::decode(body)?)
}

/// Decodes the message of a server.
///
/// # Errors
/// As [`agent_to_server`].
pub fn server_to_agent(body: &[u8], limits: &Limits) -> Result<ServerToAgent, Malformed> {
    measure(body, &shape::SERVER_TO_AGENT, limits)?;
    Ok(ServerToAgent::decode(body)?)
}

/// What decoding the message of an agent would cost, found without decoding it.
///
/// # Errors
/// If it breaks a limit or its wire form is broken.
pub fn cost_of_agent_to_server(body: &[u8], limits: &Limits) -> Result<Cost, Malformed> {
    measure(body, &shape::AGENT_TO_SERVER, limits)
}

fn measure(body: &[u8], shape: &'static Shape, limits: &Limits) -> Result<Cost, Malformed> {
    if body.len() > limits.message_bytes {
        return Err(Malformed::TooLong { size: body.len(), limit: limits.message_bytes });
    }
    let mut meter = Meter { limits, cost: Cost::default() };
    meter.message(body, shape, 0)?;
    Ok(meter.cost)
}

struct Meter<'a> {
    limits: &'a Limits,
    cost: Cost,
}

impl Meter<'_> {
    /// Recursion is bounded by `Limits::depth`.
    fn message(&mut self, mut body: &[u8], shape: &'static Shape, depth: usize) -> Result<(), Malformed> {
        if depth > self.limits.depth {
            return Err(Malformed::TooDeep(self.limits.depth));
        }
        let mut seen = 0_u32;
        while !body.is_empty() {
            let (number, wire_type, rest) = tag(body)?;
            self.count_field()?;
            let field = shape.field(number);
            body = match (wire_type, field) {
                (0, Field::Unknown | Field::Varint) => varint::read(rest).ok_or(Malformed::CutOff)?.1,
                (1, Field::Unknown | Field::Fixed64) => rest.get(8..).ok_or(Malformed::CutOff)?,
                (5, Field::Unknown) => rest.get(4..).ok_or(Malformed::CutOff)?,
                (3 | 4, _) => return Err(Malformed::Group(number)),
                (2, Field::Varint | Field::Fixed64) => return Err(Malformed::WireType(number)),
                (2, _) => {
                    let (content, after) = length_delimited(rest)?;
                    let bit = 1_u32.checked_shl(number).unwrap_or(0);
                    self.content(content, number, field, seen & bit == 0)?;
                    seen |= bit;
                    if let Some(inner) = field.message() {
                        self.message(content, inner, depth.saturating_add(1))?;
                    }
                    after
                }
                _ => return Err(Malformed::WireType(number)),
            };
        }
        Ok(())
    }

    fn content(&mut self, content: &[u8], number: u32, field: Field, first: bool) -> Result<(), Malformed> {
        let text_limit = match field {
            Field::Key => self.limits.key_bytes,
            Field::Text | Field::Texts => self.limits.text_bytes,
            _ => usize::MAX,
        };
        if content.len() > text_limit {
            return Err(Malformed::TextTooLong { field: number, limit: text_limit });
        }
        let bytes = match field {
            Field::Key | Field::Text | Field::Bytes => content.len(),
            Field::Texts => content.len().saturating_add(shape::list_slot::<String>(first)),
            Field::List(_, slot) | Field::Map(_, slot) => slot.cost(first, matches!(field, Field::Map(..))),
            Field::Unknown | Field::Varint | Field::Fixed64 | Field::Message(_) => 0,
        };
        self.charge(bytes)
    }

    fn count_field(&mut self) -> Result<(), Malformed> {
        self.cost.fields = self.cost.fields.saturating_add(1);
        if self.cost.fields > self.limits.fields {
            return Err(Malformed::TooManyFields(self.limits.fields));
        }
        Ok(())
    }

    fn charge(&mut self, bytes: usize) -> Result<(), Malformed> {
        self.cost.decoded_bytes = self.cost.decoded_bytes.saturating_add(bytes);
        if self.cost.decoded_bytes > self.limits.decoded_bytes {
            return Err(Malformed::TooCostly(self.limits.decoded_bytes));
        }
        Ok(())
    }
}

fn tag(body: &[u8]) -> Result<(u32, u8, &[u8]), Malformed> {
    let (tag, rest) = varint::read(body).ok_or(Malformed::CutOff)?;
    let number = u32::try_from(tag >> 3).map_err(|_| Malformed::BadTag)?;
    if number == 0 || number >= 1 << 29 {
        return Err(Malformed::BadTag);
    }
    let wire_type = u8::try_from(tag & 7).map_err(|_| Malformed::BadTag)?;
    Ok((number, wire_type, rest))
}

fn length_delimited(body: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let (length, rest) = varint::read(body).ok_or(Malformed::CutOff)?;
    let length = usize::try_from(length).map_err(|_| Malformed::CutOff)?;
    rest.split_at_checked(length).ok_or(Malformed::CutOff)
}
