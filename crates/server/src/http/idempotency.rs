//! Requests that came before: one that is repeated with its `Idempotency-Key` happens once.
//! Keeps what was made, never a token. In memory, for a day; a restart forgets. Start at [`Repeats::begin`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use linkmesh_fleet::{ConfigHash, Timestamp};
use serde_json::Value;

use super::auth::Caller;
use super::error::ApiError;

const KEPT_FOR: Duration = Duration::from_secs(24 * 3600);
const KEPT_MAX: usize = 10_000;
const KEY_CHARS_MAX: usize = 200;

/// The requests of the last day that carried a key.
#[derive(Default)]
pub(super) struct Repeats(Known);

type Known = Arc<Mutex<HashMap<String, Earlier>>>;

struct Earlier {
    body: ConfigHash,
    at: Timestamp,
    /// What it made; nothing while it is at work.
    made: Option<Value>,
}

/// A request that may begin. It is forgotten unless it ends with [`Begun::done`], so it belongs where the work is done, which
/// goes on when whoever asked does not wait for the answer.
#[derive(Default)]
pub(super) struct Begun(Option<(Known, String)>);

/// Whether a request may begin.
pub(super) enum Turn {
    /// It may.
    First(Begun),
    /// It was done; this is what it made.
    Again(Value),
}

impl Repeats {
    /// Whether this request is new; `call` tells calls apart, `body` what they ask.
    pub(super) fn begin(
        &self,
        headers: &HeaderMap,
        caller: &Caller,
        call: &str,
        body: &impl serde::Serialize,
        now: Timestamp,
    ) -> Result<Turn, ApiError> {
        let Some(key) = headers.get("idempotency-key") else {
            return Ok(Turn::First(Begun::default()));
        };
        let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_CHARS_MAX).ok_or_else(
            || ApiError::bad_request(format!("an Idempotency-Key has 1 to {KEY_CHARS_MAX} plain characters")),
        )?;
        let key = format!("{}\n{call}\n{key}", caller.principal().actor());
        let body = ConfigHash::of(&serde_json::to_vec(body).unwrap_or_default());
        let mut known = locked(&self.0);
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
                "too many requests with an Idempotency-Key today; send it without one",
                600,
            ));
        }
        known.insert(key.clone(), Earlier { body, at: now, made: None });
        Ok(Turn::First(Begun(Some((Arc::clone(&self.0), key)))))
    }
}

impl Begun {
    /// Remembers what was made: little, and without any token.
    pub(super) fn done(mut self, made: Value) {
        if let Some((known, key)) = self.0.take()
            && let Some(earlier) = locked(&known).get_mut(&key)
        {
            earlier.made = Some(made);
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some((known, key)) = self.0.take() {
            locked(&known).remove(&key);
        }
    }
}

fn locked(known: &Known) -> MutexGuard<'_, HashMap<String, Earlier>> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}
