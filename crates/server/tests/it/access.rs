//! Nobody gets in without a credential, and nobody further than their role.

use std::collections::BTreeSet;

use linkmesh_server::http::PUBLIC;
use serde_json::{Value, json};

use crate::running::Server;

/// Every operation of the document: method and path.
fn operations(server: &Server) -> Vec<(String, String)> {
    let document = server.send("GET", "/api/v1/openapi.json", &[], None).json();
    let paths = document["paths"].as_object().unwrap().clone();
    paths
        .into_iter()
        .flat_map(|(path, item)| {
            let methods: Vec<String> = item.as_object().unwrap().keys().cloned().collect();
            methods.into_iter().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

/// A path with something in place of every parameter.
fn filled(path: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{kind}" => "sources",
            part if part.starts_with('{') => "x",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[test]
fn every_call_that_is_not_listed_as_public_needs_a_credential() {
    let server = Server::new();
    let operations = operations(&server);
    assert!(operations.len() > 50, "{}", operations.len());
    let credentials: [&[(&str, &str)]; 5] = [
        &[],
        &[("authorization", "Bearer lmsat_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
        &[("authorization", "Basic YTpi")],
        &[("cookie", "linkmesh_session=lmses_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")],
        &[("authorization", "Bearer ")],
    ];
    for (method, path) in &operations {
        let public = PUBLIC.iter().any(|(verb, public)| verb == method && public == path);
        for headers in credentials {
            let answer = server.send(method, &filled(path), headers, Some(&json!({})));
            if !public {
                answer.problem(401);
            }
        }
    }
}

#[test]
fn the_public_calls_are_these_and_no_others() {
    let server = Server::new();
    let documented: BTreeSet<(String, String)> = operations(&server)
        .into_iter()
        .filter(|(method, path)| PUBLIC.iter().any(|(verb, public)| verb == method && public == path))
        .collect();
    let expected = [
        ("GET", "/api/v1/downloads/install-opamp.sh"),
        ("GET", "/api/v1/downloads/mirror/SHA256SUMS"),
        ("GET", "/api/v1/downloads/mirror/manifest.json"),
        ("GET", "/api/v1/downloads/mirror/{kind}/{version}/{arch}/{name}"),
        ("GET", "/api/v1/downloads/config.alloy"),
        ("GET", "/api/v1/downloads/opamp-bootstrap-config.yaml"),
        ("GET", "/api/v1/remotecfg"),
        ("GET", "/api/v1/enrollment-tokens/check"),
        ("GET", "/api/v1/openapi.json"),
        ("POST", "/api/v1/session"),
        ("POST", "/api/v1/setup"),
    ];
    assert_eq!(documented, expected.map(|(method, path)| (method.to_owned(), path.to_owned())).into());
}

#[test]
fn a_viewer_looks_and_changes_nothing() {
    let server = Server::new();
    let made = server.post("service-accounts", &json!({"name": "viewer", "role": "viewer"})).json();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(server.send("GET", "/api/v1/collectors", &headers, None).status, 200);
    for (path, body) in [
        ("/api/v1/enrollment-tokens", json!({})),
        ("/api/v1/collectors", json!({"name": "a", "mode": "opamp"})),
        ("/api/v1/changes", json!({"put": {"fleet/sources/a.yaml": {"type": "otlp"}}})),
        ("/api/v1/delivery/freeze", json!({})),
        ("/api/v1/service-accounts", json!({"name": "x", "role": "admin"})),
    ] {
        let problem = server.send("POST", path, &headers, Some(&body)).problem(403);
        assert!(problem["detail"].as_str().unwrap().contains(':'), "it names the permission: {problem}");
    }
    server.send("GET", "/api/v1/audit", &headers, None).problem(403);
    let refused = server.get("audit?action=delivery.freeze").json();
    assert_eq!(refused["items"][0]["outcome"], "refused");
    assert_eq!(refused["items"][0]["actor"]["name"], "viewer");
}

#[test]
fn a_removed_account_is_out_at_once() {
    let server = Server::new();
    let made = server.post("service-accounts", &json!({"name": "short", "role": "admin"})).json();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let me = |headers: &[(&str, &str)]| server.send("GET", "/api/v1/me", headers, None);
    assert_eq!(me(&[("authorization", &bearer)]).json()["name"], "short");
    let path = format!("service-accounts/{}", made["id"].as_str().unwrap());
    assert_eq!(server.with("DELETE", &path, &[], None).status, 204);
    me(&[("authorization", &bearer)]).problem(401);
    server.with("DELETE", &path, &[], None).problem(404);
}

#[test]
fn a_credential_of_another_kind_is_told_what_it_is() {
    let server = Server::new();
    let token = server.post("enrollment-tokens", &json!({})).json()["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let problem = server.send("GET", "/api/v1/me", &[("authorization", &bearer)], None).problem(401);
    assert!(problem["detail"].as_str().unwrap().contains("enrollment token"), "{problem}");
    assert_eq!(problem["errors"], Value::Null);
}
