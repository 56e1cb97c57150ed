//! `delete collectors`: hosts that will not come back go, many at once, out of the list and out of Git.
//! Start at [`collectors`].

use anyhow::Result;
use jiff::Timestamp;
use linkmesh_api::client::Client;
use linkmesh_api::types::{
    ArchivedFilter, BulkAct, BulkRequest, BulkVerb, Collector, CollectorQuery, Mode, Status,
};

use super::Outcome;
use super::bulk::{self, asked, is_for_many};
use super::get::all;
use crate::args::{DeleteArguments, MANY, Selection};
use crate::output::numbers::age;
use crate::output::{Screen, note};

pub(super) fn collectors(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &DeleteArguments,
) -> Result<Outcome> {
    is_for_many(MANY, &arguments.selection)?;
    if arguments.yes {
        let mut request = BulkRequest {
            now: arguments.now,
            ..asked(&arguments.selection, BulkAct::Verb(BulkVerb::Delete))
        };
        if request.expected.is_none() {
            let found = chosen(client, &arguments.selection, screen.now)?;
            request.expected = u64::try_from(found.len()).ok();
        }
        let ended = bulk::run(screen, client, &request);
        if !arguments.now {
            note(WHAT_FOLLOWS);
        }
        return ended;
    }
    let found = chosen(client, &arguments.selection, screen.now)?;
    for collector in &found {
        let heard = age(collector.last_seen_at.as_ref(), screen.now);
        screen.line(&format!("{}\tlast heard of: {heard}", collector.id))?;
    }
    screen.flush()?;
    let count = found.len();
    note(&format!(
        "{count} collectors; the same with --yes --expect {count} removes them, also from the repository, unless more are chosen by then"
    ));
    if !arguments.now && found.iter().any(|collector| collector.mode == Mode::AlloyRemotecfg) {
        note("the token of an Alloy ends once it stays away for 30 days; with --now it ends at once");
    }
    Ok(Outcome::Done)
}

/// What is said of a removal, of one or of many.
pub(super) const WHAT_FOLLOWS: &str = "whoever is connected is told to run nothing; an Alloy is until it stays away for 30 days, and then its token ends (--now ends it at once)";

fn chosen(client: &Client, selection: &Selection, now: Timestamp) -> Result<Vec<Collector>> {
    let query = CollectorQuery {
        label: selection.labels.iter().map(ToString::to_string).collect(),
        q: selection.query.clone(),
        group: selection.group.clone(),
        archived: selection.archived.then_some(ArchivedFilter::Only),
        ..CollectorQuery::default()
    };
    let mut found = all(|page| {
        client.collectors(&CollectorQuery { limit: page.limit, cursor: page.cursor, ..query.clone() })
    })?;
    let longest = selection.disconnected_for.map(|seconds| seconds.0);
    found.retain(|collector| is_away(collector, longest, now));
    Ok(found)
}

/// Whether nothing was heard of it for so many seconds; one that never connected is not away, it is awaited.
fn is_away(collector: &Collector, longest_s: Option<u64>, now: Timestamp) -> bool {
    let Some(longest_s) = longest_s else { return true };
    let heard = collector.last_seen_at.as_ref().and_then(|at| at.as_str().parse::<Timestamp>().ok());
    collector.status == Status::Disconnected
        && heard.is_some_and(|heard| {
            now.duration_since(heard).as_secs() >= i64::try_from(longest_s).unwrap_or(i64::MAX)
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
