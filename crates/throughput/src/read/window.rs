//! Rates over the time just before the latest push.
//! Knows nothing of stages. Start at [`History::window`].

use super::{amount, seconds};
use crate::history::rows::Row;
use crate::history::{COARSE_SPAN_MS, History, restarts_key};

/// What is known of each series, by position.
pub(super) struct Window {
    /// Growth per second, for counters; in kept units.
    pub(super) rates: Vec<Option<f64>>,
    /// The latest value, for gauges; in kept units.
    pub(super) levels: Vec<Option<u64>>,
    /// How much of the collector's time the rates cover.
    pub(super) covered_ms: Option<u64>,
}

/// One number and when it was read, by the collector's time.
#[derive(Clone, Copy)]
struct Seen {
    elapsed_ms: u64,
    kept: u64,
}

/// The first and last number of a series within the window.
#[derive(Clone, Copy, Default)]
struct Span {
    first: Option<Seen>,
    last: Option<Seen>,
}

impl History {
    pub(super) fn window(&self, now_unix_ms: u64, window_ms: u64) -> Window {
        let unknown = Window {
            rates: vec![None; self.table.len()],
            levels: vec![None; self.table.len()],
            covered_ms: None,
        };
        let Some(head) = self.head_row() else { return unknown };
        let gap_ms = self.intervals.longest_gap_ms();
        if now_unix_ms.saturating_sub(head.received_ms) > gap_ms {
            return unknown;
        }
        // A row before the window is wanted too, and receipt may be late.
        let from_ms = head.received_ms.saturating_sub(window_ms.saturating_add(gap_ms));
        let mut spans = Spans {
            opens_ms: head.elapsed_ms.saturating_sub(window_ms),
            gap_ms,
            spans: vec![Span::default(); self.table.len()],
            first_ms: None,
            before_ms: None,
        };
        self.fine.each_row_from(from_ms, &mut |row| spans.take(row));
        spans.take(&head);
        spans.read(self, head.elapsed_ms)
    }

    /// Restarts within the last day of history.
    pub(super) fn restarts_of_a_day(&self) -> Option<u64> {
        let position = self.table.find(&restarts_key())?;
        let now = self.table.entry(position)?.latest;
        let from_ms = self.latest_unix_ms()?.saturating_sub(COARSE_SPAN_MS);
        let mut first = None;
        let mut note = |row: &Row| {
            if row.received_ms >= from_ms && first.is_none() {
                first = row.values.get(position).copied().flatten();
            }
        };
        self.coarse.each_row_from(from_ms, &mut note);
        self.fine.each_row_from(from_ms, &mut note);
        Some(now.kept.saturating_sub(first.unwrap_or(now.kept)))
    }
}

struct Spans {
    /// Where the window begins, by the collector's time.
    opens_ms: u64,
    gap_ms: u64,
    spans: Vec<Span>,
    first_ms: Option<u64>,
    before_ms: Option<u64>,
}

impl Spans {
    fn take(&mut self, row: &Row) {
        if self.before_ms.is_some_and(|before_ms| row.elapsed_ms.saturating_sub(before_ms) > self.gap_ms) {
            // Nobody knows when within a silence the growth happened.
            self.spans.fill(Span::default());
            self.first_ms = None;
        }
        self.before_ms = Some(row.elapsed_ms);
        let is_before_window = row.elapsed_ms <= self.opens_ms;
        if self.first_ms.is_none() || is_before_window {
            self.first_ms = Some(row.elapsed_ms);
        }
        for (span, kept) in self.spans.iter_mut().zip(&row.values) {
            let Some(kept) = *kept else { continue };
            let seen = Seen { elapsed_ms: row.elapsed_ms, kept };
            if span.first.is_none() || is_before_window {
                span.first = Some(seen);
            }
            span.last = Some(seen);
        }
    }

    fn read(self, history: &History, head_ms: u64) -> Window {
        let (mut rates, mut levels) = (Vec::new(), Vec::new());
        for (span, entry) in self.spans.iter().zip(history.table.entries()) {
            let last = span.last.filter(|last| head_ms.saturating_sub(last.elapsed_ms) <= self.gap_ms);
            let is_counter = entry.key.measure.is_counter();
            rates.push(if is_counter {
                span.first.zip(last).and_then(|(first, last)| rate(first, last))
            } else {
                None
            });
            levels.push(last.filter(|_| !is_counter).map(|last| last.kept));
        }
        let covered_ms = self.first_ms.map(|first_ms| head_ms.saturating_sub(first_ms)).filter(|ms| *ms > 0);
        Window { rates, levels, covered_ms }
    }
}

fn rate(first: Seen, last: Seen) -> Option<f64> {
    let passed_ms = last.elapsed_ms.checked_sub(first.elapsed_ms).filter(|passed_ms| *passed_ms > 0)?;
    let grown = last.kept.checked_sub(first.kept)?;
    Some(amount(grown) / seconds(passed_ms))
}
