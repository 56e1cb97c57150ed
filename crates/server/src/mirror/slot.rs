//! Where a file stands on the mirror: what it is, of which version, for which machine, under which name.
//! Every part is checked, because it becomes part of addresses, of a shell script and of terminals. Start at [`Slot::new`].

use linkmesh_fleet::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::MirrorError;

const KIND_BYTES_MAX: usize = 40;
const VERSION_BYTES_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 128;
/// The machines that collectors are released for here, as upstream's files call them.
pub(crate) const ARCHITECTURES: [&str; 2] = ["amd64", "arm64"];

/// The place of one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot {
    /// What it is, such as `otelcol-contrib`.
    pub kind: String,
    /// Its version, such as `0.158.0`.
    pub version: String,
    /// `amd64` or `arm64`.
    pub arch: String,
    /// Its file name.
    pub name: String,
}

/// One file of the mirror.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it stands.
    #[serde(flatten)]
    pub slot: Slot,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// Its length.
    pub size_bytes: u64,
    /// When it was added.
    pub added_at: Timestamp,
}

impl Slot {
    /// A slot, if every part is of plain characters.
    ///
    /// # Errors
    /// Which part is not, and what it may be.
    pub fn new(kind: &str, version: &str, arch: &str, name: &str) -> Result<Self, MirrorError> {
        let slot = Self {
            kind: kind.to_owned(),
            version: version.to_owned(),
            arch: arch.to_owned(),
            name: name.to_owned(),
        };
        slot.check()?;
        Ok(slot)
    }

    /// `kind/version/arch/name`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}/{}/{}", self.kind, self.version, self.arch, self.name)
    }

    fn check(&self) -> Result<(), MirrorError> {
        let word = |text: &str, bytes_max: usize, more: &[u8]| {
            let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
            first
                && text.len() <= bytes_max
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        let lower = !self.kind.bytes().any(|byte| byte.is_ascii_uppercase());
        if !lower || !word(&self.kind, KIND_BYTES_MAX, b"-") {
            return Err(MirrorError::BadSlot(
                "kind",
                "a kind is of small letters, digits and -, such as otelcol-contrib",
            ));
        }
        if !word(&self.version, VERSION_BYTES_MAX, b".+~-") {
            return Err(MirrorError::BadSlot(
                "version",
                "a version is of letters, digits and . + ~ -, such as 0.158.0",
            ));
        }
        if !ARCHITECTURES.contains(&self.arch.as_str()) {
            return Err(MirrorError::BadSlot("arch", "an architecture is amd64 or arm64"));
        }
        if !word(&self.name, NAME_BYTES_MAX, b"._+~-") {
            return Err(MirrorError::BadSlot(
                "name",
                "a file name begins with a letter or digit and is of at most 128 letters, digits and . _ + ~ -",
            ));
        }
        Ok(())
    }
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path())
    }
}

impl Entry {
    /// Whether what was read from disk can be used.
    pub(super) fn check(&self) -> Result<(), MirrorError> {
        self.slot.check()?;
        check_digest(&self.sha256)
    }
}

/// Whether this text is a SHA-256 in hexadecimal.
///
/// # Errors
/// It is not.
pub(crate) fn check_digest(text: &str) -> Result<(), MirrorError> {
    if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(())
    } else {
        Err(MirrorError::BadSlot("sha256", "a SHA-256 has 64 hexadecimal digits"))
    }
}

/// Bytes in hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
