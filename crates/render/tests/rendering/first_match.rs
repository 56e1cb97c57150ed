//! The real programs route records exactly as the model says: first match per source, an error is no match, routes that let
//! records go on, filters of sources and destinations, and no mark left on anything.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use linkmesh_fleet::Runtime;
use linkmesh_render::{Stability, Target};
use serde_json::{Value, json};

use super::peer::{alloy, otelcol};
use super::support::{Files, Reached, plain_alloy, rendered_for};

const DEADLINE: Duration = Duration::from_secs(30);
/// Severity, value or status at and above which a record is an error.
const ERROR: i64 = 17;

/// One record, whatever its signal.
#[derive(Debug, Clone)]
struct Record {
    source: &'static str,
    signal: &'static str,
    uid: String,
    level: i64,
    v: Option<Value>,
    w: Option<String>,
    forged: bool,
}

impl Record {
    /// `Len(v) > 2` errs where `v` is missing or a number.
    fn audited(&self) -> bool {
        self.v.as_ref().and_then(Value::as_str).is_some_and(|text| text.len() > 2)
    }

    /// `level >= ERROR or Len(w) > 0` errs where the level is low and `w` is missing.
    fn error(&self) -> bool {
        self.level >= ERROR || self.w.as_ref().is_some_and(|text| !text.is_empty())
    }

    /// `level > 2` on the source `a`, for logs only.
    fn kept_by_source(&self) -> bool {
        self.source != "a" || self.signal != "logs" || self.level > 2
    }

    /// The destinations that must get it. Source `b` is only named by `audit` and `rest`.
    fn destinations(&self) -> Vec<&'static str> {
        let mut destinations = Vec::new();
        if !self.kept_by_source() {
            return destinations;
        }
        if self.audited() {
            destinations.push("audited");
        }
        if self.source == "a" && self.error() {
            destinations.push("failed");
        // The destination's filter is `Len(v) < 9`, for spans only, and errs as above.
        } else if self.signal != "traces"
            || self.v.as_ref().and_then(Value::as_str).is_some_and(|t| t.len() < 9)
        {
            destinations.push("others");
        }
        destinations
    }

    fn attributes(&self) -> Vec<Value> {
        let text = |key: &str, text: &str| json!({"key": key, "value": {"stringValue": text}});
        let mut attributes = vec![text("uid", &self.uid)];
        attributes.push(json!({"key": "level", "value": {"intValue": self.level.to_string()}}));
        match &self.v {
            Some(Value::String(v)) => attributes.push(text("v", v)),
            Some(number) => attributes.push(json!({"key": "v", "value": {"intValue": number.to_string()}})),
            None => {}
        }
        attributes.extend(self.w.as_ref().map(|w| text("w", w)));
        if self.forged {
            attributes.push(text("linkmesh.route", "errors"));
            attributes.push(json!({"key": "linkmesh.route.audit", "value": {"boolValue": true}}));
            attributes.push(json!({"key": "linkmesh.keep", "value": {"boolValue": true}}));
        }
        attributes
    }
}

fn records() -> Vec<Record> {
    let vs = [
        None,
        Some(json!(7)),
        Some(json!("")),
        Some(json!("ab")),
        Some(json!("abc")),
        Some(json!("abcdefghij")),
    ];
    let ws = [None, Some(String::new()), Some("x".to_owned())];
    let mut records = Vec::new();
    for source in ["a", "b"] {
        for signal in ["logs", "metrics", "traces"] {
            for v in &vs {
                for w in &ws {
                    for level in [1, 9, 17] {
                        for forged in [false, true] {
                            let uid = format!("{source}-{signal}-{}", records.len());
                            let (v, w) = (v.clone(), w.clone());
                            records.push(Record { source, signal, uid, level, v, w, forged });
                        }
                    }
                }
            }
        }
    }
    records
}

fn files(dir: &Path, ports: &BTreeMap<&str, u16>) -> Files {
    let source =
        |name: &str| json!({"type": "otlp", "settings": {"http": format!("127.0.0.1:{}", ports[name])}});
    let mut a = source("a");
    a["filter"] = json!({"logs": r#"log.attributes["level"] > 2"#});
    let file = |name: &str| {
        let path = dir.join(format!("{name}.jsonl"));
        json!({"type": "file", "settings": {"path": path, "flush_interval_s": 0.1}})
    };
    let mut others = file("others");
    others["filter"] = json!({"traces": r#"Len(span.attributes["v"]) < 9"#});
    let each = |condition: &str| {
        let of = |context: &str| condition.replace('@', &format!("{context}.attributes"));
        json!({"logs": of("log"), "metrics": of("datapoint"), "traces": of("span")})
    };
    Files::from([
        ("fleet/sources/a.yaml".into(), a),
        ("fleet/sources/b.yaml".into(), source("b")),
        ("fleet/destinations/audited.yaml".into(), file("audited")),
        ("fleet/destinations/failed.yaml".into(), file("failed")),
        ("fleet/destinations/others.yaml".into(), others),
        (
            "pipelines/mark-it.yaml".into(),
            json!({"signals": ["logs", "metrics", "traces"], "steps": [{"id": "touch", "type": "transform", "settings":
                {"statements": {"logs": ["set(log.attributes[\"touched\"], true)"]}}}]}),
        ),
        (
            "fleet/routes/audit.yaml".into(),
            json!({"sources": ["*"], "destinations": ["audited"], "priority": 1, "final": false, "filter": each(r#"Len(@["v"]) > 2"#)}),
        ),
        (
            "fleet/routes/errors.yaml".into(),
            json!({"sources": ["a"], "pipeline": "mark-it", "destinations": ["failed"], "priority": 2,
                "filter": each(&format!(r#"@["level"] >= {ERROR} or Len(@["w"]) > 0"#))}),
        ),
        ("fleet/routes/rest.yaml".into(), json!({"sources": ["*"], "destinations": ["others"]})),
    ])
}

/// A body with all records of one source and signal.
fn body(records: &[&Record], signal: &str) -> Value {
    let stamp = "1700000000000000000";
    match signal {
        "logs" => {
            let of = |r: &&Record| json!({"timeUnixNano": stamp, "body": {"stringValue": "x"}, "attributes": r.attributes()});
            let list: Vec<Value> = records.iter().map(of).collect();
            json!({"resourceLogs": [{"resource": {}, "scopeLogs": [{"scope": {}, "logRecords": list}]}]})
        }
        "metrics" => {
            let of = |r: &&Record| json!({"timeUnixNano": stamp, "asInt": "1", "attributes": r.attributes()});
            let list: Vec<Value> = records.iter().map(of).collect();
            json!({"resourceMetrics": [{"resource": {}, "scopeMetrics": [{"scope": {}, "metrics": [{"name": "m", "gauge": {"dataPoints": list}}]}]}]})
        }
        _ => {
            let of = |r: &&Record| {
                json!({"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "name": "s",
                "startTimeUnixNano": stamp, "endTimeUnixNano": stamp, "attributes": r.attributes()})
            };
            let list: Vec<Value> = records.iter().map(of).collect();
            json!({"resourceSpans": [{"resource": {}, "scopeSpans": [{"scope": {}, "spans": list}]}]})
        }
    }
}

#[test]
fn the_real_collector_delivers_exactly_what_the_model_says() {
    delivers_exactly_what_the_model_says(&Target::new(Runtime::Otelcol, Some("0.158.0"), false));
}

#[test]
fn the_real_alloy_delivers_exactly_what_the_model_says() {
    // The destinations are files, which Alloy takes as a preview.
    delivers_exactly_what_the_model_says(&plain_alloy().with_stability(Stability::PublicPreview));
}

fn delivers_exactly_what_the_model_says(target: &Target) {
    let dir = tempfile::tempdir().unwrap();
    let ports = free_ports(["a", "b", "metrics"]);
    let rendered = rendered_for(&files(dir.path(), &ports), &Reached::default(), target).unwrap();
    let mut collector = match target.runtime {
        Runtime::Otelcol => Collector::start(dir.path(), &rendered.text, ports["metrics"]),
        Runtime::Alloy => Collector::start_alloy(dir.path(), &rendered.text, ports["metrics"]),
    };
    let records = records();
    for source in ["a", "b"] {
        collector.wait_for(ports[source]);
        for signal in ["logs", "metrics", "traces"] {
            let these: Vec<&Record> =
                records.iter().filter(|r| r.source == source && r.signal == signal).collect();
            for part in these.chunks(40) {
                let answer =
                    http(ports[source], "POST", &format!("/v1/{signal}"), &body(part, signal).to_string());
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}\n{}", collector.log());
            }
        }
    }
    let counters = http(ports["metrics"], "GET", "/metrics", "");
    collector.stop();

    let mut expected: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for record in &records {
        for destination in record.destinations() {
            expected.entry(destination).or_default().push(record.uid.clone());
        }
    }
    for (destination, mut uids) in expected {
        let text = fs::read_to_string(dir.path().join(format!("{destination}.jsonl"))).unwrap_or_default();
        let marked =
            text.lines().find(|line| line.contains("linkmesh.route") || line.contains("linkmesh.keep"));
        assert_eq!(marked, None, "a mark is left");
        let mut delivered: Vec<String> = text.lines().flat_map(delivered).collect();
        delivered.sort();
        uids.sort();
        assert!(!uids.is_empty());
        assert_eq!(delivered, uids, "{destination}\n{}", collector.log());
    }

    // What each edge counted is what it was offered and what it took, over exactly the component that the map names.
    for (source, route) in [("a", "audit"), ("a", "errors"), ("a", "rest"), ("b", "audit"), ("b", "rest")] {
        let place = format!("fleet/routes/{route}.yaml");
        let edge: Vec<_> = rendered
            .map
            .iter()
            .filter(|row| row.place.to_string() == place && row.stage == format!("edge:{source}"))
            .collect();
        let [edge] = edge.as_slice() else { panic!("{source} {route}: {edge:?}") };
        let these: Vec<&Record> =
            records.iter().filter(|r| r.source == source && r.kept_by_source()).collect();
        let taken = |record: &&&Record| match route {
            "audit" => record.audited(),
            "errors" => record.error(),
            _ => record.source == "b" || !record.error(),
        };
        let matched = these.iter().filter(taken).count();
        assert_eq!(count(&counters, "incoming", &edge.component), these.len(), "offered {source} {route}");
        assert_eq!(count(&counters, "outgoing", &edge.component), matched, "matched {source} {route}");
    }
}

/// Sums a processor's items over all signals. The id stands in a label of its own for Alloy.
fn count(counters: &str, direction: &str, component: &str) -> usize {
    let label = if component.starts_with("otelcol.") { "component_id" } else { "processor" };
    let wanted = format!("{label}=\"{component}\"");
    let name = format!("otelcol_processor_{direction}_items");
    let lines = counters.lines().filter(|line| line.starts_with(&name) && line.contains(&wanted));
    let values: Vec<f64> = lines.filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect();
    assert!(!values.is_empty(), "no {name} of {component} in:\n{counters}");
    values.iter().map(|value| format!("{value:.0}").parse::<usize>().unwrap()).sum()
}

/// The uids in one line of the file exporter.
fn delivered(line: &str) -> Vec<String> {
    fn walk(value: &Value, uids: &mut Vec<String>) {
        match value {
            Value::Object(map) if map.get("key").is_some_and(|key| key == "uid") => {
                uids.push(map["value"]["stringValue"].as_str().unwrap().to_owned());
            }
            Value::Object(map) => map.values().for_each(|value| walk(value, uids)),
            Value::Array(items) => items.iter().for_each(|value| walk(value, uids)),
            _ => {}
        }
    }
    let mut uids = Vec::new();
    walk(&serde_json::from_str(line).unwrap(), &mut uids);
    uids
}

pub(crate) fn free_ports<const N: usize>(names: [&str; N]) -> BTreeMap<&str, u16> {
    let bound = names.map(|name| (name, TcpListener::bind("127.0.0.1:0").unwrap()));
    bound.iter().map(|(name, socket)| (*name, socket.local_addr().unwrap().port())).collect()
}

/// The whole answer of one request.
pub(crate) fn http(port: u16, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let length = body.len();
    // The older version is answered in one piece, the newer perhaps in chunks that end in the middle of a line.
    let version = if method == "GET" { "1.0" } else { "1.1" };
    write!(
        stream,
        "{method} {path} HTTP/{version}\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) struct Collector {
    child: Child,
    log: std::path::PathBuf,
}

impl Collector {
    pub(crate) fn start(dir: &Path, text: &str, metrics_port: u16) -> Self {
        let log = dir.join("log");
        let telemetry = json!({"service": {"telemetry": {"metrics": {"readers": [{"pull": {"exporter":
            {"prometheus": {"host": "127.0.0.1", "port": metrics_port}}}}]}}}});
        fs::write(dir.join("config.yaml"), text).unwrap();
        fs::write(dir.join("telemetry.yaml"), telemetry.to_string()).unwrap();
        let child = Command::new(otelcol())
            .args(["--config", "config.yaml", "--config", "telemetry.yaml"])
            .current_dir(dir)
            .env("LINKMESH_STORAGE", dir.join("storage"))
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    pub(crate) fn start_alloy(dir: &Path, text: &str, metrics_port: u16) -> Self {
        let log = dir.join("log");
        fs::write(dir.join("config.alloy"), text).unwrap();
        let child = Command::new(alloy())
            .args(["run", "--disable-reporting", "--stability.level=experimental"])
            .arg(format!("--server.http.listen-addr=127.0.0.1:{metrics_port}"))
            .arg("--storage.path=storage")
            .arg("config.alloy")
            .current_dir(dir)
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { child, log }
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(crate) fn wait_for(&mut self, port: u16) {
        let until = Instant::now() + DEADLINE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(self.child.try_wait().unwrap().is_none(), "the collector ended:\n{}", self.log());
            assert!(Instant::now() < until, "nobody listens on {port}:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Lets it write what it holds.
    pub(crate) fn stop(&mut self) {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let until = Instant::now() + DEADLINE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < until, "the collector does not stop:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // It may have ended already, and nobody is left to tell.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
