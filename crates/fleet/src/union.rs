//! What one class of collectors runs: the union of the scopes that reach it, conflicts refused.
//! This is what the renderer reads; it knows nothing of rendering.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::destination::Destination;
use crate::ids::Id;
use crate::intent::{Intent, Reach};
use crate::link::Link;
use crate::pipeline::Pipeline;
use crate::place::{Kind, Place, Scope};
use crate::problem::Problem;
use crate::route::{Route, Sources};
use crate::signal::Runtime;
use crate::source::Source;

/// An entity with the place it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed<T> {
    /// Where it is written.
    pub place: Place,
    /// What is written there.
    pub entity: Arc<T>,
}

impl<T> Placed<T> {
    /// The entity's id.
    #[must_use]
    pub fn id(&self) -> &Id {
        &self.place.id
    }
}

/// Everything that a class of collectors runs. Entities limited to another runtime are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Union {
    /// The runtime it is meant for.
    pub runtime: Runtime,
    /// Sources by id.
    pub sources: BTreeMap<Id, Placed<Source>>,
    /// Routes in the order of the first match: by priority, then id.
    pub routes: Vec<Placed<Route>>,
    /// Destinations by id.
    pub destinations: BTreeMap<Id, Placed<Destination>>,
    /// The pipelines that its routes name.
    pub pipelines: BTreeMap<Id, Placed<Pipeline>>,
    /// Links on which it sends; their ids serve as destinations.
    pub sends: BTreeMap<Id, Placed<Link>>,
    /// Links on which it receives; their ids serve as sources.
    pub receives: BTreeMap<Id, Placed<Link>>,
    /// What does not run here only because `runtimes` leaves it no destination. Allowed, and perhaps not meant.
    pub stranded: Vec<Problem>,
}

impl Union {
    /// Whether there is nothing to run: no route joins a source and a destination.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.routes.is_empty()
    }
}

impl Intent {
    /// The union of what reaches a class of collectors.
    ///
    /// # Errors
    /// Every id that two scopes define, with both files; every reference that this union lacks.
    pub fn union(&self, reach: &Reach) -> Result<Union, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut union = Union {
            runtime: reach.runtime,
            sources: BTreeMap::new(),
            routes: Vec::new(),
            destinations: BTreeMap::new(),
            pipelines: BTreeMap::new(),
            sends: self.placed_links(&reach.sends),
            receives: self.placed_links(&reach.receives),
            stranded: Vec::new(),
        };
        let mut limited = BTreeMap::new();
        let mut routes = BTreeMap::new();
        let runs = |runtimes: &[Runtime]| runtimes.is_empty() || runtimes.contains(&reach.runtime);
        for scope in &reach.scopes {
            let Some(scoped) = self.scopes.get(scope) else { continue };
            let sources = scoped.sources.iter().filter(|(_, e)| runs(&e.runtimes));
            add(&mut union.sources, scope, Kind::Source, sources, &mut problems);
            let elsewhere = scoped.destinations.iter().filter(|(_, e)| !runs(&e.runtimes));
            limited.extend(elsewhere.map(|(id, e)| (id, e.runtimes.as_slice())));
            let destinations = scoped.destinations.iter().filter(|(_, e)| runs(&e.runtimes));
            add(&mut union.destinations, scope, Kind::Destination, destinations, &mut problems);
            add(&mut routes, scope, Kind::Route, scoped.routes.iter(), &mut problems);
        }
        for link in union.sends.values().chain(union.receives.values()) {
            let twin = union.sources.get(link.id()).map(|s| &s.place);
            for other in twin.into_iter().chain(union.destinations.get(link.id()).map(|d| &d.place)) {
                problems.push(
                    Problem::new(&link.place, "", format!("the id `{}` is used twice", link.id()))
                        .with(other),
                );
            }
        }
        union.routes = routes.into_values().collect();
        union.routes.sort_by(|a, b| (a.entity.priority, a.id()).cmp(&(b.entity.priority, b.id())));
        union.retain_resolvable(self, &limited, &mut problems);
        if problems.is_empty() { Ok(union) } else { Err(problems) }
    }

    fn placed_links(&self, ids: &[Id]) -> BTreeMap<Id, Placed<Link>> {
        let placed = |id: &Id| {
            let entity = Arc::clone(self.links.get(id)?);
            Some((id.clone(), Placed { place: Place::of(Kind::Link, id.clone()), entity }))
        };
        ids.iter().filter_map(placed).collect()
    }
}

impl Union {
    /// Fills in pipelines and drops the routes whose sources or destinations do not apply here (limited to another runtime,
    /// or the far end of a link). A reference that nothing in the repository could satisfy here is a problem. `limited` are the
    /// destinations that reach it and are meant for other runtimes.
    fn retain_resolvable(&mut self, intent: &Intent, limited: &Limited<'_>, problems: &mut Vec<Problem>) {
        let routes = std::mem::take(&mut self.routes);
        let mut stranded = Vec::new();
        for route in routes {
            let known_source = |id: &Id| self.sources.contains_key(id) || self.receives.contains_key(id);
            let known_destination =
                |id: &Id| self.destinations.contains_key(id) || self.sends.contains_key(id);
            let fed = match &route.entity.sources {
                Sources::All => !self.sources.is_empty() || !self.receives.is_empty(),
                Sources::Named(ids) => ids.iter().any(known_source),
            };
            let delivers = route.entity.destinations.iter().any(known_destination);
            for id in route.entity.destinations.iter().filter(|id| !known_destination(id)) {
                if !intent.exists_elsewhere(Kind::Destination, id) {
                    let message = format!("destination `{id}` does not reach this collector");
                    problems.push(Problem::new(&route.place, "destinations", message));
                }
            }
            if let Some(id) = &route.entity.pipeline {
                match intent.pipelines.get(id) {
                    Some(pipeline) => {
                        let place = Place::of(Kind::Pipeline, id.clone());
                        self.pipelines.insert(id.clone(), Placed { place, entity: Arc::clone(pipeline) });
                    }
                    None => problems.push(Problem::new(
                        &route.place,
                        "pipeline",
                        format!("there is no pipeline `{id}`"),
                    )),
                }
            }
            if fed && delivers {
                self.routes.push(route);
            } else if fed && route.entity.destinations.iter().any(|id| limited.contains_key(id)) {
                stranded.push(route);
            }
        }
        self.tell_stranded(&stranded, limited);
    }

    /// Writes down which routes `runtimes` leaves without a destination, and the sources that run for no other route.
    fn tell_stranded(&mut self, routes: &[Placed<Route>], limited: &Limited<'_>) {
        let runtime = self.runtime;
        for route in routes {
            let elsewhere = route.entity.destinations.iter().filter_map(|id| Some((id, limited.get(id)?)));
            let reasons: Vec<String> = elsewhere
                .map(|(id, runtimes)| {
                    let runtimes: Vec<String> = runtimes.iter().map(ToString::to_string).collect();
                    format!("`{id}` is limited to {}", runtimes.join(" and "))
                })
                .collect();
            let message = format!("on {runtime}, this route has no destination left: {}", reasons.join(", "));
            self.stranded.push(Problem::new(&route.place, "destinations", message));
        }
        let sources = self.sources.iter().map(|(id, placed)| (id, &placed.place));
        for (id, place) in sources.chain(self.receives.iter().map(|(id, placed)| (id, &placed.place))) {
            let taken =
                |routes: &[Placed<Route>]| routes.iter().any(|route| route.entity.sources.include(id));
            if taken(routes) && !taken(&self.routes) {
                let message = format!(
                    "on {runtime}, this does not run: no route that takes from it has a destination left there"
                );
                self.stranded.push(Problem::new(place, "", message));
            }
        }
    }
}

/// Destinations that reach a collector and are meant for other runtimes: for which.
type Limited<'a> = BTreeMap<&'a Id, &'a [Runtime]>;

impl Intent {
    /// Whether any scope or link defines this id, so that its absence here is meant (another runtime, another group).
    fn exists_elsewhere(&self, kind: Kind, id: &Id) -> bool {
        self.links.contains_key(id)
            || self.scopes.values().any(|scoped| match kind {
                Kind::Source => scoped.sources.contains_key(id),
                _ => scoped.destinations.contains_key(id),
            })
    }
}

fn add<'a, T: 'a>(
    into: &mut BTreeMap<Id, Placed<T>>,
    scope: &Scope,
    kind: Kind,
    entities: impl Iterator<Item = (&'a Id, &'a Arc<T>)>,
    problems: &mut Vec<Problem>,
) {
    for (id, entity) in entities {
        let place = Place::scoped(scope.clone(), kind, id.clone());
        let placed = Placed { place: place.clone(), entity: Arc::clone(entity) };
        if let Some(earlier) = into.insert(id.clone(), placed) {
            let noun = kind.plural().trim_end_matches('s');
            let message =
                format!("{noun} `{id}` is defined twice for the same collectors; rename one of them");
            problems.push(Problem::new(place, "", message).with(earlier.place));
        }
    }
}
