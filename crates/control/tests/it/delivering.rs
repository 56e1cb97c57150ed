//! How a change reaches collectors, and what stops it.

use linkmesh_fleet::attempt::RemoteStatus;
use linkmesh_fleet::state::{Health, Sync};

use crate::world::{Host, World, ana, save_simple};

async fn fleet(world: &World, count: u8) -> Vec<Host> {
    let (token, _) = world.token(u32::from(count), &[]);
    let mut hosts = Vec::new();
    for number in 1..=count {
        let host = world.connect(&token, number, &format!("h{number}")).await.unwrap();
        host.fresh();
        host.feels(true, "");
        hosts.push(host);
    }
    hosts
}

#[tokio::test]
async fn one_collector_goes_first_and_the_rest_follow_once_it_is_well() {
    let world = World::new();
    let hosts = fleet(&world, 3).await;
    save_simple(&world, "http://127.0.0.1:1");
    assert_eq!(hosts.iter().filter(|host| host.link.wanted().config.is_some()).count(), 1);
    hosts[0].runs_its_offer();
    assert_eq!(world.view("h1").sync, Sync::InSync);
    assert_eq!(world.view("h2").sync, Sync::Pending);
    let second = hosts[1].runs_its_offer();
    let third = hosts[2].runs_its_offer();
    assert!(std::sync::Arc::ptr_eq(&second, &third), "rendered once for the whole class");
    assert_eq!(world.events("h1"), ["registered", "connected", "config_offered", "config_applied"]);
}

#[tokio::test]
async fn a_refusal_by_the_first_spares_the_rest_and_a_correction_heals() {
    let world = World::new();
    let hosts = fleet(&world, 2).await;
    save_simple(&world, "http://127.0.0.1:1");
    let good = hosts[0].runs_its_offer();
    hosts[1].runs_its_offer();
    save_simple(&world, "http://127.0.0.1:2");
    let bad = hosts[0].refuses_its_offer("Agent exited unexpectedly with exit code 1");
    let view = world.view("h1");
    assert_eq!(view.sync, Sync::Failed);
    assert_eq!(view.sync_reason.as_deref(), Some("Agent exited unexpectedly with exit code 1"));
    let failures = || {
        // Looked at again, and not remembered.
        world.wind(60);
        world.plane.overview().failures.iter().map(|f| (f.collector.to_string(), f.over)).collect::<Vec<_>>()
    };
    assert_eq!(failures(), [("h1".to_owned(), false)]);
    assert!(hosts[1].offer().is_none(), "delivery stopped");
    assert!(world.events("h1").contains(&"delivery_halted"));
    // No collector is left crash-looping.
    let healing = hosts[0].runs_its_offer();
    assert_eq!(healing.hash, good.hash);
    assert!(hosts[0].offer().is_none(), "the refused one is not offered again as it is");
    save_simple(&world, "http://127.0.0.1:3");
    let corrected = hosts[0].runs_its_offer();
    assert_ne!(corrected.hash, bad.hash);
    assert_eq!(hosts[1].runs_its_offer().hash, corrected.hash);
    assert_eq!(world.view("h1").sync, Sync::InSync);
    assert_eq!(failures(), [("h1".to_owned(), true)], "somebody who looks in the morning sees the night");
    world.wind(24 * 3600);
    assert_eq!(failures(), []);
}

#[tokio::test]
async fn a_person_may_ask_to_try_again() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    save_simple(&world, "http://127.0.0.1:1");
    let bad = hosts[0].refuses_its_offer("port in use");
    assert!(hosts[0].offer().is_none());
    world.plane.retry(&"h1".parse().unwrap(), &ana()).unwrap();
    world.plane.reconcile_all();
    assert_eq!(hosts[0].runs_its_offer().hash, bad.hash);
    assert_eq!(world.view("h1").sync, Sync::InSync);
}

#[tokio::test]
async fn held_and_frozen_collectors_are_offered_nothing() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    let id = "h1".parse().unwrap();
    world.plane.hold(&id, Some("audit week".to_owned()), &ana()).unwrap();
    save_simple(&world, "http://127.0.0.1:1");
    assert!(hosts[0].offer().is_none());
    assert_eq!(world.view("h1").sync, Sync::Held);
    world.plane.freeze(None, &ana()).unwrap();
    world.plane.release_hold(&id, &ana()).unwrap();
    world.plane.reconcile_all();
    assert!(hosts[0].offer().is_none(), "all delivery is frozen");
    world.plane.unfreeze(&ana()).unwrap();
    world.plane.reconcile_all();
    hosts[0].runs_its_offer();
}

#[tokio::test]
async fn a_supervisor_that_was_impatient_is_believed_by_the_evidence() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    save_simple(&world, "http://127.0.0.1:1");
    let config = hosts[0].offer().unwrap();
    hosts[0]
        .says(Some(config.hash), RemoteStatus::Failed { why: "Config apply timeout exceeded".to_owned() });
    assert_eq!(world.view("h1").sync, Sync::Failed);
    world.wind(1);
    hosts[0].feels(true, "");
    hosts[0].link.report(linkmesh_control::link::Report {
        effective: Some(config.text.to_string()),
        ..Default::default()
    });
    world.plane.reconcile_all();
    world.plane.reconcile_all();
    assert_eq!(world.view("h1").sync, Sync::InSync);
}

#[tokio::test]
async fn what_runs_otherwise_is_drift_and_says_where() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    save_simple(&world, "http://127.0.0.1:1");
    let config = hosts[0].runs_its_offer();
    assert_eq!(world.view("h1").sync, Sync::InSync);
    let edited = config.text.replace("127.0.0.1:1", "10.0.0.9:1");
    assert_ne!(*edited, *config.text);
    hosts[0].link.report(linkmesh_control::link::Report { effective: Some(edited), ..Default::default() });
    world.plane.reconcile_all();
    assert_eq!(world.view("h1").sync, Sync::Drifted);
    let (drift, _) = world.plane.drift(&hosts[0].link.live).unwrap();
    assert!(drift.differences.iter().any(|d| d.path.contains("endpoint")), "{drift:?}");
    assert!(world.events("h1").contains(&"drift_detected"));
}

#[tokio::test]
async fn nothing_is_offered_before_the_collector_said_what_it_has() {
    let world = World::new();
    let (token, _) = world.token(1, &[]);
    save_simple(&world, "http://127.0.0.1:1");
    let host = world.connect(&token, 1, "h1").await.unwrap();
    assert!(host.link.wanted().config.is_none());
    host.fresh();
    host.runs_its_offer();
    assert_eq!(world.view("h1").health, Health::Healthy);
}

#[tokio::test]
async fn a_collector_that_nothing_applies_to_any_more_is_told_to_run_nothing() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    save_simple(&world, "http://127.0.0.1:1");
    hosts[0].runs_its_offer();
    let draft = linkmesh_control::save::Draft {
        delete: ["fleet/sources/app.yaml", "fleet/routes/all.yaml", "fleet/destinations/out.yaml"]
            .map(|path| path.parse().unwrap())
            .to_vec(),
        ..Default::default()
    };
    world.save_draft(&draft).unwrap();
    let idle = hosts[0].offer().unwrap();
    assert!(idle.idle && idle.text.is_empty());
    hosts[0].says(Some(idle.hash), RemoteStatus::Applied);
    assert_eq!(world.view("h1").sync, Sync::InSync);
}

#[tokio::test]
async fn a_conflict_that_labels_bring_about_leaves_the_last_good_configuration() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    save_simple(&world, "http://127.0.0.1:1");
    hosts[0].runs_its_offer();
    // Two groups define the same id; nobody is in both, so this is fine.
    let group = |name: &str| format!("{{selector: '{name} = yes'}}");
    let (a, b) = (group("a"), group("b"));
    world
        .save(&[
            ("groups/a/group.yaml", &a),
            ("groups/b/group.yaml", &b),
            ("groups/a/destinations/x.yaml", "{type: otlp-http, endpoint: 'http://127.0.0.1:7'}"),
            ("groups/b/destinations/x.yaml", "{type: otlp-http, endpoint: 'http://127.0.0.1:8'}"),
        ])
        .unwrap();
    let patch = |labels: &[&str]| linkmesh_control::operate::CollectorPatch {
        labels: labels.iter().map(|l| ((*l).to_owned(), Some("yes".to_owned()))).collect(),
        ..Default::default()
    };
    world.plane.patch_collector(&"h1".parse().unwrap(), patch(&["a", "b"]), &ana()).unwrap();
    world.plane.reconcile_all();
    let view = world.view("h1");
    assert_eq!(view.sync, Sync::Held);
    let reason = view.sync_reason.unwrap();
    assert!(
        reason.contains("groups/a/destinations/x.yaml") && reason.contains("groups/b/destinations/x.yaml"),
        "{reason}"
    );
    assert!(hosts[0].offer().is_none());
    // Other work goes on.
    world.save(&[("pipelines/p.yaml", "{signals: [logs], steps: []}")]).unwrap();
}

#[tokio::test]
async fn what_drift_shows_never_holds_a_credential() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    world
        .save(&[
            ("fleet/sources/app.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:4317'}}"),
            ("fleet/routes/all.yaml", "{sources: [app], destinations: [out]}"),
            (
                "fleet/destinations/out.yaml",
                "{type: otlp-http, endpoint: 'http://127.0.0.1:1', credentials: {username: ana, password: canary-secret}}",
            ),
        ])
        .unwrap();
    let config = hosts[0].runs_its_offer();
    assert!(
        config.text.contains("canary-secret") || config.text.contains("YW5hOmNhbmFyeS1zZWNyZXQ"),
        "it is delivered"
    );
    // The host runs without that exporter, and says so.
    hosts[0].link.report(linkmesh_control::link::Report {
        effective: Some("receivers: {}\nservice: {pipelines: {}}\n".to_owned()),
        ..Default::default()
    });
    world.plane.reconcile_all();
    assert_eq!(world.view("h1").sync, Sync::Drifted);
    let drift = format!("{:?}", world.plane.drift(&hosts[0].link.live).unwrap());
    assert!(
        drift.contains("exporters")
            && !drift.contains("canary")
            && !drift.contains("YW5hOmNhbmFyeS1zZWNyZXQ"),
        "{drift}"
    );
}

/// One exporter in its own words, with this endpoint and these credentials.
fn raw(endpoint: &str, credentials: &str) -> Vec<(&'static str, String)> {
    let out = format!(
        "{{type: raw, settings: {{signals: [traces], otelcol: {{component: zipkin, config: {{endpoint: '{endpoint}'}}}}}}{credentials}}}"
    );
    vec![
        ("fleet/sources/app.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:4317'}}".to_owned()),
        ("fleet/routes/all.yaml", "{sources: [app], destinations: [out]}".to_owned()),
        ("fleet/destinations/out.yaml", out),
    ]
}

fn save_raw(world: &World, endpoint: &str, credentials: &str) {
    let files = raw(endpoint, credentials);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    world.save(&files).unwrap();
}

#[tokio::test]
async fn a_plain_value_that_becomes_a_credential_is_hidden_from_then_on() {
    let mut world = World::new();
    let hosts = fleet(&world, 1).await;
    save_raw(&world, "http://127.0.0.1:1/canary-word", "");
    let config = hosts[0].runs_its_offer();
    assert!(config.redacted().contains("canary-word"), "nobody said that it is one");
    save_raw(&world, "{{credentials.url}}", ", credentials: {url: 'http://127.0.0.1:1/canary-word'}");
    assert!(hosts[0].offer().is_none(), "the bytes are the same");
    assert!(!config.redacted().contains("canary-word"), "{}", config.redacted());
    drop(hosts);
    world.restart();
    let id = "h1".parse().unwrap();
    let kept = world.plane.roster.by_id(&id).unwrap().lock().released.clone().unwrap();
    assert_eq!(kept.hash, config.hash);
    assert!(!kept.redacted().contains("canary-word"), "{}", kept.redacted());
}

#[tokio::test]
async fn words_of_a_refusal_never_hold_a_credential() {
    let world = World::new();
    let hosts = fleet(&world, 1).await;
    save_raw(&world, "{{credentials.url}}", ", credentials: {url: 'canary-word'}");
    let config = hosts[0].offer().unwrap();
    let why = "exporters::zipkin/out: parse \"canary-word\": invalid URI".to_owned();
    hosts[0].says(Some(config.hash), RemoteStatus::Failed { why });
    let told = format!("{:?}", world.plane.journal.events_after(0, 1000));
    assert!(told.contains("invalid URI") && !told.contains("canary"), "{told}");
    let record = format!("{:?}", hosts[0].link.live.lock().record.ledger);
    assert!(record.contains("invalid URI") && !record.contains("canary"), "{record}");
}
