//! `token`: make and revoke enrollment tokens, and those with which an Alloy polls.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use linkmesh_api::client::Client;
use linkmesh_api::types::{CreateEnrollmentToken, CreatedEnrollmentToken, MintToken, MintedToken};

use super::{Outcome, label_map};
use crate::args::{Format, TokenCreateArguments, TokenMintArguments, TokenVerb};
use crate::output::numbers::until;
use crate::output::{Screen, note};

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, verb: TokenVerb) -> Result<Outcome> {
    match verb {
        TokenVerb::Create(arguments) => create(screen, client, arguments),
        TokenVerb::Mint(arguments) => mint(screen, client, &arguments),
        TokenVerb::Revoke { id, collector: true } => {
            client.revoke_collector_token(&id)?;
            screen
                .line(&format!("the token of {id} is revoked; `linkmesh token mint {id}` makes another"))?;
            Ok(Outcome::Done)
        }
        TokenVerb::Revoke { id, collector: false } => {
            client.revoke_enrollment_token(&id)?;
            screen.line(&format!("token {id} is revoked; what joined with it is cut off within seconds"))?;
            Ok(Outcome::Done)
        }
    }
}

fn create(screen: &mut Screen<'_>, client: &Client, arguments: TokenCreateArguments) -> Result<Outcome> {
    let created = client.create_enrollment_token(&CreateEnrollmentToken {
        name: arguments.name,
        expires_in_s: Some(arguments.ttl.0),
        max_uses: Some(arguments.max_uses),
        labels: label_map(&arguments.labels),
        groups: arguments.groups,
        for_collector: arguments.for_collector,
        archive_after_s: arguments.archive_after.map(|age| age.0),
        purge_after_s: arguments.purge_after.map(|age| age.0),
    })?;
    show(screen, arguments.format.format, client.base(), &created)?;
    Ok(Outcome::Done)
}

fn mint(screen: &mut Screen<'_>, client: &Client, arguments: &TokenMintArguments) -> Result<Outcome> {
    // First the file: a token that cannot be written down is made for nobody.
    let file = arguments.file.as_deref().map(PrivateFile::open).transpose()?;
    let minted = client.mint_token(&arguments.collector, &MintToken { now: arguments.now })?;
    if let Some(file) = file {
        file.write(&minted.config_alloy)?;
        screen.line(&format!("{} is written, with the token in it", file.path.display()))?;
        note("bring it to the host as /etc/alloy/config.alloy");
        return Ok(Outcome::Done);
    }
    show_minted(screen, arguments, client.base(), &minted)?;
    Ok(Outcome::Done)
}

/// A file that only its owner can read, and that is there only once it is whole.
struct PrivateFile<'a> {
    path: &'a Path,
    fresh: PathBuf,
    file: fs::File,
}

impl<'a> PrivateFile<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let name = path.file_name().with_context(|| format!("{} names no file", path.display()))?;
        let fresh = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)
            .with_context(|| format!("writing {}", path.display()))?;
        Ok(Self { path, fresh, file })
    }

    fn write(&self, text: &str) -> Result<()> {
        let written = (&self.file).write_all(text.as_bytes()).and_then(|()| self.file.sync_all());
        written
            .and_then(|()| fs::rename(&self.fresh, self.path))
            .with_context(|| format!("writing {}; mint the token once more", self.path.display()))
    }
}

impl Drop for PrivateFile<'_> {
    fn drop(&mut self) {
        // Where it has become the file that was asked for, nothing of this name is left.
        drop(fs::remove_file(&self.fresh));
    }
}

fn show_minted(
    screen: &mut Screen<'_>,
    arguments: &TokenMintArguments,
    base: &str,
    minted: &MintedToken,
) -> Result<()> {
    let format = arguments.format.format;
    if screen.document(format, minted)? {
        return Ok(());
    }
    if arguments.config_alloy {
        return screen.raw(&minted.config_alloy);
    }
    screen.line(&minted.token)?;
    if format == Format::Name {
        return Ok(());
    }
    screen.flush()?;
    next_steps_of_alloy(base, minted, &arguments.collector).lines().for_each(note);
    Ok(())
}

/// The token stands in no command: that would leave it in the shell's history, and in the list of processes while it runs.
fn next_steps_of_alloy(base: &str, minted: &MintedToken, collector: &str) -> String {
    let install: String =
        minted.install.iter().map(|(with, lines)| format!("\nWith {with}:\n\n{}", indented(lines))).collect();
    let install = if install.is_empty() {
        install
    } else {
        format!("\nOn a host without Alloy, first install it.\n{install}")
    };
    format!(
        "{install}\nThe token is shown once. The config.alloy for the host:\n\n{}\nOr fetch it on the host; this waits for the line below it, \
         so that the token is in no command:\n\n  \
         curl -fsS -H @- {base}/api/v1/downloads/config.alloy -o /etc/alloy/config.alloy\n  \
         Authorization: Bearer {}\n  (Enter and Ctrl-D)\n  \
         systemctl restart alloy\n\nThen here: linkmesh describe collector {collector}",
        minted.config_alloy, minted.token
    )
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("  {line}\n")).collect()
}

fn show(screen: &mut Screen<'_>, format: Format, base: &str, created: &CreatedEnrollmentToken) -> Result<()> {
    if screen.document(format, created)? {
        return Ok(());
    }
    screen.line(&created.token)?;
    if format == Format::Name {
        return Ok(());
    }
    // The token alone is the answer, so that `TOKEN=$(linkmesh token create)` works; the rest is for the person.
    screen.flush()?;
    let left = until(&created.expires_at, screen.now);
    next_steps(base, created, &left).lines().for_each(note);
    Ok(())
}

fn next_steps(base: &str, created: &CreatedEnrollmentToken, left: &str) -> String {
    format!(
        "\nThe token is shown once. Its id is {}; the first use must come within {left}.\nOn the host:\n\n  \
         curl -fsSL {base}/api/v1/downloads/install-opamp.sh | sudo sh -s -- --token {}\n\nOr by hand, where both programs are:\n\n  \
         curl -fsS -H 'Authorization: Bearer {}' {base}/api/v1/downloads/opamp-bootstrap-config.yaml -o supervisor.yaml\n  \
         opampsupervisor --config supervisor.yaml\n\nThen here: linkmesh get collectors",
        created.id, created.token, created.token
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::FormatArguments;
    use linkmesh_api::types::Timestamp;

    fn minted(config_alloy: &str) -> MintedToken {
        MintedToken {
            token: "lmcol_x".to_owned(),
            config_alloy: config_alloy.to_owned(),
            install: [("apt".to_owned(), "sudo apt-get install -y alloy\n".to_owned())].into(),
        }
    }

    #[test]
    fn a_minted_token_is_the_answer_or_the_whole_file_is() {
        let minted = minted("remotecfg {\n}\n");
        let shown = |config_alloy| {
            let arguments = TokenMintArguments {
                collector: "edge-7".to_owned(),
                now: false,
                file: None,
                config_alloy,
                format: FormatArguments::default(),
            };
            let mut out = Vec::new();
            let mut screen = Screen::plain(&mut out, jiff::Timestamp::UNIX_EPOCH);
            show_minted(&mut screen, &arguments, "http://a", &minted).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(shown(false), "lmcol_x\n");
        assert_eq!(shown(true), "remotecfg {\n}\n");
    }

    #[test]
    fn the_next_steps_of_an_alloy_have_the_token_in_no_command() {
        let minted = minted("");
        let steps = next_steps_of_alloy("http://a", &minted, "edge-7");
        let lines: Vec<&str> = steps.lines().filter(|line| line.contains("lmcol_x")).map(str::trim).collect();
        assert_eq!(lines, ["Authorization: Bearer lmcol_x"]);
        assert!(steps.contains("With apt:\n\n  sudo apt-get install -y alloy\n"), "{steps}");
        assert!(steps.contains("curl -fsS -H @- http://a/api/v1/downloads/config.alloy"), "{steps}");
    }

    #[test]
    fn a_file_with_a_token_is_private_and_whole_or_not_there() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.alloy");
        drop(PrivateFile::open(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        fs::write(&path, "old").unwrap();
        PrivateFile::open(&path).unwrap().write("new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(PrivateFile::open(&folder.path().join("none/config.alloy")).is_err());
    }

    #[test]
    fn the_token_alone_is_the_answer_and_the_next_command_follows() {
        let created = CreatedEnrollmentToken {
            id: "t1".to_owned(),
            token: "lmenr_x".to_owned(),
            expires_at: Timestamp("2026-03-10T12:15:00Z".to_owned()),
            files: std::collections::BTreeMap::new(),
            install: Default::default(),
        };
        let mut out = Vec::new();
        let mut screen = Screen::plain(&mut out, "2026-03-10T12:00:00Z".parse().unwrap());
        show(&mut screen, Format::Table, "http://a", &created).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "lmenr_x\n");
        let next = next_steps("http://a", &created, "15m");
        assert!(
            next.contains("Bearer lmenr_x' http://a/api/v1/downloads/opamp-bootstrap-config.yaml"),
            "{next}"
        );
        let line = "curl -fsSL http://a/api/v1/downloads/install-opamp.sh | sudo sh -s -- --token lmenr_x\n";
        assert!(next.contains(line) && next.contains("within 15m"), "{next}");
    }
}
