//! That events are kept in order and within bounds, whatever hosts do.

use linkmesh_control::journal::{COLLECTOR_EVENTS_A_MINUTE_MAX, EVENTS_MAX};
use linkmesh_control::link::Report;
use linkmesh_fleet::ConfigHash;
use linkmesh_fleet::attempt::{RemoteStatus, Reported};
use linkmesh_fleet::event::EventKind;

use crate::world::World;

#[tokio::test]
async fn one_noisy_collector_does_not_push_out_what_others_did() {
    let world = World::new();
    let (token, _) = world.token(2, &[]);
    let noisy = world.connect(&token, 1, "noisy").await.unwrap();
    let other = world.connect(&token, 2, "other").await.unwrap();
    for number in 0..5000_u32 {
        let hash = Some(ConfigHash::of(&number.to_be_bytes()));
        noisy.link.report(Report {
            remote: Some(Reported { hash, status: RemoteStatus::Applied }),
            ..Report::default()
        });
    }
    let count = world.events("noisy").len();
    assert!(count <= usize::try_from(COLLECTOR_EVENTS_A_MINUTE_MAX).unwrap(), "{count} events");
    drop(other);
    assert!(world.events("other").contains(&"disconnected"));
    world.wind(61);
    drop(noisy);
    assert!(world.events("noisy").contains(&"disconnected"), "the next minute is a new one");
}

#[test]
fn the_oldest_events_go_and_numbers_go_on_after_a_restart() {
    let mut world = World::new();
    let at = world.clock.now();
    for number in 0..EVENTS_MAX + 1500 {
        world.plane.journal.event(at, EventKind::EnrollmentCreated, None, number.to_string());
    }
    let kept = world.plane.journal.events_after(0, usize::MAX);
    assert_eq!(kept.len(), EVENTS_MAX);
    let last = kept.last().unwrap().id;
    world.plane.flush().unwrap();
    world.restart();
    let again = world.plane.journal.events_before(None, usize::MAX, |_| true);
    assert!(again.len() <= EVENTS_MAX, "{}", again.len());
    assert!(again.first().unwrap().id >= last, "no number is used twice");
    assert!(again.windows(2).all(|pair| matches!(pair, [a, b] if a.id > b.id)));
}
