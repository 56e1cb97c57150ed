//! Files of the mirror.

use linkmesh_api::types as api;

use super::time;
use crate::mirror::Entry;

/// Where the files of the mirror are, below the address of the server.
pub(in crate::http) const MIRROR_PATH: &str = "/api/v1/downloads/mirror";

/// A file of the mirror, with the address at which hosts find it.
pub(in crate::http) fn mirror_file(entry: &Entry, external_url: &str) -> api::MirrorFile {
    api::MirrorFile {
        kind: entry.slot.kind.clone(),
        version: entry.slot.version.clone(),
        arch: entry.slot.arch.clone(),
        name: entry.slot.name.clone(),
        sha256: entry.sha256.clone(),
        size_bytes: entry.size_bytes,
        added_at: time(entry.added_at),
        url: format!("{external_url}{MIRROR_PATH}/{}", entry.slot),
    }
}
