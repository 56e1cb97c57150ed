//! What the sender is told: full success, partial success, or a status for a refusal, in both encodings.
//! Knows nothing of HTTP status lines. Start at [`reply_protobuf`].

use serde_json::json;

/// `ExportMetricsServiceResponse` in protobuf; full success is the empty message, 0 bytes (OTLP/HTTP "Full Success").
pub fn reply_protobuf(rejected_points: u64, message: &str) -> Vec<u8> {
    let mut partial = Vec::new();
    put_varint_field(&mut partial, 1, rejected_points.min(i64::MAX.unsigned_abs()));
    put_text_field(&mut partial, 2, message);
    let mut reply = Vec::new();
    put_bytes_field(&mut reply, 1, &partial);
    reply
}

/// `ExportMetricsServiceResponse` in JSON; full success is `{}`.
pub fn reply_json(rejected_points: u64, message: &str) -> String {
    if rejected_points == 0 && message.is_empty() {
        return "{}".into();
    }
    // The mapping writes 64-bit integers as text.
    json!({"partialSuccess": {"rejectedDataPoints": rejected_points.to_string(), "errorMessage": message}})
        .to_string()
}

/// The codes of `google.rpc.Status` that a refusal can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCode {
    /// The body cannot be read; sending it again will not help.
    InvalidArgument = 3,
    /// The credential is known and may not do this.
    PermissionDenied = 7,
    /// Too large, or too many requests.
    ResourceExhausted = 8,
    /// No such thing here: another signal, encoding or method.
    Unimplemented = 12,
    /// Not now; send it again.
    Unavailable = 14,
    /// No credential, or one that is not valid.
    Unauthenticated = 16,
}

/// `google.rpc.Status` in protobuf, the body of every refusal (OTLP/HTTP "Failures").
pub fn status_protobuf(code: StatusCode, message: &str) -> Vec<u8> {
    let mut status = Vec::new();
    put_varint_field(&mut status, 1, code as u64);
    put_text_field(&mut status, 2, message);
    status
}

/// `google.rpc.Status` in JSON.
pub fn status_json(code: StatusCode, message: &str) -> String {
    json!({"code": code as u64, "message": message}).to_string()
}

fn put_varint_field(out: &mut Vec<u8>, number: u8, value: u64) {
    if value != 0 {
        out.push(number << 3);
        put_varint(out, value);
    }
}

fn put_text_field(out: &mut Vec<u8>, number: u8, text: &str) {
    put_bytes_field(out, number, text.as_bytes());
}

fn put_bytes_field(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    if !bytes.is_empty() {
        out.push(number << 3 | 2);
        put_varint(out, bytes.len() as u64);
        out.extend_from_slice(bytes);
    }
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    out.push(value.to_le_bytes()[0]);
}
