//! Entries of the catalog on Alloy, run: their records are counted where they arrive.

use linkmesh_api::types::ThroughputQuery;
use linkmesh_testkit::alloy::Alloy;
use linkmesh_testkit::send;
use linkmesh_testkit::sink::{Log, Sink};
use linkmesh_testkit::wait::{until, until_seen};

use super::restarts::ID;
use crate::world::{APPLY_MAX, JOIN_MAX, Ports, SOON, World};

const LINES: usize = 20;

/// Where everything goes.
struct Ends {
    out: Sink,
    relayed: Sink,
    loki: Sink,
    prometheus: Sink,
}

/// Sources of every kind that a test machine has, and a destination for each kind that can be listened to.
fn entities(
    ends: &Ends,
    devices: u16,
    relay: Ports,
    own: &str,
    lines: &str,
    file: &str,
) -> Vec<(String, String)> {
    let grpc = relay.grpc;
    [
        ("sources/devices", format!("type: syslog\nsettings: {{endpoint: \"127.0.0.1:{devices}\"}}\n")),
        ("sources/lines", format!("type: file-logs\nsettings: {{include: [\"{lines}\"], start_at: beginning}}\n")),
        ("sources/host", "type: host-metrics\nsettings: {interval_s: 2, collect: [cpu, memory, network]}\n".to_owned()),
        ("sources/self", format!("type: prometheus\nsettings: {{targets: [\"{own}\"], interval_s: 2}}\n")),
        ("sources/relay", format!("type: otlp\nsettings: {{grpc: \"127.0.0.1:{grpc}\"}}\n")),
        ("destinations/out", format!("type: otlp-http\nendpoint: {}\n", ends.out.endpoint())),
        ("destinations/relayed", format!("type: otlp-http\nendpoint: {}\n", ends.relayed.endpoint())),
        ("destinations/loki", format!("type: loki\nendpoint: {}/otlp\n", ends.loki.endpoint())),
        ("destinations/grpc", format!("type: otlp-grpc\nendpoint: http://127.0.0.1:{grpc}\n")),
        ("destinations/kept", format!("type: file\nsettings: {{path: {file}}}\n")),
        ("destinations/prometheus", format!("type: prometheus-remote-write\nendpoint: {}/api/v1/push\n", ends.prometheus.endpoint())),
        ("routes/logs", "sources: [devices, lines]\npipeline: tidy\ndestinations: [out, loki, grpc, kept]\nsignals: [logs]\n".to_owned()),
        ("routes/metrics", "sources: [host, self]\ndestinations: [out, prometheus]\nsignals: [metrics]\n".to_owned()),
        ("routes/relay", "sources: [relay]\ndestinations: [relayed]\nsignals: [logs]\n".to_owned()),
    ]
    .into_iter()
    .map(|(path, text)| (format!("fleet/{path}.yaml"), text))
    .chain([("pipelines/tidy.yaml".to_owned(), TIDY.to_owned())])
    .collect()
}

const TIDY: &str = r#"
name: Tidy
signals: [logs]
steps:
  - {id: detect, type: resource-detection, settings: {detect: [system]}}
  - {id: place, type: resource, settings: {actions: [{action: upsert, key: deployment.environment.name, value: test}]}}
  - {id: mark, type: attributes, settings: {actions: [{action: insert, key: tidied, value: "yes"}]}}
  - {id: mask, type: mask, settings: {fields: [log.body], patterns: [email], replacement: "[masked]"}}
  - {id: noise, type: filter, settings: {drop: {logs: ['IsMatch(log.body, "noise")']}}}
  - {id: all, type: sample, settings: {percent: 1, follow_trace: false, keep: {logs: [log.severity_number >= 0]}}}
  - {id: compact, type: group-by}
  - {id: batch, type: batch, settings: {min_items: 1, max_items: 0, flush_ms: 100}}
"#;

#[test]
fn what_goes_in_at_every_source_comes_out_at_every_destination() {
    let world = World::new("alloy-entries");
    let ends =
        Ends { out: Sink::start(), relayed: Sink::start(), loki: Sink::start(), prometheus: Sink::start() };
    world.make(ID);
    let (_, bootstrap) = world.mint(false);
    let bootstrap = bootstrap.replace("generally-available", "public-preview");
    let mut host =
        Alloy::prepare(&world.folder, ID, &bootstrap).with_flag("--stability.level=public-preview");
    host.start_ready();
    let (devices, lines, kept) =
        (linkmesh_testkit::ports::free(), world.folder.join("app/a.log"), world.folder.join("kept.jsonl"));
    // Not heard of before its first poll, so that its stability is known.
    until("it is heard", JOIN_MAX, || world.collector(ID).version);
    let (lines_text, kept_text) = (lines.display().to_string(), kept.display().to_string());
    let entities = entities(&ends, devices, Ports::free(), &host.address(), &lines_text, &kept_text);
    world.save(&crate::world::borrowed(&entities));
    let texts: Vec<String> = (0..LINES).map(|n| format!("line {n} of mary@example.com")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    send::lines(&lines, &[&texts[..], &["noise"]].concat());
    let syslog = |text: &&str| format!("<11>1 2026-01-02T03:04:05Z device app 7 - - {text}");
    let messages: Vec<String> = texts.iter().chain(&["noise"]).map(syslog).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let address = format!("127.0.0.1:{devices}");
    until("the syslog source listens", APPLY_MAX, || send::tcp_lines(&address, &messages).ok());
    let of_both = LINES * 2;
    for (name, sink) in [("out", &ends.out), ("loki", &ends.loki), ("relayed by gRPC", &ends.relayed)] {
        until_seen(
            &format!("all logs are at {name}"),
            APPLY_MAX,
            || sink.log_count(),
            |count| *count == of_both,
        );
        sink.logs().iter().for_each(|log| is_tidy(log, name != "relayed by gRPC"));
    }
    let in_file = || std::fs::read_to_string(&kept).unwrap_or_default().matches("[masked]").count();
    until_seen("all logs are in the file", SOON, in_file, |count| *count == of_both);
    until("metrics arrive", APPLY_MAX, || (ends.out.metric_points() > 0).then_some(()));
    until("remote writes arrive", APPLY_MAX, || (ends.prometheus.remote_writes() > 0).then_some(()));
    every_end_is_counted(&world);
    assert_eq!(world.count(ID, "config_failed"), 0);
}

fn is_tidy(log: &Log, is_ours: bool) {
    assert!(log.body.contains("[masked]") && !log.body.contains("noise"), "{log:?}");
    assert_eq!(log.attributes.get("tidied").map(String::as_str), Some("yes"), "{log:?}");
    let resource = |key: &str| log.resource.get(key).map(String::as_str);
    assert_eq!(resource("deployment.environment.name"), Some("test"), "{log:?}");
    assert!(resource("host.name").is_some(), "{log:?}");
    let source = resource("linkmesh.source.id");
    assert_eq!(source == Some("relay"), !is_ours, "{log:?}");
}

/// Every source and destination has its numbers, also those whose components are none of OpenTelemetry's.
fn every_end_is_counted(world: &World) {
    let look = || world.api().throughput(ID, &ThroughputQuery::default()).unwrap().components;
    for (entity, out) in [
        ("sources/devices", false),
        ("sources/lines", false),
        ("sources/host", false),
        ("sources/self", false),
        ("sources/relay", false),
        ("destinations/out", true),
        ("destinations/loki", true),
        ("destinations/grpc", true),
        ("destinations/kept", true),
        ("destinations/prometheus", true),
    ] {
        until_seen(&format!("{entity} is counted"), SOON, look, |flows| {
            flows.iter().any(|flow| {
                flow.entity.ends_with(entity) && if out { flow.out_per_s } else { flow.in_per_s }.is_some()
            })
        });
    }
}
