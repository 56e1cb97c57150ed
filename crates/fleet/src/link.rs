//! A link: collector-to-collector forwarding, both ends rendered from one entity.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::destination::Tls;
use crate::ids::Id;
use crate::secret::Credentials;
use crate::selector::Selector;
use crate::signal::Signal;

/// `links/<id>.yaml`. Its id is a destination on the sending side and a source on the receiving side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What people see; the id when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who sends.
    pub from: Selector,
    /// Who receives: a group or a collector.
    pub to: Id,
    /// `host:port` of the receiving side; configured, never taken from what a host reports.
    pub endpoints: Vec<String>,
    /// What is forwarded.
    pub signals: Vec<Signal>,
    /// TLS of the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// Credentials of the connection.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub auth: Credentials,
}
