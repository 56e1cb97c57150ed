//! A push of a real collector, 0.158.0: 60 records in, 15 of them kept by a filter and sent to one destination that
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
