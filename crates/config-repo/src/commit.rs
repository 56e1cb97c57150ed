//! One change evaluated on one commit: expectations, the new tree, the validator, the commit object.
//! Must not touch the branch or the disk; objects go where the given repository writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid, Repository, Signature, Time, Tree};

use crate::change::{CHANGE_MAX_FILES, Change, ChangedFiles, Conflict, Expect, Proposed, SaveError};
use crate::paths::{FILE_MAX_BYTES, check_path};
use crate::snapshot::{self, blob, tree_of};
use crate::{Author, BlobId, RepoError, Revision};

/// What became of a change on a given commit.
#[derive(Debug)]
pub(crate) enum Evaluated {
    Unchanged,
    Commit(Oid),
}

/// One tree to read from.
#[derive(Debug)]
pub(crate) struct View<'a> {
    repo: &'a Repo<'a>,
    tree: Oid,
}

/// The Git library's handle has no `Debug`.
pub(crate) struct Repo<'a>(pub(crate) &'a Repository);

impl std::fmt::Debug for Repo<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Repo")
    }
}

/// Evaluates `change` on the commit `tip`.
pub(crate) fn evaluate(
    repo: &Repository,
    tip: Oid,
    change: &Change,
    own: &Author,
) -> Result<Evaluated, SaveError> {
    check(change)?;
    let parent = repo.find_commit(tip).map_err(RepoError::from)?;
    let before = parent.tree().map_err(RepoError::from)?;
    let edits = edits(repo, &before, change, Revision::from_oid(tip))?;
    if edits.is_empty() {
        return Ok(Evaluated::Unchanged);
    }
    let after = build(repo, &before, &edits)?;
    if after == before.id() {
        return Ok(Evaluated::Unchanged);
    }
    if let Some(validate) = &change.validate {
        let repo = Repo(repo);
        let proposed = Proposed {
            head: Revision::from_oid(tip),
            before: View { repo: &repo, tree: before.id() },
            after: View { repo: &repo, tree: after },
        };
        validate(&proposed).map_err(SaveError::Refused)?;
    }
    let time = Time::new(change.at_s, 0);
    let author = signature(change.author.as_ref().unwrap_or(own), &time)?;
    let committer = signature(own, &time)?;
    let tree = repo.find_tree(after).map_err(RepoError::from)?;
    let commit = repo
        .commit(None, &author, &committer, &message(change), &tree, &[&parent])
        .map_err(RepoError::from)?;
    Ok(Evaluated::Commit(commit))
}

/// The ids of everything that `tip` reaches and `base` does not, along first parents.
pub(crate) fn new_objects(repo: &Repository, base: Oid, tip: Oid) -> Result<BTreeSet<Oid>, RepoError> {
    let mut found = BTreeSet::new();
    let mut at = tip;
    while at != base {
        found.insert(at);
        let commit = repo.find_commit(at)?;
        let parent = commit.parent(0)?;
        collect_new(repo, Some(&parent.tree()?), &commit.tree()?, &mut found)?;
        at = parent.id();
    }
    Ok(found)
}

fn collect_new(
    repo: &Repository,
    old: Option<&Tree<'_>>,
    new: &Tree<'_>,
    found: &mut BTreeSet<Oid>,
) -> Result<(), RepoError> {
    if old.is_some_and(|old| old.id() == new.id()) || !found.insert(new.id()) {
        return Ok(());
    }
    for entry in new {
        let before = old.and_then(|old| old.get_name_bytes(entry.name_bytes()));
        if before.as_ref().is_some_and(|before| before.id() == entry.id()) {
            continue;
        }
        match entry.kind() {
            Some(ObjectType::Blob) => {
                found.insert(entry.id());
            }
            Some(ObjectType::Tree) => {
                let before = before.filter(|before| before.kind() == Some(ObjectType::Tree));
                let before = before.map(|before| repo.find_tree(before.id())).transpose()?;
                collect_new(repo, before.as_ref(), &repo.find_tree(entry.id())?, found)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn check(change: &Change) -> Result<(), SaveError> {
    let touched = change.put.len().saturating_add(change.delete.len());
    if touched > CHANGE_MAX_FILES {
        let why = format!("a change touches at most {CHANGE_MAX_FILES} files, not {touched}");
        return Err(RepoError::TooLarge(why).into());
    }
    for path in change.put.keys().chain(&change.delete) {
        check_path(path).map_err(|fault| invalid(path, &fault))?;
    }
    for (path, bytes) in &change.put {
        if bytes.len() > FILE_MAX_BYTES {
            return Err(invalid(
                path,
                &format!("a file has at most {FILE_MAX_BYTES} bytes, not {}", bytes.len()),
            ));
        }
    }
    if let Some(path) = change.delete.iter().find(|path| change.put.contains_key(*path)) {
        return Err(invalid(path, &"cannot be written and removed in one change"));
    }
    Ok(())
}

/// The edits that alter something; `None` removes.
fn edits<'c>(
    repo: &Repository,
    before: &Tree<'_>,
    change: &'c Change,
    head: Revision,
) -> Result<BTreeMap<&'c str, Option<&'c [u8]>>, SaveError> {
    let base = change.base.map(|base| tree_of(repo, base)).transpose()?;
    let wanted = change.put.iter().map(|(path, bytes)| (path, Some(bytes.as_slice())));
    let mut edits = BTreeMap::new();
    let mut conflicts = Vec::new();
    for (path, bytes) in wanted.chain(change.delete.iter().map(|path| (path, None))) {
        let current = entry(before, path)?;
        if current.is_some_and(|found| found.kind == ObjectType::Tree) {
            return Err(invalid(path, &"is a folder"));
        }
        let same = match (&current, bytes) {
            (None, None) => true,
            (Some(found), Some(bytes)) => found.plain && found.id == BlobId::of(bytes).oid(),
            _ => false,
        };
        // What is so already needs no permission: a save that is repeated after a lost answer succeeds.
        if same {
            continue;
        }
        let base_entry = base.as_ref().map(|base| entry(base, path)).transpose()?;
        let expected = match (change.expect.get(path), &base_entry) {
            (Some(Expect::Absent), _) | (None, Some(None)) => Some(None),
            (Some(Expect::Blob(id)), _) => Some(Some(id.oid())),
            (None, Some(Some(found))) => Some(Some(found.id)),
            (None, None) => None,
        };
        if expected.is_some_and(|expected| expected != current.map(|found| found.id)) {
            let base = expected.flatten().and_then(|id| blob(repo, id).ok());
            let current = current.map(|found| blob(repo, found.id)).transpose()?;
            conflicts.push(Conflict { path: path.clone(), base, current, proposed: bytes.map(Arc::from) });
            continue;
        }
        edits.insert(path.as_str(), bytes);
    }
    if conflicts.is_empty() { Ok(edits) } else { Err(SaveError::Conflict { conflicts, head }) }
}

fn build(
    repo: &Repository,
    before: &Tree<'_>,
    edits: &BTreeMap<&str, Option<&[u8]>>,
) -> Result<Oid, SaveError> {
    // Removals first and on their own, so that a file can make room for a folder of its name.
    let mut removals = TreeUpdateBuilder::new();
    for (path, _) in edits.iter().filter(|(_, bytes)| bytes.is_none()) {
        removals.remove(*path);
    }
    let cleared = removals.create_updated(repo, before).map_err(RepoError::from)?;
    let cleared = repo.find_tree(cleared).map_err(RepoError::from)?;
    let mut builder = TreeUpdateBuilder::new();
    for (path, bytes) in edits {
        let Some(bytes) = bytes else { continue };
        let parents = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        for parent in parents {
            let is_file = entry(&cleared, parent)?.is_some_and(|found| found.kind == ObjectType::Blob);
            if is_file || edits.get(parent).is_some_and(Option::is_some) {
                return Err(invalid(path, &format!("{parent} is a file")));
            }
        }
        builder.upsert(*path, repo.blob(bytes).map_err(RepoError::from)?, FileMode::Blob);
    }
    Ok(builder.create_updated(repo, &cleared).map_err(RepoError::from)?)
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: Oid,
    kind: ObjectType,
    plain: bool,
}

fn entry(tree: &Tree<'_>, path: &str) -> Result<Option<Entry>, RepoError> {
    match tree.get_path(Path::new(path)) {
        Ok(found) => {
            let plain = found.filemode() == i32::from(FileMode::Blob);
            Ok(Some(Entry { id: found.id(), kind: found.kind().unwrap_or(ObjectType::Any), plain }))
        }
        Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl<'a> View<'a> {
    pub(crate) fn at(&self, revision: &Revision) -> Result<Self, RepoError> {
        Ok(Self { repo: self.repo, tree: tree_of(self.repo.0, *revision)?.id() })
    }

    pub(crate) fn changed_since(&self, old: &Self) -> Result<ChangedFiles, RepoError> {
        let (old, new) = (self.repo.0.find_tree(old.tree)?, self.repo.0.find_tree(self.tree)?);
        let mut changed = BTreeMap::new();
        for delta in snapshot::deltas(self.repo.0, Some(&old), &new)? {
            let bytes = delta.new.map(|id| blob(self.repo.0, id)).transpose()?;
            changed.insert(delta.path, bytes);
        }
        Ok(changed)
    }

    pub(crate) fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, RepoError> {
        let tree = self.repo.0.find_tree(self.tree)?;
        let found = entry(&tree, path)?.filter(|found| found.kind == ObjectType::Blob && found.plain);
        found.map(|found| blob(self.repo.0, found.id)).transpose()
    }

    pub(crate) fn paths(&self) -> Result<BTreeMap<String, BlobId>, RepoError> {
        Ok(snapshot::list(self.repo.0, &self.repo.0.find_tree(self.tree)?)?.files)
    }
}

fn signature(author: &Author, time: &Time) -> Result<Signature<'static>, RepoError> {
    let clean = |text: &str, instead: &str| {
        let kept: String =
            text.chars().filter(|c| !c.is_control() && !matches!(c, '<' | '>')).take(200).collect();
        let kept = kept.trim_matches(|c: char| c.is_whitespace() || ".,:;\"\\'".contains(c)).to_owned();
        if kept.is_empty() { instead.to_owned() } else { kept }
    };
    let email = clean(&author.email, "unknown").replace(' ', "");
    Ok(Signature::new(&clean(&author.name, "unknown"), &email, time)?)
}

fn message(change: &Change) -> String {
    let mut text: String = change.message.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    text.truncate(text.trim_end().len());
    if text.trim().is_empty() {
        text = "Change configuration".to_owned();
    }
    text.push('\n');
    if !change.trailers.is_empty() {
        text.push('\n');
    }
    for (key, value) in &change.trailers {
        let key: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        text.push_str(&format!("{key}: {}\n", value.trim()));
    }
    text
}

fn invalid(path: &str, why: &dyn std::fmt::Display) -> SaveError {
    SaveError::Invalid { path: path.to_owned(), why: why.to_string() }
}
