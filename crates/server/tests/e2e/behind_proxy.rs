//! The real nginx and the real Caddy in front, with the files of `packaging/`, over TLS. Of these files only names, ports and
//! paths are replaced. Start at [`Front`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use linkmesh_api::types::{AuditQuery, CreateCollector, MintToken, Mode, ThroughputQuery};
use linkmesh_testkit::authority::Authority;
use linkmesh_testkit::folder::Folder;
use linkmesh_testkit::peers;
use linkmesh_testkit::ports;
use linkmesh_testkit::process::Process;
use linkmesh_testkit::server::{Extra, ask};
use linkmesh_testkit::supervisor::Supervisor;
use linkmesh_testkit::wait::{until, until_seen};
use serde_json::{Value, json};

use crate::world::{APPLY_MAX, SOON, World, trusting};

/// Where the one sits who calls; the proxy is trusted at 127.0.0.1 alone.
const CLIENT: &str = "127.0.0.2";
/// Longer than any line may be silent at the proxy of the test.
const QUIET: Duration = Duration::from_secs(65);

/// A server with a proxy in front.
struct Front {
    world: World,
    ca: PathBuf,
    url: String,
    _proxy: Process,
}

impl Front {
    /// Starts `program` with what `configure` makes of the file in `packaging/`.
    fn start(
        name: &str,
        program: &str,
        configure: impl Fn(&Parts<'_>) -> (String, Vec<String>),
    ) -> Option<Self> {
        let program = installed(program)?;
        let folder = Folder::new(name);
        let authority = Authority::new("site");
        let (cert, key) = authority.issue(&["127.0.0.1", "localhost"]);
        let (cert, key) = (folder.write("proxy/cert.pem", &cert), folder.write("proxy/key.pem", &key));
        let ca = folder.write("ca.pem", authority.pem());
        let port = ports::free();
        let url = format!("https://127.0.0.1:{port}");
        let args = ["--trusted-proxy", "127.0.0.1", "--external-url", &url].map(str::to_owned).to_vec();
        let world = World::with(folder.clone(), Extra { args, ca_pem: None });
        let parts = Parts { folder: &folder, cert: &cert, key: &key, port, server: world.server.address() };
        let (text, args) = configure(&parts);
        let config = folder.write("proxy/config", &text);
        let mut command = Command::new(program);
        command.env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path());
        command.args(args).arg(&config).current_dir(folder.join("proxy"));
        let mut proxy = Process::start(command, &folder.join("proxy.log"));
        until("the proxy passes requests on", SOON, || {
            assert!(proxy.runs(), "the proxy ended: {}", proxy.said());
            let call = || ask(&format!("{url}/healthz"), "GET", &[], Vec::new(), Some(authority.pem()));
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
            (call().status == 200).then_some(())
        });
        Some(Self { world, ca, url, _proxy: proxy })
    }

    /// Calls through the proxy as `curl` does; the body of the answer, and then its status and version of HTTP.
    fn curl(&self, words: &[&str], path: &str) -> (String, String) {
        self.curl_as(self.world.server.token(), words, path)
    }

    fn curl_as(&self, token: &str, words: &[&str], path: &str) -> (String, String) {
        let said = Command::new("curl")
            .args(["-sS", "--noproxy", "*", "--interface", CLIENT, "--cacert"])
            .arg(&self.ca)
            .args(["-w", "\n%{http_code} %{http_version}", "-H"])
            .arg(format!("Authorization: Bearer {token}"))
            .args(words)
            .arg(format!("{}{path}", self.url))
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let (body, status) = text.rsplit_once('\n').unwrap_or(("", &text));
        (format!("{body}{}", String::from_utf8_lossy(&said.stderr)), status.to_owned())
    }

    fn a_real_host_joins_and_its_counters_arrive(&self) -> (Supervisor, String) {
        let file = self.world.bootstrap(&self.world.token().token);
        let endpoint = format!("{}/v1/opamp", self.url.replace("https", "wss"));
        assert!(file.contains(&endpoint), "{file}");
        let (host, id) = self.world.join_with("host", &trusting(&file, &self.ca));
        until_seen(
            "its own metrics arrive",
            APPLY_MAX,
            || self.world.api().throughput(&id, &ThroughputQuery::default()).unwrap().process,
            |process| process.uptime_s > Some(0.0),
        );
        (host, id)
    }

    fn every_version_of_http_is_answered(&self) {
        let versions: [(&[&str], _); 3] =
            [(&["--http1.0", "--no-alpn"], "1"), (&["--http1.1"], "1.1"), (&["--http2"], "2")];
        for (words, version) in versions {
            let (body, status) = self.curl(words, "/api/v1/me");
            assert!(status.starts_with("200 "), "{words:?}: {status} {body}");
            assert!(version != "2" || status.ends_with(" 2"), "{words:?}: {status}");
            let me: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(me["role"], "admin");
        }
        let (body, status) = self.curl(&["--http2", "-H", "Upgrade: websocket"], "/v1/opamp");
        assert!(!status.starts_with("101"), "{status} {body}");
    }

    fn an_alloy_polls_and_files_for_hosts_pass_both_ways(&self) {
        let made = CreateCollector {
            name: "edge-7".to_owned(),
            mode: Mode::AlloyRemotecfg,
            labels: BTreeMap::default(),
            groups: Vec::new(),
        };
        let id = self.world.api().create_collector(&made).unwrap().id;
        let minted = self.world.api().mint_token(&id, &MintToken::default()).unwrap();
        let call = json!({"id": id}).to_string();
        let words = ["-X", "POST", "-H", "content-type: application/json", "-d", &call];
        for name in ["RegisterCollector", "GetConfig"] {
            let path = format!("/collector.v1.CollectorService/{name}");
            let (body, status) = self.curl_as(&minted.token, &words, &path);
            assert!(status.starts_with("200"), "{name}: {status} {body}");
        }
        let bytes = 20 << 20;
        let file = self.world.folder.write_bytes("alloy-1.11.0-1.amd64.deb", &vec![7; bytes]);
        let from = file.display().to_string();
        let place = "mirror/alloy/1.11.0-1/amd64/alloy-1.11.0-1.amd64.deb";
        let (body, status) = self.curl(&["-T", &from], &format!("/api/v1/{place}"));
        assert!(status.starts_with("201"), "{status} {body}");
        let (body, status) = self.curl(&["-X", "POST"], &format!("/api/v1/{place}/verify"));
        assert!(status.starts_with("200") && body.contains("\"intact\":true"), "{status} {body}");
        let (body, status) = self.curl(&["-r", "5-"], &format!("/api/v1/downloads/{place}"));
        assert!(status.starts_with("206") && body.len() == bytes - 5, "{status} {}", body.len());
    }

    fn a_large_body_is_refused_by_the_server_itself(&self) {
        let large = self.world.folder.write("large.json", &format!("{{\"a\": \"{}\"}}", "x".repeat(5 << 20)));
        let body = format!("@{}", large.display());
        let words = ["-X", "POST", "-H", "content-type: application/json", "--data-binary", &body];
        let (body, status) = self.curl(&words, "/api/v1/changes");
        assert!(status.starts_with("413"), "{status} {body}");
        assert!(body.contains("a body has at most"), "the server's own words: {body}");
    }

    fn the_address_is_that_of_the_client(&self) {
        let wrong = json!({"username": "nobody", "password": "a wrong password"}).to_string();
        let words = [
            "-X",
            "POST",
            "-H",
            "content-type: application/json",
            "-d",
            &wrong,
            "-H",
            "X-Forwarded-For: 6.6.6.6",
            "-H",
            "Forwarded: for=6.6.6.7",
        ];
        let (body, status) = self.curl(&words, "/api/v1/session");
        assert!(status.starts_with("401"), "{status} {body}");
        let said = self.sign_ins().first().cloned().unwrap();
        assert!(said.starts_with(&format!("from {CLIENT}:")), "{said}");
        // Past the proxy, nobody is believed.
        let before = self.sign_ins().len();
        let direct = Command::new("curl")
            .args(["-sS", "--noproxy", "*", "--interface", CLIENT])
            .args(words)
            .arg(format!("{}/api/v1/session", self.world.server.url()))
            .output()
            .unwrap();
        assert!(direct.status.success());
        let after = self.sign_ins();
        assert_eq!(after.len(), before + 1);
        let said = &after[0];
        assert!(said.starts_with(&format!("from {CLIENT}:")), "{said}");
    }

    /// What the audit log says about attempts to sign in, newest first.
    fn sign_ins(&self) -> Vec<String> {
        let page = self.world.api().audit(&AuditQuery::default()).unwrap().items;
        let entries = page.into_iter().filter(|entry| entry.action == "session.create");
        entries.map(|entry| entry.reason.unwrap_or_default()).filter(|reason| reason.contains(':')).collect()
    }

    fn a_session_cookie_is_only_for_tls(&self) {
        let right = json!({"username": "admin", "password": linkmesh_testkit::server::PASSWORD}).to_string();
        let words = ["-i", "-X", "POST", "-H", "content-type: application/json", "-d", &right];
        let (answer, status) = self.curl(&words, "/api/v1/session");
        assert!(status.starts_with("200") && answer.contains("; Secure"), "{status} {answer}");
    }

    fn events_arrive_when_they_happen(&self) {
        let out = self.world.folder.join("events.txt");
        let mut command = Command::new("curl");
        command.args(["-sSN", "--noproxy", "*", "--cacert"]).arg(&self.ca).arg("-H");
        command.arg(format!("Authorization: Bearer {}", self.world.server.token()));
        command.arg(format!("{}/api/v1/events", self.url)).args(["-H", "accept: text/event-stream"]);
        let stream = Process::start(command, &out);
        until("the stream is open", SOON, || (!stream.said().is_empty()).then_some(()));
        let start = Instant::now();
        drop(self.world.api().create_enrollment_token(&Default::default()));
        self.world.save(&[("pipelines/late.yaml", "signals: [logs]\nsteps: []\n")]);
        until("the event arrives", SOON, || stream.said().contains("data:").then_some(()));
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

/// What a proxy's file is made of.
struct Parts<'a> {
    folder: &'a Folder,
    cert: &'a Path,
    key: &'a Path,
    port: u16,
    server: &'a str,
}

/// Where a program of the system is; nothing where it is missing and need not be there.
fn installed(name: &str) -> Option<PathBuf> {
    let found = ["/usr/sbin", "/usr/bin", "/usr/local/bin"].map(|folder| Path::new(folder).join(name));
    let found = found.into_iter().find(|path| path.is_file());
    assert!(found.is_some() || name != "nginx", "nginx is missing: .ci/run installs it (Debian: nginx)");
    found
}

fn packaged(path: &str, replaced: &[(&str, &str)]) -> String {
    let mut text = std::fs::read_to_string(peers::repository().join("packaging").join(path)).unwrap();
    for (from, to) in replaced {
        assert!(text.contains(from), "{path} holds `{from}`");
        text = text.replace(from, to);
    }
    text
}

fn nginx(parts: &Parts<'_>) -> (String, Vec<String>) {
    let (cert, key) = (parts.cert.display().to_string(), parts.key.display().to_string());
    let listen = format!("listen 127.0.0.1:{} ssl http2;", parts.port);
    let plain = format!("listen 127.0.0.1:{};", ports::free());
    let server = format!("server {};", parts.server);
    let site = packaged(
        "nginx/linkmesh.conf",
        &[
            ("    listen 443 ssl http2;", listen.as_str()),
            ("    listen 80;", plain.as_str()),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("    listen [::]:80;\n", ""),
            ("server 127.0.0.1:8080;", server.as_str()),
            ("/etc/nginx/linkmesh.pem", cert.as_str()),
            ("/etc/nginx/linkmesh.key", key.as_str()),
            // So short that only the server's own pings keep a line open.
            ("proxy_read_timeout 75s;", "proxy_read_timeout 28s;"),
            ("proxy_send_timeout 75s;", "proxy_send_timeout 28s;"),
        ],
    );
    let folder = parts.folder.join("proxy");
    let folder = folder.display();
    let text = format!(
        "daemon off;\npid {folder}/nginx.pid;\nerror_log stderr info;\nevents {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxied;\nfastcgi_temp_path {folder}/f;\n\
         uwsgi_temp_path {folder}/u;\nscgi_temp_path {folder}/s;\n{site}\n}}\n"
    );
    (text, vec!["-e".to_owned(), "stderr".to_owned(), "-p".to_owned(), folder.to_string(), "-c".to_owned()])
}

fn caddy(parts: &Parts<'_>) -> (String, Vec<String>) {
    let tls =
        format!("tls {} {}\n\treverse_proxy {} {{", parts.cert.display(), parts.key.display(), parts.server);
    let site = packaged(
        "caddy/Caddyfile",
        &[
            ("linkmesh.example.com {", &format!("127.0.0.1:{} {{", parts.port)),
            ("reverse_proxy 127.0.0.1:8080 {", tls.as_str()),
        ],
    );
    let text = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{site}");
    (text, ["run", "--adapter", "caddyfile", "--config"].map(str::to_owned).to_vec())
}

#[test]
fn nginx_in_front_passes_everything_on_and_cuts_no_quiet_line() {
    let front = Front::start("nginx", "nginx", nginx).unwrap();
    let (_host, id) = front.a_real_host_joins_and_its_counters_arrive();
    let start = Instant::now();
    front.every_version_of_http_is_answered();
    front.an_alloy_polls_and_files_for_hosts_pass_both_ways();
    front.a_large_body_is_refused_by_the_server_itself();
    front.the_address_is_that_of_the_client();
    front.a_session_cookie_is_only_for_tls();
    front.events_arrive_when_they_happen();
    while start.elapsed() < QUIET {
        assert_eq!(front.world.count(&id, "disconnected"), 0, "the line stays");
        std::thread::sleep(Duration::from_secs(1));
    }
    assert_eq!(front.world.count(&id, "connected"), 1);
}

#[test]
fn caddy_in_front_passes_everything_on() {
    let Some(front) = Front::start("caddy", "caddy", caddy) else { return };
    let (_host, _id) = front.a_real_host_joins_and_its_counters_arrive();
    front.every_version_of_http_is_answered();
    front.an_alloy_polls_and_files_for_hosts_pass_both_ways();
    front.a_large_body_is_refused_by_the_server_itself();
    front.the_address_is_that_of_the_client();
    front.a_session_cookie_is_only_for_tls();
    front.events_arrive_when_they_happen();
}
