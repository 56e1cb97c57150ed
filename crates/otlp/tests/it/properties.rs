//! Over any request: both encodings agree with the message that was written, and no bytes panic.

use linkmesh_otlp::{Kind, Limits, Number, decode_json};
use proptest::prelude::*;
use prost::Message as _;
use serde_json::{Value as Json, json};

use crate::messages::*;
use crate::seen::{ACCEPTED, QUEUE, Seen, from_json, from_protobuf, wanted};

fn key_value() -> impl Strategy<Value = KeyValue> {
    let any = prop_oneof![
        "\\PC{0,12}".prop_map(Any::Text),
        any::<bool>().prop_map(Any::Bool),
        any::<i64>().prop_map(Any::Int),
        (-1e9..1e9f64).prop_map(Any::Double),
    ];
    let keys = prop_oneof!["[a-z.]{1,8}", Just("service.instance.id".to_owned())];
    (keys, any).prop_map(|(key, any)| KeyValue { key, value: Some(AnyValue { value: Some(any) }) })
}

fn point() -> impl Strategy<Value = NumberPoint> {
    let value = prop_oneof![
        any::<i64>().prop_map(|v| Some(NumberValue::Int(v))),
        (-1e12..1e12f64).prop_map(|v| Some(NumberValue::Double(v))),
        Just(None),
    ];
    (any::<u64>(), any::<u64>(), value, prop::collection::vec(key_value(), 0..4), 0..2u32).prop_map(
        |(start, time, value, attributes, flags)| NumberPoint { start, time, value, attributes, flags },
    )
}

fn metric() -> impl Strategy<Value = Metric> {
    let name = prop_oneof![Just(ACCEPTED.to_owned()), Just(QUEUE.to_owned()), "[a-z_]{0,9}"];
    let data = (prop::collection::vec(point(), 0..4), 0..4i32, any::<bool>()).prop_map(
        |(points, temporality, monotonic)| match temporality {
            3 => Data::Gauge(Gauge { points }),
            _ => Data::Sum(Sum { points, temporality, monotonic }),
        },
    );
    (name, prop::option::of(data)).prop_map(|(name, data)| Metric { name, description: "d".into(), data })
}

fn any_request() -> impl Strategy<Value = Request> {
    let attributes = || prop::collection::vec(key_value(), 0..3);
    let scope = ("[a-z]{0,6}", attributes()).prop_map(|(name, attributes)| Scope { name, attributes });
    let scope_metrics = (prop::option::of(scope), prop::collection::vec(metric(), 0..4))
        .prop_map(|(scope, metrics)| ScopeMetrics { scope, metrics });
    let resource_metrics = (prop::option::of(attributes()), prop::collection::vec(scope_metrics, 0..3))
        .prop_map(|(attributes, scope_metrics)| ResourceMetrics {
            resource: attributes.map(|attributes| Resource { attributes }),
            scope_metrics,
            schema_url: String::new(),
        });
    prop::collection::vec(resource_metrics, 0..3).prop_map(|resource_metrics| Request { resource_metrics })
}

/// What a sink must see, computed the obvious way from the whole tree.
fn reference(request: &Request) -> (u64, Vec<Seen>) {
    let (mut rejected, mut seen) = (0, Vec::new());
    for resource_metrics in &request.resource_metrics {
        let attributes = resource_metrics.resource.iter().flat_map(|r| &r.attributes);
        let instance_id = attributes
            .filter(|a| a.key == "service.instance.id")
            .filter_map(|a| match &a.value.as_ref()?.value {
                Some(Any::Text(text)) => Some(text.clone()),
                _ => None,
            })
            .next_back();
        for scope_metrics in &resource_metrics.scope_metrics {
            let scope = scope_metrics.scope.clone().unwrap_or_default();
            for metric in scope_metrics.metrics.iter().filter(|m| m.name == ACCEPTED || m.name == QUEUE) {
                let (points, kind) = match &metric.data {
                    Some(Data::Gauge(gauge)) => (&gauge.points, Kind::Gauge),
                    Some(Data::Sum(sum)) if sum.temporality == 2 => {
                        (&sum.points, Kind::Sum { monotonic: sum.monotonic })
                    }
                    Some(Data::Sum(sum)) => {
                        rejected += sum.points.len() as u64;
                        continue;
                    }
                    _ => continue,
                };
                seen.extend(points.iter().map(|point| Seen {
                    family: metric.name.clone(),
                    attributes: shown(&point.attributes),
                    value: match &point.value {
                        _ if point.flags == 1 => Number::Absent,
                        Some(NumberValue::Int(value)) => Number::Int(*value),
                        Some(NumberValue::Double(value)) => Number::Double(*value),
                        None => Number::Absent,
                    },
                    start: point.start,
                    time: point.time,
                    kind,
                    instance_id: instance_id.clone(),
                    scope: scope.name.clone(),
                    scope_attributes: shown(&scope.attributes),
                }));
            }
        }
    }
    (rejected, seen)
}

fn shown(attributes: &[KeyValue]) -> Vec<(String, String)> {
    let text = |value: &Option<AnyValue>| match value.as_ref().and_then(|v| v.value.as_ref()) {
        Some(Any::Text(text)) => text.clone(),
        Some(Any::Int(value)) => format!("int {value}"),
        Some(Any::Double(value)) => format!("double {value}"),
        Some(Any::Bool(value)) => format!("bool {value}"),
        _ => "other".into(),
    };
    attributes.iter().map(|a| (a.key.clone(), text(&a.value))).collect()
}

fn as_json(request: &Request) -> Json {
    json!({"resourceMetrics": request.resource_metrics.iter().map(|rm| json!({
        "resource": rm.resource.as_ref().map(|r| json!({"attributes": attributes_json(&r.attributes)})),
        "scopeMetrics": rm.scope_metrics.iter().map(|sm| json!({
            "metrics": sm.metrics.iter().map(metric_json).collect::<Vec<_>>(),
            "scope": sm.scope.as_ref().map(|s| json!({"name": s.name, "attributes": attributes_json(&s.attributes)})),
        })).collect::<Vec<_>>(),
    })).collect::<Vec<_>>()})
}

fn metric_json(metric: &Metric) -> Json {
    let points = |points: &[NumberPoint]| points.iter().map(point_json).collect::<Vec<_>>();
    match &metric.data {
        Some(Data::Gauge(gauge)) => {
            json!({"name": metric.name, "gauge": {"dataPoints": points(&gauge.points)}})
        }
        Some(Data::Sum(sum)) => json!({"name": metric.name, "sum": {"dataPoints": points(&sum.points),
            "aggregationTemporality": sum.temporality, "isMonotonic": sum.monotonic}}),
        _ => json!({"name": metric.name}),
    }
}

fn point_json(point: &NumberPoint) -> Json {
    let mut json = json!({"attributes": attributes_json(&point.attributes), "flags": point.flags,
        "startTimeUnixNano": point.start.to_string(), "timeUnixNano": point.time});
    match &point.value {
        Some(NumberValue::Int(value)) => json["asInt"] = json!(value.to_string()),
        Some(NumberValue::Double(value)) => json["asDouble"] = json!(value),
        None => {}
    }
    json
}

fn attributes_json(attributes: &[KeyValue]) -> Vec<Json> {
    let value = |value: &Option<AnyValue>| match value.as_ref().and_then(|v| v.value.as_ref()) {
        Some(Any::Text(text)) => json!({"stringValue": text}),
        Some(Any::Int(value)) => json!({"intValue": value.to_string()}),
        Some(Any::Double(value)) => json!({"doubleValue": value}),
        Some(Any::Bool(value)) => json!({"boolValue": value}),
        _ => json!({}),
    };
    attributes.iter().map(|a| json!({"key": a.key, "value": value(&a.value)})).collect()
}

proptest! {
    #[test]
    fn both_encodings_yield_what_the_message_says(request in any_request()) {
        let (rejected, expected) = reference(&request);
        let (outcome, seen) = from_protobuf(&request.encode_to_vec(), &Limits::default()).unwrap();
        prop_assert_eq!((outcome.rejected(), outcome.kept), (rejected, expected.len() as u64));
        prop_assert_eq!(&seen, &expected);
        let text = as_json(&request).to_string();
        let (outcome, seen) = from_json(&text, &Limits::default()).unwrap();
        prop_assert_eq!(outcome.rejected(), rejected);
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        drop(from_protobuf(&bytes, &Limits::default()));
        drop(decode_json(&bytes, &wanted(), &Limits::default(), &mut |_| {}));
    }

    #[test]
    fn no_flipped_byte_panics(request in any_request(), at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut bytes = request.encode_to_vec();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        drop(from_protobuf(&bytes, &Limits::default()));
        let mut text = as_json(&request).to_string().into_bytes();
        let at = at.index(text.len());
        text[at] = to;
        drop(decode_json(&text, &wanted(), &Limits::default(), &mut |_| {}));
    }
}
