//! Stories about the control plane: no sockets, a hand-wound clock, a real repository and a real store in a folder of their own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

mod delivering;
mod enrolling;
mod saving;
mod surviving;
