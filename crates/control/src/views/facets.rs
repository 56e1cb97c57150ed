//! What collectors have in common, counted: for pickers, completion and groupings.
//! Start at [`ControlPlane::facets`].

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::{Health, Status, Sync};
use linkmesh_fleet::{Id, Runtime, Timestamp};

use super::collector::is_outdated;
use super::glance::Glance;
use crate::plane::ControlPlane;

/// Label keys that are counted.
const FACET_KEYS_MAX: usize = 50;
/// Values of each.
const FACET_VALUES_MAX: usize = 50;
/// Values of a key that was asked for by name.
const FACET_VALUES_OF_ONE_MAX: usize = 500;
/// Versions and groups that are counted.
const WORDS_MAX: usize = 200;
/// Values that are told apart while counting; hosts are many, and a label may say anything.
const COUNTED_MAX: usize = 100_000;

/// Counts over some collectors.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facets {
    /// When they were counted.
    pub as_of: Timestamp,
    /// How many collectors.
    pub total: u64,
    /// By connection.
    pub status: BTreeMap<Status, u64>,
    /// By what they run.
    pub sync: BTreeMap<Sync, u64>,
    /// By how they feel.
    pub health: BTreeMap<Health, u64>,
    /// By how they are managed.
    pub mode: BTreeMap<Mode, u64>,
    /// By program and version, most first.
    pub versions: Vec<VersionCount>,
    /// By group, most first.
    pub groups: Vec<(Id, u64)>,
    /// By label, the keys that most have first.
    pub labels: Vec<LabelFacet>,
    /// There are more keys.
    pub more_labels: bool,
}

/// How many run a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionCount {
    /// The program.
    pub runtime: Runtime,
    /// Its version; nothing where none is reported.
    pub version: Option<String>,
    /// How many collectors.
    pub count: u64,
    /// It is older than the version that configurations are tested with.
    pub outdated: bool,
}

/// The values of one label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelFacet {
    /// The key.
    pub key: String,
    /// How many collectors have it.
    pub count: u64,
    /// Its values, most first.
    pub values: Vec<(String, u64)>,
    /// There are more values.
    pub more: bool,
}

/// Counts in the making.
#[derive(Default)]
pub(super) struct Counting {
    facets: Facets,
    versions: BTreeMap<(Runtime, Option<String>), u64>,
    groups: BTreeMap<Id, u64>,
    labels: BTreeMap<String, BTreeMap<String, u64>>,
    counted: usize,
}

impl Counting {
    pub(super) fn take(&mut self, glance: &Glance<'_>) {
        let facets = &mut self.facets;
        facets.total += 1;
        *facets.status.entry(glance.status()).or_default() += 1;
        *facets.sync.entry(glance.sync()).or_default() += 1;
        *facets.health.entry(glance.health()).or_default() += 1;
        *facets.mode.entry(glance.mode()).or_default() += 1;
        let version = (glance.mode().runtime(), glance.version().map(str::to_owned));
        *self.versions.entry(version).or_default() += 1;
    }

    /// Groups and labels, which cost more.
    fn take_labels(&mut self, glance: &Glance<'_>, only: Option<&str>) {
        for group in glance.groups() {
            *self.groups.entry(group).or_default() += 1;
        }
        for (key, value) in glance.labels().iter().filter(|(key, _)| only.is_none_or(|only| only == *key)) {
            let values = match self.labels.get_mut(key) {
                Some(values) => values,
                None => self.labels.entry(key.clone()).or_default(),
            };
            match values.get_mut(value) {
                Some(count) => *count += 1,
                None if self.counted < COUNTED_MAX => {
                    self.counted += 1;
                    values.insert(value.clone(), 1);
                }
                None => {}
            }
        }
    }

    pub(super) fn finish(self, as_of: Timestamp, values_max: usize) -> Facets {
        let versions = self.versions.into_iter().map(|((runtime, version), count)| VersionCount {
            outdated: version.as_ref().is_some_and(|version| is_outdated(runtime, version)),
            runtime,
            version,
            count,
        });
        let mut versions: Vec<VersionCount> = versions.collect();
        versions.sort_by_key(|version| std::cmp::Reverse(version.count));
        versions.truncate(WORDS_MAX);
        let mut groups: Vec<(Id, u64)> = self.groups.into_iter().collect();
        groups.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        groups.truncate(WORDS_MAX);
        let mut labels: Vec<LabelFacet> = self
            .labels
            .into_iter()
            .map(|(key, values)| {
                let count = values.values().sum();
                let more = values.len() > values_max;
                let mut values: Vec<(String, u64)> = values.into_iter().collect();
                values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
                values.truncate(values_max);
                LabelFacet { key, count, values, more }
            })
            .collect();
        labels.sort_by_key(|label| std::cmp::Reverse(label.count));
        let more_labels = labels.len() > FACET_KEYS_MAX;
        labels.truncate(FACET_KEYS_MAX);
        Facets { as_of, versions, groups, labels, more_labels, ..self.facets }
    }
}

impl ControlPlane {
    /// Counts over the collectors that `wanted` says, which the text `question` stands for; with `key`, only of this label, and
    /// more of its values. Made at most once in a few seconds. Blocking.
    pub fn facets(
        &self,
        question: &str,
        key: Option<&str>,
        mut wanted: impl FnMut(&Glance<'_>) -> bool,
    ) -> Arc<Facets> {
        let (now, head) = (self.clock.now(), self.head.in_force());
        let asked = (question.to_owned(), key.map(str::to_owned));
        self.looks.facets.get(&asked, (now, &head.revision), || {
            let mut counting = Counting::default();
            for live in self.roster.all() {
                let state = live.lock();
                let glance = Glance::of(&state, &head.intent);
                if wanted(&glance) {
                    counting.take(&glance);
                    counting.take_labels(&glance, key);
                }
            }
            let values = if key.is_some() { FACET_VALUES_OF_ONE_MAX } else { FACET_VALUES_MAX };
            counting.finish(now, values)
        })
    }
}
