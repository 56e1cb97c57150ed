//! Every example of the catalog works, every refused one is refused for the stated reason, and the real collector agrees.

use std::thread;

use linkmesh_render::catalog::{Entry, SignalRule};
use linkmesh_render::{EntryKind, catalog};
use serde_json::{Value, json};

use super::peer::refusal;
use super::support::{Files, Reached, problems, rendered};

/// Types whose component the test collector is built without: checked against its published reference only.
const NOT_BUILT: [&str; 0] = [];

fn signals(entry: &Entry, entity: &Value) -> Value {
    match &entry.signals {
        SignalRule::Fixed(signals) => json!(signals),
        SignalRule::Declared(_) => entity["settings"]["signals"].clone(),
    }
}

/// The smallest repository that uses an entity.
fn around(entry: &Entry, entity: &Value) -> Files {
    let mut files = Files::from([
        ("fleet/sources/in.yaml".into(), json!({"type": "otlp"})),
        ("fleet/destinations/out.yaml".into(), json!({"type": "debug"})),
    ]);
    let mut route = json!({"sources": ["in"], "destinations": ["out"]});
    match entry.kind {
        EntryKind::Source => {
            files.remove("fleet/sources/in.yaml");
            files.insert("fleet/sources/example.yaml".into(), entity.clone());
            route["sources"] = json!(["example"]);
        }
        EntryKind::Destination => {
            files.insert("fleet/destinations/example.yaml".into(), entity.clone());
            route["destinations"] = json!(["example"]);
        }
        EntryKind::Step => {
            let signals = match entity.get("signals") {
                Some(given) => given.clone(),
                None => signals(entry, entity),
            };
            files.insert("pipelines/example.yaml".into(), json!({"signals": signals, "steps": [entity]}));
            route["pipeline"] = json!("example");
        }
    }
    files.insert("fleet/routes/example.yaml".into(), route);
    files
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    EntryKind::ALL.into_iter().flat_map(|kind| catalog().list(kind))
}

#[test]
fn the_real_collector_accepts_every_example() {
    let mut cases = Vec::new();
    for entry in entries() {
        assert!(!entry.examples.is_empty(), "{:?} {} has no example", entry.kind, entry.type_);
        for example in &entry.examples {
            let name = format!("{} {} {}", entry.kind.noun(), entry.type_, example.name);
            assert!(!example.shows.is_empty(), "{name} does not say what it shows");
            let rendered = rendered(&around(entry, &example.entity), &Reached::default())
                .unwrap_or_else(|faults| panic!("{name}:\n{}", problems(&faults)));
            if !NOT_BUILT.contains(&entry.type_.as_str()) {
                cases.push((name, rendered.text));
            }
        }
    }
    let refusals: Vec<String> = thread::scope(|scope| {
        let halves: Vec<_> = cases
            .chunks(cases.len().div_ceil(4))
            .map(|part| {
                scope.spawn(move || {
                    let refused = |(name, text): &(String, String)| {
                        refusal(text).map(|why| format!("{name}: {why}\n{text}"))
                    };
                    part.iter().filter_map(refused).collect::<Vec<_>>()
                })
            })
            .collect();
        halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
    });
    assert!(refusals.is_empty(), "{}", refusals.join("\n"));
}

#[test]
fn what_cannot_work_is_refused_with_the_reason() {
    for entry in entries() {
        for refusal in &entry.refused {
            let name = format!("{} {} {}", entry.kind.noun(), entry.type_, refusal.example.name);
            let files = around(entry, &refusal.example.entity);
            let Err(faults) = rendered(&files, &Reached::default()) else { panic!("{name} is accepted") };
            let told = problems(&faults);
            assert!(told.contains(&refusal.because), "{name}: {told}");
            assert!(faults.iter().all(|fault| fault.path.contains("example")), "{name}: {told}");
        }
    }
}

#[test]
fn every_entry_describes_itself() {
    for entry in entries() {
        let name = format!("{} {}", entry.kind.noun(), entry.type_);
        assert!(entry.docs.starts_with("https://"), "{name}: docs");
        assert!(entry.summary.ends_with('.') && entry.title.len() > 1, "{name}: title and summary");
        let settings = entry.schema["properties"].as_object();
        for (key, property) in settings.into_iter().flatten() {
            assert!(property["title"].is_string(), "{name}: `{key}` has no title");
            assert!(property["x-form"]["order"].is_u64(), "{name}: `{key}` has no place in the form");
        }
    }
}
