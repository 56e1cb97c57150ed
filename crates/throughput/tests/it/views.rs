//! What a stage shows, from the ids of a rendered configuration.

use linkmesh_throughput::{Flow, History, Kind, Number, Process, Signal, StageMap, StageRef, Throughput};

use crate::collector::{ACCEPTED, DAWN_MS, Push, SENT};

const INCOMING: &str = "otelcol_processor_incoming_items";
const OUTGOING: &str = "otelcol_processor_outgoing_items";

pub(crate) fn map() -> StageMap {
    let stage = |entity: &str, stage: &str| StageRef { entity: entity.into(), stage: stage.into() };
    StageMap::from_iter([
        (Kind::Receiver, "otlp/app", stage("fleet/sources/app", "source")),
        (Kind::Processor, "filter/app.errors", stage("fleet/routes/errors", "edge:app")),
        (Kind::Processor, "transform/errors.in", stage("fleet/routes/errors", "in")),
        (Kind::Exporter, "otlp_http/d1", stage("fleet/destinations/d1", "destination")),
        (Kind::Exporter, "otlp_http/d2", stage("fleet/destinations/d2", "destination")),
    ])
}

/// A push after `n` times ten seconds, of which 300 records were taken in and 75 matched each time.
pub(crate) fn push(n: i64) -> Push {
    let processor = |id| [("processor", id), ("otel.signal", "logs")];
    let d1 = [("exporter", "otlp_http/d1")];
    let queue = [("exporter", "otlp_http/d1"), ("data_type", "logs")];
    Push::at(DAWN_MS + n.cast_unsigned() * 10_000, DAWN_MS - 1_000)
        .with(ACCEPTED, &[("receiver", "otlp/app"), ("transport", "http")], n * 200)
        .with(ACCEPTED, &[("receiver", "otlp/app"), ("transport", "grpc")], n * 100)
        .with(INCOMING, &processor("filter/app.errors"), n * 300)
        .with(OUTGOING, &processor("filter/app.errors"), n * 75)
        .with(INCOMING, &processor("memory_limiter"), n * 300)
        .with(SENT, &d1, n * 75)
        .with("otelcol_exporter_queue_size", &queue, 7)
        .with("otelcol_exporter_queue_capacity", &queue, 50_000)
        .with("otelcol_process_memory_rss", &[], 64 * 1024 * 1024)
        .number("otelcol_process_cpu_seconds", &[], Number::Double(precise(n) * 0.5))
        .uptime_s(precise(n) * 10.0 + 1.0)
}

fn precise(n: i64) -> f64 {
    n as f64
}

fn flow<'t>(seen: &'t Throughput, entity: &str, stage: &str) -> (&'t Flow, Option<Signal>) {
    let mut found = seen.components.iter().filter(|c| c.entity == entity && c.stage == stage);
    let component = found.next().expect("the stage is there");
    assert!(found.next().is_none());
    (&component.flow, component.signal)
}

#[test]
fn each_stage_shows_what_its_components_count() {
    let mut history = History::new();
    for n in 0..4 {
        push(n).received(&mut history, DAWN_MS + n.cast_unsigned() * 10_000);
    }
    let seen = history.throughput(DAWN_MS + 31_000, 20_000, &map());
    assert_eq!((seen.as_of_unix_ms, seen.interval_s), (Some(DAWN_MS + 30_000), Some(20.0)));

    let source = Flow { in_per_s: Some(30.0), errors_per_s: Some(0.0), ..Flow::default() };
    assert_eq!(flow(&seen, "fleet/sources/app", "source"), (&source, Some(Signal::Logs)));
    let edge = Flow { in_per_s: Some(30.0), out_per_s: Some(7.5), ..Flow::default() };
    assert_eq!(flow(&seen, "fleet/routes/errors", "edge:app"), (&edge, Some(Signal::Logs)));
    let destination = Flow {
        in_per_s: None,
        out_per_s: Some(7.5),
        errors_per_s: Some(0.0),
        queue_size: Some(7),
        queue_capacity: Some(50_000),
    };
    assert_eq!(flow(&seen, "fleet/destinations/d1", "destination"), (&destination, Some(Signal::Logs)));
    // A stage that never counted is unknown, not idle.
    assert_eq!(flow(&seen, "fleet/routes/errors", "in"), (&Flow::default(), None));
    assert_eq!(flow(&seen, "fleet/destinations/d2", "destination"), (&Flow::default(), None));
    assert_eq!(seen.components.len(), 5);

    let process = Process {
        cpu_percent: Some(5.0),
        memory_bytes: Some(64 * 1024 * 1024),
        uptime_s: Some(31.0),
        restarts: Some(0),
    };
    assert_eq!(seen.process, process);
}

#[test]
fn a_destination_that_only_ever_failed_sent_nothing() {
    let mut history = History::new();
    let failed = |n: i64| {
        Push::at(DAWN_MS + n.cast_unsigned() * 10_000, 1)
            .with("otelcol_exporter_send_failed_log_records", &[("exporter", "otlp_http/d1")], n * 10)
            .with("otelcol_exporter_enqueue_failed_log_records", &[("exporter", "otlp_http/d1")], n * 20)
    };
    failed(0).received(&mut history, DAWN_MS);
    failed(1).received(&mut history, DAWN_MS + 10_000);
    let seen = history.throughput(DAWN_MS + 10_000, 60_000, &map());
    let (flow, _) = flow(&seen, "fleet/destinations/d1", "destination");
    assert_eq!((flow.out_per_s, flow.errors_per_s), (Some(0.0), Some(3.0)));
}

#[test]
fn a_memory_limiter_that_uses_both_names_refused_once() {
    let mut history = History::new();
    let limiter = [("processor", "memory_limiter")];
    let stage = StageRef { entity: "process".into(), stage: "limiter".into() };
    let map = StageMap::from_iter([(Kind::Processor, "memory_limiter", stage)]);
    for n in 0..2i64 {
        let at_ms = DAWN_MS + n.cast_unsigned() * 10_000;
        Push::at(at_ms, 1)
            .with("otelcol_processor_memory_limiter_refused_spans", &limiter, n * 50)
            .with("otelcol_processor_refused_spans", &limiter, n * 50)
            .received(&mut history, at_ms);
    }
    let seen = history.throughput(DAWN_MS + 10_000, 60_000, &map);
    assert_eq!(flow(&seen, "process", "limiter").0.errors_per_s, Some(5.0));
}

#[test]
fn one_stage_of_several_components_and_several_signals() {
    let stage = StageRef { entity: "fleet/sources/app".into(), stage: "source".into() };
    let map =
        StageMap::from_iter([(Kind::Receiver, "otlp/a", stage.clone()), (Kind::Receiver, "otlp/b", stage)]);
    let mut history = History::new();
    for n in 0..2i64 {
        let at_ms = DAWN_MS + n.cast_unsigned() * 10_000;
        Push::at(at_ms, 1)
            .with(ACCEPTED, &[("receiver", "otlp/a")], n * 100)
            .with(ACCEPTED, &[("receiver", "otlp/b")], n * 200)
            .with("otelcol_receiver_accepted_spans", &[("receiver", "otlp/b")], n * 50)
            .received(&mut history, at_ms);
    }
    let seen = history.throughput(DAWN_MS + 10_000, 60_000, &map);
    let flows: Vec<_> = seen.components.iter().map(|c| (c.signal, c.flow.in_per_s)).collect();
    assert_eq!(flows, [(Some(Signal::Logs), Some(30.0)), (Some(Signal::Traces), Some(5.0))]);
}

#[test]
fn restarts_are_counted_and_reloads_are_not() {
    let mut history = History::new();
    let mut at = |at_s: u64, start_s: u64, uptime_s: f64, sent: i64| {
        let push = Push::at(DAWN_MS + at_s * 1000, DAWN_MS + start_s * 1000).uptime_s(uptime_s).sent(sent);
        push.received(&mut history, DAWN_MS + at_s * 1000);
        history.throughput(DAWN_MS + at_s * 1000, 60_000, &StageMap::default()).process.restarts
    };
    assert_eq!(at(10, 1, 9.0, 500), Some(0));
    assert_eq!(at(20, 1, 19.0, 600), Some(0));
    assert_eq!(at(30, 25, 5.0, 10), Some(1), "uptime fell");
    assert_eq!(at(40, 25, 15.0, 20), Some(1));
    assert_eq!(at(50, 45, 25.0, 1), Some(1), "a reload within the process begins new counters");
    assert_eq!(at(120, 90, 30.0, 1), Some(2), "uptime grew by less than time did, and counting began anew");
    assert_eq!(at(130, 90, 40.0, 1), Some(2));
}

#[test]
fn without_uptime_a_later_start_is_a_restart() {
    let mut history = History::new();
    for (at_s, start_s) in [(10, 1), (20, 1), (30, 25), (40, 25), (50, 45)] {
        let push = Push::at(DAWN_MS + at_s * 1000, DAWN_MS + start_s * 1000).sent(1);
        push.received(&mut history, DAWN_MS + at_s * 1000);
    }
    let seen = history.throughput(DAWN_MS + 50_000, 60_000, &StageMap::default());
    assert_eq!(seen.process, Process { restarts: Some(2), ..Process::default() });
}

#[test]
fn a_gauge_that_is_gone_is_unknown_and_not_its_last_value() {
    let mut history = History::new();
    for n in 0..10 {
        let at_ms = DAWN_MS + n * 10_000;
        let queue = [("exporter", "otlp_http/d1"), ("data_type", "logs")];
        let mut push = Push::at(at_ms, 1).sent(1);
        if n < 3 {
            push = push.with("otelcol_exporter_queue_size", &queue, 9);
        }
        push.received(&mut history, at_ms);
        let seen = history.throughput(at_ms, 60_000, &map());
        let size = flow(&seen, "fleet/destinations/d1", "destination").0.queue_size;
        assert_eq!(size, if n <= 5 { Some(9) } else { None }, "push {n}");
    }
}

#[test]
fn nothing_is_known_of_a_collector_that_never_pushed() {
    let seen = History::new().throughput(DAWN_MS, 60_000, &map());
    assert_eq!((seen.as_of_unix_ms, seen.interval_s, seen.process), (None, None, Process::default()));
    assert!(seen.components.iter().all(|c| c.flow == Flow::default()));
}
