//! Stories of collectors that poll: who they are, what they are answered, when they are gone.

use std::sync::Arc;

use linkmesh_control::polls::{Identity, PollAnswer, Verdict};
use linkmesh_fleet::state::{Status, Sync};

use crate::alloy::{Alloy, caller, config};
use crate::world::{World, ana, save_simple};

#[tokio::test]
async fn one_that_nothing_applies_to_is_given_a_comment_and_is_in_sync() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    assert_eq!(world.view("edge-7").status, Status::AwaitingConnection);
    alloy.starts();
    let given = config(alloy.polls());
    assert!(given.idle && !given.text.trim().is_empty(), "{}", given.text);
    drop(alloy.still(Verdict::Applied));
    assert_eq!((world.view("edge-7").status, world.view("edge-7").sync), (Status::Connected, Sync::InSync));
    assert_eq!(world.view("edge-7").version.as_deref(), Some("v1.19.2"));
    assert_eq!(world.view("edge-7").host.as_deref(), Some("edge"));
    assert_eq!(world.events("edge-7"), ["token_minted", "remotecfg_registered", "connected"]);
    assert!(world.plane.attempts(&alloy.live).is_empty());
}

#[tokio::test]
async fn a_configuration_is_offered_applied_and_then_not_sent_again() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    assert!(!given.idle);
    assert_eq!(world.view("edge-7").sync, Sync::InSync);
    let words = ["token_minted", "remotecfg_registered", "connected", "config_offered", "config_applied"];
    assert_eq!(world.events("edge-7"), words);
    alloy.registers();
    for _ in 0..3 {
        world.wind(60);
        assert_eq!(config(alloy.still(Verdict::Applied)).hash, given.hash);
    }
    assert_eq!(world.events("edge-7"), words, "the second registration of a start is quiet");
    assert_eq!(world.view("edge-7").effective, Some(given.hash));
    let effective = world.plane.configs(&alloy.live).unwrap().effective.unwrap().0;
    assert_eq!(effective, *given.redacted());
    save_simple(&world, "http://127.0.0.1:2");
    world.plane.reconcile_all();
    assert_ne!(config(alloy.still(Verdict::Applied)).hash, given.hash);
}

#[tokio::test]
async fn a_host_that_starts_anew_gets_back_what_it_ran_and_no_offer_is_made_of_it() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    let before = world.events("edge-7");
    world.wind(61);
    alloy.starts();
    assert_eq!(alloy.runs_what_it_is_given().hash, given.hash);
    assert_eq!(world.view("edge-7").sync, Sync::InSync);
    assert_eq!(world.plane.attempts(&alloy.live).len(), 1);
    assert_eq!(world.events("edge-7")[before.len()..], ["remotecfg_registered"]);
}

#[tokio::test]
async fn one_that_is_too_old_to_be_rendered_for_is_held_and_says_what_to_do() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::of(&world, "edge-7", "v1.7.0");
    alloy.starts();
    assert!(config(alloy.polls()).idle);
    let view = world.view("edge-7");
    assert_eq!((view.status, view.sync), (Status::Connected, Sync::Held));
    assert!(view.sync_reason.unwrap().contains("upgrade"), "it says what to upgrade");
}

#[tokio::test]
async fn one_that_is_held_keeps_what_it_has_also_over_a_restart_of_its_host() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    world.plane.hold(&"edge-7".parse().unwrap(), None, &ana()).unwrap();
    save_simple(&world, "http://127.0.0.1:2");
    assert!(matches!(alloy.still(Verdict::Applied), PollAnswer::NotModified));
    alloy.starts();
    assert_eq!(config(alloy.polls()).hash, given.hash);
    world.plane.release_hold(&"edge-7".parse().unwrap(), &ana()).unwrap();
    world.plane.reconcile_all();
    assert_ne!(config(alloy.still(Verdict::Applied)).hash, given.hash);
}

#[tokio::test]
async fn what_is_not_decided_yet_is_unavailable_and_never_nothing() {
    let world = World::new();
    let alloy = Alloy::new(&world, "edge-7");
    alloy.live.lock().assignment = linkmesh_control::roster::Assignment::default();
    let answer = world.plane.answer_poll(&alloy.live, None, true);
    assert!(matches!(answer, PollAnswer::Unavailable(_)), "{answer:?}");
}

#[tokio::test]
async fn s17_registering_again_changes_nothing_and_s35_a_good_bye_keeps_everything() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    let before = alloy.live.lock().record.ledger.clone();
    alloy.registers();
    alloy.registers();
    assert_eq!(alloy.live.lock().record.ledger, before);
    assert_eq!(world.plane.roster.len(), 1);
    world.plane.unregister_poller(&alloy.live);
    let view = world.view("edge-7");
    assert_eq!((view.status, view.desired.unwrap().1), (Status::Disconnected, given.hash));
    assert!(world.plane.use_collector_token(&alloy.token).is_some());
    world.plane.unregister_poller(&alloy.live);
    alloy.registers();
    assert_eq!(world.view("edge-7").status, Status::Connected);
    assert_eq!(world.events("edge-7").iter().filter(|word| **word == "disconnected").count(), 1);
}

#[tokio::test]
async fn s19_a_poll_without_a_registration_connects_and_keeps_what_the_host_says() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    drop(alloy.polls());
    let view = world.view("edge-7");
    assert_eq!((view.status, view.version.as_deref()), (Status::Connected, Some("v1.19.2")));
    alloy.caller.claims.insert("collector.version".to_owned(), "v1.20.0".to_owned());
    drop(alloy.polls());
    assert_eq!(world.view("edge-7").version.as_deref(), Some("v1.20.0"));
}

#[tokio::test]
async fn s36_three_missed_periods_of_its_own_make_it_offline() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let status = || world.view("edge-7").status;
    drop(alloy.polls());
    world.wind(179);
    world.plane.reconcile_all();
    assert_eq!(status(), Status::Connected, "until it is known better, a minute lies between two polls");
    world.wind(2);
    world.plane.reconcile_all();
    assert_eq!(status(), Status::Disconnected);
    for _ in 0..4 {
        world.wind(10);
        drop(alloy.polls());
    }
    world.wind(29);
    world.plane.reconcile_all();
    assert_eq!(status(), Status::Connected);
    world.wind(2);
    world.plane.reconcile_all();
    assert_eq!(status(), Status::Disconnected, "it polls every ten seconds");
    assert!(!world.events("edge-7").contains(&"polling_stopped"));
}

#[tokio::test]
async fn one_whose_second_registration_never_came_is_told_with_the_reason() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    drop(alloy.polls());
    world.wind(6);
    drop(alloy.still(Verdict::Applied));
    world.wind(181);
    world.plane.reconcile_all();
    let told = world.plane.journal.events_after(0, 100);
    let told = told.iter().find(|event| event.kind.word() == "polling_stopped").unwrap();
    assert!(told.message.contains("restart it"), "{}", told.message);
}

#[tokio::test]
async fn one_that_is_killed_is_gone_and_not_said_to_look_alive() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    let mut is_gone = |polls: u32, ticks: u32| {
        alloy.starts();
        for poll in 0..polls {
            drop(if poll == 0 { alloy.polls() } else { alloy.still(Verdict::Applied) });
            world.wind(1);
        }
        if polls > 1 {
            alloy.registers();
        }
        for _ in 0..ticks {
            world.wind(60);
            drop(alloy.still(Verdict::Applied));
        }
        world.wind(181);
        world.plane.reconcile_all();
        assert_eq!(world.view("edge-7").status, Status::Disconnected);
        assert!(!world.events("edge-7").contains(&"polling_stopped"), "{polls} polls, {ticks} ticks");
    };
    is_gone(0, 0);
    is_gone(1, 0);
    is_gone(2, 0);
    is_gone(2, 1);
    is_gone(2, 2);
    // Quickly restarted, then killed.
    world.wind(600);
    alloy.starts();
    for _ in 0..2 {
        drop(alloy.polls());
        world.wind(1);
        alloy.registers();
        world.wind(1);
        drop(alloy.starts_again());
    }
    world.wind(181);
    world.plane.reconcile_all();
    assert!(!world.events("edge-7").contains(&"polling_stopped"));
}

#[tokio::test]
async fn a_slow_period_is_learned_although_each_gap_looks_like_an_absence() {
    for period_s in [200, 3600, 20 * 3600] {
        let world = World::new();
        let mut alloy = Alloy::new(&world, "edge-7");
        alloy.starts();
        drop(alloy.polls());
        drop(alloy.still(Verdict::Applied));
        alloy.registers();
        let lost = || world.events("edge-7").iter().filter(|word| **word == "disconnected").count();
        for _ in 0..10 {
            world.wind(period_s - 1);
            world.plane.reconcile_all();
            world.wind(1);
            drop(alloy.still(Verdict::Applied));
        }
        assert_eq!(lost(), 2, "a period of {period_s} s is known after two gaps");
        assert_eq!(alloy.live.lock().record.poller.period_s, Some(period_s));
    }
}

#[tokio::test]
async fn the_nights_of_a_host_are_no_period() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    for _ in 0..5 {
        drop(alloy.starts_again());
        drop(alloy.still(Verdict::Applied));
        alloy.registers();
        world.wind(12 * 3600);
        world.plane.reconcile_all();
        assert_eq!(world.view("edge-7").status, Status::Disconnected);
    }
    assert_eq!(alloy.live.lock().record.poller.period_s, None);
}

#[tokio::test]
async fn asking_whose_token_it_is_changes_nothing_and_tells_nobody() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    drop(alloy.starts_again());
    let (events, record) = (world.events("edge-7"), alloy.live.lock().record.poller.clone());
    for _ in 0..2 {
        assert!(world.plane.is_poller(&alloy.live, "edge-7"));
        assert!(!world.plane.is_poller(&alloy.live, "zzz"));
        assert!(!world.plane.is_poller(&alloy.live, ""));
        world.plane.unregister_poller(&alloy.live);
    }
    assert_eq!(alloy.live.lock().record.poller.id, record.id);
    assert_eq!(world.events("edge-7")[events.len()..], ["disconnected"]);
}

#[tokio::test]
async fn of_two_on_one_token_the_first_keeps_it_while_it_lives() {
    let world = World::new();
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    drop(alloy.polls());
    let other = caller("edge-8", "v1.19.2");
    for _ in 0..50 {
        let identity = world.plane.identify_poller(&alloy.live, &other);
        assert!(matches!(&identity, Identity::Foreign(why) if why.contains("edge-8")), "{identity:?}");
    }
    let duplicates = || world.events("edge-7").iter().filter(|word| **word == "duplicate_identity").count();
    assert_eq!(duplicates(), 1);
    assert_eq!(world.plane.identify_poller(&alloy.live, &alloy.caller), Identity::Known);
    world.plane.unregister_poller(&alloy.live);
    assert_eq!(world.plane.identify_poller(&alloy.live, &other), Identity::New);
    assert_eq!(world.plane.identify_poller(&alloy.live, &other), Identity::Known);
}

#[tokio::test]
async fn the_first_of_a_class_goes_first_and_the_rest_follow_once_it_runs() {
    let world = World::new();
    let mut hosts: Vec<Alloy> = ["a1", "a2", "a3"].iter().map(|name| Alloy::new(&world, name)).collect();
    for host in &mut hosts {
        host.starts();
        assert!(config(host.polls()).idle);
    }
    save_simple(&world, "http://127.0.0.1:1");
    let given: Vec<bool> = hosts.iter_mut().map(|host| config(host.still(Verdict::Applied)).idle).collect();
    assert_eq!(given, [false, true, true]);
    hosts[0].applied();
    let given: Vec<bool> = hosts.iter_mut().map(|host| config(host.still(Verdict::Applied)).idle).collect();
    assert_eq!(given, [false, false, false]);
}

#[tokio::test]
async fn an_unchanged_poll_renders_and_writes_nothing() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    let given = alloy.runs_what_it_is_given();
    world.wind(60);
    drop(alloy.still(Verdict::Applied));
    world.wind(60);
    drop(alloy.still(Verdict::Applied));
    world.plane.flush().unwrap();
    let (events, classes) = (world.events("edge-7"), world.plane.classes.len());
    for _ in 0..100 {
        world.wind(60);
        let answered = config(alloy.still(Verdict::Applied));
        assert!(Arc::ptr_eq(&answered, &given), "one copy for all");
        assert!(!alloy.live.lock().dirty);
    }
    assert_eq!((world.events("edge-7"), world.plane.classes.len()), (events, classes));
}
