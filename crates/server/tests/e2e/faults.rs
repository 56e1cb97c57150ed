//! What breaks in practice: hosts restart, lines drop, the server dies at the worst moment or loses its record.

use std::time::Duration;

use linkmesh_api::types::{
    AttemptState, CreateEnrollmentToken, EntityKind, EntityQuery, ListQuery, Status, Sync,
};
use linkmesh_testkit::proxy::Proxy;
use linkmesh_testkit::send;
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::{until, until_seen};

use crate::world::{APPLY_MAX, JOIN_MAX, Ports, SOON, World, borrowed, flow};

impl World {
    /// A host that runs the smallest flow.
    fn flowing(&self, sink: &Sink, ports: Ports) -> (Supervisor, String) {
        let (host, id) = self.join("host");
        self.save(&borrowed(&flow(ports, &sink.endpoint())));
        self.event(&id, "config_applied", 1);
        self.settled(&id);
        (host, id)
    }

    /// How the attempts ended, by hash.
    fn attempts(&self, id: &str) -> Vec<(String, AttemptState)> {
        let page = self.api().attempts(id, &ListQuery::default()).unwrap();
        page.items.into_iter().map(|attempt| (attempt.hash, attempt.state)).collect()
    }
}

#[test]
fn a_supervisor_that_restarts_is_the_same_collector_and_is_offered_nothing() {
    let world = World::new("restart");
    let (sink, ports) = (Sink::start(), Ports::free());
    let (mut host, id) = world.flowing(&sink, ports);
    let before = world.collector(&id);
    host.stop();
    let gone = until_seen(
        "it is disconnected at once",
        SOON,
        || world.collector(&id),
        |c| c.status == Status::Disconnected,
    );
    assert_eq!(gone.desired, before.desired);
    host.start();
    let after = world.settled(&id);
    assert_eq!((after.uid, after.desired), (before.uid, before.desired));
    assert_eq!(world.ids(), [id.as_str()]);
    assert_eq!(world.count(&id, "config_offered"), 1);
    assert_eq!(world.count(&id, "own_metrics_offered"), 1);
    until("its collector runs the flow again", SOON, || {
        send::logs(&ports.endpoint(), "shop", "INFO", &["back"]).ok()
    });

    host.kill();
    until_seen(
        "a killed one is disconnected as well",
        SOON,
        || world.collector(&id).status,
        |status| *status == Status::Disconnected,
    );
    host.start();
    world.settled(&id);
    assert_eq!(world.count(&id, "config_offered"), 1);
}

#[test]
fn a_dropped_line_costs_nothing_and_what_was_saved_meanwhile_arrives_afterwards() {
    let world = World::new("dropped");
    let (sink, ports) = (Sink::start(), Ports::free());
    let proxy = Proxy::start(world.server.address());
    let file = world.bootstrap(&world.token().token).replace(world.server.address(), &proxy.address());
    let mut host = Supervisor::prepare(&world.folder, "host", &file);
    host.start();
    let id = until("the host is listed", JOIN_MAX, || world.ids().into_iter().next());
    world.settled(&id);
    world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.event(&id, "config_applied", 1);
    let pid = host.collector_pid();

    proxy.cut();
    world.event(&id, "connected", 2);
    world.settled(&id);
    assert_eq!(world.count(&id, "config_offered"), 1, "nothing is offered again");
    assert_eq!(host.collector_pid(), pid, "its collector never noticed");

    proxy.refuse(true);
    proxy.cut();
    until_seen(
        "it is disconnected",
        SOON,
        || world.collector(&id).status,
        |status| *status == Status::Disconnected,
    );
    let other = Ports::free();
    world.save(&borrowed(&flow(other, &sink.endpoint())));
    let waiting = until_seen("the change waits", SOON, || world.collector(&id), |c| c.sync == Sync::Pending);
    assert_eq!(waiting.status, Status::Disconnected);
    send::logs(&ports.endpoint(), "shop", "INFO", &["alone"]).unwrap();
    proxy.refuse(false);
    // The supervisor has been backing off meanwhile.
    world.event(&id, "config_offered", 2);
    world.event(&id, "config_applied", 2);
    world.settled(&id);
    send::logs(&other.endpoint(), "shop", "INFO", &["together"]).unwrap();
}

#[test]
fn a_server_that_dies_during_an_apply_learns_how_it_ended_and_offers_nothing_twice() {
    let mut world = World::new("apply");
    let (sink, ports) = (Sink::start(), Ports::free());
    let (host, id) = world.join("host");
    let saved = world.save(&borrowed(&flow(ports, &sink.endpoint())));
    let send = || send::logs(&ports.endpoint(), "shop", "INFO", &["runs"]).ok();
    until("the collector runs it, and its supervisor has not said so yet", APPLY_MAX, send);
    world.server.kill_9();
    let pid = host.collector_pid();
    assert!(pid.is_some());
    world.server.restart();
    let after = world.settled(&id);
    let desired = after.desired.unwrap();
    assert_eq!(desired.revision, saved.revision);
    // The ledger is written behind: what the last second before the end added may be missing, and nothing else.
    let attempts = world.attempts(&id);
    assert!(attempts.is_empty() || attempts == [(desired.hash, AttemptState::Applied)], "{attempts:?}");
    assert_eq!(host.collector_pid(), pid, "the configuration was not offered again");
}

#[test]
fn a_server_that_dies_before_it_delivers_a_save_delivers_it_afterwards() {
    let mut world = World::new("undelivered");
    let (sink, ports) = (Sink::start(), Ports::free());
    let (_host, id) = world.join("host");
    // An answered save is on disk; whether it was offered in time does not matter.
    let saved = world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.server.kill_9();
    world.server.restart();
    until_seen(
        "the save is delivered",
        APPLY_MAX,
        || world.collector(&id),
        |collector| {
            collector.sync == Sync::InSync
                && collector.desired.as_ref().is_some_and(|d| d.revision == saved.revision)
        },
    );
    until("the collector runs it", SOON, || send::logs(&ports.endpoint(), "shop", "INFO", &["runs"]).ok());
    assert_eq!(world.attempts(&id).len(), 1, "{:?}", world.attempts(&id));
}

#[test]
fn a_server_that_loses_its_record_keeps_what_people_want_and_takes_hosts_back_with_new_tokens() {
    let mut world = World::new("no-record");
    let (sink, ports) = (Sink::start(), Ports::free());
    let (mut host, id) = world.flowing(&sink, ports);
    let before = world.collector(&id);
    let pid = host.collector_pid();
    world.server.stop();
    std::fs::remove_file(world.server.data_dir().join("linkmesh.redb")).unwrap();
    world.server.restart();
    // Accounts were in the record.
    world.server.set_up();
    let routes = world.api().entities(EntityKind::Routes, &EntityQuery::default()).unwrap().items;
    assert_eq!(routes.len(), 1, "intent is in Git: {routes:?}");
    let known =
        until("the collector is known from its registration", SOON, || world.api().collector(&id).ok());
    assert_ne!(known.status, Status::Connected, "its token was in the record");
    assert_eq!(host.collector_pid(), pid);
    send::logs(&ports.endpoint(), "shop", "INFO", &["still here"]).unwrap();

    let token = CreateEnrollmentToken { for_collector: Some(id.clone()), ..CreateEnrollmentToken::default() };
    let token = world.token_with(token).token;
    host.stop();
    let file = std::fs::read_to_string(host.config()).unwrap();
    let line = file.lines().find(|line| line.contains("Authorization: ")).unwrap();
    let indentation = &line[..line.len() - line.trim_start().len()];
    let file = file.replace(line, &format!("{indentation}Authorization: \"Bearer {token}\""));
    std::fs::write(host.config(), file).unwrap();
    host.start();
    let after = world.settled(&id);
    assert_eq!((after.uid, after.desired.map(|d| d.hash)), (before.uid, before.desired.map(|d| d.hash)));
    assert_eq!(world.ids(), [id.as_str()]);
    assert_eq!(world.count(&id, "config_offered"), 0, "it runs what it should already");
    until("its own metrics are taken again", Duration::from_secs(30), || {
        let now = world.api().throughput(&id, &linkmesh_api::types::ThroughputQuery::default()).unwrap();
        now.process.memory_bytes
    });
}

#[test]
fn a_supervisor_that_goes_on_with_an_older_token_is_told_the_present_one_again() {
    let world = World::new("older-token");
    let (sink, ports) = (Sink::start(), Ports::free());
    let (mut host, id) = world.flowing(&sink, ports);
    let memory = || {
        let now = world.api().throughput(&id, &linkmesh_api::types::ThroughputQuery::default()).unwrap();
        now.process.memory_bytes
    };
    until("its own metrics come", Duration::from_secs(30), memory);
    host.stop();
    // As after an offer that came while it started: it has what it had saved before.
    let saved = host.storage().join("last_recv_own_telemetry_config.dat");
    let bytes = std::fs::read(&saved).unwrap();
    let at = bytes.windows(6).position(|some| some == b"lmcol_").unwrap();
    let length = bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || b"_-".contains(b)).count();
    let end = at + length;
    let present = std::str::from_utf8(&bytes[at..end]).unwrap().to_owned();
    let keys = linkmesh_control::secrets::Keys::load(&world.server.data_dir().join("keys")).unwrap();
    let (key, generation) = keys.check_collector_token(&present).unwrap();
    let older = keys.collector_token(key, generation - 1);
    assert_eq!(older.len(), present.len(), "the lengths in the file stay true");
    let mut changed = bytes.clone();
    changed[at..end].copy_from_slice(older.as_bytes());
    std::fs::write(&saved, changed).unwrap();
    let before = world.count(&id, "own_metrics_offered");
    host.start();
    world.settled(&id);
    until("it has the present token again", Duration::from_secs(60), || {
        (std::fs::read(&saved).ok()? == bytes).then_some(())
    });
    assert!(world.count(&id, "own_metrics_offered") > before);
}
