//! The one writer: takes what waits, evaluates it in order in one engine transaction, syncs once, then answers all.
//! Must not answer a durable write before its sync.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use super::open::{OpenError, Opener, is_full};
use super::pass::{Pass, stored_version};
use super::{Shared, Slot, Trouble, guard};
use crate::{Expected, PutError, Relaxed, Table};

/// Requests that share one transaction at most.
const BATCH_MAX: usize = 1024;
/// Bytes of values that share one transaction at most.
const BATCH_MAX_BYTES: usize = 32 * 1024 * 1024;
/// How long relaxed writes may stay without a sync.
const RELAXED_FLUSH_S: u64 = 5;
/// Versions passed over at each start: more than relaxed writes can use up between two syncs, so that a version
/// lost in a crash is never given out again.
const VERSION_GAP: u64 = 1 << 32;

/// One call that waits for its answer.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) op: Op,
    pub(super) reply: SyncSender<Answer>,
}

/// The new version, or 0 where there is none.
pub(super) type Answer = Result<u64, PutError>;

#[derive(Debug)]
pub(super) enum Op {
    Put {
        table: Table,
        key: Vec<u8>,
        expected: Expected,
        bytes: Vec<u8>,
    },
    Delete {
        table: Table,
        key: Vec<u8>,
        expected: Expected,
    },
    Relaxed(Vec<Relaxed>),
    Sync,
    /// Open the engine again if it shut itself off.
    Recover,
    Close,
}

/// What the writer has done since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriterStats {
    /// Transactions that were synced to the disk.
    pub synced_transactions: u64,
    /// Transactions without a sync of their own.
    pub relaxed_transactions: u64,
    /// Conditional writes and deletes answered with success.
    pub writes: u64,
    /// Times the engine was opened again after a failed write.
    pub recoveries: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    synced_transactions: AtomicU64,
    relaxed_transactions: AtomicU64,
    writes: AtomicU64,
    recoveries: AtomicU64,
}

impl Counters {
    pub(super) fn read(&self) -> WriterStats {
        WriterStats {
            synced_transactions: self.synced_transactions.load(Ordering::Relaxed),
            relaxed_transactions: self.relaxed_transactions.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            recoveries: self.recoveries.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug)]
pub(super) struct Writer {
    shared: Arc<Shared>,
    opener: Opener,
    queue: Receiver<Request>,
    last_version: u64,
    /// When the oldest relaxed write that is not synced yet was made.
    unsynced_since: Option<Instant>,
}

impl Writer {
    pub(super) fn new(
        shared: Arc<Shared>,
        opener: Opener,
        queue: Receiver<Request>,
    ) -> Result<Self, OpenError> {
        let slot = shared.slot.read().unwrap_or_else(PoisonError::into_inner);
        let stored = match &*slot {
            Slot::Open(database) => guard(|| stored_version(database)).map_err(|_| {
                OpenError::Io(
                    "the store's last version cannot be read; restore the store from a backup".to_owned(),
                )
            })?,
            Slot::Full | Slot::Broken(_) | Slot::Closed => None,
        };
        drop(slot);
        let last_version = stored.map_or(0, |version| version.saturating_add(VERSION_GAP));
        Ok(Self { shared, opener, queue, last_version, unsynced_since: None })
    }

    pub(super) fn run(mut self) {
        loop {
            let first = match self.unsynced_since {
                None => match self.queue.recv() {
                    Ok(request) => request,
                    Err(_) => break,
                },
                Some(since) => {
                    let wait = Duration::from_secs(RELAXED_FLUSH_S).saturating_sub(since.elapsed());
                    match self.queue.recv_timeout(wait) {
                        Ok(request) => request,
                        Err(RecvTimeoutError::Timeout) => {
                            self.flush();
                            continue;
                        }
                        Err(RecvTimeoutError::Disconnected) => break,
                    }
                }
            };
            if self.serve(first) {
                break;
            }
        }
        self.flush();
        *self.shared.slot.write().unwrap_or_else(PoisonError::into_inner) = Slot::Closed;
    }

    /// Serves one batch; answers whether to close.
    fn serve(&mut self, first: Request) -> bool {
        let mut batch = Vec::new();
        let mut size_bytes = 0usize;
        let mut closing = None;
        let mut next = Some(first);
        while let Some(request) = next {
            if matches!(request.op, Op::Close) {
                closing = Some(request.reply);
                break;
            }
            size_bytes = size_bytes.saturating_add(request.op.size_bytes());
            batch.push(request);
            if batch.len() >= BATCH_MAX || size_bytes >= BATCH_MAX_BYTES {
                break;
            }
            next = self.queue.try_recv().ok();
        }
        let answers = self.commit(&batch);
        // Losers of a race hear first, so that the winner's next try does not beat them again.
        let (won, lost): (Vec<_>, Vec<_>) =
            batch.into_iter().zip(answers).partition(|(_, answer)| answer.is_ok());
        for (request, answer) in lost.into_iter().chain(won) {
            if answer.is_ok() && matches!(request.op, Op::Put { .. } | Op::Delete { .. }) {
                self.shared.counters.writes.fetch_add(1, Ordering::Relaxed);
            }
            reply(&request.reply, answer);
        }
        let Some(closing_reply) = closing else { return false };
        self.flush();
        *self.shared.slot.write().unwrap_or_else(PoisonError::into_inner) = Slot::Closed;
        reply(&closing_reply, Ok(0));
        true
    }

    /// Relaxed writes that cannot be synced now stay unsynced; the next durable write tries again.
    fn flush(&mut self) {
        if self.unsynced_since.take().is_none() {
            return;
        }
        let (reply, _) = std::sync::mpsc::sync_channel(1);
        if let Some(Err(error)) = self.commit_forced(&[Request { op: Op::Sync, reply }]).pop() {
            tracing::warn!(%error, "relaxed writes are not on the disk yet");
        }
    }

    fn commit(&mut self, batch: &[Request]) -> Vec<Answer> {
        let forced =
            self.unsynced_since.is_some() && batch.iter().any(|request| matches!(request.op, Op::Sync));
        if forced { self.commit_forced(batch) } else { self.commit_as(batch, false) }
    }

    fn commit_forced(&mut self, batch: &[Request]) -> Vec<Answer> {
        self.commit_as(batch, true)
    }

    fn commit_as(&mut self, batch: &[Request], force_sync: bool) -> Vec<Answer> {
        if batch.is_empty() {
            return Vec::new();
        }
        if let Err(error) = self.recover_if_needed(batch) {
            return batch.iter().map(|_| Err(error.clone())).collect();
        }
        let mut pass = Pass { last_version: self.last_version, changed: false, durable: force_sync };
        let outcome = {
            let slot = self.shared.slot.read().unwrap_or_else(PoisonError::into_inner);
            match &*slot {
                Slot::Open(database) => guard(|| pass.run(database, batch)),
                Slot::Full => Err(Trouble::Engine(redb::Error::PreviousIo)),
                Slot::Broken(why) => Err(Trouble::Store(crate::StoreError::Failed(why.clone()))),
                Slot::Closed => Err(Trouble::Store(crate::StoreError::Closed)),
            }
        };
        // Also after a failure: a version once given to an attempt is not given again.
        self.last_version = pass.last_version;
        match outcome {
            Ok(answers) => {
                self.count(&pass);
                answers
            }
            Err(trouble) => {
                let error = self.fail(trouble);
                batch.iter().map(|_| Err(error.clone())).collect()
            }
        }
    }

    fn count(&mut self, pass: &Pass) {
        let counters = &self.shared.counters;
        if pass.durable {
            counters.synced_transactions.fetch_add(1, Ordering::Relaxed);
            self.unsynced_since = None;
        } else if pass.changed {
            counters.relaxed_transactions.fetch_add(1, Ordering::Relaxed);
            self.unsynced_since.get_or_insert_with(Instant::now);
        }
    }

    /// The engine shuts itself off after a failed write. A full disk passes, so it is opened again at once; after any
    /// other failure the page cache cannot be trusted, so nothing goes on before a restart.
    fn fail(&mut self, trouble: Trouble) -> PutError {
        let error = match trouble {
            Trouble::Store(error) => return error.into(),
            Trouble::Engine(error) => error,
        };
        let full = matches!(&error, redb::Error::Io(io) if is_full(io.kind()));
        if full || matches!(error, redb::Error::PreviousIo) {
            match self.reopen() {
                Ok(()) if full => PutError::Full,
                Ok(()) => PutError::Failed(error.to_string()),
                Err(error) => error,
            }
        } else {
            let why = format!(
                "{error}; restart the server, and restore the store from a backup if it does not start"
            );
            tracing::error!(%error, "the store failed");
            *self.shared.slot.write().unwrap_or_else(PoisonError::into_inner) = Slot::Broken(why.clone());
            PutError::Failed(why)
        }
    }

    fn recover_if_needed(&mut self, batch: &[Request]) -> Result<(), PutError> {
        let wanted = {
            let slot = self.shared.slot.read().unwrap_or_else(PoisonError::into_inner);
            match &*slot {
                Slot::Full => true,
                Slot::Open(database) => {
                    batch.iter().any(|request| matches!(request.op, Op::Recover))
                        && matches!(guard(|| stored_version(database)), Err(Trouble::Engine(_)))
                }
                Slot::Broken(_) | Slot::Closed => false,
            }
        };
        if wanted { self.reopen() } else { Ok(()) }
    }

    fn reopen(&mut self) -> Result<(), PutError> {
        let mut slot = self.shared.slot.write().unwrap_or_else(PoisonError::into_inner);
        // The file is locked until the old engine is gone.
        *slot = Slot::Full;
        self.unsynced_since = None;
        self.shared.counters.recoveries.fetch_add(1, Ordering::Relaxed);
        match self.opener.open() {
            Ok(database) => {
                *slot = Slot::Open(database);
                Ok(())
            }
            Err(OpenError::Full { .. }) => Err(PutError::Full),
            Err(error) => {
                *slot = Slot::Broken(error.to_string());
                Err(PutError::Failed(error.to_string()))
            }
        }
    }
}

impl Op {
    fn size_bytes(&self) -> usize {
        match self {
            Self::Put { bytes, .. } => bytes.len(),
            Self::Relaxed(writes) => writes
                .iter()
                .map(|write| write.bytes.as_ref().map_or(0, Vec::len))
                .fold(0, usize::saturating_add),
            Self::Delete { .. } | Self::Sync | Self::Recover | Self::Close => 0,
        }
    }
}

/// A caller that went away does not need its answer.
fn reply(to: &SyncSender<Answer>, answer: Answer) {
    if to.send(answer).is_err() {
        tracing::debug!("a caller of the store did not wait for its answer");
    }
}
