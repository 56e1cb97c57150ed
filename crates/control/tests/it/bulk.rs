//! One act on many collectors: shared commits, one refusal that keeps nobody else from it, an end that is seen.

use linkmesh_control::bulk::{Job, JobState, LabelChange, ManyAct};
use linkmesh_fleet::Id;
use linkmesh_fleet::registration::Mode;
use std::sync::Arc;
use std::time::Duration;

use crate::world::{World, ana};

fn fleet(world: &World, count: usize) -> Vec<Id> {
    (0..count)
        .map(|number| {
            let name = format!("web-{number}");
            world.plane.create_collector(&name, Mode::Opamp, [].into(), vec![], &ana()).unwrap();
            name.parse().unwrap()
        })
        .collect()
}

fn run(world: &World, ids: &[Id], act: &ManyAct) -> Arc<Job> {
    let job = world.plane.jobs.begin("test", ids.len(), "user:ana".to_owned(), world.clock.now()).unwrap();
    // What fails stands in the job as well.
    drop(world.plane.run_job(&job, ids, act, &ana()));
    world.plane.reconcile_all();
    job
}

fn commits(world: &World) -> usize {
    let query = linkmesh_config_repo::LogQuery { limit: 500, ..Default::default() };
    world.plane.repo.log(&query).unwrap().entries.len()
}

fn delete(silent_for: Option<Duration>) -> ManyAct {
    ManyAct::Delete { now: false, silent_for, away: [].into() }
}

fn labels(pairs: &[(&str, &str)]) -> ManyAct {
    let set_labels = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    ManyAct::Change(LabelChange { set_labels, ..LabelChange::default() })
}

#[tokio::test]
async fn labels_and_groups_of_many_change_in_one_commit() {
    let world = World::new();
    let ids = fleet(&world, 20);
    world.save(&[("groups/edge/group.yaml", "{}")]).unwrap();
    let before = commits(&world);
    let act = ManyAct::Change(LabelChange {
        set_labels: [("env".to_owned(), "prod".to_owned())].into(),
        add_groups: vec!["edge".parse().unwrap()],
        ..LabelChange::default()
    });
    let job = run(&world, &ids, &act);
    assert_eq!((job.state(), job.progress().done, job.progress().failed), (JobState::Done, 20, 0));
    assert_eq!(commits(&world), before + 1);
    for id in &ids {
        let view = world.view(id.as_str());
        assert_eq!(view.labels["env"], "prod");
        assert_eq!(view.groups, ["edge".parse::<Id>().unwrap()]);
    }
    assert_eq!(run(&world, &ids, &act).progress().done, 20);
    assert_eq!(commits(&world), before + 1, "what is so already is no commit");
    let back = ManyAct::Change(LabelChange {
        remove_labels: ["env".to_owned()].into(),
        remove_groups: vec!["edge".parse().unwrap()],
        ..LabelChange::default()
    });
    run(&world, &ids, &back);
    assert!(world.view("web-0").labels.is_empty() && world.view("web-0").groups.is_empty());
}

#[tokio::test]
async fn one_that_cannot_be_changed_does_not_keep_the_others_from_it() {
    let world = World::new();
    let mut ids = fleet(&world, 5);
    let full = (0..64).map(|n| (format!("l{n}"), "x".to_owned())).collect();
    let crowded = ManyAct::Change(LabelChange { set_labels: full, ..LabelChange::default() });
    run(&world, &ids[..1], &crowded);
    ids.push("ghost".parse().unwrap());
    let job = run(&world, &ids, &labels(&[("env", "prod")]));
    let progress = job.progress();
    assert_eq!((job.state(), progress.done, progress.failed), (JobState::Done, 4, 2));
    let errors: Vec<&str> = progress.errors.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(errors, ["web-0", "ghost"]);
    assert_eq!(world.view("web-4").labels["env"], "prod");
}

#[tokio::test]
async fn a_removal_that_others_refer_to_is_refused_alone() {
    let world = World::new();
    let ids = fleet(&world, 8);
    let link = "{from: 'role = edge', to: web-3, endpoints: ['gw.example.com:4317'], signals: [logs]}";
    world.save(&[("links/up.yaml", link)]).unwrap();
    let alone = world.plane.remove_collector(&ids[3], false, &ana()).unwrap_err().to_string();
    assert!(alone.contains("links/up.yaml"), "{alone}");
    let before = commits(&world);
    let job = run(&world, &ids, &delete(None));
    let progress = job.progress();
    assert_eq!((progress.done, progress.failed), (7, 1), "{:?}", progress.errors);
    assert!(progress.errors[0].0 == ids[3] && progress.errors[0].1.contains("links/up.yaml"));
    let left: Vec<Id> = world.plane.head.in_force().intent.collectors.keys().cloned().collect();
    assert_eq!(left, [ids[3].clone()]);
    assert_eq!(commits(&world) - before, 1, "one that a link leads to is found without a search");
}

#[tokio::test]
async fn a_label_that_would_close_a_circle_of_links_is_refused_for_that_one_alone() {
    let world = World::new();
    let ids = fleet(&world, 3);
    world
        .save(&[
            ("groups/gateways/group.yaml", "{members: [web-0]}"),
            (
                "links/up.yaml",
                "{from: 'role = edge', to: gateways, endpoints: ['gw.example.com:4317'], signals: [logs]}",
            ),
        ])
        .unwrap();
    let job = run(&world, &ids, &labels(&[("role", "edge")]));
    assert_eq!((job.progress().done, job.progress().failed), (2, 1), "{:?}", job.progress().errors);
    assert_eq!(job.progress().errors[0].0, ids[0]);
    assert_eq!(world.view("web-2").labels["role"], "edge");
    assert!(world.view("web-0").labels.is_empty());
}

#[tokio::test]
async fn many_are_removed_in_one_commit_and_who_is_back_stays() {
    let world = World::new();
    let (token, _) = world.token(3, &[]);
    let mut ids = fleet(&world, 3);
    drop(world.connect(&token, 1, "gone").await.unwrap());
    world.wind(100);
    let back = world.connect(&token, 2, "back").await.unwrap();
    drop(world.connect(&token, 3, "lately").await.unwrap());
    ids.extend(["gone", "back", "lately"].map(|name| name.parse::<Id>().unwrap()));
    let before = commits(&world);
    let silent_for = Some(Duration::from_secs(100));
    let job = run(&world, &ids, &delete(silent_for));
    let stayed: Vec<String> = job.progress().errors.iter().map(|(id, why)| format!("{id}: {why}")).collect();
    assert_eq!(job.progress().done, 1, "{stayed:?}");
    assert!(world.plane.collector(&"gone".parse().unwrap()).is_none());
    assert!(world.plane.collector(&"lately".parse().unwrap()).is_some());
    assert!(stayed.contains(&"back: it is back and stays".to_owned()), "{stayed:?}");
    assert_eq!(commits(&world), before + 1);
    let rest = &ids[..3];
    assert_eq!(run(&world, rest, &delete(None)).progress().done, 3);
    assert_eq!(commits(&world), before + 2);
    drop(back);
}

#[tokio::test]
async fn one_that_was_away_when_it_was_chosen_and_is_back_is_left_out() {
    let world = World::new();
    let (token, _) = world.token(3, &[]);
    let here = world.connect(&token, 1, "here").await.unwrap();
    drop(world.connect(&token, 2, "gone").await.unwrap());
    drop(world.connect(&token, 3, "back").await.unwrap());
    let ids = ["here", "gone", "back"].map(|name| name.parse::<Id>().unwrap());
    let away = ids[1..].iter().cloned().collect();
    let back = world.connect(&token, 3, "back").await.unwrap();
    let job = run(&world, &ids, &ManyAct::Delete { now: false, silent_for: None, away });
    assert_eq!((job.progress().done, job.progress().failed), (2, 1), "{:?}", job.progress().errors);
    assert_eq!(job.progress().errors, [(ids[2].clone(), "it is back and stays".to_owned())]);
    let left: Vec<Id> = world.plane.head.in_force().intent.collectors.keys().cloned().collect();
    assert_eq!(left, [ids[2].clone()]);
    let query = linkmesh_config_repo::LogQuery { limit: 1, ..Default::default() };
    let newest = &world.plane.repo.log(&query).unwrap().entries[0].message;
    assert!(newest.starts_with("Remove 2 collectors"), "{newest}");
    drop((here, back));
}

#[tokio::test]
async fn the_search_for_those_that_break_it_ends_and_names_whom_it_left_out() {
    let world = World::new();
    let ids = fleet(&world, 40);
    let members: Vec<&str> = ids.iter().map(Id::as_str).collect();
    let members = format!("{{members: [{}]}}", members.join(", "));
    let link = "{from: 'role = edge', to: gateways, endpoints: ['gw.example.com:4317'], signals: [logs]}";
    world.save(&[("groups/gateways/group.yaml", &members), ("links/up.yaml", link)]).unwrap();
    let free = world.plane.create_collector("free", Mode::Opamp, [].into(), vec![], &ana()).unwrap();
    let mut all = vec![free.lock().record.id.clone()];
    all.extend(ids);
    let job = run(&world, &all, &labels(&[("role", "edge")]));
    let progress = job.progress();
    assert_eq!((progress.done, progress.failed), (1, 40), "nobody is left without a word");
    let alone = progress.errors.iter().filter(|(_, why)| !why.contains("too many")).count();
    assert!((10..40).contains(&alone), "{alone} were tried alone");
    assert_eq!(world.view("free").labels["role"], "edge");
}

#[tokio::test]
async fn holds_and_archives_of_many_are_kept_and_told_one_by_one() {
    let mut world = World::new();
    let ids = fleet(&world, 4);
    let reason = Some("storm".to_owned());
    assert_eq!(run(&world, &ids, &ManyAct::Hold { reason: reason.clone() }).progress().done, 4);
    assert_eq!(run(&world, &ids, &ManyAct::Archive { reason }).progress().done, 4);
    world.restart();
    for id in &ids {
        let view = world.view(id.as_str());
        assert_eq!(view.hold.unwrap().reason.as_deref(), Some("storm"));
        assert!(view.archived.is_some());
        assert!(world.events(id.as_str()).ends_with(&["held", "archived"]));
    }
    assert_eq!(run(&world, &ids[..2], &ManyAct::Release).progress().done, 2);
    let job = run(&world, &ids, &ManyAct::Release);
    assert_eq!((job.progress().done, job.progress().failed), (2, 2));
    assert_eq!(run(&world, &ids, &ManyAct::Retry).state(), JobState::Failed, "there is nothing to try again");
    assert_eq!(run(&world, &ids, &ManyAct::Unarchive).progress().done, 4);
}

#[tokio::test]
async fn a_cancelled_job_stops_before_the_next_ones() {
    let world = World::new();
    let ids = fleet(&world, 3);
    let job = world.plane.jobs.begin("hold", 3, "user:ana".to_owned(), world.clock.now()).unwrap();
    job.cancel();
    drop(world.plane.run_job(&job, &ids, &ManyAct::Hold { reason: None }, &ana()));
    assert_eq!((job.state(), job.progress().done), (JobState::Cancelled, 0));
    assert!(world.view("web-0").hold.is_none());
}
