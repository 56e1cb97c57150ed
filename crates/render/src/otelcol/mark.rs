//! Routing marks: attributes that a record carries between two tiers and never beyond. A condition that errs sets no mark, so
//! an error is no match; a filter alone cannot do that, because it only drops what is true.

use std::collections::BTreeMap;

use linkmesh_fleet::{Id, Signal};
use serde_json::{Map, Value, json};

use crate::ottl::{quoted, record_context};

/// The route that a record belongs to.
pub(super) const ROUTE: &str = "linkmesh.route";
/// Passed the filter of a source or destination.
pub(super) const KEEP: &str = "linkmesh.keep";

/// The flag of a route that lets records go on to others.
pub(super) fn flag(route: &Id) -> String {
    format!("{ROUTE}.{route}")
}

/// Statements by signal, as a transform processor takes them. Errors are silent: one bad record among many must not fill logs.
pub(super) fn transform(statements: BTreeMap<Signal, Vec<String>>) -> Value {
    let mut config = Map::new();
    for (signal, statements) in statements.into_iter().filter(|(_, statements)| !statements.is_empty()) {
        let section = match signal {
            Signal::Logs => "log_statements",
            Signal::Metrics => "metric_statements",
            Signal::Traces => "trace_statements",
        };
        config.insert(
            section.to_owned(),
            json!([{"context": record_context(signal), "statements": statements}]),
        );
    }
    if !config.is_empty() {
        config.insert("error_mode".to_owned(), "silent".into());
    }
    Value::Object(config)
}

/// A filter processor that drops what lacks a mark, in the form that every supported version knows.
pub(super) fn keep_only(mark: &str, value: &str, signals: impl IntoIterator<Item = Signal>) -> Value {
    let mut config = Map::from_iter([("error_mode".to_owned(), "silent".into())]);
    for signal in signals {
        let section = match signal {
            Signal::Logs => "log_record",
            Signal::Metrics => "datapoint",
            Signal::Traces => "span",
        };
        let condition = format!("attributes[{}] != {value}", quoted(mark));
        config.insert(signal.name().to_owned(), json!({section: [condition]}));
    }
    Value::Object(config)
}

/// Takes a mark off.
pub(super) fn delete(signal: Signal, mark: &str) -> String {
    format!("delete_key({}.attributes, {})", record_context(signal), quoted(mark))
}

/// Sets a mark where the conditions hold.
pub(super) fn set(signal: Signal, mark: &str, value: &str, conditions: &[String]) -> String {
    let context = record_context(signal);
    let statement = format!("set({context}.attributes[{}], {value})", quoted(mark));
    if conditions.is_empty() { statement } else { format!("{statement} where {}", conditions.join(" and ")) }
}

/// No route has taken the record yet.
pub(super) fn undecided(signal: Signal) -> String {
    format!("{}.attributes[{}] == nil", record_context(signal), quoted(ROUTE))
}
