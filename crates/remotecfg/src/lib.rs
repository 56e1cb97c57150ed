//! Alloy's `remotecfg` (`collector.v1` over Connect unary) without input or output: bytes in, decisions out, time as an argument.
//!
//! A listener does this with what a socket gives it:
//! 1. [`Method::of_path`] finds the call, [`check`] refuses what can be refused before the body is read.
//! 2. [`read`] checks the cost, then decodes: a [`Call`] holds the message and how to answer it.
//! 3. [`Memory::hear`] tells what a poll says about the configurations that the collector was given.
//! 4. [`Reply::poll`] answers it, out of an [`EncodedConfig`] that is made once; [`refuse`] says no.
//!
//! [`agent`] is the other half, for tests and fleets made of memory.

#![warn(clippy::indexing_slicing)]

pub mod agent;
mod config;
mod connect;
mod cost;
mod diagnostic;
pub mod limits;
mod memory;
pub mod proto;

pub use self::config::{BadContent, ConfigHash, EncodedConfig, hash_of};
pub use self::connect::{Answer, Call, Code, Incoming, Message, Method, Reply, check, read, refuse};
pub use self::diagnostic::{DIAGNOSTICS_MAX, Diagnostic, diagnostics};
pub use self::limits::Limits;
pub use self::memory::{Heard, Memory, State, Verdict, WORDS_BYTES_MAX};
