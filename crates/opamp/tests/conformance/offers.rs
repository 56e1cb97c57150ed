//! Statements about what is offered to an agent, when, and in what form.

use linkmesh_opamp::proto::{
    AgentCapabilities, AgentToServer, ConnectionSettingsStatus, ServerToAgent, SettingStatus,
};
use linkmesh_opamp::session::{
    BadOffer, ConfigOffer, EncodedConfig, OwnMetricsOffer, ServerSession, Wants, Withheld,
};

use super::{
    CAPABILITIES, UID, config, exchange, exchange_reply, full, hear, heartbeat, metrics, offer, session,
    session_with, settled, with_status,
};

fn offered(session: &mut ServerSession, message: AgentToServer, config: &EncodedConfig) -> Option<Withheld> {
    exchange_reply(session, message, 0, &offer(config)).sent.withheld
}

#[test]
fn s42_configuration_is_offered_only_to_agents_that_accept_it() {
    let refuses = AgentToServer { capabilities: CAPABILITIES & !0x2, ..full(0) };
    assert_eq!(offered(&mut session(), refuses, &config(1)), Some(Withheld::NotAccepted));
    assert_eq!(offered(&mut session(), full(0), &config(1)), None);
}

#[test]
fn s43_a_configuration_carries_its_hash() {
    let answer = exchange(&mut session(), full(0), 0, &offer(&config(1)));
    assert_eq!(answer.remote_config.unwrap().config_hash, vec![1; 32]);
    assert_eq!(config(1), config(1), "equal content gives equal bytes");
}

#[test]
fn s44_a_configuration_is_sent_when_the_reported_hash_differs() {
    let mut session = settled();
    assert_eq!(offered(&mut session, with_status(1, 1, SettingStatus::Applied, ""), &config(2)), None);
}

#[test]
fn s45_a_configuration_is_not_sent_when_the_hashes_match() {
    let mut session = settled();
    let applied = with_status(1, 1, SettingStatus::Applied, "");
    assert_eq!(offered(&mut session, applied, &config(1)), Some(Withheld::Settled));
    assert_eq!(offered(&mut session, heartbeat(2), &config(1)), Some(Withheld::Settled));
}

#[test]
fn s45_an_agent_without_status_reports_is_offered_each_configuration_once() {
    let plain = |number| AgentToServer { capabilities: CAPABILITIES & !0x1000, ..full(number) };
    let mut first = session();
    assert_eq!(offered(&mut first, plain(0), &config(1)), None);
    let mut reconnected = session_with(*first.known());
    assert_eq!(offered(&mut reconnected, plain(1), &config(1)), Some(Withheld::Settled));
    assert_eq!(offered(&mut reconnected, plain(2), &config(2)), None);
}

#[test]
fn s46_what_is_in_flight_applying_or_failed_is_not_sent_again() {
    let (a, b) = (config(1), config(2));
    let mut session = settled();
    hear(&mut session, with_status(1, 1, SettingStatus::Applied, ""), 0);
    assert_eq!(offered(&mut session, heartbeat(2), &b), None);
    assert_eq!(session.config_in_flight(), Some([2; 32]));
    assert_eq!(offered(&mut session, heartbeat(3), &b), Some(Withheld::InFlight));
    let applying = with_status(4, 2, SettingStatus::Applying, "");
    assert_eq!(offered(&mut session, applying, &b), Some(Withheld::InFlight));
    let mut reconnected = session_with(*session.known());
    assert_eq!(offered(&mut reconnected, heartbeat(5), &b), Some(Withheld::Settled), "still applying");
    let failed = with_status(5, 2, SettingStatus::Failed, "exit code 1");
    assert_eq!(offered(&mut session, failed, &b), Some(Withheld::Settled));
    // The supervisor rolls back by itself and says so; the wanted configuration is still the failed one.
    hear(&mut session, with_status(6, 1, SettingStatus::Applied, ""), 0);
    let again = ConfigOffer { config: &b, failed: true, retry: false };
    let wants = Wants { config: Some(again), ..Wants::default() };
    assert_eq!(session.reply(&wants).sent.withheld, Some(Withheld::Failed));
    assert!(session.push(&wants).is_none());
    // The last good configuration may be offered although it was reported long ago.
    hear(&mut session, with_status(7, 2, SettingStatus::Failed, ""), 0);
    assert_eq!(session.reply(&offer(&a)).sent.withheld, None);
}

#[test]
fn s46_a_person_may_try_a_failed_configuration_again() {
    let b = config(2);
    let mut session = settled();
    hear(&mut session, with_status(1, 2, SettingStatus::Failed, "x"), 0);
    let retry = ConfigOffer { config: &b, failed: true, retry: true };
    let reply = session.push(&Wants { config: Some(retry), ..Wants::default() }).unwrap();
    assert_eq!(reply.sent.config, Some([2; 32]));
    assert!(session.push(&Wants { config: Some(retry), ..Wants::default() }).is_none(), "in flight now");
}

#[test]
fn s46_a_lost_answer_is_given_again_to_a_repeated_request() {
    let b = config(2);
    let mut session = settled();
    assert_eq!(offered(&mut session, heartbeat(1), &b), None);
    assert_eq!(offered(&mut session, full(1), &b), None, "the same number: the answer never arrived");
    assert_eq!(offered(&mut session, full(0), &b), None, "a new process knows nothing of it");
}

#[test]
fn s48_a_configuration_is_one_entry_without_name_and_never_empty() {
    let map = exchange(&mut session(), full(0), 0, &offer(&config(1))).remote_config.unwrap().config.unwrap();
    assert_eq!(map.config_map.keys().collect::<Vec<_>>(), [""]);
    assert_eq!(map.config_map[""].content_type, "text/yaml");
    for empty in ["", " \n\t"] {
        assert_eq!(EncodedConfig::yaml([1; 32], empty.as_bytes()), Err(BadOffer::EmptyConfig));
    }
    let idle = EncodedConfig::idle([3; 32]);
    let map = exchange(&mut session(), full(0), 0, &offer(&idle)).remote_config.unwrap().config.unwrap();
    assert!(map.config_map.is_empty() && idle.is_idle());
}

#[test]
fn s49_a_configuration_is_pushed_without_waiting_for_a_message() {
    let mut session = settled();
    assert_eq!(session.push(&offer(&config(1))).unwrap().sent.config, Some([1; 32]));
    assert!(session.push(&offer(&config(1))).is_none());
    assert_eq!(session.push(&offer(&config(2))).unwrap().sent.config, Some([2; 32]), "newer wins");
    assert!(super::session().push(&offer(&config(1))).is_none(), "not before the agent's first message");
}

#[test]
fn s51_own_metrics_are_offered_only_to_agents_that_report_them() {
    let metrics = metrics("Bearer a");
    let wants = Wants { own_metrics: Some(&metrics), ..Wants::default() };
    let refuses = AgentToServer { capabilities: CAPABILITIES & !0x40, ..full(0) };
    assert!(exchange(&mut session(), refuses, 0, &wants).connection_settings.is_none());
    assert!(exchange(&mut session(), full(0), 0, &wants).connection_settings.is_some());
}

#[test]
fn s52_own_metrics_come_with_the_first_answer_and_again_only_when_changed() {
    let (config, metrics) = (config(1), metrics("Bearer a"));
    let wants = Wants { own_metrics: Some(&metrics), ..offer(&config) };
    let mut session = session();
    let answer = exchange(&mut session, full(0), 0, &wants);
    assert!(
        answer.remote_config.is_some() && answer.connection_settings.is_some(),
        "one message, one restart"
    );
    assert!(exchange(&mut session, full(1), 1, &wants).connection_settings.is_none());
    session.acknowledge_own_metrics(*metrics.hash());
    let mut reconnected = session_with(*session.known());
    assert!(exchange(&mut reconnected, heartbeat(2), 2, &wants).connection_settings.is_none());
    let other = super::metrics("Bearer b");
    let wants = Wants { own_metrics: Some(&other), ..Wants::default() };
    assert!(exchange(&mut reconnected, heartbeat(3), 3, &wants).connection_settings.is_some());
    assert!(exchange(&mut reconnected, heartbeat(4), 4, &wants).connection_settings.is_none());
    let insisting = Wants { own_metrics_again: true, ..wants };
    assert!(exchange(&mut reconnected, heartbeat(5), 5, &insisting).connection_settings.is_some());
}

#[test]
fn s52_settings_wait_with_a_configuration_whose_status_is_not_known_yet() {
    let (config, metrics) = (config(1), metrics("Bearer a"));
    let wants = Wants { own_metrics: Some(&metrics), ..offer(&config) };
    let mut session = session();
    let answer = exchange(&mut session, heartbeat(9), 0, &wants);
    assert!(answer.remote_config.is_none() && answer.connection_settings.is_none());
    let answer = exchange(&mut session, full(10), 0, &wants);
    assert!(answer.remote_config.is_some() && answer.connection_settings.is_some());
}

#[test]
fn s53_the_metrics_address_is_a_whole_url() {
    for bad in [
        "",
        "host/v1/metrics",
        "https://",
        "https://host",
        "https://host/",
        "https:///v1",
        "ftp://h/v1",
        "https://h/v1?a=b",
    ] {
        assert_eq!(OwnMetricsOffer::new(bad, &[]), Err(BadOffer::Endpoint), "{bad}");
    }
    for bad in ["a\"b", "a\\b", "${env:X}", "a\nb"] {
        assert_eq!(OwnMetricsOffer::new("https://h/v1", &[("A", bad)]), Err(BadOffer::UnsafeText), "{bad}");
    }
}

#[test]
fn s54_an_offer_of_own_telemetry_is_the_complete_set() {
    let metrics = metrics("Bearer a");
    let wants = Wants { own_metrics: Some(&metrics), ..Wants::default() };
    let settings = exchange(&mut session(), full(0), 0, &wants).connection_settings.unwrap();
    assert!(settings.own_metrics.is_some(), "supervisors drop what an offer leaves out");
    let off = OwnMetricsOffer::off();
    let wants = Wants { own_metrics: Some(&off), ..Wants::default() };
    let settings = exchange(&mut session(), full(0), 0, &wants).connection_settings.unwrap();
    assert_eq!(settings.own_metrics.unwrap().destination_endpoint, "");
}

#[test]
fn s55_equal_settings_have_equal_hashes() {
    assert_eq!(metrics("Bearer a").hash(), metrics("Bearer a").hash());
    assert_ne!(metrics("Bearer a").hash(), metrics("Bearer b").hash());
    assert_ne!(metrics("Bearer a").hash(), OwnMetricsOffer::off().hash());
}

#[test]
fn s56_settings_of_the_opamp_connection_are_never_offered() {
    let metrics = metrics("Bearer a");
    let wants = Wants { own_metrics: Some(&metrics), ..Wants::default() };
    let accepts = AgentToServer { capabilities: u64::MAX, ..full(0) };
    let settings = exchange(&mut session(), accepts, 0, &wants).connection_settings.unwrap();
    assert!(settings.opamp.is_none() && settings.other_connections.is_empty());
}

#[test]
fn s58_settings_are_offered_again_when_the_agent_names_others() {
    let metrics = metrics("Bearer a");
    let wants = Wants { own_metrics: Some(&metrics), ..Wants::default() };
    let mut session = session();
    exchange(&mut session, full(0), 0, &wants);
    let named = |number, hash: &[u8]| {
        let status = ConnectionSettingsStatus {
            last_connection_settings_hash: hash.to_vec(),
            status: SettingStatus::Applied.into(),
            error_message: String::new(),
        };
        AgentToServer { connection_settings_status: Some(status), ..heartbeat(number) }
    };
    assert!(exchange(&mut session, named(1, b"old"), 1, &wants).connection_settings.is_some());
    assert!(exchange(&mut session, named(2, b"old"), 1, &wants).connection_settings.is_none(), "no loop");
    exchange(&mut session, named(3, metrics.hash()), 1, &wants);
    assert!(session.known().settings_acknowledged);
}

#[test]
fn s59_a_restart_goes_alone_and_only_to_agents_that_accept_it() {
    let config = config(1);
    let wants = Wants { restart: true, ..offer(&config) };
    let mut session = settled();
    let reply = exchange_reply(&mut session, heartbeat(1), 1, &wants);
    assert!(reply.sent.restart && reply.sent.withheld == Some(Withheld::NotNow));
    let mut message = reply.to_message();
    assert_eq!(message.command.take().unwrap().r#type, 0);
    assert_eq!(message, ServerToAgent { instance_uid: UID.as_bytes().to_vec(), ..ServerToAgent::default() });
    let refuses = AgentCapabilities(CAPABILITIES).without(AgentCapabilities::ACCEPTS_RESTART_COMMAND).0;
    let reply =
        exchange_reply(&mut session, AgentToServer { capabilities: refuses, ..heartbeat(2) }, 2, &wants);
    assert!(!reply.sent.restart && reply.sent.config.is_some());
}

#[test]
fn s60_packages_are_never_offered() {
    let config = config(1);
    let accepts = AgentToServer { capabilities: u64::MAX, ..full(0) };
    assert!(exchange(&mut session(), accepts, 0, &offer(&config)).packages_available.is_none());
}
