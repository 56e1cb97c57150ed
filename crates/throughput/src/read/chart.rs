//! The last day as points at even steps: each the average over its step, nothing where the collector was silent.
//! Knows nothing of how rows are packed. Start at [`History::chart`].

use std::collections::BTreeMap;

use super::flow::{Numbers, flows, process};
use super::{Flow, Process, amount};
use crate::history::rows::Row;
use crate::history::table::Table;
use crate::history::{COARSE_SPACING_MS, COARSE_SPAN_MS, History, restarts_key};
use crate::key::Signal;
use crate::stage::{StageMap, StageRef};

/// Most points of one line; a finer step is made coarser.
pub const CHART_POINTS_MAX: u64 = 1_500;

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChartQuery {
    /// From here, by our clock, rounded down to a whole step; at most a day before the latest push.
    pub from_unix_ms: u64,
    /// Up to here.
    pub to_unix_ms: u64,
    /// Time between two points, in seconds. Beyond the last hour numbers are five minutes apart.
    pub step_s: u64,
}

/// Lines over the same steps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chart {
    /// Where the first step begins.
    pub from_unix_ms: u64,
    /// The step that was used, in seconds.
    pub step_s: u64,
    /// One for each stage and signal with numbers.
    pub lines: Vec<ChartLine>,
    /// The collector's process, one for each step.
    pub process: Vec<Process>,
}

/// The flow through one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartLine {
    /// The entity's path, as in the [`StageMap`].
    pub entity: String,
    /// The stage within it.
    pub stage: String,
    /// The signal.
    pub signal: Option<Signal>,
    /// One for each step.
    pub points: Vec<Flow>,
}

impl History {
    /// The numbers over time. Growth is placed where it was received and measured by the collector's time.
    pub fn chart(&self, query: ChartQuery, map: &StageMap) -> Chart {
        let Some(head) = self.head_row() else { return Chart::default() };
        let oldest_ms = head.received_ms.saturating_sub(COARSE_SPAN_MS);
        let to_ms = query.to_unix_ms.min(head.received_ms.saturating_add(COARSE_SPAN_MS));
        let from_ms = query.from_unix_ms.max(oldest_ms).min(to_ms);
        let least_step_s = (to_ms - from_ms).div_ceil(1000 * CHART_POINTS_MAX);
        let step_s = query.step_s.clamp(least_step_s.max(1), COARSE_SPAN_MS / 1000);
        let step_ms = step_s * 1000;
        let from_ms = from_ms / step_ms * step_ms;
        let steps = usize::try_from((to_ms - from_ms).div_ceil(step_ms)).unwrap_or(0);
        let axis = Axis { from_ms, step_ms, steps };
        let mut drawing = Drawing::new(self, map, axis);
        let begin_ms = from_ms.saturating_sub(COARSE_SPACING_MS * 2);
        let mut fine_from_ms = head.received_ms;
        self.fine.each_row_from(0, &mut |row| fine_from_ms = fine_from_ms.min(row.received_ms));
        let fine_reach_ms = self.intervals.longest_gap_ms();
        let coarse_reach_ms = fine_reach_ms.max(3 * COARSE_SPACING_MS);
        self.coarse.each_row_from(begin_ms, &mut |row| {
            if (oldest_ms..fine_from_ms).contains(&row.received_ms) {
                drawing.take(row, coarse_reach_ms);
            }
        });
        self.fine.each_row_from(begin_ms, &mut |row| drawing.take(row, fine_reach_ms));
        drawing.take(&head, fine_reach_ms);
        drawing.finish(step_s)
    }
}

/// The steps of a chart.
#[derive(Clone, Copy)]
struct Axis {
    from_ms: u64,
    step_ms: u64,
    steps: usize,
}

/// A chart in the making: one step at a time, rows in the order of time.
struct Drawing<'h> {
    table: &'h Table,
    map: &'h StageMap,
    axis: Axis,
    /// The step that is being filled, by its number.
    step: usize,
    series: Vec<Filled>,
    restarts: Option<u64>,
    lines: BTreeMap<(&'h StageRef, Option<Signal>), Vec<Flow>>,
    process: Vec<Process>,
    /// The row before, and how far after it the next one may be to belong to the same line.
    before: Option<(Row, u64)>,
}

/// What one series did within a step.
#[derive(Clone, Copy, Default)]
struct Filled {
    grown: f64,
    covered_ms: f64,
    level: Option<u64>,
}

/// What a piece between two rows adds to a step.
#[derive(Clone, Copy)]
struct Piece {
    passed_ms: u64,
    /// Which part of the piece lies within the step.
    share: f64,
}

impl<'h> Drawing<'h> {
    fn new(history: &'h History, map: &'h StageMap, axis: Axis) -> Self {
        Self {
            table: &history.table,
            map,
            axis,
            step: 0,
            series: vec![Filled::default(); history.table.len()],
            restarts: None,
            lines: BTreeMap::new(),
            process: Vec::new(),
            before: None,
        }
    }

    fn take(&mut self, row: &Row, reach_ms: u64) {
        if let Some((before, before_reach_ms)) = self.before.take() {
            let passed_ms = row.elapsed_ms.saturating_sub(before.elapsed_ms);
            if passed_ms > 0 && passed_ms <= before_reach_ms {
                self.connect(&before, row, passed_ms);
            }
        }
        if let Some(step) = self.axis.step_of(row.received_ms) {
            self.go_to(step);
            for (filled, kept) in self.series.iter_mut().zip(&row.values) {
                filled.level = kept.or(filled.level);
            }
        }
        self.before = Some((row.clone(), reach_ms));
    }

    /// Spreads what grew between two rows over the steps between them.
    fn connect(&mut self, before: &Row, row: &Row, passed_ms: u64) {
        let (start_ms, end_ms) = (before.received_ms, row.received_ms);
        let axis = self.axis;
        let length_ms = end_ms.saturating_sub(start_ms);
        // What ends on the border of two steps belongs to the first.
        let last_ms = if length_ms > 0 { end_ms - 1 } else { end_ms };
        let Some(last) = axis.last_step_until(last_ms) else { return };
        let first = axis.step_of(start_ms.max(axis.from_ms)).unwrap_or(last);
        for step in first..=last {
            let share =
                if length_ms == 0 { 1.0 } else { axis.overlap(step, start_ms, end_ms) / amount(length_ms) };
            self.go_to(step);
            self.fill(before, row, Piece { passed_ms, share });
        }
        if let Some(restarts) = self.table.find(&restarts_key())
            && let (Some(Some(from)), Some(Some(to))) =
                (before.values.get(restarts), row.values.get(restarts))
        {
            self.restarts = Some(self.restarts.unwrap_or(0) + to.saturating_sub(*from));
        }
    }

    fn fill(&mut self, before: &Row, row: &Row, piece: Piece) {
        self.restarts = self.restarts.or(Some(0));
        let values = before.values.iter().zip(&row.values);
        for (filled, (from, to)) in self.series.iter_mut().zip(values) {
            if let (Some(from), Some(to)) = (from, to) {
                filled.grown += amount(to.saturating_sub(*from)) * piece.share;
                filled.covered_ms += amount(piece.passed_ms) * piece.share;
                filled.level = Some(*to);
            }
        }
    }

    /// Begins a later step, once the one before it is written down.
    fn go_to(&mut self, step: usize) {
        if step > self.step {
            self.write_down();
            self.step = step;
            self.series.fill(Filled::default());
            self.restarts = None;
        }
    }

    fn write_down(&mut self) {
        let (mut rates, mut levels) = (Vec::new(), Vec::new());
        for (filled, entry) in self.series.iter().zip(self.table.entries()) {
            let is_counter = entry.key.measure.is_counter();
            let has_rate = is_counter && filled.covered_ms > 0.0;
            rates.push(has_rate.then(|| filled.grown / filled.covered_ms * 1000.0));
            levels.push(filled.level.filter(|_| !is_counter));
        }
        let numbers = Numbers { rates: &rates, levels: &levels };
        for (place, flow) in flows(self.table, self.map, &numbers) {
            let points = self.lines.entry(place).or_default();
            points.resize(self.step, Flow::default());
            points.push(flow);
        }
        self.process.resize(self.step, Process::default());
        self.process.push(Process { restarts: self.restarts, ..process(self.table, &numbers) });
    }

    fn finish(mut self, step_s: u64) -> Chart {
        let steps = self.axis.steps;
        if steps > 0 {
            self.write_down();
        }
        self.process.resize(steps, Process::default());
        let lines = self.lines.into_iter().map(|((place, signal), mut points)| {
            points.resize(steps, Flow::default());
            ChartLine { entity: place.entity.clone(), stage: place.stage.clone(), signal, points }
        });
        Chart {
            from_unix_ms: self.axis.from_ms,
            step_s,
            lines: lines.filter(ChartLine::has_numbers).collect(),
            process: self.process,
        }
    }
}

impl ChartLine {
    fn has_numbers(&self) -> bool {
        self.points.iter().any(|point| *point != Flow::default())
    }
}

impl Axis {
    /// The step that holds this time, if the chart does.
    fn step_of(self, at_ms: u64) -> Option<usize> {
        let step = usize::try_from(at_ms.checked_sub(self.from_ms)? / self.step_ms.max(1)).ok()?;
        (step < self.steps).then_some(step)
    }

    /// The step that holds this time, or the last one if it is later; nothing if it is earlier than all.
    fn last_step_until(self, at_ms: u64) -> Option<usize> {
        let step = usize::try_from(at_ms.checked_sub(self.from_ms)? / self.step_ms.max(1)).ok()?;
        Some(step.min(self.steps.checked_sub(1)?))
    }

    /// How much of the time between two moments lies within a step.
    fn overlap(self, step: usize, start_ms: u64, end_ms: u64) -> f64 {
        let begins_ms = self.from_ms.saturating_add(self.step_ms.saturating_mul(step as u64));
        let ends_ms = begins_ms.saturating_add(self.step_ms);
        amount(end_ms.min(ends_ms).saturating_sub(start_ms.max(begins_ms)))
    }
}
