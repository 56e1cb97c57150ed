//! Single entities: nothing is overwritten unseen.

use serde_json::json;

use crate::running::Server;

const SOURCE: &str = "fleet/sources/app";

#[test]
fn a_write_says_what_it_is_based_on() {
    let server = Server::new();
    let otlp = json!({"type": "otlp"});
    server.with("PUT", SOURCE, &[], Some(&otlp)).problem(428);
    server.with("PUT", SOURCE, &[("if-match", "*")], Some(&otlp)).problem(404);
    server.with("PUT", SOURCE, &[("if-match", "no-quotes")], Some(&otlp)).problem(400);
    let made = server.with("PUT", SOURCE, &[("if-none-match", "*")], Some(&otlp));
    assert_eq!(made.status, 201, "{made:?}");
    let etag = made.header("etag").to_owned();
    assert_eq!(etag, format!("\"{}\"", made.json()["etag"].as_str().unwrap()));
    let seen = server.get(SOURCE);
    assert_eq!((seen.header("etag"), seen.json()), (etag.as_str(), otlp.clone()));
    server.with("PUT", SOURCE, &[("if-none-match", "*")], Some(&otlp)).problem(409);
    let named = json!({"type": "otlp", "name": "Apps"});
    let changed = server.with("PUT", SOURCE, &[("if-match", &etag)], Some(&named));
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), etag);
    assert_eq!(server.get("revisions?limit=1").json()["items"][0]["revision"], changed.json()["revision"]);
}

#[test]
fn a_stale_write_is_a_conflict_with_both_texts() {
    let server = Server::new();
    let put = |tag: &str, name: &str| {
        let header = if tag == "*" { ("if-none-match", tag) } else { ("if-match", tag) };
        server.with("PUT", SOURCE, &[header], Some(&json!({"type": "otlp", "name": name})))
    };
    let first = put("*", "one").header("etag").to_owned();
    let second = put(&first, "two");
    assert_eq!(second.status, 200);
    let problem = put(&first, "three").problem(409);
    assert!(problem["current"].as_str().unwrap().contains("name: two"), "{problem}");
    assert!(problem["proposed"].as_str().unwrap().contains("name: three"), "{problem}");
    assert_eq!(problem["current_etag"], second.json()["etag"]);
    assert_eq!(server.get(SOURCE).json()["name"], "two");
    let again = format!("\"{}\"", problem["current_etag"].as_str().unwrap());
    assert_eq!(put(&again, "three").status, 200);
}

#[test]
fn of_writers_at_once_on_one_state_one_wins() {
    let server = Server::new();
    let etag = server
        .with("PUT", SOURCE, &[("if-none-match", "*")], Some(&json!({"type": "otlp"})))
        .header("etag")
        .to_owned();
    let statuses = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..8)
            .map(|number| {
                let (server, etag) = (&server, etag.as_str());
                scope.spawn(move || {
                    let body = json!({"type": "otlp", "name": format!("writer {number}")});
                    server.with("PUT", SOURCE, &[("if-match", etag)], Some(&body)).status
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409)), "{statuses:?}");
}

#[test]
fn a_fault_names_file_and_field() {
    let server = Server::new();
    let put = |path: &str, body: serde_json::Value| {
        server.with("PUT", path, &[("if-none-match", "*")], Some(&body)).problem(422)
    };
    let problem = put(SOURCE, json!({"type": "otpl"}));
    assert!(
        problem["errors"][0]["path"].as_str().unwrap().starts_with("fleet/sources/app.yaml"),
        "{problem}"
    );
    assert!(problem["detail"].as_str().unwrap().contains("otlp"), "it names the nearest type: {problem}");
    let problem = put(SOURCE, json!({"type": "otlp", "setings": {}}));
    assert!(problem["detail"].as_str().unwrap().contains("did you mean `settings`?"), "{problem}");
    let problem = put("fleet/routes/r", json!({"sources": ["none"], "destinations": ["none"]}));
    let paths: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert!(paths.iter().any(|path| path.contains("fleet/routes/r.yaml: destinations")), "{problem}");
    put("fleet/sources/Not_An_Id", json!({"type": "otlp"}));
    assert_eq!(server.get("revisions").json()["items"].as_array().unwrap().len(), 1, "nothing was committed");
}

#[test]
fn what_is_referred_to_is_not_removed() {
    let server = Server::new();
    let put = json!({"put": {
        "fleet/sources/app.yaml": {"type": "otlp"},
        "fleet/destinations/out.yaml": {"type": "debug"},
        "fleet/routes/r.yaml": {"sources": ["app"], "destinations": ["out"]},
    }});
    assert_eq!(server.post("changes", &put).status, 200);
    let problem = server.with("DELETE", "fleet/destinations/out", &[], None).problem(409);
    assert!(problem["detail"].as_str().unwrap().contains("fleet/routes/r.yaml"), "{problem}");
    let stale = [("if-match", "\"0123456789012345678901234567890123456789\"")];
    server.with("DELETE", "fleet/routes/r", &stale, None).problem(409);
    assert_eq!(server.with("DELETE", "fleet/routes/r", &[], None).status, 200);
    assert_eq!(server.with("DELETE", "fleet/destinations/out", &[], None).status, 200);
    server.with("DELETE", "fleet/destinations/out", &[], None).problem(404);
}

#[test]
fn every_kind_has_its_place_and_its_list() {
    let server = Server::new();
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    for (path, body) in [
        ("groups/edge", json!({"name": "Edge", "members": ["web"]})),
        ("groups/edge/sources/logs", json!({"type": "otlp"})),
        ("collectors/web/destinations/out", json!({"type": "debug"})),
        ("pipelines/clean", json!({"signals": ["logs"], "steps": []})),
    ] {
        let answer = server.with("PUT", path, &[("if-none-match", "*")], Some(&body));
        assert_eq!(answer.status, 201, "{path}: {answer:?}");
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    for (list, path, scope) in [
        ("groups", "groups/edge/group.yaml", json!(null)),
        ("sources", "groups/edge/sources/logs.yaml", json!("groups/edge")),
        ("destinations", "collectors/web/destinations/out.yaml", json!("collectors/web")),
        ("pipelines", "pipelines/clean.yaml", json!(null)),
    ] {
        let item = server.get(list).json()["items"][0].clone();
        assert_eq!((&item["path"], &item["scope"]), (&json!(path), &scope), "{list}");
    }
    assert_eq!(server.get("sources?scope=fleet").json()["items"], json!([]));
    assert_eq!(server.get("sources?scope=groups/edge&type=otlp&q=log").json()["total"], 1);
    server.get("sources?scope=nowhere").problem(422);
    assert_eq!(server.get("collectors/web").json()["groups"], json!(["edge"]));
}
