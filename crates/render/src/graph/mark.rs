//! Routing marks: attributes that a record carries between two tiers and never beyond. A condition that errs sets no mark, so
//! an error is no match; a filter alone cannot do that, because it only drops what is true.

use linkmesh_fleet::{Id, Signal};

use crate::ottl::{quoted, record_context};

/// The route that a record belongs to.
pub(super) const ROUTE: &str = "linkmesh.route";
/// Passed the filter of a source or destination.
pub(super) const KEEP: &str = "linkmesh.keep";

/// The flag of a route that lets records go on to others.
pub(super) fn flag(route: &Id) -> String {
    format!("{ROUTE}.{route}")
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

/// Marks what a filter keeps. A record cannot bring its own mark.
pub(super) fn keep(signal: Signal, condition: &str) -> Vec<String> {
    vec![delete(signal, KEEP), set(signal, KEEP, "true", &[format!("({condition})")])]
}
