//! The statements about an OpAMP server that concern a connection's whole life, from its first message to its end;
//! each test carries its number. The way in is in `opamp`.

use std::time::{Duration, Instant};

use linkmesh_api::types::{CreateEnrollmentToken, Status};
use linkmesh_opamp::agent::AgentSettings;
use linkmesh_opamp::proto::{AgentConfigFile, AgentConfigMap, AgentToServer, EffectiveConfig};
use linkmesh_testkit::fleet::{member, uid};
use linkmesh_testkit::wait::{until, until_seen};
use prost::Message as _;

use crate::opamp::read;
use crate::wire::{CLOSE, Frame, PING, first_message, heartbeat};
use crate::world::{Ports, SOON, World, borrowed, flow};

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
