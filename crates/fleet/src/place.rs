//! Where an entity lives: its kind, scope and id, and the one repository path that follows from them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::ids::Id;

/// What kind of entity a file holds. A new kind of entity starts here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An activated receiver.
    Source,
    /// Sources bound to a pipeline and destinations.
    Route,
    /// A terminal exporter.
    Destination,
    /// A reusable recipe of steps.
    Pipeline,
    /// Collectors that share configuration.
    Group,
    /// Collector-to-collector forwarding.
    Link,
    /// A collector as the repository knows it, written by the server.
    Registration,
}

impl Kind {
    /// The plural noun of paths and of the API.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Source => "sources",
            Self::Route => "routes",
            Self::Destination => "destinations",
            Self::Pipeline => "pipelines",
            Self::Group => "groups",
            Self::Link => "links",
            Self::Registration => "registry",
        }
    }

    /// The kinds that live inside a scope.
    pub const SCOPED: [Self; 3] = [Self::Source, Self::Route, Self::Destination];

    /// The kinds that may carry credentials.
    pub const WITH_SECRETS: [Self; 4] = [Self::Source, Self::Destination, Self::Pipeline, Self::Link];

    fn scoped(folder: &str) -> Option<Self> {
        Self::SCOPED.into_iter().find(|kind| kind.plural() == folder)
    }
}

/// Where a source, route or destination is defined. A collector runs the union of the scopes that reach it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Every collector.
    Fleet,
    /// The collectors of one group.
    Group(Id),
    /// One collector.
    Collector(Id),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fleet => f.write_str("fleet"),
            Self::Group(id) => write!(f, "groups/{id}"),
            Self::Collector(id) => write!(f, "collectors/{id}"),
        }
    }
}

impl FromStr for Scope {
    type Err = BadPlace;

    fn from_str(text: &str) -> Result<Self, BadPlace> {
        let id = |id: &str| id.parse().map_err(|cause| BadPlace::new(text, format!("{cause}")));
        match text.split_once('/') {
            None if text == "fleet" => Ok(Self::Fleet),
            Some(("groups", group)) => Ok(Self::Group(id(group)?)),
            Some(("collectors", collector)) => Ok(Self::Collector(id(collector)?)),
            _ => Err(BadPlace::new(text, "a scope is fleet, groups/<group> or collectors/<collector>")),
        }
    }
}

/// The address of one entity; displays as its repository path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The scope; [`Scope::Fleet`] for the kinds that have none.
    pub scope: Scope,
    /// The kind.
    pub kind: Kind,
    /// The id, which is the file name.
    pub id: Id,
}

impl Place {
    /// A source, route or destination in its scope.
    #[must_use]
    pub fn scoped(scope: Scope, kind: Kind, id: Id) -> Self {
        Self { scope, kind, id }
    }

    /// A pipeline, group, link or registration.
    #[must_use]
    pub fn of(kind: Kind, id: Id) -> Self {
        Self { scope: Scope::Fleet, kind, id }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scope, kind, id } = self;
        match kind {
            Kind::Source | Kind::Route | Kind::Destination => {
                write!(f, "{scope}/{}/{id}.yaml", kind.plural())
            }
            Kind::Pipeline | Kind::Link => write!(f, "{}/{id}.yaml", kind.plural()),
            Kind::Group => write!(f, "groups/{id}/group.yaml"),
            Kind::Registration => {
                // 256 folders keep each one small: a flat folder of 20,000 files costs half a megabyte a commit.
                let digest = Sha256::digest(id.as_str().as_bytes());
                write!(f, "registry/{:02x}/{id}.yaml", digest.first().copied().unwrap_or_default())
            }
        }
    }
}

/// Why a path names no entity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{shown}` is no place for an entity: {why}")]
pub struct BadPlace {
    shown: String,
    why: String,
}

impl BadPlace {
    fn new(text: &str, why: impl Into<String>) -> Self {
        let shown = text.chars().take(120).map(|c| if c.is_control() { '?' } else { c }).collect();
        Self { shown, why: why.into() }
    }
}

impl FromStr for Place {
    type Err = BadPlace;

    fn from_str(text: &str) -> Result<Self, BadPlace> {
        let bad = |why: &str| BadPlace::new(text, why);
        let stem = text.strip_suffix(".yaml").ok_or_else(|| bad("its name ends in .yaml"))?;
        let id = |id: &str| id.parse::<Id>().map_err(|cause| BadPlace::new(text, cause.to_string()));
        let kind = |folder: &str| {
            Kind::scoped(folder).ok_or_else(|| bad("a scope holds sources, routes and destinations"))
        };
        let parts: Vec<&str> = stem.split('/').collect();
        let place = match parts.as_slice() {
            ["pipelines", name] => Self::of(Kind::Pipeline, id(name)?),
            ["links", name] => Self::of(Kind::Link, id(name)?),
            ["groups", group, "group"] => Self::of(Kind::Group, id(group)?),
            ["registry", _, name] => Self::of(Kind::Registration, id(name)?),
            ["fleet", folder, name] => Self::scoped(Scope::Fleet, kind(folder)?, id(name)?),
            ["groups", group, folder, name] => {
                Self::scoped(Scope::Group(id(group)?), kind(folder)?, id(name)?)
            }
            ["collectors", collector, folder, name] => {
                Self::scoped(Scope::Collector(id(collector)?), kind(folder)?, id(name)?)
            }
            _ => {
                return Err(bad(
                    "known are pipelines/, links/, fleet/, groups/<group>/, collectors/<collector>/ and registry/",
                ));
            }
        };
        // Only registry/ has two spellings, and only one of them is right.
        if place.to_string() != text {
            return Err(BadPlace::new(text, format!("it belongs at {place}")));
        }
        Ok(place)
    }
}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_one_path_and_reads_it_back() {
        for path in [
            "pipelines/clean-logs.yaml",
            "links/edge.yaml",
            "groups/edge/group.yaml",
            "groups/edge/sources/a.yaml",
            "fleet/routes/a.yaml",
            "collectors/web-01/destinations/a.yaml",
        ] {
            assert_eq!(path.parse::<Place>().unwrap().to_string(), path);
        }
        let registration = Place::of(Kind::Registration, "web-01".parse().unwrap());
        assert_eq!(registration.to_string().parse::<Place>().unwrap(), registration);
    }

    #[test]
    fn a_path_outside_the_layout_says_where_it_should_be() {
        for path in [
            "",
            "a.yaml",
            "fleet/sources/../x.yaml",
            "fleet/pipelines/x.yaml",
            "/fleet/sources/a.yaml",
            "fleet/sources/A.yaml",
            "fleet/sources/a.yml",
        ] {
            assert!(path.parse::<Place>().is_err(), "{path}");
        }
        let message = "registry/zz/web-01.yaml".parse::<Place>().unwrap_err().to_string();
        assert!(message.contains("it belongs at registry/"), "{message}");
    }
}
