//! One push of one collector, sorted into series: points of the same component and measure are added up.
//! Knows nothing of what came before. Start at [`Batch::add`].

use std::collections::BTreeMap;

use crate::families::{Family, Says, family_of};
use crate::history::{ID_BYTES_MAX, SERIES_MAX};
use crate::key::{Measure, SeriesKey};

/// One number point as a collector sent it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading<'a> {
    /// The metric's name.
    pub family: &'a str,
    /// The number. A point without one is no reading.
    pub value: Number,
    /// When counting began, in nanoseconds since 1970 by the collector's clock; 0 if not said.
    pub start_time_unix_nano: u64,
    /// When it was read, in nanoseconds since 1970 by the collector's clock; 0 if not said.
    pub time_unix_nano: u64,
}

/// The number of a reading; the same series may change from one to the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// An integer.
    Int(i64),
    /// A double.
    Double(f64),
}

/// What became of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is part of the batch.
    Kept,
    /// It is of no wanted family, or does not name a component.
    Ignored,
    /// Its number is negative, not finite or beyond what a counter can reach, or its id is too long.
    Refused,
    /// The batch has as many series as a collector may have.
    TooManySeries,
}

/// All readings of one push.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub(crate) cells: BTreeMap<SeriesKey, Cell>,
    pub(crate) read_at_ms: u64,
    pub(crate) overflowed: bool,
}

/// The sum of the points of one series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) value: u64,
    /// The earliest start among the points that say one: a point that joins later is no restart.
    pub(crate) start_ms: u64,
    /// Whether it is the sum of several points, any of which may leave without notice.
    pub(crate) is_sum: bool,
    /// When it was read, by the collector's clock; 0 if not said.
    read_at_ms: u64,
    is_second_choice: bool,
}

/// Largest value that is kept: the way between two of them fits in 64 bits with a sign.
pub(crate) const VALUE_MAX: u64 = i64::MAX.unsigned_abs();

const NANOS_PER_MS: u64 = 1_000_000;
/// Points of one component that were read further apart than this are no parts of one number, but an older and a newer one.
const ONE_READING_MS: u64 = 500;

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a reading; `attribute` answers the text attributes of its point.
    pub fn add<'a>(&mut self, reading: &Reading<'_>, attribute: impl Fn(&str) -> Option<&'a str>) -> Added {
        let Some(family) = family_of(reading.family) else { return Added::Ignored };
        let Some(key) = family.key(attribute) else { return Added::Ignored };
        let Some(cell) = cell(family, reading) else { return Added::Refused };
        if key.component.id.len() > ID_BYTES_MAX {
            return Added::Refused;
        }
        if let Some(known) = self.cells.get_mut(&key) {
            known.join(cell);
        } else if self.cells.len() >= SERIES_MAX {
            self.overflowed = true;
            return Added::TooManySeries;
        } else {
            self.cells.insert(key, cell);
        }
        self.read_at_ms = self.read_at_ms.max(cell.read_at_ms);
        Added::Kept
    }

    /// How many series the batch has.
    pub fn series_count(&self) -> usize {
        self.cells.len()
    }
}

impl Cell {
    /// Adds a point of the same series. Only one of two names counts, and only the latest of two readings.
    fn join(&mut self, other: Self) {
        let is_earlier = |a: Self, b: Self| {
            a.read_at_ms != 0 && a.read_at_ms.saturating_add(ONE_READING_MS) < b.read_at_ms
        };
        if self.is_second_choice != other.is_second_choice {
            if self.is_second_choice {
                *self = other;
            }
        } else if is_earlier(*self, other) {
            *self = other;
        } else if !is_earlier(other, *self) {
            self.value = self.value.saturating_add(other.value).min(VALUE_MAX);
            self.start_ms = earliest(self.start_ms, other.start_ms);
            self.is_sum = true;
        }
    }
}

/// The number of one point, if it can be one.
fn cell(family: &Family, reading: &Reading<'_>) -> Option<Cell> {
    let value = kept_value(reading.value, family.measure)?;
    let read_at_ms = reading.time_unix_nano / NANOS_PER_MS;
    let (value, start_ms) = match family.says {
        Says::Amount => (value, reading.start_time_unix_nano / NANOS_PER_MS),
        // Both by the collector's clock, so what lies between is right even where the clock is not.
        Says::Start => (read_at_ms.checked_sub(value)?, value),
    };
    let is_second_choice = family.is_second_choice;
    Some(Cell { value, start_ms, is_sum: false, read_at_ms, is_second_choice })
}

/// The number in kept units, if it is one that a counter or gauge can show.
fn kept_value(number: Number, measure: Measure) -> Option<u64> {
    let scale = measure.scale();
    match number {
        Number::Int(value) => {
            let value = u64::try_from(value).ok()?.checked_mul(u64::from(scale))?;
            (value <= VALUE_MAX).then_some(value)
        }
        Number::Double(value) => {
            let value = (value * f64::from(scale)).round();
            // Below 2^63 every whole double is exact as an integer; `-0.0` passes as 0.
            #[expect(clippy::cast_possible_truncation, reason = "the range was just checked")]
            #[expect(clippy::cast_sign_loss, reason = "the range was just checked")]
            (0.0..9_223_372_036_854_775_808.0).contains(&value).then_some(value as u64)
        }
    }
}

fn earliest(known_ms: u64, other_ms: u64) -> u64 {
    match (known_ms, other_ms) {
        (0, start_ms) | (start_ms, 0) => start_ms,
        (known_ms, other_ms) => known_ms.min(other_ms),
    }
}
