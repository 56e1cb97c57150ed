//! What is wrong is told with file, field and reason, and what only deserves a look is a warning.

use linkmesh_fleet::Runtime;
use linkmesh_render::{RenderError, Target, render};
use serde_json::{Value, json};

use super::support::{Files, Reached, intent, open, rendered, union};

pub(crate) fn base() -> Files {
    Files::from([
        ("fleet/sources/a.yaml".into(), json!({"type": "otlp", "settings": {"grpc": "127.0.0.1:4317"}})),
        ("fleet/sources/b.yaml".into(), json!({"type": "file-logs", "settings": {"include": ["/x"]}})),
        ("fleet/destinations/d.yaml".into(), json!({"type": "otlp-http", "endpoint": "http://x:1"})),
        (
            "fleet/routes/r.yaml".into(),
            json!({"sources": ["a", "b"], "pipeline": "p", "parameters": {"n": 3}, "destinations": ["d"]}),
        ),
        (
            "pipelines/p.yaml".into(),
            json!({"signals": ["logs", "traces"], "parameters": {"n": {"type": "int"}}, "steps": [
                {"id": "s", "type": "filter", "settings": {"drop": {"logs": ["Len(log.body) > {{n}}"]}}}]}),
        ),
    ])
}

pub(crate) fn with(path: &str, value: Value) -> Files {
    let mut files = base();
    files.insert(path.into(), value);
    files
}

/// What is told about a repository, one line each.
pub(crate) fn told(files: &Files) -> String {
    let problems = rendered(files, &Reached::default()).expect_err("is accepted");
    super::support::problems(&problems)
}

fn warned(files: &Files) -> String {
    super::support::problems(&rendered(files, &Reached::default()).unwrap().warnings)
}

#[test]
fn the_base_is_fine() {
    assert_eq!(warned(&base()), "");
}

/// Each value in the place of one entity of the base, and part of what is told.
fn each_is_told(path: &str, within: &dyn Fn(Value) -> Value, cases: &[(Value, &str)]) {
    for (value, expected) in cases {
        let told = told(&with(path, within(value.clone())));
        assert!(told.contains(expected), "{value}\nexpected {expected}\ntold {told}");
    }
}

/// An entity with some keys set.
pub(crate) fn extended(mut entity: Value, extra: &Value) -> Value {
    entity.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    entity
}

#[test]
fn a_faulty_source_names_file_field_and_reason() {
    let cases = [
        (
            json!({"type": "oltp"}),
            "fleet/sources/a.yaml: type: the catalog has no source type `oltp`; did you mean `otlp`?",
        ),
        (
            json!({"settings": {"grpc": 7}}),
            "fleet/sources/a.yaml: settings.grpc: 7 is not of type \"string\"",
        ),
        (json!({"settings": {"tls": {"cert_file": "x"}}}), "settings.tls: `key_file` is required"),
        (json!({"credentials": {"x": "${env:X}"}}), "credentials: type `otlp` takes no credentials"),
        (json!({"attributes": {"linkmesh.x": "x"}}), "attributes.linkmesh.x: attributes under `linkmesh.`"),
        (
            json!({"filter": {"logs": "body == 1"}}),
            "filter.logs: path `body` lacks its context; write `log.body`",
        ),
    ];
    each_is_told("fleet/sources/a.yaml", &|extra| extended(json!({"type": "otlp"}), &extra), &cases);
}

#[test]
fn a_faulty_route_names_file_field_and_reason() {
    let cases = [
        (
            json!({"filter": {"traces": "spanevent.name == \"x\""}}),
            "fleet/routes/r.yaml: filter.traces: span events travel",
        ),
        (json!({"filter": {"logs": "true) or (true"}}), "filter.logs: `)` closes nothing"),
        (
            json!({"parameters": {"n": "3"}}),
            "fleet/routes/r.yaml: parameters.n: should be a whole number, not \"3\"",
        ),
        (
            json!({"signals": ["metrics"]}),
            "fleet/routes/r.yaml: signals: the pipeline is not written for metrics",
        ),
    ];
    let route =
        json!({"sources": ["a", "b"], "pipeline": "p", "parameters": {"n": 3}, "destinations": ["d"]});
    each_is_told("fleet/routes/r.yaml", &|extra| extended(route.clone(), &extra), &cases);
}

#[test]
fn a_faulty_destination_names_file_field_and_reason() {
    let cases = [
        (json!({"queue": {"items": 10}}), "queue.batch.min_items: should not exceed `queue.items`"),
        (json!({"timeout_s": 0}), "timeout_s: should be above 0"),
        (json!({"tls": {}}), "tls: the endpoint is http://"),
        (json!({"endpoint": null}), "endpoint: an endpoint is required"),
        (json!({"credentials": {"username": "${env:X}"}}), "credentials: "),
    ];
    let destination = json!({"type": "otlp-http", "endpoint": "http://x:1"});
    each_is_told("fleet/destinations/d.yaml", &|extra| extended(destination.clone(), &extra), &cases);
}

#[test]
fn a_faulty_step_names_file_field_and_reason() {
    let drop = |drop: Value| json!({"settings": {"drop": drop}});
    let metrics = json!({"signals": ["metrics"], "otelcol": {"component": "x"}});
    let cases = [
        (
            json!({"type": "fliter"}),
            "pipelines/p.yaml: steps[0].type: the catalog has no step type `fliter`; did you mean `filter`?",
        ),
        (
            drop(json!({"logs": ["log.body == {{m}}"]})),
            "steps[0].settings.drop.logs[0]: the pipeline has no parameter `m`",
        ),
        (
            drop(json!({"log": ["true"]})),
            "steps[0].settings.drop.log: unknown key `log`; did you mean `logs`?",
        ),
        (drop(json!({})), "steps[0].settings.drop: "),
        (
            json!({"signals": ["metrics"], "settings": {"drop": {"metrics": ["true"]}}}),
            "steps[0].signals: the pipeline has no metrics",
        ),
        (
            json!({"type": "raw", "settings": metrics}),
            "steps[0].type: a step of type `raw` works only on metrics",
        ),
    ];
    let pipeline = |extra| {
        let step = extended(json!({"id": "s", "type": "filter"}), &extra);
        json!({"signals": ["logs", "traces"], "parameters": {"n": {"type": "int"}}, "steps": [step]})
    };
    each_is_told("pipelines/p.yaml", &pipeline, &cases);
}

#[test]
fn two_listeners_on_one_port_name_both_files() {
    let mut files =
        with("fleet/sources/c.yaml", json!({"type": "otlp", "settings": {"http": "0.0.0.0:4317"}}));
    files.insert("fleet/routes/c.yaml".into(), json!({"sources": ["c"], "destinations": ["d"]}));
    let problems = rendered(&files, &Reached::default()).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].path, "fleet/sources/c.yaml");
    assert_eq!(problems[0].field, "settings.http");
    assert_eq!(problems[0].other.as_deref(), Some("fleet/sources/a.yaml"));
}

#[test]
fn a_parameter_that_breaks_a_step_is_told_at_the_route() {
    let pipeline = json!({"signals": ["logs"], "parameters": {"v": {"type": "string", "default": "ignore"}}, "steps": [
        {"id": "s", "type": "filter", "settings": {"on_error": "{{v}}", "drop": {"logs": ["true"]}}}]});
    let mut files = with("pipelines/p.yaml", pipeline);
    files.insert(
        "fleet/routes/r.yaml".into(),
        json!({"sources": ["a"], "pipeline": "p", "destinations": ["d"], "parameters": {"v": "shout"}}),
    );
    let told = told(&files);
    assert!(told.starts_with("fleet/routes/r.yaml: parameters: with these values the pipeline fails at steps[0].settings.on_error"), "{told}");
}

#[test]
fn routes_that_share_no_signal_are_refused() {
    let files =
        with("fleet/routes/n.yaml", json!({"sources": ["b"], "destinations": ["d"], "signals": ["metrics"]}));
    assert!(
        told(&files).contains("fleet/routes/n.yaml: its sources, pipeline and destinations share no signal")
    );
}

#[test]
fn what_goes_nowhere_is_warned_about() {
    let files = with("fleet/sources/idle.yaml", json!({"type": "otlp"}));
    assert!(warned(&files).contains("fleet/sources/idle.yaml: no route takes anything"));

    let late = json!({"sources": ["a", "b"], "destinations": ["d"], "signals": ["logs"], "priority": 200});
    let files = with("fleet/routes/late.yaml", late);
    assert!(
        warned(&files).contains("fleet/routes/late.yaml: can never match: `r` comes first"),
        "{}",
        warned(&files)
    );

    let filtered =
        json!({"sources": ["a", "b"], "destinations": ["d"], "filter": {"logs": "log.body != nil"}});
    let warned = warned(&with("fleet/routes/r.yaml", filtered));
    assert!(warned.contains("fleet/sources/a.yaml: logs that match no route"), "{warned}");
    assert!(!warned.contains("traces"), "{warned}");
}

#[test]
fn a_collector_out_of_range_is_told_what_to_do() {
    let union = union(&intent(&base()), &Reached::default()).unwrap();
    let of = |runtime, version| render(&union, &Target::new(runtime, version, false), &open);
    let old = of(Runtime::Otelcol, Some("0.134.0")).unwrap_err();
    assert!(matches!(old, RenderError::TooOld { .. }));
    assert_eq!(
        old.to_string(),
        "otelcol 0.134.0 is too old to be configured; upgrade it to 0.135.0 or newer"
    );
    assert!(of(Runtime::Otelcol, Some("0.135.0")).unwrap().warnings.is_empty());
    for unknown in [None, Some("0.150.0-devel"), Some("v0.0.0")] {
        let rendered = of(Runtime::Otelcol, unknown).unwrap();
        assert_eq!(rendered.warnings.len(), 1, "{unknown:?}");
        assert_eq!(rendered.text, of(Runtime::Otelcol, Some("0.158.0")).unwrap().text);
    }
}

#[test]
fn nothing_to_run_is_idle_and_has_no_text() {
    let files = Files::from([("fleet/sources/a.yaml".into(), json!({"type": "otlp"}))]);
    let rendered = rendered(&files, &Reached::default()).unwrap();
    assert!(rendered.idle && rendered.text.is_empty() && rendered.map.is_empty());
}

#[test]
fn a_secret_that_cannot_be_opened_names_its_field() {
    let destination =
        json!({"type": "otlp-http", "endpoint": "https://x", "credentials": {"token": {"$sealed": "v1:x"}}});
    let union = union(&intent(&with("fleet/destinations/d.yaml", destination)), &Reached::default()).unwrap();
    let closed = |_: &linkmesh_fleet::Place, _: &str, _: &str| Err("sealed with another key".to_owned());
    let error = render(&union, &Target::new(Runtime::Otelcol, None, false), &closed).unwrap_err();
    assert_eq!(error.to_string(), "fleet/destinations/d.yaml: credentials.token: sealed with another key");
    let hidden = |_: &linkmesh_fleet::Place, _: &str, _: &str| Ok("[REDACTED]".to_owned());
    let text = render(&union, &Target::new(Runtime::Otelcol, None, false), &hidden).unwrap().text;
    assert!(text.contains("token: '[REDACTED]'") || text.contains("token: \"[REDACTED]\""), "{text}");
}
