//! A short pass with an older supervisor: joins, runs what it is given, recovers from what it refuses.

use linkmesh_api::types::{Health, Sync};
use linkmesh_testkit::peers::OLD_SUPERVISOR;
use linkmesh_testkit::send;
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::{until, until_seen};

use crate::world::{APPLY_MAX, JOIN_MAX, Ports, SOON, World, borrowed, flow};

#[test]
fn a_supervisor_of_version_0_149_joins_applies_and_is_healed() {
    let mut world = World::new("old");
    let (sink, ports) = (Sink::start(), Ports::free());
    let file = world.bootstrap(&world.token().token);
    let mut host = Supervisor::prepare_with(&world.folder, "host", &file, OLD_SUPERVISOR);
    host.start();
    let id = until("the host is listed", JOIN_MAX, || world.ids().into_iter().next());
    world.settled(&id);
    world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.event(&id, "config_applied", 1);
    let good = world.settled(&id).desired.unwrap().hash;
    send::logs(&ports.endpoint(), "shop", "INFO", &["one"]).unwrap();
    until_seen("the record arrives", SOON, || sink.log_count(), |count| *count == 1);

    let pid = host.collector_pid();
    world.server.kill_9();
    world.server.restart();
    world.settled(&id);
    assert_eq!(host.collector_pid(), pid, "nothing was offered again");

    let bad = "type: raw\nsettings: {signals: [logs], otelcol: {component: debug, config: {no_such_setting: true}}}\n";
    let route = "sources: [app]\ndestinations: [broken]\nsignals: [logs]\n";
    world.save(&[("fleet/destinations/broken.yaml", bad), ("fleet/routes/broken.yaml", route)]);
    world.event(&id, "config_failed", 1);
    world.event(&id, "rolled_back", 1);
    until_seen(
        "it runs the last good content",
        APPLY_MAX,
        || world.collector(&id),
        |collector| collector.health == Health::Healthy && collector.sync == Sync::Failed,
    );
    let removed = linkmesh_api::types::Change {
        delete: vec!["fleet/routes/broken.yaml".to_owned(), "fleet/destinations/broken.yaml".to_owned()],
        ..linkmesh_api::types::Change::default()
    };
    world.api().change(&removed).unwrap();
    assert_eq!(world.settled(&id).desired.unwrap().hash, good);
}
