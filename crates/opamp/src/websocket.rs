//! The server's side of RFC 6455 after the handshake: frames in, messages out, and frames to write.
//! It keeps no buffer of its own: the caller reads into one scratch buffer shared by many connections, and a connection
//! retains only the part of a message that has not ended yet. Start with [`Decoder::next`].

mod encode;
mod violation;

use std::borrow::Cow;
use std::mem;

pub use self::encode::{FrameHeader, close_frame, frame, frame_header};
pub use self::violation::{CloseCode, Violation};

/// Longest payload of a control frame in bytes (RFC 6455, section 5.5).
pub const CONTROL_BYTES: usize = 125;
/// Fragments that a message may have whatever their size.
const FREE_FRAGMENTS: usize = 64;
/// Beyond the free ones, a message may have one fragment for so many bytes. Honest clients write about 4,096 each.
const BYTES_PER_FRAGMENT: usize = 512;
/// Two bytes, eight of extended length, four of mask.
const LONGEST_HEADER_BYTES: usize = 14;

/// The kinds of frame that a server reads and writes (RFC 6455, section 11.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// More of a message.
    Continuation = 0x0,
    /// Text, which OpAMP never uses.
    Text = 0x1,
    /// Binary data: one OpAMP message.
    Binary = 0x2,
    /// The end of the connection.
    Close = 0x8,
    /// A question whether the peer lives.
    Ping = 0x9,
    /// The answer to it.
    Pong = 0xa,
}

/// What a connection said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A whole binary message: borrowed from the scratch buffer where it lay there in one piece.
    Binary(Cow<'a, [u8]>),
    /// Answer it with a pong of the same payload.
    Ping(Cow<'a, [u8]>),
    /// The peer lives.
    Pong,
    /// The peer closes; answer it with a close frame and drop the connection. Nothing follows it.
    Close {
        /// Its reason as a number; `None` if it gave none.
        code: Option<u16>,
        /// Its reason in words.
        reason: String,
    },
}

/// Reads the frames of one client. About 120 bytes, and no heap while no message is unfinished.
#[derive(Debug)]
pub struct Decoder {
    message_limit_bytes: usize,
    header: [u8; LONGEST_HEADER_BYTES],
    header_bytes: u8,
    frame: Option<Frame>,
    message: Vec<u8>,
    control: Vec<u8>,
    fragments: usize,
    in_message: bool,
    closed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    opcode: Opcode,
    last: bool,
    mask: [u8; 4],
    mask_at: usize,
    remaining_bytes: usize,
}

impl Decoder {
    /// A decoder for a new connection that refuses messages of more than `message_limit_bytes`.
    #[must_use]
    pub fn new(message_limit_bytes: usize) -> Self {
        Self {
            message_limit_bytes,
            header: [0; LONGEST_HEADER_BYTES],
            header_bytes: 0,
            frame: None,
            message: Vec::new(),
            control: Vec::new(),
            fragments: 0,
            in_message: false,
            closed: false,
        }
    }

    /// The next event in `input`, which is unmasked in place and shortened by what was used.
    /// `None` means that all of it was used and more is needed.
    ///
    /// # Errors
    /// If the client breaks the protocol or a limit. Send a close frame with [`Violation::close_code`] and drop the
    /// connection; the decoder must not be used again.
    pub fn next<'a>(&mut self, input: &mut &'a mut [u8]) -> Result<Option<Event<'a>>, Violation> {
        loop {
            if self.closed {
                *input = &mut [];
                return Ok(None);
            }
            let frame = match self.frame.take() {
                Some(frame) => frame,
                None => match self.read_header(input)? {
                    Some(frame) => frame,
                    None => return Ok(None),
                },
            };
            let Some((frame, payload)) = self.read_payload(frame, input) else { return Ok(None) };
            if let Some(event) = self.finish_frame(frame, payload)? {
                return Ok(Some(event));
            }
        }
    }

    /// Heap bytes held for an unfinished message; 0 while the connection is idle.
    #[must_use]
    pub fn retained_bytes(&self) -> usize {
        self.message.capacity().saturating_add(self.control.capacity())
    }

    fn read_header(&mut self, input: &mut &mut [u8]) -> Result<Option<Frame>, Violation> {
        loop {
            let have = usize::from(self.header_bytes);
            let have_bytes = self.header.get(..have).unwrap_or_default();
            if let Some(header) = Header::read(have_bytes)? {
                self.header_bytes = 0;
                return self.start_frame(header).map(Some);
            }
            let Some((byte, rest)) = mem::take(input).split_first_mut() else { return Ok(None) };
            *input = rest;
            if let Some(slot) = self.header.get_mut(have) {
                *slot = *byte;
            }
            self.header_bytes = self.header_bytes.saturating_add(1);
        }
    }

    /// Checks a frame against what is under way.
    fn start_frame(&mut self, header: Header) -> Result<Frame, Violation> {
        match header.opcode {
            Opcode::Text => return Err(Violation::Text),
            Opcode::Binary if self.in_message => return Err(Violation::MessageInsideMessage),
            Opcode::Continuation if !self.in_message => return Err(Violation::ContinuationOfNothing),
            Opcode::Binary | Opcode::Continuation => {
                let left = self.message_limit_bytes.saturating_sub(self.message.len());
                if header.payload_bytes > left {
                    return Err(Violation::TooBig);
                }
                self.fragments = self.fragments.saturating_add(1);
                if self.fragments > FREE_FRAGMENTS + self.message.len() / BYTES_PER_FRAGMENT {
                    return Err(Violation::TinyFragments);
                }
                self.in_message = true;
            }
            Opcode::Close | Opcode::Ping | Opcode::Pong => {}
        }
        Ok(Frame {
            opcode: header.opcode,
            last: header.last,
            mask: header.mask,
            mask_at: 0,
            remaining_bytes: header.payload_bytes,
        })
    }

    /// The rest of the payload if it is all there; otherwise what is there is stored.
    fn read_payload<'a>(&mut self, mut frame: Frame, input: &mut &'a mut [u8]) -> Option<(Frame, &'a [u8])> {
        let available = frame.remaining_bytes.min(input.len());
        let (chunk, rest) = mem::take(input).split_at_mut(available);
        *input = rest;
        for byte in chunk.iter_mut() {
            *byte ^= frame.mask.get(frame.mask_at % 4).copied().unwrap_or_default();
            frame.mask_at = (frame.mask_at + 1) % 4;
        }
        frame.remaining_bytes = frame.remaining_bytes.saturating_sub(available);
        if frame.remaining_bytes == 0 {
            return Some((frame, chunk));
        }
        let stored = if frame.opcode.is_control() { &mut self.control } else { &mut self.message };
        append(stored, chunk, frame.remaining_bytes);
        self.frame = Some(frame);
        None
    }

    fn finish_frame<'a>(&mut self, frame: Frame, payload: &'a [u8]) -> Result<Option<Event<'a>>, Violation> {
        if frame.opcode.is_control() {
            let payload = whole(&mut self.control, payload);
            return self.control_event(frame.opcode, payload).map(Some);
        }
        if frame.last {
            self.in_message = false;
            self.fragments = 0;
            return Ok(Some(Event::Binary(whole(&mut self.message, payload))));
        }
        append(&mut self.message, payload, self.message_limit_bytes);
        Ok(None)
    }

    fn control_event<'a>(&mut self, opcode: Opcode, payload: Cow<'a, [u8]>) -> Result<Event<'a>, Violation> {
        match opcode {
            Opcode::Ping => Ok(Event::Ping(payload)),
            Opcode::Close => {
                self.closed = true;
                self.message = Vec::new();
                close_event(&payload)
            }
            Opcode::Pong | Opcode::Continuation | Opcode::Text | Opcode::Binary => Ok(Event::Pong),
        }
    }
}

fn close_event<'a>(payload: &[u8]) -> Result<Event<'a>, Violation> {
    let (code, reason) = match payload {
        [] => (None, &[][..]),
        [_] => return Err(Violation::CloseCutOff),
        [high, low, reason @ ..] => (Some(u16::from_be_bytes([*high, *low])), reason),
    };
    if let Some(code) = code
        && !violation::may_be_sent(code)
    {
        return Err(Violation::CloseCode(code));
    }
    let reason = std::str::from_utf8(reason).map_err(|_| Violation::CloseReason)?;
    Ok(Event::Close { code, reason: reason.to_owned() })
}

/// The stored part and the last part as one piece; nothing stays behind.
fn whole<'a>(stored: &mut Vec<u8>, last: &'a [u8]) -> Cow<'a, [u8]> {
    if stored.is_empty() {
        return Cow::Borrowed(last);
    }
    append(stored, last, 0);
    Cow::Owned(mem::take(stored))
}

/// Grows at most to what is announced, and to no more than twice what has arrived.
fn append(stored: &mut Vec<u8>, chunk: &[u8], announced_bytes: usize) {
    let needed = stored.len().saturating_add(chunk.len());
    if needed > stored.capacity() {
        let wanted = needed.saturating_mul(2).min(needed.saturating_add(announced_bytes));
        stored.reserve_exact(wanted.saturating_sub(stored.len()));
    }
    stored.extend_from_slice(chunk);
}

struct Header {
    opcode: Opcode,
    last: bool,
    payload_bytes: usize,
    mask: [u8; 4],
}

impl Header {
    /// `None` while bytes are missing; refusals come as early as the bytes allow.
    fn read(bytes: &[u8]) -> Result<Option<Self>, Violation> {
        let [first, second, rest @ ..] = bytes else { return Ok(None) };
        let last = first & 0x80 != 0;
        let opcode = Opcode::read(*first)?;
        let short_length = second & 0x7f;
        if second & 0x80 == 0 {
            return Err(Violation::Unmasked);
        }
        if opcode.is_control() && !last {
            return Err(Violation::FragmentedControl);
        }
        if opcode.is_control() && usize::from(short_length) > CONTROL_BYTES {
            return Err(Violation::LongControl);
        }
        let (length, mask) = match (short_length, rest) {
            (126, [a, b, mask @ ..]) => (shortest(u16::from_be_bytes([*a, *b]).into(), 126)?, mask),
            (127, [a, b, c, d, e, f, g, h, mask @ ..]) => {
                (shortest(u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 0x1_0000)?, mask)
            }
            (126 | 127, _) => return Ok(None),
            (short, mask) => (u64::from(short), mask),
        };
        let Some(mask) = mask.first_chunk::<4>() else { return Ok(None) };
        let payload_bytes = usize::try_from(length).map_err(|_| Violation::TooBig)?;
        Ok(Some(Self { opcode, last, payload_bytes, mask: *mask }))
    }
}

/// A length must use the shortest form, and its highest bit must be 0 (RFC 6455, section 5.2).
fn shortest(length: u64, at_least: u64) -> Result<u64, Violation> {
    if length < at_least || length >> 63 != 0 { Err(Violation::Length) } else { Ok(length) }
}

impl Opcode {
    fn read(first: u8) -> Result<Self, Violation> {
        if first & 0x70 != 0 {
            return Err(Violation::ReservedBits);
        }
        match first & 0x0f {
            0x0 => Ok(Self::Continuation),
            0x1 => Ok(Self::Text),
            0x2 => Ok(Self::Binary),
            0x8 => Ok(Self::Close),
            0x9 => Ok(Self::Ping),
            0xa => Ok(Self::Pong),
            other => Err(Violation::Opcode(other)),
        }
    }

    const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}
