//! What must hold between entities, whichever collector they reach.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claims, Intent};
use crate::ids::Id;
use crate::pipeline::Pipeline;
use crate::place::{Kind, Place, Scope};
use crate::problem::Problem;
use crate::route::{Route, Sources};
use crate::secret::Secret;
use crate::yaml::nearest;

impl Intent {
    /// Faults that make a revision invalid: dangling references, clear-text credentials, claims that would hand out
    /// credentials, links in a circle, ages out of bounds.
    #[must_use]
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.check_secrets(&mut problems);
        self.check_links(&mut problems);
        for (id, group) in &self.groups {
            if let Err((field, message)) = group.ages().check() {
                problems.push(Problem::new(Place::of(Kind::Group, id.clone()), field, message));
            }
        }
        for (scope, scoped) in &self.scopes {
            for (id, route) in &scoped.routes {
                let place = Place::scoped(scope.clone(), Kind::Route, id.clone());
                self.check_route(scope, &place, route, &mut problems);
            }
        }
        for (id, pipeline) in &self.pipelines {
            let place = Place::of(Kind::Pipeline, id.clone());
            let mut seen = BTreeSet::new();
            for (at, step) in pipeline.steps.iter().enumerate() {
                if !seen.insert(&step.id) {
                    let message = format!("two steps have the id `{}`", step.id);
                    problems.push(Problem::new(&place, format!("steps[{at}].id"), message));
                }
            }
        }
        problems
    }

    /// What deserves a look but stops nothing: members that are not registered, scopes of groups and collectors that do not exist.
    #[must_use]
    pub fn warnings(&self) -> Vec<Problem> {
        let mut warnings = Vec::new();
        for (id, group) in &self.groups {
            for member in group.members.iter().filter(|member| !self.collectors.contains_key(*member)) {
                let place = Place::of(Kind::Group, id.clone());
                warnings.push(Problem::new(
                    place,
                    "members",
                    format!("no collector `{member}` is registered"),
                ));
            }
        }
        for scope in self.scopes.keys() {
            match scope {
                Scope::Group(id) if !self.groups.contains_key(id) => {
                    let message = format!(
                        "group `{id}` has no group.yaml; only collectors registered with it are reached"
                    );
                    warnings.push(Problem::new(format!("{scope}/"), "", message));
                }
                Scope::Collector(id) if !self.collectors.contains_key(id) => {
                    let message = format!("no collector `{id}` is registered; it applies once there is one");
                    warnings.push(Problem::new(format!("{scope}/"), "", message));
                }
                Scope::Fleet | Scope::Group(_) | Scope::Collector(_) => {}
            }
        }
        warnings
    }

    /// Routes, groups and links that refer to an entity; deleting it would leave them dangling.
    #[must_use]
    pub fn referrers(&self, place: &Place) -> Vec<Place> {
        let mut without = self.clone();
        let before: BTreeSet<Problem> = self.check().into_iter().collect();
        without.remove(place);
        let after = without.check().into_iter().filter(|problem| !before.contains(problem));
        let paths: BTreeSet<String> = after.map(|problem| problem.path).collect();
        paths.into_iter().filter_map(|path| path.parse().ok()).collect()
    }

    fn check_route(&self, scope: &Scope, place: &Place, route: &Route, problems: &mut Vec<Problem>) {
        let visible = self.visible_from(scope);
        if let Sources::Named(sources) = &route.sources {
            for (at, id) in sources.iter().enumerate() {
                if !visible.sources.contains(id) {
                    let message = unknown("source", id, &visible.sources, scope);
                    problems.push(Problem::new(place, format!("sources[{at}]"), message));
                }
            }
        }
        if route.destinations.is_empty() {
            problems.push(Problem::new(place, "destinations", "a route needs at least one destination"));
        }
        for (at, id) in route.destinations.iter().enumerate() {
            if !visible.destinations.contains(id) {
                let message = unknown("destination", id, &visible.destinations, scope);
                problems.push(Problem::new(place, format!("destinations[{at}]"), message));
            } else if route.destinations.iter().take(at).any(|earlier| earlier == id) {
                let message = format!("destination `{id}` is named twice");
                problems.push(Problem::new(place, format!("destinations[{at}]"), message));
            }
        }
        match &route.pipeline {
            None if route.parameters.is_empty() => {}
            None => problems.push(Problem::new(place, "parameters", "there is no pipeline to take them")),
            Some(id) => match self.pipelines.get(id) {
                None => {
                    let known = self.pipelines.keys().cloned().collect();
                    problems.push(Problem::new(
                        place,
                        "pipeline",
                        unknown("pipeline", id, &known, &Scope::Fleet),
                    ));
                }
                Some(pipeline) => check_parameters(place, route, pipeline, problems),
            },
        }
    }

    /// What a scope's routes may name: its own entities and those of wider scopes. A collector's wider scopes are the fleet
    /// and every group that it could be in; the union decides which of them it is in.
    fn visible_from(&self, scope: &Scope) -> Visible {
        let mut visible = Visible::default();
        let wider = |candidate: &Scope| match (scope, candidate) {
            (_, Scope::Fleet) | (Scope::Collector(_), Scope::Group(_)) => true,
            (own, candidate) => own == candidate,
        };
        for (_, scoped) in self.scopes.iter().filter(|(candidate, _)| wider(candidate)) {
            visible.sources.extend(scoped.sources.keys().cloned());
            visible.destinations.extend(scoped.destinations.keys().cloned());
        }
        visible.sources.extend(self.links.keys().cloned());
        visible.destinations.extend(self.links.keys().cloned());
        visible
    }

    fn check_secrets(&self, problems: &mut Vec<Problem>) {
        for kind in Kind::WITH_SECRETS {
            for place in self.places(kind) {
                let Some(entity) = self.get(&place) else { continue };
                for (field, secret) in entity.secrets() {
                    let message = match secret {
                        Secret::Env(_) | Secret::Sealed(_) => continue,
                        Secret::Clear(_) if Secret::is_public(&field) => continue,
                        Secret::Clear(_) => {
                            "a credential in clear text does not belong in the repository; save it through the API, or write \"${env:NAME}\""
                        }
                        Secret::Keep => "there is no stored value to keep; give the credential again",
                    };
                    problems.push(Problem::new(&place, field, message));
                }
            }
        }
        for (id, group) in &self.groups {
            let trusting = group.selector.as_ref().is_some_and(crate::selector::Selector::trusts_claims);
            if trusting && !group.trust_reported {
                for sealed in self.sealed_in(&Scope::Group(id.clone())) {
                    let message = format!(
                        "the selector believes what hosts say about themselves (reported.), and {sealed} would hand them a sealed credential; select by labels, or set trust_reported: true"
                    );
                    problems.push(
                        Problem::new(Place::of(Kind::Group, id.clone()), "selector", message).with(&sealed),
                    );
                }
            }
        }
        for (id, link) in &self.links {
            if link.from.trusts_claims() && link.auth.values().any(|s| matches!(s, Secret::Sealed(_))) {
                let message = "the selector believes what hosts say about themselves (reported.) and would hand them a sealed credential; select by labels";
                problems.push(Problem::new(Place::of(Kind::Link, id.clone()), "from", message));
            }
        }
    }

    /// Places with sealed credentials that a scope's own entities or the targets of its routes bring along.
    fn sealed_in(&self, scope: &Scope) -> BTreeSet<Place> {
        let Some(scoped) = self.scopes.get(scope) else { return BTreeSet::new() };
        let mut places: BTreeSet<Place> = BTreeSet::new();
        let own = |kind, id: &Id| Place::scoped(scope.clone(), kind, id.clone());
        places.extend(scoped.sources.keys().map(|id| own(Kind::Source, id)));
        places.extend(scoped.destinations.keys().map(|id| own(Kind::Destination, id)));
        for route in scoped.routes.values() {
            places.extend(route.pipeline.iter().map(|id| Place::of(Kind::Pipeline, id.clone())));
            let fleet = |id: &Id| Place::scoped(Scope::Fleet, Kind::Destination, id.clone());
            places.extend(route.destinations.iter().map(fleet));
            places.extend(route.destinations.iter().map(|id| Place::of(Kind::Link, id.clone())));
        }
        let sealed = |place: &Place| {
            self.get(place).is_some_and(|e| e.secrets().iter().any(|(_, s)| matches!(s, Secret::Sealed(_))))
        };
        places.into_iter().filter(sealed).collect()
    }

    /// Links must lead somewhere and never in a circle.
    fn check_links(&self, problems: &mut Vec<Problem>) {
        for (id, link) in &self.links {
            let place = Place::of(Kind::Link, id.clone());
            if !self.groups.contains_key(&link.to) && !self.collectors.contains_key(&link.to) {
                let known = self.groups.keys().chain(self.collectors.keys()).cloned().collect();
                problems.push(Problem::new(
                    &place,
                    "to",
                    unknown("group or collector", &link.to, &known, &Scope::Fleet),
                ));
            }
            if link.endpoints.is_empty() {
                problems.push(Problem::new(
                    &place,
                    "endpoints",
                    "name at least one host:port of the receiving side",
                ));
            }
            if link.signals.is_empty() {
                problems.push(Problem::new(
                    &place,
                    "signals",
                    "name at least one of logs, metrics and traces",
                ));
            }
        }
        if self.links.is_empty() {
            return;
        }
        // Records that arrive on one link may leave on another: an edge between links.
        let mut next: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for (id, registration) in &self.collectors {
            let reach = self.reach(id, registration, &Claims::new());
            for arriving in &reach.receives {
                next.entry(arriving.clone()).or_default().extend(reach.sends.iter().cloned());
            }
        }
        for start in self.links.keys() {
            let mut open: Vec<&Id> = next.get(start).into_iter().flatten().collect();
            let mut seen = BTreeSet::new();
            while let Some(link) = open.pop() {
                if link == start {
                    let message = "what this link sends comes back to its senders; choose `from` and `to` so that no collector is on both sides";
                    problems.push(Problem::new(Place::of(Kind::Link, start.clone()), "from", message));
                    break;
                }
                if seen.insert(link) {
                    open.extend(next.get(link).into_iter().flatten());
                }
            }
        }
    }
}

#[derive(Default)]
struct Visible {
    sources: BTreeSet<Id>,
    destinations: BTreeSet<Id>,
}

fn check_parameters(place: &Place, route: &Route, pipeline: &Pipeline, problems: &mut Vec<Problem>) {
    for name in route.parameters.keys().filter(|name| !pipeline.parameters.contains_key(*name)) {
        let known = pipeline.parameters.keys().map(String::as_str);
        let hint = nearest(name, known).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
        let message = format!("the pipeline has no parameter `{name}`{hint}");
        problems.push(Problem::new(place, format!("parameters.{name}"), message));
    }
    for (name, parameter) in &pipeline.parameters {
        if parameter.default.is_none() && !route.parameters.contains_key(name) {
            let message = format!("the pipeline requires parameter `{name}`, which has no default");
            problems.push(Problem::new(place, "parameters", message));
        }
    }
}

fn unknown(noun: &str, id: &Id, known: &BTreeSet<Id>, scope: &Scope) -> String {
    let within = match scope {
        Scope::Fleet => String::new(),
        Scope::Group(_) | Scope::Collector(_) => format!(" in {scope} or a wider scope"),
    };
    match nearest(id.as_str(), known.iter().map(Id::as_str)) {
        Some(near) => format!("there is no {noun} `{id}`{within}; did you mean `{near}`?"),
        None => format!("there is no {noun} `{id}`{within}"),
    }
}
