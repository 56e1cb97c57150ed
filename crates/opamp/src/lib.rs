//! OpAMP without input or output: bytes in, decisions out.
pub mod proto;
