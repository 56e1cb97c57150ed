//! How collectors are removed, and that they stay removed.

use linkmesh_fleet::attempt::RemoteStatus;
use linkmesh_fleet::enrollment::Refusal;
use linkmesh_fleet::state::Sync;

use crate::world::{World, ana, save_simple};

#[tokio::test]
async fn a_removed_collector_is_told_to_run_nothing_and_then_forgotten() {
    let world = World::new();
    let (token, secret) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    save_simple(&world, "http://127.0.0.1:1");
    host.runs_its_offer();
    world.plane.remove_collector(&"web".parse().unwrap(), false, &ana()).unwrap();
    world.plane.reconcile_all();
    let idle = host.offer().expect("an offer of nothing");
    assert!(idle.idle);
    assert_eq!(world.plane.roster.len(), 1, "not before it has stopped");
    host.says(Some(idle.hash), RemoteStatus::Applied);
    assert!(host.link.wanted().close.is_some());
    assert!(world.plane.roster.is_empty());
    assert_eq!(world.plane.admit_upgrade(&secret).err(), Some(Refusal::Revoked));
    assert!(world.plane.head.in_force().intent.collectors.is_empty());
}

#[tokio::test]
async fn a_collector_that_was_removed_does_not_come_back_on_a_token_that_others_use_too() {
    let world = World::new();
    let (token, secret) = world.token(2, &[]);
    drop(world.connect(&token, 1, "web").await.unwrap());
    let other = world.connect(&token, 2, "db").await.unwrap();
    world.plane.remove_collector(&"web".parse().unwrap(), false, &ana()).unwrap();
    world.plane.reconcile_all();
    assert_eq!(world.connect(&token, 1, "web").await.err(), Some(Refusal::Revoked));
    assert_eq!(world.plane.roster.len(), 1);
    assert!(other.link.wanted().close.is_none(), "the other one is not touched");
    assert!(world.plane.admit_upgrade(&secret).is_ok());
}

#[tokio::test]
async fn what_was_kept_of_a_removed_collector_goes_with_it() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.link
        .report(linkmesh_control::link::Report { effective: Some("a: 1".to_owned()), ..Default::default() });
    world.plane.reconcile_all();
    let key = host.link.live.key.clone();
    drop(host);
    world.plane.remove_collector(&"web".parse().unwrap(), false, &ana()).unwrap();
    world.plane.flush().unwrap();
    assert!(world.plane.effective(&key).unwrap().is_none());
    world.restart();
    assert!(world.plane.roster.is_empty());
}

#[tokio::test]
async fn a_removal_before_the_first_commit_leaves_no_registration_behind() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let claims = [("host.name".to_owned(), "web".to_owned())].into();
    world.plane.enroll(&token, linkmesh_fleet::Uid([1; 16]), &claims).unwrap();
    world.plane.remove_collector(&"web".parse().unwrap(), false, &ana()).unwrap();
    world.plane.reconcile_all();
    assert!(world.plane.head.in_force().intent.collectors.is_empty());
    assert!(world.plane.roster.is_empty());
}

#[tokio::test]
async fn a_registration_removed_by_hand_is_held_also_after_a_restart() {
    let mut world = World::new();
    let (token, secret) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    save_simple(&world, "http://127.0.0.1:1");
    host.runs_its_offer();
    let path = linkmesh_fleet::Place::of(linkmesh_fleet::Kind::Registration, "web".parse().unwrap());
    crate::surviving::push_without(&world, &path.to_string());
    world.plane.reconcile_all();
    assert_eq!(world.view("web").sync, Sync::Held);
    assert!(world.plane.admit_upgrade(&secret).is_ok(), "held, not revoked");
    drop(host);
    world.restart();
    assert_eq!(world.view("web").sync, Sync::Held);
    let host = world.connect(&token, 1, "web").await.unwrap();
    assert!(host.offer().is_none());
}

#[tokio::test]
async fn one_that_is_only_observed_is_offered_nothing() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    save_simple(&world, "http://127.0.0.1:1");
    let patch = linkmesh_control::operate::CollectorPatch { managed: Some(false), ..Default::default() };
    world.plane.patch_collector(&"web".parse().unwrap(), patch, &ana()).unwrap();
    world.plane.reconcile_all();
    assert!(host.offer().is_none(), "although it was released to it before");
    let patch = linkmesh_control::operate::CollectorPatch { managed: Some(true), ..Default::default() };
    world.plane.patch_collector(&"web".parse().unwrap(), patch, &ana()).unwrap();
    world.plane.reconcile_all();
    host.runs_its_offer();
}
