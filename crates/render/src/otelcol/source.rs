//! The first two tiers: what a source receives is limited, filtered, stamped and judged once, then each route takes its share.
//! Knows nothing of what routes do. Start at [`add`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Id, Kind, Signal};
use serde_json::{Value, json};

use super::document::{Chain, Document};
use super::{mark, names};
use crate::ottl::quoted;
use crate::plan::{Plan, RouteNode, SourceNode};
use crate::rendered::ComponentKind::{Connector, Extension, Processor, Receiver};

/// Adds a source and its edges.
pub(super) fn add(document: &mut Document, plan: &Plan<'_>, id: &Id, node: &SourceNode<'_>) {
    let place = node.place;
    let receiver = names::receiver(&node.component.type_, id);
    document.add(Receiver, &receiver, node.component.config.clone(), place, "source");
    for (type_, config) in &node.component.extensions {
        let extension = names::extension(type_, &node.owner);
        document.add(Extension, &extension, config.clone(), place, "extension");
    }
    document.add(Processor, &names::stamp(id), stamp(id, node), place, "stamp");
    add_filter(document, plan, id, node);
    add_verdict(document, plan, id, node);
    for signal in plan.signals_of(id) {
        let mut processors = vec![names::MEMORY_LIMITER.to_owned()];
        if node.filter.is_some_and(|filter| filter.contains_key(&signal)) {
            processors.extend([names::source_check(id), names::source_filter(id)]);
        }
        processors.push(names::stamp(id));
        let exporter = match only_route(plan, id, signal) {
            Some(route) => {
                let meter = names::edge_meter(id, &route.place.id);
                document.add(Processor, &meter, json!({}), route.place, &edge_stage(id));
                processors.push(meter);
                names::route_forward(&route.place.id)
            }
            None => {
                processors.push(names::verdict(id));
                let forward = names::source_forward(id);
                document.add(Connector, &forward, json!({}), place, "forward");
                add_edges(document, plan, id, signal);
                forward
            }
        };
        let chain = Chain { receivers: vec![receiver.clone()], processors, exporters: vec![exporter] };
        document.add_pipeline(names::source_pipeline(signal, id), chain);
    }
}

fn edge_stage(source: &Id) -> String {
    format!("edge:{source}")
}

/// The route that takes all of this signal, where there is but one: nothing to judge and nothing to keep apart.
fn only_route<'p, 'a>(plan: &'p Plan<'a>, source: &Id, signal: Signal) -> Option<&'p RouteNode<'a>> {
    let mut routes = plan.routes_of(source, signal);
    let only = routes.next()?;
    (routes.next().is_none() && only.condition(signal).is_none()).then_some(only)
}

/// The source's id and name, and its own attributes. What comes over a link keeps the stamp of its first source.
fn stamp(id: &Id, node: &SourceNode<'_>) -> Value {
    let action = if node.place.kind == Kind::Link { "insert" } else { "upsert" };
    let action = |key: &str, value: Value| json!({"action": action, "key": key, "value": value});
    let mut actions = vec![
        action("linkmesh.source.id", json!(id)),
        action("linkmesh.source.name", json!(literal(node.name))),
    ];
    for (key, value) in &node.attributes {
        let value = value.as_str().map_or_else(|| (*value).clone(), |text| json!(reference_or_literal(text)));
        actions.push(action(&literal(key), value));
    }
    json!({"attributes": actions})
}

/// The collector would read `$` as the start of a reference.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

fn reference_or_literal(text: &str) -> String {
    if linkmesh_fleet::secret::Secret::is_env_reference(text) { text.to_owned() } else { literal(text) }
}

/// "Keep if", where an error keeps nothing: a mark is set where the condition holds, and what has none is dropped.
fn add_filter(document: &mut Document, plan: &Plan<'_>, id: &Id, node: &SourceNode<'_>) {
    let Some(filter) = node.filter else { return };
    let carried = plan.signals_of(id);
    let used: BTreeMap<Signal, &String> =
        filter.iter().filter(|(signal, _)| carried.contains(signal)).map(|(s, c)| (*s, c)).collect();
    if used.is_empty() {
        return;
    }
    let check =
        used.iter().map(|(signal, condition)| (*signal, keep_statements(*signal, condition))).collect();
    document.add(Processor, &names::source_check(id), mark::transform(check), node.place, "source-check");
    let keep = mark::keep_only(mark::KEEP, "true", used.into_keys());
    document.add(Processor, &names::source_filter(id), keep, node.place, "source-filter");
}

/// Marks what a filter keeps. A record cannot bring its own mark.
pub(super) fn keep_statements(signal: Signal, condition: &str) -> Vec<String> {
    let condition = format!("({})", literal(condition));
    vec![mark::delete(signal, mark::KEEP), mark::set(signal, mark::KEEP, "true", &[condition])]
}

/// Judges each record once for all routes of the source, in the order of the first match.
fn add_verdict(document: &mut Document, plan: &Plan<'_>, id: &Id, node: &SourceNode<'_>) {
    let mut statements: BTreeMap<Signal, Vec<String>> = BTreeMap::new();
    for signal in plan.signals_of(id) {
        if only_route(plan, id, signal).is_some() {
            continue;
        }
        let list = statements.entry(signal).or_default();
        if node.filter.is_some_and(|filter| filter.contains_key(&signal)) {
            list.push(mark::delete(signal, mark::KEEP));
        }
        list.push(mark::delete(signal, mark::ROUTE));
        for route in plan.routes_of(id, signal).filter(|route| !route.route.final_) {
            list.push(mark::delete(signal, &mark::flag(&route.place.id)));
        }
        for route in plan.routes_of(id, signal) {
            let (mark, value) = mark_of(route);
            let mut conditions = vec![mark::undecided(signal)];
            conditions.extend(route.condition(signal).map(|condition| format!("({})", literal(condition))));
            list.push(mark::set(signal, &mark, &value, &conditions));
        }
    }
    if !statements.is_empty() {
        document.add(Processor, &names::verdict(id), mark::transform(statements), node.place, "verdict");
    }
}

/// The mark of a route's records, and its value.
fn mark_of(route: &RouteNode<'_>) -> (String, String) {
    if route.route.final_ {
        (mark::ROUTE.to_owned(), quoted(route.place.id.as_str()))
    } else {
        (mark::flag(&route.place.id), "true".to_owned())
    }
}

fn add_edges(document: &mut Document, plan: &Plan<'_>, id: &Id, signal: Signal) {
    for route in plan.routes_of(id, signal) {
        let route_id = &route.place.id;
        let judged = |signal: &Signal| only_route(plan, id, *signal).is_none();
        let signals = route.takes.get(id).into_iter().flatten().copied().filter(judged);
        let (mark, value) = mark_of(route);
        let keep = mark::keep_only(&mark, &value, signals);
        let edge = names::edge(id, route_id);
        document.add(Processor, &edge, keep, route.place, &edge_stage(id));
        let chain = Chain {
            receivers: vec![names::source_forward(id)],
            processors: vec![edge],
            exporters: vec![names::route_forward(route_id)],
        };
        document.add_pipeline(names::edge_pipeline(signal, id, route_id), chain);
    }
}
