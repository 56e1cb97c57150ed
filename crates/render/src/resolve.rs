//! From one entity to its component: catalog lookup, settings checked and completed, secrets opened, template applied.
//! Knows no tiers and no other entity. Start at [`source`], [`step`] and [`destination`].

use linkmesh_fleet::pipeline::Step;
use linkmesh_fleet::secret::Credentials;
use linkmesh_fleet::signal::Conditions;
use linkmesh_fleet::{Place, Problem, Runtime, Signal, Source};
use serde_json::{Map, Value, json};

use crate::OpenSecret;
use crate::alloy::label;
use crate::catalog::{Component, Entry, EntryKind, Facts, catalog, fill_defaults};
use crate::escape::{Secrets, escaped};
use crate::ottl;
use crate::parameters::{self, Values};
use crate::target::{Stability, Target, Version};

mod destination;

pub(crate) use destination::{destination, helper, tls_client};

/// The id of the extension of otelcol that keeps offsets and queues on disk.
pub(crate) const STORAGE: &str = "file_storage/linkmesh";

/// What is the same for all entities of a rendering.
pub(crate) struct Setting<'a> {
    pub(crate) runtime: Runtime,
    pub(crate) version: Version,
    pub(crate) kubernetes: bool,
    pub(crate) stability: Stability,
    pub(crate) community: bool,
    pub(crate) open: OpenSecret<'a>,
}

impl<'a> Setting<'a> {
    pub(crate) fn of(target: &Target, open: OpenSecret<'a>) -> Self {
        let Target { runtime, kubernetes, stability, community, .. } = *target;
        Self { runtime, version: target.effective(), kubernetes, stability, community, open }
    }

    /// Why a component of Alloy is not accepted there, if it is not.
    pub(crate) fn lacks(&self, what: &str, needed: Stability, community: bool) -> Option<String> {
        if self.runtime != Runtime::Alloy {
            None
        } else if needed > self.stability {
            Some(format!(
                "{what} is {needed} in alloy, and the attribute `linkmesh.stability` of this collector's remotecfg block says {}. Start it with --stability.level={needed} and say so there, or limit this with `runtimes: [otelcol]`",
                self.stability
            ))
        } else if community && !self.community {
            Some(format!(
                "{what} is a community component in alloy; start it with --feature.community-components.enabled and say so in the attribute `linkmesh.community` (\"true\") of its remotecfg block, or limit this with `runtimes: [otelcol]`"
            ))
        } else {
            None
        }
    }
}

/// Where a component stands, for messages and for names.
pub(crate) struct Site<'a> {
    pub(crate) place: &'a Place,
    /// Before every field: empty, or `steps[2].`.
    pub(crate) field: String,
    /// Before a credential's field: `credentials`, or `steps.<id>.credentials`.
    pub(crate) credentials: String,
    pub(crate) id: &'a str,
    /// Unique behind `<extension type>/`.
    pub(crate) owner: String,
}

impl Site<'_> {
    fn problem(&self, field: &str, message: impl Into<String>) -> Problem {
        let field = format!("{}{field}", self.field);
        Problem::new(self.place, field.trim_end_matches('.'), message)
    }
}

/// The parts that all kinds have.
pub(crate) struct Given<'a> {
    pub(crate) kind: EntryKind,
    pub(crate) type_: &'a str,
    pub(crate) settings: &'a Map<String, Value>,
    pub(crate) credentials: &'a Credentials,
    pub(crate) values: Option<&'a Values<'a>>,
}

/// A source's receiver.
///
/// # Errors
/// Everything wrong with the source by itself.
pub(crate) fn source(
    setting: &Setting<'_>,
    place: &Place,
    source: &Source,
) -> Result<Component, Vec<Problem>> {
    let id = place.id.as_str();
    let credentials = "credentials".to_owned();
    let site = Site { place, field: String::new(), credentials, id, owner: format!("{id}.source") };
    let mut problems = Vec::new();
    attributes(&site, source, &mut problems);
    let (type_, settings) = (source.type_.as_str(), &source.settings);
    let given =
        Given { kind: EntryKind::Source, type_, settings, credentials: &source.credentials, values: None };
    let component = component(setting, &site, &given, Extra::default(), &mut problems);
    if let Some(component) = &component {
        filters(&site, &source.filter, &component.signals, &mut problems);
    }
    component.filter(|_| problems.is_empty()).ok_or(problems)
}

/// A step's processor, for the signals that it is to work on.
///
/// # Errors
/// Everything wrong with the step by itself, with fields of the pipeline's file.
pub(crate) fn step(
    setting: &Setting<'_>,
    site: &Site<'_>,
    step: &Step,
    values: &Values<'_>,
    signals: &[Signal],
) -> Result<Component, Vec<Problem>> {
    let mut problems = Vec::new();
    let (type_, settings) = (step.type_.as_str(), &step.settings);
    let given = Given {
        kind: EntryKind::Step,
        type_,
        settings,
        credentials: &step.credentials,
        values: Some(values),
    };
    let extra = Extra { signals: Some(signals), ..Extra::default() };
    let component = component(setting, site, &given, extra, &mut problems);
    if let (Some(component), false) = (&component, step.signals.is_empty()) {
        for signal in step.signals.iter().filter(|signal| !component.signals.contains(signal)) {
            problems
                .push(site.problem("signals", format!("a step of type `{type_}` does not work on {signal}")));
        }
    }
    component.filter(|_| problems.is_empty()).ok_or(problems)
}

/// What only some kinds have.
#[derive(Default)]
struct Extra<'a> {
    endpoint: Option<&'a str>,
    helper: Map<String, Value>,
    given: Value,
    /// `None` is everything that the type does.
    signals: Option<&'a [Signal]>,
}

fn component(
    setting: &Setting<'_>,
    site: &Site<'_>,
    given: &Given<'_>,
    extra: Extra<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Component> {
    let entry = match catalog().find(given.kind, given.type_) {
        Ok(entry) => entry,
        Err(why) => {
            problems.push(site.problem("type", why));
            return None;
        }
    };
    supported(setting, site, entry, problems);
    let before = problems.len();
    let settings = settings(site, entry, given, problems);
    let secrets = secrets(setting, site, entry, given.credentials, problems);
    if problems.len() > before {
        return None;
    }
    let all = entry.signals(&settings);
    let signals = match extra.signals {
        Some(wanted) => all.into_iter().filter(|signal| wanted.contains(signal)).collect(),
        None => all,
    };
    let facts = Facts {
        id: site.id,
        owner: &site.owner,
        settings,
        credentials: &secrets.stand_ins,
        endpoint: extra.endpoint,
        signals,
        helper: extra.helper,
        given: extra.given,
        storage: STORAGE,
        minor: setting.version.minor,
        kubernetes: setting.kubernetes,
        stability: setting.stability,
        component: entry.component_in(setting.runtime).unwrap_or_default(),
        label: label(&site.owner),
        main: label(if given.kind == EntryKind::Step { &site.owner } else { site.id }),
    };
    let component = match entry.component(setting.runtime, &facts) {
        Ok(component) => component,
        Err(why) => {
            problems.push(site.problem("settings", why));
            return None;
        }
    };
    let what = format!("what these settings need of type `{}`", entry.type_);
    problems.extend(setting.lacks(&what, component.needs, false).map(|why| site.problem("settings", why)));
    component
        .map_values(|value| escaped(setting.runtime, value, &secrets))
        .map_err(|why| problems.push(site.problem("settings", why)))
        .ok()
}

/// Whether the runtime has the type at all, in this version and at this level of stability.
fn supported(setting: &Setting<'_>, site: &Site<'_>, entry: &Entry, problems: &mut Vec<Problem>) {
    let (runtime, type_) = (setting.runtime, &entry.type_);
    if let Some(since) = entry.since(runtime).filter(|since| setting.version < *since) {
        let message = format!("type `{type_}` needs {runtime} {since}; this one is {}", setting.version);
        problems.push(site.problem("type", message));
    }
    if let (Runtime::Alloy, Some(program)) = (runtime, entry.programs.in_alloy()) {
        let lacks = setting.lacks(&format!("type `{type_}`"), program.stability, program.community);
        problems.extend(lacks.map(|why| site.problem("type", why)));
    }
}

/// The settings with parameters and defaults put in.
fn settings(
    site: &Site<'_>,
    entry: &Entry,
    given: &Given<'_>,
    problems: &mut Vec<Problem>,
) -> Map<String, Value> {
    let mut value = Value::Object(given.settings.clone());
    let mut push = |field: &str, why: String| problems.push(site.problem(&format!("settings{field}"), why));
    let schema = &entry.settings_schema;
    if let Some(values) = given.values {
        schema.each_scalar(&mut value, &mut |field, form, scalar| {
            if let Err(why) = parameters::fill_in(scalar, form, values) {
                push(field, why);
            }
        });
    }
    for fault in schema.faults(&value) {
        push(&fault.field, fault.message);
    }
    schema.each_ottl(&mut value, &mut |field, form, text| {
        let signal = field.split(['.', '[']).find_map(signal_named);
        if let Err(why) = ottl::check(text, form, signal) {
            push(field, why);
        }
    });
    let Value::Object(mut settings) = value else { return Map::new() };
    fill_defaults(&entry.schema, &mut settings);
    settings
}

fn secrets(
    setting: &Setting<'_>,
    site: &Site<'_>,
    entry: &Entry,
    credentials: &Credentials,
    problems: &mut Vec<Problem>,
) -> Secrets {
    match &entry.credentials_schema {
        None if credentials.is_empty() => {}
        None => {
            let message = format!("type `{}` takes no credentials", entry.type_);
            problems.push(site.problem("credentials", message));
        }
        Some(schema) => {
            // Only the names are checked: no message ever quotes a value.
            let names: Map<String, Value> =
                credentials.keys().map(|name| (name.clone(), json!("x"))).collect();
            for fault in schema.faults(&Value::Object(names)) {
                problems.push(site.problem(&format!("credentials{}", fault.field), fault.message));
            }
        }
    }
    Secrets::open(site.place, &site.credentials, credentials, setting.open, problems)
}

/// Conditions must belong to signals that there are, and decide about whole records.
pub(crate) fn filters(site: &Site<'_>, filter: &Conditions, signals: &[Signal], problems: &mut Vec<Problem>) {
    for (signal, condition) in filter {
        let field = format!("filter.{signal}");
        if !signals.contains(signal) {
            problems.push(site.problem(&field, format!("there are no {signal} here")));
        } else if let Err(why) = ottl::check_filter(condition, *signal) {
            problems.push(site.problem(&field, why));
        }
    }
}

fn attributes(site: &Site<'_>, source: &Source, problems: &mut Vec<Problem>) {
    for (key, value) in &source.attributes {
        let why = if key.trim().is_empty() {
            "an attribute needs a name"
        } else if key.starts_with("linkmesh.") {
            "attributes under `linkmesh.` are set by LinkMesh itself"
        } else if value.is_object() || value.is_array() || value.is_null() {
            "an attribute is a text, a number, true or false"
        } else {
            continue;
        };
        problems.push(site.problem(&format!("attributes.{key}"), why));
    }
}

fn signal_named(word: &str) -> Option<Signal> {
    Signal::ALL.into_iter().find(|signal| signal.name() == word)
}
