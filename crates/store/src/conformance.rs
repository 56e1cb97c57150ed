//! The one suite that every body of [`Store`] must pass. Panics where a law is broken.
//! Start at [`check`]; `make` answers an empty store at each call.

#![expect(clippy::unwrap_used, reason = "a suite fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{Expected, Log, Order, PutError, Relaxed, Scan, Store, Table};

const T: Table = Table::Tokens;

/// Runs every law against fresh stores.
pub fn check(make: &dyn Fn() -> Arc<dyn Store>) {
    a_value_comes_back_with_its_version(&*make());
    a_condition_that_does_not_hold_changes_nothing(&*make());
    a_version_is_never_used_twice(&*make());
    tables_are_separate(&*make());
    pages_cover_a_prefix_once_and_in_order(&*make());
    limits_are_refused(&*make());
    relaxed_writes_are_visible_at_once(&*make());
    exactly_one_claim_wins(&make());
    concurrent_increments_are_all_counted(&make());
    a_log_numbers_without_repeats(&make());
    a_closed_store_says_so(&*make());
}

fn a_value_comes_back_with_its_version(store: &dyn Store) {
    assert_eq!(store.get(T, b"k").unwrap(), None);
    let version = store.put_if(T, b"k", Expected::Absent, b"one".to_vec()).unwrap();
    let found = store.get(T, b"k").unwrap().unwrap();
    assert_eq!((found.version, found.bytes.as_slice()), (version, b"one".as_slice()));
    store.put_if(T, b"empty", Expected::Any, Vec::new()).unwrap();
    assert_eq!(store.get(T, b"empty").unwrap().unwrap().bytes, b"");
}

fn a_condition_that_does_not_hold_changes_nothing(store: &dyn Store) {
    let first = store.put_if(T, b"k", Expected::Any, b"one".to_vec()).unwrap();
    let current = store.get(T, b"k").unwrap();
    for wrong in [Expected::Absent, Expected::Version(first.wrapping_add(1)), Expected::Version(0)] {
        let conflict = PutError::Conflict { current: current.clone() };
        assert_eq!(store.put_if(T, b"k", wrong, b"two".to_vec()), Err(conflict.clone()));
        assert_eq!(store.delete_if(T, b"k", wrong), Err(conflict));
    }
    assert_eq!(store.get(T, b"k").unwrap(), current);
    let absent = Err(PutError::Conflict { current: None });
    assert_eq!(store.put_if(T, b"gone", Expected::Version(first), b"x".to_vec()).map(|_| ()), absent);
    assert_eq!(store.delete_if(T, b"gone", Expected::Version(first)), absent);
    assert_eq!(store.delete_if(T, b"gone", Expected::Any), Ok(()));
    assert_eq!(store.delete_if(T, b"gone", Expected::Absent), Ok(()));
    assert_eq!(store.delete_if(T, b"k", Expected::Version(first)), Ok(()));
    assert_eq!(store.get(T, b"k").unwrap(), None);
}

fn a_version_is_never_used_twice(store: &dyn Store) {
    let first = store.put_if(T, b"k", Expected::Absent, b"a".to_vec()).unwrap();
    store.delete_if(T, b"k", Expected::Any).unwrap();
    let second = store.put_if(T, b"k", Expected::Absent, b"a".to_vec()).unwrap();
    assert!(second > first, "a holder of the old version must not match the new record");
}

fn tables_are_separate(store: &dyn Store) {
    for table in Table::ALL {
        store.put_if(table, b"k", Expected::Absent, table.name().into()).unwrap();
    }
    for table in Table::ALL {
        assert_eq!(store.get(table, b"k").unwrap().unwrap().bytes, table.name().as_bytes());
        assert_eq!(store.scan(table, &Scan::default()).unwrap().entries.len(), 1);
    }
}

fn pages_cover_a_prefix_once_and_in_order(store: &dyn Store) {
    let keys: Vec<Vec<u8>> = (0..57u8).map(|n| vec![b'p', 0xff, n]).collect();
    let others: [&[u8]; 4] = [b"o", b"p", &[b'p', 0xfe, 9], b"q"];
    for key in keys.iter().map(Vec::as_slice).chain(others) {
        store.put_if(T, key, Expected::Any, key.to_vec()).unwrap();
    }
    for order in [Order::Ascending, Order::Descending] {
        let mut seen = Vec::new();
        let mut scan = Scan { order, ..Scan::prefix([b'p', 0xff]).limit(10) };
        loop {
            let page = store.scan(T, &scan).unwrap();
            assert!(page.entries.len() <= 10);
            seen.extend(page.entries.into_iter().map(|entry| entry.key));
            scan.after = seen.last().cloned();
            if !page.more {
                break;
            }
        }
        if order == Order::Descending {
            seen.reverse();
        }
        assert_eq!(seen, keys);
    }
    assert_eq!(store.scan(T, &Scan::default()).unwrap().entries.len(), 61);
    assert_eq!(store.scan(T, &Scan::prefix(*b"p").after(*b"z")).unwrap().entries, []);
    assert_eq!(store.scan(T, &Scan::prefix(*b"p").after(*b"a").limit(1)).unwrap().entries[0].key, b"p");
    assert_eq!(store.scan(T, &Scan::prefix(*b"p").after(*b"a").descending()).unwrap().entries, []);
}

fn limits_are_refused(store: &dyn Store) {
    let invalid =
        |outcome: Result<u64, PutError>| assert!(matches!(outcome, Err(PutError::Invalid(_))), "{outcome:?}");
    invalid(store.put_if(T, b"", Expected::Any, Vec::new()));
    invalid(store.put_if(T, &[1; crate::KEY_MAX_BYTES + 1], Expected::Any, Vec::new()));
    invalid(store.put_if(T, b"k", Expected::Any, vec![0; crate::VALUE_MAX_BYTES + 1]));
    let write = Relaxed { table: T, key: Vec::new(), bytes: None };
    invalid(store.put_many_relaxed(vec![write]).map(|()| 0));
    store.put_if(T, &[1; crate::KEY_MAX_BYTES], Expected::Any, vec![7; crate::VALUE_MAX_BYTES]).unwrap();
    assert_eq!(store.scan(T, &Scan::default()).unwrap().entries.len(), 1);
}

fn relaxed_writes_are_visible_at_once(store: &dyn Store) {
    let write = |key: &[u8], bytes: Option<&[u8]>| Relaxed {
        table: T,
        key: key.into(),
        bytes: bytes.map(Into::into),
    };
    let before = store.put_if(T, b"a", Expected::Any, b"old".to_vec()).unwrap();
    store.put_if(T, b"b", Expected::Any, b"old".to_vec()).unwrap();
    store
        .put_many_relaxed(vec![write(b"a", Some(b"new")), write(b"b", None), write(b"c", Some(b"c"))])
        .unwrap();
    let found = store.get(T, b"a").unwrap().unwrap();
    assert_eq!(found.bytes, b"new");
    assert!(found.version > before);
    assert_eq!(store.get(T, b"b").unwrap(), None);
    assert_eq!(store.get(T, b"c").unwrap().unwrap().bytes, b"c");
    store.sync().unwrap();
    store.sync().unwrap();
}

fn exactly_one_claim_wins(store: &Arc<dyn Store>) {
    let open = store.put_if(T, b"token", Expected::Absent, b"open".to_vec()).unwrap();
    let winners = AtomicUsize::new(0);
    let start = std::sync::Barrier::new(1000);
    std::thread::scope(|scope| {
        for claimant in 0..1000u32 {
            let (store, winners, start) = (Arc::clone(store), &winners, &start);
            let claim = move || {
                start.wait();
                match store.put_if(T, b"token", Expected::Version(open), claimant.to_be_bytes().to_vec()) {
                    Ok(_) => _ = winners.fetch_add(1, Ordering::Relaxed),
                    Err(PutError::Conflict { current }) => assert_ne!(current.unwrap().bytes, b"open"),
                    Err(other) => panic!("{other}"),
                }
            };
            std::thread::Builder::new().stack_size(128 * 1024).spawn_scoped(scope, claim).unwrap();
        }
    });
    assert_eq!(winners.into_inner(), 1);
}

fn concurrent_increments_are_all_counted(store: &Arc<dyn Store>) {
    use crate::{Decision, Typed};
    let counter: Typed<u64> = Typed::new(Arc::clone(store), Table::Settings, 1);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let counter = counter.clone();
            scope.spawn(move || {
                for _ in 0..20 {
                    counter.update(b"n", |n| (Decision::Put(n.unwrap_or(0).saturating_add(1)), ())).unwrap();
                }
            });
        }
    });
    assert_eq!(counter.get(b"n").unwrap().unwrap().record, 160);
}

fn a_log_numbers_without_repeats(store: &Arc<dyn Store>) {
    let log = Log::open(Arc::clone(store), Table::Events, "e/").unwrap();
    let stale = Log::open(Arc::clone(store), Table::Events, "e/").unwrap();
    let mut numbers = vec![log.append(b"1".to_vec()).unwrap(), stale.append(b"2".to_vec()).unwrap()];
    std::thread::scope(|scope| {
        let appends: Vec<_> = (0..20)
            .map(|n| {
                let log = log.clone();
                scope.spawn(move || log.append(vec![n]).unwrap())
            })
            .collect();
        numbers.extend(appends.into_iter().map(|append| append.join().unwrap()));
    });
    numbers.sort_unstable();
    let read = log.read(None, 100, Order::Ascending).unwrap();
    assert_eq!(read.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), numbers);
    assert_eq!(read.len(), 22);
    let newest = Log::open(Arc::clone(store), Table::Events, "e/").unwrap().last_sequence();
    assert_eq!(Some(&newest), numbers.last());
    assert!(matches!(log.append_at(newest, Vec::new()), Err(PutError::Conflict { .. })));
    assert_eq!(log.read(Some(newest), 1, Order::Descending).unwrap()[0].sequence, numbers[20]);
    assert_eq!(log.trim_before(numbers[20], 100).unwrap(), 20);
    assert_eq!(log.read(None, 100, Order::Ascending).unwrap().len(), 2);
}

fn a_closed_store_says_so(store: &dyn Store) {
    store.put_if(T, b"k", Expected::Any, b"v".to_vec()).unwrap();
    store.close();
    store.close();
    assert_eq!(store.get(T, b"k"), Err(crate::StoreError::Closed));
    assert_eq!(store.scan(T, &Scan::default()), Err(crate::StoreError::Closed));
    assert_eq!(store.put_if(T, b"k", Expected::Any, Vec::new()), Err(PutError::Closed));
    assert_eq!(store.put_many_relaxed(Vec::new()), Err(PutError::Closed));
    assert_eq!(store.sync(), Err(PutError::Closed));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Embedded, Memory};

    #[test]
    fn the_memory_body_conforms() {
        check(&|| Arc::new(Memory::new()));
    }

    #[test]
    fn the_embedded_body_conforms() {
        let folder = tempfile::tempdir().unwrap();
        let count = std::cell::Cell::new(0);
        check(&|| {
            count.set(count.get() + 1);
            Arc::new(Embedded::open(folder.path().join(format!("{}.redb", count.get()))).unwrap())
        });
    }
}
