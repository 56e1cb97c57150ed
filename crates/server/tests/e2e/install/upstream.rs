//! Upstream's release folders, served from memory: checksums in both forms that were published, and files that break off.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::host::staged::{self, ARCH};
use super::host::{Host, SHELLS, tree};
use crate::world::World;

/// Requests that a busy server refuses: more than the downloading program makes by itself.
const BUSY: usize = 5;

/// A server for files, until it is dropped.
pub(crate) struct Files {
    url: String,
}

impl Files {
    /// Serves these paths; any other is answered with 404. A path that ends in `#half` is cut off in its middle, one that
    /// ends in `#busy` is answered with 503 for some time.
    pub(crate) fn serve<P: Into<String>>(files: impl IntoIterator<Item = (P, Vec<u8>)>) -> Self {
        let files: HashMap<String, Vec<u8>> =
            files.into_iter().map(|(path, bytes)| (path.into(), bytes)).collect();
        let (files, asked) = (Arc::new(files), Arc::new(AtomicUsize::new(0)));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (files, asked) = (Arc::clone(&files), Arc::clone(&asked));
                std::thread::spawn(move || answer(&stream, &files, &asked));
            }
        });
        Self { url }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

fn answer(stream: &TcpStream, files: &HashMap<String, Vec<u8>>, asked: &AtomicUsize) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    while line.trim_end() != "" {
        line.clear();
        reader.read_line(&mut line).ok()?;
    }
    let busy = files.get(&format!("{path}#busy"));
    let refused = busy.is_some() && asked.fetch_add(1, Ordering::SeqCst) < BUSY;
    let (status, body, sent) = match (files.get(&path).or(busy), files.get(&format!("{path}#half"))) {
        _ if refused => ("503 Service Unavailable", &b"busy"[..], 4),
        (Some(body), _) => ("200 OK", body.as_slice(), body.len()),
        (None, Some(body)) => ("200 OK", body.as_slice(), body.len() / 2),
        (None, None) => ("404 Not Found", &b"Not Found"[..], 9),
    };
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len())
        .ok()?;
    stream.write_all(body.get(..sent)?).ok()
}

fn sha256(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    std::fs::write(&path, bytes).unwrap();
    let output = Command::new("sha256sum").arg(&path).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

fn collector_path() -> String {
    format!("/v0.158.0/otelcol-contrib_0.158.0_linux_{ARCH}.tar.gz")
}

fn supervisor_path() -> String {
    format!("/cmd%2Fopampsupervisor%2Fv0.158.0/opampsupervisor_0.158.0_linux_{ARCH}")
}

/// A release as upstream lays it out now: beside each file one with its checksum alone.
pub(crate) fn release(collector: &[u8], supervisor: &[u8]) -> Files {
    Files::serve([
        (collector_path(), collector.to_vec()),
        (format!("{}.sha256", collector_path()), sha256(collector).into_bytes()),
        (supervisor_path(), supervisor.to_vec()),
        (format!("{}.sha256", supervisor_path()), sha256(supervisor).into_bytes()),
    ])
}

fn programs(world: &World) -> (Vec<u8>, Vec<u8>) {
    let folder = world.folder.join("published");
    staged::files(&folder);
    let collector =
        std::fs::read(folder.join(format!("otelcol-contrib_0.158.0_linux_{ARCH}.tar.gz"))).unwrap();
    (collector, b"#!/bin/sh\nexit 0\n".to_vec())
}

#[test]
fn upstream_is_taken_where_the_mirror_lacks_one_and_its_checksums_count() {
    let world = World::new("install-upstream");
    let (collector, supervisor) = programs(&world);
    let (name, sums) = (collector_path(), supervisor_path());
    let (name, sums) =
        (name.rsplit('/').next().unwrap().to_owned(), sums.rsplit('/').next().unwrap().to_owned());
    let old_list = format!("{}  other_file\n{}  {name}\n", "0".repeat(64), sha256(&collector));
    let before_0_158 = Files::serve([
        (collector_path(), collector.clone()),
        (
            "/v0.158.0/opentelemetry-collector-releases_otelcol-contrib_checksums.txt".to_owned(),
            old_list.into_bytes(),
        ),
        (supervisor_path(), supervisor.clone()),
        (
            "/cmd%2Fopampsupervisor%2Fv0.158.0/checksums.txt".to_owned(),
            format!("{} *{sums}\n", sha256(&supervisor)).into_bytes(),
        ),
    ]);
    let now = release(&collector, &supervisor);
    for (at, (files, shell)) in [(&before_0_158, SHELLS[0]), (&now, SHELLS[1])].into_iter().enumerate() {
        let host = Host::new(&world, &format!("host-{at}"));
        let said = host.line(shell, &["--token", &world.token().token, "--mirror", files.url()]);
        assert_eq!(said.code, 0, "{said:#?}");
        assert!(host.read("usr/local/bin/otelcol-contrib").contains("# otelcol-contrib"));
        assert_eq!(host.mode("usr/local/bin/opampsupervisor"), 0o755);
    }
}

#[test]
fn a_server_whose_places_are_taken_is_waited_for() {
    let world = World::new("install-busy");
    let (collector, supervisor) = programs(&world);
    let files = Files::serve([
        (format!("{}.sha256", collector_path()), sha256(&collector).into_bytes()),
        (collector_path(), collector),
        (format!("{}.sha256", supervisor_path()), sha256(&supervisor).into_bytes()),
        (format!("{}#busy", supervisor_path()), supervisor),
    ]);
    let host = Host::new(&world, "host");
    host.fake("sleep", "");
    let said = host.line(SHELLS[0], &["--token", &world.token().token, "--mirror", files.url()]);
    assert_eq!(said.code, 0, "{said:#?}");
    assert!(said.out.contains("the server is busy with other hosts; waiting"), "{said:#?}");
    assert!(host.calls().contains(&"sleep 10".to_owned()), "{:#?}", host.calls());
}

#[test]
fn what_upstream_publishes_wrongly_or_not_at_all_is_not_installed() {
    let world = World::new("install-wrong");
    let (collector, supervisor) = programs(&world);
    let sum = |bytes: &[u8]| sha256(bytes).into_bytes();
    let [of_collector, of_supervisor] =
        [collector_path(), supervisor_path()].map(|path| format!("{path}.sha256"));
    let whole = |path: String, bytes: &[u8]| (path, bytes.to_vec());
    let cases = [
        (
            "wrong checksum",
            Files::serve([
                whole(collector_path(), &collector),
                (of_collector.clone(), sum(b"other")),
                whole(supervisor_path(), &supervisor),
                (of_supervisor.clone(), sum(&supervisor)),
            ]),
            "has the SHA-256",
        ),
        (
            "half a download",
            Files::serve([
                whole(collector_path(), &collector),
                (of_collector.clone(), sum(&collector)),
                whole(format!("{}#half", supervisor_path()), &supervisor),
                (of_supervisor.clone(), sum(&supervisor)),
            ]),
            "the connection broke off",
        ),
        (
            "no checksum",
            Files::serve([whole(collector_path(), &collector), whole(supervisor_path(), &supervisor)]),
            "publishes no checksum",
        ),
        (
            "no file",
            Files::serve([
                (of_collector.clone(), sum(&collector)),
                (of_supervisor.clone(), sum(&supervisor)),
            ]),
            "the answer was 404",
        ),
        (
            "a page instead of an archive",
            Files::serve([
                whole(collector_path(), b"<html>"),
                (of_collector, sum(b"<html>")),
                whole(supervisor_path(), &supervisor),
                (of_supervisor, sum(&supervisor)),
            ]),
            "could not be unpacked",
        ),
    ];
    let host = Host::new(&world, "host");
    let token = world.token().token;
    for (what, files, expected) in cases {
        for shell in SHELLS {
            let before = tree(host.root());
            let said = host.line(shell, &["--token", &token, "--mirror", files.url()]);
            assert!(said.code == 1 && said.err.contains(expected), "{what}: {said:#?}");
            assert_eq!(said.err.lines().count(), 1, "{what}: {said:#?}");
            assert_eq!(tree(host.root()), before, "{what}");
        }
    }
    let said = host.line(SHELLS[0], &["--token", &token, "--mirror", "server"]);
    assert!(said.err.contains("has no otelcol-contrib 0.158.0"), "{said:#?}");
    let said = host.line(SHELLS[0], &["--token", &token, "--mirror", "http://127.0.0.1:1"]);
    assert!(said.err.contains("for a site without internet"), "{said:#?}");
}
