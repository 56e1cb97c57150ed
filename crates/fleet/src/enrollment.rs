//! The life of an enrollment token: made by a person, bound by the hosts that join with it, then their credential.
//! Knows nothing of secrets (only digests) and of storage; that one of many first uses wins is the store's part. Start at [`Token`].

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::archive::Ages;
use crate::ids::{ConfigHash, Id, Uid};
use crate::time::Timestamp;

/// One enrollment token, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its immutable id, which is no secret.
    pub id: Id,
    /// What people call it.
    #[serde(default)]
    pub name: Option<String>,
    /// SHA-256 of the secret.
    #[serde(with = "hexadecimal")]
    pub digest: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    #[serde(default)]
    pub created_by: String,
    /// Until when a host must have joined with it.
    pub expires_at: Timestamp,
    /// How many hosts may join with it.
    pub max_uses: u32,
    /// The hosts that joined with it.
    #[serde(default)]
    pub bound: Vec<Uid>,
    /// Labels of the hosts that join with it.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Groups of the hosts that join with it.
    #[serde(default)]
    pub groups: Vec<Id>,
    /// How long the hosts that join with it may stay away.
    #[serde(default)]
    pub ages: Ages,
    /// The known collector that a rebuilt host takes over with it.
    #[serde(default)]
    pub for_collector: Option<Id>,
    /// When it was revoked.
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
    /// When the first host joined with it.
    #[serde(default)]
    pub first_used_at: Option<Timestamp>,
    /// Hosts that joined with it and whose access ended since; what they used up stays used up.
    #[serde(default)]
    pub ended: Vec<Uid>,
}

/// For the fields that a draft does not name; the id and the digest of this one are of no use.
impl Default for Token {
    fn default() -> Self {
        Self {
            id: "none".parse().expect("a constant id is valid"),
            name: None,
            digest: [0; 32],
            created_at: Timestamp::default(),
            created_by: String::new(),
            expires_at: Timestamp::default(),
            max_uses: 1,
            bound: Vec::new(),
            labels: BTreeMap::new(),
            groups: Vec::new(),
            ages: Ages::default(),
            for_collector: None,
            revoked_at: None,
            first_used_at: None,
            ended: Vec::new(),
        }
    }
}

/// Where a token stands, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// A host may join with it.
    Active,
    /// As many hosts joined as may; it goes on as their credential.
    Used,
    /// No more hosts may join; those that did go on.
    Expired,
    /// Nobody gets in with it.
    Revoked,
}

/// What a token means for one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It joined before.
    Known,
    /// It may join: bind it.
    Bind,
    /// It may not.
    Refuse(Refusal),
}

/// Why a host is refused; the sentence is for the log of that host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// No such token.
    #[error("this enrollment token is not known here; make one with `linkmesh token create`")]
    Unknown,
    /// It is too late to join.
    #[error("this enrollment token has expired; make a new one with `linkmesh token create`")]
    Expired,
    /// As many hosts joined as may.
    #[error(
        "this enrollment token has been used by as many hosts as it allows; make one for this host with `linkmesh token create`"
    )]
    UsedUp,
    /// A person ended it.
    #[error("this enrollment token was revoked; make a new one with `linkmesh token create`")]
    Revoked,
    /// The uid belongs to a collector with another credential.
    #[error(
        "this instance uid belongs to a collector with another token; for a rebuilt host make one with `linkmesh token create --for ID`, for a copied host delete the supervisor's storage directory"
    )]
    ForeignUid,
    /// Another live host has this uid.
    #[error(
        "another live host has this instance uid; stop this supervisor, delete its storage directory and enroll it with a token of its own"
    )]
    DuplicateIdentity,
    /// The server cannot decide now.
    #[error("enrollment is not possible at the moment; it is tried again by itself")]
    Unavailable,
}

impl Refusal {
    /// Whether the HTTP upgrade may answer it with 401. The others are told on a socket that stays open for a while, because
    /// a supervisor that is turned away after the upgrade comes back at once.
    #[must_use]
    pub fn is_told_before_upgrade(self) -> bool {
        match self {
            Self::Unknown | Self::Expired | Self::Revoked => true,
            Self::UsedUp | Self::ForeignUid | Self::DuplicateIdentity | Self::Unavailable => false,
        }
    }

    /// One word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::UsedUp => "used_up",
            Self::Revoked => "revoked",
            Self::ForeignUid => "foreign_uid",
            Self::DuplicateIdentity => "duplicate_identity",
            Self::Unavailable => "unavailable",
        }
    }
}

impl Token {
    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> TokenState {
        if self.revoked_at.is_some() {
            TokenState::Revoked
        } else if self.is_used_up() {
            TokenState::Used
        } else if self.is_expired(now) {
            TokenState::Expired
        } else {
            TokenState::Active
        }
    }

    /// What the HTTP upgrade answers, where the uid is not known yet: a host that joined before must get through.
    ///
    /// # Errors
    /// Nobody could get in: it is revoked, or expired with nobody bound.
    pub fn upgrade(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.state(now) {
            TokenState::Revoked => Err(Refusal::Revoked),
            TokenState::Expired if self.bound.is_empty() => Err(Refusal::Expired),
            TokenState::Active | TokenState::Used | TokenState::Expired => Ok(()),
        }
    }

    /// What it means for this host.
    #[must_use]
    pub fn admit(&self, uid: Uid, now: Timestamp) -> Admission {
        match self.state(now) {
            TokenState::Revoked => Admission::Refuse(Refusal::Revoked),
            _ if self.ended.contains(&uid) => Admission::Refuse(Refusal::Revoked),
            _ if self.bound.contains(&uid) => Admission::Known,
            TokenState::Used => Admission::Refuse(Refusal::UsedUp),
            TokenState::Expired => Admission::Refuse(Refusal::Expired),
            TokenState::Active => Admission::Bind,
        }
    }

    /// Binds a host, if it may join; one that joined before stays bound once.
    pub fn bind(&mut self, uid: Uid, now: Timestamp) {
        if self.admit(uid, now) == Admission::Bind {
            self.bound.push(uid);
            self.first_used_at = self.first_used_at.or(Some(now));
        }
    }

    /// Ends the access of one host; the others go on. Says whether that changed anything.
    pub fn end(&mut self, uid: Uid) -> bool {
        let ends = self.bound.contains(&uid) && !self.ended.contains(&uid);
        if ends {
            self.ended.push(uid);
        }
        ends
    }

    fn is_used_up(&self) -> bool {
        u32::try_from(self.bound.len()).map_or(true, |bound| bound >= self.max_uses)
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.expires_at
    }
}

/// 32 bytes as 64 hexadecimal digits.
pub(crate) mod hexadecimal {
    use super::{ConfigHash, Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&ConfigHash(*bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        Ok(ConfigHash::deserialize(deserializer)?.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn uid(number: u8) -> Uid {
        Uid([number; 16])
    }

    fn token(max_uses: u32) -> Token {
        Token { max_uses, expires_at: Timestamp(100), ..Token::default() }
    }

    #[test]
    fn a_token_enrolls_one_host_and_then_is_its_credential_for_ever() {
        let mut token = token(1);
        assert_eq!(
            (token.state(Timestamp(1)), token.admit(uid(1), Timestamp(1))),
            (TokenState::Active, Admission::Bind)
        );
        token.bind(uid(1), Timestamp(1));
        for now in [Timestamp(2), Timestamp(1_000_000)] {
            assert_eq!(token.state(now), TokenState::Used);
            assert_eq!(token.upgrade(now), Ok(()));
            assert_eq!(token.admit(uid(1), now), Admission::Known);
            assert_eq!(token.admit(uid(2), now), Admission::Refuse(Refusal::UsedUp));
        }
        assert_eq!(token.first_used_at, Some(Timestamp(1)));
    }

    #[test]
    fn expiry_stops_newcomers_and_nobody_else() {
        let mut unused = token(1);
        assert_eq!(unused.upgrade(Timestamp(99)), Ok(()));
        assert_eq!(unused.upgrade(Timestamp(100)), Err(Refusal::Expired));
        unused.bind(uid(1), Timestamp(100));
        assert!(unused.bound.is_empty(), "an expired token binds nobody");
        let mut shared = token(3);
        shared.bind(uid(1), Timestamp(1));
        let late = Timestamp(200);
        assert_eq!((shared.state(late), shared.upgrade(late)), (TokenState::Expired, Ok(())));
        assert_eq!(shared.admit(uid(1), late), Admission::Known);
        assert_eq!(shared.admit(uid(2), late), Admission::Refuse(Refusal::Expired));
    }

    #[test]
    fn a_revoked_token_lets_nobody_in() {
        let mut token = token(2);
        token.bind(uid(1), Timestamp(1));
        token.revoked_at = Some(Timestamp(2));
        assert_eq!(token.state(Timestamp(3)), TokenState::Revoked);
        assert_eq!(token.upgrade(Timestamp(3)), Err(Refusal::Revoked));
        assert_eq!(token.admit(uid(1), Timestamp(3)), Admission::Refuse(Refusal::Revoked));
        token.bind(uid(2), Timestamp(3));
        assert_eq!(token.bound, [uid(1)]);
    }

    #[test]
    fn ending_the_access_of_one_host_leaves_the_others_and_frees_no_place() {
        let mut shared = token(2);
        shared.bind(uid(1), Timestamp(1));
        shared.bind(uid(2), Timestamp(1));
        assert!(shared.end(uid(1)) && !shared.end(uid(1)) && !shared.end(uid(3)));
        assert_eq!(shared.admit(uid(1), Timestamp(2)), Admission::Refuse(Refusal::Revoked));
        assert_eq!(shared.admit(uid(2), Timestamp(2)), Admission::Known);
        assert_eq!(shared.admit(uid(3), Timestamp(2)), Admission::Refuse(Refusal::UsedUp));
        assert_eq!(shared.upgrade(Timestamp(2)), Ok(()));
    }

    #[test]
    fn what_the_upgrade_refuses_may_be_told_there() {
        let mut revoked = token(1);
        revoked.revoked_at = Some(Timestamp(0));
        for refusal in [revoked.upgrade(Timestamp(1)), token(1).upgrade(Timestamp(500))] {
            assert!(refusal.unwrap_err().is_told_before_upgrade());
        }
        for refusal in
            [Refusal::UsedUp, Refusal::ForeignUid, Refusal::DuplicateIdentity, Refusal::Unavailable]
        {
            assert!(!refusal.is_told_before_upgrade());
            assert!(!refusal.to_string().ends_with('.'));
        }
    }

    #[test]
    fn a_record_keeps_the_digest_as_text_and_reads_older_ones() {
        let token = Token { digest: [0xab; 32], ..token(1) };
        let text = serde_json::to_string(&token).unwrap();
        assert!(text.contains(&"ab".repeat(32)));
        assert_eq!(serde_json::from_str::<Token>(&text).unwrap(), token);
        let old = format!(
            r#"{{"id":"t1","digest":"{}","created_at":1,"expires_at":2,"max_uses":1}}"#,
            "00".repeat(32)
        );
        assert_eq!(serde_json::from_str::<Token>(&old).unwrap().bound, []);
    }

    proptest! {
        #[test]
        fn never_more_hosts_than_allowed(
            max_uses in 0u32..5, tries in prop::collection::vec((any::<u8>(), 0i64..150), 0..40),
        ) {
            let mut token = token(max_uses);
            for (number, at) in tries {
                let before = token.clone();
                token.bind(uid(number), Timestamp(at));
                prop_assert!(token.bound.len() <= max_uses as usize);
                prop_assert!(token.bound.starts_with(&before.bound), "nobody is unbound");
                if at >= 100 {
                    prop_assert_eq!(&token, &before);
                }
                for bound in &token.bound {
                    prop_assert_eq!(token.admit(*bound, Timestamp(at)), Admission::Known);
                }
            }
        }
    }
}
