//! The two ids that leave this room: a revision (a commit) and the id of one file's content.

use std::fmt;
use std::str::FromStr;

use git2::Oid;

/// One state of the whole repository: the id of a commit, printed as 40 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision([u8; 20]);

/// The id of one file's content: equal ids mean equal bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId([u8; 20]);

/// The text is not 40 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 40 hex digits")]
pub struct NotAnId;

macro_rules! id {
    ($name:ident) => {
        impl $name {
            pub(crate) fn from_oid(oid: Oid) -> Self {
                let mut bytes = [0; 20];
                for (to, from) in bytes.iter_mut().zip(oid.as_bytes()) {
                    *to = *from;
                }
                Self(bytes)
            }

            pub(crate) fn oid(self) -> Oid {
                // Only a wrong length could fail, and the length is fixed.
                Oid::from_bytes(&self.0).unwrap_or(Oid::ZERO_SHA1)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                if text.len() != 40 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
                    return Err(NotAnId);
                }
                Oid::from_str(text).map(Self::from_oid).map_err(|_| NotAnId)
            }
        }
    };
}

id!(Revision);
id!(BlobId);

impl BlobId {
    /// The id that `bytes` have as a file.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        // Hashing memory does not fail; the zero id equals no content.
        Self::from_oid(Oid::hash_object(git2::ObjectType::Blob, bytes).unwrap_or(Oid::ZERO_SHA1))
    }
}
