//! The fixed table of metric families that are kept, and how each names its component. Another runtime is more rows.
//! Knows no number. Start at [`FAMILIES`].

use crate::key::{ComponentKey, Kind, Measure, SeriesKey, Signal};

/// One row: a family by name, and where the rest of its key is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The metric's name over OTLP: no `_total`, no unit suffix.
    pub name: &'static str,
    /// What it measures.
    pub measure: Measure,
    /// Whose number it is.
    pub kind: Kind,
    /// Where the component's id is.
    pub id: IdFrom,
    /// Where the signal is.
    pub signal: SignalFrom,
}

/// Where a family says which component it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFrom {
    /// In this attribute of the point.
    Attribute(&'static str),
    /// Nowhere: it is about the process.
    Process,
}

/// Where a family says which signal it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalFrom {
    /// In its name.
    Name(Signal),
    /// In this attribute of the point.
    Attribute(&'static str),
    /// It has none.
    None,
}

/// The names to ask a decoder for.
pub fn family_names() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().map(|family| family.name)
}

/// Where a point of this family belongs, given its text attributes; nothing if the family or its component is unknown.
pub fn series_key<'a>(family: &str, attribute: impl Fn(&str) -> Option<&'a str>) -> Option<SeriesKey> {
    let family = FAMILIES.iter().find(|known| known.name == family)?;
    let id = match family.id {
        IdFrom::Process => "",
        IdFrom::Attribute(key) => attribute(key).filter(|id| !id.is_empty())?,
    };
    let signal = match family.signal {
        SignalFrom::None => None,
        SignalFrom::Name(signal) => Some(signal),
        SignalFrom::Attribute(key) => Some(Signal::parse(attribute(key)?)?),
    };
    let component = ComponentKey { kind: family.kind, id: id.into(), signal };
    Some(SeriesKey { component, measure: family.measure })
}

/// The families of the OpenTelemetry Collector, as named since 0.106. Several points of one component, such as one per
/// transport or per address, are summed.
pub const FAMILIES: &[Family] = &[
    receiver("otelcol_receiver_accepted_log_records", Measure::Accepted, Signal::Logs),
    receiver("otelcol_receiver_accepted_metric_points", Measure::Accepted, Signal::Metrics),
    receiver("otelcol_receiver_accepted_spans", Measure::Accepted, Signal::Traces),
    receiver("otelcol_receiver_refused_log_records", Measure::Refused, Signal::Logs),
    receiver("otelcol_receiver_refused_metric_points", Measure::Refused, Signal::Metrics),
    receiver("otelcol_receiver_refused_spans", Measure::Refused, Signal::Traces),
    receiver("otelcol_receiver_failed_log_records", Measure::Failed, Signal::Logs),
    receiver("otelcol_receiver_failed_metric_points", Measure::Failed, Signal::Metrics),
    receiver("otelcol_receiver_failed_spans", Measure::Failed, Signal::Traces),
    processor("otelcol_processor_incoming_items", Measure::Incoming, SignalFrom::Attribute("otel.signal")),
    processor("otelcol_processor_outgoing_items", Measure::Outgoing, SignalFrom::Attribute("otel.signal")),
    limiter("otelcol_processor_memory_limiter_refused_log_records", Measure::Refused, Signal::Logs),
    limiter("otelcol_processor_memory_limiter_refused_metric_points", Measure::Refused, Signal::Metrics),
    limiter("otelcol_processor_memory_limiter_refused_spans", Measure::Refused, Signal::Traces),
    limiter("otelcol_processor_refused_log_records", Measure::RefusedFormerName, Signal::Logs),
    limiter("otelcol_processor_refused_metric_points", Measure::RefusedFormerName, Signal::Metrics),
    limiter("otelcol_processor_refused_spans", Measure::RefusedFormerName, Signal::Traces),
    exporter("otelcol_exporter_sent_log_records", Measure::Sent, SignalFrom::Name(Signal::Logs)),
    exporter("otelcol_exporter_sent_metric_points", Measure::Sent, SignalFrom::Name(Signal::Metrics)),
    exporter("otelcol_exporter_sent_spans", Measure::Sent, SignalFrom::Name(Signal::Traces)),
    exporter("otelcol_exporter_send_failed_log_records", Measure::SendFailed, SignalFrom::Name(Signal::Logs)),
    exporter(
        "otelcol_exporter_send_failed_metric_points",
        Measure::SendFailed,
        SignalFrom::Name(Signal::Metrics),
    ),
    exporter("otelcol_exporter_send_failed_spans", Measure::SendFailed, SignalFrom::Name(Signal::Traces)),
    exporter(
        "otelcol_exporter_enqueue_failed_log_records",
        Measure::EnqueueFailed,
        SignalFrom::Name(Signal::Logs),
    ),
    exporter(
        "otelcol_exporter_enqueue_failed_metric_points",
        Measure::EnqueueFailed,
        SignalFrom::Name(Signal::Metrics),
    ),
    exporter(
        "otelcol_exporter_enqueue_failed_spans",
        Measure::EnqueueFailed,
        SignalFrom::Name(Signal::Traces),
    ),
    exporter("otelcol_exporter_queue_size", Measure::QueueSize, SignalFrom::Attribute("data_type")),
    exporter("otelcol_exporter_queue_capacity", Measure::QueueCapacity, SignalFrom::Attribute("data_type")),
    process("otelcol_process_uptime", Measure::Uptime),
    process("otelcol_process_cpu_seconds", Measure::CpuTime),
    process("otelcol_process_memory_rss", Measure::Memory),
];

const fn receiver(name: &'static str, measure: Measure, signal: Signal) -> Family {
    let id = IdFrom::Attribute("receiver");
    Family { name, measure, kind: Kind::Receiver, id, signal: SignalFrom::Name(signal) }
}

const fn processor(name: &'static str, measure: Measure, signal: SignalFrom) -> Family {
    Family { name, measure, kind: Kind::Processor, id: IdFrom::Attribute("processor"), signal }
}

const fn limiter(name: &'static str, measure: Measure, signal: Signal) -> Family {
    processor(name, measure, SignalFrom::Name(signal))
}

const fn exporter(name: &'static str, measure: Measure, signal: SignalFrom) -> Family {
    Family { name, measure, kind: Kind::Exporter, id: IdFrom::Attribute("exporter"), signal }
}

const fn process(name: &'static str, measure: Measure) -> Family {
    Family { name, measure, kind: Kind::Process, id: IdFrom::Process, signal: SignalFrom::None }
}
