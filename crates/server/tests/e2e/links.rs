//! A link between real collectors: two edges, an otelcol and an Alloy, and a gateway. What both ends count agrees.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use linkmesh_api::types::{
    CreateCollector, CreateEnrollmentToken, EdgeKind, LinkTraffic, MintToken, Mode, Sync, ThroughputQuery,
    TopologyLevel, TopologyQuery,
};
use linkmesh_testkit::alloy::Alloy;
use linkmesh_testkit::cli::Cli;
use linkmesh_testkit::ports;
use linkmesh_testkit::send;
use linkmesh_testkit::server::{PASSWORD, USERNAME};
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::{until, until_seen};

use crate::world::{APPLY_MAX, Ports, SERVER, World, borrowed};

const ALLOY: &str = "edge-alloy";
const FROM_OTELCOL: usize = 120;
const FROM_ALLOY: usize = 80;
/// Steps of the comparison are fifteen seconds long, and a few of them must be whole.
const SETTLES_MAX: Duration = Duration::from_secs(100);
/// A silent collector is one that missed three of its pushes, each of which may take ten seconds.
const SILENT_MAX: Duration = Duration::from_secs(60);

struct Edges {
    world: World,
    sink: Sink,
    /// Where applications send to: the otelcol, the Alloy.
    apps: [Ports; 2],
    edge: (Supervisor, String),
    gateway: (Supervisor, String),
    _alloy: Alloy,
}

#[test]
fn both_ends_of_a_link_count_the_same_and_a_gateway_that_is_gone_is_seen() {
    let mut edges = Edges::linked();
    edges.everything_arrives_and_is_counted_once();
    edges.nothing_is_lost_under_a_steady_load();
    edges.the_command_line_shows_it();
    edges.a_stopped_gateway_shows();
}

impl Edges {
    fn linked() -> Self {
        let world = World::new("links");
        let (sink, link_port) = (Sink::start(), ports::free());
        let apps = [Ports::free(), Ports::free()];
        let gateway = world.joins_as("gateway");
        let edge = world.joins_as("edge");
        let labels = BTreeMap::from([("role".to_owned(), "edge".to_owned())]);
        let made = CreateCollector {
            name: ALLOY.to_owned(),
            mode: Mode::AlloyRemotecfg,
            labels,
            groups: Vec::new(),
        };
        world.api().create_collector(&made).unwrap();
        let minted = world.api().mint_token(ALLOY, &MintToken::default()).unwrap();
        let mut alloy = Alloy::prepare(&world.folder, ALLOY, &minted.config_alloy);
        alloy.start_ready();
        let source = |ports: Ports| format!("{{type: otlp, settings: {{http: '127.0.0.1:{}'}}}}", ports.http);
        let [first, second] = apps;
        let files = [
            ("groups/gateways/group.yaml".to_owned(), "{selector: 'role = gateway'}".to_owned()),
            ("groups/edges/group.yaml".to_owned(), "{selector: 'role = edge'}".to_owned()),
            (
                "links/up.yaml".to_owned(),
                format!(
                    "{{from: 'role = edge', to: gateways, endpoints: ['127.0.0.1:{link_port}'], signals: [logs]}}"
                ),
            ),
            (format!("collectors/{}/sources/app.yaml", edge.1), source(first)),
            (format!("collectors/{ALLOY}/sources/app.yaml"), source(second)),
            (
                "groups/edges/routes/up.yaml".to_owned(),
                "{sources: ['*'], destinations: [up], policy: immediate}".to_owned(),
            ),
            (
                "groups/gateways/routes/on.yaml".to_owned(),
                "{sources: [up], destinations: [out], policy: immediate}".to_owned(),
            ),
            (
                "groups/gateways/destinations/out.yaml".to_owned(),
                format!("{{type: otlp-http, endpoint: '{}'}}", sink.endpoint()),
            ),
        ];
        world.save(&borrowed(&files));
        for id in [&gateway.1, &edge.1, ALLOY] {
            until_seen(
                "it runs its end of the link",
                APPLY_MAX,
                || world.collector(id),
                |collector| collector.sync == Sync::InSync && collector.desired.is_some(),
            );
        }
        Self { world, sink, apps, edge, gateway, _alloy: alloy }
    }

    fn everything_arrives_and_is_counted_once(&self) {
        // The points of a line are of whole steps once a collector reports for longer than one.
        for id in [&self.edge.1, &self.gateway.1, ALLOY] {
            until("it reports for a while", APPLY_MAX, || {
                let rates = self.world.api().throughput(id, &ThroughputQuery::default()).unwrap();
                rates.process.uptime_s.filter(|uptime_s| *uptime_s > 18.0)
            });
        }
        for (ports, count) in self.apps.iter().zip([FROM_OTELCOL, FROM_ALLOY]) {
            let bodies: Vec<String> = (0..count).map(|number| format!("record {number}")).collect();
            let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
            until("the edge listens", APPLY_MAX, || {
                send::logs(&ports.endpoint(), "shop", "INFO", &bodies).ok()
            });
        }
        let all = FROM_OTELCOL + FROM_ALLOY;
        until_seen("all records arrive", APPLY_MAX, || self.sink.log_count(), |count| *count == all);
        let counted = || {
            let of = |id: &str, end| self.counted(TopologyLevel::Collector, Some(id), end);
            let sent = [of(&self.edge.1, "destination"), of(ALLOY, "destination")];
            let both = ["destination", "source"].map(|end| self.counted(TopologyLevel::Fleet, None, end));
            (sent, of(&self.gateway.1, "source"), both)
        };
        until_seen("both ends count what was sent", APPLY_MAX, counted, |(sent, received, both)| {
            let is = |counted: &f64, sent: usize| (counted - sent as f64).abs() < 0.1;
            let [otelcol, alloy] = sent;
            is(otelcol, FROM_OTELCOL)
                && is(alloy, FROM_ALLOY)
                && is(received, all)
                && both.iter().all(|end| is(end, all))
        });
    }

    /// What was counted at one end of the link over the last minutes: the points of its line, which are events per second.
    fn counted(&self, level: TopologyLevel, id: Option<&str>, end: &str) -> f64 {
        let query =
            TopologyQuery { level: Some(level), id: id.map(str::to_owned), ..TopologyQuery::default() };
        let drawn = self.world.api().topology(&query).unwrap();
        let end = format!("links/up.yaml#{end}");
        let node = drawn.nodes.iter().find(|node| node.id == end).unwrap();
        node.series.iter().flatten().sum::<f64>() * f64::from(drawn.interval_s)
    }

    fn nothing_is_lost_under_a_steady_load(&self) {
        let seen = self.under_load("nothing is lost", SETTLES_MAX, |traffic| {
            let near = |rate: Option<f64>| rate.is_some_and(|rate| (rate / 40.0 - 1.0).abs() < 0.2);
            near(traffic.from.sent_per_s) && near(traffic.to.received_per_s) && traffic.lost_percent.is_some()
        });
        assert!(seen.lost_percent.unwrap() < 2.0, "{seen:?}");
        assert_eq!((seen.from.collectors, seen.from.reporting), (2, 2), "{seen:?}");
        assert_eq!((seen.to.collectors, seen.to.reporting), (1, 1), "{seen:?}");
        let drawn = self.world.api().topology(&TopologyQuery::default()).unwrap();
        let links: Vec<_> = drawn.edges.iter().filter(|edge| edge.kind == EdgeKind::Link).collect();
        let pools = links.iter().find(|edge| edge.from == "pool:group/edges").unwrap();
        assert_eq!(pools.to, "pool:group/gateways", "{links:?}");
        let near = |rate: Option<f64>| rate.is_some_and(|rate| (rate / 40.0 - 1.0).abs() < 0.2);
        assert!(near(pools.sent_per_s) && near(pools.received_per_s), "{pools:?}");
        assert!(pools.lost_per_s.is_some(), "{pools:?} {:?}", drawn.notes);
    }

    fn the_command_line_shows_it(&self) {
        let cli = Cli::new(&self.world.folder, SERVER.as_ref());
        let login = ["login", self.world.server.url(), "--username", USERNAME, "--password-stdin"];
        assert_eq!(cli.run_with_input(&login, PASSWORD).code, 0);
        let described = cli.ok(&["describe", "link", "up"]);
        for part in ["role = edge", "2 of 2", "1 of 1", "lost: "] {
            assert!(described.contains(part), "{part} is not in\n{described}");
        }
        let listed = cli.ok(&["get", "links"]);
        assert!(listed.contains("role = edge -> gateways") && listed.contains("/s"), "{listed}");
    }

    fn a_stopped_gateway_shows(&mut self) {
        self.gateway.0.stop();
        let seen = self.under_load("the gateway is gone", SILENT_MAX, |traffic| {
            traffic.to.reporting == 0 && traffic.from.queue_size.is_some_and(|size| size > 0.0)
        });
        assert_eq!((seen.to.received_per_s, seen.lost_per_s), (None, None), "unknown is not zero: {seen:?}");
        assert!(seen.note.as_deref().unwrap().contains("receiving side"), "{seen:?}");
        assert!(seen.from.sent_per_s.is_some_and(|rate| rate < 40.0), "{seen:?}");
    }

    /// Looks at the link while each edge is sent 20 records a second.
    fn under_load(&self, what: &str, limit: Duration, seen: impl Fn(&LinkTraffic) -> bool) -> LinkTraffic {
        let (start, mut rounds) = (Instant::now(), 0_u32);
        until_seen(
            what,
            limit,
            || {
                while start.elapsed() >= Duration::from_millis(100) * rounds {
                    rounds += 1;
                    for ports in self.apps {
                        // An edge whose queue is full refuses, which is what it should do.
                        let _refused = send::logs(&ports.endpoint(), "shop", "INFO", &["steady", "steady"]);
                    }
                }
                self.world.api().link_traffic("up").unwrap()
            },
            |traffic| seen(traffic),
        )
    }
}

impl World {
    /// A host with a supervisor and this role, started and well.
    fn joins_as(&self, role: &str) -> (Supervisor, String) {
        let labels = BTreeMap::from([("role".to_owned(), role.to_owned())]);
        let token = self.token_with(CreateEnrollmentToken { labels, ..CreateEnrollmentToken::default() });
        self.join_with(role, &self.bootstrap(&token.token))
    }
}
