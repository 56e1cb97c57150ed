//! An upload on its way: written beside its place, measured and hashed while it arrives, gone unless it is kept.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::error::MirrorError;
use super::slot::hexadecimal;

/// How much of the beginning is looked at.
pub(super) const HEAD_BYTES: usize = 64;

/// A file that is arriving. Dropping it removes it.
pub struct Incoming {
    path: PathBuf,
    file: File,
    hash: Sha256,
    size_bytes: u64,
    size_bytes_max: u64,
    head: Vec<u8>,
}

/// A file that arrived whole and is on disk. Dropping it removes it, unless it was renamed away.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) path: PathBuf,
    pub(super) sha256: String,
    pub(super) size_bytes: u64,
    pub(super) head: Vec<u8>,
}

impl Incoming {
    pub(super) fn create(path: PathBuf, size_bytes_max: u64) -> Result<Self, MirrorError> {
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        let file = file.map_err(|cause| MirrorError::disk("beginning an upload", cause))?;
        Ok(Self { path, file, hash: Sha256::new(), size_bytes: 0, size_bytes_max, head: Vec::new() })
    }

    /// Adds a part. Blocking.
    ///
    /// # Errors
    /// It becomes too large, or the disk refused it.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), MirrorError> {
        let more = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.size_bytes = self.size_bytes.saturating_add(more);
        if self.size_bytes > self.size_bytes_max {
            return Err(MirrorError::TooLarge);
        }
        let missing = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(bytes.get(..missing).unwrap_or_default());
        self.hash.update(bytes);
        self.file.write_all(bytes).map_err(|cause| MirrorError::disk("storing the file", cause))
    }

    /// Everything is there: puts it onto the disk.
    pub(super) fn finish(mut self) -> Result<Arrived, MirrorError> {
        if self.size_bytes == 0 {
            return Err(MirrorError::Empty);
        }
        self.file.sync_all().map_err(|cause| MirrorError::disk("storing the file", cause))?;
        let sha256 = hexadecimal(&std::mem::take(&mut self.hash).finalize());
        let head = std::mem::take(&mut self.head);
        // From here on the other one cleans up.
        let path = std::mem::take(&mut self.path);
        Ok(Arrived { path, sha256, size_bytes: self.size_bytes, head })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

impl Drop for Arrived {
    fn drop(&mut self) {
        // Once it was renamed into its place there is nothing here any more.
        drop(std::fs::remove_file(&self.path));
    }
}
