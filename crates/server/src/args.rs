//! The command line. Knows only words; what they mean is decided in `main`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use linkmesh_server::settings::{Given, GivenTls};

/// LinkMesh server: the control plane of a fleet of OpenTelemetry collectors.
#[derive(Debug, Parser)]
#[command(version, disable_help_subcommand = true)]
pub(crate) struct Args {
    /// Settings file [default: /etc/linkmesh/config.yaml, which need not exist].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Folder of the configuration repository, the store and the keys [default: ./data].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Address and port to listen on; port 0 picks a free one [default: 127.0.0.1:8080].
    #[arg(long, global = true, value_name = "ADDR")]
    pub(crate) listen: Option<String>,
    /// The address under which people and hosts reach this server [default: http://<listen>].
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) external_url: Option<String>,
    /// PEM file with the server's certificate and those that lead to its authority: connections are then encrypted.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_cert_file: Option<PathBuf>,
    /// PEM file with the private key of that certificate.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) tls_key_file: Option<PathBuf>,
    /// A proxy whose word counts on where a request comes from, as address or network; may be repeated.
    #[arg(long = "trusted-proxy", global = true, value_name = "CIDR")]
    pub(crate) trusted_proxies: Vec<String>,
    /// What to do instead of serving.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Look at the settings.
    Config {
        /// What to do with them.
        #[command(subcommand)]
        action: ConfigAction,
    },
    /// Manage administrators while the server is stopped.
    Admin {
        /// What to do with one.
        #[command(subcommand)]
        action: AdminAction,
    },
    /// After the record was lost: let collectors be bound anew to the token that they present, for a limited time. Run it
    /// while the server is stopped. It is audited.
    Recover {
        /// How long, from now: 90s, 30m or 1h.
        #[arg(long = "for", value_name = "TIME", value_parser = duration)]
        lasts: Duration,
        /// A collector that may come back; may be repeated.
        #[arg(long = "collector", value_name = "ID", required_unless_present = "all_listed")]
        collectors: Vec<String>,
        /// Every collector of the repository that has no credential.
        #[arg(long, conflicts_with = "collectors")]
        all_listed: bool,
    },
    /// Write everything that cannot be made anew to one file: repository, record and keys. It may run beside the server.
    /// Keep the file as safe as the keys that it holds.
    Backup {
        /// The file to make; it must not exist.
        file: PathBuf,
    },
    /// Bring a backup back into an empty data directory, while no server runs there.
    Restore {
        /// The file to read.
        file: PathBuf,
        /// Also where there is something already: it is moved aside, into a folder before-restore-… beside it.
        #[arg(long)]
        force: bool,
    },
    /// Print the OpenAPI document of the REST API.
    Openapi,
}

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// Print the settings in force as a file, each with its explanation.
    Print,
    /// Say whether the settings can be used.
    Check,
}

/// What to do with an administrator. The password is read from the terminal, or from the first line of standard input.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminAction {
    /// Make an administrator.
    Create {
        /// The name to sign in with.
        username: String,
    },
    /// Give somebody a new password and end their sessions.
    ResetPassword {
        /// The name to sign in with.
        username: String,
    },
}

impl Args {
    /// The settings among the flags.
    pub(crate) fn given(&self) -> Given {
        Given {
            data_dir: self.data_dir.clone(),
            listen: self.listen.clone(),
            external_url: self.external_url.clone(),
            tls: Some(GivenTls {
                cert_file: self.tls_cert_file.clone(),
                key_file: self.tls_key_file.clone(),
            }),
            trusted_proxies: (!self.trusted_proxies.is_empty()).then(|| self.trusted_proxies.clone()),
            ..Given::default()
        }
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time; write 90s, 30m or 1h");
    let (number, seconds) = match text.char_indices().last() {
        Some((at, 's')) => (text.get(..at), 1),
        Some((at, 'm')) => (text.get(..at), 60),
        Some((at, 'h')) => (text.get(..at), 3600),
        _ => (None, 1),
    };
    let number: u64 = number.and_then(|number| number.parse().ok()).ok_or_else(wrong)?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}
