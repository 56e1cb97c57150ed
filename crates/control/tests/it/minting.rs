//! Collector tokens: how one replaces another.

use linkmesh_control::operate::OperateError;
use linkmesh_fleet::registration::Mode;

use crate::alloy::Alloy;
use crate::world::{World, ana};

#[tokio::test]
async fn the_old_token_holds_until_the_new_one_is_first_used() {
    let mut world = World::new();
    let alloy = Alloy::new(&world, "edge-7");
    let old = alloy.token.clone();
    let new = world.plane.mint_token(&"edge-7".parse().unwrap(), false, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&old).is_some());
    world.restart();
    assert!(world.plane.admit_push(&old).is_some(), "also after a restart, and for pushes");
    assert!(world.plane.check_collector_token(&new).is_some(), "a look is no use");
    assert!(world.plane.use_collector_token(&old).is_some());
    assert!(world.plane.use_collector_token(&new).is_some());
    assert!(world.plane.use_collector_token(&old).is_none());
    assert!(world.plane.admit_push(&old).is_none());
    assert_eq!(world.events("edge-7").iter().filter(|word| **word == "token_minted").count(), 2);
}

#[tokio::test]
async fn an_unused_new_token_leaves_the_old_one_a_day() {
    let world = World::new();
    let alloy = Alloy::new(&world, "edge-7");
    let id = "edge-7".parse().unwrap();
    let lost = world.plane.mint_token(&id, false, &ana()).unwrap();
    world.wind(3600);
    let new = world.plane.mint_token(&id, false, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&lost).is_none(), "it was never used and is replaced");
    assert!(world.plane.use_collector_token(&alloy.token).is_some(), "the one that the host has holds on");
    world.wind(23 * 3600 - 1);
    assert!(world.plane.use_collector_token(&alloy.token).is_some());
    world.wind(2);
    assert!(world.plane.use_collector_token(&alloy.token).is_none(), "its day began with the first new one");
    let last = world.plane.mint_token(&id, false, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&alloy.token).is_none(), "another one does not bring it back");
    assert!(world.plane.use_collector_token(&new).is_none());
    assert!(world.plane.use_collector_token(&last).is_some());
}

#[tokio::test]
async fn in_a_hurry_the_old_token_ends_at_once_and_revoking_ends_all() {
    let world = World::new();
    let alloy = Alloy::new(&world, "edge-7");
    let id = "edge-7".parse().unwrap();
    let new = world.plane.mint_token(&id, true, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&alloy.token).is_none());
    assert!(world.plane.use_collector_token(&new).is_some());
    world.plane.revoke_collector_token(&id, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&new).is_none());
    assert!(world.plane.revoke_collector_token(&id, &ana()).is_err(), "there is none any more");
    let third = world.plane.mint_token(&id, false, &ana()).unwrap();
    assert!(world.plane.use_collector_token(&new).is_none(), "what was revoked does not come back");
    assert!(world.plane.use_collector_token(&third).is_some());
}

#[tokio::test]
async fn a_collector_of_the_other_mode_has_no_token_to_mint_and_an_alloy_does_not_enroll() {
    let world = World::new();
    world.plane.create_collector("web", Mode::Opamp, [].into(), Vec::new(), &ana()).unwrap();
    let refused = world.plane.mint_token(&"web".parse().unwrap(), false, &ana()).unwrap_err();
    assert!(refused.to_string().contains("token create --for web"), "{refused}");
    Alloy::new(&world, "edge-7");
    let draft = linkmesh_control::tokens::TokenDraft {
        for_collector: Some("edge-7".parse().unwrap()),
        ..Default::default()
    };
    let refused = world.plane.create_token(draft, "user:ana").unwrap_err();
    assert!(refused.to_string().contains("token mint edge-7"), "{refused}");
}

#[tokio::test]
async fn a_token_that_could_not_be_stored_was_not_made() {
    let world = World::new();
    let alloy = Alloy::new(&world, "edge-7");
    world.plane.close();
    let id = "edge-7".parse().unwrap();
    assert!(world.plane.mint_token(&id, true, &ana()).is_err());
    assert!(world.plane.use_collector_token(&alloy.token).is_some(), "the old one holds");
}

#[tokio::test]
async fn a_revocation_that_could_not_be_stored_holds_and_may_be_repeated() {
    let world = World::new();
    let alloy = Alloy::new(&world, "edge-7");
    world.plane.close();
    let id = "edge-7".parse().unwrap();
    for _ in 0..2 {
        let refused = world.plane.revoke_collector_token(&id, &ana()).unwrap_err();
        assert!(matches!(refused, OperateError::Store(_)), "{refused}");
        assert!(world.plane.use_collector_token(&alloy.token).is_none(), "whoever has it is out");
    }
    assert_eq!(world.events("edge-7").iter().filter(|word| **word == "token_revoked").count(), 1);
}

#[tokio::test]
async fn whoever_names_a_collector_where_a_token_is_revoked_is_told_the_right_command() {
    let world = World::new();
    let told = |name: &str| {
        let id = name.parse().unwrap();
        world.plane.revoke_token(&id).unwrap_err().to_string()
    };
    let mut alloy = Alloy::new(&world, "edge-7");
    assert!(told("edge-7").contains("`linkmesh token revoke edge-7 --collector`"), "{}", told("edge-7"));
    alloy.starts();
    world.plane.remove_collector(&"edge-7".parse().unwrap(), false, &ana()).unwrap();
    assert!(told("edge-7").contains("`linkmesh deregister edge-7 --now`"), "{}", told("edge-7"));
    let (token, _) = world.token(1, &[]);
    drop(world.connect(&token, 1, "web").await.unwrap());
    let right = format!("`linkmesh token revoke {token}`");
    assert!(told("web").contains(&right), "{}", told("web"));
    let refused = world.plane.revoke_collector_token(&"web".parse().unwrap(), &ana()).unwrap_err();
    assert!(refused.to_string().contains(&right), "{refused}");
    assert_eq!(told("nobody"), "there is no enrollment token `nobody`");
}
