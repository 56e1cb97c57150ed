//! Intent, kept in a bare Git repository that people can read and push to without LinkMesh.
//! Owns the Git library; knows paths and bytes, never what a file means. Start at [`ConfigRepo`].

mod blame;
mod change;
mod commit;
mod copy;
mod error;
mod history;
mod locks;
mod maintain;
mod open;
mod packs;
mod paths;
mod revision;
mod snapshot;
mod writer;

pub use blame::BlamedLine;
pub use change::{
    Author, CHANGE_MAX_FILES, Change, ChangedFiles, Conflict, Expect, Proposed, SaveError, Saved, Validate,
};
pub use copy::{RepoCopy, RepoFile, lay_out};
pub use error::RepoError;
pub use history::{ChangeKind, FileDiff, LogEntry, LogPage, LogQuery, RestoreWhat};
pub use maintain::Maintained;
pub use open::{ConfigRepo, RepoOptions, RepoStats};
pub use paths::{FILE_MAX_BYTES, PATH_MAX_BYTES, PathFault, check_path};
pub use revision::{BlobId, NotAnId, Revision};
pub use snapshot::{File, Problem, ProblemKind, Snapshot};
