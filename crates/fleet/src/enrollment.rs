//! The life of an enrollment token. A first use binds it to an instance uid; from then on it is that collector's connection
//! credential, whatever its expiry, until it is revoked. Making first uses atomic is the store's part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{Id, Uid};
use crate::time::Timestamp;

/// A token as it is kept: enough to recognize it, not to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: Id,
    /// What people call it.
    #[serde(default)]
    pub name: Option<String>,
    /// SHA-256 of the secret.
    #[serde(with = "hex_digest")]
    pub digest: [u8; 32],
    /// Since when.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// Until when an unused place can be taken.
    pub expires_at: Timestamp,
    /// How many hosts it may enroll.
    pub max_uses: u32,
    /// The hosts that it enrolled.
    #[serde(default)]
    pub bound: Vec<Uid>,
    /// Labels of the hosts that it enrolls.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Groups of the hosts that it enrolls.
    #[serde(default)]
    pub groups: Vec<Id>,
    /// The known collector that a rebuilt host shall take over.
    #[serde(default)]
    pub for_collector: Option<Id>,
    /// When it was first used.
    #[serde(default)]
    pub first_used_at: Option<Timestamp>,
    /// When it was ended.
    #[serde(default)]
    pub revoked_at: Option<Timestamp>,
}

/// What people see of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenState {
    /// A host may still join with it.
    Active,
    /// All its places are taken.
    Used,
    /// Its time is over.
    Expired,
    /// A person ended it.
    Revoked,
}

/// What becomes of a uid that presents a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It is bound already.
    Known,
    /// It takes a place.
    Bind,
    /// It is refused.
    Refuse(Refusal),
}

/// Why a host is refused, as a sentence for its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// No such token.
    #[error("the token is not known here; make one with `linkmesh token create`")]
    Unknown,
    /// Its time was over before anybody used it.
    #[error("the enrollment token has expired; make a new one with `linkmesh token create`")]
    Expired,
    /// All its places are taken.
    #[error(
        "the enrollment token is used up by another host; make one for this host with `linkmesh token create`"
    )]
    UsedUp,
    /// A person ended it.
    #[error("the token was revoked; make a new one with `linkmesh token create`")]
    Revoked,
    /// The uid belongs to a collector with another token.
    #[error(
        "this instance uid belongs to a collector with another token; for a rebuilt host use `linkmesh token create --for <collector>`, for a cloned one delete its storage directory"
    )]
    ForeignUid,
    /// Another live host has the same uid.
    #[error(
        "another live host has this instance uid; this one is probably a clone: stop its supervisor, delete its storage directory, and enroll it with a token of its own"
    )]
    DuplicateIdentity,
    /// The server cannot tell now.
    #[error("the server cannot enroll hosts right now; it will be tried again")]
    Unavailable,
}

impl Token {
    /// What people see. A used token stays used whatever its expiry.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> TokenState {
        if self.revoked_at.is_some() {
            TokenState::Revoked
        } else if self.places_left() == 0 {
            TokenState::Used
        } else if self.expires_at <= now {
            TokenState::Expired
        } else {
            TokenState::Active
        }
    }

    /// What the upgrade answers, before any uid is known: whoever is bound must get through.
    ///
    /// # Errors
    /// Revoked, or expired before anybody used it.
    pub fn upgrade(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.revoked_at.is_some() {
            return Err(Refusal::Revoked);
        }
        if self.bound.is_empty() && self.expires_at <= now {
            return Err(Refusal::Expired);
        }
        Ok(())
    }

    /// What becomes of a uid that presents this token.
    #[must_use]
    pub fn admit(&self, uid: Uid, now: Timestamp) -> Admission {
        if self.revoked_at.is_some() {
            Admission::Refuse(Refusal::Revoked)
        } else if self.bound.contains(&uid) {
            Admission::Known
        } else if self.places_left() == 0 {
            Admission::Refuse(Refusal::UsedUp)
        } else if self.expires_at <= now {
            Admission::Refuse(Refusal::Expired)
        } else {
            Admission::Bind
        }
    }

    /// Gives a place to a uid that [`Token::admit`] let in.
    pub fn bind(&mut self, uid: Uid, now: Timestamp) {
        if self.places_left() > 0 && !self.bound.contains(&uid) {
            self.bound.push(uid);
            self.first_used_at = self.first_used_at.or(Some(now));
        }
    }

    fn places_left(&self) -> usize {
        usize::try_from(self.max_uses).unwrap_or(usize::MAX).saturating_sub(self.bound.len())
    }
}

mod hex_digest {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::ids::ConfigHash;

    pub(super) fn serialize<S: Serializer>(digest: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&ConfigHash(*digest))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        ConfigHash::deserialize(deserializer).map(|hash| hash.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn token(max_uses: u32) -> Token {
        Token {
            id: "t".parse().unwrap(),
            name: None,
            digest: [7; 32],
            created_at: Timestamp(0),
            created_by: "user:ana".into(),
            expires_at: Timestamp(1000),
            max_uses,
            bound: vec![],
            labels: BTreeMap::new(),
            groups: vec![],
            for_collector: None,
            first_used_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn the_first_use_binds_and_expiry_gates_only_that() {
        let mut token = token(1);
        let (a, b) = (Uid([1; 16]), Uid([2; 16]));
        assert_eq!(token.admit(a, Timestamp(999)), Admission::Bind);
        assert_eq!(token.admit(a, Timestamp(1000)), Admission::Refuse(Refusal::Expired));
        token.bind(a, Timestamp(999));
        assert_eq!(token.admit(a, Timestamp(5000)), Admission::Known);
        assert_eq!(token.upgrade(Timestamp(5000)), Ok(()));
        assert_eq!(token.admit(b, Timestamp(5000)), Admission::Refuse(Refusal::UsedUp));
        assert_eq!(token.state(Timestamp(5000)), TokenState::Used);
        token.revoked_at = Some(Timestamp(6000));
        assert_eq!(token.admit(a, Timestamp(7000)), Admission::Refuse(Refusal::Revoked));
        assert_eq!(token.upgrade(Timestamp(7000)), Err(Refusal::Revoked));
    }

    #[test]
    fn a_token_survives_its_stored_form() {
        let token = token(3);
        let text = serde_json::to_string(&token).unwrap();
        assert_eq!(serde_json::from_str::<Token>(&text).unwrap(), token);
    }

    proptest! {
        #[test]
        fn a_token_never_binds_more_than_it_may(max_uses in 1_u32..5, uids in proptest::collection::vec(0_u8..8, 0..40)) {
            let mut token = token(max_uses);
            for uid in uids {
                let uid = Uid([uid; 16]);
                if token.admit(uid, Timestamp(1)) == Admission::Bind {
                    token.bind(uid, Timestamp(1));
                    prop_assert_eq!(token.admit(uid, Timestamp(2)), Admission::Known);
                }
            }
            prop_assert!(token.bound.len() <= max_uses as usize);
        }
    }
}
