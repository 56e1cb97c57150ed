//! An otelcol configuration being put together: sections in the order of their ids, and the map back to entities.
//! Knows nothing of tiers. Start at [`Document::add`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Place, Problem, yaml};
use serde_json::{Map, Value, json};

use super::names;
use crate::rendered::{ComponentKind, Mapped};
use crate::resolve::STORAGE;

/// Where offsets and queues are kept unless the host's environment says otherwise.
const STORAGE_DIRECTORY: &str = "${env:LINKMESH_STORAGE:-/var/lib/otelcol/linkmesh}";

#[derive(Default)]
pub(super) struct Document {
    components: BTreeMap<(ComponentKind, String), Value>,
    pipelines: BTreeMap<String, Chain>,
    map: Vec<Mapped>,
}

/// One pipeline.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) receivers: Vec<String>,
    pub(super) processors: Vec<String>,
    pub(super) exporters: Vec<String>,
}

impl Document {
    /// Adds a component and says where it comes from. Its texts are escaped already.
    pub(super) fn add(&mut self, kind: ComponentKind, id: &str, config: Value, place: &Place, stage: &str) {
        if self.components.insert((kind, id.to_owned()), config).is_none() {
            let (component, place, stage) = (id.to_owned(), place.clone(), stage.to_owned());
            self.map.push(Mapped { kind, component, place, stage });
        }
    }

    pub(super) fn add_pipeline(&mut self, id: String, chain: Chain) {
        self.pipelines.insert(id, chain);
    }

    /// The components that belong to nobody in particular: added where something refers to them.
    pub(super) fn add_shared(&mut self, kubernetes: bool) {
        let limited = |chain: &Chain| chain.processors.iter().any(|id| id == names::MEMORY_LIMITER);
        let first =
            self.map.iter().find(|mapped| mapped.kind == ComponentKind::Receiver).map(|m| m.place.clone());
        if let Some(place) = first.filter(|_| self.pipelines.values().any(limited)) {
            let limits = if kubernetes {
                json!({"check_interval": "5s", "limit_percentage": 80, "spike_limit_percentage": 20})
            } else {
                json!({"check_interval": "5s", "limit_mib": 512, "spike_limit_mib": 128})
            };
            let stage = "shared:memory-limiter";
            self.add(ComponentKind::Processor, names::MEMORY_LIMITER, limits, &place, stage);
        }
        let user =
            self.components.iter().find(|(_, config)| mentions(config, STORAGE)).map(|(key, _)| key.clone());
        let place = user.and_then(|(kind, id)| {
            self.map
                .iter()
                .find(|mapped| mapped.kind == kind && mapped.component == id)
                .map(|m| m.place.clone())
        });
        if let Some(place) = place {
            let config = json!({"create_directory": true, "directory": STORAGE_DIRECTORY});
            self.add(ComponentKind::Extension, STORAGE, config, &place, "shared:storage");
        }
    }

    /// The text, and the map in the order of kind and id.
    pub(super) fn write(mut self) -> Result<(String, Vec<Mapped>), Problem> {
        let mut extensions = Vec::new();
        let mut sections: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
        for ((kind, id), config) in self.components {
            if kind == ComponentKind::Extension {
                extensions.push(id.clone());
            }
            sections.entry(section(kind)).or_default().insert(id, sorted(config));
        }
        let pipelines: BTreeMap<String, Value> =
            self.pipelines.into_iter().map(|(id, chain)| (id, chain.into_value())).collect();
        let mut service = BTreeMap::from([("pipelines".to_owned(), json!(pipelines))]);
        if !extensions.is_empty() {
            service.insert("extensions".to_owned(), json!(extensions));
        }
        sections.insert("service", service);
        self.map.sort();
        let text = yaml::write(&sections).map_err(|cause| Problem::new("", "", cause.to_string()))?;
        Ok((text, self.map))
    }
}

impl Chain {
    fn into_value(self) -> Value {
        let mut map = Map::new();
        map.insert("exporters".to_owned(), json!(self.exporters));
        if !self.processors.is_empty() {
            map.insert("processors".to_owned(), json!(self.processors));
        }
        map.insert("receivers".to_owned(), json!(self.receivers));
        Value::Object(map)
    }
}

fn section(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Receiver => "receivers",
        ComponentKind::Processor => "processors",
        ComponentKind::Exporter => "exporters",
        ComponentKind::Connector => "connectors",
        ComponentKind::Extension => "extensions",
    }
}

fn mentions(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Array(items) => items.iter().any(|item| mentions(item, wanted)),
        Value::Object(map) => map.values().any(|item| mentions(item, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Keys in their order, however the JSON library was built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<String, Value> =
                map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
