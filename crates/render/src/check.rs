//! Everything that can be said about single entities: types, settings, parameters, conditions.
//! Knows no union. Start at [`check`].

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_fleet::{Id, Intent, Kind, Link, Pipeline, Place, Problem, Route, Runtime};

use crate::link;
use crate::ottl;
use crate::parameters::{self, Values};
use crate::resolve::{self, Setting, Site};
use crate::target::OTELCOL_TESTED;

/// Every fault that needs no union to be seen, in the order of the paths.
pub(crate) fn check(intent: &Intent) -> Vec<Problem> {
    // Nothing is opened here: whether a secret can be opened is the keeper's business, not the model's.
    let open = |_: &Place, _: &str, _: &str| Ok(String::new());
    let setting = Setting { version: OTELCOL_TESTED, kubernetes: false, open: &open };
    let mut problems = Vec::new();
    for (scope, scoped) in &intent.scopes {
        let place = |kind, id: &Id| Place::scoped(scope.clone(), kind, id.clone());
        for (id, source) in scoped.sources.iter().filter(|(_, source)| on_otelcol(&source.runtimes)) {
            problems.extend(
                resolve::source(&setting, &place(Kind::Source, id), source).err().into_iter().flatten(),
            );
        }
        for (id, destination) in scoped.destinations.iter().filter(|(_, d)| on_otelcol(&d.runtimes)) {
            let place = place(Kind::Destination, id);
            problems.extend(resolve::destination(&setting, &place, destination).err().into_iter().flatten());
        }
        for (id, route) in &scoped.routes {
            self::route(&setting, &place(Kind::Route, id), route, &intent.pipelines, &mut problems);
        }
    }
    for (id, pipeline) in &intent.pipelines {
        self::pipeline(&setting, &Place::of(Kind::Pipeline, id.clone()), pipeline, &mut problems);
    }
    for (id, link) in &intent.links {
        self::link(&Place::of(Kind::Link, id.clone()), link, &mut problems);
    }
    problems.sort();
    problems.dedup();
    problems
}

fn on_otelcol(runtimes: &[Runtime]) -> bool {
    runtimes.is_empty() || runtimes.contains(&Runtime::Otelcol)
}

fn pipeline(setting: &Setting<'_>, place: &Place, pipeline: &Pipeline, problems: &mut Vec<Problem>) {
    if pipeline.signals.is_empty() {
        problems.push(Problem::new(place, "signals", "name at least one of logs, metrics and traces"));
    }
    let before = problems.len();
    for (name, parameter) in &pipeline.parameters {
        if let Err(why) = parameters::declaration(name, parameter) {
            problems.push(Problem::new(place, format!("parameters.{name}"), why));
        }
    }
    if problems.len() > before {
        return;
    }
    // The declarations hold, so every value is a default or a sample of its type.
    let Ok(values) = parameters::values(pipeline, &BTreeMap::new()) else { return };
    problems.extend(steps(setting, place, pipeline, &values));
}

/// What is wrong with the steps for these values.
fn steps(setting: &Setting<'_>, place: &Place, pipeline: &Pipeline, values: &Values<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, step) in pipeline.steps.iter().enumerate() {
        let field = format!("steps[{index}].");
        for signal in step.signals.iter().filter(|signal| !pipeline.signals.contains(signal)) {
            let message = format!("the pipeline has no {signal}");
            problems.push(Problem::new(place, format!("{field}signals"), message));
        }
        if !on_otelcol(&step.runtimes) {
            continue;
        }
        let credentials = format!("steps.{}.credentials", step.id);
        let id = step.id.as_str();
        let site = Site { place, field: field.clone(), credentials, id, owner: format!("check.step.{id}") };
        let wanted = if step.signals.is_empty() { &pipeline.signals } else { &step.signals };
        match resolve::step(setting, &site, step, values, wanted) {
            Ok(component) if !component.signals.iter().any(|signal| wanted.contains(signal)) => {
                let takes: Vec<&str> = component.signals.iter().map(|signal| signal.name()).collect();
                let message =
                    format!("a step of type `{}` works only on {}", step.type_, takes.join(" and "));
                problems.push(Problem::new(place, format!("{field}type"), message));
            }
            Ok(_) => {}
            Err(faults) => problems.extend(faults),
        }
    }
    problems
}

fn route(
    setting: &Setting<'_>,
    place: &Place,
    route: &Route,
    pipelines: &BTreeMap<Id, Arc<Pipeline>>,
    problems: &mut Vec<Problem>,
) {
    for (signal, condition) in &route.filter {
        let field = format!("filter.{signal}");
        if !route.signals.is_empty() && !route.signals.contains(signal) {
            problems.push(Problem::new(place, field, format!("the route takes no {signal}")));
        } else if let Err(why) = ottl::check_filter(condition, *signal) {
            problems.push(Problem::new(place, field, why));
        }
    }
    let Some(pipeline) = route.pipeline.as_ref().and_then(|id| pipelines.get(id)) else { return };
    for signal in route.signals.iter().filter(|signal| !pipeline.signals.contains(signal)) {
        let message = format!("the pipeline is not written for {signal}");
        problems.push(Problem::new(place, "signals", message));
    }
    match parameters::values(pipeline, &route.parameters) {
        Err(faults) => problems.extend(
            faults.into_iter().map(|(name, why)| Problem::new(place, format!("parameters.{name}"), why)),
        ),
        // The pipeline's own faults are told once, at the pipeline.
        Ok(values) if !route.parameters.is_empty() => {
            let own = parameters::values(pipeline, &BTreeMap::new());
            let own = own.map(|values| steps(setting, place, pipeline, &values)).unwrap_or_default();
            for fault in
                steps(setting, place, pipeline, &values).into_iter().filter(|fault| !own.contains(fault))
            {
                let message =
                    format!("with these values the pipeline fails at {}: {}", fault.field, fault.message);
                problems.push(Problem::new(place, "parameters", message));
            }
        }
        Ok(_) => {}
    }
}

fn link(place: &Place, link: &Link, problems: &mut Vec<Problem>) {
    problems.extend(link::check(place, link));
}
