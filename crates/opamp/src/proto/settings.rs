//! Connection settings: where an agent shall connect and send its own telemetry, and what became of the offer.
//! Header values and private keys are credentials, so they never reach a debug print.

use std::collections::BTreeMap;
use std::fmt;

/// Connection settings for an agent; absent parts are unchanged, an absent set of own telemetry is removed by supervisors.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ConnectionSettingsOffers {
    /// Names the content.
    #[prost(bytes = "vec", tag = "1")]
    pub hash: Vec<u8>,
    /// For the OpAMP connection itself.
    #[prost(message, optional, tag = "2")]
    pub opamp: Option<OpampConnectionSettings>,
    /// For the agent's own metrics.
    #[prost(message, optional, tag = "3")]
    pub own_metrics: Option<TelemetryConnectionSettings>,
    /// For the agent's own traces.
    #[prost(message, optional, tag = "4")]
    pub own_traces: Option<TelemetryConnectionSettings>,
    /// For the agent's own logs.
    #[prost(message, optional, tag = "5")]
    pub own_logs: Option<TelemetryConnectionSettings>,
    /// For other connections, by name.
    #[prost(btree_map = "string, message", tag = "6")]
    pub other_connections: BTreeMap<String, OtherConnectionSettings>,
}

/// Settings of the OpAMP connection.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OpampConnectionSettings {
    /// The server's URL.
    #[prost(string, tag = "1")]
    pub destination_endpoint: String,
    /// Headers of the request; they replace the old ones.
    #[prost(message, optional, tag = "2")]
    pub headers: Option<Headers>,
    /// Certificates; supervisors turn verification off where this message is absent.
    #[prost(message, optional, tag = "3")]
    pub certificate: Option<TlsCertificate>,
    /// Seconds between heartbeats; 0 stops them.
    #[prost(uint64, tag = "4")]
    pub heartbeat_interval_seconds: u64,
    /// TLS options.
    #[prost(message, optional, tag = "5")]
    pub tls: Option<TlsConnectionSettings>,
    /// Proxy.
    #[prost(message, optional, tag = "6")]
    pub proxy: Option<ProxyConnectionSettings>,
}

/// Settings of an OTLP connection for own telemetry.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TelemetryConnectionSettings {
    /// The full OTLP/HTTP URL with its path; empty turns the signal off.
    #[prost(string, tag = "1")]
    pub destination_endpoint: String,
    /// Headers of the request.
    #[prost(message, optional, tag = "2")]
    pub headers: Option<Headers>,
    /// Certificates.
    #[prost(message, optional, tag = "3")]
    pub certificate: Option<TlsCertificate>,
    /// TLS options.
    #[prost(message, optional, tag = "4")]
    pub tls: Option<TlsConnectionSettings>,
    /// Proxy.
    #[prost(message, optional, tag = "5")]
    pub proxy: Option<ProxyConnectionSettings>,
}

/// Settings of any other connection.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OtherConnectionSettings {
    /// The endpoint.
    #[prost(string, tag = "1")]
    pub destination_endpoint: String,
    /// Headers of the request.
    #[prost(message, optional, tag = "2")]
    pub headers: Option<Headers>,
    /// Certificates.
    #[prost(message, optional, tag = "3")]
    pub certificate: Option<TlsCertificate>,
    /// Whatever else the connection needs.
    #[prost(btree_map = "string, string", tag = "4")]
    pub other_settings: BTreeMap<String, String>,
    /// TLS options.
    #[prost(message, optional, tag = "5")]
    pub tls: Option<TlsConnectionSettings>,
    /// Proxy.
    #[prost(message, optional, tag = "6")]
    pub proxy: Option<ProxyConnectionSettings>,
}

/// TLS options of a connection.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct TlsConnectionSettings {
    /// Trusted authorities, PEM.
    #[prost(string, tag = "1")]
    pub ca_pem_contents: String,
    /// Whether the system's authorities are trusted as well.
    #[prost(bool, tag = "2")]
    pub include_system_ca_certs_pool: bool,
    /// Whether verification is off.
    #[prost(bool, tag = "3")]
    pub insecure_skip_verify: bool,
    /// Lowest TLS version.
    #[prost(string, tag = "4")]
    pub min_version: String,
    /// Highest TLS version.
    #[prost(string, tag = "5")]
    pub max_version: String,
    /// Allowed cipher suites.
    #[prost(string, repeated, tag = "6")]
    pub cipher_suites: Vec<String>,
}

/// A proxy for a connection.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ProxyConnectionSettings {
    /// Its URL.
    #[prost(string, tag = "1")]
    pub url: String,
    /// Headers of the CONNECT request.
    #[prost(message, optional, tag = "2")]
    pub connect_headers: Option<Headers>,
}

/// A list of headers.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct Headers {
    /// The headers in order.
    #[prost(message, repeated, tag = "1")]
    pub headers: Vec<Header>,
}

/// One header.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct Header {
    /// Its name.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Its value, often a credential.
    #[prost(string, tag = "2")]
    pub value: String,
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({:?}, {} bytes)", self.key, self.value.len())
    }
}

/// Certificates of a connection, all PEM.
#[derive(Clone, PartialEq, Eq, prost::Message)]
#[prost(skip_debug)]
pub struct TlsCertificate {
    /// The client's certificate.
    #[prost(bytes = "vec", tag = "1")]
    pub cert: Vec<u8>,
    /// Its private key.
    #[prost(bytes = "vec", tag = "2")]
    pub private_key: Vec<u8>,
    /// The authority that signs the server's certificate.
    #[prost(bytes = "vec", tag = "3")]
    pub ca_cert: Vec<u8>,
}

impl fmt::Debug for TlsCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TlsCertificate({} bytes, key {} bytes)", self.cert.len(), self.private_key.len())
    }
}

/// What became of connection settings.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ConnectionSettingsStatus {
    /// `hash` of the offer spoken of.
    #[prost(bytes = "vec", tag = "1")]
    pub last_connection_settings_hash: Vec<u8>,
    /// What became of it.
    #[prost(enumeration = "super::SettingStatus", tag = "2")]
    pub status: i32,
    /// Why it failed.
    #[prost(string, tag = "3")]
    pub error_message: String,
}

/// A request of the agent for connection settings.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct ConnectionSettingsRequest {
    /// For the OpAMP connection.
    #[prost(message, optional, tag = "1")]
    pub opamp: Option<OpampConnectionSettingsRequest>,
}

/// A request for settings of the OpAMP connection.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct OpampConnectionSettingsRequest {
    /// A certificate is asked for.
    #[prost(message, optional, tag = "1")]
    pub certificate_request: Option<CertificateRequest>,
}

/// A request for a certificate.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct CertificateRequest {
    /// The signing request, PEM.
    #[prost(bytes = "vec", tag = "1")]
    pub csr: Vec<u8>,
}
