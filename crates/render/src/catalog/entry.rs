//! One catalog entry as its folder says it: `entry.yaml`, a template per runtime, examples.
//! Knows no particular type. Start at [`Entry`].

use std::collections::BTreeMap;

use include_dir::Dir;
use linkmesh_fleet::{Runtime, Signal, yaml};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::EntryKind;
use super::schema::Schema;
use super::template::Template;
use crate::target::{Stability, Version};

/// A type of source, step or destination.
#[derive(Debug)]
pub struct Entry {
    /// What it describes.
    pub kind: EntryKind,
    /// The id, such as `file-logs`.
    pub type_: String,
    /// What people see.
    pub title: String,
    /// What it does, in a sentence.
    pub summary: String,
    /// Where the upstream documentation is.
    pub docs: String,
    /// What it makes or takes.
    pub signals: SignalRule,
    /// The programs that support it.
    pub programs: Programs,
    /// JSON Schema (2020-12) of `settings`, with form hints under `x-form`.
    pub schema: Value,
    /// JSON Schema of `credentials`: an object of texts. `None` takes none.
    pub credentials: Option<Value>,
    /// JSON Schema of a destination's `endpoint`. `None` takes none.
    pub endpoint: Option<Value>,
    /// The endpoint may be left out.
    pub endpoint_optional: bool,
    /// Which of `timeout`, `queue`, `retry` and `tls` a destination takes.
    pub accepts: Vec<Helper>,
    /// Entities that work, which are tests too.
    pub examples: Vec<Example>,
    /// Entities that are refused, and a part of the reason.
    pub refused: Vec<Refusal>,
    pub(super) listens: Vec<Listen>,
    pub(super) common: Vec<Helper>,
    pub(crate) settings_schema: Schema,
    pub(crate) credentials_schema: Option<Schema>,
    pub(crate) endpoint_schema: Option<Schema>,
    pub(crate) otelcol: Option<Template>,
    /// Absent where otelcol's own yields what Alloy takes too.
    pub(crate) alloy: Option<Template>,
}

/// Which signals a type handles.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum SignalRule {
    /// These.
    Fixed(Vec<Signal>),
    /// `settings`: what `settings.signals` says.
    Declared(Declared),
}

/// The word `settings`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Declared {
    /// `settings.signals` decides.
    Settings,
}

/// The programs that support a type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Programs {
    /// In otelcol.
    #[serde(default)]
    pub otelcol: Option<Program>,
    /// In Alloy, or why not there.
    #[serde(default)]
    pub alloy: Option<InAlloy>,
}

impl Programs {
    /// What Alloy has for it, if anything.
    #[must_use]
    pub fn in_alloy(&self) -> Option<&AlloyProgram> {
        match &self.alloy {
            Some(InAlloy::Runs(program)) => Some(program),
            Some(InAlloy::Not { .. }) | None => None,
        }
    }
}

/// A component of one program.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// The component's type, in the oldest spelling that all supported versions accept.
    pub component: String,
    /// The oldest version that has it, where that is above the floor.
    #[serde(default)]
    pub since: Option<String>,
}

/// What Alloy makes of a type.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum InAlloy {
    /// It runs there.
    Runs(AlloyProgram),
    /// It does not.
    Not {
        /// Why, in a sentence.
        no: String,
    },
}

/// A component of Alloy.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct AlloyProgram {
    /// The component's name, such as `otelcol.receiver.otlp`.
    pub component: String,
    /// The oldest version that has it, where that is above the floor.
    #[serde(default)]
    pub since: Option<String>,
    /// What an Alloy must accept in order to run it.
    #[serde(default)]
    pub stability: Stability,
    /// It is maintained by others, and needs a flag of its own.
    #[serde(default)]
    pub community: bool,
    /// How far it does the same as in otelcol.
    pub parity: Parity,
    /// What differs, in a sentence; empty where nothing does.
    #[serde(default)]
    pub differences: String,
}

/// How far two runtimes do the same with one entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Parity {
    /// The same component with the same settings.
    Exact,
    /// Other components; the same records come out, but for the stated differences.
    Records,
}

/// A part of a destination that the renderer fills in alike for every type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Helper {
    /// `timeout_s`.
    Timeout,
    /// `queue`.
    Queue,
    /// `retry`.
    Retry,
    /// `tls`.
    Tls,
}

/// Where a component listens: a template that yields `host:port`, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// A template over the settings.
    pub endpoint: String,
    /// `tcp` or `udp`, or a template that yields it.
    #[serde(default = "tcp")]
    pub transport: String,
    /// The field that decides it.
    pub field: String,
}

fn tcp() -> String {
    "tcp".to_owned()
}

/// An entity that works.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The file's name without its suffix.
    pub name: String,
    /// What it shows: the comment on its first line.
    pub shows: String,
    /// A source, a step or a destination as it stands in the repository.
    pub entity: Value,
}

/// An entity that is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The entity.
    pub example: Example,
    /// Part of the sentence that says why.
    pub because: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "type")]
    type_: String,
    title: String,
    summary: String,
    docs: String,
    signals: SignalRule,
    runtimes: Programs,
    #[serde(default)]
    endpoint: Option<Value>,
    #[serde(default)]
    endpoint_optional: bool,
    #[serde(default)]
    credentials: Option<Value>,
    #[serde(default)]
    common: Vec<Helper>,
    #[serde(default)]
    accepts: Option<Vec<Helper>>,
    #[serde(default)]
    listens: Vec<Listen>,
    #[serde(default)]
    schema: Map<String, Value>,
}

impl Entry {
    /// The oldest version of the runtime that has the component.
    #[must_use]
    pub fn since(&self, runtime: Runtime) -> Option<Version> {
        match runtime {
            Runtime::Otelcol => self.programs.otelcol.as_ref()?.since.as_ref()?.parse().ok(),
            Runtime::Alloy => self.programs.in_alloy()?.since.as_ref()?.parse().ok(),
        }
    }

    /// Whether the runtime can run it.
    #[must_use]
    pub fn runs_on(&self, runtime: Runtime) -> bool {
        match runtime {
            Runtime::Otelcol => self.programs.otelcol.is_some(),
            Runtime::Alloy => self.programs.in_alloy().is_some(),
        }
    }

    /// What it is called there.
    #[must_use]
    pub fn component_in(&self, runtime: Runtime) -> Option<&str> {
        match runtime {
            Runtime::Otelcol => self.programs.otelcol.as_ref().map(|program| program.component.as_str()),
            Runtime::Alloy => self.programs.in_alloy().map(|program| program.component.as_str()),
        }
    }

    /// The signals that it may handle, depending on its settings.
    #[must_use]
    pub fn possible_signals(&self) -> Vec<Signal> {
        match &self.signals {
            SignalRule::Fixed(signals) => signals.clone(),
            SignalRule::Declared(_) => Signal::ALL.to_vec(),
        }
    }

    /// The signals that it handles with these settings.
    #[must_use]
    pub fn signals(&self, settings: &Map<String, Value>) -> Vec<Signal> {
        match &self.signals {
            SignalRule::Fixed(signals) => signals.clone(),
            SignalRule::Declared(_) => {
                let declared = settings.get("signals").cloned().unwrap_or_default();
                serde_json::from_value(declared).unwrap_or_default()
            }
        }
    }

    pub(super) fn read(kind: EntryKind, dir: &Dir<'_>) -> Result<Self, String> {
        let text = |name: &str| dir.get_file(dir.path().join(name)).and_then(|file| file.contents_utf8());
        let file: File = yaml::read("entry.yaml", text("entry.yaml").ok_or("entry.yaml is missing")?)
            .map_err(|problem| problem.to_string())?;
        if Some(file.type_.as_str()) != dir.path().file_name().and_then(|name| name.to_str()) {
            return Err(format!("type `{}` is not the folder's name", file.type_));
        }
        let schema = closed(file.schema);
        let otelcol = match text("otelcol.yaml.j2") {
            Some(source) => Some(Template::new(source, &file.listens)?),
            None if file.runtimes.otelcol.is_some() => return Err("otelcol.yaml.j2 is missing".to_owned()),
            None => None,
        };
        let alloy = text("alloy.yaml.j2").map(|source| Template::new(source, &file.listens)).transpose()?;
        if file.runtimes.in_alloy().is_some() && alloy.is_none() && otelcol.is_none() {
            return Err("alloy.yaml.j2 is missing".to_owned());
        }
        let credentials = file.credentials.map(|value| match value {
            Value::Object(map) => closed(map),
            other => other,
        });
        let compiled = |schema: &Option<Value>| schema.as_ref().map(Schema::new).transpose();
        Ok(Self {
            kind,
            settings_schema: Schema::new(&schema)?,
            credentials_schema: compiled(&credentials)?,
            endpoint_schema: compiled(&file.endpoint)?,
            type_: file.type_,
            title: file.title,
            summary: file.summary,
            docs: file.docs,
            signals: file.signals,
            programs: file.runtimes,
            schema,
            credentials,
            endpoint: file.endpoint,
            endpoint_optional: file.endpoint_optional,
            accepts: file.accepts.unwrap_or_else(|| file.common.clone()),
            examples: examples(dir, "examples")?,
            refused: refusals(dir)?,
            listens: file.listens,
            common: file.common,
            otelcol,
            alloy,
        })
    }
}

/// A schema of an object that knows all its keys, unless it says otherwise.
fn closed(mut schema: Map<String, Value>) -> Value {
    schema.entry("type").or_insert_with(|| "object".into());
    schema.entry("additionalProperties").or_insert(Value::Bool(false));
    Value::Object(schema)
}

fn examples(dir: &Dir<'_>, folder: &str) -> Result<Vec<Example>, String> {
    let files = dir.get_dir(dir.path().join(folder)).into_iter().flat_map(Dir::files);
    let mut read = BTreeMap::new();
    for file in files {
        let path = file.path();
        let text = file.contents_utf8().ok_or_else(|| format!("{} is not text", path.display()))?;
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let shows = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        let entity = yaml::value(text).map_err(|cause| format!("{}: {cause}", path.display()))?;
        read.insert(name.clone(), Example { name, shows: shows.to_owned(), entity });
    }
    Ok(read.into_values().collect())
}

fn refusals(dir: &Dir<'_>) -> Result<Vec<Refusal>, String> {
    let because = |example: Example| {
        let because = example.shows.strip_prefix("because: ").unwrap_or_default().to_owned();
        if because.is_empty() {
            return Err(format!(
                "refused/{}: its first line is `# because: <part of the reason>`",
                example.name
            ));
        }
        Ok(Refusal { example, because })
    };
    examples(dir, "refused")?.into_iter().map(because).collect()
}
