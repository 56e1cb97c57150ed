//! Lock files that a killed process left behind. A lock that somebody holds is never broken:
//! at the start its age decides, later it must not have changed while we watched.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::RepoError;

/// Age from which a lock found at the start is taken for left behind.
const STALE_AT_START_S: i64 = 10;
/// How long a lock must stand unchanged before a save removes it; Git holds one for milliseconds.
const STALE_WATCHED_S: u64 = 3;

/// Removes what a killed process left, where it is old enough.
pub(crate) fn remove_stale_locks(path: &Path, now_s: i64) -> Result<(), RepoError> {
    let mut locks: Vec<PathBuf> =
        ["HEAD.lock", "config.lock", "packed-refs.lock", "index.lock", "shallow.lock"]
            .map(|name| path.join(name))
            .into();
    for entry in entries(&path.join("refs/heads")) {
        locks.extend(entry.extension().is_some_and(|extension| extension == "lock").then_some(entry));
    }
    // Half-written packs of the Git library, named so by it.
    for entry in entries(&path.join("objects/pack")) {
        let unfinished = entry
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with("pack_git2_"));
        locks.extend(unfinished.then_some(entry));
    }
    for lock in locks {
        let Some(seen) = identity(&lock) else { continue };
        if now_s.saturating_sub(seen.modified_s) >= STALE_AT_START_S {
            remove(&lock, seen)?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let found =
        fs::read_dir(folder).map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect());
    found.unwrap_or_default()
}

/// Watches one lock that stands in the way.
#[derive(Debug)]
pub(crate) struct Watch {
    lock: PathBuf,
    seen: Option<(Identity, Instant)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Identity {
    inode: u64,
    modified_s: i64,
    modified_ns: i64,
}

impl Watch {
    pub(crate) fn new(lock: PathBuf) -> Self {
        Self { lock, seen: None }
    }

    /// Looks again; removes the lock once it stood unchanged for long enough.
    pub(crate) fn look(&mut self) -> Result<(), RepoError> {
        let now = identity(&self.lock);
        match (self.seen, now) {
            (Some((before, since)), Some(now)) if before == now => {
                if since.elapsed() >= Duration::from_secs(STALE_WATCHED_S) {
                    self.seen = None;
                    return remove(&self.lock, now);
                }
            }
            _ => self.seen = now.map(|now| (now, Instant::now())),
        }
        Ok(())
    }
}

fn identity(lock: &Path) -> Option<Identity> {
    let found = fs::symlink_metadata(lock).ok()?;
    Some(Identity { inode: found.ino(), modified_s: found.mtime(), modified_ns: found.mtime_nsec() })
}

/// Moves the lock aside first, so that one made in the same instant is noticed and put back.
fn remove(lock: &Path, seen: Identity) -> Result<(), RepoError> {
    let aside = lock.with_extension("lock-stale");
    match fs::rename(lock, &aside) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        outcome => outcome?,
    }
    if identity(&aside) == Some(seen) {
        tracing::warn!(lock = %lock.display(), "removed a file that a killed process left behind");
        fs::remove_file(&aside)?;
    } else {
        fs::rename(&aside, lock)?;
    }
    Ok(())
}
