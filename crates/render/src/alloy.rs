//! A graph of stages as an Alloy module: components wired directly to each other, all inside one `declare`, because metrics of
//! exporters can only be scraped there. Knows no catalog type. Start at [`write`]; labels are made in `names`.

use std::collections::BTreeMap;

use linkmesh_fleet::{Place, Problem, Signal};
use serde_json::{Map, Value, json};

use crate::graph::{Graph, Node, Stage, Work};
use crate::rendered::{ComponentKind, Mapped};

mod names;
mod processor;
mod relay;
mod syntax;

pub(crate) use names::label;
pub(crate) use syntax::{expression, is_expression, quoted};

use relay::Relays;
use syntax::Block;

/// What an Alloy gets that has nothing to run: a text without a block is a valid configuration, an empty one is not told from
/// none at all.
pub const IDLE: &str = "// Nothing runs here at present.\n";
/// The module that everything stands in.
const MODULE: &str = "linkmesh";
/// The component that keeps queues on disk.
const STORAGE: &str = "otelcol.storage.file";

/// A variable of the host's environment, as an expression.
pub(crate) fn env(name: &str) -> String {
    format!("sys.env({})", quoted(name))
}

/// The same as it stands between the quotes of an OTTL literal.
pub(crate) fn env_in_ottl(name: &str) -> String {
    let pairs = [("\\", "\\\\"), ("\"", "\\\""), ("\n", "\\n")];
    let replaced =
        |text, (from, to): &(&str, &str)| format!("string.replace({text}, {}, {})", quoted(from), quoted(to));
    pairs.iter().fold(env(name), replaced)
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
    let mut relays = Relays::default();
    let followers = graph.followers();
    for (stage, node) in &graph.stages {
        let carries = |signal: &Signal| followers.contains_key(&(*stage, *signal));
        let signals: Vec<Signal> = Signal::ALL.into_iter().filter(carries).collect();
        let outputs = signals.iter().map(|signal| {
            let next = followers.get(&(*stage, *signal)).map(Vec::as_slice).unwrap_or_default();
            (*signal, relays.inputs(graph, *signal, next))
        });
        let outputs: Vec<(Signal, Vec<String>)> = outputs.collect();
        Entity::of(*stage, node, &signals, kubernetes).add(&outputs, &mut module);
    }
    relays.add(graph, &mut module);
    module.add_storage();
    module.write()
}

/// Blocks by their names, and the map back to entities.
#[derive(Default)]
struct Module {
    blocks: BTreeMap<(String, String), (Value, Mapped)>,
    /// The first that is there twice. No two entities share a label, so only one in its own words can do that.
    twice: Option<Problem>,
}

/// One stage as components: its own, those beside it and those behind it.
struct Entity<'g, 'a> {
    stage: Stage<'a>,
    node: &'g Node<'a>,
    /// Which of those beside it counts for it, because its own does not.
    counts: Option<&'g str>,
    /// Name and label of each component that records pass, in order.
    line: Vec<(String, String, Value)>,
    beside: Vec<(String, String, Value)>,
}

impl<'g, 'a> Entity<'g, 'a> {
    fn of(stage: Stage<'a>, node: &'g Node<'a>, signals: &[Signal], kubernetes: bool) -> Self {
        let (name, label) = names::stage(stage, &node.work);
        let mut line = Vec::new();
        let mut beside = Vec::new();
        let mut counts = None;
        match &node.work {
            Work::Component { component, owner } => {
                line.push((name, label, component.config.clone()));
                counts = component.counts.as_deref();
                let named = |label: &str, name: &String, config: &Value| {
                    (name.clone(), names::label(label), config.clone())
                };
                beside.extend(component.extensions.iter().map(|(name, config)| named(owner, name, config)));
                // Three parts and more, so that the edge of a route called `source` is not the same.
                let shape = format!("{owner}.shape");
                line.extend(component.behind.iter().map(|(name, config)| named(&shape, name, config)));
            }
            Work::LimitMemory => line.push((name, label, processor::memory_limiter(kubernetes))),
            Work::Statements(statements) => line.push((name, label, processor::transform(statements))),
            Work::Keep { mark, value, signals } => {
                line.push((name, label, processor::keep(mark, value, signals)));
            }
            Work::Stamp { insert, source, name: title, attributes } => {
                let config = processor::stamp(*insert, source, title, attributes, signals);
                line.push((name, label, config));
            }
            Work::Batch(batch) => line.push((name, label, processor::batch(batch))),
        }
        Self { stage, node, counts, line, beside }
    }

    fn add(self, outputs: &[(Signal, Vec<String>)], module: &mut Module) {
        let place = self.node.place;
        for (name, label, config) in self.beside {
            let (kind, stage) = if self.counts == Some(&name) {
                (kind(self.stage), self.stage.word())
            } else {
                (ComponentKind::Extension, "extension".to_owned())
            };
            module.add((name, label, config), place, (kind, stage));
        }
        let next: Vec<Option<String>> =
            self.line.iter().skip(1).map(|(name, label, _)| Some(input(name, label))).chain([None]).collect();
        for (index, ((name, label, mut config), next)) in self.line.into_iter().zip(next).enumerate() {
            let outputs: Vec<(Signal, Vec<String>)> = match next {
                Some(next) => outputs.iter().map(|(signal, _)| (*signal, vec![next.clone()])).collect(),
                None => outputs.to_vec(),
            };
            if let (Value::Object(config), false) = (&mut config, outputs.is_empty()) {
                config.insert("output".to_owned(), output(&outputs));
            }
            let (kind, stage) = match (index, self.counts) {
                (0, None) => (kind(self.stage), self.stage.word()),
                (0, Some(_)) => (kind(self.stage), "bridge".to_owned()),
                _ => (ComponentKind::Processor, "shape".to_owned()),
            };
            module.add((name, label, config), place, (kind, stage));
        }
    }
}

impl Module {
    fn add(
        &mut self,
        (name, label, config): (String, String, Value),
        place: &Place,
        role: (ComponentKind, String),
    ) {
        let (kind, stage) = role;
        let mapped = Mapped { kind, component: format!("{name}.{label}"), place: place.clone(), stage };
        if let Some((_, other)) = self.blocks.insert((name, label), (config, mapped)) {
            let message = format!("there are two components called `{}`", other.component);
            self.twice.get_or_insert(Problem::new(place, "settings", message));
        }
    }

    /// Added where something refers to it; it belongs to the first that does.
    fn add_storage(&mut self) {
        let wanted = storage();
        let user = self.blocks.values().find(|(config, _)| mentions(config, &wanted));
        let Some(place) = user.map(|(_, mapped)| mapped.place.clone()) else { return };
        let storage = (STORAGE.to_owned(), MODULE.to_owned(), json!({}));
        self.add(storage, &place, (ComponentKind::Extension, "shared:storage".to_owned()));
    }

    fn write(self) -> Result<(String, Vec<Mapped>), Problem> {
        if let Some(twice) = self.twice {
            return Err(twice);
        }
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

/// The input of a stage.
fn input_of(graph: &Graph<'_>, stage: Stage<'_>) -> Option<String> {
    let node = graph.stages.get(&stage)?;
    let (name, label) = names::stage(stage, &node.work);
    Some(input(&name, &label))
}

fn input(name: &str, label: &str) -> String {
    format!("{name}.{label}.input")
}

fn output(outputs: &[(Signal, Vec<String>)]) -> Value {
    let list = |inputs: &Vec<String>| inputs.iter().map(|input| expression(input)).collect::<Vec<_>>();
    outputs
        .iter()
        .map(|(signal, inputs)| (signal.name().to_owned(), json!(list(inputs))))
        .collect::<Map<_, _>>()
        .into()
}

fn kind(stage: Stage<'_>) -> ComponentKind {
    match stage {
        Stage::Receiver(_) => ComponentKind::Receiver,
        Stage::Exporter(_) => ComponentKind::Exporter,
        _ => ComponentKind::Processor,
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
