//! A server that goes away, hosts that restart, tokens that change: the real Alloy with the real server.

use linkmesh_api::types::{Collector, CreateCollector, MintToken, Mode, Status, Sync};
use linkmesh_testkit::alloy::Alloy;
use linkmesh_testkit::send;
use linkmesh_testkit::server::Answer;
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::wait::{never, until, until_seen};

use crate::world::{APPLY_MAX, JOIN_MAX, Ports, SOON, World, borrowed, flow};

pub(super) const ID: &str = "edge-7";

/// A server, a destination, and an Alloy that runs the smallest flow.
struct Scene {
    world: World,
    sink: Sink,
    ports: Ports,
    host: Alloy,
}

impl Scene {
    fn new(name: &str) -> Self {
        Self::with(name, |world| world.mint(false).1, &[])
    }

    fn with(name: &str, file: impl FnOnce(&World) -> String, flags: &[&str]) -> Self {
        let (world, sink, ports) = (World::new(name), Sink::start(), Ports::free());
        world.make(ID);
        world.save(&borrowed(&flow(ports, &sink.endpoint())));
        let file = file(&world);
        let host = Alloy::prepare(&world.folder, ID, &file);
        let host = flags.iter().fold(host, |host, flag| host.with_flag(flag));
        let mut scene = Self { world, sink, ports, host };
        scene.host.start_ready();
        scene.settles();
        scene
    }

    /// Waits until it is connected and runs what it should.
    fn settles(&self) -> Collector {
        self.seen("it is connected and in sync", |collector| {
            let effective = collector.effective.as_ref().and_then(|effective| effective.hash.as_ref());
            collector.status == Status::Connected
                && collector.sync == Sync::InSync
                && effective.is_some()
                && effective == collector.desired.as_ref().map(|desired| &desired.hash)
        })
    }

    fn seen(&self, what: &str, seen: impl Fn(&Collector) -> bool) -> Collector {
        until_seen(what, JOIN_MAX, || self.world.collector(ID), |collector| seen(collector))
    }

    /// A record goes in and comes out.
    fn flows(&self) {
        let before = self.sink.log_count();
        let endpoint = self.ports.endpoint();
        until("its source takes records", APPLY_MAX, || send::logs(&endpoint, "shop", "INFO", &["one"]).ok());
        until("they arrive", SOON, || (self.sink.log_count() > before).then_some(()));
    }

    /// How many polls went wrong, by Alloy's own count.
    fn failures(&self) -> f64 {
        self.host.metric("remotecfg_load_failures_total").unwrap_or(0.0)
    }

    fn kinds(&self) -> Vec<String> {
        self.world.kinds(ID)
    }
}

impl World {
    pub(super) fn make(&self, name: &str) {
        let made = self.api().create_collector(&CreateCollector {
            name: name.to_owned(),
            mode: Mode::AlloyRemotecfg,
            labels: std::collections::BTreeMap::default(),
            groups: Vec::new(),
        });
        assert_eq!(made.unwrap().id, name);
    }

    /// A new token with a file that holds it.
    pub(super) fn mint(&self, now: bool) -> (String, String) {
        let minted = self.api().mint_token(ID, &MintToken { now }).unwrap();
        (minted.token, minted.config_alloy)
    }

    /// What a poll with this token is answered with.
    fn polls_with(&self, token: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let path = "/collector.v1.CollectorService/GetConfig";
        self.server.request("POST", path, &headers, format!("{{\"id\":\"{ID}\"}}").into_bytes())
    }
}

#[test]
fn a_host_that_boots_without_its_server_comes_up_with_the_next_start() {
    let mut scene = Scene::new("alloy-boot");
    scene.host.stop();
    scene.seen("its good-bye is heard", |c| c.status == Status::Disconnected);
    let before = scene.world.collector(ID);
    assert_eq!(before.sync, Sync::InSync, "what it should run stays: {before:#?}");
    scene.world.server.kill_9();
    scene.host.start();
    scene.host.ended();
    scene.world.server.restart();
    scene.host.start_ready();
    let after = scene.settles();
    assert_eq!(after.desired.map(|d| d.hash), before.desired.map(|d| d.hash));
    scene.flows();
    assert_eq!(scene.world.ids(), [ID]);
    assert!(!scene.kinds().contains(&"config_failed".to_owned()), "{:?}", scene.kinds());
}

#[test]
fn a_server_that_dies_in_between_is_a_warning_and_the_host_goes_on() {
    let mut scene = Scene::new("alloy-outage");
    let before = scene.settles();
    let applied = scene.world.count(ID, "config_applied");
    scene.world.server.kill_9();
    until("a poll finds nobody", JOIN_MAX, || (scene.failures() >= 1.0).then_some(()));
    scene.flows();
    scene.world.server.restart();
    scene.world.event(ID, "poll_failed", 1);
    let after = scene.settles();
    assert_eq!(after.desired.map(|d| d.hash), before.desired.map(|d| d.hash));
    let kinds = scene.kinds();
    assert!(!kinds.contains(&"config_failed".to_owned()), "{kinds:?}");
    assert_eq!(scene.world.count(ID, "config_applied"), applied, "nothing was applied anew: {kinds:?}");
    scene.flows();
}

#[test]
fn a_host_that_boots_after_its_server_did_finds_everything_as_it_was() {
    let mut scene = Scene::new("alloy-reboot");
    let before = scene.settles();
    // Killed without a word, both of them.
    scene.host.kill();
    scene.world.server.kill_9();
    scene.world.server.restart();
    scene.host.start_ready();
    let after = scene.settles();
    assert_eq!(after.desired.map(|d| d.hash), before.desired.map(|d| d.hash));
    assert_eq!(scene.world.ids(), [ID]);
    scene.flows();
}

#[test]
fn a_new_token_in_its_file_is_taken_up_without_a_restart_and_ends_the_old_one() {
    let (mut old, mut path) = (String::new(), std::path::PathBuf::new());
    let mut scene = Scene::with(
        "alloy-token",
        |world| {
            old = world.mint(false).0;
            path = world.folder.write("token", &old);
            let query = format!("collector={ID}&token_file={}", path.display());
            let url = format!("/api/v1/downloads/config.alloy?{query}");
            let answer = world.server.request("GET", &url, &[], Vec::new());
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.text()
        },
        &[],
    );
    let (new, _) = scene.world.mint(false);
    assert_eq!(scene.world.polls_with(&old).status, 200, "both are good for a while");
    std::fs::write(&path, &new).unwrap();
    let refused = |token: &str| (scene.world.polls_with(token).status == 401).then_some(());
    until("the old one ends when the new one was used", JOIN_MAX, || refused(&old));
    assert_eq!(scene.world.polls_with(&new).status, 200);
    let (newest, _) = scene.world.mint(true);
    until("`now` means now", std::time::Duration::from_secs(5), || refused(&new));
    let failures = scene.failures();
    until("its polls are refused", JOIN_MAX, || (scene.failures() > failures).then_some(()));
    assert!(scene.host.runs());
    scene.flows();
    std::fs::write(&path, &newest).unwrap();
    let heard = scene.world.collector(ID).last_seen_at;
    scene.seen("it is heard again", |c| c.last_seen_at != heard && c.status == Status::Connected);
    assert_eq!(scene.settles().sync, Sync::InSync);
}

#[test]
fn a_reload_with_another_stability_opens_what_was_refused() {
    let mut scene =
        Scene::with("alloy-reload", |world| world.mint(false).1, &["--stability.level=experimental"]);
    let debug = [
        ("fleet/destinations/seen.yaml", "type: debug\n"),
        ("fleet/routes/all.yaml", "sources: [app]\ndestinations: [out, seen]\nsignals: [logs]\n"),
    ];
    let refused = scene.world.api().change(&crate::world::change(&debug)).unwrap_err().to_string();
    assert!(refused.contains("experimental"), "{refused}");
    let (file, name) = (std::fs::read_to_string(scene.host.config()).unwrap(), "generally-available");
    scene.host.write(&file.replace(name, "experimental"));
    let answer = scene.host.reload();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let saved = || scene.world.api().change(&crate::world::change(&debug)).ok();
    until("what it says of itself is known", JOIN_MAX, saved);
    scene.seen("it has been offered it", |c| c.sync == Sync::Pending || c.sync == Sync::InSync);
    scene.settles();
    scene.flows();
    until("it is written to the log", SOON, || {
        scene
            .host
            .said()
            .contains("log records\": 1")
            .then_some(())
            .or_else(|| scene.host.said().contains("otelcol.exporter.debug.seen").then_some(()))
    });
    // A file that nobody can read changes nothing.
    scene.host.write("remotecfg {");
    assert_ne!(scene.host.reload().status, 200);
    never("it ends", std::time::Duration::from_secs(2), || (!scene.host.runs()).then_some(()));
    assert!(scene.host.is_ready());
    scene.flows();
}
