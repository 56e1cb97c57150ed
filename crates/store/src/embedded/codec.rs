//! A value on disk: version (8 bytes, big-endian), CRC-32 over key, version and content (4 bytes), content.
//! The checksum finds a flipped bit that the engine does not look for.

use crate::{StoreError, Table, Versioned};

/// The bytes to store.
pub(crate) fn seal(key: &[u8], version: u64, content: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(content.len().saturating_add(12));
    value.extend_from_slice(&version.to_be_bytes());
    value.extend_from_slice(&checksum(key, version, content).to_be_bytes());
    value.extend_from_slice(content);
    value
}

/// The version alone, for checking a condition.
pub(crate) fn version(table: Table, key: &[u8], stored: &[u8]) -> Result<u64, StoreError> {
    stored.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)).ok_or_else(|| damaged(table, key))
}

/// The stored value, checked.
pub(crate) fn open(table: Table, key: &[u8], stored: &[u8]) -> Result<Versioned, StoreError> {
    let parts = stored.split_first_chunk::<8>().and_then(|(version, rest)| {
        let (sum, content) = rest.split_first_chunk::<4>()?;
        Some((u64::from_be_bytes(*version), u32::from_be_bytes(*sum), content))
    });
    match parts {
        Some((version, sum, content)) if checksum(key, version, content) == sum => {
            Ok(Versioned { version, bytes: content.to_vec() })
        }
        _ => Err(damaged(table, key)),
    }
}

fn checksum(key: &[u8], version: u64, content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(&version.to_be_bytes());
    hasher.update(content);
    hasher.finalize()
}

fn damaged(table: Table, key: &[u8]) -> StoreError {
    StoreError::Damaged { table, key: key.escape_ascii().to_string() }
}
