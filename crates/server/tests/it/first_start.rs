//! The first administrator: one link, one time.

use serde_json::json;

use crate::running::{PASSWORD, SETUP_TOKEN, Server};

#[test]
fn set_up_works_once_and_then_is_gone() {
    let server = Server::fresh();
    assert_eq!(server.running.as_ref().unwrap().setup_token.as_deref(), Some(SETUP_TOKEN));
    assert_eq!(server.send("GET", "/setup?token=x", &[], None).status, 200);
    let body = |token: &str| json!({"setup_token": token, "username": "ana", "password": PASSWORD});
    let set_up = |token: &str| server.send("POST", "/api/v1/setup", &[], Some(&body(token)));
    set_up("wrong").problem(401);
    let (cookie, _) = server.set_up();
    assert_eq!(server.send("GET", "/api/v1/me", &[("cookie", &cookie)], None).json()["role"], "admin");
    set_up(SETUP_TOKEN).problem(410);
    // The page itself is the same for everybody, and says what the call says.
    assert_eq!(server.send("GET", "/setup?token=x", &[], None).status, 200);
    for path in ["/setup/", "/setup/x", "/Setup%2f"] {
        server.send("GET", path, &[], None).problem(404);
    }
}

#[test]
fn a_restart_remembers_the_administrator_and_the_token() {
    let server = Server::new();
    let token = server.token.clone();
    let mut again = Server::on(server.stop(), None);
    assert_eq!(again.running.as_ref().unwrap().setup_token, None);
    again.token = token;
    assert_eq!(again.get("me").json()["name"], "tests");
    again.sign_in();
}

#[test]
fn a_weak_password_names_its_field() {
    let server = Server::fresh();
    let body = json!({"setup_token": SETUP_TOKEN, "username": "ana", "password": "short"});
    let problem = server.send("POST", "/api/v1/setup", &[], Some(&body)).problem(422);
    assert_eq!(problem["errors"][0]["path"], "password");
    let body = json!({"setup_token": SETUP_TOKEN, "username": "a b", "password": PASSWORD});
    let problem = server.send("POST", "/api/v1/setup", &[], Some(&body)).problem(422);
    assert_eq!(problem["errors"][0]["path"], "username");
    server.set_up();
}

#[test]
fn of_many_set_ups_at_once_one_wins() {
    let server = Server::fresh();
    let body = json!({"setup_token": SETUP_TOKEN, "username": "ana", "password": PASSWORD});
    let made = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| server.send("POST", "/api/v1/setup", &[], Some(&body)).status))
            .collect();
        tries.into_iter().map(|done| done.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(made.iter().filter(|status| **status == 201).count(), 1, "{made:?}");
    assert!(made.iter().all(|status| matches!(status, 201 | 410)), "{made:?}");
}
