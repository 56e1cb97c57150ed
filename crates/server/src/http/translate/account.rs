//! People, programs and what they did.

use std::collections::BTreeMap;

use linkmesh_api::types as api;
use linkmesh_control::accounts::PrincipalKind;
use linkmesh_control::records::ServiceAccountRecord;
use linkmesh_fleet::ConfigHash;
use linkmesh_fleet::access::Role;
use linkmesh_fleet::audit::{Entry, Outcome};

use super::time;

/// What somebody may do.
pub(in crate::http) fn role(role: Role) -> api::Role {
    match role {
        Role::Admin => api::Role::Admin,
        Role::Operator => api::Role::Operator,
        Role::PipelineEngineer => api::Role::PipelineEngineer,
        Role::Viewer => api::Role::Viewer,
    }
}

/// What somebody asked to be able to do.
pub(in crate::http) fn role_of(role: api::Role) -> Role {
    match role {
        api::Role::Admin => Role::Admin,
        api::Role::Operator => Role::Operator,
        api::Role::PipelineEngineer => Role::PipelineEngineer,
        api::Role::Viewer => Role::Viewer,
    }
}

/// A person or a program.
pub(in crate::http) fn principal_kind(kind: PrincipalKind) -> api::PrincipalKind {
    match kind {
        PrincipalKind::User => api::PrincipalKind::User,
        PrincipalKind::ServiceAccount | PrincipalKind::CommandLine => api::PrincipalKind::ServiceAccount,
    }
}

/// One service account, without its token.
pub(in crate::http) fn service_account(record: &ServiceAccountRecord) -> api::ServiceAccount {
    api::ServiceAccount {
        id: record.id.clone(),
        name: record.name.clone(),
        role: role(record.role),
        created_at: time(record.created_at),
        expires_at: record.expires_at.map(time),
    }
}

/// One audit entry; `names` are those of the service accounts by id.
pub(in crate::http) fn audit_entry(entry: &Entry, names: &BTreeMap<String, String>) -> api::AuditEntry {
    let said = entry;
    api::AuditEntry {
        seq: entry.seq,
        at: time(said.at),
        actor: actor(&said.actor, names),
        action: said.action.clone(),
        object: said.object.clone(),
        outcome: match said.outcome {
            Outcome::Intended => api::AuditOutcome::Intended,
            Outcome::Done => api::AuditOutcome::Done,
            Outcome::Refused => api::AuditOutcome::Refused,
            Outcome::Failed => api::AuditOutcome::Failed,
        },
        reason: said.detail.clone(),
        revision: None,
        before: said.before.clone(),
        after: said.after.clone(),
        previous_hash: ConfigHash(entry.previous).to_string(),
        hash: ConfigHash(entry.hash).to_string(),
    }
}

fn actor(text: &str, names: &BTreeMap<String, String>) -> api::Actor {
    let (kind, id) = text.split_once(':').unwrap_or(("anonymous", text));
    let kind = match kind {
        "user" => api::ActorKind::User,
        "service-account" => api::ActorKind::ServiceAccount,
        "collector" => api::ActorKind::Collector,
        "system" => api::ActorKind::System,
        _ => api::ActorKind::Anonymous,
    };
    let name = names.get(id).filter(|_| kind == api::ActorKind::ServiceAccount).cloned();
    api::Actor { kind, id: id.to_owned(), name: name.unwrap_or_else(|| id.to_owned()) }
}
