//! The three badges of a collector (connection, sync, health) and the health tree behind the last.
//! A badge is computed when somebody looks; nothing of it is kept. Start at [`sync`] and [`health`].

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::attempt::Ledger;
use crate::ids::ConfigHash;
use crate::time::Timestamp;

/// Deepest level of a health tree that is kept.
pub const HEALTH_DEPTH_MAX: usize = 8;
/// Most components kept of one health tree.
pub const HEALTH_COMPONENTS_MAX: usize = 2000;
/// Longest component name or status kept, in characters.
pub const HEALTH_NAME_CHARS_MAX: usize = 256;
/// Longest error kept, in characters.
pub const HEALTH_ERROR_CHARS_MAX: usize = 2048;

/// Whether a collector is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It was made before its host; nobody has come yet.
    AwaitingConnection,
    /// It is connected.
    Connected,
    /// It was, and is not now.
    Disconnected,
}

/// Whether a collector runs what it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sync {
    /// It runs what it should.
    InSync,
    /// It has not answered, or may not have it yet.
    Pending,
    /// It applied what it should and runs something else.
    Drifted,
    /// It refused what it should run.
    Failed,
    /// Nothing is delivered to it.
    Held,
    /// Nobody knows.
    Unknown,
}

/// The collector's own word on itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Everything works.
    Healthy,
    /// Something does not work and may recover.
    Degraded,
    /// Something stopped for good.
    Failed,
    /// It says nothing, or nobody hears it.
    Unknown,
}

macro_rules! shown_as_its_word {
    ($type:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// The word that stands for it in the API and in files.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

shown_as_its_word!(Status {
    AwaitingConnection => "awaiting_connection",
    Connected => "connected",
    Disconnected => "disconnected",
});
shown_as_its_word!(Sync {
    InSync => "in_sync",
    Pending => "pending",
    Drifted => "drifted",
    Failed => "failed",
    Held => "held",
    Unknown => "unknown",
});
shown_as_its_word!(Health {
    Healthy => "healthy",
    Degraded => "degraded",
    Failed => "failed",
    Unknown => "unknown",
});

/// One level of the health tree (OpAMP specification, `ComponentHealth`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ComponentHealth {
    /// Whether it works. Collectors also deny it for errors from which they recover.
    pub healthy: bool,
    /// The collector's word for its state, such as `StatusOK`.
    pub status: String,
    /// Why it does not work.
    pub last_error: String,
    /// When it was started, in nanoseconds since 1970; 0 where that is unknown or cannot be.
    pub start_time_unix_nano: u64,
    /// When the state was observed, in nanoseconds since 1970; 0 where that is unknown or cannot be.
    pub status_time_unix_nano: u64,
    /// The components below, by name.
    pub components: BTreeMap<String, Self>,
}

impl ComponentHealth {
    /// The same tree within its limits: depth, number and length of names; times that lie in the future are dropped.
    #[must_use]
    pub fn bounded(self, now: Timestamp) -> Self {
        let mut room = HEALTH_COMPONENTS_MAX;
        self.within(HEALTH_DEPTH_MAX, &mut room, now)
    }

    fn within(self, depth: usize, room: &mut usize, now: Timestamp) -> Self {
        let mut components = BTreeMap::new();
        for (name, component) in self.components {
            let (Some(depth), Some(rest)) = (depth.checked_sub(1), room.checked_sub(1)) else { break };
            *room = rest;
            components.insert(short(&name, HEALTH_NAME_CHARS_MAX), component.within(depth, room, now));
        }
        Self {
            healthy: self.healthy,
            status: short(&self.status, HEALTH_NAME_CHARS_MAX),
            last_error: short(&self.last_error, HEALTH_ERROR_CHARS_MAX),
            start_time_unix_nano: past(self.start_time_unix_nano, now),
            status_time_unix_nano: past(self.status_time_unix_nano, now),
            components,
        }
    }
}

/// The badge for a health tree. Only the root counts: it is sent anew when it changes, its children may be stale.
#[must_use]
pub fn health(root: Option<&ComponentHealth>, connected: bool) -> Health {
    let Some(root) = root.filter(|_| connected) else { return Health::Unknown };
    match root.status.as_str() {
        "StatusRecoverableError" => Health::Degraded,
        "StatusPermanentError" | "StatusFatalError" => Health::Failed,
        "StatusStarting" | "StatusStopping" | "StatusNone" => Health::Unknown,
        // An idle collector is healthy without a word, and so is one that is no otelcol.
        _ if root.healthy => Health::Healthy,
        "" | "StatusStopped" if root.last_error.is_empty() => Health::Unknown,
        "" | "StatusStopped" => Health::Failed,
        _ => Health::Degraded,
    }
}

/// What the sync badge is computed from.
#[derive(Debug, Clone, Copy)]
pub struct SyncFacts<'a> {
    /// What the repository says it should run.
    pub target: Option<ConfigHash>,
    /// What it may have.
    pub released: Option<ConfigHash>,
    /// What it was offered and what became of it.
    pub ledger: &'a Ledger,
    /// Its effective configuration means something else than what it was given.
    pub drifted: bool,
    /// Why nothing is delivered to it.
    pub held: Option<&'a str>,
}

/// The sync badge.
#[must_use]
pub fn sync(facts: &SyncFacts<'_>) -> Sync {
    if facts.held.is_some() {
        return Sync::Held;
    }
    let Some(target) = facts.target else {
        // One that never had a configuration and should have none is where it should be.
        return if facts.released.is_none() { Sync::InSync } else { Sync::Unknown };
    };
    if facts.ledger.is_failed(&target).is_some() {
        return Sync::Failed;
    }
    if facts.released != Some(target) {
        return Sync::Pending;
    }
    if !facts.ledger.status_known() && facts.ledger.attempts.iter().any(|attempt| attempt.hash == target) {
        return Sync::Unknown;
    }
    match facts.ledger.running() {
        Some(running) if running == target && facts.drifted => Sync::Drifted,
        Some(running) if running == target => Sync::InSync,
        _ => Sync::Pending,
    }
}

fn short(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).filter(|c| !c.is_control() || *c == '\n').collect()
}

/// A time that may be true: not later than a day from now, which allows for clocks that are wrong.
fn past(unix_nano: u64, now: Timestamp) -> u64 {
    const DAY_MS: i64 = 24 * 3600 * 1000;
    let limit_ms = u64::try_from(now.0.saturating_add(DAY_MS)).unwrap_or(0);
    if unix_nano / 1_000_000 > limit_ms { 0 } else { unix_nano }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{RemoteStatus, Reported};

    fn component(healthy: bool, status: &str, last_error: &str) -> ComponentHealth {
        ComponentHealth {
            healthy,
            status: status.to_owned(),
            last_error: last_error.to_owned(),
            ..ComponentHealth::default()
        }
    }

    #[test]
    fn health_is_the_collectors_own_word() {
        let exited = "Agent process PID=4242 exited unexpectedly, exit code=1";
        for (root, expected) in [
            (component(true, "StatusOK", ""), Health::Healthy),
            (component(true, "", ""), Health::Healthy),
            (component(false, "StatusRecoverableError", "connection refused"), Health::Degraded),
            (component(false, "StatusPermanentError", "x"), Health::Failed),
            (component(false, "StatusFatalError", "x"), Health::Failed),
            (component(false, "", exited), Health::Failed),
            (component(false, "", ""), Health::Unknown),
            (component(false, "StatusStarting", ""), Health::Unknown),
        ] {
            assert_eq!(health(Some(&root), true), expected, "{root:?}");
            assert_eq!(health(Some(&root), false), Health::Unknown, "nobody hears one that is away");
        }
        assert_eq!(health(None, true), Health::Unknown);
    }

    #[test]
    fn a_hostile_health_tree_is_cut() {
        let mut deep = component(true, "StatusOK", "");
        for _ in 0..50 {
            let mut above = component(true, &"s".repeat(9999), &"e".repeat(99_999));
            above.components.insert("x\u{7}".to_owned(), deep);
            deep = above;
        }
        let mut wide = component(true, "StatusOK", "");
        for number in 0..9999 {
            wide.components.insert(number.to_string(), component(true, "", ""));
        }
        wide.start_time_unix_nano = u64::MAX;
        fn count(tree: &ComponentHealth) -> (usize, usize) {
            let below: Vec<(usize, usize)> = tree.components.values().map(count).collect();
            let depth = below.iter().map(|(depth, _)| depth + 1).max().unwrap_or(0);
            (depth, below.iter().map(|(_, number)| number + 1).sum())
        }
        let now = Timestamp(1_700_000_000_000);
        let (deep, wide) = (deep.bounded(now), wide.bounded(now));
        assert_eq!(count(&deep).0, HEALTH_DEPTH_MAX);
        assert_eq!(deep.last_error.len(), HEALTH_ERROR_CHARS_MAX);
        assert!(deep.components.contains_key("x"), "control characters are dropped");
        assert_eq!((count(&wide).1, wide.start_time_unix_nano), (HEALTH_COMPONENTS_MAX, 0));
        assert_eq!(wide.clone().bounded(now), wide, "a second time changes nothing");
    }

    fn hash(name: &str) -> ConfigHash {
        ConfigHash::of(name.as_bytes())
    }

    fn reported(name: &str, status: RemoteStatus) -> Ledger {
        let mut ledger = Ledger::default();
        ledger.offered(hash(name), None, Timestamp(1));
        ledger.report(Reported { hash: Some(hash(name)), status }, Timestamp(2));
        ledger
    }

    fn badge(target: Option<&str>, released: Option<&str>, ledger: &Ledger, drifted: bool) -> Sync {
        sync(&SyncFacts {
            target: target.map(hash),
            released: released.map(hash),
            ledger,
            drifted,
            held: None,
        })
    }

    #[test]
    fn sync_compares_what_should_run_with_what_is_reported() {
        let nothing = Ledger::default();
        let has_a = reported("a", RemoteStatus::Applied);
        let tries_a = reported("a", RemoteStatus::Applying);
        let refused_a = reported("a", RemoteStatus::Failed { why: "x".to_owned() });
        let mut silent = Ledger::default();
        silent.offered(hash("a"), None, Timestamp(1));
        for (target, released, ledger, drifted, expected) in [
            (None, None, &nothing, false, Sync::InSync),
            (None, Some("a"), &has_a, false, Sync::Unknown),
            (Some("a"), None, &nothing, false, Sync::Pending),
            (Some("a"), Some("a"), &nothing, false, Sync::Pending),
            (Some("a"), Some("a"), &silent, false, Sync::Unknown),
            (Some("a"), Some("a"), &tries_a, false, Sync::Pending),
            (Some("a"), Some("a"), &has_a, false, Sync::InSync),
            (Some("a"), Some("a"), &has_a, true, Sync::Drifted),
            (Some("b"), Some("a"), &has_a, true, Sync::Pending),
            (Some("b"), Some("b"), &has_a, true, Sync::Pending),
            (Some("a"), Some("a"), &refused_a, false, Sync::Failed),
            (Some("b"), Some("b"), &refused_a, false, Sync::Pending),
        ] {
            let got = badge(target, released, ledger, drifted);
            assert_eq!(got, expected, "{target:?} {released:?} {ledger:?} {drifted}");
        }
        let held =
            SyncFacts { target: None, released: None, ledger: &nothing, drifted: true, held: Some("x") };
        assert_eq!(sync(&held), Sync::Held);
    }

    #[test]
    fn a_collector_that_went_back_shows_failed_and_not_drifted() {
        let mut ledger = reported("a", RemoteStatus::Applied);
        ledger.offered(hash("b"), None, Timestamp(3));
        let failed = RemoteStatus::Failed { why: "x".to_owned() };
        ledger.report(Reported { hash: Some(hash("b")), status: failed }, Timestamp(4));
        ledger.report(Reported { hash: Some(hash("a")), status: RemoteStatus::Applied }, Timestamp(5));
        assert_eq!(badge(Some("b"), Some("b"), &ledger, true), Sync::Failed);
    }

    #[test]
    fn the_words_are_those_of_the_interface() {
        for (word, value) in [
            ("awaiting_connection", serde_json::to_value(Status::AwaitingConnection)),
            ("in_sync", serde_json::to_value(Sync::InSync)),
            ("held", serde_json::to_value(Sync::Held)),
            ("degraded", serde_json::to_value(Health::Degraded)),
        ] {
            assert_eq!(value.unwrap(), word);
        }
        assert_eq!(Status::AwaitingConnection.to_string(), "awaiting_connection");
        assert_eq!(Sync::InSync.word(), "in_sync");
    }
}
