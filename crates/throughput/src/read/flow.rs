//! From series to stages: which measure is in, out and error for each kind of component.
//! Knows nothing of time. Start at [`flows`].

use std::collections::BTreeMap;

use super::{Process, seconds};
use crate::history::table::Table;
use crate::key::{ComponentKey, Kind, Measure, Signal};
use crate::stage::{StageMap, StageRef};

/// What passes through a stage. Rates are items per second; the queue is in its own unit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Flow {
    /// Taken in: accepted by a source, entering a step.
    pub in_per_s: Option<f64>,
    /// Given out: leaving a step, delivered by a destination.
    pub out_per_s: Option<f64>,
    /// Refused or failed at a source; given up or turned away from a full queue at a destination.
    pub errors_per_s: Option<f64>,
    /// Waiting in a destination's queue.
    pub queue_size: Option<u64>,
    /// Room in that queue.
    pub queue_capacity: Option<u64>,
}

/// Rates and levels by position in the table.
pub(super) struct Numbers<'a> {
    pub(super) rates: &'a [Option<f64>],
    pub(super) levels: &'a [Option<u64>],
}

/// The numbers of one component.
#[derive(Clone, Copy, Default)]
struct Component {
    rates: [Option<f64>; Measure::ALL.len()],
    levels: [Option<u64>; Measure::ALL.len()],
}

/// The flow of each stage and signal that has a series.
pub(super) fn flows<'m>(
    table: &Table,
    map: &'m StageMap,
    numbers: &Numbers<'_>,
) -> BTreeMap<(&'m StageRef, Option<Signal>), Flow> {
    let mut flows: BTreeMap<_, Flow> = BTreeMap::new();
    component_flows(table, numbers, |key, component| {
        if let Some(place) = map.get(key.kind, &key.id) {
            let flow: &mut Flow = flows.entry((place, key.signal)).or_default();
            *flow = flow.plus(component);
        }
    });
    flows
}

/// Hands out the flow of each component and signal that has a series.
pub(super) fn component_flows(
    table: &Table,
    numbers: &Numbers<'_>,
    mut each: impl FnMut(&ComponentKey, Flow),
) {
    let mut current: Option<(&ComponentKey, Component)> = None;
    let mut finish = |done: Option<(&ComponentKey, Component)>| {
        if let Some((key, component)) = done {
            each(key, component.flow(key.kind));
        }
    };
    for (position, entry) in table.in_order() {
        let key = &entry.key.component;
        if current.is_none_or(|(known, _)| known != key) {
            finish(current.replace((key, Component::default())));
        }
        if let Some((_, component)) = &mut current {
            component.take(entry.key.measure, position, numbers);
        }
    }
    finish(current);
}

/// The process's own numbers, but for restarts.
pub(super) fn process(table: &Table, numbers: &Numbers<'_>) -> Process {
    let mut component = Component::default();
    for (position, entry) in table.in_order() {
        if entry.key.component.kind == Kind::Process {
            component.take(entry.key.measure, position, numbers);
        }
    }
    Process {
        // Milliseconds of processor time per second of time: ten of them are one percent.
        cpu_percent: component.rate(Measure::CpuTime).map(|ms_per_s| ms_per_s / 10.0),
        memory_bytes: component.level(Measure::Memory),
        uptime_s: component.level(Measure::Uptime).map(seconds),
        restarts: None,
    }
}

impl Component {
    fn take(&mut self, measure: Measure, position: usize, numbers: &Numbers<'_>) {
        if let Some(rate) = self.rates.get_mut(measure as usize) {
            *rate = numbers.rates.get(position).copied().flatten();
        }
        if let Some(level) = self.levels.get_mut(measure as usize) {
            *level = numbers.levels.get(position).copied().flatten();
        }
    }

    fn rate(&self, measure: Measure) -> Option<f64> {
        self.rates.get(measure as usize).copied().flatten()
    }

    fn level(&self, measure: Measure) -> Option<u64> {
        self.levels.get(measure as usize).copied().flatten()
    }

    fn flow(&self, kind: Kind) -> Flow {
        match kind {
            Kind::Receiver => {
                let [accepted, refused, failed] =
                    self.siblings([Measure::Accepted, Measure::Refused, Measure::Failed]);
                Flow { in_per_s: accepted, errors_per_s: sum(refused, failed), ..Flow::default() }
            }
            Kind::Processor => Flow {
                in_per_s: self.rate(Measure::Incoming),
                out_per_s: self.rate(Measure::Outgoing),
                // Only a memory limiter refuses; a collector that sends both names sends the same number twice.
                errors_per_s: self.rate(Measure::Refused).or(self.rate(Measure::RefusedFormerName)),
                ..Flow::default()
            },
            Kind::Exporter => {
                let [sent, send_failed, enqueue_failed] =
                    self.siblings([Measure::Sent, Measure::SendFailed, Measure::EnqueueFailed]);
                Flow {
                    in_per_s: None,
                    out_per_s: sent,
                    errors_per_s: sum(send_failed, enqueue_failed),
                    queue_size: self.level(Measure::QueueSize),
                    queue_capacity: self.level(Measure::QueueCapacity),
                }
            }
            Kind::Process => Flow::default(),
        }
    }

    /// Counters of one component appear when they first count: one that is missing beside a known one stands at zero.
    fn siblings(&self, measures: [Measure; 3]) -> [Option<f64>; 3] {
        let rates = measures.map(|measure| self.rate(measure));
        let is_known = rates.iter().any(Option::is_some);
        rates.map(|rate| if is_known { rate.or(Some(0.0)) } else { None })
    }
}

impl Flow {
    /// Both together; what only one of them knows is that one's.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            in_per_s: sum(self.in_per_s, other.in_per_s),
            out_per_s: sum(self.out_per_s, other.out_per_s),
            errors_per_s: sum(self.errors_per_s, other.errors_per_s),
            queue_size: total(self.queue_size, other.queue_size),
            queue_capacity: total(self.queue_capacity, other.queue_capacity),
        }
    }
}

fn sum(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a + b),
        (known, None) | (None, known) => known,
    }
}

fn total(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (known, None) | (None, known) => known,
    }
}
