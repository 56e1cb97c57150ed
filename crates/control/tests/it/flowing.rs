//! What runs where, with numbers: every sum is of known pushes.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_control::content::Config;
use linkmesh_control::topology::{Edge, Level, Node, NodeKind, Question, Topology};
use linkmesh_fleet::Id;
use linkmesh_render::Match;
use linkmesh_throughput::{Batch, Number, Reading, Signal};

use crate::world::{Host, World};

pub(crate) const FILES: &[(&str, &str)] = &[
    ("fleet/sources/app.yaml", "{type: otlp, name: Applications, settings: {grpc: '127.0.0.1:4317'}}"),
    (
        "pipelines/clean.yaml",
        "{signals: [logs], steps: [{id: thin, type: filter, settings: {drop: {logs: ['true']}}}]}",
    ),
    (
        "fleet/routes/a-errors.yaml",
        "{sources: [app], pipeline: clean, destinations: [out], signals: [logs], priority: 1, filter: {logs: 'log.severity_number >= 17'}}",
    ),
    (
        "fleet/routes/b-rest.yaml",
        "{sources: [app], destinations: [out, far], signals: [logs], filter: {logs: 'log.severity_number < 9'}}",
    ),
    ("fleet/destinations/out.yaml", "{type: otlp-http, endpoint: 'https://out.example.com'}"),
    ("fleet/destinations/far.yaml", "{type: otlp-http, endpoint: 'https://far.example.com'}"),
];

/// A collector that counts.
struct Counting {
    host: Host,
    id: Id,
    config: Arc<Config>,
    counted: BTreeMap<(String, &'static str), i64>,
}

impl Counting {
    fn new(host: Host, id: &str) -> Self {
        let config = host.runs_its_offer();
        Self { host, id: id.parse().unwrap(), config, counted: BTreeMap::new() }
    }

    /// Counts so many more logs at the component of a place, in one family.
    fn counts(&mut self, entity: &str, stage: &str, family: &'static str, more: i64) -> &mut Self {
        let mapped = self.config.map.iter().find(|m| m.entity == entity && m.stage == stage);
        let mapped = mapped.unwrap_or_else(|| panic!("{entity} {stage}: {:?}", self.config.map));
        *self.counted.entry((mapped.component.clone(), family)).or_default() += more;
        self
    }

    fn pushes(&self, world: &World) {
        let now_ns = u64::try_from(world.clock.now().0).unwrap() * 1_000_000;
        let mut batch = Batch::new();
        for ((component, family), value) in &self.counted {
            let kind = ["receiver", "processor", "exporter"].into_iter().find(|kind| family.contains(kind));
            let reading = Reading {
                family,
                value: Number::Int(*value),
                start_time_unix_nano: 1,
                time_unix_nano: now_ns,
            };
            let added = batch.add(&reading, |name| match name {
                "otel.signal" | "data_type" => Some("logs"),
                _ if Some(name) == kind => Some(component.as_str()),
                _ => None,
            });
            assert_eq!(added, linkmesh_throughput::Added::Kept, "{family}");
        }
        let live = world.plane.roster.by_id(&self.id).unwrap();
        world.plane.take_push(&live, &batch);
    }
}

const ACCEPTED: &str = "otelcol_receiver_accepted_log_records";
const INCOMING: &str = "otelcol_processor_incoming_items";
const OUTGOING: &str = "otelcol_processor_outgoing_items";
const SENT: &str = "otelcol_exporter_sent_log_records";
const FAILED: &str = "otelcol_exporter_send_failed_log_records";

/// One more interval of the busy life of an edge: 30 s, `lines` logs a second.
fn works(collector: &mut Counting, lines: i64) {
    let per_interval = lines * 30;
    collector
        .counts("fleet/sources/app.yaml", "source", ACCEPTED, per_interval)
        .counts("fleet/routes/a-errors.yaml", "edge:app", INCOMING, per_interval)
        .counts("fleet/routes/a-errors.yaml", "edge:app", OUTGOING, per_interval / 10)
        .counts("fleet/routes/a-errors.yaml", "in", INCOMING, per_interval / 10)
        .counts("fleet/routes/a-errors.yaml", "in", OUTGOING, per_interval / 10)
        .counts("fleet/routes/a-errors.yaml", "step:thin", INCOMING, per_interval / 10)
        .counts("fleet/routes/a-errors.yaml", "step:thin", OUTGOING, per_interval / 20)
        .counts("fleet/routes/a-errors.yaml", "out", INCOMING, per_interval / 20)
        .counts("fleet/routes/a-errors.yaml", "out", OUTGOING, per_interval / 20)
        .counts("fleet/routes/b-rest.yaml", "edge:app", INCOMING, per_interval)
        .counts("fleet/routes/b-rest.yaml", "edge:app", OUTGOING, per_interval / 2)
        .counts("fleet/routes/b-rest.yaml", "in", INCOMING, per_interval / 2)
        .counts("fleet/routes/b-rest.yaml", "in", OUTGOING, per_interval / 2)
        .counts("fleet/destinations/out.yaml", "destination", SENT, per_interval / 2)
        .counts("fleet/destinations/far.yaml", "destination", SENT, per_interval / 4)
        .counts("fleet/destinations/far.yaml", "destination", FAILED, per_interval / 4);
}

fn fleet() -> Question {
    Question { level: Level::Fleet, signal: None, by: None }
}

fn node<'t>(drawn: &'t Topology, id: &str) -> &'t Node {
    let ids: Vec<_> = drawn.nodes.iter().map(|node| &node.id).collect();
    drawn.nodes.iter().find(|node| node.id == id).unwrap_or_else(|| panic!("{id} is not in {ids:?}"))
}

fn edge<'t>(drawn: &'t Topology, id: &str) -> &'t Edge {
    let ids: Vec<_> = drawn.edges.iter().map(|edge| &edge.id).collect();
    drawn.edges.iter().find(|edge| edge.id == id).unwrap_or_else(|| panic!("{id} is not in {ids:?}"))
}

fn close(known: Option<f64>, expected: f64) {
    let known = known.unwrap_or_else(|| panic!("unknown, not {expected}"));
    assert!((known - expected).abs() < 1e-6, "{known}, not {expected}");
}

async fn two_collectors(world: &World) -> (Counting, Counting) {
    world.save(FILES).unwrap();
    let mut counting = Vec::new();
    for (uid, name) in [(1, "web-01"), (2, "web-02")] {
        let (token, _) = world.token(1, &[("env", if uid == 1 { "prod" } else { "dev" })]);
        let host = world.connect(&token, uid, name).await.unwrap();
        host.fresh();
        counting.push(Counting::new(host, name));
    }
    let second = counting.pop().unwrap();
    (counting.pop().unwrap(), second)
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_are_of_those_who_report_and_say_of_how_many() {
    let world = World::new();
    let (mut first, mut second) = two_collectors(&world).await;
    let unknown = world.plane.topology(&fleet()).unwrap();
    assert_eq!((unknown.total, unknown.connected, unknown.reporting), (2, 2, 0));
    assert_eq!(node(&unknown, "fleet/sources/app.yaml").numbers.in_per_s, None, "unknown is not zero");
    for _ in 0..5 {
        world.wind(30);
        works(&mut first, 100);
        works(&mut second, 20);
        first.pushes(&world);
        second.pushes(&world);
    }
    let drawn = world.plane.topology(&fleet()).unwrap();
    assert_eq!((drawn.total, drawn.reporting), (2, 2));
    let source = node(&drawn, "fleet/sources/app.yaml");
    assert_eq!((source.kind, source.name.as_str(), source.collectors), (NodeKind::Source, "Applications", 2));
    assert_eq!(source.type_.as_deref(), Some("otlp"));
    assert_eq!(source.signals, [Signal::Logs]);
    close(source.numbers.in_per_s, 120.0);
    close(source.numbers.unrouted_per_s, 120.0 * 0.4);
    let known: Vec<f64> = source.series.iter().flatten().copied().collect();
    assert!(source.series.len() == 20 && known.len() >= 8, "{:?}", source.series);
    assert!(known.iter().all(|point| (point - 120.0).abs() < 0.001), "{known:?}");
    let route = node(&drawn, "fleet/routes/a-errors.yaml");
    close(route.numbers.in_per_s, 12.0);
    close(route.numbers.out_per_s, 6.0);
    close(route.numbers.dropped_percent, 50.0);
    let step = route.steps.first().unwrap();
    assert_eq!((step.id.as_str(), step.type_.as_str()), ("thin", "filter"));
    close(step.in_per_s, 12.0);
    close(step.dropped_percent, 50.0);
    assert_eq!(route.badges, BTreeMap::from([("fleet/sources/app.yaml".to_owned(), Match::Depends)]));
    let offered = edge(&drawn, "route:fleet/sources/app.yaml>fleet/routes/a-errors.yaml");
    close(offered.flow.offered_per_s, 120.0);
    close(offered.flow.matched_per_s, 12.0);
    // Two routes feed `out`, so nobody knows whose it sends; only one feeds `far`.
    let shared = edge(&drawn, "send:fleet/routes/a-errors.yaml>fleet/destinations/out.yaml");
    assert_eq!(shared.flow.sent_per_s, None);
    close(shared.flow.offered_per_s, 6.0);
    let alone = edge(&drawn, "send:fleet/routes/b-rest.yaml>fleet/destinations/far.yaml");
    close(alone.flow.sent_per_s, 30.0);
    close(node(&drawn, "fleet/destinations/far.yaml").numbers.errors_per_s, 30.0);
    close(node(&drawn, "pool:others").numbers.in_per_s, 120.0);

    // One falls silent: nothing of it is in the sums any more.
    for _ in 0..5 {
        world.wind(30);
        works(&mut first, 100);
        first.pushes(&world);
    }
    let drawn = world.plane.topology(&fleet()).unwrap();
    assert_eq!((drawn.total, drawn.reporting), (2, 1));
    let source = node(&drawn, "fleet/sources/app.yaml");
    assert_eq!((source.collectors, source.reporting), (2, 1));
    close(source.numbers.in_per_s, 100.0);
    assert!(
        drawn.notes.iter().any(|note| note.starts_with("1 of 2 collectors report no")),
        "{:?}",
        drawn.notes
    );
    drop((first.host, second.host));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_level_draws_its_part_and_pools_follow_a_label() {
    let world = World::new();
    let (mut first, mut second) = two_collectors(&world).await;
    world.save(&[("groups/edge/group.yaml", "{name: Edge, members: [web-01]}")]).unwrap();
    for _ in 0..3 {
        world.wind(30);
        works(&mut first, 100);
        works(&mut second, 20);
        first.pushes(&world);
        second.pushes(&world);
    }
    let by_label = Question { by: Some("env".to_owned()), ..fleet() };
    let drawn = world.plane.topology(&by_label).unwrap();
    close(node(&drawn, "pool:label/env=prod").numbers.in_per_s, 100.0);
    close(node(&drawn, "pool:label/env=dev").numbers.in_per_s, 20.0);
    edge(&drawn, "runs:pool:label/env=dev>fleet/sources/app.yaml");
    let group = Question { level: Level::Group("edge".parse().unwrap()), ..fleet() };
    let drawn = world.plane.topology(&group).unwrap();
    assert_eq!(drawn.total, 1);
    assert_eq!(node(&drawn, "pool:group/edge").name, "Edge");
    close(node(&drawn, "fleet/sources/app.yaml").numbers.in_per_s, 100.0);
    close(edge(&drawn, "send:collector:web-01>fleet/destinations/out.yaml").flow.sent_per_s, 50.0);
    let one = Question { level: Level::Collector("web-02".parse().unwrap()), ..fleet() };
    let drawn = world.plane.topology(&one).unwrap();
    close(node(&drawn, "collector:web-02").numbers.in_per_s, 20.0);
    close(node(&drawn, "collector:web-02").numbers.out_per_s, 15.0);
    assert_eq!(node(&drawn, "fleet/routes/b-rest.yaml").collectors, 1);
    let traces = Question { signal: Some(Signal::Traces), ..fleet() };
    let drawn = world.plane.topology(&traces).unwrap();
    assert_eq!(node(&drawn, "fleet/sources/app.yaml").numbers.in_per_s, None);
    for level in [Level::Group("none".parse().unwrap()), Level::Collector("none".parse().unwrap())] {
        assert_eq!(world.plane.topology(&Question { level, ..fleet() }), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_shared_for_three_seconds_and_follows_a_new_revision_at_once() {
    let world = World::new();
    let (first, _second) = two_collectors(&world).await;
    let drawn = world.plane.topology(&fleet()).unwrap();
    world.wind(2);
    assert!(Arc::ptr_eq(&drawn, &world.plane.topology(&fleet()).unwrap()));
    world
        .save(&[
            ("fleet/sources/more.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:5317'}}"),
            ("fleet/routes/c.yaml", "{sources: [more], destinations: [out]}"),
        ])
        .unwrap();
    let drawn = world.plane.topology(&fleet()).unwrap();
    assert_eq!(node(&drawn, "fleet/sources/more.yaml").collectors, 2);
    drop(first.host);
}
