//! A graph of stages as an otelcol configuration: components with ids, one pipeline for each pipe, a connector at each joint.
//! Knows no catalog type. Start at [`write`]; ids are made in `names`, and nowhere else.

use linkmesh_fleet::Problem;
use serde_json::{Value, json};

use crate::graph::{End, Graph, Node, Pipe, Stage, Work};
use crate::rendered::{ComponentKind, Mapped};

mod document;
mod names;
mod processor;

use document::{Chain, Document};

/// The text, and where every id of it comes from.
pub(crate) fn write(graph: &Graph<'_>, kubernetes: bool) -> Result<(String, Vec<Mapped>), Problem> {
    let mut document = Document::default();
    for (stage, node) in &graph.stages {
        add(&mut document, *stage, node);
    }
    for (joint, place) in &graph.joints {
        document.add(ComponentKind::Connector, &names::joint(*joint), json!({}), place, "forward");
    }
    for pipe in &graph.pipes {
        document.add_pipeline(names::pipeline(pipe.tier, pipe.signal), chain(graph, pipe));
    }
    document.add_shared(kubernetes);
    document.write()
}

fn add(document: &mut Document, stage: Stage<'_>, node: &Node<'_>) {
    let place = node.place;
    let config = match &node.work {
        // Shared by all sources, and added where a pipeline names it.
        Work::LimitMemory => return,
        Work::Component { component, owner } => {
            for (type_, config) in &component.extensions {
                let extension = names::extension(type_, owner);
                document.add(ComponentKind::Extension, &extension, config.clone(), place, "extension");
            }
            component.config.clone()
        }
        Work::Statements(statements) => processor::transform(statements),
        Work::Keep { mark, value, signals } => processor::keep(mark, value, signals),
        Work::Stamp { insert, source, name, attributes } => {
            processor::stamp(*insert, source, name, attributes)
        }
        Work::Batch(batch) => processor::batch(batch),
    };
    document.add(kind(stage), &names::stage(stage, &node.work), config, place, &stage.word());
}

fn kind(stage: Stage<'_>) -> ComponentKind {
    match stage {
        Stage::Receiver(_) => ComponentKind::Receiver,
        Stage::Exporter(_) => ComponentKind::Exporter,
        _ => ComponentKind::Processor,
    }
}

fn chain(graph: &Graph<'_>, pipe: &Pipe<'_>) -> Chain {
    let stage = |stage: &Stage<'_>| graph.stages.get(stage).map(|node| names::stage(*stage, &node.work));
    let end = |end: &End<'_>| match end {
        End::Stage(one) => stage(one),
        End::Joint(joint) => Some(names::joint(*joint)),
    };
    Chain {
        receivers: end(&pipe.from).into_iter().collect(),
        processors: pipe.through.iter().filter_map(stage).collect(),
        exporters: pipe.to.iter().filter_map(end).collect(),
    }
}

/// The collector would read `$` as the start of a reference.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// A value that may be a reference to the host's environment as a whole.
fn reference_or_literal(value: &Value) -> Value {
    match value {
        Value::String(text) if linkmesh_fleet::secret::Secret::is_env_reference(text) => value.clone(),
        Value::String(text) => json!(literal(text)),
        other => other.clone(),
    }
}
