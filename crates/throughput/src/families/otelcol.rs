//! The families of the OpenTelemetry Collector, as named since 0.106: no `_total`, no unit suffix.
//! Knows no number. Start at [`FAMILIES`].

use super::{Family, IdFrom, Says, SignalFrom};
use crate::key::{Kind, Measure, Signal};

/// Several points of one component, such as one per
/// transport or per address, are summed.
pub(super) const FAMILIES: &[Family] = &[
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
    row(name, measure, Kind::Receiver, IdFrom::Attribute("receiver"), SignalFrom::Name(signal))
}

const fn processor(name: &'static str, measure: Measure, signal: SignalFrom) -> Family {
    row(name, measure, Kind::Processor, IdFrom::Attribute("processor"), signal)
}

const fn limiter(name: &'static str, measure: Measure, signal: Signal) -> Family {
    processor(name, measure, SignalFrom::Name(signal))
}

const fn exporter(name: &'static str, measure: Measure, signal: SignalFrom) -> Family {
    row(name, measure, Kind::Exporter, IdFrom::Attribute("exporter"), signal)
}

const fn process(name: &'static str, measure: Measure) -> Family {
    row(name, measure, Kind::Process, IdFrom::Process, SignalFrom::None)
}

const fn row(name: &'static str, measure: Measure, kind: Kind, id: IdFrom, signal: SignalFrom) -> Family {
    Family { name, measure, kind, id, signal, says: Says::Amount, is_second_choice: false }
}
