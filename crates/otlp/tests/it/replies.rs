//! The replies, read by an independent decoder.

use linkmesh_otlp::{StatusCode, reply_json, reply_protobuf, status_json, status_protobuf};
use prost::Message as _;

use crate::messages::{Partial, Response, Status};

#[test]
fn full_success_is_the_empty_message() {
    assert_eq!(reply_protobuf(0, ""), b"");
    assert_eq!(reply_json(0, ""), "{}");
}

#[test]
fn partial_success_carries_count_and_reason() {
    let message = "12 points \"quoted\" é".repeat(40);
    let reply = Response::decode(reply_protobuf(u64::MAX, &message).as_slice()).unwrap();
    assert_eq!(reply, Response { partial: Some(Partial { rejected: i64::MAX, message }) });
    assert_eq!(
        reply_json(12, "say \"no\""),
        r#"{"partialSuccess":{"errorMessage":"say \"no\"","rejectedDataPoints":"12"}}"#
    );
}

#[test]
fn a_refusal_is_a_status() {
    let status =
        Status::decode(status_protobuf(StatusCode::Unauthenticated, "who are you").as_slice()).unwrap();
    assert_eq!(status, Status { code: 16, message: "who are you".into() });
    assert_eq!(status_json(StatusCode::InvalidArgument, "no"), r#"{"code":3,"message":"no"}"#);
}
