//! How a client may break the WebSocket protocol or our limits, and the close code that says so.
//! Codes are those of RFC 6455, section 7.4.

/// The close codes that a server sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// All is said.
    Normal = 1000,
    /// The server goes away.
    GoingAway = 1001,
    /// The client broke the protocol.
    ProtocolError = 1002,
    /// The client sent what is not accepted here, such as text.
    UnsupportedData = 1003,
    /// A text was not UTF-8.
    InvalidText = 1007,
    /// The client broke a rule of this server.
    PolicyViolation = 1008,
    /// The message is too big.
    TooBig = 1009,
    /// Something is wrong here.
    InternalError = 1011,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }
}

/// Why a connection has to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A reserved bit is set although no extension was agreed on.
    #[error("a reserved bit is set")]
    ReservedBits,
    /// An opcode without meaning.
    #[error("opcode {0:#x} is reserved")]
    Opcode(u8),
    /// A frame of a client that is not masked.
    #[error("a frame is not masked")]
    Unmasked,
    /// A length in more bytes than it needs, or with its highest bit set.
    #[error("a frame length is not in its shortest form")]
    Length,
    /// A control frame in fragments.
    #[error("a control frame is fragmented")]
    FragmentedControl,
    /// A control frame of more than 125 bytes.
    #[error("a control frame is longer than 125 bytes")]
    LongControl,
    /// A continuation without a beginning.
    #[error("a continuation frame continues nothing")]
    ContinuationOfNothing,
    /// A new message before the last one ended.
    #[error("a message starts inside another")]
    MessageInsideMessage,
    /// A close frame with half a code.
    #[error("a close frame holds half a code")]
    CloseCutOff,
    /// A close code that must not be on the wire.
    #[error("close code {0} must not be sent")]
    CloseCode(u16),
    /// A close reason that is not UTF-8.
    #[error("the reason of a close frame is not utf-8")]
    CloseReason,
    /// A text frame.
    #[error("a text frame was sent, opamp uses binary frames only")]
    Text,
    /// A message beyond the limit.
    #[error("the message is larger than allowed")]
    TooBig,
    /// A message in very many very small pieces.
    #[error("the message comes in too many small fragments")]
    TinyFragments,
}

impl Violation {
    /// The code to close with.
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::Text => CloseCode::UnsupportedData,
            Self::TooBig => CloseCode::TooBig,
            Self::TinyFragments => CloseCode::PolicyViolation,
            Self::CloseReason => CloseCode::InvalidText,
            Self::ReservedBits
            | Self::Opcode(_)
            | Self::Unmasked
            | Self::Length
            | Self::FragmentedControl
            | Self::LongControl
            | Self::ContinuationOfNothing
            | Self::MessageInsideMessage
            | Self::CloseCutOff
            | Self::CloseCode(_) => CloseCode::ProtocolError,
        }
    }
}

/// 1005, 1006 and 1015 stand for closes without a frame; the rest below 3000 is not assigned.
pub(super) const fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}
