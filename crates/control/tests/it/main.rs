//! Stories about the control plane: no sockets, a hand-wound clock, a real repository and a real store in a folder of their own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod world;

mod auditing;
mod backing_up;
mod contesting;
mod delivering;
mod enrolling;
mod journaling;
mod leaving;
mod rebuilding;
mod registering;
mod saving;
mod signing_in;
mod surviving;
