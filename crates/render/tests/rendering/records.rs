//! Where Alloy does a thing with other components, the same records come out: both programs run the same model over the same
//! lines, spans and targets, and what arrives in their files is compared.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use linkmesh_fleet::Runtime;
use linkmesh_render::Target;
use serde_json::{Value, json};

use super::first_match::{Collector, free_ports, http};
use super::support::{Files, Reached, brave_alloy, rendered_for};

const DEADLINE: Duration = Duration::from_secs(30);

/// What a program wrote into its file for a model, once there are so many records. `feed` is called when it runs.
fn written(runtime: Runtime, model: &Model, dir: &Path) -> Vec<Value> {
    let ports = free_ports(["metrics", "otlp"]);
    let target = match runtime {
        Runtime::Otelcol => Target::new(runtime, Some("0.158.0"), false),
        // The destination is a file, which Alloy takes as a preview; types of scraped metrics are an experiment.
        Runtime::Alloy => brave_alloy(),
    };
    let out = dir.join("out.jsonl");
    let mut files = (model.files)(ports["otlp"]);
    files.insert(
        "fleet/destinations/out.yaml".into(),
        json!({"type": "file", "settings": {"path": out, "flush_interval_s": 0.1}}),
    );
    let text = rendered_for(&files, &Reached::default(), &target).unwrap().text;
    let mut collector = match runtime {
        Runtime::Otelcol => Collector::start(dir, &text, ports["metrics"]),
        Runtime::Alloy => Collector::start_alloy(dir, &text, ports["metrics"]),
    };
    if let Some(body) = &model.body {
        collector.wait_for(ports["otlp"]);
        let answer = http(ports["otlp"], "POST", "/v1/logs", &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    let until = Instant::now() + DEADLINE;
    let records = loop {
        let text = fs::read_to_string(&out).unwrap_or_default();
        // The last line may be half written.
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let records: Vec<Value> = lines.flat_map(|line| (model.records)(&line)).collect();
        if records.len() >= model.count {
            break records;
        }
        assert!(Instant::now() < until, "{runtime}: {records:#?}\n{}", collector.log());
        thread::sleep(Duration::from_millis(50));
    };
    collector.stop();
    records
}

struct Model {
    /// The model, but for its destination `out`; the port is for a source of OTLP by HTTP.
    files: Box<dyn Fn(u16) -> Files + Sync>,
    /// Sent there.
    body: Option<Value>,
    /// The records in one line of the file, as far as they are to be equal.
    records: fn(&Value) -> Vec<Value>,
    count: usize,
}

fn come_out_alike(model: &Model) {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [mut otelcol, mut alloy] = thread::scope(|scope| {
        let runs = [(Runtime::Otelcol, &dirs[0]), (Runtime::Alloy, &dirs[1])];
        runs.map(|(runtime, dir)| scope.spawn(move || written(runtime, model, dir.path())))
            .map(|run| run.join().unwrap())
    });
    for records in [&mut otelcol, &mut alloy] {
        records.sort_by_key(Value::to_string);
        records.dedup();
    }
    for (otelcol, alloy) in otelcol.iter().zip(&alloy) {
        assert_eq!(otelcol, alloy, "otelcol, alloy");
    }
    assert_eq!(otelcol.len(), alloy.len());
}

fn attributes(value: &Value) -> Value {
    let pairs = value["attributes"].as_array().into_iter().flatten();
    pairs.map(|pair| (pair["key"].as_str().unwrap().to_owned(), pair["value"].clone())).collect()
}

/// Everything of a log record but when it was seen.
fn logs(line: &Value) -> Vec<Value> {
    let mut records = Vec::new();
    for resource in line["resourceLogs"].as_array().into_iter().flatten() {
        let of = attributes(&resource["resource"]);
        for scope in resource["scopeLogs"].as_array().into_iter().flatten() {
            for record in scope["logRecords"].as_array().into_iter().flatten() {
                let field = |key: &str| record.get(key).cloned().unwrap_or_default();
                records.push(json!({
                    "resource": of, "attributes": attributes(record), "body": field("body"), "time": field("timeUnixNano"),
                    "number": field("severityNumber"), "text": field("severityText"),
                }));
            }
        }
    }
    records
}

/// Name, attributes and value of each point that the target brought; when it was scraped and how long that took differs.
fn metrics(line: &Value) -> Vec<Value> {
    let mut points = Vec::new();
    for resource in line["resourceMetrics"].as_array().into_iter().flatten() {
        for scope in resource["scopeMetrics"].as_array().into_iter().flatten() {
            for metric in scope["metrics"].as_array().into_iter().flatten() {
                let name = metric["name"].as_str().unwrap();
                if !name.starts_with("shop_") {
                    continue;
                }
                for kind in ["gauge", "sum", "histogram"] {
                    for point in metric[kind]["dataPoints"].as_array().into_iter().flatten() {
                        let field = |key: &str| point.get(key).cloned().unwrap_or_default();
                        points.push(json!({"name": name, "kind": kind, "attributes": attributes(point),
                            "value": field("asDouble"), "counts": field("bucketCounts"), "sum": field("sum")}));
                    }
                }
            }
        }
    }
    points
}

fn from(source: Value) -> impl Fn(u16) -> Files + Sync {
    move |_| {
        Files::from([
            ("fleet/sources/in.yaml".into(), source.clone()),
            ("fleet/routes/r.yaml".into(), json!({"sources": ["in"], "destinations": ["out"]})),
        ])
    }
}

#[test]
fn lines_of_files_come_out_alike() {
    let dir = tempfile::tempdir().unwrap();
    let lines = [
        r#"{"time": "2024-01-02T03:04:05.678Z", "level": "error", "msg": "x \"y\"", "n": 5, "f": 1.5, "o": {"a": [1, "b"]}}"#,
        r#"{"time": "2024-01-02T03:04:05.000Z", "level": "WARN", "msg": "ä €"}"#,
        r#"{"time": "yesterday", "level": "Warning"}"#,
        r#"{"time": 5, "level": "err"}"#,
        r#"{"level": "fatal"}"#,
        r#"{"level": "trace", "b": true, "z": null}"#,
        r#"{"level": "Debug"}"#,
        r#"{"level": "noisy"}"#,
        r#"{"level": "info", "msg": "last"}"#,
        r#"{"msg": "no level"}"#,
        r#"{"broken": "#,
        "plain text",
        "",
        "   ",
        "  {\"level\": \"info\", \"msg\": \"indented\"}",
    ];
    fs::write(dir.path().join("a.json"), lines.join("\n") + "\n").unwrap();
    fs::write(dir.path().join("not.json"), "{}\n").unwrap();
    let source = json!({"type": "file-logs", "attributes": {"team": "shop"}, "settings": {
        "include": [dir.path().join("*.json")], "exclude": [dir.path().join("not.json")], "start_at": "beginning", "format": "json",
        "timestamp": {"from": "attributes.time", "layout": "%Y-%m-%dT%H:%M:%S.%LZ"}, "severity_from": "attributes.level", "include_path": true}});
    come_out_alike(&Model {
        files: Box::new(from(source)),
        body: None,
        records: logs,
        count: lines.len() - 2,
    });
}

#[test]
fn records_of_several_lines_come_out_alike() {
    let dir = tempfile::tempdir().unwrap();
    let text = "2024-01-01 one\n  at a\n\n  at b  \n2024-01-02 two\n2024-01-03 three\nmore\n";
    fs::write(dir.path().join("a.log"), text).unwrap();
    let source = json!({"type": "file-logs", "settings": {"include": [dir.path().join("*.log")], "start_at": "beginning",
        "multiline_start": r"^\d{4}-\d{2}-\d{2}"}});
    come_out_alike(&Model { files: Box::new(from(source)), body: None, records: logs, count: 3 });
}

#[test]
fn resources_come_out_alike() {
    let actions = json!([
        {"action": "insert", "key": "new", "value": "a \"quoted\" \\ $text"},
        {"action": "insert", "key": "kept", "value": "replaced"},
        {"action": "update", "key": "kept", "value": 7},
        {"action": "update", "key": "missing", "value": 7},
        {"action": "upsert", "key": "copy", "from": "kept"},
        {"action": "upsert", "key": "none", "from": "missing"},
        {"action": "insert", "key": "copy-2", "from": "app"},
        {"action": "rename", "key": "app", "to": "service.name"},
        {"action": "rename", "key": "missing", "to": "nothing"},
        {"action": "hash", "key": "secret"},
        {"action": "hash", "key": "missing"},
        {"action": "convert", "key": "number", "type": "int"},
        {"action": "convert", "key": "kept", "type": "string"},
        {"action": "extract", "key": "path", "pattern": "^/shops/(?P<shop>[^/]+)/(?P<rest>.*)$"},
        {"action": "extract", "key": "service.name", "pattern": "^(?P<nomatch>never)$"},
        {"action": "delete", "pattern": "^process\\."},
        {"action": "delete", "key": "gone"},
        {"action": "upsert", "key": "yes", "value": true},
        {"action": "upsert", "key": "half", "value": 0.5},
    ]);
    let texts = [
        ("app", "shop"),
        ("kept", "x"),
        ("secret", "me@example.com"),
        ("number", "42"),
        ("path", "/shops/7/a/b"),
        ("process.pid", "1"),
        ("processes", "2"),
        ("gone", "x"),
    ];
    let given: Vec<Value> =
        texts.iter().map(|(key, text)| json!({"key": key, "value": {"stringValue": text}})).collect();
    let body = json!({"resourceLogs": [{"resource": {"attributes": given}, "scopeLogs": [{"logRecords": [{"body": {"stringValue": "x"}}]}]}]});
    let files = move |port: u16| {
        Files::from([
            (
                "fleet/sources/in.yaml".into(),
                json!({"type": "otlp", "settings": {"http": format!("127.0.0.1:{port}")}}),
            ),
            (
                "fleet/routes/r.yaml".into(),
                json!({"sources": ["in"], "destinations": ["out"], "pipeline": "p"}),
            ),
            (
                "pipelines/p.yaml".into(),
                json!({"signals": ["logs"], "steps": [{"id": "s", "type": "resource", "settings": {"actions": actions}}]}),
            ),
        ])
    };
    come_out_alike(&Model { files: Box::new(files), body: Some(body), records: logs, count: 1 });
}

#[test]
fn scraped_points_come_out_alike() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Answers whoever asks, for as long as the test program lives.
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let read = stream.read(&mut request).unwrap_or_default();
            let request = String::from_utf8_lossy(&request[..read]);
            let authorized = request.contains("\r\nAuthorization: Basic ");
            let body = if authorized { EXPOSED } else { "" };
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            drop(stream.write_all((head + body).as_bytes()));
        }
    });
    let secret = json!({"$sealed": "v1:x"});
    let source = json!({"type": "prometheus", "credentials": {"username": secret, "password": secret}, "settings": {
        "targets": [address.to_string()], "job": "shop", "interval_s": 1, "labels": {"cluster": "main"}, "keep_metrics": "shop_.*", "drop_metrics": "shop_dropped.*"}});
    come_out_alike(&Model { files: Box::new(from(source)), body: None, records: metrics, count: 5 });
}

#[test]
fn the_host_is_measured_by_the_real_alloy() {
    fn measured(line: &Value) -> Vec<Value> {
        let metrics = line["resourceMetrics"].as_array().into_iter().flatten().flat_map(|resource| {
            let scopes = resource["scopeMetrics"].as_array().into_iter().flatten();
            scopes.flat_map(|scope| scope["metrics"].as_array().into_iter().flatten())
        });
        let wanted = ["node_cpu_seconds_total", "node_load1", "node_memory_MemTotal_bytes"];
        metrics.map(|metric| metric["name"].clone()).filter(|name| wanted.iter().any(|w| name == w)).collect()
    }
    let source =
        json!({"type": "host-metrics", "settings": {"interval_s": 1, "collect": ["cpu", "load", "memory"]}});
    let model = Model { files: Box::new(from(source)), body: None, records: measured, count: 3 };
    let dir = tempfile::tempdir().unwrap();
    let mut names = written(Runtime::Alloy, &model, dir.path());
    names.sort_by_key(Value::to_string);
    names.dedup();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn remote_writes_leave_both_programs_with_tenant_and_token() {
    for runtime in [Runtime::Otelcol, Runtime::Alloy] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (heard, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let read = stream.read(&mut request).unwrap_or_default();
                // The test may have heard enough.
                drop(heard.send(String::from_utf8_lossy(&request[..read]).to_lowercase()));
                drop(stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
            }
        });
        let ports = free_ports(["metrics", "otlp"]);
        let secret = json!({"$sealed": "v1:x"});
        let files = Files::from([
            (
                "fleet/sources/in.yaml".into(),
                json!({"type": "otlp", "settings": {"http": format!("127.0.0.1:{}", ports["otlp"])}}),
            ),
            ("fleet/routes/r.yaml".into(), json!({"sources": ["in"], "destinations": ["out"]})),
            (
                "fleet/destinations/out.yaml".into(),
                json!({"type": "prometheus-remote-write", "endpoint": format!("http://{address}/api/v1/push"),
                "credentials": {"token": secret}, "settings": {"tenant": "shop"}}),
            ),
        ]);
        let dir = tempfile::tempdir().unwrap();
        let target = Target { runtime, version: None, ..brave_alloy() };
        let text = rendered_for(&files, &Reached::default(), &target).unwrap().text;
        let mut collector = match runtime {
            Runtime::Otelcol => Collector::start(dir.path(), &text, ports["metrics"]),
            Runtime::Alloy => Collector::start_alloy(dir.path(), &text, ports["metrics"]),
        };
        collector.wait_for(ports["otlp"]);
        let point = json!({"timeUnixNano": format!("{}000000000", unix_s()), "asDouble": 1.5});
        let body = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "shop_open", "gauge": {"dataPoints": [point]}}]}]}]});
        let answer = http(ports["otlp"], "POST", "/v1/metrics", &body.to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let request =
            requests.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("{runtime}: {}", collector.log()));
        for wanted in [
            "post /api/v1/push http/1.1\r\n",
            "\r\nx-scope-orgid: shop\r\n",
            "\r\nauthorization: bearer opened",
        ] {
            assert!(request.contains(wanted), "{runtime}: {wanted:?} in {request}");
        }
        collector.stop();
    }
}

fn unix_s() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

const EXPOSED: &str = "# TYPE shop_orders_total counter
shop_orders_total{kind=\"a\"} 3
shop_orders_total{kind=\"b\"} 4
# TYPE shop_open gauge
shop_open 1.5
# TYPE shop_dropped_total counter
shop_dropped_total 9
# TYPE other gauge
other 1
# TYPE shop_seconds histogram
shop_seconds_bucket{le=\"1\"} 2
shop_seconds_bucket{le=\"+Inf\"} 3
shop_seconds_sum 4.5
shop_seconds_count 3
# TYPE shop_untyped untyped
shop_untyped 8
";
