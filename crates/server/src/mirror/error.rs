//! Why the mirror refuses, as sentences for people.

use std::io::ErrorKind;

use super::slot::Slot;
use super::{FILE_BYTES_MAX, FILES_MAX};

/// Why something was not done; then everything is as before.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// A part of a slot cannot be used: which, and what it may be.
    #[error("{1}")]
    BadSlot(&'static str, &'static str),
    /// There is no such file.
    #[error("the mirror has no {0}; `linkmesh mirror list` shows what it has")]
    Unknown(Slot),
    /// The file is larger than any may be.
    #[error("the file has more than {FILE_BYTES_MAX} bytes (5 GiB), the most that the mirror takes")]
    TooLarge,
    /// Nothing arrived.
    #[error("the file is empty; download it again from its publisher")]
    Empty,
    /// There are too many files.
    #[error("the mirror holds {FILES_MAX} files, the most it may; remove some with `linkmesh mirror remove`")]
    TooMany,
    /// The checksum is not the expected one.
    #[error("the file has the SHA-256 {found} and not {expected}; download it again from its publisher")]
    Mismatch {
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The file is not what its slot says.
    #[error("{0}")]
    WrongContent(String),
    /// A file changed or vanished on the server's disk.
    #[error("{0} is damaged on the server's disk ({1}); remove it and add it again")]
    Damaged(Slot, String),
    /// No room.
    #[error("the server's disk is full; nothing was stored; free some space and add the file again")]
    Full,
    /// The list cannot be read.
    #[error("{0}")]
    Broken(String),
    /// Another fault of the disk.
    #[error("{doing}: {cause}")]
    Disk {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        cause: std::io::Error,
    },
}

impl MirrorError {
    pub(super) fn disk(doing: &'static str, cause: std::io::Error) -> Self {
        match cause.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Disk { doing, cause },
        }
    }
}
