//! `audit`: who changed what.

use anyhow::Result;
use linkmesh_api::client::Client;
use linkmesh_api::types::AuditQuery;

use super::Outcome;
use super::rows::AUDIT;
use crate::args::{AuditArguments, Format};
use crate::output::table::table;
use crate::output::{Screen, note};
use crate::progress::during;

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, arguments: &AuditArguments) -> Result<Outcome> {
    let query = AuditQuery {
        limit: Some(arguments.limit),
        actor: arguments.actor.clone(),
        action: arguments.action.clone(),
        object: arguments.object.clone(),
        ..AuditQuery::default()
    };
    let entries = during("reading", || client.audit(&query))?.items;
    let format = arguments.format.format;
    if screen.document(format, &entries)? {
        return Ok(Outcome::Done);
    }
    if format == Format::Name {
        entries.iter().try_for_each(|entry| screen.line(&entry.seq.to_string()))?;
        return Ok(Outcome::Done);
    }
    if entries.is_empty() {
        note("no entries match");
        return Ok(Outcome::Done);
    }
    let count = if format == Format::Wide { AUDIT.header.len() } else { AUDIT.narrow };
    let rows = entries.iter().map(|entry| {
        let mut row = (AUDIT.row)(entry, screen.now);
        row.truncate(count);
        row
    });
    let text = table(AUDIT.header.get(..count).unwrap_or(AUDIT.header), rows);
    screen.raw(&text)?;
    Ok(Outcome::Done)
}
