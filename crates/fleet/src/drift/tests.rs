//! Laws of drift. The fixtures are a configuration with one component of nearly every type and what otelcol 0.158 printed of it.

use serde_json::json;

use super::*;
use crate::yaml;

const DESIRED: &str = include_str!("fixtures/desired.yaml");
const EFFECTIVE: &str = include_str!("fixtures/effective.yaml");

fn read(text: &str) -> Value {
    yaml::value(text).unwrap()
}

/// Path, kind and values of every difference.
fn differences(desired: &Value, effective: &Value) -> Vec<String> {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    compare(desired, effective)
        .differences
        .iter()
        .map(|d| format!("{:?} {}: {} / {}", d.what, d.path, shown(&d.desired), shown(&d.effective)))
        .collect()
}

/// Every scalar with its JSON pointer.
fn scalars(value: &Value, at: &str, found: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| scalars(value, &format!("{at}/{}", escaped(key)), found));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| scalars(value, &format!("{at}/{index}"), found));
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push(at.to_owned()),
    }
}

#[test]
fn what_a_real_collector_prints_of_its_configuration_is_no_drift() {
    assert_eq!(differences(&read(DESIRED), &read(EFFECTIVE)), Vec::<String>::new());
}

#[test]
fn a_changed_scalar_anywhere_is_drift_unless_the_collector_hides_it() {
    let (desired, effective) = (read(DESIRED), read(EFFECTIVE));
    let mut paths = Vec::new();
    scalars(&desired, "", &mut paths);
    let (mut seen, mut blind) = (0, Vec::new());
    for path in &paths {
        let mut changed = desired.clone();
        let scalar = changed.pointer_mut(path).unwrap();
        *scalar = match scalar {
            Value::Bool(yes) => json!(!*yes),
            Value::Number(number) => json!(number.as_f64().unwrap() + 7.0),
            _ => json!("quite-another/value"),
        };
        if compare(&changed, &effective).is_drifted() { seen += 1 } else { blind.push(path.clone()) }
    }
    // What is left is secrets, and types that the collector prints as their insides or not at all.
    assert!(seen * 100 >= paths.len() * 90, "{seen} of {}; blind:\n{}", paths.len(), blind.join("\n"));
}

#[test]
fn a_removed_component_pipeline_or_member_is_missing() {
    let (desired, effective) = (read(DESIRED), read(EFFECTIVE));
    let without = |pointer: &str, key: &str| {
        let mut effective = effective.clone();
        match effective.pointer_mut(pointer).unwrap() {
            Value::Object(map) => drop(map.remove(key).unwrap()),
            Value::Array(items) => items.retain(|item| item != key),
            other => panic!("{other}"),
        }
        compare(&desired, &effective).differences
    };
    for (pointer, key, path) in [
        ("/processors", "batch/b", "processors.batch/b"),
        ("/connectors", "forward/app", "connectors.forward/app"),
        ("/service/pipelines", "logs/r1", "service.pipelines.logs/r1"),
        ("/service/pipelines/logs~1r1/processors", "batch/b", "service.pipelines.logs/r1.processors.batch/b"),
        ("/service/extensions", "file_storage/offsets", "service.extensions.filestorage/offsets"),
        ("/exporters/file~1f/rotation", "max_days", "exporters.file/f.rotation.max_days"),
    ] {
        let found = without(pointer, key);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found.iter().all(|d| d.path == path && d.what == What::Missing), "{found:?}");
    }
}

#[test]
fn what_nobody_asked_for_is_extra_except_what_the_supervisor_injects() {
    let desired = read(
        "receivers: {otlp/a: {}}\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp/a], exporters: [debug]}}}",
    );
    let injected = "
receivers: {otlp/a: {protocols: {grpc: {endpoint: 'localhost:4317'}}}, nop: {}}
exporters: {debug: {verbosity: Basic}, nop: {}}
extensions: {opamp: {instance_uid: x, server: {ws: {endpoint: 'ws://x', headers: {a: b}}}}}
service:
  extensions: [opamp]
  telemetry: {logs: {encoding: json}, resource: {service.instance.id: x}, metrics: {readers: [{periodic: {}}]}}
  pipelines:
    logs: {receivers: [otlp/a], exporters: [debug], processors: []}
    traces: {receivers: [nop], exporters: [nop]}
";
    assert_eq!(differences(&desired, &read(injected)), Vec::<String>::new());
    let edited = injected
        .replace("nop: {}}\nexporters", "nop: {}, filelog/x: {include: [/etc/shadow]}}\nexporters")
        .replace("traces: {receivers: [nop]", "traces: {receivers: [filelog/x]")
        .replace("extensions: [opamp]", "extensions: [opamp, pprof]");
    assert_eq!(
        differences(&desired, &read(&edited)),
        [
            "Extra receivers.filelog/x: - / {\"include\":[\"/etc/shadow\"]}",
            "Extra service.extensions.pprof: - / pprof",
            "Extra service.pipelines.traces: - / {\"exporters\":[\"nop\"],\"receivers\":[\"filelog/x\"]}",
        ]
    );
}

#[test]
fn the_order_of_processors_matters_and_that_of_the_ends_does_not() {
    let desired = json!({"service": {"pipelines": {"logs": {"receivers": ["a", "b"], "processors": ["p", "q"], "exporters": ["x", "y"]}}}});
    let ends = json!({"service": {"pipelines": {"logs": {"receivers": ["b", "a"], "processors": ["p", "q"], "exporters": ["y", "x"]}}}});
    assert_eq!(differences(&desired, &ends), Vec::<String>::new());
    let order = json!({"service": {"pipelines": {"logs": {"receivers": ["a", "b"], "processors": ["q", "p"], "exporters": ["x", "y"]}}}});
    assert_eq!(
        differences(&desired, &order),
        ["Changed service.pipelines.logs.processors: [\"p\",\"q\"] / [\"q\",\"p\"]"]
    );
}

#[test]
fn old_and_new_names_of_a_type_are_one() {
    let desired = json!({"exporters": {"otlphttp/a": {"endpoint": "x"}, "otlp/b": {}}, "receivers": {"filelog": {}},
        "service": {"pipelines": {"logs": {"receivers": ["filelog"], "exporters": ["otlphttp/a", "otlp/b"]}}}});
    let effective = json!({"exporters": {"otlp_http/a": {"endpoint": "x"}, "otlp_grpc/b": {}}, "receivers": {"file_log": {}},
        "service": {"pipelines": {"logs": {"receivers": ["file_log"], "exporters": ["otlp_http/a", "otlp_grpc/b"]}}}});
    assert_eq!(differences(&desired, &effective), Vec::<String>::new());
    assert_eq!(differences(&effective, &desired), Vec::<String>::new());
    let both = json!({"exporters": {"otlp_http/a": {"endpoint": "x"}, "otlphttp/a": {"endpoint": "y"}}});
    assert_eq!(differences(&both, &both), Vec::<String>::new());
}

#[test]
fn hidden_and_resolved_values_are_unknown_and_secrets_are_never_shown() {
    let desired = json!({"exporters": {"otlphttp/a": {
        "endpoint": "${env:URL}", "headers": {"X-Key": "s3cret-a"}, "auth": {"password": "s3cret-b"}}}});
    let hidden = json!({"exporters": {"otlphttp/a": {
        "endpoint": "http://x", "headers": [{"name": "X-Key", "value": "[REDACTED]"}], "auth": {"password": "[REDACTED]"}}}});
    let drift = compare(&desired, &hidden);
    assert!(!drift.is_drifted());
    assert_eq!(
        drift.unknown,
        [
            "exporters.otlphttp/a.auth.password",
            "exporters.otlphttp/a.endpoint",
            "exporters.otlphttp/a.headers.X-Key"
        ]
    );
    // What a supervisor composed, with other secrets in clear.
    let clear = json!({"exporters": {"otlphttp/a": {
        "endpoint": "http://x", "headers": {"X-Key": "s3cret-c"}, "auth": {"password": "s3cret-d"}}},
        "extensions": {"basicauth": {"client_auth": {"password": "s3cret-e"}}}});
    let drift = compare(&desired, &clear);
    assert_eq!(drift.differences.len(), 3);
    let text = serde_json::to_string(&drift).unwrap();
    assert!(!text.contains("s3cret"), "{text}");
}

#[test]
fn differences_are_bounded_however_much_differs() {
    let many = |prefix: &str| -> Value {
        let components: serde_json::Map<String, Value> =
            (0..5000).map(|n| (format!("{prefix}/{n}"), json!({"x": "y".repeat(1000)}))).collect();
        json!({"receivers": components})
    };
    let drift = compare(&many("a"), &many("b"));
    assert_eq!(drift.differences.len(), DIFFERENCES_MAX);
    assert!(drift.differences.iter().all(|d| d.desired.as_ref().is_none_or(|text| text.len() < 1000)));
    for odd in [json!(null), json!([]), json!("text"), json!({"service": []}), json!({"receivers": [1]})] {
        assert_eq!(compare(&odd, &many("a")).differences.len(), DIFFERENCES_MAX);
        assert!(compare(&many("a"), &odd).is_drifted());
        assert!(!compare(&odd, &odd).is_drifted());
    }
}

#[test]
fn the_cause_follows_from_the_evidence() {
    let desired = ConfigHash::of(b"b");
    let evidence = Evidence { desired, reported: None, matches_older: false };
    let differing = |path: &str| Drift {
        differences: vec![Difference {
            path: path.to_owned(),
            what: What::Changed,
            desired: None,
            effective: None,
        }],
        unknown: Vec::new(),
    };
    let older = Reported { hash: Some(ConfigHash::of(b"a")), status: RemoteStatus::Applied };
    let same = Reported { hash: Some(desired), status: RemoteStatus::Applied };
    let hidden = Drift { differences: Vec::new(), unknown: vec!["x".to_owned()] };
    for (drift, evidence, expected) in [
        (Drift::default(), evidence, None),
        (hidden, evidence, Some(Cause::Redacted)),
        (differing("service.telemetry.logs.level"), evidence, Some(Cause::InjectedBySupervisor)),
        (differing("exporters.x"), evidence, Some(Cause::LocalEdit)),
        (differing("exporters.x"), Evidence { reported: Some(&same), ..evidence }, Some(Cause::LocalEdit)),
        (
            differing("exporters.x"),
            Evidence { reported: Some(&older), ..evidence },
            Some(Cause::OlderRevision),
        ),
        (differing("exporters.x"), Evidence { matches_older: true, ..evidence }, Some(Cause::OlderRevision)),
    ] {
        assert_eq!(cause(&drift, &evidence), expected, "{drift:?}");
    }
}

#[test]
fn texts_are_compared_line_by_line_from_both_ends() {
    let given = "a\nb\nc\nd\n";
    assert!(!compare_lines(given, given).is_drifted());
    let places = |effective: &str| -> Vec<(String, What)> {
        compare_lines(given, effective).differences.into_iter().map(|d| (d.path, d.what)).collect()
    };
    assert_eq!(places("a\nX\nc\nd\n"), [("line 2".to_owned(), What::Changed)]);
    assert_eq!(places("a\nb\nd\n"), [("line 3".to_owned(), What::Missing)]);
    assert_eq!(places("a\nb\nc\nc\nd\n"), [("line 4".to_owned(), What::Extra)]);
    assert_eq!(places("").len(), 4);
    assert_eq!(compare_lines("", &"x\n".repeat(5000)).differences.len(), DIFFERENCES_MAX);
}
