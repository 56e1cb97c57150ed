//! The story of the README, in order, on a real supervisor and a real collector.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use linkmesh_api::types::{
    AttemptState, Collector, Health, ListQuery, Mode, Status, Sync, ThroughputQuery, Tier,
};
use linkmesh_testkit::cli::Cli;
use linkmesh_testkit::send;
use linkmesh_testkit::server::{PASSWORD, USERNAME};
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::{never, until, until_seen};

use crate::telemetry::Telemetry;
use crate::world::{APPLY_MAX, JOIN_MAX, Ports, SERVER, SOON, World};

struct Story {
    world: World,
    cli: Cli,
    ports: Ports,
    alerts: Sink,
    archive: Sink,
    host: Option<Supervisor>,
    id: String,
}

#[test]
fn a_collector_is_managed_from_nothing_to_healed() {
    let world = World::new("quickstart");
    let cli = Cli::new(&world.folder, SERVER.as_ref());
    let (ports, alerts, archive) = (Ports::free(), Sink::start(), Sink::start());
    let mut story = Story { world, cli, ports, alerts, archive, host: None, id: String::new() };
    story.signs_in();
    story.a_host_joins();
    let applied = story.plans_and_applies();
    story.telemetry().records_arrive();
    story.rates_agree();
    story.survives_the_server();
    story.a_refused_save_heals(&applied);
}

impl Story {
    fn signs_in(&self) {
        let again = serde_json::json!({"setup_token": "lmset_0123456789abcdef", "username": "x", "password": PASSWORD});
        assert_eq!(self.world.server.post("/api/v1/setup", &again).status, 410, "the set-up link works once");
        let login = ["login", self.world.server.url(), "--username", USERNAME, "--password-stdin"];
        let said = self.cli.run_with_input(&login, PASSWORD);
        assert_eq!(said.code, 0, "{said:#?}");
        assert!(!said.out.contains(PASSWORD) && !said.err.contains(PASSWORD));
    }

    fn a_host_joins(&mut self) {
        let token = self.cli.ok(&["token", "create", "--label", "env=demo"]).trim().to_owned();
        assert!(token.starts_with("lmenr_"), "{token}");
        // As the README says it: with curl.
        let file = Command::new("curl")
            .args(["-fsS", "-H", &format!("Authorization: Bearer {token}")])
            .arg(format!("{}/api/v1/downloads/opamp-bootstrap-config.yaml", self.world.server.url()))
            .output()
            .unwrap();
        assert!(file.status.success(), "{}", String::from_utf8_lossy(&file.stderr));
        let file = String::from_utf8(file.stdout).unwrap();
        assert!(file.contains(&token), "the token that was presented is filled in");
        let mut host = Supervisor::prepare(&self.world.folder, "host", &file);
        host.start();
        self.host = Some(host);
        self.id = until("the host is listed", JOIN_MAX, || self.world.ids().into_iter().next());
        let collector = self.world.settled(&self.id);
        assert_eq!((collector.mode, collector.tier), (Mode::Opamp, Tier::Standards));
        assert_eq!(collector.version.as_deref(), Some("0.158.0"));
        assert_eq!(collector.labels, BTreeMap::from([("env".to_owned(), "demo".to_owned())]));
        assert!(collector.host.is_some(), "{collector:#?}");
        self.world.event(&self.id, "own_metrics_offered", 1);
        let kinds = self.world.kinds(&self.id);
        let at = |kind: &str| kinds.iter().position(|known| known == kind);
        assert!(at("registered").is_some() && at("registered") < at("own_metrics_offered"), "{kinds:?}");
        assert!(!kinds.contains(&"config_offered".to_owned()), "it never had a configuration: {kinds:?}");
        let table = self.cli.ok(&["get", "collectors"]);
        assert!(table.contains(&self.id), "{table}");
        let names = self.cli.ok(&["get", "collectors", "-o", "name"]);
        assert!(names.contains(&self.id), "{names}");
    }

    /// Gives the hash that the collector runs then.
    fn plans_and_applies(&self) -> String {
        let files = self.world.quickstart(self.ports, &self.alerts.endpoint(), &self.archive.endpoint());
        let files = files.display().to_string();
        let commits = self.commits();
        let plan = self.cli.run(&["plan", "-f", &files]);
        assert_eq!(plan.code, 2, "there are differences: {plan:#?}");
        for part in [
            self.id.as_str(),
            "fleet/routes/errors.yaml",
            "+",
            &self.ports.http.to_string(),
            "otlphttp/archive",
        ] {
            assert!(plan.out.contains(part), "the plan shows {part}:\n{}", plan.out);
        }
        assert_eq!(self.commits(), commits, "a plan changes nothing");
        let revision = self.cli.ok(&["apply", "-f", &files, "-m", "The quickstart"]).trim().to_owned();
        let new: Vec<_> = self.commits().into_iter().filter(|known| !commits.contains(known)).collect();
        assert_eq!(new.len(), 1, "one save is one commit: {new:?}");
        assert!(new[0].starts_with(&revision), "{new:?}");
        assert!(new[0].ends_with("The quickstart"), "{new:?}");
        assert!(new[0].contains(USERNAME), "its author is who saved: {new:?}");
        self.world.event(&self.id, "config_offered", 1);
        self.world.event(&self.id, "config_applied", 1);
        let collector = self.world.settled(&self.id);
        let again = self.cli.run(&["plan", "-f", &files]);
        assert_eq!(again.code, 0, "what was applied has no differences: {again:#?}");
        let attempts = self.attempts();
        assert_eq!(attempts.len(), 1, "{attempts:?}");
        assert_eq!(attempts[0].1, AttemptState::Applied);
        collector.desired.unwrap().hash
    }

    fn telemetry(&self) -> Telemetry<'_> {
        Telemetry {
            world: &self.world,
            id: &self.id,
            ports: self.ports,
            alerts: &self.alerts,
            archive: &self.archive,
        }
    }

    /// Counters become rates that agree with what is sent, at every stage that is asked.
    fn rates_agree(&self) {
        self.telemetry().rates_agree();
        let process = self.world.api().throughput(&self.id, &ThroughputQuery::default()).unwrap().process;
        assert!(process.memory_bytes > Some(1_000_000.0) && process.cpu_percent.is_some(), "{process:?}");
        assert!(process.uptime_s > Some(0.0), "{process:?}");
        let said = self.cli.ok(&["describe", "collector", &self.id]);
        for part in ["app-otlp", "errors", "alerts", "archive", "drop-unimportant"] {
            assert!(said.contains(part), "describe shows {part}:\n{said}");
        }
    }

    fn survives_the_server(&mut self) {
        let before = self.world.collector(&self.id);
        let offers = self.world.count(&self.id, "config_offered");
        let metrics_offers = self.world.count(&self.id, "own_metrics_offered");
        let pid = self.host.as_ref().unwrap().collector_pid();
        assert!(pid.is_some(), "its collector runs");
        // An answered save must be there afterwards, whatever comes.
        let saved =
            self.world.save(&[("pipelines/unused.yaml", "name: Unused\nsignals: [logs]\nsteps: []\n")]);
        self.world.server.kill_9();
        let alone = self.archive.log_count();
        send::logs(&self.ports.endpoint(), "shop", "INFO", &["without a server"]).unwrap();
        until_seen(
            "telemetry goes on without the server",
            SOON,
            || self.archive.log_count(),
            |count| *count > alone,
        );
        self.world.server.restart();
        let after = self.world.settled(&self.id);
        assert_eq!(after.desired.as_ref().map(|d| &d.hash), before.desired.as_ref().map(|d| &d.hash));
        assert_eq!(after.effective, before.effective, "what it runs is known without asking anew");
        assert_eq!(after.uid, before.uid);
        assert!(self.commits().iter().any(|commit| commit.starts_with(&saved.revision)), "the save is there");
        assert_eq!(self.world.count(&self.id, "config_offered"), offers, "nothing was offered again");
        assert_eq!(self.world.count(&self.id, "own_metrics_offered"), metrics_offers);
        assert_eq!(self.host.as_ref().unwrap().collector_pid(), pid, "no collector restarted");
        let components = self.world.api().components(&self.id).unwrap();
        assert!(components.root.is_some_and(|root| !root.components.is_empty()), "the health tree is there");
        until("rates come back", SOON, || self.telemetry().at("sources/app-otlp", "source"));
    }

    fn a_refused_save_heals(&self, applied: &str) {
        let good = self.world.collector(&self.id).desired.unwrap().hash;
        assert_eq!(good, applied);
        // A raw component's inside is the collector's business: only the collector can refuse it.
        let bad = "type: raw\nsettings: {signals: [logs], otelcol: {component: debug, config: {no_such_setting: true}}}\n";
        let route =
            "sources: [app-otlp]\ndestinations: [broken]\nsignals: [logs]\npriority: 900\nfinal: false\n";
        self.world.save(&[("fleet/destinations/broken.yaml", bad), ("fleet/routes/broken.yaml", route)]);
        let failed = self.world.event(&self.id, "config_failed", 1);
        assert!(!failed.message.is_empty());
        let seen = until_seen(
            "it shows as failed",
            APPLY_MAX,
            || self.world.collector(&self.id),
            |c| c.sync == Sync::Failed,
        );
        assert_failed_with_reason(&seen);
        let refused = seen.desired.unwrap().hash;
        assert_ne!(refused, good);
        // The last good content goes back by itself, and telemetry with it.
        self.world.event(&self.id, "rolled_back", 1);
        let endpoint = self.ports.endpoint();
        until("telemetry flows again", APPLY_MAX, || send::logs(&endpoint, "shop", "INFO", &["healed"]).ok());
        until_seen(
            "it is healthy on the last good content",
            APPLY_MAX,
            || self.world.collector(&self.id),
            |c| c.health == Health::Healthy && c.sync == Sync::Failed,
        );
        let offered = |hash: &str| self.attempts().iter().filter(|(known, _)| known == hash).count();
        never("the refused configuration is offered again", Duration::from_secs(6), || {
            (offered(&refused) != 1).then(|| self.attempts())
        });
        let fixed = "type: raw\nsettings: {signals: [logs], otelcol: {component: debug, config: {verbosity: basic}}}\n";
        self.world.save(&[("fleet/destinations/broken.yaml", fixed)]);
        let healed = until_seen(
            "a corrected save heals it",
            APPLY_MAX,
            || self.world.collector(&self.id),
            |c| c.sync == Sync::InSync && c.health == Health::Healthy && c.status == Status::Connected,
        );
        let now = healed.desired.unwrap().hash;
        assert!(now != refused && now != good);
        assert_eq!(offered(&refused), 1, "{:?}", self.attempts());
    }

    fn attempts(&self) -> Vec<(String, AttemptState)> {
        let page = self.world.api().attempts(&self.id, &ListQuery::default()).unwrap();
        page.items.into_iter().map(|attempt| (attempt.hash, attempt.state)).collect()
    }

    /// `HASH AUTHOR SUBJECT` of every commit, as anybody reads it with Git.
    fn commits(&self) -> Vec<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(self.world.server.repository())
            .args(["log", "--format=%H %an %s"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }
}

fn assert_failed_with_reason(collector: &Collector) {
    let reason = collector.sync_reason.clone().unwrap_or_default();
    assert!(
        reason.contains("exit code 1") || reason.contains("no_such_setting"),
        "the collector's own words: {reason}"
    );
}
