//! A credential inside an entity: a reference resolved on the host, a sealed value, or (only on its way in) clear text.
//! Knows nothing of keys; sealing and opening happen elsewhere.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// One credential value.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// `${env:NAME}`: a reference that stays one; the host resolves it.
    Env(String),
    /// `{$sealed: "v1:…"}`: ciphertext bound to its file and field.
    Sealed(String),
    /// `{$sealed: true}`: sent back by a client that was shown a redacted entity; keeps what is stored.
    Keep,
    /// Clear text, as a person types it; never stored.
    Clear(String),
}

/// Credentials by field name.
pub type Credentials = BTreeMap<String, Secret>;

/// What is shown wherever a secret stands.
pub const REDACTED: &str = "[REDACTED]";

/// Names of credential fields that are shown and stored in clear: they say who, not how to prove it.
const PUBLIC_FIELDS: [&str; 1] = ["username"];

impl Secret {
    /// Whether a field, such as `credentials.username`, may be in clear.
    #[must_use]
    pub fn is_public(field: &str) -> bool {
        field.rsplit('.').next().is_some_and(|name| PUBLIC_FIELDS.contains(&name))
    }

    /// Whether the text is a reference such as `${env:LOKI_TOKEN}`.
    #[must_use]
    pub fn is_env_reference(text: &str) -> bool {
        let Some(name) = text.strip_prefix("${env:").and_then(|rest| rest.strip_suffix('}')) else {
            return false;
        };
        !name.is_empty() && name.len() <= 128 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    }
}

/// Clear text never reaches a log by accident.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(text) => f.write_str(text),
            Self::Sealed(_) => f.write_str("sealed"),
            Self::Keep => f.write_str("keep"),
            Self::Clear(_) => f.write_str(REDACTED),
        }
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Env(text) | Self::Clear(text) => serializer.serialize_str(text),
            Self::Sealed(text) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$sealed", text)?;
                map.end()
            }
            Self::Keep => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("$sealed", &true)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if Self::is_env_reference(&text) => Ok(Self::Env(text)),
            Value::String(text) => Ok(Self::Clear(text)),
            Value::Object(map) if map.len() == 1 => match map.get("$sealed") {
                Some(Value::String(text)) => Ok(Self::Sealed(text.clone())),
                Some(Value::Bool(true)) => Ok(Self::Keep),
                _ => Err(D::Error::custom("expected `$sealed` with a sealed text or `true`")),
            },
            _ => Err(D::Error::custom("a credential is text, `${env:NAME}` or `{$sealed: …}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_told_from_clear_text() {
        let read = |text: &str| serde_json::from_str::<Secret>(text).unwrap();
        assert_eq!(read(r#""${env:LOKI_TOKEN}""#), Secret::Env("${env:LOKI_TOKEN}".into()));
        assert_eq!(read(r#""hunter2""#), Secret::Clear("hunter2".into()));
        assert_eq!(read(r#""${env:A}${env:B}""#), Secret::Clear("${env:A}${env:B}".into()));
        assert_eq!(read(r#"{"$sealed": true}"#), Secret::Keep);
        assert!(Secret::is_public("credentials.username") && !Secret::is_public("credentials.password"));
        assert_eq!(format!("{:?}", read(r#""hunter2""#)), REDACTED);
    }
}
