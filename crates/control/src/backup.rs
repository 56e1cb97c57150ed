//! A backup of everything that cannot be made anew: the repository, the record and the keys, all of one moment, as one
//! archive that proves its own completeness. Knows nothing of where the bytes go. Start at [`ControlPlane::backup`].

use std::io::{self, Write};

use linkmesh_config_repo::RepoError;
use linkmesh_store::{PutError, StoreError};
use serde::{Deserialize, Serialize};

use crate::plane::ControlPlane;

mod archive;
mod restore;

pub use archive::{ArchiveError, Entry, read};
pub use restore::{RESTORING, RestoreError, Restored, restore, verify};

use archive::Archive;

/// The form of the archive; another one is refused.
pub const FORMAT: u32 = 1;
/// What the archive says about itself; its first entry.
pub(crate) const ABOUT: &str = "linkmesh-backup.json";
/// The keys, each of 32 bytes.
pub(crate) const KEYS: [&str; 2] = ["keys/server.key", "keys/repository.key"];
/// Where the objects of the repository are.
pub(crate) const OBJECTS: &str = "config.git/";
/// Where the branches are.
pub(crate) const REFS: &str = "config.git/packed-refs";
/// Bytes of one part of the record, or one record more.
const PART_BYTES: usize = 4 * 1024 * 1024;

/// What a backup says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// See [`FORMAT`].
    pub format: u32,
    /// The version of LinkMesh that made it.
    pub version: String,
    /// When, in RFC 3339.
    pub made_at: String,
    /// Where branch `main` was.
    pub revision: String,
    /// The last version that the record gave out.
    pub last_version: u64,
}

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// What waits to be written cannot be.
    #[error("the latest changes could not be written down before the backup: {0}")]
    Flush(#[from] PutError),
    /// The repository cannot be read.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// The record cannot be read.
    #[error("reading the record: {0}")]
    Store(#[from] StoreError),
    /// The archive cannot be written.
    #[error("writing the backup: {0}")]
    Write(#[from] io::Error),
}

impl ControlPlane {
    /// Writes a backup of this moment. Everything goes on meanwhile; saves wait for an instant. Whatever was answered before
    /// this call is in it. The archive holds the keys. Blocking.
    ///
    /// # Errors
    /// See [`BackupError`]; what was written until then is no backup, and is refused as one.
    pub fn backup(&self, out: &mut dyn Write) -> Result<About, BackupError> {
        self.flush()?;
        self.flush_history()?;
        let (repo, record) = self.repo.hold(|| self.store.snapshot())?;
        let record = record?;
        let about = About {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at: self.clock.now().to_string(),
            revision: repo.head().to_string(),
            last_version: record.last_version()?,
        };
        let mut archive = Archive::new(out, self.clock.now().seconds());
        archive.put(ABOUT, &serde_json::to_vec_pretty(&about).map_err(io::Error::other)?)?;
        for (path, key) in KEYS.iter().zip(self.keys.to_files()) {
            archive.put(path, &key[..])?;
        }
        let mut part = Vec::with_capacity(PART_BYTES);
        let mut number = 0_u32;
        record.each(|table, key, value| {
            put_record(&mut part, table.name(), key, value)?;
            if part.len() >= PART_BYTES {
                archive.put(&part_name(number), &part)?;
                number = number.saturating_add(1);
                part.clear();
            }
            Ok::<_, BackupError>(())
        })?;
        archive.put(&part_name(number), &part)?;
        // The record takes no more room than it needs while the larger half is written.
        drop(record);
        archive.put(REFS, repo.refs().as_bytes())?;
        repo.each_file(|file| {
            archive.copy(&format!("{OBJECTS}{}", file.path), file.bytes, file.content)?;
            Ok::<_, BackupError>(())
        })?;
        archive.finish()?;
        Ok(about)
    }
}

/// The name of one part of the record.
pub(crate) fn part_name(number: u32) -> String {
    format!("store/{number:08}")
}

/// Table, key, version and content, each with its length before it.
fn put_record(
    part: &mut Vec<u8>,
    table: &str,
    key: &[u8],
    value: &linkmesh_store::Versioned,
) -> io::Result<()> {
    let too_long = |_| io::Error::other("a record is too long for a backup");
    part.push(u8::try_from(table.len()).map_err(too_long)?);
    part.extend_from_slice(table.as_bytes());
    part.extend_from_slice(&u16::try_from(key.len()).map_err(too_long)?.to_be_bytes());
    part.extend_from_slice(key);
    part.extend_from_slice(&value.version.to_be_bytes());
    part.extend_from_slice(&u32::try_from(value.bytes.len()).map_err(too_long)?.to_be_bytes());
    part.extend_from_slice(&value.bytes);
    Ok(())
}
