//! The real programs, built where they are missing.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

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

/// What Alloy says against any of these configurations at a level of stability. One process reads all of them: as modules of
/// one configuration, each under a name of its own.
pub(crate) fn alloy_refusal(texts: &[(String, String)], level: &str) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    for (index, (name, text)) in texts.iter().enumerate() {
        assert!(text.starts_with("declare \"linkmesh\" {\n") && text.ends_with("\nlinkmesh \"default\" { }\n"), "{name}");
        let text = text.replacen("declare \"linkmesh\"", &format!("declare \"linkmesh_{index}\""), 1);
        let text = text.replace("\nlinkmesh \"default\" { }\n", &format!("\nlinkmesh_{index} \"default\" {{ }}\n"));
        fs::write(dir.path().join(format!("{}.alloy", name.replace([' ', '/'], "-"))), text).unwrap();
    }
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

#[test]
fn the_validator_refuses_what_is_wrong() {
    let good = "receivers: {otlp: {protocols: {grpc: {}}}}\nexporters: {debug: {}}\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [debug]}}}\n";
    assert_eq!(refusal(good), None);
    assert!(refusal(&good.replace("debug", "no_such_exporter")).is_some());
}
