//! `backup` and `restore` as commands. A backup asks the server that runs, or reads the data directory where none does; it is
//! read back and checked before it gets its name. Start at [`backup`] and [`restore`].

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use linkmesh_control::backup::{About, BackupError, RestoreError, Restored, verify};
use linkmesh_control::{ControlPlane, OpenError};
use linkmesh_fleet::audit::{Draft, Outcome};
use serde_json::Value;

use crate::admin::{ACTOR, AdminError, open};
use crate::local::{self, LocalError};
use crate::settings::Settings;

/// Where a running server makes backups.
pub const PATH: &str = "/api/v1/server/backup";
const BUFFER_BYTES: usize = 256 * 1024;

/// Why there is no backup, or nothing was brought back.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// There is nothing to back up.
    #[error("there is no data of LinkMesh in {path}; name the folder with --data-dir", path = .0.display())]
    NoData(PathBuf),
    /// A backup is never written over.
    #[error("{path} exists already; name another file", path = .0.display())]
    Exists(PathBuf),
    /// The file cannot be read or written.
    #[error("{action} {path}: {cause}", path = path.display())]
    File {
        /// What we were doing.
        action: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The data directory cannot be opened.
    #[error(transparent)]
    Admin(#[from] AdminError),
    /// The running server gave none.
    #[error(transparent)]
    Local(#[from] LocalError),
    /// Making it failed.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// What was written is no whole backup.
    #[error("the backup broke off and was removed ({0}); the log of the server says why")]
    Broken(RestoreError),
    /// It is there, but nobody will read of it.
    #[error("the backup was brought back, but the audit log could not take it down: {0}")]
    Unnoted(Box<Self>),
    /// It cannot be used.
    #[error(transparent)]
    Restore(#[from] RestoreError),
}

/// Writes a backup of the data directory to a new file of mode 0600.
///
/// # Errors
/// See [`CommandError`]; then there is no file.
pub fn backup(settings: &Settings, file: &Path) -> Result<About, CommandError> {
    if !settings.data_dir.join("linkmesh.redb").exists() {
        return Err(CommandError::NoData(settings.data_dir.clone()));
    }
    if fs::symlink_metadata(file).is_ok() {
        return Err(CommandError::Exists(file.to_owned()));
    }
    let mut partial = file.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let done = write(settings, &partial).and_then(|()| {
        let failed = |action| move |cause| CommandError::File { action, path: file.to_owned(), cause };
        let about = verify(&mut opened(&partial)?).map_err(CommandError::Broken)?;
        name(&partial, file).map_err(failed("naming"))?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = File::open(folder.unwrap_or(Path::new(".")));
        folder.and_then(|folder| folder.sync_all()).map_err(failed("syncing the folder of"))?;
        Ok(about)
    });
    // What is left of it, named or not, must not lie about: it holds keys.
    if let Err(cause) = fs::remove_file(&partial)
        && cause.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%cause, file = %partial.display(), "the unfinished backup could not be removed; remove it, it holds keys");
    }
    done
}

/// Nobody may have taken the name meanwhile: a link fails there, and a rename would not. Not every file system has links.
fn name(partial: &Path, file: &Path) -> io::Result<()> {
    match fs::hard_link(partial, file) {
        Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists && !file.exists() => {
            fs::rename(partial, file)
        }
        named => named,
    }
}

fn write(settings: &Settings, partial: &Path) -> Result<(), CommandError> {
    let failed = |cause| CommandError::File { action: "writing", path: partial.to_owned(), cause };
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(partial).map_err(failed)?;
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, file);
    match open(settings) {
        Ok(plane) => {
            let made = audited(&plane, "server.backup", || plane.backup(&mut out));
            plane.close();
            made??;
        }
        Err(AdminError::Open(OpenError::Store(linkmesh_store::OpenError::InUse { .. }))) => {
            let mut archive = local::ask(&settings.data_dir, PATH)?;
            io::copy(&mut archive, &mut out).map_err(failed)?;
        }
        Err(cause) => return Err(cause.into()),
    }
    out.flush().and_then(|()| out.get_ref().sync_all()).map_err(failed)
}

/// Brings a backup back into the data directory, which must be empty; with `force`, what is there is moved aside.
///
/// # Errors
/// See [`CommandError`]; then the data directory is as it was, but after [`CommandError::Unnoted`].
pub fn restore(settings: &Settings, file: &Path, force: bool) -> Result<Restored, CommandError> {
    let now_s = settings.clock.now().seconds();
    let restored = linkmesh_control::backup::restore(&mut opened(file)?, &settings.data_dir, force, now_s)?;
    noted(settings).map_err(|cause| CommandError::Unnoted(Box::new(cause)))?;
    Ok(restored)
}

fn noted(settings: &Settings) -> Result<(), CommandError> {
    let plane = open(settings)?;
    let noted = audited(&plane, "server.restore", || Ok::<_, BackupError>(()));
    plane.close();
    Ok(noted??)
}

fn opened(file: &Path) -> Result<BufReader<File>, CommandError> {
    let failed = |cause| CommandError::File { action: "opening", path: file.to_owned(), cause };
    Ok(BufReader::with_capacity(BUFFER_BYTES, File::open(file).map_err(failed)?))
}

fn audited<T>(
    plane: &ControlPlane,
    action: &str,
    act: impl FnOnce() -> Result<T, BackupError>,
) -> Result<Result<T, BackupError>, AdminError> {
    let draft = |outcome, detail: Option<String>, of| Draft {
        at: plane.clock.now(),
        actor: ACTOR.to_owned(),
        action: action.to_owned(),
        object: "server".to_owned(),
        outcome,
        before: Value::Null,
        after: Value::Null,
        detail,
        of,
    };
    let number = plane.journal.audit(draft(Outcome::Intended, None, None))?;
    let done = act();
    let (outcome, detail) = match &done {
        Ok(_) => (Outcome::Done, None),
        Err(cause) => (Outcome::Failed, Some(cause.to_string())),
    };
    plane.journal.audit(draft(outcome, detail, Some(number)))?;
    Ok(done)
}
