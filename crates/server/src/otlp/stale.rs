//! Pushes with a token that holds no longer: refused, and their collector is told its present one again.

use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use linkmesh_control::link::StalePush;
use linkmesh_fleet::Uid;
use linkmesh_otlp::{Point, decode_json, decode_protobuf};

use super::{BODY_MAX, Encoding, Otlp, Place, inflate};

/// Looks whose push this is that is about to be refused. Only somebody who once had a token of this server gets as far as its body.
pub(super) async fn note(otlp: &Otlp, bearer: &str, parts: &Parts, body: Body, encoding: Encoding) {
    if otlp.plane.note_stale_push(bearer) != Some(StalePush::Lost) {
        return;
    }
    let Some(_place) = Place::take(otlp, bearer) else { return };
    let Ok(Ok(body)) = tokio::time::timeout(BODY_MAX, to_bytes(body, otlp.limits.bytes)).await else {
        return;
    };
    let Ok(body) = inflate(&parts.headers, &body, otlp.limits.bytes, encoding) else { return };
    if let Some(uid) = claimed(otlp, &body, encoding) {
        otlp.plane.note_lost_push(uid);
    }
}

/// The first uid that a push says it is of.
fn claimed(otlp: &Otlp, body: &[u8], encoding: Encoding) -> Option<Uid> {
    let mut found = None;
    let mut sink = |point: &Point<'_>| {
        found = found.or_else(|| point.instance_id.and_then(|id| id.parse::<Uid>().ok()));
    };
    let decoded = match encoding {
        Encoding::Protobuf => decode_protobuf(body, &otlp.wanted, &otlp.limits, &mut sink),
        Encoding::Json => decode_json(body, &otlp.wanted, &otlp.limits, &mut sink),
    };
    decoded.ok().and(found)
}
