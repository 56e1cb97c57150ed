//! The seventy statements about an OpAMP server that works with stock supervisors, each a test that carries its number.
//! The table at the end says of every number where it is tested. Sockets are the server's: nothing here opens one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use linkmesh_opamp::proto::{
    AgentConfigFile, AgentConfigMap, AgentDescription, AgentToServer, AvailableComponents, ComponentHealth,
    EffectiveConfig, KeyValue, RemoteConfigStatus, ServerToAgent, SettingStatus,
};
use linkmesh_opamp::session::{
    ConfigOffer, EncodedConfig, Known, OwnMetricsOffer, Reply, Report, ServerSession, SessionSettings, Wants,
};
use linkmesh_opamp::uid::InstanceUid;

#[path = "conformance/offers.rs"]
mod offers;
#[path = "conformance/state.rs"]
mod state;
#[path = "conformance/wire.rs"]
mod wire;

/// What the documented supervisor announces.
const CAPABILITIES: u64 = 0x7c47;
const UID: InstanceUid = InstanceUid::new([7; 16]);

fn session() -> ServerSession {
    session_with(Known::default())
}

fn session_with(known: Known) -> ServerSession {
    ServerSession::new(SessionSettings::default(), UID, known)
}

/// A session that has had its first, full message and its answer; the next number is 1.
fn settled() -> ServerSession {
    let mut session = session();
    exchange(&mut session, full(0), 0, &Wants::default());
    session
}

fn heartbeat(sequence_num: u64) -> AgentToServer {
    AgentToServer {
        instance_uid: UID.as_bytes().to_vec(),
        sequence_num,
        capabilities: CAPABILITIES,
        ..AgentToServer::default()
    }
}

/// The first message of a supervisor.
fn full(sequence_num: u64) -> AgentToServer {
    AgentToServer {
        agent_description: Some(description("web-1")),
        health: Some(ComponentHealth::default()),
        effective_config: Some(effective("receivers: {}")),
        remote_config_status: Some(RemoteConfigStatus::default()),
        available_components: Some(AvailableComponents { hash: vec![1], ..AvailableComponents::default() }),
        ..heartbeat(sequence_num)
    }
}

fn with_status(sequence_num: u64, hash: u8, status: SettingStatus, error: &str) -> AgentToServer {
    let status = RemoteConfigStatus {
        last_remote_config_hash: vec![hash; 32],
        status: status.into(),
        error_message: error.to_owned(),
    };
    AgentToServer { remote_config_status: Some(status), ..heartbeat(sequence_num) }
}

fn description(host: &str) -> AgentDescription {
    AgentDescription {
        identifying_attributes: vec![KeyValue::text("service.name", "otelcol")],
        non_identifying_attributes: vec![KeyValue::text("host.name", host)],
    }
}

fn effective(body: &str) -> EffectiveConfig {
    let file = AgentConfigFile { body: body.as_bytes().to_vec(), content_type: "text/yaml".to_owned() };
    EffectiveConfig { config_map: Some(AgentConfigMap { config_map: [(String::new(), file)].into() }) }
}

fn config(hash: u8) -> EncodedConfig {
    EncodedConfig::yaml([hash; 32], format!("config: {hash}").as_bytes()).unwrap()
}

fn offer(config: &EncodedConfig) -> Wants<'_> {
    Wants { config: Some(ConfigOffer { config, failed: false, retry: false }), ..Wants::default() }
}

fn metrics(token: &str) -> OwnMetricsOffer {
    OwnMetricsOffer::new("https://linkmesh.example/v1/metrics", &[("Authorization", token)]).unwrap()
}

fn hear(session: &mut ServerSession, message: AgentToServer, now_ms: u64) -> Report {
    session.handle(message, now_ms).unwrap()
}

fn exchange(
    session: &mut ServerSession,
    message: AgentToServer,
    now_ms: u64,
    wants: &Wants<'_>,
) -> ServerToAgent {
    exchange_reply(session, message, now_ms, wants).to_message()
}

fn exchange_reply(
    session: &mut ServerSession,
    message: AgentToServer,
    now_ms: u64,
    wants: &Wants<'_>,
) -> Reply {
    hear(session, message, now_ms);
    session.reply(wants)
}

/// Where a statement is tested.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// In this crate.
    Here,
    /// In the tests of the server, against a real socket or the record.
    Server,
    /// Nowhere, for this reason.
    Nowhere(&'static str),
}

use Place::{Here, Nowhere, Server};

const STATEMENTS: [Place; 70] = [
    /* 1 */ Server,
    /* 2 */ Server,
    /* 3 */ Server,
    /* 4 */ Here,
    /* 5 */ Here,
    /* 6 */ Here,
    /* 7 */ Here,
    /* 8 */ Server,
    /* 9 */ Server,
    /* 10 */ Server,
    /* 11 */ Here,
    /* 12 */ Server,
    /* 13 */ Here,
    /* 14 */ Server,
    /* 15 */ Server,
    /* 16 */ Server,
    /* 17 */ Here,
    /* 18 */ Here,
    /* 19 */ Here,
    /* 20 */ Here,
    /* 21 */ Here,
    /* 22 */ Here,
    /* 23 */ Here,
    /* 24 */ Here,
    /* 25 */ Here,
    /* 26 */ Here,
    /* 27 */ Here,
    /* 28 */ Here,
    /* 29 */ Here,
    /* 30 */ Here,
    /* 31 */ Here,
    /* 32 */ Here,
    /* 33 */ Here,
    /* 34 */ Here,
    /* 35 */ Server,
    /* 36 */ Server,
    /* 37 */ Here,
    /* 38 */ Server,
    /* 39 */ Here,
    /* 40 */ Here,
    /* 41 */ Server,
    /* 42 */ Here,
    /* 43 */ Here,
    /* 44 */ Here,
    /* 45 */ Here,
    /* 46 */ Here,
    /* 47 */ Here,
    /* 48 */ Here,
    /* 49 */ Here,
    /* 50 */ Server,
    /* 51 */ Here,
    /* 52 */ Here,
    /* 53 */ Here,
    /* 54 */ Here,
    /* 55 */ Here,
    /* 56 */ Here,
    /* 57 */
    Nowhere("no OpAMP credential is ever offered, so none is replaced; tokens are the server's"),
    /* 58 */ Here,
    /* 59 */ Here,
    /* 60 */ Here,
    /* 61 */ Here,
    /* 62 */ Server,
    /* 63 */ Here,
    /* 64 */ Server,
    /* 65 */ Here,
    /* 66 */ Server,
    /* 67 */ Here,
    /* 68 */ Server,
    /* 69 */ Server,
    /* 70 */ Nowhere("own metrics do not come this way; rates are tested with the counters"),
];

#[test]
fn every_statement_has_its_place_and_every_place_its_test() {
    let sources = [
        include_str!("conformance/offers.rs"),
        include_str!("conformance/state.rs"),
        include_str!("conformance/wire.rs"),
    ];
    for (at, place) in STATEMENTS.iter().enumerate() {
        let name = format!("fn s{:02}_", at + 1);
        let tested = sources.iter().any(|source| source.contains(&name));
        assert_eq!(tested, *place == Here, "statement {}", at + 1);
    }
}
