//! How a rebuilt host takes a collector over, and who is not harmed by it.

use linkmesh_control::link::Report;
use linkmesh_control::operate::CollectorPatch;
use linkmesh_control::tokens::TokenDraft;
use linkmesh_fleet::enrollment::Refusal;
use linkmesh_fleet::{Id, Uid};

use crate::world::{World, ana};

fn token_for(world: &World, id: &str) -> Id {
    let draft = TokenDraft { for_collector: Some(id.parse().unwrap()), ..TokenDraft::default() };
    world.plane.create_token(draft, "user:ana").unwrap().0.id.clone()
}

#[tokio::test]
async fn a_shared_token_goes_on_for_the_others_when_one_host_is_rebuilt() {
    let world = World::new();
    let (shared, secret) = world.token(2, &[]);
    drop(world.connect(&shared, 1, "web").await.unwrap());
    let other = world.connect(&shared, 2, "db").await.unwrap();
    let new = token_for(&world, "web");
    let _web = world.connect(&new, 9, "web").await.unwrap();
    assert!(other.link.wanted().close.is_none(), "the other one is not touched");
    assert!(world.plane.admit_upgrade(&secret).is_ok());
    assert_eq!(world.connect(&shared, 1, "web").await.err(), Some(Refusal::Revoked), "its old life is over");
    assert_eq!(world.plane.roster.len(), 2);
}

#[tokio::test]
async fn labels_changed_while_a_new_uid_waits_for_its_commit_are_kept() {
    let world = World::new();
    let (token, _) = world.token(1, &[("env", "test")]);
    drop(world.connect(&token, 1, "web").await.unwrap());
    let new = token_for(&world, "web");
    world.plane.enroll(&new, Uid([9; 16]), &std::collections::BTreeMap::new()).unwrap();
    let labels = [("env".to_owned(), Some("prod".to_owned()))].into();
    let patch = CollectorPatch { labels, ..Default::default() };
    world.plane.patch_collector(&"web".parse().unwrap(), patch, &ana()).unwrap();
    world.plane.reconcile_all();
    world.plane.reconcile_all();
    let head = world.plane.head.in_force();
    let registration = head.intent.collectors.get(&"web".parse().unwrap()).unwrap();
    assert_eq!(registration.uid, Some(Uid([9; 16])));
    assert_eq!(registration.labels.get("env").map(String::as_str), Some("prod"));
}

#[tokio::test]
async fn what_an_old_connection_still_says_is_not_believed_of_the_new_one() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let old = world.connect(&token, 1, "web").await.unwrap();
    old.fresh();
    let new = token_for(&world, "web");
    let rebuilt = world.connect(&new, 9, "web").await.unwrap();
    rebuilt.feels(true, "");
    let sick = linkmesh_fleet::state::ComponentHealth { last_error: "old".to_owned(), ..Default::default() };
    old.link.report(Report { health: Some(sick), leaving: true, ..Report::default() });
    assert!(world.view("web").health_reason.is_none());
    drop(old);
    assert!(world.view("web").connected_at.is_some());
}

#[tokio::test]
async fn a_host_cannot_make_its_description_huge_or_misleading() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let mut claims: std::collections::BTreeMap<String, String> =
        (0..200).map(|n| (format!("a{n:03}"), "x".repeat(5000))).collect();
    claims.insert("host.name".to_owned(), "web\u{202e}moc".to_owned());
    claims.insert("service.version".to_owned(), "0.158.0".to_owned());
    let live = world.plane.enroll(&token, Uid([1; 16]), &claims).unwrap();
    let record = live.lock().record.clone();
    let kept: usize = record.claims.iter().map(|(key, value)| key.len() + value.len()).sum();
    assert!(kept < 128 * 1024, "{kept} bytes");
    assert_eq!(record.version(), Some("0.158.0"), "what decides goes before what does not");
    let name = record.registration_due.unwrap().name;
    assert!(!name.contains('\u{202e}') && !record.claims["host.name"].contains('\u{202e}'), "{name:?}");
}
