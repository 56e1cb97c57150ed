//! The badges of a collector: whether it is connected, runs what it should, and feels well.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attempt::{Ledger, RemoteStatus};
use crate::ids::ConfigHash;

/// Whether it is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has seen it yet.
    AwaitingConnection,
    /// It is.
    Connected,
    /// It was.
    Disconnected,
}

/// Whether it runs what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sync {
    /// It does.
    InSync,
    /// A change is on its way.
    Pending,
    /// It runs something else than it was given.
    Drifted,
    /// It refused what it should run.
    Failed,
    /// Delivery to it is stopped.
    Held,
    /// Nobody knows yet.
    Unknown,
}

/// How it feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// All its parts work.
    Healthy,
    /// A part has a fault that may pass.
    Degraded,
    /// It does not work.
    Failed,
    /// Nobody knows.
    Unknown,
}

/// Health of one part and of those below it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ComponentHealth {
    /// Whether it works.
    pub healthy: bool,
    /// Its own word, such as `StatusOK`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// Why it does not work.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_error: String,
    /// When it was started, in nanoseconds since 1970; collectors set it unreliably.
    #[serde(default)]
    pub start_time_unix_nano: u64,
    /// When that was observed, in nanoseconds since 1970.
    #[serde(default)]
    pub status_time_unix_nano: u64,
    /// The parts below.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub components: BTreeMap<String, Self>,
}

/// The health badge. What a disconnected collector last said is no longer known to hold.
#[must_use]
pub fn health(root: Option<&ComponentHealth>, connected: bool) -> Health {
    let Some(root) = root.filter(|_| connected) else { return Health::Unknown };
    if root.healthy {
        return Health::Healthy;
    }
    match root.status.as_str() {
        "StatusRecoverableError" => Health::Degraded,
        // A collector that starts or stops has not failed.
        "StatusStarting" | "StatusStopping" | "StatusNone" => Health::Unknown,
        "" if root.last_error.is_empty() => Health::Unknown,
        _ => Health::Failed,
    }
}

/// What decides the sync badge.
#[derive(Debug, Clone, Copy)]
pub struct SyncFacts<'a> {
    /// What it should run; nothing where it never had a configuration and none is due.
    pub target: Option<ConfigHash>,
    /// What it may have.
    pub released: Option<ConfigHash>,
    /// What it was offered, and what became of it.
    pub ledger: &'a Ledger,
    /// Its effective configuration differs in meaning.
    pub drifted: bool,
    /// Why delivery to it is stopped.
    pub held: Option<&'a str>,
}

/// The sync badge.
#[must_use]
pub fn sync(facts: &SyncFacts<'_>) -> Sync {
    if facts.held.is_some() {
        return Sync::Held;
    }
    let Some(target) = facts.target else { return Sync::InSync };
    if facts.ledger.is_failed(&target).is_some() {
        return Sync::Failed;
    }
    let reported = facts.ledger.reported.as_ref();
    match reported {
        Some(reported) if reported.hash == Some(target) && reported.status == RemoteStatus::Applied => {
            if facts.drifted {
                Sync::Drifted
            } else {
                Sync::InSync
            }
        }
        None if facts.released == Some(target) && facts.ledger.attempts.is_empty() => Sync::Unknown,
        Some(_) | None => Sync::Pending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Reported;
    use crate::time::Timestamp;

    #[test]
    fn a_collector_that_never_had_a_configuration_and_is_due_none_is_in_sync() {
        let ledger = Ledger::default();
        let facts = SyncFacts { target: None, released: None, ledger: &ledger, drifted: false, held: None };
        assert_eq!(sync(&facts), Sync::InSync);
        assert_eq!(sync(&SyncFacts { held: Some("by ana"), ..facts }), Sync::Held);
    }

    #[test]
    fn the_badge_follows_what_was_reported_of_the_target() {
        let (a, b) = (ConfigHash::of(b"a"), ConfigHash::of(b"b"));
        let mut ledger = Ledger::default();
        let badge = |ledger: &Ledger, drifted| {
            sync(&SyncFacts { target: Some(a), released: Some(a), ledger, drifted, held: None })
        };
        assert_eq!(badge(&ledger, false), Sync::Unknown);
        ledger.offered(a, None, Timestamp(1));
        assert_eq!(badge(&ledger, false), Sync::Pending);
        ledger.report(Reported { hash: Some(a), status: RemoteStatus::Applied }, Timestamp(2));
        assert_eq!(badge(&ledger, false), Sync::InSync);
        assert_eq!(badge(&ledger, true), Sync::Drifted);
        ledger.offered(b, None, Timestamp(3));
        ledger.report(
            Reported { hash: Some(b), status: RemoteStatus::Failed { why: "no".into() } },
            Timestamp(4),
        );
        assert_eq!(badge(&ledger, false), Sync::Pending);
        let other =
            SyncFacts { target: Some(b), released: Some(b), ledger: &ledger, drifted: false, held: None };
        assert_eq!(sync(&other), Sync::Failed);
    }

    #[test]
    fn health_is_what_a_connected_collector_says() {
        let said = |healthy, status: &str, error: &str| ComponentHealth {
            healthy,
            status: status.into(),
            last_error: error.into(),
            ..ComponentHealth::default()
        };
        assert_eq!(health(Some(&said(true, "StatusOK", "")), true), Health::Healthy);
        assert_eq!(health(Some(&said(true, "StatusOK", "")), false), Health::Unknown);
        assert_eq!(health(Some(&said(false, "StatusRecoverableError", "x")), true), Health::Degraded);
        assert_eq!(health(Some(&said(false, "", "Agent process exited")), true), Health::Failed);
        assert_eq!(health(Some(&said(false, "", "")), true), Health::Unknown);
        assert_eq!(health(None, true), Health::Unknown);
    }
}
