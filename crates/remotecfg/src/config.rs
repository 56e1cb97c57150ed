//! A configuration as it is served: named by its content, encoded once and shared by every collector that runs it.
//! Which one is right for whom is not known here.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::OnceLock;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::proto::GetConfigResponse;

/// Names the content of a configuration: SHA-256 of its text, so that the same content has the same name for every collector,
/// server and start.
pub type ConfigHash = [u8; 32];

/// Content that must not be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadContent {
    /// Alloy takes empty content for applied and goes on with what it runs.
    #[error("the configuration is empty, serve one that holds only a comment instead")]
    Empty,
    /// Alloy's parser refuses both.
    #[error("the configuration holds a NUL character or a byte order mark")]
    BadCharacter,
}

/// A configuration with its whole answer in every form, each made once. Cloning the bytes shares them.
#[derive(Debug)]
pub struct EncodedConfig {
    hash: ConfigHash,
    hash_text: String,
    proto: Bytes,
    proto_gzip: OnceLock<Bytes>,
    json: OnceLock<Bytes>,
    json_gzip: OnceLock<Bytes>,
}

impl EncodedConfig {
    /// Encodes a configuration in Alloy's syntax.
    ///
    /// # Errors
    /// If it is empty or white space, or holds a character that Alloy's parser refuses.
    pub fn new(content: &str) -> Result<Self, BadContent> {
        if content.trim().is_empty() {
            return Err(BadContent::Empty);
        }
        if content.contains(['\0', '\u{feff}']) {
            return Err(BadContent::BadCharacter);
        }
        let hash = hash_of(content.as_bytes());
        let hash_text = hex(&hash);
        let response =
            GetConfigResponse { content: content.to_owned(), hash: hash_text.clone(), not_modified: false };
        Ok(Self {
            hash,
            hash_text,
            proto: response.encode_to_vec().into(),
            proto_gzip: OnceLock::new(),
            json: OnceLock::new(),
            json_gzip: OnceLock::new(),
        })
    }

    /// Names the content.
    #[must_use]
    pub const fn hash(&self) -> &ConfigHash {
        &self.hash
    }

    /// [`EncodedConfig::hash`] as it is written: lower-case hexadecimal.
    #[must_use]
    pub fn hash_text(&self) -> &str {
        &self.hash_text
    }

    pub(crate) fn proto(&self) -> Bytes {
        self.proto.clone()
    }

    pub(crate) fn proto_gzip(&self) -> Bytes {
        self.proto_gzip.get_or_init(|| gzip(&self.proto)).clone()
    }

    pub(crate) fn json(&self) -> Bytes {
        let encode = || {
            // It was encoded above, so it can be read, and text can be written.
            let response = GetConfigResponse::decode(&*self.proto).unwrap_or_default();
            serde_json::to_vec(&response).unwrap_or_default().into()
        };
        self.json.get_or_init(encode).clone()
    }

    pub(crate) fn json_gzip(&self) -> Bytes {
        self.json_gzip.get_or_init(|| gzip(&self.json())).clone()
    }
}

/// Names content: SHA-256 of its bytes.
#[must_use]
pub fn hash_of(content: &[u8]) -> ConfigHash {
    Sha256::digest(content).into()
}

pub(crate) fn hex(hash: &ConfigHash) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// The hash that a text is, if it is one: 64 lower-case hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<ConfigHash> {
    let digits = text.as_bytes();
    let mut hash = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(hash)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _written = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default().into()
}
