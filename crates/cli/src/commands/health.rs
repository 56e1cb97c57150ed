//! `health`: how the server itself is.

use anyhow::Result;
use linkmesh_api::client::Client;
use linkmesh_api::types::{CheckStatus, ServerHealth};

use super::Outcome;
use crate::args::FormatArguments;
use crate::output::Screen;
use crate::output::numbers::{UNKNOWN, age, short};
use crate::output::table::table;

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, arguments: FormatArguments) -> Result<Outcome> {
    let health = client.server_health()?;
    if !screen.document(arguments.format, &health)? {
        show(screen, &health)?;
    }
    Ok(Outcome::Done)
}

fn show(screen: &mut Screen<'_>, health: &ServerHealth) -> Result<()> {
    let up = age(Some(&health.started_at), screen.now);
    screen.line(&format!("linkmesh-server {}: {}, up {up}", health.version, word(health.status)))?;
    let counts = health.collectors;
    screen.line(&format!(
        "collectors: {} ({} connected, {} disconnected, {} awaiting connection; {} in sync, {} drifted, {} failed)",
        counts.total,
        counts.connected,
        counts.disconnected,
        counts.awaiting_connection,
        counts.in_sync,
        counts.drifted,
        counts.failed
    ))?;
    screen.line(&format!(
        "revision: {}",
        health.revision.as_deref().map_or_else(|| UNKNOWN.to_owned(), short)
    ))?;
    if let Some(head) = &health.invalid_head {
        screen.line(&format!("the head of the branch, {}, is not valid and not in force", short(head)))?;
    }
    if health.delivery.frozen {
        let reason = health.delivery.reason.as_deref().unwrap_or("no reason given");
        screen.line(&format!("all delivery is frozen: {reason}"))?;
    }
    let rows = health
        .checks
        .iter()
        .map(|check| vec![check.name.clone(), word(check.status).to_owned(), check.message.clone()]);
    screen.raw(&table(&["PART", "STATE", ""], rows))
}

fn word(status: CheckStatus) -> &'static str {
    match status {
        CheckStatus::Ok => "ok",
        CheckStatus::Warning => "WARNING",
        CheckStatus::Failed => "FAILED",
    }
}
