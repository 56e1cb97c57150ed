//! Alloys that poll a whole server: from their making to their end.

use std::net::TcpStream;

use linkmesh_remotecfg::agent::{AgentSettings, Generation, Life, Opinion};
use serde_json::json;

use crate::alloy::{Alloy, exchange, save_simple};
use crate::running::Server;

#[test]
fn s28_an_alloy_is_made_minted_started_and_runs_what_it_should() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    alloy.starts(&server);
    alloy.becomes(&server, "sync", "in_sync");
    let desired = alloy.page(&server)["desired"]["hash"].clone();
    alloy.becomes(&server, "effective", &json!({"hash": desired}).to_string());
    let page = alloy.page(&server);
    assert_eq!((&page["status"], &page["version"]), (&json!("connected"), &json!("v1.19.2")));
    assert_eq!(page["effective"]["hash"], page["desired"]["hash"]);
    let words = ["token_minted", "remotecfg_registered", "connected", "config_offered", "config_applied"];
    assert_eq!(alloy.events(&server), words);
    let rendered = server.post("render", &json!({"collector": "edge-7"})).json();
    assert_eq!(rendered["text"].as_str(), alloy.agent.running());
    assert_eq!(rendered["hash"], page["desired"]["hash"]);
    for _ in 0..3 {
        assert_eq!(alloy.polls(&server), [200]);
    }
    assert_eq!(alloy.events(&server), words);
    // s29: the second configuration comes without a status.
    save_simple(&server, "http://127.0.0.1:2");
    alloy.is_due(&server);
    assert_eq!(alloy.polls(&server), [200, 200]);
    alloy.becomes(&server, "sync", "in_sync");
    assert!(alloy.agent.running().unwrap().contains("127.0.0.1:2"));
}

#[test]
fn a_collectors_name_in_place_of_a_tokens_is_answered_with_what_ends_its_token() {
    let server = Server::new();
    Alloy::new(&server, AgentSettings::new("edge-7"));
    let answer = server.with("DELETE", "enrollment-tokens/edge-7", &[], None);
    assert_eq!(answer.status, 404);
    assert!(answer.text.contains("linkmesh token revoke edge-7 --collector"), "{}", answer.text);
}

#[test]
fn every_generation_polls_and_those_that_do_not_report_are_inferred() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    for generation in Generation::ALL {
        let name = format!("old-{}", generation.version().replace('.', "-"));
        let mut alloy = Alloy::new(&server, AgentSettings::of(&name, generation));
        alloy.starts(&server);
        assert_eq!(alloy.polls(&server).last(), Some(&200));
        alloy.becomes(&server, "status", "connected");
        let page = alloy.page(&server);
        assert_eq!(page["version"], generation.version());
        if matches!(generation, Generation::V1_5 | Generation::V1_7) {
            assert_eq!(page["sync"], "held", "{page}");
            assert!(page["sync_reason"].as_str().unwrap().contains("upgrade"), "{page}");
        } else {
            alloy.becomes(&server, "sync", "in_sync");
            assert!(alloy.agent.running().unwrap().contains("otelcol."));
        }
        assert_eq!(alloy.page(&server)["inferred"], generation == Generation::V1_8, "{name}");
    }
}

#[test]
fn s30_a_refused_configuration_is_failed_in_alloys_words_and_the_corrected_one_heals() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let judge = |text: &str| {
        if text.contains("bad.example") {
            Opinion::Refused("7:3: unrecognized attribute name \"x\"")
        } else {
            Opinion::Good
        }
    };
    let mut alloy = Alloy::new(&server, AgentSettings { judge, ..AgentSettings::new("edge-7") });
    alloy.starts(&server);
    save_simple(&server, "http://bad.example");
    alloy.is_due(&server);
    alloy.polls(&server);
    alloy.becomes(&server, "sync", "failed");
    let reason = alloy.page(&server)["sync_reason"].as_str().unwrap().to_owned();
    assert!(
        reason.starts_with("7:3: unrecognized attribute") && reason.contains("(line 7 is of fleet/"),
        "{reason}"
    );
    assert!(alloy.agent.running().unwrap().contains("127.0.0.1:1"), "the last good one goes on");
    for _ in 0..3 {
        alloy.polls(&server);
        alloy.becomes(&server, "sync", "failed");
    }
    let failed = alloy.events(&server).iter().filter(|word| *word == "config_failed").count();
    assert_eq!(failed, 1, "{:?}", alloy.events(&server));
    // A host that reboots gets the last good one.
    alloy.starts(&server);
    assert!(alloy.agent.running().unwrap().contains("127.0.0.1:1"));
    // s31: another bad one in the very same words.
    save_simple(&server, "http://worse.bad.example");
    alloy.is_due(&server);
    alloy.polls(&server);
    alloy.polls(&server);
    alloy.becomes(&server, "sync", "failed");
    save_simple(&server, "http://127.0.0.1:3");
    alloy.is_due(&server);
    alloy.polls(&server);
    alloy.becomes(&server, "sync", "in_sync");
}

#[test]
fn s33_a_server_that_was_away_is_no_failed_configuration() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    alloy.starts(&server);
    alloy.becomes(&server, "sync", "in_sync");
    alloy.now_ms += 60_000;
    while let Some(_request) = alloy.agent.poll(alloy.now_ms) {
        let words = linkmesh_remotecfg::agent::Outcome::Trouble("dial tcp: connection refused");
        alloy.agent.receive(words, alloy.now_ms);
    }
    alloy.polls(&server);
    alloy.polls(&server);
    assert_eq!(alloy.page(&server)["sync"], "in_sync");
    let events = alloy.events(&server);
    assert!(
        events.contains(&"poll_failed".to_owned()) && !events.contains(&"config_failed".to_owned()),
        "{events:?}"
    );
}

#[test]
fn a_server_that_starts_lets_callers_wait_and_answers_them_all_right() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    alloy.starts(&server);
    alloy.becomes(&server, "sync", "in_sync");
    let running = alloy.agent.running().unwrap().to_owned();
    let folder = server.stop();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let given = linkmesh_server::settings::Given {
        data_dir: Some(folder.path().join("data")),
        listen: Some("127.0.0.1:0".to_owned()),
        ..Default::default()
    };
    let bound = runtime.block_on(async { linkmesh_server::bound(given.check().unwrap()).unwrap() });
    // The host reboots while the server is not open yet.
    alloy.agent.start();
    let request = alloy.agent.poll(alloy.now_ms).unwrap();
    let stream = TcpStream::connect(bound.address).expect("the connection waits");
    let (bearer, path) = (format!("Bearer {}", alloy.token), request.method.path());
    let waiting = std::thread::spawn(move || {
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(request.headers.iter().map(|(name, value)| (*name, value.as_str())));
        exchange(stream, &format!("POST {path}"), &headers, &request.body)
    });
    std::thread::sleep(std::time::Duration::from_millis(200));
    assert!(!waiting.is_finished());
    let server = Server::around(runtime, folder, |runtime| runtime.block_on(bound.open()).unwrap());
    let answer = waiting.join().unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 0), "{answer:?}");
    alloy.starts(&server);
    assert_eq!(alloy.agent.running(), Some(running.as_str()), "s23: the same content after a restart");
}

#[test]
fn s35_unregister_keeps_everything_and_s17_a_start_makes_no_second_collector() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    for _ in 0..2 {
        alloy.starts(&server);
        alloy.becomes(&server, "sync", "in_sync");
        assert_eq!(server.get("collectors").json()["total"], 1);
        alloy.agent.stop();
        assert_eq!(alloy.works(&server), [200]);
        alloy.becomes(&server, "status", "disconnected");
    }
    assert_eq!(server.get("collectors/edge-7/attempts").json()["total"], 1);
}

#[test]
fn a_token_is_minted_anew_and_revoked() {
    let server = Server::new();
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    alloy.starts(&server);
    let old = alloy.token.clone();
    let mint =
        |body| server.post("collectors/edge-7/token", &body).json()["token"].as_str().unwrap().to_owned();
    let new = mint(json!({}));
    assert_eq!(alloy.polls(&server), [200]);
    alloy.token = new;
    assert_eq!(alloy.polls(&server), [200]);
    let push = |token: &str| {
        let headers =
            [("authorization", &*format!("Bearer {token}")), ("content-type", "application/x-protobuf")];
        server.raw("POST", "/v1/metrics", &headers, Vec::new()).status
    };
    assert_eq!((push(&old), push(&alloy.token)), (401, 200));
    alloy.token = old;
    assert_eq!(alloy.polls(&server), [401, 401]);
    let third = mint(json!({"now": true}));
    alloy.token = third;
    assert_eq!(alloy.polls(&server)[0], 200);
    assert_eq!(server.with("DELETE", "collectors/edge-7/token", &[], None).status, 204);
    assert_eq!(alloy.polls(&server), [401, 401]);
    assert_eq!(push(&alloy.token), 401);
    alloy.agent.start();
    assert_eq!(alloy.works(&server), [401]);
    assert_eq!(alloy.agent.life(), &Life::Exited);
    server.with("DELETE", "collectors/edge-7/token", &[], None).problem(409);
    let audit = server.get("audit?limit=200").text;
    assert!(!audit.contains("lmcol_"), "no token is in the audit log");
}

#[test]
fn s24_a_removed_one_runs_nothing_and_still_starts_and_in_a_hurry_it_does_not() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    alloy.starts(&server);
    alloy.becomes(&server, "sync", "in_sync");
    assert_eq!(server.with("DELETE", "collectors/edge-7", &[], None).status, 204);
    server.get("collectors/edge-7").problem(404);
    alloy.polls(&server);
    let comment = |alloy: &Alloy| {
        let text = alloy.agent.running().unwrap();
        !text.trim().is_empty() && text.lines().all(|line| line.is_empty() || line.starts_with("//"))
    };
    assert!(comment(&alloy), "{:?}", alloy.agent.running());
    alloy.starts(&server);
    assert!(comment(&alloy));
    assert_eq!(server.with("DELETE", "collectors/edge-7?now=true", &[], None).status, 204);
    assert_eq!(alloy.polls(&server), [401, 401]);
    server.with("DELETE", "collectors/edge-7?now=perhaps", &[], None).problem(422);
}

#[test]
fn two_on_one_token_are_told_apart_and_the_first_goes_on() {
    let server = Server::new();
    let mut alloy = Alloy::new(&server, AgentSettings::new("edge-7"));
    alloy.starts(&server);
    let mut clone = Alloy {
        agent: linkmesh_remotecfg::agent::Agent::new(AgentSettings::new("edge-8")),
        token: alloy.token.clone(),
        now_ms: 0,
    };
    clone.agent.start();
    assert_eq!(clone.works(&server), [200, 403, 403, 200], "it lives, and gets nothing");
    assert_eq!(clone.polls(&server), [403, 403]);
    assert_eq!(alloy.polls(&server), [200]);
    clone.agent.stop();
    clone.works(&server);
    assert_eq!(alloy.page(&server)["status"], "connected", "the good-bye of the other one is not its own");
    let told = alloy.events(&server).iter().filter(|word| *word == "duplicate_identity").count();
    assert_eq!(told, 1);
}

#[test]
fn s39_a_fleet_that_starts_together_is_served_and_others_too() {
    let server = Server::new();
    save_simple(&server, "http://127.0.0.1:1");
    let mut fleet: Vec<Alloy> =
        (0..40).map(|number| Alloy::new(&server, AgentSettings::new(&format!("host-{number:02}")))).collect();
    let slowest = std::thread::scope(|scope| {
        for alloy in &mut fleet {
            let server = &server;
            scope.spawn(move || alloy.starts(server));
        }
        let mut slowest = std::time::Duration::ZERO;
        for _ in 0..20 {
            let before = std::time::Instant::now();
            assert_eq!(server.send("GET", "/healthz", &[], None).status, 200);
            slowest = slowest.max(before.elapsed());
        }
        slowest
    });
    assert!(slowest < std::time::Duration::from_secs(5), "{slowest:?}");
    for alloy in &mut fleet {
        alloy.polls(&server);
        alloy.becomes(&server, "sync", "in_sync");
    }
}
