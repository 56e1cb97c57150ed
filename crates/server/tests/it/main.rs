//! The whole server in this process, spoken to over real HTTP. One file for each behavior.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alloy;
mod running;

mod access;
mod bounds;
mod browser;
mod bulk;
mod changes;
mod collectors;
mod document;
mod enrollment;
mod events;
mod first_start;
mod fleet_views;
mod history;
mod mirror;
mod polling;
mod polling_wire;
mod problems;
mod recovery;
mod secrets;
mod serving;
mod single_entities;
mod tls;
mod written_text;
