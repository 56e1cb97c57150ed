//! The command line: every verb, noun and flag with its help.
//! Only shapes; what a verb does stands in `commands`. Start at [`Arguments`].

mod bulk;
mod mirror;
mod reading;
mod tokens;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use bulk::{
    CollectorArguments, DeleteArguments, LabelArguments, MANY, ReasonArguments, Selection,
};
pub(crate) use mirror::{MirrorAddArguments, MirrorVerb};
pub(crate) use reading::{
    AuditArguments, BlameArguments, Describe, DiffArguments, DriftArguments, EventSeverity, EventsArguments,
    GetArguments, Noun, RenderArguments, SealArguments,
};
pub(crate) use tokens::{TokenCreateArguments, TokenMintArguments, TokenVerb};
pub(crate) use values::{Label, Seconds};

/// Manage fleets of OpenTelemetry collectors.
#[derive(Parser)]
#[command(name = "linkmesh", version, disable_help_subcommand = true, max_term_width = 110)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 there are differences (plan, diff, drift).\n\
    LINKMESH_URL and LINKMESH_TOKEN win over what `linkmesh login` saved.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Which server, for every verb.
#[derive(Args)]
pub(crate) struct ServerArguments {
    /// Address of the server
    #[arg(long, global = true, env = "LINKMESH_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Certificate authority to trust, in PEM, for a server with its own certificate
    #[arg(long, global = true, env = "LINKMESH_CA_FILE", hide_env_values = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

/// The verbs.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Sign in and keep a token for later calls
    Login(LoginArguments),
    /// List things, or show one
    Get(GetArguments),
    /// Show everything about one thing
    #[command(subcommand)]
    Describe(Describe),
    /// Make something
    #[command(subcommand)]
    Create(Create),
    /// Tokens: how new hosts join, and with what an Alloy polls
    #[command(subcommand)]
    Token(TokenVerb),
    /// Save entities from files as one commit
    Apply(ApplyArguments),
    /// Show what `apply` would change, down to each final configuration
    Plan(PlanArguments),
    /// Remove entities by their path in the repository, as one commit; or many collectors
    Delete(DeleteArguments),
    /// Print the exact configuration that a collector should run
    Render(RenderArguments),
    /// Show what differs between revisions (default: what the newest one changed)
    Diff(DiffArguments),
    /// Show who last wrote each line of a file
    Blame(BlameArguments),
    /// Seal a credential for a file that you write by hand; the value comes from standard input
    Seal(SealArguments),
    /// Bring an old revision back, as a new commit
    Restore(RestoreArguments),
    /// List collectors that run something else than what is committed
    Drift(DriftArguments),
    /// Show events
    Events(EventsArguments),
    /// Set labels (key=value) or remove them (key-), of one collector or of many
    Label(LabelArguments),
    /// Stop delivery to one collector, or to many
    Hold(ReasonArguments),
    /// Resume delivery to one collector, or to many
    Release(CollectorArguments),
    /// Offer a configuration again that the collector refused
    Retry(CollectorArguments),
    /// Restart a collector's process
    Restart(CollectorArguments),
    /// Put a collector that stays away off the lists, until its host is back; or many
    Archive(ReasonArguments),
    /// Bring a collector back from the archive before its host is back; or many
    Unarchive(CollectorArguments),
    /// Remove a collector: it is told to run nothing, then its credential ends
    Deregister(DeregisterArguments),
    /// Stop all delivery
    Freeze(FreezeArguments),
    /// Resume all delivery
    Unfreeze,
    /// Files for hosts that cannot fetch them from upstream
    #[command(subcommand)]
    Mirror(MirrorVerb),
    /// Show who changed what
    Audit(AuditArguments),
    /// Show the server's own health
    Health(FormatArguments),
    /// Print a completion script for a shell
    Completion {
        /// For which shell
        shell: Shell,
    },
}

/// `login`.
#[derive(Args)]
pub(crate) struct LoginArguments {
    /// Address of the server, for example http://localhost:8080
    #[arg(value_name = "URL")]
    pub(crate) address: String,
    /// Sign in as this user; asked for when absent
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// Read the password from standard input instead of asking
    #[arg(long, conflicts_with = "token_stdin")]
    pub(crate) password_stdin: bool,
    /// Read a service account's token from standard input instead of signing in
    #[arg(long, conflicts_with = "username")]
    pub(crate) token_stdin: bool,
    /// How long the token lasts that is made for this computer
    #[arg(long, value_name = "DURATION", default_value = "90d")]
    pub(crate) ttl: Seconds,
}

/// How lists are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people
    #[default]
    Table,
    /// More columns
    Wide,
    /// What the API answers
    Json,
    /// The same as YAML
    Yaml,
    /// Only ids, one a line
    Name,
}

/// How to write, for every list.
#[derive(Args, Clone, Copy, Default)]
pub(crate) struct FormatArguments {
    /// How to write the answer
    #[arg(short = 'o', long = "output", value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) format: Format,
}

/// `create`.
#[derive(Subcommand)]
pub(crate) enum Create {
    /// A collector before its host exists
    Collector {
        /// What people see; the id is made from it
        name: String,
        /// How it will be managed
        #[arg(long, value_enum, default_value_t)]
        mode: ModeWord,
        /// Label to set; may be repeated
        #[arg(short = 'l', long = "label", value_name = "KEY=VALUE")]
        labels: Vec<Label>,
        /// Group to belong to; may be repeated
        #[arg(short = 'g', long = "group", value_name = "GROUP")]
        groups: Vec<String>,
    },
}

/// How a collector is managed.
#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum ModeWord {
    /// OpAMP push to a supervisor
    #[default]
    Opamp,
    /// Polling by Grafana Alloy
    AlloyRemotecfg,
}

/// `deregister`.
#[derive(Args)]
pub(crate) struct DeregisterArguments {
    /// Id of the collector
    pub(crate) collector: String,
    /// End its credential at once, and those of all who had its name before; an Alloy whose host reboots afterwards does not start
    #[arg(long)]
    pub(crate) now: bool,
}

/// `apply`.
#[derive(Args)]
pub(crate) struct ApplyArguments {
    /// Folder laid out like the repository, or a file inside one; may be repeated
    #[arg(short = 'f', long = "file", required = true, value_name = "DIR|FILE")]
    pub(crate) from: Vec<PathBuf>,
    /// Message of the commit
    #[arg(short = 'm', long)]
    pub(crate) message: Option<String>,
    /// Remove what the repository has and the folder has not
    #[arg(long)]
    pub(crate) prune: bool,
}

/// `plan`.
#[derive(Args)]
pub(crate) struct PlanArguments {
    /// Folder laid out like the repository, or a file inside one; may be repeated
    #[arg(short = 'f', long = "file", required = true, value_name = "DIR|FILE")]
    pub(crate) from: Vec<PathBuf>,
    /// Plan also to remove what the repository has and the folder has not
    #[arg(long)]
    pub(crate) prune: bool,
    #[command(flatten)]
    pub(crate) format: FormatArguments,
}

/// `restore`.
#[derive(Args)]
pub(crate) struct RestoreArguments {
    /// The revision to bring back
    pub(crate) revision: String,
    /// Only this path in the repository; may be repeated
    #[arg(long = "path", value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Message of the commit
    #[arg(short = 'm', long)]
    pub(crate) message: Option<String>,
}

/// `freeze`.
#[derive(Args)]
pub(crate) struct FreezeArguments {
    /// Why, for those who find it frozen
    #[arg(long)]
    pub(crate) reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_verb_and_flag_has_help() {
        fn check(command: &clap::Command, path: &str) {
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{path} {} has no help", argument.get_id());
            }
            for verb in command.get_subcommands() {
                let path = format!("{path} {}", verb.get_name());
                assert!(verb.get_about().is_some(), "{path} has no help");
                check(verb, &path);
            }
        }
        let mut command = Arguments::command();
        command.build();
        check(&command, "linkmesh");
    }

    #[test]
    fn the_documented_commands_are_understood() {
        for line in [
            "login http://localhost:8080",
            "get collectors -o wide -l env=prod --watch",
            "get source app-otlp -o yaml",
            "token create --ttl 15m --label k=v --group g",
            "token create --for web-01",
            "describe collector web-01",
            "apply -f examples/quickstart --message M --prune",
            "plan -f examples/quickstart",
            "render web-01 --with-secrets",
            "diff",
            "diff a1 b2",
            "restore a1",
            "drift",
            "events -f",
            "completion bash",
            "create collector web-02 --mode alloy-remotecfg --label k=v",
            "token mint web-02 --now",
            "token mint web-02 --config-alloy",
            "token revoke web-02 --collector",
            "deregister web-02 --now",
            "archive web-02 --reason gone",
            "archive collectors --disconnected-for 30d -l env=dev",
            "unarchive collectors -g edge",
            "get collectors --archived",
            "delete collectors --archived --yes --now",
            "label collectors -l env=prod --set team=shop --unset old",
            "label web-02 team=shop old-",
            "hold collectors -q version<0.150 --reason storm",
            "token create --archive-after 1h --purge-after 7d",
            "--url http://localhost:1 freeze --reason storm",
            "mirror add --kind otelcol-contrib --version 0.158.0 --arch amd64 FILE",
            "mirror remove otelcol-contrib/0.158.0",
            "mirror export BUNDLE",
            "unfreeze --url http://localhost:1",
        ] {
            let words = std::iter::once("linkmesh").chain(line.split(' '));
            assert!(Arguments::try_parse_from(words).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_usage_is_refused() {
        for line in [
            "get",
            "get collectorz",
            "apply",
            "token create --ttl soon",
            "get collectors -l env",
            "diff a b c",
        ] {
            let words = std::iter::once("linkmesh").chain(line.split(' '));
            assert!(Arguments::try_parse_from(words).is_err(), "{line}");
        }
    }
}
