//! One OpAMP message inside one binary WebSocket message: a varint header that must be 0, then the protobuf body
//! (OpAMP, section WebSocket Message Format). Plain HTTP bodies have no header and do not come here.

use prost::Message;

use crate::varint;

/// The header of every message written.
pub const HEADER: u8 = 0;

/// First byte of a message without header, as agents before 2023 wrote it: the tag of `instance_uid`.
const LEGACY_FIRST_BYTE: u8 = 0x0a;

/// A WebSocket message that holds no OpAMP message. Answer it with `BadRequest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// There is not even a header.
    #[error("the websocket message is empty")]
    Empty,
    /// The header varint has no end.
    #[error("the header of the websocket message is cut off")]
    HeaderCutOff,
    /// The header is not 0: a format this server does not know.
    #[error("the header of the websocket message is {0}, only 0 is known")]
    HeaderUnknown(u64),
}

/// The protobuf body of a WebSocket message. The body may be empty.
///
/// A message without header is taken as well if it starts with `instance_uid`, as all old agents did.
///
/// # Errors
/// If the header is missing, cut off or not 0.
pub fn body(message: &[u8]) -> Result<&[u8], FrameError> {
    if message.is_empty() {
        return Err(FrameError::Empty);
    }
    match varint::read(message) {
        Some((0, rest)) => Ok(rest),
        _ if message.first() == Some(&LEGACY_FIRST_BYTE) => Ok(message),
        Some((header, _)) => Err(FrameError::HeaderUnknown(header)),
        None => Err(FrameError::HeaderCutOff),
    }
}

/// A message with its header, ready for a binary WebSocket frame.
#[must_use]
pub fn encode(message: &impl Message) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + message.encoded_len());
    bytes.push(HEADER);
    message.encode_raw(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_of_zero_is_taken_off_and_any_other_is_refused() {
        assert_eq!(body(&[0, 1, 2]), Ok(&[1, 2][..]));
        assert_eq!(body(&[0]), Ok(&[][..]));
        assert_eq!(body(&[0x80, 0x00, 7]), Ok(&[7][..]));
        assert_eq!(body(&[1, 0x0a]), Err(FrameError::HeaderUnknown(1)));
        assert_eq!(body(&[0xac, 0x02]), Err(FrameError::HeaderUnknown(300)));
        assert_eq!(body(&[0x80]), Err(FrameError::HeaderCutOff));
        assert_eq!(body(&[]), Err(FrameError::Empty));
    }

    #[test]
    fn a_message_of_an_old_agent_without_header_is_taken_whole() {
        assert_eq!(body(&[0x0a, 0x00]), Ok(&[0x0a, 0x00][..]));
    }
}
