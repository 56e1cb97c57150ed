//! Laws that hold for any repository: the same bytes each time, every id maps back, everything that is named exists, and no
//! routing mark reaches an exporter on any path.

use std::collections::{BTreeMap, BTreeSet};

use linkmesh_fleet::yaml;
use linkmesh_render::Rendered;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use super::support::{Files, Reached, rendered};

/// Few and nasty: equal names for different things, and names that ids of components are made with.
const IDS: [&str; 10] =
    ["app", "in", "out", "verdict", "stamp", "step", "edge", "source", "destination", "check"];
const SIGNALS: [&str; 3] = ["logs", "metrics", "traces"];

fn id() -> impl Strategy<Value = &'static str> {
    select(&IDS[..])
}

fn conditions() -> impl Strategy<Value = Value> {
    let of = |signal: &&str| match *signal {
        "logs" => r#"IsMatch(log.body, "a|b$")"#,
        "metrics" => r#"metric.name == "x""#,
        _ => r#"Len(span.attributes["x"]) > 2"#,
    };
    subsequence(SIGNALS.to_vec(), 0..=3)
        .prop_map(move |signals| signals.iter().map(|s| ((*s).to_owned(), json!(of(s)))).collect())
}

fn source() -> impl Strategy<Value = Value> {
    let otlp = conditions().prop_map(|filter| json!({"type": "otlp", "filter": filter}));
    let files = Just(json!({"type": "file-logs", "settings": {"include": ["/var/log/x.log"]}}));
    prop_oneof![3 => otlp, 1 => files]
}

fn destination() -> impl Strategy<Value = Value> {
    (conditions(), select(vec!["refuse", "drop", "block"]), any::<bool>()).prop_map(|(filter, overflow, debug)| {
        if debug {
            json!({"type": "debug", "filter": filter})
        } else {
            json!({"type": "otlp-http", "endpoint": "https://x", "filter": filter, "queue": {"overflow": overflow, "persistent": overflow == "drop"}})
        }
    })
}

fn pipeline() -> impl Strategy<Value = Value> {
    btree_set(id(), 0..3).prop_map(|ids| {
        let step = |id: &str| {
            json!({"id": id, "type": "transform", "settings": {"statements": {"logs": ["set(log.body, \"x\")"]}}})
        };
        json!({"signals": SIGNALS, "steps": ids.into_iter().map(step).collect::<Vec<_>>()})
    })
}

prop_compose! {
    pub(crate) fn repository()(
        sources in btree_map(id(), source(), 1..4),
        destinations in btree_map(id(), destination(), 1..4),
        pipelines in btree_map(id(), pipeline(), 1..3),
        routes in btree_map(id(), (conditions(), any::<bool>(), 0..3_i32, vec(any::<u8>(), 6)), 1..5),
    ) -> Files {
        let mut files = Files::new();
        let pick = |keys: Vec<&&str>, byte: u8| (*keys[usize::from(byte) % keys.len()]).to_owned();
        for (id, (filter, last, priority, dice)) in &routes {
            let mut from = vec![pick(sources.keys().collect(), dice[0]), pick(sources.keys().collect(), dice[1])];
            from.dedup();
            let mut to = vec![pick(destinations.keys().collect(), dice[2]), pick(destinations.keys().collect(), dice[3])];
            to.dedup();
            if dice[4] < 64 {
                from = vec!["*".to_owned()];
            }
            let mut route = json!({"sources": from, "destinations": to, "filter": filter, "final": last, "priority": priority});
            if dice[5] < 128 {
                route["pipeline"] = json!(pick(pipelines.keys().collect(), dice[5]));
            }
            files.insert(format!("fleet/routes/{id}.yaml"), route);
        }
        for (index, (id, mut source)) in sources.into_iter().enumerate() {
            if source["type"] == "otlp" {
                source["settings"] = json!({"grpc": format!("127.0.0.1:{}", 20_000 + index)});
            }
            files.insert(format!("fleet/sources/{id}.yaml"), source);
        }
        files.extend(destinations.into_iter().map(|(id, value)| (format!("fleet/destinations/{id}.yaml"), value)));
        files.extend(pipelines.into_iter().map(|(id, value)| (format!("pipelines/{id}.yaml"), value)));
        files
    }
}

/// The sections of a rendered text.
struct Config {
    components: BTreeMap<&'static str, BTreeMap<String, Value>>,
    pipelines: BTreeMap<String, Value>,
    extensions: Vec<String>,
}

const SECTIONS: [(&str, &str); 5] = [
    ("receivers", "receiver"),
    ("processors", "processor"),
    ("exporters", "exporter"),
    ("connectors", "connector"),
    ("extensions", "extension"),
];

fn config(rendered: &Rendered) -> Config {
    let value = yaml::value(&rendered.text).unwrap();
    let map = |value: &Value| -> BTreeMap<String, Value> {
        value.as_object().into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    Config {
        components: SECTIONS.into_iter().map(|(section, kind)| (kind, map(&value[section]))).collect(),
        pipelines: map(&value["service"]["pipelines"]),
        extensions: list(&value["service"]["extensions"]),
    }
}

fn list(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect()
}

/// Marks that a processor sets and takes off for a signal, in the order of its statements.
fn apply(config: &Value, signal: &str, marks: &mut BTreeSet<String>) {
    let section = match signal {
        "logs" => "log_statements",
        "metrics" => "metric_statements",
        _ => "trace_statements",
    };
    for group in config[section].as_array().into_iter().flatten() {
        for statement in list(&group["statements"]) {
            let Some((_, rest)) = statement.split_once("\"linkmesh.") else { continue };
            let mark = rest.split('"').next().unwrap().to_owned();
            if statement.starts_with("set(") {
                marks.insert(mark);
            } else {
                assert!(statement.starts_with("delete_key("), "{statement}");
                marks.remove(&mark);
            }
        }
    }
}

impl Config {
    /// Follows every path of a signal from one pipeline on; `reached` counts arrivals at real exporters.
    fn follow(&self, pipeline: &str, mut marks: BTreeSet<String>, reached: &mut usize) {
        let signal = pipeline.split('/').next().unwrap();
        let chain = &self.pipelines[pipeline];
        for processor in list(&chain["processors"]) {
            apply(&self.components["processor"][&processor], signal, &mut marks);
        }
        for exporter in list(&chain["exporters"]) {
            if self.components["exporter"].contains_key(&exporter) {
                assert!(marks.is_empty(), "{pipeline} delivers {marks:?}");
                *reached += 1;
                continue;
            }
            let next = self
                .pipelines
                .iter()
                .filter(|(id, next)| id.starts_with(signal) && list(&next["receivers"]).contains(&exporter));
            let next: Vec<&String> = next.map(|(id, _)| id).collect();
            assert!(!next.is_empty(), "{pipeline} exports {signal} to {exporter}, which leads nowhere");
            next.into_iter().for_each(|id| self.follow(id, marks.clone(), reached));
        }
    }
}

fn check_laws(rendered: &Rendered) {
    let config = config(rendered);
    // Every id of the text is in the map once, and the map names nothing else.
    let in_text: BTreeSet<(String, String)> = config
        .components
        .iter()
        .flat_map(|(kind, ids)| ids.keys().map(|id| ((*kind).to_owned(), id.clone())))
        .collect();
    let rows = rendered.map.iter().map(|row| (row.kind.to_string(), row.component.clone()));
    let in_map: BTreeSet<(String, String)> = rows.collect();
    assert_eq!(in_text, in_map);
    assert_eq!(in_map.len(), rendered.map.len(), "an id is mapped twice");

    // Everything that is defined is used, and everything that is used is defined.
    let mut used: BTreeSet<(String, String)> =
        config.extensions.iter().map(|id| ("extension".to_owned(), id.clone())).collect();
    for chain in config.pipelines.values() {
        for (section, kind) in
            [("receivers", "receiver"), ("processors", "processor"), ("exporters", "exporter")]
        {
            for id in list(&chain[section]) {
                let connector = config.components["connector"].contains_key(&id);
                used.insert((if connector { "connector" } else { kind }.to_owned(), id));
            }
        }
    }
    assert_eq!(used, in_text);

    // No path carries a mark out.
    let mut reached = 0;
    for (id, chain) in &config.pipelines {
        if list(&chain["receivers"])
            .iter()
            .any(|receiver| config.components["receiver"].contains_key(receiver))
        {
            config.follow(id, BTreeSet::from(["route".to_owned(), "keep".to_owned()]), &mut reached);
        }
    }
    assert!(reached > 0);

    for forbidden in ["opamp", "telemetry:"] {
        assert!(!rendered.text.contains(forbidden), "{forbidden}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_repository_keeps_the_laws(files in repository()) {
        match rendered(&files, &Reached::default()) {
            Ok(once) => {
                prop_assert!(!once.idle);
                check_laws(&once);
                prop_assert_eq!(&rendered(&files, &Reached::default()).unwrap(), &once);
            }
            // Random filters meet sources of one signal.
            Err(problems) => for problem in problems {
                let known = problem.message.contains("there are no") || problem.message.contains("share no signal");
                prop_assert!(known, "{}", problem);
            }
        }
    }

    #[test]
    fn hostile_ottl_never_leaves_its_place(text in "[ -~]{0,40}|(log\\.body|true|\\)|\\(|or|and|\"| ){0,12}") {
        let mut files = Files::from([
            ("fleet/sources/a.yaml".into(), json!({"type": "otlp"})),
            ("fleet/destinations/d.yaml".into(), json!({"type": "debug"})),
            ("fleet/routes/r.yaml".into(), json!({"sources": ["a"], "destinations": ["d"], "filter": {"logs": text}})),
        ]);
        files.insert("fleet/routes/s.yaml".into(), json!({"sources": ["a"], "destinations": ["d"]}));
        if let Ok(rendered) = rendered(&files, &Reached::default()) {
            let config = config(&rendered);
            let statements = list(&config.components["processor"]["transform/a.verdict"]["log_statements"][0]["statements"]);
            let wanted = format!("log.attributes[\"linkmesh.route\"] == nil and ({})", text.replace('$', "$$"));
            prop_assert!(statements.iter().any(|s| s.ends_with(&wanted)), "{:?}", statements);
            let depth = outermost_depth(&text);
            prop_assert!(depth >= 0, "{text} closes a bracket that is not its own");
        }
    }
}

/// The lowest depth of round brackets outside quotes.
fn outermost_depth(text: &str) -> i32 {
    let (mut depth, mut lowest, mut quoted, mut escaped) = (0, 0, false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        lowest = lowest.min(depth);
    }
    lowest
}
