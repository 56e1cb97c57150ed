//! What a rendering must be: accepted by the real collector, exact in what it routes, the same bytes for the same intent.
//! One binary, so that the pieces below share their support.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "rendering/catalog.rs"]
mod catalog;
#[path = "rendering/corpus.rs"]
mod corpus;
#[path = "rendering/faults.rs"]
mod faults;
#[path = "rendering/faults_alloy.rs"]
mod faults_alloy;
#[path = "rendering/first_match.rs"]
mod first_match;
#[path = "rendering/hostile.rs"]
mod hostile;
#[path = "rendering/judged.rs"]
mod judged;
#[path = "rendering/parity.rs"]
mod parity;
#[path = "rendering/peer.rs"]
mod peer;
#[path = "rendering/properties.rs"]
mod properties;
#[path = "rendering/read_alloy.rs"]
mod read_alloy;
#[path = "rendering/read_otelcol.rs"]
mod read_otelcol;
#[path = "rendering/recorded.rs"]
mod recorded;
#[path = "rendering/records.rs"]
mod records;
#[path = "rendering/same.rs"]
mod same;
#[path = "rendering/support.rs"]
mod support;
