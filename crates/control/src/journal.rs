//! What happened (events) and who did what (audit). Ordered by sequence, not by clock.
//! Knows nothing of who reads it. Start at [`Journal::event`].

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use linkmesh_fleet::audit::{self, Entry};
use linkmesh_fleet::event::{Event, EventKind};
use linkmesh_fleet::{Id, Timestamp};
use linkmesh_store::{Log, LogEntry, Order, PutError, Relaxed, Store, StoreError, Table};
use serde_json::Value;
use tokio::sync::broadcast;

/// Events kept, in memory and on disk.
pub const EVENTS_MAX: usize = 50_000;
/// Events of one collector within a minute; the rest is not kept, so that one host cannot push out what others did.
pub const COLLECTOR_EVENTS_A_MINUTE_MAX: u32 = 120;
const LIVE_EVENTS_BACKLOG: usize = 4096;
const TRIM_ENTRIES: usize = 1000;
const AUDIT_ATTEMPTS: usize = 3;
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
    unwritten: VecDeque<Arc<Event>>,
    /// How many events each collector had in this minute.
    minute: i64,
    of_collectors: HashMap<Id, u32>,
}

/// A part of the audit log.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPage {
    /// Newest first. An entry that cannot be read is left out, and named below.
    pub entries: Vec<Entry>,
    /// Where the chain does not hold: somebody changed the log behind our back.
    pub broken: Option<audit::Broken>,
}

impl Events {
    fn admits(&mut self, collector: &Id, at: Timestamp) -> bool {
        let minute = at.seconds().div_euclid(60);
        if minute != self.minute {
            self.minute = minute;
            self.of_collectors.clear();
        }
        let count = self.of_collectors.entry(collector.clone()).or_insert(0);
        *count = count.saturating_add(1);
        *count <= COLLECTOR_EVENTS_A_MINUTE_MAX
    }
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
        let tip = tip_of(newest.first());
        let (live, _) = broadcast::channel(LIVE_EVENTS_BACKLOG);
        Ok(Self {
            store,
            events_log,
            events: Mutex::new(Events {
                kept,
                next,
                unwritten: VecDeque::new(),
                minute: 0,
                of_collectors: HashMap::new(),
            }),
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
        if collector.is_some_and(|collector| !events.admits(collector, at)) {
            tracing::debug!(kind = kind.word(), "a collector has more events in a minute than are kept");
            return;
        }
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
        if events.unwritten.len() >= EVENTS_MAX {
            // The oldest goes: the newest number must reach the disk, or it would be given again after a restart.
            events.unwritten.pop_front();
        }
        events.unwritten.push_back(Arc::clone(&event));
        events.kept.push_back(Arc::clone(&event));
        // Announced in the order of the numbers, so under the lock. Nobody may be listening.
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

    /// The number of the newest event; 0 where there is none.
    #[must_use]
    pub fn newest_event(&self) -> u64 {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).kept.back().map_or(0, |event| event.id)
    }

    /// Kept events with an id below `before` that are wanted, newest first. One walk, whatever is wanted.
    #[must_use]
    pub fn events_before(
        &self,
        before: Option<u64>,
        limit: usize,
        wanted: impl Fn(&Event) -> bool,
    ) -> Vec<Arc<Event>> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let end =
            before.map_or(events.kept.len(), |before| events.kept.partition_point(|event| event.id < before));
        events.kept.range(..end).rev().filter(|event| wanted(event)).take(limit).cloned().collect()
    }

    /// Hands the unwritten events to the store; the caller syncs.
    ///
    /// # Errors
    /// The store refused them; they stay for the next try.
    pub fn flush(&self) -> Result<(), PutError> {
        let unwritten: Vec<Arc<Event>> =
            std::mem::take(&mut self.events.lock().unwrap_or_else(PoisonError::into_inner).unwritten).into();
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
                let dropped = (unwritten.len() + newer.len()).saturating_sub(EVENTS_MAX);
                events.unwritten = unwritten.into_iter().chain(newer).skip(dropped).collect();
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
        let mut sequence = self.audit_log.last_sequence() + 1;
        for _ in 0..AUDIT_ATTEMPTS {
            let entry = Entry::chain(*tip, sequence, draft.clone());
            let bytes = serde_json::to_vec(&entry).map_err(|cause| PutError::Failed(cause.to_string()))?;
            match self.audit_log.append_at(sequence, bytes) {
                Ok(()) => {
                    *tip = entry.hash;
                    return Ok(sequence);
                }
                // An earlier entry was written after all, although the store could not say so: this one goes behind it.
                Err(PutError::Conflict { .. }) => {
                    let newest = self
                        .audit_log
                        .read(None, 1, Order::Descending)
                        .map_err(|cause| PutError::Failed(cause.to_string()))?;
                    *tip = tip_of(newest.first());
                    sequence = newest.first().map_or(sequence, |entry| entry.sequence + 1);
                }
                Err(other) => return Err(other),
            }
        }
        Err(PutError::Failed("the audit log is written by somebody else as well".to_owned()))
    }

    /// Audit entries below `before`, newest first, with the first one that does not follow from the one before it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn audit_page(&self, before: Option<u64>, limit: usize) -> Result<AuditPage, StoreError> {
        // One more, so that also the oldest of the page is held against the one before it.
        let page = self.audit_log.read(before, limit.saturating_add(1), Order::Descending)?;
        let read: Vec<(u64, Option<Entry>)> = page
            .iter()
            .rev()
            .map(|entry| (entry.sequence, serde_json::from_slice(&entry.bytes).ok()))
            .collect();
        let unreadable = read
            .iter()
            .find(|(sequence, entry)| entry.as_ref().is_none_or(|entry| entry.seq != *sequence))
            .map(|(sequence, _)| audit::Broken { seq: *sequence });
        let entries: Vec<Entry> = read.into_iter().filter_map(|(_, entry)| entry).collect();
        let broken = [audit::verify(&entries).err(), unreadable].into_iter().flatten().min_by_key(|b| b.seq);
        Ok(AuditPage { entries: entries.into_iter().rev().take(limit).collect(), broken })
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

/// The hash that the next entry must name. Where the newest cannot be read, whoever reads the log is told.
fn tip_of(newest: Option<&LogEntry>) -> [u8; 32] {
    let Some(newest) = newest else { return audit::FIRST };
    serde_json::from_slice::<Entry>(&newest.bytes).map_or_else(
        |cause| {
            tracing::error!(%cause, seq = newest.sequence, "the newest audit entry cannot be read; the chain is broken there");
            audit::FIRST
        },
        |entry| entry.hash,
    )
}
