//! As much of OTLP as a destination for tests needs: logs with their attributes, the rest counted.
//! Field numbers are those of the OpenTelemetry protocol 1.x. Start at [`read`].

use std::collections::BTreeMap;

use prost::Message;
use serde_json::Value;

/// A log record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// Its body, if that is text.
    pub body: String,
    /// Its severity number.
    pub severity: i32,
    /// Its attributes, as text.
    pub attributes: BTreeMap<String, String>,
    /// The attributes of its resource, as text.
    pub resource: BTreeMap<String, String>,
}

/// What one request held.
#[derive(Debug, Default)]
pub(super) struct Got {
    pub(super) logs: Vec<Log>,
    pub(super) metric_points: usize,
    pub(super) spans: usize,
}

/// Reads a request to `path`, also below `/otlp` as Loki has it; nothing where it is not OTLP.
pub(super) fn read(path: &str, json: bool, bytes: &[u8]) -> Option<Got> {
    let mut got = Got::default();
    match (path.strip_prefix("/otlp").unwrap_or(path), json) {
        ("/v1/logs", false) => {
            let all = Logs::decode(bytes).ok()?;
            for resource in all.resources {
                let attributes = texts(resource.resource.unwrap_or_default().attributes);
                let records = resource.scopes.into_iter().flat_map(|scope| scope.records);
                got.logs.extend(records.map(|record| Log {
                    body: record.body.map(text).unwrap_or_default(),
                    severity: record.severity,
                    attributes: texts(record.attributes),
                    resource: attributes.clone(),
                }));
            }
        }
        ("/v1/logs", true) => got.logs = json_logs(bytes)?,
        ("/v1/metrics", false) => {
            let all = Metrics::decode(bytes).ok()?;
            let metrics = all.resources.into_iter().flat_map(|r| r.scopes).flat_map(|s| s.metrics);
            let kinds = metrics.flat_map(|m| [m.gauge, m.sum, m.histogram, m.exponential, m.summary]);
            got.metric_points = kinds.flatten().map(|points| points.points.len()).sum();
        }
        ("/v1/traces", false) => {
            let all = Traces::decode(bytes).ok()?;
            let scopes = all.resources.into_iter().flat_map(|r| r.scopes);
            got.spans = scopes.map(|scope| scope.spans.len()).sum();
        }
        _ => return None,
    }
    Some(got)
}

fn json_logs(bytes: &[u8]) -> Option<Vec<Log>> {
    let all: Value = serde_json::from_slice(bytes).ok()?;
    let list =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let texts = |value: &Value| -> BTreeMap<String, String> {
        let pairs = list(value, "attributes").into_iter();
        pairs.filter_map(|pair| Some((pair["key"].as_str()?.to_owned(), json_text(&pair["value"])))).collect()
    };
    let mut logs = Vec::new();
    for resource in list(&all, "resourceLogs") {
        let attributes = texts(&resource["resource"]);
        for record in list(&resource, "scopeLogs").iter().flat_map(|scope| list(scope, "logRecords")) {
            logs.push(Log {
                body: json_text(&record["body"]),
                severity: record["severityNumber"].as_i64().and_then(|n| n.try_into().ok()).unwrap_or(0),
                attributes: texts(&record),
                resource: attributes.clone(),
            });
        }
    }
    Some(logs)
}

fn json_text(value: &Value) -> String {
    let inner = value.as_object().and_then(|map| map.values().next()).unwrap_or(&Value::Null);
    inner.as_str().map_or_else(|| inner.to_string(), str::to_owned)
}

fn texts(pairs: Vec<KeyValue>) -> BTreeMap<String, String> {
    pairs.into_iter().map(|pair| (pair.key, pair.value.map(text).unwrap_or_default())).collect()
}

fn text(value: AnyValue) -> String {
    match value.value {
        Some(Any::Text(text)) => text,
        Some(Any::Bool(value)) => value.to_string(),
        Some(Any::Int(value)) => value.to_string(),
        Some(Any::Double(value)) => value.to_string(),
        None => String::new(),
    }
}

#[derive(Clone, PartialEq, Message)]
struct Logs {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<ResourceLogs>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceLogs {
    #[prost(message, optional, tag = "1")]
    resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<ScopeLogs>,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeLogs {
    #[prost(message, repeated, tag = "2")]
    records: Vec<Record>,
}

#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(int32, tag = "2")]
    severity: i32,
    #[prost(message, optional, tag = "5")]
    body: Option<AnyValue>,
    #[prost(message, repeated, tag = "6")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<KeyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct KeyValue {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, optional, tag = "2")]
    value: Option<AnyValue>,
}

#[derive(Clone, PartialEq, Message)]
struct AnyValue {
    #[prost(oneof = "Any", tags = "1, 2, 3, 4")]
    value: Option<Any>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Any {
    #[prost(string, tag = "1")]
    Text(String),
    #[prost(bool, tag = "2")]
    Bool(bool),
    #[prost(int64, tag = "3")]
    Int(i64),
    #[prost(double, tag = "4")]
    Double(f64),
}

#[derive(Clone, PartialEq, Message)]
struct Metrics {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<ResourceMetrics>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceMetrics {
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<ScopeMetrics>,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeMetrics {
    #[prost(message, repeated, tag = "2")]
    metrics: Vec<Metric>,
}

#[derive(Clone, PartialEq, Message)]
struct Metric {
    #[prost(message, optional, tag = "5")]
    gauge: Option<Points>,
    #[prost(message, optional, tag = "7")]
    sum: Option<Points>,
    #[prost(message, optional, tag = "9")]
    histogram: Option<Points>,
    #[prost(message, optional, tag = "10")]
    exponential: Option<Points>,
    #[prost(message, optional, tag = "11")]
    summary: Option<Points>,
}

#[derive(Clone, PartialEq, Message)]
struct Points {
    #[prost(message, repeated, tag = "1")]
    points: Vec<Anything>,
}

#[derive(Clone, PartialEq, Message)]
struct Traces {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<ResourceSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct ResourceSpans {
    #[prost(message, repeated, tag = "2")]
    scopes: Vec<ScopeSpans>,
}

#[derive(Clone, PartialEq, Message)]
struct ScopeSpans {
    #[prost(message, repeated, tag = "2")]
    spans: Vec<Anything>,
}

/// Counted, not read.
#[derive(Clone, Copy, PartialEq, Message)]
struct Anything {}
