//! What an Alloy cannot run is told with entity and reason, and nothing that people write leaves its place.

use linkmesh_fleet::Runtime;
use linkmesh_render::{Stability, Target, render};
use serde_json::{Value, json};

use super::faults::{base, extended, with};
use super::support::{Files, Reached, brave_alloy, intent, open, plain_alloy, rendered_for, union_on};

/// What an Alloy is told about a repository, one line each.
fn told_alloy(files: &Files, target: &Target) -> String {
    match rendered_for(files, &Reached::default(), target) {
        Ok(rendered) => super::support::problems(&rendered.warnings),
        Err(problems) => super::support::problems(&problems),
    }
}

#[test]
fn an_alloy_that_is_idle_or_out_of_range_is_told_so() {
    let files = Files::from([("fleet/sources/a.yaml".into(), json!({"type": "otlp"}))]);
    let idle = rendered_for(&files, &Reached::default(), &plain_alloy()).unwrap();
    assert!(idle.idle && idle.map.is_empty());
    assert_eq!(idle.text, linkmesh_render::ALLOY_IDLE_TEXT);
    assert!(idle.text.starts_with("//") && idle.text.ends_with('\n'));

    let union = union_on(&intent(&base()), &Reached::default(), Runtime::Alloy).unwrap();
    let of = |version| render(&union, &Target::new(Runtime::Alloy, version, false), &open);
    let old = of(Some("1.10.2")).unwrap_err().to_string();
    assert_eq!(old, "alloy 1.10.2 is too old to be configured; upgrade it to 1.11.0 or newer");
    assert_eq!(of(Some("v0.0.0")).unwrap().warnings.len(), 1);
    assert_eq!(of(None).unwrap().text, of(Some("1.19.2")).unwrap().text);
}

#[test]
fn s27_what_an_alloy_was_not_started_for_names_the_entity_and_the_flag() {
    let preview = plain_alloy().with_stability(Stability::PublicPreview);
    let debug = with("fleet/destinations/d.yaml", json!({"type": "debug"}));
    for target in [plain_alloy(), preview.clone()] {
        let told = told_alloy(&debug, &target);
        assert!(
            told.starts_with("fleet/destinations/d.yaml: type: type `debug` is experimental in alloy"),
            "{told}"
        );
        assert!(
            told.contains("--stability.level=experimental") && told.contains("runtimes: [otelcol]"),
            "{told}"
        );
    }
    assert_eq!(told_alloy(&debug, &brave_alloy()), "");

    let queue = json!({"type": "otlp-http", "endpoint": "http://x:1", "queue": {"persistent": true}});
    let queue = with("fleet/destinations/d.yaml", queue);
    let told = told_alloy(&queue, &plain_alloy());
    assert!(
        told.starts_with("fleet/destinations/d.yaml: queue.persistent: a persistent queue is public-preview"),
        "{told}"
    );
    assert_eq!(told_alloy(&queue, &preview), "");

    let file = with("fleet/destinations/d.yaml", json!({"type": "file", "settings": {"path": "/x"}}));
    let old = Target::new(Runtime::Alloy, Some("1.12.0"), false).with_stability(Stability::PublicPreview);
    assert!(told_alloy(&file, &old).contains("type `file` needs alloy 1.13.0; this one is 1.12.0"));
    assert_eq!(told_alloy(&file, &preview), "");
}

#[test]
fn an_entity_for_one_runtime_is_checked_and_rendered_for_that_one_only() {
    let scrape = json!({"type": "prometheus-endpoint", "endpoint": "127.0.0.1:9464"});
    let mut files = with("fleet/destinations/m.yaml", scrape.clone());
    files.insert("fleet/routes/m.yaml".into(), json!({"sources": ["a"], "destinations": ["m", "d"]}));
    let told = told_alloy(&files, &plain_alloy());
    assert!(
        told.starts_with(
            "fleet/destinations/m.yaml: settings: destination `prometheus-endpoint` does not exist in alloy"
        ),
        "{told}"
    );
    files.insert("fleet/destinations/m.yaml".into(), extended(scrape, &json!({"runtimes": ["otelcol"]})));
    let rendered = rendered_for(&files, &Reached::default(), &plain_alloy()).unwrap();
    assert!(rendered.map.iter().all(|row| row.place.to_string() != "fleet/destinations/m.yaml"));

    // Only written for Alloy, so otelcol is not asked; and the other way round.
    let alloy = json!({"signals": ["logs"], "alloy": {"component": "otelcol.exporter.otlphttp", "config": {"client": {"endpoint": "https://x"}}}});
    let raw = |runtimes: Value| {
        let entity = json!({"type": "raw", "settings": alloy, "runtimes": runtimes});
        let mut files = with("fleet/destinations/m.yaml", entity);
        files.insert("fleet/routes/m.yaml".into(), json!({"sources": ["a"], "destinations": ["m", "d"]}));
        files
    };
    assert_eq!(told_alloy(&raw(json!(["alloy"])), &plain_alloy()), "");
    assert!(
        super::faults::told(&raw(json!([])))
            .contains("fleet/destinations/m.yaml: settings: has no `otelcol` part")
    );
    assert!(super::support::rendered(&raw(json!(["alloy"])), &Reached::default()).is_ok());
}

#[test]
fn a_raw_component_reaches_alloy_as_it_is_written_and_stays_in_its_place() {
    let raw = |alloy: Value| {
        let entity = json!({"type": "raw", "runtimes": ["alloy"], "settings": {"signals": ["logs", "traces"], "alloy": alloy}});
        with("fleet/destinations/d.yaml", entity)
    };
    let component = "otelcol.exporter.otlphttp";
    let config = json!({"client": {"endpoint": "https://x"}, "no_such_argument": 1});
    let rendered = rendered_for(
        &raw(json!({"component": component, "config": config})),
        &Reached::default(),
        &plain_alloy(),
    );
    let text = rendered.unwrap().text;
    assert!(text.contains("no_such_argument = 1"), "{text}");
    let refused = super::peer::alloy_refusal(&[("raw".to_owned(), text)], "generally-available").unwrap();
    assert!(refused.contains("no_such_argument"), "{refused}");

    let config = |config: Value| raw(json!({"component": component, "config": config}));
    for (files, expected) in [
        (config(json!({"x": {"$expr": "1 } otelcol.x \"y\" {"}})), "is no expression of alloy"),
        (config(json!({"x": {"$expr": "1\n}"}})), "is no expression of alloy"),
        (config(json!({"x": {"$expr": "f(1"}})), "is no expression of alloy"),
        (
            config(json!({"x": {"$expr": "\"{{credentials.password}}\" == \"x\""}})),
            "nothing is put into an expression",
        ),
        (config(json!({"x": {"$expr": "1 // rest"}})), "is no expression of alloy"),
        (config(json!({"a b": 1})), "is no name of an attribute"),
        (config(json!({"a = 1\n": {"x": 1}})), "is no name of a block"),
        (config(json!({"x": {"$map": {"a\"b": 1}}})), "cannot be a key"),
        (raw(json!({"component": "local.file"})), "settings.alloy.component"),
        (
            raw(json!({"component": component, "config": {}, "with": {"otelcol.auth.basic": {}, "x": {}}})),
            "settings.alloy.with",
        ),
    ] {
        let told = told_alloy(&files, &plain_alloy());
        assert!(told.starts_with("fleet/destinations/d.yaml: settings") && told.contains(expected), "{told}");
    }
}

#[test]
fn s27_the_oldest_alloy_gets_only_what_it_knows() {
    let lines = json!({"type": "file-logs", "settings": {"include": ["/x"], "multiline_start": "^x"}});
    let kafka = json!({"type": "kafka", "settings": {"brokers": ["x:1"], "logs": {"topics": ["a"]}}});
    let mut files = with("fleet/sources/b.yaml", lines);
    files.insert("fleet/sources/a.yaml".into(), kafka);
    let of = |version| {
        let target = Target::new(Runtime::Alloy, Some(version), false);
        rendered_for(&files, &Reached::default(), &target).unwrap().text
    };
    let (old, new) = (of("1.11.0"), of("1.19.2"));
    for (since, newer) in [("1.12", "trim_newlines = false"), ("1.13", "topics = [\"a\"]")] {
        assert!(new.contains(newer) && !old.contains(newer), "{since} {newer}");
    }
    assert!(old.contains("topic = \"a\""));
    // Forms that only newer ones know are not used for any.
    for text in [&old, &new] {
        assert!(text.contains("log_record = [") && !text.contains("log_conditions"));
    }
}
