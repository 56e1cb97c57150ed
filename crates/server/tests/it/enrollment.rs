//! Enrollment tokens: shown once, checked, revoked; and the file for a new host.

use serde_json::json;

use crate::running::Server;

#[test]
fn a_token_is_shown_once_and_can_be_checked_without_using_it_up() {
    let server = Server::new();
    let made = server.post("enrollment-tokens", &json!({"name": "web", "labels": {"env": "prod"}}));
    assert_eq!(made.status, 201);
    let made = made.json();
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("lmenr_"));
    let check = |token: &str| {
        let bearer = format!("Bearer {token}");
        server.send("GET", "/api/v1/enrollment-tokens/check", &[("authorization", &bearer)], None)
    };
    for _ in 0..3 {
        assert_eq!(check(token).status, 204);
    }
    check("lmenr_nothing").problem(401);
    check(&server.token).problem(401);
    let list = server.get("enrollment-tokens");
    assert!(!list.text.contains(token), "the secret is not listed");
    assert_eq!(list.json()["items"][0]["state"], "active");
    assert_eq!(list.json()["items"][0]["uses"], 0);
    let path = format!("enrollment-tokens/{}", made["id"].as_str().unwrap());
    assert_eq!(server.with("DELETE", &path, &[], None).status, 204);
    check(token).problem(401);
    assert_eq!(server.get("enrollment-tokens").json()["items"][0]["state"], "revoked");
    assert!(!server.get("audit").text.contains(token), "the secret is not in the audit log");
}

#[test]
fn the_files_are_ready_and_only_they_hold_the_token() {
    let server = Server::on(tempfile::tempdir().unwrap(), Some("https://linkmesh.example.com"));
    let (cookie, csrf) = server.set_up();
    let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    let made = server.send("POST", "/api/v1/enrollment-tokens", &headers, Some(&json!({}))).json();
    let token = made["token"].as_str().unwrap();
    let file = made["files"]["supervisor.yaml"].as_str().unwrap();
    let line = made["install"]["script"].as_str().unwrap();
    assert!(
        line.starts_with(
            "curl -fsSL https://linkmesh.example.com/api/v1/downloads/install-opamp.sh | sudo sh"
        ) && line.contains(token),
        "{line}"
    );
    assert!(file.contains(&format!("Authorization: \"Bearer {token}\"")));
    assert!(file.contains("endpoint: \"wss://linkmesh.example.com/v1/opamp\""));
    let download = |bearer: Option<&str>| {
        let bearer = bearer.map(|bearer| format!("Bearer {bearer}"));
        let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        let answer = server.send("GET", "/api/v1/downloads/opamp-bootstrap-config.yaml", &headers, None);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), "application/yaml; charset=utf-8");
        answer.text
    };
    assert_eq!(download(Some(token)), file);
    let plain = download(None);
    assert!(plain.contains("REPLACE-WITH-AN-ENROLLMENT-TOKEN"));
    assert_eq!(download(Some("lmenr_x\"; echo")), plain, "nothing that is not valid is echoed");
    // Host is what a client says; addresses never come from it.
    let forged = [("host", "evil.example")];
    let answer = server.send("GET", "/api/v1/downloads/opamp-bootstrap-config.yaml", &forged, None);
    assert!(!answer.text.contains("evil"));
}

#[test]
fn a_repeated_create_happens_once_and_never_shows_the_token_again() {
    let server = Server::new();
    let make = |key: &str, body: serde_json::Value| {
        server.with("POST", "enrollment-tokens", &[("idempotency-key", key)], Some(&body))
    };
    let first = make("k1", json!({"name": "a"}));
    assert_eq!(first.status, 201);
    let again = make("k1", json!({"name": "a"}));
    let problem = again.problem(409);
    assert!(problem["detail"].as_str().unwrap().contains(first.json()["id"].as_str().unwrap()));
    assert!(!again.text.contains("lmenr_"));
    make("k1", json!({"name": "b"})).problem(422);
    assert_eq!(make("k2", json!({"name": "a"})).status, 201);
    assert_eq!(server.get("enrollment-tokens").json()["total"], 2);
    // A request that failed did not happen.
    make("k3", json!({"max_uses": 0})).problem(422);
    assert_eq!(make("k3", json!({"max_uses": 1})).status, 201);
    let collector = |key: &str| {
        let body = json!({"name": "web", "mode": "opamp"});
        server.with("POST", "collectors", &[("idempotency-key", key)], Some(&body))
    };
    assert_eq!(collector("c").status, 201);
    assert_eq!(collector("c").json()["id"], "web");
    collector("d").problem(409);
}

#[test]
fn the_install_script_holds_a_valid_token_and_nothing_else_of_a_request() {
    let server = Server::on(tempfile::tempdir().unwrap(), Some("https://linkmesh.example.com/base"));
    let (cookie, csrf) = server.set_up();
    let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    let made = server.send("POST", "/api/v1/enrollment-tokens", &headers, Some(&json!({}))).json();
    let token = made["token"].as_str().unwrap();
    let fetch = |path: &str, headers: &[(&str, &str)]| {
        let answer = server.send("GET", &format!("/api/v1/downloads/install-opamp.sh{path}"), headers, None);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("content-type"), "text/x-shellscript; charset=utf-8");
        answer.text
    };
    let plain = fetch("", &[]);
    assert!(plain.starts_with("#!/bin/sh\n"));
    assert!(plain.contains("default_server='https://linkmesh.example.com/base'\n"));
    assert!(plain.contains("default_token=''\n"));
    for (path, headers) in [
        ("?token=lmenr_x%0Atouch%20x", &[][..]),
        ("?server=evil.example", &[("host", "evil.example"), ("x-forwarded-host", "evil.example")]),
        ("", &[("authorization", "Bearer lmenr_x'; id; '")]),
        ("", &[("authorization", "Bearer lmenr_unknown"), ("user-agent", "'$(id)'")]),
    ] {
        assert_eq!(fetch(path, headers), plain, "{path} {headers:?}");
    }
    let bearer = format!("Bearer {token}");
    let filled = fetch("", &[("authorization", &bearer)]);
    assert_eq!(filled, plain.replace("default_token=''", &format!("default_token='{token}'")));
}

#[test]
fn a_token_can_be_checked_for_a_host_that_never_connected() {
    let server = Server::new();
    let made = server.post("enrollment-tokens", &json!({})).json();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let check = |query: &str| {
        let path = format!("/api/v1/enrollment-tokens/check{query}");
        server.send("GET", &path, &[("authorization", &bearer)], None)
    };
    for query in ["", "?host=new", "?host=any"] {
        assert_eq!(check(query).status, 204, "{query}");
    }
    check("?host=old").problem(422);
}
