//! The fixed table of metric families that are kept, and how each names its component. Another runtime is more rows.
//! Knows no number. Start at [`families`].

mod alloy;
mod otelcol;

use crate::key::{ComponentKey, Kind, Measure, SeriesKey, Signal};

/// One row: a family by name, and where the rest of its key is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// The metric's name over OTLP.
    pub name: &'static str,
    /// What it measures.
    pub measure: Measure,
    /// Whose number it is.
    pub kind: Kind,
    /// Where the component's id is.
    pub id: IdFrom,
    /// Where the signal is.
    pub signal: SignalFrom,
    /// What its number says.
    pub says: Says,
    /// Whether it counts only where no other family brings the same number: some programs send one under two names.
    pub is_second_choice: bool,
}

/// Where a family says which component it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFrom {
    /// In this attribute of the point. Points of an Alloy have it too, but name the component as with [`IdFrom::Alloy`].
    Attribute(&'static str),
    /// In Alloy's `component_id`, where its `component_path` is one of the remote configuration.
    Alloy,
    /// Nowhere: it is about the process.
    Process,
    /// Nowhere: it counts all components of one of Alloy's controllers, which its `controller_path` and `controller_id` name. Its
    /// `health_type` says which ones.
    Controller,
}

/// Where a family says which signal it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignalFrom {
    /// In its name.
    Name(Signal),
    /// In this attribute of the point.
    Attribute(&'static str),
    /// It has none.
    None,
}

/// What the number of a family says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// The measured number itself.
    Amount,
    /// When the process started, in seconds since 1970; what is measured is the time since then.
    Start,
}

/// Every family that is kept, of all runtimes. No name is there twice.
pub fn families() -> impl Iterator<Item = &'static Family> {
    otelcol::FAMILIES.iter().chain(alloy::FAMILIES)
}

/// The names to ask a decoder for.
pub fn family_names() -> impl Iterator<Item = &'static str> {
    families().map(|family| family.name)
}

/// Where a point of this family belongs, given its text attributes; nothing if the family or its component is unknown.
pub fn series_key<'a>(family: &str, attribute: impl Fn(&str) -> Option<&'a str>) -> Option<SeriesKey> {
    family_of(family)?.key(attribute)
}

pub(crate) fn family_of(name: &str) -> Option<&'static Family> {
    families().find(|known| known.name == name)
}

impl Family {
    pub(crate) fn key<'a>(&self, attribute: impl Fn(&str) -> Option<&'a str>) -> Option<SeriesKey> {
        let id = match self.id {
            IdFrom::Process => "",
            IdFrom::Controller => return controlled(attribute),
            IdFrom::Alloy => remote_component(attribute("component_path")?, &attribute)?,
            IdFrom::Attribute(key) => match attribute("component_path") {
                Some(path) => remote_component(path, &attribute)?,
                None => attribute(key).filter(|id| !id.is_empty())?,
            },
        };
        let signal = match self.signal {
            SignalFrom::None => None,
            SignalFrom::Name(signal) => Some(signal),
            SignalFrom::Attribute(key) => Some(Signal::parse(attribute(key)?)?),
        };
        let component = ComponentKey { kind: self.kind, id: id.into(), signal };
        Some(SeriesKey { component, measure: self.measure })
    }
}

/// How the components of the remote configuration are: those of the host's own file say nothing about what it was given.
fn controlled<'a>(attribute: impl Fn(&str) -> Option<&'a str>) -> Option<SeriesKey> {
    let path = attribute("controller_path")?;
    let is_remote = path == "/remotecfg"
        || path.starts_with("/remotecfg/")
        || (path == "/" && attribute("controller_id") == Some("remotecfg"));
    let measure = match attribute("health_type")? {
        "healthy" => Measure::Healthy,
        "unhealthy" | "exited" => Measure::Unhealthy,
        _ => return None,
    };
    is_remote.then(|| SeriesKey { component: ComponentKey::process(), measure })
}

/// The id of a component of the remote configuration or of a module in it. What a host's own file holds is not ours:
/// the pipeline that brings these numbers would count itself.
fn remote_component<'a>(path: &str, attribute: impl Fn(&str) -> Option<&'a str>) -> Option<&'a str> {
    let rest = path.strip_prefix("/remotecfg")?;
    let is_remote = rest.is_empty() || rest.starts_with('/');
    attribute("component_id").filter(|id| is_remote && !id.is_empty())
}
