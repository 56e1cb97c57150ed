//! The graph of what runs where, with the numbers of now. What is unknown is `null`, never zero.
//! Start at [`Topology`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::collector::{Health, Status, Sync};
use super::throughput::Signal;
use super::time::Timestamp;

/// Answer of `GET topology`. Rates are events per second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Topology {
    /// Which part of the fleet this is.
    pub level: TopologyLevel,
    /// The group, label value or collector; absent for the fleet.
    #[serde(default)]
    pub id: Option<String>,
    /// The revision that it follows.
    pub revision: String,
    /// When it was put together.
    pub as_of: Timestamp,
    /// Time between two points of a series, in seconds.
    pub interval_s: u32,
    /// The collectors of this part of the fleet.
    pub collectors: TopologyCounts,
    /// What a reader should know about the numbers, in sentences.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Some nodes stand for several that are not drawn, or edges are left out.
    #[serde(default)]
    pub truncated: bool,
    /// At most 200, in the order of kind and id.
    pub nodes: Vec<TopologyNode>,
    /// At most 2000, in the order of their ids.
    pub edges: Vec<TopologyEdge>,
}

/// Which part of the fleet is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TopologyLevel {
    /// Everything, with pools of collectors.
    #[default]
    Fleet,
    /// The members of one group, or with `by` the collectors with one value of a label.
    Group,
    /// One collector.
    Collector,
}

/// How many collectors there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TopologyCounts {
    /// All.
    pub total: u64,
    /// Connected.
    pub connected: u64,
    /// With numbers that hold now.
    pub reporting: u64,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// Takes telemetry in. The receiving end of a link is one of type `link`.
    Source,
    /// Binds sources to a pipeline and destinations.
    Route,
    /// Sends telemetry on. The sending end of a link is one of type `link`.
    Destination,
    /// A pool of collectors.
    Collectors,
    /// One collector.
    Collector,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TopologyNode {
    /// Stays the same as long as what it stands for does.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What people see.
    pub name: String,
    /// The catalog's type, or `link`.
    #[serde(default, rename = "type")]
    pub type_: Option<String>,
    /// The scope of the entity.
    #[serde(default)]
    pub scope: Option<String>,
    /// The file of the entity in the repository.
    #[serde(default)]
    pub path: Option<String>,
    /// How many collectors run it, or are in it.
    pub collectors: u64,
    /// How many of them have numbers that hold now; the numbers are sums over these.
    pub reporting: u64,
    /// The signals that pass.
    #[serde(default)]
    pub signals: Vec<Signal>,
    /// How it is.
    #[serde(default)]
    pub state: NodeState,
    /// The numbers now.
    #[serde(default)]
    pub numbers: NodeNumbers,
    /// The last minutes, oldest first, `interval_s` apart: what a source took in, a route matched, a destination or collectors
    /// sent. Empty or 20 points.
    #[serde(default)]
    pub series: Vec<Option<f64>>,
    /// Of a route with a pipeline: its steps, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<NodeStep>,
    /// Of a route: its pipeline.
    #[serde(default)]
    pub pipeline: Option<String>,
    /// Of a route: whether it can match what a source offers, by the id of the source's node.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub badges: BTreeMap<String, SourceMatch>,
}

/// Whether a route can match what a source offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum SourceMatch {
    /// It takes everything.
    #[serde(rename = "in")]
    In,
    /// It takes nothing: a route before it takes everything.
    #[serde(rename = "out")]
    Out,
    /// A filter decides.
    #[serde(rename = "?")]
    Depends,
}

/// How a node is; for a pool, the worst of its members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NodeState {
    /// The connection.
    #[serde(default)]
    pub status: Option<Status>,
    /// Committed against running.
    #[serde(default)]
    pub sync: Option<Sync>,
    /// The collector's own word.
    #[serde(default)]
    pub health: Option<Health>,
    /// What is wrong, in a sentence.
    #[serde(default)]
    pub error: Option<String>,
}

/// The numbers of a node. Rates are events per second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NodeNumbers {
    /// Came in.
    pub in_per_s: Option<f64>,
    /// Went out.
    pub out_per_s: Option<f64>,
    /// Refused or failed.
    pub errors_per_s: Option<f64>,
    /// Dropped on the way, of what went in.
    pub dropped_percent: Option<f64>,
    /// Waiting in queues, in the queue's unit.
    pub queue_size: Option<f64>,
    /// Room in them.
    pub queue_capacity: Option<f64>,
    /// Of a source: what no route takes; unknown where a record may go several ways.
    pub unrouted_per_s: Option<f64>,
}

/// One step of a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NodeStep {
    /// Its id in the pipeline.
    pub id: String,
    /// The catalog's type.
    #[serde(rename = "type")]
    pub type_: String,
    /// What people see, where it differs from the id.
    #[serde(default)]
    pub name: Option<String>,
    /// Came in.
    pub in_per_s: Option<f64>,
    /// Went out.
    pub out_per_s: Option<f64>,
    /// Dropped, of what went in.
    pub dropped_percent: Option<f64>,
}

/// What an edge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// From a source to a route: `offered_per_s` and `matched_per_s`.
    Route,
    /// From a route to a destination: `offered_per_s` is what the route handed over, `sent_per_s` what was sent where no other
    /// route feeds that destination. From a collector to a destination: `sent_per_s`.
    Send,
    /// Between the two ends of a link, between pools, or between a collector and a pool: `sent_per_s`, `received_per_s` and
    /// `lost_per_s`.
    Link,
    /// From collectors to the sources that they run. Nothing is counted.
    Runs,
}

/// One edge. Rates are events per second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TopologyEdge {
    /// Stays the same as long as its ends and kind do.
    pub id: String,
    /// The node that it leaves.
    pub from: String,
    /// The node that it reaches.
    pub to: String,
    /// What it is.
    pub kind: EdgeKind,
    /// Offered to a route, or handed to a destination.
    pub offered_per_s: Option<f64>,
    /// Matched by the route.
    pub matched_per_s: Option<f64>,
    /// Sent.
    pub sent_per_s: Option<f64>,
    /// Received at the other end.
    pub received_per_s: Option<f64>,
    /// Sent and not received; unknown, with a note, where an end does not report in full.
    pub lost_per_s: Option<f64>,
    /// Given up by the sender, or refused at the other end.
    pub errors_per_s: Option<f64>,
    /// The last minutes, oldest first: what was matched or sent. Empty or 20 points.
    #[serde(default)]
    pub series: Vec<Option<f64>>,
}

/// Query of `GET topology`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TopologyQuery {
    /// Which part of the fleet; `fleet` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<TopologyLevel>,
    /// The group or collector; with `by`, the value of that label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Only this signal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signal>,
    /// The label whose values make the pools; groups when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Answer of `GET links/{id}/traffic`: what the senders sent against what the receivers received. Rates are events per second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LinkTraffic {
    /// When it was put together.
    pub as_of: Timestamp,
    /// Those that send.
    pub from: LinkSenders,
    /// Those that receive.
    pub to: LinkReceivers,
    /// Sent and not received, over the last minutes that both ends counted in full.
    pub lost_per_s: Option<f64>,
    /// The same, of what was sent.
    pub lost_percent: Option<f64>,
    /// Why something is unknown.
    #[serde(default)]
    pub note: Option<String>,
}

/// The sending end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LinkSenders {
    /// Collectors that should send.
    pub collectors: u64,
    /// Of them, with numbers that hold now.
    pub reporting: u64,
    /// Sent.
    pub sent_per_s: Option<f64>,
    /// Given up, or turned away from a full queue.
    pub failed_per_s: Option<f64>,
    /// Waiting in their queues.
    pub queue_size: Option<f64>,
    /// Room in them.
    pub queue_capacity: Option<f64>,
}

/// The receiving end of a link.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LinkReceivers {
    /// Collectors that should receive.
    pub collectors: u64,
    /// Of them, with numbers that hold now.
    pub reporting: u64,
    /// Received.
    pub received_per_s: Option<f64>,
    /// Refused or failed.
    pub refused_per_s: Option<f64>,
}
