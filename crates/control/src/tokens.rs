//! Enrollment tokens: made by a person, claimed by a host, refused to everybody else.
//! The claim is one conditional write, so that of many first uses exactly one wins. Start at [`ControlPlane::enroll`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use linkmesh_fleet::archive::Ages;
use linkmesh_fleet::enrollment::{Admission, Refusal, Token};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{Id, Timestamp, Uid};
use linkmesh_store::{Decision, Expected, RecordError, Scan, Store, Table, Typed};

use crate::plane::ControlPlane;
use crate::roster::{Close, Live};
use crate::secrets::{ENROLLMENT_PREFIX, digest, draw_key, draw_token};

mod joining;
mod recovery;

pub use recovery::{RECOVERY_MAX, Recovery, RecoveryError};

const SCHEMA: u32 = 1;
const SCAN_ENTRIES: usize = 1000;
/// Lifetime of a token for which nobody asked otherwise, in seconds.
pub const DEFAULT_LIFETIME_S: u64 = 15 * 60;
/// Longest lifetime, in seconds.
pub const LIFETIME_MAX_S: u64 = 366 * 24 * 3600;
/// Most hosts that one token may enroll.
pub const USES_MAX: u32 = 10_000;
/// Addresses whose refusals are noted within a minute.
const REFUSALS_NOTED_MAX: usize = 1000;

/// All enrollment tokens, found by the digest of what a host presents.
pub struct Tokens {
    table: Typed<Token>,
    known: RwLock<Known>,
    /// One change at a time: of many hosts that join with one token at once, none shall lose its race too often.
    changing: Mutex<()>,
    waiting: recovery::Waiting,
}

#[derive(Default)]
struct Known {
    by_id: BTreeMap<Id, Arc<Token>>,
    by_digest: HashMap<[u8; 32], Id>,
}

/// What a new token shall be.
#[derive(Debug, Clone, Default)]
pub struct TokenDraft {
    /// What people call it.
    pub name: Option<String>,
    /// Its lifetime, in seconds.
    pub expires_in_s: Option<u64>,
    /// How many hosts it may enroll.
    pub max_uses: Option<u32>,
    /// Labels of the hosts that it enrolls.
    pub labels: BTreeMap<String, String>,
    /// Groups of the hosts that it enrolls.
    pub groups: Vec<Id>,
    /// The known collector that a rebuilt host shall take over.
    pub for_collector: Option<Id>,
    /// How long the hosts that it enrolls may stay away.
    pub ages: Ages,
}

impl Tokens {
    /// Reads back what the store has.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, RecordError> {
        let table: Typed<Token> = Typed::new(store, Table::Tokens, SCHEMA);
        let mut known = Known::default();
        let mut scan = Scan::prefix(Vec::new()).limit(SCAN_ENTRIES);
        loop {
            let (page, more) = table.scan(&scan)?;
            for (_, loaded) in &page {
                known.put(loaded.record.clone());
            }
            match (page.last(), more) {
                (Some((last, _)), true) => {
                    scan = Scan::prefix(Vec::new()).limit(SCAN_ENTRIES).after(last.clone());
                }
                _ => break,
            }
        }
        Ok(Self {
            table,
            known: RwLock::new(known),
            changing: Mutex::new(()),
            waiting: recovery::Waiting::default(),
        })
    }

    /// The token that this text proves, whatever its state. The text itself is never kept.
    #[must_use]
    pub fn find(&self, presented: &str) -> Option<Arc<Token>> {
        if !presented.starts_with(ENROLLMENT_PREFIX) || presented.len() > 128 {
            return None;
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.by_id.get(known.by_digest.get(&digest(presented))?).cloned()
    }

    /// A token by its id.
    #[must_use]
    pub fn get(&self, id: &Id) -> Option<Arc<Token>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).by_id.get(id).cloned()
    }

    /// All tokens, newest first.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Token>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let mut tokens: Vec<Arc<Token>> = known.by_id.values().cloned().collect();
        tokens.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
        tokens
    }

    fn add(&self, token: Token) -> Result<(), RecordError> {
        self.table.put_if(token.id.as_str().as_bytes(), Expected::Absent, &token)?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).put(token);
        Ok(())
    }

    /// Writes one token whatever was there.
    fn replace(&self, token: &Token) -> Result<(), RecordError> {
        self.table.put_if(token.id.as_str().as_bytes(), Expected::Any, token)?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).put(token.clone());
        Ok(())
    }

    /// Changes one token by a conditional write; the answer is that of the decision which was carried out.
    fn update<T>(
        &self,
        id: &Id,
        mut decide: impl FnMut(&mut Token) -> (bool, T),
    ) -> Result<Option<T>, RecordError> {
        let _turn = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut written = None;
        let answer = self.table.update(id.as_str().as_bytes(), |found| {
            let Some(mut token) = found else { return (Decision::Leave, None) };
            let (changed, answer) = decide(&mut token);
            written = changed.then(|| token.clone());
            (if changed { Decision::Put(token) } else { Decision::Leave }, Some(answer))
        })?;
        if let Some(token) = written {
            self.known.write().unwrap_or_else(PoisonError::into_inner).put(token);
        }
        Ok(answer)
    }
}

impl Known {
    fn put(&mut self, token: Token) {
        self.by_digest.insert(token.digest, token.id.clone());
        self.by_id.insert(token.id.clone(), Arc::new(token));
    }
}

impl ControlPlane {
    /// Makes a token; the secret is answered once and never again.
    ///
    /// # Errors
    /// The draft breaks a rule, or the store refused it.
    pub fn create_token(&self, draft: TokenDraft, by: &str) -> Result<(Arc<Token>, String), TokenError> {
        let now = self.clock.now();
        let lifetime_s = draft.expires_in_s.unwrap_or(DEFAULT_LIFETIME_S);
        if lifetime_s == 0 || lifetime_s > LIFETIME_MAX_S {
            return Err(TokenError::Invalid(
                "expires_in_s",
                format!("a lifetime is 1 to {LIFETIME_MAX_S} seconds"),
            ));
        }
        let max_uses = draft.max_uses.unwrap_or(1);
        if max_uses == 0 || max_uses > USES_MAX {
            return Err(TokenError::Invalid("max_uses", format!("a token enrolls 1 to {USES_MAX} hosts")));
        }
        linkmesh_fleet::registration::check_labels(&draft.labels)
            .map_err(|why| TokenError::Invalid("labels", why))?;
        draft.ages.check().map_err(|(field, why)| TokenError::Invalid(field, why))?;
        if let Some(id) = &draft.for_collector {
            let Some(live) = self.roster.by_id(id) else {
                return Err(TokenError::Invalid("for", format!("there is no collector `{id}`")));
            };
            if live.lock().record.mode != Mode::Opamp {
                let message = format!("`{id}` is an Alloy that polls; give it `linkmesh token mint {id}`");
                return Err(TokenError::Invalid("for", message));
            }
            if max_uses != 1 {
                return Err(TokenError::Invalid(
                    "max_uses",
                    "a token for one collector enrolls one host".to_owned(),
                ));
            }
        }
        let secret = draw_token(ENROLLMENT_PREFIX);
        let token = Token {
            id: draw_key()
                .parse()
                .map_err(|_| TokenError::Invalid("id", "no id could be drawn".to_owned()))?,
            name: draft.name.map(|name| name.chars().filter(|c| !c.is_control()).take(128).collect()),
            digest: digest(&secret),
            created_at: now,
            created_by: by.to_owned(),
            expires_at: now.plus(Duration::from_secs(lifetime_s)),
            max_uses,
            labels: draft.labels,
            groups: draft.groups,
            ages: draft.ages,
            for_collector: draft.for_collector,
            bound: Vec::new(),
            first_used_at: None,
            revoked_at: None,
            ended: Vec::new(),
        };
        let id = token.id.clone();
        self.tokens.add(token)?;
        let message = format!("an enrollment token was made by {by}");
        self.journal.event_with(
            now,
            EventKind::EnrollmentCreated,
            None,
            message,
            serde_json::json!({"token": id}),
        );
        let token = self.tokens.get(&id).ok_or(TokenError::Unknown(id))?;
        Ok((token, secret))
    }

    /// Ends a token: nothing joins with it any more, and whoever is connected with it is disconnected.
    ///
    /// # Errors
    /// There is no such token, or the store refused it.
    pub fn revoke_token(&self, id: &Id) -> Result<(), TokenError> {
        let now = self.clock.now();
        let revoked = self.tokens.update(id, |token| {
            let changed = token.revoked_at.is_none();
            token.revoked_at = token.revoked_at.or(Some(now));
            (changed, changed)
        })?;
        let changed = revoked.ok_or_else(|| match self.way_to_revoke(id) {
            Some(way) => TokenError::OfCollector(way),
            None => TokenError::Unknown(id.clone()),
        })?;
        self.cut_off(id, now);
        if changed {
            let message = "an enrollment token was revoked";
            self.journal.event_with(
                now,
                EventKind::EnrollmentRevoked,
                None,
                message,
                serde_json::json!({"token": id}),
            );
        }
        Ok(())
    }

    /// Ends what one collector may do with its token. A token of its own is revoked; one that others use too goes on for them.
    pub(crate) fn retire(&self, token: &Id, uid: Option<Uid>) -> Result<(), TokenError> {
        let shared = self.tokens.get(token).is_some_and(|token| token.max_uses > 1);
        match (shared, uid) {
            (true, Some(uid)) => {
                self.tokens.update(token, |token| (token.end(uid), ()))?;
                Ok(())
            }
            (true, None) => Ok(()),
            (false, _) => match self.revoke_token(token) {
                // A token that is gone cannot be used.
                Ok(()) | Err(TokenError::Unknown(_) | TokenError::OfCollector(_)) => Ok(()),
                Err(other) => Err(other),
            },
        }
    }

    /// Closes every connection that rests on a token. Its own-metrics bearer goes with it.
    fn cut_off(&self, token: &Id, now: Timestamp) {
        for live in self.roster.all() {
            let mut state = live.lock();
            if state.record.token.as_ref() != Some(token) {
                continue;
            }
            state.record.revoked = true;
            state.record.last_seen_at = state.record.last_seen_at.max(state.connection.as_ref().map(|_| now));
            if let Some(connection) = &mut state.connection {
                connection.close = Some(Close::Revoked);
                if connection.polling {
                    state.connection = None;
                }
            }
            state.touch();
            drop(state);
            live.wake.notify_waiters();
        }
    }

    /// What the HTTP upgrade answers to a bearer: the token it proves, or the refusal to be told before the upgrade.
    ///
    /// # Errors
    /// Why not.
    pub fn admit_upgrade(&self, presented: &str) -> Result<Arc<Token>, Refusal> {
        let found = self.tokens.find(presented).or_else(|| self.hear_out(presented));
        let token = found.ok_or(Refusal::Unknown)?;
        token.upgrade(self.clock.now())?;
        Ok(token)
    }

    /// Writes down that a host was turned away, at most once a minute for each address.
    pub fn note_refusal(&self, refusal: &dyn std::fmt::Display, peer: &str) {
        let now = self.clock.now();
        let host = peer.to_owned();
        {
            let mut noted = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
            noted.retain(|_, at| now.since(*at) < Duration::from_secs(60));
            if noted.len() >= REFUSALS_NOTED_MAX || noted.contains_key(&host) {
                return;
            }
            noted.insert(host, now);
        }
        self.journal.event(
            now,
            EventKind::TokenRefused,
            None,
            format!("a host at {peer} was refused: {refusal}"),
        );
    }

    /// Finds or makes the collector that this uid is under this token. Blocking: a first use waits for the disk.
    ///
    /// # Errors
    /// Why not, as a sentence for the host's log.
    pub fn enroll(
        &self,
        token: &Id,
        uid: Uid,
        claims: &BTreeMap<String, String>,
    ) -> Result<Arc<Live>, Refusal> {
        let now = self.clock.now();
        let claims = &crate::link::bounded(claims);
        if let Some(live) = self.recover(token, uid, now)? {
            return Ok(live);
        }
        // Whoever is bound elsewhere is refused before anything is used up.
        let known = self.roster.by_uid(&uid);
        let token_now = self.tokens.get(token).ok_or(Refusal::Unknown)?;
        if let Some(live) = &known {
            let state = live.lock();
            let moving = token_now.for_collector.as_ref() == Some(&state.record.id);
            if state.record.token.as_ref() != Some(token) && !moving {
                return Err(Refusal::ForeignUid);
            }
        }
        let admission = self
            .tokens
            .update(token, |token| match token.admit(uid, now) {
                Admission::Bind => {
                    token.bind(uid, now);
                    (true, Ok(true))
                }
                Admission::Known => (false, Ok(false)),
                Admission::Refuse(refusal) => (false, Err(refusal)),
            })
            .map_err(|cause| {
                tracing::error!(%cause, token = %token, "a token could not be claimed");
                Refusal::Unavailable
            })?;
        let fresh = admission.unwrap_or(Err(Refusal::Unknown))?;
        if let Some(live) = known.filter(|_| !fresh) {
            return Ok(live);
        }
        let token = self.tokens.get(token).ok_or(Refusal::Unknown)?;
        match &token.for_collector {
            Some(id) => self.rebind(id, &token, uid, now),
            None => self.join(&token, uid, claims, now),
        }
    }
}

/// Why a token could not be made or ended.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// A field breaks a rule: which, and how.
    #[error("{0}: {1}")]
    Invalid(&'static str, String),
    /// There is no such token.
    #[error("there is no enrollment token `{0}`")]
    Unknown(Id),
    /// There is no such token, but a collector of this name: how its token ends.
    #[error("there is no enrollment token of this id; {0}")]
    OfCollector(String),
    /// The store refused it.
    #[error("the token could not be stored: {0}")]
    Store(#[from] RecordError),
}
