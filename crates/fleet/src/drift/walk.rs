//! The walk over two configurations: sections, components, pipelines, settings. Scalars are judged next door.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::scalar::{self, Verdict, canonical_id};
use super::{DIFFERENCES_MAX, Difference, Drift, SHOWN_CHARS_MAX, What};
use crate::redact::{REDACTED, redact_value};

const DEPTH_MAX: usize = 80;
const SECTIONS: [&str; 5] = ["receivers", "processors", "exporters", "connectors", "extensions"];
/// Settings that a collector takes and does not print (otelcol 0.158): component type and key.
const UNPRINTED: [(&str, &str); 3] =
    [("hostmetrics", "scrapers"), ("tailsampling", "policies"), ("debug", "verbosity")];

static NOTHING: Value = Value::Null;

pub(super) fn compare(desired: &Value, effective: &Value) -> Drift {
    let mut walk = Walk { drift: Drift::default() };
    for section in SECTIONS {
        walk.section(section, at(desired, section), at(effective, section));
    }
    walk.service(at(desired, "service"), at(effective, "service"));
    if let Value::Object(map) = desired {
        let others = map.iter().filter(|(key, _)| !SECTIONS.contains(&key.as_str()) && *key != "service");
        for (key, value) in others {
            walk.value(&Spot::top(key), value, at(effective, key), DEPTH_MAX);
        }
    }
    walk.drift
}

/// Where the walk is.
struct Spot<'a> {
    path: String,
    /// The last key, which decides how a scalar is read and whether it is secret.
    key: &'a str,
    /// The type of the component around it, in its oldest spelling.
    component: &'a str,
    /// It stands below `headers`.
    in_headers: bool,
}

impl<'a> Spot<'a> {
    fn top(key: &'a str) -> Self {
        Self { path: key.to_owned(), key, component: "", in_headers: false }
    }

    fn below(&self, key: &'a str) -> Self {
        Self {
            path: format!("{}.{key}", self.path),
            key,
            component: self.component,
            in_headers: self.in_headers || key == "headers",
        }
    }

    fn item(&self, index: usize) -> Self {
        Self { path: format!("{}[{index}]", self.path), ..*self }
    }

    fn shown(&self, value: &Value) -> String {
        let hidden = if self.in_headers {
            Value::String(REDACTED.to_owned())
        } else {
            let pair = Map::from_iter([(self.key.to_owned(), value.clone())]);
            match redact_value(&Value::Object(pair)) {
                Value::Object(map) => map.into_iter().next().map_or(Value::Null, |(_, value)| value),
                other => other,
            }
        };
        match hidden {
            Value::String(text) => short(&text),
            other => short(&other.to_string()),
        }
    }
}

struct Walk {
    drift: Drift,
}

impl Walk {
    fn differs(&mut self, spot: &Spot<'_>, what: What, desired: Option<&Value>, effective: Option<&Value>) {
        if self.drift.differences.len() < DIFFERENCES_MAX {
            self.drift.differences.push(Difference {
                path: spot.path.clone(),
                what,
                desired: desired.map(|value| spot.shown(value)),
                effective: effective.map(|value| spot.shown(value)),
            });
        }
    }

    fn unknown(&mut self, spot: &Spot<'_>) {
        if self.drift.unknown.len() < DIFFERENCES_MAX {
            self.drift.unknown.push(spot.path.clone());
        }
    }

    /// One section of components: all that were given run, and no others.
    fn section(&mut self, section: &str, desired: &Value, effective: &Value) {
        let mut running: BTreeMap<&String, &Value> = entries(effective).collect();
        let twins: BTreeMap<String, &String> = running.keys().map(|id| (canonical_id(id), *id)).collect();
        for (id, body) in entries(desired) {
            let canonical = canonical_id(id);
            let component = canonical.split_once('/').map_or(canonical.as_str(), |(kind, _)| kind);
            let spot = Spot { path: format!("{section}.{id}"), key: id, component, in_headers: false };
            // Both spellings of a type may stand side by side, so the same one goes first.
            let found = if running.contains_key(id) { Some(id) } else { twins.get(&canonical).copied() };
            match found.and_then(|id| running.remove(id)) {
                Some(running) => self.value(&spot, body, running, DEPTH_MAX),
                None => self.differs(&spot, What::Missing, Some(body), None),
            }
        }
        for (id, body) in running {
            if !is_injected(section, &canonical_id(id)) {
                self.differs(&Spot::top(section).below(id), What::Extra, None, Some(body));
            }
        }
    }

    fn service(&mut self, desired: &Value, effective: &Value) {
        let service = Spot::top("service");
        let extensions = service.below("extensions");
        self.members(&extensions, at(desired, "extensions"), at(effective, "extensions"), |id| {
            is_injected("extensions", id)
        });
        self.pipelines(&service.below("pipelines"), at(desired, "pipelines"), at(effective, "pipelines"));
        for (key, value) in entries(desired) {
            if key != "extensions" && key != "pipelines" {
                self.value(&service.below(key), value, at(effective, key), DEPTH_MAX);
            }
        }
    }

    fn pipelines(&mut self, spot: &Spot<'_>, desired: &Value, effective: &Value) {
        for (name, pipeline) in entries(desired) {
            let here = spot.below(name);
            let Some(running) = effective.get(name) else {
                self.differs(&here, What::Missing, Some(pipeline), None);
                continue;
            };
            for ends in ["receivers", "exporters"] {
                self.members(&here.below(ends), at(pipeline, ends), at(running, ends), |_| false);
            }
            self.order(&here.below("processors"), at(pipeline, "processors"), at(running, "processors"));
        }
        for (name, running) in entries(effective) {
            if desired.get(name).is_none() && !does_nothing(running) {
                self.differs(&spot.below(name), What::Extra, None, Some(running));
            }
        }
    }

    /// A list of component ids whose order means nothing.
    fn members(&mut self, spot: &Spot<'_>, desired: &Value, effective: &Value, injected: fn(&str) -> bool) {
        let (wanted, running) = (ids(desired), ids(effective));
        let has = |list: &[(String, &Value)], id: &str| list.iter().any(|(other, _)| other == id);
        for (id, shown) in wanted.iter().filter(|(id, _)| !has(&running, id)) {
            self.differs(&spot.below(id), What::Missing, Some(shown), None);
        }
        for (id, shown) in running.iter().filter(|(id, _)| !has(&wanted, id) && !injected(id)) {
            self.differs(&spot.below(id), What::Extra, None, Some(shown));
        }
    }

    /// A list of component ids whose order matters.
    fn order(&mut self, spot: &Spot<'_>, desired: &Value, effective: &Value) {
        self.members(spot, desired, effective, |_| false);
        let (wanted, running) = (ids(desired), ids(effective));
        let common: BTreeSet<&str> = wanted
            .iter()
            .map(|(id, _)| id.as_str())
            .filter(|id| running.iter().any(|(other, _)| other == id))
            .collect();
        let in_common = |list: &[(String, &Value)]| -> Vec<String> {
            list.iter().map(|(id, _)| id.clone()).filter(|id| common.contains(id.as_str())).collect()
        };
        if in_common(&wanted) != in_common(&running) {
            self.differs(spot, What::Changed, Some(desired), Some(effective));
        }
    }

    fn value(&mut self, spot: &Spot<'_>, desired: &Value, effective: &Value, depth: usize) {
        let Some(below) = depth.checked_sub(1) else { return self.unknown(spot) };
        match (desired, effective) {
            // Without a body a component has its defaults, whatever they are.
            (Value::Null, _) => {}
            (Value::Object(wanted), Value::Object(running)) => self.settings(spot, wanted, running, below),
            (Value::Object(wanted), Value::Array(items)) if let Some(running) = pairs(items) => {
                self.settings(spot, wanted, &running, below);
            }
            (Value::Array(items), Value::Object(running)) if let Some(wanted) = pairs(items) => {
                self.settings(spot, &wanted, running, below);
            }
            (Value::Array(wanted), Value::Array(running)) => self.list(spot, wanted, running, below),
            (Value::Array(wanted), _)
                if let [only] = wanted.as_slice()
                    && is_scalar(effective) =>
            {
                self.value(spot, only, effective, below);
            }
            (_, Value::Array(running))
                if let [only] = running.as_slice()
                    && is_scalar(desired) =>
            {
                self.value(spot, desired, only, below);
            }
            (_, Value::String(text)) if scalar::is_hidden(text) && !is_scalar(desired) => self.unknown(spot),
            // Some types print themselves as a mapping of their insides, or as an empty one.
            (_, Value::Object(_)) => self.unknown(spot),
            _ if is_scalar(desired) && is_scalar(effective) => {
                match scalar::compare(spot.key, desired, effective) {
                    Verdict::Same => {}
                    Verdict::Unknown => self.unknown(spot),
                    Verdict::Different => self.differs(spot, What::Changed, Some(desired), Some(effective)),
                }
            }
            _ if scalar::is_zero(effective) && (scalar::is_zero(desired) || is_switched_off(desired)) => {}
            _ => self.differs(spot, What::Changed, Some(desired), Some(effective)),
        }
    }

    fn settings(
        &mut self,
        spot: &Spot<'_>,
        desired: &Map<String, Value>,
        effective: &Map<String, Value>,
        depth: usize,
    ) {
        // Operators of log receivers print most of their settings one level deeper.
        let inner = effective.get("builder").filter(|_| !desired.contains_key("builder"));
        for (key, wanted) in desired {
            let here = spot.below(key);
            if UNPRINTED.contains(&(spot.component, key)) {
                self.unknown(&here);
                continue;
            }
            match effective.get(key).or_else(|| inner.and_then(|inner| inner.get(key))) {
                Some(running) => self.value(&here, wanted, running, depth),
                None if scalar::is_zero(wanted) || is_switched_off(wanted) => {}
                // What is there is switched on; what is switched off is not printed at all.
                None if key == "enabled" && *wanted == Value::Bool(true) => {}
                None if is_reference(wanted) => self.unknown(&here),
                None => self.differs(&here, What::Missing, Some(wanted), None),
            }
        }
    }

    fn list(&mut self, spot: &Spot<'_>, desired: &[Value], effective: &[Value], depth: usize) {
        let flat = if desired.iter().all(Value::is_string) { flattened(effective) } else { None };
        let effective = flat.as_deref().unwrap_or(effective);
        for (index, wanted) in desired.iter().enumerate() {
            let here = spot.item(index);
            match effective.get(index) {
                Some(running) => self.value(&here, wanted, running, depth),
                None => self.differs(&here, What::Missing, Some(wanted), None),
            }
        }
        for (index, running) in effective.iter().enumerate().skip(desired.len()) {
            self.differs(&spot.item(index), What::Extra, None, Some(running));
        }
    }
}

/// What the supervisor adds by right.
fn is_injected(section: &str, canonical: &str) -> bool {
    let kind = canonical.split_once('/').map_or(canonical, |(kind, _)| kind);
    kind == "nop" || (section == "extensions" && kind == "opamp")
}

/// A pipeline made of `nop` components, as a supervisor starts a collector that has nothing to do.
fn does_nothing(pipeline: &Value) -> bool {
    let members =
        ["receivers", "processors", "exporters"].into_iter().flat_map(|ends| ids(at(pipeline, ends)));
    members.into_iter().all(|(id, _)| is_injected("", &id))
}

/// `[{name, value}, …]` as a mapping: the printed form of headers.
fn pairs(items: &[Value]) -> Option<Map<String, Value>> {
    let pair = |item: &Value| {
        let map = item.as_object()?;
        Some((map.get("name")?.as_str()?.to_owned(), map.get("value")?.clone()))
    };
    if items.is_empty() { None } else { items.iter().map(pair).collect() }
}

/// OTTL lists may be given as plain texts; they are printed in groups.
fn flattened(groups: &[Value]) -> Option<Vec<Value>> {
    let key = ["statements", "conditions"].into_iter().find(|key| {
        !groups.is_empty() && groups.iter().all(|group| group.get(key).is_some_and(Value::is_array))
    })?;
    Some(groups.iter().filter_map(|group| group.get(key)?.as_array()).flatten().cloned().collect())
}

fn at<'a>(value: &'a Value, key: &str) -> &'a Value {
    value.get(key).unwrap_or(&NOTHING)
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn ids(value: &Value) -> Vec<(String, &Value)> {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    items.iter().filter_map(|item| Some((canonical_id(item.as_str()?), item))).collect()
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn is_switched_off(value: &Value) -> bool {
    value.get("enabled") == Some(&Value::Bool(false))
}

fn is_reference(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains("${") && !text.contains("$${"))
}

fn short(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN_CHARS_MAX).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
