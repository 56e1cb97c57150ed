//! Bad input on every listener over real sockets: one clear refusal, and everybody else goes on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use linkmesh_opamp::limits::DEFAULT_MESSAGE_BYTES;
use linkmesh_opamp::proto::{KeyValue, ServerErrorResponseType};
use linkmesh_testkit::fleet::member;
use linkmesh_testkit::wait::never;
use prost::Message as _;

use crate::wire::{BINARY, PING, PONG, TEXT, Wire, first_message, heartbeat, masked};
use crate::world::{SOON, World};

#[test]
fn frames_that_break_the_protocol_end_their_connection_with_the_right_code_and_no_other() {
    let world = World::new("frames");
    let token = world.token().token;
    let mut witness = Wire::open(world.server.address(), &token);
    let first = first_message(member(1));
    witness.ask(&first);
    let unmasked = [&[0x80 | BINARY, 2][..], b"\x00\x00"].concat();
    let huge = [&[0x80 | BINARY, 0x80 | 127][..], &(1_u64 << 40).to_be_bytes(), &[1, 2, 3, 4]].concat();
    let lying = [&[0x80 | BINARY, 0x80 | 127][..], &5_u64.to_be_bytes(), &[1, 2, 3, 4]].concat();
    let parts = [masked(BINARY, b"\x00"), masked(0x80 | BINARY, b"\x00")].concat();
    // Small fragments of one message that never ends.
    let crumbs = [masked(BINARY, b"\x00"), masked(0, b"x").repeat(200_000)].concat();
    let cases: [(&str, Vec<u8>, u16); 12] = [
        ("text", masked(0x80 | TEXT, b"hello"), 1003),
        ("not masked", unmasked, 1002),
        ("a reserved bit", masked(0xc0 | BINARY, b"\x00"), 1002),
        ("a reserved opcode", masked(0x80 | 3, b"\x00"), 1002),
        ("a length beyond all limits", huge, 1009),
        ("a length in more bytes than it needs", lying, 1002),
        ("a continuation of nothing", masked(0x80, b"\x00"), 1002),
        ("a message inside a message", parts, 1002),
        ("a fragmented ping", masked(PING, b""), 1002),
        ("a long ping", masked(0x80 | PING, &[0; 126]), 1002),
        ("half a close code", masked(0x88, &[3]), 1002),
        ("a message in crumbs", crumbs, 1008),
    ];
    for (what, bytes, code) in cases {
        let mut wire = Wire::open(world.server.address(), &token);
        wire.write(&bytes);
        assert_eq!(wire.close_code(SOON), Some(code), "{what}");
        assert!(witness.ask(&heartbeat(&first, 1)).error_response.is_none(), "{what}: others go on");
    }
    witness.send(PING, b"are you there");
    let pong = witness.next(SOON).unwrap();
    assert_eq!((pong.opcode, pong.payload.as_slice()), (PONG, &b"are you there"[..]));
}

#[test]
fn messages_that_cannot_be_read_are_answered_and_too_many_of_them_are_heard_no_more() {
    let world = World::new("malformed");
    let token = world.token().token;
    let mut wire = Wire::open(world.server.address(), &token);
    let first = first_message(member(1));
    wire.ask(&first);
    let cut = first.encode_to_vec();
    let deep = deep(60);
    for payload in [
        &b""[..],                                        // not even a header
        b"\x07\x0a\x00",                                 // an unknown header
        b"\x00\x08\x01",                                 // a number where the uid belongs
        &[&b"\x00"[..], &cut[..cut.len() - 1]].concat(), // cut off
        b"\x00\x0a\x03abc",                              // a uid of three bytes
        b"\x00\x1a\x04\x0a\x02\x0a\xff",                 // cut off inside
        &[&b"\x00"[..], &deep].concat(),
    ] {
        wire.send(BINARY, payload);
        let answer = wire.hear();
        let error = answer.error_response.unwrap_or_else(|| panic!("{payload:?} is refused"));
        assert_eq!(error.r#type, i32::from(ServerErrorResponseType::BadRequest));
        assert!(!error.error_message.is_empty());
        assert!(answer.remote_config.is_none() && answer.connection_settings.is_none());
    }
    assert!(wire.ask(&heartbeat(&first, 1)).error_response.is_none(), "the connection goes on");
    for _ in 0..3 {
        wire.send(BINARY, b"\x07");
        assert!(wire.hear().error_response.is_some());
    }
    wire.say(&heartbeat(&first, 2));
    // After ten it listens no longer, and holds the line so that the peer does not dial again at once.
    let start = Instant::now();
    wire.say(&heartbeat(&first, 3));
    assert_eq!(wire.close_code(Duration::from_secs(60)), Some(1008));
    assert!(start.elapsed() >= Duration::from_secs(30), "{:?}", start.elapsed());
}

/// An attribute whose value is a list in a list in a list.
fn deep(levels: usize) -> Vec<u8> {
    let mut value = vec![0x10, 1];
    for _ in 0..levels {
        let list = [&[0x0a][..], &varint(value.len()), &value].concat();
        value = [&[0x2a][..], &varint(list.len()), &list].concat();
    }
    let mut message = first_message(member(1));
    message.agent_description.as_mut().unwrap().identifying_attributes.push(KeyValue::text("x", "y"));
    let attribute = [&[0x0a, 1, b'k', 0x12][..], &varint(value.len()), &value].concat();
    let description = [&[0x0a][..], &varint(attribute.len()), &attribute].concat();
    let mut bytes = heartbeat(&message, 1).encode_to_vec();
    bytes.push(0x1a);
    bytes.extend(varint(description.len()));
    bytes.extend(description);
    bytes
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

#[test]
fn plain_requests_that_cannot_be_read_are_refused_with_a_status() {
    let world = World::new("plain");
    let bearer = format!("Bearer {}", world.token().token);
    let good = first_message(member(1)).encode_to_vec();
    let protobuf = ("content-type", "application/x-protobuf");
    let credential = ("authorization", bearer.as_str());
    let post = |headers: &[(&str, &str)], body: &[u8]| {
        world.server.request("POST", "/v1/opamp", headers, body.to_vec())
    };
    for (what, status, answer) in [
        ("cut off", 400, post(&[credential, protobuf], &good[..good.len() - 1])),
        ("wrong wire type", 400, post(&[credential, protobuf], b"\x08\x01")),
        ("deep", 400, post(&[credential, protobuf], &deep(60))),
        ("no gzip", 400, post(&[credential, protobuf, ("content-encoding", "gzip")], &good)),
        ("too large", 413, post(&[credential, protobuf], &vec![0; DEFAULT_MESSAGE_BYTES + 1])),
        ("another type", 415, post(&[credential, ("content-type", "application/json")], b"{}")),
        ("no type", 415, post(&[credential], &good)),
        ("no credential", 401, post(&[protobuf], &good)),
        ("no upgrade", 426, world.server.request("GET", "/v1/opamp", &[credential], Vec::new())),
        (
            "another method",
            426,
            world.server.request("PUT", "/v1/opamp", &[credential, protobuf], good.clone()),
        ),
    ] {
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        assert!(!answer.body.is_empty(), "{what}: it says why");
    }
    assert_eq!(post(&[credential, protobuf], &good).status, 200);
}

#[test]
fn peers_that_dribble_are_hung_up_on_and_nobody_waits_for_them() {
    let world = World::new("slow");
    let token = world.token().token;
    let head = |path: &str, kind: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: 1000\r\n\r\nabc"
        )
    };
    let slow = [
        ("nothing", String::new()),
        ("half a line", "GET /he".to_owned()),
        ("half a head", "GET /healthz HTTP/1.1\r\nHost: x\r\n".to_owned()),
        ("half an OpAMP body", head("/v1/opamp", "application/x-protobuf")),
        ("half a body of a call", head("/api/v1/session", "application/json")),
    ];
    let mut streams: Vec<(&str, TcpStream)> = Vec::new();
    for (what, bytes) in slow {
        for _ in 0..20 {
            let mut stream = TcpStream::connect(world.server.address()).unwrap();
            stream.write_all(bytes.as_bytes()).unwrap();
            streams.push((what, stream));
        }
    }
    never("somebody else waits", Duration::from_secs(2), || {
        let start = Instant::now();
        let answer = world.server.request("GET", "/healthz", &[], Vec::new());
        (answer.status != 200 || start.elapsed() > Duration::from_secs(1)).then(|| start.elapsed())
    });
    let deadline = Instant::now() + Duration::from_secs(45);
    for (what, mut stream) in streams {
        stream
            .set_read_timeout(Some(
                deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1)),
            ))
            .unwrap();
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        assert!(
            ended.is_ok() || rest.starts_with(b"HTTP/1.1 4"),
            "{what}: still open, after {:?}",
            String::from_utf8_lossy(&rest)
        );
    }
}

#[test]
fn calls_that_cannot_be_read_are_answered_as_problems() {
    let world = World::new("calls");
    let bearer = format!("Bearer {}", world.server.token());
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let before = world.api().revisions(&linkmesh_api::types::ListQuery::default()).unwrap().items.len();
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let entity = |path: &str| format!("{{\"put\": {{\"{path}\": {{\"type\": \"debug\"}}}}}}").into_bytes();
    let long = format!("fleet/destinations/{}.yaml", "x".repeat(10_000));
    for (what, statuses, body) in [
        ("not JSON", [400, 400], b"{".to_vec()),
        ("not UTF-8", [400, 400], b"{\"message\": \"\xff\xfe\"}".to_vec()),
        ("deep", [400, 422], deep.into_bytes()),
        ("too large", [413, 413], vec![b' '; 3 * 1024 * 1024]),
        ("a path that climbs", [400, 422], entity("fleet/destinations/../../registry/x.yaml")),
        ("an id with a slash", [400, 422], entity("fleet/destinations/a/b.yaml")),
        ("an id in capitals", [400, 422], entity("fleet/destinations/ABC.yaml")),
        ("an id of 10,000 characters", [400, 422], entity(&long)),
        ("a registry file", [400, 422], entity("registry/3f/web-01.yaml")),
        (
            "an unknown type",
            [422, 422],
            b"{\"put\": {\"fleet/destinations/x.yaml\": {\"type\": \"debugg\"}}}".to_vec(),
        ),
        (
            "an unknown field",
            [422, 422],
            b"{\"put\": {\"fleet/destinations/x.yaml\": {\"type\": \"debug\", \"endpont\": \"y\"}}}".to_vec(),
        ),
    ] {
        let answer = world.server.request("POST", "/api/v1/changes", &headers, body);
        assert!(statuses.contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
        let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(problem["status"], answer.status, "{what}");
        assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{what}: {problem}");
    }
    let after = world.api().revisions(&linkmesh_api::types::ListQuery::default()).unwrap().items.len();
    assert_eq!(after, before, "nothing was saved");
}
