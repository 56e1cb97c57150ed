//! Statements about bytes: headers, limits, malformed messages, answers that say so.

use linkmesh_opamp::limits::Limits;
use linkmesh_opamp::proto::{AgentToServer, ServerErrorResponseType, ServerToAgent};
use linkmesh_opamp::session::{
    ErrorAnswer, Refused, Sent, ServerSession, SessionSettings, Wants, Withheld, bad_request,
};
use linkmesh_opamp::uid::BadUid;
use linkmesh_opamp::websocket::{CloseCode, Decoder, Event, Violation};
use linkmesh_opamp::{decode, frame};
use prost::Message;

use super::{UID, config, exchange, exchange_reply, full, hear, heartbeat, metrics, offer, session, settled};

#[test]
fn s04_websocket_messages_are_binary_and_start_with_a_zero_byte() {
    let reply = exchange_reply(&mut session(), full(0), 0, &offer(&config(1)));
    let sent = reply.to_websocket_frame();
    let frame = [sent.head, sent.shared.unwrap().to_vec()].concat();
    assert_eq!(frame[0], 0x82, "binary, final");
    assert_eq!(usize::from(frame[1]), frame.len() - 2);
    assert_eq!(frame[2], 0);
    assert_eq!(ServerToAgent::decode(&frame[3..]).unwrap(), reply.to_message());
}

#[test]
fn s05_a_header_that_is_not_zero_is_malformed() {
    assert!(frame::body(&[0, 0x0a]).is_ok());
    assert_eq!(frame::body(&[2, 0x0a]), Err(frame::FrameError::HeaderUnknown(2)));
    assert_eq!(frame::body(&[0xff; 11]), Err(frame::FrameError::HeaderCutOff));
}

#[test]
fn s06_an_empty_body_after_the_header_is_a_message() {
    let body = frame::body(&[0]).unwrap();
    assert_eq!(decode::agent_to_server(body, &Limits::default()).unwrap(), AgentToServer::default());
}

#[test]
fn s07_plain_http_bodies_have_no_header() {
    let reply = exchange_reply(&mut session(), full(0), 0, &offer(&config(1)));
    assert_eq!(ServerToAgent::decode(&*reply.to_body()).unwrap(), reply.to_message());
    assert_ne!(reply.to_body()[0], 0);
}

#[test]
fn s11_a_message_over_the_limit_ends_with_1009_and_allocates_nothing() {
    let mut decoder = Decoder::new(1000);
    let mut header = [0x82, 0xfe, 0x03, 0xe9, 1, 2, 3, 4];
    let violation = decoder.next(&mut &mut header[..]).unwrap_err();
    assert_eq!((violation, violation.close_code().number()), (Violation::TooBig, 1009));
    assert_eq!(decoder.retained_bytes(), 0);
    let limits = Limits { message_bytes: 10, ..Limits::default() };
    let long = [0_u8; 11];
    assert_eq!(
        decode::agent_to_server(&long, &limits),
        Err(decode::Malformed::TooLong { size: 11, limit: 10 })
    );
}

#[test]
fn s13_a_message_over_the_limit_is_not_sent_and_the_caller_is_told() {
    let settings = SessionSettings { message_bytes: 10_000, ..SessionSettings::default() };
    let mut session = ServerSession::new(settings, UID, super::Known::default());
    let large = linkmesh_opamp::session::EncodedConfig::yaml([1; 32], &[b'x'; 9_000]).unwrap();
    let reply = exchange_reply(&mut session, full(0), 0, &offer(&large));
    assert_eq!(reply.sent, Sent { withheld: Some(Withheld::TooLarge), ..Sent::default() });
    assert!(reply.body_bytes() < 100);
}

#[test]
fn s21_a_malformed_message_is_answered_and_the_session_goes_on() {
    let error = decode::agent_to_server(&[0x0b], &Limits::default()).unwrap_err();
    let answer = bad_request(&[], &error.to_string()).error_response.unwrap();
    assert_eq!(answer.r#type(), ServerErrorResponseType::BadRequest);
    assert_eq!(answer.error_message, "field 1 uses the removed group encoding");
    let mut session = settled();
    let error =
        ErrorAnswer { kind: ServerErrorResponseType::BadRequest, message: "no", retry_after_ns: None };
    session.reply(&Wants { error: Some(error), ..Wants::default() });
    assert!(hear(&mut session, heartbeat(1), 1).is_heartbeat());
}

#[test]
fn s22_a_uid_that_is_not_16_bytes_is_refused() {
    for length in [0, 15, 17, 26, 1024 * 1024] {
        let message = AgentToServer { instance_uid: vec![7; length], ..full(0) };
        let refused = session().handle(message.clone(), 0).unwrap_err();
        assert_eq!(refused, Refused::BadUid(BadUid(length)));
        let answer = bad_request(&message.instance_uid, &refused.to_string());
        assert!(answer.encoded_len() < 200 && answer.error_response.is_some());
    }
}

#[test]
fn s23_an_error_goes_alone() {
    let (config, metrics) = (config(1), metrics("Bearer a"));
    let error = ErrorAnswer {
        kind: ServerErrorResponseType::Unavailable,
        message: "later",
        retry_after_ns: Some(30_000_000_000),
    };
    let wants = Wants { error: Some(error), own_metrics: Some(&metrics), restart: true, ..offer(&config) };
    let answer = exchange(&mut session(), full(0), 0, &wants);
    let error_response = answer.error_response.clone();
    assert_eq!(error_response.as_ref().unwrap().retry_info.unwrap().retry_after_nanoseconds, 30_000_000_000);
    let alone =
        ServerToAgent { instance_uid: UID.as_bytes().to_vec(), error_response, ..ServerToAgent::default() };
    assert_eq!(answer, alone);
}

#[test]
fn s27_unknown_fields_and_capability_bits_are_tolerated() {
    let mut bytes = AgentToServer { capabilities: 1 << 63 | super::CAPABILITIES, ..full(0) }.encode_to_vec();
    bytes.extend_from_slice(&[0xf8, 0x07, 1, 0xfa, 0x07, 2, 1, 2, 0xfd, 0x07, 0, 0, 0, 0]);
    let message = decode::agent_to_server(&bytes, &Limits::default()).unwrap();
    let report = hear(&mut session(), message, 0);
    assert_eq!(report.capabilities.0, 1 << 63 | super::CAPABILITIES);
}

#[test]
fn s67_nothing_relies_on_an_agent_that_obeys_an_error() {
    let mut session = session();
    let error =
        ErrorAnswer { kind: ServerErrorResponseType::Unavailable, message: "later", retry_after_ns: Some(1) };
    exchange(&mut session, full(0), 0, &Wants { error: Some(error), ..Wants::default() });
    let config = config(1);
    let answer = exchange(&mut session, heartbeat(1), 1, &offer(&config));
    assert!(answer.remote_config.is_some(), "the agent went on as if nothing had been said, and so do we");
    assert_eq!(answer.capabilities, 0x27, "the error carried no capabilities, so they come now");
}

#[test]
fn close_codes_and_pings_have_their_events() {
    let mut bytes = [0x89, 0x81, 0, 0, 0, 0, b'!', 0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8, 0xff];
    let mut input = &mut bytes[..];
    let mut decoder = Decoder::new(10);
    assert_eq!(decoder.next(&mut input), Ok(Some(Event::Ping(b"!"[..].into()))));
    let close = Event::Close { code: Some(CloseCode::Normal.number()), reason: String::new() };
    assert_eq!(decoder.next(&mut input), Ok(Some(close)));
    assert_eq!(decoder.next(&mut input), Ok(None), "nothing after a close is read");
}
