//! People use plain `git` on the same repository: pushes are seen, pulled apart from saves, and never lost.

use std::os::unix::fs::{PermissionsExt, symlink};

use linkmesh_config_repo::ProblemKind;

use super::{assert_sound, fresh, git, put, text, try_git};

fn clone(folder: &tempfile::TempDir, name: &str) -> std::path::PathBuf {
    git(folder.path(), &["clone", "-q", "config.git", name]);
    folder.path().join(name)
}

#[test]
fn a_plain_push_is_a_new_head_and_the_next_save_stands_on_it() {
    let (folder, repo) = fresh();
    repo.save(put("a.yaml", "one")).unwrap();
    let work = clone(&folder, "work");
    std::fs::write(work.join("b.yaml"), "by hand").unwrap();
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "by hand"]);
    let before = repo.head().unwrap();
    let pushed = try_git(&work, &["push", "origin", "main"]);
    let said = String::from_utf8_lossy(&pushed.stderr).into_owned();
    assert!(pushed.status.success() && !said.contains("warning"), "{said}");
    let head = repo.head().unwrap();
    assert_ne!(head, before);
    assert_eq!(head.to_string(), git(&work, &["rev-parse", "HEAD"]).trim());
    assert_eq!(text(&repo, "b.yaml").unwrap(), "by hand");
    let snapshot = repo.read(&before).unwrap();
    let changed = repo.read_changed(&snapshot, &head).unwrap();
    assert!(std::sync::Arc::ptr_eq(&snapshot.files["a.yaml"].bytes, &changed.files["a.yaml"].bytes));
    repo.save(put("c.yaml", "saved")).unwrap();
    git(&work, &["pull", "-q", "--ff-only"]);
    assert_eq!(std::fs::read_to_string(work.join("c.yaml")).unwrap(), "saved");
    assert_sound(&repo);
}

#[test]
fn history_cannot_be_rewritten_by_a_push() {
    let (folder, repo) = fresh();
    repo.save(put("a.yaml", "one")).unwrap();
    let work = clone(&folder, "work");
    let head = repo.save(put("a.yaml", "two")).unwrap().revision;
    git(&work, &["commit", "-q", "--amend", "-m", "another past"]);
    assert!(!try_git(&work, &["push", "--force", "origin", "main"]).status.success());
    assert!(!try_git(&work, &["push", "origin", ":main"]).status.success());
    assert_eq!(repo.head().unwrap(), head);
}

#[test]
fn pushes_and_saves_at_once_lose_nothing() {
    let (folder, repo) = fresh();
    repo.save(put("a.yaml", "one")).unwrap();
    let work = clone(&folder, "work");
    let (saved, pushed) = std::thread::scope(|scope| {
        let pusher = scope.spawn(|| {
            let mut pushed = Vec::new();
            for n in 0..5 {
                std::fs::write(work.join(format!("pushed-{n}.yaml")), n.to_string()).unwrap();
                git(&work, &["add", "."]);
                git(&work, &["commit", "-qm", "by hand"]);
                for _ in 0..200 {
                    git(&work, &["pull", "-q", "--rebase"]);
                    if try_git(&work, &["push", "-q", "origin", "main"]).status.success() {
                        pushed.push(format!("pushed-{n}.yaml"));
                        break;
                    }
                }
            }
            pushed
        });
        let mut saved = Vec::new();
        let mut n = 0;
        // Pauses let the pusher win now and then; the number of saves is bounded.
        while n < 400 && (!pusher.is_finished() || n < 40) {
            let path = format!("saved/{n}.yaml");
            repo.save(put(&path, &n.to_string())).unwrap();
            saved.push(path);
            n += 1;
            if n % 5 == 0 {
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
        }
        (saved, pusher.join().unwrap())
    });
    assert!(!pushed.is_empty(), "the pusher must have won at times");
    let files = repo.read(&repo.head().unwrap()).unwrap().files;
    for path in saved.iter().chain(&pushed) {
        assert!(files.contains_key(path), "{path} is lost");
    }
    let commits: usize = git(repo.path(), &["rev-list", "--count", "main"]).trim().parse().unwrap();
    assert_eq!(commits, 2 + saved.len() + pushed.len());
    assert_sound(&repo);
}

#[test]
fn what_is_not_a_plain_file_is_reported_and_never_followed() {
    let (folder, repo) = fresh();
    let work = clone(&folder, "work");
    std::fs::write(work.join("good.yaml"), "fine").unwrap();
    symlink("/etc/passwd", work.join("link.yaml")).unwrap();
    std::fs::write(work.join("run.yaml"), "x").unwrap();
    std::fs::set_permissions(work.join("run.yaml"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(work.join("odd name.yaml"), "x").unwrap();
    std::fs::write(work.join("big.yaml"), vec![b'x'; 1024 * 1024 + 1]).unwrap();
    git(&work, &["add", "."]);
    let commit = repo.head().unwrap().to_string();
    git(&work, &["update-index", "--add", "--cacheinfo", &format!("160000,{commit},module")]);
    git(&work, &["commit", "-qm", "odd things"]);
    git(&work, &["push", "-q", "origin", "main"]);
    let snapshot = repo.read(&repo.head().unwrap()).unwrap();
    assert_eq!(snapshot.files.keys().collect::<Vec<_>>(), ["good.yaml"]);
    let mut problems: Vec<_> =
        snapshot.problems.iter().map(|found| (found.path.as_str(), found.kind)).collect();
    problems.sort_by_key(|(path, _)| *path);
    let expected = [
        ("big.yaml", ProblemKind::TooLarge),
        ("link.yaml", ProblemKind::Symlink),
        ("module", ProblemKind::Submodule),
        ("odd name.yaml", ProblemKind::OddPath),
        ("run.yaml", ProblemKind::Executable),
    ];
    assert_eq!(problems, expected);
    assert_eq!(repo.file_at(&snapshot.revision, "link.yaml").unwrap(), None);
    repo.save(put("link.yaml", "a plain file now")).unwrap();
    assert_eq!(text(&repo, "link.yaml").unwrap(), "a plain file now");
    assert_sound(&repo);
}

#[test]
fn maintenance_merges_packs_while_saves_reads_and_pushes_go_on() {
    let (folder, repo) = fresh();
    for n in 0..60 {
        repo.save(put(&format!("d{}/{n}.yaml", n % 5), &n.to_string())).unwrap();
    }
    let work = clone(&folder, "work");
    std::fs::write(work.join("hand.yaml"), "by hand").unwrap();
    git(&work, &["add", "."]);
    git(&work, &["commit", "-qm", "by hand"]);
    let head = repo.head().unwrap();
    let kept = repo.read(&head).unwrap();
    std::thread::scope(|scope| {
        let saver =
            scope.spawn(|| (0..30).for_each(|n| _ = repo.save(put("busy.yaml", &n.to_string())).unwrap()));
        let reader = scope.spawn(|| (0..30).for_each(|_| assert_eq!(repo.read(&head).unwrap(), kept)));
        let done = repo.maintain().unwrap();
        assert!(done.merged_packs > 50, "{done:?}");
        saver.join().unwrap();
        reader.join().unwrap();
    });
    git(&work, &["pull", "-q", "--rebase"]);
    git(&work, &["push", "-q", "origin", "main"]);
    assert_eq!(text(&repo, "hand.yaml").unwrap(), "by hand");
    assert_eq!(repo.read(&head).unwrap(), kept);
    let again = repo.maintain().unwrap();
    assert!(again.packs < 60, "{again:?}");
    assert_sound(&repo);
    git(repo.path(), &["gc", "-q", "--prune=now"]);
    assert_eq!(repo.read(&head).unwrap(), kept, "people may collect garbage themselves");
    repo.save(put("after.yaml", "gc")).unwrap();
    assert_sound(&repo);
}
