//! The first two tiers: what a source receives is limited, filtered, stamped and judged once, then each route takes its share.
//! Knows nothing of what routes do. Start at [`add`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Id, Kind, Signal};

use super::{End, Graph, Joint, Pipe, Stage, Tier, Work, mark};
use crate::ottl::quoted;
use crate::plan::{Plan, RouteNode, SourceNode};

/// Adds a source and its edges.
pub(super) fn add<'a>(graph: &mut Graph<'a>, plan: &'a Plan<'_>, id: &'a Id, node: &'a SourceNode<'_>) {
    let place = node.place;
    let component = Work::Component { component: &node.component, owner: &node.owner };
    graph.add(Stage::Receiver(id), place, component);
    graph.add(Stage::MemoryLimiter(id), place, Work::LimitMemory);
    graph.add(Stage::Stamp(id), place, stamp(id, node));
    add_filter(graph, plan, id, node);
    add_verdict(graph, plan, id, node);
    for signal in plan.signals_of(id) {
        let mut through = vec![Stage::MemoryLimiter(id)];
        if node.filter.is_some_and(|filter| filter.contains_key(&signal)) {
            through.extend([Stage::SourceCheck(id), Stage::SourceFilter(id)]);
        }
        through.push(Stage::Stamp(id));
        let to = match only_route(plan, id, signal) {
            Some(route) => {
                let meter = Stage::EdgeMeter(id, &route.place.id);
                graph.add(meter, route.place, Work::Statements(BTreeMap::new()));
                through.push(meter);
                Joint::Route(&route.place.id)
            }
            None => {
                through.push(Stage::Verdict(id));
                graph.joints.insert(Joint::Source(id), place);
                add_edges(graph, plan, id, signal);
                Joint::Source(id)
            }
        };
        let from = End::Stage(Stage::Receiver(id));
        let to = vec![End::Joint(to)];
        graph.pipes.push(Pipe { tier: Tier::Source(id), signal, from, through, to });
    }
}

/// The route that takes all of this signal, where there is but one: nothing to judge and nothing to keep apart.
fn only_route<'p, 'a>(plan: &'p Plan<'a>, source: &Id, signal: Signal) -> Option<&'p RouteNode<'a>> {
    let mut routes = plan.routes_of(source, signal);
    let only = routes.next()?;
    (routes.next().is_none() && only.condition(signal).is_none()).then_some(only)
}

/// What comes over a link keeps the stamp of its first source.
fn stamp<'a>(id: &'a Id, node: &'a SourceNode<'_>) -> Work<'a> {
    let attributes = node.attributes.iter().map(|(key, value)| (*key, *value)).collect();
    Work::Stamp { insert: node.place.kind == Kind::Link, source: id, name: node.name, attributes }
}

/// "Keep if", where an error keeps nothing: a mark is set where the condition holds, and what has none is dropped.
fn add_filter<'a>(graph: &mut Graph<'a>, plan: &Plan<'_>, id: &'a Id, node: &'a SourceNode<'_>) {
    let Some(filter) = node.filter else { return };
    let carried = plan.signals_of(id);
    let used: BTreeMap<Signal, &String> =
        filter.iter().filter(|(signal, _)| carried.contains(signal)).map(|(s, c)| (*s, c)).collect();
    if used.is_empty() {
        return;
    }
    let check = used.iter().map(|(signal, condition)| (*signal, mark::keep(*signal, condition))).collect();
    graph.add(Stage::SourceCheck(id), node.place, Work::Statements(check));
    let (mark, value, signals) = (mark::KEEP.to_owned(), "true".to_owned(), used.into_keys().collect());
    graph.add(Stage::SourceFilter(id), node.place, Work::Keep { mark, value, signals });
}

/// Judges each record once for all routes of the source, in the order of the first match.
fn add_verdict<'a>(graph: &mut Graph<'a>, plan: &Plan<'_>, id: &'a Id, node: &'a SourceNode<'_>) {
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
            conditions.extend(route.condition(signal).map(|condition| format!("({condition})")));
            list.push(mark::set(signal, &mark, &value, &conditions));
        }
    }
    if !statements.is_empty() {
        graph.add(Stage::Verdict(id), node.place, Work::Statements(statements));
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

fn add_edges<'a>(graph: &mut Graph<'a>, plan: &'a Plan<'_>, id: &'a Id, signal: Signal) {
    for route in plan.routes_of(id, signal) {
        let route_id = &route.place.id;
        let judged = |signal: &Signal| only_route(plan, id, *signal).is_none();
        let signals = route.takes.get(id).into_iter().flatten().copied().filter(judged).collect();
        let (mark, value) = mark_of(route);
        let edge = Stage::Edge(id, route_id);
        graph.add(edge, route.place, Work::Keep { mark, value, signals });
        graph.pipes.push(Pipe {
            tier: Tier::Edge(id, route_id),
            signal,
            from: End::Joint(Joint::Source(id)),
            through: vec![edge],
            to: vec![End::Joint(Joint::Route(route_id))],
        });
    }
}
