//! What the JSON form of protobuf does differently from what serde derives: `null` is the default, an enum value is its full name
//! or its number, bytes are base64 in any of its alphabets.

use serde::{Deserialize, Deserializer};

/// `null` stands for the default.
pub(super) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

pub(super) mod status {
    //! The status by its full name. A name that is not known is read as the default: newer collectors may say more.

    use std::fmt;

    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};

    const NAMES: [(&str, i32); 4] = [
        ("RemoteConfigStatuses_UNSET", 0),
        ("RemoteConfigStatuses_APPLIED", 1),
        ("RemoteConfigStatuses_APPLYING", 2),
        ("RemoteConfigStatuses_FAILED", 3),
    ];

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
    pub(in super::super) fn serialize<S: Serializer>(status: &i32, serializer: S) -> Result<S::Ok, S::Error> {
        match NAMES.iter().find(|(_, number)| number == status) {
            Some((name, _)) => serializer.serialize_str(name),
            None => serializer.serialize_i32(*status),
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
        deserializer.deserialize_any(NameOrNumber)
    }

    /// Written by hand, because what serde derives for such a choice would first keep a value of any size.
    struct NameOrNumber;

    impl Visitor<'_> for NameOrNumber {
        type Value = i32;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the name or the number of a status")
        }

        fn visit_str<E: Error>(self, said: &str) -> Result<i32, E> {
            Ok(NAMES.iter().find(|(name, _)| *name == said).map_or(0, |(_, number)| *number))
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<i32, E> {
            i32::try_from(number).map_err(E::custom)
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<i32, E> {
            i32::try_from(number).map_err(E::custom)
        }

        fn visit_unit<E: Error>(self) -> Result<i32, E> {
            Ok(0)
        }
    }
}

pub(super) mod bytes {
    //! Bytes as base64: written in the standard alphabet, read in both, with and without padding.

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::connect::unbase64;

    pub(in super::super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let text = <Option<String>>::deserialize(deserializer)?.unwrap_or_default();
        unbase64(text.as_bytes()).ok_or_else(|| D::Error::custom("a body is not base64"))
    }
}
