//! Laws of the folder: whole or not at all, whatever arrives and wherever it breaks.

use super::*;

const AMD64: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0 a program";

fn slot(name: &str) -> Slot {
    Slot::new("opampsupervisor", "0.158.0", "amd64", name).unwrap()
}

fn put(mirror: &Mirror, slot: &Slot, bytes: &[u8]) -> Result<Entry, MirrorError> {
    let mut incoming = mirror.begin().unwrap();
    incoming.write(bytes).unwrap();
    mirror.keep(slot, incoming, None, Timestamp(0))
}

fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for part in ["incoming", "blobs"] {
        for entry in fs::read_dir(folder.join(part)).into_iter().flatten().flatten() {
            found.push(format!("{part}/{}", entry.file_name().display()));
        }
    }
    found.sort();
    found
}

#[test]
fn what_was_kept_is_there_after_a_restart_and_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path().to_owned(), true);
    let entry = put(&mirror, &slot("a"), AMD64).unwrap();
    assert_eq!(files(folder.path()), [format!("blobs/{}", entry.sha256)]);
    let again = Mirror::open(folder.path().to_owned(), true);
    assert_eq!(again.list().unwrap(), std::slice::from_ref(&entry));
    again.verify(&entry).unwrap();
    let mut text = Vec::new();
    again.read(&entry).unwrap().read_to_end(&mut text).unwrap();
    assert_eq!(text, AMD64);
}

#[test]
fn an_upload_that_is_not_kept_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path().to_owned(), true);
    let mut half = mirror.begin().unwrap();
    half.write(AMD64).unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    drop(half);
    assert!(matches!(
        mirror.keep(&slot("a"), mirror.begin().unwrap(), None, Timestamp(0)),
        Err(MirrorError::Empty)
    ));
    let mut wrong = mirror.begin().unwrap();
    wrong.write(AMD64).unwrap();
    let wrong = mirror.keep(&slot("a"), wrong, Some(&"0".repeat(64)), Timestamp(0));
    assert!(matches!(wrong, Err(MirrorError::Mismatch { .. })));
    assert_eq!(files(folder.path()), Vec::<String>::new());
    assert!(mirror.list().unwrap().is_empty());
}

#[test]
fn uploads_that_a_crash_left_behind_are_gone_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path().to_owned(), true);
    let mut half = mirror.begin().unwrap();
    half.write(AMD64).unwrap();
    std::mem::forget(half);
    drop(Mirror::open(folder.path().to_owned(), true));
    assert_eq!(files(folder.path()), Vec::<String>::new());
}

#[test]
fn a_file_grows_no_further_than_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    let mut incoming = Incoming::create(folder.path().join("x"), 10).unwrap();
    incoming.write(b"0123456789").unwrap();
    assert!(matches!(incoming.write(b"x"), Err(MirrorError::TooLarge)));
    drop(incoming);
    assert!(!folder.path().join("x").exists());
}

#[test]
fn replacing_and_removing_keep_a_content_that_somebody_else_needs() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path().to_owned(), true);
    let first = put(&mirror, &slot("a"), AMD64).unwrap();
    put(&mirror, &slot("b"), AMD64).unwrap();
    assert_eq!(files(folder.path()).len(), 1, "equal content is kept once");
    let other = [AMD64, b"2"].concat();
    let second = put(&mirror, &slot("a"), &other).unwrap();
    assert_eq!(files(folder.path()).len(), 2);
    mirror.remove(&slot("b")).unwrap();
    assert_eq!(files(folder.path()), [format!("blobs/{}", second.sha256)]);
    assert!(matches!(mirror.remove(&slot("b")), Err(MirrorError::Unknown(_))));
    assert_ne!(first.sha256, second.sha256);
}

#[test]
fn what_changed_on_disk_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path().to_owned(), true);
    let entry = put(&mirror, &slot("a"), AMD64).unwrap();
    let blob = folder.path().join("blobs").join(&entry.sha256);
    let mut bytes = AMD64.to_vec();
    bytes.reverse();
    fs::write(&blob, &bytes).unwrap();
    assert!(mirror.verify(&entry).unwrap_err().to_string().contains("its checksum is"));
    fs::write(&blob, b"short").unwrap();
    assert!(mirror.read(&entry).unwrap_err().to_string().contains("5 bytes instead of"));
    fs::remove_file(&blob).unwrap();
    assert!(matches!(mirror.verify(&entry), Err(MirrorError::Damaged(..))));
}

#[test]
fn a_list_that_cannot_be_read_fails_the_mirror_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    for text in [
        "{",
        "[{\"kind\": \"../x\", \"version\": \"1\", \"arch\": \"amd64\", \"name\": \"a\", \"sha256\": \"\", \"size_bytes\": 1, \"added_at\": 0}]",
    ] {
        fs::write(folder.path().join(LIST), text).unwrap();
        let mirror = Mirror::open(folder.path().to_owned(), true);
        let error = mirror.list().unwrap_err().to_string();
        assert!(error.contains("manifest.json") && error.contains("restore it"), "{error}");
    }
}

#[test]
fn hostile_names_are_no_slots() {
    for name in [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        ".hidden",
        "-rf",
        "a b",
        "a\n",
        "a'b",
        "$(x)",
        "a\u{202e}",
        &"x".repeat(129),
    ] {
        assert!(Slot::new("alloy", "1.0.0", "amd64", name).is_err(), "{name:?}");
    }
    for (kind, version, arch) in [
        ("..", "1", "amd64"),
        ("A", "1", "amd64"),
        ("a", "..", "amd64"),
        ("a", "1'", "amd64"),
        ("a", "1", "mips"),
    ] {
        assert!(Slot::new(kind, version, arch, "x").is_err(), "{kind} {version} {arch}");
    }
}

#[test]
fn a_program_is_a_program_for_the_machine_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(folder.path().to_owned(), true);
    let refused = |slot: &Slot, bytes: &[u8]| put(&mirror, slot, bytes).unwrap_err().to_string();
    assert!(refused(&slot("s"), b"<html>404</html>").contains("neither a program"));
    assert!(refused(&slot("s.tar.gz"), b"<html>404</html>").contains("no gzip file"));
    let arm = Slot::new("opampsupervisor", "1", "arm64", "s").unwrap();
    assert!(refused(&arm, AMD64).contains("a program for amd64, not for arm64"));
    let package = Slot::new("alloy", "1", "amd64", "alloy.deb").unwrap();
    put(&mirror, &package, b"!<arch>").unwrap();
}

#[test]
fn a_full_disk_is_called_one() {
    for kind in [std::io::ErrorKind::StorageFull, std::io::ErrorKind::QuotaExceeded] {
        let error = MirrorError::disk("storing the file", kind.into());
        assert!(error.to_string().starts_with("the server's disk is full; nothing was stored"), "{error}");
    }
}
