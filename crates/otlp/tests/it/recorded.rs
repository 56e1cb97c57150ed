//! Pushes of real programs. The first: a collector 0.158.0, 60 records in, 15 of them kept by a filter and sent to one destination that
//! answers and one that does not.

use linkmesh_otlp::{Kind, Limits, Number, Wanted, decode_protobuf};

const PUSH: &[u8] = include_bytes!("recorded/otelcol-0.158.0.bin");

#[test]
fn a_recorded_push_yields_the_numbers_that_were_sent() {
    let wanted = Wanted::new([
        "otelcol_receiver_accepted_log_records",
        "otelcol_processor_outgoing_items",
        "otelcol_exporter_send_failed_log_records",
        "otelcol_exporter_queue_capacity",
        "otelcol_process_uptime",
    ]);
    let mut lines = Vec::new();
    let outcome = decode_protobuf(PUSH, &wanted, &Limits::default(), &mut |point| {
        let id = ["receiver", "processor", "exporter"].iter().find_map(|key| point.text(key));
        lines.push((point.family, id.unwrap_or("").to_owned(), point.value, point.kind));
        assert!(point.start_time_unix_nano < point.time_unix_nano);
        assert!(point.instance_id.is_some_and(|id| id.len() == 36));
        assert!(point.scope_name.starts_with("go.opentelemetry.io/collector/"));
    })
    .unwrap();
    assert_eq!((outcome.kept, outcome.rejected()), (8, 0));
    let counter = Kind::Sum { monotonic: true };
    for (family, id, value, kind) in [
        ("otelcol_receiver_accepted_log_records", "otlp/app", Number::Int(60), counter),
        ("otelcol_processor_outgoing_items", "filter/app.errors", Number::Int(15), counter),
        ("otelcol_processor_outgoing_items", "memory_limiter", Number::Int(60), counter),
        ("otelcol_exporter_send_failed_log_records", "otlp_http/dead", Number::Int(15), counter),
        ("otelcol_exporter_queue_capacity", "otlp_http/d1", Number::Int(1000), Kind::Gauge),
        ("otelcol_process_uptime", "", Number::Double(3.998_945_444), counter),
    ] {
        assert!(lines.contains(&(family, id.into(), value, kind)), "{family} {id}: {lines:?}");
    }
}

/// A push of a real Alloy, 1.19.2: 60 records over OTLP and three lines of files in, 15 kept by a filter and sent to one
/// destination that answers and one that does not. It holds the numbers of its own pipeline too.
const ALLOY: &[u8] = include_bytes!("recorded/alloy-1.19.2.bin");

#[test]
fn s41_s44_a_recorded_push_of_alloy_holds_gauges_of_many_scopes_without_a_start() {
    let wanted = Wanted::new([
        "otelcol_receiver_accepted_log_records_total",
        "otelcol_processor_incoming_items_total",
        "otelcol_processor_outgoing_items_total",
        "otelcol_exporter_sent_log_records_total",
        "otelcol_exporter_send_failed_log_records_total",
        "otelcol_exporter_queue_size",
        "loki_source_file_read_lines_total",
        "alloy_resources_process_start_time_seconds",
    ]);
    let (mut lines, mut scopes) = (Vec::new(), std::collections::BTreeSet::new());
    let outcome = decode_protobuf(ALLOY, &wanted, &Limits::default(), &mut |point| {
        assert_eq!((point.kind, point.start_time_unix_nano), (Kind::Gauge, 0), "{}", point.family);
        assert_eq!(point.instance_id, Some("edge-7"));
        scopes.insert(point.scope_name.to_owned());
        let label = |key| point.text(key).unwrap_or("").to_owned();
        lines.push((point.family, label("component_path"), label("component_id"), point.value));
    })
    .unwrap();
    assert_eq!(outcome.rejected(), 0);
    assert!(scopes.len() >= 4, "{scopes:?}");
    let (remote, own) = ("/remotecfg/linkmesh.default", "/");
    let filter = "otelcol.processor.filter.app__errors";
    for (family, path, id, value) in [
        ("otelcol_receiver_accepted_log_records_total", remote, "otelcol.receiver.otlp.app", 60.0),
        ("otelcol_processor_incoming_items_total", remote, filter, 63.0),
        ("otelcol_processor_outgoing_items_total", remote, filter, 15.0),
        ("otelcol_exporter_sent_log_records_total", remote, "otelcol.exporter.otlphttp.out", 15.0),
        ("otelcol_exporter_send_failed_log_records_total", remote, "otelcol.exporter.otlphttp.dead", 15.0),
        ("loki_source_file_read_lines_total", remote, "loki.source.file.files", 2.0),
        ("loki_source_file_read_lines_total", remote, "loki.source.file.files", 1.0),
        ("otelcol_exporter_queue_size", own, "otelcol.exporter.otlphttp.linkmesh", 0.0),
    ] {
        let line = (family, path.to_owned(), id.to_owned(), Number::Double(value));
        assert!(lines.contains(&line), "{line:?}: {lines:#?}");
    }
    let start =
        |known: &&(&str, String, String, Number)| known.0 == "alloy_resources_process_start_time_seconds";
    let start = lines.iter().find(start).map(|line| line.3);
    assert!(matches!(start, Some(Number::Double(at)) if at > 1.7e9), "{start:?}");
}
