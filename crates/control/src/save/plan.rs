//! What a change would do: to the files, and to the final configuration of each class of collectors.

use std::collections::BTreeMap;
use std::time::Duration;

use linkmesh_config_repo::Conflict;
use linkmesh_fleet::{ConfigHash, Id, Intent, Problem, Runtime};
use similar::TextDiff;

use super::{Draft, SaveError, parse_base};
use crate::assign::class_key;
use crate::classes::ClassKey;
use crate::plane::ControlPlane;

/// Longest time that one text comparison may take.
const DIFF_TIME_MAX: Duration = Duration::from_millis(500);
/// Collectors named of one affected class; the rest is counted.
const NAMED_MAX: usize = 50;

/// What a change would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The revision it was computed on.
    pub base: String,
    /// Files.
    pub files: Vec<FileDelta>,
    /// Classes of collectors whose final configuration differs.
    pub classes: Vec<Affected>,
    /// What deserves a look.
    pub warnings: Vec<Problem>,
}

/// How one file differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDelta {
    /// Its path.
    pub path: String,
    /// Added, modified or removed.
    pub change: FileChange,
    /// Unified, credentials redacted.
    pub diff: String,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileChange {
    /// It is new.
    Added,
    /// Its text differs.
    Modified,
    /// It is gone.
    Deleted,
}

/// Collectors whose final configuration changes in the same way.
#[derive(Debug, Clone)]
pub struct Affected {
    /// Their runtime.
    pub runtime: Runtime,
    /// The version that they report.
    pub version: Option<String>,
    /// Some of them.
    pub collectors: Vec<Id>,
    /// How many there are.
    pub count: usize,
    /// What they should run now.
    pub from: Option<ConfigHash>,
    /// What they would run.
    pub to: Option<ConfigHash>,
    /// Unified, credentials redacted.
    pub diff: String,
}

/// Collectors alike in all of these change in the same way: from what, to what, on which runtime and version.
type Alike = (Option<ConfigHash>, Option<ConfigHash>, Runtime, Option<String>);

impl ControlPlane {
    /// What a change would do. Nothing is written.
    ///
    /// # Errors
    /// As [`ControlPlane::save`].
    pub fn plan(&self, draft: &Draft) -> Result<Plan, SaveError> {
        let prepared = self.prepare(draft)?;
        self.check_base(draft)?;
        let (revision, tip, _) = self.head.tip();
        let faults = self.all_faults(&prepared.candidate);
        if !faults.is_empty() {
            return Err(SaveError::Invalid(faults));
        }
        let base = revision.map(|revision| revision.to_string()).unwrap_or_default();
        let mut files = Vec::new();
        for (path, new) in prepared
            .put
            .iter()
            .map(|(path, new)| (path, Some(new)))
            .chain(prepared.delete.iter().map(|path| (path, None)))
        {
            let old = match &revision {
                Some(revision) => self.repo.file_at(revision, path)?.map(|file| file.bytes),
                None => None,
            };
            let new = new.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            let old = old.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            files.extend(file_delta(path, old.as_deref(), new.as_deref()));
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let in_force = self.head.in_force();
        let classes = self.affected(&in_force.intent, &prepared.candidate);
        drop(tip);
        Ok(Plan { base, files, classes, warnings: self.warnings_of(&prepared.candidate) })
    }

    /// A plan on a stale base says so, as the save would.
    fn check_base(&self, draft: &Draft) -> Result<(), SaveError> {
        let Some(base) = parse_base(draft.base.as_deref())? else { return Ok(()) };
        let (Some(tip), _, _) = self.head.tip() else { return Ok(()) };
        let mut conflicts = Vec::new();
        for place in draft.put.keys().chain(&draft.delete) {
            let path = place.to_string();
            let then = self.repo.file_at(&base, &path)?;
            let now = self.repo.file_at(&tip, &path)?;
            if then.as_ref().map(|file| file.id) != now.as_ref().map(|file| file.id) {
                conflicts.push(Conflict {
                    path,
                    base: then.map(|f| f.bytes),
                    current: now.map(|f| f.bytes),
                    proposed: None,
                });
            }
        }
        if conflicts.is_empty() { Ok(()) } else { Err(SaveError::Conflict(conflicts)) }
    }

    /// The classes of the present collectors whose final configuration differs between two intents.
    pub fn affected(&self, from: &Intent, to: &Intent) -> Vec<Affected> {
        let renderer = self.renderer();
        let mut texts: BTreeMap<(bool, ClassKey), Option<(ConfigHash, String)>> = BTreeMap::new();
        let mut found: BTreeMap<Alike, Affected> = BTreeMap::new();
        for live in self.roster.all() {
            let (id, claims) = {
                let state = live.lock();
                (state.record.id.clone(), state.record.claims.clone())
            };
            let mut side = |new: bool, intent: &Intent| {
                let key = class_key(intent, &id, intent.collectors.get(&id)?, &claims);
                let rendered = texts.entry((new, key)).or_insert_with_key(|(_, key)| {
                    let (config, _, _) = renderer.trial(key, intent, "").ok()?;
                    Some((config.hash, config.redacted().to_string()))
                });
                rendered.clone()
            };
            let (old, new) = (side(false, from), side(true, to));
            let hashes = (old.as_ref().map(|(hash, _)| *hash), new.as_ref().map(|(hash, _)| *hash));
            if hashes.0 == hashes.1 {
                continue;
            }
            let runtime = to
                .collectors
                .get(&id)
                .or_else(|| from.collectors.get(&id))
                .map_or(Runtime::Otelcol, |r| r.mode.runtime());
            let version = claims.get("service.version").cloned();
            let key = (hashes.0, hashes.1, runtime, version.clone());
            let affected = found.entry(key).or_insert_with(|| Affected {
                runtime,
                version,
                collectors: Vec::new(),
                count: 0,
                from: hashes.0,
                to: hashes.1,
                diff: unified(
                    &old.map(|(_, text)| text).unwrap_or_default(),
                    &new.map(|(_, text)| text).unwrap_or_default(),
                ),
            });
            affected.count += 1;
            if affected.collectors.len() < NAMED_MAX {
                affected.collectors.push(id);
            }
        }
        found.into_values().collect()
    }
}

/// How a file differs; nothing where it does not.
#[must_use]
pub(crate) fn file_delta(path: &str, old: Option<&str>, new: Option<&str>) -> Option<FileDelta> {
    let change = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => FileChange::Added,
        (Some(_), None) => FileChange::Deleted,
        (Some(old), Some(new)) if old == new => return None,
        (Some(_), Some(_)) => FileChange::Modified,
    };
    let (old, new) = (hide_sealed(old.unwrap_or_default()), hide_sealed(new.unwrap_or_default()));
    Some(FileDelta { path: path.to_owned(), change, diff: unified(&old, &new) })
}

/// A unified difference with three lines around each change.
pub(crate) fn unified(old: &str, new: &str) -> String {
    TextDiff::configure()
        .timeout(DIFF_TIME_MAX)
        .diff_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .to_string()
}

/// Ciphertext means nothing to a reader and is not theirs to carry away.
pub(crate) fn hide_sealed(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("v1:") {
        let (before, sealed) = rest.split_at(at);
        let length = sealed
            .chars()
            .skip(3)
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .count()
            + 3;
        shown.push_str(before);
        // People may have quoted the key, or begun another line after it.
        let key = before.trim_end_matches(['"', '\'', ' ', '\t', '\r', '\n']).strip_suffix(':');
        let key = key.map(|key| key.trim_end_matches(['"', '\'', ' ', '\t']));
        // Anything shorter than a nonce and a tag is not ours.
        if length > 40 && key.is_some_and(|key| key.ends_with("$sealed")) {
            shown.push_str(linkmesh_fleet::secret::REDACTED);
        } else {
            shown.push_str(sealed.get(..length).unwrap_or(sealed));
        }
        rest = sealed.get(length..).unwrap_or_default();
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertext_is_hidden_however_its_key_is_written() {
        let sealed = format!("v1:{}", "Ab_-9".repeat(20));
        for before in ["$sealed: ", "{$sealed: \"", "{\"$sealed\": \"", "{'$sealed' : '", "$sealed:\n      "]
        {
            let shown = hide_sealed(&format!("password: {before}{sealed}\n"));
            assert!(!shown.contains("Ab_-9"), "{before}");
            assert!(shown.starts_with("password: "), "{shown}");
        }
        let image = format!("image: {sealed}");
        assert_eq!(hide_sealed(&image), image);
    }
}
