//! `describe link`: both ends of one link, and what each of them counts.

use anyhow::{Result, bail};
use linkmesh_api::client::Client;
use linkmesh_api::types::{EntityKind, EntityQuery, LinkTraffic, ListedEntity};
use serde::Serialize;
use serde_json::Value;

use super::Outcome;
use crate::args::Format;
use crate::commands::get::entities;
use crate::output::Screen;
use crate::output::numbers::{UNKNOWN, age, figures, rate};
use crate::output::table::table;
use crate::progress::during;

/// What is known of one link.
#[derive(Serialize)]
struct Description {
    link: ListedEntity,
    traffic: LinkTraffic,
}

pub(super) fn describe(
    screen: &mut Screen<'_>,
    client: &Client,
    id: &str,
    format: Format,
) -> Result<Outcome> {
    let description = during("reading", || read(client, id))?;
    if !screen.document(format, &description)? {
        show(screen, &description)?;
    }
    Ok(Outcome::Done)
}

fn read(client: &Client, id: &str) -> Result<Description> {
    let links = entities(client, EntityKind::Links, &EntityQuery::default())?;
    let Some(link) = links.into_iter().find(|link| link.id == id) else {
        bail!("there is no link `{id}`; `linkmesh get links` lists what there is");
    };
    Ok(Description { traffic: client.link_traffic(id)?, link })
}

fn show(screen: &mut Screen<'_>, description: &Description) -> Result<()> {
    let Description { link, traffic } = description;
    let text = |key: &str| match &link.entity[key] {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.clone(),
        _ => UNKNOWN.to_owned(),
    };
    for (name, value) in [
        ("Id", link.id.clone()),
        ("From", text("from")),
        ("To", text("to")),
        ("Endpoints", text("endpoints")),
        ("Signals", text("signals")),
        ("File", link.path.clone()),
    ] {
        screen.line(&format!("{name:<10} {value}"))?;
    }
    screen.line("")?;
    screen.line(&format!("Traffic, as of {} ago", age(Some(&traffic.as_of), screen.now)))?;
    let (from, to) = (&traffic.from, &traffic.to);
    let queue = match (from.queue_size, from.queue_capacity) {
        (Some(size), Some(capacity)) => format!("{}/{}", figures(size), figures(capacity)),
        _ => UNKNOWN.to_owned(),
    };
    let of = |reporting: u64, all: u64| format!("{reporting} of {all}");
    let rows = [
        vec![
            "sent".to_owned(),
            of(from.reporting, from.collectors),
            rate(from.sent_per_s),
            rate(from.failed_per_s),
            queue,
        ],
        vec![
            "received".to_owned(),
            of(to.reporting, to.collectors),
            rate(to.received_per_s),
            rate(to.refused_per_s),
            String::new(),
        ],
    ];
    let shown = table(&["", "REPORTING", "RATE", "ERRORS", "QUEUE"], rows);
    screen.raw(&shown.lines().map(|line| format!("  {line}\n")).collect::<String>())?;
    let percent = traffic.lost_percent.map(|percent| format!(" ({} %)", figures(percent)));
    screen.line(&format!("  lost: {}{}", rate(traffic.lost_per_s), percent.unwrap_or_default()))?;
    if let Some(note) = &traffic.note {
        screen.line(&format!("  note: {note}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_link_is_described_by_both_of_its_ends() {
        let description = Description {
            link: serde_json::from_value(json!({
                "kind": "links", "id": "up", "path": "links/up.yaml", "etag": "0",
                "entity": {"from": "role = edge", "to": "gateways", "endpoints": ["gw:4317"], "signals": ["logs", "traces"]}
            }))
            .unwrap(),
            traffic: serde_json::from_value(json!({
                "as_of": "2026-03-10T11:59:50Z",
                "from": {"collectors": 3, "reporting": 2, "sent_per_s": 1240.0, "failed_per_s": null, "queue_size": 5.0, "queue_capacity": 100.0},
                "to": {"collectors": 1, "reporting": 1, "received_per_s": 1200.0, "refused_per_s": 0.0},
                "lost_per_s": null, "lost_percent": null, "note": "1 of 3 report no numbers"
            }))
            .unwrap(),
        };
        let mut out = Vec::new();
        let now = "2026-03-10T12:00:00Z".parse().unwrap();
        show(&mut Screen::plain(&mut out, now), &description).unwrap();
        let text = String::from_utf8(out).unwrap();
        for part in [
            "From       role = edge\n",
            "Signals    logs, traces\n",
            "Traffic, as of 10s ago\n",
            "sent      2 of 3     1.24k/s  –       5/100\n",
            "received  1 of 1     1.2k/s   0/s\n",
            "lost: –\n",
            "note: 1 of 3 report no numbers\n",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
