//! The one handle that every listener holds. Joins the rooms; the work is in the modules beside it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use linkmesh_config_repo::{Author, ConfigRepo, RepoError, RepoOptions};
use linkmesh_fleet::{Id, Place, Timestamp};
use linkmesh_store::{Embedded, RecordError, Scan, Store, StoreError, Table, Typed};
use tokio::sync::Notify;

use crate::accounts::Accounts;
use crate::bulk::Jobs;
use crate::classes::{Classes, Renderer};
use crate::clock::Clock;
use crate::content::{Config, Contents};
use crate::head::Head;
use crate::journal::Journal;
use crate::operate::Settling;
use crate::records::{CollectorRecord, Hold};
use crate::roster::{Live, Roster};
use crate::secrets::{KeyError, Keys};
use crate::tokens::Tokens;
use crate::topology::Looks;

/// Schema of the collector records.
const COLLECTORS_SCHEMA: u32 = 1;
const SCAN_ENTRIES: usize = 1000;
/// Key of the freeze in the settings table.
pub(crate) const FREEZE_KEY: &[u8] = b"freeze";

/// What the control plane must be told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the repository, the store and the keys.
    pub data_dir: PathBuf,
    /// The address under which hosts reach this server, without a slash at the end.
    pub external_url: String,
    /// Where the time comes from.
    pub clock: Clock,
}

/// The control plane.
pub struct ControlPlane {
    /// The time.
    pub clock: Clock,
    /// The keys.
    pub keys: Arc<Keys>,
    /// Events and audit.
    pub journal: Journal,
    /// The revision in force.
    pub head: Head,
    /// The Git repository.
    pub repo: ConfigRepo,
    /// Every collector.
    pub roster: Roster,
    /// Enrollment tokens.
    pub tokens: Tokens,
    /// People and programs.
    pub accounts: Accounts,
    /// When this process opened its data.
    pub started_at: Timestamp,
    pub(crate) settling: Settling,
    pub(crate) external_url: RwLock<String>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) records: Typed<CollectorRecord>,
    pub(crate) settings: Typed<Hold>,
    pub(crate) contents: Contents,
    /// What was rendered for the revision in force.
    pub classes: Classes,
    pub(crate) frozen: RwLock<Option<Hold>>,
    pub(crate) wakes: Wakes,
    /// Held by whoever changes registrations: what is due must not come back after a removal.
    pub(crate) registering: Mutex<()>,
    /// Held for writing by whoever writes or deletes many records, for reading by whoever writes one: an older state of a
    /// record never follows a newer one, nor a removal.
    pub(crate) writing: RwLock<()>,
    /// Somebody lacks what it should run, or refused it on doubtful grounds; while nobody does, delivery looks at nobody.
    pub(crate) unsettled: AtomicBool,
    pub(crate) serial: AtomicU64,
    pub(crate) refusals: Mutex<std::collections::HashMap<String, Timestamp>>,
    pub(crate) halted: Mutex<std::collections::BTreeMap<linkmesh_fleet::ConfigHash, Id>>,
    /// What is being done to many collectors at once.
    pub jobs: Jobs,
    /// What tells an Alloy to run nothing.
    pub(crate) idle_alloy: OnceLock<Arc<Config>>,
    /// Answers about the whole fleet, shared by all who look.
    pub(crate) looks: Looks,
}

/// Told only that something may have changed.
#[derive(Default)]
pub(crate) struct Wakes {
    /// Registrations wait for their commit.
    pub register: Notify,
    /// The repository may have moved.
    pub head: Notify,
    /// Somebody may be offered something.
    pub deliver: Notify,
    /// Effective configurations wait to be compared.
    pub effective: Notify,
}

/// Why the data directory could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder cannot be made.
    #[error("creating the data directory {path}", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        cause: std::io::Error,
    },
    /// A restore is under way, or was cut off.
    #[error("{path} is there: a restore works here, or was cut off; if none is under way, keep the folders `before-restore-*` (they hold what was there before), remove the rest, and restore again", path = .0.display())]
    Restoring(PathBuf),
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] linkmesh_store::OpenError),
    /// The store cannot be read.
    #[error("reading the store: {0}")]
    Read(#[from] StoreError),
    /// A record cannot be read.
    #[error("reading the store: {0}")]
    Record(#[from] RecordError),
    /// The repository cannot be opened.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// The repository cannot be read.
    #[error("reading the repository: {0}")]
    Head(#[from] crate::head::HeadError),
}

impl ControlPlane {
    /// Opens a data directory, making what is not there yet.
    ///
    /// # Errors
    /// See [`OpenError`]; each says what to do.
    pub fn open(settings: &Settings) -> Result<Arc<Self>, OpenError> {
        let folder = &settings.data_dir;
        let unusable = |cause| OpenError::Folder { path: folder.clone(), cause };
        std::fs::create_dir_all(folder).map_err(unusable)?;
        private(folder).map_err(unusable)?;
        let restoring = folder.join(crate::backup::RESTORING);
        if restoring.exists() {
            return Err(OpenError::Restoring(restoring));
        }
        // The store comes first: its lock keeps a second process out of everything else.
        let store: Arc<dyn Store> = Arc::new(Embedded::open(folder.join("linkmesh.redb"))?);
        Self::open_with(settings, store)
    }

    /// The same on a store that is open already.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_with(settings: &Settings, store: Arc<dyn Store>) -> Result<Arc<Self>, OpenError> {
        let folder = &settings.data_dir;
        let keys = Arc::new(Keys::load(&folder.join("keys"))?);
        let program = Author { name: "LinkMesh".to_owned(), email: "server@linkmesh.invalid".to_owned() };
        let options = RepoOptions { program, now_s: settings.clock.now().seconds() };
        let repo = ConfigRepo::open_or_init(folder.join("config.git"), options)?;
        let journal = Journal::open(Arc::clone(&store))?;
        let (contents, unreadable) = Contents::open(Arc::clone(&store), Arc::clone(&keys))?;
        if unreadable > 0 {
            tracing::warn!(
                unreadable,
                "{unreadable} kept configurations cannot be opened with the present key; they are rendered anew when needed"
            );
        }
        let frozen_table: Typed<Hold> = Typed::new(Arc::clone(&store), Table::Settings, 1);
        let frozen = frozen_table.get(FREEZE_KEY)?.map(|loaded| loaded.record);
        let plane = Arc::new(Self {
            clock: settings.clock.clone(),
            keys,
            journal,
            head: Head::default(),
            repo,
            roster: Roster::default(),
            tokens: Tokens::open(Arc::clone(&store))?,
            accounts: Accounts::open(Arc::clone(&store))?,
            started_at: settings.clock.now(),
            settling: Settling::new(settings.clock.now()),
            external_url: RwLock::new(settings.external_url.trim_end_matches('/').to_owned()),
            records: Typed::new(Arc::clone(&store), Table::Collectors, COLLECTORS_SCHEMA),
            settings: frozen_table,
            contents,
            classes: Classes::default(),
            frozen: RwLock::new(frozen),
            wakes: Wakes::default(),
            registering: Mutex::default(),
            writing: RwLock::default(),
            unsettled: AtomicBool::new(true),
            serial: AtomicU64::new(1),
            refusals: Mutex::default(),
            halted: Mutex::default(),
            jobs: Jobs::default(),
            idle_alloy: OnceLock::new(),
            looks: Looks::default(),
            store,
        });
        plane.load_roster()?;
        plane.open_head()?;
        Ok(plane)
    }

    fn load_roster(&self) -> Result<(), OpenError> {
        let mut scan = Scan::prefix(Vec::new()).limit(SCAN_ENTRIES);
        loop {
            let (page, more) = self.records.scan(&scan)?;
            for (_, loaded) in &page {
                let released = loaded.record.released.and_then(|hash| self.contents.get(&hash));
                let live = Live::new(loaded.record.clone());
                {
                    let mut state = live.lock();
                    // Whoever was connected before is not connected to this process.
                    state.record.ledger.disconnected();
                    state.released = released;
                }
                let departed = live.lock().record.departed();
                if departed {
                    self.roster.add_departed(&live);
                } else {
                    self.roster.add(&live);
                }
            }
            match (page.last(), more) {
                (Some((last, _)), true) => {
                    scan = Scan::prefix(Vec::new()).limit(SCAN_ENTRIES).after(last.clone());
                }
                _ => return Ok(()),
            }
        }
    }

    /// The address under which hosts reach this server, without a slash at the end.
    #[must_use]
    pub fn external_url(&self) -> String {
        self.external_url.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets that address, once the port is known.
    pub fn set_external_url(&self, url: &str) {
        *self.external_url.write().unwrap_or_else(PoisonError::into_inner) =
            url.trim_end_matches('/').to_owned();
    }

    /// Why all delivery is stopped, if it is.
    #[must_use]
    pub fn frozen(&self) -> Option<Hold> {
        self.frozen.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn renderer(&self) -> Renderer<'_> {
        Renderer { keys: &self.keys, contents: &self.contents }
    }

    /// Writes one record at once, waiting for the disk.
    pub(crate) fn write_record(&self, live: &Live) -> Result<(), RecordError> {
        let _no_batch = self.writing.read().unwrap_or_else(PoisonError::into_inner);
        let _in_order = live.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.roster.holds(live) {
            return Ok(());
        }
        let record = {
            let mut state = live.lock();
            state.dirty = false;
            state.record.clone()
        };
        let written = self.records.put_if(live.key.as_bytes(), linkmesh_store::Expected::Any, &record);
        if written.is_err() {
            live.lock().dirty = true;
        }
        written.map(|_| ())
    }

    /// Closes the store after writing what waits.
    pub fn close(&self) {
        if let Err(cause) = self.flush() {
            tracing::error!(%cause, "the last changes could not be written");
        }
        self.store.close();
    }
}

/// The place of a collector's registration.
#[must_use]
pub(crate) fn registration_place(id: &Id) -> Place {
    Place::of(linkmesh_fleet::Kind::Registration, id.clone())
}

fn private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}
