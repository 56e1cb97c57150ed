//! The messages of `collector.v1` as prost structs, written from the field tables of its version 0.0.12; the same structs are the JSON form.
//! Maps are ordered, so equal values encode to equal bytes; for status and effective configuration, absent means "unchanged".
//! Start with [`GetConfigRequest`] and [`GetConfigResponse`].

mod json;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A poll.
#[derive(Clone, PartialEq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetConfigRequest {
    /// What the collector calls itself: a claim.
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Attributes as Alloy up to 1.6 sends them; see [`GetConfigRequest::claims`].
    #[prost(btree_map = "string, string", tag = "2")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// The hash of the last configuration *received*; empty after a start. It proves nothing about what runs.
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// Attributes as Alloy from 1.7 on sends them.
    #[prost(btree_map = "string, string", tag = "4")]
    #[serde(
        alias = "local_attributes",
        deserialize_with = "json::or_default",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub local_attributes: BTreeMap<String, String>,
    /// From Alloy 1.12 on, and only when it differs from the last one sent.
    #[prost(message, optional, tag = "5")]
    #[serde(alias = "remote_config_status", skip_serializing_if = "Option::is_none")]
    pub remote_config_status: Option<RemoteConfigStatus>,
    /// From Alloy 1.12 on, and only when it differs from the last one sent.
    #[prost(message, optional, tag = "6")]
    #[serde(alias = "effective_config", skip_serializing_if = "Option::is_none")]
    pub effective_config: Option<EffectiveConfig>,
}

/// The answer to a poll.
#[derive(Clone, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetConfigResponse {
    /// The whole configuration in Alloy's syntax.
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub content: String,
    /// Names the content; Alloy sends it back and does not look into it.
    #[prost(string, tag = "2")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// The collector has received this already; `content` is empty.
    #[prost(bool, tag = "3")]
    #[serde(
        alias = "not_modified",
        deserialize_with = "json::or_default",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub not_modified: bool,
}

/// What became of the last configuration received.
#[derive(Clone, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RemoteConfigStatus {
    /// How far it has come.
    #[prost(enumeration = "RemoteConfigStatuses", tag = "1")]
    #[serde(with = "json::status")]
    pub status: i32,
    /// The collector's words, for `FAILED`.
    #[prost(string, tag = "2")]
    #[serde(
        alias = "error_message",
        deserialize_with = "json::or_default",
        skip_serializing_if = "String::is_empty"
    )]
    pub error_message: String,
}

/// How far a configuration has come. The names on the wire carry the prefix `RemoteConfigStatuses_`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum RemoteConfigStatuses {
    /// Nothing was received yet.
    Unset = 0,
    /// It was parsed and evaluated, which is not to say that it works.
    Applied = 1,
    /// It is being loaded.
    Applying = 2,
    /// It was refused, or the server could not be reached: both are said with this.
    Failed = 3,
}

/// What the collector runs of what it was given.
#[derive(Clone, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EffectiveConfig {
    /// The texts.
    #[prost(message, optional, tag = "1")]
    #[serde(alias = "config_map", skip_serializing_if = "Option::is_none")]
    pub config_map: Option<AgentConfigMap>,
}

/// Texts by name.
#[derive(Clone, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AgentConfigMap {
    /// Alloy sends one with the empty name.
    #[prost(btree_map = "string, message", tag = "1")]
    #[serde(
        alias = "config_map",
        deserialize_with = "json::or_default",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub config_map: BTreeMap<String, AgentConfigFile>,
}

/// One text.
#[derive(Clone, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AgentConfigFile {
    /// As it was loaded, byte for byte. May hold credentials.
    #[prost(bytes = "vec", tag = "1")]
    #[serde(with = "json::bytes", skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<u8>,
    /// Alloy says `text/plain`.
    #[prost(string, tag = "2")]
    #[serde(
        alias = "content_type",
        deserialize_with = "json::or_default",
        skip_serializing_if = "String::is_empty"
    )]
    pub content_type: String,
}

/// Says that a collector is there: at least twice at each of its starts.
#[derive(Clone, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RegisterCollectorRequest {
    /// What the collector calls itself: a claim.
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Attributes as Alloy up to 1.6 sends them; see [`RegisterCollectorRequest::claims`].
    #[prost(btree_map = "string, string", tag = "2")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// A display name; may be empty.
    #[prost(string, tag = "3")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Attributes as Alloy from 1.7 on sends them.
    #[prost(btree_map = "string, string", tag = "4")]
    #[serde(
        alias = "local_attributes",
        deserialize_with = "json::or_default",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub local_attributes: BTreeMap<String, String>,
}

/// The answer to a registration: nothing.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
pub struct RegisterCollectorResponse {}

/// Says that a collector stops, also before every ordinary restart.
#[derive(Clone, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UnregisterCollectorRequest {
    /// What the collector calls itself: a claim.
    #[prost(string, tag = "1")]
    #[serde(deserialize_with = "json::or_default", skip_serializing_if = "String::is_empty")]
    pub id: String,
}

/// The answer to that: nothing.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message, Serialize, Deserialize)]
pub struct UnregisterCollectorResponse {}

impl GetConfigRequest {
    /// What the collector says about itself: the local attributes, or those of older collectors if there are none.
    #[must_use]
    pub fn claims(&self) -> &BTreeMap<String, String> {
        newer_or_older(&self.local_attributes, &self.attributes)
    }
}

impl RegisterCollectorRequest {
    /// As [`GetConfigRequest::claims`].
    #[must_use]
    pub fn claims(&self) -> &BTreeMap<String, String> {
        newer_or_older(&self.local_attributes, &self.attributes)
    }
}

fn newer_or_older<'a>(
    newer: &'a BTreeMap<String, String>,
    older: &'a BTreeMap<String, String>,
) -> &'a BTreeMap<String, String> {
    if newer.is_empty() { older } else { newer }
}
