//! What an Alloy sends: Prometheus names, no starts, one process that brings the numbers of its own file too.

use std::collections::BTreeSet;

use linkmesh_throughput::{
    Added, Batch, Components, History, Kind, Measure, Number, Reading, Signal, StageMap, StageRef, families,
};

use crate::collector::{DAWN_MS, Push, key};

const SENT: &str = "otelcol_exporter_sent_log_records_total";
const MODULE: &str = "/remotecfg/linkmesh.default";
const EU: &str = "otelcol.exporter.otlphttp.eu";

fn at(path: &'static str, id: &'static str) -> [(&'static str, &'static str); 2] {
    [("component_path", path), ("component_id", id)]
}

/// Pushes of one counter without a start, ten seconds apart: each a list of its points. Then its rate over a minute.
fn rate(pushes: &[&[f64]]) -> Option<f64> {
    let mut history = History::new();
    for (n, points) in (0u64..).zip(pushes) {
        let at_ms = DAWN_MS + n * 10_000;
        let keep_alive = [("component_path", MODULE), ("component_id", EU), ("data_type", "logs")];
        let mut push = Push::at(at_ms, 0).with("otelcol_exporter_queue_size", &keep_alive, 0);
        for value in *points {
            push = push.number(SENT, &at(MODULE, EU), Number::Double(*value));
        }
        push.received(&mut history, at_ms);
    }
    let sent = key(Kind::Exporter, EU, Some(Signal::Logs), Measure::Sent);
    history.rate(&sent, history.latest_unix_ms()?, 10_000)
}

#[test]
fn s41_a_counter_that_starts_anew_without_saying_so_neither_falls_nor_leaps() {
    assert_eq!(rate(&[&[100.0], &[200.0]]), Some(10.0));
    // The process or the component began again at zero.
    assert_eq!(rate(&[&[100.0], &[200.0], &[50.0]]), Some(5.0));
    // A component that is new counted from zero.
    assert_eq!(rate(&[&[], &[50.0]]), Some(5.0));
}

#[test]
fn s41_a_series_that_ended_is_unknown_and_not_zero() {
    assert_eq!(rate(&[&[100.0], &[200.0], &[]]), None);
    assert_eq!(rate(&[&[100.0], &[200.0], &[], &[230.0]]), Some(3.0));
}

#[test]
fn s41_a_file_that_is_gone_does_not_count_the_others_anew() {
    assert_eq!(rate(&[&[1e6, 50.0], &[1e6, 150.0]]), Some(10.0));
    assert_eq!(rate(&[&[1e6, 50.0], &[1e6]]), Some(0.0));
    assert_eq!(rate(&[&[1e6, 50.0], &[1e6], &[1e6 + 100.0]]), Some(10.0));
    // One went and one came.
    assert_eq!(rate(&[&[1e6, 50.0], &[1e6, 7.0]]), Some(0.0));
    // A sum that became one series again counts as one.
    assert_eq!(rate(&[&[1e6, 50.0], &[1e6], &[20.0]]), Some(2.0));
}

#[test]
fn s41_it_is_remembered_over_a_restart_of_the_server_that_a_number_was_a_sum() {
    let mut history = History::new();
    let push = |n: u64| Push::at(DAWN_MS + n * 10_000, 0);
    let two = push(0).with(SENT, &at(MODULE, EU), 1_000_000).with(SENT, &at(MODULE, EU), 50);
    two.received(&mut history, DAWN_MS);
    let mut back = History::from_bytes(&history.to_bytes()).unwrap();
    assert_eq!(back, history);
    push(1).with(SENT, &at(MODULE, EU), 1_000_000).received(&mut back, DAWN_MS + 10_000);
    let sent = key(Kind::Exporter, EU, Some(Signal::Logs), Measure::Sent);
    assert_eq!(back.rate(&sent, DAWN_MS + 10_000, 10_000), Some(0.0));
}

#[test]
fn s41_two_scrapes_in_one_request_are_not_added_up() {
    for order in [[0, 10], [10, 0]] {
        let mut history = History::new();
        Push::at(DAWN_MS - 10_000, 0)
            .with(SENT, &at(MODULE, EU), 100)
            .received(&mut history, DAWN_MS - 10_000);
        let mut both = Batch::new();
        for at_s in order {
            for part in [100, 200] {
                let reading = Reading {
                    family: SENT,
                    value: Number::Int(part + i64::try_from(at_s).unwrap() * 10),
                    start_time_unix_nano: 0,
                    time_unix_nano: (DAWN_MS + at_s * 1000) * 1_000_000,
                };
                let found =
                    both.add(&reading, |name| at(MODULE, EU).iter().find(|(k, _)| *k == name).map(|p| p.1));
                assert_eq!(found, Added::Kept);
            }
        }
        history.record(&both, DAWN_MS + 10_000);
        let sent = key(Kind::Exporter, EU, Some(Signal::Logs), Measure::Sent);
        // 100 and 200 at first, 200 and 300 ten seconds later.
        assert_eq!(history.rate(&sent, DAWN_MS + 10_000, 20_000), Some(20.0), "{order:?}");
    }
}

#[test]
fn s42_components_of_the_remote_configuration_count_and_those_of_the_hosts_own_file_do_not() {
    let seen = |path, id| Push::at(DAWN_MS, 0).with(SENT, &at(path, id), 1).batch.series_count();
    assert_eq!(seen("/remotecfg", EU), 1);
    assert_eq!(seen(MODULE, EU), 1);
    assert_eq!(seen("/remotecfg/a.b/c.d", EU), 1);
    for path in ["/", "", "/remotecfgs", "remotecfg", "/linkmesh.default", "/x/remotecfg"] {
        assert_eq!(seen(path, EU), 0, "{path}");
    }
    assert_eq!(seen(MODULE, ""), 0);
    let unnamed = [("component_id", EU), ("exporter", "otlphttp/x")];
    assert_eq!(Push::at(DAWN_MS, 0).with(SENT, &unnamed, 1).batch.series_count(), 0);
}

#[test]
fn s42_the_queue_has_the_same_name_on_both_runtimes_and_finds_both_components() {
    let queue = |labels: &[(&str, &str)]| {
        let mut history = History::new();
        Push::at(DAWN_MS, 0).with("otelcol_exporter_queue_size", labels, 7).received(&mut history, DAWN_MS);
        let level = |id: &str| {
            let key = key(Kind::Exporter, id, Some(Signal::Traces), Measure::QueueSize);
            history.level(&key, DAWN_MS)
        };
        (level("otlp_http/eu"), level(EU), history.series_count())
    };
    let long = "otlphttp/remotecfg/linkmesh.default/otelcol.exporter.otlphttp.eu";
    let traces = ("data_type", "traces");
    assert_eq!(queue(&[("exporter", "otlp_http/eu"), traces]), (Some(7), None, 2));
    let [path, id] = at(MODULE, EU);
    assert_eq!(queue(&[("exporter", long), traces, path, id]), (None, Some(7), 2));
    let [path, id] = at("/", EU);
    assert_eq!(queue(&[("exporter", long), traces, path, id]), (None, None, 0), "its own pipeline");
}

#[test]
fn s42_a_component_is_the_stage_that_the_rendering_says() {
    let stage = |entity: &str, stage: &str| StageRef { entity: entity.to_owned(), stage: stage.to_owned() };
    let filter = "otelcol.processor.filter.app__errors";
    let file = "loki.source.file.app";
    let map: StageMap = [
        (Kind::Receiver, file, stage("fleet/sources/app", "source")),
        (Kind::Processor, filter, stage("fleet/routes/errors", "edge:app")),
        (Kind::Exporter, EU, stage("fleet/destinations/eu", "destination")),
    ]
    .into_iter()
    .collect();
    let mut history = History::new();
    for n in 0..2 {
        let at_ms = DAWN_MS + n * 10_000;
        let grown = n.cast_signed();
        let [path, id] = at(MODULE, filter);
        let items = [path, id, ("otel_signal", "logs"), ("processor", "filter/remotecfg/x")];
        let mut push = Push::at(at_ms, 0);
        for (name, value) in [("incoming", 300), ("outgoing", 75)] {
            push = push.with(&format!("otelcol_processor_{name}_items_total"), &items, value * grown);
        }
        push = push.with("loki_source_file_read_lines_total", &at(MODULE, file), 400 * grown);
        push = push.with(SENT, &at(MODULE, EU), 70 * grown);
        push = push.with("otelcol_exporter_enqueue_failed_log_records_total", &at(MODULE, EU), 5 * grown);
        push.received(&mut history, at_ms);
    }
    let seen = history.throughput(DAWN_MS + 10_000, 60_000, &map);
    let flows: Vec<_> = seen
        .components
        .iter()
        .map(|c| (c.stage.as_str(), c.signal, c.flow.in_per_s, c.flow.out_per_s, c.flow.errors_per_s))
        .collect();
    let logs = Some(Signal::Logs);
    assert_eq!(
        flows,
        [
            ("destination", logs, None, Some(7.0), Some(0.5)),
            ("edge:app", logs, Some(30.0), Some(7.5), None),
            ("source", logs, Some(40.0), None, Some(0.0)),
        ]
    );
}

/// A process of Alloy as it says it is: seconds of processor time, bytes, and seconds since 1970 at its start.
fn process(prefix: &str, at_s: u64, cpu_s: f64, bytes: i64, start_s: u64) -> Push {
    let start = f64::from(u32::try_from(DAWN_MS / 1000 + start_s).expect("a second of this century")) + 0.25;
    Push::at(DAWN_MS + at_s * 1000, 0)
        .number(&format!("{prefix}_cpu_seconds_total"), &[], Number::Double(cpu_s))
        .with(&format!("{prefix}_resident_memory_bytes"), &[], bytes)
        .number(&format!("{prefix}_start_time_seconds"), &[], Number::Double(start))
}

#[test]
fn the_process_has_processor_time_memory_and_the_time_since_its_start() {
    for prefix in ["alloy_resources_process", "process"] {
        let mut history = History::new();
        process(prefix, 100, 5.0, 1000, 50).received(&mut history, DAWN_MS + 100_000);
        process(prefix, 110, 6.0, 2000, 50).received(&mut history, DAWN_MS + 110_000);
        let seen = history.throughput(DAWN_MS + 110_000, 60_000, &StageMap::default()).process;
        assert_eq!((seen.cpu_percent, seen.memory_bytes), (Some(10.0), Some(2000)), "{prefix}");
        assert_eq!((seen.uptime_s, seen.restarts), (Some(59.75), Some(0)), "{prefix}");
    }
}

#[test]
fn what_is_sent_under_two_names_counts_once() {
    let sent = |names: [(&str, i64); 2]| {
        let mut history = History::new();
        let mut push = Push::at(DAWN_MS, 0);
        for (name, bytes) in names {
            push = push.with(&format!("{name}_resident_memory_bytes"), &[], bytes);
        }
        push.received(&mut history, DAWN_MS);
        history.throughput(DAWN_MS, 60_000, &StageMap::default()).process.memory_bytes
    };
    assert_eq!(sent([("alloy_resources_process", 700), ("process", 800)]), Some(700));
    assert_eq!(sent([("process", 800), ("alloy_resources_process", 700)]), Some(700));
}

#[test]
fn a_later_start_is_a_restart_however_long_the_new_process_runs() {
    let mut history = History::new();
    let own = "alloy_resources_process";
    process(own, 100, 5.0, 1, 95).received(&mut history, DAWN_MS + 100_000);
    process(own, 160, 1.0, 1, 120).received(&mut history, DAWN_MS + 160_000);
    let seen = history.throughput(DAWN_MS + 160_000, 60_000, &StageMap::default()).process;
    assert_eq!((seen.restarts, seen.uptime_s), (Some(1), Some(39.75)));
    // A start that moves by less than a second is the same one: systems compute it from their uptime.
    process(own, 170, 1.5, 1, 121).received(&mut history, DAWN_MS + 170_000);
    let seen = history.throughput(DAWN_MS + 170_000, 60_000, &StageMap::default()).process;
    assert_eq!(seen.restarts, Some(1));
}

#[test]
fn components_of_the_remote_configuration_are_counted_by_how_they_are() {
    let family = "alloy_component_controller_running_components";
    let of = |path: &'static str, id: &'static str, health: &'static str| {
        [("controller_path", path), ("controller_id", id), ("health_type", health)]
    };
    let mut history = History::new();
    assert_eq!(history.components(DAWN_MS), None);
    let own = Push::at(DAWN_MS, 0).with(family, &of("/", "", "unhealthy"), 6);
    assert_eq!(own.batch.series_count(), 0, "the host's own file is not ours");
    let push = |at_s: u64, unhealthy: i64| {
        let push = Push::at(DAWN_MS + at_s * 1000, 0)
            .with(family, &of("/", "remotecfg", "healthy"), 1)
            .with(family, &of("/remotecfg", "linkmesh.default", "healthy"), 9)
            .with(family, &of("/remotecfg", "linkmesh.default", "unknown"), 3);
        match unhealthy {
            0 => push,
            count => push.with(family, &of("/remotecfg", "linkmesh.default", "exited"), count),
        }
    };
    push(0, 0).received(&mut history, DAWN_MS);
    assert_eq!(history.components(DAWN_MS), Some(Components { healthy: 10, unhealthy: 0 }));
    push(10, 2).received(&mut history, DAWN_MS + 10_000);
    assert_eq!(history.components(DAWN_MS + 10_000), Some(Components { healthy: 10, unhealthy: 2 }));
    push(20, 0).received(&mut history, DAWN_MS + 20_000);
    assert_eq!(history.components(DAWN_MS + 20_000), Some(Components { healthy: 10, unhealthy: 0 }));
    assert_eq!(history.components(DAWN_MS + 3_600_000), None, "it fell silent");
}

#[test]
fn no_family_is_there_twice() {
    let names: Vec<_> = families().map(|family| family.name).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert!(!names.iter().any(|name| name.ends_with("_bucket")));
}
