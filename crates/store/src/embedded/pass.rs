//! One engine transaction over one batch: each call is evaluated after the ones before it.
//! Must not decide what a failure means for the store; the writer does.

use redb::{Database, Durability, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use super::writer::{Answer, Op, Request};
use super::{Trouble, codec, definition};
use crate::{Expected, PutError, Table};

/// The engine's own table: the last version given out.
pub(crate) const META: TableDefinition<'static, &'static str, u64> = TableDefinition::new("_meta");
pub(crate) const LAST_VERSION: &str = "last_version";

/// One transaction over one batch.
pub(super) struct Pass {
    pub(super) last_version: u64,
    pub(super) changed: bool,
    pub(super) durable: bool,
}

impl Pass {
    pub(super) fn run(&mut self, database: &Database, batch: &[Request]) -> Result<Vec<Answer>, Trouble> {
        let mut transaction = database.begin_write()?;
        transaction.set_quick_repair(true);
        let mut answers = Vec::with_capacity(batch.len());
        for request in batch {
            answers.push(self.apply(&transaction, &request.op)?);
        }
        if !self.changed && !self.durable {
            transaction.abort()?;
            return Ok(answers);
        }
        transaction.open_table(META)?.insert(LAST_VERSION, self.last_version)?;
        let durability = if self.durable { Durability::Immediate } else { Durability::None };
        transaction
            .set_durability(durability)
            .map_err(|error| Trouble::Store(crate::StoreError::Failed(error.to_string())))?;
        transaction.commit()?;
        Ok(answers)
    }

    fn apply(&mut self, transaction: &WriteTransaction, op: &Op) -> Result<Answer, Trouble> {
        match op {
            Op::Put { table, key, expected, bytes } => {
                self.conditionally(transaction, (*table, key), *expected, Some(bytes))
            }
            Op::Delete { table, key, expected } => {
                self.conditionally(transaction, (*table, key), *expected, None)
            }
            Op::Relaxed(writes) => {
                for write in writes {
                    self.put(transaction, (write.table, &write.key), write.bytes.as_deref())?;
                    self.changed = true;
                }
                Ok(Ok(0))
            }
            Op::Sync | Op::Recover | Op::Close => Ok(Ok(0)),
        }
    }

    fn conditionally(
        &mut self,
        transaction: &WriteTransaction,
        at: (Table, &[u8]),
        expected: Expected,
        bytes: Option<&Vec<u8>>,
    ) -> Result<Answer, Trouble> {
        let (table, key) = at;
        {
            let opened = transaction.open_table(definition(table))?;
            let current = opened.get(key)?;
            let stored = current.as_ref().map(redb::AccessGuard::value);
            // A damaged record fails this call alone, not the batch.
            let version = match stored.map(|stored| codec::version(table, key, stored)).transpose() {
                Ok(version) => version,
                Err(error) => return Ok(Err(error.into())),
            };
            if !expected.holds(version) {
                return Ok(Err(match stored.map(|stored| codec::open(table, key, stored)).transpose() {
                    Ok(current) => PutError::Conflict { current },
                    Err(error) => error.into(),
                }));
            }
            if bytes.is_none() && stored.is_none() {
                return Ok(Ok(0));
            }
        }
        self.changed = true;
        self.durable = true;
        self.put(transaction, at, bytes.map(Vec::as_slice)).map(Ok)
    }

    fn put(
        &mut self,
        transaction: &WriteTransaction,
        at: (Table, &[u8]),
        bytes: Option<&[u8]>,
    ) -> Result<u64, Trouble> {
        let (table, key) = at;
        let mut opened = transaction.open_table(definition(table))?;
        let Some(bytes) = bytes else {
            opened.remove(key)?;
            return Ok(0);
        };
        self.last_version = self.last_version.saturating_add(1);
        opened.insert(key, codec::seal(key, self.last_version, bytes).as_slice())?;
        Ok(self.last_version)
    }
}

/// The last version given out, as far as it was synced.
pub(super) fn stored_version(database: &Database) -> Result<Option<u64>, Trouble> {
    match database.begin_read()?.open_table(META) {
        Ok(table) => Ok(table.get(LAST_VERSION)?.map(|found| found.value())),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
