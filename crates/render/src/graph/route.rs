//! The third tier: a route takes off every mark, counts, works, counts again and delivers.
//! Knows nothing of how records were judged, only which marks they may carry. Start at [`add`].

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::Signal;

use super::{End, Graph, Joint, Pipe, Stage, Tier, Work, destination, mark};
use crate::plan::{Plan, RouteNode};

/// Adds a route with its steps.
pub(super) fn add<'a>(graph: &mut Graph<'a>, plan: &'a Plan<'_>, node: &'a RouteNode<'_>) {
    let (id, place) = (&node.place.id, node.place);
    graph.joints.insert(Joint::Route(id), place);
    let signals = node.signals();
    let cleaning: BTreeMap<Signal, Vec<String>> =
        signals.iter().map(|signal| (*signal, cleaning(plan, node, *signal))).collect();
    graph.add(Stage::RouteIn(id), place, Work::Statements(cleaning));
    for step in &node.steps {
        let component = Work::Component { component: &step.component, owner: &step.owner };
        graph.add(Stage::Step(id, step.id), place, component);
    }
    if node.has_pipeline {
        graph.add(Stage::RouteOut(id), place, Work::Statements(BTreeMap::new()));
    }
    for signal in signals {
        let mut through = vec![Stage::RouteIn(id)];
        let steps = node.steps.iter().filter(|step| step.signals.contains(&signal));
        through.extend(steps.map(|step| Stage::Step(id, step.id)));
        if node.has_pipeline {
            through.push(Stage::RouteOut(id));
        }
        let destinations = node.delivers.get(&signal).into_iter().flatten();
        let to = destinations.filter_map(|id| destination::entrance(plan, id, signal)).collect();
        let from = End::Joint(Joint::Route(id));
        graph.pipes.push(Pipe { tier: Tier::Route(id), signal, from, through, to });
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
