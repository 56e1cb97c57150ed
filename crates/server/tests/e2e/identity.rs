//! A copied storage directory: two live hosts with one identity.

use std::path::Path;

use linkmesh_api::types::Status;
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::{until, until_seen};

use crate::world::{SOON, World};

#[test]
fn a_copied_host_is_refused_and_named_and_the_first_is_not_touched() {
    let world = World::new("clone");
    let token = world.token();
    let mut first = Supervisor::prepare(&world.folder, "first", &world.bootstrap(&token.token));
    first.start();
    let id = until("the host is listed", crate::world::JOIN_MAX, || world.ids().into_iter().next());
    let before = world.settled(&id);
    let pid = first.collector_pid();

    let mut copy = Supervisor::prepare(&world.folder, "copy", &world.bootstrap(&token.token));
    copy_identity(&first.storage(), &copy.storage());
    copy.start();
    let event = world.event(&id, "duplicate_identity", 1);
    assert!(event.message.contains("delete its storage directory"), "it says what to do: {}", event.message);
    until("the copy is told as well", SOON, || copy.said().contains("another live host").then_some(()));
    let after = world.collector(&id);
    assert_eq!((after.status, after.uid.clone()), (Status::Connected, before.uid.clone()));
    assert_eq!(after.connected_at, before.connected_at, "the first one never lost its connection");
    assert_eq!(world.count(&id, "disconnected"), 0);
    assert!(pid.is_some() && first.collector_pid() == pid);
    assert_eq!(world.ids(), [id.as_str()]);

    // The remedy that the event names.
    copy.stop();
    std::fs::remove_dir_all(copy.storage()).unwrap();
    let mut cured = Supervisor::prepare(&world.folder, "copy", &world.bootstrap(&world.token().token));
    cured.start();
    until_seen(
        "it joins as a collector of its own",
        crate::world::JOIN_MAX,
        || world.ids(),
        |ids| ids.len() == 2,
    );
    assert_eq!(world.collector(&id).uid, before.uid);
}

/// What a cloned disk image carries over: the identity, and nothing that runs yet.
fn copy_identity(from: &Path, to: &Path) {
    let name = "persistent_state.yaml";
    std::fs::copy(from.join(name), to.join(name)).unwrap();
}
