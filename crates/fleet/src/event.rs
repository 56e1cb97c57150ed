//! Something that happened, as people read it on a collector's page.
//! Ordered by sequence, not by clock.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::Id;
use crate::time::Timestamp;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Counts up.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// To which collector, if to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collector: Option<Id>,
    /// What.
    pub kind: EventKind,
    /// How bad.
    pub severity: Severity,
    /// A sentence without a full stop.
    pub message: String,
    /// For programs.
    #[serde(default)]
    pub data: Value,
}

/// How bad an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// As expected.
    Info,
    /// Deserves a look.
    Warning,
    /// Deserves a look now.
    Error,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $severity:ident;)*) => {
        /// What happened.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum EventKind { $($(#[$doc])* $name,)* }

        impl EventKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word of the API.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// How bad it usually is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

kinds! {
    /// A host became a collector.
    Registered = "registered", Info;
    /// It was told where to push its own metrics.
    OwnMetricsOffered = "own_metrics_offered", Info;
    /// It was offered a configuration.
    ConfigOffered = "config_offered", Info;
    /// It runs what it was offered.
    ConfigApplied = "config_applied", Info;
    /// It refused what it was offered.
    ConfigFailed = "config_failed", Error;
    /// It went back to what it ran before.
    RolledBack = "rolled_back", Warning;
    /// It connected.
    Connected = "connected", Info;
    /// It is gone.
    Disconnected = "disconnected", Warning;
    /// It runs something else than it was given.
    DriftDetected = "drift_detected", Warning;
    /// It runs what it was given again.
    DriftResolved = "drift_resolved", Info;
    /// Delivery to it stopped.
    Held = "held", Warning;
    /// Delivery to it goes on.
    Released = "released", Info;
    /// A person asked to try a refused configuration again.
    Retried = "retried", Info;
    /// It was told to restart.
    Restarted = "restarted", Info;
    /// Its health or its words about itself changed in a way worth knowing.
    HealthChanged = "health_changed", Warning;
    /// A second host claims its uid.
    DuplicateIdentity = "duplicate_identity", Error;
    /// A host was turned away.
    TokenRefused = "token_refused", Warning;
    /// An enrollment token was made.
    EnrollmentCreated = "enrollment_created", Info;
    /// An enrollment token was revoked.
    EnrollmentRevoked = "enrollment_revoked", Warning;
    /// A collector was removed.
    CollectorRemoved = "collector_removed", Info;
    /// A collector's credential was bound again after the record was lost.
    Recovered = "recovered", Warning;
    /// A revision is in force.
    RevisionCommitted = "revision_committed", Info;
    /// A revision is not valid.
    RevisionInvalid = "revision_invalid", Error;
    /// All delivery stopped.
    DeliveryFrozen = "delivery_frozen", Warning;
    /// Delivery goes on.
    DeliveryUnfrozen = "delivery_unfrozen", Info;
    /// A change was stopped because the first collector that got it failed.
    DeliveryHalted = "delivery_halted", Error;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_a_kind_is_the_one_in_its_json() {
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), serde_json::json!(kind.as_str()));
        }
    }
}
