//! The fourth tier: an exporter, and in front of it, only where the destination asks for it, its filter and its isolation.
//! Knows nothing of routes but which signals arrive. Start at [`add`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Id, Signal};
use serde_json::json;

use super::document::{Chain, Document};
use super::source::keep_statements;
use super::{mark, names};
use crate::plan::{DestinationNode, Plan};
use crate::rendered::ComponentKind::{Connector, Exporter, Extension, Processor};

/// What a route exports to, in order to reach a destination.
pub(super) fn entrance(plan: &Plan<'_>, id: &Id, signal: Signal) -> Option<String> {
    let node = plan.destinations.get(id)?;
    Some(if has_tier(node, signal) {
        names::destination_forward(id)
    } else {
        names::exporter(&node.component.type_, id)
    })
}

/// Adds a destination.
pub(super) fn add(document: &mut Document, plan: &Plan<'_>, id: &Id, node: &DestinationNode<'_>) {
    let place = node.place;
    let exporter = names::exporter(&node.component.type_, id);
    document.add(Exporter, &exporter, node.component.config.clone(), place, "destination");
    for (type_, config) in &node.component.extensions {
        let extension = names::extension(type_, &node.owner);
        document.add(Extension, &extension, config.clone(), place, "extension");
    }
    let signals = plan.signals_to(id);
    let filtered: BTreeMap<Signal, &String> = node
        .filter
        .into_iter()
        .flatten()
        .filter(|(signal, _)| signals.contains(signal))
        .map(|(signal, condition)| (*signal, condition))
        .collect();
    if !filtered.is_empty() {
        let check = filtered.iter().map(|(signal, condition)| (*signal, keep_statements(*signal, condition)));
        let check = mark::transform(check.collect());
        document.add(Processor, &names::destination_check(id), check, place, "destination-check");
        let keep = mark::keep_only(mark::KEEP, "true", filtered.keys().copied());
        document.add(Processor, &names::destination_filter(id), keep, place, "destination-filter");
        let clean =
            filtered.keys().map(|signal| (*signal, vec![mark::delete(*signal, mark::KEEP)])).collect();
        document.add(
            Processor,
            &names::destination_clean(id),
            mark::transform(clean),
            place,
            "destination-clean",
        );
    }
    if let Some(batch) = &node.isolate {
        let config = json!({
            "timeout": format!("{}ms", batch.flush_ms),
            "send_batch_size": batch.min_items,
            "send_batch_max_size": batch.max_items,
        });
        document.add(Processor, &names::isolate(id), config, place, "isolate");
    }
    for signal in signals.into_iter().filter(|signal| has_tier(node, *signal)) {
        let forward = names::destination_forward(id);
        document.add(Connector, &forward, json!({}), place, "forward");
        let mut processors = Vec::new();
        if filtered.contains_key(&signal) {
            processors.extend([
                names::destination_check(id),
                names::destination_filter(id),
                names::destination_clean(id),
            ]);
        }
        if node.isolate.is_some() {
            processors.push(names::isolate(id));
        }
        let chain = Chain { receivers: vec![forward], processors, exporters: vec![exporter.clone()] };
        document.add_pipeline(names::destination_pipeline(signal, id), chain);
    }
}

fn has_tier(node: &DestinationNode<'_>, signal: Signal) -> bool {
    node.isolate.is_some() || node.filter.is_some_and(|filter| filter.contains_key(&signal))
}
