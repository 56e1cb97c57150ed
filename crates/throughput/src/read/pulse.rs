//! The numbers of one collector in the compact form that sums over a fleet are made of: by number of the place, not by name.
//! Knows no other collector. Start at [`History::pulse`].

use std::collections::{BTreeMap, HashMap};

use super::flow::{Numbers, component_flows, process};
use super::{DEFAULT_WINDOW_MS, Flow, Process, amount};
use crate::history::History;
use crate::history::rows::Row;
use crate::key::{Kind, Measure, Signal};
use crate::stage::{StageMap, StageRef};

/// Points of a short line.
pub const PULSE_POINTS: usize = 20;
/// Time between two of them, in milliseconds. Steps of all collectors begin at the same moments, so that they can be added.
pub const PULSE_STEP_MS: u64 = 15_000;

/// The places of a [`StageMap`] by number. Made once for each configuration.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    places: Vec<StageRef>,
    by_component: BTreeMap<Kind, HashMap<String, u16>>,
}

/// The numbers of one collector as of its latest push.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulse {
    /// When that push was received, in milliseconds since 1970.
    pub as_of_unix_ms: u64,
    /// Later than this, without a further push, nothing is known any more.
    pub holds_until_unix_ms: u64,
    /// The collector's process.
    pub process: Process,
    /// Each place and signal with a number.
    pub places: Vec<PlaceNumbers>,
}

/// The numbers of one place and signal.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceNumbers {
    /// Which of [`Slots::places`].
    pub slot: u16,
    /// The signal.
    pub signal: Option<Signal>,
    /// The flow now.
    pub flow: Flow,
    /// The line of what a source accepted, a processor let pass or a destination sent; `NaN` is unknown. The last point is of the
    /// step that holds the push.
    line: Option<Box<[f32; PULSE_POINTS]>>,
}

impl Slots {
    /// Numbers the places of a map.
    #[must_use]
    pub fn of(map: &StageMap) -> Self {
        let mut numbers: BTreeMap<&StageRef, u16> = BTreeMap::new();
        for place in map.stages() {
            numbers.entry(place).or_insert(0);
        }
        let mut places = Vec::with_capacity(numbers.len());
        for (place, number) in &mut numbers {
            let Ok(next) = u16::try_from(places.len()) else { break };
            *number = next;
            places.push((*place).clone());
        }
        let mut by_component: BTreeMap<Kind, HashMap<String, u16>> = BTreeMap::new();
        for (kind, id, place) in map.components() {
            if let Some(number) = numbers.get(place) {
                by_component.entry(kind).or_default().insert(id.to_owned(), *number);
            }
        }
        Self { places, by_component }
    }

    /// The places, each at its number.
    #[must_use]
    pub fn places(&self) -> &[StageRef] {
        &self.places
    }

    fn get(&self, kind: Kind, id: &str) -> Option<u16> {
        self.by_component.get(&kind)?.get(id).copied()
    }
}

impl History {
    /// The numbers as of the latest push; nothing before the first one. What a reader makes of them depends on the time:
    /// see [`Pulse::holds_at`].
    #[must_use]
    pub fn pulse(&self, slots: &Slots) -> Option<Pulse> {
        let head = self.head_row()?;
        let gap_ms = self.intervals.longest_gap_ms();
        let window = self.window(head.received_ms, DEFAULT_WINDOW_MS);
        let numbers = Numbers { rates: &window.rates, levels: &window.levels };
        let mut places: BTreeMap<(u16, Option<Signal>), Flow> = BTreeMap::new();
        component_flows(&self.table, &numbers, |key, flow| {
            if let Some(slot) = slots.get(key.kind, &key.id) {
                let known = places.entry((slot, key.signal)).or_default();
                *known = known.plus(flow);
            }
        });
        let lines = self.lines(slots, &head, gap_ms);
        let places = places.into_iter().map(|((slot, signal), flow)| {
            let line = lines.get(&(slot, signal)).map(|cells| Box::new(points(cells)));
            PlaceNumbers { slot, signal, flow, line }
        });
        Some(Pulse {
            as_of_unix_ms: head.received_ms,
            holds_until_unix_ms: head.received_ms.saturating_add(gap_ms),
            process: Process { restarts: None, ..process(&self.table, &numbers) },
            places: places.collect(),
        })
    }

    fn lines(
        &self,
        slots: &Slots,
        head: &Row,
        gap_ms: u64,
    ) -> BTreeMap<(u16, Option<Signal>), [Cell; PULSE_POINTS]> {
        let last_step = head.received_ms / PULSE_STEP_MS;
        let first_step = last_step.saturating_sub(PULSE_POINTS as u64 - 1);
        let series: Vec<(usize, (u16, Option<Signal>))> = self
            .table
            .in_order()
            .filter(|(_, entry)| entry.key.measure == line_measure(entry.key.component.kind))
            .filter_map(|(position, entry)| {
                let component = &entry.key.component;
                Some((position, (slots.get(component.kind, &component.id)?, component.signal)))
            })
            .collect();
        let mut cells = vec![[Cell::default(); PULSE_POINTS]; series.len()];
        let mut before: Option<Row> = None;
        let mut take = |row: &Row| {
            if let Some(before) = before.replace(row.clone()) {
                let piece = Piece::between(&before, row).filter(|piece| piece.passed_ms <= gap_ms);
                for (step, share) in piece.into_iter().flat_map(|piece| piece.steps(first_step)) {
                    for ((position, _), cells) in series.iter().zip(&mut cells) {
                        let grown = grown(&before, row, *position);
                        if let (Some(grown), Some(cell)) = (grown, cells.get_mut(step)) {
                            cell.add(grown, share);
                        }
                    }
                }
            }
        };
        self.fine.each_row_from(first_step.saturating_mul(PULSE_STEP_MS).saturating_sub(gap_ms), &mut take);
        take(head);
        let mut lines: BTreeMap<_, [Cell; PULSE_POINTS]> = BTreeMap::new();
        for ((_, place), cells) in series.into_iter().zip(cells) {
            let line = lines.entry(place).or_default();
            for (sum, cell) in line.iter_mut().zip(cells) {
                sum.join(cell);
            }
        }
        lines
    }
}

/// How much a series grew between two rows. One that is in neither had not begun: counters are sent once they counted something.
fn grown(before: &Row, row: &Row, position: usize) -> Option<u64> {
    let value = |row: &Row| row.values.get(position).copied().flatten();
    match (value(before), value(row)) {
        (Some(from), Some(to)) => Some(to.saturating_sub(from)),
        (None, None | Some(0)) => Some(0),
        (Some(_), None) | (None, Some(_)) => None,
    }
}

/// What a short line shows of a component.
fn line_measure(kind: Kind) -> Measure {
    match kind {
        Kind::Receiver => Measure::Accepted,
        Kind::Processor => Measure::Outgoing,
        Kind::Exporter => Measure::Sent,
        Kind::Process => Measure::Uptime,
    }
}

/// The time between two rows, by our clock, and how much of the collector's own passed.
#[derive(Clone, Copy)]
struct Piece {
    start_ms: u64,
    end_ms: u64,
    passed_ms: u64,
}

impl Piece {
    fn between(before: &Row, row: &Row) -> Option<Self> {
        let passed_ms = row.elapsed_ms.checked_sub(before.elapsed_ms).filter(|passed| *passed > 0)?;
        let (start_ms, end_ms) = (before.received_ms, row.received_ms);
        (end_ms > start_ms).then_some(Self { start_ms, end_ms, passed_ms })
    }

    /// Which steps of the line it covers, each with how much of it.
    fn steps(self, first_step: u64) -> impl Iterator<Item = (usize, Share)> {
        let last = (self.end_ms - 1) / PULSE_STEP_MS;
        let first = (self.start_ms / PULSE_STEP_MS).max(first_step);
        (first..=last).filter_map(move |step| {
            let begins_ms = step.saturating_mul(PULSE_STEP_MS);
            let ends_ms = begins_ms.saturating_add(PULSE_STEP_MS);
            let covered_ms = self.end_ms.min(ends_ms).saturating_sub(self.start_ms.max(begins_ms));
            let share =
                Share { covered_ms: amount(covered_ms), length_ms: amount(self.end_ms - self.start_ms) };
            Some((usize::try_from(step - first_step).ok()?, share))
        })
    }
}

/// How much of the time between two rows lies in a step.
#[derive(Clone, Copy)]
struct Share {
    covered_ms: f64,
    length_ms: f64,
}

/// What one series did within a step. By our clock alone, unlike the rates: so the points of a line add up to what was counted,
/// and two ends of a link can be held against each other.
#[derive(Clone, Copy, Default)]
struct Cell {
    grown: f64,
    covered_ms: f64,
}

impl Cell {
    fn add(&mut self, grown: u64, share: Share) {
        self.grown += amount(grown) * share.covered_ms / share.length_ms;
        self.covered_ms += share.covered_ms;
    }

    /// Adds a further component of the same place.
    fn join(&mut self, other: Self) {
        self.grown += other.grown;
        self.covered_ms = self.covered_ms.max(other.covered_ms);
    }

    #[expect(clippy::cast_possible_truncation, reason = "a point of a small line needs no more")]
    fn rate(self, least_ms: f64) -> f32 {
        if self.covered_ms > 0.0 && self.covered_ms >= least_ms {
            (self.grown / self.covered_ms * 1000.0) as f32
        } else {
            f32::NAN
        }
    }
}

/// The points of a line: of whole steps, but for the last one, which has only begun.
fn points(cells: &[Cell; PULSE_POINTS]) -> [f32; PULSE_POINTS] {
    let mut points = cells.map(|cell| cell.rate(amount(PULSE_STEP_MS)));
    if let (Some(point), Some(cell)) = (points.last_mut(), cells.last()) {
        *point = cell.rate(0.0);
    }
    points
}

impl Pulse {
    /// Whether the numbers still hold: the collector is not silent for more than three of its intervals.
    #[must_use]
    pub fn holds_at(&self, now_unix_ms: u64) -> bool {
        now_unix_ms <= self.holds_until_unix_ms
    }

    /// A place's line as seen at a moment, oldest point first, ending with the step that holds the moment. Steps since the latest
    /// push go on as the line ended, as long as the numbers hold.
    #[must_use]
    pub fn line(&self, place: &PlaceNumbers, now_unix_ms: u64) -> [Option<f64>; PULSE_POINTS] {
        let mut seen = [None; PULSE_POINTS];
        let Some(line) = &place.line else { return seen };
        let step_now = now_unix_ms / PULSE_STEP_MS;
        let step_head = self.as_of_unix_ms / PULSE_STEP_MS;
        // A clock that was set back shows the line as it was.
        let behind = usize::try_from(step_now.saturating_sub(step_head)).unwrap_or(usize::MAX);
        let known = |point: &f32| Some(f64::from(*point)).filter(|point| point.is_finite());
        let last = line.last().and_then(known).or_else(|| line.iter().rev().nth(1).and_then(known));
        let last = last.filter(|_| self.holds_at(now_unix_ms));
        for (at, point) in seen.iter_mut().enumerate() {
            let from_head = at.saturating_add(behind);
            *point = match line.get(from_head) {
                Some(old) => known(old).or(if from_head == PULSE_POINTS - 1 { last } else { None }),
                None => last,
            };
        }
        seen
    }
}
