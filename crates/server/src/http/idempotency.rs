//! Requests that came before: a create that is repeated with its `Idempotency-Key` happens once.
//! Keeps what was made, never a token. In memory, for a day; a restart forgets.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use linkmesh_fleet::{ConfigHash, Timestamp};
use serde_json::Value;

use super::auth::Caller;
use super::error::ApiError;

const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
const KEPT_MAX: usize = 10_000;
const KEY_CHARS_MAX: usize = 200;

/// The creates of the last day that carried a key.
#[derive(Default)]
pub(super) struct Repeats {
    known: Mutex<HashMap<String, Earlier>>,
}

struct Earlier {
    body: ConfigHash,
    at: Timestamp,
    /// What it made; nothing while it is at work.
    made: Option<Value>,
}

/// A create that may begin. It is forgotten unless it ends with [`Repeats::done`].
pub(super) struct Begun<'a> {
    repeats: &'a Repeats,
    key: Option<String>,
}

/// Whether a create may begin.
pub(super) enum Turn<'a> {
    /// It may.
    First(Begun<'a>),
    /// It was done; this is what it made.
    Again(Value),
}

impl Repeats {
    /// Whether this create is new; `call` tells calls apart, `body` what they ask.
    pub(super) fn begin<'a>(
        &'a self,
        headers: &HeaderMap,
        caller: &Caller,
        call: &str,
        body: &impl serde::Serialize,
        now: Timestamp,
    ) -> Result<Turn<'a>, ApiError> {
        let Some(key) = headers.get("idempotency-key") else {
            return Ok(Turn::First(Begun { repeats: self, key: None }));
        };
        let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_CHARS_MAX).ok_or_else(
            || ApiError::bad_request(format!("an Idempotency-Key has 1 to {KEY_CHARS_MAX} plain characters")),
        )?;
        let key = format!("{}\n{call}\n{key}", caller.principal().actor());
        let body = ConfigHash::of(&serde_json::to_vec(body).unwrap_or_default());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, earlier| now.since(earlier.at) < KEPT_FOR);
        if let Some(earlier) = known.get(&key) {
            return match &earlier.made {
                _ if earlier.body != body => Err(ApiError::field(
                    "",
                    "this Idempotency-Key was used for another request; take a new one",
                )),
                Some(made) => Ok(Turn::Again(made.clone())),
                None => {
                    Err(ApiError::conflict("the first request with this Idempotency-Key is still at work"))
                }
            };
        }
        if known.len() >= KEPT_MAX {
            return Err(ApiError::busy(
                "too many creates with an Idempotency-Key today; send it without one",
                600,
            ));
        }
        known.insert(key.clone(), Earlier { body, at: now, made: None });
        Ok(Turn::First(Begun { repeats: self, key: Some(key) }))
    }
}

impl Begun<'_> {
    /// Remembers what was made, without any token.
    pub(super) fn done(mut self, made: Value) {
        if let Some(key) = self.key.take() {
            let mut known = self.repeats.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(earlier) = known.get_mut(&key) {
                earlier.made = Some(made);
            }
        }
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.repeats.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        }
    }
}
