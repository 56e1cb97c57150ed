//! Looking back along the branch: who changed what when, what differs, and how to bring an old state back.
//! History is the line of first parents; every walk is bounded and can be continued.

use std::path::Path;
use std::sync::Arc;

use git2::{Commit, Oid, Repository};

use crate::change::{Author, Change, Expect};
use crate::paths::is_under;
use crate::snapshot::{blob, deltas, list, tree_of};
use crate::{ConfigRepo, RepoError, Revision};

/// Commits that one page looks at.
const WALK_MAX: usize = 20_000;
/// Entries of one page.
const PAGE_MAX: usize = 1000;
/// Paths listed with one commit.
const CHANGED_MAX: usize = 1000;
/// Files of one diff.
const DIFF_MAX: usize = 20_000;

/// Which part of the history to read, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Only commits that touch this file or anything in this folder.
    pub path: Option<String>,
    /// Beyond this revision: [`LogPage::next`] of the page before.
    pub after: Option<Revision>,
    /// Most entries; 0 means 100.
    pub limit: usize,
}

/// One page of history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogPage {
    /// The commits, newest first.
    pub entries: Vec<LogEntry>,
    /// Where to go on; `None` at the beginning of history. A page may be short and still go on.
    pub next: Option<Revision>,
}

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its revision.
    pub revision: Revision,
    /// The one before; `None` for the first.
    pub parent: Option<Revision>,
    /// Who made the change.
    pub author: Author,
    /// When, in seconds since 1970, as the author's clock said.
    pub at_s: i64,
    /// The message without its trailers.
    pub message: String,
    /// Lines `Key: value` at the end of the message.
    pub trailers: Vec<(String, String)>,
    /// Paths that changed, at most 1,000.
    pub changed: Vec<String>,
    /// How many paths changed.
    pub changed_total: usize,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only in the newer revision.
    Added,
    /// Only in the older revision.
    Removed,
    /// In both, with other bytes.
    Changed,
}

/// One file that differs between two revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The path.
    pub path: String,
    /// How.
    pub kind: ChangeKind,
    /// The older bytes.
    pub old: Option<Arc<[u8]>>,
    /// The newer bytes.
    pub new: Option<Arc<[u8]>>,
}

/// What a restore brings back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestoreWhat {
    /// Files and folders; empty means everything.
    pub paths: Vec<String>,
    /// Files and folders that stay as they are now, such as `registry/`.
    pub except: Vec<String>,
}

impl ConfigRepo {
    /// Reads one page of the branch's history.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`] for an unknown `after`; another where the repository cannot be read.
    pub fn log(&self, query: &LogQuery) -> Result<LogPage, RepoError> {
        let head = self.head()?;
        self.with_repo(|repo| log(repo, head, query))
    }

    /// The files that differ between two revisions.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`]; [`RepoError::TooLarge`] above 20,000 files.
    pub fn diff(&self, from: &Revision, to: &Revision) -> Result<Vec<FileDiff>, RepoError> {
        self.with_repo(|repo| {
            let found = deltas(repo, Some(&tree_of(repo, *from)?), &tree_of(repo, *to)?)?;
            if found.len() > DIFF_MAX {
                return Err(RepoError::TooLarge(format!(
                    "{} files differ, more than {DIFF_MAX}",
                    found.len()
                )));
            }
            found
                .into_iter()
                .map(|delta| {
                    let kind = match (delta.old, delta.new) {
                        (None, _) => ChangeKind::Added,
                        (_, None) => ChangeKind::Removed,
                        _ => ChangeKind::Changed,
                    };
                    let old = delta.old.map(|id| blob(repo, id)).transpose()?;
                    let new = delta.new.map(|id| blob(repo, id)).transpose()?;
                    Ok(FileDiff { path: delta.path, kind, old, new })
                })
                .collect()
        })
    }

    /// A change that brings files back to what they were at `revision`. Saving it fails with a conflict if one of them
    /// moves meanwhile. The caller adds author, time and validator.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`]; another where the repository cannot be read.
    pub fn restore(&self, revision: &Revision, what: &RestoreWhat) -> Result<Change, RepoError> {
        let head = self.head()?;
        self.with_repo(|repo| {
            let wanted = list(repo, &tree_of(repo, *revision)?)?.files;
            let present = list(repo, &tree_of(repo, head)?)?.files;
            let selected = |path: &str| {
                (what.paths.is_empty() || what.paths.iter().any(|prefix| is_under(path, prefix)))
                    && !what.except.iter().any(|prefix| is_under(path, prefix))
            };
            let mut change = Change {
                message: format!("Restore the state of {revision}"),
                trailers: vec![("Restores".to_owned(), revision.to_string())],
                ..Change::default()
            };
            for (path, id) in wanted.iter().filter(|(path, _)| selected(path)) {
                if present.get(path) != Some(id) {
                    change.put.insert(path.clone(), blob(repo, id.oid())?.to_vec());
                }
            }
            change.delete = present
                .keys()
                .filter(|path| selected(path) && !wanted.contains_key(*path))
                .cloned()
                .collect();
            for path in change.put.keys().chain(&change.delete) {
                let expect = present.get(path).map_or(Expect::Absent, |id| Expect::Blob(*id));
                change.expect.insert(path.clone(), expect);
            }
            Ok(change)
        })
    }
}

fn log(repo: &Repository, head: Revision, query: &LogQuery) -> Result<LogPage, RepoError> {
    let mut at = match query.after {
        Some(after) => {
            let commit =
                repo.find_commit(after.oid()).map_err(|_| RepoError::UnknownRevision(after.to_string()))?;
            first_parent(&commit)?
        }
        None => Some(repo.find_commit(head.oid())?),
    };
    let limit = if query.limit == 0 { 100 } else { query.limit.min(PAGE_MAX) };
    let mut page = LogPage::default();
    for _ in 0..WALK_MAX {
        let Some(commit) = at.take() else { break };
        let parent = first_parent(&commit)?;
        let touched = match &query.path {
            None => true,
            Some(path) => {
                let before = parent.as_ref().map(|parent| id_at(parent, path)).transpose()?;
                id_at(&commit, path)? != before.flatten()
            }
        };
        if touched {
            page.entries.push(entry(repo, &commit, parent.as_ref())?);
        }
        page.next = parent.as_ref().map(|_| Revision::from_oid(commit.id()));
        if page.entries.len() >= limit {
            break;
        }
        at = parent;
    }
    Ok(page)
}

pub(crate) fn first_parent<'r>(commit: &Commit<'r>) -> Result<Option<Commit<'r>>, RepoError> {
    if commit.parent_count() == 0 { Ok(None) } else { Ok(Some(commit.parent(0)?)) }
}

/// The id of a file or folder in a commit.
pub(crate) fn id_at(commit: &Commit<'_>, path: &str) -> Result<Option<Oid>, RepoError> {
    let path = path.trim_matches('/');
    match commit.tree()?.get_path(Path::new(path)) {
        Ok(found) => Ok(Some(found.id())),
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn entry(repo: &Repository, commit: &Commit<'_>, parent: Option<&Commit<'_>>) -> Result<LogEntry, RepoError> {
    let before = parent.map(Commit::tree).transpose()?;
    let mut changed: Vec<String> =
        deltas(repo, before.as_ref(), &commit.tree()?)?.into_iter().map(|delta| delta.path).collect();
    let changed_total = changed.len();
    changed.truncate(CHANGED_MAX);
    let raw = String::from_utf8_lossy(commit.message_bytes()).into_owned();
    let (message, trailers) = split_trailers(&raw);
    Ok(LogEntry {
        revision: Revision::from_oid(commit.id()),
        parent: parent.map(|parent| Revision::from_oid(parent.id())),
        author: author_of(commit),
        at_s: commit.author().when().seconds(),
        message,
        trailers,
        changed,
        changed_total,
    })
}

pub(crate) fn author_of(commit: &Commit<'_>) -> Author {
    let author = commit.author();
    Author {
        name: String::from_utf8_lossy(author.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(author.email_bytes()).into_owned(),
    }
}

/// The last paragraph is trailers where each of its lines is `Key: value` and it is not the only one.
fn split_trailers(raw: &str) -> (String, Vec<(String, String)>) {
    let raw = raw.trim_end();
    let Some((message, last)) = raw.rsplit_once("\n\n") else { return (raw.to_owned(), Vec::new()) };
    let trailers: Option<Vec<_>> = last
        .lines()
        .map(|line| {
            let (key, value) = line.split_once(": ")?;
            let plain =
                !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            plain.then(|| (key.to_owned(), value.trim().to_owned()))
        })
        .collect();
    match trailers {
        Some(trailers) => (message.trim_end().to_owned(), trailers),
        None => (raw.to_owned(), Vec::new()),
    }
}
