//! What people write stays as they wrote it, but for credentials, which never reach the repository in clear.

use std::process::Command;

use serde_json::{Value, json};

use crate::running::{Answer, Server};

const CANARY: &str = "canary-hunter2-secret";
const PATH: &str = "fleet/destinations/out.yaml";
const ADDRESS: &str = "fleet/destinations/out";
const YAML: [(&str, &str); 1] = [("accept", "application/yaml")];

/// A destination as somebody would write it by hand.
fn written(credential: &str) -> String {
    format!(
        "# Where the shop's logs go.\ntype:   \"otlp-http\"   # not Loki\n\nendpoint: https://otlp.example.com\ncredentials:   # ask the shop\n  # rotated in May\n  token: {credential}   # of the shop\nretry: {{max_elapsed_s: 300, initial_interval_s: 5}}  # as they asked\n"
    )
}

/// What the file holds now, and everything that any commit ever held.
fn stored(server: &Server) -> (String, String) {
    let git = |arguments: &[&str]| {
        let folder = server.folder.path().join("data/config.git");
        let done = Command::new("git").arg("--git-dir").arg(folder).args(arguments).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap()
    };
    (git(&["show", &format!("main:{PATH}")]), git(&["log", "-p", "--all"]))
}

fn put(server: &Server, precondition: (&str, &str), text: &str) -> Answer {
    let bearer = format!("Bearer {}", server.token);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/yaml"), precondition];
    server.raw("PUT", &format!("/api/v1/{ADDRESS}"), &headers, text.as_bytes().to_vec())
}

fn text(server: &Server) -> Answer {
    server.with("GET", ADDRESS, &YAML, None)
}

#[test]
fn a_text_without_credentials_in_clear_is_stored_byte_for_byte() {
    let server = Server::new();
    let mine = written("\"${env:SHOP_TOKEN}\"");
    let made = server.post("changes", &json!({"put": {PATH: mine}}));
    assert_eq!(made.json()["changed"], true, "{made:?}");
    assert_eq!(stored(&server).0, mine);
    let shown = text(&server);
    assert_eq!(
        (shown.text.as_str(), shown.header("content-type")),
        (mine.as_str(), "application/yaml; charset=utf-8")
    );
    assert_eq!(shown.header("etag"), server.get(ADDRESS).header("etag"), "one file, one tag");
    assert_eq!(format!("\"{}\"", made.json()["etags"][PATH].as_str().unwrap()), shown.header("etag"));
    // The same again is no change; another comment is one, and nobody gets another configuration for it.
    assert_eq!(server.post("changes", &json!({"put": {PATH: mine}})).json()["changed"], false);
    let noted = mine.replace("not Loki", "for now");
    let plan = server.post("changes", &json!({"put": {PATH: noted}, "dry_run": true})).json();
    assert_eq!(
        (plan["files"][0]["path"].as_str(), plan["affected"].as_u64()),
        (Some(PATH), Some(0)),
        "{plan}"
    );
    assert!(plan["files"][0]["diff"].as_str().unwrap().contains("+type:   \"otlp-http\"   # for now"));
    assert_eq!(put(&server, ("if-match", shown.header("etag")), &noted).status, 200);
    assert_eq!(stored(&server).0, noted);
    // The same values as JSON leave the text alone.
    let values = server.get(ADDRESS);
    let same = server.with("PUT", ADDRESS, &[("if-match", values.header("etag"))], Some(&values.json()));
    assert_eq!((same.status, stored(&server).0), (200, noted));
}

#[test]
fn a_credential_is_sealed_where_it_stands_and_every_comment_survives() {
    let server = Server::new();
    let quoted = format!("'{CANARY}'");
    let block = format!("|\n    {CANARY}\n  # then");
    for (number, credential) in [CANARY, &quoted, &block].into_iter().enumerate() {
        let server = if number == 0 { &server } else { &Server::new() };
        let made = put(server, ("if-none-match", "*"), &written(credential));
        assert_eq!(made.status, 201, "{made:?}");
        let (file, history) = stored(server);
        assert!(!history.contains(CANARY), "{history}");
        let before = file.split("{$sealed: \"v1:").next().unwrap();
        let after = file.split_once("\"}").unwrap().1;
        assert!(written(credential).starts_with(before) && before.ends_with("token: "), "{file}");
        assert!(
            written(credential).ends_with(after.trim_start()) && after.contains("# of the shop"),
            "{file}"
        );
        let shown = text(server);
        assert_eq!(shown.text, format!("{before}{{$sealed: true}}{after}"), "redacted in place");
    }
    let clear = |server: &Server| {
        server.post("collectors", &json!({"name": "web", "mode": "opamp"}));
        server.post(
            "changes",
            &json!({"put": {
                "fleet/sources/app.yaml": {"type": "otlp"},
                "fleet/routes/r.yaml": {"sources": ["app"], "destinations": ["out"]},
            }}),
        );
        server.post("render", &json!({"collector": "web", "with_secrets": true})).text
    };
    assert!(clear(&server).contains(CANARY));
}

#[test]
fn a_text_sent_back_as_it_was_shown_keeps_the_credential() {
    let server = Server::new();
    put(&server, ("if-none-match", "*"), &written(CANARY));
    let (file, _) = stored(&server);
    let shown = text(&server);
    // As it was shown: no change at all.
    assert_eq!(server.post("changes", &json!({"put": {PATH: shown.text}})).json()["changed"], false);
    // Written by hand over several lines, with other values changed.
    let mine = shown
        .text
        .replace("{$sealed: true}", "\n    $sealed: true")
        .replace("max_elapsed_s: 300", "max_elapsed_s: 60");
    let saved = put(&server, ("if-match", shown.header("etag")), &mine);
    assert_eq!(saved.status, 200, "{saved:?}");
    let sealed = file.split("$sealed: ").nth(1).unwrap().split('}').next().unwrap();
    assert_eq!(stored(&server).0, mine.replace("$sealed: true", &format!("$sealed: {sealed}")));
    // The clear value again keeps its ciphertext: applying the same file twice changes nothing.
    let again = written(CANARY).replace("max_elapsed_s: 300", "max_elapsed_s: 60");
    server.post("changes", &json!({"put": {PATH: again}}));
    assert_eq!(server.post("changes", &json!({"put": {PATH: again}})).json()["changed"], false);
    // There is nothing to keep for a field that was never stored.
    let other = written("{$sealed: true}").replace("token:", "password:");
    let refused = put(&server, ("if-match", "*"), &other).problem(422);
    assert!(refused["errors"][0]["path"].as_str().unwrap().contains("credentials.password"), "{refused}");
}

#[test]
fn a_text_that_would_tell_a_credential_is_refused_and_nothing_is_stored() {
    let server = Server::new();
    let told = written(CANARY).replace("rotated in May", &format!("it was {CANARY} before"));
    let refused = server.post("changes", &json!({"put": {PATH: told}})).problem(422);
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("comment"), "{refused}");
    assert!(!refused.to_string().contains(CANARY));
    // Also one that is kept: by the word for it, or as it is stored.
    let kept = Server::new();
    put(&kept, ("if-none-match", "*"), &written(CANARY));
    for unchanged in [text(&kept).text, stored(&kept).0] {
        let told = unchanged.replace("rotated in May", &format!("it is {CANARY}"));
        let refused = kept.post("changes", &json!({"put": {PATH: told}})).problem(422);
        assert!(refused["errors"][0]["message"].as_str().unwrap().contains("comment"), "{refused}");
        assert!(!refused.to_string().contains(CANARY) && !stored(&kept).1.contains(CANARY));
        let noted = unchanged.replace("rotated in May", "rotated in June");
        assert_eq!(kept.post("changes", &json!({"put": {PATH: noted}})).status, 200);
    }
    for bad in ["a: [", "just words", "", "type: otlp-http\ntypo: 1", "type: otlp-http\n<<: {a: 1}"] {
        let refused = server.post("changes", &json!({"put": {PATH: bad}})).problem(422);
        assert!(refused["errors"][0]["path"].as_str().unwrap().starts_with(PATH), "{bad}: {refused}");
        put(&server, ("if-none-match", "*"), bad).problem(422);
    }
    text(&server).problem(404);
    assert_eq!(
        server.get("revisions?limit=5").json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|r| r["subject"].as_str().unwrap().contains("out.yaml"))
            .count(),
        0
    );
}

#[test]
fn a_conflict_shows_both_texts_with_their_comments_and_no_credential() {
    let server = Server::new();
    let first = put(&server, ("if-none-match", "*"), &written(CANARY)).header("etag").to_owned();
    let theirs = text(&server).text.replace("# not Loki", "# theirs");
    assert_eq!(put(&server, ("if-match", &first), &theirs).status, 200);
    let mine = written("canary-of-mine-secret").replace("# not Loki", "# mine");
    let problem = put(&server, ("if-match", &first), &mine).problem(409);
    let side = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(side("current"), theirs);
    assert!(
        side("proposed").contains("# mine") && side("proposed").contains("token: {$sealed: true}"),
        "{problem}"
    );
    assert!(!problem.to_string().contains("canary"), "{problem}");
    let tag = format!("\"{}\"", problem["current_etag"].as_str().unwrap());
    assert_eq!(put(&server, ("if-match", &tag), &mine).status, 200, "the tag overwrites on purpose");
}

#[test]
fn a_pipeline_keeps_its_comments_when_its_steps_change_places() {
    let server = Server::new();
    let path = "pipelines/clean.yaml";
    let mask = "  - {id: mask, type: mask, settings: {fields: ['log.body'], patterns: [email]}}   # mail\n";
    let drop = "  - id: drop   # noise\n    type: filter\n    settings: {drop: {logs: ['log.severity_number < 9']}}\n";
    let mine = format!("signals: [logs]   # only\nsteps:\n{mask}  # then\n{drop}");
    let made = server.post("changes", &json!({"put": {path: mine}}));
    assert_eq!(made.status, 200, "{made:?}");
    assert_eq!(server.with("GET", "pipelines/clean", &YAML, None).text, mine);
    let turned = format!("signals: [logs]   # only\nsteps:\n{drop}  # then\n{mask}");
    server.post("changes", &json!({"put": {path: turned}}));
    assert_eq!(server.with("GET", "pipelines/clean", &YAML, None).text, turned);
    let order: Vec<Value> = server.get("pipelines/clean").json()["steps"].as_array().unwrap().clone();
    assert_eq!((order[0]["id"].as_str(), order[1]["id"].as_str()), (Some("drop"), Some("mask")));
}
