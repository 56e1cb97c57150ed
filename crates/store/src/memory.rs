//! The body without a disk: for tests and for trying LinkMesh out. Keeps exactly the contract of [`Store`].

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::contract::{check_key, check_relaxed, check_value};
use crate::snapshot::Moment;
use crate::{
    Entry, Expected, Order, PAGE_MAX_BYTES, Page, PutError, Relaxed, Scan, Snapshot, Store, StoreError,
    Table, Versioned,
};

/// A store that lives as long as the process.
#[derive(Debug, Default)]
pub struct Memory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    tables: BTreeMap<Table, BTreeMap<Vec<u8>, Versioned>>,
    last_version: u64,
    closed: bool,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> Result<MutexGuard<'_, State>, StoreError> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.closed { Err(StoreError::Closed) } else { Ok(state) }
    }
}

impl State {
    fn check(&self, table: Table, key: &[u8], expected: Expected) -> Result<(), PutError> {
        let current = self.tables.get(&table).and_then(|keys| keys.get(key));
        if expected.holds(current.map(|found| found.version)) {
            Ok(())
        } else {
            Err(PutError::Conflict { current: current.cloned() })
        }
    }

    fn put(&mut self, table: Table, key: Vec<u8>, bytes: Vec<u8>) -> u64 {
        self.last_version = self.last_version.saturating_add(1);
        let version = self.last_version;
        self.tables.entry(table).or_default().insert(key, Versioned { version, bytes });
        version
    }

    fn delete(&mut self, table: Table, key: &[u8]) {
        if let Some(keys) = self.tables.get_mut(&table) {
            keys.remove(key);
        }
    }
}

impl Store for Memory {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Versioned>, StoreError> {
        Ok(self.state()?.tables.get(&table).and_then(|keys| keys.get(key)).cloned())
    }

    fn put_if(&self, table: Table, key: &[u8], expected: Expected, bytes: Vec<u8>) -> Result<u64, PutError> {
        check_key(key)?;
        check_value(&bytes)?;
        let mut state = self.state()?;
        state.check(table, key, expected)?;
        Ok(state.put(table, key.to_vec(), bytes))
    }

    fn delete_if(&self, table: Table, key: &[u8], expected: Expected) -> Result<(), PutError> {
        check_key(key)?;
        let mut state = self.state()?;
        state.check(table, key, expected)?;
        state.delete(table, key);
        Ok(())
    }

    fn scan(&self, table: Table, scan: &Scan) -> Result<Page, StoreError> {
        let state = self.state()?;
        let (Some(keys), Some(bounds)) = (state.tables.get(&table), scan.bounds()) else {
            return Ok(Page::default());
        };
        let range = keys.range::<Vec<u8>, _>(bounds);
        match scan.order {
            Order::Ascending => Ok(page(range, scan.effective_limit())),
            Order::Descending => Ok(page(range.rev(), scan.effective_limit())),
        }
    }

    fn put_many_relaxed(&self, writes: Vec<Relaxed>) -> Result<(), PutError> {
        check_relaxed(&writes)?;
        let mut state = self.state()?;
        for write in writes {
            match write.bytes {
                Some(bytes) => {
                    state.put(write.table, write.key, bytes);
                }
                None => state.delete(write.table, &write.key),
            }
        }
        Ok(())
    }

    fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let state = self.state()?;
        Ok(Snapshot(Moment::Memory { tables: state.tables.clone(), last_version: state.last_version }))
    }

    fn sync(&self) -> Result<(), PutError> {
        self.state().map(drop).map_err(PutError::from)
    }

    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
    }
}

fn page<'a>(found: impl Iterator<Item = (&'a Vec<u8>, &'a Versioned)>, limit: usize) -> Page {
    let mut page = Page::default();
    let mut total_bytes = 0usize;
    for (key, value) in found {
        if page.entries.len() >= limit || total_bytes >= PAGE_MAX_BYTES {
            page.more = true;
            break;
        }
        total_bytes = total_bytes.saturating_add(value.bytes.len());
        page.entries.push(Entry { key: key.clone(), value: value.clone() });
    }
    page
}
