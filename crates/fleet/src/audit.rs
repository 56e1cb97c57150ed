//! The audit log: one entry for every change that somebody tried, each carrying the hash of the one before.
//! Knows nothing of where entries are kept. Start at [`Entry::chain`] and [`verify`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::enrollment::hexadecimal;
use crate::redact::redact_value;
use crate::time::Timestamp;

/// What the first entry names as the hash before it.
pub const FIRST: [u8; 32] = [0; 32];
/// Largest state before or after that is kept, in bytes of its canonical form.
pub const STATE_BYTES_MAX: usize = 64 * 1024;
/// Longest text field, in characters.
pub const TEXT_CHARS_MAX: usize = 4096;
const STATE_DEPTH_MAX: usize = 64;

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Written before the change; its end is another entry.
    Intended,
    /// It was done.
    Done,
    /// It failed and changed nothing.
    Failed,
    /// It was not permitted.
    Refused,
}

impl Outcome {
    /// The word that stands for it in the API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

/// An entry that has no place in the chain yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What, such as `config.save`.
    pub action: String,
    /// On what.
    pub object: String,
    /// How it went.
    pub outcome: Outcome,
    /// How the object was. Nothing secret belongs in here.
    pub before: Value,
    /// How it shall be. Nothing secret belongs in here.
    pub after: Value,
    /// Why it failed or was refused, or what a person said as reason.
    pub detail: Option<String>,
    /// The entry with the intent that this one ends.
    pub of: Option<u64>,
}

/// One entry of the chain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// On what.
    pub object: String,
    /// How it went.
    pub outcome: Outcome,
    /// How the object was.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub before: Value,
    /// How it shall be.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub after: Value,
    /// Why it failed or was refused, or what a person said as reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The entry with the intent that this one ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// Hash of the entry before.
    #[serde(with = "hexadecimal")]
    pub previous: [u8; 32],
    /// Hash of everything above.
    #[serde(with = "hexadecimal")]
    pub hash: [u8; 32],
}

/// Where a chain does not hold: an entry was changed, left out or put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the audit log was changed: entry {seq} does not follow from the one before")]
pub struct Broken {
    /// The first entry that does not fit.
    pub seq: u64,
}

impl Entry {
    /// Puts a draft behind the entry with this hash. Whatever looks like a secret is redacted, in case the caller forgot.
    #[must_use]
    pub fn chain(previous: [u8; 32], seq: u64, draft: Draft) -> Self {
        let mut entry = Self {
            seq,
            at: draft.at,
            actor: short(draft.actor),
            action: short(draft.action),
            object: short(draft.object),
            outcome: draft.outcome,
            before: kept(draft.before),
            after: kept(draft.after),
            detail: draft.detail.map(short),
            of: draft.of,
            previous,
            hash: FIRST,
        };
        entry.hash = entry.digest();
        entry
    }

    /// The hash that this entry must have. Independent of the order of keys and of how it is stored.
    fn digest(&self) -> [u8; 32] {
        let mut bytes = b"linkmesh audit 1".to_vec();
        bytes.extend(self.previous);
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.at.0.to_be_bytes());
        for text in [&self.actor, &self.action, &self.object, &self.outcome.word().to_owned()] {
            put_text(&mut bytes, text);
        }
        put_value(&mut bytes, &self.before);
        put_value(&mut bytes, &self.after);
        put_value(&mut bytes, &self.detail.clone().map_or(Value::Null, Value::String));
        put_value(&mut bytes, &self.of.map_or(Value::Null, Value::from));
        Sha256::digest(&bytes).into()
    }
}

/// Whether entries follow from each other, in ascending order. The first of the whole log must name [`FIRST`]; a later one is
/// taken at its word for what lies before it.
///
/// # Errors
/// The first entry that does not fit.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<(), Broken> {
    let mut before: Option<(u64, [u8; 32])> = None;
    for entry in entries {
        let follows = match before {
            Some((seq, hash)) => seq.checked_add(1) == Some(entry.seq) && entry.previous == hash,
            None => entry.seq != 1 || entry.previous == FIRST,
        };
        if !follows || entry.hash != entry.digest() {
            return Err(Broken { seq: entry.seq });
        }
        before = Some((entry.seq, entry.hash));
    }
    Ok(())
}

/// A state as it is kept: redacted, bounded, and equal to itself after a way through JSON text.
fn kept(value: Value) -> Value {
    let value = stable(redact_value(&value), STATE_DEPTH_MAX);
    let mut bytes = Vec::new();
    put_value(&mut bytes, &value);
    if bytes.len() <= STATE_BYTES_MAX {
        return value;
    }
    let mut short = Map::new();
    short.insert("omitted_bytes".to_owned(), Value::from(bytes.len()));
    Value::Object(short)
}

/// Fractions that JSON text does not carry exactly become text, or the hash would not hold after a restart.
fn stable(value: Value, depth: usize) -> Value {
    let Some(below) = depth.checked_sub(1) else { return Value::String("too deep".to_owned()) };
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            let same =
                serde_json::from_str::<Value>(&text).is_ok_and(|read| read == Value::Number(number.clone()));
            if same { Value::Number(number) } else { Value::String(text) }
        }
        Value::Array(items) => Value::Array(items.into_iter().map(|item| stable(item, below)).collect()),
        Value::Object(map) => {
            Value::Object(map.into_iter().map(|(key, value)| (key, stable(value, below))).collect())
        }
        Value::Null | Value::Bool(_) | Value::String(_) => value,
    }
}

fn short(text: String) -> String {
    if text.len() <= TEXT_CHARS_MAX { text } else { text.chars().take(TEXT_CHARS_MAX).collect() }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

/// Every value has one form and no form is the beginning of another. Depth is bounded where the entry is made and by the JSON
/// reader.
fn put_value(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.push(b'n'),
        Value::Bool(yes) => bytes.extend([b'b', u8::from(*yes)]),
        Value::Number(number) => {
            bytes.push(b'#');
            put_text(bytes, &number.to_string());
        }
        Value::String(text) => {
            bytes.push(b's');
            put_text(bytes, text);
        }
        Value::Array(items) => {
            bytes.push(b'[');
            bytes.extend((items.len() as u64).to_be_bytes());
            items.iter().for_each(|item| put_value(bytes, item));
        }
        Value::Object(map) => {
            bytes.push(b'{');
            bytes.extend((map.len() as u64).to_be_bytes());
            let mut pairs: Vec<(&String, &Value)> = map.iter().collect();
            pairs.sort_by_key(|(key, _)| *key);
            for (key, value) in pairs {
                put_text(bytes, key);
                put_value(bytes, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn draft(after: Value) -> Draft {
        Draft {
            at: Timestamp(7),
            actor: "user:anna".to_owned(),
            action: "config.save".to_owned(),
            object: "fleet/sources/app.yaml".to_owned(),
            outcome: Outcome::Intended,
            before: Value::Null,
            after,
            detail: None,
            of: None,
        }
    }

    fn log(states: Vec<Value>) -> Vec<Entry> {
        let mut tip = FIRST;
        let mut entries = Vec::new();
        for (seq, state) in (1..).zip(states) {
            let entry = Entry::chain(tip, seq, draft(state));
            tip = entry.hash;
            entries.push(entry);
        }
        entries
    }

    fn reread(entries: &[Entry]) -> Vec<Entry> {
        entries.iter().map(|e| serde_json::from_slice(&serde_json::to_vec(e).unwrap()).unwrap()).collect()
    }

    #[test]
    fn every_change_to_the_log_is_noticed() {
        let entries = log(vec![json!({"a": 1}), json!({"b": [1.5, "x"]}), json!(null), json!("y")]);
        assert_eq!(verify(&entries), Ok(()));
        assert_eq!(verify(entries.get(2..).unwrap()), Ok(()), "a later part holds by itself");
        let changed = |change: fn(&mut Vec<Entry>)| {
            let mut entries = entries.clone();
            change(&mut entries);
            verify(&entries).unwrap_err().seq
        };
        assert_eq!(changed(|e| e[1].actor = "user:eve".to_owned()), 2);
        assert_eq!(changed(|e| e[1].outcome = Outcome::Done), 2);
        assert_eq!(changed(|e| e[1].of = Some(1)), 2);
        assert_eq!(changed(|e| e[2].after = json!({})), 3);
        assert_eq!(changed(|e| e[0].at = Timestamp(8)), 1);
        assert_eq!(changed(|e| drop(e.remove(1))), 3);
        assert_eq!(changed(|e| e.swap(1, 2)), 3);
        assert_eq!(
            changed(|e| {
                e[1].object.push('x');
                e[1].hash = e[1].digest();
            }),
            3,
            "the next one names the hash of the old"
        );
        assert_eq!(
            changed(|e| {
                e[1].object.push('x');
                e[1].hash = e[1].digest();
                e[2].previous = e[1].hash;
            }),
            3,
            "a forger must rewrite everything that follows"
        );
    }

    #[test]
    fn secrets_do_not_enter_even_when_the_caller_forgets_them() {
        let after = json!({"credentials": {"password": "hunter2", "user": "${env:USER}"},
            "settings": {"headers": {"authorization": "Bearer abcdefgh"}, "endpoint": "https://u:pw@x/y"}});
        let text = serde_json::to_string(&Entry::chain(FIRST, 1, draft(after))).unwrap();
        for secret in ["hunter2", "abcdefgh", "pw@"] {
            assert!(!text.contains(secret), "{text}");
        }
        assert!(text.contains("${env:USER}"));
    }

    #[test]
    fn a_huge_state_is_not_kept() {
        let entry = Entry::chain(FIRST, 1, draft(json!("x".repeat(STATE_BYTES_MAX + 1))));
        assert!(entry.after.get("omitted_bytes").is_some());
    }

    fn any_state() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{1,3}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_written_holds_after_it_was_read_back(states in prop::collection::vec(any_state(), 0..6)) {
            let entries = log(states);
            prop_assert_eq!(verify(&entries), Ok(()));
            prop_assert_eq!(verify(&reread(&entries)), Ok(()));
        }

        #[test]
        fn two_states_have_one_hash_only_if_they_are_equal(a in any_state(), b in any_state()) {
            let (a, b) = (Entry::chain(FIRST, 1, draft(a)), Entry::chain(FIRST, 1, draft(b)));
            let text = |entry: &Entry| entry.after.to_string();
            prop_assert_eq!(text(&a) == text(&b), a.hash == b.hash);
        }
    }
}
