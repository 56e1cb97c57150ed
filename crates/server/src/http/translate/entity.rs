//! Entities as they stand in the repository, credentials hidden.

use linkmesh_api::types as api;
use linkmesh_control::views::{EntityView, hidden};
use linkmesh_fleet::route::Sources;
use linkmesh_fleet::union::Placed;
use linkmesh_fleet::{Entity, Kind, Place, Union};
use serde_json::Value;

/// One row of a list.
pub(in crate::http) fn listed(view: &EntityView) -> Option<api::ListedEntity> {
    Some(api::ListedEntity {
        kind: entity_kind(view.place.kind)?,
        id: view.place.id.to_string(),
        scope: scope_word(&view.place),
        path: view.place.to_string(),
        etag: view.etag.clone(),
        entity: serde_json::to_value(&view.entity).unwrap_or(Value::Null),
    })
}

/// The kind; nothing for registrations, which the API shows as collectors.
fn entity_kind(kind: Kind) -> Option<api::EntityKind> {
    Some(match kind {
        Kind::Source => api::EntityKind::Sources,
        Kind::Route => api::EntityKind::Routes,
        Kind::Destination => api::EntityKind::Destinations,
        Kind::Pipeline => api::EntityKind::Pipelines,
        Kind::Group => api::EntityKind::Groups,
        Kind::Link => api::EntityKind::Links,
        Kind::Registration => return None,
    })
}

/// The scope, where the kind has one.
fn scope_word(place: &Place) -> Option<String> {
    Kind::SCOPED.contains(&place.kind).then(|| place.scope.to_string())
}

/// What applies to a collector, in the order of the kinds.
pub(in crate::http) fn intent_items(union: &Union) -> Vec<api::IntentItem> {
    let mut items = Vec::new();
    for source in union.sources.values() {
        let named = union.routes.iter().any(|route| match &route.entity.sources {
            Sources::All => true,
            Sources::Named(ids) => ids.contains(source.id()),
        });
        let why = (!named).then_some("no route takes from it");
        items.extend(item(source, Entity::Source, why));
    }
    for route in &union.routes {
        items.extend(item(route, Entity::Route, None));
    }
    for destination in union.destinations.values() {
        let named = union.routes.iter().any(|route| route.entity.destinations.contains(destination.id()));
        let why = (!named).then_some("no route leads to it");
        items.extend(item(destination, Entity::Destination, why));
    }
    items.extend(union.pipelines.values().filter_map(|pipeline| item(pipeline, Entity::Pipeline, None)));
    let links = union.sends.values().chain(union.receives.values());
    items.extend(links.filter_map(|link| item(link, Entity::Link, None)));
    items
}

fn item<T: Clone>(
    placed: &Placed<T>,
    wrap: impl Fn(T) -> Entity,
    left_out_because: Option<&str>,
) -> Option<api::IntentItem> {
    let entity = hidden(wrap((*placed.entity).clone()));
    Some(api::IntentItem {
        kind: entity_kind(placed.place.kind)?,
        id: placed.place.id.to_string(),
        scope: scope_word(&placed.place),
        path: placed.place.to_string(),
        entity: serde_json::to_value(&entity).unwrap_or(Value::Null),
        left_out_because: left_out_because.map(str::to_owned),
    })
}
