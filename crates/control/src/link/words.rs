//! Words from and about a collector: its description, bounded, and what became of a configuration, as an event.

use std::collections::BTreeMap;

use linkmesh_fleet::attempt::Happened;
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{Id, Timestamp};

use super::{CLAIM_BYTES_MAX, CLAIM_KEY_BYTES_MAX, CLAIMS_MAX};
use crate::plane::ControlPlane;

impl ControlPlane {
    /// Writes down what became of a configuration.
    pub(crate) fn tell(&self, id: &Id, happening: &Happened, now: Timestamp) {
        let (kind, message, hash) = match happening {
            Happened::Applying(_) => return,
            Happened::Applied { hash, late: false } => {
                (EventKind::ConfigApplied, "runs the configuration that it was offered".to_owned(), hash)
            }
            Happened::Applied { hash, late: true } => (
                EventKind::ConfigApplied,
                "runs the configuration that it was offered, later than its supervisor waited".to_owned(),
                hash,
            ),
            Happened::Failed { hash, why } => {
                (EventKind::ConfigFailed, format!("refused the configuration: {why}"), hash)
            }
            Happened::RolledBack { from, to } => {
                let message = format!("went back to the configuration that it ran before ({to})");
                self.journal.event_with(
                    now,
                    EventKind::RolledBack,
                    Some(id),
                    message,
                    serde_json::json!({"from": from, "hash": to}),
                );
                return;
            }
            Happened::UnknownHash(hash) => (
                EventKind::ConfigUnknown,
                "reports a configuration that this server never offered to it".to_owned(),
                hash,
            ),
        };
        self.journal.event_with(now, kind, Some(id), message, serde_json::json!({"hash": hash}));
    }
}

/// A host's words, bounded: what decides goes before what does not, and nothing that turns text around on a screen.
pub(crate) fn bounded(claims: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let plain = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns { ' ' } else { c }
    };
    let short = |text: &str| -> String {
        text.get(..text.floor_char_boundary(CLAIM_BYTES_MAX)).unwrap_or_default().chars().map(plain).collect()
    };
    let decides = |key: &str| {
        ["service.", "host.", "os.", "k8s.", "collector.", "linkmesh."]
            .iter()
            .any(|start| key.starts_with(start))
    };
    let fits = claims.iter().filter(|(key, _)| key.len() <= CLAIM_KEY_BYTES_MAX);
    let (first, rest): (Vec<_>, Vec<_>) = fits.partition(|(key, _)| decides(key));
    first.into_iter().chain(rest).take(CLAIMS_MAX).map(|(key, value)| (short(key), short(value))).collect()
}
