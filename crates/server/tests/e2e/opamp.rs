//! The statements about an OpAMP server that only a real socket or the record can show; each test carries its number.
//! The others are in the tests of the protocol's crate.

use std::io::{Read as _, Write as _};
use std::process::Command;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder};
use linkmesh_api::types::{CreateEnrollmentToken, Status};
use linkmesh_opamp::agent::AgentSettings;
use linkmesh_opamp::limits::{DEFAULT_MESSAGE_BYTES, Limits};
use linkmesh_opamp::proto::{AgentConfigFile, AgentConfigMap, AgentToServer, EffectiveConfig, ServerToAgent};
use linkmesh_testkit::fleet::{member, uid};
use linkmesh_testkit::server::Answer;
use linkmesh_testkit::wait::{until, until_seen};
use prost::Message as _;

use crate::wire::{BINARY, CLOSE, Frame, PING, Wire, first_message, heartbeat};
use crate::world::{Ports, SERVER, SOON, World, borrowed, flow};

const PATHS: [&str; 2] = ["/v1/opamp", "/api/v1/opamp"];
const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
const WRONG: &str = "lmenr_0000000000000000000000000000000000000000000";

impl World {
    fn wire(&self, token: &str) -> Wire {
        Wire::open(self.server.address(), token)
    }

    fn post_opamp(&self, token: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
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

fn read(answer: &Answer) -> ServerToAgent {
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
fn s17_every_message_is_answered_also_heartbeats_duplicates_and_empty_ones() {
    let world = World::new("s17");
    let token = world.token().token;
    let mut wire = world.wire(&token);
    let first = first_message(member(1));
    assert_ne!(wire.ask(&first).capabilities, 0);
    for sequence in [1, 1, 2, 9, 2] {
        let answer = wire.ask(&heartbeat(&first, sequence));
        assert_eq!(answer.instance_uid, first.instance_uid);
        assert!(answer.error_response.is_none(), "{answer:?}");
    }
    assert!(
        wire.ask(&AgentToServer::default()).error_response.is_some(),
        "without a uid nobody can be meant"
    );
    assert!(wire.ask(&heartbeat(&first, 10)).error_response.is_none(), "and the connection goes on");
}

#[test]
fn s35_and_s37_the_end_of_a_connection_disconnects_everybody_behind_it() {
    let world = World::new("s35");
    let token = world
        .token_with(CreateEnrollmentToken { max_uses: Some(3), ..CreateEnrollmentToken::default() })
        .token;
    let mut wire = world.wire(&token);
    for number in 1..=3 {
        let first = first_message(member(number));
        assert_eq!(wire.ask(&first).instance_uid, first.instance_uid);
    }
    let all = |status: Status| world.ids().iter().filter(|id| world.collector(id).status == status).count();
    assert_eq!(all(Status::Connected), 3);
    wire.hang_up();
    until_seen("all are disconnected", SOON, || all(Status::Disconnected), |count| *count == 3);
}

#[test]
fn s36_a_close_is_answered_with_a_close_and_the_server_says_one_before_it_goes() {
    let mut world = World::new("s36");
    let token = world.token().token;
    let mut wire = world.wire(&token);
    let first = first_message(member(1));
    wire.ask(&first);
    wire.send(CLOSE, &1000_u16.to_be_bytes());
    assert_eq!(wire.close_code(SOON), Some(1000));
    until_seen(
        "it is disconnected",
        SOON,
        || world.collector("fake-00001").status,
        |status| *status == Status::Disconnected,
    );
    let mut wire = world.wire(&token);
    wire.ask(&first);
    world.server.stop();
    assert_eq!(wire.close_code(SOON), Some(1001));
}

#[test]
fn s38_a_second_live_host_with_the_same_uid_is_refused_and_told_what_to_do() {
    let world = World::new("s38");
    let token = world.token().token;
    let first = first_message(member(1));
    let mut owner = world.wire(&token);
    owner.ask(&first);
    let mut clone = world.wire(&token);
    clone.say(&first_message(AgentSettings::new(uid(1), "clone")));
    // The owner proves that it lives by answering a ping.
    let ping = owner.next(SOON).unwrap();
    assert_eq!(ping.opcode, PING);
    owner.send(crate::wire::PONG, &ping.payload);
    let told = clone.hear();
    let error = told.error_response.unwrap();
    assert!(error.error_message.contains("delete its storage directory"), "{}", error.error_message);
    assert!(told.remote_config.is_none() && told.connection_settings.is_none(), "nothing is handed to it");
    assert!(owner.ask(&heartbeat(&first, 1)).error_response.is_none(), "the owner goes on");
    assert_eq!(world.events_of("duplicate_identity").len(), 1);
    assert_eq!(world.ids().len(), 1);
}

#[test]
fn s41_a_reconnect_replaces_a_dead_older_socket_of_the_same_collector() {
    let world = World::new("s41");
    let token = world.token().token;
    let first = first_message(member(1));
    let mut dead = world.wire(&token);
    dead.ask(&first);
    // The old one is still open and answers no ping.
    let mut new = world.wire(&token);
    let start = Instant::now();
    assert!(new.ask(&first).error_response.is_none());
    assert!(start.elapsed() < Duration::from_secs(12), "after {:?}", start.elapsed());
    assert_eq!(dead.close_code(SOON), Some(1001), "the old one is told");
    assert_eq!(world.collector("fake-00001").status, Status::Connected);
    assert!(new.ask(&heartbeat(&first, 1)).error_response.is_none());
    assert!(world.events_of("duplicate_identity").is_empty());
}

#[test]
fn s49_a_configuration_is_pushed_to_a_socket_and_answered_to_a_poll() {
    let world = World::new("s49");
    let token = world
        .token_with(CreateEnrollmentToken { max_uses: Some(2), ..CreateEnrollmentToken::default() })
        .token;
    let mut wire = world.wire(&token);
    wire.ask(&first_message(member(1)));
    let polling = first_message(member(2));
    assert!(read(&world.post_opamp(&token, &[], polling.encode_to_vec())).remote_config.is_none());
    let mut entities = flow(Ports::free(), "http://127.0.0.1:1");
    entities[2].1.push_str("policy: immediate\n");
    world.save(&borrowed(&entities));
    let pushed = wire.hear();
    let config = pushed.remote_config.expect("pushed without being asked");
    let mut sequence = 0;
    let polled = until("the next poll brings it", SOON, || {
        sequence += 1;
        read(&world.post_opamp(&token, &[], heartbeat(&polling, sequence).encode_to_vec())).remote_config
    });
    assert_eq!(polled.config_hash, config.config_hash);
}

#[test]
fn s50_what_a_collector_reports_to_run_is_kept_without_its_secrets() {
    let mut world = World::new("s50");
    let token = world.token().token;
    let mut first = first_message(member(1));
    let secrets = [
        "c2VjcmV0LWluLWEtYmVhcmVy",
        "pa55word-of-somebody",
        "lmcol_0000000000000000_1_abcdefghijklmnopqrstuvwxyz",
    ];
    let body = format!(
        "exporters:\n  otlphttp/x:\n    endpoint: https://example.com\n    headers: {{Authorization: Bearer {}}}\n\
         extensions:\n  basicauth/x:\n    client_auth: {{username: shop, password: {}}}\n\
         service:\n  telemetry: {{metrics: {{readers: [{{periodic: {{exporter: {{otlp: {{headers: {{Authorization: \"Bearer {}\"}}}}}}}}}}]}}}}\n",
        secrets[0], secrets[1], secrets[2]
    );
    let file = AgentConfigFile { body: body.into_bytes(), content_type: "text/yaml".to_owned() };
    let map = AgentConfigMap { config_map: [(String::new(), file)].into() };
    first.effective_config = Some(EffectiveConfig { config_map: Some(map) });
    let mut wire = world.wire(&token);
    wire.ask(&first);
    let effective =
        until("it is kept", SOON, || world.api().collector_config("fake-00001").unwrap().effective);
    assert!(
        effective.text.contains("https://example.com") && effective.text.contains("shop"),
        "{}",
        effective.text
    );
    world.server.stop();
    let stored = std::fs::read(world.server.data_dir().join("linkmesh.redb")).unwrap();
    for secret in secrets {
        assert!(!effective.text.contains(secret), "{}", effective.text);
        let found = stored.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in the store");
        assert!(!world.server.said().contains(secret), "{secret} is in the log");
    }
}

#[test]
fn s62_any_message_counts_as_a_sign_of_life() {
    let world = World::new("s62");
    let token = world.token().token;
    let first = first_message(member(1));
    let mut wire = world.wire(&token);
    wire.ask(&first);
    let seen = || world.collector("fake-00001").last_seen_at.map(|at| at.0);
    let mut sequence = 0;
    let before = seen();
    assert!(before.is_some());
    until("a heartbeat moves the time of the last sign of life", SOON, || {
        sequence += 1;
        wire.ask(&heartbeat(&first, sequence));
        (seen() > before).then_some(())
    });
}

#[test]
fn s64_a_silent_line_is_pinged_and_dropped_when_nobody_answers() {
    let world = World::new("s64");
    let token = world.token().token;
    let mut wire = world.wire(&token);
    wire.ask(&first_message(member(1)));
    let start = Instant::now();
    let ping = wire.next(Duration::from_secs(40)).unwrap();
    assert_eq!(ping, Frame { opcode: PING, payload: Vec::new() });
    assert!(start.elapsed() >= Duration::from_secs(15), "a ping costs something: {:?}", start.elapsed());
    assert_eq!(world.collector("fake-00001").status, Status::Connected);
    assert_eq!(wire.close_code(Duration::from_secs(60)), Some(1001));
    assert!(start.elapsed() <= Duration::from_secs(75), "{:?}", start.elapsed());
    until_seen(
        "it is disconnected",
        SOON,
        || world.collector("fake-00001").status,
        |s| *s == Status::Disconnected,
    );
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
    let sources = [include_str!("opamp.rs"), include_str!("metrics.rs")].concat();
    let names = sources.lines().filter_map(|line| line.strip_prefix("fn s"));
    let names: Vec<String> = names.map(|rest| format!("_s{rest}")).collect();
    for number in STATEMENTS {
        let carries = names.iter().any(|name| name.contains(&format!("_s{number:02}_")));
        assert!(carries, "statement {number}");
    }
}
