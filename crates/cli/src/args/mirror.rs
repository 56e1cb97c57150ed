//! The command line of `mirror`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::FormatArguments;

/// `mirror`.
#[derive(Subcommand)]
pub(crate) enum MirrorVerb {
    /// Put files onto the server, for hosts that cannot fetch them from upstream
    Add(MirrorAddArguments),
    /// List the files
    List(FormatArguments),
    /// Let the server read every file again and compare its checksum
    Verify(FormatArguments),
    /// Take files off the server
    Remove {
        /// KIND/VERSION/ARCH/NAME as `mirror list` shows it, or the beginning of it up to a slash
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<String>,
    },
    /// Write the whole mirror into one file, to carry it to another site
    Export {
        /// The file to write
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
    },
    /// Add everything that an exported file holds
    Import {
        /// The file to read
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
    },
}

/// `mirror add`.
#[derive(Args)]
pub(crate) struct MirrorAddArguments {
    /// Files as their publisher released them, or folders of such
    #[arg(required = true, value_name = "FILE|DIR")]
    pub(crate) from: Vec<PathBuf>,
    /// What it is: otelcol-contrib, opampsupervisor, alloy or any other name; else read from the file's name
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Its version; else read from the file's name
    #[arg(long, value_name = "VERSION")]
    pub(crate) version: Option<String>,
    /// amd64 or arm64; else read from the file's name
    #[arg(long, value_name = "ARCH")]
    pub(crate) arch: Option<String>,
    /// The SHA-256 that it must have; else read from FILE.sha256 beside it, where that is there
    #[arg(long, value_name = "HEX")]
    pub(crate) sha256: Option<String>,
}
