//! How an Alloy is removed: its host must still start.

use linkmesh_control::polls::Verdict;
use linkmesh_fleet::state::Status;

use crate::alloy::{Alloy, config};
use crate::world::{World, ana, save_simple};

#[tokio::test]
async fn s24_a_removed_one_is_given_a_comment_its_name_is_free_and_its_host_still_starts() {
    let mut world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    alloy.runs_what_it_is_given();
    let id = "edge-7".parse().unwrap();
    world.plane.remove_collector(&id, false, &ana()).unwrap();
    world.plane.reconcile_all();
    assert!(world.plane.roster.is_empty() && world.plane.collector(&id).is_none());
    assert!(config(alloy.still(Verdict::Applied)).idle);
    let namesake = Alloy::new(&world, "edge-7");
    assert_ne!(namesake.token, alloy.token, "a reused name inherits nothing");
    world.restart();
    let mut alloy = alloy.on(&world);
    alloy.starts();
    assert!(config(alloy.polls()).idle);
    assert_eq!(world.view("edge-7").status, Status::AwaitingConnection, "it is not its namesake");
    world.wind(29 * 24 * 3600);
    drop(alloy.polls());
    world.wind(29 * 24 * 3600);
    world.plane.reconcile_all();
    world.rounds(15);
    world.plane.reconcile_all();
    assert!(world.plane.use_collector_token(&alloy.token).is_some(), "it came in between");
    world.wind(2 * 24 * 3600);
    world.plane.reconcile_all();
    assert!(world.plane.use_collector_token(&alloy.token).is_some(), "a clock that jumps ends no token");
    world.rounds(15);
    world.plane.reconcile_all();
    assert!(world.plane.use_collector_token(&alloy.token).is_none());
}

#[tokio::test]
async fn in_a_hurry_a_removed_one_is_forgotten_also_after_it_was_removed() {
    let world = World::new();
    let id = "edge-7".parse().unwrap();
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    world.plane.remove_collector(&id, false, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&alloy.token).is_some());
    assert!(world.plane.remove_collector(&id, false, &ana()).is_err());
    world.plane.remove_collector(&id, true, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&alloy.token).is_none());
    let mut again = Alloy::new(&world, "edge-7");
    again.starts();
    world.plane.remove_collector(&id, true, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&again.token).is_none());
    // One that never came owes nobody anything.
    let never = Alloy::new(&world, "edge-7");
    world.plane.remove_collector(&id, false, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&never.token).is_none());
}

#[tokio::test]
async fn in_a_hurry_all_who_had_the_name_lose_their_tokens() {
    let world = World::new();
    let id = "edge-7".parse().unwrap();
    let mut older = Alloy::new(&world, "edge-7");
    older.starts();
    world.plane.remove_collector(&id, false, &ana()).unwrap();
    let mut other = Alloy::new(&world, "edge-8");
    other.starts();
    world.plane.remove_collector(&"edge-8".parse().unwrap(), false, &ana()).unwrap();
    let mut newer = Alloy::new(&world, "edge-7");
    newer.starts();
    world.plane.remove_collector(&id, true, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&newer.token).is_none());
    assert!(world.plane.use_collector_token(&older.token).is_none());
    assert!(world.plane.use_collector_token(&other.token).is_some(), "those of other names are left alone");
}
