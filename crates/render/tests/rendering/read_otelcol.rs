//! A reader of otelcol's configurations, independent of the renderer: YAML into the neutral graph.

use linkmesh_fleet::yaml;
use linkmesh_render::Rendered;
use serde_json::{Map, Value, json};

use super::same::{Graph, origins};

/// Around the name of a variable of the environment.
pub(crate) const ENV: char = '\u{e000}';

struct Pipeline {
    signal: String,
    receivers: Vec<String>,
    processors: Vec<String>,
    exporters: Vec<String>,
}

pub(crate) fn graph(rendered: &Rendered) -> Graph {
    let config = yaml::value(&rendered.text).unwrap();
    let origins = origins(rendered);
    let pipelines: Vec<Pipeline> =
        config["service"]["pipelines"].as_object().unwrap().iter().map(|(id, p)| pipeline(id, p)).collect();
    let mut graph = Graph::default();
    for (section, receiver) in [("receivers", true), ("processors", false), ("exporters", false)] {
        for (id, config) in config[section].as_object().into_iter().flatten().filter(|(id, _)| !shared(id)) {
            let mut config = unescaped(config.clone());
            normalize(id.split('/').next().unwrap(), &mut config);
            let key = &origins[id.as_str()];
            assert!(!receiver || key.ends_with(" source"));
            graph.stages.insert(key.clone(), config);
        }
    }
    let connectors = &config["connectors"];
    // One limiter serves all sources; each is held to it by itself.
    let limiter = config["processors"]["memory_limiter"].clone();
    let named = |pipeline: &Pipeline, id: &String| {
        if shared(id) {
            let source = origins[&pipeline.receivers[0]].strip_suffix(" source").unwrap().to_owned();
            format!("{source} memory-limiter")
        } else {
            origins[id].clone()
        }
    };
    for pipeline in &pipelines {
        let is_joint = |id: &&String| connectors.get(id.as_str()).is_some();
        let mut line: Vec<String> = Vec::new();
        line.extend(pipeline.receivers.iter().filter(|id| !is_joint(id)).map(|id| named(pipeline, id)));
        line.extend(pipeline.processors.iter().map(|id| named(pipeline, id)));
        for key in line.iter().filter(|key| key.ends_with(" memory-limiter")) {
            graph.stages.insert(key.clone(), limiter.clone());
        }
        for pair in line.windows(2) {
            graph.wires.insert((pipeline.signal.clone(), pair[0].clone(), pair[1].clone()));
        }
        let last = line.last().unwrap();
        for exporter in &pipeline.exporters {
            if !is_joint(&exporter) {
                graph.wires.insert((pipeline.signal.clone(), last.clone(), named(pipeline, exporter)));
            }
            let next = pipelines.iter().filter(|next| next.signal == pipeline.signal);
            for next in next.filter(|next| next.receivers.contains(exporter)) {
                let first = named(next, &next.processors[0]);
                graph.wires.insert((pipeline.signal.clone(), last.clone(), first));
            }
        }
    }
    graph
}

fn shared(id: &str) -> bool {
    id == "memory_limiter"
}

fn pipeline(id: &str, value: &Value) -> Pipeline {
    let list = |key: &str| serde_json::from_value(value[key].clone()).unwrap_or_default();
    Pipeline {
        signal: id.split('/').next().unwrap().to_owned(),
        receivers: list("receivers"),
        processors: list("processors"),
        exporters: list("exporters"),
    }
}

/// What the collector makes of its texts.
fn unescaped(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(unescaped_text(&text)),
        Value::Array(items) => items.into_iter().map(unescaped).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (unescaped_text(&key), unescaped(value))).collect()
        }
        other => other,
    }
}

fn unescaped_text(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else {
            let (name, after) = after.strip_prefix("{env:").unwrap().split_once('}').unwrap();
            out.push_str(&format!("{ENV}{name}{ENV}"));
            rest = after;
        }
    }
    out + rest
}

/// What both languages agree about: authenticators and storages are named differently, only that they are there counts.
fn normalize(type_: &str, config: &mut Value) {
    let Value::Object(map) = config else { return };
    named_things(map);
    match type_ {
        "resource" => {
            let actions = map.remove("attributes").unwrap();
            let action = |one: &Value| json!([one["action"] == "insert", one["key"], one["value"]]);
            let stamp: Vec<Value> = actions.as_array().unwrap().iter().map(action).collect();
            map.insert("stamp".into(), stamp.into());
        }
        "kafka" => drop(map.entry("protocol_version").or_insert_with(|| "2.1.0".into())),
        _ => {}
    }
}

fn named_things(map: &mut Map<String, Value>) {
    for (key, value) in map.iter_mut() {
        match (key.as_str(), value) {
            ("storage" | "authenticator", value) => *value = true.into(),
            (_, Value::Object(inner)) => named_things(inner),
            (_, _) => {}
        }
    }
    if map.get("auth").is_some_and(|auth| auth.get("authenticator").is_some()) {
        map.insert("auth".into(), true.into());
    }
}
