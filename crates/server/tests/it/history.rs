//! Looking back, comparing, and bringing back.

use serde_json::{Value, json};

use crate::running::Server;

fn save(server: &Server, name: &str, grpc: &str) -> String {
    let put =
        json!({"put": {format!("fleet/sources/{name}.yaml"): {"type": "otlp", "settings": {"grpc": grpc}}}});
    server.post("changes", &put).json()["revision"].as_str().unwrap().to_owned()
}

#[test]
fn a_restore_is_a_new_commit_with_the_old_state() {
    let server = Server::new();
    let first = save(&server, "a", "0.0.0.0:4317");
    save(&server, "a", "0.0.0.0:5317");
    save(&server, "b", "0.0.0.0:6317");
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    let done = server.post("restore", &json!({"revision": first})).json();
    assert_eq!(done["changed"], true);
    assert_eq!(server.get("fleet/sources/a").json()["settings"]["grpc"], "0.0.0.0:4317");
    server.get("fleet/sources/b").problem(404);
    assert_eq!(server.get("collectors/web").status, 200, "a restore unenrolls nobody");
    let some = json!({"revision": "HEAD~1", "paths": ["fleet/sources/b.yaml"], "message": "Only b"});
    assert_eq!(server.post("restore", &some).json()["changed"], true);
    assert_eq!(server.get("fleet/sources/b").status, 200);
    assert_eq!(server.get("fleet/sources/a").json()["settings"]["grpc"], "0.0.0.0:4317");
    assert_eq!(server.get("revisions?limit=1").json()["items"][0]["subject"], "Only b");
    let same = server.post("restore", &json!({"revision": "HEAD"})).json();
    assert_eq!(same["changed"], false);
    server.post("restore", &json!({"revision": "0123456789012345678901234567890123456789"})).problem(404);
}

#[test]
fn a_difference_of_comments_is_restored_as_well() {
    let server = Server::new();
    let path = "fleet/sources/a.yaml";
    let save = |text: &str| server.post("changes", &json!({"put": {path: text}})).json()["revision"].clone();
    let (old, new) = ("# for the shop\ntype: otlp   # as agreed\n", "type: otlp\n");
    let first = save(old);
    save(new);
    let read = || server.with("GET", "fleet/sources/a", &[("accept", "application/yaml")], None).text;
    let done = server.post("restore", &json!({"revision": first, "paths": [path]})).json();
    assert_eq!((&done["changed"], read().as_str()), (&json!(true), old));
    let again = server.post("restore", &json!({"revision": first})).json();
    assert_eq!(again["changed"], false, "{again}");
}

#[test]
fn revisions_are_found_by_id_beginning_and_distance() {
    let server = Server::new();
    let first = save(&server, "a", "0.0.0.0:4317");
    let second = save(&server, "a", "0.0.0.0:5317");
    let named = |name: &str| server.get(&format!("revisions/{name}")).json()["revision"].clone();
    assert_eq!(named(&second), json!(second));
    assert_eq!(named(second.get(..10).unwrap()), json!(second));
    assert_eq!((named("HEAD"), named("HEAD~1")), (json!(second), json!(first)));
    let detail = server.get("revisions/HEAD").json();
    assert_eq!((&detail["parent"], &detail["current"]), (&json!(first), &json!(true)));
    assert!(detail["files"][0]["diff"].as_str().unwrap().contains("-  grpc: 0.0.0.0:4317"), "{detail}");
    for wrong in ["main", "HEAD^", "HEAD~x", "HEAD~999", "abc", "-upload-pack"] {
        let answer = server.get(&format!("revisions/{wrong}"));
        assert_eq!(answer.problem(422)["errors"][0]["path"], "revision", "{wrong}");
    }
    server.get("revisions/ffffffff").problem(404);
}

#[test]
fn a_difference_covers_files_and_final_configurations() {
    let server = Server::new();
    for name in ["web", "db"] {
        server.post("collectors", &json!({"name": name, "mode": "opamp"}));
    }
    let put = json!({"put": {
        "collectors/web/sources/app.yaml": {"type": "otlp"},
        "fleet/destinations/out.yaml": {"type": "debug"},
        "collectors/web/routes/r.yaml": {"sources": ["app"], "destinations": ["out"]},
    }});
    let answer = server.post("changes", &put);
    assert_eq!(answer.status, 200, "{answer:?}");
    let diff = server.get("diff?from=HEAD~1").json();
    assert_eq!(diff["files"].as_array().unwrap().len(), 3);
    assert_eq!(diff["classes"][0]["collectors"], json!(["web"]));
    let of = |collector: &str| server.get(&format!("diff?from=HEAD~1&to=HEAD&collector={collector}")).json();
    assert_eq!(of("web")["classes"].as_array().unwrap().len(), 1);
    assert_eq!(of("db")["classes"], json!([]));
    server.get("diff?from=HEAD~1&collector=none").problem(404);
    server.get("diff").problem(422);
}

#[test]
fn paging_through_the_history_sees_every_revision_once() {
    let server = Server::new();
    for number in 0..9 {
        save(&server, "a", &format!("0.0.0.0:{}", 5000 + number));
    }
    let (mut seen, mut cursor) = (Vec::<Value>::new(), String::new());
    loop {
        let page = server.get(&format!("revisions?limit=4{cursor}")).json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["revision"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 10);
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 10);
}

#[test]
fn the_audit_log_pairs_intent_and_end_and_its_pages_join() {
    let server = Server::new();
    save(&server, "a", "0.0.0.0:4317");
    server.post("changes", &json!({"put": {"fleet/sources/a.yaml": {"type": "nothing"}}})).problem(422);
    let saves = server.get("audit?action=config.save").json();
    let outcomes: Vec<&str> =
        saves["items"].as_array().unwrap().iter().map(|entry| entry["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["failed", "intended", "done", "intended"]);
    let (mut seqs, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("audit?limit=3{cursor}")).json();
        seqs.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["seq"].as_u64().unwrap()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let expected: Vec<u64> = (1..=seqs[0]).rev().collect();
    assert_eq!(seqs, expected);
    server.get("audit?from=yesterday").problem(422);
    assert_eq!(server.get("audit?from=2999-01-01T00:00:00Z").json()["items"], json!([]));
}
