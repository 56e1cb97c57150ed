//! `blame` and `seal`: who wrote a line, and sealing a credential for a file that is written by hand.

use std::io::Read as _;

use anyhow::{Context as _, Result, bail};
use linkmesh_api::client::Client;
use linkmesh_api::types::{BlameQuery, SealRequest};

use super::Outcome;
use crate::args::{BlameArguments, SealArguments};
use crate::output::Screen;
use crate::output::numbers::short;

/// Longest credential, in bytes.
const CREDENTIAL_BYTES_MAX: u64 = 64 * 1024;

pub(super) fn blame(screen: &mut Screen<'_>, client: &Client, arguments: BlameArguments) -> Result<Outcome> {
    let blame = client.blame(&BlameQuery { path: arguments.path, revision: arguments.revision })?;
    if screen.document(arguments.format.format, &blame)? {
        return Ok(Outcome::Done);
    }
    let width = blame.lines.iter().map(|line| line.author.chars().count()).max().unwrap_or(0).min(30);
    for line in &blame.lines {
        let author: String = line.author.chars().take(30).collect();
        screen.line(&format!("{}  {author:width$}  {}", short(&line.revision), line.text))?;
    }
    Ok(Outcome::Done)
}

pub(super) fn seal(screen: &mut Screen<'_>, client: &Client, arguments: SealArguments) -> Result<Outcome> {
    let mut value = String::new();
    std::io::stdin()
        .lock()
        .take(CREDENTIAL_BYTES_MAX + 2)
        .read_to_string(&mut value)
        .context("reading the credential from standard input")?;
    let value = value.trim_end_matches(['\r', '\n']).to_owned();
    if value.is_empty() {
        bail!(
            "there is no credential on standard input; try: printf %s \"$PASSWORD\" | linkmesh seal {} {}",
            arguments.path,
            arguments.field
        );
    }
    let sealed = client.seal(&SealRequest { path: arguments.path, field: arguments.field, value })?;
    screen.line(&format!("{{$sealed: \"{}\"}}", sealed.sealed))?;
    Ok(Outcome::Done)
}
