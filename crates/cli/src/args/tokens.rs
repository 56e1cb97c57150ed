//! The command line of `token`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{FormatArguments, Label, Seconds};

/// `token`.
#[derive(Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token; it is shown once
    Create(TokenCreateArguments),
    /// Make the token of an Alloy, with a ready config.alloy; it is shown once
    Mint(TokenMintArguments),
    /// End a token; collectors that joined with it are cut off
    Revoke {
        /// Id of the token, from `linkmesh get tokens`; with --collector, of the collector
        id: String,
        /// End the token that was minted for this Alloy: it keeps what it runs, and its next start fails
        #[arg(long)]
        collector: bool,
    },
}

/// `token mint`.
#[derive(Args)]
pub(crate) struct TokenMintArguments {
    /// Id of the collector
    pub(crate) collector: String,
    /// End the token before it at once; otherwise it holds until the new one is first used, a day at most
    #[arg(long)]
    pub(crate) now: bool,
    /// Write the ready config.alloy to this file, which only you can read, and show no token
    #[arg(long, value_name = "FILE", conflicts_with_all = ["format", "config_alloy"])]
    pub(crate) file: Option<PathBuf>,
    /// Write the ready config.alloy to standard output, and not the token alone
    #[arg(long, conflicts_with = "format")]
    pub(crate) config_alloy: bool,
    /// How to write the answer; `name` is the token alone
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// `token create`.
#[derive(Args)]
pub(crate) struct TokenCreateArguments {
    /// What people see
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Time to its first use, for example 15m or 24h
    #[arg(long, value_name = "DURATION", default_value = "15m")]
    pub(crate) ttl: Seconds,
    /// How many hosts may join with it
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_uses: u32,
    /// Label that the collector gets; may be repeated
    #[arg(short = 'l', long = "label", value_name = "KEY=VALUE")]
    pub(crate) labels: Vec<Label>,
    /// Group that the collector belongs to; may be repeated
    #[arg(short = 'g', long = "group", value_name = "GROUP")]
    pub(crate) groups: Vec<String>,
    /// For a known collector whose host was rebuilt
    #[arg(long = "for", value_name = "COLLECTOR")]
    pub(crate) for_collector: Option<String>,
    /// Archive the collector once it stays away for so long; never when absent
    #[arg(long, value_name = "DURATION")]
    pub(crate) archive_after: Option<Seconds>,
    /// Remove the collector once it was archived for so long, also from the repository; never when absent
    #[arg(long, value_name = "DURATION")]
    pub(crate) purge_after: Option<Seconds>,
    /// How to write the answer; `name` is the token alone
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}
