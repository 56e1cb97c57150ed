//! The third tier: a route takes off every mark, counts, works, counts again and delivers.
//! Knows nothing of how records were judged, only which marks they may carry. Start at [`add`].

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::Signal;
use serde_json::json;

use super::document::{Chain, Document};
use super::{destination, mark, names};
use crate::plan::{Plan, RouteNode};
use crate::rendered::ComponentKind::{Connector, Extension, Processor};

/// Adds a route with its steps.
pub(super) fn add(document: &mut Document, plan: &Plan<'_>, node: &RouteNode<'_>) {
    let (id, place) = (&node.place.id, node.place);
    let forward = names::route_forward(id);
    document.add(Connector, &forward, json!({}), place, "forward");
    let signals = node.signals();
    let cleaning: BTreeMap<Signal, Vec<String>> =
        signals.iter().map(|signal| (*signal, cleaning(plan, node, *signal))).collect();
    document.add(Processor, &names::route_in(id), mark::transform(cleaning), place, "in");
    for step in &node.steps {
        let name = names::step(&step.component.type_, id, step.id);
        document.add(Processor, &name, step.component.config.clone(), place, &format!("step:{}", step.id));
        for (type_, config) in &step.component.extensions {
            let extension = names::extension(type_, &step.owner);
            document.add(Extension, &extension, config.clone(), place, "extension");
        }
    }
    if node.has_pipeline {
        document.add(Processor, &names::route_out(id), json!({}), place, "out");
    }
    for signal in signals {
        let mut processors = vec![names::route_in(id)];
        let steps = node.steps.iter().filter(|step| step.signals.contains(&signal));
        processors.extend(steps.map(|step| names::step(&step.component.type_, id, step.id)));
        if node.has_pipeline {
            processors.push(names::route_out(id));
        }
        let destinations = node.delivers.get(&signal).into_iter().flatten();
        let exporters = destinations.filter_map(|id| destination::entrance(plan, id, signal)).collect();
        let chain = Chain { receivers: vec![forward.clone()], processors, exporters };
        document.add_pipeline(names::route_pipeline(signal, id), chain);
    }
}

/// Takes off every mark that a record of the route's sources may carry, whoever set it.
fn cleaning(plan: &Plan<'_>, node: &RouteNode<'_>, signal: Signal) -> Vec<String> {
    let mut marks = BTreeSet::from([mark::ROUTE.to_owned(), mark::KEEP.to_owned()]);
    for source in
        node.takes.iter().filter(|(_, signals)| signals.contains(&signal)).map(|(source, _)| *source)
    {
        let flags = plan.routes_of(source, signal).filter(|route| !route.route.final_);
        marks.extend(flags.map(|route| mark::flag(&route.place.id)));
    }
    marks.iter().map(|mark| mark::delete(signal, mark)).collect()
}
