//! Why the repository could not be read or written, in words that say what to do.

use git2::{ErrorClass, ErrorCode};

/// Why an operation on the repository failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepoError {
    /// The place holds something else than our repository.
    #[error("configuration repository {path} cannot be used: {why}")]
    Unusable {
        /// Where.
        path: String,
        /// What was found, and what to do.
        why: String,
    },
    /// No such commit, or a commit that is not in this repository.
    #[error("revision {0} is not in the repository")]
    UnknownRevision(String),
    /// No such file in that revision.
    #[error("{path} does not exist in revision {revision}")]
    UnknownPath {
        /// The path.
        path: String,
        /// The revision.
        revision: String,
    },
    /// Something in the repository is missing or broken.
    #[error(
        "the configuration repository is damaged ({0}); run `git fsck` in it, and restore it from a backup or a clone"
    )]
    Damaged(String),
    /// No space is left.
    #[error(
        "no space is left on the disk that holds the configuration repository; free some space and try again"
    )]
    Full,
    /// Another Git process kept the branch locked, or pushed again and again.
    #[error("the configuration repository is busy: {0}; try again")]
    Busy(String),
    /// A limit was exceeded.
    #[error("too large: {0}")]
    TooLarge(String),
    /// The repository was closed.
    #[error("the configuration repository is closed")]
    Closed,
    /// The operating system or the Git library refused.
    #[error("the configuration repository failed: {0}")]
    Failed(String),
}

impl From<git2::Error> for RepoError {
    fn from(error: git2::Error) -> Self {
        let text = error.message().to_owned();
        if ["No space left", "File too large", "quota exceeded"].iter().any(|sign| text.contains(sign)) {
            return Self::Full;
        }
        match (error.code(), error.class()) {
            (ErrorCode::Locked, _) => Self::Busy(text),
            (
                ErrorCode::NotFound
                | ErrorCode::Invalid
                | ErrorCode::InvalidSpec
                | ErrorCode::HashsumMismatch,
                _,
            )
            | (
                _,
                ErrorClass::Odb
                | ErrorClass::Reference
                | ErrorClass::Zlib
                | ErrorClass::Object
                | ErrorClass::Tree
                | ErrorClass::Indexer,
            ) => Self::Damaged(text),
            _ => Self::Failed(text),
        }
    }
}

impl From<std::io::Error> for RepoError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}
