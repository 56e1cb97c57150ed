//! Every refusal has one form and says what to do.

use serde_json::json;

use crate::running::Server;

#[test]
fn what_is_not_there_is_a_404_and_what_is_not_done_a_405() {
    let server = Server::new();
    server.send("GET", "/nothing", &[], None).problem(404);
    server.get("nothing").problem(404);
    server.get("collectors/web-99").problem(404);
    server.get("collectors/Not%20An%20Id").problem(404);
    server.get("collectors/..%2f..%2fetc").problem(404);
    server.get("fleet/sources/none").problem(404);
    server.get("fleet/sauces/none").problem(404);
    server.get("revisions/0123456789012345678901234567890123456789").problem(404);
    server.with("DELETE", "enrollment-tokens/none", &[], None).problem(404);
    server.with("POST", "me", &[], Some(&json!({}))).problem(405);
    server.with("PATCH", "collectors", &[], Some(&json!({}))).problem(405);
}

#[test]
fn a_body_that_cannot_be_read_is_a_400_and_one_of_another_type_a_415() {
    let server = Server::new();
    let bearer = format!("Bearer {}", server.token);
    let send = |kind: &str, body: &[u8]| {
        let headers = [("authorization", bearer.as_str()), ("content-type", kind)];
        server.raw("POST", "/api/v1/collectors", &headers, body.to_vec())
    };
    send("application/json", b"{").problem(400);
    send("application/json", b"").problem(400);
    send("application/json", b"\xff\xfe").problem(400);
    send("application/json", b"[]").problem(422);
    send("text/plain", b"{}").problem(415);
    send("application/json; charset=utf-8", b"{\"name\": \"a\", \"mode\": \"opamp\"}");
}

#[test]
fn an_unknown_field_is_named_with_the_nearest_known_one() {
    let server = Server::new();
    let problem = server.post("enrollment-tokens", &json!({"max_use": 3})).problem(422);
    assert_eq!(problem["errors"][0]["path"], "max_use");
    assert!(
        problem["errors"][0]["message"].as_str().unwrap().contains("did you mean `max_uses`?"),
        "{problem}"
    );
    // Nobody gives themselves what the server gives.
    let problem = server.post("collectors", &json!({"name": "a", "mode": "opamp", "uid": "x"})).problem(422);
    assert_eq!(problem["errors"][0]["path"], "uid");
    for query in ["collectors?lmit=3", "revisions?lmit=3", "audit?actr=x", "events?knd=x"] {
        let answer = server.with("GET", query, &[("accept", "application/json")], None);
        let problem = answer.problem(422);
        assert!(problem["errors"][0]["message"].as_str().unwrap().contains('`'), "{problem}");
    }
}

#[test]
fn a_wrong_value_is_named_by_its_path() {
    let server = Server::new();
    let problem = server.post("collectors", &json!({"name": "a", "mode": "push"})).problem(422);
    assert_eq!(problem["errors"][0]["path"], "mode");
    let problem = server.post("enrollment-tokens", &json!({"labels": {"reported.os": "x"}})).problem(422);
    assert_eq!(problem["errors"][0]["path"], "labels");
    let problem = server.post("enrollment-tokens", &json!({"groups": ["ok", "Not Ok"]})).problem(422);
    assert_eq!(problem["errors"][0]["path"], "groups[1]");
    let problem = server.post("enrollment-tokens", &json!({"for": "nobody"})).problem(422);
    assert_eq!(problem["errors"][0]["path"], "for");
    let problem = server.get("collectors?q=stats%3Dconnected").problem(422);
    assert_eq!(problem["errors"][0]["path"], "q");
    assert!(problem["detail"].as_str().unwrap().contains("column 1"), "{problem}");
    server.get("collectors?limit=many").problem(422);
    server.get("collectors?cursor=../x").problem(422);
}
