//! Short deterministic hashes that tell whether something changed, so that nothing decoded has to be kept.
//! They are no protection against a forger: an agent that collides with itself only hides its own news.

use prost::Message;

use crate::proto::ComponentHealth;

/// FNV-1a with 64 bits.
pub(crate) fn of_bytes(bytes: &[u8]) -> u64 {
    fold(0xcbf2_9ce4_8422_2325, bytes)
}

/// Of anything that encodes deterministically.
pub(crate) fn of_message(message: &impl Message) -> u64 {
    of_bytes(&message.encode_to_vec())
}

/// Of a health tree without its times: collectors repeat the same verdict with a new time for ever.
pub(crate) fn of_health(health: &ComponentHealth) -> u64 {
    fold_health(of_bytes(&[]), health)
}

/// FNV-1a with 128 bits, for hashes that go over the wire.
pub(crate) fn wide(bytes: &[u8]) -> [u8; 16] {
    let mut hash = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128;
    for byte in bytes {
        hash = (hash ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    hash.to_be_bytes()
}

/// Recursion is bounded by the depth limit of the decoder.
fn fold_health(mut hash: u64, health: &ComponentHealth) -> u64 {
    hash = fold(hash, &[u8::from(health.healthy)]);
    hash = fold_text(hash, &health.last_error);
    hash = fold_text(hash, &health.status);
    hash = fold(hash, &(health.component_health_map.len() as u64).to_le_bytes());
    for (name, below) in &health.component_health_map {
        hash = fold_health(fold_text(hash, name), below);
    }
    for attribute in &health.attributes {
        hash = fold(hash, &attribute.encode_length_delimited_to_vec());
    }
    fold(hash, &[0xff])
}

/// The length keeps neighbors apart.
fn fold_text(hash: u64, text: &str) -> u64 {
    fold(fold(hash, &(text.len() as u64).to_le_bytes()), text.as_bytes())
}

fn fold(mut hash: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}
