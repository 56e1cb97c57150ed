//! Rates from the collectors' own counters. What is unknown is `null`, never zero.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// Answer of `GET collectors/{id}/throughput`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Throughput {
    /// The time of the newest sample; absent when there is none.
    pub as_of: Option<Timestamp>,
    /// The span that the rates are taken over, in seconds.
    pub interval_s: Option<f64>,
    /// Per component and signal.
    #[serde(default)]
    pub components: Vec<ComponentThroughput>,
    /// The collector process.
    #[serde(default)]
    pub process: ProcessThroughput,
    /// With `from`, `to` or `step_s`: the same at each step, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(no_recursion))]
    pub series: Vec<Self>,
}

/// Rates of one component, in events per second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ComponentThroughput {
    /// The entity, as `kind/id`, for example `sources/app-otlp`.
    pub entity: String,
    /// The stage within the entity, for example `receive`, `matched`, a step's id, `send`.
    pub stage: String,
    /// Which signal.
    pub signal: Signal,
    /// Events that came in.
    pub in_per_s: Option<f64>,
    /// Events that went out.
    pub out_per_s: Option<f64>,
    /// Events that were refused or failed.
    pub errors_per_s: Option<f64>,
    /// Filled part of the queue, in the queue's unit.
    pub queue_size: Option<f64>,
    /// The whole queue.
    pub queue_capacity: Option<f64>,
}

/// A signal of OpenTelemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Log records.
    Logs,
    /// Metric data points.
    Metrics,
    /// Spans.
    Traces,
}

/// The collector's process.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProcessThroughput {
    /// Share of one core, in percent.
    pub cpu_percent: Option<f64>,
    /// Resident memory in bytes.
    pub memory_bytes: Option<f64>,
    /// Seconds since the process started.
    pub uptime_s: Option<f64>,
    /// Restarts that were seen.
    pub restarts: Option<u64>,
}

/// Query of `GET collectors/{id}/throughput`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ThroughputQuery {
    /// Start of the span; 24 hours back at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// End of the span; now when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// Width of one step, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_s: Option<u32>,
}
