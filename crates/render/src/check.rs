//! Everything that can be said about single entities: types, settings, parameters, conditions.
//! Knows no union. Start at [`check`].

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_fleet::{Id, Intent, Kind, Link, Pipeline, Place, Problem, Route, Runtime};

use crate::OpenSecret;
use crate::link;
use crate::ottl;
use crate::parameters::{self, Values};
use crate::resolve::{self, Setting, Site};
use crate::target::{Stability, Target};

/// Every fault that needs no union to be seen, in the order of the paths.
pub(crate) fn check(intent: &Intent) -> Vec<Problem> {
    // Nothing is opened here: whether a secret can be opened is the keeper's business, not the model's.
    let open = |_: &Place, _: &str, _: &str| Ok(String::new());
    let settings = Settings::with(&open);
    let mut problems = Vec::new();
    for (scope, scoped) in &intent.scopes {
        let place = |kind, id: &Id| Place::scoped(scope.clone(), kind, id.clone());
        for (id, source) in &scoped.sources {
            let place = place(Kind::Source, id);
            let faults =
                settings.of(&source.runtimes).map(|setting| resolve::source(setting, &place, source));
            problems.extend(faults.filter_map(Result::err).flatten());
        }
        for (id, destination) in &scoped.destinations {
            let place = place(Kind::Destination, id);
            let of = settings.of(&destination.runtimes);
            let faults = of.map(|setting| resolve::destination(setting, &place, destination));
            problems.extend(faults.filter_map(Result::err).flatten());
        }
        for (id, route) in &scoped.routes {
            self::route(&settings, &place(Kind::Route, id), route, &intent.pipelines, &mut problems);
        }
    }
    for (id, pipeline) in &intent.pipelines {
        self::pipeline(&settings, &Place::of(Kind::Pipeline, id.clone()), pipeline, &mut problems);
    }
    for (id, link) in &intent.links {
        self::link(&Place::of(Kind::Link, id.clone()), link, &mut problems);
    }
    problems.sort();
    problems.dedup();
    problems
}

/// The newest of both runtimes, and an Alloy that accepts everything: what a certain collector lacks is said when it is
/// rendered for.
struct Settings<'a> {
    otelcol: Setting<'a>,
    alloy: Setting<'a>,
}

impl<'a> Settings<'a> {
    fn with(open: OpenSecret<'a>) -> Self {
        let newest = |runtime| {
            let target = Target::new(runtime, None, false);
            Setting::of(&target.with_stability(Stability::Experimental).with_community(true), open)
        };
        Self { otelcol: newest(Runtime::Otelcol), alloy: newest(Runtime::Alloy) }
    }

    /// Those that an entity is meant for. Without a word it must at least work on otelcol.
    fn of(&self, runtimes: &[Runtime]) -> impl Iterator<Item = &Setting<'a>> {
        let otelcol = runtimes.is_empty() || runtimes.contains(&Runtime::Otelcol);
        let alloy = runtimes.contains(&Runtime::Alloy);
        otelcol.then_some(&self.otelcol).into_iter().chain(alloy.then_some(&self.alloy))
    }
}

fn pipeline(settings: &Settings<'_>, place: &Place, pipeline: &Pipeline, problems: &mut Vec<Problem>) {
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
    problems.extend(steps(settings, place, pipeline, &values));
}

/// What is wrong with the steps for these values.
fn steps(settings: &Settings<'_>, place: &Place, pipeline: &Pipeline, values: &Values<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, step) in pipeline.steps.iter().enumerate() {
        let field = format!("steps[{index}].");
        for signal in step.signals.iter().filter(|signal| !pipeline.signals.contains(signal)) {
            let message = format!("the pipeline has no {signal}");
            problems.push(Problem::new(place, format!("{field}signals"), message));
        }
        let credentials = format!("steps.{}.credentials", step.id);
        let id = step.id.as_str();
        let site = Site { place, field: field.clone(), credentials, id, owner: format!("check.step.{id}") };
        let wanted = if step.signals.is_empty() { &pipeline.signals } else { &step.signals };
        for setting in settings.of(&step.runtimes) {
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
    }
    problems
}

fn route(
    settings: &Settings<'_>,
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
            let own = own.map(|values| steps(settings, place, pipeline, &values)).unwrap_or_default();
            for fault in
                steps(settings, place, pipeline, &values).into_iter().filter(|fault| !own.contains(fault))
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
