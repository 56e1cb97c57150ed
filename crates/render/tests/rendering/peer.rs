//! The real programs, built where they are missing.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The collector: `LINKMESH_OTELCOL`, or what `peers/build` makes.
pub(crate) fn otelcol() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| built("LINKMESH_OTELCOL", "otelcol"))
}

/// Grafana Alloy.
pub(crate) fn alloy() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| built("LINKMESH_ALLOY", "alloy"))
}

/// A reader of Alloy texts with Alloy's own parser.
pub(crate) fn alloy_syntax() -> &'static PathBuf {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| built("LINKMESH_ALLOY_SYNTAX", "alloy-syntax"))
}

fn built(variable: &str, peer: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return PathBuf::from(path);
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../peers/build");
    let output = Command::new(script).arg(peer).output().expect("peers/build starts");
    assert!(output.status.success(), "peers/build: {}", String::from_utf8_lossy(&output.stderr));
    let line = String::from_utf8(output.stdout).unwrap();
    let (_, path) = line.trim().split_once(' ').expect("a name and a path");
    PathBuf::from(path)
}

/// Environment that configurations of the tests refer to.
pub(crate) const ENVIRONMENT: [(&str, &str); 9] = [
    ("BACKEND_TOKEN", "token"),
    ("PASSWORD", "secret"),
    ("USERNAME", "user"),
    ("RECORDS", "/tmp/linkmesh-records.jsonl"),
    ("ACCESS_KEY", "access"),
    ("SECRET_KEY", "secret"),
    ("NODE_NAME", "node"),
    ("HOST_PORT", "14999"),
    ("TENANT", "shop"),
];

/// What `otelcol validate` says against a configuration, or nothing.
pub(crate) fn refusal(text: &str) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.yaml");
    fs::write(&path, text).unwrap();
    let output = Command::new(otelcol())
        .arg("validate")
        .arg("--config")
        .arg(&path)
        .envs(ENVIRONMENT)
        .env("LINKMESH_STORAGE", dir.path().join("storage"))
        .output()
        .expect("otelcol starts");
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// What Alloy says against any of these configurations at a level of stability: names, references, keys. One process reads all
/// of them.
pub(crate) fn alloy_refusal(texts: &[(String, String)], level: &str) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    as_modules(texts, dir.path());
    let output = Command::new(alloy())
        .arg("validate")
        .arg(format!("--stability.level={level}"))
        .arg("--feature.community-components.enabled=true")
        .arg(dir.path())
        .envs(ENVIRONMENT)
        .output()
        .expect("alloy starts");
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// Why an Alloy that runs all of these configurations does not get to its end of loading them: the values too, and every
/// statement and pattern in them. What starts only afterwards, such as listening, is no part of it.
pub(crate) fn alloy_load_refusal(texts: &[(String, String)]) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let modules = dir.path().join("modules");
    fs::create_dir(&modules).unwrap();
    as_modules(texts, &modules);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let log = dir.path().join("log");
    let mut child = Command::new(alloy())
        .args(["run", "--disable-reporting", "--stability.level=experimental"])
        .arg("--feature.community-components.enabled=true")
        .arg(format!("--server.http.listen-addr=127.0.0.1:{port}"))
        .arg(format!("--storage.path={}", dir.path().join("storage").display()))
        .arg(&modules)
        .current_dir(dir.path())
        .envs(ENVIRONMENT)
        .stdout(Stdio::null())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .expect("alloy starts");
    let loaded = "msg=\"scheduling loaded components and services\" controller_id=\"\"";
    let until = Instant::now() + DEADLINE;
    let said = loop {
        let said = fs::read_to_string(&log).unwrap_or_default();
        let ended = child.try_wait().unwrap().is_some();
        if ended || said.contains(loaded) || Instant::now() > until {
            break said;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let ended = child.try_wait().unwrap().is_some();
    drop(child.kill());
    child.wait().unwrap();
    (ended || !said.contains(loaded)).then_some(said)
}

const DEADLINE: Duration = Duration::from_secs(30);

/// Writes configurations as modules of one, each under a name of its own.
fn as_modules(texts: &[(String, String)], dir: &Path) {
    let (head, foot) = ("declare \"linkmesh\" {\n", "\nlinkmesh \"default\" { }\n");
    for (index, (name, text)) in texts.iter().enumerate() {
        let body = text.strip_prefix(head).and_then(|text| text.strip_suffix(foot));
        let body = body.unwrap_or_else(|| panic!("{name} is no single module"));
        let text = format!("declare \"linkmesh_{index}\" {{\n{body}\nlinkmesh_{index} \"default\" {{ }}\n");
        fs::write(dir.join(format!("{}.alloy", name.replace([' ', '/'], "-"))), text).unwrap();
    }
}

#[test]
fn the_validator_refuses_what_is_wrong() {
    let good = "receivers: {otlp: {protocols: {grpc: {}}}}\nexporters: {debug: {}}\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [debug]}}}\n";
    assert_eq!(refusal(good), None);
    assert!(refusal(&good.replace("debug", "no_such_exporter")).is_some());
}

#[test]
fn alloy_refuses_what_is_wrong() {
    let one = |body: &str| {
        vec![("x".to_owned(), format!("declare \"linkmesh\" {{\n{body}\n}}\n\nlinkmesh \"default\" {{ }}\n"))]
    };
    let good = one("otelcol.exporter.debug \"x\" {\nverbosity = \"basic\"\n}");
    assert_eq!(alloy_refusal(&good, "experimental"), None);
    assert!(alloy_refusal(&good, "generally-available").unwrap().contains("stability level"));
    assert!(alloy_refusal(&one("otelcol.exporter.debug \"x\" {\nnope = 1\n}"), "experimental").is_some());
    assert_eq!(alloy_load_refusal(&good), None);
    let wrong = one("otelcol.processor.filter \"x\" {\nlogs {\nlog_record = [\"loud(\"]\n}\noutput { }\n}");
    assert_eq!(alloy_refusal(&wrong, "experimental"), None);
    assert!(alloy_load_refusal(&wrong).unwrap().contains("loud("));
}
