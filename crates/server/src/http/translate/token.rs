//! Enrollment tokens.

use std::collections::BTreeMap;

use linkmesh_api::types as api;
use linkmesh_control::tokens::TokenDraft;
use linkmesh_fleet::Timestamp;
use linkmesh_fleet::archive::Ages;
use linkmesh_fleet::enrollment::{Token, TokenState};

use super::time;
use crate::http::error::ApiError;
use crate::http::extract::id;

/// What a new token shall be.
pub(in crate::http) fn token_draft(body: api::CreateEnrollmentToken) -> Result<TokenDraft, ApiError> {
    let groups = body.groups.iter().enumerate().map(|(at, group)| id(&format!("groups[{at}]"), group));
    Ok(TokenDraft {
        name: body.name,
        expires_in_s: body.expires_in_s,
        max_uses: body.max_uses,
        labels: body.labels,
        groups: groups.collect::<Result<_, _>>()?,
        for_collector: body.for_collector.as_deref().map(|text| id("for", text)).transpose()?,
        ages: Ages { archive_after_s: body.archive_after_s, purge_after_s: body.purge_after_s },
    })
}

/// A token with its secret, this once.
pub(in crate::http) fn created_token(
    token: &Token,
    secret: String,
    files: BTreeMap<String, String>,
    install: BTreeMap<String, String>,
) -> api::CreatedEnrollmentToken {
    api::CreatedEnrollmentToken {
        id: token.id.to_string(),
        token: secret,
        expires_at: time(token.expires_at),
        files,
        install,
    }
}

/// A token without its secret; `collectors` are the ids of those that it enrolled.
pub(in crate::http) fn token(token: &Token, collectors: Vec<String>, now: Timestamp) -> api::EnrollmentToken {
    api::EnrollmentToken {
        id: token.id.to_string(),
        name: token.name.clone(),
        state: match token.state(now) {
            TokenState::Active => api::TokenState::Active,
            TokenState::Used => api::TokenState::Used,
            TokenState::Expired => api::TokenState::Expired,
            TokenState::Revoked => api::TokenState::Revoked,
        },
        created_at: time(token.created_at),
        created_by: token.created_by.clone(),
        expires_at: time(token.expires_at),
        max_uses: token.max_uses,
        uses: u32::try_from(token.bound.len()).unwrap_or(u32::MAX),
        collectors,
        labels: token.labels.clone(),
        groups: token.groups.iter().map(ToString::to_string).collect(),
        for_collector: token.for_collector.as_ref().map(ToString::to_string),
        archive_after_s: token.ages.archive_after_s,
        purge_after_s: token.ages.purge_after_s,
    }
}
