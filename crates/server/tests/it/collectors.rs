//! Collectors in lists and alone.

use serde_json::{Value, json};

use crate::running::Server;

fn ids(answer: &Value) -> Vec<String> {
    answer["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn paging_sees_every_collector_once() {
    let server = Server::new();
    for number in 0..25 {
        let env = if number % 2 == 0 { "prod" } else { "dev" };
        let body = json!({"name": format!("web-{number:02}"), "mode": "opamp", "labels": {"env": env}});
        assert_eq!(server.post("collectors", &body).status, 201);
    }
    let walk = |query: &str| {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = server.get(&format!("collectors?limit=4&{query}{cursor}")).json();
            seen.extend(ids(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
            assert!(seen.len() <= 25);
        }
    };
    let all: Vec<String> = (0..25).map(|number| format!("web-{number:02}")).collect();
    assert_eq!(walk(""), all);
    let even: Vec<String> = (0..25).step_by(2).map(|number| format!("web-{number:02}")).collect();
    assert_eq!(walk("label=env%3Dprod"), even);
    assert_eq!(walk("q=label.env%3Dprod%20and%20not%20web-00"), even.get(1..).unwrap());
    assert_eq!(server.get("collectors?limit=1").json()["total"], 25);
    assert_eq!(ids(&server.get("collectors?label=env%3Dprod&label=env%3Ddev").json()), [""; 0]);
}

#[test]
fn a_collector_is_made_changed_and_removed() {
    let server = Server::new();
    let made = server
        .post("collectors", &json!({"name": "Web 01", "mode": "opamp", "labels": {"a": "1", "b": "2"}}));
    assert_eq!(made.json()["id"], "web-01");
    assert_eq!(made.json()["status"], "awaiting_connection");
    server.post("collectors", &json!({"name": "web 01", "mode": "opamp"})).problem(409);
    let change = json!({"name": "Web", "labels": {"a": null, "c": "3"}});
    let changed = server.with("PATCH", "collectors/web-01", &[], Some(&change)).json();
    assert_eq!(changed["labels"], json!({"b": "2", "c": "3"}));
    assert_eq!((&changed["id"], &changed["name"]), (&json!("web-01"), &json!("Web")));
    for part in ["config", "drift", "attempts", "events", "components", "throughput", "intent"] {
        assert_eq!(server.get(&format!("collectors/web-01/{part}")).status, 200, "{part}");
        server.get(&format!("collectors/none/{part}")).problem(404);
    }
    assert_eq!(server.with("DELETE", "collectors/web-01", &[], None).status, 204);
    server.get("collectors/web-01").problem(404);
    let kinds: Vec<Value> =
        server.with("GET", "events?limit=5", &[("accept", "application/json")], None).json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["kind"].clone())
            .collect();
    assert!(kinds.contains(&json!("collector_removed")), "{kinds:?}");
}

#[test]
fn operations_say_why_they_make_no_sense_now() {
    let server = Server::new();
    server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
    let held = server.post("collectors/web/hold", &json!({"reason": "maintenance"})).json();
    assert_eq!((&held["sync"], &held["held"]), (&json!("held"), &json!(true)));
    assert!(held["sync_reason"].as_str().unwrap().contains("maintenance"));
    let released = server.with("POST", "collectors/web/release", &[], None).json();
    assert_eq!(released["held"], false);
    for call in ["release", "retry", "restart"] {
        server.with("POST", &format!("collectors/web/{call}"), &[], None).problem(409);
        server.with("POST", &format!("collectors/none/{call}"), &[], None).problem(404);
    }
    // A body may be absent.
    assert_eq!(server.with("POST", "delivery/freeze", &[], None).json()["frozen"], true);
    assert_eq!(server.get("server/health").json()["status"], "warning");
    assert_eq!(server.post("delivery/unfreeze", &json!({})).json()["frozen"], false);
    server.with("POST", "delivery/unfreeze", &[], None).problem(409);
}
