//! OTLP metrics as they arrive on `/v1/metrics`: a bounded streaming decode of the wanted families, and the replies.
//! Knows nothing of HTTP, compression, collectors or what the numbers mean. Start at [`decode_protobuf`].

mod delivery;
mod json;
mod limits;
mod outcome;
mod point;
mod protobuf;
mod reply;

pub use json::decode_json;
pub use limits::{Limits, Wanted};
pub use outcome::{DecodeError, Outcome, Reason};
pub use point::{Attribute, Kind, Number, Point, Value};
pub use protobuf::decode_protobuf;
pub use reply::{StatusCode, reply_json, reply_protobuf, status_json, status_protobuf};
