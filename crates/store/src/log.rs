//! An ordered log built from single keys: a prefix and a big-endian sequence number.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Expected, Order, Page, PutError, Relaxed, Scan, Store, StoreError, Table};

/// Sequence numbers that [`Log::append`] tries before it gives up.
const APPEND_ATTEMPTS: usize = 64;

/// Entries of one table under one prefix, numbered from 1 in the order of their append.
#[derive(Debug, Clone)]
pub struct Log {
    store: Arc<dyn Store>,
    table: Table,
    prefix: Vec<u8>,
    last: Arc<AtomicU64>,
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its number.
    pub sequence: u64,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Log {
    /// Opens the log and finds its end. `prefix` should end in a separator if the table holds other prefixes.
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn open(store: Arc<dyn Store>, table: Table, prefix: impl Into<Vec<u8>>) -> Result<Self, StoreError> {
        let prefix = prefix.into();
        let newest = store.scan(table, &Scan::prefix(prefix.clone()).limit(1).descending())?;
        let last = entries(&prefix, newest).first().map_or(0, |entry| entry.sequence);
        Ok(Self { store, table, prefix, last: Arc::new(AtomicU64::new(last)) })
    }

    /// The number of the newest entry appended or seen; 0 where the log is empty.
    #[must_use]
    pub fn last_sequence(&self) -> u64 {
        self.last.load(Ordering::Acquire)
    }

    /// Appends durably and answers the number. Entries appended at once share a sync; a number whose write failed
    /// stays unused. A log that must have no gap uses [`Log::append_at`].
    ///
    /// # Errors
    /// As [`Store::put_if`].
    pub fn append(&self, bytes: Vec<u8>) -> Result<u64, PutError> {
        let mut outcome = Err(PutError::Conflict { current: None });
        for _ in 0..APPEND_ATTEMPTS {
            let sequence = self.last.fetch_add(1, Ordering::AcqRel).saturating_add(1);
            outcome = self.append_at(sequence, bytes.clone()).map(|()| sequence);
            if !matches!(outcome, Err(PutError::Conflict { .. })) {
                break;
            }
        }
        outcome
    }

    /// Appends durably under exactly this number.
    ///
    /// # Errors
    /// [`PutError::Conflict`] where the number is taken; otherwise as [`Store::put_if`].
    pub fn append_at(&self, sequence: u64, bytes: Vec<u8>) -> Result<(), PutError> {
        self.store.put_if(self.table, &self.key(sequence), Expected::Absent, bytes)?;
        self.last.fetch_max(sequence, Ordering::AcqRel);
        Ok(())
    }

    /// Reads at most `limit` entries beyond `after` (`None`: from the end the order starts at).
    ///
    /// # Errors
    /// [`StoreError`] where the store cannot be read.
    pub fn read(&self, after: Option<u64>, limit: usize, order: Order) -> Result<Vec<LogEntry>, StoreError> {
        let after = after.map(|sequence| self.key(sequence));
        let scan = Scan { prefix: self.prefix.clone(), after, limit, order };
        Ok(entries(&self.prefix, self.store.scan(self.table, &scan)?))
    }

    /// Removes at most `limit` entries numbered below `sequence`, without a sync of its own; answers how many.
    ///
    /// # Errors
    /// As [`Store::put_many_relaxed`].
    pub fn trim_before(&self, sequence: u64, limit: usize) -> Result<usize, PutError> {
        let limit = limit.clamp(1, crate::RELAXED_MAX_WRITES);
        let old = self.read(None, limit, Order::Ascending)?;
        let writes: Vec<Relaxed> = old
            .iter()
            .filter(|entry| entry.sequence < sequence)
            .map(|entry| Relaxed { table: self.table, key: self.key(entry.sequence), bytes: None })
            .collect();
        let removed = writes.len();
        self.store.put_many_relaxed(writes)?;
        Ok(removed)
    }

    fn key(&self, sequence: u64) -> Vec<u8> {
        let mut key = self.prefix.clone();
        key.extend_from_slice(&sequence.to_be_bytes());
        key
    }
}

/// Keys that are not a prefix and eight bytes belong to somebody else and are passed over.
fn entries(prefix: &[u8], page: Page) -> Vec<LogEntry> {
    page.entries
        .into_iter()
        .filter_map(|entry| {
            let number = entry.key.strip_prefix(prefix)?;
            let sequence = u64::from_be_bytes(number.try_into().ok()?);
            Some(LogEntry { sequence, bytes: entry.value.bytes })
        })
        .collect()
}
