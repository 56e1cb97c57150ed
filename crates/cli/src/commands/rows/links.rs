//! Links as rows, with what their two ends count.

use linkmesh_api::types::{LinkTraffic, ListedEntity};
use serde::Serialize;

use super::{Columns, what};
use crate::output::numbers::rate;

/// A link with what its two ends count.
#[derive(Serialize)]
pub(in crate::commands) struct LinkRow {
    #[serde(flatten)]
    pub(in crate::commands) link: ListedEntity,
    pub(in crate::commands) traffic: Option<LinkTraffic>,
}

/// Links.
pub(in crate::commands) const LINKS: Columns<LinkRow> = Columns {
    header: &["ID", "ENDS", "SENT", "RECEIVED", "LOST", "FAILED", "NAME", "PATH"],
    narrow: 5,
    row: |l, _| {
        let traffic = l.traffic.as_ref();
        vec![
            l.link.id.clone(),
            what(&l.link.entity),
            rate(traffic.and_then(|traffic| traffic.from.sent_per_s)),
            rate(traffic.and_then(|traffic| traffic.to.received_per_s)),
            rate(traffic.and_then(|traffic| traffic.lost_per_s)),
            rate(traffic.and_then(|traffic| traffic.from.failed_per_s)),
            l.link.entity["name"].as_str().unwrap_or_default().to_owned(),
            l.link.path.clone(),
        ]
    },
    id: |l| &l.link.id,
};
