//! What a number belongs to and what it measures.
//! Knows no metric family. Start at [`SeriesKey`].

use std::sync::Arc;

/// One line of numbers: a component of a collector and what is measured there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    /// Whose number it is.
    pub component: ComponentKey,
    /// What it counts or shows.
    pub measure: Measure,
}

/// A component as the collector names it, split by signal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentKey {
    /// Its place in a pipeline.
    pub kind: Kind,
    /// The id in the collector's configuration, such as `filter/app.errors`; empty for the process.
    pub id: Arc<str>,
    /// The signal, where the number has one.
    pub signal: Option<Signal>,
}

impl ComponentKey {
    /// The collector's process as a whole.
    pub fn process() -> Self {
        Self { kind: Kind::Process, id: "".into(), signal: None }
    }
}

/// The place of a component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Takes telemetry in.
    Receiver,
    /// Works on it.
    Processor,
    /// Sends it on.
    Exporter,
    /// The collector's process itself.
    Process,
}

impl Kind {
    /// Every kind, in the order of its number in the compact form.
    pub const ALL: [Self; 4] = [Self::Receiver, Self::Processor, Self::Exporter, Self::Process];

    /// The word used in configurations: `receiver`, `processor`, `exporter`; and `process`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Receiver => "receiver",
            Self::Processor => "processor",
            Self::Exporter => "exporter",
            Self::Process => "process",
        }
    }

    /// The kind of that word, or nothing: connectors and extensions have no numbers here.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The three signals that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Log records.
    Logs,
    /// Metric points.
    Metrics,
    /// Spans.
    Traces,
}

impl Signal {
    /// Every signal, in the order of its number in the compact form.
    pub const ALL: [Self; 3] = [Self::Logs, Self::Metrics, Self::Traces];

    /// The collector's own word: `logs`, `metrics`, `traces`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Metrics => "metrics",
            Self::Traces => "traces",
        }
    }

    /// The signal of that word, or nothing.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.as_str() == word)
    }
}

/// What is measured. Counters are kept as growth, gauges as they are; seconds are kept as milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Items a receiver took in.
    Accepted,
    /// Items refused: back-pressure at a receiver, or the memory limiter.
    Refused,
    /// Items a receiver failed on by itself.
    Failed,
    /// Items refused by the memory limiter, under the name used before 0.155; a newer collector may send both.
    RefusedFormerName,
    /// Items that entered a processor.
    Incoming,
    /// Items that left a processor.
    Outgoing,
    /// Items delivered by an exporter.
    Sent,
    /// Items given up after the last retry.
    SendFailed,
    /// Items that found the queue full.
    EnqueueFailed,
    /// What waits in the queue, in the queue's own unit.
    QueueSize,
    /// What the queue can hold, in the same unit.
    QueueCapacity,
    /// Time since the process started, in milliseconds.
    Uptime,
    /// Processor time used, in milliseconds.
    CpuTime,
    /// Resident memory, in bytes.
    Memory,
    /// Restarts of the process seen by us; never sent by a collector.
    Restarts,
    /// How many components say that they are well.
    Healthy,
    /// How many components say that they are not, or ended.
    Unhealthy,
}

impl Measure {
    /// Every measure, in the order of its number in the compact form. New ones go to the end.
    pub const ALL: [Self; 17] = [
        Self::Accepted,
        Self::Refused,
        Self::Failed,
        Self::RefusedFormerName,
        Self::Incoming,
        Self::Outgoing,
        Self::Sent,
        Self::SendFailed,
        Self::EnqueueFailed,
        Self::QueueSize,
        Self::QueueCapacity,
        Self::Uptime,
        Self::CpuTime,
        Self::Memory,
        Self::Restarts,
        Self::Healthy,
        Self::Unhealthy,
    ];

    /// Whether only its growth matters. Uptime grows too, but its value is what people read.
    pub fn is_counter(self) -> bool {
        match self {
            Self::Accepted
            | Self::Refused
            | Self::Failed
            | Self::RefusedFormerName
            | Self::Incoming
            | Self::Outgoing
            | Self::Sent
            | Self::SendFailed
            | Self::EnqueueFailed
            | Self::CpuTime
            | Self::Restarts => true,
            Self::QueueSize
            | Self::QueueCapacity
            | Self::Uptime
            | Self::Memory
            | Self::Healthy
            | Self::Unhealthy => false,
        }
    }

    /// How many kept units make one sent unit: seconds are kept as milliseconds.
    pub(crate) fn scale(self) -> u32 {
        if matches!(self, Self::Uptime | Self::CpuTime) { 1000 } else { 1 }
    }
}
