//! Every refusal as `application/problem+json`, and how the control plane's errors become one.
//! Never shows a credential, in clear or sealed. Start at [`ApiError`].

use std::fmt;

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use linkmesh_api::types::{FieldError, Problem, ProblemKind};
use linkmesh_config_repo::{Conflict, RepoError, SaveError as RepoSaveError};
use linkmesh_control::accounts::AccountError;
use linkmesh_control::mutate::MutateError;
use linkmesh_control::operate::OperateError;
use linkmesh_control::save::SaveError;
use linkmesh_control::tokens::TokenError;
use linkmesh_store::{PutError, RecordError, StoreError};

use super::translate;
use crate::mirror::MirrorError;

const RETRY_AFTER_S: u64 = 5;

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct ApiError(Box<Refusal>);

#[derive(Debug)]
struct Refusal {
    problem: Problem,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    pub(super) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self(Box::new(Refusal { problem: Problem::new(kind, detail), headers: Vec::new() }))
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::BadRequest, detail)
    }

    pub(super) fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Unauthenticated, detail)
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"linkmesh\""))
    }

    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Forbidden, detail)
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::NotFound, detail)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            ProblemKind::MethodNotAllowed,
            "this address exists, but not with this method; see /api/docs",
        )
    }

    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, detail)
    }

    pub(super) fn internal() -> Self {
        Self::new(ProblemKind::Internal, "the server failed while it worked on this; its log says why")
    }

    pub(super) fn busy(detail: impl Into<String>, after_s: u64) -> Self {
        Self::new(ProblemKind::Unavailable, detail).retry_after(after_s)
    }

    /// One field of the body or the query is wrong.
    pub(super) fn field(path: impl Into<String>, message: impl Into<String>) -> Self {
        let (path, message) = (path.into(), message.into());
        let detail = if path.is_empty() { message.clone() } else { format!("{path}: {message}") };
        Self::new(ProblemKind::Invalid, detail).with_errors(vec![FieldError { path, message }])
    }

    /// Faults of files or entities.
    pub(super) fn faults(faults: &[linkmesh_fleet::Problem]) -> Self {
        let detail = match faults {
            [] => "the change is not valid; nothing was saved".to_owned(),
            [one] => one.to_string(),
            [first, rest @ ..] => format!("{first} (and {} more)", rest.len()),
        };
        Self::new(ProblemKind::Invalid, detail).with_errors(faults.iter().map(translate::fault).collect())
    }

    pub(super) fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.problem.errors = errors;
        self
    }

    pub(super) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    pub(super) fn retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    fn conflicts(conflicts: &[Conflict]) -> Self {
        let paths: Vec<&str> = conflicts.iter().take(3).map(|conflict| conflict.path.as_str()).collect();
        let detail =
            format!("{} changed meanwhile; look at the present text and save again", paths.join(", "));
        let mut error = Self::conflict(detail).with_errors(
            conflicts
                .iter()
                .take(100)
                .map(|conflict| FieldError {
                    path: conflict.path.clone(),
                    message: if conflict.current.is_some() {
                        "it changed since you read it".to_owned()
                    } else {
                        "it does not exist".to_owned()
                    },
                })
                .collect(),
        );
        if let [only] = conflicts {
            let problem = &mut error.0.problem;
            problem.current = only.current.as_deref().and_then(|bytes| shown(&only.path, bytes));
            problem.proposed = only.proposed.as_deref().and_then(|bytes| shown(&only.path, bytes));
            problem.current_etag = only
                .current
                .as_deref()
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .map(linkmesh_control::views::etag_of);
        }
        error
    }
}

/// A file as it may be shown; nothing where it cannot be told what in it is a credential.
fn shown(path: &str, bytes: &[u8]) -> Option<String> {
    linkmesh_control::save::shown_text(&path.parse().ok()?, std::str::from_utf8(bytes).ok()?)
}

/// For the places that only need to know that it is an error.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.problem.detail)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Refusal { problem, headers } = *self.0;
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let out = response.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::CONTENT_TYPE));
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in headers {
            out.insert(name, value);
        }
        response
    }
}

impl<E> From<MutateError<E>> for ApiError
where
    Self: From<E>,
{
    fn from(error: MutateError<E>) -> Self {
        match error {
            MutateError::Denied(why) => Self::forbidden(why),
            MutateError::Audit(cause) => {
                tracing::error!(%cause, "the audit log cannot be written");
                put_kind(&cause, "the audit log cannot be written, so nothing was changed")
            }
            MutateError::Failed(error) => error.into(),
        }
    }
}

impl From<SaveError> for ApiError {
    fn from(error: SaveError) -> Self {
        match error {
            SaveError::Invalid(faults) => Self::faults(&faults),
            SaveError::Conflict(conflicts) => Self::conflicts(&conflicts),
            SaveError::Referenced { ref referrers, .. } => {
                let errors = referrers.iter().take(100).map(|referrer| FieldError {
                    path: referrer.to_string(),
                    message: "it refers to the entity".to_owned(),
                });
                Self::conflict(error.to_string()).with_errors(errors.collect())
            }
            SaveError::BadBase(_) => {
                Self::field("base", "this names no revision; give the 40 hexadecimal digits of one")
            }
            SaveError::Repo(cause) => cause.into(),
        }
    }
}

impl From<OperateError> for ApiError {
    fn from(error: OperateError) -> Self {
        match error {
            OperateError::Unknown(_) => Self::not_found(error.to_string()),
            OperateError::Invalid(field, message) => Self::field(field, message),
            OperateError::Taken(_) | OperateError::NotNow(_) => Self::conflict(error.to_string()),
            OperateError::Breaks(ref problem) => {
                Self::conflict(error.to_string()).with_errors(vec![translate::fault(problem)])
            }
            OperateError::Save(RepoSaveError::Conflict { conflicts, .. }) => Self::conflicts(&conflicts),
            OperateError::Save(RepoSaveError::Repo(cause)) => cause.into(),
            OperateError::Save(other) => Self::new(ProblemKind::Invalid, other.to_string()),
            OperateError::Store(cause) => cause.into(),
        }
    }
}

impl From<MirrorError> for ApiError {
    fn from(error: MirrorError) -> Self {
        let detail = error.to_string();
        match error {
            MirrorError::BadSlot(field, message) => Self::field(field, message),
            MirrorError::Mismatch { .. } => Self::field("sha256", detail),
            MirrorError::WrongContent(_) | MirrorError::Empty => Self::field("", detail),
            MirrorError::Unknown(_) => Self::not_found(detail),
            MirrorError::TooLarge => Self::new(ProblemKind::TooLarge, detail),
            MirrorError::TooMany => Self::conflict(detail),
            MirrorError::Full => Self::new(ProblemKind::InsufficientStorage, detail),
            MirrorError::Damaged(..) | MirrorError::Broken(_) | MirrorError::Disk { .. } => {
                tracing::error!(cause = %detail, "the mirror failed");
                Self::new(ProblemKind::Internal, detail)
            }
        }
    }
}

impl From<TokenError> for ApiError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Invalid(field, message) => Self::field(field, message),
            TokenError::Unknown(_) | TokenError::OfCollector(_) => Self::not_found(error.to_string()),
            TokenError::Store(cause) => cause.into(),
        }
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Wrong | AccountError::WrongSetupToken => Self::unauthenticated(error.to_string()),
            AccountError::Throttled { after_s } => {
                Self::new(ProblemKind::TooManyRequests, error.to_string()).retry_after(after_s)
            }
            AccountError::SetUp => Self::new(ProblemKind::Gone, error.to_string()),
            AccountError::Invalid(field, message) => Self::field(field, message),
            AccountError::Unknown(_) => Self::not_found(error.to_string()),
            AccountError::Store(cause) => cause.into(),
        }
    }
}

impl From<RepoError> for ApiError {
    fn from(error: RepoError) -> Self {
        match error {
            RepoError::UnknownRevision(_) | RepoError::UnknownPath { .. } => {
                Self::not_found(error.to_string())
            }
            RepoError::Full => Self::new(ProblemKind::InsufficientStorage, error.to_string()),
            RepoError::Busy(_) | RepoError::Closed => Self::busy(error.to_string(), RETRY_AFTER_S),
            RepoError::TooLarge(_) => Self::new(ProblemKind::TooLarge, error.to_string()),
            RepoError::Unusable { .. } | RepoError::Damaged(_) | RepoError::Failed(_) => {
                tracing::error!(cause = %error, "the configuration repository cannot be used");
                Self::internal()
            }
        }
    }
}

impl From<RecordError> for ApiError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Put(cause) => put_kind(&cause, "it could not be stored"),
            RecordError::Store(cause) => cause.into(),
            other => {
                tracing::error!(cause = %other, "a record cannot be read");
                Self::internal()
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(cause = %error, "the store cannot be read");
        match error {
            StoreError::Closed => Self::busy("the server is stopping; try again", RETRY_AFTER_S),
            StoreError::Failed(_) | StoreError::Damaged { .. } => Self::internal(),
        }
    }
}

fn put_kind(cause: &PutError, what: &str) -> ApiError {
    let detail = format!("{what}: {cause}");
    match cause {
        PutError::Full => ApiError::new(ProblemKind::InsufficientStorage, detail),
        PutError::Closed => ApiError::busy(detail, RETRY_AFTER_S),
        PutError::Conflict { .. } => {
            ApiError::conflict("somebody else changed it at the same moment; try again")
        }
        PutError::Invalid(_) => ApiError::new(ProblemKind::Invalid, detail),
        PutError::Failed(why) => {
            tracing::error!(cause = %why, "the store failed");
            ApiError::internal()
        }
    }
}
