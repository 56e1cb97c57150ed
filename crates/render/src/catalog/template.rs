//! From settings to the configuration of a component: a template yields YAML, which is parsed back, so that no setting can
//! break out of its place. Knows no particular type. Start at [`Entry::component`].

use std::collections::BTreeMap;

use linkmesh_fleet::{Runtime, Signal, yaml};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::entry::{Entry, Helper, InAlloy, Listen};
use crate::escape;
use crate::ottl;
use crate::target::Stability;

/// A compiled template for one runtime.
#[derive(Debug)]
pub(crate) struct Template {
    environment: Environment<'static>,
}

/// What a template may use.
#[derive(Debug, Serialize)]
pub(crate) struct Facts<'a> {
    /// The entity's or step's id.
    pub(crate) id: &'a str,
    /// Unique behind `<extension type>/`.
    pub(crate) owner: &'a str,
    /// With defaults filled in.
    pub(crate) settings: Map<String, Value>,
    /// Names to stand-ins of the secrets.
    pub(crate) credentials: &'a BTreeMap<String, String>,
    /// Of a destination.
    pub(crate) endpoint: Option<&'a str>,
    /// What it is used for.
    pub(crate) signals: Vec<Signal>,
    /// `timeout`, `sending_queue`, `retry_on_failure` and `tls`, ready to be used.
    pub(crate) helper: Map<String, Value>,
    /// Of a destination, as written: `timeout_s`, `queue`, `retry`, `tls`.
    pub(crate) given: Value,
    /// The id of the storage that keeps offsets and queues on disk.
    pub(crate) storage: &'static str,
    /// The second number of the version.
    pub(crate) minor: u32,
    /// It runs in a pod.
    pub(crate) kubernetes: bool,
    /// What an Alloy was started to accept.
    pub(crate) stability: Stability,
    /// The component's type, unless the template says otherwise.
    pub(crate) component: &'a str,
    /// In Alloy, the label of further components of this entity.
    pub(crate) label: String,
    /// In Alloy, the label of the entity's own component.
    pub(crate) main: String,
}

/// A component, ready to be named.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Component {
    pub(crate) type_: String,
    pub(crate) config: Value,
    /// Beside it, by type; in otelcol each is named `<type>/<owner>`, in Alloy it has the owner's label.
    pub(crate) extensions: BTreeMap<String, Value>,
    /// In Alloy, components that its records pass next, with their configurations.
    pub(crate) behind: Vec<(String, Value)>,
    /// In Alloy, the one beside it whose counters are the entity's, because its own has none.
    pub(crate) counts: Option<String>,
    pub(crate) signals: Vec<Signal>,
    pub(crate) listens: Vec<Listen>,
    /// What an Alloy must accept for these settings.
    pub(crate) needs: Stability,
}

impl Component {
    /// The same with every configuration changed.
    pub(crate) fn map_values(
        self,
        mut map: impl FnMut(Value) -> Result<Value, String>,
    ) -> Result<Self, String> {
        Ok(Self {
            config: map(self.config)?,
            extensions: self
                .extensions
                .into_iter()
                .map(|(type_, config)| Ok((type_, map(config)?)))
                .collect::<Result<_, String>>()?,
            behind: self
                .behind
                .into_iter()
                .map(|(type_, config)| Ok((type_, map(config)?)))
                .collect::<Result<_, String>>()?,
            ..self
        })
    }
}

/// What a template yields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Yield {
    config: Value,
    #[serde(default)]
    component: Option<String>,
    #[serde(default)]
    extensions: Option<BTreeMap<String, Value>>,
    /// The same for Alloy, whose helpers are components like all others.
    #[serde(default)]
    with: Option<BTreeMap<String, Value>>,
    /// Alloy: components behind this one, one type a mapping.
    #[serde(default)]
    behind: Option<Vec<BTreeMap<String, Value>>>,
    /// Alloy: which of `with` counts for the entity.
    #[serde(default)]
    counts: Option<String>,
    #[serde(default)]
    signals: Option<Vec<Signal>>,
    /// Alloy: what these settings need, where that is more than the type itself.
    #[serde(default)]
    needs: Stability,
    /// The configuration is in a person's own words: its nulls mean something.
    #[serde(default)]
    verbatim: bool,
    /// Says in words why these settings cannot be rendered.
    #[serde(default)]
    refuse: Option<String>,
}

const MAIN: &str = "main.yaml";

impl Template {
    pub(super) fn new(source: &str, listens: &[Listen]) -> Result<Self, String> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        // Every value printed by the main template is JSON by itself, so a forgotten filter cannot break the structure.
        environment.set_auto_escape_callback(
            |name| {
                if name == MAIN { AutoEscape::Json } else { AutoEscape::None }
            },
        );
        environment.add_filter("drop_conditions", drop_conditions);
        environment.add_filter("statement_groups", statement_groups);
        environment.add_filter("ottl_string", |text: String| ottl::quoted(&text));
        environment.add_filter("ottl_root", |path: String| ottl::root(&path).to_owned());
        environment.add_filter("ottl_field", ottl_field);
        environment.add_filter("ottl_value", ottl_value);
        environment.add_filter("seconds", seconds);
        let mut add = |name: String, source: &str| {
            environment
                .add_template_owned(name, source.to_owned())
                .map_err(|cause| format!("template: {cause:#}"))
        };
        add(MAIN.to_owned(), source)?;
        for (index, listen) in listens.iter().enumerate() {
            add(format!("endpoint-{index}"), &listen.endpoint)?;
            add(format!("transport-{index}"), &listen.transport)?;
        }
        Ok(Self { environment })
    }

    fn print(&self, name: &str, facts: &minijinja::Value) -> Result<String, String> {
        let template = self.environment.get_template(name).map_err(|cause| cause.to_string())?;
        template.render(facts.clone()).map_err(|cause| cause.to_string())
    }
}

impl Entry {
    /// The component for these facts. The settings have passed the schema; a sentence says what cannot be rendered even so.
    pub(crate) fn component(&self, runtime: Runtime, facts: &Facts<'_>) -> Result<Component, String> {
        let (template, component) = self.template(runtime)?;
        let context = minijinja::Value::from(Serde(facts));
        let text = readable(template.print(MAIN, &context)?);
        let yielded: Yield =
            yaml::read("", &text).map_err(|cause| format!("the template's result: {cause}"))?;
        if let Some(why) = yielded.refuse {
            return Err(why);
        }
        let finish = |value| if yielded.verbatim { value } else { pruned(value) };
        let mut config = finish(yielded.config);
        // In Alloy they stand in different places, so its templates say where.
        if let (Runtime::Otelcol, Value::Object(map)) = (runtime, &mut config) {
            for helper in &self.common {
                let key = helper.key();
                if let Some(value) = facts.helper.get(key) {
                    map.entry(key).or_insert_with(|| value.clone());
                }
            }
        }
        let mut listens = Vec::new();
        for (index, listen) in self.listens.iter().enumerate() {
            // One template may yield several endpoints, one a line.
            let transport = template.print(&format!("transport-{index}"), &context)?.trim().to_owned();
            let endpoints = template.print(&format!("endpoint-{index}"), &context)?;
            for endpoint in endpoints.split_whitespace() {
                let (endpoint, field) = (endpoint.to_owned(), listen.field.clone());
                listens.push(Listen { endpoint, transport: transport.clone(), field });
            }
        }
        let finished = |(type_, config)| (type_, finish(config));
        let extensions = yielded.extensions.or(yielded.with).unwrap_or_default();
        let behind = yielded.behind.unwrap_or_default().into_iter().flatten();
        Ok(Component {
            type_: yielded.component.unwrap_or_else(|| component.to_owned()),
            config,
            extensions: extensions.into_iter().map(finished).collect(),
            behind: behind.map(finished).collect(),
            counts: yielded.counts,
            needs: yielded.needs,
            signals: yielded.signals.unwrap_or_else(|| self.signals(&facts.settings)),
            listens,
        })
    }

    /// The template for a runtime and the component that it configures unless it says otherwise.
    fn template(&self, runtime: Runtime) -> Result<(&Template, &str), String> {
        let (noun, type_) = (self.kind.noun(), &self.type_);
        let limit = match runtime {
            Runtime::Otelcol => Runtime::Alloy,
            Runtime::Alloy => Runtime::Otelcol,
        };
        let unsupported = |why: &str| {
            format!("{noun} `{type_}` does not exist in {runtime}{why}; limit it with `runtimes: [{limit}]`")
        };
        match (runtime, &self.programs.otelcol, &self.programs.alloy) {
            (Runtime::Otelcol, Some(program), _) => {
                self.otelcol.as_ref().zip(Some(program.component.as_str()))
            }
            (Runtime::Alloy, _, Some(InAlloy::Runs(program))) => {
                let template = self.alloy.as_ref().or(self.otelcol.as_ref());
                template.zip(Some(program.component.as_str()))
            }
            (Runtime::Alloy, _, Some(InAlloy::Not { no })) => {
                return Err(unsupported(&format!(" ({})", no.trim_end_matches('.'))));
            }
            (Runtime::Otelcol, None, _) | (Runtime::Alloy, _, None) => None,
        }
        .ok_or_else(|| unsupported(""))
    }
}

impl Helper {
    /// The key in an exporter's configuration.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Queue => "sending_queue",
            Self::Retry => "retry_on_failure",
            Self::Tls => "tls",
        }
    }

    /// The key in a destination.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Timeout => "timeout_s",
            Self::Queue => "queue",
            Self::Retry => "retry",
            Self::Tls => "tls",
        }
    }
}

/// JSON leaves some characters as they are that YAML does not take, or takes for the end of a line. Templates hold none of
/// them, so they stand inside a text that was printed.
fn readable(text: String) -> String {
    let plain = |c: char| {
        !matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
    };
    if text.chars().all(plain) {
        return text;
    }
    let written = |c: char| if plain(c) { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) };
    text.chars().map(written).collect()
}

/// A template writes `null` for what is not set; nothing of it reaches the collector.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            map.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, pruned(v))).collect()
        }
        Value::Array(items) => items.into_iter().filter(|v| !v.is_null()).map(pruned).collect(),
        scalar => scalar,
    }
}

/// The filter processor's own sections for conditions of one signal. The form that 0.135 knows takes paths without the
/// context that the section stands for; newer versions still take it.
fn drop_conditions(
    conditions: Option<Serde<Vec<String>>>,
    signal: Serde<Signal>,
) -> Result<minijinja::Value, Error> {
    let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for condition in conditions.map(|given| given.0).unwrap_or_default() {
        let context = ottl::context_of(&condition, signal.0).map_err(bad)?;
        let (section, native) = match context {
            "log" => ("log_record", "log"),
            "resource" | "scope" => match signal.0 {
                Signal::Logs => ("log_record", "log"),
                Signal::Metrics => ("metric", "metric"),
                Signal::Traces => ("span", "span"),
            },
            other => (other, other),
        };
        let condition = ottl::without_context(&condition, native).map_err(bad)?;
        sections.entry(section).or_default().push(condition);
    }
    Ok(minijinja::Value::from(Serde(sections)))
}

/// Statements grouped by the context that each one needs, in their order.
fn statement_groups(
    statements: Option<Serde<Vec<String>>>,
    signal: Serde<Signal>,
) -> Result<minijinja::Value, Error> {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for statement in statements.map(|given| given.0).unwrap_or_default() {
        let context = ottl::context_of(&statement, signal.0).map_err(bad)?;
        match groups.last_mut() {
            Some((last, list)) if *last == context => list.push(statement),
            _ => groups.push((context, vec![statement])),
        }
    }
    let groups: Vec<Value> =
        groups.into_iter().map(|(context, list)| json!({"context": context, "statements": list})).collect();
    Ok(minijinja::Value::from(Serde(groups)))
}

/// A field of a log record as stanza writes it, such as `attributes.a.b`, as a path of OTTL.
fn ottl_field(field: &str) -> String {
    let mut parts = field.split('.');
    let root = parts.next().unwrap_or_default();
    parts.fold(format!("log.{root}"), |path, key| format!("{path}[{}]", ottl::quoted(key)))
}

/// A scalar as a literal. A reference to the environment becomes a text that holds what is found there.
fn ottl_value(value: Option<Serde<Value>>) -> String {
    match value.map(|given| given.0).unwrap_or_default() {
        Value::String(text) => escape::in_ottl(&text).unwrap_or_else(|| ottl::quoted(&text)),
        other => ottl::literal(&other),
    }
}

fn bad(why: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, why)
}

/// A number of seconds as a duration that Go reads.
pub(crate) fn seconds(number: f64) -> String {
    if number.fract() == 0.0 { format!("{number:.0}s") } else { format!("{:.0}ms", number * 1000.0) }
}
