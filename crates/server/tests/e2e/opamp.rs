//! The statements about an OpAMP server that only a real socket or the record can show; each test carries its number.
//! Here: the way in and what is refused there. `connections` follows a connection through its life; the others are in
//! the tests of the protocol's crate.

use std::io::{Read as _, Write as _};
use std::process::Command;

use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};
use linkmesh_api::types::CreateEnrollmentToken;
use linkmesh_opamp::limits::{DEFAULT_MESSAGE_BYTES, Limits};
use linkmesh_opamp::proto::ServerToAgent;
use linkmesh_testkit::fleet::member;
use linkmesh_testkit::server::Answer;
use linkmesh_testkit::wait::until;
use prost::Message as _;

use crate::wire::{BINARY, Wire, first_message, heartbeat};
use crate::world::{Ports, SERVER, SOON, World, borrowed, flow};

const PATHS: [&str; 2] = ["/v1/opamp", "/api/v1/opamp"];
const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
const WRONG: &str = "lmenr_0000000000000000000000000000000000000000000";

impl World {
    pub(crate) fn wire(&self, token: &str) -> Wire {
        Wire::open(self.server.address(), token)
    }

    pub(crate) fn post_opamp(&self, token: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut all = vec![("authorization", bearer.as_str()), PROTOBUF];
        all.extend(headers);
        self.server.request("POST", "/v1/opamp", &all, body)
    }
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = Vec::new();
    GzEncoder::new(bytes, Compression::best()).read_to_end(&mut zipped).unwrap();
    zipped
}

pub(crate) fn read(answer: &Answer) -> ServerToAgent {
    ServerToAgent::decode(answer.body.as_slice()).unwrap()
}

#[test]
fn s01_a_websocket_upgrade_is_accepted_on_both_paths() {
    let world = World::new("s01");
    let token = world.token().token;
    for path in PATHS {
        let (_, head) = Wire::knock(world.server.address(), path, &token);
        assert!(head.starts_with("http/1.1 101"), "{path}: {head}");
        assert!(!head.contains("sec-websocket-extensions"), "nothing is negotiated: {head}");
    }
}

#[test]
fn s02_and_s10_plain_http_on_the_same_path_is_answered_with_200_and_protobuf() {
    let world = World::new("s02");
    let token = world.token().token;
    let message = first_message(member(1));
    for path in PATHS {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), PROTOBUF];
        let answer = world.server.request("POST", path, &headers, message.encode_to_vec());
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/x-protobuf"));
        assert_eq!(
            read(&answer).instance_uid,
            message.instance_uid,
            "without the header of WebSocket messages"
        );
    }
    let other = [("authorization", format!("Bearer {token}")), ("content-type", "text/plain".to_owned())];
    let other = other.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(world.server.request("POST", "/v1/opamp", &other, message.encode_to_vec()).status, 415);
}

/// The specification recommends 4320; one port serves everything here, and its default is the one that people type.
#[test]
fn s03_the_default_port_is_the_one_of_everything_else() {
    let output = Command::new(SERVER).args(["config", "print"]).env_clear().output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("127.0.0.1:8080"), "{text}");
}

#[test]
fn s08_request_bodies_may_be_gzip_or_identity() {
    let world = World::new("s08");
    let token = world.token().token;
    let body = first_message(member(1)).encode_to_vec();
    for (coding, body) in [("gzip", gzip(&body)), ("identity", body.clone())] {
        let answer = world.post_opamp(&token, &[("content-encoding", coding)], body);
        assert_eq!(answer.status, 200, "{coding}: {}", answer.text());
    }
    let answer = world.post_opamp(&token, &[("content-encoding", "br")], body);
    assert_eq!(answer.status, 415, "{}", answer.text());
}

#[test]
fn s09_responses_are_gzip_where_that_is_accepted_and_not_weighted_with_zero() {
    let world = World::new("s09");
    let token = world
        .token_with(CreateEnrollmentToken { max_uses: Some(9), ..CreateEnrollmentToken::default() })
        .token;
    // A configuration makes the answer worth compressing.
    let mut entities = flow(Ports::free(), "http://127.0.0.1:1");
    entities[2].1.push_str("policy: immediate\n");
    world.save(&borrowed(&entities));
    for (number, (accepts, zipped)) in
        [("gzip", true), ("br, gzip;q=0.5", true), ("gzip;q=0", false), ("identity", false)]
            .into_iter()
            .enumerate()
    {
        let first = first_message(member(number));
        let mut sequence = 0;
        let answer = until("the configuration is offered", SOON, || {
            let message = if sequence == 0 { first.clone() } else { heartbeat(&first, sequence) };
            sequence += 1;
            let (head, body) = raw_post(&world, &token, accepts, &message.encode_to_vec());
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let mut plain = Vec::new();
            if head.contains("content-encoding: gzip") {
                assert!(zipped, "{accepts}: {head}");
                GzDecoder::new(body.as_slice()).read_to_end(&mut plain).unwrap();
            } else {
                assert!(!zipped || body.len() < 256, "{accepts}: {} bytes as they are", body.len());
                plain = body;
            }
            ServerToAgent::decode(plain.as_slice()).unwrap().remote_config
        });
        assert!(!answer.config_hash.is_empty());
    }
}

/// A request whose answer nobody unpacks on the way; head in lower case, and body.
fn raw_post(world: &World, token: &str, accepts: &str, message: &[u8]) -> (String, Vec<u8>) {
    let mut stream = std::net::TcpStream::connect(world.server.address()).unwrap();
    let head = format!(
        "POST /v1/opamp HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/x-protobuf\r\nAccept-Encoding: {accepts}\r\nContent-Length: {}\r\n\r\n",
        message.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(message).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
}

#[test]
fn s11_and_s12_messages_beyond_the_limit_are_refused_before_and_after_inflation() {
    let world = World::new("s11");
    let token = world.token().token;
    let big = vec![0; DEFAULT_MESSAGE_BYTES + 2];
    let mut wire = world.wire(&token);
    wire.send(BINARY, &big);
    assert_eq!(wire.close_code(SOON), Some(1009));
    assert_eq!(world.post_opamp(&token, &[], big.clone()).status, 413);
    let bomb = gzip(&vec![0; 64 * DEFAULT_MESSAGE_BYTES]);
    assert!(bomb.len() < DEFAULT_MESSAGE_BYTES / 8, "a bomb is small: {}", bomb.len());
    assert_eq!(world.post_opamp(&token, &[("content-encoding", "gzip")], bomb).status, 413);
    assert_eq!(world.post_opamp(&token, &[], first_message(member(1)).encode_to_vec()).status, 200);
}

#[test]
fn s14_and_s15_a_wrong_credential_is_refused_with_401_before_any_upgrade() {
    let world = World::new("s14");
    for token in [WRONG, "", "x", world.server.token()] {
        let (_, head) = Wire::knock(world.server.address(), "/v1/opamp", token);
        assert!(head.starts_with("http/1.1 401"), "{head}");
        assert!(head.contains("www-authenticate: bearer"), "{head}");
        assert_eq!(world.post_opamp(token, &[], first_message(member(1)).encode_to_vec()).status, 401);
    }
}

#[test]
fn s16_upgrades_beyond_what_is_admitted_are_asked_to_come_back_after_half_a_minute() {
    let world = World::new("s16");
    let token = world.token().token;
    let mut silent = Vec::new();
    let (status, head) = loop {
        let (wire, head) = Wire::knock(world.server.address(), "/v1/opamp", &token);
        if !head.starts_with("http/1.1 101") {
            break (wire, head);
        }
        silent.push(wire);
        assert!(silent.len() <= 2000, "so many may be under way at once");
    };
    drop(status);
    assert!(head.starts_with("http/1.1 503"), "after {}: {head}", silent.len());
    let wait_s = head.lines().find_map(|line| line.strip_prefix("retry-after: ")).unwrap();
    let wait_s: u64 = wait_s.trim().parse().unwrap();
    assert!((30..=90).contains(&wait_s), "{wait_s}");
    // One that was let in is heard, and then makes room.
    let first = first_message(member(1));
    assert_eq!(silent[0].ask(&first).instance_uid, first.instance_uid);
    until("there is room again", SOON, || {
        let (_, head) = Wire::knock(world.server.address(), "/v1/opamp", &token);
        head.starts_with("http/1.1 101").then_some(())
    });
}

#[test]
fn s66_no_frame_of_the_server_is_text_whatever_is_sent() {
    let world = World::new("s66");
    let token = world.token().token;
    for payload in [&b""[..], b"\x00", b"\x00\xff\xff", b"{}", b"\x01\x0a"] {
        let mut wire = world.wire(&token);
        wire.send(BINARY, payload);
        // Reading asserts that it is no text.
        let frame = wire.next(SOON).unwrap();
        assert_eq!(frame.opcode, BINARY, "{payload:?}: {frame:?}");
        let body = linkmesh_opamp::frame::body(&frame.payload).unwrap();
        let answer = linkmesh_opamp::decode::server_to_agent(body, &Limits::default()).unwrap();
        assert!(answer.error_response.is_some(), "{payload:?}: {answer:?}");
    }
    let mut plain = std::net::TcpStream::connect(world.server.address()).unwrap();
    plain.write_all(b"GET /v1/opamp HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    plain.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 401"), "{text}");
}

/// What the protocol's own tests leave to the server.
const STATEMENTS: [u8; 20] = [1, 2, 3, 8, 9, 10, 12, 14, 15, 16, 35, 36, 38, 41, 50, 62, 64, 66, 68, 69];

#[test]
fn every_statement_that_needs_a_server_has_its_test() {
    let sources =
        [include_str!("opamp.rs"), include_str!("connections.rs"), include_str!("metrics.rs")].concat();
    let names = sources.lines().filter_map(|line| line.strip_prefix("fn s"));
    let names: Vec<String> = names.map(|rest| format!("_s{rest}")).collect();
    for number in STATEMENTS {
        let carries = names.iter().any(|name| name.contains(&format!("_s{number:02}_")));
        assert!(carries, "statement {number}");
    }
}
