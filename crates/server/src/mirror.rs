//! Files for hosts without internet: one folder, content-addressed, with a list that is replaced in one step.
//! Knows nothing of HTTP and of who may ask. Start at [`Mirror`].

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use linkmesh_fleet::Timestamp;
use sha2::{Digest as _, Sha256};

mod content;
mod error;
mod incoming;
mod slot;

pub use error::MirrorError;
pub use incoming::Incoming;
pub(crate) use slot::check_digest;
pub use slot::{Entry, Slot};

/// Largest file, in bytes.
pub const FILE_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;
/// Most files.
pub const FILES_MAX: usize = 500;
const LIST: &str = "manifest.json";
const LIST_BYTES_MAX: u64 = 4 * 1024 * 1024;
const CHUNK_BYTES: usize = 256 * 1024;

/// The staged files of this server.
///
/// On disk: `manifest.json`, `blobs/<sha256>`, and `incoming/`, which is emptied at every start.
pub struct Mirror {
    folder: PathBuf,
    /// Whether files are handed out without a credential.
    pub public: bool,
    known: Mutex<Known>,
}

/// The list, or why there is none.
type Known = Result<Vec<Entry>, String>;

impl Mirror {
    /// Opens the folder, which need not exist. A list that cannot be read fails the mirror's calls, not the server.
    #[must_use]
    pub fn open(folder: PathBuf, public: bool) -> Self {
        let known = read_list(&folder.join(LIST));
        if let Err(cause) = &known {
            tracing::error!(%cause, "the mirror cannot be used");
        }
        // Uploads that a crash left behind.
        if let Err(cause) = fs::remove_dir_all(folder.join("incoming"))
            && cause.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%cause, "unfinished uploads of the mirror could not be removed");
        }
        Self { folder, public, known: Mutex::new(known) }
    }

    /// Every file, ordered by kind, version, architecture and name.
    ///
    /// # Errors
    /// The list on disk cannot be read.
    pub fn list(&self) -> Result<Vec<Entry>, MirrorError> {
        self.known().as_ref().map(Clone::clone).map_err(|cause| MirrorError::Broken(cause.clone()))
    }

    /// The file in one slot.
    ///
    /// # Errors
    /// There is none, or the list cannot be read.
    pub fn find(&self, slot: &Slot) -> Result<Entry, MirrorError> {
        let entry = self.list()?.into_iter().find(|entry| entry.slot == *slot);
        entry.ok_or_else(|| MirrorError::Unknown(slot.clone()))
    }

    /// A place for an upload that is not kept yet.
    ///
    /// # Errors
    /// The disk refused it.
    pub fn begin(&self) -> Result<Incoming, MirrorError> {
        for folder in ["incoming", "blobs"] {
            fs::create_dir_all(self.folder.join(folder))
                .map_err(|cause| MirrorError::disk("making the mirror's folders", cause))?;
        }
        let name = linkmesh_control::secrets::draw_key();
        Incoming::create(self.folder.join("incoming").join(name), FILE_BYTES_MAX)
    }

    /// Checks what arrived and puts it into its slot, instead of what was there. Blocking.
    ///
    /// # Errors
    /// It is not what it should be, or the disk refused it; then everything is as before.
    pub fn keep(
        &self,
        slot: &Slot,
        incoming: Incoming,
        expected: Option<&str>,
        now: Timestamp,
    ) -> Result<Entry, MirrorError> {
        let arrived = incoming.finish()?;
        if let Some(expected) = expected.filter(|expected| !expected.eq_ignore_ascii_case(&arrived.sha256)) {
            return Err(MirrorError::Mismatch {
                expected: expected.to_owned(),
                found: arrived.sha256.clone(),
            });
        }
        content::check(slot, &arrived.head).map_err(MirrorError::WrongContent)?;
        let mut known = self.known();
        let entries = known.as_mut().map_err(|cause| MirrorError::Broken(cause.clone()))?;
        let mut after: Vec<Entry> = entries.iter().filter(|entry| entry.slot != *slot).cloned().collect();
        if after.len() >= FILES_MAX {
            return Err(MirrorError::TooMany);
        }
        let entry = Entry {
            slot: slot.clone(),
            sha256: arrived.sha256.clone(),
            size_bytes: arrived.size_bytes,
            added_at: now,
        };
        after.push(entry.clone());
        after.sort_by(|a, b| a.slot.cmp(&b.slot));
        let blobs = self.folder.join("blobs");
        let storing = |cause| MirrorError::disk("storing the file", cause);
        fs::rename(&arrived.path, blobs.join(&entry.sha256)).map_err(storing)?;
        let stored = sync_folder(&blobs).map_err(storing).and_then(|()| self.write_list(&after));
        let before = std::mem::replace(entries, after);
        if let Err(cause) = stored {
            *entries = before;
            self.sweep(&entry.sha256, entries);
            return Err(cause);
        }
        for old in before.iter().filter(|old| old.slot == *slot) {
            self.sweep(&old.sha256, entries);
        }
        Ok(entry)
    }

    /// Takes a file off. Downloads under way still finish. Blocking.
    ///
    /// # Errors
    /// There is none, or the disk refused it.
    pub fn remove(&self, slot: &Slot) -> Result<Entry, MirrorError> {
        let mut known = self.known();
        let entries = known.as_mut().map_err(|cause| MirrorError::Broken(cause.clone()))?;
        let at = entries.iter().position(|entry| entry.slot == *slot);
        let at = at.ok_or_else(|| MirrorError::Unknown(slot.clone()))?;
        let mut after = entries.clone();
        let gone = after.remove(at);
        self.write_list(&after)?;
        *entries = after;
        self.sweep(&gone.sha256, entries);
        Ok(gone)
    }

    /// Opens a file for reading.
    ///
    /// # Errors
    /// It is gone from the disk, or of another length than it was.
    pub fn read(&self, entry: &Entry) -> Result<File, MirrorError> {
        let damaged = |what: String| MirrorError::Damaged(entry.slot.clone(), what);
        let file = File::open(self.blob(entry)).map_err(|cause| damaged(cause.to_string()))?;
        let found = file.metadata().map_err(|cause| damaged(cause.to_string()))?.len();
        if found != entry.size_bytes {
            return Err(damaged(format!("it has {found} bytes instead of {}", entry.size_bytes)));
        }
        Ok(file)
    }

    /// Reads a whole file and compares its checksum. Blocking.
    ///
    /// # Errors
    /// It is not what was added.
    pub fn verify(&self, entry: &Entry) -> Result<(), MirrorError> {
        let damaged = |what: String| MirrorError::Damaged(entry.slot.clone(), what);
        let mut file = self.read(entry)?;
        let mut hash = Sha256::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match file.read(&mut chunk).map_err(|cause| damaged(cause.to_string()))? {
                0 => break,
                count => hash.update(chunk.get(..count).unwrap_or_default()),
            }
        }
        let found = slot::hexadecimal(&hash.finalize());
        if found == entry.sha256 {
            Ok(())
        } else {
            Err(damaged(format!("its checksum is {found} instead of {}", entry.sha256)))
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn blob(&self, entry: &Entry) -> PathBuf {
        self.folder.join("blobs").join(&entry.sha256)
    }

    /// Removes a content that no entry needs any more.
    fn sweep(&self, sha256: &str, entries: &[Entry]) {
        if entries.iter().any(|entry| entry.sha256 == sha256) {
            return;
        }
        if let Err(cause) = fs::remove_file(self.folder.join("blobs").join(sha256)) {
            tracing::warn!(%cause, "a file that the mirror no longer needs could not be removed");
        }
    }

    /// Replaces the list; after a crash it is the old or the new one.
    fn write_list(&self, entries: &[Entry]) -> Result<(), MirrorError> {
        let failed = |cause| MirrorError::disk("writing the mirror's list", cause);
        let text = serde_json::to_vec_pretty(entries).map_err(|cause| failed(cause.into()))?;
        let next = self.folder.join(format!("{LIST}.new"));
        let write = || {
            fs::write(&next, &text)?;
            File::open(&next)?.sync_all()?;
            fs::rename(&next, self.folder.join(LIST))
        };
        write().map_err(failed)?;
        // The new list is in place, and what is remembered must be the same; only a crash could still bring the old one back.
        if let Err(cause) = sync_folder(&self.folder) {
            tracing::warn!(%cause, "the mirror's folder could not be synced");
        }
        Ok(())
    }
}

fn read_list(path: &Path) -> Known {
    let unreadable = |why: String| {
        format!(
            "the list of the mirror, {}, cannot be read ({why}); restore it, or remove it and add the files again",
            path.display()
        )
    };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(unreadable(cause.to_string())),
    };
    let mut text = Vec::new();
    file.take(LIST_BYTES_MAX).read_to_end(&mut text).map_err(|cause| unreadable(cause.to_string()))?;
    let entries: Vec<Entry> = serde_json::from_slice(&text).map_err(|cause| unreadable(cause.to_string()))?;
    match entries.iter().find_map(|entry| entry.check().err()) {
        Some(cause) => Err(unreadable(cause.to_string())),
        None => Ok(entries),
    }
}

fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests;
