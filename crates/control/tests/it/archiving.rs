//! Hosts that stay away: put into the archive, back when they come back, and removed in the end.

use linkmesh_control::tokens::TokenDraft;
use linkmesh_fleet::archive::Ages;
use linkmesh_fleet::state::{Status, Sync};
use linkmesh_fleet::{Id, Uid};

use crate::alloy::{Alloy, config};
use crate::world::{World, ana, save_simple};

const DAY_S: u64 = 24 * 3600;

fn id(name: &str) -> Id {
    name.parse().unwrap()
}

fn archived(world: &World, name: &str) -> bool {
    world.view(name).archived.is_some()
}

/// So long goes by, with rounds only at its end: the wait for everybody begins anew and is over, and nothing was purged yet.
fn pass(world: &World, seconds: u64) {
    world.wind(seconds - 15 * 60);
    world.plane.reconcile_archive();
    world.rounds(15);
}

/// A token whose hosts may stay away for so many days.
fn aged_token(world: &World, archive_days: u64, purge_days: Option<u64>) -> Id {
    let ages = Ages {
        archive_after_s: Some(archive_days * DAY_S),
        purge_after_s: purge_days.map(|days| days * DAY_S),
    };
    let draft = TokenDraft { ages, ..TokenDraft::default() };
    world.plane.create_token(draft, "user:ana").unwrap().0.id.clone()
}

#[tokio::test]
async fn one_that_is_away_is_archived_by_hand_and_back_with_its_first_word() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    let refused = world.plane.archive(&id("web"), None, &ana()).unwrap_err().to_string();
    assert!(refused.contains("is connected") && refused.contains("linkmesh deregister web"), "{refused}");
    drop(host);
    world.plane.archive(&id("web"), Some("decommissioned".to_owned()), &ana()).unwrap();
    world.plane.archive(&id("web"), None, &ana()).unwrap();
    world.restart();
    let view = world.view("web");
    assert_eq!(view.archived.unwrap().reason.as_deref(), Some("decommissioned"), "the first word stays");
    assert!(world.plane.head.in_force().intent.collectors.contains_key(&id("web")), "it stays in Git");
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    assert!(!archived(&world, "web"));
    assert_eq!(world.view("web").status, Status::Connected);
    let events = world.events("web");
    assert_eq!(events.iter().filter(|kind| **kind == "archived").count(), 1, "{events:?}");
    assert_eq!(events.iter().filter(|kind| **kind == "unarchived").count(), 1, "{events:?}");
    drop(host);
    world.restart();
    assert!(!archived(&world, "web"), "that it is back is kept");
    assert!(world.plane.unarchive(&id("web"), &ana()).is_err());
}

#[tokio::test]
async fn what_was_saved_meanwhile_reaches_one_that_is_back_and_waits_for_nobody_who_is_archived() {
    let world = World::new();
    let (token, _) = world.token(2, &[]);
    let away = world.connect(&token, 1, "a").await.unwrap();
    away.fresh();
    drop(away);
    let here = world.connect(&token, 2, "b").await.unwrap();
    here.fresh();
    world.plane.archive(&id("a"), None, &ana()).unwrap();
    save_simple(&world, "http://127.0.0.1:1");
    here.runs_its_offer();
    assert_eq!(world.view("b").sync, Sync::InSync);
    let back = world.connect(&token, 1, "a").await.unwrap();
    back.fresh();
    world.plane.reconcile_all();
    back.runs_its_offer();
    assert_eq!(world.view("a").sync, Sync::InSync);
}

#[tokio::test]
async fn an_alloy_is_back_with_its_first_call_and_gets_its_configuration() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&world, "edge-7");
    alloy.starts();
    alloy.runs_what_it_is_given();
    world.wind(DAY_S);
    world.plane.reconcile_all();
    world.plane.archive(&id("edge-7"), None, &ana()).unwrap();
    assert!(!config(alloy.starts_again()).idle, "it keeps its credential and its configuration");
    assert!(!archived(&world, "edge-7"));
}

#[tokio::test]
async fn the_age_of_a_token_archives_and_then_removes_and_nobody_else() {
    let world = World::new();
    let short = aged_token(&world, 7, Some(30));
    let (plain, _) = world.token(2, &[]);
    drop(world.connect(&short, 1, "aged").await.unwrap());
    drop(world.connect(&plain, 2, "plain").await.unwrap());
    let here = world.connect(&plain, 3, "here").await.unwrap();
    pass(&world, 7 * DAY_S - 1);
    assert!(!archived(&world, "aged"));
    world.wind(1);
    world.plane.reconcile_archive();
    assert!(archived(&world, "aged") && !archived(&world, "plain") && !archived(&world, "here"));
    pass(&world, 30 * DAY_S - 15 * 60);
    world.rounds(14);
    assert!(world.plane.collector(&id("aged")).is_some());
    world.rounds(1);
    assert!(world.plane.collector(&id("aged")).is_none());
    assert!(world.plane.tokens.get(&short).unwrap().revoked_at.is_some(), "its credential ends");
    let left: Vec<_> = world.plane.head.in_force().intent.collectors.keys().cloned().collect();
    assert_eq!(left, [id("here"), id("plain")]);
    let log =
        world.plane.repo.log(&linkmesh_config_repo::LogQuery { limit: 1, ..Default::default() }).unwrap();
    assert_eq!(log.entries.first().unwrap().author.name, "LinkMesh");
    drop(here);
}

#[tokio::test]
async fn the_shortest_age_of_its_groups_and_its_token_holds() {
    let world = World::new();
    let token = aged_token(&world, 30, None);
    drop(world.connect(&token, 1, "web").await.unwrap());
    world
        .save(&[
            ("groups/edge/group.yaml", "{members: [web], archive_after_s: 86400}"),
            ("groups/other/group.yaml", "{members: [db], archive_after_s: 60}"),
        ])
        .unwrap();
    pass(&world, DAY_S - 1);
    assert!(!archived(&world, "web"), "the other group is not its own");
    world.wind(1);
    world.plane.reconcile_archive();
    assert!(archived(&world, "web"));
    let wrong = world.save(&[("groups/edge/group.yaml", "{purge_after_s: 59}")]).unwrap_err();
    assert!(wrong.to_string().contains("purge_after_s"), "{wrong}");
}

#[tokio::test]
async fn one_that_is_there_or_was_never_there_does_not_age() {
    let world = World::new();
    let token = aged_token(&world, 1, None);
    let host = world.connect(&token, 1, "web").await.unwrap();
    world.save(&[("groups/all/group.yaml", "{members: [web, new], archive_after_s: 60}")]).unwrap();
    world
        .plane
        .create_collector("new", linkmesh_fleet::registration::Mode::Opamp, [].into(), vec![], &ana())
        .unwrap();
    pass(&world, 100 * DAY_S);
    assert!(!archived(&world, "web") && !archived(&world, "new"));
    drop(host);
}

#[tokio::test]
async fn a_server_that_was_down_for_long_waits_until_everybody_could_come_back() {
    let mut world = World::new();
    let token = aged_token(&world, 1, Some(1));
    drop(world.connect(&token, 1, "web").await.unwrap());
    world.wind(100 * DAY_S);
    world.restart();
    world.plane.reconcile_archive();
    world.rounds(14);
    assert!(!archived(&world, "web"));
    world.rounds(1);
    assert!(archived(&world, "web"));
    assert_eq!(world.view("web").uid, Some(Uid([1; 16])));
}

#[tokio::test]
async fn a_crash_does_not_make_one_that_was_there_look_long_gone() {
    let mut world = World::new();
    let token = aged_token(&world, 1, None);
    let host = world.connect(&token, 1, "web").await.unwrap();
    for _ in 0..30 {
        world.wind(3600);
        host.link.report(linkmesh_control::link::Report::default());
        world.plane.reconcile_archive();
        world.plane.flush().unwrap();
    }
    drop(host);
    world.crash();
    world.rounds(20);
    assert!(!archived(&world, "web"), "it was there an hour ago");
}

#[tokio::test]
async fn a_rebuilt_host_keeps_the_age_that_its_new_token_does_not_name() {
    let world = World::new();
    let token = aged_token(&world, 7, None);
    drop(world.connect(&token, 1, "web").await.unwrap());
    let draft = TokenDraft { for_collector: Some(id("web")), ..TokenDraft::default() };
    let again = world.plane.create_token(draft, "user:ana").unwrap().0.id.clone();
    drop(world.connect(&again, 2, "web").await.unwrap());
    pass(&world, 7 * DAY_S);
    assert!(archived(&world, "web"));
    let none =
        TokenDraft { ages: Ages { archive_after_s: Some(1), purge_after_s: None }, ..TokenDraft::default() };
    assert!(world.plane.create_token(none, "user:ana").is_err(), "a second is no age");
}

#[tokio::test]
async fn one_that_a_link_leads_to_is_archived_by_its_age_but_not_removed() {
    let world = World::new();
    let token = aged_token(&world, 1, Some(1));
    drop(world.connect(&token, 1, "gw").await.unwrap());
    let link = "{from: 'role = edge', to: gw, endpoints: ['gw.example.com:4317'], signals: [logs]}";
    world.save(&[("links/up.yaml", link)]).unwrap();
    pass(&world, DAY_S);
    pass(&world, DAY_S);
    world.rounds(30);
    assert!(archived(&world, "gw"));
    world
        .save_draft(&linkmesh_control::save::Draft {
            delete: vec!["links/up.yaml".parse().unwrap()],
            ..Default::default()
        })
        .unwrap();
    world.plane.reconcile_archive();
    assert!(world.plane.collector(&id("gw")).is_none());
}

#[tokio::test]
async fn a_clock_that_jumped_archives_nobody_who_is_on_the_way_back() {
    let world = World::new();
    let (one, two) = (aged_token(&world, 1, Some(1)), aged_token(&world, 1, Some(1)));
    let web = world.connect(&one, 1, "web").await.unwrap();
    let db = world.connect(&two, 2, "db").await.unwrap();
    world.rounds(30);
    // The machine slept for a week, and its connections broke meanwhile.
    drop((web, db));
    world.wind(7 * DAY_S);
    world.plane.reconcile_archive();
    world.rounds(10);
    let web = world.connect(&one, 1, "web").await.unwrap();
    world.rounds(5);
    assert!(!archived(&world, "web") && archived(&world, "db"));
    // And again, so that the one in the archive looks long gone at once.
    world.wind(7 * DAY_S);
    world.plane.reconcile_archive();
    world.rounds(25);
    let db = world.connect(&two, 2, "db").await.unwrap();
    world.rounds(60);
    assert!(world.plane.collector(&id("db")).is_some() && !archived(&world, "db"));
    drop((web, db));
}

#[tokio::test]
async fn an_archived_one_is_removed_only_after_this_process_has_seen_it_there_for_long_enough() {
    let mut world = World::new();
    let token = aged_token(&world, 1, Some(1));
    drop(world.connect(&token, 1, "web").await.unwrap());
    pass(&world, DAY_S);
    assert!(archived(&world, "web"));
    world.wind(100 * DAY_S);
    world.restart();
    world.rounds(29);
    assert!(world.plane.collector(&id("web")).is_some());
    world.rounds(1);
    assert!(world.plane.collector(&id("web")).is_none());
}
