//! How much a peer may ask of us: sizes on the wire, sizes once decoded, depth and counts.
//! Every decoder of this crate takes these numbers; none has its own.

/// Largest OpAMP message in bytes by default, after decompression. The specification recommends 64 MiB;
/// the largest honest report seen is far below 1 MiB, and every byte allowed is memory that a stranger may claim.
pub const DEFAULT_MESSAGE_BYTES: usize = 4 * 1024 * 1024;
/// Largest heap use of one decoded message in bytes by default: eight times the message.
pub const DEFAULT_DECODED_BYTES: usize = 8 * DEFAULT_MESSAGE_BYTES;
/// Most protobuf fields in one message by default, at all levels together.
pub const DEFAULT_FIELDS: usize = 100_000;
/// Deepest nesting of sub-messages by default; a map entry is a level.
pub const DEFAULT_DEPTH: usize = 32;
/// Longest text in bytes by default: a supervisor may put 1 MiB of crash log into an error text.
pub const DEFAULT_TEXT_BYTES: usize = 2 * 1024 * 1024;
/// Longest attribute or map key in bytes by default.
pub const DEFAULT_KEY_BYTES: usize = 4 * 1024;

/// Limits of one connection or request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest message in bytes, in either direction, without WebSocket frames and after decompression.
    pub message_bytes: usize,
    /// Largest heap use in bytes of one decoded message, estimated from above.
    pub decoded_bytes: usize,
    /// Most protobuf fields in one message, at all levels together.
    pub fields: usize,
    /// Deepest nesting of sub-messages.
    pub depth: usize,
    /// Longest text in bytes.
    pub text_bytes: usize,
    /// Longest attribute or map key in bytes.
    pub key_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: DEFAULT_MESSAGE_BYTES,
            decoded_bytes: DEFAULT_DECODED_BYTES,
            fields: DEFAULT_FIELDS,
            depth: DEFAULT_DEPTH,
            text_bytes: DEFAULT_TEXT_BYTES,
            key_bytes: DEFAULT_KEY_BYTES,
        }
    }
}
