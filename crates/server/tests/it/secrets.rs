//! A credential goes in and never comes out.

use serde_json::json;

use crate::running::Server;

const CANARY: &str = "canary-hunter2-secret";

#[test]
fn a_stored_credential_is_shown_nowhere() {
    let server = Server::new();
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    let destination = json!({"type": "otlp-http", "endpoint": "https://otlp.example.com", "credentials": {"token": CANARY}});
    let put = json!({"put": {
        "fleet/sources/app.yaml": {"type": "otlp"},
        "fleet/destinations/out.yaml": destination,
        "fleet/routes/r.yaml": {"sources": ["app"], "destinations": ["out"]},
    }});
    let plan = {
        let mut dry = put.clone();
        dry["dry_run"] = json!(true);
        server.post("changes", &dry)
    };
    assert_eq!(plan.status, 200, "{plan:?}");
    let saved = server.post("changes", &put);
    assert_eq!(saved.status, 200, "{saved:?}");
    let entity = server.get("fleet/destinations/out");
    assert_eq!(entity.json()["credentials"]["token"], json!({"$sealed": true}));
    let stale = [("if-match", "\"0123456789012345678901234567890123456789\"")];
    let edited = json!({"type": "otlp-http", "endpoint": "https://other.example.com", "credentials": {"token": format!("{CANARY}-2")}});
    let conflict = server.with("PUT", "fleet/destinations/out", &stale, Some(&edited));
    conflict.problem(409);
    let mut answers = vec![plan, saved, entity, conflict];
    for path in [
        "collectors/web/config",
        "collectors/web/intent",
        "collectors/web/drift",
        "destinations",
        "revisions/HEAD",
        "diff?from=HEAD~1",
        "audit",
        "metrics",
        "server/health",
    ] {
        answers.push(server.get(path));
    }
    answers.push(server.post("render", &json!({"collector": "web"})));
    answers.push(server.with("GET", "events", &[("accept", "application/json")], None));
    for answer in &answers {
        assert!(!answer.text.contains(CANARY), "in clear: {answer:?}");
        assert!(!answer.text.contains("v1:"), "sealed: {answer:?}");
    }
    // Sent back as it was shown, it stays what it is.
    let etag = server.get("fleet/destinations/out").header("etag").to_owned();
    let mut shown = server.get("fleet/destinations/out").json();
    shown["endpoint"] = json!("https://new.example.com");
    let kept = server.with("PUT", "fleet/destinations/out", &[("if-match", &etag)], Some(&shown));
    assert_eq!(kept.status, 200, "{kept:?}");
    let clear = server.post("render", &json!({"collector": "web", "with_secrets": true}));
    assert!(clear.text.contains(CANARY), "{clear:?}");
    assert_eq!(server.get("audit?action=secrets.show").json()["items"][0]["outcome"], "done");
}
