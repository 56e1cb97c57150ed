//! `diff` and `restore`: what changed between revisions, and bringing one back.

use anyhow::{Context as _, Result};
use linkmesh_api::client::Client;
use linkmesh_api::types::{Diff, DiffQuery, ListQuery, RestoreRequest};

use super::Outcome;
use super::change::show_classes;
use crate::args::{DiffArguments, Format, RestoreArguments};
use crate::output::numbers::short;
use crate::output::{Screen, note, warn};
use crate::progress::during;

pub(super) fn diff(screen: &mut Screen<'_>, client: &Client, arguments: &DiffArguments) -> Result<Outcome> {
    let diff = during("comparing", || read(client, arguments))?;
    let format = arguments.format.format;
    if format == Format::Name {
        diff.files.iter().try_for_each(|file| screen.line(&file.path))?;
    } else if !screen.document(format, &diff)? {
        show(screen, &diff)?;
    }
    let same = diff.files.is_empty() && diff.classes.is_empty();
    Ok(if same { Outcome::Done } else { Outcome::Differences })
}

pub(super) fn restore(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: RestoreArguments,
) -> Result<Outcome> {
    let RestoreArguments { revision, paths, message } = arguments;
    let paths = (!paths.is_empty()).then_some(paths);
    let request = RestoreRequest { revision, paths, message };
    let committed = during("restoring", || client.restore(&request))?;
    warn(&committed.warnings);
    screen.line(&committed.revision)?;
    note(if committed.changed {
        "restored as a new revision; `linkmesh diff` shows what it changed"
    } else {
        "nothing to restore: the repository already says so"
    });
    Ok(Outcome::Done)
}

fn read(client: &Client, arguments: &DiffArguments) -> Result<Diff> {
    let collector = arguments.collector.clone();
    if let Some(from) = &arguments.from {
        return Ok(client.diff(&DiffQuery { from: from.clone(), to: arguments.to.clone(), collector })?);
    }
    let newest = client.revisions(&ListQuery { limit: Some(2), cursor: None })?.items;
    let head =
        newest.first().context("there is no revision yet; `linkmesh apply -f DIR` makes the first one")?;
    match newest.get(1) {
        Some(before) => {
            let (from, to) = (before.revision.clone(), Some(head.revision.clone()));
            Ok(client.diff(&DiffQuery { from, to, collector })?)
        }
        // The first revision has none before it to compare with.
        None => {
            let detail = client.revision(&head.revision)?;
            Ok(Diff {
                from: String::new(),
                to: head.revision.clone(),
                files: detail.files,
                classes: Vec::new(),
            })
        }
    }
}

fn show(screen: &mut Screen<'_>, diff: &Diff) -> Result<()> {
    let from = if diff.from.is_empty() { "nothing".to_owned() } else { short(&diff.from) };
    if diff.files.is_empty() && diff.classes.is_empty() {
        return screen.line(&format!("no differences between {from} and {}", short(&diff.to)));
    }
    screen.line(&format!("From {from} to {}", short(&diff.to)))?;
    screen.files(&diff.files)?;
    show_classes(screen, &diff.classes)
}
