//! How hosts join, and who does not.

use std::sync::Arc;

use linkmesh_control::tokens::TokenDraft;
use linkmesh_fleet::Uid;
use linkmesh_fleet::enrollment::Refusal;
use linkmesh_fleet::state::{Status, Sync};

use crate::world::World;

#[tokio::test]
async fn a_host_joins_with_its_name_labels_and_one_commit() {
    let world = World::new();
    let (token, _) = world.token(1, &[("env", "prod")]);
    let host = world.connect(&token, 1, "Web_01.example.com").await.unwrap();
    host.fresh();
    let view = world.view("web-01-example-com");
    assert_eq!((view.status, view.sync), (Status::Connected, Sync::InSync));
    assert_eq!(view.labels.get("env").map(String::as_str), Some("prod"));
    assert_eq!(view.version.as_deref(), Some("0.158.0"));
    assert_eq!(world.events("web-01-example-com"), ["registered", "connected"]);
    let log =
        world.plane.repo.log(&linkmesh_config_repo::LogQuery { limit: 10, ..Default::default() }).unwrap();
    assert_eq!(log.entries.first().unwrap().author.name, "LinkMesh");
    assert!(
        log.entries.first().unwrap().trailers.contains(&("Enrollment-Token".to_owned(), token.to_string()))
    );
}

#[tokio::test]
async fn a_second_host_of_the_same_name_gets_a_number() {
    let world = World::new();
    let (token, _) = world.token(3, &[]);
    let _a = world.connect(&token, 1, "web").await.unwrap();
    let _b = world.connect(&token, 2, "web").await.unwrap();
    let _c = world.connect(&token, 3, "web").await.unwrap();
    assert_eq!(world.view("web").uid, Some(Uid([1; 16])));
    assert_eq!(world.view("web-2").uid, Some(Uid([2; 16])));
    assert_eq!(world.view("web-3").uid, Some(Uid([3; 16])));
}

#[tokio::test]
async fn a_used_token_belongs_to_its_host_for_good_and_to_nobody_else() {
    let mut world = World::new();
    let (token, secret) = world.token(1, &[]);
    drop(world.connect(&token, 1, "web").await.unwrap());
    world.wind(3600);
    assert!(world.plane.admit_upgrade(&secret).is_ok(), "expiry gates only the first use");
    drop(world.connect(&token, 1, "web").await.unwrap());
    assert_eq!(world.connect(&token, 2, "thief").await.err(), Some(Refusal::UsedUp));
    world.restart();
    drop(world.connect(&token, 1, "web").await.unwrap());
    assert_eq!(world.connect(&token, 2, "thief").await.err(), Some(Refusal::UsedUp));
    assert_eq!(world.plane.roster.len(), 1);
}

#[tokio::test]
async fn an_expired_or_unknown_token_is_refused_before_the_upgrade() {
    let world = World::new();
    let (_, secret) = world.token(1, &[]);
    assert_eq!(world.plane.admit_upgrade("lmenr_nonsense").err(), Some(Refusal::Unknown));
    assert_eq!(world.plane.admit_upgrade("").err(), Some(Refusal::Unknown));
    world.wind(901);
    assert_eq!(world.plane.admit_upgrade(&secret).err(), Some(Refusal::Expired));
}

#[tokio::test]
async fn revoking_closes_the_open_connection_and_ends_the_bearer_of_its_metrics() {
    let world = World::new();
    let (token, secret) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    let bearer = host.link.own_metrics().authorization.trim_start_matches("Bearer ").to_owned();
    assert!(world.plane.admit_push(&bearer).is_some());
    world.plane.revoke_token(&token).unwrap();
    assert!(host.link.wanted().close.is_some());
    assert!(world.plane.admit_push(&bearer).is_none());
    assert_eq!(world.plane.admit_upgrade(&secret).err(), Some(Refusal::Revoked));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_first_uses_at_once_exactly_one_wins() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let mut tries = tokio::task::JoinSet::new();
    for number in 0..200_u8 {
        let (plane, token) = (Arc::clone(&world.plane), token.clone());
        let claims = [("host.name".to_owned(), format!("h{number}"))].into();
        tries.spawn_blocking(move || plane.enroll(&token, Uid([number; 16]), &claims).is_ok());
    }
    let won = tries.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
    assert_eq!(world.plane.roster.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_fleet_that_joins_at_once_with_one_token_is_let_in_to_the_last_host() {
    let world = World::new();
    let (token, _) = world.token(250, &[]);
    let mut joins = tokio::task::JoinSet::new();
    for number in 0..250_u8 {
        let (plane, token) = (Arc::clone(&world.plane), token.clone());
        let claims = [("host.name".to_owned(), format!("h{number}"))].into();
        joins.spawn_blocking(move || plane.enroll(&token, Uid([number; 16]), &claims).err());
    }
    let refused: Vec<Refusal> = joins.join_all().await.into_iter().flatten().collect();
    assert_eq!(refused, []);
    assert_eq!(world.plane.roster.len(), 250);
    assert_eq!(world.connect(&token, 251, "late").await.err(), Some(Refusal::UsedUp));
}

#[tokio::test]
async fn a_rebuilt_host_takes_over_with_a_token_made_for_it_and_the_old_one_ends() {
    let world = World::new();
    let (old, old_secret) = world.token(1, &[("env", "prod")]);
    drop(world.connect(&old, 1, "web").await.unwrap());
    let draft = TokenDraft { for_collector: Some("web".parse().unwrap()), ..TokenDraft::default() };
    let (new, _) = world.plane.create_token(draft, "user:ana").unwrap();
    let host = world.connect(&new.id, 9, "web").await.unwrap();
    assert_eq!(world.view("web").uid, Some(Uid([9; 16])));
    assert_eq!(world.view("web").labels.get("env").map(String::as_str), Some("prod"));
    assert_eq!(world.plane.admit_upgrade(&old_secret).err(), Some(Refusal::Revoked));
    assert!(host.link.wanted().close.is_none(), "the new connection stays");
    let registration =
        world.plane.head.in_force().intent.collectors.get(&"web".parse().unwrap()).cloned().unwrap();
    assert_eq!(registration.uid, Some(Uid([9; 16])));
}

#[tokio::test]
async fn a_known_uid_with_a_foreign_token_is_refused_and_uses_nothing_up() {
    let world = World::new();
    let (mine, _) = world.token(1, &[]);
    drop(world.connect(&mine, 1, "web").await.unwrap());
    let (other, other_secret) = world.token(1, &[]);
    assert_eq!(world.connect(&other, 1, "web").await.err(), Some(Refusal::ForeignUid));
    assert!(world.plane.admit_upgrade(&other_secret).is_ok());
    drop(world.connect(&other, 2, "db").await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn of_two_live_hosts_with_one_uid_the_one_that_answers_keeps_it() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let first = world.connect(&token, 1, "web").await.unwrap();
    let holder = async {
        loop {
            if first.link.wanted().probe {
                first.link.answered_probe();
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let newcomer = world.connect(&token, 1, "clone");
    let refused = tokio::select! { answer = newcomer => answer.err(), () = holder => None };
    assert_eq!(refused, Some(Refusal::DuplicateIdentity));
    assert!(first.link.wanted().close.is_none());
    assert!(world.events("web").contains(&"duplicate_identity"));
}

#[tokio::test(start_paused = true)]
async fn a_dead_socket_gives_way_to_the_same_host_that_comes_back() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let silent = world.connect(&token, 1, "web").await.unwrap();
    let back = world.connect(&token, 1, "web").await.unwrap();
    assert!(silent.link.wanted().close.is_some());
    assert!(back.link.wanted().close.is_none());
    drop(silent);
    assert_eq!(world.view("web").status, Status::Connected, "the old end does not take the new one with it");
}
