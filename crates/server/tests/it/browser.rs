//! Sessions of a browser: the cookie, what a change must carry, what other sites may not do.

use serde_json::json;

use crate::running::{PASSWORD, Server};

#[test]
fn a_change_with_a_cookie_needs_the_csrf_token() {
    let server = Server::new();
    let (cookie, csrf) = server.sign_in();
    let make = |headers: &[(&str, &str)]| {
        server.send("POST", "/api/v1/enrollment-tokens", headers, Some(&json!({})))
    };
    make(&[("cookie", &cookie)]).problem(403);
    make(&[("cookie", &cookie), ("x-csrf-token", "")]).problem(403);
    let other = format!("{}x", csrf.get(..csrf.len() - 1).unwrap());
    make(&[("cookie", &cookie), ("x-csrf-token", &other)]).problem(403);
    assert_eq!(make(&[("cookie", &cookie), ("x-csrf-token", &csrf)]).status, 201);
    let me = server.send("GET", "/api/v1/me", &[("cookie", &cookie)], None).json();
    assert_eq!(me["csrf_token"], csrf, "a reloaded page can go on");
}

#[test]
fn another_site_changes_nothing_even_with_everything_right() {
    let server = Server::new();
    let (cookie, csrf) = server.sign_in();
    let make = |extra: (&str, &str)| {
        let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str()), extra];
        server.send("POST", "/api/v1/enrollment-tokens", &headers, Some(&json!({})))
    };
    make(("origin", "https://evil.example")).problem(403);
    make(("sec-fetch-site", "cross-site")).problem(403);
    make(("sec-fetch-site", "same-site")).problem(403);
    assert_eq!(make(("origin", &server.url)).status, 201);
    assert_eq!(make(("sec-fetch-site", "same-origin")).status, 201);
    let body = json!({"username": "ana", "password": PASSWORD});
    let headers = [("origin", "https://evil.example")];
    server.send("POST", "/api/v1/session", &headers, Some(&body)).problem(403);
}

#[test]
fn a_form_of_another_site_cannot_send_what_is_read() {
    let server = Server::new();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let headers = [("content-type", kind)];
        let body = json!({"username": "ana", "password": PASSWORD}).to_string().into_bytes();
        server.raw("POST", "/api/v1/session", &headers, body).problem(415);
    }
}

#[test]
fn the_cookie_is_out_of_reach_and_secure_behind_https() {
    let server = Server::on(tempfile::tempdir().unwrap(), Some("https://linkmesh.example.com"));
    server.set_up();
    let body = json!({"username": "ana", "password": PASSWORD});
    let answer = server.send("POST", "/api/v1/session", &[], Some(&body));
    let cookie = answer.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[test]
fn signing_out_ends_the_session() {
    let server = Server::new();
    let (cookie, csrf) = server.sign_in();
    let headers = [("cookie", cookie.as_str()), ("x-csrf-token", csrf.as_str())];
    assert_eq!(server.send("DELETE", "/api/v1/session", &headers, None).status, 204);
    server.send("GET", "/api/v1/me", &headers, None).problem(401);
}

#[test]
fn guessing_a_password_is_throttled_and_then_even_the_right_one_waits() {
    let server = Server::new();
    let sign_in = |password: &str| {
        let body = json!({"username": "ana", "password": password});
        server.send("POST", "/api/v1/session", &[], Some(&body))
    };
    for _ in 0..5 {
        sign_in("wrong password").problem(401);
    }
    let answer = sign_in(PASSWORD);
    answer.problem(429);
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    let other = json!({"username": "nobody", "password": PASSWORD});
    server.send("POST", "/api/v1/session", &[], Some(&other)).problem(401);
}

#[test]
fn pages_run_no_inline_code_and_show_in_no_frame() {
    let server = Server::new();
    for path in ["/", "/api/docs", "/assets/status.js"] {
        let page = server.send("GET", path, &[], None);
        assert_eq!(page.status, 200);
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        if path != "/assets/status.js" {
            assert!(!page.text.contains("style=") && !page.text.contains("onclick"));
            for script in page.text.split("<script").skip(1) {
                assert!(script.starts_with(" type=\"module\" src=\"/assets/"), "{script}");
            }
        } else {
            assert!(!page.text.contains("innerHTML"));
        }
    }
    server.send("GET", "/assets/..%2fstatus.html", &[], None).problem(404);
    server.send("GET", "/assets/%2e%2e%2f%2e%2e", &[], None).problem(404);
}
