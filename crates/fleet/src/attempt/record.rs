//! The words of the ledger: reports, attempts, failures, and what was learned. No rules in here but how a row changes.

use serde::{Deserialize, Serialize};

use super::CHANGES_TOLD_MAX;
use crate::ids::ConfigHash;
use crate::time::Timestamp;

/// What a collector says of its last configuration (OpAMP specification, `RemoteConfigStatuses`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RemoteStatus {
    /// It says nothing about it.
    #[default]
    Unset,
    /// It is trying.
    Applying,
    /// It runs it.
    Applied,
    /// It refused it.
    Failed {
        /// In its own words.
        #[serde(default)]
        why: String,
    },
}

/// One report: a hash and what became of it. Without a hash the collector has none (an empty hash over the wire).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The hash that the collector echoes.
    #[serde(default)]
    pub hash: Option<ConfigHash>,
    /// What became of it.
    #[serde(flatten)]
    pub status: RemoteStatus,
}

/// How an attempt ended, so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Sent, nothing heard yet.
    Offered,
    /// The collector is trying.
    Applying,
    /// The collector runs it, or ran it until a later attempt.
    Applied {
        /// It was taken for failed before.
        #[serde(default)]
        late: bool,
    },
    /// The collector refused it.
    Failed {
        /// In its own words.
        #[serde(default)]
        why: String,
    },
    /// It failed, and the collector runs again what it ran before.
    RolledBack,
}

/// One configuration offered to one collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// What was offered.
    pub hash: ConfigHash,
    /// The revision that it was rendered from, where that is known.
    #[serde(default)]
    pub revision: Option<String>,
    /// When it was first offered.
    pub offered_at: Timestamp,
    /// When the outcome last changed.
    pub at: Timestamp,
    /// How it ended, so far.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Why it was refused, kept when it was rolled back afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// How often its outcome changed.
    #[serde(default)]
    pub changes: u32,
    /// That it runs was concluded, because the collector is of a version that does not say.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
}

impl Attempt {
    /// The collector's own words where the attempt failed, whether or not it was rolled back since.
    #[must_use]
    pub fn why(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Failed { why } => Some(why),
            Outcome::RolledBack => self.refusal.as_deref(),
            Outcome::Offered | Outcome::Applying | Outcome::Applied { .. } => None,
        }
    }

    /// Sets a new outcome. Answers whether the change should be told, which ends when a collector flaps.
    pub(super) fn becomes(&mut self, outcome: Outcome, now: Timestamp) -> bool {
        self.outcome = outcome;
        self.at = now;
        self.changes = self.changes.saturating_add(1);
        self.changes <= CHANGES_TOLD_MAX
    }
}

/// A configuration that a collector refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What it refused.
    pub hash: ConfigHash,
    /// In its own words.
    #[serde(default)]
    pub why: String,
    /// When it was heard.
    #[serde(default)]
    pub at: Timestamp,
}

/// What was learned from a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// It tries this one.
    Applying(ConfigHash),
    /// It runs this one.
    Applied {
        /// Which.
        hash: ConfigHash,
        /// It was taken for failed before.
        late: bool,
    },
    /// It refused this one.
    Failed {
        /// Which.
        hash: ConfigHash,
        /// In its own words.
        why: String,
    },
    /// It went back to an older one by itself.
    RolledBack {
        /// The one that failed.
        from: ConfigHash,
        /// The one that runs again.
        to: ConfigHash,
    },
    /// It says that it runs one that it was never offered. Proves nothing.
    UnknownHash(ConfigHash),
}
