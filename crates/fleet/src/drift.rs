//! Whether a collector runs what it was given: a comparison of meaning, not of bytes.
//! Collectors report their configuration typed, defaulted and expanded. Start at [`compare`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::secret::REDACTED;

/// Differences kept; more say nothing new.
pub const DIFFERENCES_MAX: usize = 100;
/// Longest value shown, in characters.
const SHOWN_CHARS_MAX: usize = 200;

/// How an effective configuration differs in meaning from the desired one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Drift {
    /// What differs; nothing means that it runs what it was given.
    pub differences: Vec<Difference>,
    /// Paths that could not be compared, because one side hides its value.
    #[serde(default)]
    pub unknown: Vec<String>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Difference {
    /// Where, dotted.
    pub path: String,
    /// How.
    pub what: What,
    /// What was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desired: Option<String>,
    /// What runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<String>,
}

/// How something differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It was given and does not run.
    Missing,
    /// It runs otherwise.
    Changed,
    /// It runs and was not given.
    Extra,
}

/// Sections whose entries are components, so that an entry too many is drift and not a default.
const COMPONENTS: [&str; 5] = ["receivers", "processors", "exporters", "connectors", "extensions"];

/// Compares two configurations of the OpenTelemetry Collector. Every scalar that is desired must be there; pipelines and
/// components too many are drift; other additions are defaults. What the supervisor adds by right is left out.
#[must_use]
pub fn compare(desired: &Value, effective: &Value) -> Drift {
    let mut drift = Drift::default();
    let (desired, effective) = (canonical(desired), canonical(effective));
    for section in COMPONENTS {
        compare_components(section, &desired, &effective, &mut drift);
    }
    let pipelines = |root: &Value| root.pointer("/service/pipelines").cloned().unwrap_or_default();
    compare_pipelines(&pipelines(&desired), &pipelines(&effective), &mut drift);
    let known: BTreeSet<&str> = COMPONENTS.into_iter().chain(["service"]).collect();
    for (key, value) in entries(&desired).filter(|(key, _)| !known.contains(key.as_str())) {
        at(key, value, effective.get(key), &mut drift);
    }
    let service = |root: &Value| root.get("service").cloned().unwrap_or_default();
    let running = service(&effective);
    for (key, value) in entries(&service(&desired)).filter(|(key, _)| *key != "pipelines") {
        if key == "extensions" {
            compare_extensions(value, running.get(key), &mut drift);
        } else {
            at(&format!("service.{key}"), value, running.get(key), &mut drift);
        }
    }
    drift.differences.truncate(DIFFERENCES_MAX);
    drift.unknown.truncate(DIFFERENCES_MAX);
    drift
}

fn compare_components(section: &str, desired: &Value, effective: &Value, drift: &mut Drift) {
    let nothing = Value::Null;
    let (wanted, running) =
        (desired.get(section).unwrap_or(&nothing), effective.get(section).unwrap_or(&nothing));
    for (id, body) in entries(wanted) {
        let path = format!("{section}.{id}");
        match running.get(id) {
            Some(running) => at(&path, body, Some(running), drift),
            None => add(drift, path, What::Missing, Some(body), None),
        }
    }
    for (id, body) in entries(running) {
        if wanted.get(id).is_none() && !injected(section, id) {
            add(drift, format!("{section}.{id}"), What::Extra, None, Some(body));
        }
    }
}

fn compare_pipelines(wanted: &Value, running: &Value, drift: &mut Drift) {
    for (id, body) in entries(wanted) {
        let path = format!("service.pipelines.{id}");
        match running.get(id) {
            Some(running) => at(&path, body, Some(running), drift),
            None => add(drift, path, What::Missing, Some(body), None),
        }
    }
    for (id, body) in entries(running) {
        // The supervisor runs a collector without pipelines on one that does nothing.
        let idle = body.to_string().contains("nop") && entries(wanted).next().is_none();
        if wanted.get(id).is_none() && !idle {
            add(drift, format!("service.pipelines.{id}"), What::Extra, None, Some(body));
        }
    }
}

/// Extensions are a set, and the supervisor adds its own.
fn compare_extensions(wanted: &Value, running: Option<&Value>, drift: &mut Drift) {
    let names = |value: Option<&Value>| -> BTreeSet<String> {
        value
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(canonical_id)
            .collect()
    };
    let (wanted, running) = (names(Some(wanted)), names(running));
    for missing in wanted.difference(&running) {
        add(drift, format!("service.extensions.{missing}"), What::Missing, None, None);
    }
    for extra in running.difference(&wanted).filter(|id| !injected("extensions", id)) {
        add(drift, format!("service.extensions.{extra}"), What::Extra, None, None);
    }
}

/// Everything desired must be in the effective value.
fn at(path: &str, desired: &Value, effective: Option<&Value>, drift: &mut Drift) {
    if drift.differences.len() >= DIFFERENCES_MAX {
        return;
    }
    let hidden = |value: &Value| value.as_str().is_some_and(|text| text.contains(REDACTED));
    let referring = |value: &Value| value.as_str().is_some_and(|text| text.contains("${"));
    if effective.is_some_and(hidden) || referring(desired) || hidden(desired) {
        drift.unknown.push(path.to_owned());
        return;
    }
    match (desired, effective) {
        // A component without settings is written as nothing and reported with all its defaults.
        (Value::Null, _) => {}
        (Value::Object(map), effective)
            if map.is_empty() && effective.is_none_or(|e| e.is_null() || e.is_object()) => {}
        (Value::Object(map), Some(effective @ Value::Object(_))) => {
            for (key, value) in map {
                at(&format!("{path}.{key}"), value, effective.get(key), drift);
            }
        }
        (Value::Array(wanted), Some(Value::Array(running))) if wanted.len() == running.len() => {
            for (index, (wanted, running)) in wanted.iter().zip(running).enumerate() {
                at(&format!("{path}[{index}]"), wanted, Some(running), drift);
            }
        }
        (Value::Array(wanted), None | Some(Value::Null)) if wanted.is_empty() => {}
        (wanted, Some(running)) if same_scalar(wanted, running) => {}
        (wanted, Some(running)) => add(drift, path.to_owned(), What::Changed, Some(wanted), Some(running)),
        (wanted, None) if is_zero(wanted) => {}
        (wanted, None) => add(drift, path.to_owned(), What::Missing, Some(wanted), None),
    }
}

fn add(drift: &mut Drift, path: String, what: What, desired: Option<&Value>, effective: Option<&Value>) {
    if drift.differences.len() < DIFFERENCES_MAX {
        let (desired, effective) = (desired.map(shown), effective.map(shown));
        drift.differences.push(Difference { path, what, desired, effective });
    }
}

/// What a collector may leave out when it reports, because it is the zero value.
fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || duration_ns(text) == Some(0),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

fn same_scalar(a: &Value, b: &Value) -> bool {
    if a == b {
        return true;
    }
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let (Some(a), Some(b)) = (text(a), text(b)) else { return false };
    let numbers = || Some(a.parse::<f64>().ok()? == b.parse::<f64>().ok()?);
    let durations = || Some(duration_ns(&a)? == duration_ns(&b)?);
    a == b
        || a.replace("$$", "$") == b.replace("$$", "$")
        || numbers() == Some(true)
        || durations() == Some(true)
}

/// A duration as collectors write it (`1m30s`, `200ms`), in nanoseconds.
fn duration_ns(text: &str) -> Option<i128> {
    let mut rest = text;
    let mut total = 0.0_f64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|end| *end > 0)?;
        let (number, tail) = rest.split_at(digits);
        let unit_end = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let scale = match unit {
            "ns" => 1.0,
            "us" | "µs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * scale;
        rest = tail;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a saturating cast; beyond it equality means nothing"
    )]
    (!text.is_empty()).then_some(total.round() as i128)
}

/// What the supervisor adds by right.
fn injected(section: &str, id: &str) -> bool {
    let kind = id.split('/').next().unwrap_or_default();
    kind == "nop" || (section == "extensions" && kind == "opamp")
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The same configuration with one spelling for each component type, wherever its id stands.
fn canonical(root: &Value) -> Value {
    let mut root = root.clone();
    let Some(top) = root.as_object_mut() else { return root };
    for section in COMPONENTS {
        if let Some(Value::Object(map)) = top.get_mut(section) {
            let renamed: Map<String, Value> =
                std::mem::take(map).into_iter().map(|(id, body)| (canonical_id(&id), body)).collect();
            *map = renamed;
        }
    }
    let pipelines = top.get_mut("service").and_then(|service| service.get_mut("pipelines"));
    for pipeline in pipelines.and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
        for list in pipeline.as_object_mut().into_iter().flat_map(Map::values_mut) {
            for id in list.as_array_mut().into_iter().flatten() {
                if let Some(text) = id.as_str() {
                    *id = Value::String(canonical_id(text));
                }
            }
        }
    }
    root
}

/// Types that were renamed upstream; the old spellings are aliases.
fn canonical_id(id: &str) -> String {
    let (kind, name) = id.split_once('/').map_or((id, None), |(kind, name)| (kind, Some(name)));
    let kind = match kind {
        "otlp_http" => "otlphttp",
        "file_log" => "filelog",
        "host_metrics" => "hostmetrics",
        "prometheus_remote_write" => "prometheusremotewrite",
        "load_balancing" => "loadbalancing",
        "aws_s3" => "awss3",
        "k8s_attributes" => "k8sattributes",
        "resource_detection" => "resourcedetection",
        "cumulative_to_delta" => "cumulativetodelta",
        "group_by_attrs" => "groupbyattrs",
        // Receiver and exporter share this one; only the exporter was renamed, so both read as the old name.
        "otlp_grpc" => "otlp",
        other => other,
    };
    name.map_or_else(|| kind.to_owned(), |name| format!("{kind}/{name}"))
}

fn shown(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut short: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml;

    const DESIRED: &str = "
receivers: {otlp/app: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}}
processors: {memory_limiter: {check_interval: 60s, limit_mib: 512}, transform/x: {}}
exporters: {otlphttp/d: {endpoint: 'https://x', timeout: 10s, headers: {authorization: 'Bearer ${env:T}'}}}
service: {pipelines: {logs/app: {receivers: [otlp/app], processors: [memory_limiter, transform/x], exporters: [otlphttp/d]}}}
";

    fn drift(effective: &str) -> Drift {
        compare(&yaml::value(DESIRED).unwrap(), &yaml::value(effective).unwrap())
    }

    fn effective() -> String {
        "
extensions: {opamp: {server: {ws: {endpoint: 'ws://localhost:1'}}}}
receivers: {otlp/app: {protocols: {grpc: {endpoint: '0.0.0.0:4317', transport: tcp}, http: null}}}
processors: {memory_limiter: {check_interval: 1m0s, limit_mib: 512, spike_limit_mib: 0}, transform/x: {error_mode: propagate}}
exporters: {otlp_http/d: {endpoint: 'https://x', timeout: 10s, headers: {authorization: '[REDACTED]'}, encoding: proto}}
service:
  extensions: [opamp]
  telemetry: {metrics: {level: normal}, resource: {service.name: x}}
  pipelines: {logs/app: {receivers: [otlp/app], processors: [memory_limiter, transform/x], exporters: [otlp_http/d]}}
"
        .to_owned()
    }

    #[test]
    fn defaults_injected_blocks_and_redactions_are_no_drift() {
        let drift = drift(&effective());
        assert_eq!(drift.differences, []);
        assert_eq!(drift.unknown, ["exporters.otlphttp/d.headers.authorization"]);
    }

    #[test]
    fn each_way_to_differ_is_found_where_it_is() {
        let cases = [
            ("limit_mib: 512", "limit_mib: 256", "processors.memory_limiter.limit_mib", What::Changed),
            ("1m0s", "61s", "processors.memory_limiter.check_interval", What::Changed),
            (
                "processors: [memory_limiter, transform/x]",
                "processors: [transform/x, memory_limiter]",
                "service.pipelines.logs/app.processors[0]",
                What::Changed,
            ),
            ("transform/x: {error_mode: propagate}", "", "processors.transform/x", What::Missing),
            (
                "transform/x: {error_mode: propagate}",
                "transform/x: {}, batch: {}",
                "processors.batch",
                What::Extra,
            ),
            (
                "  pipelines: {",
                "  pipelines: {traces: {receivers: [otlp/app]}, ",
                "service.pipelines.traces",
                What::Extra,
            ),
            ("endpoint: '0.0.0.0:4317', ", "", "receivers.otlp/app.protocols.grpc.endpoint", What::Missing),
        ];
        for (from, to, path, what) in cases {
            let changed = effective().replacen(from, to, 1);
            assert_ne!(changed, effective(), "{from}");
            let found = drift(&changed).differences;
            assert!(found.iter().any(|d| d.path == path && d.what == what), "{path}: {found:?}");
        }
    }

    #[test]
    fn durations_are_compared_by_length() {
        for (a, b) in [("60s", "1m0s"), ("200ms", "0.2s"), ("1h", "3600s"), ("5s", "5s")] {
            assert_eq!(duration_ns(a), duration_ns(b), "{a} {b}");
        }
        for no in ["", "5", "s", "5x", "1m30", "-5s"] {
            assert_eq!(duration_ns(no), None, "{no}");
        }
    }
}
