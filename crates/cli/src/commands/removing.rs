//! `delete collectors`: hosts that will not come back go, many at once, out of the list and out of Git.
//! Start at [`collectors`].

use anyhow::{Result, bail};
use jiff::Timestamp;
use linkmesh_api::client::Client;
use linkmesh_api::types::{Collector, CollectorQuery, Status};

use super::Outcome;
use super::get::all;
use crate::args::DeleteArguments;
use crate::output::numbers::age;
use crate::output::{Screen, note};

pub(super) fn collectors(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &DeleteArguments,
) -> Result<Outcome> {
    if arguments.labels.is_empty() && arguments.query.is_none() && arguments.disconnected_for.is_none() {
        bail!("say which collectors: -l KEY=VALUE, -q QUERY or --disconnected-for 30d");
    }
    let label: Vec<String> = arguments.labels.iter().map(ToString::to_string).collect();
    let query = CollectorQuery { label, q: arguments.query.clone(), ..CollectorQuery::default() };
    let longest = arguments.disconnected_for.map(|seconds| seconds.0);
    let mut found = all(|page| {
        client.collectors(&CollectorQuery { limit: page.limit, cursor: page.cursor, ..query.clone() })
    })?;
    found.retain(|collector| is_away(collector, longest, screen.now));
    if !arguments.yes {
        for collector in &found {
            let heard = age(collector.last_seen_at.as_ref(), screen.now);
            screen.line(&format!("{}\tlast heard of: {heard}", collector.id))?;
        }
        note(&format!(
            "{} collectors; the same with --yes removes them, also from the repository",
            found.len()
        ));
        return Ok(Outcome::Done);
    }
    for collector in &found {
        // It may have come back since the list was made.
        let now = client.collector(&collector.id)?;
        if !is_away(&now, longest, Timestamp::now()) {
            note(&format!("{} is back and stays", collector.id));
            continue;
        }
        client.remove_collector(&collector.id, false)?;
        screen.line(&format!("{} is removed", collector.id))?;
        screen.flush()?;
    }
    Ok(Outcome::Done)
}

/// Whether nothing was heard of it for so many seconds; one that never connected is not away, it is awaited.
fn is_away(collector: &Collector, longest_s: Option<u64>, now: Timestamp) -> bool {
    let Some(longest_s) = longest_s else { return true };
    let heard = collector.last_seen_at.as_ref().and_then(|at| at.as_str().parse::<Timestamp>().ok());
    collector.status == Status::Disconnected
        && heard.is_some_and(|heard| {
            now.as_second().saturating_sub(heard.as_second()) >= i64::try_from(longest_s).unwrap_or(i64::MAX)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collector(status: &str, heard: Option<&str>) -> Collector {
        let value = serde_json::json!({
            "id": "web", "name": "web", "mode": "opamp", "tier": "standards", "status": status, "sync": "unknown",
            "health": "unknown", "labels": {}, "groups": [], "last_seen_at": heard,
        });
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn only_who_was_silent_for_long_enough_is_away() {
        let now: Timestamp = "2026-03-31T00:00:00Z".parse().unwrap();
        let old = Some("2026-03-01T00:00:00Z");
        let away = |status, heard, longest| is_away(&collector(status, heard), longest, now);
        assert!(away("disconnected", old, Some(30 * 86_400)));
        assert!(!away("disconnected", old, Some(30 * 86_400 + 1)));
        assert!(!away("connected", old, Some(1)), "a clock that is wrong removes nobody who is there");
        assert!(!away("awaiting_connection", None, Some(1)));
        assert!(away("awaiting_connection", None, None), "chosen by label alone");
    }
}
