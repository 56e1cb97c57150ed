//! Pushes as a collector makes them: 30 families of 5 components, in protobuf, compressed. Field numbers are those of the
//! OpenTelemetry protocol 1.x. Start at [`push`].

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use prost::Message;

/// Points of one push.
pub(crate) const SERIES: usize = 150;
const COMPONENTS: usize = 5;
const SIGNALS: [&str; 3] = ["log_records", "metric_points", "spans"];
/// Cumulative (OpenTelemetry protocol, `AggregationTemporality`).
const CUMULATIVE: i32 = 2;

/// The push number `step`, at `time_ns`; three series in ten go on counting.
pub(crate) fn push(step: u64, start_ns: u64, time_ns: u64) -> Vec<u8> {
    let metrics = (0..SERIES / COMPONENTS).map(|family| metric(family, step, start_ns, time_ns)).collect();
    let resource = Resource {
        attributes: vec![
            text("service.name", "otelcol"),
            text("service.instance.id", "0195d0a0-0000-7000-8000-000000000000"),
            text("service.version", "0.158.0"),
            text("host.name", "bench"),
            text("os.type", "linux"),
        ],
    };
    let request = Request { resources: vec![ResourceMetrics { resource, scopes: vec![Scope { metrics }] }] };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(&request.encode_to_vec())
        .and_then(|()| encoder.finish())
        .expect("memory can be written")
}

fn metric(family: usize, step: u64, start_ns: u64, time_ns: u64) -> Metric {
    let signal = SIGNALS.get(family % 3).copied().unwrap_or_default();
    let (kind, name) = match family / 3 {
        0 => ("receiver", format!("otelcol_receiver_accepted_{signal}")),
        1 => ("receiver", format!("otelcol_receiver_refused_{signal}")),
        2 => ("receiver", format!("otelcol_receiver_failed_{signal}")),
        3 => ("exporter", format!("otelcol_exporter_sent_{signal}")),
        4 => ("exporter", format!("otelcol_exporter_send_failed_{signal}")),
        5 => ("exporter", format!("otelcol_exporter_enqueue_failed_{signal}")),
        6 => ("processor", format!("otelcol_processor_memory_limiter_refused_{signal}")),
        // What a collector tells besides, and nobody asked for.
        rest => ("processor", format!("otelcol_processor_other_{rest}_{signal}")),
    };
    let points = (0..COMPONENTS).map(|component| Point {
        attributes: vec![
            text(kind, &format!("otlp/bench.{component}")),
            text("transport", "grpc"),
            text("service_name", "shop"),
        ],
        start_ns,
        time_ns,
        value: i64::try_from(if (family + component) % 10 < 3 { step * 1000 } else { 42 }).unwrap_or(0),
    });
    Metric { name, sum: Sum { points: points.collect(), temporality: CUMULATIVE, monotonic: true } }
}

fn text(key: &str, value: &str) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Any { text: value.to_owned() } }
}

#[derive(Clone, PartialEq, Message)]
struct Request {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<ResourceMetrics>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceMetrics {
    #[prost(message, required, tag = "1")]
    resource: Resource,
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<Scope>,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct Scope {
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
}

#[derive(Clone, PartialEq, Message)]
struct Metric {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, required, tag = "7")]
    sum: Sum,
}

#[derive(Clone, PartialEq, Message)]
struct Sum {
    #[prost(message, repeated, tag = "1")]
    points: Vec<Point>,
    #[prost(int32, tag = "2")]
    temporality: i32,
    #[prost(bool, tag = "3")]
    monotonic: bool,
}

#[derive(Clone, PartialEq, Message)]
struct Point {
    #[prost(message, repeated, tag = "7")]
    attributes: Vec<KeyValue>,
    #[prost(fixed64, tag = "2")]
    start_ns: u64,
    #[prost(fixed64, tag = "3")]
    time_ns: u64,
    #[prost(sfixed64, tag = "6")]
    value: i64,
}

#[derive(Clone, PartialEq, Message)]
struct KeyValue {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, required, tag = "2")]
    value: Any,
}

#[derive(Clone, PartialEq, Message)]
struct Any {
    #[prost(string, tag = "1")]
    text: String,
}
