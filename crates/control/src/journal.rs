//! What happened (events) and who did what (audit). Ordered by sequence, not by clock.
//! Knows nothing of who reads it. Start at [`Journal::event`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use linkmesh_fleet::audit::{self, Entry};
use linkmesh_fleet::event::{Event, EventKind};
use linkmesh_fleet::{Id, Timestamp};
use linkmesh_store::{Log, Order, PutError, Relaxed, Store, StoreError, Table};
use serde_json::Value;
use tokio::sync::broadcast;

/// Events kept, in memory and on disk.
pub const EVENTS_MAX: usize = 50_000;
const LIVE_EVENTS_BACKLOG: usize = 4096;
const TRIM_ENTRIES: usize = 1000;
const READ_ENTRIES: usize = 1000;

/// Both logs.
pub struct Journal {
    store: Arc<dyn Store>,
    events_log: Log,
    events: Mutex<Events>,
    live: broadcast::Sender<Arc<Event>>,
    audit_log: Log,
    audit_tip: Mutex<[u8; 32]>,
}

struct Events {
    kept: VecDeque<Arc<Event>>,
    next: u64,
    unwritten: Vec<Arc<Event>>,
}

impl Journal {
    /// Reads back what the store has.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn open(store: Arc<dyn Store>) -> Result<Self, StoreError> {
        let events_log = Log::open(Arc::clone(&store), Table::Events, Vec::new())?;
        let audit_log = Log::open(Arc::clone(&store), Table::Audit, Vec::new())?;
        let next = events_log.last_sequence() + 1;
        let mut kept = VecDeque::new();
        let mut after = Some(next.saturating_sub(EVENTS_MAX as u64 + 1));
        loop {
            let page = events_log.read(after, READ_ENTRIES, Order::Ascending)?;
            let Some(last) = page.last() else { break };
            after = Some(last.sequence);
            kept.extend(
                page.iter().filter_map(|entry| serde_json::from_slice(&entry.bytes).ok().map(Arc::new)),
            );
        }
        let newest = audit_log.read(None, 1, Order::Descending)?;
        let tip = newest
            .first()
            .and_then(|entry| serde_json::from_slice::<Entry>(&entry.bytes).ok())
            .map_or(audit::FIRST, |entry| entry.hash);
        let (live, _) = broadcast::channel(LIVE_EVENTS_BACKLOG);
        Ok(Self {
            store,
            events_log,
            events: Mutex::new(Events { kept, next, unwritten: Vec::new() }),
            live,
            audit_log,
            audit_tip: Mutex::new(tip),
        })
    }

    /// Notes that something happened. It reaches the disk within about a second.
    pub fn event(&self, at: Timestamp, kind: EventKind, collector: Option<&Id>, message: impl Into<String>) {
        self.event_with(at, kind, collector, message, Value::Null);
    }

    /// The same with data for programs.
    pub fn event_with(
        &self,
        at: Timestamp,
        kind: EventKind,
        collector: Option<&Id>,
        message: impl Into<String>,
        data: Value,
    ) {
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let event = Arc::new(Event {
            id: events.next,
            at,
            collector: collector.cloned(),
            kind,
            severity: kind.severity(),
            message: message.into(),
            data,
        });
        events.next += 1;
        if events.kept.len() >= EVENTS_MAX {
            events.kept.pop_front();
        }
        // What is not written in time is dropped from the disk copy, never from memory growth.
        if events.unwritten.len() < EVENTS_MAX {
            events.unwritten.push(Arc::clone(&event));
        }
        events.kept.push_back(Arc::clone(&event));
        drop(events);
        // Nobody may be listening.
        drop(self.live.send(event));
    }

    /// Events as they happen.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.live.subscribe()
    }

    /// Kept events with an id above `after`, oldest first.
    #[must_use]
    pub fn events_after(&self, after: u64, limit: usize) -> Vec<Arc<Event>> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let start = events.kept.partition_point(|event| event.id <= after);
        events.kept.iter().skip(start).take(limit).cloned().collect()
    }

    /// Kept events with an id below `before`, newest first, of one collector or of all.
    #[must_use]
    pub fn events_before(
        &self,
        before: Option<u64>,
        collector: Option<&Id>,
        limit: usize,
    ) -> Vec<Arc<Event>> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = |event: &&Arc<Event>| {
            before.is_none_or(|before| event.id < before)
                && collector.is_none_or(|collector| event.collector.as_ref() == Some(collector))
        };
        events.kept.iter().rev().filter(wanted).take(limit).cloned().collect()
    }

    /// Hands the unwritten events to the store; the caller syncs.
    ///
    /// # Errors
    /// The store refused them; they stay for the next try.
    pub fn flush(&self) -> Result<(), PutError> {
        let unwritten =
            std::mem::take(&mut self.events.lock().unwrap_or_else(PoisonError::into_inner).unwritten);
        if unwritten.is_empty() {
            return Ok(());
        }
        for batch in unwritten.chunks(500) {
            let writes = batch
                .iter()
                .filter_map(|event| {
                    let bytes = serde_json::to_vec(&**event).ok()?;
                    Some(Relaxed {
                        table: Table::Events,
                        key: event.id.to_be_bytes().to_vec(),
                        bytes: Some(bytes),
                    })
                })
                .collect();
            if let Err(refused) = self.store.put_many_relaxed(writes) {
                let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
                let newer = std::mem::take(&mut events.unwritten);
                events.unwritten = unwritten.into_iter().chain(newer).take(EVENTS_MAX).collect();
                return Err(refused);
            }
        }
        let next = self.events.lock().unwrap_or_else(PoisonError::into_inner).next;
        if let Some(first) = next.checked_sub(EVENTS_MAX as u64) {
            self.events_log.trim_before(first, TRIM_ENTRIES)?;
        }
        Ok(())
    }

    /// Appends one audit entry, chained to the one before, and waits for the disk.
    ///
    /// # Errors
    /// The entry could not be written; then the act that it speaks of must not happen.
    pub fn audit(&self, draft: audit::Draft) -> Result<u64, PutError> {
        let mut tip = self.audit_tip.lock().unwrap_or_else(PoisonError::into_inner);
        let sequence = self.audit_log.last_sequence() + 1;
        let entry = Entry::chain(*tip, sequence, draft);
        let bytes = serde_json::to_vec(&entry).map_err(|cause| PutError::Failed(cause.to_string()))?;
        self.audit_log.append_at(sequence, bytes)?;
        *tip = entry.hash;
        Ok(sequence)
    }

    /// Audit entries below `before`, newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn audit_before(&self, before: Option<u64>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let page = self.audit_log.read(before, limit, Order::Descending)?;
        Ok(page.iter().filter_map(|entry| serde_json::from_slice(&entry.bytes).ok()).collect())
    }
}
