//! A hash as it is stored: hexadecimal text.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

use crate::config::{ConfigHash, hex, unhex};

#[expect(clippy::ref_option, reason = "serde passes fields by reference")]
pub(super) fn serialize<S: Serializer>(hash: &Option<ConfigHash>, serializer: S) -> Result<S::Ok, S::Error> {
    hash.as_ref().map(hex).serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<ConfigHash>, D::Error> {
    let text = <Option<String>>::deserialize(deserializer)?;
    text.map(|text| unhex(&text).ok_or_else(|| D::Error::custom("not the hash of a configuration")))
        .transpose()
}
