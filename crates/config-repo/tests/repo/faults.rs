//! Kills, full disks, left-over locks and odd states: what was acknowledged stays, and errors say what to do.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use linkmesh_config_repo::{ConfigRepo, RepoError, SaveError};

use super::{assert_sound, fresh, git, open, options, put, text};

const CHILD_REPO: &str = "LINKMESH_CONFIG_REPO_TEST_PATH";
const KILLS: usize = 20;

#[test]
fn acknowledged_saves_survive_kill_9_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.git");
    drop(open(&path));
    let mut acknowledged: Vec<(String, String)> = Vec::new();
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "faults::child_saves_until_it_is_killed", "--nocapture", "--ignored"])
            .env(CHILD_REPO, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let heard = |line: &str| {
            let (revision, name) = line.strip_prefix("acknowledged ")?.split_once(' ')?;
            Some((revision.to_owned(), name.to_owned()))
        };
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let wanted = acknowledged.len() + 3 + kill;
        for line in &mut lines {
            acknowledged.extend(heard(&line.unwrap()));
            if acknowledged.len() >= wanted {
                child.kill().unwrap();
                break;
            }
        }
        acknowledged.extend(lines.filter_map(|line| heard(&line.ok()?)));
        child.wait().unwrap();
    }
    let repo = open(&path);
    repo.save(put("last.yaml", "after the kills")).unwrap();
    assert_sound(&repo);
    let history = git(&path, &["log", "--format=%H %s", "main"]);
    for (revision, name) in &acknowledged {
        assert_eq!(
            history.lines().filter(|line| line.starts_with(revision)).count(),
            1,
            "{revision} of {name}"
        );
        assert_eq!(
            history.lines().filter(|line| line.ends_with(&format!(" Write {name}"))).count(),
            1,
            "{name}"
        );
    }
    assert!(acknowledged.len() >= KILLS * 3);
}

#[test]
#[ignore = "runs as the child of the kill test"]
fn child_saves_until_it_is_killed() {
    let Some(path) = std::env::var_os(CHILD_REPO) else { return };
    let repo = open(path.as_ref());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let repo = &repo;
            scope.spawn(move || {
                for n in 0..500 {
                    let name = format!("{}/{thread}-{n}.yaml", std::process::id());
                    let saved = repo.save(put(&name, "content")).unwrap();
                    println!("acknowledged {} {name}", saved.revision);
                }
            });
        }
    });
}

/// A limit on the size of files fails a write in the same place as a full disk does.
#[test]
fn a_disk_that_is_full_while_saving_changes_nothing() {
    let (folder, repo) = fresh();
    repo.save(put("a.yaml", "kept")).unwrap();
    let before = repo.head().unwrap();
    repo.close();
    let child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "faults::child_saves_on_a_full_disk", "--nocapture", "--ignored"])
        .env(CHILD_REPO, folder.path().join("config.git"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && said.contains("refused: no space is left on the disk"), "{said}");
    let repo = open(&folder.path().join("config.git"));
    assert_ne!(repo.head().unwrap(), before, "the small save after the refused one is there");
    assert_eq!(text(&repo, "small.yaml").unwrap(), "fits");
    assert_eq!(text(&repo, "large.yaml"), None);
    assert_sound(&repo);
}

#[test]
#[ignore = "runs as the child of the full disk test"]
fn child_saves_on_a_full_disk() {
    let Some(path) = std::env::var_os(CHILD_REPO) else { return };
    let repo = open(path.as_ref());
    let before = repo.head().unwrap();
    // Bytes that do not compress, above the limit.
    let mut noise = 88_172_645_463_325_252u64;
    let large: Vec<u8> = (0..400_000)
        .map(|_| {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            noise.to_be_bytes()[0]
        })
        .collect();
    let mut change = put("large.yaml", "");
    change.put.insert("large.yaml".to_owned(), large);
    let refused = repo.save(change).unwrap_err();
    println!("refused: {refused}");
    assert!(matches!(refused, SaveError::Repo(RepoError::Full)), "{refused:?}");
    assert_eq!(repo.head().unwrap(), before);
    assert_eq!(text(&repo, "a.yaml").unwrap(), "kept");
    repo.save(put("small.yaml", "fits")).unwrap();
}

#[test]
fn a_lock_left_behind_delays_a_save_but_does_not_stop_it() {
    let (folder, repo) = fresh();
    let path = folder.path().join("config.git");
    let lock = path.join("refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    let begun = Instant::now();
    repo.save(put("a.yaml", "in time")).unwrap();
    let took = begun.elapsed();
    assert!(took > Duration::from_secs(2) && took < Duration::from_secs(6), "{took:?}");
    assert!(!lock.exists());
    drop(repo);
    for name in ["refs/heads/main.lock", "HEAD.lock", "config.lock", "packed-refs.lock"] {
        std::fs::write(path.join(name), "").unwrap();
        let old = std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        std::fs::File::options().write(true).open(path.join(name)).unwrap().set_modified(old).unwrap();
    }
    let repo = open(&path);
    let begun = Instant::now();
    repo.save(put("a.yaml", "at once")).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2));
    assert_sound(&repo);
}

#[test]
fn a_lock_that_is_held_is_not_broken() {
    let (folder, repo) = fresh();
    let lock = folder.path().join("config.git/refs/heads/main.lock");
    std::fs::write(&lock, "").unwrap();
    std::thread::scope(|scope| {
        let save = scope.spawn(|| repo.save(put("a.yaml", "x")));
        // Somebody who takes the lock again and again: each time it is another lock.
        let until = Instant::now() + Duration::from_secs(5);
        while Instant::now() < until {
            let next = lock.with_extension("next");
            std::fs::write(&next, "").unwrap();
            std::fs::rename(&next, &lock).unwrap();
            std::thread::sleep(Duration::from_millis(200));
            assert!(lock.exists() && !save.is_finished());
        }
        std::fs::remove_file(&lock).unwrap();
        save.join().unwrap().unwrap();
    });
}

#[test]
fn odd_states_are_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let refused = |name: &str| ConfigRepo::open_or_init(at(name), options()).unwrap_err().to_string();

    std::fs::create_dir(at("full")).unwrap();
    std::fs::write(at("full/notes"), "x").unwrap();
    assert!(refused("full").contains("name another folder"));
    std::fs::write(at("file"), "x").unwrap();
    assert!(refused("file").contains("is not a folder"));
    symlink(at("full"), at("link")).unwrap();
    assert!(refused("link").contains("symbolic link"));
    git(folder.path(), &["init", "-q", "-b", "main", "work"]);
    assert!(refused("work/.git").contains("name a bare repository"));
    git(folder.path(), &["init", "-q", "--bare", "-b", "trunk", "other.git"]);
    std::fs::write(at("work/f"), "x").unwrap();
    git(&at("work"), &["add", "."]);
    git(&at("work"), &["commit", "-qm", "x"]);
    git(&at("work"), &["push", "-q", "../other.git", "HEAD:refs/heads/trunk"]);
    assert!(refused("other.git").contains("git branch -m NAME main"));
    git(folder.path(), &["clone", "-q", "--bare", "--shared", "work", "shared.git"]);
    assert!(refused("shared.git").contains("git repack"));
    let odd = open(&at("linked.git"));
    drop(odd);
    std::fs::rename(at("linked.git/objects"), at("elsewhere")).unwrap();
    symlink(at("elsewhere"), at("linked.git/objects")).unwrap();
    assert!(refused("linked.git").contains("objects is a symbolic link"));
}

#[test]
fn a_broken_branch_is_named_and_left_as_it_is() {
    let (folder, repo) = fresh();
    let path = folder.path().join("config.git");
    let good = repo.save(put("a.yaml", "x")).unwrap().revision;
    let branch = path.join("refs/heads/main");
    for content in ["", "garbage\n", "0123456789012345678901234567890123456789\n"] {
        std::fs::write(&branch, content).unwrap();
        if content.len() < 40 {
            assert!(matches!(repo.head(), Err(RepoError::Damaged(_))), "{content:?}: {:?}", repo.head());
        }
        assert!(repo.save(put("b.yaml", "x")).is_err());
        let refused = ConfigRepo::open_or_init(&path, options()).unwrap_err();
        assert!(matches!(refused, RepoError::Damaged(_)), "{content:?}: {refused:?}");
        assert!(refused.to_string().contains("git fsck"), "{refused}");
        assert_eq!(std::fs::read_to_string(&branch).unwrap(), content);
    }
    // What was read before can still be read, and a repaired branch works at once.
    assert_eq!(repo.read(&good).unwrap().files.len(), 1);
    std::fs::write(&branch, format!("{good}\n")).unwrap();
    repo.save(put("b.yaml", "x")).unwrap();
    std::fs::write(path.join("HEAD"), format!("{good}\n")).unwrap();
    let repo = open(&path);
    assert_eq!(git(&path, &["symbolic-ref", "HEAD"]), "refs/heads/main\n");
    assert_sound(&repo);
}

#[test]
fn the_repository_opens_again_and_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, repo) = fresh();
    let head = repo.save(put("a.yaml", "x")).unwrap().revision;
    repo.close();
    assert!(matches!(repo.save(put("a.yaml", "y")), Err(SaveError::Repo(RepoError::Closed))));
    let path = folder.path().join("config.git");
    assert_eq!(open(&path).head().unwrap(), head);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    let settings = git(&path, &["config", "--list", "--local"]);
    for setting in
        ["receive.denynonfastforwards=true", "receive.denydeletes=true", "gc.auto=0", "core.fsync=all"]
    {
        assert!(settings.contains(setting), "{settings}");
    }
}
