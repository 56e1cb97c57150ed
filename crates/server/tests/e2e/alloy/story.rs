//! What an operator does with an Alloy, in order, on the real one without any flag.

use std::collections::BTreeMap;
use std::process::Command;

use linkmesh_api::types::{Collector, Health, Mode, RenderRequest, Status, Sync, ThroughputQuery};
use linkmesh_testkit::alloy::{Alloy, faults};
use linkmesh_testkit::cli::Cli;
use linkmesh_testkit::send;
use linkmesh_testkit::server::{PASSWORD, USERNAME};
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::wait::{until, until_seen};

use crate::telemetry::Telemetry;
use crate::world::{APPLY_MAX, JOIN_MAX, Ports, SERVER, SOON, World};

const ID: &str = "edge-7";

struct Story {
    world: World,
    cli: Cli,
    ports: Ports,
    alerts: Sink,
    archive: Sink,
    host: Option<Alloy>,
}

#[test]
fn an_alloy_is_managed_from_its_making_to_its_end() {
    let world = World::new("alloy-story");
    let cli = Cli::new(&world.folder, SERVER.as_ref());
    let (ports, alerts, archive) = (Ports::free(), Sink::start(), Sink::start());
    let mut story = Story { world, cli, ports, alerts, archive, host: None };
    story.is_made_and_joins();
    story.applies_what_an_otelcol_runs();
    let telemetry = story.telemetry();
    telemetry.records_arrive();
    telemetry.rates_agree();
    story.shows_how_it_is();
    story.a_broken_part_heals();
    story.is_removed();
}

/// What it says that it runs is what the repository says.
fn runs_what_it_should(collector: &Collector) -> bool {
    let effective = collector.effective.as_ref().and_then(|effective| effective.hash.as_ref());
    effective.is_some() && effective == collector.desired.as_ref().map(|desired| &desired.hash)
}

impl Story {
    fn is_made_and_joins(&mut self) {
        let login = ["login", self.world.server.url(), "--username", USERNAME, "--password-stdin"];
        assert_eq!(self.cli.run_with_input(&login, PASSWORD).code, 0);
        let _id =
            self.cli.ok(&["create", "collector", ID, "--mode", "alloy-remotecfg", "--label", "env=prod"]);
        let made = self.world.collector(ID);
        assert_eq!((made.mode, made.status), (Mode::AlloyRemotecfg, Status::AwaitingConnection));
        let minted = self.cli.ok(&["token", "mint", ID, "-o", "json"]);
        let minted: serde_json::Value = serde_json::from_str(&minted).unwrap();
        let (token, file) = (minted["token"].as_str().unwrap(), minted["config_alloy"].as_str().unwrap());
        assert!(token.starts_with("lmcol_") && file.contains(token), "{minted}");
        // The other way that the command names: fetched on the host.
        let fetched = Command::new("curl")
            .args(["-fsS", "-H", &format!("Authorization: Bearer {token}")])
            .arg(format!("{}/api/v1/downloads/config.alloy", self.world.server.url()))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&fetched.stdout), file);
        assert_eq!(faults(&self.world.folder, file, &[]), None, "the file is one that Alloy takes");
        let mut host = Alloy::prepare(&self.world.folder, ID, file);
        host.start_ready();
        self.host = Some(host);
        let joined = self.seen("it is connected", |c| c.status == Status::Connected);
        self.world.event(ID, "remotecfg_registered", 1);
        assert_eq!(joined.version.as_deref(), Some("v1.19.2"));
        assert_eq!(joined.labels, BTreeMap::from([("env".to_owned(), "prod".to_owned())]));
        assert!(joined.host.is_some(), "{joined:#?}");
        assert_eq!(self.world.ids(), [ID], "registering twice makes one collector");
        let kinds = self.world.kinds(ID);
        assert!(!kinds.contains(&"config_failed".to_owned()), "{kinds:?}");
    }

    fn applies_what_an_otelcol_runs(&self) {
        let files = self.world.quickstart(self.ports, &self.alerts.endpoint(), &self.archive.endpoint());
        let files = files.display().to_string();
        let plan = self.cli.run(&["plan", "-f", &files]);
        assert_eq!(plan.code, 2, "{plan:#?}");
        for part in [ID, "otelcol.receiver.otlp", &self.ports.http.to_string()] {
            assert!(plan.out.contains(part), "the plan shows {part}:\n{}", plan.out);
        }
        let _revision = self.cli.ok(&["apply", "-f", &files, "-m", "The quickstart"]);
        let settled =
            self.seen("it runs what it should", |c| c.sync == Sync::InSync && runs_what_it_should(c));
        let hash = settled.desired.unwrap().hash;
        let of = |kind: &str| {
            let events = self.world.events(ID).into_iter().filter(|event| event.kind == kind);
            events.filter(|event| event.data.to_string().contains(&hash)).count()
        };
        assert_eq!((of("config_offered"), of("config_applied")), (1, 1), "{:#?}", self.world.events(ID));
        assert!(!settled.inferred, "this one says so itself");
        let rendered = self.cli.ok(&["render", ID]);
        assert!(rendered.contains("otelcol.exporter.otlphttp \""), "{rendered}");
        assert_eq!(faults(&self.world.folder, &rendered, &[]), None, "{rendered}");
        let request = RenderRequest { collector: Some(ID.to_owned()), ..RenderRequest::default() };
        assert_eq!(self.world.api().render(&request).unwrap().text.trim_end(), rendered.trim_end());
        let config = self.world.api().collector_config(ID).unwrap();
        assert_eq!(config.effective.unwrap().text, config.desired.unwrap().text);
        assert_eq!(self.cli.run(&["plan", "-f", &files]).code, 0, "what was applied has no differences");
    }

    fn telemetry(&self) -> Telemetry<'_> {
        Telemetry {
            world: &self.world,
            id: ID,
            ports: self.ports,
            alerts: &self.alerts,
            archive: &self.archive,
        }
    }

    fn shows_how_it_is(&self) {
        let process = until_seen(
            "its process has numbers",
            SOON,
            || self.world.api().throughput(ID, &ThroughputQuery::default()).unwrap().process,
            |process| process.cpu_percent.is_some(),
        );
        assert!(process.memory_bytes > Some(50_000_000.0) && process.uptime_s > Some(1.0), "{process:?}");
        assert_eq!(process.restarts, Some(0), "{process:?}");
        self.seen("it is healthy", |c| c.health == Health::Healthy);
        let flows = self.world.api().throughput(ID, &ThroughputQuery::default()).unwrap().components;
        let stages: Vec<_> = flows.iter().map(|flow| flow.stage.as_str()).collect();
        assert!(!stages.contains(&"verdict") && !stages.contains(&"stamp"), "plumbing: {stages:?}");
        let files = self.telemetry().at("sources/app-files", "source");
        assert!(files.is_some_and(|flow| flow.in_per_s.is_some()), "lines are counted: {flows:#?}");
        let said = self.cli.ok(&["describe", "collector", ID]);
        for part in ["app-otlp", "errors", "alerts", "archive", "drop-unimportant", "v1.19.2"] {
            assert!(said.contains(part), "describe shows {part}:\n{said}");
        }
    }

    fn a_broken_part_heals(&mut self) {
        let good = self.world.collector(ID).desired.unwrap().hash;
        let raw = |settings: &str| {
            format!(
                "type: raw\nruntimes: [alloy]\nsettings: {{signals: [logs], alloy: {{component: otelcol.exporter.otlphttp, config: {settings}}}}}\n"
            )
        };
        let bad = raw("{client: {endpoint: \"http://127.0.0.1:1\"}, no_such_argument: true}");
        // It comes last among the route's destinations, where an Alloy can be hurt most.
        let route = "sources: [app-otlp]\ndestinations: [alerts, zz-broken]\nsignals: [logs]\npriority: 900\nfinal: false\n";
        self.world.save(&[("fleet/destinations/zz-broken.yaml", &bad), ("fleet/routes/broken.yaml", route)]);
        // No record comes in while it is loaded: an Alloy 1.19.2 that fails to evaluate something may lock up on one, because
        // it puts the old configuration back before it has started what is new.
        let failed = self.world.event(ID, "config_failed", 1);
        assert!(failed.message.contains("no_such_argument"), "Alloy's own words: {failed:#?}");
        let seen = self.seen("it shows as failed", |c| c.sync == Sync::Failed);
        let reason = seen.sync_reason.clone().unwrap_or_default();
        assert!(reason.contains("no_such_argument"), "{reason}");
        assert_eq!(seen.effective.unwrap().hash.as_ref(), Some(&good), "the last good one goes on");
        let before = self.alerts.log_count();
        send::logs(&self.ports.endpoint(), "shop", "ERROR", &["while it is failed"]).unwrap();
        let more = || (self.alerts.log_count() > before).then_some(());
        until("telemetry flows on", SOON, more);
        let said = self.host.as_ref().unwrap().said();
        assert!(!said.contains("panic"), "{said}");
        self.stays_failed();
        let fixed = raw("{client: {endpoint: \"http://127.0.0.1:1\"}}");
        self.world.save(&[("fleet/destinations/zz-broken.yaml", &fixed)]);
        let healed = |c: &Collector| c.sync == Sync::InSync && runs_what_it_should(c);
        let healed = self.seen("the corrected save heals it", healed);
        assert_ne!(healed.desired.unwrap().hash, good);
        assert!(self.host.as_mut().unwrap().runs());
        assert_eq!(self.world.count(ID, "config_failed"), 1, "{:?}", self.world.kinds(ID));
    }

    /// Two polls later it is still failed: that it has the hash proves nothing.
    fn stays_failed(&self) {
        let seen = |c: &Collector| c.last_seen_at.clone();
        for _ in 0..2 {
            let before = seen(&self.world.collector(ID));
            let after = self.seen("it polls", |c| c.last_seen_at != before);
            assert_eq!(after.sync, Sync::Failed);
        }
    }

    fn is_removed(&mut self) {
        self.world.api().remove_collector(ID, false).unwrap();
        assert_eq!(self.world.ids(), [""; 0]);
        let stopped =
            || send::logs(&self.ports.endpoint(), "shop", "INFO", &["after the end"]).is_err().then_some(());
        until("it runs nothing of ours", APPLY_MAX, stopped);
        let host = self.host.as_mut().unwrap();
        assert!(host.runs(), "the process lives");
        // The host reboots.
        host.stop();
        host.start_ready();
        assert!(
            host.metric("remotecfg_last_load_successful").is_some_and(|value| value == 1.0),
            "{}",
            host.said()
        );
        assert_eq!(self.world.ids(), [""; 0], "and is not back");
    }

    fn seen(&self, what: &str, seen: impl Fn(&Collector) -> bool) -> Collector {
        until_seen(what, JOIN_MAX, || self.world.collector(ID), |collector| seen(collector))
    }
}
