//! The repository as people use it beside LinkMesh: clone, commit by hand, plain `git push`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use linkmesh_api::types::ListQuery;
use linkmesh_testkit::send;
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::wait::{never, until, until_seen};

use crate::world::{APPLY_MAX, Ports, SOON, World, borrowed, change, flow};

/// Somebody's clone of the bare repository.
struct Clone {
    folder: PathBuf,
}

impl Clone {
    fn of(world: &World) -> Self {
        let folder = world.folder.join("clone");
        let output = git(
            &world.folder.join(""),
            &["clone", &world.server.repository().display().to_string(), "clone"],
        );
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { folder }
    }

    fn git(&self, words: &[&str]) -> Output {
        git(&self.folder, words)
    }

    fn ok(&self, words: &[&str]) -> String {
        let output = self.git(words);
        assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    /// Commits everything and pushes; gives the commit.
    fn push(&self, message: &str) -> String {
        self.ok(&["add", "--all"]);
        self.ok(&["commit", "-q", "-m", message]);
        self.ok(&["push", "-q", "origin", "HEAD"]);
        self.ok(&["rev-parse", "HEAD"])
    }
}

fn git(folder: &Path, words: &[&str]) -> Output {
    Command::new("git")
        .args([
            "-c",
            "user.name=Hand",
            "-c",
            "user.email=hand@example.com",
            "-c",
            "protocol.file.allow=always",
        ])
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .output()
        .unwrap()
}

#[test]
fn a_push_is_delivered_and_an_invalid_one_changes_nothing_until_it_is_reverted() {
    let world = World::new("push");
    let sink = Sink::start();
    let ports = Ports::free();
    let (host, id) = world.join("host");
    world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.event(&id, "config_applied", 1);
    let clone = Clone::of(&world);

    // Written by hand, with a comment and in an order of its own.
    let source = format!("# mine\nname: By hand\nsettings:\n  http: 127.0.0.1:{}\ntype: otlp\n", ports.http);
    clone.write("fleet/sources/app.yaml", &source);
    clone.write("fleet/destinations/second.yaml", "type: debug\n");
    clone.write(
        "fleet/routes/second.yaml",
        "sources: [app]\ndestinations: [second]\nsignals: [logs]\npriority: 1\nfinal: false\n",
    );
    let valid = clone.push("A second destination");
    world.event(&id, "config_applied", 2);
    let settled = world.settled(&id);
    assert_eq!(settled.desired.unwrap().revision, valid);
    assert_eq!(clone.ok(&["show", "HEAD:fleet/sources/app.yaml"]), source.trim(), "nobody rewrites it");
    let pid = host.collector_pid();
    let good = world.collector(&id).desired;

    invalid_pushes_change_nothing(&world, &clone, &id);
    let after = world.settled(&id).desired;
    assert_eq!(after.map(|desired| desired.hash), good.map(|desired| desired.hash));
    assert_eq!(world.count(&id, "config_offered"), 2, "a revert to what runs offers nothing");
    assert_eq!(host.collector_pid(), pid, "the collector never noticed");
    send::logs(&ports.endpoint(), "shop", "INFO", &["still here"]).unwrap();
    until_seen("telemetry flows", SOON, || sink.log_count(), |count| *count > 0);
    forced_pushes_are_refused(&world, &clone);
}

fn invalid_pushes_change_nothing(world: &World, clone: &Clone, id: &str) {
    let hash = world.collector(id).desired.unwrap().hash;
    for (number, (path, text, reason)) in [
        ("fleet/sources/app.yaml", "type: otlp\n  settings: [\n", "fleet/sources/app.yaml"),
        ("fleet/sources/app.yaml", "type: otlq\n", "otlq"),
        ("fleet/routes/all.yaml", "sources: [app]\ndestinations: [nowhere]\n", "nowhere"),
        ("fleet/routes/all.yaml", "sources: &a [app]\ndestinations: *a\n", "fleet/routes/all.yaml"),
        ("fleet/destinations/Bad_Id.yaml", "type: debug\n", "Bad_Id"),
    ]
    .into_iter()
    .enumerate()
    {
        let before = world.collector(id).desired.unwrap();
        assert_eq!(before.hash, hash, "a revert brings back the same bytes");
        clone.write(path, text);
        let commit = clone.push("A mistake");
        let events = until_seen(
            "the mistake is reported",
            SOON,
            || world.events_of("revision_invalid"),
            |events| events.len() > number,
        );
        let event = events.last().unwrap();
        assert!(event.message.contains(reason), "the report names {reason}: {}", event.message);
        assert!(event.message.contains(&commit[..7]), "the report names the commit: {}", event.message);
        let now = world.collector(id).desired.unwrap();
        assert_eq!(
            (&now.hash, &now.revision),
            (&before.hash, &before.revision),
            "the last good revision is in force"
        );
        let revisions = world.api().revisions(&ListQuery::default()).unwrap().items;
        let shown = revisions.iter().find(|revision| revision.revision == commit).unwrap();
        assert!(shown.invalid.is_some() && !shown.current, "{shown:?}");
        if number == 1 {
            // While the head is invalid, a save that leaves it so is refused and changes nothing.
            let unrelated = change(&[("fleet/destinations/third.yaml", "type: debug\n")]);
            let refused = world.api().change(&unrelated).unwrap_err();
            assert!(matches!(refused.status(), Some(409 | 422)), "{refused}");
            assert_eq!(
                clone.ok(&["ls-remote", "origin", "HEAD"]).split_whitespace().next(),
                Some(commit.as_str())
            );
        }
        clone.ok(&["revert", "--no-edit", "HEAD"]);
        clone.ok(&["push", "-q", "origin", "HEAD"]);
        let reverted = clone.ok(&["rev-parse", "HEAD"]);
        until_seen(
            "the revert is in force",
            SOON,
            || world.collector(id).desired,
            |desired| desired.as_ref().is_some_and(|desired| desired.revision == reverted),
        );
        if number == 0 {
            offers_stay(world, id);
        }
    }
}

fn offers_stay(world: &World, id: &str) {
    never("a revert leads to an offer", Duration::from_secs(2), || {
        let count = world.count(id, "config_offered");
        (count != 2).then_some(count)
    });
}

fn forced_pushes_are_refused(world: &World, clone: &Clone) {
    let tip = clone.ok(&["rev-parse", "HEAD"]);
    clone.ok(&["commit", "-q", "--amend", "-m", "History, rewritten"]);
    let forced = clone.git(&["push", "--force", "origin", "HEAD"]);
    assert!(!forced.status.success(), "a push that rewrites history is refused");
    let remote = clone.ok(&["ls-remote", "origin", "HEAD"]);
    assert!(remote.starts_with(&tip), "{remote}");
    let deleted = clone.git(&["push", "origin", "--delete", &clone.ok(&["branch", "--show-current"])]);
    assert!(!deleted.status.success(), "the branch cannot be deleted");
    assert_eq!(world.server.request("GET", "/readyz", &[], Vec::new()).status, 200);
}

#[test]
fn a_pushed_component_that_the_collector_does_not_know_fails_and_its_revert_heals() {
    let world = World::new("push-unknown");
    let sink = Sink::start();
    let ports = Ports::free();
    let (_host, id) = world.join("host");
    world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.event(&id, "config_applied", 1);
    let good = world.settled(&id).desired.unwrap().hash;
    let clone = Clone::of(&world);
    clone.write(
        "fleet/destinations/odd.yaml",
        "type: raw\nsettings: {signals: [logs], otelcol: {component: no_such_exporter}}\n",
    );
    clone.write("fleet/routes/odd.yaml", "sources: [app]\ndestinations: [odd]\nsignals: [logs]\n");
    clone.push("An exporter that is not in this collector");
    let failed = world.event(&id, "config_failed", 1);
    assert_eq!(
        failed.data["hash"].as_str(),
        world.collector(&id).desired.as_ref().map(|d| d.hash.as_str()),
        "{failed:?}"
    );
    world.event(&id, "rolled_back", 1);
    let send = || send::logs(&ports.endpoint(), "shop", "INFO", &["healed"]).ok();
    until("telemetry flows on the last good content", APPLY_MAX, send);
    clone.ok(&["revert", "--no-edit", "HEAD"]);
    clone.ok(&["push", "-q", "origin", "HEAD"]);
    let healed = world.settled(&id);
    assert_eq!(healed.desired.unwrap().hash, good);
}
