//! What is allowed and probably not meant: sources that go nowhere, routes that never match, records that match nothing.
//! Start at [`warnings`].

use std::collections::BTreeSet;

use linkmesh_fleet::{Problem, Signal, Union};

use super::Plan;

/// What deserves a look in a plan that can be rendered.
pub(super) fn warnings(union: &Union, plan: &Plan<'_>) -> Vec<Problem> {
    let mut warnings = union.stranded.clone();
    for (id, place) in union.sources.iter().map(|(id, placed)| (id, &placed.place)) {
        let told = union.stranded.iter().any(|warning| warning.path == place.to_string());
        if !told && plan.signals_of(id).is_empty() {
            let message = "no route takes anything from this source, so it does not run";
            warnings.push(Problem::new(place, "", message));
        }
    }
    for (id, source) in &plan.sources {
        let open: Vec<&str> = plan
            .signals_of(id)
            .into_iter()
            .filter(|signal| plan.routes_of(id, *signal).all(|route| route.condition(*signal).is_some()))
            .map(Signal::name)
            .collect();
        if !open.is_empty() {
            let message = format!(
                "{} that match no route go nowhere; add a route without a filter",
                open.join(" and ")
            );
            warnings.push(Problem::new(source.place, "", message));
        }
    }
    for route in &plan.routes {
        let shadows = |source, signal| {
            let before = plan.routes_of(source, signal).take_while(|other| other.place != route.place);
            before.into_iter().find(|other| other.route.final_ && other.condition(signal).is_none())
        };
        let edges: Vec<_> = route
            .takes
            .iter()
            .flat_map(|(source, signals)| signals.iter().map(|signal| (*source, *signal)))
            .collect();
        let shadowing: Vec<_> =
            edges.iter().filter_map(|(source, signal)| shadows(source, *signal)).collect();
        if shadowing.len() == edges.len() {
            let names: BTreeSet<&str> = shadowing.iter().map(|other| other.place.id.as_str()).collect();
            let names: Vec<&str> = names.into_iter().collect();
            let message =
                format!("can never match: `{}` comes first and takes everything", names.join("` and `"));
            warnings.push(Problem::new(route.place, "", message));
        }
    }
    warnings
}
