//! The families of Grafana Alloy: Prometheus names, counters sent as gauges without a start, components told apart by path
//! and id. The queue of an exporter has the collector's names and its row. Start at [`FAMILIES`].

use super::{Family, IdFrom, Says, SignalFrom};
use crate::key::{Kind, Measure, Signal};

/// Several points of one component, such as one per transport or per file, are summed.
pub(super) const FAMILIES: &[Family] = &[
    receiver("otelcol_receiver_accepted_log_records_total", Measure::Accepted, Signal::Logs),
    receiver("otelcol_receiver_accepted_metric_points_total", Measure::Accepted, Signal::Metrics),
    receiver("otelcol_receiver_accepted_spans_total", Measure::Accepted, Signal::Traces),
    receiver("otelcol_receiver_refused_log_records_total", Measure::Refused, Signal::Logs),
    receiver("otelcol_receiver_refused_metric_points_total", Measure::Refused, Signal::Metrics),
    receiver("otelcol_receiver_refused_spans_total", Measure::Refused, Signal::Traces),
    receiver("otelcol_receiver_failed_log_records_total", Measure::Failed, Signal::Logs),
    receiver("otelcol_receiver_failed_metric_points_total", Measure::Failed, Signal::Metrics),
    receiver("otelcol_receiver_failed_spans_total", Measure::Failed, Signal::Traces),
    processor("otelcol_processor_incoming_items_total", Measure::Incoming),
    processor("otelcol_processor_outgoing_items_total", Measure::Outgoing),
    stage("otelcol_processor_memory_limiter_refused_log_records_total", Measure::Refused, Signal::Logs),
    stage("otelcol_processor_memory_limiter_refused_metric_points_total", Measure::Refused, Signal::Metrics),
    stage("otelcol_processor_memory_limiter_refused_spans_total", Measure::Refused, Signal::Traces),
    stage("otelcol_processor_refused_log_records_total", Measure::RefusedFormerName, Signal::Logs),
    stage("otelcol_processor_refused_metric_points_total", Measure::RefusedFormerName, Signal::Metrics),
    stage("otelcol_processor_refused_spans_total", Measure::RefusedFormerName, Signal::Traces),
    exporter("otelcol_exporter_sent_log_records_total", Measure::Sent, Signal::Logs),
    exporter("otelcol_exporter_sent_metric_points_total", Measure::Sent, Signal::Metrics),
    exporter("otelcol_exporter_sent_spans_total", Measure::Sent, Signal::Traces),
    exporter("otelcol_exporter_send_failed_log_records_total", Measure::SendFailed, Signal::Logs),
    exporter("otelcol_exporter_send_failed_metric_points_total", Measure::SendFailed, Signal::Metrics),
    exporter("otelcol_exporter_send_failed_spans_total", Measure::SendFailed, Signal::Traces),
    exporter("otelcol_exporter_enqueue_failed_log_records_total", Measure::EnqueueFailed, Signal::Logs),
    exporter("otelcol_exporter_enqueue_failed_metric_points_total", Measure::EnqueueFailed, Signal::Metrics),
    exporter("otelcol_exporter_enqueue_failed_spans_total", Measure::EnqueueFailed, Signal::Traces),
    // Components outside the OpenTelemetry plane.
    receiver("loki_source_file_read_lines_total", Measure::Accepted, Signal::Logs),
    receiver("loki_source_journal_target_lines_total", Measure::Accepted, Signal::Logs),
    receiver("loki_source_journal_target_parsing_errors_total", Measure::Failed, Signal::Logs),
    receiver("loki_source_syslog_entries_total", Measure::Accepted, Signal::Logs),
    receiver("loki_source_syslog_parsing_errors_total", Measure::Failed, Signal::Logs),
    receiver("loki_source_docker_target_entries_total", Measure::Accepted, Signal::Logs),
    receiver("loki_source_docker_target_parsing_errors_total", Measure::Failed, Signal::Logs),
    receiver("loki_source_api_entries_written", Measure::Accepted, Signal::Logs),
    receiver("prometheus_forwarded_samples_total", Measure::Accepted, Signal::Metrics),
    stage("loki_relabel_entries_processed", Measure::Incoming, Signal::Logs),
    stage("loki_relabel_entries_written", Measure::Outgoing, Signal::Logs),
    stage("alloy_prometheus_relabel_metrics_processed", Measure::Incoming, Signal::Metrics),
    stage("alloy_prometheus_relabel_metrics_written", Measure::Outgoing, Signal::Metrics),
    exporter("loki_write_sent_entries_total", Measure::Sent, Signal::Logs),
    exporter("loki_write_dropped_entries_total", Measure::SendFailed, Signal::Logs),
    exporter("prometheus_remote_storage_samples_total", Measure::Sent, Signal::Metrics),
    exporter("prometheus_remote_storage_samples_failed_total", Measure::SendFailed, Signal::Metrics),
    exporter("prometheus_remote_storage_samples_pending", Measure::QueueSize, Signal::Metrics),
    // Alloy's own numbers of its process exist on every system; those of the Prometheus library on some.
    process("alloy_resources_process_cpu_seconds_total", Measure::CpuTime, Says::Amount),
    process("alloy_resources_process_resident_memory_bytes", Measure::Memory, Says::Amount),
    process("alloy_resources_process_start_time_seconds", Measure::Uptime, Says::Start),
    second_choice(process("process_cpu_seconds_total", Measure::CpuTime, Says::Amount)),
    second_choice(process("process_resident_memory_bytes", Measure::Memory, Says::Amount)),
    second_choice(process("process_start_time_seconds", Measure::Uptime, Says::Start)),
    Family {
        id: IdFrom::Controller,
        ..process("alloy_component_controller_running_components", Measure::Healthy, Says::Amount)
    },
];

const fn receiver(name: &'static str, measure: Measure, signal: Signal) -> Family {
    row(name, measure, Kind::Receiver, SignalFrom::Name(signal))
}

const fn processor(name: &'static str, measure: Measure) -> Family {
    row(name, measure, Kind::Processor, SignalFrom::Attribute("otel_signal"))
}

const fn stage(name: &'static str, measure: Measure, signal: Signal) -> Family {
    row(name, measure, Kind::Processor, SignalFrom::Name(signal))
}

const fn exporter(name: &'static str, measure: Measure, signal: Signal) -> Family {
    row(name, measure, Kind::Exporter, SignalFrom::Name(signal))
}

const fn row(name: &'static str, measure: Measure, kind: Kind, signal: SignalFrom) -> Family {
    let (id, says) = (IdFrom::Alloy, Says::Amount);
    Family { name, measure, kind, id, signal, says, is_second_choice: false }
}

const fn process(name: &'static str, measure: Measure, says: Says) -> Family {
    let (kind, id, signal) = (Kind::Process, IdFrom::Process, SignalFrom::None);
    Family { name, measure, kind, id, signal, says, is_second_choice: false }
}

const fn second_choice(family: Family) -> Family {
    Family { is_second_choice: true, ..family }
}
