//! Changes of several entities: one commit or nothing, and the plan of one.

use serde_json::{Value, json};

use crate::running::Server;

fn change() -> Value {
    json!({"message": "Send apps to debug", "put": {
        "fleet/sources/app.yaml": {"type": "otlp"},
        "fleet/destinations/out.yaml": {"type": "debug"},
        "fleet/routes/r.yaml": {"sources": ["app"], "destinations": ["out"]},
    }})
}

fn with(mut change: Value, key: &str, value: Value) -> Value {
    change[key] = value;
    change
}

#[test]
fn a_plan_says_who_gets_what_and_changes_nothing() {
    let server = Server::new();
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    let head = server.get("revisions?limit=1").json()["items"][0]["revision"].clone();
    let plan = server.post("changes", &with(change(), "dry_run", json!(true))).json();
    assert_eq!((&plan["base"], &plan["affected"]), (&head, &json!(1)));
    assert_eq!(plan["files"].as_array().unwrap().len(), 3);
    assert_eq!(plan["classes"][0]["collectors"], json!(["web"]));
    assert!(plan["classes"][0]["diff"].as_str().unwrap().contains("+  otlp/app:"), "{plan}");
    assert_eq!(server.get("revisions?limit=1").json()["items"][0]["revision"], head);
    let done = server.post("changes", &with(change(), "base", plan["base"].clone())).json();
    assert_eq!(done["changed"], true);
    assert_eq!(done["etags"].as_object().unwrap().len(), 3);
    let config = server.get("collectors/web/config").json();
    assert_eq!(config["desired"]["hash"], plan["classes"][0]["to_hash"]);
    let newest = server.get("revisions?limit=1").json()["items"][0].clone();
    assert_eq!((&newest["subject"], &newest["author"]), (&json!("Send apps to debug"), &json!("tests")));
    let again = server.post("changes", &change()).json();
    assert_eq!((&again["changed"], &again["revision"]), (&json!(false), &done["revision"]));
    let nothing = server.post("changes", &with(change(), "dry_run", json!(true))).json();
    assert_eq!((&nothing["files"], &nothing["affected"]), (&json!([]), &json!(0)));
}

#[test]
fn a_change_that_is_repeated_with_its_key_happens_once_and_is_answered_alike() {
    let server = Server::new();
    let save =
        |key: &str, body: &Value| server.with("POST", "changes", &[("idempotency-key", key)], Some(body));
    let mut unused = change();
    unused["put"]["fleet/destinations/spare.yaml"] = json!({"type": "debug"});
    // A plan saves nothing, so it uses no key up.
    assert_eq!(save("one", &with(unused.clone(), "dry_run", json!(true))).status, 200);
    let first = save("one", &unused).json();
    assert_eq!(first["etags"].as_object().unwrap().len(), 4);
    // Somebody else goes on meanwhile; the repetition neither undoes that nor says something else.
    let other = json!({"put": {"fleet/destinations/spare.yaml": {"type": "debug", "name": "Spare"}}});
    let newer = server.post("changes", &other);
    assert_eq!(newer.status, 200, "{newer:?}");
    assert_eq!(save("one", &unused).json(), first);
    assert_eq!(server.get("revisions?limit=1").json()["items"][0]["revision"], newer.json()["revision"]);
    save("one", &change()).problem(422);
    // What was refused has not been done, so its key is free.
    let wrong = json!({"put": {"fleet/routes/bad.yaml": {"sources": ["none"], "destinations": ["out"]}}});
    save("two", &wrong).problem(422);
    assert_eq!(save("two", &json!({"delete": ["fleet/destinations/spare.yaml"]})).status, 200);
}

#[test]
fn a_change_is_whole_or_nothing() {
    let server = Server::new();
    let mut bad = change();
    bad["put"]["fleet/routes/bad.yaml"] = json!({"sources": ["app"], "destinations": ["none"]});
    for body in [bad.clone(), with(bad, "dry_run", json!(true))] {
        let problem = server.post("changes", &body).problem(422);
        assert!(
            problem["errors"][0]["path"].as_str().unwrap().starts_with("fleet/routes/bad.yaml"),
            "{problem}"
        );
    }
    server.get("fleet/sources/app").problem(404);
    let problem =
        server.post("changes", &json!({"put": {"../x.yaml": {}, "registry/00/a.yaml": {}}})).problem(422);
    assert!(!problem["errors"].as_array().unwrap().is_empty());
    server.post("changes", &json!({"base": "main"})).problem(422);
    let both = json!({"put": {"fleet/sources/a.yaml": {"type": "otlp"}}, "delete": ["fleet/sources/a.yaml"]});
    server.post("changes", &both).problem(422);
}

#[test]
fn a_change_on_a_base_that_moved_on_is_a_conflict() {
    let server = Server::new();
    let base = server.post("changes", &change()).json()["revision"].clone();
    let edit =
        |name: &str| json!({"base": base, "put": {"fleet/sources/app.yaml": {"type": "otlp", "name": name}}});
    assert_eq!(server.post("changes", &edit("one")).status, 200);
    let problem = server.post("changes", &edit("two")).problem(409);
    assert!(problem["current"].as_str().unwrap().contains("name: one"), "{problem}");
    server.post("changes", &with(edit("two"), "dry_run", json!(true))).problem(409);
    // Another file did not move.
    let other = json!({"base": base, "put": {"fleet/sources/other.yaml": {"type": "otlp", "settings": {"grpc": "0.0.0.0:5000"}}}});
    assert_eq!(server.post("changes", &other).status, 200);
}

#[test]
fn a_render_is_what_the_collector_will_run() {
    let server = Server::new();
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    server.post("changes", &change());
    let rendered = server.post("render", &json!({"collector": "web"})).json();
    let config = server.get("collectors/web/config").json();
    assert_eq!(rendered["hash"], config["desired"]["hash"]);
    assert_eq!(rendered["text"], config["desired"]["text"]);
    assert_eq!(rendered["map"]["receiver/otlp/app"]["entity"], "sources/app");
    let entities = server
        .post("render", &json!({"runtime": "otelcol", "version": "0.158.0", "entities": change()["put"]}))
        .json();
    assert_eq!(entities["hash"], rendered["hash"]);
    server.post("render", &json!({})).problem(422);
    server.post("render", &json!({"collector": "web", "entities": {}})).problem(422);
    server.post("render", &json!({"collector": "none"})).problem(404);
    server.post("render", &json!({"entities": {"fleet/sources/a.yaml": {"type": "nothing"}}})).problem(422);
}

#[test]
fn the_catalog_names_types_with_schema_and_examples() {
    let server = Server::new();
    let list = server.get("catalog").json();
    let types: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert!(types.contains(&"otlp") && types.contains(&"filter") && types.contains(&"debug"), "{types:?}");
    let otlp = server.get("catalog/sources/otlp").json();
    assert!(otlp["schema"]["properties"]["grpc"].is_object(), "{otlp}");
    let problem = server.get("catalog/sources/otpl").problem(404);
    assert!(problem["detail"].as_str().unwrap().contains("did you mean `otlp`?"), "{problem}");
    server.get("catalog/sauces/otlp").problem(404);
}
