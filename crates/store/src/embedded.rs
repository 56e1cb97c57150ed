//! The body in one file, on redb: readers beside one writer thread that shares syncs between callers.
//! Must not offer transactions to its callers. Start at [`Embedded::open`]; writes are in `writer`, values in `codec`.

pub(crate) mod codec;
mod open;
mod pass;
mod writer;

#[cfg(test)]
mod fault_tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use redb::{Database, ReadableDatabase, TableDefinition};

pub use open::OpenError;
pub(crate) use open::{create_store, is_full};
pub(crate) use pass::{LAST_VERSION, META};
pub use writer::WriterStats;

use crate::contract::{check_key, check_relaxed, check_value};
use crate::snapshot::Moment;
use crate::{
    Entry, Expected, Order, PAGE_MAX_BYTES, Page, PutError, Relaxed, Scan, Snapshot, Store, StoreError,
    Table, Versioned,
};
use open::Opener;
use writer::{Counters, Op, Request, Writer};

/// Writers that may wait at once; more block until there is room.
const QUEUE_MAX: usize = 4096;

/// A store in one file of one process.
#[derive(Debug)]
pub struct Embedded {
    shared: Arc<Shared>,
    requests: SyncSender<Request>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    slot: RwLock<Slot>,
    counters: Counters,
}

/// The database, or why there is none.
#[derive(Debug)]
enum Slot {
    Open(Database),
    /// Could not be opened again after the disk was full; tried again at the next call.
    Full,
    /// Failed in a way that only a restart can judge.
    Broken(String),
    Closed,
}

/// Why a pass over the database ended early.
enum Trouble {
    Engine(redb::Error),
    Store(StoreError),
}

impl<E: Into<redb::Error>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Engine(error.into())
    }
}

impl Embedded {
    /// Opens the store file, or creates it with mode 0600 where there is none. A damaged file is never overwritten.
    ///
    /// # Errors
    /// [`OpenError`]; its text says what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::start(Opener::file(path.as_ref().to_path_buf()))
    }

    /// What the writer has done since the store was opened.
    #[must_use]
    pub fn stats(&self) -> WriterStats {
        self.shared.counters.read()
    }

    fn start(opener: Opener) -> Result<Self, OpenError> {
        let database = opener.open()?;
        let shared =
            Arc::new(Shared { slot: RwLock::new(Slot::Open(database)), counters: Counters::default() });
        let (requests, queue) = mpsc::sync_channel(QUEUE_MAX);
        let writer = Writer::new(Arc::clone(&shared), opener, queue)?;
        let thread = std::thread::Builder::new()
            .name("linkmesh-store".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| OpenError::Io(error.to_string()))?;
        Ok(Self { shared, requests, writer: Mutex::new(Some(thread)) })
    }

    fn ask(&self, op: Op) -> Result<u64, PutError> {
        let (reply, answer) = mpsc::sync_channel(1);
        self.requests.send(Request { op, reply }).map_err(|_| PutError::Closed)?;
        answer.recv().map_err(|_| PutError::Closed)?
    }

    /// Runs a read. Where the engine has shut itself off after a failed write, the writer opens it again first.
    fn read<T>(&self, pass: impl Fn(&Database) -> Result<T, Trouble>) -> Result<T, StoreError> {
        match self.read_once(&pass) {
            Err(Trouble::Engine(_)) => {
                self.ask(Op::Recover).map_err(|error| match error {
                    PutError::Closed => StoreError::Closed,
                    other => StoreError::Failed(other.to_string()),
                })?;
                self.read_once(&pass).map_err(|trouble| match trouble {
                    Trouble::Engine(error) => StoreError::Failed(error.to_string()),
                    Trouble::Store(error) => error,
                })
            }
            Err(Trouble::Store(error)) => Err(error),
            Ok(found) => Ok(found),
        }
    }

    fn read_once<T>(&self, pass: &impl Fn(&Database) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let slot = self.shared.slot.read().unwrap_or_else(PoisonError::into_inner);
        match &*slot {
            Slot::Open(database) => guard(|| pass(database)),
            Slot::Full => Err(Trouble::Engine(redb::Error::PreviousIo)),
            Slot::Broken(why) => Err(Trouble::Store(StoreError::Failed(why.clone()))),
            Slot::Closed => Err(Trouble::Store(StoreError::Closed)),
        }
    }
}

impl Store for Embedded {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Versioned>, StoreError> {
        self.read(|database| {
            let opened = database.begin_read()?.open_table(definition(table))?;
            let Some(found) = opened.get(key)? else { return Ok(None) };
            Ok(Some(codec::open(table, key, found.value()).map_err(Trouble::Store)?))
        })
    }

    fn put_if(&self, table: Table, key: &[u8], expected: Expected, bytes: Vec<u8>) -> Result<u64, PutError> {
        check_key(key)?;
        check_value(&bytes)?;
        self.ask(Op::Put { table, key: key.to_vec(), expected, bytes })
    }

    fn delete_if(&self, table: Table, key: &[u8], expected: Expected) -> Result<(), PutError> {
        check_key(key)?;
        self.ask(Op::Delete { table, key: key.to_vec(), expected }).map(|_| ())
    }

    fn scan(&self, table: Table, scan: &Scan) -> Result<Page, StoreError> {
        let Some(bounds) = scan.bounds() else { return Ok(Page::default()) };
        let bounds = (bounds.0.as_ref().map(Vec::as_slice), bounds.1.as_ref().map(Vec::as_slice));
        self.read(|database| {
            let opened = database.begin_read()?.open_table(definition(table))?;
            let range = opened.range::<&[u8]>(bounds)?;
            match scan.order {
                Order::Ascending => page(table, range, scan.effective_limit()),
                Order::Descending => page(table, range.rev(), scan.effective_limit()),
            }
        })
    }

    fn put_many_relaxed(&self, writes: Vec<Relaxed>) -> Result<(), PutError> {
        check_relaxed(&writes)?;
        self.ask(Op::Relaxed(writes)).map(|_| ())
    }

    fn snapshot(&self) -> Result<Snapshot, StoreError> {
        self.read(|database| Ok(Snapshot(Moment::File(database.begin_read()?))))
    }

    fn sync(&self) -> Result<(), PutError> {
        self.ask(Op::Sync).map(|_| ())
    }

    fn close(&self) {
        // A closed queue means that the writer has gone already, which is what is wanted.
        drop(self.ask(Op::Close));
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the store's writer panicked while it closed");
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.close();
    }
}

/// Turns a panic of the engine over a damaged file into an error of this one call.
fn guard<T>(pass: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    catch_unwind(AssertUnwindSafe(pass)).unwrap_or_else(|_| {
        let why = "the store file is damaged; stop the server and restore it from a backup";
        Err(Trouble::Store(StoreError::Failed(why.to_owned())))
    })
}

pub(crate) fn definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

type Found<'a> =
    Result<(redb::AccessGuard<'a, &'static [u8]>, redb::AccessGuard<'a, &'static [u8]>), redb::StorageError>;

fn page<'a>(table: Table, range: impl Iterator<Item = Found<'a>>, limit: usize) -> Result<Page, Trouble> {
    let mut page = Page::default();
    let mut total_bytes = 0usize;
    for found in range {
        let (key, value) = found?;
        if page.entries.len() >= limit || total_bytes >= PAGE_MAX_BYTES {
            page.more = true;
            break;
        }
        let value = codec::open(table, key.value(), value.value()).map_err(Trouble::Store)?;
        total_bytes = total_bytes.saturating_add(value.bytes.len());
        page.entries.push(Entry { key: key.value().to_vec(), value });
    }
    Ok(page)
}
