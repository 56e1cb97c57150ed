//! A reader of Alloy's configurations, independent of the renderer: Alloy's own parser into the neutral graph, with each
//! component's configuration in the words of otelcol.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use linkmesh_render::Rendered;
use regex::Regex;
use serde_json::{Map, Value, json};

use super::peer::alloy_syntax;
use super::read_otelcol::ENV;
use super::same::{Graph, Origins, origins};

pub(crate) fn graph(rendered: &Rendered) -> Graph {
    let origins = origins(rendered);
    let body = parsed(&rendered.text);
    let [module, instance] = body.as_slice() else { panic!("not one module and its use") };
    assert_eq!((&module["block"], &module["label"]), (&json!("declare"), &json!("linkmesh")));
    assert_eq!((&instance["block"], &instance["label"]), (&json!("linkmesh"), &json!("default")));
    let mut graph = Graph::default();
    let relays = relays(&module["body"], &origins);
    for block in module["body"].as_array().unwrap() {
        let (name, label) = (block["block"].as_str().unwrap(), block["label"].as_str().unwrap());
        let key = &origins[&format!("{name}.{label}")];
        if key.ends_with(" relay") {
            continue;
        }
        if !name.starts_with("otelcol.") || key.ends_with(" extension") || key.contains(" shared:") {
            continue;
        }
        let mut config = config(&block["body"]);
        let output = config.remove("output").unwrap_or_default();
        for (signal, targets) in output.as_object().into_iter().flatten() {
            for target in targets.as_array().unwrap() {
                let target = target["expr"].as_str().unwrap().strip_suffix(".input").unwrap();
                let next = &origins[relays.get(target).map_or(target, String::as_str)];
                // Within one entity: a bridge and what shapes its records.
                if next != key {
                    graph.wires.insert((signal.clone(), key.clone(), next.clone()));
                }
            }
        }
        let stamp = key.ends_with(" stamp");
        graph.stages.insert(key.clone(), in_words_of_otelcol(name, config, stamp));
    }
    graph
}

/// What stands in front of an exporter without doing anything, and the exporter.
fn relays(body: &Value, origins: &Origins) -> BTreeMap<String, String> {
    let mut relays = BTreeMap::new();
    for block in body.as_array().unwrap() {
        let component = format!("{}.{}", block["block"].as_str().unwrap(), block["label"].as_str().unwrap());
        if !origins[&component].ends_with(" relay") {
            continue;
        }
        let mut config = config(&block["body"]);
        let output = config.remove("output").unwrap();
        assert_eq!(config, Default::default(), "a relay does nothing");
        let targets: BTreeSet<&str> = output
            .as_object()
            .unwrap()
            .values()
            .flat_map(|targets| targets.as_array().unwrap())
            .map(|target| target["expr"].as_str().unwrap().strip_suffix(".input").unwrap())
            .collect();
        assert_eq!(targets.len(), 1, "{component}");
        relays.extend(targets.into_iter().map(|target| (component.clone(), target.to_owned())));
    }
    relays
}

/// The statements of a text, as Alloy's parser reads them. One process serves all tests.
pub(crate) fn parsed(text: &str) -> Vec<Value> {
    struct Parser {
        _child: Child,
        to: ChildStdin,
        from: BufReader<ChildStdout>,
    }
    static PARSER: OnceLock<Mutex<Parser>> = OnceLock::new();
    let parser = PARSER.get_or_init(|| {
        let mut child = Command::new(alloy_syntax())
            .arg("--stream")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("alloy-syntax starts");
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Mutex::new(Parser { _child: child, to, from })
    });
    let mut line = String::new();
    {
        let mut parser = parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        writeln!(parser.to, "{}", json!(text)).unwrap();
        parser.from.read_line(&mut line).unwrap();
    }
    let answer: Value = serde_json::from_str(&line).unwrap();
    answer["body"].as_array().unwrap_or_else(|| panic!("{}\n{text}", answer["errors"])).clone()
}

/// Blocks that stand for lists, also where there is but one.
const LISTS: [&str; 9] = [
    "log_statements",
    "metric_statements",
    "trace_statements",
    "action",
    "policy",
    "label",
    "annotation",
    "pod_association",
    "source",
];

/// A body as keys and values.
fn config(body: &Value) -> Map<String, Value> {
    let mut map = Map::new();
    for statement in body.as_array().into_iter().flatten() {
        if let Some(name) = statement["attribute"].as_str() {
            assert!(map.insert(name.to_owned(), value(&statement["value"])).is_none(), "{name} twice");
            continue;
        }
        let name = statement["block"].as_str().unwrap();
        let inner = Value::Object(config(&statement["body"]));
        match map.get_mut(name) {
            Some(Value::Array(list)) => list.push(inner),
            Some(_) => panic!("{name} twice"),
            None if LISTS.contains(&name) => drop(map.insert(name.to_owned(), json!([inner]))),
            None => drop(map.insert(name.to_owned(), inner)),
        }
    }
    map
}

fn value(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(self::value).collect(),
        Value::Object(map) => match (map.get("object"), map.get("expr")) {
            (Some(Value::Object(object)), _) => {
                object.iter().map(|(key, value)| (key.clone(), self::value(value))).collect()
            }
            (_, Some(Value::String(text))) => text_of(text).map_or_else(|| value.clone(), Value::String),
            _ => panic!("{value}"),
        },
        other => other.clone(),
    }
}

/// A sum of texts and variables as one text.
fn text_of(expression: &str) -> Option<String> {
    static QUOTING: OnceLock<Regex> = OnceLock::new();
    static TERM: OnceLock<Regex> = OnceLock::new();
    // What is done to a value that stands inside OTTL.
    let quoting = QUOTING.get_or_init(|| {
        let (text, call) = (r#""(?:[^"\\]|\\.)*""#, r"string\.replace\(");
        Regex::new(&format!(r#"(?:{call}){{3}}(sys\.env\("\w+"\))(?:, {text}, {text}\)){{3}}"#)).unwrap()
    });
    let term =
        TERM.get_or_init(|| Regex::new(r#"^(?:sys\.env\("(\w+)"\)|("(?:[^"\\]|\\.)*"))(?: \+ )?"#).unwrap());
    let plain = quoting.replace_all(expression, "$1");
    let mut rest = plain.as_ref();
    let mut out = String::new();
    while !rest.is_empty() {
        let found = term.captures(rest)?;
        match (found.get(1), found.get(2)) {
            (Some(name), _) => out.push_str(&format!("{ENV}{}{ENV}", name.as_str())),
            (_, Some(text)) => out.push_str(&serde_json::from_str::<String>(text.as_str()).unwrap()),
            (None, None) => return None,
        }
        rest = &rest[found.get(0).unwrap().end()..];
    }
    Some(out)
}

/// The words in which the two programs differ about the same component.
fn in_words_of_otelcol(name: &str, mut config: Map<String, Value>, stamp: bool) -> Value {
    named_things(&mut config);
    match name {
        "otelcol.receiver.otlp" => {
            for protocol in config.values_mut().filter_map(Value::as_object_mut) {
                if let Some(size) = protocol.remove("max_recv_msg_size") {
                    protocol.insert("max_recv_msg_size_mib".into(), mebibytes(&size));
                }
            }
            return json!({"protocols": config});
        }
        "otelcol.exporter.otlp" | "otelcol.exporter.otlphttp" => raise(&mut config, "client"),
        "otelcol.exporter.loadbalancing" => {
            rename(&mut config, "resolver.kubernetes", "k8s");
            let otlp = config["protocol"]["otlp"].as_object_mut().unwrap();
            raise(otlp, "client");
            rename(otlp, "queue", "sending_queue");
            rename(otlp, "retry", "retry_on_failure");
        }
        "otelcol.exporter.kafka" => rename(&mut config, "authentication", "auth"),
        "otelcol.processor.attributes" => rename(&mut config, "action", "actions"),
        "otelcol.processor.tail_sampling" => rename(&mut config, "policy", "policies"),
        "otelcol.processor.k8sattributes" => {
            rename(&mut config, "extract.label", "labels");
            rename(&mut config, "extract.annotation", "annotations");
            for way in config["pod_association"].as_array_mut().unwrap() {
                rename(way.as_object_mut().unwrap(), "source", "sources");
            }
        }
        "otelcol.processor.resourcedetection" => {
            for detector in config["detectors"].as_array_mut().unwrap() {
                match detector.as_str() {
                    Some("elasticbeanstalk") => *detector = "elastic_beanstalk".into(),
                    Some("kubernetes_node") => *detector = "k8snode".into(),
                    _ => {}
                }
            }
        }
        "otelcol.processor.memory_limiter" => {
            for (key, word) in [("limit", "limit_mib"), ("spike_limit", "spike_limit_mib")] {
                if let Some(size) = config.remove(key) {
                    config.insert(word.into(), mebibytes(&size));
                }
            }
        }
        "otelcol.processor.transform" if stamp => return json!({"stamp": stamped(&config)}),
        _ => {}
    }
    config.into()
}

/// The attributes that statements on the resource set, which must be the same for every signal.
fn stamped(config: &Map<String, Value>) -> Value {
    let mut found: Vec<Value> = Vec::new();
    for section in ["log_statements", "metric_statements", "trace_statements"] {
        for group in config.get(section).and_then(Value::as_array).into_iter().flatten() {
            assert_eq!(group["context"], "resource");
            found.push(group["statements"].as_array().unwrap().iter().map(attribute).collect());
        }
    }
    found.dedup();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// `set(resource.attributes[KEY], VALUE)`, and whether only where there is none.
fn attribute(statement: &Value) -> Value {
    let text = statement.as_str().unwrap_or_else(|| panic!("{statement}"));
    let rest = text.strip_prefix("set(resource.attributes[").unwrap();
    let (key, rest) = literal(rest);
    let (value, rest) = literal(rest.strip_prefix("], ").unwrap());
    let only = rest.starts_with(") where resource.attributes[") && rest.ends_with("] == nil");
    assert!(rest == ")" || only, "{rest}");
    json!([only, key, value])
}

/// An OTTL literal at the start of a text, and what follows it.
fn literal(text: &str) -> (Value, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (number, _) = text.split_once(')').unwrap();
        return (serde_json::from_str(number).unwrap(), &text[number.len()..]);
    };
    let mut out = String::new();
    let mut chars = quoted.char_indices();
    loop {
        match chars.next().unwrap() {
            (end, '"') => return (out.into(), &quoted[end + 1..]),
            (_, '\\') => out.push(match chars.next().unwrap().1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                c => c,
            }),
            (_, c) => out.push(c),
        }
    }
}

fn mebibytes(size: &Value) -> Value {
    json!(size.as_str().unwrap().strip_suffix("MiB").unwrap().parse::<u64>().unwrap())
}

/// Puts the keys of an inner block beside it.
fn raise(map: &mut Map<String, Value>, key: &str) {
    if let Some(Value::Object(inner)) = map.remove(key) {
        map.extend(inner);
    }
}

fn rename(map: &mut Map<String, Value>, path: &str, word: &str) {
    match path.split_once('.') {
        Some((outer, rest)) => {
            if let Some(Value::Object(inner)) = map.get_mut(outer) {
                rename(inner, rest, word);
            }
        }
        None => {
            if let Some(value) = map.remove(path) {
                map.insert(word.to_owned(), value);
            }
        }
    }
}

/// Authenticators and storages are named differently, only that they are there counts.
fn named_things(map: &mut Map<String, Value>) {
    if map.get("storage").is_some_and(|value| value.get("expr").is_some()) {
        map.insert("storage".into(), true.into());
    }
    if map.get("auth").is_some_and(|value| value.get("expr").is_some()) {
        map.insert("auth".into(), true.into());
    }
    if let Some(Value::Object(batch)) = map.get_mut("batch") {
        assert_eq!(batch.remove("sizer"), Some(json!("items")));
    }
    rename(map, "tls.server_name", "server_name_override");
    for inner in map.values_mut().filter_map(Value::as_object_mut) {
        named_things(inner);
    }
}
