//! Looking back and bringing back.

use linkmesh_config_repo::{Change, ChangeKind, LogQuery, RepoError, RestoreWhat};

use super::{ada, fresh, git, put, text};

#[test]
fn the_log_is_paged_and_can_follow_one_path() {
    let (_folder, repo) = fresh();
    for n in 0..12 {
        let mut change = put(if n % 3 == 0 { "d/a.yaml" } else { "b.yaml" }, &n.to_string());
        change.at_s += n;
        change.trailers = vec![("Number".to_owned(), n.to_string())];
        repo.save(change).unwrap();
    }
    let mut seen = Vec::new();
    let mut query = LogQuery { limit: 5, ..LogQuery::default() };
    loop {
        let page = repo.log(&query).unwrap();
        seen.extend(page.entries);
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    let listed = git(repo.path(), &["rev-list", "main"]);
    assert_eq!(
        seen.iter().map(|entry| entry.revision.to_string()).collect::<Vec<_>>(),
        listed.lines().collect::<Vec<_>>()
    );
    let newest = &seen[0];
    assert_eq!(newest.author, ada());
    assert_eq!(newest.message, "Write b.yaml");
    assert_eq!(newest.trailers, [("Number".to_owned(), "11".to_owned())]);
    assert_eq!((newest.changed.as_slice(), newest.changed_total), (&["b.yaml".to_owned()][..], 1));
    assert_eq!(newest.parent, Some(seen[1].revision));
    assert_eq!(newest.at_s, super::NOW_S + 11);
    for path in ["d/a.yaml", "d", "d/"] {
        let query = LogQuery { path: Some(path.to_owned()), limit: 3, after: None };
        let first = repo.log(&query).unwrap();
        assert_eq!(first.entries.len(), 3);
        let rest = repo.log(&LogQuery { after: first.next, ..query }).unwrap();
        assert_eq!((rest.entries.len(), rest.next), (1, None));
    }
    assert_eq!(
        repo.log(&LogQuery { path: Some("none".to_owned()), ..LogQuery::default() }).unwrap().entries,
        []
    );
    let unknown = "0123456789012345678901234567890123456789".parse().ok();
    let refused = repo.log(&LogQuery { after: unknown, ..LogQuery::default() });
    assert!(matches!(refused, Err(RepoError::UnknownRevision(_))));
}

#[test]
fn a_restore_brings_everything_back_but_never_enrolls() {
    let (_folder, repo) = fresh();
    repo.save(put("fleet/sources/a.yaml", "old a")).unwrap();
    repo.save(put("fleet/sources/gone.yaml", "was here")).unwrap();
    let then = repo.save(put("registry/ab/host-1.yaml", "name: host-1")).unwrap().revision;
    repo.save(put("fleet/sources/a.yaml", "new a")).unwrap();
    repo.save(put("fleet/sources/later.yaml", "later")).unwrap();
    repo.save(put("registry/cd/host-2.yaml", "name: host-2")).unwrap();
    let delete = ["fleet/sources/gone.yaml", "registry/ab/host-1.yaml"].map(str::to_owned).to_vec();
    let now = repo.save(Change { delete, ..Change::default() }).unwrap().revision;

    let diff = repo.diff(&then, &now).unwrap();
    let shown: Vec<_> = diff.iter().map(|file| (file.path.as_str(), file.kind)).collect();
    let expected = [
        ("fleet/sources/a.yaml", ChangeKind::Changed),
        ("fleet/sources/gone.yaml", ChangeKind::Removed),
        ("fleet/sources/later.yaml", ChangeKind::Added),
        ("registry/ab/host-1.yaml", ChangeKind::Removed),
        ("registry/cd/host-2.yaml", ChangeKind::Added),
    ];
    assert_eq!(shown, expected);
    assert_eq!((diff[0].old.as_deref(), diff[0].new.as_deref()), (Some(&b"old a"[..]), Some(&b"new a"[..])));

    let what = RestoreWhat { paths: vec!["fleet/sources/a.yaml".to_owned()], except: Vec::new() };
    let one = repo.restore(&then, &what).unwrap();
    assert_eq!((one.put.len(), one.delete.len()), (1, 0));

    let what = RestoreWhat { paths: Vec::new(), except: vec!["registry/".to_owned()] };
    let change = repo.restore(&then, &what).unwrap();
    let stale = change.clone();
    repo.save(Change { author: Some(ada()), at_s: 5, ..change }).unwrap();
    assert_eq!(text(&repo, "fleet/sources/a.yaml").unwrap(), "old a");
    assert_eq!(text(&repo, "fleet/sources/gone.yaml").unwrap(), "was here");
    assert_eq!(text(&repo, "fleet/sources/later.yaml"), None);
    assert_eq!(text(&repo, "registry/ab/host-1.yaml"), None);
    assert_eq!(text(&repo, "registry/cd/host-2.yaml").unwrap(), "name: host-2");
    assert_eq!(repo.restore(&then, &what).unwrap().put.len(), 0);

    repo.save(put("fleet/sources/a.yaml", "meanwhile")).unwrap();
    assert!(repo.save(stale).is_err(), "a restore does not run over what was saved meanwhile");
}

#[test]
fn blame_agrees_with_git() {
    let (_folder, repo) = fresh();
    let versions =
        ["a\nb\nc\n", "a\nB\nc\n", "new\na\nB\nc\nend\n", "new\na\nc\nend\n", "new\na\nx\nc\nend\n"];
    for (n, version) in versions.iter().enumerate() {
        repo.save(put("d/f.yaml", version)).unwrap();
        repo.save(put("other.yaml", &n.to_string())).unwrap();
    }
    let head = repo.head().unwrap();
    let ours: Vec<String> = repo
        .blame(&head, "d/f.yaml")
        .unwrap()
        .iter()
        .map(|line| format!("{} {}", line.revision, line.text))
        .collect();
    let porcelain = git(repo.path(), &["blame", "--line-porcelain", "main", "--", "d/f.yaml"]);
    let mut theirs = Vec::new();
    let mut revision = "";
    for line in porcelain.lines() {
        if let Some(text) = line.strip_prefix('\t') {
            theirs.push(format!("{revision} {text}"));
        } else if line.split(' ').next().is_some_and(|word| word.len() == 40) {
            revision = &line[..40];
        }
    }
    assert_eq!(ours, theirs);
    assert_eq!(ours.len(), 5);
    assert!(matches!(repo.blame(&head, "none.yaml"), Err(RepoError::UnknownPath { .. })));
    assert!(matches!(repo.blame(&head, "d"), Err(RepoError::UnknownPath { .. })));
}
