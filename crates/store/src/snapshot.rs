//! One moment of a whole store, entry by entry, while others go on writing; and a store built anew from one.
//! Knows nothing of archives. Start at [`Snapshot`] and [`Rebuild`].

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use redb::{Database, Durability, ReadTransaction, ReadableTable as _};

use crate::embedded::{LAST_VERSION, META, codec, create_store, definition};
use crate::{OpenError, StoreError, Table, Versioned};

/// Bytes that are written in one step while a store is built.
const STEP_BYTES: usize = 16 * 1024 * 1024;

/// One moment of a store. While it lives, what is deleted keeps its room on the disk.
pub struct Snapshot(pub(crate) Moment);

pub(crate) enum Moment {
    File(ReadTransaction),
    Memory { tables: BTreeMap<Table, BTreeMap<Vec<u8>, Versioned>>, last_version: u64 },
}

impl Snapshot {
    /// The last version that was given out. A store that is built anew must not give it out again.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn last_version(&self) -> Result<u64, StoreError> {
        match &self.0 {
            Moment::Memory { last_version, .. } => Ok(*last_version),
            Moment::File(transaction) => match transaction.open_table(META) {
                Ok(table) => Ok(table.get(LAST_VERSION).map_err(failed)?.map_or(0, |found| found.value())),
                Err(redb::TableError::TableDoesNotExist(_)) => Ok(0),
                Err(cause) => Err(failed(cause)),
            },
        }
    }

    /// Hands out every entry, table by table, until `take` refuses one.
    ///
    /// # Errors
    /// The file cannot be read, a record is damaged, or what `take` answered.
    pub fn each<E: From<StoreError>>(
        &self,
        mut take: impl FnMut(Table, &[u8], &Versioned) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Moment::Memory { tables, .. } => {
                for (table, entries) in tables {
                    for (key, value) in entries {
                        take(*table, key, value)?;
                    }
                }
            }
            Moment::File(transaction) => {
                for table in Table::ALL {
                    let opened = transaction.open_table(definition(table)).map_err(failed)?;
                    for found in opened.iter().map_err(failed)? {
                        let (key, value) = found.map_err(failed)?;
                        take(table, key.value(), &codec::open(table, key.value(), value.value())?)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshot")
    }
}

/// A store file that is being built from the entries of a snapshot.
#[derive(Debug)]
pub struct Rebuild {
    path: PathBuf,
    database: Database,
    waiting: Vec<(Table, Vec<u8>, Versioned)>,
    waiting_bytes: usize,
}

impl Rebuild {
    /// Begins a new store file where there is none.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn begin(path: &Path) -> Result<Self, OpenError> {
        let database = create_store(path)?;
        Ok(Self { path: path.to_owned(), database, waiting: Vec::new(), waiting_bytes: 0 })
    }

    /// Adds an entry with the version that it had.
    ///
    /// # Errors
    /// The disk refused it.
    pub fn put(&mut self, table: Table, key: Vec<u8>, value: Versioned) -> Result<(), OpenError> {
        self.waiting_bytes = self.waiting_bytes.saturating_add(key.len()).saturating_add(value.bytes.len());
        self.waiting.push((table, key, value));
        if self.waiting_bytes >= STEP_BYTES { self.step(None) } else { Ok(()) }
    }

    /// Writes the rest, durably.
    ///
    /// # Errors
    /// The disk refused it.
    pub fn finish(mut self, last_version: u64) -> Result<(), OpenError> {
        self.step(Some(last_version))?;
        self.database.close().map_err(|cause| OpenError::Io(format!("{}: {cause}", self.path.display())))
    }

    fn step(&mut self, last_version: Option<u64>) -> Result<(), OpenError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let written = || -> Result<(), redb::Error> {
            let mut transaction = self.database.begin_write()?;
            transaction.set_quick_repair(true);
            transaction.set_durability(Durability::Immediate)?;
            for (table, key, value) in &waiting {
                let stored = codec::seal(key, value.version, &value.bytes);
                transaction.open_table(definition(*table))?.insert(key.as_slice(), stored.as_slice())?;
            }
            if let Some(last_version) = last_version {
                transaction.open_table(META)?.insert(LAST_VERSION, last_version)?;
            }
            Ok(transaction.commit()?)
        };
        written().map_err(|cause| match cause {
            redb::Error::Io(cause) if crate::embedded::is_full(cause.kind()) => {
                OpenError::Full { file: self.path.display().to_string() }
            }
            other => OpenError::Io(format!("{}: {other}", self.path.display())),
        })
    }
}

fn failed(cause: impl Into<redb::Error>) -> StoreError {
    StoreError::Failed(cause.into().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Embedded, Expected, Memory, Store};

    fn all(store: &dyn Store) -> (u64, Vec<(Table, Vec<u8>, Versioned)>) {
        let snapshot = store.snapshot().unwrap();
        let mut entries = Vec::new();
        snapshot
            .each(|table, key, value| {
                entries.push((table, key.to_vec(), value.clone()));
                Ok::<_, StoreError>(())
            })
            .unwrap();
        (snapshot.last_version().unwrap(), entries)
    }

    fn fill(store: &dyn Store) {
        for n in 0..200u32 {
            let table = Table::ALL[n as usize % Table::ALL.len()];
            store.put_if(table, format!("key {n}").as_bytes(), Expected::Any, vec![7; n as usize]).unwrap();
        }
        store.delete_if(Table::Audit, b"key 4", Expected::Any).unwrap();
    }

    #[test]
    fn a_store_built_from_a_snapshot_is_the_same_and_gives_out_no_version_twice() {
        let folder = tempfile::tempdir().unwrap();
        let file = Embedded::open(folder.path().join("a.redb")).unwrap();
        let memory = Memory::new();
        for (name, store) in [("b.redb", &file as &dyn Store), ("c.redb", &memory)] {
            fill(store);
            let before = all(store);
            assert_eq!(before.1.len(), 199);
            let path = folder.path().join(name);
            let mut built = Rebuild::begin(&path).unwrap();
            for (table, key, value) in before.1.clone() {
                built.put(table, key, value).unwrap();
            }
            built.finish(before.0).unwrap();
            let again = Embedded::open(&path).unwrap();
            assert_eq!(all(&again), before);
            let version = again.put_if(Table::Tokens, b"new", Expected::Absent, Vec::new()).unwrap();
            assert!(version > before.0, "{version}");
        }
        assert!(Rebuild::begin(&folder.path().join("b.redb")).is_err(), "nothing is written over");
    }

    #[test]
    fn a_snapshot_shows_one_moment_whatever_is_written_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Embedded::open(folder.path().join("a.redb")).unwrap();
        fill(&store);
        let before = all(&store);
        let snapshot = store.snapshot().unwrap();
        store.put_if(Table::Tokens, b"later", Expected::Absent, b"x".to_vec()).unwrap();
        store.delete_if(Table::Tokens, b"key 0", Expected::Any).unwrap();
        let mut seen = Vec::new();
        let look = |seen: &mut Vec<_>| {
            snapshot.each(|table, key, value| {
                seen.push((table, key.to_vec(), value.clone()));
                Ok::<_, StoreError>(())
            })
        };
        look(&mut seen).unwrap();
        assert_eq!(seen, before.1);
        store.close();
        assert!(look(&mut Vec::new()).is_err(), "a snapshot does not outlive its store, nor hold up its end");
    }
}
