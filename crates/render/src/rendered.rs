//! What a rendering yields: the text, the map from its component ids back to the entities, and what deserves a look.
//! Knows nothing of how it is made. Start at [`Rendered`].

use std::fmt;

use linkmesh_fleet::{Place, Problem, Runtime};

use crate::target::Version;

/// One configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// The exact text for the collector. When `idle`: empty for otelcol, only a comment for Alloy.
    pub text: String,
    /// Where every component id of the text comes from, in the order of kind and id.
    pub map: Vec<Mapped>,
    /// What is allowed and probably not meant.
    pub warnings: Vec<Problem>,
    /// Nothing is to be run: otelcol gets an empty set of configurations, never an empty text; Alloy gets the comment.
    pub idle: bool,
}

/// Where a component comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mapped {
    /// Which section of the configuration it stands in.
    pub kind: ComponentKind,
    /// Its id there, as it stands in counters' labels: `filter/app.errors`, or `otelcol.processor.filter.app__errors` for Alloy
    /// (within the module that everything stands in).
    pub component: String,
    /// The entity that it was rendered from.
    pub place: Place,
    /// Which part of the entity it is. Counted stages: `source`, `source-filter`, `edge:<source>` (on the route; incoming is
    /// offered, outgoing is matched), `in`, `step:<id>`, `out`, `destination-filter`, `destination`. The rest is plumbing:
    /// `memory-limiter`, `source-check`, `stamp`, `verdict`, `forward`, `destination-check`, `destination-clean`, `isolate`,
    /// `relay` (in front of an exporter that would stand last in a list of Alloy's),
    /// `extension` and `shape` (further components of the entity, beside its own one and behind it), `bridge` (an Alloy
    /// component that counts nothing, where one beside it is the `source` or `destination`), and `shared:<what>` for a
    /// component that several entities use (the place is the first of them).
    pub stage: String,
}

/// A section of an otelcol configuration, and what corresponds to it in Alloy (which has no connectors of ours).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentKind {
    /// Takes telemetry in.
    Receiver,
    /// Works on it.
    Processor,
    /// Sends it on.
    Exporter,
    /// Joins pipelines.
    Connector,
    /// Serves the others.
    Extension,
}

impl ComponentKind {
    /// All sections.
    pub const ALL: [Self; 5] =
        [Self::Receiver, Self::Processor, Self::Exporter, Self::Connector, Self::Extension];

    /// The singular noun, as it stands in counters' labels.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiver => "receiver",
            Self::Processor => "processor",
            Self::Exporter => "exporter",
            Self::Connector => "connector",
            Self::Extension => "extension",
        }
    }
}

impl fmt::Display for ComponentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why there is no rendering.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The collector is older than anything that is rendered for; it keeps what it runs.
    #[error("{runtime} {version} is too old to be configured; upgrade it to {floor} or newer")]
    TooOld {
        /// The program.
        runtime: Runtime,
        /// What it reports.
        version: Version,
        /// The oldest version that would do.
        floor: Version,
    },
    /// The entities cannot be rendered as they are.
    #[error("{}", first(.0))]
    Invalid(Vec<Problem>),
}

fn first(problems: &[Problem]) -> String {
    match problems {
        [] => "nothing can be rendered".to_owned(),
        [only] => only.to_string(),
        [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
    }
}
