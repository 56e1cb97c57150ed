//! What holds when the process dies, the store is lost, or somebody pushes nonsense.

use linkmesh_fleet::attempt::RemoteStatus;
use linkmesh_fleet::state::{Status, Sync};

use crate::world::{World, save_simple};

#[tokio::test]
async fn after_a_restart_nothing_is_offered_anew_and_nothing_is_lost() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    let saved = save_simple(&world, "http://127.0.0.1:1");
    let config = host.runs_its_offer();
    let own_metrics = host.link.own_metrics();
    host.link.offered_own_metrics(&own_metrics);
    // Whatever comes back on the same connection says that it arrived.
    host.link.report(linkmesh_control::link::Report::default());
    drop(host);
    world.restart();
    assert_eq!(world.plane.head.in_force().revision, saved.revision);
    let view = world.view("web");
    assert_eq!((view.status, view.sync), (Status::Disconnected, Sync::InSync));
    let host = world.connect(&token, 1, "web").await.unwrap();
    assert!(host.offer().is_none(), "it runs what it should");
    assert!(host.link.wanted().own_metrics.is_none(), "the same destination is not offered again");
    assert_eq!(host.link.own_metrics(), own_metrics);
    host.says(Some(config.hash), RemoteStatus::Applied);
    assert!(host.offer().is_none());
    assert_eq!(world.view("web").sync, Sync::InSync);
}

#[tokio::test]
async fn an_own_metrics_offer_that_may_not_have_arrived_is_made_again() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    let own_metrics = host.link.own_metrics();
    host.link.offered_own_metrics(&own_metrics);
    assert!(host.link.wanted().own_metrics.is_none(), "not twice on one connection");
    drop(host);
    let host = world.connect(&token, 1, "web").await.unwrap();
    assert_eq!(host.link.wanted().own_metrics, Some(own_metrics));
}

#[tokio::test]
async fn a_collector_that_goes_on_with_an_older_bearer_is_offered_the_present_one_again_but_not_for_ever() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    let offer = host.link.own_metrics();
    let runs = |bearer: &str| {
        let text = format!("service: {{telemetry: {{headers: {{Authorization: '{bearer}'}}}}}}\n");
        host.link.report(linkmesh_control::link::Report { effective: Some(text), ..Default::default() });
        world.plane.reconcile_all();
    };
    host.link.offered_own_metrics(&offer);
    runs(&offer.authorization);
    assert!(host.link.wanted().own_metrics.is_none(), "it took the offer");
    let mut offered = 0;
    for _ in 0..10 {
        runs("Bearer lmcol_0123456789abcdef_1_older");
        if host.link.wanted().own_metrics.as_ref() == Some(&offer) {
            host.link.offered_own_metrics(&offer);
            offered += 1;
        }
    }
    assert_eq!(offered, 3);
    runs(&offer.authorization);
    assert!(host.link.wanted().own_metrics.is_none());
}

#[tokio::test]
async fn a_poller_whose_answer_was_lost_is_told_again() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    let poll = async || {
        let hello = linkmesh_control::link::Hello {
            capabilities: crate::world::CAPABLE,
            polling: true,
            ..Default::default()
        };
        world.plane.reconcile_all();
        world.plane.greet(&token, linkmesh_fleet::Uid([1; 16]), hello).await.unwrap()
    };
    let link = poll().await;
    link.report(linkmesh_control::link::Report {
        capabilities: Some(crate::world::CAPABLE),
        remote: Some(linkmesh_fleet::attempt::Reported { hash: None, status: RemoteStatus::Unset }),
        ..Default::default()
    });
    drop(link);
    save_simple(&world, "http://127.0.0.1:1");
    let link = poll().await;
    let config = link.wanted().config.expect("an offer");
    link.offered(&config);
    drop(link);
    world.wind(30);
    assert!(poll().await.wanted().config.is_none(), "its answer may be on its way");
    world.wind(70);
    assert_eq!(poll().await.wanted().config.map(|config| config.hash), Some(config.hash));
    assert_eq!(
        world.events("collector").iter().filter(|kind| **kind == "connected").count(),
        1,
        "a poll is no event"
    );
}

#[tokio::test]
async fn an_offer_that_died_with_the_server_is_known_again_by_its_answer() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    save_simple(&world, "http://127.0.0.1:1");
    world.plane.flush().unwrap();
    let config = host.offer().expect("an offer");
    world.crash();
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.says(Some(config.hash), RemoteStatus::Applied);
    assert!(host.offer().is_none());
    assert_eq!(world.view("web").sync, Sync::InSync);
    assert_eq!(world.plane.attempts(&host.link.live).first().map(|attempt| attempt.hash), Some(config.hash));
    assert!(!world.events("web").contains(&"config_unknown"), "{:?}", world.events("web"));
}

#[tokio::test]
async fn a_refusal_is_remembered_across_a_restart() {
    let mut world = World::new();
    let (token, _) = world.token(1, &[]);
    let host = world.connect(&token, 1, "web").await.unwrap();
    host.fresh();
    save_simple(&world, "http://127.0.0.1:1");
    host.refuses_its_offer("no such exporter");
    drop(host);
    world.restart();
    let host = world.connect(&token, 1, "web").await.unwrap();
    assert!(host.offer().is_none());
    assert_eq!(world.view("web").sync, Sync::Failed);
    assert_eq!(world.view("web").sync_reason.as_deref(), Some("no such exporter"));
}

#[tokio::test]
async fn a_lost_record_leaves_intent_and_refuses_unknown_credentials() {
    let world = World::new();
    let (token, secret) = world.token(1, &[]);
    drop(world.connect(&token, 1, "web").await.unwrap());
    let saved = save_simple(&world, "http://127.0.0.1:1");
    world.plane.close();
    world.plane.repo.close();
    let fresh = World::new();
    // Only the repository is left.
    let from = world.folder.path().join("config.git");
    let to = fresh.folder.path().join("restored");
    let status = std::process::Command::new("cp").arg("-r").arg(&from).arg(&to).status().unwrap();
    assert!(status.success());
    drop(fresh);
    let folder = tempfile::tempdir().unwrap();
    let status = std::process::Command::new("cp")
        .arg("-r")
        .arg(&from)
        .arg(folder.path().join("config.git"))
        .status()
        .unwrap();
    assert!(status.success());
    let settings = linkmesh_control::Settings {
        data_dir: folder.path().to_owned(),
        external_url: "https://mesh.example.com".to_owned(),
        clock: world.clock.clone(),
    };
    let plane = linkmesh_control::ControlPlane::open(&settings).unwrap();
    assert_eq!(plane.head.in_force().revision, saved.revision);
    let view = plane.collector(&"web".parse().unwrap()).unwrap();
    assert_eq!(view.status, Status::AwaitingConnection);
    assert_eq!(plane.admit_upgrade(&secret).err(), Some(linkmesh_fleet::enrollment::Refusal::Unknown));
}

#[test]
fn an_invalid_push_is_reported_and_the_last_good_revision_stays() {
    let world = World::new();
    let saved = save_simple(&world, "http://127.0.0.1:1");
    push(&world, "fleet/routes/all.yaml", "sources: [app]\ndestinations: [gone]\n");
    world.plane.reconcile_all();
    assert_eq!(world.plane.head.in_force().revision, saved.revision);
    let invalid = world.plane.head.invalid().unwrap();
    assert!(
        invalid.problems.iter().any(|p| p.path == "fleet/routes/all.yaml" && p.message.contains("gone")),
        "{invalid:?}"
    );
    // A save must make the tree valid.
    assert!(world.save(&[("pipelines/p.yaml", "{signals: [logs], steps: []}")]).is_err());
    let mended = world
        .save(&[("fleet/routes/all.yaml", "{sources: [app], destinations: [out], priority: 7}")])
        .unwrap();
    assert_eq!(world.plane.head.in_force().revision, mended.revision);
    assert!(world.plane.head.invalid().is_none());
}

#[test]
fn text_that_is_no_yaml_and_clear_credentials_make_a_push_invalid() {
    for (path, text, word) in [
        ("fleet/routes/x.yaml", "a: [", "YAML"),
        ("fleet/sources/X.yaml", "type: otlp\n", "id"),
        ("fleet/routes/x.yaml", "a: 1\na: 2\n", "duplicate"),
        (
            "fleet/destinations/d.yaml",
            "type: otlp-http\nendpoint: http://x\ncredentials: {password: clear}\n",
            "clear text",
        ),
        ("registry/00/web.yaml", "name: web\nmode: opamp\n", "belongs at"),
    ] {
        let world = World::new();
        push(&world, path, text);
        world.plane.reconcile_all();
        let invalid = world.plane.head.invalid().unwrap_or_else(|| panic!("{path} {text} is not invalid"));
        let said = format!("{:?}", invalid.problems);
        assert!(said.contains(word), "{word} not in {said}");
    }
}

/// What a person does with plain Git.
pub(crate) fn push(world: &World, path: &str, text: &str) {
    by_hand(world, |clone| {
        let file = clone.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    });
}

pub(crate) fn push_without(world: &World, path: &str) {
    by_hand(world, |clone| std::fs::remove_file(clone.join(path)).unwrap());
}

fn by_hand(world: &World, edit: impl FnOnce(&std::path::Path)) {
    let clone = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git")
            .args(["-c", "user.name=Bo", "-c", "user.email=bo@example.com"])
            .args(arguments)
            .current_dir(clone.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let origin = world.folder.path().join("config.git");
    git(&["clone", "-q", origin.to_str().unwrap(), "."]);
    edit(clone.path());
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "By hand"]);
    git(&["push", "-q", "origin", "HEAD:main"]);
}
