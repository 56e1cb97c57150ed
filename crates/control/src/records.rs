//! What the store keeps, as the control plane writes it. Fields are only ever added, with a default.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use linkmesh_fleet::access::Role;
use linkmesh_fleet::archive::Ages;
use linkmesh_fleet::attempt::Ledger;
use linkmesh_fleet::drift::Drift;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::state::ComponentHealth;
use linkmesh_fleet::{ConfigHash, Id, Registration, Timestamp, Uid};

/// A collector's record, keyed by an immutable internal key, so that a reused name inherits nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CollectorRecord {
    /// The internal key.
    pub key: String,
    /// Its present name in the repository.
    pub id: Id,
    /// How it is managed.
    pub mode: Mode,
    /// When the record was made.
    pub created_at: Timestamp,
    /// The instance uid bound to it.
    #[serde(default)]
    pub uid: Option<Uid>,
    /// The enrollment token that is its connection credential.
    #[serde(default)]
    pub token: Option<Id>,
    /// Counts up whenever its collector token is replaced.
    #[serde(default)]
    pub generation: u32,
    /// When its present collector token was shown to somebody; never for those that are told theirs.
    #[serde(default)]
    pub minted_at: Option<Timestamp>,
    /// Its present collector token was used.
    #[serde(default)]
    pub token_used: bool,
    /// How often it was told again where to push because it was never heard there; 0 once it was heard.
    #[serde(default)]
    pub told_in_vain: u8,
    /// The collector token before the present one, while it still holds.
    #[serde(default)]
    pub retiring: Option<Retiring>,
    /// What is known of one that polls.
    #[serde(default)]
    pub poller: Poller,
    /// Its credential was revoked; nothing is accepted any more.
    #[serde(default)]
    pub revoked: bool,
    /// A registration that is not committed yet.
    #[serde(default)]
    pub registration_due: Option<Registration>,
    /// When it was last heard.
    #[serde(default)]
    pub last_seen_at: Option<Timestamp>,
    /// Since when it has been connected, or was when it was last heard.
    #[serde(default)]
    pub connected_at: Option<Timestamp>,
    /// What the host says about itself, identifying attributes and others alike.
    #[serde(default)]
    pub claims: BTreeMap<String, String>,
    /// OpAMP capability bits.
    #[serde(default)]
    pub capabilities: u64,
    /// The last sequence number heard.
    #[serde(default)]
    pub sequence: Option<u64>,
    /// What was offered and what became of it.
    #[serde(default)]
    pub ledger: Ledger,
    /// What it may have.
    #[serde(default)]
    pub released: Option<ConfigHash>,
    /// An operator stopped delivery to it.
    #[serde(default)]
    pub hold: Option<Hold>,
    /// It stayed away, and is off the usual lists until it comes back.
    #[serde(default)]
    pub archived: Option<Archived>,
    /// How long it may stay away, as the token said with which it joined.
    #[serde(default)]
    pub ages: Ages,
    /// It is being removed: told to run nothing first, then forgotten.
    #[serde(default)]
    pub leaving_since: Option<Timestamp>,
    /// The component health tree.
    #[serde(default)]
    pub health: Option<ComponentHealth>,
    /// When the health tree last changed.
    #[serde(default)]
    pub health_at: Option<Timestamp>,
    /// Hash of the effective configuration as reported (before redaction).
    #[serde(default)]
    pub effective: Option<ConfigHash>,
    /// When the effective configuration was last reported.
    #[serde(default)]
    pub effective_at: Option<Timestamp>,
    /// How it differs in meaning from the released configuration.
    #[serde(default)]
    pub drift: Option<Drift>,
    /// The own-metrics offer that it was last sent.
    #[serde(default)]
    pub own_metrics: Option<ConfigHash>,
}

impl CollectorRecord {
    /// A record for a collector that nobody has seen yet.
    #[must_use]
    pub fn new(key: String, id: Id, mode: Mode, now: Timestamp) -> Self {
        Self {
            key,
            id,
            mode,
            created_at: now,
            uid: None,
            token: None,
            generation: 1,
            minted_at: None,
            token_used: false,
            told_in_vain: 0,
            retiring: None,
            poller: Poller::default(),
            revoked: false,
            registration_due: None,
            last_seen_at: None,
            connected_at: None,
            claims: BTreeMap::new(),
            capabilities: 0,
            sequence: None,
            ledger: Ledger::default(),
            released: None,
            hold: None,
            archived: None,
            ages: Ages::default(),
            leaving_since: None,
            health: None,
            health_at: None,
            effective: None,
            effective_at: None,
            drift: None,
            own_metrics: None,
        }
    }

    /// The version that the collector reports, if any.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.claims.get(version_claim(self.mode)).map(String::as_str)
    }

    /// An Alloy that was removed: it is answered with nothing to run until it stays away for good.
    #[must_use]
    pub fn departed(&self) -> bool {
        self.mode == Mode::AlloyRemotecfg && self.leaving_since.is_some()
    }
}

/// Under which name a host of this mode says its version.
#[must_use]
pub fn version_claim(mode: Mode) -> &'static str {
    match mode {
        Mode::Opamp => "service.version",
        Mode::AlloyRemotecfg => "collector.version",
    }
}

/// A collector token that was replaced and holds until the new one is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retiring {
    /// Which.
    pub generation: u32,
    /// At most until then.
    pub until: Timestamp,
}

/// What is known of a collector that polls.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Poller {
    /// The name that it gives itself: a claim that tells two hosts on one token apart.
    pub id: Option<String>,
    /// What the listener of its protocol remembers between two polls; opaque here.
    pub memory: Option<String>,
    /// How long it waits between two polls, in seconds, as learned from the gaps.
    pub period_s: Option<u64>,
    /// What it was given and has not come back with.
    pub given: Option<Given>,
}

/// A configuration that was sent to a process that has said nothing about it yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// Which.
    pub hash: ConfigHash,
    /// How many processes in a row ended over it.
    pub deaths: u8,
}

/// A collector was put away, by a person or by its age. It keeps its credential and what it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archived {
    /// Since when.
    pub at: Timestamp,
    /// Who did it; nobody where it stayed away for long enough.
    #[serde(default)]
    pub by: Option<String>,
    /// Why, if they said so.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Delivery to one collector, or to all, was stopped by a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why, if they said so.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A released configuration, kept so that a new renderer does not restart a fleet and a failed change can be healed.
#[derive(Debug, Serialize, Deserialize)]
pub struct ContentRecord {
    /// The exact text, sealed.
    pub sealed: String,
    /// The text as people may see it.
    pub redacted: String,
    /// The revision that it was rendered from.
    pub revision: String,
    /// There is nothing to run.
    #[serde(default)]
    pub idle: bool,
    /// Which rendered component belongs to which entity and stage.
    #[serde(default)]
    pub map: Vec<MappedRecord>,
}

/// One rendered component and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedRecord {
    /// Its id in the rendered file.
    pub component: String,
    /// receiver, processor, exporter, connector or extension.
    pub kind: String,
    /// Path of the entity.
    pub entity: String,
    /// Stage within it.
    pub stage: String,
}

/// A person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UserRecord {
    /// Sign-in name.
    pub username: String,
    /// argon2id in PHC form.
    pub password: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    pub created_at: Timestamp,
}

/// A browser session, keyed by the digest of its cookie.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionRecord {
    /// Whose.
    pub username: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A program that calls the API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceAccountRecord {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// SHA-256 of its token, hexadecimal.
    pub digest: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}
