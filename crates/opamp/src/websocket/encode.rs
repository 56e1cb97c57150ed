//! Frames of the server: never masked, never fragmented.
//! A header is made apart from its payload, so that one payload can be shared by a whole fleet.

use super::{CONTROL_BYTES, CloseCode, Opcode};

/// The two to ten bytes before an unmasked payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    bytes: [u8; 10],
    used: usize,
}

impl FrameHeader {
    /// The bytes to write before the payload.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or(&self.bytes)
    }
}

/// The header of a whole message of `payload_bytes`, in the shortest form (RFC 6455, section 5.2).
#[must_use]
pub fn frame_header(payload_bytes: usize, opcode: Opcode) -> FrameHeader {
    let first = 0x80 | opcode as u8;
    let mut bytes = [0; 10];
    let used = match (u8::try_from(payload_bytes), u16::try_from(payload_bytes)) {
        (Ok(short @ 0..=125), _) => {
            bytes[..2].copy_from_slice(&[first, short]);
            2
        }
        (_, Ok(medium)) => {
            bytes[..2].copy_from_slice(&[first, 126]);
            bytes[2..4].copy_from_slice(&medium.to_be_bytes());
            4
        }
        _ => {
            bytes[..2].copy_from_slice(&[first, 127]);
            bytes[2..].copy_from_slice(&(payload_bytes as u64).to_be_bytes());
            10
        }
    };
    FrameHeader { bytes, used }
}

/// A whole frame: header and payload.
#[must_use]
pub fn frame(opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let header = frame_header(payload.len(), opcode);
    [header.as_bytes(), payload].concat()
}

/// A close frame. The reason is cut to what a control frame can hold.
#[must_use]
pub fn close_frame(code: CloseCode, reason: &str) -> Vec<u8> {
    let kept = reason.get(..reason.floor_char_boundary(CONTROL_BYTES - 2)).unwrap_or_default();
    frame(Opcode::Close, &[&code.number().to_be_bytes(), kept.as_bytes()].concat())
}
