//! Entities of the repository: sources, routes, destinations, pipelines, groups, links.
//! An entity travels as JSON with exactly the keys of its file; this crate does not know its inside.

use serde::{Deserialize, Serialize};

/// The kinds of entity, as they stand in URLs and paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// An activated receiver.
    Sources,
    /// A binding of sources to a pipeline and to destinations.
    Routes,
    /// A terminal exporter.
    Destinations,
    /// A reusable recipe.
    Pipelines,
    /// Collectors that share configuration.
    Groups,
    /// Forwarding from collector to collector.
    Links,
}

impl EntityKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Sources, Self::Routes, Self::Destinations, Self::Pipelines, Self::Groups, Self::Links];

    /// The word in URLs, for example `sources`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sources => "sources",
            Self::Routes => "routes",
            Self::Destinations => "destinations",
            Self::Pipelines => "pipelines",
            Self::Groups => "groups",
            Self::Links => "links",
        }
    }
}

/// One row of the lists over all scopes (`GET sources`, …).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ListedEntity {
    /// Which kind.
    pub kind: EntityKind,
    /// Its id, the file's name.
    pub id: String,
    /// Where it is defined: `fleet`, `groups/<group>` or `collectors/<collector>`; absent for tenant-wide kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The file in the repository.
    pub path: String,
    /// For `If-Match`.
    pub etag: String,
    /// The entity as in the repository; credentials are redacted.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub entity: serde_json::Value,
}

/// Filters of the lists of entities.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct EntityQuery {
    /// At most so many items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only of this scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Only with this word in id or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only of this catalog type.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
}

/// Answer of a `PUT` or `DELETE` of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Saved {
    /// The commit that holds it.
    pub revision: String,
    /// The new entity tag; absent after a deletion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// What is allowed and probably not meant.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// Something that is allowed and probably not meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Warning {
    /// The file and field, as in [`super::FieldError::path`]; empty where it is about no single file.
    #[serde(default)]
    pub path: String,
    /// The sentence.
    pub message: String,
}

/// Answer of `GET collectors/{id}/intent`: the union that applies to one collector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Intent {
    /// The collector.
    pub collector: String,
    /// The revision that it is read from.
    pub revision: String,
    /// Groups that reach it.
    #[serde(default)]
    pub groups: Vec<String>,
    /// What applies, each with where it comes from.
    #[serde(default)]
    pub items: Vec<IntentItem>,
    /// What is allowed and probably not meant.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// One entity that applies to a collector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct IntentItem {
    /// Which kind.
    pub kind: EntityKind,
    /// Its id.
    pub id: String,
    /// Where it is defined; absent for tenant-wide kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The file in the repository.
    pub path: String,
    /// The entity; credentials are redacted.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub entity: serde_json::Value,
    /// Whether it is part of the rendered configuration, and if not, why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out_because: Option<String>,
}
