//! Names and numbers that identify things: entity ids, configuration hashes, instance uids.
//! Parsed once at the edge; nobody checks them again.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// Longest id, in characters (also the longest DNS label).
pub const ID_CHARS_MAX: usize = 63;

/// The id of an entity or a collector: 1 to 63 of `a-z`, `0-9` and `-`, starting and ending with a letter or digit,
/// without `--` (Alloy labels need an injective mapping). An id never changes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Arc<str>);

/// Why a text is not an [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "id `{shown}` needs 1 to 63 characters of a-z, 0-9 and -, with a letter or digit at both ends and no `--`"
)]
pub struct BadId {
    shown: String,
}

impl Id {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes an id out of any text (a host name, say): lowercased, other characters become `-`. `None` when nothing is left.
    #[must_use]
    pub fn slug_of(text: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in text.chars().take(4 * ID_CHARS_MAX) {
            let c = c.to_ascii_lowercase();
            if c.is_ascii_lowercase() || c.is_ascii_digit() {
                slug.push(c);
            } else if !slug.ends_with('-') && !slug.is_empty() {
                slug.push('-');
            }
            if slug.len() == ID_CHARS_MAX {
                break;
            }
        }
        slug.trim_end_matches('-').parse().ok()
    }

    /// The same id with a number behind it, cut so that it stays valid: `web-01` → `web-01-2`.
    #[must_use]
    pub fn numbered(&self, number: u32) -> Self {
        let suffix = format!("-{number}");
        let room = ID_CHARS_MAX - suffix.len();
        let stem: String = self.0.chars().take(room).collect();
        Self(format!("{}{suffix}", stem.trim_end_matches('-')).into())
    }
}

impl FromStr for Id {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let bytes = text.as_bytes();
        let alphabet = bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-');
        let ends = |b: Option<&u8>| b.is_some_and(|b| *b != b'-');
        if alphabet
            && bytes.len() <= ID_CHARS_MAX
            && ends(bytes.first())
            && ends(bytes.last())
            && !text.contains("--")
        {
            Ok(Self(text.into()))
        } else {
            Err(BadId { shown: shown(text) })
        }
    }
}

/// At most 40 characters of a hostile text, without control characters.
fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).map(|c| if c.is_control() { '?' } else { c }).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// SHA-256 of the exact bytes that a collector is served.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConfigHash(pub [u8; 32]);

impl ConfigHash {
    /// The hash of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The hash as 32 bytes came over the wire; `None` for any other length (an empty hash means "has none").
    #[must_use]
    pub fn from_wire(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for ConfigHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ConfigHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ConfigHash {
    type Err = BadHash;

    fn from_str(text: &str) -> Result<Self, BadHash> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(BadHash);
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| BadHash)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| BadHash)?;
        }
        Ok(Self(bytes))
    }
}

/// Not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a configuration hash is 64 hexadecimal digits")]
pub struct BadHash;

impl Serialize for ConfigHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ConfigHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An OpAMP `instance_uid`: 16 bytes, a UUIDv7 by recommendation (OpAMP specification, `AgentToServer.instance_uid`).
/// A claim, never a proof of identity.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uid(pub [u8; 16]);

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Not a UUID in its canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an instance uid is a UUID such as 01a1fcd5-97d5-712c-99fd-671115504e81")]
pub struct BadUid;

impl FromStr for Uid {
    type Err = BadUid;

    fn from_str(text: &str) -> Result<Self, BadUid> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        if text.len() != 36 || digits.len() != 32 || !digits.is_ascii() {
            return Err(BadUid);
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| BadUid)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| BadUid)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for Uid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Uid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_short_lowercase_slug_and_nothing_else() {
        for good in ["a", "web-01", "0", &"x".repeat(63)] {
            assert!(good.parse::<Id>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "a_b", "a/b", "..", "a.b", "é", "a\n", &"x".repeat(64)] {
            assert!(bad.parse::<Id>().is_err(), "{bad:?}");
        }
        let message = "x".repeat(10_000).parse::<Id>().unwrap_err().to_string();
        assert!(message.len() < 200, "a hostile id is not echoed whole");
    }

    #[test]
    fn any_host_name_becomes_an_id_or_nothing() {
        assert_eq!(Id::slug_of("Web_01.Example.COM").unwrap().as_str(), "web-01-example-com");
        assert_eq!(Id::slug_of("--x--").unwrap().as_str(), "x");
        assert_eq!(Id::slug_of("…"), None);
        assert!(Id::slug_of(&"é-".repeat(200)).is_none());
        assert!(Id::slug_of(&"ab.".repeat(200)).is_some());
        assert_eq!(Id::slug_of(&"y".repeat(99)).unwrap().numbered(12).as_str().len(), 63);
    }

    #[test]
    fn hashes_and_uids_survive_their_text_form() {
        let hash = ConfigHash::of(b"x");
        assert_eq!(hash.to_string().parse::<ConfigHash>().unwrap(), hash);
        let uid: Uid = "01a1fcd5-97d5-712c-99fd-671115504e81".parse().unwrap();
        assert_eq!(uid.to_string().parse::<Uid>().unwrap(), uid);
        assert!("01a1fcd5".parse::<Uid>().is_err());
    }
}
