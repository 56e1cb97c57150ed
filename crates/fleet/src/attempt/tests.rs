//! Laws of the ledger, told with the sequences that real supervisors were seen to send.

use proptest::prelude::*;

use super::*;

const CRASH: &str = "Agent exited unexpectedly with exit code 1 while applying configuration";
const SLOW: &str = "Config apply timeout exceeded";

fn hash(name: &str) -> ConfigHash {
    ConfigHash::of(name.as_bytes())
}

fn says(name: &str, status: RemoteStatus) -> Reported {
    Reported { hash: Some(hash(name)), status }
}

fn failed(why: &str) -> RemoteStatus {
    RemoteStatus::Failed { why: why.to_owned() }
}

/// A collector that was offered `a` and applied it.
fn running_a() -> Ledger {
    let mut ledger = Ledger::default();
    ledger.report(Reported { hash: None, status: RemoteStatus::Unset }, Timestamp(0));
    ledger.offered(hash("a"), Some("r1"), Timestamp(1));
    ledger.report(says("a", RemoteStatus::Applying), Timestamp(2));
    let happened = ledger.report(says("a", RemoteStatus::Applied), Timestamp(3));
    assert_eq!(happened, [Happened::Applied { hash: hash("a"), late: false }]);
    ledger
}

/// The same, then offered `b`, which failed.
fn failed_b(why: &str) -> Ledger {
    let mut ledger = running_a();
    ledger.offered(hash("b"), Some("r2"), Timestamp(4));
    ledger.report(says("b", RemoteStatus::Applying), Timestamp(5));
    let happened = ledger.report(says("b", failed(why)), Timestamp(6));
    assert_eq!(happened, [Happened::Failed { hash: hash("b"), why: why.to_owned() }]);
    ledger
}

fn outcomes(ledger: &Ledger) -> Vec<Outcome> {
    ledger.attempts.iter().map(|attempt| attempt.outcome.clone()).collect()
}

#[test]
fn what_a_silent_collector_polls_with_is_taken_for_applied_and_said_to_be_inferred() {
    let mut ledger = Ledger::default();
    ledger.report(Reported { hash: None, status: RemoteStatus::Unset }, Timestamp(0));
    ledger.offered(hash("a"), Some("r1"), Timestamp(1));
    assert!(!ledger.is_inferred());
    let happened = ledger.infer_applied(hash("a"), Timestamp(2));
    assert_eq!(happened, [Happened::Applied { hash: hash("a"), late: false }]);
    assert!(ledger.is_inferred() && ledger.running() == Some(hash("a")));
    assert_eq!(ledger.infer_applied(hash("a"), Timestamp(3)), []);
    assert!(!running_a().is_inferred());
}

#[test]
fn a_poll_without_what_was_sent_shows_that_it_was_lost() {
    let mut ledger = running_a();
    ledger.offered(hash("b"), None, Timestamp(4));
    ledger.polled(Some(hash("b")));
    assert_eq!(ledger.in_flight, Some(hash("b")));
    ledger.polled(Some(hash("a")));
    assert!(ledger.in_flight.is_none() && ledger.may_offer(&hash("b")));
    assert!(ledger.has_heard_of(&hash("b")) && !ledger.has_heard_of(&hash("c")));
}

#[test]
fn what_is_had_in_flight_or_failed_is_not_offered() {
    let mut ledger = Ledger::default();
    assert!(!ledger.status_known());
    assert!(ledger.may_offer(&hash("a")));
    ledger.offered(hash("a"), None, Timestamp(1));
    assert!(!ledger.may_offer(&hash("a")), "in flight");
    ledger.report(says("a", RemoteStatus::Applying), Timestamp(2));
    ledger.disconnected();
    assert!(!ledger.may_offer(&hash("a")), "being applied");
    ledger.report(says("a", RemoteStatus::Applied), Timestamp(3));
    assert!(!ledger.may_offer(&hash("a")), "applied");
    assert!(ledger.may_offer(&hash("b")));
    let ledger = failed_b(CRASH);
    assert!(!ledger.may_offer(&hash("b")), "failed");
    assert_eq!(ledger.is_failed(&hash("b")), Some(CRASH));
    assert_eq!(ledger.failed_at(&hash("b")), Some(Timestamp(6)));
}

#[test]
fn a_lost_connection_forgets_only_what_was_under_way() {
    let mut ledger = running_a();
    ledger.offered(hash("b"), Some("r2"), Timestamp(4));
    ledger.disconnected();
    assert!(ledger.may_offer(&hash("b")));
    ledger.offered(hash("b"), Some("r2"), Timestamp(5));
    assert_eq!(ledger.attempts.len(), 2, "sending it again is the same attempt");
    assert_eq!(ledger.attempts.back().unwrap().offered_at, Timestamp(4));
}

#[test]
fn a_failure_lasts_until_a_person_says_retry() {
    let mut ledger = failed_b(CRASH);
    ledger.disconnected();
    ledger.report(says("a", RemoteStatus::Applied), Timestamp(7));
    assert!(!ledger.may_offer(&hash("b")));
    let text = serde_json::to_string(&ledger).unwrap();
    let mut ledger: Ledger = serde_json::from_str(&text).unwrap();
    assert!(!ledger.may_offer(&hash("b")), "a restart changes nothing");
    ledger.retry(hash("b"));
    assert!(ledger.may_offer(&hash("b")));
}

#[test]
fn a_retried_configuration_that_is_refused_with_the_same_words_fails_again() {
    let mut ledger = failed_b("invalid yaml");
    ledger.retry(hash("b"));
    assert_eq!(ledger.to_heal(), None, "what a person wants to try is not healed first");
    ledger.offered(hash("b"), None, Timestamp(8));
    let happened = ledger.report(says("b", failed("invalid yaml")), Timestamp(9));
    assert_eq!(happened, [Happened::Failed { hash: hash("b"), why: "invalid yaml".to_owned() }]);
    assert!(!ledger.may_offer(&hash("b")));
}

#[test]
fn a_failure_is_healed_once_with_the_last_applied_configuration() {
    let mut ledger = failed_b(CRASH);
    assert_eq!(ledger.to_heal(), Some(hash("a")));
    ledger.offered(hash("a"), Some("r1"), Timestamp(7));
    assert_eq!(ledger.to_heal(), None);
    ledger.report(says("a", RemoteStatus::Applying), Timestamp(8));
    let happened = ledger.report(says("a", RemoteStatus::Applied), Timestamp(9));
    assert_eq!(happened, [Happened::Applied { hash: hash("a"), late: false }]);
    assert_eq!(ledger.to_heal(), None);
    let refused = ledger.attempts.get(1).unwrap();
    assert_eq!((&refused.outcome, refused.why()), (&Outcome::RolledBack, Some(CRASH)));
    assert_eq!(ledger.running(), Some(hash("a")));
}

#[test]
fn an_offer_that_was_lost_on_its_way_to_heal_is_made_again() {
    let mut ledger = failed_b(CRASH);
    ledger.offered(hash("a"), None, Timestamp(7));
    ledger.disconnected();
    assert!(ledger.report(says("b", failed(CRASH)), Timestamp(8)).is_empty());
    assert_eq!(ledger.to_heal(), Some(hash("a")));
}

#[test]
fn nothing_heals_where_nothing_good_is_known_or_a_correction_is_under_way() {
    let mut first = Ledger::default();
    first.offered(hash("b"), None, Timestamp(1));
    first.report(says("b", failed(CRASH)), Timestamp(2));
    assert_eq!(first.to_heal(), None, "nothing was ever applied");
    let mut corrected = failed_b(CRASH);
    corrected.offered(hash("c"), None, Timestamp(7));
    assert_eq!(corrected.to_heal(), None);
    let mut both = failed_b(CRASH);
    both.offered(hash("a"), None, Timestamp(7));
    both.report(says("a", failed(CRASH)), Timestamp(8));
    assert_eq!(both.to_heal(), None, "the good one failed too");
}

#[test]
fn a_supervisor_that_went_back_by_itself_rolled_back_and_needs_nothing() {
    let mut ledger = failed_b(CRASH);
    let happened = ledger.report(says("a", RemoteStatus::Applied), Timestamp(7));
    assert_eq!(happened, [Happened::RolledBack { from: hash("b"), to: hash("a") }]);
    assert_eq!(ledger.to_heal(), None);
    assert_eq!(outcomes(&ledger), [Outcome::Applied { late: false }, Outcome::RolledBack]);
    // It starts with its last failure, then says again what it runs.
    ledger.disconnected();
    assert!(ledger.report(says("b", failed(CRASH)), Timestamp(8)).is_empty());
    assert_eq!(ledger.to_heal(), None);
    assert!(ledger.report(says("a", RemoteStatus::Applying), Timestamp(9)).is_empty());
    assert!(ledger.report(says("a", RemoteStatus::Applied), Timestamp(10)).is_empty());
    assert!(!ledger.may_offer(&hash("b")));
}

#[test]
fn a_corrected_configuration_after_a_failure_is_no_rollback() {
    let mut ledger = failed_b(CRASH);
    ledger.offered(hash("c"), Some("r3"), Timestamp(7));
    let happened = ledger.report(says("c", RemoteStatus::Applied), Timestamp(8));
    assert_eq!(happened, [Happened::Applied { hash: hash("c"), late: false }]);
    assert!(matches!(outcomes(&ledger).get(1), Some(Outcome::Failed { .. })));
}

#[test]
fn impatience_of_a_supervisor_is_outweighed_by_evidence() {
    for why in [SLOW, "agent has not started after 30s"] {
        let mut ledger = failed_b(why);
        assert!(ledger.is_doubtful());
        let happened = ledger.believe(hash("b"), Timestamp(7));
        assert_eq!(happened, Some(Happened::Applied { hash: hash("b"), late: true }));
        assert_eq!((ledger.last_applied, ledger.running()), (Some(hash("b")), Some(hash("b"))));
        assert_eq!(ledger.to_heal(), None);
        // Its persisted status says the same for ever.
        ledger.disconnected();
        assert!(ledger.report(says("b", failed(why)), Timestamp(8)).is_empty());
        assert_eq!(ledger.is_failed(&hash("b")), None);
        assert!(!ledger.may_offer(&hash("b")), "it runs");
        assert_eq!(ledger.believe(hash("b"), Timestamp(9)), None, "only once");
        // A crash afterwards is another matter.
        assert_eq!(ledger.report(says("b", failed(CRASH)), Timestamp(10)).len(), 1);
        assert!(ledger.is_failed(&hash("b")).is_some());
    }
}

#[test]
fn a_doubtful_failure_is_healed_later_than_a_certain_one() {
    let doubtful = failed_b(SLOW);
    assert_eq!(doubtful.heal_due(Timestamp(7)), None);
    assert_eq!(doubtful.heal_due(Timestamp(6).plus(DOUBT_WAIT)), Some(hash("a")));
    assert_eq!(failed_b(CRASH).heal_due(Timestamp(7)), Some(hash("a")));
}

#[test]
fn a_crash_is_never_explained_away() {
    let mut ledger = failed_b(CRASH);
    assert!(!ledger.is_doubtful());
    assert_eq!(ledger.believe(hash("b"), Timestamp(7)), None);
    let mut healing = failed_b(SLOW);
    healing.offered(hash("a"), None, Timestamp(7));
    assert_eq!(healing.believe(hash("b"), Timestamp(8)), None, "something else is on its way already");
}

#[test]
fn a_supervisor_may_change_its_mind() {
    let mut ledger = failed_b(SLOW);
    let happened = ledger.report(says("b", RemoteStatus::Applied), Timestamp(7));
    assert_eq!(happened, [Happened::Applied { hash: hash("b"), late: true }]);
    assert_eq!(ledger.is_failed(&hash("b")), None);
}

#[test]
fn a_hash_that_was_never_offered_proves_nothing() {
    let mut ledger = running_a();
    let happened = ledger.report(says("x", RemoteStatus::Applied), Timestamp(4));
    assert_eq!(happened, [Happened::UnknownHash(hash("x"))]);
    assert_eq!(ledger.last_applied, Some(hash("a")));
    assert!(ledger.attempts.iter().all(|attempt| attempt.hash != hash("x")));
    assert!(ledger.report(says("x", RemoteStatus::Applied), Timestamp(5)).is_empty());
}

#[test]
fn a_failure_that_outlived_the_record_is_remembered() {
    let mut ledger = Ledger::default();
    assert_eq!(ledger.report(says("b", failed(CRASH)), Timestamp(1)).len(), 1);
    assert!(!ledger.may_offer(&hash("b")));
    assert_eq!(ledger.to_heal(), None);
}

#[test]
fn an_empty_hash_means_that_it_has_none() {
    let mut ledger = Ledger::default();
    let none = Reported { hash: None, status: RemoteStatus::Unset };
    assert!(ledger.report(none, Timestamp(1)).is_empty());
    assert!(ledger.status_known());
    assert!(ledger.may_offer(&hash("a")));
}

#[test]
fn a_collector_that_flaps_falls_silent_and_stays_bounded() {
    let mut ledger = running_a();
    ledger.offered(hash("b"), None, Timestamp(4));
    let mut told = 0;
    for round in 0..1000 {
        told += ledger.report(says("b", failed(CRASH)), Timestamp(10 + round)).len();
        told += ledger.report(says("b", RemoteStatus::Applied), Timestamp(10 + round)).len();
    }
    assert!(told <= CHANGES_TOLD_MAX as usize, "{told}");
    let mut huge = Ledger::default();
    for number in 0..1000 {
        let name = number.to_string();
        huge.offered(hash(&name), None, Timestamp(number));
        huge.report(says(&name, failed(&"x".repeat(100_000))), Timestamp(number));
    }
    assert_eq!((huge.attempts.len(), huge.failed.len()), (ATTEMPTS_MAX, FAILED_MAX));
    assert!(huge.failed.iter().all(|failure| failure.why.len() == WHY_CHARS_MAX));
}

#[test]
fn a_record_of_an_older_version_is_still_read() {
    let ledger: Ledger = serde_json::from_str("{}").unwrap();
    assert_eq!(ledger, Ledger::default());
    let old = format!(r#"{{"hash":"{}","offered_at":1,"at":2,"outcome":"rolled_back"}}"#, hash("a"));
    let attempt: Attempt = serde_json::from_str(&old).unwrap();
    assert_eq!(attempt.outcome, Outcome::RolledBack);
}

#[derive(Debug, Clone)]
enum Act {
    Offer(u8),
    Report(u8, RemoteStatus),
    Lose,
    Retry(u8),
    Believe(u8),
}

fn any_act() -> impl Strategy<Value = Act> {
    let status = prop_oneof![
        Just(RemoteStatus::Applying),
        Just(RemoteStatus::Applied),
        Just(failed(CRASH)),
        Just(failed(SLOW)),
    ];
    prop_oneof![
        (0..4u8).prop_map(Act::Offer),
        (0..5u8, status).prop_map(|(name, status)| Act::Report(name, status)),
        Just(Act::Lose),
        (0..4u8).prop_map(Act::Retry),
        (0..4u8).prop_map(Act::Believe),
    ]
}

proptest! {
    #[test]
    fn whatever_is_said_no_failure_is_offered_and_nothing_is_told_twice(acts in prop::collection::vec(any_act(), 0..60)) {
        let mut ledger = Ledger::default();
        for (at, act) in (0..).zip(acts) {
            let now = Timestamp(at);
            match act {
                Act::Offer(name) if ledger.may_offer(&hash(&name.to_string())) => {
                    ledger.offered(hash(&name.to_string()), None, now);
                    prop_assert!(!ledger.may_offer(&hash(&name.to_string())));
                }
                Act::Offer(_) => {}
                Act::Report(name, status) => {
                    let report = says(&name.to_string(), status);
                    ledger.report(report.clone(), now);
                    prop_assert!(ledger.report(report, now).is_empty(), "told twice");
                }
                Act::Lose => ledger.disconnected(),
                Act::Retry(name) => ledger.retry(hash(&name.to_string())),
                Act::Believe(name) => drop(ledger.believe(hash(&name.to_string()), now)),
            }
            for failure in &ledger.failed {
                prop_assert!(!ledger.may_offer(&failure.hash));
            }
            if let Some(good) = ledger.to_heal() {
                prop_assert!(ledger.is_failed(&good).is_none());
                prop_assert_eq!(ledger.in_flight, None);
            }
            let text = serde_json::to_string(&ledger).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Ledger>(&text).unwrap(), &ledger);
        }
    }
}
