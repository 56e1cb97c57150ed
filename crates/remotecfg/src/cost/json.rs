//! The cost of a JSON message: only texts are kept when one is decoded, so only they are counted.
//! Not a parser: the decoder behind it finds what is wrong with the form.

use super::{ENTRY_BYTES, Malformed};
use crate::limits::Limits;

/// Refuses a JSON message with too many texts, or too much in them.
pub(crate) fn of_json(body: &[u8], limits: &Limits) -> Result<(), Malformed> {
    let (mut texts, mut decoded_bytes) = (0_usize, 0_usize);
    let (mut inside, mut escaped) = (false, false);
    for byte in body {
        if !inside {
            inside = *byte == b'"';
            texts = texts.saturating_add(usize::from(inside));
            decoded_bytes = decoded_bytes.saturating_add(if inside { ENTRY_BYTES } else { 0 });
        } else if escaped {
            escaped = false;
        } else {
            escaped = *byte == b'\\';
            inside = *byte != b'"';
            decoded_bytes = decoded_bytes.saturating_add(1);
        }
        if texts > limits.fields {
            return Err(Malformed::TooManyFields(limits.fields));
        }
        if decoded_bytes > limits.decoded_bytes {
            return Err(Malformed::TooCostly(limits.decoded_bytes));
        }
    }
    Ok(())
}
