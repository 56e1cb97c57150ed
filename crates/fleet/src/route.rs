//! A route: sources bound to one pipeline and to destinations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::Id;
use crate::signal::{Conditions, Signal};

/// `fleet/routes/<id>.yaml` and its siblings in groups and collectors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// What people see; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The sources that feed it.
    pub sources: Sources,
    /// Pipeline id; straight through when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<Id>,
    /// Values for the pipeline's parameters.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, Value>,
    /// Destination ids.
    pub destinations: Vec<Id>,
    /// Limits the route; empty means all that source, pipeline and destinations share.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// Takes the records that match; empty takes all.
    #[serde(default, skip_serializing_if = "Conditions::is_empty")]
    pub filter: Conditions,
    /// Lower comes first; ties are broken by id.
    #[serde(default = "default_priority", skip_serializing_if = "is_default_priority")]
    pub priority: i32,
    /// A record that matched goes no further down the list.
    #[serde(rename = "final", default = "default_final", skip_serializing_if = "is_default_final")]
    pub final_: bool,
    /// How a change that touches this route reaches collectors.
    #[serde(default, skip_serializing_if = "Policy::is_default")]
    pub policy: Policy,
}

/// Priority of a route that names none.
pub const DEFAULT_PRIORITY: i32 = 100;

fn default_priority() -> i32 {
    DEFAULT_PRIORITY
}

fn is_default_priority(priority: &i32) -> bool {
    *priority == DEFAULT_PRIORITY
}

fn default_final() -> bool {
    true
}

fn is_default_final(final_: &bool) -> bool {
    *final_
}

/// Which sources feed a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub enum Sources {
    /// `["*"]`: every source of the collector.
    All,
    /// These, by id.
    Named(Vec<Id>),
}

impl TryFrom<Vec<String>> for Sources {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        match names.as_slice() {
            [] => Err("a route needs at least one source, or `[\"*\"]`".to_owned()),
            [star] if star == "*" => Ok(Self::All),
            _ => {
                let ids: Result<Vec<Id>, _> = names.iter().map(|name| name.parse()).collect();
                ids.map(Self::Named).map_err(|cause: crate::ids::BadId| cause.to_string())
            }
        }
    }
}

impl From<Sources> for Vec<String> {
    fn from(sources: Sources) -> Self {
        match sources {
            Sources::All => vec!["*".to_owned()],
            Sources::Named(ids) => ids.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Sources {
    /// Whether this source feeds the route.
    #[must_use]
    pub fn include(&self, source: &Id) -> bool {
        match self {
            Self::All => true,
            Self::Named(ids) => ids.contains(source),
        }
    }
}

/// How a change reaches the collectors it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// All at once.
    Immediate,
    /// One collector of each class, then the rest once it is applied and healthy.
    #[default]
    FirstOne,
}

impl Policy {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
