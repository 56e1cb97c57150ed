//! Packages: what a server may offer for installation and what an agent says about it.
//! The session offers none, since no supervisor installs them; the messages are here so that reports decode.

use std::collections::BTreeMap;

use super::Headers;

/// The state of all packages of an agent.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PackageStatuses {
    /// By package name.
    #[prost(btree_map = "string, message", tag = "1")]
    pub packages: BTreeMap<String, PackageStatus>,
    /// `all_packages_hash` of the last offer.
    #[prost(bytes = "vec", tag = "2")]
    pub server_provided_all_packages_hash: Vec<u8>,
    /// Why the offer as a whole failed.
    #[prost(string, tag = "3")]
    pub error_message: String,
}

/// The state of one package.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PackageStatus {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// The version installed.
    #[prost(string, tag = "2")]
    pub agent_has_version: String,
    /// The hash of what is installed.
    #[prost(bytes = "vec", tag = "3")]
    pub agent_has_hash: Vec<u8>,
    /// The version offered.
    #[prost(string, tag = "4")]
    pub server_offered_version: String,
    /// The hash of what is offered.
    #[prost(bytes = "vec", tag = "5")]
    pub server_offered_hash: Vec<u8>,
    /// How far it has come.
    #[prost(enumeration = "PackageStatusCode", tag = "6")]
    pub status: i32,
    /// Why it failed.
    #[prost(string, tag = "7")]
    pub error_message: String,
    /// Progress of a download.
    #[prost(message, optional, tag = "8")]
    pub download_details: Option<PackageDownloadDetails>,
}

/// Progress of a download.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub struct PackageDownloadDetails {
    /// 0 to 100.
    #[prost(double, tag = "1")]
    pub download_percent: f64,
    /// Bytes per second.
    #[prost(double, tag = "2")]
    pub download_bytes_per_second: f64,
}

/// How far a package has come (`PackageStatusEnum`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum PackageStatusCode {
    /// Installed.
    Installed = 0,
    /// Will be installed.
    InstallPending = 1,
    /// Is being installed.
    Installing = 2,
    /// Could not be installed.
    InstallFailed = 3,
    /// Is being downloaded.
    Downloading = 4,
}

/// All packages an agent shall have.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PackagesAvailable {
    /// By package name.
    #[prost(btree_map = "string, message", tag = "1")]
    pub packages: BTreeMap<String, PackageAvailable>,
    /// Names the whole offer.
    #[prost(bytes = "vec", tag = "2")]
    pub all_packages_hash: Vec<u8>,
}

/// One package on offer.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct PackageAvailable {
    /// Whether it is the agent itself or an addition.
    #[prost(enumeration = "PackageType", tag = "1")]
    pub r#type: i32,
    /// Its version.
    #[prost(string, tag = "2")]
    pub version: String,
    /// Where to get it.
    #[prost(message, optional, tag = "3")]
    pub file: Option<DownloadableFile>,
    /// Names the package's content.
    #[prost(bytes = "vec", tag = "4")]
    pub hash: Vec<u8>,
}

/// The type of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum PackageType {
    /// The agent itself.
    TopLevel = 0,
    /// An addition to it.
    Addon = 1,
}

/// A file to download.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct DownloadableFile {
    /// Its URL.
    #[prost(string, tag = "1")]
    pub download_url: String,
    /// The hash of its content.
    #[prost(bytes = "vec", tag = "2")]
    pub content_hash: Vec<u8>,
    /// A signature over its content.
    #[prost(bytes = "vec", tag = "3")]
    pub signature: Vec<u8>,
    /// Headers of the request.
    #[prost(message, optional, tag = "4")]
    pub headers: Option<Headers>,
}
