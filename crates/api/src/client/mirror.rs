//! Calls on the mirror. Files stream in both directions; nothing is held in memory whole.

use std::io::Read;
use std::time::Duration;

use ureq::SendBody;
use ureq::http::Method;

use super::{ApiError, Client, escape, read_json};
use crate::types::{MirrorCheck, MirrorFile, Page};

/// How long one file may take; one that stalls is ended by the server much earlier.
const FILE_TIMEOUT: Duration = Duration::from_secs(4 * 3600);

/// A file that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMirrorFile {
    /// What it is, such as `otelcol-contrib`.
    pub kind: String,
    /// Its version.
    pub version: String,
    /// `amd64` or `arm64`.
    pub arch: String,
    /// Its file name.
    pub name: String,
    /// Its length.
    pub size_bytes: u64,
    /// The SHA-256 that it must have, where somebody says so.
    pub sha256: Option<String>,
}

impl Client {
    /// `GET mirror`.
    ///
    /// # Errors
    /// See [`ApiError`]; so for every call below.
    pub fn mirror(&self) -> Result<Page<MirrorFile>, ApiError> {
        self.get("mirror", &serde_json::json!({}))
    }

    /// `PUT mirror/…`: adds a file, whose bytes are read from `content`.
    pub fn add_to_mirror(
        &self,
        file: &NewMirrorFile,
        content: &mut dyn Read,
    ) -> Result<MirrorFile, ApiError> {
        let mut path = place(&file.kind, &file.version, &file.arch, &file.name);
        if let Some(sha256) = &file.sha256 {
            path.push_str(&format!("?sha256={}", escape(sha256)));
        }
        let request = self
            .request(Method::PUT, &path)
            .header("content-type", "application/octet-stream")
            .header("content-length", file.size_bytes)
            // What is refused is refused before gigabytes are on their way.
            .header("expect", "100-continue")
            .body(SendBody::from_reader(content))
            .map_err(|e| ApiError::BadUrl(e.to_string()))?;
        let request = self.agent.configure_request(request).timeout_global(Some(FILE_TIMEOUT)).build();
        let response = self.agent.run(request).map_err(|e| self.unreachable(&e))?;
        read_json(self.check(response)?)
    }

    /// `DELETE mirror/…`.
    pub fn remove_from_mirror(&self, file: &MirrorFile) -> Result<(), ApiError> {
        self.delete(&place(&file.kind, &file.version, &file.arch, &file.name))
    }

    /// `POST mirror/…/verify`.
    pub fn verify_mirrored(&self, file: &MirrorFile) -> Result<MirrorCheck, ApiError> {
        let path = format!("{}/verify", place(&file.kind, &file.version, &file.arch, &file.name));
        let request = self
            .request(Method::POST, &path)
            .body(Vec::<u8>::new())
            .map_err(|e| ApiError::BadUrl(e.to_string()))?;
        let request = self.agent.configure_request(request).timeout_global(Some(FILE_TIMEOUT)).build();
        let response = self.agent.run(request).map_err(|e| self.unreachable(&e))?;
        read_json(self.check(response)?)
    }

    /// `GET downloads/mirror/…`: the bytes of a file, at most as many as it has.
    pub fn mirrored(&self, file: &MirrorFile) -> Result<impl Read + use<>, ApiError> {
        let path = format!("downloads/{}", place(&file.kind, &file.version, &file.arch, &file.name));
        let request =
            self.request(Method::GET, &path).body(()).map_err(|e| ApiError::BadUrl(e.to_string()))?;
        let request = self.agent.configure_request(request).timeout_global(Some(FILE_TIMEOUT)).build();
        let response = self.agent.run(request).map_err(|e| self.unreachable(&e))?;
        let body = self.check(response)?.into_body();
        Ok(body.into_with_config().limit(file.size_bytes.saturating_add(1)).reader())
    }
}

fn place(kind: &str, version: &str, arch: &str, name: &str) -> String {
    format!("mirror/{}/{}/{}/{}", escape(kind), escape(version), escape(arch), escape(name))
}
