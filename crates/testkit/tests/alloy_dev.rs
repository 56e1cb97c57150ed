#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#[path = "../../server/tests/e2e/alloy_fake.rs"]
mod alloy_fake;
