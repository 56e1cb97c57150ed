//! What a backup holds, and what is left after a restore.

use linkmesh_control::backup::{RestoreError, restore};
use linkmesh_control::mutate::Act;
use linkmesh_control::{ControlPlane, Settings};
use linkmesh_fleet::access::Permission;
use linkmesh_fleet::state::Sync;

use crate::world::{World, ana, save_simple};

#[tokio::test]
async fn what_was_restored_is_what_was_there_and_its_audit_log_is_unbroken() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    let saved = save_simple(&world, "http://127.0.0.1:1");
    host.runs_its_offer();
    let act = Act::new(Permission::DeliveryOperate, "delivery.freeze", "delivery");
    world.plane.mutate(&ana(), act, |_| Ok::<_, String>(())).unwrap();
    // Not written down yet when the backup begins.
    assert_eq!(world.view("web").sync, Sync::InSync);
    let mut archive = Vec::new();
    let about = world.plane.backup(&mut archive).unwrap();
    assert_eq!(about.revision, saved.revision);
    let later = save_simple(&world, "http://127.0.0.1:2");

    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    restore(&mut archive.as_slice(), &data_dir, false, 0).unwrap();
    let settings =
        Settings { data_dir: data_dir.clone(), external_url: String::new(), clock: world.clock.clone() };
    let plane = ControlPlane::open(&settings).unwrap();
    assert_eq!(plane.head.in_force().revision, saved.revision);
    assert_ne!(later.revision, saved.revision);
    let (before, after) = (world.plane.journal.audit_page(None, 500), plane.journal.audit_page(None, 500));
    let (before, after) = (before.unwrap(), after.unwrap());
    assert!(after.broken.is_none() && !after.entries.is_empty());
    assert!(after.entries.iter().all(|entry| before.entries.contains(entry)), "the same entries");
    let live = plane.roster.by_uid(&linkmesh_fleet::Uid([1; 16])).unwrap();
    assert!(live.lock().record.ledger.last_applied.is_some(), "what it runs is known");

    // It goes on from there, and no number is given out twice.
    let next = plane.create_token(Default::default(), "user:ana").unwrap();
    assert_ne!(next.0.id, token);
    plane.close();
    let again = restore(&mut archive.as_slice(), &data_dir, false, 0);
    assert!(matches!(again, Err(RestoreError::NotEmpty(_))), "{again:?}");
}

#[test]
fn a_restore_that_was_cut_off_keeps_every_server_out() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".restoring")).unwrap();
    let clock = linkmesh_control::clock::Clock::System;
    let settings = Settings { data_dir: folder.path().to_owned(), external_url: String::new(), clock };
    let refused = ControlPlane::open(&settings).err().unwrap().to_string();
    assert!(refused.contains("restore again"), "{refused}");
    let refused = restore(&mut &b""[..], folder.path(), true, 0).unwrap_err().to_string();
    assert!(refused.contains("restore again"), "{refused}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was made");
}
