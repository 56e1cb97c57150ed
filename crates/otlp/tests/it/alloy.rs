//! What a Prometheus pipeline makes of counters: gauges without a start, one resource with many scopes, empty texts, ended series.

use linkmesh_otlp::{Kind, Limits, Number};
use prost::Message as _;

use crate::messages::*;
use crate::seen::{ACCEPTED, QUEUE, from_json, from_protobuf};

fn gauge(name: &str, points: Vec<NumberPoint>) -> Metric {
    Metric { name: name.into(), description: String::new(), data: Some(Data::Gauge(Gauge { points })) }
}

fn double(value: f64, attributes: Vec<KeyValue>) -> NumberPoint {
    NumberPoint { start: 0, time: 2, value: Some(NumberValue::Double(value)), attributes, flags: 0 }
}

fn scope(name: &str, metrics: Vec<Metric>) -> ScopeMetrics {
    ScopeMetrics { scope: Some(Scope { name: name.into(), attributes: vec![] }), metrics }
}

/// As Alloy sends it: empty texts in the resource, a scope for each library.
fn push(scope_metrics: Vec<ScopeMetrics>) -> Request {
    let texts = [
        ("service.name", "integrations/self"),
        ("service.instance.id", "edge-7"),
        ("server.port", ""),
        ("url.scheme", ""),
    ];
    let attributes = texts.into_iter().map(|(key, value)| text(key, value)).collect();
    let resource = Some(Resource { attributes });
    Request { resource_metrics: vec![ResourceMetrics { resource, scope_metrics, schema_url: String::new() }] }
}

#[test]
fn s41_a_counter_sent_as_a_gauge_differs_in_nothing_but_its_kind() {
    let points = || vec![double(7.0, vec![text("component_id", "otelcol.receiver.otlp.in")])];
    let read =
        |metric| from_protobuf(&push(vec![scope("s", vec![metric])]).encode_to_vec(), &Limits::default());
    let (_, mut as_gauge) = read(gauge(ACCEPTED, points())).unwrap();
    let (_, as_sum) = read(Metric {
        data: Some(Data::Sum(Sum { points: points(), temporality: 2, monotonic: true })),
        ..gauge(ACCEPTED, vec![])
    })
    .unwrap();
    assert_eq!((as_gauge[0].kind, as_gauge[0].start), (Kind::Gauge, 0));
    as_gauge[0].kind = Kind::Sum { monotonic: true };
    assert_eq!(as_gauge, as_sum);
}

#[test]
fn s41_a_series_that_ended_has_no_value_whatever_stands_there() {
    let ended = [
        NumberPoint { value: None, flags: 1, ..double(0.0, vec![]) },
        NumberPoint { flags: 1, ..double(f64::from_bits(0x7ff0_0000_0000_0002), vec![]) },
    ];
    let request = push(vec![scope("s", vec![gauge(ACCEPTED, ended.to_vec())])]);
    let (_, seen) = from_protobuf(&request.encode_to_vec(), &Limits::default()).unwrap();
    assert_eq!(seen.iter().map(|point| point.value).collect::<Vec<_>>(), [Number::Absent; 2]);
    let json = format!(
        r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"{ACCEPTED}","gauge":{{"dataPoints":[{{"timeUnixNano":"2","flags":1}}]}}}}]}}]}}]}}"#
    );
    let (_, seen) = from_json(&json, &Limits::default()).unwrap();
    assert_eq!(seen[0].value, Number::Absent);
}

#[test]
fn s44_every_scope_of_a_resource_is_read_and_empty_texts_are_texts() {
    let label = |value: &str| vec![text("component_id", value), text("server_port", "")];
    let scopes = vec![
        scope(
            "go.opentelemetry.io/collector/receiver/receiverhelper",
            vec![gauge(ACCEPTED, vec![double(1.0, label("a"))])],
        ),
        scope("", vec![]),
        ScopeMetrics { scope: None, metrics: vec![gauge(QUEUE, vec![double(2.0, label("b"))])] },
        scope(
            "otelcol/prometheusreceiver",
            vec![gauge(ACCEPTED, vec![double(3.0, label("c")), double(4.0, label(""))])],
        ),
    ];
    let (outcome, seen) = from_protobuf(&push(scopes).encode_to_vec(), &Limits::default()).unwrap();
    assert_eq!((outcome.kept, outcome.rejected()), (4, 0));
    let read: Vec<_> = seen
        .iter()
        .map(|point| (point.scope.as_str(), point.attributes[0].1.as_str(), point.value))
        .collect();
    assert_eq!(
        read,
        [
            ("go.opentelemetry.io/collector/receiver/receiverhelper", "a", Number::Double(1.0)),
            ("", "b", Number::Double(2.0)),
            ("otelcol/prometheusreceiver", "c", Number::Double(3.0)),
            ("otelcol/prometheusreceiver", "", Number::Double(4.0)),
        ]
    );
    assert!(seen.iter().all(|point| point.instance_id.as_deref() == Some("edge-7")));
    assert!(seen.iter().all(|point| point.attributes[1] == ("server_port".to_owned(), String::new())));
}

#[test]
fn s40_a_push_that_is_taken_whole_is_answered_with_the_empty_message() {
    assert_eq!(linkmesh_otlp::reply_protobuf(0, ""), b"");
    assert_eq!(linkmesh_otlp::reply_json(0, ""), "{}");
}
