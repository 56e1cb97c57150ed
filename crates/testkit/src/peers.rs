//! The real programs: where they are, built first when they are missing.
//! Start at [`path`].

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

/// A current supervisor.
pub const SUPERVISOR: &str = "opampsupervisor";
/// The oldest supervisor that tests run.
pub const OLD_SUPERVISOR: &str = "opampsupervisor-0.149.0";
/// A collector with every component that can be had.
pub const COLLECTOR: &str = "otelcol";
/// Grafana Alloy.
pub const ALLOY: &str = "alloy";
/// Alloy's own parser, which prints what it reads as JSON.
pub const ALLOY_SYNTAX: &str = "alloy-syntax";

static BUILDING: Mutex<()> = Mutex::new(());

/// The program `name`, from the cache or built by `peers/build`.
///
/// # Panics
/// When it cannot be built; the message says what is needed. A test never runs without it.
#[must_use]
pub fn path(name: &str) -> PathBuf {
    let script = repository().join("peers/build");
    let answer = run(&script, &["--path", name]);
    let path = PathBuf::from(answer.trim());
    if path.is_file() {
        return path;
    }
    let _one_at_a_time = BUILDING.lock();
    run(&script, &[name]);
    assert!(path.is_file(), "peers/build {name} ended well, but {} is not there", path.display());
    path
}

/// The top of the work tree.
///
/// # Panics
/// When the crate is not in a work tree.
#[must_use]
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this crate lies in crates/")
}

fn run(script: &Path, arguments: &[&str]) -> String {
    let output = Command::new(script).args(arguments).output();
    let output = output.unwrap_or_else(|e| panic!("{} cannot be run: {e}", script.display()));
    assert!(
        output.status.success(),
        "tests need real programs, and `peers/build {}` failed; install Go 1.26 or newer and let it reach a module proxy:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
