//! The ledger of one collector: which configurations it was offered, and what became of each.
//! A refused one is never offered again by itself. Start at [`Ledger`].

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::ids::ConfigHash;
use crate::time::Timestamp;

/// Attempts kept; the oldest go first.
pub const ATTEMPTS_MAX: usize = 100;
/// Refused configurations remembered; the oldest go first.
pub const FAILURES_MAX: usize = 64;
/// Bytes kept of a collector's words about a failure.
const WHY_BYTES_MAX: usize = 8 * 1024;

/// What a collector says became of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum RemoteStatus {
    /// It never had one.
    Unset,
    /// It is at it.
    Applying,
    /// It runs it.
    Applied,
    /// It refused it.
    Failed {
        /// In its own words.
        why: String,
    },
}

/// The last remote status of a collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// Which configuration; none before the first, or where it was another server's.
    pub hash: Option<ConfigHash>,
    /// What became of it.
    #[serde(flatten)]
    pub status: RemoteStatus,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Sent, no answer yet.
    Offered,
    /// The collector is at it.
    Applying,
    /// It runs.
    Applied {
        /// Later than its supervisor waited.
        late: bool,
    },
    /// It was refused.
    Failed {
        /// In the collector's own words.
        why: String,
    },
    /// The collector went back to what it ran before.
    RolledBack,
}

/// One configuration offered to one collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which.
    pub hash: ConfigHash,
    /// The revision that it was rendered from.
    #[serde(default)]
    pub revision: Option<String>,
    /// When it was sent.
    pub offered_at: Timestamp,
    /// When it last changed.
    pub at: Timestamp,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A refused configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Why, in the collector's own words.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// What a report told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// It is at it.
    Applying(ConfigHash),
    /// It runs it.
    Applied {
        /// Which.
        hash: ConfigHash,
        /// Later than its supervisor waited.
        late: bool,
    },
    /// It refused it.
    Failed {
        /// Which.
        hash: ConfigHash,
        /// In its own words.
        why: String,
    },
    /// After a failure it runs an older one again.
    RolledBack {
        /// What failed.
        from: ConfigHash,
        /// What runs.
        to: ConfigHash,
    },
    /// It names a configuration that was never offered; that proves nothing.
    UnknownHash(ConfigHash),
}

/// The ledger of one collector.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// Oldest first.
    #[serde(default)]
    pub attempts: VecDeque<Attempt>,
    /// Refused configurations.
    #[serde(default)]
    failed: BTreeMap<ConfigHash, Failure>,
    /// The last one that ran.
    #[serde(default)]
    pub last_applied: Option<ConfigHash>,
    /// What was last reported.
    #[serde(default)]
    pub reported: Option<Reported>,
    /// Sent on the present connection and not answered.
    #[serde(skip)]
    pub in_flight: Option<ConfigHash>,
    /// The failure for which the last good one was offered again.
    #[serde(default)]
    healed: Option<ConfigHash>,
}

impl Ledger {
    /// A configuration was sent.
    pub fn offered(&mut self, hash: ConfigHash, revision: Option<&str>, now: Timestamp) {
        if let Some(reported) = &self.reported {
            if matches!(reported.status, RemoteStatus::Failed { .. }) && self.last_applied == Some(hash) {
                self.healed = reported.hash;
            }
        }
        self.in_flight = Some(hash);
        if self.attempts.len() >= ATTEMPTS_MAX {
            self.attempts.pop_front();
        }
        let revision = revision.map(str::to_owned);
        self.attempts.push_back(Attempt {
            hash,
            revision,
            offered_at: now,
            at: now,
            outcome: Outcome::Offered,
        });
    }

    /// Takes in a remote status. What was known already tells nothing.
    pub fn report(&mut self, reported: Reported, now: Timestamp) -> Vec<Happened> {
        let reported = shortened(reported);
        if self.reported.as_ref() == Some(&reported) && self.in_flight != reported.hash {
            return Vec::new();
        }
        let before = self.reported.replace(reported.clone());
        let Some(hash) = reported.hash else { return Vec::new() };
        let known =
            self.attempts.iter().any(|attempt| attempt.hash == hash) || self.last_applied == Some(hash);
        match reported.status {
            RemoteStatus::Unset => Vec::new(),
            RemoteStatus::Applying => {
                self.conclude(hash, Outcome::Applying, now);
                vec![Happened::Applying(hash)]
            }
            RemoteStatus::Applied if !known => {
                self.in_flight = self.in_flight.filter(|flying| *flying != hash);
                vec![Happened::UnknownHash(hash)]
            }
            RemoteStatus::Applied => self.applied(hash, before.as_ref(), now),
            RemoteStatus::Failed { why } => {
                self.in_flight = self.in_flight.filter(|flying| *flying != hash);
                if self.failed.len() >= FAILURES_MAX {
                    let oldest =
                        self.failed.iter().min_by_key(|(_, failure)| failure.at).map(|(hash, _)| *hash);
                    oldest.map(|hash| self.failed.remove(&hash));
                }
                self.failed.insert(hash, Failure { why: why.clone(), at: now });
                self.conclude(hash, Outcome::Failed { why: why.clone() }, now);
                vec![Happened::Failed { hash, why }]
            }
        }
    }

    fn applied(&mut self, hash: ConfigHash, before: Option<&Reported>, now: Timestamp) -> Vec<Happened> {
        let failed_before = before.and_then(|before| match before.status {
            RemoteStatus::Failed { .. } => before.hash.filter(|failed| *failed != hash),
            RemoteStatus::Unset | RemoteStatus::Applying | RemoteStatus::Applied => None,
        });
        let asked_for = self.in_flight == Some(hash) || self.healed == failed_before && self.healed.is_some();
        self.in_flight = self.in_flight.filter(|flying| *flying != hash);
        self.last_applied = Some(hash);
        // What runs is not refused, whatever was said before.
        self.failed.remove(&hash);
        if let Some(from) = failed_before.filter(|_| !asked_for) {
            self.conclude(from, Outcome::RolledBack, now);
            return vec![Happened::RolledBack { from, to: hash }];
        }
        self.conclude(hash, Outcome::Applied { late: false }, now);
        vec![Happened::Applied { hash, late: false }]
    }

    /// The connection ended: what was on its way may have been lost.
    pub fn disconnected(&mut self) {
        self.in_flight = None;
    }

    /// Why a configuration was refused, if it was.
    #[must_use]
    pub fn is_failed(&self, hash: &ConfigHash) -> Option<&str> {
        self.failed.get(hash).map(|failure| failure.why.as_str())
    }

    /// When a configuration was refused, if it was.
    #[must_use]
    pub fn failed_at(&self, hash: &ConfigHash) -> Option<Timestamp> {
        self.failed.get(hash).map(|failure| failure.at)
    }

    /// Whether a configuration may be offered: it is not running, under way, or refused.
    #[must_use]
    pub fn may_offer(&self, hash: &ConfigHash) -> bool {
        let settled = self.reported.as_ref().is_some_and(|reported| {
            reported.hash == Some(*hash)
                && matches!(reported.status, RemoteStatus::Applied | RemoteStatus::Applying)
        });
        !settled && self.in_flight != Some(*hash) && !self.failed.contains_key(hash)
    }

    /// Forgets a refusal, on a person's word.
    pub fn retry(&mut self, hash: ConfigHash) {
        self.failed.remove(&hash);
        if self.healed == Some(hash) {
            self.healed = None;
        }
    }

    /// The last good configuration, where the collector refused another and did not go back by itself. Once per failure.
    #[must_use]
    pub fn to_heal(&self) -> Option<ConfigHash> {
        let reported = self.reported.as_ref()?;
        let failed = reported.hash.filter(|_| matches!(reported.status, RemoteStatus::Failed { .. }))?;
        let good = self.last_applied.filter(|good| *good != failed && !self.failed.contains_key(good))?;
        (self.failed.contains_key(&failed) && self.in_flight.is_none() && self.healed != Some(failed))
            .then_some(good)
    }

    /// The supervisor gave up waiting, but what runs matches and is healthy: then it runs.
    pub fn believe(&mut self, hash: ConfigHash, now: Timestamp) -> Option<Happened> {
        let why = self.is_failed(&hash)?;
        if !is_impatience(why) {
            return None;
        }
        self.failed.remove(&hash);
        self.last_applied = Some(hash);
        self.reported = Some(Reported { hash: Some(hash), status: RemoteStatus::Applied });
        self.conclude(hash, Outcome::Applied { late: true }, now);
        Some(Happened::Applied { hash, late: true })
    }

    /// Whether the collector has ever said what it has.
    #[must_use]
    pub fn status_known(&self) -> bool {
        self.reported.is_some()
    }

    fn conclude(&mut self, hash: ConfigHash, outcome: Outcome, now: Timestamp) {
        if let Some(attempt) = self.attempts.iter_mut().rev().find(|attempt| attempt.hash == hash) {
            attempt.outcome = outcome;
            attempt.at = now;
        }
    }
}

/// The two sentences with which the upstream supervisor says that it did not wait long enough.
fn is_impatience(why: &str) -> bool {
    why.contains("apply timeout exceeded") || why.contains("has not started after")
}

fn shortened(mut reported: Reported) -> Reported {
    if let RemoteStatus::Failed { why } = &mut reported.status {
        if why.len() > WHY_BYTES_MAX {
            why.truncate(why.floor_char_boundary(WHY_BYTES_MAX));
        }
        if why.trim().is_empty() {
            "the collector gave no reason".clone_into(why);
        }
    }
    reported
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(name: &str) -> ConfigHash {
        ConfigHash::of(name.as_bytes())
    }

    fn said(name: &str, status: RemoteStatus) -> Reported {
        Reported { hash: Some(hash(name)), status }
    }

    fn failed(why: &str) -> RemoteStatus {
        RemoteStatus::Failed { why: why.into() }
    }

    #[test]
    fn a_refused_configuration_is_not_offered_again_until_a_person_says_so() {
        let mut ledger = Ledger::default();
        ledger.offered(hash("a"), Some("r1"), Timestamp(1));
        assert!(!ledger.may_offer(&hash("a")), "it is under way");
        ledger.report(said("a", failed("bad")), Timestamp(2));
        ledger.disconnected();
        assert!(!ledger.may_offer(&hash("a")));
        assert_eq!(ledger.is_failed(&hash("a")), Some("bad"));
        ledger.retry(hash("a"));
        assert!(ledger.may_offer(&hash("a")));
    }

    #[test]
    fn going_back_to_an_older_one_is_a_rollback_and_no_drift() {
        let mut ledger = Ledger::default();
        ledger.offered(hash("a"), None, Timestamp(1));
        ledger.report(said("a", RemoteStatus::Applied), Timestamp(2));
        ledger.offered(hash("b"), None, Timestamp(3));
        ledger.report(said("b", RemoteStatus::Applying), Timestamp(4));
        ledger.report(said("b", failed("x")), Timestamp(5));
        let happened = ledger.report(said("a", RemoteStatus::Applied), Timestamp(6));
        assert_eq!(happened, [Happened::RolledBack { from: hash("b"), to: hash("a") }]);
        assert_eq!(ledger.attempts.back().unwrap().outcome, Outcome::RolledBack);
        assert!(!ledger.may_offer(&hash("b")));
    }

    #[test]
    fn a_crash_loop_is_healed_once_with_the_last_good_one() {
        let mut ledger = Ledger::default();
        ledger.offered(hash("a"), None, Timestamp(1));
        ledger.report(said("a", RemoteStatus::Applied), Timestamp(2));
        ledger.offered(hash("b"), None, Timestamp(3));
        assert_eq!(ledger.to_heal(), None);
        ledger.report(said("b", failed("x")), Timestamp(4));
        assert_eq!(ledger.to_heal(), Some(hash("a")));
        ledger.offered(hash("a"), None, Timestamp(5));
        assert_eq!(ledger.to_heal(), None);
        ledger.disconnected();
        assert_eq!(ledger.to_heal(), None, "once");
        let happened = ledger.report(said("a", RemoteStatus::Applied), Timestamp(6));
        assert_eq!(happened, [Happened::Applied { hash: hash("a"), late: false }]);
    }

    #[test]
    fn a_supervisor_that_was_impatient_is_corrected_by_the_evidence() {
        let mut ledger = Ledger::default();
        ledger.offered(hash("a"), None, Timestamp(1));
        ledger.report(said("a", failed("Config apply timeout exceeded")), Timestamp(2));
        let happened = ledger.believe(hash("a"), Timestamp(3));
        assert_eq!(happened, Some(Happened::Applied { hash: hash("a"), late: true }));
        assert_eq!(ledger.is_failed(&hash("a")), None);
        ledger.report(said("b", failed("exit code 1")), Timestamp(4));
        assert_eq!(ledger.believe(hash("b"), Timestamp(5)), None);
    }

    #[test]
    fn an_applied_hash_that_was_never_offered_proves_nothing() {
        let mut ledger = Ledger::default();
        let happened = ledger.report(said("x", RemoteStatus::Applied), Timestamp(1));
        assert_eq!(happened, [Happened::UnknownHash(hash("x"))]);
        assert_eq!(ledger.last_applied, None);
    }

    #[test]
    fn what_is_repeated_tells_nothing_and_what_is_kept_is_bounded() {
        let mut ledger = Ledger::default();
        for number in 0..300 {
            let name = format!("c{number}");
            ledger.offered(hash(&name), None, Timestamp(number));
            assert_eq!(ledger.report(said(&name, failed("x")), Timestamp(number)).len(), 1);
            assert!(ledger.report(said(&name, failed("x")), Timestamp(number)).is_empty());
        }
        assert_eq!(ledger.attempts.len(), ATTEMPTS_MAX);
        assert_eq!(ledger.failed.len(), FAILURES_MAX);
        let stored = serde_json::to_string(&ledger).unwrap();
        assert_eq!(serde_json::from_str::<Ledger>(&stored).unwrap().is_failed(&hash("c299")), Some("x"));
    }
}
