//! The catalog: types of source, step and destination as data, embedded at build time. Adding a type touches one folder under
//! `catalog/`; nothing here names one. Start at [`catalog`].

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use linkmesh_fleet::yaml;

mod entry;
mod schema;
mod template;

pub use entry::{
    AlloyProgram, Declared, Entry, Example, Helper, InAlloy, Listen, Parity, Program, Programs, Refusal,
    SignalRule,
};
pub(crate) use schema::fill_defaults;
pub(crate) use template::{Component, Facts, seconds};

static FOLDER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../catalog");

/// What a catalog entry describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A type of source.
    Source,
    /// A type of step.
    Step,
    /// A type of destination.
    Destination,
}

impl EntryKind {
    /// All kinds, in the order in which telemetry meets them.
    pub const ALL: [Self; 3] = [Self::Source, Self::Step, Self::Destination];

    /// The folder of this kind.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Source => "sources",
            Self::Step => "processors",
            Self::Destination => "destinations",
        }
    }

    /// The singular noun.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Step => "step",
            Self::Destination => "destination",
        }
    }
}

/// All entries.
#[derive(Debug)]
pub struct Catalog {
    entries: BTreeMap<(EntryKind, String), Entry>,
}

/// The catalog of this build.
#[must_use]
pub fn catalog() -> &'static Catalog {
    static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::read(&FOLDER));
    &CATALOG
}

impl Catalog {
    /// The entries of one kind, by type.
    pub fn list(&self, kind: EntryKind) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |((of, _), _)| *of == kind).map(|(_, entry)| entry)
    }

    /// One entry.
    #[must_use]
    pub fn get(&self, kind: EntryKind, type_: &str) -> Option<&Entry> {
        self.entries.get(&(kind, type_.to_owned()))
    }

    /// One entry, or a sentence that names the nearest type there is.
    pub(crate) fn find(&self, kind: EntryKind, type_: &str) -> Result<&Entry, String> {
        self.get(kind, type_).ok_or_else(|| {
            let known = self.list(kind).map(|entry| entry.type_.as_str());
            let noun = kind.noun();
            let shown: String = type_.chars().take(60).collect();
            match yaml::nearest(type_, known) {
                Some(near) => format!("the catalog has no {noun} type `{shown}`; did you mean `{near}`?"),
                None => format!("the catalog has no {noun} type `{shown}`; `raw` takes any component"),
            }
        })
    }

    /// A broken entry cannot be served around: the catalog is part of the program, and its tests read all of it.
    #[expect(clippy::panic, reason = "embedded data is as much part of the program as its code")]
    fn read(folder: &Dir<'_>) -> Self {
        let mut entries = BTreeMap::new();
        for kind in EntryKind::ALL {
            for dir in folder.get_dir(kind.folder()).into_iter().flat_map(Dir::dirs) {
                let entry = Entry::read(kind, dir)
                    .unwrap_or_else(|cause| panic!("catalog entry {}: {cause}", dir.path().display()));
                entries.insert((kind, entry.type_.clone()), entry);
            }
        }
        Self { entries }
    }
}
