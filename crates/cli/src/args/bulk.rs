//! The command line of verbs that take one collector, or the word `collectors` and which ones.

use clap::Args;

use super::{Label, Seconds};

/// The word that stands for many.
pub(crate) const MANY: &str = "collectors";

/// Which collectors, where the word `collectors` stands in the place of an id.
#[derive(Args, Clone, Default, Debug)]
pub(crate) struct Selection {
    /// Only collectors with this label; may be repeated
    #[arg(short = 'l', long = "label", value_name = "KEY=VALUE")]
    pub(crate) labels: Vec<Label>,
    /// Only collectors that match this query
    #[arg(short = 'q', long = "query", value_name = "QUERY")]
    pub(crate) query: Option<String>,
    /// Only collectors of this group
    #[arg(short = 'g', long = "group", value_name = "GROUP")]
    pub(crate) group: Option<String>,
    /// Only collectors that were not heard of for so long
    #[arg(long, value_name = "DURATION")]
    pub(crate) disconnected_for: Option<Seconds>,
    /// Only collectors in the archive
    #[arg(long)]
    pub(crate) archived: bool,
    /// Do nothing when more than so many are chosen
    #[arg(long, value_name = "N")]
    pub(crate) expect: Option<u64>,
}

impl Selection {
    /// Whether nothing says which.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty()
            && self.query.is_none()
            && self.group.is_none()
            && self.disconnected_for.is_none()
            && !self.archived
    }
}

/// A verb on one collector, or on many.
#[derive(Args)]
pub(crate) struct CollectorArguments {
    /// Id of the collector; or the word `collectors`, and which ones
    #[arg(value_name = "COLLECTOR|collectors")]
    pub(crate) collector: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

/// The same with a reason: `hold`, `archive`.
#[derive(Args)]
pub(crate) struct ReasonArguments {
    #[command(flatten)]
    pub(crate) of: CollectorArguments,
    /// Why, for those who find it so
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

/// `label`.
#[derive(Args)]
pub(crate) struct LabelArguments {
    /// Id of the collector; or the word `collectors`, and which ones
    #[arg(value_name = "COLLECTOR|collectors")]
    pub(crate) collector: String,
    /// KEY=VALUE to set, KEY- to remove
    #[arg(value_name = "KEY=VALUE|KEY-")]
    pub(crate) changes: Vec<String>,
    /// Label to set, the same as KEY=VALUE; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<Label>,
    /// Label to remove, the same as KEY-; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) unset: Vec<String>,
    /// Group to put many collectors into; may be repeated
    #[arg(long, value_name = "GROUP")]
    pub(crate) add_group: Vec<String>,
    /// Group to take many collectors out of; may be repeated
    #[arg(long, value_name = "GROUP")]
    pub(crate) remove_group: Vec<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

/// `delete`.
#[derive(Args)]
pub(crate) struct DeleteArguments {
    /// Paths in the repository, for example fleet/sources/app.yaml; or the word `collectors`, and which ones
    #[arg(required = true, value_name = "PATH|collectors")]
    pub(crate) paths: Vec<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Remove the collectors, do not only list them
    #[arg(long)]
    pub(crate) yes: bool,
    /// End the collectors' credentials at once; an Alloy whose host reboots afterwards does not start
    #[arg(long)]
    pub(crate) now: bool,
    /// Message of the commit
    #[arg(short = 'm', long)]
    pub(crate) message: Option<String>,
}
