//! Several takers of the same records, in an order that Alloy survives. Where an exporter's arguments are wrong, its `input` is
//! nothing; Alloy passes over that in a list, except at its end, where it dies (1.19.2: a nil consumer is asked what it can).
//! Start at [`Relays::inputs`].

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::Signal;

use super::{Module, input, input_of, names, output, processor};
use crate::graph::{Graph, Stage};
use crate::rendered::ComponentKind;

/// Components without effect in front of exporters that would stand at the end of a list.
#[derive(Default)]
pub(super) struct Relays<'a> {
    signals: BTreeMap<Stage<'a>, BTreeSet<Signal>>,
}

impl<'a> Relays<'a> {
    /// The inputs of those that take a signal, one that cannot fail at the end.
    pub(super) fn inputs(&mut self, graph: &Graph<'a>, signal: Signal, next: &[Stage<'a>]) -> Vec<String> {
        let can_fail = |stage: &Stage<'_>| matches!(stage, Stage::Exporter(_));
        let (first, last): (Vec<Stage<'a>>, Vec<Stage<'a>>) = next.iter().partition(|stage| can_fail(stage));
        let relayed = first.last().filter(|_| last.is_empty() && first.len() > 1).copied();
        if let Some(stage) = relayed {
            self.signals.entry(stage).or_default().insert(signal);
        }
        let to = |stage: &Stage<'a>| match relayed.filter(|relayed| relayed == stage) {
            Some(stage) => names::relay(stage).map(|(name, label)| input(&name, &label)),
            None => input_of(graph, *stage),
        };
        first.iter().chain(&last).filter_map(to).collect()
    }

    /// Adds what was needed.
    pub(super) fn add(self, graph: &Graph<'a>, module: &mut Module) {
        for (stage, signals) in self.signals {
            let (Some(node), Some((name, label))) = (graph.stages.get(&stage), names::relay(stage)) else {
                continue;
            };
            let next: Vec<String> = input_of(graph, stage).into_iter().collect();
            let outputs: Vec<(Signal, Vec<String>)> =
                signals.into_iter().map(|signal| (signal, next.clone())).collect();
            let mut config = processor::transform(&BTreeMap::new());
            if let Some(config) = config.as_object_mut() {
                config.insert("output".to_owned(), output(&outputs));
            }
            module.add((name, label, config), node.place, (ComponentKind::Processor, "relay".to_owned()));
        }
    }
}
