//! The fourth tier: an exporter, and in front of it, only where the destination asks for it, its filter and its isolation.
//! Knows nothing of routes but which signals arrive. Start at [`add`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Id, Signal};

use super::{End, Graph, Joint, Pipe, Stage, Tier, Work, mark};
use crate::plan::{DestinationNode, Plan};

/// Where a route's pipe ends, in order to reach a destination.
pub(super) fn entrance<'a>(plan: &Plan<'_>, id: &'a Id, signal: Signal) -> Option<End<'a>> {
    let node = plan.destinations.get(id)?;
    Some(if has_tier(node, signal) {
        End::Joint(Joint::Destination(id))
    } else {
        End::Stage(Stage::Exporter(id))
    })
}

/// Adds a destination.
pub(super) fn add<'a>(graph: &mut Graph<'a>, plan: &Plan<'_>, id: &'a Id, node: &'a DestinationNode<'_>) {
    let place = node.place;
    let component = Work::Component { component: &node.component, owner: &node.owner };
    graph.add(Stage::Exporter(id), place, component);
    let signals = plan.signals_to(id);
    let filtered: BTreeMap<Signal, &String> = node
        .filter
        .into_iter()
        .flatten()
        .filter(|(signal, _)| signals.contains(signal))
        .map(|(signal, condition)| (*signal, condition))
        .collect();
    if !filtered.is_empty() {
        let check = filtered.iter().map(|(signal, condition)| (*signal, mark::keep(*signal, condition)));
        graph.add(Stage::DestinationCheck(id), place, Work::Statements(check.collect()));
        let (mark, value) = (mark::KEEP.to_owned(), "true".to_owned());
        let signals = filtered.keys().copied().collect();
        graph.add(Stage::DestinationFilter(id), place, Work::Keep { mark, value, signals });
        let clean =
            filtered.keys().map(|signal| (*signal, vec![mark::delete(*signal, mark::KEEP)])).collect();
        graph.add(Stage::DestinationClean(id), place, Work::Statements(clean));
    }
    if let Some(batch) = &node.isolate {
        graph.add(Stage::Isolate(id), place, Work::Batch(batch.clone()));
    }
    for signal in signals.into_iter().filter(|signal| has_tier(node, *signal)) {
        graph.joints.insert(Joint::Destination(id), place);
        let mut through = Vec::new();
        if filtered.contains_key(&signal) {
            through.extend([
                Stage::DestinationCheck(id),
                Stage::DestinationFilter(id),
                Stage::DestinationClean(id),
            ]);
        }
        if node.isolate.is_some() {
            through.push(Stage::Isolate(id));
        }
        let from = End::Joint(Joint::Destination(id));
        let to = vec![End::Stage(Stage::Exporter(id))];
        graph.pipes.push(Pipe { tier: Tier::Destination(id), signal, from, through, to });
    }
}

fn has_tier(node: &DestinationNode<'_>, signal: Signal) -> bool {
    node.isolate.is_some() || node.filter.is_some_and(|filter| filter.contains_key(&signal))
}
