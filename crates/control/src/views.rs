//! Questions people ask, answered from what is known. Nothing here changes anything.
//! Start at [`ControlPlane::collector`].

use std::sync::Arc;

use linkmesh_config_repo::{BlamedLine, BlobId, LogPage, LogQuery, RepoError, Revision};
use linkmesh_fleet::attempt::Attempt;
use linkmesh_fleet::drift::Drift;
use linkmesh_fleet::state::ComponentHealth;
use linkmesh_fleet::{ConfigHash, Entity, Id, Intent, Kind, Place, Problem, Timestamp, Union};

use crate::content::Config;
use crate::plane::ControlPlane;
use crate::roster::Live;
use crate::save::{Affected, FileDelta};

mod audit;
mod collector;
mod facets;
mod glance;
mod listing;
mod overview;

pub use collector::CollectorView;
pub(crate) use collector::{status_of, sync_of};
pub use facets::{Facets, LabelFacet, VersionCount};
pub use glance::Glance;
pub use listing::{BadCursor, Listed, Order, SortBy};
pub use overview::{Failure, Overview};

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
        Some(self.view_with_rates(&live, &head.intent, &head.revision))
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

    /// The text of one entity as a revision has it, comments and all; nothing where it has none.
    ///
    /// # Errors
    /// The revision is unknown, or the repository cannot be read.
    pub fn text_at(&self, revision: &Revision, place: &Place) -> Result<Option<String>, RepoError> {
        let file = self.repo.file_at(revision, &place.to_string())?;
        Ok(file.and_then(|file| String::from_utf8(file.bytes.to_vec()).ok()))
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
