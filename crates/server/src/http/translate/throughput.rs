//! Rates. What is unknown stays unknown.

use linkmesh_api::types as api;
use linkmesh_fleet::{Place, Timestamp};
use linkmesh_throughput as rates;

use super::time;

const MILLIS_PER_S: u64 = 1000;

/// The numbers now.
pub(in crate::http) fn throughput(now: &rates::Throughput) -> api::Throughput {
    api::Throughput {
        as_of: now.as_of_unix_ms.map(time_of_ms),
        interval_s: now.interval_s,
        components: now
            .components
            .iter()
            .filter_map(|known| component(&known.entity, &known.stage, known.signal, &known.flow))
            .collect(),
        process: process(&now.process),
        series: Vec::new(),
    }
}

/// The numbers at each step of a chart, oldest first.
pub(in crate::http) fn chart(chart: &rates::Chart) -> Vec<api::Throughput> {
    let step_ms = chart.step_s.saturating_mul(MILLIS_PER_S);
    let mut begins_ms = chart.from_unix_ms;
    let mut steps = Vec::with_capacity(chart.process.len());
    for (at, at_process) in chart.process.iter().enumerate() {
        let lines = chart
            .lines
            .iter()
            .filter_map(|line| component(&line.entity, &line.stage, line.signal, line.points.get(at)?));
        let ends_ms = begins_ms.saturating_add(step_ms);
        steps.push(api::Throughput {
            as_of: Some(time_of_ms(ends_ms)),
            interval_s: u32::try_from(chart.step_s).ok().map(f64::from),
            components: lines.collect(),
            process: process(at_process),
            series: Vec::new(),
        });
        begins_ms = ends_ms;
    }
    steps
}

/// The entity of a repository path as the API names it: `sources/app-otlp`.
pub(in crate::http) fn short_entity(path: &str) -> String {
    let with_suffix = if path.ends_with(".yaml") { path.to_owned() } else { format!("{path}.yaml") };
    match with_suffix.parse::<Place>() {
        Ok(place) => format!("{}/{}", place.kind.plural(), place.id),
        Err(_) => path.to_owned(),
    }
}

/// A stage that has no numbers of any signal is not listed: the API has no place for a signal that is not known.
fn component(
    entity: &str,
    stage: &str,
    signal_known: Option<rates::Signal>,
    flow: &rates::Flow,
) -> Option<api::ComponentThroughput> {
    Some(api::ComponentThroughput {
        entity: short_entity(entity),
        stage: stage.to_owned(),
        signal: signal(signal_known?),
        in_per_s: flow.in_per_s,
        out_per_s: flow.out_per_s,
        errors_per_s: flow.errors_per_s,
        queue_size: flow.queue_size.map(count),
        queue_capacity: flow.queue_capacity.map(count),
    })
}

fn process(known: &rates::Process) -> api::ProcessThroughput {
    api::ProcessThroughput {
        cpu_percent: known.cpu_percent,
        memory_bytes: known.memory_bytes.map(count),
        uptime_s: known.uptime_s,
        restarts: known.restarts,
    }
}

/// A signal.
pub(super) fn signal(known: rates::Signal) -> api::Signal {
    match known {
        rates::Signal::Logs => api::Signal::Logs,
        rates::Signal::Metrics => api::Signal::Metrics,
        rates::Signal::Traces => api::Signal::Traces,
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody reads sizes beyond 2^53")]
pub(super) fn count(number: u64) -> f64 {
    number as f64
}

fn time_of_ms(unix_ms: u64) -> api::Timestamp {
    time(Timestamp(i64::try_from(unix_ms).unwrap_or(i64::MAX)))
}
