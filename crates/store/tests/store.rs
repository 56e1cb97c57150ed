//! The record from outside: the file outlives kills, copies and damage.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use linkmesh_store::{Embedded, Expected, OpenError, Scan, Store, Table};

const T: Table = Table::Tokens;
const CHILD_FILE: &str = "LINKMESH_STORE_TEST_FILE";
const KILLS: usize = 10;

#[test]
fn the_file_is_private_and_keeps_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let store = Embedded::open(&path).unwrap();
    let version = store.put_if(T, b"k", Expected::Absent, b"v".to_vec()).unwrap();
    store.close();
    drop(store);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let store = Embedded::open(&path).unwrap();
    assert_eq!(store.get(T, b"k").unwrap().unwrap().version, version);
    assert!(store.put_if(T, b"k", Expected::Version(version), b"w".to_vec()).unwrap() > version);
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name == "store.redb" || name == "store.owner"), "{left:?}");
}

#[test]
fn a_second_process_is_told_who_has_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let _first = Embedded::open(&path).unwrap();
    let refused = Embedded::open(&path).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    let text = refused.to_string();
    assert!(text.contains("is in use by another linkmesh-server (process "), "{text}");
    assert!(text.contains(&folder.path().display().to_string()), "{text}");
}

#[test]
fn a_damaged_file_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    for content in [Vec::new(), b"short".to_vec(), vec![0; 8192], b"not a store ".repeat(1000)] {
        std::fs::write(&path, &content).unwrap();
        let refused = Embedded::open(&path).unwrap_err();
        assert!(matches!(refused, OpenError::Damaged { .. }), "{} bytes: {refused:?}", content.len());
        assert!(refused.to_string().contains(&format!("cp BACKUP {}", path.display())), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
}

#[test]
fn a_flipped_byte_is_never_taken_for_a_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let store = Embedded::open(&path).unwrap();
    let value = |n: u32| n.to_string().repeat(50).into_bytes();
    for n in 0..40u32 {
        store.put_if(T, &n.to_be_bytes(), Expected::Absent, value(n)).unwrap();
    }
    drop(store);
    let good = std::fs::read(&path).unwrap();
    let first_zero_page = good.chunks(4096).position(|page| page.iter().all(|byte| *byte == 0));
    let used = first_zero_page.unwrap_or(good.len() / 4096) * 4096;
    let mut noticed = 0;
    for step in 0..150usize {
        let mut bad = good.clone();
        bad[(step * 7919) % used] ^= 0x55;
        std::fs::write(&path, &bad).unwrap();
        let Ok(store) = Embedded::open(&path) else {
            noticed += 1;
            continue;
        };
        for n in 0..40u32 {
            match store.get(T, &n.to_be_bytes()) {
                Ok(Some(found)) => assert_eq!(found.bytes, value(n), "step {step}"),
                Ok(None) | Err(_) => noticed += 1,
            }
        }
    }
    assert!(noticed > 10, "some of the damage must have been seen: {noticed}");
}

#[test]
fn acknowledged_writes_survive_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let mut acknowledged: Vec<u64> = Vec::new();
    for kill in 0..KILLS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_writes_until_it_is_killed", "--nocapture", "--ignored"])
            .env(CHILD_FILE, &path)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut heard = 0;
        for line in &mut lines {
            if let Some(number) = line.unwrap().strip_prefix("acknowledged ") {
                acknowledged.push(number.parse().unwrap());
                heard += 1;
            }
            if heard > 20 + kill * 3 {
                child.kill().unwrap();
                break;
            }
        }
        acknowledged
            .extend(lines.filter_map(|line| line.ok()?.strip_prefix("acknowledged ")?.parse::<u64>().ok()));
        child.wait().unwrap();
        let store = Embedded::open(&path).unwrap();
        for number in &acknowledged {
            assert!(store.get(T, &number.to_be_bytes()).unwrap().is_some(), "{number} was acknowledged");
        }
    }
    assert!(acknowledged.len() > KILLS * 20);
    let store = Embedded::open(&path).unwrap();
    assert!(store.scan(T, &Scan::default()).unwrap().entries.len() >= acknowledged.len());
}

#[test]
#[ignore = "runs as the child of the kill test"]
fn child_writes_until_it_is_killed() {
    let Some(path) = std::env::var_os(CHILD_FILE) else { return };
    let store = Embedded::open(path).unwrap();
    let last = store.scan(T, &Scan::default().descending().limit(1)).unwrap();
    let start = last
        .entries
        .first()
        .map_or(0, |entry| u64::from_be_bytes(entry.key.as_slice().try_into().unwrap()) + 1);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..5_000 {
                    let number = start + n * 4 + thread;
                    store.put_if(T, &number.to_be_bytes(), Expected::Absent, vec![7; 500]).unwrap();
                    println!("acknowledged {number}");
                }
            });
        }
    });
}
