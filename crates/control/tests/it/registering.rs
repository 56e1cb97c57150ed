//! What enrollment may not do to the revision in force.

use crate::surviving::push;
use crate::world::{World, save_simple};

#[tokio::test]
async fn an_enrollment_does_not_put_an_invalid_revision_in_force() {
    let world = World::new();
    let saved = save_simple(&world, "http://127.0.0.1:1");
    push(&world, "fleet/routes/all.yaml", "sources: [app]\ndestinations: [gone]\n");
    world.plane.reconcile_all();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    world.plane.reconcile_all();
    assert_eq!(world.plane.head.in_force().revision, saved.revision);
    assert!(world.plane.head.invalid().is_some());
    world.save(&[("fleet/routes/all.yaml", "{sources: [app], destinations: [out], priority: 7}")]).unwrap();
    world.plane.reconcile_all();
    assert!(world.plane.head.invalid().is_none());
    host.runs_its_offer();
}

#[tokio::test]
async fn after_a_restart_the_last_good_revision_is_in_force_again() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[("env", "prod")]);
    drop(world.connect(&token, 1, "web").await.unwrap());
    let saved = save_simple(&world, "http://127.0.0.1:1");
    push(&world, "fleet/routes/all.yaml", "sources: [app]\ndestinations: [gone]\n");
    push(&world, "fleet/routes/more.yaml", "sources: [app]\ndestinations: [gone]\n");
    world.plane.reconcile_all();
    world.restart();
    assert_eq!(world.plane.head.in_force().revision, saved.revision);
    assert!(world.plane.head.invalid().is_some());
    assert_eq!(world.view("web").labels.get("env").map(String::as_str), Some("prod"));
}

#[tokio::test]
async fn versions_that_hosts_make_up_do_not_make_classes_without_end() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    save_simple(&world, "http://127.0.0.1:1");
    for number in 0..700 {
        let claims = [
            ("host.name".to_owned(), "web".to_owned()),
            (
                "service.version".to_owned(),
                if number % 2 == 0 { format!("v{number}-x") } else { format!("0.158.{number}") },
            ),
        ];
        host.link
            .report(linkmesh_control::link::Report { claims: Some(claims.into()), ..Default::default() });
    }
    let classes = world.plane.classes.len();
    assert!(classes <= 256, "{classes} classes");
    world.plane.reconcile_all();
    assert!(world.view("web").desired.is_some());
}
