//! What happened.

use linkmesh_api::types as api;
use linkmesh_fleet::event::{Event, Severity};

use super::time;

/// The severity that a reader asks for.
pub(in crate::http) fn severity_of(asked: api::Severity) -> Severity {
    match asked {
        api::Severity::Info => Severity::Info,
        api::Severity::Warning => Severity::Warning,
        api::Severity::Error => Severity::Error,
    }
}

/// One event.
pub(in crate::http) fn event(event: &Event) -> api::Event {
    api::Event {
        id: event.id.to_string(),
        at: time(event.at),
        kind: event.kind.word().to_owned(),
        severity: match event.severity {
            Severity::Info => api::Severity::Info,
            Severity::Warning => api::Severity::Warning,
            Severity::Error => api::Severity::Error,
        },
        message: event.message.clone(),
        collector: event.collector.as_ref().map(ToString::to_string),
        // Readers index into it, so it is always an object.
        data: if event.data.is_null() { serde_json::json!({}) } else { event.data.clone() },
    }
}
