//! OpAMP v0.18 without input or output: bytes in, decisions out, time as an argument.
//!
//! A listener does this with what a socket gives it:
//! 1. [`websocket::Decoder::next`] turns bytes into messages, [`frame::body`] takes off the header
//!    (plain HTTP has neither).
//! 2. [`decode::agent_to_server`] checks the cost, then decodes.
//! 3. [`uid::InstanceUid`] of the message finds the [`session::ServerSession`]; who may speak for it is the caller's
//!    to decide.
//! 4. [`session::ServerSession::handle`] tells what changed; [`session::ServerSession::reply`] what to answer, out of
//!    what the caller wants.
//! 5. [`session::Reply::to_websocket_frame`] or [`session::Reply::to_body`] writes it.
//!
//! [`agent`] is the other half, for tests and fleets made of memory.

#![warn(clippy::indexing_slicing)]

pub mod agent;
pub mod allowance;
pub mod decode;
mod fingerprint;
pub mod frame;
pub mod limits;
pub mod proto;
pub mod session;
pub mod uid;
mod varint;
pub mod websocket;
