//! `login`: a person's password becomes a token for this computer, kept in a file of their own.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use linkmesh_api::client::{ApiError, Client};
use linkmesh_api::types::{CreateServiceAccount, Role, SessionRequest};

use super::Outcome;
use crate::args::LoginArguments;
use crate::config_file::{self, Saved};
use crate::connect::new_client;
use crate::output::{Screen, note};

const SECRET_BYTES_MAX: u64 = 64 * 1024;

pub(super) fn run(
    screen: &mut Screen<'_>,
    arguments: &LoginArguments,
    ca_file: Option<&Path>,
) -> Result<Outcome> {
    let url = arguments.address.trim_end_matches('/').to_owned();
    let anonymous = new_client(url.clone(), None, ca_file)?;
    if sends_in_clear(&url) {
        note("note: http:// carries passwords and tokens in clear; use https:// outside of this computer");
    }
    let token =
        if arguments.token_stdin { read_secret("token")? } else { make_token(&anonymous, arguments)? };

    let me = new_client(url.clone(), Some(token.clone()), ca_file)?.me()?;
    let path = config_file::default_path()?;
    let ca_file = ca_file
        .map(|path| std::fs::canonicalize(path).with_context(|| format!("reading {}", path.display())))
        .transpose()?
        .map(|path| path.display().to_string());
    Saved { url: Some(url.clone()), token: Some(token), ca_file }.write(&path)?;
    screen.line(&format!("signed in to {url} as {}; saved in {}", me.name, path.display()))?;
    Ok(Outcome::Done)
}

fn make_token(client: &Client, arguments: &LoginArguments) -> Result<String> {
    let username = match &arguments.username {
        Some(name) => name.clone(),
        None => ask("username: ")?,
    };
    let password = if arguments.password_stdin {
        read_secret("password")?
    } else if std::io::stdin().is_terminal() {
        rpassword::prompt_password("password: ").context("reading the password")?
    } else {
        bail!("there is no terminal to ask on; use --password-stdin or --token-stdin")
    };
    let session = client.sign_in(&SessionRequest { username: username.clone(), password }).map_err(
        |error| match error {
            // Said without the advice to sign in, which is what is being done.
            ApiError::Unauthenticated(why) => anyhow::anyhow!("{why}"),
            other => other.into(),
        },
    )?;
    // The time keeps names of several logins apart; names are unique.
    let name = format!("{username} on {}", host_name());
    let made = session.create_service_account(&CreateServiceAccount {
        name,
        role: Role::Admin,
        expires_in_s: Some(arguments.ttl.0),
    });
    // The session has served its purpose, whether or not there is a token.
    if let Err(error) = session.sign_out() {
        note(&format!("note: the session could not be ended: {error}"));
    }
    Ok(made?.token)
}

fn ask(prompt: &str) -> Result<String> {
    if !std::io::stdin().is_terminal() {
        bail!("there is no terminal to ask on; give --username, with --password-stdin");
    }
    let mut stderr = std::io::stderr();
    stderr.write_all(prompt.as_bytes())?;
    stderr.flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("reading the user name")?;
    let name = line.trim();
    if name.is_empty() {
        bail!("a user name is needed");
    }
    Ok(name.to_owned())
}

/// All of standard input, without the line break at its end.
fn read_secret(what: &str) -> Result<String> {
    let mut text = String::new();
    let reading = || format!("reading the {what} from standard input");
    std::io::stdin().take(SECRET_BYTES_MAX).read_to_string(&mut text).with_context(reading)?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        bail!("no {what} on standard input");
    }
    Ok(secret.to_owned())
}

fn sends_in_clear(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let host = rest.split('/').next().unwrap_or(rest);
    !(host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]"))
}

fn host_name() -> String {
    let read = |path: &str| std::fs::read_to_string(path).ok().map(|name| name.trim().to_owned());
    read("/proc/sys/kernel/hostname")
        .or_else(|| read("/etc/hostname"))
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "a computer".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_is_reached_in_clear_without_a_note() {
        assert!(!sends_in_clear("http://localhost:8080"));
        assert!(!sends_in_clear("http://127.0.0.1:8080/x"));
        assert!(!sends_in_clear("https://linkmesh.example.com"));
        assert!(sends_in_clear("http://linkmesh.example.com"));
    }
}
