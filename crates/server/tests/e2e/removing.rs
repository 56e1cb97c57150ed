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
        "delete: 0 of 0 collectors done\n",
        "not for so long"
    );
    until_seen(
        "both are listed as away for a second",
        SOON,
        || cli.ok(&["delete", "collectors", "--disconnected-for", "1s"]).lines().count(),
        |count| *count == 2,
    );
    let fewer = cli.run(&["delete", "collectors", "--disconnected-for", "1s", "--yes", "--expect", "1"]);
    assert!(fewer.code != 0 && fewer.err.contains("match now (2) than were expected (1)"), "{fewer:?}");
    assert_eq!(
        world.ids().len(),
        3,
        "a list removes nothing, and neither does what would reach more than was meant"
    );
    let removed = cli.run(&["delete", "collectors", "--disconnected-for", "1s", "--yes"]);
    assert_eq!((removed.code, removed.out.as_str()), (0, "delete: 2 of 2 collectors done\n"), "{removed:?}");
    assert!(removed.err.contains("stays away for 30 days"), "what an Alloy goes on with: {removed:?}");
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

#[test]
fn many_are_labeled_and_archived_from_the_command_line_and_a_host_that_is_back_is_listed_again() {
    let world = World::new("archiving");
    let cli = Cli::new(&world.folder, SERVER.as_ref());
    assert_eq!(
        cli.run_with_input(&["login", world.server.url(), "--token-stdin"], world.server.token()).code,
        0
    );
    let tokens: Vec<_> = (1..=3).map(|_| world.token().token).collect();
    let mut wires: Vec<_> = (1..=3)
        .zip(&tokens)
        .map(|(number, token)| {
            let mut wire = world.wire(token);
            wire.ask(&first_message(member(number)));
            wire
        })
        .collect();
    until_seen("all are listed", SOON, || world.ids(), |ids| ids.len() == 3);
    let labeled = cli.ok(&["label", "collectors", "-q", "not fake-00001", "--set", "env=prod"]);
    assert_eq!(labeled, "changed: 2 of 2 collectors done\n");
    wires.drain(1..2).for_each(crate::wire::Wire::hang_up);
    let away = || world.collector("fake-00002").status;
    until_seen("one is away", SOON, away, |status| *status == Status::Disconnected);
    // The other one is there, and the archive is not for it.
    let some = cli.run(&["archive", "collectors", "-l", "env=prod", "--reason", "sold"]);
    assert_eq!((some.code, some.out.as_str()), (1, "archive: 1 of 2 collectors done\n"), "{some:?}");
    assert!(some.err.contains("fake-00003: `fake-00003` is connected"), "{some:?}");
    assert_eq!(world.ids(), ["fake-00001", "fake-00003"]);
    assert_eq!(cli.ok(&["get", "collectors", "--archived", "-o", "name"]), "fake-00002\n");
    let told = cli.ok(&["describe", "collector", "fake-00002"]);
    assert!(told.contains("archived") && told.contains("sold"), "{told}");
    let mut back = world.wire(&tokens[1]);
    back.ask(&first_message(member(2)));
    until_seen("it is listed again", SOON, || world.ids(), |ids| ids.len() == 3);
    assert_eq!(world.count("fake-00002", "unarchived"), 1);
}
