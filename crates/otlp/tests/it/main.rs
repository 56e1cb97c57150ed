//! The laws of the OTLP decode, over both encodings.

mod alloy;
mod bad_input;
mod json;
mod messages;
mod properties;
mod protobuf;
mod recorded;
mod replies;
mod seen;
