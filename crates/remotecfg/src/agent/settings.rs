//! What an Alloy is and of which generation: chosen by whoever builds a fleet.

use std::collections::BTreeMap;

/// Tells what Alloy would make of a configuration.
pub type Judge = fn(&str) -> Opinion;

/// What Alloy makes of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// It runs.
    Good,
    /// It cannot be parsed or built; these are the diagnostics. What ran before runs on.
    Refused(&'static str),
    /// It is built, and part of it cannot be evaluated; these are the diagnostics. The rest runs until something restores the old.
    Evaluates(&'static str),
}

/// What an Alloy of some version does and does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// 1.5 and 1.6: hashes, attributes in the older field.
    V1_5,
    /// 1.7: polls with `GET`, attributes in the newer field. A failed first registration is only logged.
    V1_7,
    /// 1.8 to 1.11: a failed first registration ends the process.
    V1_8,
    /// 1.12: polls with `POST` again, status and effective configuration.
    V1_12,
    /// 1.13 and later: says good-bye.
    V1_13,
}

/// One Alloy.
#[derive(Clone, Debug)]
pub struct AgentSettings {
    /// What it calls itself.
    pub id: String,
    /// Its display name; may be empty.
    pub name: String,
    /// As it says it, such as `v1.19.2`.
    pub version: String,
    /// How it behaves.
    pub generation: Generation,
    /// The attributes of its own file. Its version and system are added.
    pub attributes: BTreeMap<String, String>,
    /// Milliseconds between polls.
    pub poll_frequency_ms: u64,
    /// What it makes of a configuration.
    pub judge: Judge,
}

impl AgentSettings {
    /// A current one that takes every configuration and polls once a minute.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: String::new(),
            version: "v1.19.2".to_owned(),
            generation: Generation::V1_13,
            attributes: BTreeMap::new(),
            poll_frequency_ms: 60_000,
            judge: |_| Opinion::Good,
        }
    }

    pub(super) fn all_attributes(&self) -> BTreeMap<String, String> {
        let mut attributes = self.attributes.clone();
        attributes.insert("collector.version".to_owned(), self.version.clone());
        attributes.insert("collector.os".to_owned(), "linux".to_owned());
        attributes
    }

    /// From 1.11 on Alloy says who it is; before, its library did.
    pub(super) fn user_agent(&self) -> String {
        if self.generation >= Generation::V1_8 {
            format!("Alloy/{} (linux; binary)", self.version)
        } else {
            "connect-go/1.18.1 (go1.24.1)".to_owned()
        }
    }

    /// One of another generation, with a version of it.
    #[must_use]
    pub fn of(id: &str, generation: Generation) -> Self {
        Self { generation, version: generation.version().to_owned(), ..Self::new(id) }
    }
}

impl Generation {
    /// Every generation, oldest first.
    pub const ALL: [Self; 5] = [Self::V1_5, Self::V1_7, Self::V1_8, Self::V1_12, Self::V1_13];

    /// A version of it.
    #[must_use]
    pub const fn version(self) -> &'static str {
        match self {
            Self::V1_5 => "v1.6.1",
            Self::V1_7 => "v1.7.5",
            Self::V1_8 => "v1.11.3",
            Self::V1_12 => "v1.12.2",
            Self::V1_13 => "v1.19.2",
        }
    }

    /// Whether it reports what becomes of a configuration.
    #[must_use]
    pub fn reports(self) -> bool {
        self >= Self::V1_12
    }
    /// The attributes in the older field, and in the newer.
    pub(super) fn split(
        self,
        attributes: BTreeMap<String, String>,
    ) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
        if self == Self::V1_5 { (attributes, BTreeMap::new()) } else { (BTreeMap::new(), attributes) }
    }
}
