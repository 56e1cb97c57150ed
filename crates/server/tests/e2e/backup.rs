//! A backup taken beside a busy server, and what a restored server knows. Start at the first test.

use std::fs;
use std::io::Cursor;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use linkmesh_api::types::{AuditQuery, CreateServiceAccount, Role, Status};
use linkmesh_control::backup::verify;
use linkmesh_testkit::fleet::member;
use linkmesh_testkit::sink::Sink;
use linkmesh_testkit::wait::{until, until_seen};

use crate::wire::{first_message, heartbeat};
use crate::world::{Ports, SERVER, SOON, World, borrowed, change, flow};

fn run(data_dir: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(SERVER);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LINKMESH_")) {
        command.env_remove(name);
    }
    command.arg("--data-dir").arg(data_dir).args(words).output().unwrap()
}

fn done(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn refused(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let last = said.trim_end().lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("linkmesh-server: "), "{said}");
    last
}

/// Saves one thing after the other until it is told to stop, and notes every revision that was answered.
fn saving(world: &World, stop: &Arc<AtomicBool>) -> (Arc<Mutex<Vec<String>>>, std::thread::JoinHandle<()>) {
    let answered = Arc::new(Mutex::new(Vec::new()));
    let (api, stop, noted) = (world.api(), Arc::clone(stop), Arc::clone(&answered));
    let thread = std::thread::spawn(move || {
        for number in 0..100_000 {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let path = format!("pipelines/p{}.yaml", number % 50);
            let text = format!("name: the {number}th\nsignals: [logs]\nsteps: []\n");
            let saved = api.change(&change(&[(&path, &text)]));
            noted.lock().unwrap().push(saved.unwrap().revision);
        }
    });
    (answered, thread)
}

#[test]
fn a_server_restored_from_a_backup_taken_under_load_carries_on_with_the_same_collectors() {
    let mut world = World::new("backup");
    let (sink, ports) = (Sink::start(), Ports::free());
    let (host, id) = world.join("host");
    world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.event(&id, "config_applied", 1);
    world.settled(&id);
    let token = world.token().token;
    let fake = first_message(member(1));
    let mut wire = world.wire(&token);
    wire.ask(&fake);
    until("the second collector is registered", SOON, || {
        world.ids().contains(&"fake-00001".to_owned()).then_some(())
    });
    let pid = host.collector_pid();
    let offered = world.count(&id, "config_offered");

    let stop = Arc::new(AtomicBool::new(false));
    let (answered, load) = saving(&world, &stop);
    until("the load is on", SOON, || (answered.lock().unwrap().len() > 20).then_some(()));
    let before = answered.lock().unwrap().clone();
    let file = world.folder.join("backup.tar");
    let said = done(&run(&world.server.data_dir(), &["backup", file.to_str().unwrap()]));
    assert!(said.contains("IT HOLDS THE KEYS"), "{said}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    until("saves go on", SOON, || (answered.lock().unwrap().len() > before.len()).then_some(()));
    stop.store(true, Ordering::SeqCst);
    load.join().unwrap();

    world.server.kill_9();
    drop(wire);
    fs::remove_dir_all(world.server.data_dir()).unwrap();
    done(&run(&world.server.data_dir(), &["restore", file.to_str().unwrap()]));
    world.server.restart();

    let log = Command::new("git")
        .arg("-C")
        .arg(world.server.repository())
        .args(["log", "--format=%H"])
        .output()
        .unwrap();
    let log = String::from_utf8(log.stdout).unwrap();
    for revision in &before {
        assert!(log.contains(revision.as_str()), "{revision} was answered before the backup");
    }
    let fsck = Command::new("git")
        .arg("-C")
        .arg(world.server.repository())
        .args(["fsck", "--strict"])
        .output()
        .unwrap();
    assert!(fsck.status.success(), "{}", String::from_utf8_lossy(&fsck.stderr));
    world.settled(&id);
    assert_eq!(host.collector_pid(), pid, "its collector never noticed");
    let mut wire = world.wire(&token);
    assert!(wire.ask(&heartbeat(&fake, 1)).error_response.is_none(), "its token is still its credential");
    until_seen(
        "both are connected",
        SOON,
        || world.collector("fake-00001").status,
        |s| *s == Status::Connected,
    );
    assert_eq!(world.count(&id, "config_offered"), offered, "nothing is offered again");
    world.save(&[("pipelines/after.yaml", "signals: [logs]\nsteps: []\n")]);
    let audit = world.api().audit(&AuditQuery::default()).unwrap();
    assert!(audit.items.iter().any(|entry| entry.action == "server.restore"));
    assert!(audit.items.iter().any(|entry| entry.action == "server.backup"));
}

#[test]
fn a_collector_that_runs_what_came_after_the_backup_is_brought_back() {
    let mut world = World::new("backup-older");
    let (sink, ports) = (Sink::start(), Ports::free());
    let (_host, id) = world.join("host");
    world.save(&borrowed(&flow(ports, &sink.endpoint())));
    world.event(&id, "config_applied", 1);
    let kept = world.settled(&id).desired.map(|desired| desired.hash);
    let file = world.folder.join("backup.tar");
    done(&run(&world.server.data_dir(), &["backup", file.to_str().unwrap()]));
    world.save(&borrowed(&flow(Ports::free(), &sink.endpoint())));
    world.event(&id, "config_applied", 2);
    assert_ne!(world.settled(&id).desired.map(|desired| desired.hash), kept);

    world.server.kill_9();
    fs::remove_dir_all(world.server.data_dir()).unwrap();
    done(&run(&world.server.data_dir(), &["restore", file.to_str().unwrap()]));
    world.server.restart();
    world.event(&id, "config_applied", 2);
    assert_eq!(world.settled(&id).desired.map(|desired| desired.hash), kept);
}

#[test]
fn a_backup_that_is_not_whole_is_refused_and_leaves_nothing() {
    let mut world = World::new("backup-bad");
    world.save(&[("pipelines/a.yaml", "signals: [logs]\nsteps: []\n")]);
    let file = world.folder.join("backup.tar");
    let name = file.to_str().unwrap();
    done(&run(&world.server.data_dir(), &["backup", name]));
    assert!(refused(&run(&world.server.data_dir(), &["backup", name])).contains("exists already"));
    let nowhere = world.folder.join("nowhere");
    assert!(refused(&run(&nowhere, &["backup", "x.tar"])).contains("--data-dir"));
    assert!(!nowhere.exists());

    let whole = fs::read(&file).unwrap();
    let target = world.folder.join("target");
    let bad = |bytes: &[u8]| -> PathBuf { world.folder.write_bytes("bad.tar", bytes) };
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut hostile = whole.clone();
    // The first file's name, with its header's checksum made right again.
    hostile[..100].fill(0);
    hostile[..12].copy_from_slice(b"../evil.json");
    hostile[148..156].fill(b' ');
    let sum: u32 = hostile[..512].iter().map(|byte| u32::from(*byte)).sum();
    hostile[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    for bytes in
        [&whole[..whole.len() - 1024], &whole[..whole.len() / 3], &flipped[..], &hostile[..], b"", b"no tar"]
    {
        let said = refused(&run(&target, &["restore", bad(bytes).to_str().unwrap()]));
        assert!(said.contains("nothing of it was used"), "{said}");
        assert!(!target.exists(), "nothing is left");
    }
    assert!(!world.folder.join("evil.json").exists());

    // Where something is, nothing is touched.
    let said = refused(&run(&world.server.data_dir(), &["restore", name]));
    assert!(said.contains("is not empty") && said.contains("--force"), "{said}");
    let said = refused(&run(&world.server.data_dir(), &["restore", "--force", name]));
    assert!(said.contains("stop the server first"), "{said}");
    world.save(&[("pipelines/b.yaml", "signals: [logs]\nsteps: []\n")]);

    // An empty folder is as good as none; and without a server the data is read as it lies there.
    fs::create_dir_all(&target).unwrap();
    done(&run(&target, &["restore", name]));
    let again = world.folder.join("again.tar");
    done(&run(&target, &["backup", again.to_str().unwrap()]));
    let about = verify(&mut Cursor::new(fs::read(&again).unwrap())).unwrap();
    assert_eq!(about.revision, verify(&mut Cursor::new(whole)).unwrap().revision);

    world.server.stop();
    for _ in 0..2 {
        let said = done(&run(&world.server.data_dir(), &["restore", "--force", name]));
        assert!(said.contains("before-restore-"), "{said}");
    }
    world.server.restart();
    assert_eq!(world.api().server_health().unwrap().revision, Some(about.revision));
}

#[test]
fn a_backup_over_the_api_needs_a_permission_of_its_own() {
    let world = World::new("backup-api");
    let take = |token: &str| {
        let bearer = format!("Bearer {token}");
        world.server.request("POST", "/api/v1/server/backup", &[("authorization", &bearer)], Vec::new())
    };
    let operator = CreateServiceAccount { name: "ops".to_owned(), role: Role::Operator, expires_in_s: None };
    let operator = world.api().create_service_account(&operator).unwrap().token;
    assert_eq!(take(&operator).status, 403);
    let answer = take(world.server.token());
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/x-tar")));
    verify(&mut Cursor::new(answer.body)).unwrap();
    let outcomes = || -> Vec<_> {
        let all = world.api().audit(&AuditQuery::default()).unwrap().items;
        all.into_iter().filter(|e| e.action == "server.backup").map(|e| format!("{:?}", e.outcome)).collect()
    };
    until_seen("it is audited, also the refusal", SOON, outcomes, |seen| seen.len() >= 2);
}

#[test]
fn what_cannot_be_moved_aside_leaves_everything_as_it_was() {
    let mut world = World::new("backup-half");
    world.save(&[("pipelines/a.yaml", "signals: [logs]\nsteps: []\n")]);
    let file = world.folder.join("backup.tar");
    let name = file.to_str().unwrap();
    done(&run(&world.server.data_dir(), &["backup", name]));
    world.server.stop();
    // A path that is just short enough for a file, and too long for it one folder below, stands for a mount.
    let mut data_dir = world.folder.join("deep");
    while data_dir.as_os_str().len() < 3700 {
        data_dir.push("d".repeat(100));
    }
    let room = 4090 - data_dir.as_os_str().len();
    data_dir.push("d".repeat(room - 251));
    fs::create_dir_all(&data_dir).unwrap();
    done(&run(&data_dir, &["restore", name]));
    let stuck = data_dir.join("z".repeat(248));
    fs::write(&stuck, "x").unwrap();
    let names = || -> Vec<_> {
        let mut all: Vec<_> =
            fs::read_dir(&data_dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        all.sort();
        all
    };
    let before = names();
    let said = refused(&run(&data_dir, &["restore", "--force", name]));
    assert!(said.contains("zzz cannot be moved") && said.contains("everything is as it was"), "{said}");
    assert_eq!(names(), before);
    fs::remove_file(&stuck).unwrap();
    done(&run(&data_dir, &["backup", world.folder.join("again.tar").to_str().unwrap()]));
    // What an earlier restore moved aside is in nobody's way, and stays.
    done(&run(&data_dir, &["restore", "--force", name]));
    let names = names();
    assert_eq!(names.iter().filter(|name| name.to_string_lossy().starts_with("before-restore-")).count(), 1);
}
