//! Opening or creating the bare repository, and the one handle on it.
//! Refuses whatever is not plainly ours; never repairs by guessing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use git2::{ConfigLevel, ErrorCode, Repository, RepositoryInitOptions, Signature, Time};

use crate::change::{Change, SaveError, Saved};
use crate::locks::remove_stale_locks;
use crate::writer::{Counters, Request, Writer};
use crate::{Author, RepoError, Revision};

/// The one branch.
pub(crate) const BRANCH: &str = "refs/heads/main";
/// Saves that may wait at once; more block until there is room.
const QUEUE_MAX: usize = 1024;
/// Handles kept open for readers.
const POOL_MAX: usize = 4;
/// Settings for the Git library alone: the same key in `config` makes every `git` command print a warning.
const LIBRARY_CONFIG: &str = "linkmesh.gitconfig";

/// How to open the repository.
#[derive(Debug, Clone)]
pub struct RepoOptions {
    /// The program itself: committer of every commit, author of those that no person made.
    pub program: Author,
    /// The present time in seconds since 1970: date of the first commit, and what the age of a lock is judged by.
    pub now_s: i64,
}

/// The configuration repository. Calls block for as long as the disk takes; call them off the async threads.
#[derive(Debug)]
pub struct ConfigRepo {
    pub(crate) shared: Arc<Shared>,
    requests: Mutex<Option<SyncSender<Request>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// What the writer has done since the repository was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RepoStats {
    /// Saves answered.
    pub saves: u64,
    /// Commits made.
    pub commits: u64,
    /// Batches written: each is one pack, one sync and one step of the branch.
    pub batches: u64,
    /// Times a batch was made again because somebody pushed meanwhile.
    pub rebased: u64,
}

pub(crate) struct Shared {
    pub(crate) path: PathBuf,
    pub(crate) program: Author,
    pool: Mutex<Vec<Repository>>,
    /// Held for reading while a handle is in use, for writing while old packs go.
    pub(crate) gate: RwLock<()>,
    pub(crate) maintaining: Mutex<()>,
    pub(crate) counters: Counters,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ConfigRepo {
    /// Opens the repository, or creates it with one empty commit where there is nothing yet.
    ///
    /// # Errors
    /// [`RepoError`]; its text says what to do.
    pub fn open_or_init(path: impl AsRef<Path>, options: RepoOptions) -> Result<Self, RepoError> {
        let path = path.as_ref().to_path_buf();
        if !is_repository(&path)? {
            create(&path)?;
        }
        refuse_odd_parts(&path)?;
        remove_stale_locks(&path, options.now_s)?;
        let repo = open_checked(&path)?;
        configure(&repo, &path)?;
        ensure_branch(&repo, &path, &options)?;
        let shared = Arc::new(Shared {
            path,
            program: options.program,
            pool: Mutex::new(vec![open_library(repo.path())?]),
            gate: RwLock::new(()),
            maintaining: Mutex::new(()),
            counters: Counters::default(),
        });
        let (requests, queue) = mpsc::sync_channel(QUEUE_MAX);
        let writer = Writer::new(Arc::clone(&shared), queue);
        let thread =
            std::thread::Builder::new().name("linkmesh-config".to_owned()).spawn(move || writer.run())?;
        Ok(Self { shared, requests: Mutex::new(Some(requests)), writer: Mutex::new(Some(thread)) })
    }

    /// Where the repository is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    /// The newest revision of the branch, whoever made it. Cheap enough to ask every second.
    ///
    /// # Errors
    /// [`RepoError::Damaged`] where the branch cannot be read.
    pub fn head(&self) -> Result<Revision, RepoError> {
        self.with_repo(|repo| Ok(Revision::from_oid(repo.refname_to_id(BRANCH)?)))
    }

    /// Makes one commit of a change, durably, or none at all. Saves that wait at once share a sync.
    ///
    /// # Errors
    /// [`SaveError`]; after it the change is not in the branch.
    pub fn save(&self, change: Change) -> Result<Saved, SaveError> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let requests = requests.ok_or(RepoError::Closed)?;
        let (reply, answer) = mpsc::sync_channel(1);
        requests.send(Request { change, reply }).map_err(|_| RepoError::Closed)?;
        drop(requests);
        answer.recv().map_err(|_| RepoError::Closed)?
    }

    /// What the writer has done since the repository was opened.
    #[must_use]
    pub fn stats(&self) -> RepoStats {
        self.shared.counters.read()
    }

    /// Finishes the saves that wait and refuses later ones. Reads go on. Closing twice is fine.
    pub fn close(&self) {
        drop(self.requests.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the configuration repository's writer panicked");
        }
    }

    pub(crate) fn with_repo<T>(
        &self,
        read: impl Fn(&Repository) -> Result<T, RepoError>,
    ) -> Result<T, RepoError> {
        self.shared.with_repo(read)
    }
}

impl Drop for ConfigRepo {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    /// Runs a read on a pooled handle. An object that is not found is looked for once more with a fresh handle,
    /// because `git gc` may have moved it.
    pub(crate) fn with_repo<T>(
        &self,
        read: impl Fn(&Repository) -> Result<T, RepoError>,
    ) -> Result<T, RepoError> {
        let _gate = self.gate.read().unwrap_or_else(PoisonError::into_inner);
        let pooled = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (repo, outcome) = match pooled {
            Some(repo) => {
                let outcome = read(&repo);
                (repo, outcome)
            }
            None => {
                let repo = open_library(&self.path)?;
                let outcome = read(&repo);
                (repo, outcome)
            }
        };
        if matches!(outcome, Err(RepoError::Damaged(_) | RepoError::UnknownRevision(_))) {
            drop(repo);
            return read(&open_library(&self.path)?);
        }
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < POOL_MAX {
            pool.push(repo);
        }
        outcome
    }

    /// Forgets every pooled handle; the caller holds the gate for writing.
    pub(crate) fn forget_handles(&self) {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A handle whose objects and refs are synced to the disk as they are written.
pub(crate) fn open_library(path: &Path) -> Result<Repository, RepoError> {
    let repo = Repository::open_bare(path)?;
    let mut config = repo.config()?;
    config.add_file(&path.join(LIBRARY_CONFIG), ConfigLevel::App, true)?;
    if !config.get_bool("core.fsyncObjectFiles").unwrap_or(false) {
        return Err(unusable(
            path,
            &format!("{LIBRARY_CONFIG} does not make writes durable; remove it and start again"),
        ));
    }
    drop(config);
    Ok(repo)
}

/// Whether `path` is taken by something that may be our repository; `false` where it is free.
fn is_repository(path: &Path) -> Result<bool, RepoError> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
        Ok(found) if found.file_type().is_symlink() => {
            Err(unusable(path, "is a symbolic link; name the folder itself"))
        }
        Ok(found) if !found.is_dir() => Err(unusable(path, "is not a folder; move it away")),
        Ok(_) => {
            let empty = fs::read_dir(path)?.next().is_none();
            if !empty && !path.join("HEAD").exists() && !path.join("objects").exists() {
                return Err(unusable(path, "is not empty and not a Git repository; name another folder"));
            }
            Ok(!empty)
        }
    }
}

/// Builds the repository beside its place and moves it there, so that half of one is never found later.
fn create(path: &Path) -> Result<(), RepoError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let fresh = path.with_file_name(name);
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    let mut options = RepositoryInitOptions::new();
    options.bare(true).external_template(false).initial_head("main").mkpath(true);
    drop(Repository::init_opts(&fresh, &options)?);
    private(&fresh)?;
    for entry in fs::read_dir(&fresh)? {
        let entry = entry?.path();
        if entry.is_file() {
            File::open(entry)?.sync_all()?;
        }
    }
    File::open(&fresh)?.sync_all()?;
    fs::rename(&fresh, path)?;
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}

fn private(path: &Path) -> Result<(), RepoError> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o700))?)
}

fn refuse_odd_parts(path: &Path) -> Result<(), RepoError> {
    for part in
        ["HEAD", "config", "objects", "objects/pack", "refs", "refs/heads", "refs/heads/main", "packed-refs"]
    {
        if fs::symlink_metadata(path.join(part)).is_ok_and(|found| found.file_type().is_symlink()) {
            return Err(unusable(
                path,
                &format!("{part} is a symbolic link; replace it by what it points to"),
            ));
        }
    }
    if path.join("objects/info/alternates").exists() {
        let why = "borrows objects from another repository; run `git repack -a -d` and remove objects/info/alternates";
        return Err(unusable(path, why));
    }
    Ok(())
}

fn open_checked(path: &Path) -> Result<Repository, RepoError> {
    let repo = Repository::open_bare(path).map_err(|error| {
        unusable(path, &format!("{}; restore it from a backup or a clone", error.message()))
    })?;
    // A working copy's own folder opens as bare as well; its settings tell.
    let bare = repo.config()?.get_bool("core.bare").unwrap_or(true);
    if !bare {
        return Err(unusable(path, "belongs to a working copy; name a bare repository"));
    }
    if repo.is_shallow() {
        return Err(unusable(path, "is a shallow clone; run `git fetch --unshallow` in it"));
    }
    Ok(repo)
}

fn configure(repo: &Repository, path: &Path) -> Result<(), RepoError> {
    let library = path.join(LIBRARY_CONFIG);
    let wanted = "# Written by LinkMesh.\n[core]\n\tfsyncObjectFiles = true\n";
    if fs::read_to_string(&library).ok().as_deref() != Some(wanted) {
        fs::write(&library, wanted)?;
    }
    let mut config = repo.config()?.open_level(ConfigLevel::Local)?;
    let settings = [
        ("core.bare", "true"),
        ("core.fsync", "all"),
        ("gc.auto", "0"),
        ("receive.autogc", "false"),
        ("receive.denyDeletes", "true"),
        ("receive.denyNonFastForwards", "true"),
        ("receive.fsckObjects", "true"),
    ];
    for (key, value) in settings {
        if config.get_string(key).ok().as_deref() != Some(value) {
            config.set_str(key, value)?;
        }
    }
    for file in [library, path.join("config")] {
        File::open(file)?.sync_all()?;
    }
    Ok(())
}

fn ensure_branch(repo: &Repository, path: &Path, options: &RepoOptions) -> Result<(), RepoError> {
    let points_to_main =
        repo.find_reference("HEAD").is_ok_and(|head| head.symbolic_target().ok().flatten() == Some(BRANCH));
    if !points_to_main {
        repo.set_head(BRANCH)?;
    }
    match repo.refname_to_id(BRANCH) {
        Ok(tip) => {
            // A branch that names what is not there is found now rather than at the first save.
            repo.find_commit(tip).and_then(|commit| commit.tree()).map_err(|error| {
                RepoError::Damaged(format!("branch main points to {tip}: {}", error.message()))
            })?;
            Ok(())
        }
        Err(error) if error.code() == ErrorCode::NotFound && !path.join(BRANCH).exists() => {
            if repo.branches(None)?.next().is_some() {
                return Err(unusable(
                    path,
                    "has branches but no `main`; run `git branch -m NAME main` in it",
                ));
            }
            let repo = open_library(path)?;
            let program = &options.program;
            let me = Signature::new(&program.name, &program.email, &Time::new(options.now_s, 0))?;
            let empty = repo.find_tree(repo.treebuilder(None)?.write()?)?;
            repo.commit(Some(BRANCH), &me, &me, "Begin\n", &empty, &[])?;
            Ok(())
        }
        Err(error) => Err(RepoError::Damaged(format!("branch main cannot be read: {}", error.message()))),
    }
}

fn unusable(path: &Path, why: &str) -> RepoError {
    RepoError::Unusable { path: path.display().to_string(), why: why.to_owned() }
}
