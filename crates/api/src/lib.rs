//! What other programs rely on: the bodies of the REST API, and a typed client for it.
//! Knows no other room; the server translates between these types and its own. Start at [`types`].

#[cfg(feature = "client")]
pub mod client;
pub mod types;
