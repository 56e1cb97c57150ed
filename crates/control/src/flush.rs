//! What is written behind: records that changed, events, a day of counters. Never one durable write per heartbeat.

use std::collections::HashSet;
use std::sync::PoisonError;

use linkmesh_store::{PutError, Relaxed, Table};
use linkmesh_throughput::History;

use crate::plane::ControlPlane;

/// Records in one batch.
const BATCH_RECORDS: usize = 500;

impl ControlPlane {
    /// Writes what changed since the last time and syncs once.
    ///
    /// # Errors
    /// The store refused it; what could not be written stays for the next time.
    pub fn flush(&self) -> Result<(), PutError> {
        let mut wrote = false;
        let lives = self.roster.everybody();
        for batch in lives.chunks(BATCH_RECORDS) {
            let _alone = self.writing.write().unwrap_or_else(PoisonError::into_inner);
            let mut writes = Vec::new();
            let mut written = Vec::new();
            for live in batch {
                let mut state = live.lock();
                if !state.dirty || !self.roster.holds(live) {
                    continue;
                }
                match self.records.encode(&state.record) {
                    Ok(bytes) => {
                        state.dirty = false;
                        writes.push(Relaxed {
                            table: Table::Collectors,
                            key: live.key.clone().into_bytes(),
                            bytes: Some(bytes),
                        });
                        written.push(live);
                    }
                    Err(cause) => {
                        tracing::error!(%cause, collector = %live.key, "a record cannot be encoded");
                    }
                }
            }
            if writes.is_empty() {
                continue;
            }
            wrote = true;
            if let Err(refused) = self.store.put_many_relaxed(writes) {
                for live in written {
                    live.lock().dirty = true;
                }
                return Err(refused);
            }
        }
        self.journal.flush()?;
        if wrote { self.store.sync() } else { Ok(()) }
    }

    /// Writes the counters of those that moved. Once a minute is enough: a restart may lose the last one.
    ///
    /// # Errors
    /// The store refused it.
    pub fn flush_history(&self) -> Result<(), PutError> {
        for batch in self.roster.all().chunks(BATCH_RECORDS) {
            let _alone = self.writing.write().unwrap_or_else(PoisonError::into_inner);
            let mut writes = Vec::new();
            for live in batch {
                let mut state = live.lock();
                if !std::mem::take(&mut state.history_dirty) || !self.roster.holds(live) {
                    continue;
                }
                if let Some(history) = &state.history {
                    let bytes = history.to_bytes();
                    writes.push(Relaxed {
                        table: Table::History,
                        key: live.key.clone().into_bytes(),
                        bytes: Some(bytes),
                    });
                }
            }
            if !writes.is_empty() {
                self.store.put_many_relaxed(writes)?;
            }
        }
        self.store.sync()
    }

    /// Reads the counters of one collector back, if the store has them.
    pub(crate) fn load_history(&self, key: &str) -> Option<Box<History>> {
        let found = self.store.get(Table::History, key.as_bytes()).ok()??;
        match History::from_bytes(&found.bytes) {
            Ok(history) => Some(Box::new(history)),
            Err(cause) => {
                tracing::warn!(%cause, collector = %key, "kept counters cannot be read; they start anew");
                None
            }
        }
    }

    /// Forgets rendered configurations that nobody has, may have, or could go back to.
    pub fn sweep_contents(&self) {
        let mut used = HashSet::new();
        for live in self.roster.all() {
            let state = live.lock();
            used.extend(state.record.released);
            used.extend(state.record.ledger.last_applied);
            used.extend(state.assignment.target.as_ref().map(|config| config.hash));
        }
        if let Err(cause) = self.contents.retain(&used) {
            tracing::warn!(%cause, "unused configurations could not be removed");
        }
    }
}
