//! The contract every body keeps: bytes under keys, changed one key at a time under a condition.
//! There is no transaction over several keys, because not every body can offer one.

use std::ops::Bound;

use crate::{Snapshot, Table};

/// Longest key, in bytes.
pub const KEY_MAX_BYTES: usize = 512;
/// Largest value, in bytes; below what a document database takes.
pub const VALUE_MAX_BYTES: usize = 15 * 1024 * 1024;
/// Most entries that one page of a scan holds.
pub const SCAN_MAX_ENTRIES: usize = 10_000;
/// A page of a scan ends early once it holds this many bytes of values.
pub const PAGE_MAX_BYTES: usize = 32 * 1024 * 1024;
/// Most writes in one call of [`Store::put_many_relaxed`].
pub const RELAXED_MAX_WRITES: usize = 10_000;

/// A value with the version that a later write can insist on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned {
    /// Never used twice for a key, also not after the key was deleted.
    pub version: u64,
    /// The value.
    pub bytes: Vec<u8>,
}

/// What must hold for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The key does not exist.
    Absent,
    /// The key exists with exactly this version.
    Version(u64),
    /// Nothing: the last writer wins.
    Any,
}

impl Expected {
    /// Whether a key whose version is `current` (`None`: absent) meets the condition.
    #[must_use]
    pub fn holds(self, current: Option<u64>) -> bool {
        match self {
            Self::Absent => current.is_none(),
            Self::Version(version) => current == Some(version),
            Self::Any => true,
        }
    }
}

/// Direction of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Smallest key first.
    #[default]
    Ascending,
    /// Largest key first.
    Descending,
}

/// Which keys to read. Keys compare as bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Only keys that start with this.
    pub prefix: Vec<u8>,
    /// Only keys beyond this one in the direction of the scan: the last key of the page before.
    pub after: Option<Vec<u8>>,
    /// Most entries to return; 0 and anything above [`SCAN_MAX_ENTRIES`] mean [`SCAN_MAX_ENTRIES`].
    pub limit: usize,
    /// Direction.
    pub order: Order,
}

impl Scan {
    /// Every key under `prefix`, smallest first, as many as a page holds.
    #[must_use]
    pub fn prefix(prefix: impl Into<Vec<u8>>) -> Self {
        Self { prefix: prefix.into(), ..Self::default() }
    }

    /// The same scan with at most `limit` entries.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// The same scan, continued beyond `key`.
    #[must_use]
    pub fn after(mut self, key: impl Into<Vec<u8>>) -> Self {
        self.after = Some(key.into());
        self
    }

    /// The same scan, largest key first.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.order = Order::Descending;
        self
    }

    pub(crate) fn effective_limit(&self) -> usize {
        if self.limit == 0 { SCAN_MAX_ENTRIES } else { self.limit.min(SCAN_MAX_ENTRIES) }
    }

    /// The range of keys, or `None` where it is empty.
    pub(crate) fn bounds(&self) -> Option<Bounds> {
        let mut low = Bound::Included(self.prefix.clone());
        let mut high = match successor(&self.prefix) {
            Some(end) => Bound::Excluded(end),
            None => Bound::Unbounded,
        };
        if let Some(after) = &self.after {
            match self.order {
                Order::Ascending if *after >= self.prefix => low = Bound::Excluded(after.clone()),
                Order::Descending if below(after, &high) => high = Bound::Excluded(after.clone()),
                Order::Ascending | Order::Descending => {}
            }
        }
        let empty = match (&low, &high) {
            (Bound::Included(a), Bound::Excluded(b)) | (Bound::Excluded(a), Bound::Excluded(b)) => a >= b,
            _ => false,
        };
        (!empty).then_some((low, high))
    }
}

pub(crate) type Bounds = (Bound<Vec<u8>>, Bound<Vec<u8>>);

/// One entry of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Versioned,
}

/// One page of a scan, in the order asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether keys beyond the last entry may exist.
    pub more: bool,
}

/// A write without condition and without durability of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relaxed {
    /// The table.
    pub table: Table,
    /// The key.
    pub key: Vec<u8>,
    /// The new value; `None` removes the key.
    pub bytes: Option<Vec<u8>>,
}

/// Why a read failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The disk or the file failed; the text says what to do.
    #[error("the store failed: {0}")]
    Failed(String),
    /// One value does not match its checksum.
    #[error("record {key} in table {table} is damaged on disk; restore the store from a backup")]
    Damaged {
        /// The table.
        table: Table,
        /// The key, printable.
        key: String,
    },
}

/// Why a write failed. A write answered with anything but `Conflict` or `Invalid` may still have happened wholly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PutError {
    /// The condition did not hold; nothing was written.
    #[error("the record was changed by someone else")]
    Conflict {
        /// What is there now.
        current: Option<Versioned>,
    },
    /// No space is left on the disk. Reads go on; writes work again once there is space.
    #[error("no space is left on the disk that holds the store; free some space and try again")]
    Full,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// The key or the value is outside the limits; nothing was written.
    #[error("invalid write: {0}")]
    Invalid(String),
    /// The disk or the file failed; the text says what to do.
    #[error("the store failed: {0}")]
    Failed(String),
}

impl From<StoreError> for PutError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Closed => Self::Closed,
            StoreError::Failed(why) => Self::Failed(why),
            StoreError::Damaged { .. } => Self::Failed(error.to_string()),
        }
    }
}

/// A record of bytes under keys. Calls block for as long as the disk takes; call them off the async threads.
pub trait Store: Send + Sync + std::fmt::Debug + 'static {
    /// Reads one key.
    ///
    /// # Errors
    /// [`StoreError`] where the store is closed or failed.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Versioned>, StoreError>;

    /// Writes one key where `expected` holds, durably, and answers its new version.
    ///
    /// # Errors
    /// [`PutError::Conflict`] with what is there where the condition does not hold; otherwise see [`PutError`].
    fn put_if(&self, table: Table, key: &[u8], expected: Expected, bytes: Vec<u8>) -> Result<u64, PutError>;

    /// Removes one key where `expected` holds, durably. Removing an absent key is fine unless a version was expected.
    ///
    /// # Errors
    /// As [`Store::put_if`].
    fn delete_if(&self, table: Table, key: &[u8], expected: Expected) -> Result<(), PutError>;

    /// Reads a page of keys in order. Pages of one scan are not one moment in time.
    ///
    /// # Errors
    /// [`StoreError`] where the store is closed or failed.
    fn scan(&self, table: Table, scan: &Scan) -> Result<Page, StoreError>;

    /// Writes many independent keys, visible at once, durable with the next durable write, [`Store::sync`] or
    /// within seconds. After a crash each of them is there or is not.
    ///
    /// # Errors
    /// As [`Store::put_if`], except `Conflict`.
    fn put_many_relaxed(&self, writes: Vec<Relaxed>) -> Result<(), PutError>;

    /// This very moment of everything, for a backup. Others go on writing.
    ///
    /// # Errors
    /// [`StoreError`] where the store is closed or failed.
    fn snapshot(&self) -> Result<Snapshot, StoreError>;

    /// Makes everything answered so far durable.
    ///
    /// # Errors
    /// As [`Store::put_if`], except `Conflict`.
    fn sync(&self) -> Result<(), PutError>;

    /// Makes everything durable and refuses whatever comes later. Closing twice is fine.
    fn close(&self);
}

pub(crate) fn check_key(key: &[u8]) -> Result<(), PutError> {
    if key.is_empty() || key.len() > KEY_MAX_BYTES {
        return Err(PutError::Invalid(format!("a key has 1 to {KEY_MAX_BYTES} bytes, not {}", key.len())));
    }
    Ok(())
}

pub(crate) fn check_value(bytes: &[u8]) -> Result<(), PutError> {
    if bytes.len() > VALUE_MAX_BYTES {
        return Err(PutError::Invalid(format!(
            "a value has at most {VALUE_MAX_BYTES} bytes, not {}",
            bytes.len()
        )));
    }
    Ok(())
}

pub(crate) fn check_relaxed(writes: &[Relaxed]) -> Result<(), PutError> {
    if writes.len() > RELAXED_MAX_WRITES {
        return Err(PutError::Invalid(format!(
            "at most {RELAXED_MAX_WRITES} writes at once, not {}",
            writes.len()
        )));
    }
    for write in writes {
        check_key(&write.key)?;
        check_value(write.bytes.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

/// The smallest key above every key that starts with `prefix`; `None` where there is no such key.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

fn below(key: &[u8], high: &Bound<Vec<u8>>) -> bool {
    match high {
        Bound::Excluded(end) => key < end.as_slice(),
        Bound::Included(end) => key <= end.as_slice(),
        Bound::Unbounded => true,
    }
}
