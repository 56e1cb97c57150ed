//! Both renderings of any model mean the same: each is read back by a reader of its own language into one neutral graph, and
//! the graphs are equal. Where a type is only alike by the records that come out, its stages and wires are compared, not its
//! configuration.

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::Runtime;
use linkmesh_render::catalog::Parity;
use linkmesh_render::{EntryKind, Rendered, Target, catalog};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::catalog::{around_on_alloy, entries};
use super::corpus::cases;
use super::peer::alloy_refusal;
use super::properties::repository;
use super::read_alloy;
use super::read_otelcol;
use super::support::{Files, Reached, brave_alloy, problems, rendered_for};

/// What a configuration does, whatever its language.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Graph {
    /// By entity and stage: what it is configured to do, in the words of otelcol.
    pub(crate) stages: BTreeMap<String, Value>,
    /// Signal, from, to.
    pub(crate) wires: BTreeSet<(String, String, String)>,
}

/// Where a configuration's component comes from: the entity's path and the stage.
pub(crate) type Origins = BTreeMap<String, String>;

pub(crate) fn origins(rendered: &Rendered) -> Origins {
    let of = |place: &dyn std::fmt::Display, stage: &str| format!("{place} {stage}");
    let rows = rendered.map.iter();
    rows.map(|row| {
        // A bridge and what shapes its records are the source, seen from outside.
        let stage = if matches!(row.stage.as_str(), "bridge" | "shape") { "source" } else { &row.stage };
        (row.component.clone(), of(&row.place, stage))
    })
    .collect()
}

/// Whether the configurations of a stage must be equal too.
fn is_exact(files: &Files, key: &str) -> bool {
    let (path, stage) = key.split_once(' ').unwrap();
    let (kind, type_) = match stage.split_once(':') {
        None if stage == "source" => (EntryKind::Source, &files[path]["type"]),
        None if stage == "destination" => (EntryKind::Destination, &files[path]["type"]),
        Some(("step", id)) => {
            let pipeline = format!("pipelines/{}.yaml", files[path]["pipeline"].as_str().unwrap());
            let steps = files[&pipeline]["steps"].as_array().unwrap();
            (EntryKind::Step, &steps.iter().find(|step| step["id"] == id).unwrap()["type"])
        }
        _ => return true,
    };
    // Links have no type; both ends are OTLP.
    let Some(type_) = type_.as_str() else { return true };
    let entry = catalog().get(kind, type_).unwrap();
    entry.programs.in_alloy().is_some_and(|program| program.parity == Parity::Exact)
}

/// What differs, if anything does; nothing where one of both refuses the model.
fn difference(files: &Files, reached: &Reached) -> Option<String> {
    let kubernetes = reached.kubernetes;
    let otelcol = Target::new(Runtime::Otelcol, Some("0.158.0"), kubernetes);
    let alloy = Target { kubernetes, ..brave_alloy() };
    let (otelcol, alloy) = (rendered_for(files, reached, &otelcol), rendered_for(files, reached, &alloy));
    let (otelcol, alloy) = match (otelcol, alloy) {
        (Ok(otelcol), Ok(alloy)) => (otelcol, alloy),
        (Err(_), Err(_)) => return None,
        (Ok(_), Err(faults)) | (Err(faults), Ok(_)) => return Some(problems(&faults)),
    };
    let mut graphs = [read_otelcol::graph(&otelcol), read_alloy::graph(&alloy)];
    for graph in &mut graphs {
        for (key, config) in &mut graph.stages {
            if !is_exact(files, key) {
                *config = Value::Null;
            }
        }
    }
    let [left, right] = &graphs;
    let mut told = Vec::new();
    for key in left.stages.keys().chain(right.stages.keys()).collect::<BTreeSet<_>>() {
        let (left, right) = (left.stages.get(key), right.stages.get(key));
        if left != right {
            let shown = |config: Option<&Value>| config.map_or("missing".to_owned(), Value::to_string);
            told.push(format!("{key}\n  otelcol {}\n  alloy   {}", shown(left), shown(right)));
        }
    }
    for wire in left.wires.symmetric_difference(&right.wires) {
        told.push(format!("only one has {wire:?}"));
    }
    (!told.is_empty()).then(|| told.join("\n"))
}

#[test]
fn the_corpus_means_the_same_to_both() {
    for (name, files, reached) in cases() {
        assert_eq!(difference(&files, &reached), None, "{name}");
    }
}

/// Blocks that a configuration from a server may not hold, and the one that nobody would fill in.
const NOT_FROM_A_SERVER: [&str; 6] = ["argument", "http", "livedebugging", "logging", "remotecfg", "tracing"];

fn labels(text: &str) -> Vec<String> {
    let body = read_alloy::parsed(text);
    let names: Vec<&str> = body.iter().filter_map(|block| block["block"].as_str()).collect();
    assert_eq!(names, ["declare", "linkmesh"]);
    let inside = body[0]["body"].as_array().unwrap().iter();
    inside
        .map(|block| format!("{} {}", block["block"].as_str().unwrap(), block["label"].as_str().unwrap()))
        .collect()
}

#[test]
fn s26_nothing_that_only_a_host_may_say_is_rendered_and_labels_are_unique_and_stay() {
    for (name, files, reached) in cases() {
        let target = Target { kubernetes: reached.kubernetes, ..brave_alloy() };
        let labels = labels(&rendered_for(&files, &reached, &target).unwrap().text);
        for label in &labels {
            let (block, label) = label.split_once(' ').unwrap();
            assert!(!NOT_FROM_A_SERVER.contains(&block), "{name}: {block}");
            let mut characters = label.chars();
            let first = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
            assert!(first && characters.all(|c| c.is_ascii_alphanumeric() || c == '_'), "{name}: {label}");
        }
        let unique: BTreeSet<&String> = labels.iter().collect();
        assert_eq!(unique.len(), labels.len(), "{name}");
        // Something new beside it renames nothing: a component under another label starts anew and forgets where it was.
        let mut more = files.clone();
        more.insert(
            "fleet/sources/zzz.yaml".into(),
            json!({"type": "otlp", "settings": {"grpc": "127.0.0.1:39999"}}),
        );
        more.insert("fleet/routes/zzz.yaml".into(), json!({"sources": ["zzz"], "destinations": ["zzz"]}));
        more.insert(
            "fleet/destinations/zzz.yaml".into(),
            json!({"type": "otlp-http", "endpoint": "http://zzz:1"}),
        );
        let now = self::labels(&rendered_for(&more, &reached, &target).unwrap().text);
        let gone: Vec<&String> = labels.iter().filter(|label| !now.contains(label)).collect();
        assert!(gone.is_empty() && now.len() > labels.len(), "{name}: {gone:?}");
    }
}

#[test]
fn every_example_of_the_same_component_means_the_same_to_both() {
    let mut compared = 0;
    for entry in entries() {
        let exact = entry.programs.in_alloy().is_some_and(|program| program.parity == Parity::Exact);
        for example in entry.examples.iter().filter(|_| exact) {
            let files = around_on_alloy(entry, &example.entity);
            let name = format!("{} {} {}", entry.kind.noun(), entry.type_, example.name);
            assert_eq!(difference(&files, &Reached::default()), None, "{name}");
            compared += 1;
        }
    }
    assert!(compared > 30);
}

#[test]
fn a_difference_is_seen() {
    let files = around_on_alloy(
        catalog().get(EntryKind::Step, "filter").unwrap(),
        &json!({"id": "x", "type": "filter", "settings": {"drop": {"logs": ["log.body == \"a\""]}}}),
    );
    let render = |target: &Target| rendered_for(&files, &Reached::default(), target).unwrap();
    let mut alloy = render(&brave_alloy());
    let same = read_alloy::graph(&alloy);
    assert_eq!(same, read_otelcol::graph(&render(&Target::new(Runtime::Otelcol, Some("0.158.0"), false))));
    alloy.text = alloy.text.replace("body == \\\"a\\\"", "body == \\\"b\\\"");
    assert_ne!(same, read_alloy::graph(&alloy));
    alloy.text = alloy.text.replace("traces = [otelcol.processor.transform.example__in.input]", "");
    assert!(read_alloy::graph(&alloy).wires.len() < same.wires.len());
}

#[test]
fn the_real_alloy_accepts_any_model() {
    let mut runner = TestRunner::deterministic();
    let mut texts = Vec::new();
    while texts.len() < 50 {
        let files = repository().new_tree(&mut runner).unwrap().current();
        if let Ok(rendered) = rendered_for(&files, &Reached::default(), &brave_alloy()) {
            texts.push((format!("model {}", texts.len()), rendered.text));
        }
    }
    assert_eq!(alloy_refusal(&texts, "experimental"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_model_means_the_same_to_both(files in repository()) {
        prop_assert_eq!(difference(&files, &Reached::default()), None);
    }
}
