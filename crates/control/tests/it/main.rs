//! Stories about the control plane: no sockets, a hand-wound clock, a real repository and a real store in a folder of their own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod alloy;
mod world;

mod archiving;
mod auditing;
mod backing_up;
mod bulk;
mod contesting;
mod delivering;
mod departing;
mod dying;
mod enrolling;
mod flowing;
mod journaling;
mod leaving;
mod measuring;
mod minting;
mod polled_truth;
mod polling;
mod rebuilding;
mod registering;
mod saving;
mod signing_in;
mod surviving;
mod telling_again;
