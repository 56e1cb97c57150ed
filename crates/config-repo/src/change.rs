//! What a caller asks to be saved, and the answers. One change becomes one commit or nothing.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use crate::commit::View;
use crate::{BlobId, RepoError, Revision};

/// Most files that one change touches.
pub const CHANGE_MAX_FILES: usize = 50_000;

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Name as people see it.
    pub name: String,
    /// Address; need not exist.
    pub email: String,
}

/// What a file must be for the change to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// The file does not exist.
    Absent,
    /// The file has exactly this content.
    Blob(BlobId),
}

/// Files that differ between two states, with their newer bytes; `None` where removed.
pub type ChangedFiles = BTreeMap<String, Option<Arc<[u8]>>>;

/// Looks at the files as they would be and refuses them, or not. Runs in the writer right before the commit, so it
/// sees the head it is committed on. It may run more than once: the branch may move in between. It must not call
/// [`crate::ConfigRepo`], whose writer waits for it; all it needs is in [`Proposed`].
pub type Validate = Arc<dyn Fn(&Proposed<'_>) -> Result<(), Box<dyn Error + Send + Sync>> + Send + Sync>;

/// One change: some files written, some removed.
#[derive(Clone, Default)]
pub struct Change {
    /// The revision it was made on. Each touched file must still be as it was there.
    pub base: Option<Revision>,
    /// What single files must be; stands above `base` for these.
    pub expect: BTreeMap<String, Expect>,
    /// Files to write, whole.
    pub put: BTreeMap<String, Vec<u8>>,
    /// Files to remove; one that does not exist is fine.
    pub delete: Vec<String>,
    /// Who made it; `None` means the program itself.
    pub author: Option<Author>,
    /// Message of the commit.
    pub message: String,
    /// Lines `Key: value` at the end of the message.
    pub trailers: Vec<(String, String)>,
    /// When, in seconds since 1970.
    pub at_s: i64,
    /// The last word before the commit.
    pub validate: Option<Validate>,
}

impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // File contents may hold what must not be logged.
        f.debug_struct("Change")
            .field("base", &self.base)
            .field("put", &self.put.keys())
            .field("delete", &self.delete)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

/// The answer to a save: it is on the disk and in the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// The revision that holds the change.
    pub revision: Revision,
    /// Whether everything was so already and no commit was made.
    pub unchanged: bool,
}

/// One file that moved on since the change was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The file.
    pub path: String,
    /// As it was when the change was made, where known.
    pub base: Option<Arc<[u8]>>,
    /// As it is now; `None` where it does not exist.
    pub current: Option<Arc<[u8]>>,
    /// As it was to become; `None` where it was to be removed.
    pub proposed: Option<Arc<[u8]>>,
}

/// Why a change was not saved. Nothing of it is in the branch, except that after `Repo` with a disk that failed in
/// the very last step the whole of it may be; saving again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Files moved on since the change was made.
    #[error("{} changed meanwhile; look at the present text and save again", names(.conflicts))]
    Conflict {
        /// The files.
        conflicts: Vec<Conflict>,
        /// The revision that `current` is of.
        head: Revision,
    },
    /// The validator refused; the error is its own.
    #[error(transparent)]
    Refused(Box<dyn Error + Send + Sync>),
    /// The change makes no sense.
    #[error("{path}: {why}")]
    Invalid {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// The repository could not be written.
    #[error(transparent)]
    Repo(#[from] RepoError),
}

/// The repository as it would be with the change, for a validator.
#[derive(Debug)]
pub struct Proposed<'a> {
    pub(crate) head: Revision,
    pub(crate) before: View<'a>,
    pub(crate) after: View<'a>,
}

impl Proposed<'_> {
    /// The revision the change is made on. It may be one that nobody has seen yet, because saves share a sync.
    #[must_use]
    pub fn head(&self) -> Revision {
        self.head
    }

    /// The files that the change alters, with their new bytes; `None` where removed.
    ///
    /// # Errors
    /// [`RepoError`] where an object cannot be read.
    pub fn changed(&self) -> Result<ChangedFiles, RepoError> {
        self.after.changed_since(&self.before)
    }

    /// The files that differ from `known`, whatever lies between, with their new bytes; `None` where removed. So a
    /// model of a known revision is brought to the proposed state.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`], or another where an object cannot be read.
    pub fn changed_since(&self, known: &Revision) -> Result<ChangedFiles, RepoError> {
        self.after.changed_since(&self.after.at(known)?)
    }

    /// One file as it would be.
    ///
    /// # Errors
    /// [`RepoError`] where an object cannot be read.
    pub fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, RepoError> {
        self.after.file(path)
    }

    /// Every path as it would be, with the id of its content.
    ///
    /// # Errors
    /// [`RepoError`] where an object cannot be read.
    pub fn paths(&self) -> Result<BTreeMap<String, BlobId>, RepoError> {
        self.after.paths()
    }
}

fn names(conflicts: &[Conflict]) -> String {
    let mut names: Vec<&str> = conflicts.iter().take(3).map(|conflict| conflict.path.as_str()).collect();
    if conflicts.len() > names.len() {
        names.push("…");
    }
    names.join(", ")
}
