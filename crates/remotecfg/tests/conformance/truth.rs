//! Statements about the truth: what a poll proves about the configurations that a collector was given.

use linkmesh_remotecfg::proto::{GetConfigRequest, RemoteConfigStatuses};
use linkmesh_remotecfg::{Heard, Memory, Method, State, diagnostics};
use prost::Message as _;

use super::{C1, C2, C3, Sent, bare, config, hash, with_effective, with_status};
use RemoteConfigStatuses::{Applied, Failed, Unset};

const RUNS: State = State::Applied { inferred: false };
const DIAGNOSTIC: &str = "3:7: unrecognized attribute name \"x\"; 9:1: missing required block \"output\"";
const TRANSPORT: &str = "unavailable: dial tcp 127.0.0.1:8080: connect: connection refused";

fn ours(hash: &str) -> bool {
    [C1, C2, C3].iter().any(|content| config(content).hash_text() == hash)
}

fn hear(memory: &mut Memory, request: &GetConfigRequest) -> Heard {
    memory.hear(request, &ours)
}

fn state_of(heard: Heard, content: &str) -> State {
    let verdict = heard.verdict.expect("there is a verdict");
    assert_eq!(verdict.hash, hash(content));
    verdict.state
}

fn effective(request: GetConfigRequest, content: &str) -> GetConfigRequest {
    with_effective(request, &[("", content)])
}

/// A collector that has just started and runs `C1`.
fn running_c1() -> Memory {
    let mut memory = Memory::default();
    assert_eq!(hear(&mut memory, &with_status(bare(""), Unset, "")).verdict, None);
    let applied = effective(with_status(bare(C1), Applied, ""), C1);
    assert_eq!(state_of(hear(&mut memory, &applied), C1), RUNS);
    memory
}

fn failed(words: &str) -> State {
    State::Failed(words.into())
}

#[test]
fn s28_the_first_configuration_is_applied_with_the_second_request() {
    let mut memory = Memory::default();
    let first = hear(&mut memory, &with_status(bare(""), Unset, ""));
    assert_eq!((first.has, first.verdict, first.effective), (None, None, None));
    let second = hear(&mut memory, &effective(with_status(bare(C1), Applied, ""), C1));
    assert_eq!((second.has, second.effective.as_deref(), second.changed), (Some(hash(C1)), Some(C1), true));
    assert_eq!(state_of(second, C1), RUNS);
    assert_eq!((memory.effective(), memory.reports()), (Some(&hash(C1)), true));
}

#[test]
fn s28_an_unchanged_poll_changes_nothing() {
    let mut memory = running_c1();
    let before = memory.clone();
    for _ in 0..3 {
        let heard = hear(&mut memory, &bare(C1));
        assert_eq!((heard.changed, heard.restarted, heard.ask_again), (false, false, false));
        assert_eq!(heard.effective, None);
        assert_eq!(state_of(heard, C1), RUNS);
    }
    assert_eq!(memory, before);
}

#[test]
fn s29_a_later_configuration_is_applied_by_its_effective_body_alone() {
    let mut memory = running_c1();
    assert_eq!(state_of(hear(&mut memory, &effective(bare(C2), C2)), C2), RUNS);
}

#[test]
fn s30_a_refused_configuration_is_failed_and_stays_so() {
    let mut memory = running_c1();
    let heard = hear(&mut memory, &with_status(bare(C2), Failed, DIAGNOSTIC));
    assert_eq!(state_of(heard, C2), failed(DIAGNOSTIC));
    assert_eq!(memory.effective(), Some(&hash(C1)), "the old one runs on");
    let again = hear(&mut memory, &bare(C2));
    assert!(!again.changed);
    assert_eq!(state_of(again, C2), failed(DIAGNOSTIC));
    let places: Vec<_> = diagnostics(DIAGNOSTIC).into_iter().map(|diagnostic| diagnostic.at).collect();
    assert_eq!(places, [Some((3, 7)), Some((9, 1))]);
}

#[test]
fn s30_trouble_with_the_transport_does_not_cover_up_why_it_was_refused() {
    let mut memory = running_c1();
    hear(&mut memory, &with_status(bare(C2), Failed, DIAGNOSTIC));
    let heard = hear(&mut memory, &effective(with_status(bare(C2), Failed, TRANSPORT), C1));
    assert_eq!(state_of(heard, C2), failed(DIAGNOSTIC));
    assert_eq!(state_of(hear(&mut memory, &bare(C2)), C2), failed(DIAGNOSTIC));
}

#[test]
fn s31_a_second_bad_configuration_with_the_same_words_is_failed_after_a_bare_poll() {
    let mut memory = running_c1();
    hear(&mut memory, &with_status(bare(C2), Failed, DIAGNOSTIC));
    let heard = hear(&mut memory, &bare(C3));
    assert!(heard.changed);
    assert_eq!(state_of(heard, C3), failed(DIAGNOSTIC));
}

#[test]
fn s32_going_back_to_what_runs_is_applied_although_no_body_comes() {
    let mut memory = running_c1();
    hear(&mut memory, &with_status(bare(C2), Failed, DIAGNOSTIC));
    assert_eq!(state_of(hear(&mut memory, &with_status(bare(C1), Applied, "")), C1), RUNS);
}

#[test]
fn s33_a_lost_connection_is_not_a_failed_configuration() {
    let mut memory = running_c1();
    let heard = hear(&mut memory, &effective(with_status(bare(C1), Failed, TRANSPORT), C1));
    assert_eq!(heard.effective, None, "it is the body of before");
    assert_eq!(state_of(heard, C1), State::TransportTrouble(TRANSPORT.into()));
    assert_eq!(state_of(hear(&mut memory, &with_status(bare(C1), Applied, "")), C1), RUNS);
}

#[test]
fn s33_a_collector_that_booted_without_the_server_runs_what_it_had() {
    let mut memory = running_c1();
    let heard = hear(&mut memory, &effective(with_status(bare(""), Failed, TRANSPORT), C1));
    assert!(heard.restarted);
    assert_eq!(state_of(heard, C1), State::TransportTrouble(TRANSPORT.into()));
    assert_eq!(state_of(hear(&mut memory, &with_status(bare(C1), Applied, "")), C1), RUNS);
}

#[test]
fn s33_what_it_said_without_a_hash_it_does_not_say_again() {
    let mut memory = running_c1();
    hear(&mut memory, &effective(with_status(bare(""), Failed, TRANSPORT), C1));
    let before = memory.clone();
    assert_eq!(state_of(hear(&mut memory, &bare("")), C1), State::TransportTrouble(TRANSPORT.into()));
    assert_eq!(memory, before);
    assert_eq!(
        state_of(hear(&mut memory, &with_status(bare(C2), Failed, DIAGNOSTIC)), C2),
        failed(DIAGNOSTIC)
    );
    assert_eq!(memory.effective(), Some(&hash(C1)));
}

#[test]
fn s33_a_process_that_never_got_an_answer_takes_what_it_ran_with_it() {
    let mut memory = Memory::default();
    hear(&mut memory, &effective(with_status(bare(""), Failed, TRANSPORT), C1));
    // The next process finds nothing on its disk, and its first poll was lost too.
    let heard = hear(&mut memory, &with_status(bare(""), Failed, TRANSPORT));
    assert_eq!((heard.verdict, memory.effective()), (None, None));
}

#[test]
fn s34_only_the_hash_of_a_later_request_says_that_content_arrived() {
    let mut memory = running_c1();
    // The answer to this call was `C2`, and was thrown away: the next poll has the old hash and is served again.
    let heard = hear(&mut memory, &bare(C1));
    assert_eq!(heard.has, Some(hash(C1)));
    assert_eq!(state_of(heard, C1), RUNS);
}

#[test]
fn s35_a_good_bye_takes_nothing_away_and_a_new_start_begins_with_nothing_running() {
    let mut memory = running_c1();
    assert!(Sent::post(Method::Unregister, bare(C1).encode_to_vec()).read().is_ok());
    let heard = hear(&mut memory, &with_status(bare(""), Unset, ""));
    assert!(heard.restarted && heard.changed);
    assert_eq!((heard.verdict, memory.effective()), (None, None));
    assert!(!hear(&mut memory, &with_status(bare(""), Unset, "")).restarted, "it is told once");
    assert_eq!(state_of(hear(&mut memory, &effective(with_status(bare(C1), Applied, ""), C1)), C1), RUNS);
}

#[test]
fn s37_effective_bodies_are_taken_under_any_name() {
    for name in ["", "config.alloy"] {
        let request = with_effective(with_status(bare(C1), Applied, ""), &[(name, C1)]);
        let heard = hear(&mut Memory::default(), &request);
        assert_eq!(heard.effective.as_deref(), Some(C1));
        assert_eq!(state_of(heard, C1), RUNS);
    }
    let several = with_effective(bare(C1), &[("b", "two"), ("", "one"), ("c", "three")]);
    let heard = hear(&mut running_c1(), &several);
    assert_eq!(heard.effective.as_deref(), Some("one\ntwo\nthree"));
    assert!(matches!(state_of(heard, C1), State::Failed(_)), "that is not what was served");
    let mut odd = with_effective(bare(C1), &[("", "x")]);
    odd.effective_config
        .as_mut()
        .unwrap()
        .config_map
        .as_mut()
        .unwrap()
        .config_map
        .get_mut("")
        .unwrap()
        .body = vec![b'a', 0xff];
    assert_eq!(hear(&mut running_c1(), &odd).effective.as_deref(), Some("a\u{fffd}"));
    let nothing = with_effective(bare(C1), &[]);
    assert_eq!(hear(&mut running_c1(), &nothing).effective.as_deref(), Some(""));
}

#[test]
fn s38_a_collector_that_never_reports_is_inferred_and_not_failed() {
    let mut memory = Memory::default();
    assert_eq!(hear(&mut memory, &bare("")).verdict, None);
    let heard = hear(&mut memory, &bare(C1));
    assert!(!heard.ask_again, "it would not answer");
    assert_eq!(state_of(heard, C1), State::Applied { inferred: true });
    assert_eq!(state_of(hear(&mut memory, &bare(C2)), C2), State::Applied { inferred: true });
    assert!(!memory.reports() && memory.effective().is_none());
}

#[test]
fn s38_one_that_was_downgraded_is_not_waited_for() {
    let mut memory = running_c1();
    hear(&mut memory, &bare(""));
    assert_eq!(state_of(hear(&mut memory, &bare(C2)), C2), State::Applied { inferred: true });
}

#[test]
fn s38_one_that_would_report_and_is_not_remembered_is_asked_once() {
    let mut claims = bare(C1);
    claims.local_attributes = [("collector.version".to_owned(), "v1.19.2".to_owned())].into();
    let mut memory = Memory::default();
    let heard = hear(&mut memory, &claims);
    assert!(heard.ask_again && heard.changed);
    assert_eq!(state_of(heard, C1), State::Pending);
    let ignored = hear(&mut memory, &claims);
    assert!(!ignored.ask_again && !ignored.changed);
    let other = GetConfigRequest { hash: bare(C2).hash, ..claims.clone() };
    assert!(hear(&mut memory, &other).ask_again, "that is another question");
    assert!(hear(&mut memory, &claims).ask_again);
    let answered = hear(&mut memory, &effective(with_status(claims, Failed, "unavailable: report"), C1));
    assert!(matches!(state_of(answered, C1), State::TransportTrouble(_)));
    for version in ["v1.11.3", "1.9", "v0.43.0", "devel", ""] {
        let mut older = bare(C1);
        older.local_attributes = [("collector.version".to_owned(), version.to_owned())].into();
        assert!(!hear(&mut Memory::default(), &older).ask_again, "{version}");
    }
}

#[test]
fn s38_an_applied_status_without_a_body_is_only_inferred() {
    let mut memory = Memory::default();
    let heard = hear(&mut memory, &with_status(bare(C1), Applied, ""));
    assert!(heard.ask_again);
    assert_eq!(state_of(heard, C1), State::Applied { inferred: true });
}

#[test]
fn s22_hashes_of_others_prove_nothing() {
    for hash in ["7", "rev-9", &"f".repeat(64), &config(C1).hash_text().to_uppercase()] {
        let request = GetConfigRequest { hash: hash.to_owned(), ..with_status(bare(""), Failed, DIAGNOSTIC) };
        let mut memory = Memory::default();
        let heard = hear(&mut memory, &request);
        assert_eq!((heard.verdict, heard.restarted), (None, false));
        let runs_ours = hear(&mut memory, &effective(request, C1));
        assert_eq!(state_of(runs_ours, C1), RUNS, "whoever gave it");
    }
}

#[test]
fn s30_one_that_says_applied_and_shows_something_else_is_not_believed() {
    let mut memory = running_c1();
    let heard = hear(&mut memory, &with_status(bare(C2), Applied, ""));
    assert!(heard.ask_again, "perhaps what it showed was lost");
    assert_eq!(state_of(heard, C2), State::Pending);
    let heard = hear(&mut memory, &effective(with_status(bare(C2), Applied, ""), C1));
    assert!(!heard.ask_again && matches!(state_of(heard, C2), State::Failed(_)));
    assert!(matches!(state_of(hear(&mut memory, &bare(C2)), C2), State::Failed(_)));
    assert_eq!(state_of(hear(&mut memory, &effective(bare(C2), C2)), C2), RUNS);
}

#[test]
fn s30_words_are_kept_up_to_a_limit() {
    let mut memory = running_c1();
    let request = with_status(bare(C2), Failed, &"ü".repeat(100_000));
    let State::Failed(words) = state_of(hear(&mut memory, &request), C2) else { panic!() };
    assert_eq!(words.len(), linkmesh_remotecfg::WORDS_BYTES_MAX);
    assert!(!hear(&mut memory, &request).changed, "the same words, cut alike");
}

#[test]
fn s28_what_is_remembered_survives_being_stored() {
    let mut memory = running_c1();
    hear(&mut memory, &with_status(bare(C2), Failed, DIAGNOSTIC));
    let stored = serde_json::to_string(&memory).unwrap();
    assert_eq!(serde_json::from_str::<Memory>(&stored).unwrap(), memory);
    assert_eq!(serde_json::from_str::<Memory>("{}").unwrap(), Memory::default());
    assert!(serde_json::from_str::<Memory>("{\"effective\":\"xyz\"}").is_err());
}
