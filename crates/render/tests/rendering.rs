//! What a rendering must be: accepted by the real collector, exact in what it routes, the same bytes for the same intent.
//! One binary, so that the pieces below share their support.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "rendering/catalog.rs"]
mod catalog;
#[path = "rendering/corpus.rs"]
mod corpus;
#[path = "rendering/faults.rs"]
mod faults;
#[path = "rendering/first_match.rs"]
mod first_match;
#[path = "rendering/peer.rs"]
mod peer;
#[path = "rendering/properties.rs"]
mod properties;
#[path = "rendering/recorded.rs"]
mod recorded;
#[path = "rendering/support.rs"]
mod support;
