//! How much a peer may ask of us: sizes on the wire, sizes once decoded, counts.
//! Every decoder of this crate takes these numbers; none has its own.

/// Largest request body in bytes by default, on the wire and once inflated. A request carries the whole effective
/// configuration, and honest ones go up to a few MiB.
pub const DEFAULT_MESSAGE_BYTES: usize = 8 * 1024 * 1024;
/// Longest query string in bytes by default: attributes make it grow, and 16 KiB are common.
pub const DEFAULT_QUERY_BYTES: usize = 64 * 1024;
/// Largest heap use of one decoded message in bytes by default.
pub const DEFAULT_DECODED_BYTES: usize = 2 * DEFAULT_MESSAGE_BYTES;
/// Most fields in one message by default, at all levels together. An attribute is three of them.
pub const DEFAULT_FIELDS: usize = 10_000;
/// Longest attribute key in bytes by default.
pub const DEFAULT_KEY_BYTES: usize = 4 * 1024;
/// Longest short text in bytes by default: an attribute's value, an id, a hash.
pub const DEFAULT_TEXT_BYTES: usize = 16 * 1024;
/// Most bytes in all attributes of one message together, by default.
pub const DEFAULT_ATTRIBUTES_BYTES: usize = 256 * 1024;
/// Longest error text in bytes by default: one bad configuration may have many diagnostics.
pub const DEFAULT_ERROR_BYTES: usize = 1024 * 1024;

/// Limits of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest body in bytes, on the wire and once inflated.
    pub message_bytes: usize,
    /// Longest query string in bytes.
    pub query_bytes: usize,
    /// Largest heap use in bytes of one decoded message, estimated from above.
    pub decoded_bytes: usize,
    /// Most fields in one message, at all levels together.
    pub fields: usize,
    /// Longest attribute or map key in bytes.
    pub key_bytes: usize,
    /// Longest short text in bytes: an attribute's value, an id, a hash.
    pub text_bytes: usize,
    /// Most bytes in all attributes together.
    pub attributes_bytes: usize,
    /// Longest error text in bytes.
    pub error_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: DEFAULT_MESSAGE_BYTES,
            query_bytes: DEFAULT_QUERY_BYTES,
            decoded_bytes: DEFAULT_DECODED_BYTES,
            fields: DEFAULT_FIELDS,
            key_bytes: DEFAULT_KEY_BYTES,
            text_bytes: DEFAULT_TEXT_BYTES,
            attributes_bytes: DEFAULT_ATTRIBUTES_BYTES,
            error_bytes: DEFAULT_ERROR_BYTES,
        }
    }
}
