//! The graph of what runs where, and the two ends of links.

use linkmesh_api::types as api;
use linkmesh_control::topology as known;
use linkmesh_render::Match;
use linkmesh_throughput as rates;

use super::collector::{health, status, sync};
use super::throughput::{count, signal};
use super::time;

/// A graph, with what was asked for.
pub(in crate::http) fn topology(
    drawn: &known::Topology,
    (level, id): (api::TopologyLevel, Option<String>),
) -> api::Topology {
    api::Topology {
        level,
        id,
        revision: drawn.revision.clone(),
        as_of: time(drawn.as_of),
        interval_s: u32::try_from(rates::PULSE_STEP_MS / 1000).unwrap_or(u32::MAX),
        collectors: api::TopologyCounts {
            total: drawn.total,
            connected: drawn.connected,
            reporting: drawn.reporting,
        },
        notes: drawn.notes.clone(),
        truncated: drawn.truncated,
        nodes: drawn.nodes.iter().map(node).collect(),
        edges: drawn.edges.iter().map(edge).collect(),
    }
}

fn node(node: &known::Node) -> api::TopologyNode {
    let step = |step: &known::StepNumbers| api::NodeStep {
        id: step.id.clone(),
        type_: step.type_.clone(),
        name: step.name.clone(),
        in_per_s: step.in_per_s,
        out_per_s: step.out_per_s,
        dropped_percent: step.dropped_percent,
    };
    let badge = |badge: &Match| match badge {
        Match::Always => api::SourceMatch::In,
        Match::Never => api::SourceMatch::Out,
        Match::Depends => api::SourceMatch::Depends,
    };
    let numbers = &node.numbers;
    api::TopologyNode {
        id: node.id.clone(),
        kind: match node.kind {
            known::NodeKind::Collectors => api::NodeKind::Collectors,
            known::NodeKind::Collector => api::NodeKind::Collector,
            known::NodeKind::Source => api::NodeKind::Source,
            known::NodeKind::Route => api::NodeKind::Route,
            known::NodeKind::Destination => api::NodeKind::Destination,
        },
        name: node.name.clone(),
        type_: node.type_.clone(),
        scope: node.scope.clone(),
        path: node.path.clone(),
        collectors: node.collectors,
        reporting: node.reporting,
        signals: node.signals.iter().map(|known| signal(*known)).collect(),
        state: api::NodeState {
            status: node.state.status.map(status),
            sync: node.state.sync.map(sync),
            health: node.state.health.map(health),
            error: node.state.error.clone(),
        },
        numbers: api::NodeNumbers {
            in_per_s: numbers.in_per_s,
            out_per_s: numbers.out_per_s,
            errors_per_s: numbers.errors_per_s,
            dropped_percent: numbers.dropped_percent,
            queue_size: numbers.queue_size.map(count),
            queue_capacity: numbers.queue_capacity.map(count),
            unrouted_per_s: numbers.unrouted_per_s,
        },
        series: node.series.clone(),
        steps: node.steps.iter().map(step).collect(),
        pipeline: node.pipeline.clone(),
        badges: node.badges.iter().map(|(id, known)| (id.clone(), badge(known))).collect(),
    }
}

fn edge(edge: &known::Edge) -> api::TopologyEdge {
    api::TopologyEdge {
        id: edge.id.clone(),
        from: edge.from.clone(),
        to: edge.to.clone(),
        kind: match edge.kind {
            known::EdgeKind::Runs => api::EdgeKind::Runs,
            known::EdgeKind::Route => api::EdgeKind::Route,
            known::EdgeKind::Send => api::EdgeKind::Send,
            known::EdgeKind::Link => api::EdgeKind::Link,
        },
        offered_per_s: edge.flow.offered_per_s,
        matched_per_s: edge.flow.matched_per_s,
        sent_per_s: edge.flow.sent_per_s,
        received_per_s: edge.flow.received_per_s,
        lost_per_s: edge.flow.lost_per_s,
        errors_per_s: edge.flow.errors_per_s,
        series: edge.series.clone(),
    }
}

/// Both ends of a link.
pub(in crate::http) fn link_traffic(traffic: &known::LinkTraffic) -> api::LinkTraffic {
    let (from, to) = (&traffic.from, &traffic.to);
    api::LinkTraffic {
        as_of: time(traffic.as_of),
        from: api::LinkSenders {
            collectors: from.collectors,
            reporting: from.reporting,
            sent_per_s: from.flow.out_per_s,
            failed_per_s: from.flow.errors_per_s,
            queue_size: from.flow.queue_size.map(count),
            queue_capacity: from.flow.queue_capacity.map(count),
        },
        to: api::LinkReceivers {
            collectors: to.collectors,
            reporting: to.reporting,
            received_per_s: to.flow.in_per_s,
            refused_per_s: to.flow.errors_per_s,
        },
        lost_per_s: traffic.lost_per_s,
        lost_percent: traffic.lost_percent,
        note: traffic.note.clone(),
    }
}

/// The signal that a caller names.
pub(in crate::http) fn signal_of(named: api::Signal) -> rates::Signal {
    match named {
        api::Signal::Logs => rates::Signal::Logs,
        api::Signal::Metrics => rates::Signal::Metrics,
        api::Signal::Traces => rates::Signal::Traces,
    }
}
