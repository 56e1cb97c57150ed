//! What a save may and may not do.

use linkmesh_config_repo::Expect;
use linkmesh_control::save::{Draft, FileChange, SaveError};
use linkmesh_fleet::secret::REDACTED;

use crate::alloy::Alloy;
use crate::world::{World, ana, entities, save_simple};

fn problems(result: Result<linkmesh_control::save::Saved, SaveError>) -> Vec<(String, String, String)> {
    match result {
        Err(SaveError::Invalid(problems)) => {
            problems.into_iter().map(|p| (p.path, p.field, p.message)).collect()
        }
        other => panic!("expected problems, got {other:?}"),
    }
}

#[test]
fn a_save_is_one_commit_by_its_author_and_repeating_it_is_none() {
    let world = World::new();
    let first = save_simple(&world, "http://127.0.0.1:1");
    assert!(first.changed);
    let again = save_simple(&world, "http://127.0.0.1:1");
    assert!(!again.changed);
    assert_eq!(first.revision, again.revision);
    let log =
        world.plane.repo.log(&linkmesh_config_repo::LogQuery { limit: 10, ..Default::default() }).unwrap();
    let newest = log.entries.first().unwrap();
    assert_eq!(newest.author.name, "Ana");
    assert_eq!(newest.changed.len(), 3);
}

#[test]
fn what_is_wrong_is_named_by_file_field_and_reason_and_nothing_is_written() {
    let world = World::new();
    let before = world.plane.repo.head().unwrap();
    let found =
        problems(world.save(&[("fleet/routes/r.yaml", "{sources: [nope], destinations: [nowhere]}")]));
    assert!(
        found.iter().any(|(path, field, why)| path == "fleet/routes/r.yaml"
            && field == "sources[0]"
            && why.contains("nope")),
        "{found:?}"
    );
    assert!(found.iter().any(|(_, field, _)| field == "destinations[0]"), "{found:?}");
    let found = problems(world.save(&[("fleet/sources/s.yaml", "{type: otpl}")]));
    assert!(found.iter().any(|(_, field, why)| field == "type" && why.contains("otlp")), "{found:?}");
    let found = problems(world.save(&[("fleet/sources/s.yaml", "{type: otlp, setings: {}}")]));
    assert!(found.iter().any(|(_, _, why)| why.contains("did you mean `settings`")), "{found:?}");
    assert_eq!(world.plane.repo.head().unwrap(), before);
}

#[test]
fn a_conflict_of_two_scopes_names_both_files() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let result = world.save(&[
        ("groups/g/group.yaml", "{selector: 'env = prod'}"),
        ("groups/g/sources/app.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:9999'}}"),
    ]);
    let Err(SaveError::Invalid(problems)) = result else { panic!("{result:?}") };
    let conflict = problems.first().unwrap();
    assert_eq!(conflict.path, "groups/g/sources/app.yaml");
    assert_eq!(conflict.other.as_deref(), Some("fleet/sources/app.yaml"));
}

#[test]
fn two_sources_on_one_port_are_refused_with_both_files_named() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let result = world.save(&[
        ("fleet/sources/b.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:4317'}}"),
        ("fleet/routes/b.yaml", "{sources: [b], destinations: [out]}"),
    ]);
    let Err(SaveError::Invalid(problems)) = result else { panic!("{result:?}") };
    assert!(problems.iter().any(|p| p.other.is_some() && p.message.contains("4317")), "{problems:?}");
}

#[test]
fn an_entity_that_others_use_cannot_be_removed() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let draft = Draft { delete: vec!["fleet/destinations/out.yaml".parse().unwrap()], ..Draft::default() };
    match world.save_draft(&draft) {
        Err(SaveError::Referenced { referrers, .. }) => {
            assert_eq!(referrers.first().unwrap().to_string(), "fleet/routes/all.yaml");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn of_two_edits_of_one_file_the_second_is_shown_both_texts() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let place = "fleet/destinations/out.yaml";
    let seen = world.plane.entity(&place.parse().unwrap()).unwrap().unwrap().etag;
    save_simple(&world, "http://127.0.0.1:2");
    let draft = Draft {
        put: entities(&[(place, "{type: otlp-http, endpoint: 'http://127.0.0.1:3'}")]),
        expect: [(place.parse().unwrap(), Expect::Blob(seen.parse().unwrap()))].into(),
        ..Draft::default()
    };
    match world.save_draft(&draft) {
        Err(SaveError::Conflict(conflicts)) => {
            let conflict = conflicts.first().unwrap();
            let text = |bytes: &Option<std::sync::Arc<[u8]>>| {
                String::from_utf8_lossy(bytes.as_ref().unwrap()).into_owned()
            };
            assert!(text(&conflict.current).contains("127.0.0.1:2"));
            assert!(text(&conflict.proposed).contains("127.0.0.1:3"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_credential_never_reaches_git_in_clear_and_applying_it_twice_changes_nothing() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let place = "fleet/destinations/loki.yaml";
    let with = |password: &str| {
        format!(
            "{{type: otlp-http, endpoint: 'http://127.0.0.1:5', credentials: {{username: ana, password: {password}}}}}"
        )
    };
    let first = world.save(&[(place, &with("hunter2-canary"))]).unwrap();
    let file = world.plane.repo.file_at(&first.revision.parse().unwrap(), place).unwrap().unwrap();
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    assert!(!text.contains("hunter2-canary") && text.contains("$sealed"), "{text}");
    assert!(!world.save(&[(place, &with("hunter2-canary"))]).unwrap().changed);
    let kept = world.save(&[(place, &with("{$sealed: true}"))]).unwrap();
    assert!(!kept.changed, "sent back as shown, it stays");
    assert!(world.save(&[(place, &with("another-canary"))]).unwrap().changed);
    let shown = world.plane.entity(&place.parse().unwrap()).unwrap().unwrap();
    let shown = serde_json::to_string(&shown.entity).unwrap();
    assert!(!shown.contains("v1:") && !shown.contains("canary"), "{shown}");
}

#[test]
fn a_plan_says_what_would_change_and_writes_nothing() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let head = world.plane.repo.head().unwrap();
    let draft = Draft {
        put: entities(&[
            (
                "fleet/destinations/out.yaml",
                "{type: otlp-http, endpoint: 'http://127.0.0.1:2', credentials: {username: ana, password: canary-secret}}",
            ),
            ("pipelines/new.yaml", "{signals: [logs], steps: []}"),
        ]),
        ..Draft::default()
    };
    let plan = world.plane.plan(&draft).unwrap();
    let changes: Vec<(&str, FileChange)> = plan.files.iter().map(|f| (f.path.as_str(), f.change)).collect();
    assert_eq!(
        changes,
        [("fleet/destinations/out.yaml", FileChange::Modified), ("pipelines/new.yaml", FileChange::Added)]
    );
    let diff = &plan.files.first().unwrap().diff;
    assert!(
        diff.contains("+endpoint: http://127.0.0.1:2") && !diff.contains("canary") && diff.contains(REDACTED),
        "{diff}"
    );
    assert_eq!(world.plane.repo.head().unwrap(), head);
}

#[test]
fn saves_at_once_are_all_in_history() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    std::thread::scope(|scope| {
        for number in 0..16 {
            let plane = &world.plane;
            scope.spawn(move || {
                let path = format!("pipelines/p{number}.yaml");
                let draft =
                    Draft { put: entities(&[(&path, "{signals: [logs], steps: []}")]), ..Draft::default() };
                plane.save(&draft, &ana(), 1).unwrap();
            });
        }
    });
    world.plane.reconcile_all();
    assert_eq!(world.plane.head.in_force().intent.pipelines.len(), 16);
    assert!(world.plane.head.invalid().is_none());
}

#[test]
fn a_fault_of_some_collectors_only_says_whose_it_is() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    for at in 0..7 {
        Alloy::new(&world, &format!("edge-{at}"));
    }
    let told = |file: &str| {
        let (path, _, why) = problems(world.save(&[("fleet/destinations/out.yaml", file)])).remove(0);
        assert_eq!(path, "fleet/destinations/out.yaml");
        why
    };
    let why = told("{type: debug}");
    assert!(why.contains("the attribute `linkmesh.stability`") && !why.contains("label"), "{why}");
    assert!(
        why.ends_with("(this is about `edge-0`, `edge-1`, `edge-2`, `edge-3`, `edge-4` and 2 more)"),
        "{why}"
    );
    let why = told("{type: otlp-http}");
    assert!(!why.contains("this is about"), "the entity is at fault, whoever it reaches: {why}");
}

#[test]
fn what_runtimes_leaves_without_a_destination_is_a_warning_where_somebody_suffers_from_it() {
    let world = World::new();
    save_simple(&world, "http://127.0.0.1:1");
    let only = |runtime: &str| {
        let file = format!("{{type: otlp-http, endpoint: 'http://127.0.0.1:1', runtimes: [{runtime}]}}");
        let warnings = world.save(&[("fleet/destinations/out.yaml", &file)]).unwrap().warnings;
        warnings.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(only("otelcol"), [""; 0], "there is no Alloy");
    Alloy::new(&world, "edge-7").starts();
    let route = "fleet/routes/all.yaml: destinations: on alloy, this route has no destination left: `out` is limited to otelcol";
    let source = "fleet/sources/app.yaml: on alloy, this does not run: no route that takes from it has a destination left there";
    assert_eq!(only("alloy"), [""; 0], "there is nobody but the Alloy");
    assert_eq!(only("otelcol"), [route, source]);
    let shown = world.plane.roster.by_id(&"edge-7".parse().unwrap()).unwrap();
    let class = shown.lock().assignment.class.clone().unwrap();
    assert_eq!(class.warnings.iter().map(ToString::to_string).collect::<Vec<_>>(), [route, source]);
    let idle = class.outcome.as_ref().unwrap();
    assert!(idle.idle && idle.text.contains("Nothing runs here at present"), "{:?}", idle.text);
    // A second destination that runs everywhere is enough, also on another route.
    let saved = world.save(&[
        ("fleet/destinations/both.yaml", "{type: otlp-http, endpoint: 'http://127.0.0.1:2'}"),
        ("fleet/routes/more.yaml", "{sources: [app], destinations: [both]}"),
    ]);
    let warnings: Vec<String> = saved.unwrap().warnings.iter().map(ToString::to_string).collect();
    assert!(warnings.contains(&route.to_owned()) && !warnings.contains(&source.to_owned()), "{warnings:?}");
    let saved = world.save(&[
        ("fleet/sources/more.yaml", "{type: otlp, settings: {grpc: '127.0.0.1:4319'}}"),
        ("fleet/routes/all.yaml", "{sources: [app, more], destinations: [out]}"),
    ]);
    let warnings: Vec<String> = saved.unwrap().warnings.iter().map(ToString::to_string).collect();
    let of_source: Vec<_> = warnings.iter().filter(|text| text.contains("sources/more")).collect();
    assert_eq!(of_source, [&source.replace("app", "more")], "told once, and why");
    let saved = world.save(&[("fleet/routes/all.yaml", "{sources: [app, more], destinations: [out, both]}")]);
    let warnings: Vec<String> = saved.unwrap().warnings.iter().map(ToString::to_string).collect();
    assert!(!warnings.iter().any(|text| text.contains("on alloy")), "{warnings:?}");
}
