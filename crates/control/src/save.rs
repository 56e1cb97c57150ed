//! Saving intent: one change, one commit, or nothing. Validation runs against the very head that is committed on.
//! Start at [`ControlPlane::save`]; [`ControlPlane::plan`] says what a save would do.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_config_repo::{
    Author, Change, Conflict, Expect, Proposed, RepoError, Revision, SaveError as RepoSaveError,
};
use linkmesh_fleet::secret::Secret;
use linkmesh_fleet::{Entity, Intent, Kind, Place, Problem};
use serde_json::Value;

use crate::accounts::Principal;
use crate::plane::ControlPlane;

mod plan;
mod text;
mod trial;

pub use plan::{Affected, FileChange, FileDelta, Plan};
pub(crate) use plan::{file_delta, hide_sealed};
pub use text::shown_text;

/// Most entities of one change.
pub const CHANGE_ENTITIES_MAX: usize = 5000;

/// A change as somebody proposes it.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The revision that it was made on.
    pub base: Option<String>,
    /// Entities to write: plain values, or YAML texts as strings, which are kept as written.
    pub put: BTreeMap<Place, Value>,
    /// Entities to remove.
    pub delete: Vec<Place>,
    /// What single files must be for the change to happen.
    pub expect: BTreeMap<Place, Expect>,
    /// Why, in the author's words.
    pub message: Option<String>,
}

/// A change that is in the branch and on the disk.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The revision that holds it.
    pub revision: String,
    /// Something was committed; nothing is, where everything was so already.
    pub changed: bool,
    /// What deserves a look.
    pub warnings: Vec<Problem>,
}

/// Why a change was not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// It is not valid.
    #[error("{}", summary(.0))]
    Invalid(Vec<Problem>),
    /// Files moved on since it was made.
    #[error("{} changed meanwhile; look at the present text and save again", paths(.0))]
    Conflict(Vec<Conflict>),
    /// An entity cannot be removed, because others refer to it.
    #[error("{place} is still used by {}; change them first, or in the same change", places(.referrers))]
    Referenced {
        /// The entity.
        place: Place,
        /// Who refers to it.
        referrers: Vec<Place>,
    },
    /// The base names no revision.
    #[error("base: {0}")]
    BadBase(String),
    /// The repository could not be written or read.
    #[error(transparent)]
    Repo(#[from] RepoError),
}

/// A change made ready: sealed, canonical, nothing that is so already.
struct Prepared {
    put: BTreeMap<String, Vec<u8>>,
    delete: Vec<String>,
    candidate: Intent,
}

impl ControlPlane {
    /// Saves a change as one commit by its author. Blocking; answers once it is on the disk and in force.
    ///
    /// # Errors
    /// See [`SaveError`]. Then nothing is changed.
    pub fn save(self: &Arc<Self>, draft: &Draft, who: &Principal, audit: u64) -> Result<Saved, SaveError> {
        let base = parse_base(draft.base.as_deref())?;
        let prepared = self.prepare(draft)?;
        let plane = Arc::clone(self);
        let message =
            draft.message.clone().filter(|m| !m.trim().is_empty()).unwrap_or_else(|| subject(&prepared));
        let change = Change {
            base,
            expect: draft.expect.iter().map(|(place, expect)| (place.to_string(), *expect)).collect(),
            message,
            put: prepared.put,
            delete: prepared.delete,
            author: Some(author(who)),
            trailers: vec![("Audit-Entry".to_owned(), audit.to_string())],
            at_s: self.clock.now().seconds(),
            validate: Some(Arc::new(move |proposed: &Proposed<'_>| {
                plane.validate(proposed).map_err(Into::into)
            })),
        };
        let saved = self.repo.save(change).map_err(|error| match error {
            RepoSaveError::Conflict { conflicts, .. } => SaveError::Conflict(conflicts),
            RepoSaveError::Refused(cause) => match cause.downcast::<Invalid>() {
                Ok(invalid) => SaveError::Invalid(invalid.0),
                Err(other) => SaveError::Invalid(vec![Problem::new("", "", other.to_string())]),
            },
            RepoSaveError::Invalid { path, why } => SaveError::Invalid(vec![Problem::new(path, "", why)]),
            RepoSaveError::Repo(cause) => SaveError::Repo(cause),
        })?;
        if let Err(cause) = self.refresh_head() {
            // It is saved; the reconciler takes it over as soon as the repository can be read again.
            tracing::error!(%cause, "a saved revision could not be read back yet");
        }
        let warnings = self.warnings_of(&prepared.candidate);
        Ok(Saved { revision: saved.revision.to_string(), changed: !saved.unchanged, warnings })
    }

    /// What the writer asks right before the commit.
    fn validate(&self, proposed: &Proposed<'_>) -> Result<(), Invalid> {
        let (known, tip, unreadable) = self.head.tip();
        let mut candidate = (*tip).clone();
        let mut faults: BTreeMap<String, Problem> =
            unreadable.into_iter().map(|p| (p.path.clone(), p)).collect();
        let changed = match known {
            Some(known) => proposed.changed_since(&known),
            None => proposed.changed(),
        };
        let changed = changed.map_err(|cause| Invalid(vec![Problem::new("", "", cause.to_string())]))?;
        for (path, bytes) in changed {
            faults.remove(&path);
            match bytes {
                Some(bytes) => {
                    if let Err(problem) = candidate.put_file(&path, &bytes) {
                        faults.insert(path, problem);
                    }
                }
                None => {
                    if let Ok(place) = path.parse::<Place>() {
                        candidate.remove(&place);
                    }
                }
            }
        }
        if !faults.is_empty() {
            return Err(Invalid(faults.into_values().collect()));
        }
        let faults = self.all_faults(&candidate);
        if faults.is_empty() { Ok(()) } else { Err(Invalid(faults)) }
    }

    /// Seals, canonicalizes and applies a draft to the newest commit.
    fn prepare(&self, draft: &Draft) -> Result<Prepared, SaveError> {
        if draft.put.len() + draft.delete.len() > CHANGE_ENTITIES_MAX {
            let message = format!("a change has at most {CHANGE_ENTITIES_MAX} entities");
            return Err(SaveError::Invalid(vec![Problem::new("", "", message)]));
        }
        let (revision, tip, _) = self.head.tip();
        let mut candidate = (*tip).clone();
        let mut faults = Vec::new();
        let mut put = BTreeMap::new();
        for place in draft.put.keys().chain(&draft.delete).filter(|place| place.kind == Kind::Registration) {
            let message = "registrations are written by the server; use the collectors of the API";
            faults.push(Problem::new(place, "", message));
        }
        for (place, value) in &draft.put {
            match self.prepare_one(&tip, place, value) {
                Ok((entity, text)) => {
                    let path = place.to_string();
                    let same = tip.get(place).as_ref() == Some(&entity)
                        && (!value.is_string() || self.is_stored(revision.as_ref(), &path, &text)?);
                    if !same {
                        put.insert(path, text.into_bytes());
                    }
                    candidate.put(place, entity);
                }
                Err(problems) => faults.extend(problems),
            }
        }
        if !faults.is_empty() {
            return Err(SaveError::Invalid(faults));
        }
        let mut delete = Vec::new();
        for place in &draft.delete {
            let referrers = candidate.referrers(place);
            if let Some(referrers) = Some(referrers).filter(|referrers| !referrers.is_empty()) {
                let outside: Vec<Place> =
                    referrers.into_iter().filter(|r| !draft.delete.contains(r)).collect();
                if !outside.is_empty() {
                    return Err(SaveError::Referenced { place: place.clone(), referrers: outside });
                }
            }
            delete.push(place.to_string());
        }
        for place in &draft.delete {
            candidate.remove(place);
        }
        Ok(Prepared { put, delete, candidate })
    }

    /// Whether a file says exactly this, byte for byte.
    fn is_stored(&self, revision: Option<&Revision>, path: &str, text: &str) -> Result<bool, RepoError> {
        let Some(revision) = revision else { return Ok(false) };
        Ok(self.repo.file_at(revision, path)?.is_some_and(|file| *file.bytes == *text.as_bytes()))
    }

    fn prepare_one(
        &self,
        tip: &Intent,
        place: &Place,
        value: &Value,
    ) -> Result<(Entity, String), Vec<Problem>> {
        let mut entity = Entity::from_value(place, value.clone()).map_err(|problem| vec![problem])?;
        let present = tip.get(place);
        let present: BTreeMap<String, &Secret> =
            present.as_ref().map(|entity| entity.secrets().into_iter().collect()).unwrap_or_default();
        let mut faults = Vec::new();
        let mut changed = Vec::new();
        for (field, secret) in entity.secrets_mut() {
            let was = secret.clone();
            let stored = present.get(&field).copied();
            match secret {
                Secret::Env(_) => {}
                Secret::Clear(_) if Secret::is_public(&field) => {}
                Secret::Clear(clear) => {
                    // An equal value keeps its ciphertext, so that applying the same files twice changes nothing.
                    let kept = stored.filter(|stored| match stored {
                        Secret::Sealed(sealed) => {
                            self.keys.open(place, &field, sealed).is_ok_and(|open| open == *clear)
                        }
                        Secret::Env(_) | Secret::Keep | Secret::Clear(_) => false,
                    });
                    *secret =
                        kept.cloned().unwrap_or_else(|| Secret::Sealed(self.keys.seal(place, &field, clear)));
                }
                Secret::Keep => match stored {
                    Some(stored) => *secret = stored.clone(),
                    None => faults.push(Problem::new(
                        place,
                        field.clone(),
                        "there is no stored value to keep; give the credential",
                    )),
                },
                Secret::Sealed(sealed) => {
                    if let Err(cause) = self.keys.open(place, &field, sealed) {
                        faults.push(Problem::new(place, field.clone(), cause.to_string()));
                    }
                }
            }
            if *secret != was {
                changed.push(text::Changed { field, was, now: secret.clone() });
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let text = match value {
            Value::String(written) => self
                .comments_tell_nothing(place, written, &entity)
                .and_then(|()| text::sealed_in_place(place, written, &entity, &changed)),
            _ => entity.write().map_err(|cause| Problem::new(place, "", cause.to_string())),
        };
        let text = text.map_err(|problem| vec![problem])?;
        Ok((entity, text))
    }
}

/// Carries the validator's findings through the writer.
#[derive(Debug)]
struct Invalid(Vec<Problem>);

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&summary(&self.0))
    }
}

impl std::error::Error for Invalid {}

pub(crate) fn parse_base(base: Option<&str>) -> Result<Option<Revision>, SaveError> {
    let parse = |text: &str| {
        text.parse().map_err(|cause| {
            SaveError::BadBase(format!("`{}` is {cause}", text.chars().take(60).collect::<String>()))
        })
    };
    base.map(parse).transpose()
}

pub(crate) fn author(who: &Principal) -> Author {
    Author { name: who.name.clone(), email: format!("{}@linkmesh.invalid", who.id) }
}

fn subject(prepared: &Prepared) -> String {
    let verb = |paths: &[&String]| match paths {
        [one] => (*one).clone(),
        many => format!("{} entities", many.len()),
    };
    let put: Vec<&String> = prepared.put.keys().collect();
    let delete: Vec<&String> = prepared.delete.iter().collect();
    match (put.is_empty(), delete.is_empty()) {
        (true, _) => format!("Remove {}", verb(&delete)),
        (false, true) => format!("Save {}", verb(&put)),
        (false, false) => format!("Save {} and remove {}", verb(&put), verb(&delete)),
    }
}

fn summary(problems: &[Problem]) -> String {
    match problems {
        [] => "the change is not valid".to_owned(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}

fn paths(conflicts: &[Conflict]) -> String {
    conflicts.iter().take(3).map(|conflict| conflict.path.as_str()).collect::<Vec<_>>().join(", ")
}

fn places(places: &[Place]) -> String {
    places.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
