//! Questions people ask, answered from what is known. Nothing here changes anything.
//! Start at [`ControlPlane::collector`].

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_config_repo::{BlamedLine, BlobId, LogPage, LogQuery, RepoError, Revision};
use linkmesh_fleet::attempt::Attempt;
use linkmesh_fleet::drift::Drift;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::{ComponentHealth, Health, Status, Sync, SyncFacts, sync};
use linkmesh_fleet::{
    ConfigHash, Entity, Id, Intent, Kind, Place, Problem, Registration, Timestamp, Uid, Union,
};

use crate::content::Config;
use crate::deliver::health_of;
use crate::plane::ControlPlane;
use crate::records::Hold;
use crate::roster::{Live, State};
use crate::save::{Affected, FileDelta};

mod audit;

/// One collector as its page shows it.
#[derive(Debug, Clone)]
pub struct CollectorView {
    /// Its id.
    pub id: Id,
    /// What people call it.
    pub name: String,
    /// How it is managed.
    pub mode: Mode,
    /// The version that it reports.
    pub version: Option<String>,
    /// Whether it is connected.
    pub status: Status,
    /// Whether it runs what it should.
    pub sync: Sync,
    /// Why it does not.
    pub sync_reason: Option<String>,
    /// How it feels.
    pub health: Health,
    /// Why it does not feel well.
    pub health_reason: Option<String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// What its host claims.
    pub reported: BTreeMap<String, String>,
    /// Groups that hold it.
    pub groups: Vec<Id>,
    /// Its host's name, as the host says.
    pub host: Option<String>,
    /// Its instance uid.
    pub uid: Option<Uid>,
    /// Whether it is offered configurations.
    pub managed: bool,
    /// Why an operator stopped delivery to it.
    pub hold: Option<Hold>,
    /// When it was last heard.
    pub last_seen_at: Option<Timestamp>,
    /// Since when it is connected.
    pub connected_at: Option<Timestamp>,
    /// What it should run, and the revision that says so.
    pub desired: Option<(String, ConfigHash)>,
    /// The last effective configuration that it reported.
    pub effective: Option<ConfigHash>,
    /// That it runs what it should is only concluded: it is of a version that does not say.
    pub inferred: bool,
    /// When its collector token was last made; nothing where it has none.
    pub token_minted_at: Option<Timestamp>,
    /// What an operator may do, with the reason where not.
    pub may_restart: Result<(), String>,
}

/// Desired, offered and effective configuration of one collector.
pub struct ConfigView {
    /// What Git says, with the revision in force.
    pub desired: Option<(Arc<Config>, String)>,
    /// What it was last sent, and when.
    pub offered: Option<(Arc<Config>, Timestamp)>,
    /// What it reported, redacted, and when.
    pub effective: Option<(String, Timestamp)>,
    /// Its hash as reported.
    pub effective_hash: Option<ConfigHash>,
}

/// One entity as a list shows it.
pub struct EntityView {
    /// Where it is.
    pub place: Place,
    /// What it says, credentials hidden.
    pub entity: Entity,
    /// Changes when the file does.
    pub etag: String,
}

impl ControlPlane {
    /// One collector.
    #[must_use]
    pub fn collector(&self, id: &Id) -> Option<CollectorView> {
        let live = self.roster.by_id(id)?;
        let head = self.head.in_force();
        Some(self.view(&live, &head.intent, &head.revision))
    }

    /// Collectors behind `after` in the order of their ids, as far as `wanted` says, at most `limit`; and whether more follow.
    pub fn collectors(
        &self,
        after: Option<&Id>,
        limit: usize,
        mut wanted: impl FnMut(&CollectorView) -> bool,
    ) -> (Vec<CollectorView>, bool) {
        let head = self.head.in_force();
        let mut views = Vec::new();
        for (_, live) in self.roster.page(after) {
            let view = self.view(&live, &head.intent, &head.revision);
            if !wanted(&view) {
                continue;
            }
            if views.len() == limit {
                return (views, true);
            }
            views.push(view);
        }
        (views, false)
    }

    fn view(&self, live: &Live, intent: &Intent, revision: &str) -> CollectorView {
        let state = live.lock();
        let record = &state.record;
        let registration = intent.collectors.get(&record.id);
        let due = record.registration_due.as_ref();
        let fallback = || Registration {
            name: record.id.to_string(),
            mode: record.mode,
            uid: record.uid,
            labels: BTreeMap::new(),
            groups: Vec::new(),
            managed: true,
        };
        let registration =
            registration.map(|r| (**r).clone()).or_else(|| due.cloned()).unwrap_or_else(fallback);
        let groups = intent.groups_of(&record.id, &registration, &record.claims).into_iter().collect();
        let (sync, sync_reason) = sync_of(&state, &registration);
        let health = health_of(&state);
        let health_reason = record.health.as_ref().and_then(|health| {
            Some(health.last_error.clone()).filter(|error| !error.is_empty() && !health.healthy)
        });
        let may_restart = if state.connection.is_none() {
            Err("it is not connected".to_owned())
        } else if record.mode == Mode::AlloyRemotecfg {
            Err("an Alloy cannot be told to restart; restart it on its host".to_owned())
        } else if record.capabilities & crate::link::capability::ACCEPTS_RESTART == 0 {
            Err("its supervisor does not accept restarts".to_owned())
        } else {
            Ok(())
        };
        CollectorView {
            id: record.id.clone(),
            name: registration.name,
            mode: record.mode,
            version: record.version().map(str::to_owned),
            status: status_of(&state),
            sync,
            sync_reason,
            health,
            health_reason,
            labels: registration.labels,
            reported: record.claims.clone(),
            groups,
            host: ["host.name", "hostname"].into_iter().find_map(|name| record.claims.get(name)).cloned(),
            uid: record.uid,
            managed: registration.managed,
            hold: record.hold.clone(),
            last_seen_at: record.last_seen_at,
            connected_at: state.connection.as_ref().map(|connection| connection.since),
            desired: state.assignment.target.as_ref().map(|config| (revision.to_owned(), config.hash)),
            effective: record.effective,
            inferred: record.ledger.is_inferred(),
            token_minted_at: record.minted_at.filter(|_| !record.revoked),
            may_restart,
        }
    }

    /// The three configurations of one collector. Blocking: reads the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn configs(&self, live: &Live) -> Result<ConfigView, linkmesh_store::RecordError> {
        let effective = self.effective(&live.key)?;
        let revision = self.head.in_force().revision;
        let state = live.lock();
        let last = state.record.ledger.attempts.back().map(|attempt| (attempt.hash, attempt.offered_at));
        Ok(ConfigView {
            desired: state.assignment.target.clone().map(|config| (config, revision)),
            offered: last.and_then(|(hash, at)| Some((self.contents.get(&hash)?, at))),
            effective: effective.map(|record| (record.text, record.at)),
            effective_hash: state.record.effective,
        })
    }

    /// Attempts of one collector, newest first.
    #[must_use]
    pub fn attempts(&self, live: &Live) -> Vec<Attempt> {
        live.lock().record.ledger.attempts.iter().rev().cloned().collect()
    }

    /// How the effective configuration of one collector differs from what it was given; nothing where that is unknown.
    #[must_use]
    pub fn drift(&self, live: &Live) -> Option<(Drift, Option<Timestamp>)> {
        let state = live.lock();
        state.record.drift.clone().map(|drift| (drift, state.record.effective_at))
    }

    /// The health tree of one collector.
    #[must_use]
    pub fn components(&self, live: &Live) -> (Option<ComponentHealth>, Option<Timestamp>) {
        let state = live.lock();
        (state.record.health.clone(), state.record.health_at)
    }

    /// What applies to one collector.
    ///
    /// # Errors
    /// The conflicts that keep it on its last good configuration.
    pub fn union_of(&self, id: &Id) -> Option<Result<Union, Vec<Problem>>> {
        let live = self.roster.by_id(id)?;
        let head = self.head.in_force();
        let registration = head.intent.collectors.get(id)?;
        let claims = live.lock().record.claims.clone();
        Some(head.intent.union(&head.intent.reach(id, registration, &claims)))
    }

    /// One entity of the newest commit.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn entity(&self, place: &Place) -> Result<Option<EntityView>, RepoError> {
        let (Some(revision), intent, _) = self.head.tip() else { return Ok(None) };
        let Some(entity) = intent.get(place) else { return Ok(None) };
        let Some(file) = self.repo.file_at(&revision, &place.to_string())? else { return Ok(None) };
        Ok(Some(EntityView { place: place.clone(), entity: hidden(entity), etag: file.id.to_string() }))
    }

    /// Entities of one kind over all scopes, in path order.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn entities(&self, kind: Kind) -> Result<Vec<EntityView>, RepoError> {
        let (_, intent, _) = self.head.tip();
        let mut views = Vec::new();
        for place in intent.places(kind) {
            views.extend(self.entity(&place)?);
        }
        Ok(views)
    }

    /// The history of the repository, newest first.
    ///
    /// # Errors
    /// The repository cannot be read.
    pub fn history(&self, query: &LogQuery) -> Result<LogPage, RepoError> {
        self.repo.log(query)
    }

    /// How two revisions differ, in files and in the final configurations of the present collectors.
    ///
    /// # Errors
    /// A revision is unknown, or the repository cannot be read.
    pub fn compare(
        &self,
        from: &Revision,
        to: &Revision,
    ) -> Result<(Vec<FileDelta>, Vec<Affected>), RepoError> {
        let text = |bytes: &Option<Arc<[u8]>>| {
            bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        let files = self
            .repo
            .diff(from, to)?
            .iter()
            .filter_map(|diff| {
                crate::save::file_delta(&diff.path, text(&diff.old).as_deref(), text(&diff.new).as_deref())
            })
            .collect();
        let classes = self.affected(&self.intent_at(from)?, &self.intent_at(to)?);
        Ok((files, classes))
    }

    /// Who last wrote each line of a file, credentials hidden.
    ///
    /// # Errors
    /// The revision or the file is unknown, or the repository cannot be read.
    pub fn blame(&self, revision: &Revision, path: &str) -> Result<Vec<BlamedLine>, RepoError> {
        let mut lines = self.repo.blame(revision, path)?;
        for line in &mut lines {
            line.text = crate::save::hide_sealed(&line.text);
        }
        Ok(lines)
    }

    /// What a revision says, as far as it can be read.
    ///
    /// # Errors
    /// The revision is unknown, or the repository cannot be read.
    pub fn intent_at(&self, revision: &Revision) -> Result<Intent, RepoError> {
        let snapshot = self.repo.read(revision)?;
        let files = snapshot.files.iter().map(|(path, file)| (path.as_str(), &*file.bytes));
        Ok(Intent::read(files).0)
    }
}

/// The etag that a text has as a file.
#[must_use]
pub fn etag_of(text: &str) -> String {
    BlobId::of(text.as_bytes()).to_string()
}

/// An entity as it may be shown: what is sealed stays, without its ciphertext.
#[must_use]
pub fn hidden(mut entity: Entity) -> Entity {
    use linkmesh_fleet::secret::Secret;
    for (field, secret) in entity.secrets_mut() {
        let hides = matches!(secret, Secret::Sealed(_) | Secret::Clear(_)) && !Secret::is_public(&field);
        if hides {
            *secret = Secret::Keep;
        }
    }
    entity
}

fn status_of(state: &State) -> Status {
    if state.connection.is_some() {
        Status::Connected
    } else if state.record.last_seen_at.is_none() {
        Status::AwaitingConnection
    } else {
        Status::Disconnected
    }
}

fn sync_of(state: &State, registration: &Registration) -> (Sync, Option<String>) {
    let record = &state.record;
    let hold = record.hold.as_ref().map(|hold| {
        format!("held by {}{}", hold.by, hold.reason.as_ref().map(|r| format!(": {r}")).unwrap_or_default())
    });
    let conflict = state.assignment.held.first().map(ToString::to_string);
    let observed = (!registration.managed).then(|| "only observed".to_owned());
    let held = hold.or(conflict).or(observed);
    let drifted = record.drift.as_ref().is_some_and(|drift| !drift.differences.is_empty());
    let facts = SyncFacts {
        target: state.assignment.target.as_ref().map(|config| config.hash),
        released: record.released,
        ledger: &record.ledger,
        drifted,
        held: held.as_deref(),
    };
    let verdict = sync(&facts);
    let reason = match verdict {
        Sync::Held => held,
        Sync::Failed => {
            let target = state.assignment.target.as_ref().map(|config| config.hash);
            target.and_then(|hash| record.ledger.is_failed(&hash).map(str::to_owned))
        }
        Sync::Drifted => Some("it runs something else than it was given".to_owned()),
        Sync::Pending | Sync::InSync | Sync::Unknown => None,
    };
    (verdict, reason)
}
