//! Bringing a backup back into an empty data directory: wholly, or not at all.
//! Start at [`restore`]; [`verify`] only looks.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use linkmesh_config_repo::{Author, ConfigRepo, RepoError, RepoOptions, lay_out};
use linkmesh_store::{Embedded, OpenError, Rebuild, Store as _, Table, Versioned};

use super::archive::{ArchiveError, Entry, read};
use super::{ABOUT, About, FORMAT, KEYS, OBJECTS, REFS};

/// The folder inside the data directory in which a restore works; while it is there, no server starts.
pub const RESTORING: &str = ".restoring";
/// Largest of the small files, and of one part of the record.
const SMALL_BYTES_MAX: u64 = 64 * 1024 * 1024;
const STORE: &str = "linkmesh.redb";
/// How the folders are called into which a restore moves what was there, before the time in seconds.
const BEFORE: &str = "before-restore-";
/// Restores of one data directory within a second.
const BEFORE_MAX: usize = 100;
/// What no backup holds: what a file system puts there by itself, the files for hosts, the way in for commands.
const NOT_IN_A_BACKUP: [&str; 3] = ["lost+found", "mirror", "linkmesh.sock"];

/// What was brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// What the backup says about itself.
    pub about: About,
    /// Where the former content of the data directory is, if there was any.
    pub moved_to: Option<PathBuf>,
}

/// Why nothing was brought back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The archive is none, or not whole.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// It was made by a version that we do not know.
    #[error(
        "this backup is of form {0}, which this version does not know; restore it with the version that made it, {1}"
    )]
    Format(u32, String),
    /// A server or another restore is at work there.
    #[error("{path} is in use; stop the server first", path = .0.display())]
    InUse(PathBuf),
    /// Another restore works there, or was cut off.
    #[error("{path} is there: another restore works here, or was cut off; if none is under way, keep the folders `before-restore-*` (they hold what was there before), remove the rest, and restore again", path = .0.display())]
    Interrupted(PathBuf),
    /// There is something already.
    #[error("{path} is not empty; name an empty or new folder with --data-dir, or give --force: what is there is then moved aside, not deleted", path = .0.display())]
    NotEmpty(PathBuf),
    /// What is there cannot make room.
    #[error("{path} cannot be moved ({cause}), and everything is as it was; where it is mounted there, restore into another folder with --data-dir", path = path.display())]
    Moving {
        /// What.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The second fault came while the first was taken back.
    #[error("{first}; then {path} could not be moved back ({cause}): move everything in {aside} back into the data directory, then remove {work}", path = path.display(), aside = aside.display(), work = work.display())]
    HalfDone {
        /// Why it was taken back.
        first: Box<Self>,
        /// What could not be moved back.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
        /// Where the former content is.
        aside: PathBuf,
        /// What keeps servers from starting.
        work: PathBuf,
    },
    /// The disk refused it.
    #[error("{action} {path}: {cause}", path = path.display())]
    Io {
        /// What we were doing.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The record cannot be built.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The repository cannot be built, or is not what it should be.
    #[error(transparent)]
    Repo(#[from] RepoError),
}

/// Reads a whole archive and says what it is, without writing anything.
///
/// # Errors
/// See [`RestoreError`].
pub fn verify(archive: &mut dyn Read) -> Result<About, RestoreError> {
    let mut about = None;
    let mut seen = BTreeSet::new();
    read(archive, |entry| {
        let name = entry.name.clone();
        if name == ABOUT {
            about = Some(read_about(entry)?);
        } else if name.starts_with("store/") {
            each_record(&small(entry)?, |_, _, _| Ok(()))?;
        }
        seen.insert(name);
        Ok::<_, RestoreError>(())
    })?;
    complete(about, &seen)
}

/// Brings a backup back into `data_dir`, which must be empty or absent; with `force`, what is there is moved aside. At the end
/// everything is on the disk; after an error the folder is as it was. `now_s` is the time in seconds since 1970.
///
/// # Errors
/// See [`RestoreError`].
pub fn restore(
    archive: &mut dyn Read,
    data_dir: &Path,
    force: bool,
    now_s: i64,
) -> Result<Restored, RestoreError> {
    let fresh = !data_dir.exists();
    if fresh {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(data_dir);
        made.map_err(|cause| failed("creating", data_dir, cause))?;
    }
    let done = restore_into(archive, data_dir, force, now_s);
    if done.is_err() && fresh {
        // It was not there before; only an empty one can be removed this way.
        drop(fs::remove_dir(data_dir));
    }
    done
}

fn restore_into(
    archive: &mut dyn Read,
    data_dir: &Path,
    force: bool,
    now_s: i64,
) -> Result<Restored, RestoreError> {
    let before = contents(data_dir)?;
    if before.iter().any(|name| name == RESTORING) {
        return Err(RestoreError::Interrupted(data_dir.join(RESTORING)));
    }
    if !before.is_empty() {
        if !force {
            return Err(RestoreError::NotEmpty(data_dir.to_owned()));
        }
        // A server that runs holds the lock of its store.
        let store = data_dir.join(STORE);
        if store.exists() && matches!(Embedded::open(&store), Err(OpenError::InUse { .. })) {
            return Err(RestoreError::InUse(data_dir.to_owned()));
        }
    }
    let work = data_dir.join(RESTORING);
    DirBuilder::new().mode(0o700).create(&work).map_err(|cause| failed("creating", &work, cause))?;
    let about = match unpack(archive, &work, now_s) {
        Ok(about) => about,
        Err(cause) => {
            // Nothing else was touched yet.
            fs::remove_dir_all(&work).map_err(|cause| failed("removing", &work, cause))?;
            return Err(cause);
        }
    };
    // While the working folder is there no server takes half of it for the whole, also after a crash.
    let aside = free_name(data_dir, now_s)?;
    let mut moves = Moves::default();
    let replaced = replace(&mut moves, data_dir, &work, &before, &aside);
    if let Err(cause) = replaced {
        return Err(taken_back(moves, cause, aside, work));
    }
    Ok(Restored { about, moved_to: Some(aside).filter(|_| !before.is_empty()) })
}

/// Moves what is there aside, and what was built into its place.
fn replace(
    moves: &mut Moves,
    data_dir: &Path,
    work: &Path,
    before: &[String],
    aside: &Path,
) -> Result<(), RestoreError> {
    if !before.is_empty() {
        DirBuilder::new().mode(0o700).create(aside).map_err(|cause| failed("creating", aside, cause))?;
    }
    for name in before {
        moves.rename(data_dir.join(name), aside.join(name))?;
    }
    for name in contents(work)? {
        moves.rename(work.join(&name), data_dir.join(&name))?;
    }
    sync(data_dir)?;
    fs::remove_dir(work).map_err(|cause| failed("removing", work, cause))?;
    sync(data_dir)
}

/// What was renamed, so that it can be taken back.
#[derive(Default)]
struct Moves(Vec<(PathBuf, PathBuf)>);

impl Moves {
    fn rename(&mut self, from: PathBuf, to: PathBuf) -> Result<(), RestoreError> {
        match fs::rename(&from, &to) {
            Ok(()) => {
                self.0.push((from, to));
                Ok(())
            }
            Err(cause) => Err(RestoreError::Moving { path: from, cause }),
        }
    }
}

/// Makes everything as it was before the first rename, and says why.
fn taken_back(moves: Moves, first: RestoreError, aside: PathBuf, work: PathBuf) -> RestoreError {
    for (from, to) in moves.0.into_iter().rev() {
        // Where the working folder is gone already, what was built in it goes the same way.
        if let Err(cause) = make_for(&from).and_then(|()| fs::rename(&to, &from)) {
            return RestoreError::HalfDone { first: Box::new(first), path: to, cause, aside, work };
        }
    }
    for folder in [&aside, &work] {
        if let Err(cause) = fs::remove_dir_all(folder)
            && cause.kind() != io::ErrorKind::NotFound
        {
            return failed("removing", folder, cause);
        }
    }
    first
}

fn make_for(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| DirBuilder::new().recursive(true).mode(0o700).create(folder))
}

/// A name that nothing has, for what is there.
fn free_name(data_dir: &Path, now_s: i64) -> Result<PathBuf, RestoreError> {
    let names = (1..=BEFORE_MAX).map(|turn| match turn {
        1 => data_dir.join(format!("{BEFORE}{now_s}")),
        _ => data_dir.join(format!("{BEFORE}{now_s}-{turn}")),
    });
    let free = names.into_iter().find(|path| fs::symlink_metadata(path).is_err());
    free.ok_or_else(|| failed("creating", data_dir, io::ErrorKind::AlreadyExists.into()))
}

/// Builds everything in `work` and looks whether it can be opened.
fn unpack(archive: &mut dyn Read, work: &Path, now_s: i64) -> Result<About, RestoreError> {
    let repository = work.join("config.git");
    make(&repository.join("objects/pack"))?;
    make(&work.join("keys"))?;
    let mut built = Rebuild::begin(&work.join(STORE))?;
    let (mut about, mut refs) = (None, String::new());
    let mut seen = BTreeSet::new();
    read(archive, |entry| {
        let name = entry.name.clone();
        if name == ABOUT {
            about = Some(read_about(entry)?);
        } else if name == REFS {
            refs = String::from_utf8(small(entry)?).map_err(|_| wrong("its branches are no text"))?;
        } else if name.starts_with("store/") {
            each_record(&small(entry)?, |table, key, value| Ok(built.put(table, key, value)?))?;
        } else {
            let mode = if name.starts_with(OBJECTS) { 0o444 } else { 0o600 };
            write(entry, &work.join(&name), mode)?;
        }
        seen.insert(name);
        Ok::<_, RestoreError>(())
    })?;
    let about = complete(about, &seen)?;
    built.finish(about.last_version)?;
    Embedded::open(work.join(STORE))?.close();
    lay_out(&repository, &refs)?;
    let program = Author { name: "LinkMesh".to_owned(), email: "server@linkmesh.invalid".to_owned() };
    let repo = ConfigRepo::open_or_init(&repository, RepoOptions { program, now_s })?;
    if repo.head()?.to_string() != about.revision {
        return Err(wrong("its repository is not at the revision that it names").into());
    }
    repo.close();
    for folder in ["config.git/objects/pack", "config.git/objects", "config.git", "keys", ""] {
        sync(&work.join(folder))?;
    }
    Ok(about)
}

fn complete(about: Option<About>, seen: &BTreeSet<String>) -> Result<About, RestoreError> {
    let about = about.ok_or_else(|| wrong("it does not say what it is"))?;
    let needed = KEYS.iter().copied().chain([REFS, "store/00000000"]);
    for name in needed {
        if !seen.contains(name) {
            return Err(wrong(&format!("it lacks {name}")).into());
        }
    }
    Ok(about)
}

fn read_about(entry: Entry<'_>) -> Result<About, RestoreError> {
    let about: About = serde_json::from_slice(&small(entry)?)
        .map_err(|cause| wrong(&format!("what it says about itself cannot be read: {cause}")))?;
    if about.format != FORMAT {
        return Err(RestoreError::Format(about.format, about.version.chars().take(40).collect()));
    }
    Ok(about)
}

fn small(entry: Entry<'_>) -> Result<Vec<u8>, ArchiveError> {
    if entry.bytes > SMALL_BYTES_MAX {
        return Err(wrong(&format!("{} is too large", entry.name)));
    }
    let mut bytes = Vec::new();
    entry.content.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn each_record(
    part: &[u8],
    mut take: impl FnMut(Table, Vec<u8>, Versioned) -> Result<(), RestoreError>,
) -> Result<(), RestoreError> {
    let mut rest = part;
    while !rest.is_empty() {
        let (table, key, value) = record(&mut rest).ok_or_else(|| wrong("a record cannot be read"))?;
        take(table, key, value)?;
    }
    Ok(())
}

fn record(rest: &mut &[u8]) -> Option<(Table, Vec<u8>, Versioned)> {
    let mut take = |bytes: usize| {
        let (taken, left) = rest.split_at_checked(bytes)?;
        *rest = left;
        Some(taken)
    };
    let length = usize::from(*take(1)?.first()?);
    let name = take(length)?;
    let table = Table::ALL.into_iter().find(|table| table.name().as_bytes() == name)?;
    let length = usize::from(u16::from_be_bytes(take(2)?.try_into().ok()?));
    let key = take(length)?.to_vec();
    let version = u64::from_be_bytes(take(8)?.try_into().ok()?);
    let length = usize::try_from(u32::from_be_bytes(take(4)?.try_into().ok()?)).ok()?;
    Some((table, key, Versioned { version, bytes: take(length)?.to_vec() }))
}

fn write(entry: Entry<'_>, path: &Path, mode: u32) -> Result<(), RestoreError> {
    if KEYS.contains(&entry.name.as_str()) && entry.bytes != 32 {
        return Err(wrong(&format!("{} is no key", entry.name)).into());
    }
    if let Some(folder) = path.parent() {
        make(folder)?;
    }
    let mut write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        io::copy(entry.content, &mut file)?;
        file.flush()?;
        file.sync_all()
    };
    write().map_err(|cause| failed("writing", path, cause))
}

/// What is in a folder, ordered, without what no backup brings back and what earlier restores moved aside: that stays where
/// it is.
fn contents(folder: &Path) -> Result<Vec<String>, RestoreError> {
    let read = || {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        Ok(names)
    };
    let names: Vec<String> = read().map_err(|cause| failed("reading", folder, cause))?;
    let stays = |name: &str| NOT_IN_A_BACKUP.contains(&name) || name.starts_with(BEFORE);
    let mut names: Vec<String> = names.into_iter().filter(|name| !stays(name)).collect();
    names.sort();
    Ok(names)
}

fn make(folder: &Path) -> Result<(), RestoreError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|cause| failed("creating", folder, cause))
}

fn sync(folder: &Path) -> Result<(), RestoreError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|cause| failed("syncing", folder, cause))
}

fn failed(action: &'static str, path: &Path, cause: io::Error) -> RestoreError {
    RestoreError::Io { action, path: path.to_owned(), cause }
}

fn wrong(why: &str) -> ArchiveError {
    ArchiveError::Damaged(why.to_owned())
}
