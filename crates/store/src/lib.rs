//! The record: what happened and who may connect, kept by conditional writes on single keys.
//! Knows nothing of collectors, tokens or HTTP; a body may not offer more than [`Store`] asks for.
//! Start at [`Store`], then [`Typed`] for records and [`Log`] for ordered entries.

mod contract;
mod embedded;
mod log;
mod memory;
mod snapshot;
mod tables;
mod typed;

#[cfg(any(test, feature = "conformance"))]
pub mod conformance;

pub use contract::{
    Entry, Expected, KEY_MAX_BYTES, Order, PAGE_MAX_BYTES, Page, PutError, RELAXED_MAX_WRITES, Relaxed,
    SCAN_MAX_ENTRIES, Scan, Store, StoreError, VALUE_MAX_BYTES, Versioned,
};
pub use embedded::{Embedded, OpenError, WriterStats};
pub use log::{Log, LogEntry};
pub use memory::Memory;
pub use snapshot::{Rebuild, Snapshot};
pub use tables::Table;
pub use typed::{Decision, Loaded, RecordError, Typed};
