//! Hostile requests: each ends in one clear answer, and costs no more than its size.

use linkmesh_otlp::{DecodeError, Limits, Reason};
use prost::Message as _;

use crate::messages::*;
use crate::protobuf::message;
use crate::seen::{ACCEPTED, from_json, from_protobuf};

#[test]
fn a_request_cut_anywhere_is_malformed_or_shorter_but_never_a_panic() {
    let whole = request(vec![counter(ACCEPTED, vec![number(7, vec![text("receiver", "otlp/in")])])]);
    let whole = whole.encode_to_vec();
    for end in 1..whole.len() {
        let cut = from_protobuf(&whole[..end], &Limits::default());
        assert!(matches!(cut, Err(DecodeError::Malformed(_))), "cut at {end} of {}", whole.len());
    }
}

#[test]
fn a_known_field_of_the_wrong_wire_type_is_malformed() {
    let metric = message(&[(1, ACCEPTED.as_bytes()), (7, &message(&[(2, b"x"), (3, b"y")]))]);
    let nested = [1, 2, 2].iter().fold(metric, |inner, _| message(&[(2, &inner)]));
    let cases: [&[u8]; 5] = [
        &[0x08, 0x01],             // resource_metrics as a varint
        &[0x0b, 0x0c],             // a group
        &[0x0a, 0x02, 0x0f, 0x00], // wire type 7
        &[0x00, 0x00],             // field number 0
        &[0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], // an endless varint
    ];
    for bytes in cases {
        assert!(matches!(from_protobuf(bytes, &Limits::default()), Err(DecodeError::Malformed(_))));
    }
    // Field 2 of the request is unknown and skipped; the same bytes as a resource are walked.
    assert!(from_protobuf(&nested, &Limits::default()).is_ok());
    let scopes =
        message(&[(2, &message(&[(2, &message(&[(1, ACCEPTED.as_bytes()), (7, &message(&[(2, b"x")]))]))]))]);
    let request = message(&[(1, &scopes)]);
    assert!(matches!(from_protobuf(&request, &Limits::default()), Err(DecodeError::Malformed(_))));
}

#[test]
fn a_length_beyond_the_address_space_is_malformed() {
    let bytes = [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert!(matches!(from_protobuf(&bytes, &Limits::default()), Err(DecodeError::Malformed(_))));
}

#[test]
fn a_body_over_the_limit_is_not_read() {
    let limits = Limits { bytes: 10, ..Limits::default() };
    let error = from_protobuf(&[0; 11], &limits).unwrap_err();
    assert_eq!(error, DecodeError::TooLarge { size_bytes: 11, limit_bytes: 10 });
    assert_eq!(
        from_json("{          }", &limits).unwrap_err(),
        DecodeError::TooLarge { size_bytes: 12, limit_bytes: 10 }
    );
}

#[test]
fn a_million_points_are_counted_and_refused() {
    let points = vec![NumberPoint::default(); 1_000_000];
    let bytes = request(vec![counter(ACCEPTED, points)]).encode_to_vec();
    assert!(bytes.len() < 4 * 1024 * 1024);
    let (outcome, seen) = from_protobuf(&bytes, &Limits::default()).unwrap();
    assert_eq!((outcome.kept, seen.len()), (10_000, 10_000));
    assert_eq!(outcome.rejected_for(Reason::TooManyPoints), 990_000);

    let points = "{},".repeat(999_999);
    let text = format!(
        r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"{ACCEPTED}","gauge":{{"dataPoints":[{points}{{}}]}}}}]}}]}}]}}"#
    );
    let (outcome, _) = from_json(&text, &Limits::default()).unwrap();
    assert_eq!((outcome.kept, outcome.rejected()), (10_000, 990_000));
}

#[test]
fn an_overloaded_point_is_refused_and_its_neighbor_kept() {
    let many = (0..10_000).map(|n| text(&format!("k{n}"), "v")).collect();
    let long = "x".repeat(1024 * 1024);
    let points = vec![
        number(1, many),
        number(2, vec![text("receiver", &long)]),
        number(3, vec![text(&long, "v")]),
        number(4, vec![text("receiver", "otlp")]),
    ];
    let bytes = request(vec![counter(ACCEPTED, points)]).encode_to_vec();
    let (outcome, seen) = from_protobuf(&bytes, &Limits::default()).unwrap();
    assert_eq!((outcome.kept, seen.len()), (1, 1));
    assert_eq!(outcome.rejected_for(Reason::TooManyAttributes), 1);
    assert_eq!(outcome.rejected_for(Reason::AttributeTooLong), 2);
}

#[test]
fn an_attribute_that_is_not_utf8_loses_its_point_only() {
    let good = number(1, vec![text("receiver", "otlp")]).encode_to_vec();
    let value = message(&[(1, &[0xff, 0xfe])]);
    let bad = message(&[(7, &message(&[(1, b"receiver"), (2, &value)]))]);
    let sum = Sum { points: vec![], temporality: 2, monotonic: true }.encode_to_vec();
    let data = [message(&[(1, &good), (1, &bad)]), sum].concat();
    let metric = message(&[(1, ACCEPTED.as_bytes()), (7, &data)]);
    let bytes = message(&[(1, &message(&[(2, &message(&[(2, &metric)]))]))]);
    let (outcome, seen) = from_protobuf(&bytes, &Limits::default()).unwrap();
    assert_eq!((seen.len(), outcome.rejected_for(Reason::NotUtf8)), (1, 1));
}

#[test]
fn deep_nesting_costs_protobuf_nothing_and_json_an_error() {
    let mut value = AnyValue { value: Some(Any::Int(1)) }.encode_to_vec();
    for _ in 0..20_000 {
        let array = message(&[(1, &value)]);
        value = message(&[(5, &array)]);
    }
    let point = message(&[(7, &message(&[(1, b"deep"), (2, &value)]))]);
    let metric = message(&[(1, ACCEPTED.as_bytes()), (5, &message(&[(1, &point)]))]);
    let bytes = message(&[(1, &message(&[(2, &message(&[(2, &metric)]))]))]);
    let (_, seen) = from_protobuf(&bytes, &Limits::default()).unwrap();
    assert_eq!(seen[0].attributes, [("deep".into(), "other".into())]);

    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(from_json(&deep, &Limits::default()).unwrap_err(), DecodeError::TooDeep { limit: 64 });
    let shallow = format!(r#"{{"x":{}{}, "y": "[[{{{{\"["}}"#, "[".repeat(63), "]".repeat(63));
    assert!(from_json(&shallow, &Limits::default()).is_ok());
}
