//! Opening the file: created whole or not at all, owned by one process, never overwritten when damaged.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::backends::FileBackend;
use redb::{Builder, Database};

use super::definition;
use crate::Table;

/// Memory for cached pages.
const CACHE_BYTES: usize = 64 * 1024 * 1024;
/// The smallest file that can hold a header.
const HEADER_BYTES: u64 = 4096;

/// Why the store could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error(
        "data directory {directory} is in use by another linkmesh-server ({owner}); stop that one, or start this one with a data directory of its own"
    )]
    InUse {
        /// The folder of the store file.
        directory: String,
        /// Who holds it, as far as known.
        owner: String,
    },
    /// The file is not a store, or a damaged one.
    #[error(
        "store file {file} is damaged ({why}); it was left as it is: move it away and restore a backup with `cp BACKUP {file}`, or start without the record with `mv {file} {file}.damaged`"
    )]
    Damaged {
        /// The file.
        file: String,
        /// What was found.
        why: String,
    },
    /// The disk is full.
    #[error("no space is left on the disk that holds store file {file}; free some space and start again")]
    Full {
        /// The file.
        file: String,
    },
    /// The operating system refused.
    #[error("the store cannot be opened: {0}")]
    Io(String),
}

/// Opens the same store as often as needed: after a full disk the engine has to be opened again.
pub(super) struct Opener {
    path: PathBuf,
    backend: Box<dyn Fn() -> Result<Backend, std::io::Error> + Send>,
}

impl std::fmt::Debug for Opener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opener").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Where the engine's bytes go.
pub(super) enum Backend {
    File(FileBackend),
    #[cfg(test)]
    Fault(super::fault_tests::FaultDisk),
}

impl Opener {
    pub(super) fn file(path: PathBuf) -> Self {
        let file = path.clone();
        Self { path, backend: Box::new(move || open_file(&file)) }
    }

    #[cfg(test)]
    pub(super) fn fault(disk: super::fault_tests::FaultDisk) -> Self {
        Self { path: PathBuf::from("fault"), backend: Box::new(move || Ok(Backend::Fault(disk.clone()))) }
    }

    pub(super) fn open(&self) -> Result<Database, OpenError> {
        let backend = (self.backend)().map_err(|error| self.io(&error))?;
        let is_file = matches!(backend, Backend::File(_));
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE_BYTES);
        let opened = catch_unwind(AssertUnwindSafe(|| {
            let database = match backend {
                Backend::File(file) => builder.create_with_backend(file)?,
                #[cfg(test)]
                Backend::Fault(disk) => builder.create_with_backend(disk)?,
            };
            create_tables(&database)?;
            Ok(database)
        }));
        let database = match opened {
            Ok(Ok(database)) => database,
            Ok(Err(error)) => return Err(self.explain(error)),
            Err(_) => return Err(self.damaged("its structure makes no sense")),
        };
        if is_file {
            note_owner(&self.path);
        }
        Ok(database)
    }

    fn explain(&self, error: redb::Error) -> OpenError {
        match error {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => OpenError::InUse {
                directory: parent(&self.path).display().to_string(),
                owner: std::fs::read_to_string(owner_file(&self.path)).map_or_else(
                    |_| "unknown process".to_owned(),
                    |owner| owner.trim().chars().take(40).collect(),
                ),
            },
            redb::Error::Corrupted(why) => self.damaged(&why),
            redb::Error::UpgradeRequired(version) => self.damaged(&format!("file format {version}")),
            redb::Error::Io(error) => self.io(&error),
            other => OpenError::Io(format!("{}: {other}", self.path.display())),
        }
    }

    fn io(&self, error: &std::io::Error) -> OpenError {
        match error.kind() {
            kind if is_full(kind) => OpenError::Full { file: self.path.display().to_string() },
            std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
                self.damaged(&error.to_string())
            }
            _ => OpenError::Io(format!("{}: {error}", self.path.display())),
        }
    }

    fn damaged(&self, why: &str) -> OpenError {
        OpenError::Damaged { file: self.path.display().to_string(), why: why.to_owned() }
    }
}

/// Whether an operation failed only for want of space, so that it may work later.
pub(crate) fn is_full(kind: std::io::ErrorKind) -> bool {
    matches!(
        kind,
        std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge
    )
}

fn open_file(path: &Path) -> Result<Backend, std::io::Error> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => {
            return Err(std::io::Error::other("is not a regular file"));
        }
        Ok(found) if found.len() < HEADER_BYTES => {
            let why = format!("it has {} bytes, too few for a header", found.len());
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, why));
        }
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => create_file(path)?,
        Err(error) => return Err(error),
    }
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    FileBackend::new(file).map(Backend::File).map_err(std::io::Error::other)
}

/// Builds the store beside its place and moves it there, so that an empty file is never taken for a new store.
fn create_file(path: &Path) -> Result<(), std::io::Error> {
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let file =
        OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
    let backend = FileBackend::new(file.try_clone()?).map_err(std::io::Error::other)?;
    let created = Builder::new()
        .create_with_backend(backend)
        .map_err(redb::Error::from)
        .and_then(|database| create_tables(&database).map(|()| database))
        .and_then(|database| database.close().map_err(redb::Error::from));
    if let Err(error) = created {
        std::fs::remove_file(&fresh)?;
        return Err(match error {
            redb::Error::Io(error) => error,
            other => std::io::Error::other(other.to_string()),
        });
    }
    file.sync_all()?;
    // A hard link fails where somebody else created the store meanwhile; a rename would replace theirs.
    let linked = std::fs::hard_link(&fresh, path);
    std::fs::remove_file(&fresh)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(parent(path))?.sync_all()
}

/// A new store file that is about to be filled; refuses one that exists.
pub(crate) fn create_store(path: &Path) -> Result<Database, OpenError> {
    let opener = Opener::file(path.to_path_buf());
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(OpenError::Io(format!("{} exists already", path.display())));
    }
    opener.open()
}

/// Readers find every table, also in a file written by an older version.
fn create_tables(database: &Database) -> Result<(), redb::Error> {
    let missing = {
        let present: Vec<String> = {
            use redb::{ReadableDatabase, TableHandle};
            database.begin_read()?.list_tables()?.map(|table| table.name().to_owned()).collect()
        };
        Table::ALL
            .into_iter()
            .filter(|table| !present.iter().any(|name| name == table.name()))
            .collect::<Vec<_>>()
    };
    if missing.is_empty() {
        return Ok(());
    }
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    for table in missing {
        transaction.open_table(definition(table))?;
    }
    Ok(transaction.commit()?)
}

/// The note is for people only; the lock on the store file decides.
fn note_owner(path: &Path) {
    let written = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(owner_file(path))
        .and_then(|mut file| writeln!(file, "process {}", std::process::id()));
    if let Err(error) = written {
        tracing::debug!(%error, "cannot note the owner of the store");
    }
}

fn owner_file(path: &Path) -> PathBuf {
    path.with_extension("owner")
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
