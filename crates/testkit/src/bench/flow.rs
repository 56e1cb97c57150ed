//! The configuration that is pushed and saved: one pipeline, long enough to make 20 KB for a collector.
//! Start at [`change`].

use linkmesh_api::types::Change;
use serde_json::{Value, json};

/// Bytes of the rendered configuration, near enough, and exactly those of the floor.
pub(crate) const SIZE: usize = 20_480;
/// Statements that make a configuration of about [`SIZE`].
const STATEMENTS: usize = 216;

/// A change that gives every collector the whole flow, as its version `number`.
pub(crate) fn change(number: usize) -> Change {
    let mut change = Change { message: Some(format!("Version {number}")), ..Change::default() };
    let mut put = |path: &str, value: Value| change.put.insert(path.to_owned(), value);
    put("fleet/sources/app.yaml", json!({"type": "otlp", "settings": {"http": "127.0.0.1:4318"}}));
    put("fleet/destinations/out.yaml", json!({"type": "otlp-http", "endpoint": "http://127.0.0.1:4328"}));
    put("pipelines/long.yaml", pipeline(number));
    let route = json!({
        "sources": ["app"], "pipeline": "long", "destinations": ["out"], "signals": ["logs"], "policy": "immediate"
    });
    put("fleet/routes/all.yaml", route);
    change
}

/// A pipeline of about [`SIZE`]; another number, other text.
pub(crate) fn pipeline(number: usize) -> Value {
    let statement = |at: usize| {
        let word = at.wrapping_mul(2_654_435_761).wrapping_add(number) % 1_000_000_007;
        format!(
            "set(log.attributes[\"bench.attribute.{at:03}\"], \"value {word:010} of version {number:05}\")"
        )
    };
    let statements: Vec<String> = (0..STATEMENTS).map(statement).collect();
    json!({
        "name": "Long", "signals": ["logs"],
        "steps": [{"id": "mark", "type": "transform", "settings": {"statements": {"logs": statements}}}]
    })
}
