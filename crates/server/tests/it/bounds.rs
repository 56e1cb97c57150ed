//! Nothing is without a bound.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::running::Server;

#[test]
fn a_body_beyond_two_mebibytes_is_refused() {
    let server = Server::new();
    let large = "x".repeat(2 * 1024 * 1024);
    server.post("changes", &json!({"message": large})).problem(413);
    let fits = "x".repeat(1024 * 1024);
    let answer = server.post("changes", &json!({"message": fits, "put": {}, "dry_run": true}));
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn a_body_whose_size_nobody_announced_is_bounded_as_well() {
    let server = Server::new();
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "POST /api/v1/collectors HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        server.token
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    for _ in 0..64 {
        // The server may hang up before it has heard all of it.
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read) = stream.read(&mut buffer) {
        answer.extend_from_slice(buffer.get(..read).unwrap());
        if read == 0 || answer.windows(4).any(|end| end == b"\r\n\r\n") {
            break;
        }
    }
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413") || answer.is_empty(), "{answer}");
    assert_eq!(server.get("me").status, 200);
}

#[test]
fn a_page_is_bounded_whatever_is_asked() {
    let server = Server::new();
    for path in ["collectors", "sources", "enrollment-tokens", "revisions", "audit", "service-accounts"] {
        let answer = server.get(&format!("{path}?limit=1000000000"));
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_eq!(server.get(&format!("{path}?limit=0")).status, 200, "{path}");
    }
}

#[test]
fn long_addresses_are_refused() {
    let server = Server::new();
    server.get(&format!("collectors/{}", "x".repeat(2000))).problem(400);
    server.get(&format!("collectors?q={}", "x".repeat(9000))).problem(400);
    server.get(&format!("collectors?q={}", "x".repeat(3000))).problem(422);
}

#[test]
fn a_query_that_would_take_for_ever_elsewhere_answers_at_once() {
    let server = Server::new();
    let name = "a".repeat(200);
    assert_eq!(server.post("collectors", &json!({"name": name, "mode": "opamp"})).status, 201);
    let answer = server.get("collectors?q=name~%22(a%2B)%2Bb%22");
    assert_eq!(answer.json()["items"].as_array().unwrap().len(), 0);
    let nested = "%28".repeat(500);
    server.get(&format!("collectors?q={nested}")).problem(422);
}
