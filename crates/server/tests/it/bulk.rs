//! The archive, and one act on many collectors, as a program calls them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::running::Server;

fn fleet(server: &Server, count: usize) {
    for number in 0..count {
        let env = if number % 2 == 0 { "prod" } else { "dev" };
        let body = json!({"name": format!("web-{number}"), "mode": "opamp", "labels": {"env": env}});
        assert_eq!(server.post("collectors", &body).status, 201);
    }
}

fn ids(server: &Server, query: &str) -> Vec<String> {
    let page = server.get(&format!("collectors?limit=100&{query}")).json();
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Begins a job and waits for its end.
fn done(server: &Server, body: &Value) -> Value {
    let begun = server.post("collectors/bulk", body);
    assert_eq!(begun.status, 202, "{begun:?}");
    let id = begun.json()["id"].as_str().unwrap().to_owned();
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let job = server.get(&format!("jobs/{id}")).json();
        if job["state"] != "running" {
            return job;
        }
        assert!(Instant::now() < deadline, "{job}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn an_archived_collector_is_off_the_list_and_back_on_it() {
    let server = Server::new();
    fleet(&server, 3);
    assert_eq!(server.post("collectors/web-1/archive", &json!({"reason": "sold"})).status, 204);
    assert_eq!(ids(&server, ""), ["web-0", "web-2"]);
    assert_eq!(ids(&server, "archived=false"), ["web-0", "web-2"]);
    assert_eq!(ids(&server, "archived=true"), ["web-1"]);
    assert_eq!(ids(&server, "archived=all"), ["web-0", "web-1", "web-2"]);
    assert_eq!(server.get("collectors").json()["total"], 2);
    let alone = server.get("collectors/web-1").json();
    assert_eq!((&alone["archived"], &alone["archived_reason"]), (&json!(true), &json!("sold")));
    assert!(alone["archived_at"].is_string());
    assert_eq!(server.with("POST", "collectors/web-1/unarchive", &[], None).status, 204);
    server.with("POST", "collectors/web-1/unarchive", &[], None).problem(409);
    assert_eq!(ids(&server, "").len(), 3);
    server.post("collectors/none/archive", &json!({})).problem(404);
    server.get("collectors?archived=maybe").problem(422);
}

#[test]
fn what_is_done_to_many_is_done_to_those_that_are_meant_and_audited_once() {
    let server = Server::new();
    fleet(&server, 10);
    let commits = || server.get("revisions?limit=100").json()["items"].as_array().unwrap().len();
    let before = commits();
    let body = json!({"match": {"label": ["env=prod"]}, "act": {"set_labels": {"team": "shop"}}});
    let job = done(&server, &body);
    assert_eq!((&job["state"], &job["total"], &job["done"]), (&json!("done"), &json!(5), &json!(5)), "{job}");
    assert!(job["finished_at"].is_string());
    assert_eq!(ids(&server, "label=team%3Dshop").len(), 5);
    assert_eq!(commits(), before + 1, "one for all five");

    let job = done(&server, &json!({"ids": ["web-1", "web-3", "web-1", "ghost"], "act": "archive"}));
    assert_eq!((&job["total"], &job["done"], &job["failed"]), (&json!(3), &json!(2), &json!(1)), "{job}");
    assert_eq!(job["errors"][0]["collector"], "ghost");
    assert_eq!(ids(&server, "archived=true"), ["web-1", "web-3"]);
    // Without a word on the archive those in it are not meant.
    assert_eq!(done(&server, &json!({"match": {}, "act": "hold"}))["total"], 8);
    assert_eq!(done(&server, &json!({"match": {}, "act": "unarchive"}))["done"], 2);
    let job = done(&server, &json!({"match": {"q": "label.env=dev"}, "act": "delete"}));
    assert_eq!((&job["act"], &job["done"]), (&json!("delete"), &json!(5)));
    assert_eq!(ids(&server, "").len(), 5);

    let entries = server.get("audit?limit=100").json();
    let bulk: Vec<&Value> = entries["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["action"] == "collectors.bulk" && entry["after"]["act"] == "delete")
        .collect();
    assert!(matches!(bulk.len(), 1 | 2), "what is meant to be done, and that it is: {bulk:?}");
    assert_eq!(bulk[0]["after"]["count"], 5);
    let jobs = server.get("jobs").json();
    assert_eq!(jobs["items"].as_array().unwrap().len(), 5);
    assert_eq!(jobs["items"][0]["act"], "delete", "newest first");
    let id = jobs["items"][0]["id"].as_str().unwrap();
    assert_eq!(server.with("DELETE", &format!("jobs/{id}"), &[], None).json()["state"], "done");
    server.get("jobs/none").problem(404);
    server.with("DELETE", "jobs/none", &[], None).problem(404);
}

#[test]
fn a_request_that_does_not_say_what_it_means_does_nothing() {
    let server = Server::new();
    fleet(&server, 1);
    for (body, field) in [
        (json!({"act": "hold"}), "ids"),
        (json!({"ids": ["web-0"], "match": {}, "act": "hold"}), "ids"),
        (json!({"match": {}, "act": "delete"}), "match"),
        (json!({"match": {"q": " "}, "act": "delete"}), "match"),
        (json!({"match": {"archived": "all"}, "act": "delete"}), "match"),
        (json!({"match": {"q": "web ("}, "act": "hold"}), "match.q"),
        (json!({"match": {"label": ["env"]}, "act": "hold"}), "match.label"),
        (json!({"match": {}, "act": {}}), "act"),
        (json!({"match": {}, "act": "explode"}), "act"),
        (json!({"match": {}, "act": {"set_labels": {"reported.x": "1"}}}), "act.set_labels"),
        (json!({"ids": ["Not An Id"], "act": "hold"}), "ids[0]"),
    ] {
        let refused = server.post("collectors/bulk", &body).problem(422);
        assert_eq!(refused["errors"][0]["path"], field, "{body}: {refused}");
    }
    assert_eq!(server.get("jobs").json()["items"], json!([]));
    assert_eq!(ids(&server, "").len(), 1);
}

#[test]
fn nothing_is_done_to_more_collectors_than_the_caller_saw() {
    let server = Server::new();
    fleet(&server, 4);
    let bulk =
        |expected: u64| json!({"match": {"label": ["env=prod"]}, "expected": expected, "act": "delete"});
    let refused = server.post("collectors/bulk", &bulk(1)).problem(409);
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("more collectors match now (2) than were expected (1)"), "{detail}");
    let two = json!({"ids": ["web-0", "web-1"], "expected": 1, "act": "hold"});
    server.post("collectors/bulk", &two).problem(409);
    assert_eq!(server.get("jobs").json()["items"], json!([]));
    assert_eq!(ids(&server, "").len(), 4);
    // As many, or fewer because some went meanwhile, are what was meant.
    assert_eq!(done(&server, &json!({"ids": ["web-1"], "expected": 3, "act": "hold"}))["done"], 1);
    assert_eq!(done(&server, &bulk(2))["done"], 2);
    assert_eq!(ids(&server, "").len(), 2);
}

#[test]
fn a_job_tells_every_failure_and_the_list_of_jobs_a_part_of_them() {
    let server = Server::new();
    fleet(&server, 1);
    let mut ghosts: Vec<String> = (0..1200).map(|number| format!("ghost-{number}")).collect();
    ghosts.push("web-0".to_owned());
    let job = done(&server, &json!({"ids": ghosts, "act": "hold"}));
    assert_eq!((&job["done"], &job["failed"]), (&json!(1), &json!(1200)));
    let errors = job["errors"].as_array().unwrap();
    assert_eq!((errors.len(), &errors[999]["collector"]), (1000, &json!("ghost-999")));
    let listed = server.get("jobs").json();
    assert_eq!(listed["items"][0]["errors"].as_array().unwrap(), &errors[..50]);
}

#[test]
fn a_repeated_request_with_its_key_begins_one_job() {
    let server = Server::new();
    fleet(&server, 2);
    let bulk = |key: &str, act: &str| {
        server.with(
            "POST",
            "collectors/bulk",
            &[("idempotency-key", key)],
            Some(&json!({"match": {}, "act": act})),
        )
    };
    let first = bulk("one", "hold");
    assert_eq!(first.status, 202, "{first:?}");
    let again = bulk("one", "hold");
    assert_eq!((again.status, &again.json()["id"]), (202, &first.json()["id"]), "{again:?}");
    bulk("one", "release").problem(422);
    assert_ne!(bulk("two", "hold").json()["id"], first.json()["id"]);
    assert_eq!(server.get("jobs").json()["items"].as_array().unwrap().len(), 2);
    // What was refused has not been done, so its key is free.
    let body = |expected: u64| json!({"match": {}, "act": "hold", "expected": expected});
    let headers = [("idempotency-key", "three")];
    server.with("POST", "collectors/bulk", &headers, Some(&body(1))).problem(409);
    assert_eq!(server.with("POST", "collectors/bulk", &headers, Some(&body(2))).status, 202);
}

#[test]
fn who_may_only_look_changes_nothing() {
    let server = Server::new();
    fleet(&server, 1);
    let made = server.post("service-accounts", &json!({"name": "eyes", "role": "viewer"})).json();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let as_viewer = |method: &str, path: &str, body: &Value| {
        server.send(method, &format!("/api/v1/{path}"), &[("authorization", &bearer)], Some(body))
    };
    for act in [json!("archive"), json!("hold"), json!({"set_labels": {"a": "b"}})] {
        as_viewer("POST", "collectors/bulk", &json!({"match": {}, "act": act})).problem(403);
    }
    as_viewer("POST", "collectors/web-0/archive", &json!({})).problem(403);
    assert_eq!(server.get("jobs").json()["items"], json!([]));
}

#[test]
fn no_collector_takes_a_name_that_stands_for_something_else() {
    let server = Server::new();
    server.post("collectors", &json!({"name": "bulk", "mode": "opamp"})).problem(422);
}
