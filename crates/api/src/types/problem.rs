//! Errors as `application/problem+json` (RFC 9457).
//! Start at [`Problem::new`].

use serde::{Deserialize, Serialize};

/// Why a call was not done, in words for a person and a `type` for a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable name of the kind of problem, as in [`ProblemKind::uri`].
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words; the same for every problem of this kind.
    pub title: String,
    /// The HTTP status, repeated for readers that only have the body.
    pub status: u16,
    /// What happened here and what to do next.
    #[serde(default)]
    pub detail: String,
    /// What is wrong with the input, field by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// On a conflict: the text that is stored now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// On a conflict: the text that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// On a conflict: the entity tag to send for an overwrite on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_etag: Option<String>,
}

/// One fault of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The file and field, for example `fleet/routes/app.yaml: destinations[0]`, or a field of the body.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

/// The kinds of problem that a program may tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    /// The request cannot be read (400).
    BadRequest,
    /// No credential, or one that is not valid (401).
    Unauthenticated,
    /// A valid credential that may not do this (403).
    Forbidden,
    /// There is no such thing (404).
    NotFound,
    /// The path exists, the method does not (405).
    MethodNotAllowed,
    /// The thing moved on since it was read, or something still refers to it (409).
    Conflict,
    /// It was there once and is over, for example a set-up that is done (410).
    Gone,
    /// The precondition of the request does not hold (412).
    PreconditionFailed,
    /// The body is larger than this call takes (413).
    TooLarge,
    /// The body is of a type that this call does not take (415).
    UnsupportedMediaType,
    /// The input was read and is not valid; `errors` says where (422).
    Invalid,
    /// A precondition header is missing (428).
    PreconditionRequired,
    /// Too many requests (429).
    TooManyRequests,
    /// The server failed (500).
    Internal,
    /// Not known yet, or too busy; try again later (503).
    Unavailable,
    /// A disk is full or cannot be written (507).
    InsufficientStorage,
}

impl ProblemKind {
    /// The value of `type`.
    #[must_use]
    pub fn uri(self) -> &'static str {
        self.row().0
    }

    /// The value of `title`.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> u16 {
        self.row().2
    }

    fn row(self) -> (&'static str, &'static str, u16) {
        match self {
            Self::BadRequest => ("urn:linkmesh:problem:bad-request", "The request cannot be read", 400),
            Self::Unauthenticated => {
                ("urn:linkmesh:problem:unauthenticated", "A valid credential is needed", 401)
            }
            Self::Forbidden => ("urn:linkmesh:problem:forbidden", "This is not permitted", 403),
            Self::NotFound => ("urn:linkmesh:problem:not-found", "There is no such thing", 404),
            Self::MethodNotAllowed => {
                ("urn:linkmesh:problem:method-not-allowed", "The method does not exist here", 405)
            }
            Self::Conflict => ("urn:linkmesh:problem:conflict", "It conflicts with the current state", 409),
            Self::Gone => ("urn:linkmesh:problem:gone", "It is over", 410),
            Self::PreconditionFailed => {
                ("urn:linkmesh:problem:precondition-failed", "The precondition does not hold", 412)
            }
            Self::TooLarge => ("urn:linkmesh:problem:too-large", "The body is too large", 413),
            Self::UnsupportedMediaType => {
                ("urn:linkmesh:problem:unsupported-media-type", "The content type is not supported", 415)
            }
            Self::Invalid => ("urn:linkmesh:problem:invalid", "The input is not valid", 422),
            Self::PreconditionRequired => {
                ("urn:linkmesh:problem:precondition-required", "A precondition header is missing", 428)
            }
            Self::TooManyRequests => ("urn:linkmesh:problem:too-many-requests", "Too many requests", 429),
            Self::Internal => ("urn:linkmesh:problem:internal", "The server failed", 500),
            Self::Unavailable => ("urn:linkmesh:problem:unavailable", "Not available now", 503),
            Self::InsufficientStorage => {
                ("urn:linkmesh:problem:insufficient-storage", "The data directory cannot be written", 507)
            }
        }
    }
}

impl Problem {
    /// The content type that carries a problem.
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    /// A problem of `kind`; `detail` says what happened and what to do next.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self {
            kind: kind.uri().to_owned(),
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.into(),
            errors: Vec::new(),
            current: None,
            proposed: None,
            current_etag: None,
        }
    }

    /// The same problem with the faults of the input.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }
}
