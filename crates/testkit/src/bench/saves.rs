//! How fast changes are saved through the API by one, a few and many at once, beside one write that reaches the disk.
//! Start at [`measure`].

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use linkmesh_api::types::Change;

use super::measure::{ms, quantile};
use super::{Line, flow};
use crate::folder::Folder;
use crate::server::Server;

/// How many save at the same time, and how often each.
const LEVELS: [(usize, usize); 3] = [(1, 100), (8, 30), (64, 8)];
/// After this nobody begins another save.
const LEVEL_MAX: Duration = Duration::from_secs(10);
const SYNCS: usize = 200;
const SYNC_BYTES: usize = 4096;

/// Saves at each level. Every save that was answered is one commit of its own, and the repository is sound.
pub(crate) fn measure(server: &Server, folder: &Folder, lines: &mut Vec<Line>) {
    server.api().change(&flow::change(0)).expect("the flow can be saved");
    let mut syncs = syncs(folder);
    let sync_s = syncs.iter().sum::<f64>() / 1e3;
    let (sync_half, sync_most) = (quantile(&mut syncs, 0.5), quantile(&mut syncs, 0.99));
    let mut revisions = BTreeSet::new();
    let mut saves = 0;
    for (savers, each) in LEVELS {
        let start = Instant::now();
        let answers: Vec<(String, f64)> = std::thread::scope(|scope| {
            let all: Vec<_> =
                (0..savers).map(|saver| scope.spawn(move || save(server, saver, savers, each))).collect();
            all.into_iter().flat_map(|one| one.join().expect("saving does not fail")).collect()
        });
        let span = start.elapsed().as_secs_f64();
        saves += answers.len();
        let mut times: Vec<f64> = answers.iter().map(|(_, time)| *time).collect();
        revisions.extend(answers.into_iter().map(|(revision, _)| revision));
        let name = |part: &str| format!("{savers} saving 20 KB at once: {part}");
        lines.push(Line::new(name("p50"), "ms", quantile(&mut times, 0.5), Some(sync_half)));
        lines.push(Line::new(name("p99"), "ms", quantile(&mut times, 0.99), Some(sync_most)));
        lines.push(Line::new(
            name("saves a second"),
            "1/s",
            times.len() as f64 / span,
            Some(SYNCS as f64 / sync_s),
        ));
    }
    assert_eq!(revisions.len(), saves, "each save that was answered is a revision of its own");
    let known: BTreeSet<String> = git(server, &["rev-list", "--all"]).lines().map(str::to_owned).collect();
    assert!(revisions.is_subset(&known), "a save that was answered is in the history");
    git(server, &["fsck", "--strict"]);
}

/// One person who saves again and again; the revision and the milliseconds of each.
fn save(server: &Server, saver: usize, savers: usize, each: usize) -> Vec<(String, f64)> {
    let (api, begin) = (server.api(), Instant::now());
    let mut answers = Vec::new();
    for round in 0..each {
        if begin.elapsed() > LEVEL_MAX {
            break;
        }
        let path = format!("pipelines/saver-{saver:02}.yaml");
        let value = flow::pipeline(savers * 1000 + round + 1);
        let change = Change { put: [(path, value)].into(), ..Change::default() };
        let start = Instant::now();
        let committed = api.change(&change).expect("a save is taken");
        answers.push((committed.revision, ms(start.elapsed())));
    }
    answers
}

/// Milliseconds of one appended block that reaches the disk, many times.
fn syncs(folder: &Folder) -> Vec<f64> {
    let path = folder.join("floor.bin");
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a file can be made");
    let block = [7_u8; SYNC_BYTES];
    let once = |_| {
        let start = Instant::now();
        file.write_all(&block).and_then(|()| file.sync_data()).expect("a file can be written");
        ms(start.elapsed())
    };
    (0..SYNCS).map(once).collect()
}

fn git(server: &Server, words: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(server.repository())
        .args(words)
        .output()
        .expect("git is installed");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
