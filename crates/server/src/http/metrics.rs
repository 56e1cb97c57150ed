//! Numbers about the server itself in the Prometheus text format, version 0.0.4.
//! Nothing in them names a collector: their number is bounded whatever the fleet.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use linkmesh_api::types::{Health, Status, Sync};
use linkmesh_control::ControlPlane;

use super::translate;

const STATUSES: [Status; 3] = [Status::AwaitingConnection, Status::Connected, Status::Disconnected];
const SYNCS: [Sync; 6] =
    [Sync::InSync, Sync::Pending, Sync::Drifted, Sync::Failed, Sync::Held, Sync::Unknown];
const HEALTHS: [Health; 4] = [Health::Healthy, Health::Degraded, Health::Failed, Health::Unknown];

/// All numbers now.
pub(super) fn text(plane: &ControlPlane, streams: usize) -> String {
    let mut page = Page(String::new());
    collectors(plane, &mut page);
    let repo = plane.repo.stats();
    page.one("saves_total", "counter", "Saves answered since the start", repo.saves);
    page.one("commits_total", "counter", "Commits made since the start", repo.commits);
    page.one("commit_batches_total", "counter", "Syncs of the repository since the start", repo.batches);
    let events = plane.journal.newest_event();
    page.one("events_total", "counter", "Events in the journal, over all restarts", events);
    page.one("event_streams", "gauge", "Event streams that are open", as_u64(streams));
    page.one(
        "enrollment_tokens",
        "gauge",
        "Enrollment tokens that are kept",
        as_u64(plane.tokens.list().len()),
    );
    page.one(
        "head_invalid",
        "gauge",
        "1 while the newest revision is not valid",
        u64::from(plane.head.invalid().is_some()),
    );
    page.one(
        "delivery_frozen",
        "gauge",
        "1 while all delivery is stopped",
        u64::from(plane.frozen().is_some()),
    );
    let up_s = plane.clock.now().since(plane.started_at).as_secs();
    page.one("uptime_seconds", "gauge", "Seconds since the start", up_s);
    page.head("info", "gauge", "What runs");
    page.row("info", Some(("version", env!("CARGO_PKG_VERSION"))), 1);
    page.0
}

fn collectors(plane: &ControlPlane, page: &mut Page) {
    let mut by: BTreeMap<(&str, String), u64> = BTreeMap::new();
    let words: Vec<(&str, String)> = STATUSES
        .iter()
        .map(|value| ("status", word(value)))
        .chain(SYNCS.iter().map(|value| ("sync", word(value))))
        .chain(HEALTHS.iter().map(|value| ("health", word(value))))
        .collect();
    for known in words {
        by.insert(known, 0);
    }
    plane.collectors(None, 0, |view| {
        // What stays away is no trouble.
        if view.archived.is_some() {
            return false;
        }
        let collector = translate::collector(view);
        for key in [
            ("status", word(&collector.status)),
            ("sync", word(&collector.sync)),
            ("health", word(&collector.health)),
        ] {
            *by.entry(key).or_default() += 1;
        }
        false
    });
    for kind in ["status", "sync", "health"] {
        let name = format!("collectors_by_{kind}");
        page.head(&name, "gauge", "Collectors");
        for ((_, word), count) in by.iter().filter(|((of, _), _)| *of == kind) {
            page.row(&name, Some((kind, word)), *count);
        }
    }
}

struct Page(String);

impl Page {
    fn one(&mut self, name: &str, kind: &str, help: &str, value: u64) {
        self.head(name, kind, help);
        self.row(name, None, value);
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _infallible = writeln!(self.0, "# HELP linkmesh_server_{name} {help}.");
        let _infallible = writeln!(self.0, "# TYPE linkmesh_server_{name} {kind}");
    }

    fn row(&mut self, name: &str, label: Option<(&str, &str)>, value: u64) {
        let _infallible = match label {
            Some((key, word)) => writeln!(self.0, "linkmesh_server_{name}{{{key}=\"{word}\"}} {value}"),
            None => writeln!(self.0, "linkmesh_server_{name} {value}"),
        };
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
