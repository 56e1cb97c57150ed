//! What is taken for true of a configuration that was polled for: applied, inferred, refused, or only trouble on the way.

use linkmesh_control::polls::{PollReport, Verdict};
use linkmesh_fleet::attempt::Outcome;
use linkmesh_fleet::state::Sync;

use crate::alloy::{Alloy, config};
use crate::world::{World, ana, save_simple};

#[tokio::test]
async fn s34_what_is_sent_in_answer_to_a_report_does_not_count_and_is_sent_again() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let first = config(alloy.polls());
    save_simple(&world, "http://127.0.0.1:2");
    let thrown_away = config(alloy.applied());
    assert_ne!(thrown_away.hash, first.hash);
    let offers = || world.events("edge-7").iter().filter(|word| **word == "config_offered").count();
    assert_eq!((offers(), world.plane.attempts(&alloy.live).len()), (1, 1));
    alloy.has = Some(first.hash);
    assert_eq!(config(alloy.still(Verdict::Applied)).hash, thrown_away.hash);
    assert_eq!((offers(), world.plane.attempts(&alloy.live).len()), (2, 2));
}

#[tokio::test]
async fn s30_a_refused_configuration_is_named_healed_and_never_comes_again_by_itself() {
    let mut world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let good = alloy.runs_what_it_is_given();
    save_simple(&world, "http://127.0.0.1:2");
    let bad = config(alloy.still(Verdict::Applied));
    alloy.fails("3:2: missing required block \"output\"");
    let view = world.view("edge-7");
    assert_eq!(view.sync, Sync::Failed);
    let reason = view.sync_reason.unwrap();
    assert!(reason.starts_with("3:2: missing required block"), "{reason}");
    let healed = config(alloy.still(Verdict::Failed("3:2: missing required block \"output\"".to_owned())));
    assert_eq!(healed.hash, good.hash, "s32: the last good one ends the failure");
    assert_eq!(world.events("edge-7").last(), Some(&"rolled_back"));
    drop(alloy.still(Verdict::Applied));
    assert_eq!(world.view("edge-7").sync, Sync::Failed, "it still does not run what it should");
    let outcomes: Vec<Outcome> =
        world.plane.attempts(&alloy.live).into_iter().map(|attempt| attempt.outcome).collect();
    let late = Outcome::Applied { late: false };
    assert_eq!(outcomes, [late.clone(), Outcome::RolledBack, late]);
    // Its host reboots, and so does the server.
    alloy.starts();
    assert_eq!(config(alloy.polls()).hash, good.hash);
    world.restart();
    let mut alloy = alloy.on(&world);
    alloy.starts();
    assert_eq!(config(alloy.polls()).hash, good.hash);
    // A person's word brings it back once.
    world.plane.retry(&"edge-7".parse().unwrap(), &ana()).unwrap();
    assert_eq!(config(alloy.still(Verdict::Applied)).hash, bad.hash);
    // The corrected save heals it.
    alloy.fails("3:2: missing");
    save_simple(&world, "http://127.0.0.1:3");
    drop(alloy.still(Verdict::Failed("3:2: missing".to_owned())));
    alloy.runs_what_it_is_given();
    assert_eq!(world.view("edge-7").sync, Sync::InSync);
}

#[tokio::test]
async fn a_first_configuration_that_fails_leaves_it_with_a_comment_so_that_it_can_be_tried_again() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let bad = config(alloy.polls());
    alloy.fails("1:1: no");
    let nothing = config(alloy.still(Verdict::Failed("1:1: no".to_owned())));
    assert!(nothing.idle);
    drop(alloy.still(Verdict::Applied));
    assert_eq!(world.view("edge-7").sync, Sync::Failed);
    alloy.starts();
    assert!(config(alloy.polls()).idle, "nor after a restart");
    world.plane.retry(&"edge-7".parse().unwrap(), &ana()).unwrap();
    assert_eq!(config(alloy.still(Verdict::Applied)).hash, bad.hash);
}

#[tokio::test]
async fn s33_trouble_with_the_way_is_a_warning_and_no_failed_configuration() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    let trouble = Verdict::Trouble("unavailable: dial tcp: connection refused".to_owned());
    drop(alloy.says(Some((given.hash, trouble.clone())), true));
    drop(alloy.still(trouble));
    assert_eq!(world.view("edge-7").sync, Sync::InSync);
    assert_eq!(world.events("edge-7").iter().filter(|word| **word == "poll_failed").count(), 1);
    assert!(!world.events("edge-7").contains(&"config_failed"));
}

#[tokio::test]
async fn our_own_question_is_no_trouble_of_a_collector_and_no_credential_is_told_with_trouble() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    let mut says =
        |words: &str| drop(alloy.says(Some((given.hash, Verdict::Trouble(words.to_owned()))), true));
    let told = || {
        let events = world.plane.journal.events_after(0, 1000);
        let told = events.into_iter().filter(|event| event.kind.word() == "poll_failed");
        told.map(|event| event.message.clone()).collect::<Vec<String>>()
    };
    says("unavailable: the server lost what this collector last reported; report it again");
    assert_eq!(told(), [""; 0]);
    says("unavailable: Authorization: Bearer lmcol_abcdefgh_1_x is bad");
    assert_eq!(told().len(), 1);
    assert!(told()[0].contains("went on with what it has: unavailable") && !told()[0].contains("lmcol_abc"));
}

#[tokio::test]
async fn s38_one_that_does_not_report_is_shown_as_inferred() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::of(&world, "edge-7", "v1.11.3");
    alloy.starts();
    let given = config(alloy.polls());
    assert!(!world.view("edge-7").inferred);
    drop(alloy.still(Verdict::Inferred));
    let view = world.view("edge-7");
    assert_eq!((view.sync, view.inferred), (Sync::InSync, true));
    assert!(
        world
            .plane
            .attempts(&alloy.live)
            .iter()
            .all(|attempt| attempt.inferred && attempt.hash == given.hash)
    );
}

#[tokio::test]
async fn something_else_that_runs_is_drift_line_by_line() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    assert!(!world.plane.drift(&alloy.live).unwrap().0.is_drifted());
    let report = PollReport {
        has: Some(given.hash),
        verdict: Some((given.hash, Verdict::Applied)),
        effective: Some(format!("{}// more\n", given.text)),
        changed: true,
        memory: None,
    };
    assert!(!world.plane.hear_poll(&alloy.live, report, &alloy.caller).assign);
    world.plane.reconcile_all();
    let (drift, _) = world.plane.drift(&alloy.live).unwrap();
    assert_eq!(drift.differences.len(), 1);
    assert_eq!(drift.differences[0].effective.as_deref(), Some("// more"));
    assert_eq!(world.view("edge-7").sync, Sync::Drifted);
}

#[tokio::test]
async fn what_was_sent_in_answer_to_a_report_and_read_all_the_same_is_told_once_it_shows() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    drop(alloy.polls());
    save_simple(&world, "http://127.0.0.1:2");
    // After an outage the first poll of all reports as well, and its answer is read.
    let read = config(alloy.applied());
    alloy.has = Some(read.hash);
    drop(alloy.still(Verdict::Applied));
    let told = world.events("edge-7");
    assert_eq!(told[told.len() - 2..], ["config_offered", "config_applied"]);
    assert!(!told.contains(&"config_unknown"));
    assert_eq!(world.plane.attempts(&alloy.live).len(), 2);
    assert_eq!(world.view("edge-7").sync, Sync::InSync);
}
