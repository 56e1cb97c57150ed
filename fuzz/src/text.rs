//! What people write: YAML, entities, selectors, repository paths.

use linkmesh_fleet::selector::Selector;
use linkmesh_fleet::{Entity, Place, yaml as fleet_yaml};

/// One place of every kind of entity, chosen by the first byte of the input.
const PLACES: &[&str] = &[
    "fleet/sources/a.yaml",
    "fleet/routes/a.yaml",
    "groups/g/destinations/a.yaml",
    "pipelines/a.yaml",
    "groups/g/group.yaml",
    "links/a.yaml",
];

/// What was read is the same when written and read again.
pub(crate) fn yaml(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(value) = fleet_yaml::value(text) else { return };
    let written = fleet_yaml::write(&value).expect("a plain value can be written");
    let again = fleet_yaml::value(&written);
    assert_eq!(again.as_ref().ok(), Some(&value), "{written}");
}

/// Canonical text is canonical: reading and writing it changes nothing.
pub(crate) fn entity(input: &[u8]) {
    let (&kind, input) = input.split_first().unwrap_or((&0, &[]));
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some(place) = PLACES.get(usize::from(kind) % PLACES.len()) else { return };
    let place: Place = place.parse().expect("the places above are right");
    let Ok(entity) = Entity::read(&place, text) else { return };
    let Ok(canonical) = entity.write() else { return };
    let again = Entity::read(&place, &canonical).expect("canonical text is read");
    assert_eq!(again, entity);
    assert_eq!(again.write().ok(), Some(canonical));
}

/// A selector says what it means: its own text is the same selector.
pub(crate) fn selector(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(selector) = text.parse::<Selector>() else { return };
    let said = selector.to_string();
    let again: Selector = said.parse().expect("its own text is read");
    assert_eq!(again.to_string(), said);
}

/// There is one path for a place.
pub(crate) fn place(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(place) = text.parse::<Place>() {
        assert_eq!(place.to_string(), text);
    }
}
