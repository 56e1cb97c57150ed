//! A group: collectors that share configuration, by members, by selector, or both.

use serde::{Deserialize, Serialize};

use crate::archive::Ages;
use crate::ids::Id;
use crate::selector::Selector;

/// `groups/<id>/group.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What people see; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which collectors belong, by their labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<Selector>,
    /// Collectors that belong whatever their labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Id>,
    /// Lets a selector over `reported.` labels, which are a host's own claims, hand out sealed credentials.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trust_reported: bool,
    /// How long its collectors may stay away until they are archived, in seconds; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_after_s: Option<u64>,
    /// How long its collectors stay archived until they are removed, also from the repository, in seconds; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_after_s: Option<u64>,
}

impl Group {
    /// How long its collectors may stay away.
    #[must_use]
    pub fn ages(&self) -> Ages {
        Ages { archive_after_s: self.archive_after_s, purge_after_s: self.purge_after_s }
    }
}
