//! The ledger of one collector: what it was offered, what became of it, what must not be offered again.
//! Knows nothing of connections and contents, only of hashes. Start at [`Ledger`].

mod record;

pub use self::record::{Attempt, Failure, Happened, Outcome, RemoteStatus, Reported};

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::ConfigHash;
use crate::time::Timestamp;

/// Attempts kept for one collector; the oldest goes first.
pub const ATTEMPTS_MAX: usize = 100;
/// Failed configurations remembered for one collector; the oldest goes first.
pub const FAILED_MAX: usize = 64;
/// Longest reason kept, in characters.
pub const WHY_CHARS_MAX: usize = 4096;
/// How often one attempt may change before its changes are recorded in silence.
pub const CHANGES_TOLD_MAX: u32 = 16;

/// How long a collector whose supervisor gave up waiting may take to prove that it is well.
pub const DOUBT_WAIT: Duration = Duration::from_secs(30);

/// Reasons that only say that waiting ended: the configuration may be good all the same (supervisor 0.135 to 0.158).
const IMPATIENT: [&str; 2] = ["config apply timeout exceeded", "agent has not started after"];

/// What one collector was offered and what became of it. Everything in here is bounded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    /// Attempts, oldest first.
    pub attempts: VecDeque<Attempt>,
    /// What it refused, oldest first; never offered again except on a person's word.
    pub failed: VecDeque<Failure>,
    /// The last one that it applied: what it can go back to.
    pub last_applied: Option<ConfigHash>,
    /// Its last report.
    pub reported: Option<Reported>,
    /// Sent on the present connection and not answered.
    pub in_flight: Option<ConfigHash>,
    /// Believed to run although its supervisor gave up waiting and still says so.
    pub believed: Option<ConfigHash>,
}

impl Ledger {
    /// A configuration was sent.
    pub fn offered(&mut self, hash: ConfigHash, revision: Option<&str>, now: Timestamp) {
        self.in_flight = Some(hash);
        if self.believed == Some(hash) {
            self.believed = None;
        }
        let pending = |attempt: &Attempt| matches!(attempt.outcome, Outcome::Offered | Outcome::Applying);
        if let Some(last) = self.attempts.back_mut().filter(|last| last.hash == hash && pending(last)) {
            // Sent again after a lost connection: the same attempt.
            last.at = now;
            last.outcome = Outcome::Offered;
            return;
        }
        while self.attempts.len() >= ATTEMPTS_MAX {
            self.attempts.pop_front();
        }
        self.attempts.push_back(Attempt {
            hash,
            revision: revision.map(str::to_owned),
            offered_at: now,
            at: now,
            outcome: Outcome::Offered,
            refusal: None,
            changes: 0,
            inferred: false,
        });
    }

    /// Takes in a report. A repeated one yields nothing, unless it answers an offer of the same hash.
    pub fn report(&mut self, reported: Reported, now: Timestamp) -> Vec<Happened> {
        let reported = bounded(reported);
        let answers = reported.hash.is_some() && reported.hash == self.in_flight;
        if self.reported.as_ref() == Some(&reported) && !(answers && is_final(&reported.status)) {
            return Vec::new();
        }
        if self.is_disbelieved(&reported) {
            return Vec::new();
        }
        let happened = match (reported.hash, &reported.status) {
            (None, _) | (Some(_), RemoteStatus::Unset) => None,
            (Some(hash), RemoteStatus::Applying) => self.applying(hash, now),
            (Some(hash), RemoteStatus::Applied) => self.applied(hash, now),
            (Some(hash), RemoteStatus::Failed { why }) => self.refused(hash, why, now),
        };
        self.reported = Some(reported);
        happened.into_iter().collect()
    }

    /// Takes a configuration for applied, because a collector that does not report what became of one polls with its hash and
    /// nothing speaks against it. [`Ledger::report`] otherwise.
    pub fn infer_applied(&mut self, hash: ConfigHash, now: Timestamp) -> Vec<Happened> {
        let happened = self.report(Reported { hash: Some(hash), status: RemoteStatus::Applied }, now);
        if let Some(attempt) = self.latest_mut(&hash).filter(|_| !happened.is_empty()) {
            attempt.inferred = true;
        }
        happened
    }

    /// Whether what runs is only concluded.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.running().and_then(|hash| self.latest(&hash)).is_some_and(|attempt| attempt.inferred)
    }

    /// Whether this one was ever offered, applied or refused.
    #[must_use]
    pub fn has_heard_of(&self, hash: &ConfigHash) -> bool {
        self.is_known(hash)
    }

    /// A poll shows what the collector holds: what was sent to it and is not that has been lost on the way.
    pub fn polled(&mut self, has: Option<ConfigHash>) {
        if self.in_flight.is_some() && self.in_flight != has {
            self.in_flight = None;
        }
    }

    /// The connection is gone; nobody knows whether what was under way arrived.
    pub fn disconnected(&mut self) {
        self.in_flight = None;
    }

    /// Why the collector refused this one, if it did.
    #[must_use]
    pub fn is_failed(&self, hash: &ConfigHash) -> Option<&str> {
        self.failed.iter().find(|failure| failure.hash == *hash).map(|failure| failure.why.as_str())
    }

    /// When the collector refused this one, if it did.
    #[must_use]
    pub fn failed_at(&self, hash: &ConfigHash) -> Option<Timestamp> {
        self.failed.iter().find(|failure| failure.hash == *hash).map(|failure| failure.at)
    }

    /// Whether sending this one makes sense: the collector does not have it, is not about to, and did not refuse it.
    #[must_use]
    pub fn may_offer(&self, hash: &ConfigHash) -> bool {
        let has = self.reported.as_ref().is_some_and(|reported| {
            reported.hash == Some(*hash)
                && matches!(reported.status, RemoteStatus::Applying | RemoteStatus::Applied)
        });
        !has && self.in_flight != Some(*hash) && self.is_failed(hash).is_none()
    }

    /// Forgets that this one failed, on a person's word.
    pub fn retry(&mut self, hash: ConfigHash) {
        self.failed.retain(|failure| failure.hash != hash);
    }

    /// What to offer so that a failure ends: the last one applied, where the collector still reports a failure and nothing
    /// better is under way. A supervisor that rolled back by itself needs nothing.
    #[must_use]
    pub fn to_heal(&self) -> Option<ConfigHash> {
        let failure = self.present_failure()?;
        let good = self.last_applied?;
        let rolled_back =
            self.latest(&failure.hash).is_some_and(|attempt| attempt.outcome == Outcome::RolledBack);
        let possible = good != failure.hash && self.in_flight.is_none() && self.is_failed(&good).is_none();
        (possible && !rolled_back).then_some(good)
    }

    /// Whether the present failure only says that waiting ended. Such a collector deserves a moment to prove itself (see
    /// [`Ledger::believe`]) before it is healed.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.present_failure().is_some_and(|failure| is_impatient(&failure.why))
    }

    /// [`Ledger::to_heal`] as it should be acted on: a doubtful failure waits for [`DOUBT_WAIT`] before it is healed, a certain
    /// one does not.
    #[must_use]
    pub fn heal_due(&self, now: Timestamp) -> Option<ConfigHash> {
        let failure = self.present_failure()?;
        let waits = is_impatient(&failure.why) && now.since(failure.at) < DOUBT_WAIT;
        if waits { None } else { self.to_heal() }
    }

    /// Takes a configuration for applied although its supervisor gave up waiting. The caller has seen health and a matching
    /// effective configuration, both younger than [`Ledger::failed_at`].
    pub fn believe(&mut self, hash: ConfigHash, now: Timestamp) -> Option<Happened> {
        let failure = self.present_failure().filter(|failure| failure.hash == hash)?;
        let other_under_way = self.in_flight.is_some_and(|flying| flying != hash);
        if !is_impatient(&failure.why) || other_under_way {
            return None;
        }
        self.retry(hash);
        self.in_flight = None;
        self.last_applied = Some(hash);
        self.believed = Some(hash);
        self.reported = Some(Reported { hash: Some(hash), status: RemoteStatus::Applied });
        if let Some(attempt) = self.latest_mut(&hash) {
            attempt.becomes(Outcome::Applied { late: true }, now);
        }
        Some(Happened::Applied { hash, late: true })
    }

    /// Whether the collector has said anything about its configuration, now or before a restart of the server.
    #[must_use]
    pub fn status_known(&self) -> bool {
        self.reported.is_some()
    }

    /// The configuration that the collector says it runs: what its effective configuration is to be compared with.
    #[must_use]
    pub fn running(&self) -> Option<ConfigHash> {
        let reported = self.reported.as_ref()?;
        if reported.status == RemoteStatus::Applied { reported.hash } else { None }
    }
}

impl Ledger {
    fn applying(&mut self, hash: ConfigHash, now: Timestamp) -> Option<Happened> {
        if !self.is_known(&hash) {
            return Some(Happened::UnknownHash(hash));
        }
        let attempt = self.latest_mut(&hash)?;
        // On its way back to an older one that row stays what it was.
        if attempt.outcome != Outcome::Offered {
            return None;
        }
        attempt.becomes(Outcome::Applying, now).then_some(Happened::Applying(hash))
    }

    fn applied(&mut self, hash: ConfigHash, now: Timestamp) -> Option<Happened> {
        if !self.is_known(&hash) {
            return Some(Happened::UnknownHash(hash));
        }
        let was_asked = self.in_flight == Some(hash);
        let goes_back = self.last_applied == Some(hash);
        if was_asked {
            self.in_flight = None;
        }
        self.retry(hash);
        self.last_applied = Some(hash);
        let from = if goes_back { self.settle_rollback(hash, now) } else { None };
        let told = self.latest_mut(&hash).is_some_and(|attempt| match &attempt.outcome {
            Outcome::Applied { .. } => false,
            Outcome::Failed { .. } | Outcome::RolledBack => {
                attempt.becomes(Outcome::Applied { late: true }, now)
            }
            Outcome::Offered | Outcome::Applying => attempt.becomes(Outcome::Applied { late: false }, now),
        });
        match from {
            Some(from) if !was_asked => Some(Happened::RolledBack { from, to: hash }),
            _ if told => Some(Happened::Applied { hash, late: self.was_late(&hash) }),
            _ => None,
        }
    }

    /// Marks the newest attempt at something else as rolled back, if it failed.
    fn settle_rollback(&mut self, to: ConfigHash, now: Timestamp) -> Option<ConfigHash> {
        let failed = self.attempts.iter_mut().rev().find(|attempt| attempt.hash != to)?;
        let Outcome::Failed { why } = &failed.outcome else { return None };
        failed.refusal = Some(why.clone());
        failed.becomes(Outcome::RolledBack, now);
        Some(failed.hash)
    }

    fn refused(&mut self, hash: ConfigHash, why: &str, now: Timestamp) -> Option<Happened> {
        let was_asked = self.in_flight == Some(hash);
        if was_asked {
            self.in_flight = None;
        }
        if self.believed == Some(hash) {
            self.believed = None;
        }
        // A supervisor repeats its last failure when it starts, also after it rolled back.
        if !was_asked && self.is_failed(&hash).is_some() {
            return None;
        }
        self.failed.retain(|failure| failure.hash != hash);
        while self.failed.len() >= FAILED_MAX {
            self.failed.pop_front();
        }
        self.failed.push_back(Failure { hash, why: why.to_owned(), at: now });
        let told = self
            .latest_mut(&hash)
            .is_none_or(|attempt| attempt.becomes(Outcome::Failed { why: why.to_owned() }, now));
        told.then(|| Happened::Failed { hash, why: why.to_owned() })
    }

    /// A failure that was seen through already.
    fn is_disbelieved(&self, reported: &Reported) -> bool {
        let believed = self.believed.is_some() && self.believed == reported.hash;
        match &reported.status {
            RemoteStatus::Failed { why } => believed && self.in_flight != reported.hash && is_impatient(why),
            RemoteStatus::Unset | RemoteStatus::Applying | RemoteStatus::Applied => false,
        }
    }

    fn present_failure(&self) -> Option<&Failure> {
        let reported = self.reported.as_ref()?;
        if !matches!(reported.status, RemoteStatus::Failed { .. }) {
            return None;
        }
        let hash = reported.hash?;
        self.failed.iter().find(|failure| failure.hash == hash)
    }

    fn is_known(&self, hash: &ConfigHash) -> bool {
        self.last_applied == Some(*hash) || self.is_failed(hash).is_some() || self.latest(hash).is_some()
    }

    fn was_late(&self, hash: &ConfigHash) -> bool {
        self.latest(hash).is_some_and(|attempt| attempt.outcome == Outcome::Applied { late: true })
    }

    fn latest(&self, hash: &ConfigHash) -> Option<&Attempt> {
        self.attempts.iter().rev().find(|attempt| attempt.hash == *hash)
    }

    fn latest_mut(&mut self, hash: &ConfigHash) -> Option<&mut Attempt> {
        self.attempts.iter_mut().rev().find(|attempt| attempt.hash == *hash)
    }
}

fn is_final(status: &RemoteStatus) -> bool {
    matches!(status, RemoteStatus::Applied | RemoteStatus::Failed { .. })
}

fn is_impatient(why: &str) -> bool {
    let why = why.to_lowercase();
    IMPATIENT.iter().any(|words| why.contains(words))
}

/// Words of a host, cut and without control characters other than line ends.
fn bounded(mut reported: Reported) -> Reported {
    if let RemoteStatus::Failed { why } = &mut reported.status {
        *why = why.chars().take(WHY_CHARS_MAX).filter(|c| !c.is_control() || *c == '\n').collect();
    }
    reported
}

#[cfg(test)]
mod tests;
