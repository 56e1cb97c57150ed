//! Statements about the state of an agent: what is unchanged, replaced, missing, asked for.

use linkmesh_opamp::proto::{
    AgentCapabilities, AgentDisconnect, AgentFlags, AgentToServer, AvailableComponents, ComponentDetails,
    ComponentHealth, CustomCapabilities, CustomMessage, ServerToAgent, SettingStatus,
};
use linkmesh_opamp::session::{
    FULL_STATE_PAUSE_MS, Known, Order, Refused, ReportedHash, ServerSession, SessionSettings, Wants,
};
use linkmesh_opamp::uid::InstanceUid;

use super::{
    CAPABILITIES, UID, config, description, effective, exchange, exchange_reply, full, hear, heartbeat,
    offer, session, session_with, settled, with_status,
};

const FULL_STATE: u64 = 1;
const COMPONENTS: u64 = 2;

#[test]
fn s17_every_message_is_answered() {
    let mut session = session();
    let wants = Wants::default();
    for message in [full(0), heartbeat(1), heartbeat(1), heartbeat(9), full(0), heartbeat(1)] {
        assert!(!exchange(&mut session, message, 0, &wants).instance_uid.is_empty());
    }
    let quiet = exchange(&mut session, heartbeat(2), 0, &wants);
    assert_eq!(quiet, ServerToAgent { instance_uid: UID.as_bytes().to_vec(), ..ServerToAgent::default() });
}

#[test]
fn s18_the_answer_names_the_uid_of_the_message() {
    let answer = exchange(&mut session(), full(0), 0, &Wants::default());
    assert_eq!(answer.instance_uid, UID.as_bytes());
}

#[test]
fn s19_the_first_answer_announces_what_the_server_can_do() {
    let mut session = session();
    assert_eq!(exchange(&mut session, full(0), 0, &Wants::default()).capabilities & 1, 1);
    assert_eq!(exchange(&mut session, heartbeat(1), 0, &Wants::default()).capabilities, 0);
}

#[test]
fn s20_no_undefined_capability_bit_is_set() {
    assert_eq!(exchange(&mut session(), full(0), 0, &Wants::default()).capabilities, 0x27);
}

#[test]
fn s24_absent_sub_messages_are_unchanged() {
    let mut session = settled();
    let before = *session.known();
    let report = hear(&mut session, heartbeat(1), 1);
    assert!(report.is_heartbeat());
    assert_eq!(*session.known(), Known { sequence_num: Some(1), ..before });
}

#[test]
fn s25_a_present_sub_message_replaces_the_old_one_whole() {
    let mut session = settled();
    let smaller = AgentToServer { agent_description: Some(Default::default()), ..heartbeat(1) };
    assert_eq!(hear(&mut session, smaller, 1).description, Some(Default::default()));
    let again = AgentToServer { agent_description: Some(description("web-1")), ..heartbeat(2) };
    assert_eq!(hear(&mut session, again, 2).description, Some(description("web-1")));
}

#[test]
fn s25_what_is_repeated_without_a_change_is_not_reported() {
    let mut session = settled();
    assert!(hear(&mut session, full(1), 1).is_heartbeat());
    let tree = |time, error: &str| {
        let below = ComponentHealth {
            status_time_unix_nano: time,
            last_error: error.to_owned(),
            ..ComponentHealth::default()
        };
        let map = [("pipeline:logs".to_owned(), below)].into();
        Some(ComponentHealth { component_health_map: map, status_time_unix_nano: time, ..Default::default() })
    };
    let first = AgentToServer { health: tree(1, ""), ..heartbeat(2) };
    assert!(hear(&mut session, first, 2).health.is_some());
    let same_but_later = AgentToServer { health: tree(9, ""), ..heartbeat(3) };
    assert!(hear(&mut session, same_but_later, 3).is_heartbeat());
    let other_health = AgentToServer { health: tree(9, "refused"), ..heartbeat(4) };
    assert!(hear(&mut session, other_health.clone(), 4).health.is_some());
    let mut works = other_health.clone();
    works.health.as_mut().unwrap().healthy = true;
    assert!(hear(&mut session, AgentToServer { sequence_num: 5, ..works }, 5).health.is_some());
    let other = AgentToServer { effective_config: Some(effective("b")), ..heartbeat(6) };
    assert_eq!(hear(&mut session, other, 6).effective_config, Some(effective("b")));
}

#[test]
fn s26_capabilities_are_taken_from_every_message() {
    let mut session = settled();
    let more = AgentToServer { capabilities: CAPABILITIES | 0x100, ..heartbeat(1) };
    let report = hear(&mut session, more, 1);
    assert!(report.capabilities_changed && report.capabilities.0 == CAPABILITIES | 0x100);
    let without = AgentToServer { capabilities: CAPABILITIES & !2, ..heartbeat(2) };
    assert!(exchange(&mut session, without, 2, &offer(&config(1))).remote_config.is_none());
}

#[test]
fn s28_a_gap_in_a_compressed_message_asks_for_the_full_state() {
    let wants = Wants::default();
    for number in [3, 1_000_000, u64::MAX] {
        let mut session = settled();
        assert_eq!(exchange(&mut session, heartbeat(number), 1, &wants).flags, FULL_STATE, "{number}");
    }
    let mut behind = session_with(Known { sequence_num: Some(50), ..*settled().known() });
    let stale = AgentToServer { agent_description: Some(description("stale")), ..heartbeat(49) };
    let report = hear(&mut behind, stale, 1);
    assert_eq!((report.order, report.description), (Order::Behind, None), "old news replace nothing");
    assert_eq!(behind.reply(&wants).to_message().flags, FULL_STATE);
    assert_eq!(hear(&mut behind, full(50), 2).order, Order::Next);
}

#[test]
fn s28_the_number_after_the_largest_is_zero_and_no_gap() {
    let mut session = session_with(Known { sequence_num: Some(u64::MAX), ..*settled().known() });
    assert!(hear(&mut session, heartbeat(0), 1).is_heartbeat());
    assert_eq!(session.reply(&Wants::default()).to_message().flags, 0);
}

#[test]
fn s29_a_full_message_is_not_asked_for_again_and_asking_never_loops() {
    let wants = Wants::default();
    let mut session = settled();
    assert_eq!(exchange(&mut session, full(7), 1, &wants).flags, 0, "a gap, but nothing is missing");
    let mut asked = 0;
    for turn in 0..10_000_u64 {
        let number = if turn % 2 == 0 { 1000 + turn } else { turn };
        asked += exchange(&mut session, heartbeat(number), turn, &wants).flags;
    }
    assert_eq!(asked, 1, "two processes with one uid are asked once in ten seconds");
    let mut silent = settled();
    let asked = (0..100_u64)
        .map(|turn| exchange(&mut silent, heartbeat(5 + turn), turn * FULL_STATE_PAUSE_MS, &wants).flags)
        .sum::<u64>();
    assert_eq!(asked, 3, "an agent that does not answer is left alone in the end");
}

#[test]
fn s30_a_restarted_server_recovers_by_one_full_report() {
    let mut session = session();
    let config = config(1);
    let answer = exchange(&mut session, heartbeat(41), 0, &offer(&config));
    assert_eq!((answer.flags, answer.remote_config), (FULL_STATE, None), "nothing is offered on a guess");
    let mut report = full(42);
    report.remote_config_status = with_status(42, 1, SettingStatus::Applied, "").remote_config_status;
    let answer = exchange(&mut session, report, 1, &offer(&config));
    assert_eq!((answer.flags, answer.remote_config), (0, None), "it runs already");
    assert_eq!(exchange(&mut session, heartbeat(43), 2, &offer(&config)).flags, 0);
}

#[test]
fn s30_a_server_that_remembers_asks_nothing() {
    let mut again = session_with(*settled().known());
    let answer = exchange(&mut again, heartbeat(1), 5, &Wants::default());
    assert_eq!((answer.flags, answer.capabilities), (0, 0x27));
    let mut half = session_with(Known { description: None, ..*again.known() });
    assert_eq!(
        exchange(&mut half, heartbeat(2), 6, &Wants::default()).flags,
        FULL_STATE,
        "a part is not known"
    );
}

#[test]
fn s31_number_zero_from_a_known_uid_is_a_new_process() {
    let mut session = session_with(Known { sequence_num: Some(70), ..*settled().known() });
    let report = hear(&mut session, full(0), 1);
    assert!(report.is_new_process());
    assert_eq!(session.reply(&Wants::default()).to_message().flags, 0);
}

#[test]
fn s32_health_is_asked_for_if_it_is_promised_and_unknown() {
    let mut session = session();
    let answer = exchange(&mut session, AgentToServer { health: None, ..full(0) }, 0, &Wants::default());
    assert_eq!(answer.flags, FULL_STATE);
    let without = AgentToServer { health: None, ..full(1) };
    assert_eq!(
        exchange(&mut session, without, 1, &Wants::default()).flags,
        0,
        "what does not come is not there"
    );
    let later = exchange(&mut session, heartbeat(2), FULL_STATE_PAUSE_MS, &Wants::default());
    assert_eq!(later.flags, 0, "nor is it asked for later");
}

#[test]
fn s33_what_is_known_survives_a_disconnect() {
    let mut session = settled();
    let before = *session.known();
    hear(&mut session, AgentToServer { agent_disconnect: Some(AgentDisconnect {}), ..heartbeat(1) }, 1);
    assert_eq!(*session.known(), Known { sequence_num: Some(1), ..before });
}

#[test]
fn s34_a_goodbye_is_reported_at_once_answered_and_burdened_with_nothing() {
    let mut session = settled();
    let bye = AgentToServer { agent_disconnect: Some(AgentDisconnect {}), ..heartbeat(1) };
    assert!(hear(&mut session, bye, 1).disconnecting);
    let config = config(1);
    let answer = session.reply(&Wants { restart: true, ..offer(&config) }).to_message();
    assert_eq!(answer, ServerToAgent { instance_uid: UID.as_bytes().to_vec(), ..ServerToAgent::default() });
}

#[test]
fn s37_a_message_of_another_uid_is_not_taken_in() {
    let other = InstanceUid::new([8; 16]);
    let mut session = settled();
    let before = *session.known();
    let message = AgentToServer { instance_uid: other.as_bytes().to_vec(), ..full(0) };
    assert_eq!(session.handle(message, 1), Err(Refused::OtherUid(other)));
    assert_eq!(*session.known(), before);
    assert!(session.answers_to(UID) && !session.answers_to(other));
}

#[test]
fn s39_a_new_uid_is_sent_to_the_old_one_and_its_history_goes_on() {
    let new = InstanceUid::new([9; 16]);
    let mut session = settled();
    let wants = Wants { new_instance_uid: Some(new), ..Wants::default() };
    let answer = exchange(&mut session, heartbeat(1), 1, &wants);
    assert_eq!(answer.instance_uid, UID.as_bytes());
    assert_eq!(answer.agent_identification.unwrap().new_instance_uid, new.as_bytes());
    let again = exchange(&mut session, heartbeat(2), 1, &wants);
    assert!(again.agent_identification.is_none(), "it is on its way");
    let message = AgentToServer { instance_uid: new.as_bytes().to_vec(), ..heartbeat(3) };
    let report = hear(&mut session, message, 2);
    assert_eq!((report.renamed_from, report.order), (Some(UID), Order::Next));
    assert_eq!(session.reply(&wants).to_message().instance_uid, new.as_bytes());
    assert_eq!(session.uid(), new);
}

#[test]
fn s40_an_agent_that_asks_for_an_identity_is_heard() {
    let flags = AgentFlags::REQUEST_INSTANCE_UID.0;
    assert!(hear(&mut session(), AgentToServer { flags, ..full(0) }, 0).wants_instance_uid);
    assert!(!hear(&mut session(), full(0), 0).wants_instance_uid);
}

#[test]
fn s47_status_and_error_are_recorded_for_each_hash() {
    let mut session = settled();
    let report = hear(&mut session, with_status(1, 1, SettingStatus::Failed, "no such exporter"), 1);
    let status = report.remote_config.unwrap();
    assert_eq!(status.hash, ReportedHash::Config([1; 32]));
    assert_eq!((status.status, &*status.error_message), (SettingStatus::Failed, "no such exporter"));
    let report = hear(&mut session, with_status(2, 1, SettingStatus::Failed, "no such exporter"), 2);
    assert_eq!(report.remote_config, None, "nothing new");
    let report = hear(&mut session, with_status(3, 1, SettingStatus::Failed, "another reason"), 3);
    assert!(report.remote_config.is_some());
    let mut foreign = with_status(4, 1, SettingStatus::Applied, "");
    foreign.remote_config_status.as_mut().unwrap().last_remote_config_hash = vec![1; 20];
    let report = hear(&mut session, foreign, 4);
    assert!(matches!(report.remote_config.unwrap().hash, ReportedHash::Foreign(_)));
}

#[test]
fn s61_components_are_asked_for_once_for_an_unknown_hash() {
    let mut session = session();
    let wants = Wants { components: true, ..Wants::default() };
    let reply = exchange_reply(&mut session, full(0), 0, &wants);
    assert!(reply.sent.components && reply.to_message().flags == COMPONENTS);
    assert_eq!(exchange(&mut session, heartbeat(1), 1, &wants).flags, 0, "asked already");
    let components = [("otlp".to_owned(), ComponentDetails::default())].into();
    let list = AvailableComponents { components, hash: vec![1] };
    let answer = AgentToServer { available_components: Some(list.clone()), ..heartbeat(2) };
    assert_eq!(hear(&mut session, answer, 2).available_components, Some(list));
    let none = AgentToServer { capabilities: CAPABILITIES & !0x4000, ..full(0) };
    let settings = SessionSettings::default();
    let mut other = ServerSession::new(settings, UID, Known::default());
    assert_eq!(exchange(&mut other, none, 0, &wants).flags, 0, "not promised");
}

#[test]
fn s63_heartbeats_are_tolerated_from_an_agent_that_promised_none() {
    let mut session = settled();
    let capabilities = AgentCapabilities(CAPABILITIES).without(AgentCapabilities::REPORTS_HEARTBEAT).0;
    for number in 1..5 {
        let answer =
            exchange(&mut session, AgentToServer { capabilities, ..heartbeat(number) }, 1, &Wants::default());
        assert_eq!(answer.flags, 0);
    }
}

#[test]
fn s65_custom_messages_are_reported_and_may_be_ignored() {
    let message = AgentToServer {
        custom_capabilities: Some(CustomCapabilities { capabilities: vec!["org.example".to_owned()] }),
        custom_message: Some(CustomMessage { capability: "org.example".to_owned(), ..Default::default() }),
        ..full(0)
    };
    let mut session = session();
    let report = hear(&mut session, message, 0);
    assert!(report.custom_message.is_some() && report.custom_capabilities.is_some());
    let answer = session.reply(&Wants::default()).to_message();
    assert!(answer.custom_capabilities.is_none() && answer.custom_message.is_none());
}
