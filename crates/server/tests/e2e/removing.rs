//! Hosts that will not come back: chosen by how long they were silent, removed also from the repository.

use std::process::Command;

use linkmesh_api::types::Status;
use linkmesh_testkit::cli::Cli;
use linkmesh_testkit::fleet::member;
use linkmesh_testkit::wait::until_seen;

use crate::wire::first_message;
use crate::world::{SERVER, SOON, World};

#[test]
fn hosts_that_stay_away_are_removed_together_and_those_that_are_there_stay() {
    let world = World::new("removing");
    let cli = Cli::new(&world.folder, SERVER.as_ref());
    let said = cli.run_with_input(&["login", world.server.url(), "--token-stdin"], world.server.token());
    assert_eq!(said.code, 0, "{said:?}");
    let mut wires: Vec<_> = (1..=3)
        .map(|number| {
            let mut wire = world.wire(&world.token().token);
            wire.ask(&first_message(member(number)));
            wire
        })
        .collect();
    until_seen("all are listed", SOON, || world.ids(), |ids| ids.len() == 3);
    wires.drain(1..).for_each(crate::wire::Wire::hang_up);
    let away = || world.ids().iter().filter(|id| world.collector(id).status == Status::Disconnected).count();
    until_seen("two are away", SOON, away, |count| *count == 2);

    let refused = cli.run(&["delete", "collectors", "--yes"]);
    assert!(refused.code != 0 && refused.err.contains("--disconnected-for"), "{refused:?}");
    assert_eq!(
        cli.ok(&["delete", "collectors", "--disconnected-for", "30d", "--yes"]),
        "",
        "not for so long"
    );
    until_seen(
        "both are listed as away for a second",
        SOON,
        || cli.ok(&["delete", "collectors", "--disconnected-for", "1s"]).lines().count(),
        |count| *count == 2,
    );
    assert_eq!(world.ids().len(), 3, "a list removes nothing");
    let removed = cli.ok(&["delete", "collectors", "--disconnected-for", "1s", "--yes"]);
    assert_eq!(removed.lines().count(), 2, "{removed}");
    assert_eq!(world.ids(), ["fake-00001"]);
    let listed = Command::new("git")
        .arg("-C")
        .arg(world.server.repository())
        .args(["ls-tree", "-r", "--name-only", "main", "registry"])
        .output()
        .unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.lines().count(), 1, "{listed}");
}
