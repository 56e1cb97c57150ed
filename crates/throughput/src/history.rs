//! A day of one collector's numbers: counters as growth that never falls, whatever restarts and clocks do.
//! Knows no clock: when a push was received is an argument. Start at [`History::record`].

mod bytes;
mod intervals;
pub(crate) mod rows;
pub(crate) mod table;

use crate::batch::{Batch, Cell, VALUE_MAX};
use crate::key::{ComponentKey, Measure, SeriesKey};
pub use bytes::CorruptHistory;
use intervals::Intervals;
use rows::{Ring, Row, Shape};
use table::{Latest, Table};

/// Series that one collector may have; further ones are let go and [`History::has_overflowed`] says so.
pub const SERIES_MAX: usize = 2_000;
/// Longest id of a component, in bytes.
pub const ID_BYTES_MAX: usize = 256;
/// How far back every push is kept.
pub const FINE_SPAN_MS: u64 = 60 * 60 * 1_000;
/// How far back one push in five minutes is kept.
pub const COARSE_SPAN_MS: u64 = 24 * 60 * 60 * 1_000;

/// Least time between two rows of the last day.
pub(crate) const COARSE_SPACING_MS: u64 = 5 * 60 * 1_000;

/// A second's spacing holds at least the last quarter of an hour, whatever a collector sends.
const FINE: Shape = Shape {
    span_ms: FINE_SPAN_MS,
    spacing_ms: 1_000,
    block_rows: 32,
    block_span_ms: 30 * 60 * 1_000,
    blocks_max: 30,
};
const COARSE: Shape = Shape {
    span_ms: COARSE_SPAN_MS,
    spacing_ms: COARSE_SPACING_MS,
    block_rows: 24,
    block_span_ms: 2 * 60 * 60 * 1_000,
    blocks_max: 16,
};

/// A series unseen for this long is in no row any more, so its position can be given away.
const POSITION_REUSE_MS: u64 = COARSE_SPAN_MS + 3 * 60 * 60 * 1_000;
/// Push times by the two clocks may differ by this much per push: retries are late. Beyond it the collector's clock was set.
const CLOCK_SLACK_MS: u64 = 2 * 60 * 1_000;
const YEAR_MS: u64 = 366 * 24 * 60 * 60 * 1_000;
/// Our own clock was set back by more than this: what was placed in the future is let go.
const RECEIPT_SLACK_MS: u64 = 10 * 60 * 1_000;
/// Uptime may lag behind the wall clock by this much without meaning a restart.
const UPTIME_SLACK_MS: u64 = 5_000;

/// The numbers of one collector. Its size is bounded by [`SERIES_MAX`] and the two spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub(crate) table: Table,
    pub(crate) head: Option<Head>,
    pub(crate) intervals: Intervals,
    pub(crate) fine: Ring,
    pub(crate) coarse: Ring,
    overflowed: bool,
}

/// When the latest push was; its numbers are in the table until the next one packs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) received_ms: u64,
    pub(crate) elapsed_ms: u64,
    /// The collector's clock, as it said; 0 if it did not or cannot be meant.
    read_at_ms: u64,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// It is the latest push now.
    Kept,
    /// It holds no series.
    Empty,
    /// It is not newer than the latest push: a duplicate, or one that was overtaken.
    Late,
}

impl Default for History {
    fn default() -> Self {
        Self::new()
    }
}

impl History {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            table: Table::default(),
            head: None,
            intervals: Intervals::default(),
            fine: Ring::new(FINE),
            coarse: Ring::new(COARSE),
            overflowed: false,
        }
    }

    /// Takes in one push. Growth is measured by the collector's clock; `received_unix_ms`, ours, is where it is placed.
    pub fn record(&mut self, batch: &Batch, received_unix_ms: u64) -> Recorded {
        if batch.cells.is_empty() {
            return Recorded::Empty;
        }
        let received_ms = self.placed_at(received_unix_ms);
        // A clock a year away is not set at all: ours is the better one.
        let is_set = batch.read_at_ms.abs_diff(received_ms) <= YEAR_MS;
        let read_at_ms = if is_set { batch.read_at_ms } else { 0 };
        let passed_ms = match self.head {
            None => None,
            Some(head) => match passed_ms(head, read_at_ms, received_ms) {
                Some(passed_ms) => Some(passed_ms),
                None => return Recorded::Late,
            },
        };
        self.overflowed = batch.overflowed;
        let positions = self.positions(batch, received_ms);
        if let (Some(head), Some(passed_ms)) = (self.head, passed_ms) {
            let appeared = passed_ms <= self.intervals.longest_gap_ms() && self.begin_at_zero(&positions);
            self.keep_head(head, appeared);
            self.intervals.note(passed_ms);
        }
        let elapsed_ms = self.head.map_or(0, |head| head.elapsed_ms).saturating_add(passed_ms.unwrap_or(0));
        self.head = Some(Head { received_ms, elapsed_ms, read_at_ms });
        self.apply(&positions, received_ms, passed_ms);
        Recorded::Kept
    }

    /// When the latest push was received, in milliseconds since 1970 by our clock.
    pub fn latest_unix_ms(&self) -> Option<u64> {
        self.head.map(|head| head.received_ms)
    }

    /// Whether the latest push had more series than can be kept.
    pub fn has_overflowed(&self) -> bool {
        self.overflowed
    }

    /// How many series are known, among them those that came and went within the last day.
    pub fn series_count(&self) -> usize {
        self.table.len()
    }

    /// Approximate memory in use, in bytes.
    pub fn size_bytes(&self) -> usize {
        size_of::<Self>() + self.table.size_bytes() + self.fine.size_bytes() + self.coarse.size_bytes()
    }

    /// The latest push as a row.
    pub(crate) fn head_row(&self) -> Option<Row> {
        let head = self.head?;
        let latest = self.table.entries().iter().map(|entry| entry.latest);
        let values = latest.map(|latest| latest.is_present.then_some(latest.kept)).collect();
        Some(Row { received_ms: head.received_ms, elapsed_ms: head.elapsed_ms, values })
    }

    /// Where a push is placed: never before the latest one. If our clock was set back, the old placement means nothing.
    fn placed_at(&mut self, received_unix_ms: u64) -> u64 {
        let Some(head) = &mut self.head else { return received_unix_ms };
        if received_unix_ms.saturating_add(RECEIPT_SLACK_MS) < head.received_ms {
            self.fine.clear();
            self.coarse.clear();
            head.received_ms = received_unix_ms;
        }
        received_unix_ms.max(head.received_ms)
    }

    /// The position of each series of the batch, new ones included; those beyond the limit are left out.
    fn positions<'b>(&mut self, batch: &'b Batch, received_ms: u64) -> Vec<(usize, &'b SeriesKey, Cell)> {
        let restarts = restarts_key();
        if self.table.find(&restarts).is_none() {
            // It comes first and is always seen, so it always has a place.
            self.table.insert(restarts, None);
        }
        let mut free: Option<Vec<usize>> = None;
        let mut positions = Vec::with_capacity(batch.cells.len());
        for (key, cell) in &batch.cells {
            let position = self.table.find(key).or_else(|| {
                let free = free.get_or_insert_with(|| unseen_since(&self.table, received_ms));
                let reuse = free.pop();
                let has_room = reuse.is_some() || self.table.len() < SERIES_MAX;
                if has_room { self.table.insert(key.clone(), reuse) } else { None }
            });
            match position {
                Some(position) => positions.push((position, key, *cell)),
                None => self.overflowed = true,
            }
        }
        positions
    }

    /// A counter is sent only once it counted something. One that appears while the collector was reporting stood
    /// where it was at the push before: say so in that push, or its first growth would be lost.
    fn begin_at_zero(&mut self, positions: &[(usize, &SeriesKey, Cell)]) -> bool {
        let mut appeared = false;
        for (position, key, _) in positions {
            if let Some(latest) = self.table.latest_mut(*position)
                && key.measure.is_counter()
                && !latest.is_present
            {
                latest.is_present = true;
                appeared = true;
            }
        }
        appeared
    }

    /// Packs the latest push into the rings before the next one takes its place.
    fn keep_head(&mut self, head: Head, must: bool) {
        let is_newer = self.fine.has_room_at(head.received_ms, head.elapsed_ms);
        let Some(row) = self.head_row() else { return };
        if is_newer || (must && self.fine.accepts(head.elapsed_ms)) {
            self.fine.push(&row);
        }
        if self.coarse.has_room_at(head.received_ms, head.elapsed_ms) {
            self.coarse.push(&row);
        }
    }

    fn apply(&mut self, positions: &[(usize, &SeriesKey, Cell)], received_ms: u64, passed_ms: Option<u64>) {
        let known: Vec<bool> = self.table.entries().iter().map(|entry| entry.latest.seen_ms > 0).collect();
        for latest in self.table.all_latest_mut() {
            latest.is_present = false;
        }
        let (mut by_uptime, mut by_start) = (None, false);
        for (position, key, cell) in positions {
            let Some(latest) = self.table.latest_mut(*position) else { continue };
            let is_known = known.get(*position).copied().unwrap_or(false);
            let starts_later = is_known && latest.start_ms != 0 && cell.start_ms > latest.start_ms;
            by_start |= starts_later;
            if key.measure == Measure::Uptime && is_known {
                let expected_ms = latest.raw.saturating_add(passed_ms.unwrap_or(0));
                // A reload within the process starts all counters anew, uptime's too, but does not set it back.
                let lags = cell.value.saturating_add(UPTIME_SLACK_MS) < expected_ms;
                by_uptime = Some(cell.value < latest.raw || (starts_later && lags));
            }
            *latest = advanced(*latest, *cell, key.measure, starts_later);
            latest.seen_ms = received_ms.max(1);
        }
        if let Some(latest) = self.table.find(&restarts_key()).and_then(|at| self.table.latest_mut(at)) {
            let restarted = by_uptime.unwrap_or(by_start);
            latest.kept = latest.kept.saturating_add(u64::from(restarted)).min(VALUE_MAX);
            (latest.is_present, latest.seen_ms) = (true, received_ms.max(1));
        }
    }
}

/// The next state of a series. A counter's first value ever was reached before anyone looked, unless the series was
/// seen at zero: see [`History::begin_at_zero`].
fn advanced(latest: Latest, cell: Cell, measure: Measure, starts_later: bool) -> Latest {
    let growth = if starts_later {
        cell.value
    } else {
        // A counter that fell was restarted at zero, so all of it is new. A sum that fell may have lost a part instead,
        // such as a file that is gone: what the others grew is unknown, and not all they ever counted.
        let is_sum = latest.is_sum || cell.is_sum;
        cell.value.checked_sub(latest.raw).unwrap_or(if is_sum { 0 } else { cell.value })
    };
    let kept =
        if measure.is_counter() { latest.kept.saturating_add(growth).min(VALUE_MAX) } else { cell.value };
    let start_ms = if cell.start_ms == 0 { latest.start_ms } else { cell.start_ms };
    let (seen_ms, is_sum) = (latest.seen_ms, cell.is_sum);
    Latest { raw: cell.value, start_ms, kept, seen_ms, is_present: true, is_sum }
}

/// How much of the collector's time passed since the latest push; nothing if the push is not newer.
fn passed_ms(head: Head, read_at_ms: u64, received_ms: u64) -> Option<u64> {
    let by_ours_ms = received_ms.saturating_sub(head.received_ms);
    if head.read_at_ms != 0 && read_at_ms != 0 {
        let late_ms = head.read_at_ms.saturating_add(by_ours_ms).abs_diff(read_at_ms);
        if late_ms <= CLOCK_SLACK_MS {
            return read_at_ms.checked_sub(head.read_at_ms).filter(|passed_ms| *passed_ms > 0);
        }
    }
    Some(by_ours_ms).filter(|passed_ms| *passed_ms > 0)
}

fn unseen_since(table: &Table, received_ms: u64) -> Vec<usize> {
    let is_old = |latest: Latest| latest.seen_ms.saturating_add(POSITION_REUSE_MS) < received_ms;
    let entries = table.entries().iter().enumerate();
    entries
        .filter(|(_, entry)| entry.key.measure != Measure::Restarts && is_old(entry.latest))
        .map(|(position, _)| position)
        .collect()
}

pub(crate) fn restarts_key() -> SeriesKey {
    SeriesKey { component: ComponentKey::process(), measure: Measure::Restarts }
}
