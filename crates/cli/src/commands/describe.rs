//! `describe`: everything about one collector, or one link, on one page.
//! Parts that the server cannot answer now are said to be missing and do not hide the rest.

use anyhow::Result;
use linkmesh_api::client::{ApiError, Client};
use linkmesh_api::types::{
    Attempt, AttemptState, Collector, CollectorComponents, CollectorConfig, ComponentHealth, ConfigText,
    Event, EventQuery, Intent, ListQuery, Throughput, ThroughputQuery,
};
use serde::Serialize;

use super::Outcome;
use super::rows::{event_line, health, mode, pairs, signal, status, sync, version};
use crate::args::Describe;
use crate::output::numbers::{UNKNOWN, age, bytes, figures, rate, short};
use crate::output::table::table;
use crate::output::{Screen, note};
use crate::progress::during;

mod link;

const ATTEMPTS_SHOWN: u32 = 5;
const EVENTS_SHOWN: u32 = 10;
/// A collector reports a few levels; more would be a fault and not worth drawing.
const TREE_DEPTH_MAX: usize = 16;

/// Said where nothing better is known.
const INFERRED: &str = " (inferred: its version does not report what became of a configuration)";

/// What is known of one collector; a part is absent where the server has no answer.
#[derive(Serialize)]
struct Description {
    collector: Collector,
    config: Option<CollectorConfig>,
    intent: Option<Intent>,
    components: Option<CollectorComponents>,
    throughput: Option<Throughput>,
    attempts: Vec<Attempt>,
    events: Vec<Event>,
}

pub(super) fn run(screen: &mut Screen<'_>, client: &Client, what: &Describe) -> Result<Outcome> {
    let (id, format) = match what {
        Describe::Collector { id, format } => (id, format),
        Describe::Link { id, format } => return link::describe(screen, client, id, format.format),
    };
    let description = during("reading", || read(client, id))?;
    if !screen.document(format.format, &description)? {
        show(screen, &description)?;
    }
    Ok(Outcome::Done)
}

fn read(client: &Client, id: &str) -> Result<Description> {
    let attempts = ListQuery { limit: Some(ATTEMPTS_SHOWN), cursor: None };
    let events = EventQuery { limit: Some(EVENTS_SHOWN), ..EventQuery::default() };
    Ok(Description {
        collector: client.collector(id)?,
        config: part("configurations", client.collector_config(id)),
        intent: part("intent", client.intent(id)),
        components: part("components", client.components(id)),
        throughput: part("throughput", client.throughput(id, &ThroughputQuery::default())),
        attempts: part("attempts", client.attempts(id, &attempts)).map(|page| page.items).unwrap_or_default(),
        events: part("events", client.collector_events(id, &events))
            .map(|page| page.items)
            .unwrap_or_default(),
    })
}

fn part<T>(name: &str, answer: Result<T, ApiError>) -> Option<T> {
    answer.map_err(|error| note(&format!("note: no {name}: {error}"))).ok()
}

fn show(screen: &mut Screen<'_>, description: &Description) -> Result<()> {
    show_facts(screen, &description.collector)?;
    if let Some(config) = &description.config {
        show_config(screen, config)?;
    }
    if let Some(intent) = &description.intent {
        let rows = intent.items.iter().map(|item| {
            let left_out =
                item.left_out_because.as_deref().map(|why| format!("left out: {why}")).unwrap_or_default();
            vec![item.path.clone(), item.scope.clone().unwrap_or_else(|| "all".to_owned()), left_out]
        });
        section(screen, "Applies to it", &["FILE", "SCOPE", ""], rows)?;
        for warning in &intent.warnings {
            screen.line(&format!("  warning: {} {}", warning.path, warning.message))?;
        }
    }
    if let Some(root) = description.components.as_ref().and_then(|components| components.root.as_ref()) {
        screen.line("")?;
        screen.line("Components")?;
        show_tree(screen, "collector", root, 1)?;
    }
    if let Some(throughput) = &description.throughput {
        show_throughput(screen, throughput)?;
    }
    show_attempts(screen, &description.attempts)?;
    screen.line("")?;
    screen.line("Events")?;
    for event in &description.events {
        screen.line(&format!("  {}", event_line(event)))?;
    }
    Ok(())
}

fn show_facts(screen: &mut Screen<'_>, c: &Collector) -> Result<()> {
    let because = |word: &str, reason: &Option<String>| match reason {
        Some(reason) => format!("{word}: {reason}"),
        None => word.to_owned(),
    };
    let delivery = match (c.managed, c.held) {
        (false, _) => "only observed",
        (true, true) => "held by an operator",
        (true, false) => "on",
    };
    let archived = c.archived_at.as_ref().map(|at| {
        let why = c.archived_reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        format!(", archived {}{why}", age(Some(at), screen.now))
    });
    let facts = [
        ("Id", c.id.clone()),
        ("Name", c.name.clone()),
        ("Status", format!("{}, seen {}{}", status(c.status), seen(c, screen), archived.unwrap_or_default())),
        ("Sync", because(sync(c.sync), &c.sync_reason) + if c.inferred { INFERRED } else { "" }),
        ("Health", because(health(c.health), &c.health_reason)),
        ("Mode", mode(c.mode).to_owned()),
        ("Version", version(c)),
        ("Delivery", delivery.to_owned()),
        ("Host", c.host.clone().unwrap_or_else(|| UNKNOWN.to_owned())),
        ("Uid", c.uid.clone().unwrap_or_else(|| UNKNOWN.to_owned())),
        ("Labels", pairs(&c.labels)),
        ("Groups", c.groups.join(",")),
        ("Reported", pairs(&c.reported)),
    ];
    for (name, value) in facts {
        screen.line(format!("{name:<10} {value}").trim_end())?;
    }
    Ok(())
}

fn seen(c: &Collector, screen: &Screen<'_>) -> String {
    match &c.last_seen_at {
        Some(at) => format!("{} ago", age(Some(at), screen.now)),
        None => "never".to_owned(),
    }
}

fn show_config(screen: &mut Screen<'_>, config: &CollectorConfig) -> Result<()> {
    let now = screen.now;
    let row = |name: &str, text: &Option<ConfigText>| {
        let short_of = |value: Option<&String>| value.map_or_else(|| UNKNOWN.to_owned(), |text| short(text));
        let text = text.as_ref();
        vec![
            name.to_owned(),
            short_of(text.and_then(|text| text.hash.as_ref())),
            short_of(text.and_then(|text| text.revision.as_ref())),
            age(text.and_then(|text| text.at.as_ref()), now),
        ]
    };
    let rows = [
        row("desired", &config.desired),
        row("offered", &config.offered),
        row("effective", &config.effective),
    ];
    section(screen, "Configurations", &["", "HASH", "REVISION", "AGE"], rows)
}

fn show_tree(screen: &mut Screen<'_>, name: &str, node: &ComponentHealth, depth: usize) -> Result<()> {
    let verdict = if node.healthy { "ok" } else { "NOT HEALTHY" };
    let mut line = format!("{}{name}: {verdict}", "  ".repeat(depth));
    if !node.status.is_empty() {
        line.push_str(&format!(" ({})", node.status));
    }
    if let Some(error) = node.last_error.as_deref().filter(|error| !error.is_empty()) {
        line.push_str(&format!(": {error}"));
    }
    screen.line(&line)?;
    if depth < TREE_DEPTH_MAX {
        for (name, child) in &node.components {
            show_tree(screen, name, child, depth + 1)?;
        }
    }
    Ok(())
}

fn show_throughput(screen: &mut Screen<'_>, throughput: &Throughput) -> Result<()> {
    let title = match &throughput.as_of {
        Some(at) => format!("Throughput, as of {} ago", age(Some(at), screen.now)),
        None => "Throughput, not known yet".to_owned(),
    };
    let rows = throughput.components.iter().map(|part| {
        let queue = match (part.queue_size, part.queue_capacity) {
            (Some(size), Some(capacity)) => format!("{}/{}", figures(size), figures(capacity)),
            _ => UNKNOWN.to_owned(),
        };
        vec![
            part.entity.clone(),
            part.stage.clone(),
            signal(part.signal).to_owned(),
            rate(part.in_per_s),
            rate(part.out_per_s),
            rate(part.errors_per_s),
            queue,
        ]
    });
    section(screen, &title, &["ENTITY", "STAGE", "SIGNAL", "IN", "OUT", "ERRORS", "QUEUE"], rows)?;
    let process = &throughput.process;
    let cpu = process.cpu_percent.map_or_else(|| UNKNOWN.to_owned(), |value| format!("{value:.1} %"));
    let uptime = process.uptime_s.map_or_else(|| UNKNOWN.to_owned(), |value| format!("{} s", figures(value)));
    let restarts = process.restarts.map_or_else(|| UNKNOWN.to_owned(), |count| count.to_string());
    let memory = bytes(process.memory_bytes);
    screen.line(&format!("  process: cpu {cpu}, memory {memory}, up {uptime}, restarts {restarts}"))
}

fn show_attempts(screen: &mut Screen<'_>, attempts: &[Attempt]) -> Result<()> {
    let now = screen.now;
    let rows = attempts.iter().map(|attempt| {
        let state = match attempt.state {
            AttemptState::Offered => "offered",
            AttemptState::Applying => "applying",
            AttemptState::Applied if attempt.late => "applied (late)",
            AttemptState::Applied if attempt.inferred => "applied (inferred)",
            AttemptState::Applied => "applied",
            AttemptState::Failed => "failed",
            AttemptState::RolledBack => "rolled back",
        };
        vec![
            short(&attempt.hash),
            state.to_owned(),
            age(Some(&attempt.changed_at), now),
            attempt.reason.clone().unwrap_or_default(),
        ]
    });
    section(screen, "Attempts", &["HASH", "STATE", "AGE", "REASON"], rows)
}

/// A titled table, or the word that there is nothing in it.
fn section(
    screen: &mut Screen<'_>,
    title: &str,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<()> {
    let mut rows = rows.into_iter().peekable();
    screen.line("")?;
    screen.line(title)?;
    if rows.peek().is_none() {
        return screen.line("  none");
    }
    let text: String = table(header, rows).lines().map(|line| format!("  {line}\n")).collect();
    screen.raw(&text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_collector_is_described_with_what_is_known() {
        let now = "2026-03-10T12:00:00Z".parse().unwrap();
        let description = Description {
            collector: serde_json::from_value(json!({
                "id": "web-01", "name": "web-01", "mode": "opamp", "tier": "standards", "status": "connected",
                "sync": "failed", "sync_reason": "unknown exporter \"otlpp\"", "health": "degraded",
                "last_seen_at": "2026-03-10T11:59:50Z"
            }))
            .unwrap(),
            config: None,
            intent: None,
            components: serde_json::from_value(json!({"root": {"healthy": false, "components": {
                "pipeline:logs": {"healthy": true, "status": "StatusOK"},
                "exporter:loki": {"healthy": false, "last_error": "refused\u{1b}[2J"}
            }}}))
            .ok(),
            throughput: serde_json::from_value(json!({
                "as_of": "2026-03-10T11:59:30Z", "interval_s": 30.0,
                "components": [{"entity": "sources/app", "stage": "receive", "signal": "logs", "in_per_s": 1240.0,
                    "out_per_s": null, "errors_per_s": 0.0, "queue_size": null, "queue_capacity": null}]
            }))
            .ok(),
            attempts: Vec::new(),
            events: Vec::new(),
        };
        let mut out = Vec::new();
        show(&mut Screen::plain(&mut out, now), &description).unwrap();
        let text = String::from_utf8(out).unwrap();
        for part in [
            "Sync       failed: unknown exporter \"otlpp\"",
            "Status     connected, seen 10s ago",
            "    exporter:loki: NOT HEALTHY: refused\\u{1b}[2J",
            "  sources/app  receive  logs    1.24k/s  –    0/s     –",
            "process: cpu –, memory –, up –, restarts –",
            "\n\nAttempts\n  none\n\nEvents\n",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn a_tree_without_end_is_cut() {
        let mut node = ComponentHealth::default();
        for _ in 0..100 {
            node = ComponentHealth {
                components: std::collections::BTreeMap::from([("x".to_owned(), node)]),
                ..ComponentHealth::default()
            };
        }
        let mut out = Vec::new();
        show_tree(&mut Screen::plain(&mut out, jiff::Timestamp::UNIX_EPOCH), "collector", &node, 1).unwrap();
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), TREE_DEPTH_MAX);
    }
}
