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
    for path in
        ["/", "/collectors/web-01", "/edit/fleet/sources/app", "/setup", "/api/docs", "/api/docs/docs.js"]
    {
        let page = server.send("GET", path, &[], None);
        assert_eq!(page.status, 200, "{path}");
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
            "{policy}"
        );
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
        assert_eq!(scripts.trim(), "script-src 'self'");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert!(!page.text.contains("innerHTML") || !path.ends_with(".js"), "{path}");
        for script in page.text.split("<script").skip(1) {
            assert!(script.starts_with(" type=\"module\" ") && script.contains(" src=\"/"), "{script}");
        }
    }
}

#[test]
fn the_page_answers_at_screens_and_nowhere_else() {
    let server = Server::new();
    for path in [
        "/assets/none.js",
        "/assets/..%2findex.html",
        "/assets/%2e%2e%2f%2e%2e",
        "/api/docs/..%2fabsent.html",
        "/api/v1/none",
        "/api/none",
        "/api",
        "/v1/none",
    ] {
        server.send("GET", path, &[("accept", "text/html")], None).problem(404);
    }
    // Somebody who mistyped an address is told so by the page; a program by a problem.
    let tag = server.send("GET", "/", &[], None).header("etag").to_owned();
    for path in ["/index.html", "/nothing", "/collectors/a/b"] {
        let browser =
            [("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("if-none-match", tag.as_str())];
        let page = server.send("GET", path, &browser, None);
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
        assert!(page.header("content-security-policy").contains("default-src 'none'"), "{path}");
        server.send("GET", path, &[("accept", "application/json")], None).problem(404);
        server.send("GET", path, &[], None).problem(404);
    }
    server.send("POST", "/nothing", &[("accept", "text/html")], None).problem(404);
    // Alloy's service and the metrics receiver stay what they are, also for somebody who asks for a page.
    for path in ["/collector.v1.CollectorService/GetConfig", "/v1/metrics", "/v1/opamp"] {
        let answer = server.send("GET", path, &[("accept", "text/html")], None);
        assert!(answer.status >= 400 && !answer.text.contains("<html"), "{path}: {answer:?}");
    }
    // A page is looked at, not written to.
    server.send("POST", "/collectors", &[], None).problem(401);
}
