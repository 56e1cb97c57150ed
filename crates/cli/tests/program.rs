//! The built program from outside: help, exit codes, what it says when things fail, what it sends.
//! A scripted listener stands in for the server where only the program's own behavior is the question.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

fn linkmesh(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linkmesh"));
    command.args(arguments).env_clear().env("HOME", home).stdin(Stdio::null());
    command
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    linkmesh(home, arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// One request as it came in.
struct Request {
    line: String,
    headers: String,
    body: String,
}

/// Answers one connection per scripted answer and gives back what was asked.
fn scripted(answers: Vec<(u16, &'static str, String)>) -> (String, JoinHandle<Vec<Request>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        answers
            .into_iter()
            .map(|(status, headers, body)| {
                let (stream, _) = listener.accept().unwrap();
                answer(stream, status, headers, &body)
            })
            .collect()
    });
    (url, asked)
}

fn answer(stream: TcpStream, status: u16, headers: &str, body: &str) -> Request {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let (mut all, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        if header.trim().is_empty() {
            break;
        }
        let lower = header.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        all.push_str(&lower);
    }
    let mut bytes = vec![0; length];
    reader.read_exact(&mut bytes).unwrap();
    let mut stream = reader.into_inner();
    let head = format!(
        "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    Request { line: line.trim().to_owned(), headers: all, body: String::from_utf8(bytes).unwrap() }
}

#[test]
fn the_help_of_every_verb_is_as_recorded() {
    let home = tempfile::tempdir().unwrap();
    let mut text = String::new();
    let verbs = "|login|get|describe|describe collector|describe link|create|create collector|token|token create|token revoke|apply|plan|\
                 delete|render|diff|restore|drift|events|label|hold|release|retry|restart|archive|unarchive|deregister|freeze|unfreeze|audit|health|completion";
    for verb in verbs.split('|') {
        let mut arguments: Vec<&str> = verb.split_whitespace().collect();
        arguments.push("--help");
        let output = run(home.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{verb}");
        text.push_str(&format!("$ linkmesh {}\n{}\n", arguments.join(" "), stdout(&output)));
    }
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/help.txt");
    if std::env::var_os("LINKMESH_BLESS").is_some() {
        std::fs::write(&recorded, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&recorded).unwrap(), "`make gen` records the help anew");
}

#[test]
fn wrong_usage_exits_with_one_and_not_with_the_code_for_differences() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["plan"][..], &["frobnicate"], &["get", "collectorz"], &["diff", "-o", "pdf"]] {
        let output = run(home.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(!stderr(&output).is_empty());
    }
    assert!(
        stderr(&run(home.path(), &["get", "collectorz"])).contains("collectors"),
        "the nearest noun is named"
    );
}

#[test]
fn without_a_server_the_error_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let output = run(home.path(), &["get", "collectors"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("linkmesh login URL"), "{}", stderr(&output));

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let output = run(home.path(), &["--url", &url, "get", "collectors"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(text.contains(&format!("cannot reach {url}: connection refused")), "{text}");
    assert!(text.contains("is linkmesh-server running there?"), "{text}");
}

#[test]
fn a_refused_token_leads_to_login() {
    let home = tempfile::tempdir().unwrap();
    let body = r#"{"type":"urn:x","title":"t","status":401,"detail":"the token has expired"}"#.to_owned();
    let (url, asked) = scripted(vec![(401, "", body)]);
    let output = linkmesh(home.path(), &["get", "collectors"])
        .env("LINKMESH_URL", &url)
        .env("LINKMESH_TOKEN", "lmsat_old")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(text.contains("the token has expired") && text.contains("run `linkmesh login"), "{text}");
    let asked = asked.join().unwrap();
    assert!(asked[0].line.starts_with("GET /api/v1/collectors?limit="), "{}", asked[0].line);
    assert!(asked[0].headers.contains("authorization: bearer lmsat_old"));
}

#[test]
fn something_that_is_no_linkmesh_server_is_called_that() {
    let home = tempfile::tempdir().unwrap();
    let (url, asked) =
        scripted(vec![(502, "content-type: text/html\r\n", "<h1>Bad gateway</h1>".to_owned())]);
    let output = run(home.path(), &["--url", &url, "health"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("status 502 and not as a LinkMesh server does"), "{}", stderr(&output));
    asked.join().unwrap();
}

#[test]
fn login_turns_a_password_into_a_token_that_only_its_owner_can_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = tempfile::tempdir().unwrap();
    let session = r#"{"user":{"id":"u1","username":"ana","role":"admin"},"csrf_token":"c1"}"#.to_owned();
    let account = r#"{"id":"s1","token":"lmsat_new"}"#.to_owned();
    let me =
        r#"{"kind":"service_account","id":"s1","name":"ana's computer","role":"admin","permissions":[]}"#
            .to_owned();
    let cookie = "set-cookie: linkmesh_session=k1; HttpOnly; Path=/\r\n";
    let (url, asked) =
        scripted(vec![(201, cookie, session), (201, "", account), (204, "", String::new()), (200, "", me)]);
    let mut child = linkmesh(home.path(), &["login", &url, "--username", "ana", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"secret word\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("as ana's computer"), "{}", stdout(&output));

    let asked = asked.join().unwrap();
    assert_eq!(asked[0].line, "POST /api/v1/session HTTP/1.1");
    assert!(asked[0].body.contains(r#""password":"secret word""#), "{}", asked[0].body);
    assert!(
        asked[1].headers.contains("cookie: linkmesh_session=k1\r\n")
            && asked[1].headers.contains("x-csrf-token: c1")
    );
    assert_eq!(asked[2].line, "DELETE /api/v1/session HTTP/1.1");
    assert!(asked[3].headers.contains("authorization: bearer lmsat_new"));

    let file = home.path().join(".config/linkmesh/config.toml");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("token = \"lmsat_new\"") && text.contains(&url), "{text}");
    assert!(!text.contains("secret word"));
}

#[test]
fn plan_sends_the_files_and_exits_with_two_when_there_are_differences() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("repo");
    std::fs::create_dir_all(folder.join("fleet/sources")).unwrap();
    std::fs::write(folder.join("fleet/sources/app.yaml"), "type: otlp\nsettings: {grpc: \"0.0.0.0:4317\"}\n")
        .unwrap();
    let same = r#"{"base":"a1","files":[],"classes":[],"affected":0}"#.to_owned();
    let other =
        r#"{"base":"a1","files":[{"path":"fleet/sources/app.yaml","change":"added","diff":"+type: otlp\n"}],
        "classes":[],"affected":0}"#
            .to_owned();
    let (url, asked) = scripted(vec![(200, "", same), (200, "", other)]);
    let folder = folder.display().to_string();
    let output = run(home.path(), &["--url", &url, "plan", "-f", &folder]);
    assert_eq!((output.status.code(), stdout(&output).contains("no differences")), (Some(0), true));
    let output = run(home.path(), &["--url", &url, "plan", "-f", &folder]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("A fleet/sources/app.yaml\n+type: otlp\n"), "{}", stdout(&output));

    let body: serde_json::Value = serde_json::from_str(&asked.join().unwrap()[0].body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "put": {"fleet/sources/app.yaml": {"type": "otlp", "settings": {"grpc": "0.0.0.0:4317"}}},
            "dry_run": true,
        })
    );
}

#[test]
fn a_refused_save_shows_each_fault_at_its_file() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("fleet/routes/a.yaml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "sources: [app]\n").unwrap();
    let body = r#"{"type":"urn:x","title":"t","status":422,"detail":"nothing was saved",
        "errors":[{"path":"fleet/routes/a.yaml: destinations","message":"is missing"}]}"#
        .to_owned();
    let (url, asked) = scripted(vec![(422, "", body)]);
    let output = run(home.path(), &["--url", &url, "apply", "-f", &file.display().to_string(), "-m", "try"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(text.contains("nothing was saved\n  fleet/routes/a.yaml: destinations: is missing"), "{text}");
    let asked = asked.join().unwrap();
    assert!(
        asked[0].body.contains(r#""message":"try""#) && !asked[0].body.contains("dry_run"),
        "{}",
        asked[0].body
    );
}

#[test]
fn followed_events_go_on_after_a_broken_stream_where_they_stopped() {
    let home = tempfile::tempdir().unwrap();
    let event = |id: u32| {
        format!(
            "id: {id}\ndata: {{\"id\":\"{id}\",\"at\":\"2026-03-10T12:00:00Z\",\"kind\":\"registered\",\"severity\":\"info\",\"message\":\"m\"}}\n\n"
        )
    };
    let refused = r#"{"type":"urn:x","title":"t","status":403,"detail":"no more"}"#.to_owned();
    let kind = "content-type: text/event-stream\r\n";
    let (url, asked) =
        scripted(vec![(200, kind, event(1) + &event(2)), (200, kind, event(3)), (403, "", refused)]);
    let output = run(home.path(), &["--url", &url, "events", "-f", "-o", "name"]);
    assert_eq!(output.status.code(), Some(1), "a refusal ends it");
    assert_eq!(stdout(&output), "1\n2\n3\n");
    let asked = asked.join().unwrap();
    assert!(asked[0].headers.contains("accept: text/event-stream"));
    assert!(!asked[0].headers.contains("last-event-id"));
    assert!(asked[1].headers.contains("last-event-id: 2"), "{}", asked[1].headers);
    assert!(asked[2].headers.contains("last-event-id: 3"));
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let home = tempfile::tempdir().unwrap();
    let mut child = linkmesh(home.path(), &["completion", "bash"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
