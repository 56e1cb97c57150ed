//! What the protobuf walk reads and what it passes over.

use linkmesh_otlp::{Kind, Limits, Number, Reason};
use prost::Message as _;

use crate::messages::*;
use crate::seen::{ACCEPTED, QUEUE, Seen, from_protobuf};

#[test]
fn a_point_of_a_wanted_family_arrives_with_everything_that_names_it() {
    let request = request(vec![counter(ACCEPTED, vec![number(7, vec![text("receiver", "otlp/in")])])]);
    let (outcome, seen) = from_protobuf(&request.encode_to_vec(), &Limits::default()).unwrap();
    let expected = Seen {
        family: ACCEPTED.into(),
        attributes: vec![("receiver".into(), "otlp/in".into())],
        value: Number::Int(7),
        start: 1,
        time: 2,
        kind: Kind::Sum { monotonic: true },
        instance_id: Some("abc".into()),
        scope: "receiverhelper".into(),
        scope_attributes: vec![("otelcol.component.id".into(), "otlp/in".into())],
    };
    assert_eq!((outcome.kept, outcome.rejected()), (1, 0));
    assert_eq!(seen, [expected]);
}

#[test]
fn other_families_and_other_kinds_are_accepted_and_let_go() {
    let histogram = Histogram { points: vec![number(1, vec![])] };
    let metrics = vec![
        counter("otelcol_receiver_accepted_spans_total", vec![number(1, vec![])]),
        counter("http_server_requests", vec![number(1, vec![])]),
        Metric { name: ACCEPTED.into(), data: Some(Data::Histogram(histogram)), ..Metric::default() },
    ];
    let (outcome, seen) = from_protobuf(&request(metrics).encode_to_vec(), &Limits::default()).unwrap();
    assert_eq!((outcome.kept, outcome.rejected(), seen.len()), (0, 0, 0));
}

#[test]
fn a_delta_sum_is_refused_and_the_message_names_the_setting() {
    for temporality in [0, 1] {
        let sum = Sum { points: vec![number(1, vec![]), number(2, vec![])], temporality, monotonic: true };
        let metric = Metric { name: ACCEPTED.into(), data: Some(Data::Sum(sum)), ..Metric::default() };
        let (outcome, seen) =
            from_protobuf(&request(vec![metric]).encode_to_vec(), &Limits::default()).unwrap();
        assert_eq!((outcome.rejected_for(Reason::NotCumulative), seen.len()), (2, 0));
        assert!(outcome.message().contains("temporality_preference"), "{}", outcome.message());
    }
}

#[test]
fn a_series_that_ended_has_no_value_and_is_not_zero() {
    let ended = NumberPoint { flags: 1, ..number(5, vec![]) };
    let silent = NumberPoint { value: None, ..number(5, vec![]) };
    let request = request(vec![counter(ACCEPTED, vec![ended, silent])]);
    let (_, seen) = from_protobuf(&request.encode_to_vec(), &Limits::default()).unwrap();
    assert_eq!(seen.iter().map(|s| s.value).collect::<Vec<_>>(), [Number::Absent, Number::Absent]);
}

#[test]
fn fields_may_come_in_any_order() {
    // Data before name, metrics before scope, scopes before resource: legal, if rare.
    let point = number(3, vec![]).encode_to_vec();
    let gauge = message(&[(1, &point)]);
    let metric = message(&[(5, &gauge), (1, QUEUE.as_bytes())]);
    let scope = message(&[(1, b"late")]);
    let scope_metrics = message(&[(2, &metric), (1, &scope)]);
    let resource = Resource { attributes: vec![text("service.instance.id", "last")] }.encode_to_vec();
    let resource_metrics = message(&[(2, &scope_metrics), (1, &resource)]);
    let (_, seen) = from_protobuf(&message(&[(1, &resource_metrics)]), &Limits::default()).unwrap();
    let seen = seen.first().unwrap();
    assert_eq!((seen.kind, seen.value), (Kind::Gauge, Number::Int(3)));
    assert_eq!((seen.scope.as_str(), seen.instance_id.as_deref()), ("late", Some("last")));
}

#[test]
fn a_scope_and_a_resource_name_only_their_own_points() {
    let mut first = request(vec![counter(ACCEPTED, vec![number(1, vec![])])]);
    let mut bare = request(vec![counter(ACCEPTED, vec![number(2, vec![])])]).resource_metrics.remove(0);
    bare.resource = None;
    bare.scope_metrics[0].scope = None;
    first.resource_metrics.push(bare);
    let (_, seen) = from_protobuf(&first.encode_to_vec(), &Limits::default()).unwrap();
    assert_eq!(seen[0].instance_id.as_deref(), Some("abc"));
    assert_eq!((seen[1].instance_id.as_deref(), seen[1].scope.as_str()), (None, ""));
    assert!(seen[1].scope_attributes.is_empty());
}

/// A message of length-delimited fields, in exactly this order.
pub(crate) fn message(fields: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, bytes) in fields {
        prost::encoding::encode_key(*number, prost::encoding::WireType::LengthDelimited, &mut out);
        prost::encoding::encode_varint(bytes.len() as u64, &mut out);
        out.extend_from_slice(bytes);
    }
    out
}
