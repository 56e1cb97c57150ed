//! The stages that the catalog does not describe, as processors of Alloy. Start at [`transform`].

use std::collections::BTreeMap;

use linkmesh_fleet::destination::Batch;
use linkmesh_fleet::secret::Secret;
use linkmesh_fleet::{Id, Signal};
use serde_json::{Map, Value, json};

use super::env_in_ottl;
use super::syntax::{expression, quoted};
use crate::ottl;

/// Refuses records while memory is short.
pub(super) fn memory_limiter(kubernetes: bool) -> Value {
    if kubernetes {
        json!({"check_interval": "5s", "limit_percentage": 80, "spike_limit_percentage": 20})
    } else {
        json!({"check_interval": "5s", "limit": "512MiB", "spike_limit": "128MiB"})
    }
}

/// Statements by signal.
pub(super) fn transform(statements: &BTreeMap<Signal, Vec<String>>) -> Value {
    let groups = statements
        .iter()
        .filter(|(_, statements)| !statements.is_empty())
        .map(|(signal, statements)| (*signal, ottl::record_context(*signal), json!(statements)));
    groups_of(groups)
}

fn groups_of(groups: impl Iterator<Item = (Signal, &'static str, Value)>) -> Value {
    let mut config = Map::new();
    for (signal, context, statements) in groups {
        let section = match signal {
            Signal::Logs => "log_statements",
            Signal::Metrics => "metric_statements",
            Signal::Traces => "trace_statements",
        };
        config.insert(section.to_owned(), json!([{"context": context, "statements": statements}]));
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
        let condition = format!("attributes[{}] != {value}", ottl::quoted(mark));
        config.insert(signal.name().to_owned(), json!({ottl::record_section(*signal): [condition]}));
    }
    Value::Object(config)
}

/// Attributes of the resource. Alloy has no processor of its own for them.
pub(super) fn stamp(
    insert: bool,
    source: &Id,
    name: &str,
    attributes: &[(&str, &Value)],
    signals: &[Signal],
) -> Value {
    let set = |key: &str, value: String| {
        let path = format!("resource.attributes[{}]", ottl::quoted(key));
        let only = if insert { format!(" where {path} == nil") } else { String::new() };
        (format!("set({path}, "), value, format!("){only}"))
    };
    let mut statements = vec![
        joined(set("linkmesh.source.id", ottl::quoted(source.as_str()))),
        joined(set("linkmesh.source.name", ottl::quoted(name))),
    ];
    for (key, value) in attributes {
        statements.push(match value.as_str() {
            Some(text) if Secret::is_env_reference(text) => {
                let (before, _, after) = set(key, String::new());
                let value = env_in_ottl(text.trim_start_matches("${env:").trim_end_matches('}'));
                let (before, after) = (quoted(&format!("{before}\"")), quoted(&format!("\"{after}")));
                expression(&format!("{before} + {value} + {after}"))
            }
            Some(text) => joined(set(key, ottl::quoted(text))),
            None => joined(set(key, ottl::literal(value))),
        });
    }
    groups_of(signals.iter().map(|signal| (*signal, "resource", json!(statements))))
}

fn joined((before, value, after): (String, String, String)) -> Value {
    Value::String(format!("{before}{value}{after}"))
}

/// Collects requests.
pub(super) fn batch(batch: &Batch) -> Value {
    json!({
        "timeout": format!("{}ms", batch.flush_ms),
        "send_batch_size": batch.min_items,
        "send_batch_max_size": batch.max_items,
    })
}
