//! After the record was lost: for a limited time, listed collectors may be bound anew to the credential that they present.
//! A uid can be read in Git and proves nothing, so this needs an operator's explicit word. Start at [`ControlPlane::allow_recovery`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use linkmesh_fleet::audit::{Draft, Outcome};
use linkmesh_fleet::enrollment::{Refusal, Token};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{Id, Timestamp, Uid};
use linkmesh_store::{Expected, PutError, RecordError, Table, Typed};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::plane::ControlPlane;
use crate::roster::Live;
use crate::secrets::{ENROLLMENT_PREFIX, digest};

const KEY: &[u8] = b"recovery";
const SCHEMA: u32 = 1;
/// Who made the tokens that recovery makes.
const MAKER: &str = "system:recover";
/// Longest time that a recovery may be open.
pub const RECOVERY_MAX: Duration = Duration::from_secs(24 * 3600);
/// Unknown tokens that may wait for their first word at once.
const WAITING_MAX: usize = 20_000;
/// What comes behind the prefix of a token: 256 bits in base64url.
const SECRET_CHARS: usize = 43;

/// Which collectors may come back, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recovery {
    /// Until when.
    pub until: Timestamp,
    /// Who has not come back yet.
    pub collectors: BTreeSet<Id>,
}

/// Tokens that were presented and are not known, by the id that they would get.
#[derive(Default)]
pub(super) struct Waiting(Mutex<BTreeMap<Id, [u8; 32]>>);

/// Why a recovery was not opened.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// Longer than is wise, or no time at all.
    #[error("a recovery is open for 1 second to 24 hours")]
    Time,
    /// Not in the repository, or never seen there.
    #[error("there is no collector `{0}` with a uid in the repository")]
    Unknown(Id),
    /// It has its credential.
    #[error("`{0}` has its credential; only collectors whose record was lost can be recovered")]
    NotLost(Id),
    /// What cannot be audited does not happen.
    #[error("the audit log cannot be written, so nothing is changed: {0}")]
    Audit(#[from] PutError),
    /// The store refused it.
    #[error("the recovery could not be stored: {0}")]
    Store(#[from] RecordError),
}

impl ControlPlane {
    /// Lets collectors without a credential be bound to the one that they present: those named, or all of them. Audited.
    ///
    /// # Errors
    /// See [`RecoveryError`].
    pub fn allow_recovery(
        &self,
        named: Option<BTreeSet<Id>>,
        lasts: Duration,
        by: &str,
    ) -> Result<Recovery, RecoveryError> {
        if lasts.is_zero() || lasts > RECOVERY_MAX {
            return Err(RecoveryError::Time);
        }
        let head = self.head.in_force();
        let lost = |id: &Id| self.roster.by_id(id).is_none_or(|live| live.lock().record.token.is_none());
        let seen = |id: &Id| head.intent.collectors.get(id).is_some_and(|known| known.uid.is_some());
        let collectors = match named {
            None => head.intent.collectors.keys().filter(|id| seen(id) && lost(id)).cloned().collect(),
            Some(named) => {
                for id in &named {
                    if !seen(id) {
                        return Err(RecoveryError::Unknown(id.clone()));
                    }
                    if !lost(id) {
                        return Err(RecoveryError::NotLost(id.clone()));
                    }
                }
                named
            }
        };
        let recovery = Recovery { until: self.clock.now().plus(lasts), collectors };
        self.audit_recovery(by, "collectors.allow-recovery", "collectors", json!(recovery))?;
        self.recoveries().put_if(KEY, Expected::Any, &recovery)?;
        Ok(recovery)
    }

    /// The recovery that is open now.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        let kept = self.recoveries().get(KEY).ok().flatten()?.record;
        (self.clock.now() < kept.until && !kept.collectors.is_empty()).then_some(kept)
    }

    /// While a recovery is open, an unknown token gets as far as its first word, which says whose it is.
    pub(super) fn hear_out(&self, presented: &str) -> Option<Arc<Token>> {
        let secret = presented.strip_prefix(ENROLLMENT_PREFIX)?;
        let drawn = secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let recovery = (drawn && secret.len() == SECRET_CHARS).then(|| self.recovery()).flatten()?;
        let digest = digest(presented);
        let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let id: Id = hex.parse().ok()?;
        {
            let mut waiting = self.tokens.waiting.0.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() >= WAITING_MAX {
                waiting.clear();
            }
            waiting.insert(id.clone(), digest);
        }
        Some(Arc::new(token(id, digest, recovery.until, self.clock.now())))
    }

    /// Binds a listed collector to the token that it presented; nothing where that is not a matter of recovery.
    pub(super) fn recover(
        &self,
        presented: &Id,
        uid: Uid,
        now: Timestamp,
    ) -> Result<Option<Arc<Live>>, Refusal> {
        let kept = self.tokens.get(presented);
        if kept.as_ref().is_some_and(|token| token.created_by != MAKER || token.bound.contains(&uid)) {
            return Ok(None);
        }
        // Held to the end: of two that claim one collector, one wins.
        let waiting = self.tokens.waiting.0.lock().unwrap_or_else(PoisonError::into_inner);
        let digest = waiting.get(presented).copied().or(kept.as_ref().map(|token| token.digest));
        let (Some(digest), Some(mut recovery)) = (digest, self.recovery()) else { return Ok(None) };
        let head = self.head.in_force();
        let listed = |id: &&Id| head.intent.collectors.get(*id).is_some_and(|known| known.uid == Some(uid));
        let id = recovery.collectors.iter().find(listed).cloned().ok_or(Refusal::Unknown)?;
        if self.roster.by_id(&id).is_none_or(|live| live.lock().record.token.is_some()) {
            return Err(Refusal::Unknown);
        }
        let mut bound = kept
            .map_or_else(|| token(presented.clone(), digest, recovery.until, now), |kept| (*kept).clone());
        bound.bound.push(uid);
        bound.max_uses = u32::try_from(bound.bound.len()).unwrap_or(u32::MAX);
        recovery.collectors.remove(&id);
        let stored = self
            .audit_recovery(MAKER, "collectors.recover", &format!("collectors/{id}"), json!({"uid": uid}))
            .map_err(RecordError::from)
            .and_then(|()| self.tokens.replace(&bound))
            .and_then(|()| self.recoveries().put_if(KEY, Expected::Any, &recovery).map(drop));
        if let Err(cause) = stored {
            tracing::error!(%cause, collector = %id, "a collector could not be recovered");
            return Err(Refusal::Unavailable);
        }
        let live = self.rebind(&id, &bound, uid, now)?;
        let message = "its credential was bound again, as an operator allowed";
        self.journal.event(now, EventKind::Recovered, Some(&id), message);
        Ok(Some(live))
    }

    fn audit_recovery(
        &self,
        by: &str,
        action: &str,
        object: &str,
        after: serde_json::Value,
    ) -> Result<(), PutError> {
        let draft = Draft {
            at: self.clock.now(),
            actor: by.to_owned(),
            action: action.to_owned(),
            object: object.to_owned(),
            outcome: Outcome::Done,
            before: serde_json::Value::Null,
            after,
            detail: None,
            of: None,
        };
        self.journal.audit(draft).map(drop)
    }

    fn recoveries(&self) -> Typed<Recovery> {
        Typed::new(Arc::clone(&self.store), Table::Settings, SCHEMA)
    }
}

fn token(id: Id, digest: [u8; 32], until: Timestamp, now: Timestamp) -> Token {
    Token {
        id,
        name: Some("recovered".to_owned()),
        digest,
        created_at: now,
        created_by: MAKER.to_owned(),
        expires_at: until,
        max_uses: 1,
        ..Token::default()
    }
}
