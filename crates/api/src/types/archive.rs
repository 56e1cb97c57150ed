//! Putting a collector that stays away into the archive.

use serde::{Deserialize, Serialize};

/// Body of `POST collectors/{id}/archive`; may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ArchiveRequest {
    /// Why, for those who find it archived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
