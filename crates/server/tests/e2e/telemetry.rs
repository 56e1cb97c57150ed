//! What flows through `examples/quickstart`, whatever runs it: where records arrive, and what is counted on the way.
//! Start at [`Telemetry`].

use std::time::Duration;

use linkmesh_api::types::{ComponentThroughput, ThroughputQuery};
use linkmesh_testkit::send;
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::wait::{until, until_seen};

use crate::world::{APPLY_MAX, Ports, World};

/// Records of the story: more errors than anything could round away.
const ERRORS: usize = 40;
const INFOS: usize = 60;
const DEBUGS: usize = 20;

/// A collector that runs the quickstart, and both of its destinations.
#[derive(Clone, Copy)]
pub(crate) struct Telemetry<'a> {
    pub(crate) world: &'a World,
    pub(crate) id: &'a str,
    pub(crate) ports: Ports,
    pub(crate) alerts: &'a Sink,
    pub(crate) archive: &'a Sink,
}

impl Telemetry<'_> {
    /// Sends records of every kind once; each arrives where it should, changed as it should be, or nowhere.
    pub(crate) fn records_arrive(self) {
        let endpoint = self.ports.endpoint();
        until("the collector listens", APPLY_MAX, || {
            send::logs(&endpoint, "probe", "DEBUG", &["probe"]).ok()
        });
        let bodies = |word: &str, count: usize| -> Vec<String> {
            (0..count).map(|n| format!("{word} {n} password=secret{n}")).collect()
        };
        for (severity, count) in [("ERROR", ERRORS), ("INFO", INFOS), ("DEBUG", DEBUGS)] {
            let bodies = bodies(severity, count);
            let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
            send::logs(&endpoint, "shop", severity, &bodies).unwrap();
        }
        send::lines(&self.world.folder.join("app-logs/shop.log"), &["a line", "an ERROR in a file"]);
        until_seen(
            "errors arrive at the alerts",
            APPLY_MAX,
            || self.alerts.log_count(),
            |count| *count == ERRORS + 1,
        );
        until_seen(
            "the rest arrives at the archive",
            APPLY_MAX,
            || self.archive.log_count(),
            |count| *count == INFOS + 1,
        );
        for log in self.alerts.logs().iter().chain(&self.archive.logs()) {
            assert!(!log.body.contains("secret"), "the transform hid it: {log:?}");
            assert_eq!(log.attributes.get("cleaned").map(String::as_str), Some("true"), "{log:?}");
            assert!(log.resource.contains_key("linkmesh.source.id"), "the source is stamped: {log:?}");
            let marks = log.attributes.keys().any(|key| key.starts_with("linkmesh."));
            assert!(!marks, "no mark of routing is left: {log:?}");
        }
        let from_file = self.alerts.logs().into_iter().find(|log| log.body.contains("in a file")).unwrap();
        assert_eq!(from_file.resource.get("linkmesh.source.id").map(String::as_str), Some("app-files"));
    }

    /// Counters become rates that agree with what is sent, at every stage that is asked.
    pub(crate) fn rates_agree(self) {
        let (offered, matched) = self.steady_rates();
        assert!((matched / offered - 0.25).abs() < 0.05, "a quarter are errors: {matched} of {offered}");
    }

    /// The numbers of one stage now.
    pub(crate) fn at(self, entity: &str, stage: &str) -> Option<ComponentThroughput> {
        let flows = self.world.api().throughput(self.id, &ThroughputQuery::default()).unwrap().components;
        find(&flows, entity, stage)
    }

    fn flowing(self) -> Vec<ComponentThroughput> {
        self.world.api().throughput(self.id, &ThroughputQuery::default()).unwrap().components
    }

    /// Sends 40 records a second, ten of them errors, until the rates have settled; gives offered and matched.
    fn steady_rates(self) -> (f64, f64) {
        let endpoint = self.ports.endpoint();
        let mut round = 0_usize;
        let start = std::time::Instant::now();
        let seen = until_seen(
            "the rates show what is sent",
            Duration::from_secs(40),
            || {
                // Two rounds a tick of 50 ms would be too fast; ten rounds a second are steady enough.
                if start.elapsed() >= Duration::from_millis(100) * u32::try_from(round).unwrap() {
                    round += 1;
                    send::logs(&endpoint, "shop", "ERROR", &["steady error"]).unwrap();
                    send::logs(&endpoint, "shop", "INFO", &["steady", "steady", "steady"]).unwrap();
                }
                let flows = self.flowing();
                let edge = find(&flows, "routes/errors", "edge:app-otlp");
                let edge = edge.map(|e| (e.in_per_s.unwrap_or(0.0), e.out_per_s.unwrap_or(0.0)));
                let source =
                    find(&flows, "sources/app-otlp", "source").and_then(|s| s.in_per_s).unwrap_or(0.0);
                let alerts = find(&flows, "destinations/alerts", "destination")
                    .and_then(|d| d.out_per_s)
                    .unwrap_or(0.0);
                (source, edge.unwrap_or((0.0, 0.0)), alerts)
            },
            |(source, (offered, matched), alerts)| {
                let near = |is: f64, should: f64| (is / should - 1.0).abs() < 0.15;
                near(*source, 40.0) && near(*offered, 40.0) && near(*matched, 10.0) && near(*alerts, 10.0)
            },
        );
        seen.1
    }
}

fn find(flows: &[ComponentThroughput], entity: &str, stage: &str) -> Option<ComponentThroughput> {
    flows.iter().find(|flow| flow.entity == entity && flow.stage == stage).cloned()
}
