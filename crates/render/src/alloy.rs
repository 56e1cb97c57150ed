//! A graph of stages as an Alloy module: components wired directly to each other, all inside one `declare`, because metrics of
//! exporters can only be scraped there. Knows no catalog type. Start at [`write`]; labels are made in `names`.

use std::collections::BTreeMap;

use linkmesh_fleet::{Problem, Signal};
use serde_json::{Map, Value, json};

use crate::graph::{Graph, Node, Stage, Work};
use crate::rendered::{ComponentKind, Mapped};

mod names;
mod processor;
mod syntax;

pub(crate) use names::label;
pub(crate) use syntax::{expression, is_expression, quoted};

use syntax::Block;

/// What an Alloy gets that has nothing to run: a text without a block is a valid configuration, an empty one is not told from
/// none at all.
pub(crate) const IDLE: &str = "// Nothing is assigned to this collector.\n";
/// The module that everything stands in.
const MODULE: &str = "linkmesh";
/// The component that keeps queues on disk.
const STORAGE: &str = "otelcol.storage.file";

/// A variable of the host's environment, as an expression.
pub(crate) fn env(name: &str) -> String {
    format!("sys.env({})", quoted(name))
}

/// The storage that queues are kept in; naming it is enough.
pub(crate) fn storage() -> Value {
    expression(&storage_handler())
}

fn storage_handler() -> String {
    format!("{STORAGE}.{MODULE}.handler")
}

/// The text, and where every component of it comes from.
pub(crate) fn write(graph: &Graph<'_>, kubernetes: bool) -> Result<(String, Vec<Mapped>), Problem> {
    let mut module = Module::default();
    for (stage, node) in &graph.stages {
        let entity = Entity::of(graph, *stage, node, kubernetes);
        entity.add(graph, &mut module);
    }
    module.add_storage();
    module.write()
}

/// Blocks by their names, and the map back to entities.
#[derive(Default)]
struct Module {
    blocks: BTreeMap<(String, String), (Value, Mapped)>,
}

/// One stage as components: its own, those beside it and those behind it.
struct Entity<'g, 'a> {
    stage: Stage<'a>,
    node: &'g Node<'a>,
    /// Name and label of each component that records pass, in order.
    line: Vec<(String, String, Value)>,
    beside: Vec<(String, String, Value)>,
}

impl<'g, 'a> Entity<'g, 'a> {
    fn of(graph: &Graph<'a>, stage: Stage<'a>, node: &'g Node<'a>, kubernetes: bool) -> Self {
        let (name, label) = names::stage(stage, &node.work);
        let mut line = Vec::new();
        let mut beside = Vec::new();
        match &node.work {
            Work::Component { component, owner } => {
                line.push((name, label, component.config.clone()));
                let of_owner =
                    |(name, config): (&String, &Value)| (name.clone(), names::label(owner), config.clone());
                beside.extend(component.extensions.iter().map(of_owner));
                line.extend(component.behind.iter().map(|(name, config)| of_owner((name, config))));
            }
            Work::LimitMemory => line.push((name, label, processor::memory_limiter(kubernetes))),
            Work::Statements(statements) => line.push((name, label, processor::transform(statements))),
            Work::Keep { mark, value, signals } => {
                line.push((name, label, processor::keep(mark, value, signals)));
            }
            Work::Stamp { insert, source, name: title, attributes } => {
                let carries = |signal: &Signal| {
                    graph.pipes.iter().any(|pipe| pipe.signal == *signal && pipe.through.contains(&stage))
                };
                let signals: Vec<Signal> = Signal::ALL.into_iter().filter(carries).collect();
                let config = processor::stamp(*insert, source, title, attributes, &signals);
                line.push((name, label, config));
            }
            Work::Batch(batch) => line.push((name, label, processor::batch(batch))),
        }
        Self { stage, node, line, beside }
    }

    fn add(self, graph: &Graph<'a>, module: &mut Module) {
        let outputs: Vec<(Signal, Vec<String>)> = match self.stage {
            Stage::Exporter(_) => Vec::new(),
            stage => Signal::ALL
                .into_iter()
                .map(|signal| (signal, inputs(graph, stage, signal)))
                .filter(|(_, inputs)| !inputs.is_empty())
                .collect(),
        };
        let place = self.node.place;
        let bridged = self.line.len() > 1;
        for (name, label, config) in self.beside {
            let mapped = Mapped {
                kind: ComponentKind::Extension,
                component: format!("{name}.{label}"),
                place: place.clone(),
                stage: "extension".to_owned(),
            };
            module.blocks.insert((name, label), (config, mapped));
        }
        let next: Vec<Option<String>> = self
            .line
            .iter()
            .skip(1)
            .map(|(name, label, _)| Some(input(name, label)))
            .chain([None])
            .collect();
        for (index, ((name, label, mut config), next)) in self.line.into_iter().zip(next).enumerate() {
            let outputs: Vec<(Signal, Vec<String>)> = match next {
                Some(next) => outputs.iter().map(|(signal, _)| (*signal, vec![next.clone()])).collect(),
                None => outputs.clone(),
            };
            if let (Value::Object(config), false) = (&mut config, outputs.is_empty()) {
                config.insert("output".to_owned(), output(&outputs));
            }
            let (kind, stage) = role(self.stage, index, bridged);
            let mapped = Mapped { kind, component: format!("{name}.{label}"), place: place.clone(), stage };
            module.blocks.insert((name, label), (config, mapped));
        }
    }
}

impl Module {
    /// Added where something refers to it; it belongs to the first that does.
    fn add_storage(&mut self) {
        let wanted = storage();
        let user = self.blocks.values().find(|(config, _)| mentions(config, &wanted));
        let Some(place) = user.map(|(_, mapped)| mapped.place.clone()) else { return };
        let key = (STORAGE.to_owned(), MODULE.to_owned());
        let mapped = Mapped {
            kind: ComponentKind::Extension,
            component: format!("{STORAGE}.{MODULE}"),
            place,
            stage: "shared:storage".to_owned(),
        };
        self.blocks.insert(key, (json!({}), mapped));
    }

    fn write(self) -> Result<(String, Vec<Mapped>), Problem> {
        let mut map = Vec::new();
        let mut blocks = Vec::new();
        for ((name, label), (config, mapped)) in &self.blocks {
            let block = Block::of(name, Some(label), config)
                .map_err(|why| Problem::new(&mapped.place, "settings", why))?;
            blocks.push(block);
            map.push(mapped.clone());
        }
        map.sort();
        let module = Block::holding("declare", MODULE, blocks);
        let instance = Block::holding(MODULE, "default", Vec::new());
        Ok((format!("{}\n{}", module.text(), instance.text()), map))
    }
}

/// The inputs of everything that takes a signal from a stage.
fn inputs<'a>(graph: &Graph<'a>, stage: Stage<'a>, signal: Signal) -> Vec<String> {
    let next = graph.behind(stage, signal).into_iter();
    let named = next.filter_map(|stage| Some((stage, graph.stages.get(&stage)?)));
    named
        .map(|(stage, node)| {
            let (name, label) = names::stage(stage, &node.work);
            input(&name, &label)
        })
        .collect()
}

fn input(name: &str, label: &str) -> String {
    format!("{name}.{label}.input")
}

fn output(outputs: &[(Signal, Vec<String>)]) -> Value {
    let list = |inputs: &Vec<String>| inputs.iter().map(|input| expression(input)).collect::<Vec<_>>();
    outputs.iter().map(|(signal, inputs)| (signal.name().to_owned(), json!(list(inputs)))).collect::<Map<_, _>>().into()
}

/// What the component at this place of a stage's line is. A bridge from another kind of pipeline counts nothing, so the first
/// component behind it counts for the source.
fn role(stage: Stage<'_>, index: usize, bridged: bool) -> (ComponentKind, String) {
    match (stage, index) {
        (Stage::Receiver(_), 0) if bridged => (ComponentKind::Receiver, "bridge".to_owned()),
        (Stage::Receiver(_), 0) => (ComponentKind::Receiver, stage.word()),
        (Stage::Receiver(_), 1) => (ComponentKind::Processor, stage.word()),
        (Stage::Exporter(_), 0) => (ComponentKind::Exporter, stage.word()),
        (_, 0) => (ComponentKind::Processor, stage.word()),
        _ => (ComponentKind::Processor, "shape".to_owned()),
    }
}

fn mentions(value: &Value, wanted: &Value) -> bool {
    value == wanted
        || match value {
            Value::Array(items) => items.iter().any(|item| mentions(item, wanted)),
            Value::Object(map) => map.values().any(|item| mentions(item, wanted)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
}
