//! What happened, for people and for programs: a kind with a fixed word, a severity, a sentence.
//! Knows nothing of how events travel or how long they are kept. Start at [`Event`].

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::Id;
use crate::time::Timestamp;

/// One thing that happened. Ordered by `id`, not by clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Sequence number; a later event has a greater one.
    pub id: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The collector that it is about, if it is about one.
    #[serde(default)]
    pub collector: Option<Id>,
    /// What happened.
    pub kind: EventKind,
    /// How much it matters.
    pub severity: Severity,
    /// The same as a sentence.
    #[serde(default)]
    pub message: String,
    /// Facts for programs; the keys depend on the kind.
    #[serde(default)]
    pub data: Value,
}

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Somebody should look.
    Warning,
    /// Something does not work.
    Error,
}

impl Severity {
    /// The word that stands for it in the API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One table for everything that depends on the kind, so that a new one cannot be half known.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident, $word:literal, $severity:ident, $sentence:literal;)+) => {
        /// What happened. The words are fixed: others script against them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum EventKind {
            $($(#[doc = $doc])+ #[serde(rename = $word)] $variant,)+
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that stands for it in the API.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// How much it matters.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }

            /// What it means in general, as a sentence without a subject.
            #[must_use]
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence),+ }
            }
        }
    };
}

kinds! {
    /// A collector joined.
    Registered, "registered", Info, "joined";
    /// An Alloy registered itself.
    RemotecfgRegistered, "remotecfg_registered", Info, "registered itself for polling";
    /// It was told where to push its own metrics.
    OwnMetricsOffered, "own_metrics_offered", Info, "told where to push its own metrics";
    /// Its own metrics carry the identity of another collector.
    OwnMetricsRefused, "own_metrics_refused", Warning, "its own metrics are refused, because they carry another service.instance.id";
    /// It was sent a configuration.
    ConfigOffered, "config_offered", Info, "offered a configuration";
    /// It runs a configuration.
    ConfigApplied, "config_applied", Info, "runs the configuration that it was offered";
    /// It refused a configuration.
    ConfigFailed, "config_failed", Error, "refused the configuration that it was offered";
    /// It reports a configuration that it was never offered.
    ConfigUnknown, "config_unknown", Warning, "reports a configuration that this server never offered to it";
    /// It runs again what it ran before a failure.
    RolledBack, "rolled_back", Warning, "went back to the configuration that it ran before";
    /// It connected.
    Connected, "connected", Info, "connected";
    /// It disconnected.
    Disconnected, "disconnected", Warning, "disconnected";
    /// It runs something else than it was given.
    DriftDetected, "drift_detected", Warning, "runs something else than it was given";
    /// It runs what it was given again.
    DriftResolved, "drift_resolved", Info, "runs what it was given again";
    /// Delivery to it stopped.
    Held, "held", Warning, "delivery to it is stopped";
    /// Delivery to it goes on.
    Released, "released", Info, "delivery to it goes on";
    /// It may have once more what it refused.
    Retried, "retried", Info, "what it refused is tried once more";
    /// It was told to restart.
    Restarted, "restarted", Info, "told to restart";
    /// It was archived: it stayed away for long enough, or a person said so.
    Archived, "archived", Info, "archived";
    /// It is among the others again: it came back, or a person said so.
    Unarchived, "unarchived", Info, "back from the archive";
    /// Its component health changed.
    HealthChanged, "health_changed", Info, "its health changed";
    /// It was removed.
    CollectorRemoved, "collector_removed", Info, "removed";
    /// Two hosts claim one identity.
    DuplicateIdentity, "duplicate_identity", Error, "two live hosts claim one identity";
    /// A host was refused.
    TokenRefused, "token_refused", Warning, "a host was refused with its token";
    /// A collector token was made.
    TokenMinted, "token_minted", Info, "a collector token was made";
    /// A collector token was revoked.
    TokenRevoked, "token_revoked", Warning, "a collector token was revoked";
    /// It could not fetch its configuration for a while.
    PollFailed, "poll_failed", Warning, "could not fetch its configuration for a while and went on with what it has";
    /// Something with its token sent what cannot be read.
    PollUnreadable, "poll_unreadable", Warning, "something with its token sent what cannot be read";
    /// It registered itself and never polled again.
    PollingStopped, "polling_stopped", Warning, "registered itself and never polled again";
    /// An enrollment token was made.
    EnrollmentCreated, "enrollment_created", Info, "an enrollment token was made";
    /// An enrollment token was revoked.
    EnrollmentRevoked, "enrollment_revoked", Warning, "an enrollment token was revoked";
    /// A known collector was bound again after the record was lost.
    Recovered, "recovered", Warning, "bound again after its record was lost";
    /// A revision was committed and is valid.
    RevisionCommitted, "revision_committed", Info, "a revision is in force";
    /// A revision was committed and is not valid.
    RevisionInvalid, "revision_invalid", Error, "the newest commit is invalid; the revision before it stays in force";
    /// All delivery stopped.
    DeliveryFrozen, "delivery_frozen", Warning, "all delivery is stopped";
    /// Delivery goes on.
    DeliveryUnfrozen, "delivery_unfrozen", Info, "delivery goes on";
    /// The first one to try a configuration failed.
    DeliveryHalted, "delivery_halted", Error, "the first collector to try a configuration failed; the others keep theirs";
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_a_word_of_its_own_that_survives_json() {
        let words: BTreeSet<&str> = EventKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), EventKind::ALL.len());
        for kind in EventKind::ALL {
            let json = serde_json::to_string(kind).unwrap();
            assert_eq!(json, format!("\"{}\"", kind.word()));
            assert_eq!(serde_json::from_str::<EventKind>(&json).unwrap(), *kind);
            assert!(kind.word().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{kind}");
            assert!(!kind.sentence().ends_with('.'), "{kind}");
        }
    }

    #[test]
    fn an_event_of_an_older_version_is_still_read() {
        let old = r#"{"id":7,"at":5,"kind":"config_failed","severity":"error"}"#;
        let event: Event = serde_json::from_str(old).unwrap();
        assert_eq!((event.id, event.kind, event.collector), (7, EventKind::ConfigFailed, None));
    }
}
