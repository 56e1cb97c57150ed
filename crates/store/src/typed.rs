//! Records instead of bytes: JSON in an envelope that carries the schema version.
//! Must not know what a record means; a change of schema is an upgrade function of the caller.

use std::marker::PhantomData;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Expected, PutError, Scan, Store, StoreError, Table, Versioned};

/// Conflicts after which [`Typed::update`] gives up.
const UPDATE_ATTEMPTS: usize = 256;

/// One table seen as records of type `R`.
pub struct Typed<R> {
    store: Arc<dyn Store>,
    table: Table,
    schema: u32,
    upgrade: fn(u32, Value) -> Option<Value>,
    record: PhantomData<fn() -> R>,
}

/// A record with its key's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded<R> {
    /// For a later conditional write.
    pub version: u64,
    /// The record.
    pub record: R,
}

/// What [`Typed::update`] shall do with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<R> {
    /// Write this.
    Put(R),
    /// Remove the record.
    Delete,
    /// Leave everything as it is.
    Leave,
}

/// Why a record could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The read failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The write failed; `Conflict` after many attempts means that the record is too busy.
    #[error(transparent)]
    Put(#[from] PutError),
    /// The bytes are not a record of this type.
    #[error("a record in table {table} cannot be read: {why}")]
    Malformed {
        /// The table.
        table: Table,
        /// What the decoder said.
        why: String,
    },
    /// A newer LinkMesh wrote the record.
    #[error(
        "a record in table {table} has schema {found}, this version knows up to {known}; start the newer version again"
    )]
    Newer {
        /// The table.
        table: Table,
        /// Schema of the record.
        found: u32,
        /// Newest schema known here.
        known: u32,
    },
}

#[derive(Serialize)]
struct Sealed<'a, R> {
    v: u32,
    r: &'a R,
}

#[derive(Deserialize)]
struct Opened {
    v: u32,
    r: Value,
}

impl<R: Serialize + DeserializeOwned> Typed<R> {
    /// Records of `table`, written with `schema`. Records with an older schema are read as they are, so new fields
    /// need a default; use [`Typed::with_upgrade`] where that is not enough.
    pub fn new(store: Arc<dyn Store>, table: Table, schema: u32) -> Self {
        Self { store, table, schema, upgrade: |_, value| Some(value), record: PhantomData }
    }

    /// The same records; `upgrade` turns the JSON of an older schema into that of the present one, or `None`.
    #[must_use]
    pub fn with_upgrade(mut self, upgrade: fn(u32, Value) -> Option<Value>) -> Self {
        self.upgrade = upgrade;
        self
    }

    /// Reads one record.
    ///
    /// # Errors
    /// See [`RecordError`].
    pub fn get(&self, key: &[u8]) -> Result<Option<Loaded<R>>, RecordError> {
        self.store.get(self.table, key)?.map(|found| self.decode(&found)).transpose()
    }

    /// Writes one record where `expected` holds and answers its new version.
    ///
    /// # Errors
    /// See [`RecordError`]; a condition that does not hold is `Put(Conflict)`.
    pub fn put_if(&self, key: &[u8], expected: Expected, record: &R) -> Result<u64, RecordError> {
        Ok(self.store.put_if(self.table, key, expected, self.encode(record)?)?)
    }

    /// Removes one record where `expected` holds.
    ///
    /// # Errors
    /// See [`RecordError`]; a condition that does not hold is `Put(Conflict)`.
    pub fn delete_if(&self, key: &[u8], expected: Expected) -> Result<(), RecordError> {
        Ok(self.store.delete_if(self.table, key, expected)?)
    }

    /// Reads the record, lets `decide` look at it, and writes what it decided if nobody was faster; else again.
    /// The answer is the one that `decide` gave with the decision that was carried out.
    ///
    /// # Errors
    /// See [`RecordError`]; `Put(Conflict)` where the record changed too often.
    pub fn update<T>(
        &self,
        key: &[u8],
        mut decide: impl FnMut(Option<R>) -> (Decision<R>, T),
    ) -> Result<T, RecordError> {
        let mut found = self.store.get(self.table, key)?;
        for _ in 0..UPDATE_ATTEMPTS {
            let expected = found.as_ref().map_or(Expected::Absent, |found| Expected::Version(found.version));
            let record = found.as_ref().map(|found| self.decode(found)).transpose()?;
            let (decision, answer) = decide(record.map(|loaded| loaded.record));
            let outcome = match decision {
                Decision::Put(record) => {
                    self.store.put_if(self.table, key, expected, self.encode(&record)?).map(|_| ())
                }
                Decision::Delete => self.store.delete_if(self.table, key, expected),
                Decision::Leave => Ok(()),
            };
            match outcome {
                Ok(()) => return Ok(answer),
                Err(PutError::Conflict { current }) => found = current,
                Err(other) => return Err(other.into()),
            }
        }
        Err(PutError::Conflict { current: found }.into())
    }

    /// Reads a page of records with their keys, and whether more may follow.
    ///
    /// # Errors
    /// See [`RecordError`].
    #[expect(clippy::type_complexity, reason = "a page of keys and records needs no name of its own")]
    pub fn scan(&self, scan: &Scan) -> Result<(Vec<(Vec<u8>, Loaded<R>)>, bool), RecordError> {
        let page = self.store.scan(self.table, scan)?;
        let mut records = Vec::with_capacity(page.entries.len());
        for entry in page.entries {
            records.push((entry.key, self.decode(&entry.value)?));
        }
        Ok((records, page.more))
    }

    /// The bytes of a record, for [`Store::put_many_relaxed`].
    ///
    /// # Errors
    /// [`RecordError::Malformed`] where the record cannot be written as JSON.
    pub fn encode(&self, record: &R) -> Result<Vec<u8>, RecordError> {
        serde_json::to_vec(&Sealed { v: self.schema, r: record }).map_err(|error| self.malformed(&error))
    }

    fn decode(&self, found: &Versioned) -> Result<Loaded<R>, RecordError> {
        let opened: Opened = serde_json::from_slice(&found.bytes).map_err(|error| self.malformed(&error))?;
        if opened.v > self.schema {
            return Err(RecordError::Newer { table: self.table, found: opened.v, known: self.schema });
        }
        let value = if opened.v < self.schema {
            (self.upgrade)(opened.v, opened.r)
                .ok_or_else(|| self.malformed(&format!("schema {} cannot be upgraded", opened.v)))?
        } else {
            opened.r
        };
        let record = serde_json::from_value(value).map_err(|error| self.malformed(&error))?;
        Ok(Loaded { version: found.version, record })
    }

    fn malformed(&self, why: &dyn std::fmt::Display) -> RecordError {
        RecordError::Malformed { table: self.table, why: why.to_string() }
    }
}

impl<R> Clone for Typed<R> {
    fn clone(&self) -> Self {
        Self {
            store: Arc::clone(&self.store),
            table: self.table,
            schema: self.schema,
            upgrade: self.upgrade,
            record: PhantomData,
        }
    }
}

impl<R> std::fmt::Debug for Typed<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Typed")
            .field("table", &self.table)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Memory;

    fn text(store: &Arc<Memory>, schema: u32) -> Typed<String> {
        Typed::new(Arc::clone(store) as Arc<dyn Store>, Table::Settings, schema)
    }

    #[test]
    fn a_record_of_a_newer_schema_is_refused_and_one_of_an_older_is_upgraded() {
        let store = Arc::new(Memory::new());
        text(&store, 2).put_if(b"k", Expected::Absent, &"two".to_owned()).unwrap();
        let newer = RecordError::Newer { table: Table::Settings, found: 2, known: 1 };
        assert_eq!(text(&store, 1).get(b"k"), Err(newer));
        let upgraded =
            text(&store, 3).with_upgrade(|from, value| Some(format!("{from}>{}", value.as_str()?).into()));
        assert_eq!(upgraded.get(b"k").unwrap().unwrap().record, "2>two");
        let refused = text(&store, 3).with_upgrade(|_, _| None);
        assert!(matches!(refused.get(b"k"), Err(RecordError::Malformed { .. })));
    }

    #[test]
    fn bytes_that_are_no_record_are_an_error() {
        let store = Arc::new(Memory::new());
        for bytes in [&b""[..], b"{}", b"{\"v\":1,\"r\":5}", b"\xff", b"{\"v\":-1,\"r\":\"\"}"] {
            store.put_if(Table::Settings, b"k", Expected::Any, bytes.to_vec()).unwrap();
            assert!(matches!(text(&store, 1).get(b"k"), Err(RecordError::Malformed { .. })), "{bytes:?}");
        }
    }

    #[test]
    fn an_update_decides_again_on_what_somebody_else_wrote() {
        let store = Arc::new(Memory::new());
        let records = text(&store, 1);
        let mut seen = Vec::new();
        let answer = records.update(b"k", |found| {
            seen.push(found.clone());
            if seen.len() == 1 {
                records.put_if(b"k", Expected::Absent, &"theirs".to_owned()).unwrap();
            }
            (Decision::Put(format!("{}+ours", found.unwrap_or_default())), seen.len())
        });
        assert_eq!(answer, Ok(2));
        assert_eq!(records.get(b"k").unwrap().unwrap().record, "theirs+ours");
        assert_eq!(records.update(b"k", |_| (Decision::Leave, 7)), Ok(7));
        assert_eq!(records.update(b"k", |_| (Decision::Delete, 8)), Ok(8));
        assert_eq!(records.get(b"k"), Ok(None));
    }
}
