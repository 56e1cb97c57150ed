//! That every change is checked and written down, and that nobody can rewrite what was.

use std::sync::Arc;

use linkmesh_control::accounts::Principal;
use linkmesh_control::clock::Clock;
use linkmesh_control::mutate::{Act, MutateError};
use linkmesh_control::{ControlPlane, Settings};
use linkmesh_fleet::Timestamp;
use linkmesh_fleet::access::{Permission, Role};
use linkmesh_fleet::audit::Outcome;
use linkmesh_store::{Expected, Memory, Store as _, Table};

use crate::world::{World, ana};

fn viewer() -> Principal {
    Principal { id: "vic".to_owned(), name: "Vic".to_owned(), role: Role::Viewer, ..ana() }
}

fn act() -> Act {
    Act::new(Permission::DeliveryOperate, "delivery.freeze", "delivery")
        .after(serde_json::json!({"frozen": true}))
}

#[test]
fn who_may_not_is_stopped_and_written_down() {
    let world = World::new();
    let done = world.plane.mutate(&viewer(), act(), |_| -> Result<(), String> { panic!("must not happen") });
    assert!(matches!(done, Err(MutateError::Denied(_))), "{done:?}");
    let entries = world.plane.audit(None, 10).unwrap().entries;
    let found: Vec<_> = entries.iter().map(|e| (e.actor.as_str(), e.outcome)).collect();
    assert_eq!(found, [("user:vic", Outcome::Refused)]);
}

#[test]
fn a_change_is_written_down_before_and_after_and_knows_its_entry() {
    let world = World::new();
    let told = world
        .plane
        .mutate(&ana(), act(), |number| {
            let before = world.plane.audit(None, 10).unwrap().entries;
            assert_eq!(before.first().map(|e| (e.seq, e.outcome)), Some((number, Outcome::Intended)));
            Ok::<_, String>(number)
        })
        .unwrap();
    let failed = world.plane.mutate(&ana(), act(), |_| Err::<(), _>("the disk is full".to_owned()));
    assert!(matches!(failed, Err(MutateError::Failed(_))));
    let entries = world.plane.audit(None, 10).unwrap().entries;
    let found: Vec<_> = entries.iter().rev().map(|e| (e.outcome, e.of, e.detail.as_deref())).collect();
    assert_eq!(
        found,
        [
            (Outcome::Intended, None, None),
            (Outcome::Done, Some(told), None),
            (Outcome::Intended, None, None),
            (Outcome::Failed, Some(told + 2), Some("the disk is full")),
        ]
    );
}

#[test]
fn what_cannot_be_written_down_does_not_happen() {
    let world = World::new();
    world.plane.close();
    let done = world.plane.mutate(&ana(), act(), |_| -> Result<(), String> { panic!("must not happen") });
    assert!(matches!(done, Err(MutateError::Audit(_))), "{done:?}");
}

#[test]
fn a_credential_in_an_error_does_not_reach_the_log() {
    let world = World::new();
    let draft = linkmesh_control::save::Draft {
        put: crate::world::entities(&[(
            "fleet/destinations/out.yaml",
            "{type: otlp-http, endpoint: 'http://127.0.0.1:1', credentials: hunter2-secret}",
        )]),
        ..Default::default()
    };
    let act = Act::new(Permission::DeliveryOperate, "config.save", "x");
    let done = world.plane.mutate(&ana(), act, |number| world.plane.save(&draft, &ana(), number));
    assert!(done.is_err());
    let text = serde_json::to_string(&world.plane.audit(None, 10).unwrap().entries).unwrap();
    assert!(!text.contains("hunter2-secret"), "{text}");
}

#[test]
fn a_log_that_somebody_changed_says_so_when_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Memory::new());
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        external_url: String::new(),
        clock: Clock::by_hand(Timestamp(1_800_000_000_000)),
    };
    let plane = ControlPlane::open_with(&settings, Arc::clone(&store) as _).unwrap();
    for _ in 0..5 {
        plane.mutate(&ana(), act(), |_| Ok::<_, String>(())).unwrap();
    }
    let whole = plane.audit(None, 100).unwrap();
    assert_eq!((whole.entries.len(), whole.broken), (10, None));
    let key = 4_u64.to_be_bytes();
    let text = String::from_utf8(store.get(Table::Audit, &key).unwrap().unwrap().bytes).unwrap();
    let forged = text.replace("user:ana", "user:eve");
    assert_ne!(text, forged);
    store.put_if(Table::Audit, &key, Expected::Any, forged.into_bytes()).unwrap();
    assert_eq!(plane.audit(None, 100).unwrap().broken.unwrap().seq, 4);
    assert_eq!(plane.audit(None, 3).unwrap().broken, None, "a page speaks for itself");
    assert_eq!(plane.audit(Some(5), 1).unwrap().broken.unwrap().seq, 4);
    assert_eq!(plane.verify_audit().unwrap().unwrap().seq, 4);
    store.put_if(Table::Audit, &key, Expected::Any, b"nonsense".to_vec()).unwrap();
    assert_eq!(
        plane.audit(None, 100).unwrap().broken.unwrap().seq,
        4,
        "an unreadable entry is not passed over"
    );
    store.put_if(Table::Audit, &key, Expected::Any, text.into_bytes()).unwrap();
    store.delete_if(Table::Audit, &7_u64.to_be_bytes(), Expected::Any).unwrap();
    assert_eq!(plane.audit(None, 100).unwrap().broken.unwrap().seq, 8, "nor is one that is gone");
}

#[test]
fn after_a_write_that_nobody_knows_the_end_of_the_log_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Memory::new());
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        external_url: String::new(),
        clock: Clock::by_hand(Timestamp(1_800_000_000_000)),
    };
    let plane = ControlPlane::open_with(&settings, Arc::clone(&store) as _).unwrap();
    plane.mutate(&ana(), act(), |_| Ok::<_, String>(())).unwrap();
    // The store took an entry whose answer was lost on the way: as another process would have written it.
    let other = ControlPlane::open_with(
        &Settings { data_dir: tempfile::tempdir().unwrap().keep(), ..settings },
        Arc::clone(&store) as _,
    )
    .unwrap();
    other.mutate(&ana(), act(), |_| Ok::<_, String>(())).unwrap();
    plane.mutate(&ana(), act(), |_| Ok::<_, String>(())).unwrap();
    let whole = plane.audit(None, 100).unwrap();
    assert_eq!((whole.entries.len(), whole.broken), (6, None));
}
