//! Several hosts that claim to be one collector.

use std::time::Duration;

use linkmesh_fleet::enrollment::Refusal;

use crate::world::World;

#[tokio::test(start_paused = true)]
async fn of_many_clones_at_once_none_drives_out_the_living_holder() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let first = world.connect(&token, 1, "web").await.unwrap();
    let holder = async {
        loop {
            // A living host is not instant: it answers what it was asked a moment ago.
            if first.link.wanted().probe {
                tokio::time::sleep(Duration::from_millis(300)).await;
                first.link.answered_probe();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let clones = async {
        let clone = |after_ms| {
            let (world, token) = (&world, &token);
            async move {
                tokio::time::sleep(Duration::from_millis(after_ms)).await;
                world.connect(token, 1, "clone").await.err()
            }
        };
        tokio::join!(clone(0), clone(5), clone(290), clone(310))
    };
    let refused = tokio::select! { answers = clones => answers, () = holder => unreachable!() };
    let duplicate = Some(Refusal::DuplicateIdentity);
    assert_eq!(refused, (duplicate, duplicate, duplicate, duplicate));
    assert!(first.link.wanted().close.is_none(), "the holder stays");
}
