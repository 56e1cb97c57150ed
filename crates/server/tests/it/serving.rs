//! The program from outside: what it prints, how it ends, what load balancers and monitors see.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::running::Server;

const PROGRAM: &str = env!("CARGO_BIN_EXE_linkmesh-server");

fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LINKMESH_")) {
        command.env_remove(name);
    }
    command.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.join("data"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn wait(child: &mut Child) -> i32 {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or(-1);
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("the program did not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn it_prints_where_it_listens_and_stops_cleanly_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = program(folder.path()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = first.strip_prefix("listening on ").unwrap().to_owned();
    let second = lines.next().unwrap().unwrap();
    assert!(second.starts_with(&format!("set up this server at {url}/setup?token=")), "{second}");
    assert!(crate::running::agent(None).get(format!("{url}/readyz")).call().unwrap().status().is_success());
    let busy = program(folder.path()).output().unwrap();
    assert_eq!(busy.status.code(), Some(1), "a second one keeps out of the data: {busy:?}");
    assert_eq!(String::from_utf8_lossy(&busy.stderr).lines().count(), 1, "{busy:?}");
    Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert_eq!(wait(&mut child), 0);
}

#[test]
fn wrong_settings_end_it_with_one_line_and_wrong_words_with_usage() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.yaml");
    std::fs::write(&file, "listn: 127.0.0.1:0\n").unwrap();
    let run = |words: &[&str]| program(folder.path()).args(words).output().unwrap();
    let path = file.to_str().unwrap();
    let wrong = run(&["config", "check", "--config", path]);
    assert_eq!(wrong.status.code(), Some(1));
    let line = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(line.lines().count() == 1 && line.contains("did you mean `listen`?"), "{line}");
    assert_eq!(run(&["--nonsense"]).status.code(), Some(2));
    std::fs::write(&file, "log: warn\n").unwrap();
    assert_eq!(run(&["config", "check", "--config", path]).status.code(), Some(0));
    let printed = run(&["config", "print", "--config", path]);
    assert!(String::from_utf8_lossy(&printed.stdout).contains("log: \"warn\""), "{printed:?}");
    assert_eq!(run(&["config", "check", "--config", "/nowhere/config.yaml"]).status.code(), Some(1));
    assert_eq!(run(&["recover", "--for", "1 day", "--all-listed"]).status.code(), Some(2));
    assert_eq!(run(&["recover", "--for", "1h"]).status.code(), Some(2), "it takes names, or a plain `all`");
    assert_eq!(run(&["recover", "--for", "1h", "--collector", "web"]).status.code(), Some(1));
    let opened = run(&["recover", "--for", "30m", "--all-listed"]);
    assert!(
        String::from_utf8_lossy(&opened.stdout).starts_with("0 collectors may come back until "),
        "{opened:?}"
    );
    let document = run(&["openapi"]);
    assert_eq!(String::from_utf8_lossy(&document.stdout), linkmesh_server::http::openapi_json());
}

#[test]
fn an_administrator_can_be_made_and_helped_while_the_server_is_stopped() {
    let server = Server::new();
    let folder = server.stop();
    let admin = |words: &[&str], password: &str| {
        let mut child =
            program(folder.path()).arg("admin").args(words).stdin(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), password.as_bytes()).unwrap();
        wait(&mut child)
    };
    assert_eq!(admin(&["create", "ben"], "another good password\n"), 0);
    assert_eq!(admin(&["create", "ben"], "another good password\n"), 1);
    assert_eq!(admin(&["reset-password", "ana"], "a new long password\n"), 0);
    assert_eq!(admin(&["reset-password", "nobody"], "a new long password\n"), 1);
    let server = Server::on(folder, None);
    for (username, password) in [("ben", "another good password"), ("ana", "a new long password")] {
        let body = serde_json::json!({"username": username, "password": password});
        assert_eq!(server.send("POST", "/api/v1/session", &[], Some(&body)).status, 200, "{username}");
    }
}

#[test]
fn load_balancers_and_monitors_see_enough_and_not_more() {
    let server = Server::new();
    for path in ["/healthz", "/readyz"] {
        let answer = server.send("GET", path, &[], None);
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "{path}");
    }
    server.send("GET", "/api/v1/metrics", &[], None).problem(401);
    let metrics = server.get("metrics");
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    for line in metrics.text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(name.starts_with("linkmesh_server_"), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    assert!(metrics.text.contains("linkmesh_server_collectors_by_status{status=\"connected\"} 0"));
    let health = server.get("server/health").json();
    assert_eq!(health["status"], "ok");
}
