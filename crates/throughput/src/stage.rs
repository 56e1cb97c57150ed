//! From the ids of a rendered configuration back to the entities that people made.
//! Knows nothing of rendering or of numbers. Start at [`StageMap`].

use std::collections::BTreeMap;

use crate::key::Kind;

/// Which entity and stage each rendered component is. Several components may be one stage; their numbers are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StageMap {
    stages: BTreeMap<Kind, BTreeMap<String, StageRef>>,
}

/// A place on the canvas.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StageRef {
    /// The entity's path in the repository without suffix, such as `fleet/routes/errors`.
    pub entity: String,
    /// The stage within it: `source`, `edge:<source>`, `in`, `step:<id>`, `out`, `destination`.
    pub stage: String,
}

impl StageMap {
    /// Notes what a rendered component is; a second note on the same id replaces the first.
    pub fn insert(&mut self, kind: Kind, id: impl Into<String>, stage: StageRef) {
        self.stages.entry(kind).or_default().insert(id.into(), stage);
    }

    /// What a component is, if the rendering knows it.
    pub fn get(&self, kind: Kind, id: &str) -> Option<&StageRef> {
        self.stages.get(&kind)?.get(id)
    }

    /// Every component with its kind, id and place.
    pub(crate) fn components(&self) -> impl Iterator<Item = (Kind, &str, &StageRef)> {
        self.stages
            .iter()
            .flat_map(|(kind, of_kind)| of_kind.iter().map(|(id, place)| (*kind, id.as_str(), place)))
    }

    /// Every place that has a component.
    pub fn stages(&self) -> impl Iterator<Item = &StageRef> {
        self.stages.values().flat_map(BTreeMap::values)
    }
}

impl<I: Into<String>> FromIterator<(Kind, I, StageRef)> for StageMap {
    fn from_iter<T: IntoIterator<Item = (Kind, I, StageRef)>>(components: T) -> Self {
        let mut map = Self::default();
        for (kind, id, stage) in components {
            map.insert(kind, id, stage);
        }
        map
    }
}
