//! What the embedded body keeps when the disk under it fails: full, torn, gone in the middle.
//! The disk is a model that forgets or tears whatever was not synced.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use redb::{BackendError, StorageBackend};

use super::Embedded;
use super::open::Opener;
use crate::{Expected, PutError, Relaxed, Scan, Store, Table};

const T: Table = Table::Collectors;

#[derive(Debug, Clone, Default)]
pub(super) struct FaultDisk(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What a reader of this process sees.
    now: Vec<u8>,
    /// What is surely on the platter, and what may or may not have reached it.
    durable: Vec<u8>,
    unsynced: Vec<(usize, Vec<u8>)>,
    writes: u64,
    /// From this write on nothing is written any more.
    fails_at: Option<u64>,
    /// Whether the failure passes (a full disk) or the machine is gone.
    full: bool,
}

impl FaultDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn fail_after(&self, writes: u64, full: bool) {
        let mut state = self.state();
        state.fails_at = Some(state.writes + writes);
        state.full = full;
    }

    fn heal(&self) {
        self.state().fails_at = None;
    }

    /// What is left after the power went: the synced bytes and some of the rest, one piece of it torn.
    fn after_power_loss(&self, seed: u64) -> Self {
        let state = self.state();
        let mut chance = seed;
        let mut bytes = state.durable.clone();
        for (offset, data) in &state.unsynced {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let kept = match chance >> 62 {
                0 => 0,
                1 => (chance >> 33) as usize % (data.len() + 1),
                _ => data.len(),
            };
            if bytes.len() < offset + kept {
                bytes.resize(offset + kept, 0);
            }
            bytes[*offset..offset + kept].copy_from_slice(&data[..kept]);
        }
        // A length that was set and not synced may be lost as well, yet never what was synced below it.
        if bytes.len() < state.now.len() && chance & 1 == 0 {
            bytes.resize(state.now.len(), 0);
        }
        Self(Arc::new(Mutex::new(State { now: bytes.clone(), durable: bytes, ..State::default() })))
    }
}

impl State {
    fn step(&mut self) -> std::io::Result<()> {
        self.writes += 1;
        match self.fails_at {
            Some(limit) if self.writes > limit => Err(if self.full {
                std::io::Error::from(std::io::ErrorKind::StorageFull)
            } else {
                std::io::Error::other("the machine is gone")
            }),
            _ => Ok(()),
        }
    }
}

impl StorageBackend for FaultDisk {
    fn len(&self) -> std::io::Result<u64> {
        Ok(self.state().now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
        let offset = usize::try_from(offset).unwrap();
        let state = self.state();
        let end = offset + out.len();
        let found = state.now.get(offset..end).ok_or(std::io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, len: u64) -> std::io::Result<()> {
        let mut state = self.state();
        // Making a file shorter needs no space.
        if len > state.now.len() as u64 {
            state.step()?;
        }
        state.now.resize(usize::try_from(len).unwrap(), 0);
        Ok(())
    }

    fn sync_data(&self) -> std::io::Result<()> {
        let mut state = self.state();
        if !state.full {
            state.step()?;
        }
        state.durable = state.now.clone();
        state.unsynced.clear();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> std::io::Result<()> {
        let offset = usize::try_from(offset).unwrap();
        let mut state = self.state();
        // Overwriting the header needs no space either.
        if !(state.full && offset < 4096) {
            state.step()?;
        }
        let end = offset + data.len();
        if state.now.len() < end {
            state.now.resize(end, 0);
        }
        state.now[offset..end].copy_from_slice(data);
        state.unsynced.push((offset, data.to_vec()));
        Ok(())
    }

    fn try_lock_range(&self, _: std::ops::Bound<u64>, _: std::ops::Bound<u64>) -> Result<bool, BackendError> {
        Ok(true)
    }

    fn unlock_range(&self, _: std::ops::Bound<u64>, _: std::ops::Bound<u64>) -> Result<(), BackendError> {
        Ok(())
    }
}

fn open(disk: &FaultDisk) -> Embedded {
    Embedded::start(Opener::fault(disk.clone())).unwrap()
}

fn value(round: u64, key: u64) -> Vec<u8> {
    format!("{round}:{key}:").repeat(40 + usize::try_from(key).unwrap() * 7).into_bytes()
}

#[test]
fn acknowledged_writes_survive_power_loss_at_every_write_and_others_are_wholly_in_or_out() {
    let mut lost_midway = 0;
    for seed in 0..120u64 {
        let disk = FaultDisk::default();
        let store = open(&disk);
        for key in 0..10u64 {
            store.put_if(T, &key.to_be_bytes(), Expected::Any, value(0, key)).unwrap();
        }
        disk.fail_after(seed, false);
        let mut acknowledged = [0u64; 10];
        'rounds: for round in 1..20u64 {
            for key in 0..10u64 {
                match store.put_if(T, &key.to_be_bytes(), Expected::Any, value(round, key)) {
                    Ok(_) => acknowledged[usize::try_from(key).unwrap()] = round,
                    Err(_) => break 'rounds,
                }
            }
        }
        lost_midway += u64::from(acknowledged.iter().any(|round| *round < 19));
        let after = open(&disk.after_power_loss(seed));
        for key in 0..10u64 {
            let found = after.get(T, &key.to_be_bytes()).unwrap().unwrap().bytes;
            let round = acknowledged[usize::try_from(key).unwrap()];
            assert!(
                found == value(round, key) || found == value(round + 1, key),
                "seed {seed}: key {key} was acknowledged at round {round}"
            );
        }
        after.put_if(T, b"new", Expected::Absent, b"works".to_vec()).unwrap();
    }
    assert!(lost_midway > 100, "the fault must strike while writes go on, it did so {lost_midway} times");
}

#[test]
fn a_full_disk_refuses_writes_serves_reads_and_recovers() {
    for allowed in 0..40 {
        let disk = FaultDisk::default();
        let store = open(&disk);
        store.put_if(T, b"k", Expected::Any, b"kept".to_vec()).unwrap();
        disk.fail_after(allowed, true);
        let mut written = 0u64;
        let refused = loop {
            match store.put_if(T, &written.to_be_bytes(), Expected::Any, vec![7; 8000]) {
                Ok(_) => written += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(refused, PutError::Full, "after {allowed} writes");
        assert_eq!(store.get(T, b"k").unwrap().unwrap().bytes, b"kept");
        assert!(store.scan(T, &Scan::default()).unwrap().entries.len() as u64 > written);
        assert_eq!(store.put_if(T, b"more", Expected::Any, vec![1; 8000]), Err(PutError::Full));
        disk.heal();
        store.put_if(T, b"more", Expected::Any, vec![1; 8000]).unwrap();
        for n in 0..written {
            assert_eq!(store.get(T, &n.to_be_bytes()).unwrap().unwrap().bytes, [7; 8000]);
        }
        assert!(store.stats().recoveries >= 1);
    }
}

#[test]
fn after_an_unexplained_failure_nothing_is_acknowledged_before_a_restart() {
    let disk = FaultDisk::default();
    let store = open(&disk);
    store.put_if(T, b"k", Expected::Any, b"kept".to_vec()).unwrap();
    disk.fail_after(0, false);
    assert!(matches!(store.put_if(T, b"k", Expected::Any, b"lost".to_vec()), Err(PutError::Failed(_))));
    disk.heal();
    assert!(matches!(store.put_if(T, b"k", Expected::Any, b"lost".to_vec()), Err(PutError::Failed(_))));
    assert!(store.get(T, b"k").unwrap_err().to_string().contains("restart the server"));
    assert_eq!(open(&disk.after_power_loss(1)).get(T, b"k").unwrap().unwrap().bytes, b"kept");
}

#[test]
fn relaxed_writes_are_durable_after_the_next_durable_write() {
    let disk = FaultDisk::default();
    let store = open(&disk);
    let relaxed =
        |n: u64| vec![Relaxed { table: T, key: n.to_be_bytes().to_vec(), bytes: Some(value(n, 1)) }];
    store.put_many_relaxed(relaxed(1)).unwrap();
    store.put_if(Table::Users, b"u", Expected::Absent, b"x".to_vec()).unwrap();
    store.put_many_relaxed(relaxed(2)).unwrap();
    let lost = store.get(T, &2u64.to_be_bytes()).unwrap().unwrap().version;
    let after = open(&disk.after_power_loss(0));
    assert_eq!(after.get(T, &1u64.to_be_bytes()).unwrap().unwrap().bytes, value(1, 1));
    let again = after.put_if(T, &2u64.to_be_bytes(), Expected::Any, b"other".to_vec()).unwrap();
    assert!(again > lost, "a version lost in a crash is not given out again");
    let stats = store.stats();
    store.sync().unwrap();
    assert_eq!(store.stats().synced_transactions, stats.synced_transactions + 1);
    assert_eq!(
        open(&disk.after_power_loss(0)).get(T, &2u64.to_be_bytes()).unwrap().unwrap().bytes,
        value(2, 1)
    );
}

#[test]
fn writers_that_wait_at_once_share_a_sync() {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let store = Arc::new(open(&FaultDisk::default()));
    let start = Arc::new(std::sync::Barrier::new(64));
    let before = store.stats();
    std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..10 {
                    let key = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
                    store.put_if(T, &key, Expected::Absent, b"x".to_vec()).unwrap();
                }
            });
        }
    });
    let after = store.stats();
    assert_eq!(after.writes - before.writes, 640);
    let syncs = after.synced_transactions - before.synced_transactions;
    assert!(syncs < 320, "640 writes of 64 writers took {syncs} syncs");
}
