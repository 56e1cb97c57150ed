//! The whole of what people want, as one revision of the repository says it.
//! Knows nothing of Git; it is handed files. Start at [`Intent::read`], then [`Intent::reach`] and [`Intent::union`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::destination::Destination;
use crate::entity::Entity;
use crate::group::Group;
use crate::ids::Id;
use crate::link::Link;
use crate::pipeline::Pipeline;
use crate::place::{Kind, Place, Scope};
use crate::problem::Problem;
use crate::registration::Registration;
use crate::route::Route;
use crate::signal::Runtime;
use crate::source::Source;

mod check;

/// All entities of one revision. Cloning is cheap enough to try a change on a copy: entities are shared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intent {
    /// Sources, routes and destinations by scope.
    pub scopes: BTreeMap<Scope, Scoped>,
    /// Pipelines.
    pub pipelines: BTreeMap<Id, Arc<Pipeline>>,
    /// Groups.
    pub groups: BTreeMap<Id, Arc<Group>>,
    /// Links.
    pub links: BTreeMap<Id, Arc<Link>>,
    /// Collectors.
    pub collectors: BTreeMap<Id, Arc<Registration>>,
}

/// What one scope defines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scoped {
    /// Sources.
    pub sources: BTreeMap<Id, Arc<Source>>,
    /// Routes.
    pub routes: BTreeMap<Id, Arc<Route>>,
    /// Destinations.
    pub destinations: BTreeMap<Id, Arc<Destination>>,
}

impl Scoped {
    fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.routes.is_empty() && self.destinations.is_empty()
    }
}

/// What reaches one collector. Collectors with an equal reach run the same configuration: a class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reach {
    /// Scopes that define something, widest first.
    pub scopes: Vec<Scope>,
    /// Links on which it sends.
    pub sends: Vec<Id>,
    /// Links on which it receives.
    pub receives: Vec<Id>,
    /// The runtime that limits which entities apply.
    pub runtime: Runtime,
}

/// What a host says about itself; selectable only under `reported.`.
pub type Claims = BTreeMap<String, String>;

impl Intent {
    /// Reads all files of a revision. Files that are not entities (a README, say, outside the known folders) are skipped.
    /// What cannot be read is left out and named.
    pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> (Self, Vec<Problem>) {
        let mut intent = Self::default();
        let mut problems = Vec::new();
        for (path, bytes) in files {
            if let Err(problem) = intent.put_file(path, bytes) {
                problems.push(problem);
            }
        }
        (intent, problems)
    }

    /// Reads one file into its place, replacing what was there.
    ///
    /// # Errors
    /// The path belongs to a known folder but names no entity, or the text cannot be read.
    pub fn put_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Problem> {
        if !is_ours(path) {
            return Ok(());
        }
        let place: Place = path.parse().map_err(|cause| Problem::new(path, "", format!("{cause}")))?;
        let text =
            std::str::from_utf8(bytes).map_err(|_| Problem::new(path, "", "the file is not UTF-8 text"))?;
        let entity = Entity::read(&place, text)?;
        self.put(&place, entity);
        Ok(())
    }

    /// Sets one entity. The entity's kind must be the place's, as [`Entity::read`] guarantees.
    pub fn put(&mut self, place: &Place, entity: Entity) {
        let id = place.id.clone();
        match entity {
            Entity::Pipeline(e) => drop(self.pipelines.insert(id, Arc::new(e))),
            Entity::Group(e) => drop(self.groups.insert(id, Arc::new(e))),
            Entity::Link(e) => drop(self.links.insert(id, Arc::new(e))),
            Entity::Registration(e) => drop(self.collectors.insert(id, Arc::new(e))),
            Entity::Source(e) => drop(self.scope_mut(place).sources.insert(id, Arc::new(e))),
            Entity::Route(e) => drop(self.scope_mut(place).routes.insert(id, Arc::new(e))),
            Entity::Destination(e) => drop(self.scope_mut(place).destinations.insert(id, Arc::new(e))),
        }
    }

    /// Removes one entity; says whether it was there.
    pub fn remove(&mut self, place: &Place) -> bool {
        let id = &place.id;
        let gone = match place.kind {
            Kind::Pipeline => self.pipelines.remove(id).is_some(),
            Kind::Group => self.groups.remove(id).is_some(),
            Kind::Link => self.links.remove(id).is_some(),
            Kind::Registration => self.collectors.remove(id).is_some(),
            Kind::Source => self.scope_mut(place).sources.remove(id).is_some(),
            Kind::Route => self.scope_mut(place).routes.remove(id).is_some(),
            Kind::Destination => self.scope_mut(place).destinations.remove(id).is_some(),
        };
        self.scopes.retain(|_, scoped| !scoped.is_empty());
        gone
    }

    /// One entity, copied out.
    #[must_use]
    pub fn get(&self, place: &Place) -> Option<Entity> {
        let id = &place.id;
        let scoped = self.scopes.get(&place.scope);
        match place.kind {
            Kind::Pipeline => self.pipelines.get(id).map(|e| Entity::Pipeline((**e).clone())),
            Kind::Group => self.groups.get(id).map(|e| Entity::Group((**e).clone())),
            Kind::Link => self.links.get(id).map(|e| Entity::Link((**e).clone())),
            Kind::Registration => self.collectors.get(id).map(|e| Entity::Registration((**e).clone())),
            Kind::Source => scoped?.sources.get(id).map(|e| Entity::Source((**e).clone())),
            Kind::Route => scoped?.routes.get(id).map(|e| Entity::Route((**e).clone())),
            Kind::Destination => scoped?.destinations.get(id).map(|e| Entity::Destination((**e).clone())),
        }
    }

    /// Every place of one kind, over all scopes, in path order.
    #[must_use]
    pub fn places(&self, kind: Kind) -> Vec<Place> {
        let plain = |ids: Vec<&Id>| ids.into_iter().map(|id| Place::of(kind, id.clone())).collect();
        match kind {
            Kind::Pipeline => plain(self.pipelines.keys().collect()),
            Kind::Group => plain(self.groups.keys().collect()),
            Kind::Link => plain(self.links.keys().collect()),
            Kind::Registration => plain(self.collectors.keys().collect()),
            Kind::Source => self.scoped_places(kind, |scoped| scoped.sources.keys().collect()),
            Kind::Route => self.scoped_places(kind, |scoped| scoped.routes.keys().collect()),
            Kind::Destination => self.scoped_places(kind, |scoped| scoped.destinations.keys().collect()),
        }
    }

    fn scoped_places(&self, kind: Kind, ids: impl Fn(&Scoped) -> Vec<&Id>) -> Vec<Place> {
        self.scopes
            .iter()
            .flat_map(|(scope, scoped)| {
                ids(scoped)
                    .into_iter()
                    .map(|id| Place::scoped(scope.clone(), kind, id.clone()))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn scope_mut(&mut self, place: &Place) -> &mut Scoped {
        self.scopes.entry(place.scope.clone()).or_default()
    }

    /// The groups that hold a collector: by selector, by member list, or by its registration.
    #[must_use]
    pub fn groups_of(&self, id: &Id, registration: &Registration, claims: &Claims) -> BTreeSet<Id> {
        let holds = |name: &Id, group: &Group| {
            group.members.contains(id)
                || registration.groups.contains(name)
                || group.selector.as_ref().is_some_and(|s| s.matches(&registration.labels, claims))
        };
        self.groups.iter().filter(|(name, group)| holds(name, group)).map(|(name, _)| name.clone()).collect()
    }

    /// What reaches a collector.
    #[must_use]
    pub fn reach(&self, id: &Id, registration: &Registration, claims: &Claims) -> Reach {
        let groups = self.groups_of(id, registration, claims);
        let receives = |link: &Link| link.to == *id || groups.contains(&link.to);
        let sends = |link: &Link| link.from.matches(&registration.labels, claims);
        let links = |wanted: &dyn Fn(&Link) -> bool| {
            self.links.iter().filter(|(_, link)| wanted(link)).map(|(id, _)| id.clone()).collect()
        };
        let (receives, sends) = (links(&receives), links(&sends));
        let scopes = std::iter::once(Scope::Fleet)
            .chain(groups.into_iter().map(Scope::Group))
            .chain([Scope::Collector(id.clone())])
            .filter(|scope| self.scopes.contains_key(scope))
            .collect();
        Reach { scopes, sends, receives, runtime: registration.mode.runtime() }
    }
}

/// Whether a path lies in a folder that belongs to the model.
fn is_ours(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    path.contains('/')
        && matches!(first, "pipelines" | "fleet" | "groups" | "registry" | "collectors" | "links")
}
