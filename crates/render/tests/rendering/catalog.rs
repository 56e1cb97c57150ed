//! Every example of the catalog works, every refused one is refused for the stated reason, and the real collector agrees.

use std::thread;

use linkmesh_render::catalog::{Entry, InAlloy, SignalRule};
use linkmesh_render::{EntryKind, Rendered, Stability, Target, catalog};
use serde_json::{Value, json};

use super::peer::{alloy_load_refusal, alloy_refusal, refusal};
use super::support::{Files, Reached, brave_alloy, plain_alloy, problems, rendered, rendered_for};

/// Types whose component the test collector is built without: checked against its published reference only.
const NOT_BUILT: [&str; 0] = [];

/// Examples of types that Alloy has, with settings that it has not.
const REFUSED_ON_ALLOY: &[&str] = &[
    "source file-logs stack-traces",
    "source host-metrics database-host",
    "source journald matches",
    "source journald units",
    "source prometheus pods",
    "source raw statsd",
    "step raw redaction",
    "destination prometheus-remote-write mimir",
    "destination raw zipkin",
];

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

pub(crate) fn entries() -> impl Iterator<Item = &'static Entry> {
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

/// The same around an Alloy as it is installed: nothing else in it may need a flag.
pub(crate) fn around_on_alloy(entry: &Entry, entity: &Value) -> Files {
    let mut files = around(entry, entity);
    if let Some(from) = files.get_mut("fleet/sources/in.yaml") {
        *from = json!({"type": "otlp", "settings": {"grpc": "127.0.0.1:0"}});
    }
    if let Some(out) = files.get_mut("fleet/destinations/out.yaml") {
        *out = json!({"type": "otlp-http", "endpoint": "http://127.0.0.1:4318"});
    }
    files
}

/// Every example with what comes of it on an Alloy.
pub(crate) fn on_alloy(target: &Target) -> Vec<(String, &'static Entry, Result<Rendered, String>)> {
    let mut tried = Vec::new();
    for entry in entries() {
        for example in &entry.examples {
            let name = format!("{} {} {}", entry.kind.noun(), entry.type_, example.name);
            let files = around_on_alloy(entry, &example.entity);
            let result = rendered_for(&files, &Reached::default(), target);
            if let Err(faults) = &result {
                assert!(
                    faults.iter().all(|fault| fault.path.contains("example")),
                    "{name}: {}",
                    problems(faults)
                );
            }
            tried.push((name, entry, result.map_err(|faults| problems(&faults))));
        }
    }
    tried
}

#[test]
fn the_real_alloy_accepts_every_example_that_is_rendered_for_it() {
    for target in [brave_alloy(), plain_alloy()] {
        let tried = on_alloy(&target);
        let texts: Vec<(String, String)> = tried
            .iter()
            .filter_map(|(name, _, result)| Some((name.clone(), result.as_ref().ok()?.text.clone())))
            .collect();
        assert!(texts.len() * 2 > tried.len(), "most of the catalog runs on alloy");
        assert_eq!(alloy_refusal(&texts, target.stability.as_str()), None);
        if target == brave_alloy() {
            assert_eq!(alloy_load_refusal(&texts), None);
        }
    }
}

#[test]
fn what_alloy_cannot_do_is_refused_with_the_reason() {
    for (name, entry, result) in on_alloy(&brave_alloy()) {
        match (&entry.programs.alloy, result) {
            (None, _) => panic!("{name}: the entry does not say whether Alloy has it"),
            (Some(InAlloy::Runs(_)), Ok(_)) => {}
            (Some(InAlloy::Not { no }), Err(told)) => {
                assert!(
                    told.contains(no.trim_end_matches('.')) && told.contains("runtimes: [otelcol]"),
                    "{told}"
                );
            }
            (Some(InAlloy::Not { .. }), Ok(_)) => panic!("{name} is rendered although the entry says no"),
            (Some(InAlloy::Runs(_)), Err(told)) => {
                assert!(!told.contains("the template's result"), "{name}: {told}");
                assert!(REFUSED_ON_ALLOY.contains(&name.as_str()), "{name}: {told}");
            }
        }
    }
    let refused = on_alloy(&brave_alloy()).into_iter().filter(|(_, _, result)| result.is_err());
    let refused: Vec<String> = refused.map(|(name, ..)| name).collect();
    for name in REFUSED_ON_ALLOY {
        assert!(refused.iter().any(|refused| refused == name), "{name} is rendered after all");
    }
}

#[test]
fn what_needs_a_flag_is_refused_without_it() {
    let brave = on_alloy(&brave_alloy());
    for ((name, entry, plain), (_, _, brave)) in on_alloy(&plain_alloy()).into_iter().zip(brave) {
        let Some(program) = entry.programs.in_alloy() else { continue };
        match (plain, brave) {
            (Ok(plain), Ok(brave)) => {
                assert_eq!(program.stability, Stability::GenerallyAvailable, "{name}");
                assert!(!program.community, "{name}");
                // The one setting that is better where experiments are accepted.
                let brave = brave.text.replace("\t\thonor_metadata = true\n", "");
                assert_eq!(plain.text, brave, "{name}");
            }
            (Err(told), Ok(_)) => {
                let flags = ["--stability.level=", "--feature.community-components.enabled"];
                assert!(flags.iter().any(|flag| told.contains(flag)), "{name}: {told}");
            }
            (Err(_), Err(_)) => {}
            (Ok(_), Err(told)) => panic!("{name} needs fewer rights than it has: {told}"),
        }
    }
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
