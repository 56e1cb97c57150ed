//! The parts of a request as types: JSON bodies, queries, ids in paths, entity tags. What is wrong is named field by field.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use http::{HeaderMap, header};
use linkmesh_api::types::ProblemKind;
use linkmesh_config_repo::{BlobId, Expect};
use linkmesh_fleet::Id;
use linkmesh_fleet::yaml::nearest;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::BODY_BYTES_MAX;
use super::error::ApiError;
use super::state::App;

/// Longest page of a list.
pub(super) const PAGE_ITEMS_MAX: usize = 1000;
const PAGE_ITEMS: usize = 100;

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

/// A JSON body that may be absent.
pub(super) struct MaybeBody<T>(pub(super) T);

/// A query string.
pub(super) struct Params<T>(pub(super) T);

/// The one id in the path.
pub(super) struct PathId(pub(super) Id);

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let bytes = json_bytes(request, app).await?;
        read(&bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<App> for MaybeBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let empty = request.headers().get(header::CONTENT_LENGTH).is_none_or(|length| length == "0")
            && !request.headers().contains_key(header::TRANSFER_ENCODING);
        if empty {
            return Ok(Self(T::default()));
        }
        let bytes = json_bytes(request, app).await?;
        if bytes.is_empty() { Ok(Self(T::default())) } else { read(&bytes).map(Self) }
    }
}

async fn json_bytes(request: Request, app: &App) -> Result<Bytes, ApiError> {
    let kind =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Only a type that no plain HTML form can send.
    if kind != "application/json" && !(kind.starts_with("application/") && kind.ends_with("+json")) {
        let detail = format!("the body is of type `{kind}`; send application/json");
        return Err(ApiError::new(ProblemKind::UnsupportedMediaType, detail));
    }
    bytes(request, app).await
}

/// The whole body, within its limit.
pub(super) async fn bytes(request: Request, app: &App) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, app).await.map_err(|refused| {
        if refused.status().as_u16() == 413 {
            ApiError::new(ProblemKind::TooLarge, format!("a body has at most {BODY_BYTES_MAX} bytes"))
        } else {
            ApiError::bad_request("the body could not be read to its end")
        }
    })
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|cause| ApiError::bad_request(format!("the body is not JSON: {cause}")))?;
    if !value.is_object() {
        return Err(ApiError::field("", "the body is not a JSON object"));
    }
    linkmesh_fleet::yaml::from_value("", value).map_err(|fault| ApiError::field(fault.field, fault.message))
}

impl<T: DeserializeOwned> FromRequestParts<App> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let mut fields = Map::new();
        for (key, value) in pairs(parts, app).await? {
            // Everything in a query is text; numbers are what reads as one.
            let value = match value.parse::<u64>() {
                Ok(number) if NUMBERS.contains(&key.as_str()) => Value::from(number),
                _ => Value::String(value),
            };
            if fields.contains_key(&key) {
                return Err(ApiError::field(key, "it is given twice"));
            }
            fields.insert(key, value);
        }
        linkmesh_fleet::yaml::from_value("", Value::Object(fields))
            .map(Self)
            .map_err(|fault| ApiError::field(fault.field, fault.message))
    }
}

/// The parameters that are numbers, over all calls.
const NUMBERS: [&str; 2] = ["limit", "step_s"];

/// The decoded pairs of a query string.
pub(super) async fn pairs(parts: &mut Parts, app: &App) -> Result<Vec<(String, String)>, ApiError> {
    Query::<Vec<(String, String)>>::from_request_parts(parts, app)
        .await
        .map(|Query(pairs)| pairs)
        .map_err(|_| ApiError::bad_request("the query string cannot be read"))
}

impl FromRequestParts<App> for PathId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let text = path_text(parts, app).await?;
        text.parse()
            .map(Self)
            .map_err(|cause: linkmesh_fleet::ids::BadId| ApiError::not_found(cause.to_string()))
    }
}

async fn path_text(parts: &mut Parts, app: &App) -> Result<String, ApiError> {
    Path::<String>::from_request_parts(parts, app)
        .await
        .map(|Path(text)| text)
        .map_err(|_| ApiError::not_found("there is nothing at this address"))
}

/// How many items a page shall have.
pub(super) fn page_items(limit: Option<u32>) -> usize {
    limit
        .map_or(PAGE_ITEMS, |limit| usize::try_from(limit).unwrap_or(PAGE_ITEMS_MAX))
        .clamp(1, PAGE_ITEMS_MAX)
}

/// Where a list that is ordered by number goes on.
pub(super) fn number_cursor(cursor: Option<&str>) -> Result<Option<u64>, ApiError> {
    let wrong = || ApiError::field("cursor", "this is no cursor; pass `next_cursor` of the page before");
    cursor.map(|cursor| cursor.parse().map_err(|_| wrong())).transpose()
}

/// Where a list that is ordered by id goes on.
pub(super) fn id_cursor(cursor: Option<&str>) -> Result<Option<Id>, ApiError> {
    let wrong = || ApiError::field("cursor", "this is no cursor; pass `next_cursor` of the page before");
    cursor.map(|cursor| cursor.parse().map_err(|_| wrong())).transpose()
}

/// An id in a body.
pub(super) fn id(field: &str, text: &str) -> Result<Id, ApiError> {
    text.parse().map_err(|cause: linkmesh_fleet::ids::BadId| ApiError::field(field, cause.to_string()))
}

/// What a write says about the present state of its file.
pub(super) enum Precondition {
    /// Nothing.
    None,
    /// It exists, whatever it says.
    Exists,
    /// Exactly this.
    Is(Expect),
}

/// Reads `If-Match` and `If-None-Match` (RFC 9110 §13.1).
pub(super) fn precondition(headers: &HeaderMap) -> Result<Precondition, ApiError> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim());
    match (text(header::IF_MATCH), text(header::IF_NONE_MATCH)) {
        (None, None) => Ok(Precondition::None),
        (None, Some("*")) => Ok(Precondition::Is(Expect::Absent)),
        (Some("*"), None) => Ok(Precondition::Exists),
        (Some(tag), None) => {
            let id: Option<BlobId> =
                tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')).and_then(|tag| tag.parse().ok());
            match id {
                Some(id) => Ok(Precondition::Is(Expect::Blob(id))),
                None => Err(ApiError::bad_request(
                    "If-Match holds no entity tag of ours; send the ETag of the last GET, with its quotes",
                )),
            }
        }
        _ => Err(ApiError::bad_request("send either `If-Match: \"<etag>\"` or `If-None-Match: *`")),
    }
}

/// The value among `known` that is most like a wrong one, as the end of a sentence.
pub(super) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, known).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default()
}
