//! `render`: the exact configuration of one collector, on standard output.

use anyhow::Result;
use linkmesh_api::client::Client;
use linkmesh_api::types::RenderRequest;

use super::Outcome;
use crate::args::{Format, RenderArguments};
use crate::output::{Screen, note, warn};
use crate::progress::during;

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, arguments: &RenderArguments) -> Result<Outcome> {
    let request = RenderRequest {
        collector: Some(arguments.collector.clone()),
        with_secrets: arguments.with_secrets,
        ..RenderRequest::default()
    };
    let answer = during("rendering", || client.render(&request))?;
    warn(&answer.warnings);
    match arguments.format.format {
        Format::Name => screen.line(&answer.hash)?,
        // The configuration is text of its own, in most cases YAML.
        Format::Table | Format::Wide | Format::Yaml => {
            screen.raw(&answer.text)?;
            screen.flush()?;
            note(&format!("sha256 {}", answer.hash));
        }
        Format::Json => {
            screen.document(Format::Json, &answer)?;
        }
    }
    Ok(Outcome::Done)
}
