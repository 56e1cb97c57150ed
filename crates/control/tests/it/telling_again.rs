//! A collector that was told where to push and never comes with that token is told again, and not for ever.

use linkmesh_control::link::{Report, StalePush};
use linkmesh_fleet::event::{Event, EventKind};
use linkmesh_fleet::{Id, Uid};

use crate::world::{Host, World};

/// Joined, well, and told where to push.
async fn told(world: &World) -> Host {
    let (token, _) = world.token(1, &[]);
    told_with(world, &token).await
}

async fn told_with(world: &World, token: &Id) -> Host {
    let host = world.connect(token, 1, "web").await.unwrap();
    host.feels(true, "");
    tell(&host);
    host
}

/// The offer is sent, and the collector says hello after it.
fn tell(host: &Host) {
    host.link.offered_own_metrics(&host.link.own_metrics());
    host.link.report(Report::default());
}

/// Takes what is due and says whether anything was.
fn takes(host: &Host) -> bool {
    let wanted = host.link.wanted();
    if let Some(offer) = &wanted.own_metrics {
        host.link.offered_own_metrics(offer);
        host.link.report(Report::default());
    }
    wanted.own_metrics.is_some()
}

fn bearer(host: &Host) -> String {
    host.link.own_metrics().authorization.trim_start_matches("Bearer ").to_owned()
}

#[tokio::test]
async fn a_token_that_is_never_used_is_told_again_after_a_while_and_twice_at_most() {
    let world = World::new();
    let host = told(&world).await;
    world.wind(89);
    world.plane.reconcile_own_metrics();
    assert!(!takes(&host), "three intervals are not over");
    world.wind(1);
    world.plane.reconcile_own_metrics();
    assert_eq!(host.link.wanted().own_metrics_again, 1, "an agent must not take it for the one before");
    assert!(takes(&host));
    let mut again = 0;
    for _ in 0..10 {
        world.wind(90);
        world.plane.reconcile_own_metrics();
        again += u8::from(takes(&host));
    }
    assert_eq!(again, 1, "each time restarts a collector whose host may not reach the address at all");
}

#[tokio::test]
async fn a_restarted_server_does_not_tell_again_what_was_told_in_vain_until_the_collector_is_heard() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = told_with(&world, &token).await;
    for _ in 0..4 {
        world.wind(90);
        world.plane.reconcile_own_metrics();
        takes(&host);
    }
    drop(host);
    world.restart();
    let host = world.connect(&token, 1, "web").await.unwrap();
    world.wind(3600);
    world.plane.reconcile_own_metrics();
    assert!(
        !takes(&host),
        "its host does not reach the address; another restart of the collector does not help"
    );
    assert!(world.plane.admit_push(&bearer(&host)).is_some());
    tell(&host);
    world.wind(90);
    world.plane.reconcile_own_metrics();
    assert!(takes(&host), "once it was heard, the count begins anew");
}

#[tokio::test]
async fn a_token_that_is_used_is_not_told_again() {
    let world = World::new();
    let host = told(&world).await;
    assert!(world.plane.admit_push(&bearer(&host)).is_some());
    world.wind(3600);
    world.plane.reconcile_own_metrics();
    assert!(!takes(&host));
}

#[tokio::test]
async fn a_collector_that_is_not_well_is_not_blamed_for_its_silence() {
    let world = World::new();
    let host = told(&world).await;
    host.feels(false, "exited");
    world.wind(3600);
    world.plane.reconcile_own_metrics();
    assert!(!takes(&host));
    host.feels(true, "");
    world.plane.reconcile_own_metrics();
    assert!(takes(&host));
}

#[tokio::test]
async fn a_token_told_on_a_connection_before_has_its_time_on_this_one() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = told_with(&world, &token).await;
    drop(host);
    world.wind(3600);
    world.restart();
    let host = world.connect(&token, 1, "web").await.unwrap();
    world.plane.reconcile_own_metrics();
    assert!(!takes(&host), "it has just come");
    world.wind(90);
    world.plane.reconcile_own_metrics();
    assert!(takes(&host));
}

#[tokio::test]
async fn a_push_with_the_token_before_is_answered_by_telling_the_present_one_at_once() {
    let world = World::new();
    let host = told(&world).await;
    let (key, generation) = {
        let state = host.link.live.lock();
        (state.record.key.clone(), state.record.generation)
    };
    let former = world.plane.keys.collector_token(&key, generation - 1);
    assert!(world.plane.admit_push(&former).is_none());
    assert_eq!(world.plane.note_stale_push(&former), Some(StalePush::Known));
    assert!(!takes(&host), "what the offer stopped pushes once more");
    world.wind(5);
    assert_eq!(world.plane.note_stale_push(&former), Some(StalePush::Known));
    assert!(takes(&host));
}

#[tokio::test]
async fn a_push_with_the_token_of_a_lost_record_is_known_by_its_uid_and_a_forged_one_by_nothing() {
    let world = World::new();
    let host = told(&world).await;
    world.wind(5);
    let lost = world.plane.keys.collector_token("0123456789abcdef", 1);
    assert_eq!(world.plane.note_stale_push(&lost), Some(StalePush::Lost));
    world.plane.note_lost_push(Uid([9; 16]));
    assert!(!takes(&host), "somebody else's");
    world.plane.note_lost_push(Uid([1; 16]));
    assert!(takes(&host));
    assert_eq!(world.plane.note_stale_push(&format!("{lost}x")), None);
    assert_eq!(world.plane.note_stale_push("lmcol_"), None);
}

#[tokio::test]
async fn numbers_that_carry_the_identity_of_another_are_told_once_they_last() {
    let world = World::new();
    let _host = told(&world).await;
    let live = world.plane.roster.by_id(&"web".parse().unwrap()).unwrap();
    let other = Some(Uid([9; 16]));
    let told = || {
        let refused = |event: &Event| event.kind == EventKind::OwnMetricsRefused;
        world.plane.journal.events_before(None, 10, refused).len()
    };
    // Somebody who was just given another identity goes on with the former for a moment.
    world.plane.note_claims(&live, other);
    world.wind(30);
    world.plane.note_claims(&live, other);
    world.plane.note_claims(&live, None);
    world.wind(30);
    world.plane.note_claims(&live, other);
    assert_eq!((told(), world.view("web").numbers_reason), (0, None));
    world.wind(45);
    world.plane.note_claims(&live, other);
    world.plane.note_claims(&live, other);
    let reason = world.view("web").numbers_reason.unwrap();
    assert!(
        reason.contains(&Uid([9; 16]).to_string()) && reason.contains(&Uid([1; 16]).to_string()),
        "{reason}"
    );
    assert_eq!(told(), 1, "once, however many pushes come");
    world.plane.note_claims(&live, None);
    assert_eq!(world.view("web").numbers_reason, None);
}
