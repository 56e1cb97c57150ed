//! `events`: what happened, and with `-f` what happens.
//! A broken stream is taken up again after the last event that was seen.

use std::time::Duration;

use anyhow::Result;
use linkmesh_api::client::{ApiError, Client};
use linkmesh_api::types::{Event, EventQuery};

use super::Outcome;
use super::rows::event_line;
use crate::args::{EventSeverity, EventsArguments, Format};
use crate::output::{Screen, note};
use crate::progress::during;

const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(30);

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, arguments: &EventsArguments) -> Result<Outcome> {
    let query = EventQuery {
        limit: Some(arguments.limit),
        cursor: None,
        collector: arguments.collector.clone(),
        kind: arguments.kind.clone(),
        severity: arguments.severity.map(EventSeverity::asked),
    };
    if arguments.follow {
        follow(screen, client, &EventQuery { limit: None, ..query }, arguments.format.format)?;
        return Ok(Outcome::Done);
    }
    let mut events = during("reading", || match &arguments.collector {
        Some(id) => client.collector_events(id, &EventQuery { collector: None, ..query.clone() }),
        None => client.events(&query),
    })?
    .items;
    let format = arguments.format.format;
    if screen.document(format, &events)? {
        return Ok(Outcome::Done);
    }
    if events.is_empty() {
        note("no events");
    }
    // The newest stands last, where the eye is.
    events.reverse();
    events.iter().try_for_each(|event| write(screen, event, format))?;
    Ok(Outcome::Done)
}

/// Writes events until interrupted, or until the server refuses.
fn follow(screen: &mut Screen<'_>, client: &Client, query: &EventQuery, format: Format) -> Result<()> {
    let mut last_id: Option<String> = None;
    let mut pause = PAUSE_MIN;
    loop {
        let error = match client.event_stream(query, last_id.as_deref()) {
            Ok(mut stream) => {
                let mut broken = None;
                for event in stream.by_ref() {
                    match event {
                        Ok(event) => {
                            pause = PAUSE_MIN;
                            write(screen, &event, format)?;
                            screen.flush()?;
                        }
                        Err(error) => {
                            broken = Some(error);
                            break;
                        }
                    }
                }
                last_id = stream.last_id().map(str::to_owned);
                broken
            }
            Err(error) if error.may_pass() => Some(error),
            Err(error) => return Err(error.into()),
        };
        if let Some(error @ ApiError::Unreadable(_)) = error {
            return Err(error.into());
        }
        let why = error.map_or_else(|| "the stream ended".to_owned(), |error| error.to_string());
        note(&format!("note: {why}; connecting again in {} s", pause.as_secs()));
        std::thread::sleep(pause);
        pause = pause.saturating_mul(2).min(PAUSE_MAX);
    }
}

fn write(screen: &mut Screen<'_>, event: &Event, format: Format) -> Result<()> {
    match format {
        // One document per line, for programs that read along.
        Format::Json => screen.raw(&format!("{}\n", serde_json::to_string(event)?)),
        Format::Yaml => {
            screen.raw("---\n")?;
            screen.document(Format::Yaml, event).map(drop)
        }
        Format::Name => screen.line(&event.id),
        Format::Table | Format::Wide => screen.line(&event_line(event)),
    }
}
