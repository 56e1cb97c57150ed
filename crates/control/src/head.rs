//! The revision in force: the newest one in the repository that is valid.
//! Notices commits, however they came. Start at [`ControlPlane::refresh_head`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use linkmesh_config_repo::{BlobId, LogQuery, RepoError, Revision, Snapshot};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{Intent, Place, Problem};

use crate::plane::ControlPlane;

/// Revisions that are tried, newest first, where the newest is not valid at a start.
const REVISIONS_LOOKED_BACK_MAX: usize = 200;

/// One revision with what it says.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    /// Its commit.
    pub revision: String,
    /// What it says.
    pub intent: Arc<Intent>,
    /// Counts up whenever more than registrations changed.
    pub(crate) epoch: u64,
}

/// A newer revision that is not valid; somebody pushed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Invalid {
    /// Its commit.
    pub revision: String,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// What the repository says.
#[derive(Default)]
pub struct Head {
    state: RwLock<HeadState>,
    refreshing: Mutex<()>,
}

#[derive(Default)]
struct HeadState {
    in_force: InForce,
    /// The newest commit seen, valid or not, and every file of it that could be read.
    tip: Option<Arc<Snapshot>>,
    tip_intent: Arc<Intent>,
    tip_problems: BTreeMap<String, Problem>,
    invalid: Option<Invalid>,
}

/// The repository cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// Git said no.
    #[error(transparent)]
    Read(#[from] RepoError),
}

impl Head {
    /// The revision in force.
    #[must_use]
    pub fn in_force(&self) -> InForce {
        self.read().in_force.clone()
    }

    /// A newer revision that is not valid, if there is one.
    #[must_use]
    pub fn invalid(&self) -> Option<Invalid> {
        self.read().invalid.clone()
    }

    /// The newest commit with everything in it that can be read, and what cannot.
    #[must_use]
    pub fn tip(&self) -> (Option<Revision>, Arc<Intent>, Vec<Problem>) {
        let state = self.read();
        let revision = state.tip.as_ref().map(|snapshot| snapshot.revision);
        (revision, Arc::clone(&state.tip_intent), state.tip_problems.values().cloned().collect())
    }

    /// What one file of the newest commit is.
    pub(crate) fn tip_file(&self, path: &str) -> Option<BlobId> {
        self.read().tip.as_ref()?.files.get(path).map(|file| file.id)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, HeadState> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ControlPlane {
    /// Looks whether the repository moved, and takes over what is valid. Reads only the files that changed.
    ///
    /// # Errors
    /// The repository cannot be read; the revision in force stays.
    pub fn refresh_head(&self) -> Result<(), HeadError> {
        let _one_at_a_time = self.head.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        let tip = self.repo.head()?;
        let (seen, mut intent, mut problems) = {
            let state = self.head.read();
            (state.tip.clone(), (*state.tip_intent).clone(), state.tip_problems.clone())
        };
        if seen.as_ref().is_some_and(|seen| seen.revision == tip) {
            return Ok(());
        }
        let snapshot = match &seen {
            Some(seen) => self.repo.read_changed(seen, &tip)?,
            None => self.repo.read(&tip)?,
        };
        // What follows an invalid revision is compared with the one in force, and that may differ in anything.
        let mut beyond_registry = seen.is_none() || self.head.invalid().is_some();
        let old = seen.as_ref().map(|seen| &seen.files);
        for path in
            old.into_iter().flatten().map(|(path, _)| path).filter(|path| !snapshot.files.contains_key(*path))
        {
            problems.remove(path);
            beyond_registry |= !path.starts_with("registry/");
            if let Ok(place) = path.parse::<Place>() {
                intent.remove(&place);
            }
        }
        for (path, file) in &snapshot.files {
            if old.and_then(|old| old.get(path)).is_some_and(|known| known.id == file.id) {
                continue;
            }
            problems.remove(path);
            beyond_registry |= !path.starts_with("registry/");
            if let Err(problem) = intent.put_file(path, &file.bytes) {
                problems.insert(path.clone(), problem);
            }
        }
        problems.retain(|path, _| snapshot.files.contains_key(path));
        for refused in &snapshot.problems {
            problems.insert(refused.path.clone(), Problem::new(&refused.path, "", refused.kind.to_string()));
        }
        let intent = Arc::new(intent);
        let mut faults: Vec<Problem> = problems.values().cloned().collect();
        if faults.is_empty() && beyond_registry {
            faults = self.faults_of(&intent);
        }
        self.take_over(Arc::new(snapshot), intent, problems, faults, beyond_registry);
        Ok(())
    }

    /// Looks at the repository for the first time. Where its newest revision is not valid, the newest valid one before it is in
    /// force, as it was before the restart.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub(crate) fn open_head(&self) -> Result<(), HeadError> {
        self.refresh_head()?;
        if self.head.invalid().is_none() {
            return Ok(());
        }
        let query = LogQuery { limit: REVISIONS_LOOKED_BACK_MAX, ..LogQuery::default() };
        for entry in self.repo.log(&query)?.entries.iter().skip(1) {
            let snapshot = self.repo.read(&entry.revision)?;
            if !snapshot.problems.is_empty() {
                continue;
            }
            let files = snapshot.files.iter().map(|(path, file)| (path.as_str(), &*file.bytes));
            let (intent, problems) = Intent::read(files);
            if !problems.is_empty() || !self.faults_of(&intent).is_empty() {
                continue;
            }
            {
                let mut state = self.head.state.write().unwrap_or_else(PoisonError::into_inner);
                let epoch = state.in_force.epoch + 1;
                state.in_force =
                    InForce { revision: entry.revision.to_string(), intent: Arc::new(intent), epoch };
                self.classes.begin(epoch);
            }
            self.adopt_registrations();
            self.assign_all();
            return Ok(());
        }
        tracing::error!("no valid revision was found; nothing is delivered until one is pushed or saved");
        Ok(())
    }

    /// Everything that makes an intent invalid, whichever collectors there are.
    pub(crate) fn faults_of(&self, intent: &Intent) -> Vec<Problem> {
        let mut faults = intent.check();
        faults.extend(linkmesh_render::check(intent));
        for place in linkmesh_fleet::Kind::WITH_SECRETS.into_iter().flat_map(|kind| intent.places(kind)) {
            let Some(entity) = intent.get(&place) else { continue };
            for (field, secret) in entity.secrets() {
                if let linkmesh_fleet::secret::Secret::Sealed(sealed) = secret
                    && let Err(cause) = self.keys.open(&place, &field, sealed)
                {
                    faults.push(Problem::new(&place, field, cause.to_string()));
                }
            }
        }
        faults
    }

    fn take_over(
        &self,
        tip: Arc<Snapshot>,
        intent: Arc<Intent>,
        problems: BTreeMap<String, Problem>,
        faults: Vec<Problem>,
        beyond_registry: bool,
    ) {
        let revision = tip.revision.to_string();
        let now = self.clock.now();
        let valid = faults.is_empty();
        let started = self.head.read().tip.is_none();
        {
            let mut state = self.head.state.write().unwrap_or_else(PoisonError::into_inner);
            state.tip = Some(tip);
            state.tip_intent = Arc::clone(&intent);
            state.tip_problems = problems;
            if valid {
                let epoch = state.in_force.epoch + u64::from(beyond_registry);
                state.in_force = InForce { revision: revision.clone(), intent, epoch };
                state.invalid = None;
                // Before anybody can look at the new intent: registrations only change who is reached, which the key of a
                // class says.
                if beyond_registry {
                    self.classes.begin(epoch);
                }
            } else {
                state.invalid = Some(Invalid { revision: revision.clone(), problems: faults.clone() });
            }
        }
        let short: String = revision.chars().take(12).collect();
        if valid {
            self.adopt_registrations();
            self.assign_all();
            if started {
                // A start is no commit.
                return;
            }
            self.journal.event_with(
                now,
                EventKind::RevisionCommitted,
                None,
                format!("revision {short} is in force"),
                serde_json::json!({"revision": revision}),
            );
        } else {
            let first = faults.first().map(ToString::to_string).unwrap_or_default();
            let message = format!(
                "revision {short} is not valid and the one before stays in force: {first}{}; push a correction, or revert that commit",
                if faults.len() > 1 { format!(" (and {} more)", faults.len() - 1) } else { String::new() }
            );
            let data = serde_json::json!({"revision": revision, "problems": faults});
            self.journal.event_with(now, EventKind::RevisionInvalid, None, message, data);
        }
    }
}
