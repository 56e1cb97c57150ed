//! People and programs that may call: the first administrator, sessions, service accounts.
//! Decides who somebody is; what they may do is decided in [`crate::mutate`]. Start at [`Accounts::authenticate`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::PasswordVerifier as _;
use argon2::password_hash::phc::PasswordHash;
use linkmesh_fleet::Timestamp;
use linkmesh_fleet::access::Role;
use linkmesh_store::{Expected, PutError, RecordError, Scan, Store, Table, Typed};
use serde::Serialize;
use serde::de::DeserializeOwned;
use subtle::ConstantTimeEq as _;

use crate::records::{ServiceAccountRecord, SessionRecord, UserRecord};
use crate::secrets::{SERVICE_PREFIX, digest, draw_token};

mod limits;
mod passwords;
mod permits;
mod services;
mod sessions;

use passwords::{check_password, check_username, hash_password};
use permits::Permits;

const SCHEMA: u32 = 1;
const SCAN_ENTRIES: usize = 1000;
/// How long a session lasts without signing in again.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(12 * 3600);
const SESSIONS_MAX: usize = 10_000;
/// Shortest password, in characters.
pub const PASSWORD_CHARS_MIN: usize = 10;
const PASSWORD_BYTES_MAX: usize = 1024;
/// Passwords hashed at the same time: each takes 19 MiB and some ten milliseconds.
const HASHING_MAX: usize = 2;
const FAILURES_BEFORE_PAUSE: u32 = 5;
const PAUSE: Duration = Duration::from_secs(30);
const FAILURES_KNOWN_MAX: usize = 10_000;
const USERNAME_BYTES_MAX: usize = 64;
/// Many passwords are being looked at.
const BUSY: AccountError = AccountError::Throttled { after_s: 2 };

/// Who is calling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// A person or a program.
    pub kind: PrincipalKind,
    /// The user name or the account's id.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Until when this credential lasts.
    pub expires_at: Option<Timestamp>,
    /// What a mutation by cookie must carry.
    pub csrf: Option<String>,
}

/// What kind of caller it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A person with a session.
    User,
    /// A program with a token.
    ServiceAccount,
    /// Somebody at the machine itself, with access to the data directory.
    CommandLine,
}

impl Principal {
    /// How the audit log names them.
    #[must_use]
    pub fn actor(&self) -> String {
        match self.kind {
            PrincipalKind::User => format!("user:{}", self.id),
            PrincipalKind::ServiceAccount => format!("service-account:{}", self.id),
            PrincipalKind::CommandLine => "system:command-line".to_owned(),
        }
    }
}

/// A session as its owner gets it.
pub struct OpenedSession {
    /// The cookie's value.
    pub cookie: String,
    /// Who it is.
    pub principal: Principal,
}

/// All accounts.
pub struct Accounts {
    users: Typed<UserRecord>,
    sessions: Typed<SessionRecord>,
    services: Typed<ServiceAccountRecord>,
    known: RwLock<Known>,
    setup_token: Mutex<Option<[u8; 32]>>,
    failures: Mutex<HashMap<String, (u32, Timestamp)>>,
    hashing: Permits,
    /// A hash to verify against where the name is unknown, so that both answers take the same time.
    decoy: String,
}

#[derive(Default)]
struct Known {
    users: BTreeMap<String, UserRecord>,
    sessions: HashMap<[u8; 32], SessionRecord>,
    services: BTreeMap<String, ServiceAccountRecord>,
    service_by_digest: HashMap<String, String>,
}

/// Why an account operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Name or password are wrong; which one is not said.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many failed attempts for this name, or too many of anybody at once.
    #[error("too many attempts; try again in {after_s} seconds")]
    Throttled {
        /// When to try again.
        after_s: u64,
    },
    /// The set-up token is wrong.
    #[error("the set-up token is wrong; use the link that the server printed when it started")]
    WrongSetupToken,
    /// There is an administrator already.
    #[error("this server is set up already; sign in instead")]
    SetUp,
    /// A field breaks a rule: which, and how.
    #[error("{0}: {1}")]
    Invalid(&'static str, String),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    Unknown(String),
    /// The store refused it.
    #[error("the account could not be stored: {0}")]
    Store(#[from] RecordError),
}

impl Accounts {
    /// Reads back what the store has.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, RecordError> {
        let users: Typed<UserRecord> = Typed::new(Arc::clone(&store), Table::Users, SCHEMA);
        let sessions: Typed<SessionRecord> = Typed::new(Arc::clone(&store), Table::Sessions, SCHEMA);
        let services: Typed<ServiceAccountRecord> = Typed::new(store, Table::ServiceAccounts, SCHEMA);
        let mut known = Known::default();
        for (_, user) in load(&users)? {
            known.users.insert(user.username.clone(), user);
        }
        for (key, session) in load(&sessions)? {
            if let Ok(digest) = <[u8; 32]>::try_from(key.as_slice()) {
                known.sessions.insert(digest, session);
            }
        }
        for (_, service) in load(&services)? {
            known.service_by_digest.insert(service.digest.clone(), service.id.clone());
            known.services.insert(service.id.clone(), service);
        }
        Ok(Self {
            users,
            sessions,
            services,
            known: RwLock::new(known),
            setup_token: Mutex::new(None),
            failures: Mutex::default(),
            hashing: Permits::new(HASHING_MAX),
            decoy: hash_password(&draw_token(""))?,
        })
    }

    /// Whether there is an administrator.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        !self.read().users.is_empty()
    }

    /// Sets the one-time token that makes the first administrator; only its digest is kept.
    pub fn expect_setup(&self, token: &str) {
        *self.setup_token.lock().unwrap_or_else(PoisonError::into_inner) = Some(digest(token));
    }

    /// Makes the first administrator. Blocking.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub fn set_up(
        &self,
        token: &str,
        username: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<(), AccountError> {
        // Held to the end: of two calls at once, one finds the other's administrator.
        let mut expected = self.setup_token.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_set_up() {
            return Err(AccountError::SetUp);
        }
        let right = expected.as_ref().is_some_and(|expected| bool::from(expected.ct_eq(&digest(token))));
        if !right {
            return Err(AccountError::WrongSetupToken);
        }
        self.create_user(username, password, Role::Admin, now)?;
        *expected = None;
        Ok(())
    }

    /// Makes a person's account. Blocking.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub fn create_user(
        &self,
        username: &str,
        password: &str,
        role: Role,
        now: Timestamp,
    ) -> Result<(), AccountError> {
        check_username(username)?;
        check_password(password)?;
        let user = UserRecord {
            username: username.to_owned(),
            password: self.hash(password)?,
            role,
            created_at: now,
        };
        match self.users.put_if(username.as_bytes(), Expected::Absent, &user) {
            Ok(_) => {}
            Err(RecordError::Put(PutError::Conflict { .. })) => {
                return Err(AccountError::Invalid("username", format!("`{username}` exists already")));
            }
            Err(other) => return Err(other.into()),
        }
        self.write().users.insert(username.to_owned(), user);
        Ok(())
    }

    /// Sets a person's password and ends their sessions. Blocking.
    ///
    /// # Errors
    /// See [`AccountError`].
    pub fn reset_password(&self, username: &str, password: &str) -> Result<(), AccountError> {
        check_password(password)?;
        let mut user = self
            .read()
            .users
            .get(username)
            .cloned()
            .ok_or_else(|| AccountError::Unknown(username.to_owned()))?;
        user.password = self.hash(password)?;
        self.users.put_if(username.as_bytes(), Expected::Any, &user)?;
        let ended: Vec<[u8; 32]> = {
            let mut known = self.write();
            known.users.insert(username.to_owned(), user);
            let theirs = known.sessions.extract_if(|_, session| session.username == username);
            theirs.map(|(digest, _)| digest).collect()
        };
        // None of them works any more; the store is asked for all of them, even where it refuses one.
        let deleted: Vec<_> = ended.iter().map(|digest| self.end(digest)).collect();
        deleted.into_iter().collect()
    }

    /// Whose token this is, if it is a service account's.
    #[must_use]
    pub fn authenticate(&self, bearer: &str, now: Timestamp) -> Option<Principal> {
        if !bearer.starts_with(SERVICE_PREFIX) || bearer.len() > 128 {
            return None;
        }
        let known = self.read();
        let service = known.services.get(known.service_by_digest.get(&hex(&digest(bearer)))?)?;
        if service.expires_at.is_some_and(|expires_at| expires_at <= now) {
            return None;
        }
        Some(Principal {
            kind: PrincipalKind::ServiceAccount,
            id: service.id.clone(),
            name: service.name.clone(),
            role: service.role,
            expires_at: service.expires_at,
            csrf: None,
        })
    }

    fn hash(&self, password: &str) -> Result<String, AccountError> {
        let _permit = self.hashing.take().ok_or(BUSY)?;
        Ok(hash_password(password)?)
    }

    fn verify(&self, stored: &str, password: &str) -> Result<bool, AccountError> {
        let _permit = self.hashing.take().ok_or(BUSY)?;
        Ok(PasswordHash::new(stored)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()))
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Known> {
        self.known.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn load<R: Serialize + DeserializeOwned>(table: &Typed<R>) -> Result<Vec<(Vec<u8>, R)>, RecordError> {
    let mut records = Vec::new();
    let mut scan = Scan::prefix(Vec::new()).limit(SCAN_ENTRIES);
    loop {
        let (page, more) = table.scan(&scan)?;
        let last = page.last().map(|(key, _)| key.clone());
        records.extend(page.into_iter().map(|(key, loaded)| (key, loaded.record)));
        match (last, more) {
            (Some(last), true) => scan = Scan::prefix(Vec::new()).limit(SCAN_ENTRIES).after(last),
            _ => return Ok(records),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
