//! The identity of an agent: 16 raw bytes on the wire, a UUID in text.
//! It is a claim; what it may do is decided by its credential, elsewhere.

use std::fmt;
use std::str::FromStr;

/// An agent's `instance_uid`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceUid([u8; 16]);

/// An `instance_uid` that is not 16 bytes, or not a UUID in text. Answer it with `BadRequest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the instance_uid has {0} bytes, it must have 16 (a uuid)")]
pub struct BadUid(pub usize);

impl InstanceUid {
    /// From its bytes, for example those of a new UUIDv7.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl TryFrom<&[u8]> for InstanceUid {
    type Error = BadUid;

    fn try_from(bytes: &[u8]) -> Result<Self, BadUid> {
        bytes.try_into().map(Self).map_err(|_| BadUid(bytes.len()))
    }
}

impl FromStr for InstanceUid {
    type Err = BadUid;

    /// Reads the canonical text: 8-4-4-4-12 hexadecimal digits, as the header `OpAMP-Instance-UID` carries it.
    fn from_str(text: &str) -> Result<Self, BadUid> {
        let bad = BadUid(text.len());
        let mut bytes = [0_u8; 16];
        let mut left = text.as_bytes();
        for (at, byte) in bytes.iter_mut().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                left = left.strip_prefix(b"-").ok_or(bad)?;
            }
            let ([high, low], rest) = left.split_first_chunk::<2>().ok_or(bad)?;
            *byte = (digit(*high).ok_or(bad)? << 4) | digit(*low).ok_or(bad)?;
            left = rest;
        }
        if left.is_empty() { Ok(Self(bytes)) } else { Err(bad) }
    }
}

impl fmt::Display for InstanceUid {
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

impl fmt::Debug for InstanceUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn digit(character: u8) -> Option<u8> {
    char::from(character).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_bytes_are_the_same_uid() {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        let uid: InstanceUid = text.parse().unwrap();
        assert_eq!(uid.to_string(), text);
        assert_eq!(InstanceUid::try_from(&uid.as_bytes()[..]), Ok(uid));
        for bad in [
            "",
            "01890a5dac96774bbcceb302099a8057",
            "01890a5d-ac96-774b-bcce-b302099a80577",
            "01890a5d-ac96-774b-bcce-b302099a80+7",
        ] {
            assert_eq!(bad.parse::<InstanceUid>(), Err(BadUid(bad.len())));
        }
    }
}
