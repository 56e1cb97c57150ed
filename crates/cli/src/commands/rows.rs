//! From what the API answers to rows of a table: one header and one function per noun.
//! Pure: the time is an argument, so that ages can be tested.

use jiff::Timestamp;
use linkmesh_api::types::{
    AuditEntry, AuditOutcome, CatalogKind, CatalogSummary, Collector, EnrollmentToken, Event, Health,
    ListedEntity, Mode, Revision, Runtime, Severity, Signal, Status, Sync, TokenState,
};
use serde_json::Value;

mod links;

pub(super) use links::{LINKS, LinkRow};

use crate::output::numbers::{UNKNOWN, age, short, until};

/// A header and the row of one item.
pub(super) struct Columns<T> {
    /// Column names.
    pub(super) header: &'static [&'static str],
    /// How many of them the narrow table shows.
    pub(super) narrow: usize,
    /// Cells in the order of the header.
    pub(super) row: fn(&T, Timestamp) -> Vec<String>,
    /// What identifies the item.
    pub(super) id: fn(&T) -> &str,
}

/// Collectors.
pub(super) const COLLECTORS: Columns<Collector> = Columns {
    header: &[
        "ID", "STATUS", "SYNC", "HEALTH", "MODE", "VERSION", "LABELS", "SEEN", "NAME", "HOST", "GROUPS",
        "REVISION", "HASH", "REASON",
    ],
    narrow: 8,
    row: |c, now| {
        vec![
            c.id.clone(),
            status(c.status).to_owned(),
            sync(c.sync).to_owned(),
            health(c.health).to_owned(),
            mode(c.mode).to_owned(),
            version(c),
            pairs(&c.labels),
            age(c.last_seen_at.as_ref(), now),
            c.name.clone(),
            known(c.host.as_deref()),
            list(&c.groups),
            c.desired.as_ref().map_or_else(|| UNKNOWN.to_owned(), |d| short(&d.revision)),
            c.desired.as_ref().map_or_else(|| UNKNOWN.to_owned(), |d| short(&d.hash)),
            c.sync_reason.as_ref().or(c.health_reason.as_ref()).cloned().unwrap_or_default(),
        ]
    },
    id: |c| &c.id,
};

/// Sources, routes, destinations, pipelines, groups, links.
pub(super) const ENTITIES: Columns<ListedEntity> = Columns {
    header: &["ID", "SCOPE", "TYPE", "NAME", "PATH", "ETAG"],
    narrow: 4,
    row: |e, _| {
        vec![
            e.id.clone(),
            e.scope.clone().unwrap_or_else(|| "all".to_owned()),
            what(&e.entity),
            e.entity["name"].as_str().unwrap_or_default().to_owned(),
            e.path.clone(),
            short(e.etag.trim_matches('"')),
        ]
    },
    id: |e| &e.id,
};

/// Enrollment tokens.
pub(super) const TOKENS: Columns<EnrollmentToken> = Columns {
    header: &["ID", "STATE", "USES", "EXPIRES", "NAME", "LABELS", "COLLECTORS", "GROUPS", "FOR", "BY", "AGE"],
    narrow: 7,
    row: |t, now| {
        vec![
            t.id.clone(),
            token_state(t.state).to_owned(),
            format!("{}/{}", t.uses, t.max_uses),
            until(&t.expires_at, now),
            t.name.clone().unwrap_or_default(),
            pairs(&t.labels),
            list(&t.collectors),
            list(&t.groups),
            t.for_collector.clone().unwrap_or_default(),
            t.created_by.clone(),
            age(Some(&t.created_at), now),
        ]
    },
    id: |t| &t.id,
};

/// Revisions.
pub(super) const REVISIONS: Columns<Revision> = Columns {
    header: &["REVISION", "AGE", "AUTHOR", "SUBJECT", "STATE"],
    narrow: 5,
    row: |r, now| {
        let state = match (&r.invalid, r.current) {
            (Some(why), _) => format!("invalid: {why}"),
            (None, true) => "current".to_owned(),
            (None, false) => String::new(),
        };
        vec![short(&r.revision), age(Some(&r.at), now), r.author.clone(), r.subject.clone(), state]
    },
    id: |r| &r.revision,
};

/// Types of the catalog.
pub(super) const CATALOG: Columns<CatalogSummary> = Columns {
    header: &["TYPE", "KIND", "SIGNALS", "SUMMARY", "RUNTIMES", "DOCUMENTATION"],
    narrow: 4,
    row: |c, _| {
        vec![
            c.type_id.clone(),
            catalog_kind(c.kind).to_owned(),
            joined(c.signals.iter().map(|s| signal(*s))),
            c.summary.clone(),
            joined(c.runtimes.iter().map(|r| runtime(*r))),
            c.docs.clone().unwrap_or_default(),
        ]
    },
    id: |c| &c.type_id,
};

/// The audit log.
pub(super) const AUDIT: Columns<AuditEntry> = Columns {
    header: &["SEQ", "AGE", "ACTOR", "ACTION", "OBJECT", "OUTCOME", "REVISION", "REASON"],
    narrow: 6,
    row: |e, now| {
        vec![
            e.seq.to_string(),
            age(Some(&e.at), now),
            e.actor.name.clone(),
            e.action.clone(),
            e.object.clone(),
            outcome(e.outcome).to_owned(),
            e.revision.as_deref().map(short).unwrap_or_default(),
            e.reason.clone().unwrap_or_default(),
        ]
    },
    id: |e| &e.hash,
};

/// One event as a line.
pub(super) fn event_line(event: &Event) -> String {
    let collector = event.collector.as_deref().unwrap_or("-");
    format!("{}  {:<7}  {collector}  {}  {}", event.at, severity(event.severity), event.kind, event.message)
}

pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::AwaitingConnection => "awaiting connection",
        Status::Connected => "connected",
        Status::Disconnected => "disconnected",
    }
}

pub(super) fn sync(sync: Sync) -> &'static str {
    match sync {
        Sync::InSync => "in sync",
        Sync::Pending => "pending",
        Sync::Drifted => "drifted",
        Sync::Failed => "failed",
        Sync::Held => "held",
        Sync::Unknown => "unknown",
    }
}

pub(super) fn health(health: Health) -> &'static str {
    match health {
        Health::Healthy => "healthy",
        Health::Degraded => "degraded",
        Health::Failed => "failed",
        Health::Unknown => "unknown",
    }
}

pub(super) fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Opamp => "OpAMP",
        Mode::AlloyRemotecfg => "remotecfg",
    }
}

pub(super) fn runtime(runtime: Runtime) -> &'static str {
    match runtime {
        Runtime::Otelcol => "otelcol",
        Runtime::Alloy => "alloy",
    }
}

pub(super) fn signal(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "logs",
        Signal::Metrics => "metrics",
        Signal::Traces => "traces",
    }
}

pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// `otelcol 0.158.0`, as far as known.
pub(super) fn version(collector: &Collector) -> String {
    match (collector.runtime, collector.version.as_deref()) {
        (Some(program), Some(version)) => format!("{} {version}", runtime(program)),
        (None, Some(version)) => version.to_owned(),
        (Some(program), None) => runtime(program).to_owned(),
        (None, None) => UNKNOWN.to_owned(),
    }
}

/// `a=1,b=2`.
pub(super) fn pairs(labels: &std::collections::BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn token_state(state: TokenState) -> &'static str {
    match state {
        TokenState::Active => "active",
        TokenState::Used => "used",
        TokenState::Expired => "expired",
        TokenState::Revoked => "revoked",
    }
}

fn outcome(outcome: AuditOutcome) -> &'static str {
    match outcome {
        AuditOutcome::Intended => "begun",
        AuditOutcome::Done => "done",
        AuditOutcome::Refused => "refused",
        AuditOutcome::Failed => "failed",
    }
}

fn catalog_kind(kind: CatalogKind) -> &'static str {
    match kind {
        CatalogKind::Sources => "source",
        CatalogKind::Steps => "step",
        CatalogKind::Destinations => "destination",
    }
}

/// What an entity is, in a word or two: its type, or what it binds.
fn what(entity: &Value) -> String {
    let words = |key: &str| match &entity[key] {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        Value::String(text) => text.clone(),
        _ => String::new(),
    };
    if let Some(type_id) = entity["type"].as_str() {
        return type_id.to_owned();
    }
    if entity.get("destinations").is_some() {
        return format!("{} -> {}", words("sources"), words("destinations"));
    }
    if let Some(steps) = entity["steps"].as_array() {
        return format!("{} steps", steps.len());
    }
    if entity.get("to").is_some() {
        return format!("{} -> {}", words("from"), words("to"));
    }
    words("selector")
}

fn known(text: Option<&str>) -> String {
    text.unwrap_or(UNKNOWN).to_owned()
}

fn list(items: &[String]) -> String {
    items.join(",")
}

fn joined<'a>(items: impl Iterator<Item = &'a str>) -> String {
    items.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::output::table::table;

    fn shown<T: serde::de::DeserializeOwned>(columns: &Columns<T>, wide: bool, items: &[Value]) -> String {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let count = if wide { columns.header.len() } else { columns.narrow };
        let rows = items.iter().map(|item| {
            let item: T = serde_json::from_value(item.clone()).unwrap();
            let mut row = (columns.row)(&item, now);
            assert_eq!(row.len(), columns.header.len(), "one cell per column");
            row.truncate(count);
            row
        });
        table(&columns.header[..count], rows)
    }

    #[test]
    fn collectors_show_state_version_and_labels() {
        let items = [
            json!({
                "id": "web-01", "name": "web 01", "mode": "opamp", "runtime": "otelcol", "version": "0.158.0",
                "tier": "standards", "status": "connected", "sync": "in_sync", "health": "healthy",
                "labels": {"env": "prod", "role": "edge"}, "last_seen_at": "2026-03-10T11:59:55Z"
            }),
            json!({
                "id": "new", "name": "new", "mode": "opamp", "tier": "standards", "status": "awaiting_connection",
                "sync": "unknown", "health": "unknown"
            }),
        ];
        assert_eq!(
            shown(&COLLECTORS, false, &items),
            "ID      STATUS               SYNC     HEALTH   MODE   VERSION          LABELS              SEEN\n\
             web-01  connected            in sync  healthy  OpAMP  otelcol 0.158.0  env=prod,role=edge  5s\n\
             new     awaiting connection  unknown  unknown  OpAMP  –                                    –\n"
        );
        assert!(shown(&COLLECTORS, true, &items).contains("web 01"));
    }

    #[test]
    fn entities_say_what_they_are() {
        let entity = |id: &str, entity: Value| json!({"kind": "routes", "id": id, "scope": "fleet", "path": "p", "etag": "\"e\"", "entity": entity});
        let items = [
            entity("a", json!({"type": "otlp", "name": "Apps"})),
            entity("b", json!({"sources": ["a", "c"], "destinations": ["loki"]})),
            entity("c", json!({"steps": [{}, {}]})),
            entity("d", json!({"selector": "env = prod"})),
        ];
        assert_eq!(
            shown(&ENTITIES, false, &items),
            "ID  SCOPE  TYPE         NAME\n\
             a   fleet  otlp         Apps\n\
             b   fleet  a,c -> loki\n\
             c   fleet  2 steps\n\
             d   fleet  env = prod\n"
        );
    }

    #[test]
    fn tokens_and_revisions_show_where_they_stand() {
        let token = json!({
            "id": "t1", "state": "active", "created_at": "2026-03-10T11:00:00Z", "created_by": "ana",
            "expires_at": "2026-03-10T12:10:00Z", "max_uses": 1, "uses": 0, "labels": {"env": "prod"}
        });
        assert_eq!(
            shown(&TOKENS, false, &[token]),
            "ID  STATE   USES  EXPIRES  NAME  LABELS    COLLECTORS\nt1  active  0/1   10m            env=prod\n"
        );
        let revision = json!({
            "revision": "0123456789abcdef", "author": "ana", "at": "2026-03-09T12:00:00Z", "subject": "add loki",
            "current": true
        });
        assert_eq!(
            shown(&REVISIONS, false, &[revision]),
            "REVISION      AGE  AUTHOR  SUBJECT   STATE\n0123456789ab  24h  ana     add loki  current\n"
        );
    }

    #[test]
    fn an_event_is_one_line() {
        let event = json!({
            "id": "7", "at": "2026-03-10T12:00:00Z", "kind": "config_applied", "severity": "info",
            "message": "web-01 runs 3f2a", "collector": "web-01"
        });
        assert_eq!(
            event_line(&serde_json::from_value(event).unwrap()),
            "2026-03-10T12:00:00Z  info     web-01  config_applied  web-01 runs 3f2a"
        );
    }
}
