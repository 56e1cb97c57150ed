//! The configuration repository from outside, beside the real `git`: what is saved stays, what is pushed is seen.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod faults;
mod history;
mod pushes;
mod saving;

use std::path::Path;
use std::process::{Command, Output};

use linkmesh_config_repo::{Author, Change, ConfigRepo, RepoOptions};
use tempfile::TempDir;

const NOW_S: i64 = 1_700_000_000;

fn ada() -> Author {
    Author { name: "Ada Lovelace".to_owned(), email: "ada@example.com".to_owned() }
}

fn open(path: &Path) -> ConfigRepo {
    ConfigRepo::open_or_init(path, options()).unwrap()
}

fn options() -> RepoOptions {
    let program = Author { name: "LinkMesh".to_owned(), email: "linkmesh@localhost".to_owned() };
    RepoOptions { program, now_s: NOW_S }
}

fn fresh() -> (TempDir, ConfigRepo) {
    let folder = tempfile::tempdir().unwrap();
    let repo = open(&folder.path().join("config.git"));
    (folder, repo)
}

fn put(path: &str, text: &str) -> Change {
    Change {
        put: [(path.to_owned(), text.as_bytes().to_vec())].into(),
        author: Some(ada()),
        message: format!("Write {path}"),
        at_s: NOW_S,
        ..Change::default()
    }
}

fn text(repo: &ConfigRepo, path: &str) -> Option<String> {
    let file = repo.file_at(&repo.head().unwrap(), path).unwrap()?;
    Some(String::from_utf8(file.bytes.to_vec()).unwrap())
}

/// Runs `git` without anybody's personal settings.
fn try_git(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments);
    for (key, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Grace"),
        ("GIT_AUTHOR_EMAIL", "grace@example.com"),
        ("GIT_COMMITTER_NAME", "Grace"),
        ("GIT_COMMITTER_EMAIL", "grace@example.com"),
    ] {
        command.env(key, value);
    }
    command.output().unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = try_git(folder, arguments);
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn assert_sound(repo: &ConfigRepo) {
    let output = try_git(repo.path(), &["fsck", "--strict", "--full"]);
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains("error") && !said.contains("missing") && !said.contains("warning"), "{said}");
}
