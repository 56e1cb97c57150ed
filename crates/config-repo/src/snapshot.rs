//! Reading one revision whole: every plain file with its content, and a list of what was passed over.
//! Links are never followed; what is unchanged since another snapshot is not read again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use git2::{FileMode, ObjectType, Oid, Repository, Tree};

use crate::paths::{DEPTH_MAX, FILE_MAX_BYTES, check_path};
use crate::{BlobId, ConfigRepo, RepoError, Revision};

/// Most files of one revision.
const FILES_MAX: usize = 200_000;
/// Most bytes of one revision.
const TOTAL_MAX_BYTES: usize = 1024 * 1024 * 1024;
/// Most entries looked at in one revision, so that nested folders cannot multiply without end.
const ENTRIES_MAX: usize = 500_000;
/// Problems listed of one revision; more are counted as one.
const PROBLEMS_MAX: usize = 1000;

/// Every plain file of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The revision.
    pub revision: Revision,
    /// The files by path.
    pub files: BTreeMap<String, File>,
    /// What was passed over.
    pub problems: Vec<Problem>,
}

/// One file's content.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Id of the content.
    pub id: BlobId,
    /// The content.
    pub bytes: Arc<[u8]>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("id", &self.id).field("size_bytes", &self.bytes.len()).finish()
    }
}

/// Something in a revision that is not a plain file with a plain name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, printable.
    pub path: String,
    /// What.
    pub kind: ProblemKind,
}

/// Why an entry was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// A symbolic link.
    #[error("is a symbolic link; commit a plain file instead")]
    Symlink,
    /// Another repository.
    #[error("is a submodule; commit plain files instead")]
    Submodule,
    /// A file with the executable bit.
    #[error("is executable; run `git update-index --chmod=-x` on it and commit")]
    Executable,
    /// Larger than [`FILE_MAX_BYTES`].
    #[error("is larger than 1 MiB")]
    TooLarge,
    /// A path that [`check_path`] refuses.
    #[error("has a name that is not plain; use letters, digits, `.`, `-` and `_`")]
    OddPath,
    /// More problems than are listed.
    #[error("and more like these")]
    More,
}

impl ConfigRepo {
    /// Reads every file of a revision.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`], or another where the repository cannot be read.
    pub fn read(&self, revision: &Revision) -> Result<Snapshot, RepoError> {
        self.with_repo(|repo| read(repo, *revision, &BTreeMap::new()))
    }

    /// Reads every file of a revision, taking what is unchanged from an older snapshot.
    ///
    /// # Errors
    /// As [`ConfigRepo::read`].
    pub fn read_changed(&self, from: &Snapshot, to: &Revision) -> Result<Snapshot, RepoError> {
        self.with_repo(|repo| read(repo, *to, &from.files))
    }

    /// Reads one file of a revision; `None` where it does not exist or is not a plain file.
    ///
    /// # Errors
    /// As [`ConfigRepo::read`].
    pub fn file_at(&self, revision: &Revision, path: &str) -> Result<Option<File>, RepoError> {
        if check_path(path).is_err() {
            return Ok(None);
        }
        self.with_repo(|repo| {
            let tree = tree_of(repo, *revision)?;
            let found = match tree.get_path(std::path::Path::new(path)) {
                Ok(found) if found.filemode() == i32::from(FileMode::Blob) => found,
                Ok(_) => return Ok(None),
                Err(error) if error.code() == git2::ErrorCode::NotFound => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            Ok(Some(File { id: BlobId::from_oid(found.id()), bytes: blob(repo, found.id())? }))
        })
    }
}

fn read(
    repo: &Repository,
    revision: Revision,
    known: &BTreeMap<String, File>,
) -> Result<Snapshot, RepoError> {
    let listing = list(repo, &tree_of(repo, revision)?)?;
    let mut problems = listing.problems;
    let mut files = BTreeMap::new();
    let mut total_bytes = 0usize;
    for (path, id) in listing.files {
        let file = match known.get(&path) {
            Some(file) if file.id == id => file.clone(),
            _ if repo.odb()?.read_header(id.oid())?.0 > FILE_MAX_BYTES => {
                note(&mut problems, path.as_bytes(), ProblemKind::TooLarge);
                continue;
            }
            _ => File { id, bytes: blob(repo, id.oid())? },
        };
        total_bytes = total_bytes.saturating_add(file.bytes.len());
        if total_bytes > TOTAL_MAX_BYTES {
            return Err(RepoError::TooLarge(format!(
                "revision {revision} holds more than {TOTAL_MAX_BYTES} bytes"
            )));
        }
        files.insert(path, file);
    }
    Ok(Snapshot { revision, files, problems })
}

/// The plain files of a tree by path, without their content.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) files: BTreeMap<String, BlobId>,
    pub(crate) problems: Vec<Problem>,
    entries: usize,
}

pub(crate) fn list(repo: &Repository, tree: &Tree<'_>) -> Result<Listing, RepoError> {
    let mut listing = Listing::default();
    walk(repo, tree, "", 0, &mut listing)?;
    Ok(listing)
}

fn walk(
    repo: &Repository,
    tree: &Tree<'_>,
    folder: &str,
    depth: usize,
    listing: &mut Listing,
) -> Result<(), RepoError> {
    for entry in tree {
        listing.entries = listing.entries.saturating_add(1);
        if listing.entries > ENTRIES_MAX {
            return Err(RepoError::TooLarge(format!("a revision holds more than {ENTRIES_MAX} entries")));
        }
        let mut raw = folder.as_bytes().to_vec();
        raw.extend_from_slice(entry.name_bytes());
        let plain = std::str::from_utf8(&raw).ok().filter(|path| check_path(path).is_ok());
        let Some(path) = plain.filter(|_| depth < DEPTH_MAX) else {
            note(&mut listing.problems, &raw, ProblemKind::OddPath);
            continue;
        };
        let problem = match entry.kind() {
            Some(ObjectType::Tree) => {
                walk(
                    repo,
                    &repo.find_tree(entry.id())?,
                    &format!("{path}/"),
                    depth.saturating_add(1),
                    listing,
                )?;
                continue;
            }
            Some(ObjectType::Blob) if entry.filemode() == i32::from(FileMode::Blob) => {
                listing.files.insert(path.to_owned(), BlobId::from_oid(entry.id()));
                if listing.files.len() > FILES_MAX {
                    return Err(RepoError::TooLarge(format!("a revision holds more than {FILES_MAX} files")));
                }
                continue;
            }
            Some(ObjectType::Blob) if entry.filemode() == i32::from(FileMode::Link) => ProblemKind::Symlink,
            Some(ObjectType::Blob) => ProblemKind::Executable,
            _ => ProblemKind::Submodule,
        };
        note(&mut listing.problems, &raw, problem);
    }
    Ok(())
}

fn note(problems: &mut Vec<Problem>, path: &[u8], kind: ProblemKind) {
    let path = path.escape_ascii().to_string();
    match problems.len().cmp(&PROBLEMS_MAX) {
        std::cmp::Ordering::Less => problems.push(Problem { path, kind }),
        std::cmp::Ordering::Equal => problems.push(Problem { path, kind: ProblemKind::More }),
        std::cmp::Ordering::Greater => {}
    }
}

pub(crate) fn tree_of(repo: &Repository, revision: Revision) -> Result<Tree<'_>, RepoError> {
    match repo.find_commit(revision.oid()) {
        Ok(commit) => Ok(commit.tree()?),
        Err(_) => Err(RepoError::UnknownRevision(revision.to_string())),
    }
}

pub(crate) fn blob(repo: &Repository, id: Oid) -> Result<Arc<[u8]>, RepoError> {
    let size_bytes = repo.odb()?.read_header(id)?.0;
    if size_bytes > FILE_MAX_BYTES {
        return Err(RepoError::TooLarge(format!("a file of {size_bytes} bytes")));
    }
    Ok(Arc::from(repo.find_blob(id)?.content()))
}

/// One path that differs between two trees; only plain files with plain names count as there.
#[derive(Debug)]
pub(crate) struct Delta {
    pub(crate) path: String,
    pub(crate) old: Option<Oid>,
    pub(crate) new: Option<Oid>,
}

pub(crate) fn deltas(
    repo: &Repository,
    old: Option<&Tree<'_>>,
    new: &Tree<'_>,
) -> Result<Vec<Delta>, RepoError> {
    let diff = repo.diff_tree_to_tree(old, Some(new), None)?;
    let mut deltas = Vec::new();
    for delta in diff.deltas() {
        let plain = |file: git2::DiffFile<'_>| (file.mode() == FileMode::Blob).then(|| file.id());
        let (old, new) = (plain(delta.old_file()), plain(delta.new_file()));
        let path = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes());
        let path =
            path.and_then(|path| std::str::from_utf8(path).ok()).filter(|path| check_path(path).is_ok());
        let Some(path) = path else { continue };
        if old != new {
            deltas.push(Delta { path: path.to_owned(), old, new });
        }
    }
    Ok(deltas)
}
