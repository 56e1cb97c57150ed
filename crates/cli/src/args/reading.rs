//! Arguments of the verbs that only read.

use clap::{Args, Subcommand, ValueEnum};
use linkmesh_api::types::{EntityKind, Severity};

use super::{FormatArguments, Label};

/// What can be listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Noun {
    /// Collectors and how they are
    #[value(alias = "collector")]
    Collectors,
    /// Activated receivers
    #[value(alias = "source")]
    Sources,
    /// Bindings of sources to pipelines and destinations
    #[value(alias = "route")]
    Routes,
    /// Reusable recipes
    #[value(alias = "pipeline")]
    Pipelines,
    /// Exporters
    #[value(alias = "destination")]
    Destinations,
    /// Collectors that share configuration
    #[value(alias = "group")]
    Groups,
    /// Forwarding between collectors
    #[value(alias = "link")]
    Links,
    /// Enrollment tokens
    #[value(alias = "token")]
    Tokens,
    /// History
    #[value(alias = "revision")]
    Revisions,
    /// Types of source, step and destination
    Catalog,
}

impl Noun {
    /// The kind of entity that it names, if it names one.
    pub(crate) fn entity_kind(self) -> Option<EntityKind> {
        match self {
            Self::Sources => Some(EntityKind::Sources),
            Self::Routes => Some(EntityKind::Routes),
            Self::Destinations => Some(EntityKind::Destinations),
            Self::Pipelines => Some(EntityKind::Pipelines),
            Self::Groups => Some(EntityKind::Groups),
            Self::Links => Some(EntityKind::Links),
            Self::Collectors | Self::Tokens | Self::Revisions | Self::Catalog => None,
        }
    }
}

/// `get`.
#[derive(Args)]
pub(crate) struct GetArguments {
    /// What to list
    #[arg(value_enum)]
    pub(crate) noun: Noun,
    /// Only the one with this id
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
    /// Only with this label; may be repeated (collectors, tokens)
    #[arg(short = 'l', long = "label", value_name = "KEY=VALUE")]
    pub(crate) labels: Vec<Label>,
    /// Only what matches this query, for example 'label.env=prod and version<0.150'
    #[arg(short = 'q', long, value_name = "QUERY")]
    pub(crate) query: Option<String>,
    /// Only of this scope: fleet, groups/GROUP or collectors/COLLECTOR
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
    /// Only collectors in the archive, which are left out otherwise
    #[arg(long)]
    pub(crate) archived: bool,
    /// List again whenever something changes, until interrupted
    #[arg(short = 'w', long)]
    pub(crate) watch: bool,
}

/// `describe`.
#[derive(Subcommand)]
pub(crate) enum Describe {
    /// One collector: state, configurations, components, rates, attempts, events
    #[command(alias = "collectors")]
    Collector {
        /// Id of the collector
        id: String,
        #[command(flatten)]
        format: FormatArguments,
    },
    /// One link: who sends and who receives, what each end counts, what is lost
    #[command(alias = "links")]
    Link {
        /// Id of the link
        id: String,
        #[command(flatten)]
        format: FormatArguments,
    },
}

/// `render`.
#[derive(Args)]
pub(crate) struct RenderArguments {
    /// Id of the collector
    pub(crate) collector: String,
    /// Show credentials in clear; needs its own permission and is audited
    #[arg(long)]
    pub(crate) with_secrets: bool,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// `diff`.
#[derive(Args)]
pub(crate) struct DiffArguments {
    /// The older revision
    pub(crate) from: Option<String>,
    /// The newer revision; the newest when absent
    pub(crate) to: Option<String>,
    /// Only the final configuration of this collector
    #[arg(long, value_name = "COLLECTOR")]
    pub(crate) collector: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// `drift`.
#[derive(Args)]
pub(crate) struct DriftArguments {
    /// Only this collector
    pub(crate) collector: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// How much an event matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum EventSeverity {
    /// Good to know
    Info,
    /// Somebody should look
    Warning,
    /// Something does not work
    Error,
}

impl EventSeverity {
    /// As the server calls it.
    pub(crate) fn asked(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

/// `events`.
#[derive(Args)]
pub(crate) struct EventsArguments {
    /// Go on with new events until interrupted
    #[arg(short = 'f', long)]
    pub(crate) follow: bool,
    /// Only of this collector
    #[arg(long, value_name = "COLLECTOR")]
    pub(crate) collector: Option<String>,
    /// Only of this kind, for example config_failed
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Only of this severity
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) severity: Option<EventSeverity>,
    /// At most so many past events
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// `audit`.
#[derive(Args)]
pub(crate) struct AuditArguments {
    /// Only by this user or service account
    #[arg(long)]
    pub(crate) actor: Option<String>,
    /// Only this action, for example enrollment-tokens:create
    #[arg(long)]
    pub(crate) action: Option<String>,
    /// Only objects that start so
    #[arg(long)]
    pub(crate) object: Option<String>,
    /// At most so many entries
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// `blame`.
#[derive(Args)]
pub(crate) struct BlameArguments {
    /// Path in the repository, such as fleet/routes/errors.yaml
    pub(crate) path: String,
    /// As of this revision instead of the newest
    #[arg(long, value_name = "REV")]
    pub(crate) revision: Option<String>,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// `seal`.
#[derive(Args)]
pub(crate) struct SealArguments {
    /// Path in the repository of the file that will hold it, such as fleet/destinations/loki.yaml
    pub(crate) path: String,
    /// The field, such as credentials.password
    pub(crate) field: String,
}
