//! Stories of processes that end over what they were given: an Alloy that panics says nothing of it.

use linkmesh_control::polls::{Identity, Verdict};
use linkmesh_fleet::attempt::Outcome;
use linkmesh_fleet::state::Sync;

use crate::alloy::{Alloy, caller, config};
use crate::world::{World, ana, save_simple};

#[tokio::test]
async fn what_ends_one_process_after_the_other_counts_as_failed_and_what_ran_before_comes_back() {
    let mut world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let good = alloy.runs_what_it_is_given();
    save_simple(&world, "http://127.0.0.1:2");
    let bad = config(alloy.still(Verdict::Applied));
    assert_ne!(bad.hash, good.hash);
    world.wind(3);
    alloy.starts();
    assert_eq!(config(alloy.polls()).hash, bad.hash, "once is no proof");
    assert_eq!(world.view("edge-7").sync, Sync::Pending);
    // The server starts anew in between, and remembers.
    world.restart();
    let mut alloy = alloy.on(&world);
    world.wind(3);
    alloy.starts();
    assert_eq!(config(alloy.polls()).hash, good.hash, "twice is");
    assert_eq!(world.view("edge-7").sync, Sync::Failed);
    let reason = world.view("edge-7").sync_reason.unwrap();
    assert!(reason.contains("ended 2 times in a row") && reason.contains("what it ran before"), "{reason}");
    drop(alloy.applied());
    alloy.registers();
    let events = world.events("edge-7");
    let failed = events.iter().position(|word| *word == "config_failed").unwrap();
    assert_eq!(events[failed..], ["config_failed", "rolled_back", "config_applied"]);
    let rows = world.plane.attempts(&alloy.live);
    assert!(rows.iter().any(|row| row.hash == bad.hash && row.outcome == Outcome::RolledBack), "{rows:?}");
    for _ in 0..3 {
        world.wind(60);
        assert_eq!(config(alloy.starts_again()).hash, good.hash, "it never comes again by itself");
        drop(alloy.applied());
    }
    // A person's word brings it back, and it has as many lives as before.
    world.plane.retry(&"edge-7".parse().unwrap(), &ana()).unwrap();
    assert_eq!(config(alloy.still(Verdict::Applied)).hash, bad.hash);
    assert_eq!(config(alloy.starts_again()).hash, bad.hash);
    assert_eq!(config(alloy.starts_again()).hash, good.hash);
}

#[tokio::test]
async fn where_nothing_ever_ran_a_first_configuration_that_ends_its_processes_gives_way_to_the_comment() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    for _ in 0..2 {
        assert!(!config(alloy.starts_again()).idle);
    }
    assert!(config(alloy.starts_again()).idle);
    drop(alloy.still(Verdict::Applied));
    let view = world.view("edge-7");
    assert_eq!(view.sync, Sync::Failed);
    assert!(view.sync_reason.unwrap().contains("told to run nothing"));
    assert!(config(alloy.starts_again()).idle);
    save_simple(&world, "http://127.0.0.1:2");
    assert!(!config(alloy.still(Verdict::Applied)).idle, "a correction is offered");
}

#[tokio::test]
async fn a_host_that_restarts_now_and_then_in_the_middle_of_an_apply_condemns_nothing() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    alloy.runs_what_it_is_given();
    for port in 2..6 {
        save_simple(&world, &format!("http://127.0.0.1:{port}"));
        let next = config(alloy.still(Verdict::Applied));
        assert_eq!(config(alloy.starts_again()).hash, next.hash);
        drop(alloy.applied());
        assert_eq!(world.view("edge-7").sync, Sync::InSync);
    }
}

#[tokio::test]
async fn only_deaths_count_no_good_bye_no_lost_answer_no_other_answer_in_between_and_no_other_host() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    let never_failed = |world: &World| assert!(!world.events("edge-7").contains(&"config_failed"));
    // Its host is shut down in order.
    for _ in 0..5 {
        assert!(!config(alloy.starts_again()).idle);
        world.plane.unregister_poller(&alloy.live);
    }
    never_failed(&world);
    // It lives, and the answers do not arrive.
    for _ in 0..5 {
        assert!(!config(alloy.starts_again()).idle);
        alloy.registers();
        for _ in 0..3 {
            world.wind(60);
            alloy.has = None;
            drop(alloy.polls());
        }
    }
    never_failed(&world);
    world.plane.unregister_poller(&alloy.live);
    // It gets something else each second time.
    let id = "edge-7".parse().unwrap();
    for _ in 0..5 {
        assert!(!config(alloy.starts_again()).idle);
        world.plane.hold(&id, None, &ana()).unwrap();
        assert!(config(alloy.starts_again()).idle);
        world.plane.release_hold(&id, &ana()).unwrap();
        world.plane.reconcile_all();
    }
    never_failed(&world);
    // It is another host each time.
    for name in ["b", "c", "d", "e"] {
        drop(alloy.starts_again());
        alloy.live.lock().connection = None;
        alloy.caller = caller(name, "v1.19.2");
        assert_eq!(world.plane.identify_poller(&alloy.live, &alloy.caller), Identity::New);
    }
    never_failed(&world);
}

#[tokio::test]
async fn what_ran_once_is_not_condemned_by_a_host_that_dies_of_something_else() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let good = alloy.runs_what_it_is_given();
    for _ in 0..5 {
        assert_eq!(config(alloy.starts_again()).hash, good.hash);
    }
    save_simple(&world, "http://127.0.0.1:2");
    drop(alloy.still(Verdict::Applied));
    alloy.fails("1:1: no");
    for _ in 0..5 {
        assert_eq!(config(alloy.starts_again()).hash, good.hash);
    }
    assert!(alloy.live.lock().record.ledger.is_failed(&good.hash).is_none());
}

#[tokio::test]
async fn one_that_falls_silent_over_what_it_was_given_is_told_from_one_that_just_goes() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    alloy.runs_what_it_is_given();
    let last_words = || {
        world.wind(181);
        world.plane.reconcile_all();
        let events = world.plane.journal.events_after(0, 1000);
        let last = events.iter().rev().find(|event| event.kind.word() == "disconnected").unwrap();
        last.message.clone()
    };
    assert_eq!(last_words(), "has not polled for 180 seconds");
    drop(alloy.still(Verdict::Applied));
    save_simple(&world, "http://127.0.0.1:2");
    drop(config(alloy.still(Verdict::Applied)));
    let words = last_words();
    assert!(words.contains("may lock up") && words.contains("restart it"), "{words}");
}
