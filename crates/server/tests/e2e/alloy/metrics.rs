//! Pushes as an Alloy makes them: whose they are, in which forms they come, and that both kinds of number mean the same.

use linkmesh_api::types::{CreateCollector, MintToken, Mode, ThroughputQuery};
use linkmesh_remotecfg::agent::AgentSettings;
use linkmesh_testkit::fake_alloy::FakeAlloy;
use linkmesh_testkit::server::Answer;
use linkmesh_testkit::wait::until;
use serde_json::{Value, json};

use crate::opamp::gzip;
use crate::world::{Ports, SOON, World, borrowed, flow};

impl World {
    /// An Alloy that never started, and its bearer.
    fn alloy(&self, name: &str) -> String {
        let (labels, groups) = (std::collections::BTreeMap::default(), Vec::new());
        let made = CreateCollector { name: name.to_owned(), mode: Mode::AlloyRemotecfg, labels, groups };
        let id = self.api().create_collector(&made).unwrap().id;
        format!("Bearer {}", self.api().mint_token(&id, &MintToken { now: false }).unwrap().token)
    }

    fn pushes(&self, bearer: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut all = vec![("authorization", bearer)];
        all.extend(headers);
        self.server.request("POST", "/v1/metrics", &all, body)
    }

    fn memory_of(&self, id: &str) -> Option<f64> {
        self.api().throughput(id, &ThroughputQuery::default()).unwrap().process.memory_bytes
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

/// One number of an Alloy that says it is `instance`, in a resource with empty texts and behind an empty scope.
fn push(instance: &str, family: &str, labels: &[(&str, &str)], data: impl Fn(Value) -> Value) -> Vec<u8> {
    let text = |(key, value): (&str, &str)| json!({"key": key, "value": {"stringValue": value}});
    let attributes: Vec<_> = labels.iter().copied().map(text).collect();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let point = json!({"timeUnixNano": now.as_nanos().to_string(), "attributes": attributes});
    let resource: Vec<_> = [("service.instance.id", instance), ("server.port", ""), ("url.scheme", "")]
        .into_iter()
        .map(text)
        .collect();
    let metric = [json!({"name": family}), data(point)];
    let metric: serde_json::Map<String, Value> =
        metric.iter().flat_map(|part| part.as_object().unwrap().clone()).collect();
    let scopes = json!([{"scope": {}, "metrics": []}, {"scope": {"name": "otelcol/prometheusreceiver"}, "metrics": [metric]}]);
    json!({"resourceMetrics": [{"resource": {"attributes": resource}, "scopeMetrics": scopes}]})
        .to_string()
        .into_bytes()
}

fn with(point: Value, value: f64) -> Value {
    let mut point = point;
    point["asDouble"] = json!(value);
    point
}

fn memory(instance: &str, bytes: f64) -> Vec<u8> {
    push(
        instance,
        "alloy_resources_process_resident_memory_bytes",
        &[],
        |point| json!({"gauge": {"dataPoints": [with(point, bytes)]}}),
    )
}

#[test]
fn s40_s43_a_push_belongs_to_whom_the_token_belongs_whatever_it_says() {
    let world = World::new("alloy-push");
    let (one, two) = (world.alloy("one"), world.alloy("two"));
    for (bytes, headers, zipped) in
        [(1_000_000.0, vec![JSON], false), (2_000_000.0, vec![JSON, ("content-encoding", "gzip")], true)]
    {
        for instance in ["one", "two", "", "some-host.example.com"] {
            let body = memory(instance, bytes);
            let answer = world.pushes(&one, &headers, if zipped { gzip(&body) } else { body });
            assert_eq!((answer.status, answer.text().as_str()), (200, "{}"), "{instance}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
        until("it is counted", SOON, || (world.memory_of("one") == Some(bytes)).then_some(()));
    }
    assert_eq!(world.memory_of("two"), None, "nobody else's");
    assert_eq!(world.pushes(&two, &[JSON], memory("one", 7.0)).status, 200);
    until("it is counted", SOON, || (world.memory_of("two") == Some(7.0)).then_some(()));
    for wrong in ["Bearer lmcol_x", "Basic YTpi", &one[..one.len() - 1]] {
        assert_eq!(world.pushes(wrong, &[JSON], memory("one", 1.0)).status, 401, "{wrong}");
    }
    // What an exporter sends again is exactly what it should: 503 and 429; a body that is wrong stays wrong.
    let broken = world.pushes(&one, &[("content-type", "application/x-protobuf")], memory("one", 1.0));
    assert_eq!(broken.status, 400, "{}", broken.text());
}

/// Wraps points.
type Kind = fn(Value) -> Value;

#[test]
fn s41_a_series_sent_as_gauge_or_as_sum_has_the_same_rate() {
    let world = World::new("alloy-kinds");
    let ports = Ports::free();
    world.save(&borrowed(&flow(ports, "http://127.0.0.1:1")));
    let kinds: [(&str, Kind); 2] = [
        ("gauge", |points| json!({"gauge": {"dataPoints": points}})),
        (
            "sum",
            |points| json!({"sum": {"dataPoints": points, "aggregationTemporality": 2, "isMonotonic": true}}),
        ),
    ];
    for (name, data) in kinds {
        let bearer = world.alloy(name);
        let labels = [
            ("component_path", "/remotecfg/linkmesh.default"),
            ("component_id", "otelcol.receiver.otlp.app"),
            ("transport", "http"),
        ];
        let send = |value: f64| {
            let family = "otelcol_receiver_accepted_log_records_total";
            let body = push(name, family, &labels, |point| data(json!([with(point, value)])));
            assert_eq!(world.pushes(&bearer, &[JSON], body).text(), "{}");
        };
        // It asks what it should run, so that its numbers have places.
        let token = bearer.trim_start_matches("Bearer ");
        let mut host = FakeAlloy::new(world.server.url(), token, AgentSettings::new(name));
        host.start();
        let runs =
            |host: &FakeAlloy| host.agent.running().is_some_and(|text| text.contains("otelcol.receiver"));
        assert!(host.talk(SOON, runs), "{:?}", host.agent.running());
        let start = std::time::Instant::now();
        send(1000.0);
        let mut sent = 0_u64;
        let rate = until("it has a rate", SOON, || {
            // A hundred records a second, by the clock.
            let due = u64::try_from(start.elapsed().as_millis()).unwrap() / 1000;
            if due > sent {
                sent = due;
                send(1000.0 + start.elapsed().as_secs_f64() * 100.0);
            }
            let flows = world.api().throughput(name, &ThroughputQuery::default()).unwrap().components;
            let source = flows.into_iter().find(|flow| flow.stage == "source");
            source.and_then(|flow| flow.in_per_s).filter(|_| sent >= 3)
        });
        assert!((rate / 100.0 - 1.0).abs() < 0.1, "{name}: {rate}");
        // It starts anew: no rate is negative or leaps.
        send(10.0);
        let flows = world.api().throughput(name, &ThroughputQuery::default()).unwrap().components;
        let rate = flows.into_iter().find(|flow| flow.stage == "source").and_then(|flow| flow.in_per_s);
        assert!(rate.is_some_and(|rate| (0.0..=110.0).contains(&rate)), "{name}: {rate:?}");
    }
}
