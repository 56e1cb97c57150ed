//! The mirror over HTTP: whole files or nothing, parts of files, who may.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use linkmesh_server::settings::Given;
use serde_json::json;

use crate::running::{Answer, Server};

const AMD64: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0 a program for tests";
const PLACE: &str = "opampsupervisor/0.158.0/amd64/opampsupervisor_0.158.0_linux_amd64";

fn put(server: &Server, place: &str, bytes: &[u8]) -> Answer {
    let bearer = format!("Bearer {}", server.token);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/octet-stream")];
    server.raw("PUT", &format!("/api/v1/mirror/{place}"), &headers, bytes.to_vec())
}

fn fetch(server: &Server, headers: &[(&str, &str)]) -> Answer {
    server.send("GET", &format!("/api/v1/downloads/mirror/{PLACE}"), headers, None)
}

/// Names of everything in the folder of the mirror.
fn on_disk(server: &Server) -> Vec<String> {
    let mirror = server.folder.path().join("data/mirror");
    let mut names = Vec::new();
    for part in ["blobs", "incoming"] {
        for entry in std::fs::read_dir(mirror.join(part)).into_iter().flatten().flatten() {
            names.push(format!("{part}/{}", entry.file_name().display()));
        }
    }
    names
}

#[test]
fn a_file_goes_in_and_comes_out_whole_and_in_parts() {
    let server = Server::new();
    let added = put(&server, PLACE, AMD64);
    assert_eq!(added.status, 201, "{added:?}");
    let added = added.json();
    let sum = added["sha256"].as_str().unwrap();
    assert_eq!(added["url"], format!("{}/api/v1/downloads/mirror/{PLACE}", server.url));
    assert_eq!(server.get("mirror").json()["items"][0], added);
    let anonymous = |name: &str| server.send("GET", &format!("/api/v1/downloads/mirror/{name}"), &[], None);
    assert_eq!(anonymous("manifest.json").json()["items"][0], added);
    assert_eq!(anonymous("SHA256SUMS").text, format!("{sum}  {PLACE}\n"));
    let text = String::from_utf8_lossy(AMD64).into_owned();
    let whole = fetch(&server, &[]);
    assert_eq!((whole.status, &whole.text), (200, &text));
    assert_eq!(whole.header("content-length"), AMD64.len().to_string());
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert!(whole.header("repr-digest").starts_with("sha-256=:"));
    let tag = whole.header("etag").to_owned();
    let part = fetch(&server, &[("range", "bytes=25-33"), ("if-range", &tag)]);
    assert_eq!((part.status, part.text.as_str()), (206, "a program"));
    assert_eq!(part.header("content-range"), format!("bytes 25-33/{}", AMD64.len()));
    assert_eq!(fetch(&server, &[("range", "bytes=25-33"), ("if-range", "\"old\"")]).text, text);
    assert_eq!(fetch(&server, &[("range", "bytes=1000-")]).status, 416);
    assert_eq!(fetch(&server, &[("if-none-match", &tag)]).status, 304);
    let head = server.send("HEAD", &format!("/api/v1/downloads/mirror/{PLACE}"), &[], None);
    assert_eq!((head.status, head.header("content-length")), (200, AMD64.len().to_string().as_str()));
    let check = server.post(&format!("mirror/{PLACE}/verify"), &json!({})).json();
    assert_eq!(check["intact"], true);
    assert_eq!(server.with("DELETE", &format!("mirror/{PLACE}"), &[], None).status, 204);
    fetch(&server, &[]).problem(404);
    assert_eq!(on_disk(&server), Vec::<String>::new());
    let audit = server.get("audit?limit=100").text;
    assert!(audit.contains("mirror.add") && audit.contains("mirror.remove"), "{audit}");
}

#[test]
fn what_is_not_what_it_says_is_refused_and_leaves_nothing() {
    let server = Server::new();
    for hostile in [
        "opampsupervisor/0.158.0/amd64/..%2f..%2fx",
        "opampsupervisor/0.158.0/amd64/%2e%2e",
        "opampsupervisor/0.158.0/amd64/x%0ay",
        "opampsupervisor/0.158.0/amd64/x'y",
        "opampsupervisor/0.158.0/amd64/%ff",
        "opampsupervisor/0.158.0/mips/x",
        "opampsupervisor/..%2f/amd64/x",
        "Opamp/1/amd64/x",
    ] {
        put(&server, hostile, AMD64).problem(422);
    }
    assert!(
        put(&server, PLACE, b"<html>").problem(422)["detail"].as_str().unwrap().contains("neither a program")
    );
    assert!(put(&server, PLACE, b"").problem(422)["detail"].as_str().unwrap().contains("empty"));
    let other = format!("{PLACE}?sha256={}", "0".repeat(64));
    assert!(put(&server, &other, AMD64).problem(422)["detail"].as_str().unwrap().contains("has the SHA-256"));
    put(&server, &format!("{PLACE}?sha256=zz"), AMD64).problem(422);
    put(&server, &PLACE.replace("amd64", "arm64"), AMD64).problem(422);
    assert_eq!(on_disk(&server), Vec::<String>::new());
    assert_eq!(server.get("mirror").json()["items"], json!([]));
}

/// Begins an upload of this announced length and sends only some of it.
fn begun(server: &Server, length: u64, sent: &[u8]) -> TcpStream {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "PUT /api/v1/mirror/{PLACE} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n",
        server.token
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(sent).unwrap();
    stream
}

#[test]
fn a_file_of_more_than_five_gibibytes_is_refused_before_it_is_sent() {
    let server = Server::new();
    let mut stream = begun(&server, 5 * 1024 * 1024 * 1024 + 1, b"");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413");
    assert_eq!(on_disk(&server), Vec::<String>::new());
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let server = Server::new();
    let stream = begun(&server, 1_000_000, &AMD64.repeat(100));
    let wait = |what: &str, want: usize| {
        let start = std::time::Instant::now();
        while on_disk(&server).len() != want {
            assert!(start.elapsed() < Duration::from_secs(20), "{what}: {:?}", on_disk(&server));
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait("it arrives", 1);
    drop(stream);
    wait("it is gone", 0);
    assert_eq!(server.get("mirror").json()["items"], json!([]));
}

#[test]
fn only_those_who_may_stage_files_can() {
    let server = Server::new();
    assert_eq!(put(&server, PLACE, AMD64).status, 201);
    let made = server.post("service-accounts", &json!({"name": "viewer", "role": "viewer"})).json();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let viewer = [("authorization", bearer.as_str())];
    assert_eq!(server.send("GET", "/api/v1/mirror", &viewer, None).status, 200);
    let path = format!("/api/v1/mirror/{PLACE}");
    server.raw("PUT", &path, &viewer, AMD64.to_vec()).problem(403);
    server.send("DELETE", &path, &viewer, None).problem(403);
    assert_eq!(server.get("audit?action=mirror.add").json()["items"][0]["outcome"], "refused");
    assert_eq!(fetch(&server, &[]).status, 200);
}

#[test]
fn a_closed_mirror_is_open_to_hosts_with_a_token() {
    let closed = Given { mirror_public: Some(false), ..Given::default() };
    let server = Server::given(tempfile::tempdir().unwrap(), closed, None).ready();
    assert_eq!(put(&server, PLACE, AMD64).status, 201);
    let made = server.post("enrollment-tokens", &json!({})).json();
    let host = format!("Bearer {}", made["token"].as_str().unwrap());
    let person = format!("Bearer {}", server.token);
    for path in [PLACE, "manifest.json", "SHA256SUMS"] {
        let path = format!("/api/v1/downloads/mirror/{path}");
        server.send("GET", &path, &[], None).problem(401);
        server.send("GET", &path, &[("authorization", "Bearer lmenr_none")], None).problem(401);
        assert_eq!(server.send("GET", &path, &[("authorization", &host)], None).status, 200);
        assert_eq!(server.send("GET", &path, &[("authorization", &person)], None).status, 200);
    }
}
