//! The audit log: who did what, each entry chained to the one before by its hash, so that none can be changed or taken out.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::ids::ConfigHash;
use crate::time::Timestamp;

/// What the first entry is chained to.
pub const FIRST: [u8; 32] = [0; 32];

/// What an entry says, before it has its place in the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// When.
    pub at: Timestamp,
    /// Who: `user:ana`, `service-account:3f…`.
    pub actor: String,
    /// What: a verb such as `config.save`.
    pub action: String,
    /// To what.
    pub object: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How the object was, without secrets.
    #[serde(default)]
    pub before: Value,
    /// How it shall be, without secrets.
    #[serde(default)]
    pub after: Value,
    /// Why it was refused or failed.
    #[serde(default)]
    pub detail: Option<String>,
    /// The entry that announced what this one ends.
    #[serde(default)]
    pub of: Option<u64>,
}

/// What came of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is about to happen.
    Intended,
    /// It happened.
    Done,
    /// It was not allowed.
    Refused,
    /// It did not work.
    Failed,
}

/// One entry in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts up without gaps.
    pub seq: u64,
    /// What it says.
    #[serde(flatten)]
    pub said: Draft,
    /// Hash of the entry before.
    pub previous: ConfigHash,
    /// SHA-256 over its place, its words and the hash before.
    pub hash: ConfigHash,
}

impl Entry {
    /// Chains a draft to the entry before.
    #[must_use]
    pub fn chain(previous: [u8; 32], seq: u64, said: Draft) -> Self {
        let hash = hash_of(&previous, seq, &said);
        Self { seq, said, previous: ConfigHash(previous), hash }
    }
}

/// The chain does not hold from this entry on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit log is broken at entry {seq}: it was changed, or an entry before it is missing")]
pub struct Broken {
    /// The first entry that does not fit.
    pub seq: u64,
}

/// Checks a run of entries in their order.
///
/// # Errors
/// The first entry that does not fit.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<(), Broken> {
    let mut last: Option<&Entry> = None;
    for entry in entries {
        let follows = last.is_none_or(|last| entry.previous == last.hash && entry.seq == last.seq + 1);
        if !follows || hash_of(&entry.previous.0, entry.seq, &entry.said) != entry.hash {
            return Err(Broken { seq: entry.seq });
        }
        last = Some(entry);
    }
    Ok(())
}

/// JSON objects are sorted by key here, so the text of equal drafts is equal.
fn hash_of(previous: &[u8; 32], seq: u64, said: &Draft) -> ConfigHash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(seq.to_be_bytes());
    let words = serde_json::to_value(said).unwrap_or_default();
    hasher.update(words.to_string().as_bytes());
    ConfigHash(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(object: &str) -> Draft {
        Draft {
            at: Timestamp(1),
            actor: "user:ana".into(),
            action: "config.save".into(),
            object: object.into(),
            outcome: Outcome::Done,
            before: Value::Null,
            after: serde_json::json!({"b": 1, "a": 2}),
            detail: None,
            of: None,
        }
    }

    #[test]
    fn a_changed_or_missing_entry_breaks_the_chain() {
        let mut chain = Vec::new();
        let mut tip = FIRST;
        for seq in 1..=4 {
            let entry = Entry::chain(tip, seq, draft(&format!("x{seq}")));
            tip = entry.hash.0;
            chain.push(entry);
        }
        assert_eq!(verify(&chain), Ok(()));
        let stored: Vec<Entry> =
            chain.iter().map(|e| serde_json::from_str(&serde_json::to_string(e).unwrap()).unwrap()).collect();
        assert_eq!(verify(&stored), Ok(()));
        let mut forged = chain.clone();
        forged[1].said.actor = "user:eve".into();
        assert_eq!(verify(&forged), Err(Broken { seq: 2 }));
        let mut short = chain.clone();
        short.remove(2);
        assert_eq!(verify(&short), Err(Broken { seq: 4 }));
    }
}
