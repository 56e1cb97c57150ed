//! The stages that the catalog does not describe, as processors of otelcol. Start at [`transform`].

use std::collections::BTreeMap;

use linkmesh_fleet::destination::Batch;
use linkmesh_fleet::{Id, Signal};
use serde_json::{Map, Value, json};

use super::{literal, reference_or_literal};
use crate::ottl::{quoted, record_context, record_section};

/// Statements by signal.
pub(super) fn transform(statements: &BTreeMap<Signal, Vec<String>>) -> Value {
    let mut config = Map::new();
    for (signal, statements) in statements.iter().filter(|(_, statements)| !statements.is_empty()) {
        let section = match signal {
            Signal::Logs => "log_statements",
            Signal::Metrics => "metric_statements",
            Signal::Traces => "trace_statements",
        };
        let statements: Vec<String> = statements.iter().map(|statement| literal(statement)).collect();
        let group = json!([{"context": record_context(*signal), "statements": statements}]);
        config.insert(section.to_owned(), group);
    }
    if !config.is_empty() {
        config.insert("error_mode".to_owned(), "silent".into());
    }
    Value::Object(config)
}

/// A filter that drops what lacks a mark, in the form that every supported version knows.
pub(super) fn keep(mark: &str, value: &str, signals: &[Signal]) -> Value {
    let mut config = Map::from_iter([("error_mode".to_owned(), "silent".into())]);
    for signal in signals {
        let condition = format!("attributes[{}] != {value}", quoted(mark));
        config.insert(signal.name().to_owned(), json!({record_section(*signal): [condition]}));
    }
    Value::Object(config)
}

/// Attributes of the resource.
pub(super) fn stamp(insert: bool, source: &Id, name: &str, attributes: &[(&str, &Value)]) -> Value {
    let action = if insert { "insert" } else { "upsert" };
    let action = |key: &str, value: Value| json!({"action": action, "key": literal(key), "value": value});
    let mut actions = vec![
        action("linkmesh.source.id", json!(source)),
        action("linkmesh.source.name", json!(literal(name))),
    ];
    actions.extend(attributes.iter().map(|(key, value)| action(key, reference_or_literal(value))));
    json!({"attributes": actions})
}

/// Collects requests.
pub(super) fn batch(batch: &Batch) -> Value {
    json!({
        "timeout": format!("{}ms", batch.flush_ms),
        "send_batch_size": batch.min_items,
        "send_batch_max_size": batch.max_items,
    })
}
