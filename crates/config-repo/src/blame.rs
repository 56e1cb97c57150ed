//! Who wrote each line of a file, along the branch's line of first parents.

use std::time::{Duration, Instant};

use git2::{Commit, Oid, Repository};
use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use crate::history::{author_of, first_parent, id_at};
use crate::snapshot::blob;
use crate::{Author, ConfigRepo, RepoError, Revision};

/// Commits looked at; lines older than that carry the oldest one seen.
const WALK_MAX: usize = 20_000;
/// Longest time spent on comparing two versions of a file.
const DIFF_MAX_MS: u64 = 200;
/// Longest time for all; lines not resolved by then carry the oldest commit seen.
const BLAME_MAX_S: u64 = 5;

/// One line and the commit that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlamedLine {
    /// The line without its end.
    pub text: String,
    /// The commit.
    pub revision: Revision,
    /// Who made it.
    pub author: Author,
    /// When, in seconds since 1970.
    pub at_s: i64,
    /// Whether the line is older than this commit, because the walk ended here.
    pub or_older: bool,
}

impl ConfigRepo {
    /// Who wrote each line of the file at `path` as of `revision`.
    ///
    /// # Errors
    /// [`RepoError::UnknownRevision`] and [`RepoError::UnknownPath`]; another where the repository cannot be read.
    pub fn blame(&self, revision: &Revision, path: &str) -> Result<Vec<BlamedLine>, RepoError> {
        self.with_repo(|repo| blame(repo, revision, path))
    }
}

fn blame(repo: &Repository, revision: &Revision, path: &str) -> Result<Vec<BlamedLine>, RepoError> {
    let mut commit =
        repo.find_commit(revision.oid()).map_err(|_| RepoError::UnknownRevision(revision.to_string()))?;
    let missing = || RepoError::UnknownPath { path: path.to_owned(), revision: revision.to_string() };
    let mut id = id_at(&commit, path)?.ok_or_else(missing)?;
    let mut lines = lines_of(repo, id).ok_or_else(missing)?;
    let mut blamed: Vec<Option<BlamedLine>> = vec![None; lines.len()];
    // For each line of the version at hand: its place in the version asked for, while nobody is known to have written it.
    let mut places: Vec<Option<usize>> = (0..lines.len()).map(Some).collect();
    let deadline = Instant::now() + Duration::from_secs(BLAME_MAX_S);
    for _ in 0..WALK_MAX {
        let parent = first_parent(&commit)?;
        let before = parent.as_ref().map(|parent| id_at(parent, path)).transpose()?.flatten();
        if before != Some(id) {
            let old = before.and_then(|before| lines_of(repo, before)).unwrap_or_default();
            let kept = carry(&old, &lines, &places);
            let mut survives = vec![false; blamed.len()];
            for place in kept.iter().flatten() {
                if let Some(flag) = survives.get_mut(*place) {
                    *flag = true;
                }
            }
            for (place, line) in places.iter().zip(&lines).filter_map(|(place, line)| Some(((*place)?, line)))
            {
                if survives.get(place) == Some(&false) {
                    give(&mut blamed, place, line, &commit, false);
                }
            }
            (lines, places) = (old, kept);
            id = before.unwrap_or(id);
        }
        let open = places.iter().any(Option::is_some);
        match parent {
            Some(parent) if open && before.is_some() && Instant::now() < deadline => commit = parent,
            _ => break,
        }
    }
    for (place, line) in places.iter().zip(&lines).filter_map(|(place, line)| Some(((*place)?, line))) {
        give(&mut blamed, place, line, &commit, true);
    }
    Ok(blamed.into_iter().flatten().collect())
}

/// The places of the older version's lines: what the newer one took over keeps its place.
fn carry(old: &[String], new: &[String], places: &[Option<usize>]) -> Vec<Option<usize>> {
    let mut kept = vec![None; old.len()];
    let deadline = Instant::now() + Duration::from_millis(DIFF_MAX_MS);
    for op in capture_diff_slices_deadline(Algorithm::Myers, old, new, Some(deadline)) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for (to, from) in kept.iter_mut().skip(old_index).zip(places.iter().skip(new_index)).take(len) {
                *to = *from;
            }
        }
    }
    kept
}

fn give(blamed: &mut [Option<BlamedLine>], place: usize, text: &str, commit: &Commit<'_>, or_older: bool) {
    if let Some(line) = blamed.get_mut(place) {
        *line = Some(BlamedLine {
            text: text.to_owned(),
            revision: Revision::from_oid(commit.id()),
            author: author_of(commit),
            at_s: commit.author().when().seconds(),
            or_older,
        });
    }
}

fn lines_of(repo: &Repository, id: Oid) -> Option<Vec<String>> {
    let bytes = blob(repo, id).ok()?;
    Some(String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect())
}
