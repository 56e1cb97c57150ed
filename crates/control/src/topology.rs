//! What runs where, with the numbers of now: sources, routes, destinations and pools of collectors as one graph.
//! Nothing here is kept or changes anything. Start at [`ControlPlane::topology`].

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_fleet::state::{Health, Status, Sync};
use linkmesh_fleet::{Id, Timestamp};
use linkmesh_render::Match;
use linkmesh_throughput::Signal;

use crate::plane::ControlPlane;

mod cut;
mod draw;
mod gather;
mod links;
mod looks;
mod nodes;
mod pools;
mod sums;
mod totals;

pub use cut::{EDGES_MAX, NODES_MAX};
pub use links::{LinkEnd, LinkTraffic};
pub use looks::{KEPT_MS, Looks};
pub use totals::{FleetTotals, Rates, TopRoute};

/// Members of a pool that are drawn one by one.
pub const MEMBERS_MAX: usize = 60;

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Everything.
    Fleet,
    /// The members of a group.
    Group(Id),
    /// The collectors with a label.
    Label(String, String),
    /// One collector.
    Collector(Id),
}

/// What somebody asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Question {
    /// Which part of the fleet.
    pub level: Level,
    /// Only this signal; all of them together when absent.
    pub signal: Option<Signal>,
    /// The label whose values make the pools of collectors; groups when absent.
    pub by: Option<String>,
}

/// A graph with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Topology {
    /// The revision that it follows.
    pub revision: String,
    /// When it was put together.
    pub as_of: Timestamp,
    /// Collectors of this part of the fleet.
    pub total: u64,
    /// Of them, connected.
    pub connected: u64,
    /// Of them, with numbers that hold now.
    pub reporting: u64,
    /// What a reader should know about the numbers, in sentences.
    pub notes: Vec<String>,
    /// Not everything is drawn.
    pub truncated: bool,
    /// The nodes, in the order of kind and id.
    pub nodes: Vec<Node>,
    /// The edges, in the order of their ids.
    pub edges: Vec<Edge>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    /// Many collectors.
    Collectors,
    /// One.
    Collector,
    /// Takes telemetry in; the receiving end of a link too.
    Source,
    /// Binds sources to destinations.
    Route,
    /// Sends telemetry on; the sending end of a link too.
    Destination,
}

/// One node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Stays the same as long as what it stands for does.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// What people see.
    pub name: String,
    /// The catalog's type, or `link`.
    pub type_: Option<String>,
    /// The scope of the entity.
    pub scope: Option<String>,
    /// The file of the entity.
    pub path: Option<String>,
    /// How many collectors run it, or are in it.
    pub collectors: u64,
    /// How many of them have numbers that hold now. The numbers are of these.
    pub reporting: u64,
    /// What passes.
    pub signals: Vec<Signal>,
    /// How it is.
    pub state: NodeState,
    /// The numbers now.
    pub numbers: Numbers,
    /// The last minutes, oldest first: what a source took in, a route matched, a destination sent, collectors sent.
    pub series: Vec<Option<f64>>,
    /// A route's steps, in order.
    pub steps: Vec<StepNumbers>,
    /// A route's pipeline.
    pub pipeline: Option<String>,
    /// Which sources a route can match, by the ids of their nodes.
    pub badges: BTreeMap<String, Match>,
}

/// How a node is; for pools, the worst of their members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeState {
    /// The connection.
    pub status: Option<Status>,
    /// Committed against running.
    pub sync: Option<Sync>,
    /// The collector's own word.
    pub health: Option<Health>,
    /// What is wrong, in a sentence.
    pub error: Option<String>,
}

/// The numbers of a node. Rates are events per second; what is unknown is nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Numbers {
    /// Came in.
    pub in_per_s: Option<f64>,
    /// Went out.
    pub out_per_s: Option<f64>,
    /// Refused or failed.
    pub errors_per_s: Option<f64>,
    /// What went in and did not come out, of what went in.
    pub dropped_percent: Option<f64>,
    /// Waiting in queues.
    pub queue_size: Option<u64>,
    /// Room in them.
    pub queue_capacity: Option<u64>,
    /// Came in at a source and no route took it.
    pub unrouted_per_s: Option<f64>,
}

/// One step of a route.
#[derive(Debug, Clone, PartialEq)]
pub struct StepNumbers {
    /// Its id in the pipeline.
    pub id: String,
    /// The catalog's type.
    pub type_: String,
    /// What people see, where it differs from the id.
    pub name: Option<String>,
    /// Came in.
    pub in_per_s: Option<f64>,
    /// Went out.
    pub out_per_s: Option<f64>,
    /// What did not come out, of what went in.
    pub dropped_percent: Option<f64>,
}

/// What an edge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeKind {
    /// From collectors to the sources that they run; nothing is counted.
    Runs,
    /// From a source to a route: offered and matched.
    Route,
    /// To a destination: sent.
    Send,
    /// Between the two ends of a link: sent and received.
    Link,
}

/// One edge.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Stays the same as long as its ends and kind do.
    pub id: String,
    /// The node that it leaves.
    pub from: String,
    /// The node that it reaches.
    pub to: String,
    /// What it is.
    pub kind: EdgeKind,
    /// The numbers.
    pub flow: EdgeFlow,
    /// The last minutes, oldest first: what was matched or sent.
    pub series: Vec<Option<f64>>,
}

/// The numbers of an edge, in events per second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EdgeFlow {
    /// Offered to a route, or handed to a destination.
    pub offered_per_s: Option<f64>,
    /// Matched by the route.
    pub matched_per_s: Option<f64>,
    /// Sent.
    pub sent_per_s: Option<f64>,
    /// Received at the other end.
    pub received_per_s: Option<f64>,
    /// Sent and not received.
    pub lost_per_s: Option<f64>,
    /// Failed for good, or refused at the other end.
    pub errors_per_s: Option<f64>,
}

impl ControlPlane {
    /// What runs in a part of the fleet, with its numbers; nothing where there is no such group or collector. Blocking: see
    /// [`Looks`] for what it costs and how it is shared.
    #[must_use]
    pub fn topology(&self, question: &Question) -> Option<Arc<Topology>> {
        let head = self.head.in_force();
        let is_there = match &question.level {
            Level::Fleet | Level::Label(..) => true,
            Level::Group(id) => head.intent.groups.contains_key(id),
            Level::Collector(id) => self.roster.by_id(id).is_some(),
        };
        if !is_there {
            return None;
        }
        let now = self.clock.now();
        Some(self.looks.topologies.get(question, (now, &head.revision), || {
            draw::draw(&gather::gather(self, question, now), question, &head, now)
        }))
    }
}
