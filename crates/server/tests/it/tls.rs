//! TLS with certificate files: what is spoken, what is refused, and what happens when the files change.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use linkmesh_server::settings::{Given, GivenTls};
use linkmesh_testkit::authority::Authority;
use linkmesh_testkit::wait::until_seen;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use tempfile::TempDir;

use crate::running::Server;

const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

fn given(folder: &Path) -> Given {
    let tls = GivenTls { cert_file: Some(folder.join("cert.pem")), key_file: Some(folder.join("key.pem")) };
    Given { tls: Some(tls), ..Given::default() }
}

fn lay_down(folder: &Path, (cert, key): &(String, String)) {
    std::fs::write(folder.join("cert.pem"), cert).unwrap();
    std::fs::write(folder.join("key.pem"), key).unwrap();
}

fn serving(authority: &Authority) -> Server {
    let folder: TempDir = tempfile::tempdir().unwrap();
    lay_down(folder.path(), &authority.issue(&NAMES));
    let given = given(folder.path());
    Server::given(folder, given, Some(authority.pem().to_owned()))
}

type Line = StreamOwned<ClientConnection, TcpStream>;

/// Shakes hands with nothing but these versions and protocols.
fn shake(
    server: &Server,
    authority: &Authority,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[&str],
) -> Result<Line, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = dial(server);
    while client.is_handshaking() {
        client.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(client, stream))
}

fn dial(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.running.as_ref().unwrap().address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

#[test]
fn everything_is_served_over_tls_and_hosts_are_told_so() {
    let authority = Authority::new("site");
    let server = serving(&authority).ready();
    assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
    let plane = &server.running.as_ref().unwrap().plane;
    assert_eq!(plane.external_url(), server.url);
    let signed_in = server.send(
        "POST",
        "/api/v1/session",
        &[],
        Some(&serde_json::json!({"username": "ana", "password": crate::running::PASSWORD})),
    );
    assert!(signed_in.header("set-cookie").contains("; Secure"), "{signed_in:?}");
    let health = server.get("server/health").json();
    let check =
        |name| health["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).cloned();
    assert_eq!(check("certificate").unwrap()["status"], "ok");
}

#[test]
fn the_end_of_the_certificate_is_told_and_a_near_one_is_a_warning() {
    let authority = Authority::new("site");
    let server = serving(&authority).ready();
    let folder = server.folder.path().to_owned();
    let in_days = |days: i64| {
        let then = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
        let day = then.to_string().chars().take(10).collect::<String>();
        let number = |range: std::ops::Range<usize>| day[range].parse::<u16>().unwrap();
        let (month, date) = (u8::try_from(number(5..7)).unwrap(), u8::try_from(number(8..10)).unwrap());
        lay_down(&folder, &authority.issue_until(&NAMES, (i32::from(number(0..4)), month, date)));
        let end = format!("{day}T00:00:00.000Z");
        let told = until_seen(
            "the new certificate is in force",
            Duration::from_secs(20),
            || server.get("server/health").json(),
            |health| health["certificate_expires_at"] == end.as_str(),
        );
        let checks = told["checks"].as_array().unwrap();
        let check = checks.iter().find(|check| check["name"] == "certificate").unwrap();
        let message = check["message"].as_str().unwrap().to_owned();
        assert!(message.contains(&day), "{message}");
        (check["status"].as_str().unwrap().to_owned(), message)
    };
    assert_eq!(in_days(40).0, "ok");
    let (status, message) = in_days(20);
    assert!(status == "warning" && message.contains(" days; put the next one"), "{status}: {message}");
}

#[test]
fn tls_1_2_and_1_3_are_spoken_and_http_2_only_where_it_is_asked_for() {
    let authority = Authority::new("site");
    let server = serving(&authority);
    for (offered, chosen) in [
        (vec!["h2", "http/1.1"], Some("h2")),
        (vec!["http/1.1"], Some("http/1.1")),
        (vec!["http/1.0"], Some("http/1.0")),
        (vec![], None),
    ] {
        for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
            let line = shake(&server, &authority, &[version], &offered).unwrap();
            let spoken = line.conn.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
            assert_eq!(spoken.as_deref(), chosen, "{offered:?}");
            assert_eq!(line.conn.protocol_version(), Some(version.version));
        }
    }
    let mut line = shake(&server, &authority, &[&rustls::version::TLS13], &[]).unwrap();
    line.write_all(b"GET /healthz HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    // HTTP/1.0 ends with the connection.
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
}

#[test]
fn http_2_does_not_announce_web_sockets_and_says_so_to_whoever_tries_one() {
    const SETTINGS: u8 = 4;
    const ENABLE_CONNECT_PROTOCOL: [u8; 2] = [0, 8];
    let authority = Authority::new("site");
    let server = serving(&authority);
    let mut line = shake(&server, &authority, &[&rustls::version::TLS13], &["h2"]).unwrap();
    line.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    let mut head = [0; 9];
    line.read_exact(&mut head).unwrap();
    assert_eq!(head[3], SETTINGS);
    let mut settings = vec![0; usize::from(head[1]) * 256 + usize::from(head[2])];
    line.read_exact(&mut settings).unwrap();
    let announced = settings.chunks(6).any(|setting| setting[..2] == ENABLE_CONNECT_PROTOCOL);
    assert!(!announced, "whoever wants a WebSocket must choose HTTP/1.1: {settings:?}");
}

#[test]
fn plain_http_on_the_tls_port_is_told_what_is_wrong() {
    let authority = Authority::new("site");
    let server = serving(&authority);
    let mut line = dial(&server);
    line.write_all(b"GET /v1/opamp HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n\r\n").unwrap();
    line.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("wss://"), "{answer}");
}

#[test]
fn a_handshake_that_does_not_come_to_an_end_is_dropped() {
    let authority = Authority::new("site");
    let server = serving(&authority);
    let start = Instant::now();
    let mut lines: Vec<_> = ["", "\x16", "\x16\x03\x01\x02\x00"]
        .iter()
        .map(|begun| {
            let mut line = dial(&server);
            line.write_all(begun.as_bytes()).unwrap();
            line
        })
        .collect();
    // Others shake hands meanwhile.
    assert!(shake(&server, &authority, &[&rustls::version::TLS13], &[]).is_ok());
    for line in &mut lines {
        let ended = line.read(&mut [0; 64]);
        assert!(!ended.is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock), "it is still open");
    }
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

#[test]
fn a_new_pair_is_taken_without_a_restart_and_a_broken_one_is_not() {
    let (first, second) = (Authority::new("first"), Authority::new("second"));
    let server = serving(&first).ready();
    let folder = server.folder.path().to_owned();
    let version = [&rustls::version::TLS13];
    let mut open = shake(&server, &first, &version, &[]).unwrap();

    // The certificate alone is no pair yet.
    let new = second.issue(&NAMES);
    std::fs::write(folder.join("cert.pem"), &new.0).unwrap();
    let warned = until_seen(
        "the health page says that the new certificate is not in force",
        Duration::from_secs(20),
        || server.get("server/health").json(),
        |health| health["status"] == "warning",
    );
    assert!(warned.to_string().contains("does not belong"), "{warned}");
    assert!(shake(&server, &first, &version, &[]).is_ok(), "the one before stays in force");

    std::fs::write(folder.join("key.pem"), &new.1).unwrap();
    until_seen(
        "the new pair is in force",
        Duration::from_secs(20),
        || shake(&server, &second, &version, &[]).is_ok(),
        |taken| *taken,
    );
    assert!(shake(&server, &first, &version, &[]).is_err(), "and the old one is not");

    for broken in ["", "no certificate", &second.issue(&NAMES).1] {
        std::fs::write(folder.join("cert.pem"), broken).unwrap();
    }
    std::fs::remove_file(folder.join("key.pem")).unwrap();
    std::thread::sleep(Duration::from_secs(6));
    assert!(shake(&server, &second, &version, &[]).is_ok(), "what is there now cannot be used");
    open.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "an open connection goes on: {answer}");
}

#[test]
fn a_server_does_not_start_with_files_that_are_no_pair() {
    let authority = Authority::new("site");
    let (cert, key) = authority.issue(&NAMES);
    let other = authority.issue(&NAMES);
    for (cert, key, expected) in [
        ("", key.as_str(), "holds no certificate"),
        (cert.as_str(), "", "holds no private key"),
        (cert.as_str(), cert.as_str(), "holds no private key"),
        (cert.as_str(), other.1.as_str(), "does not belong to the first certificate"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        lay_down(folder.path(), &(cert.to_owned(), key.to_owned()));
        let data_dir = folder.path().join("data");
        let settings = Given {
            data_dir: Some(data_dir.clone()),
            listen: Some("127.0.0.1:0".into()),
            ..given(folder.path())
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let refused = runtime.block_on(linkmesh_server::start(settings.check().unwrap())).err().unwrap();
        assert!(refused.to_string().contains(expected), "{refused}");
        assert!(!data_dir.exists(), "nothing was made");
    }
}
