//! One save is one commit or nothing, and saves at once share a sync.

use std::collections::BTreeSet;
use std::sync::{Arc, Barrier, Mutex};

use linkmesh_config_repo::{BlobId, Change, Expect, SaveError};

use super::{assert_sound, fresh, git, open, put, text};

#[test]
fn a_save_is_one_commit_by_its_author() {
    let (_folder, repo) = fresh();
    let mut change = put("fleet/sources/app.yaml", "type: otlp\n");
    change.trailers = vec![("LinkMesh-Audit".to_owned(), "42\nForged: 1".to_owned())];
    let saved = repo.save(change).unwrap();
    assert!(!saved.unchanged);
    assert_eq!(repo.head().unwrap(), saved.revision);
    let shown = git(repo.path(), &["log", "--format=%H|%an|%ae|%at|%cn|%s|%(trailers:only,unfold)", "main"]);
    let revision = saved.revision;
    let expected = format!(
        "{revision}|Ada Lovelace|ada@example.com|1700000000|LinkMesh|Write fleet/sources/app.yaml|LinkMesh-Audit: 42 Forged: 1\n"
    );
    assert!(shown.starts_with(&expected), "{shown}");
    assert_eq!(git(repo.path(), &["show", "main:fleet/sources/app.yaml"]), "type: otlp\n");
    assert_eq!(git(repo.path(), &["rev-list", "--count", "main"]), "2\n");
    assert_sound(&repo);
}

#[test]
fn saving_what_is_there_makes_no_commit() {
    let (folder, repo) = fresh();
    let first = repo.save(put("a.yaml", "x")).unwrap();
    let mut again = put("a.yaml", "x");
    // Also with an expectation that no longer holds: the answer to the first try may have been lost.
    again.expect.insert("a.yaml".to_owned(), Expect::Absent);
    again.delete.push("never-there.yaml".to_owned());
    let second = repo.save(again).unwrap();
    assert_eq!((second.revision, second.unchanged), (first.revision, true));
    drop(repo);
    assert_eq!(open(&folder.path().join("config.git")).head().unwrap(), first.revision);
}

#[test]
fn a_file_that_moved_on_is_refused_with_all_texts_and_others_do_not_matter() {
    let (_folder, repo) = fresh();
    let base = repo.save(put("a.yaml", "one")).unwrap().revision;
    repo.save(put("b.yaml", "other")).unwrap();
    let two = repo.save(Change { base: Some(base), ..put("a.yaml", "two") }).unwrap().revision;
    let refused = repo.save(Change { base: Some(base), ..put("a.yaml", "three") }).unwrap_err();
    let SaveError::Conflict { conflicts, head } = refused else { panic!("{refused:?}") };
    assert_eq!(head, two);
    let conflict = &conflicts[0];
    assert_eq!(conflict.path, "a.yaml");
    let texts = [&conflict.base, &conflict.current, &conflict.proposed].map(|text| text.as_deref());
    assert_eq!(texts, [Some(&b"one"[..]), Some(&b"two"[..]), Some(&b"three"[..])]);
    assert_eq!(repo.head().unwrap(), two);
    let gone =
        Change { base: Some(base), put: [].into(), delete: vec!["a.yaml".to_owned()], ..Change::default() };
    assert!(matches!(repo.save(gone), Err(SaveError::Conflict { .. })));
    let created_twice = Change { base: Some(base), ..put("b.yaml", "mine") };
    assert!(matches!(repo.save(created_twice), Err(SaveError::Conflict { .. })));
    let mut exact = put("a.yaml", "three");
    exact.expect.insert("a.yaml".to_owned(), Expect::Blob(BlobId::of(b"two")));
    repo.save(exact).unwrap();
    assert_eq!(text(&repo, "a.yaml").unwrap(), "three");
}

#[test]
fn an_unknown_base_is_refused() {
    let (_folder, repo) = fresh();
    let base = "0123456789012345678901234567890123456789".parse().ok();
    let refused = repo.save(Change { base, ..put("a.yaml", "x") }).unwrap_err();
    assert!(refused.to_string().contains("is not in the repository"), "{refused}");
}

#[test]
fn the_validator_sees_the_result_and_can_refuse_it() {
    let (_folder, repo) = fresh();
    let known = repo.head().unwrap();
    let before = repo.save(put("a.yaml", "one")).unwrap().revision;
    let seen = Arc::new(Mutex::new(None));
    let note = Arc::clone(&seen);
    let mut change = put("d/b.yaml", "two");
    change.validate = Some(Arc::new(move |proposed| {
        let changed: Vec<_> = proposed.changed()?.into_keys().collect();
        let since: Vec<_> = proposed.changed_since(&known)?.into_keys().collect();
        let paths: Vec<_> = proposed.paths()?.into_keys().collect();
        let file = proposed.file("d/b.yaml")?.map(|bytes| bytes.to_vec());
        *note.lock().unwrap() = Some((proposed.head(), changed, since, paths, file));
        Err("no such pipeline".into())
    }));
    let refused = repo.save(change).unwrap_err();
    assert!(matches!(refused, SaveError::Refused(_)));
    assert_eq!(refused.to_string(), "no such pipeline");
    assert_eq!(repo.head().unwrap(), before);
    assert_eq!(text(&repo, "d/b.yaml"), None);
    let all = || vec!["a.yaml".to_owned(), "d/b.yaml".to_owned()];
    let expected = (before, vec!["d/b.yaml".to_owned()], all(), all(), Some(b"two".to_vec()));
    assert_eq!(seen.lock().unwrap().take(), Some(expected));
    let mut panics = put("c.yaml", "x");
    panics.validate = Some(Arc::new(|_| panic!("a bug")));
    assert!(matches!(repo.save(panics), Err(SaveError::Repo(_))));
    repo.save(put("c.yaml", "the writer goes on")).unwrap();
}

#[test]
fn paths_and_sizes_that_make_no_sense_are_refused() {
    let (_folder, repo) = fresh();
    repo.save(put("file.yaml", "x")).unwrap();
    repo.save(put("folder/in.yaml", "x")).unwrap();
    let before = repo.head().unwrap();
    let bad = ["../x", "/x", "a//b", "", ".git/config", "a b", "folder", "file.yaml/below", "a/.."];
    for path in bad {
        let refused = repo.save(put(path, "y")).unwrap_err();
        assert!(matches!(refused, SaveError::Invalid { .. }), "{path}: {refused:?}");
    }
    assert!(matches!(repo.save(put("big", &"x".repeat(1024 * 1024 + 1))), Err(SaveError::Invalid { .. })));
    let mut both = put("a/b.yaml", "x");
    both.put.insert("a".to_owned(), Vec::new());
    assert!(matches!(repo.save(both), Err(SaveError::Invalid { .. })));
    let mut twice = put("a.yaml", "x");
    twice.delete.push("a.yaml".to_owned());
    assert!(matches!(repo.save(twice), Err(SaveError::Invalid { .. })));
    assert_eq!(repo.head().unwrap(), before);
    let mut room = put("file.yaml/below", "y");
    room.delete.push("file.yaml".to_owned());
    repo.save(room).unwrap();
    assert_eq!(text(&repo, "file.yaml/below").unwrap(), "y");
    let remove = Change { delete: vec!["folder/in.yaml".to_owned()], ..Change::default() };
    repo.save(remove).unwrap();
    assert_eq!(git(repo.path(), &["ls-tree", "--name-only", "-r", "main"]), "file.yaml/below\n");
    assert_sound(&repo);
}

#[test]
fn odd_authors_and_messages_still_make_sound_commits() {
    let (_folder, repo) = fresh();
    for (n, odd) in ["", "<>", " . ", "a\nb <x@y>", "é\0", "-"].into_iter().enumerate() {
        let mut change = put(&format!("{n}.yaml"), "x");
        change.author = Some(linkmesh_config_repo::Author { name: odd.to_owned(), email: odd.to_owned() });
        change.message = odd.to_owned();
        change.trailers = vec![(odd.to_owned() + "Key", odd.to_owned())];
        repo.save(change).unwrap();
    }
    assert_sound(&repo);
}

#[test]
fn savers_at_once_share_syncs_and_each_is_in_the_history_exactly_once() {
    let (_folder, repo) = fresh();
    let start = Barrier::new(64);
    let before = repo.stats();
    let saved: Vec<_> = std::thread::scope(|scope| {
        let savers: Vec<_> = (0..64)
            .map(|n| {
                let (repo, start) = (&repo, &start);
                scope.spawn(move || {
                    start.wait();
                    repo.save(put(&format!("groups/g{}/sources/s{n}.yaml", n % 7), &n.to_string()))
                        .unwrap()
                        .revision
                })
            })
            .collect();
        savers.into_iter().map(|saver| saver.join().unwrap()).collect()
    });
    let stats = repo.stats();
    assert_eq!(stats.commits - before.commits, 64);
    let batches = stats.batches - before.batches;
    assert!(batches <= 16, "64 saves took {batches} syncs");
    let history = git(repo.path(), &["rev-list", "main"]);
    let listed: Vec<_> = history.lines().collect();
    assert_eq!(listed.len(), 65);
    let unique: BTreeSet<String> = saved.iter().map(ToString::to_string).collect();
    assert_eq!(unique.len(), 64);
    assert!(unique.iter().all(|revision| listed.contains(&revision.as_str())));
    let snapshot = repo.read(&repo.head().unwrap()).unwrap();
    for n in 0..64 {
        let file = &snapshot.files[&format!("groups/g{}/sources/s{n}.yaml", n % 7)];
        assert_eq!(*file.bytes, *n.to_string().as_bytes());
    }
    assert_sound(&repo);
}
