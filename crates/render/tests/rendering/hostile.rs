//! Whatever people write, Alloy reads the same text again, in the same place.

use linkmesh_render::{RenderError, render};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::peer::alloy_load_refusal;
use super::read_alloy::{graph, parsed};
use super::read_otelcol::ENV;
use super::support::{Files, Reached, brave_alloy, intent, rendered_for, union_on};

fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ -~]{0,40}",
        r#"(\\|"|\$|\{|\}|`|'|//|/\*|\*/|#|;|\n|\r|\t|\x00|\x07|\u{feff}|\u{2028}|\u{7f}|\$\{env:A_1\}|\{\{|%|é|𝄞){0,12}"#,
    ]
}

fn files(text: &str, key: &str) -> Files {
    Files::from([
        (
            "fleet/sources/a.yaml".into(),
            json!({"type": "otlp", "name": text, "attributes": {key: text}, "settings": {"allowed_origins": [format!("x{text}")]}}),
        ),
        (
            "fleet/sources/f.yaml".into(),
            json!({"type": "file-logs", "settings": {"include": [format!("x{text}")]}}),
        ),
        (
            "fleet/destinations/d.yaml".into(),
            json!({"type": "otlp-http", "endpoint": "https://x", "settings": {"headers": {"X": text}}, "credentials": {"token": {"$sealed": "v1:x"}}}),
        ),
        (
            "pipelines/p.yaml".into(),
            json!({"signals": ["logs"], "parameters": {"v": {"type": "string", "default": ""}}, "steps": [
                {"id": "t", "type": "transform", "settings": {"statements": {"logs": ["set(log.body, {{v}})"]}}},
                {"id": "e", "type": "attributes", "settings": {"actions": [{"action": "upsert", "key": "k", "value": "{{v}}"}]}}]}),
        ),
        (
            "fleet/routes/r.yaml".into(),
            json!({"sources": ["a", "f"], "destinations": ["d"], "pipeline": "p", "parameters": {"v": text}}),
        ),
    ])
}

/// References to the environment, as the reader of Alloy marks them.
fn with_references(text: &str) -> String {
    text.replace("${env:A_1}", &format!("{ENV}A_1{ENV}"))
}

/// An OTTL literal; the rest of a statement is ours.
fn ottl(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t"))
}

fn attribute<'v>(body: &'v [Value], block: (&str, &str), path: &[&str]) -> &'v Value {
    let find = |body: &'v [Value], matches: &dyn Fn(&Value) -> bool| {
        body.iter().find(|statement| matches(statement)).unwrap_or_else(|| panic!("{block:?} {path:?}"))
    };
    let mut here = find(body, &|s| s["block"] == block.0 && s["label"] == block.1);
    for key in path {
        here = find(here["body"].as_array().unwrap(), &|s| s["block"] == *key || s["attribute"] == *key);
    }
    &here["value"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_survives(text in nasty(), key in nasty()) {
        let keyed = if key.trim().is_empty() || key.starts_with("linkmesh.") { "k".to_owned() } else { key };
        let files = files(&text, &keyed);
        let opened = |_: &linkmesh_fleet::Place, _: &str, _: &str| Ok(text.clone());
        let target = brave_alloy();
        let union = union_on(&intent(&files), &Reached::default(), target.runtime).unwrap();
        let rendered = match render(&union, &target, &opened) {
            Ok(rendered) => rendered,
            // A parameter that stands inside OTTL takes no reference to the environment.
            Err(RenderError::Invalid(faults)) => {
                prop_assert!(text.contains("${env:"), "{faults:?}");
                return Ok(());
            }
            Err(error) => panic!("{error}"),
        };
        let graph = graph(&rendered);
        let expected = with_references(&text);
        let stamp = &graph.stages["fleet/sources/a.yaml stamp"]["stamp"];
        prop_assert_eq!(&stamp[1][2], &json!(text));
        // A reference stands for the environment only as a whole.
        let stamped = if text == "${env:A_1}" { expected.clone() } else { text.clone() };
        prop_assert_eq!(&stamp[2], &json!([false, keyed, stamped]));
        prop_assert_eq!(&graph.stages["fleet/destinations/d.yaml destination"]["headers"]["X"], &json!(expected));
        let origins = &graph.stages["fleet/sources/a.yaml source"]["protocols"]["http"]["cors"]["allowed_origins"];
        prop_assert_eq!(&origins[0], &json!(format!("x{expected}")));
        let step = |id: &str| &graph.stages[&format!("fleet/routes/r.yaml step:{id}")];
        prop_assert_eq!(&step("e")["actions"][0]["value"], &json!(expected));
        let statement = &step("t")["log_statements"][0]["statements"][0];
        prop_assert_eq!(statement, &json!(format!("set(log.body, {})", ottl(&text))));
        let body = parsed(&rendered.text);
        let body = body[0]["body"].as_array().unwrap();
        // A secret means nothing.
        prop_assert_eq!(attribute(body, ("otelcol.auth.bearer", "d__destination"), &["token"]), &json!(text));
        if !text.contains("${env:") {
            let include = &attribute(body, ("local.file_match", "f__source"), &["path_targets"])[0]["object"]["__path__"];
            prop_assert_eq!(include, &json!(format!("x{text}")));
        }
    }
}

#[test]
fn the_real_alloy_loads_hostile_texts() {
    let text = "\0\"\\ $ ${x} } { ` ' // /* */ # ;\n\r\t\u{7}\u{feff}\u{2028}\u{7f} {{ % é 𝄞";
    let rendered = rendered_for(&files(text, text), &Reached::default(), &brave_alloy()).unwrap();
    assert_eq!(alloy_load_refusal(&[("hostile".to_owned(), rendered.text)]), None);
}
