//! Numbers of many collectors added up, which say of how many they are.
//! Knows no entity. Start at [`Sum`].

use linkmesh_throughput::{Flow, PULSE_POINTS, PULSE_STEP_MS, PlaceNumbers, Pulse};

/// The same place in several collectors.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sum {
    /// The flow of all of them now.
    pub(super) flow: Flow,
    line: [Point; PULSE_POINTS],
    /// Places that have a line.
    lines: u32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Point {
    sum: f64,
    /// How many know it.
    known: u32,
    /// How many know it from a whole step, not from how their line ended.
    measured: u32,
}

impl Default for Sum {
    fn default() -> Self {
        Self { flow: Flow::default(), line: [Point::default(); PULSE_POINTS], lines: 0 }
    }
}

impl Sum {
    /// Adds what one collector says.
    pub(super) fn add(&mut self, pulse: &Pulse, place: &PlaceNumbers, now_unix_ms: u64) {
        self.flow = self.flow.plus(place.flow);
        let line = pulse.line(place, now_unix_ms);
        if line.iter().all(Option::is_none) {
            return;
        }
        self.lines = self.lines.saturating_add(1);
        let step_head = pulse.as_of_unix_ms / PULSE_STEP_MS;
        let first_step = (now_unix_ms / PULSE_STEP_MS).saturating_sub(PULSE_POINTS as u64 - 1);
        for ((point, value), step) in self.line.iter_mut().zip(line).zip(first_step..) {
            if let Some(value) = value {
                point.sum += value;
                point.known = point.known.saturating_add(1);
                point.measured = point.measured.saturating_add(u32::from(step < step_head));
            }
        }
    }

    /// Adds a whole sum.
    pub(super) fn join(&mut self, other: &Self) {
        self.flow = self.flow.plus(other.flow);
        self.lines = self.lines.saturating_add(other.lines);
        for (point, other) in self.line.iter_mut().zip(&other.line) {
            point.sum += other.sum;
            point.known = point.known.saturating_add(other.known);
            point.measured = point.measured.saturating_add(other.measured);
        }
    }

    /// The line of those who know it, oldest point first; empty where nobody has one.
    pub(super) fn series(&self) -> Vec<Option<f64>> {
        if self.lines == 0 {
            return Vec::new();
        }
        self.line.iter().map(|point| (point.known > 0).then_some(point.sum)).collect()
    }

    /// The points that everybody with a line measured.
    fn complete(&self) -> [Option<f64>; PULSE_POINTS] {
        self.line.map(|point| (self.lines > 0 && point.measured == self.lines).then_some(point.sum))
    }
}

/// What was sent and not received, by steps that both ends measured in full: rates of two collectors are taken over different
/// moments, and their difference would be noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Loss {
    /// Events per second.
    pub(super) per_s: f64,
    /// Of what was sent; nothing where nothing was.
    pub(super) percent: Option<f64>,
}

/// So many of the newest steps are compared.
const STEPS_COMPARED: usize = 8;

/// What was lost between two ends; nothing where they have no step in common.
pub(super) fn loss(sent: &Sum, received: &Sum) -> Option<Loss> {
    let both = sent.complete().into_iter().zip(received.complete());
    let both: Vec<(f64, f64)> =
        both.filter_map(|(sent, received)| sent.zip(received)).rev().take(STEPS_COMPARED).collect();
    let steps = u32::try_from(both.len()).ok().filter(|steps| *steps > 0)?;
    let sent: f64 = both.iter().map(|(sent, _)| sent).sum();
    let received: f64 = both.iter().map(|(_, received)| received).sum();
    let lost = (sent - received).max(0.0);
    // What is on the way at the edge of a step is not lost; nor is what does not survive being added up.
    let lost = if lost < sent * NOISE { 0.0 } else { lost };
    Some(Loss { per_s: lost / f64::from(steps), percent: (sent > 0.0).then(|| lost / sent * 100.0) })
}

/// Share of what was sent that is not told from nothing.
const NOISE: f64 = 0.001;

/// What went in and did not come out, in percent of what went in.
pub(super) fn dropped_percent(flow: &Flow) -> Option<f64> {
    let (taken, given) = (flow.in_per_s?, flow.out_per_s?);
    (taken > 0.0).then(|| ((taken - given) / taken * 100.0).clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use linkmesh_throughput::{Batch, History, Kind, Number, Reading, Slots, StageMap, StageRef};

    use super::*;

    const NOW_MS: u64 = 1_800_000_000_000;

    /// One end of a link that pushes every ten seconds, so much after the full minute, and counts this many a second.
    fn end(late_ms: u64, per_s: i64, pushes: u64) -> Sum {
        let stage = StageRef { entity: "links/up.yaml".to_owned(), stage: "destination".to_owned() };
        let slots = Slots::of(&StageMap::from_iter([(Kind::Exporter, "otlp/up.link", stage)]));
        let mut history = History::new();
        for push in 0..pushes {
            let at_ms = NOW_MS - (pushes - 1 - push) * 10_000 - late_ms;
            let counted = i64::try_from(10_000 * push).unwrap() * per_s / 1000;
            let mut batch = Batch::new();
            let reading = Reading {
                family: "otelcol_exporter_sent_log_records",
                value: Number::Int(counted),
                start_time_unix_nano: 1,
                time_unix_nano: at_ms * 1_000_000,
            };
            batch.add(&reading, |name| (name == "exporter").then_some("otlp/up.link"));
            history.record(&batch, at_ms);
        }
        let mut sum = Sum::default();
        if let Some(pulse) = history.pulse(&slots) {
            pulse.places.iter().for_each(|place| sum.add(&pulse, place, NOW_MS));
        }
        sum
    }

    #[test]
    fn what_arrives_is_not_lost_whenever_the_two_ends_push() {
        for late_ms in [0, 1, 3_000, 9_999] {
            let lost = loss(&end(0, 100, 30), &end(late_ms, 100, 30)).unwrap();
            assert_eq!((lost.per_s, lost.percent), (0.0, Some(0.0)), "{late_ms}");
        }
    }

    #[test]
    fn what_does_not_arrive_is_lost_and_nothing_is_lost_twice() {
        let lost = loss(&end(0, 100, 30), &end(4_000, 75, 30)).unwrap();
        assert!((lost.per_s - 25.0).abs() < 0.01, "{lost:?}");
        assert!(lost.percent.is_some_and(|percent| (percent - 25.0).abs() < 0.01), "{lost:?}");
        // More arrives than this link sends: somebody else uses the port.
        assert_eq!(loss(&end(0, 100, 30), &end(0, 130, 30)).unwrap().per_s, 0.0);
    }

    #[test]
    fn two_senders_are_held_against_one_receiver() {
        let mut senders = end(0, 40, 30);
        senders.join(&end(5_000, 60, 30));
        let lost = loss(&senders, &end(2_000, 100, 30)).unwrap();
        assert_eq!(lost.per_s, 0.0);
        assert_eq!(senders.flow.out_per_s, Some(100.0));
    }

    #[test]
    fn nothing_is_said_of_ends_that_were_never_counted_over_the_same_time() {
        assert_eq!(loss(&end(0, 100, 2), &end(0, 100, 30)), None);
        assert_eq!(loss(&Sum::default(), &end(0, 100, 30)), None);
        assert_eq!(Sum::default().series(), []);
    }

    #[test]
    fn a_share_is_dropped_only_where_something_came_in() {
        let flow = |taken: f64, given: f64| Flow {
            in_per_s: Some(taken),
            out_per_s: Some(given),
            ..Flow::default()
        };
        assert_eq!(dropped_percent(&flow(200.0, 50.0)), Some(75.0));
        assert_eq!(dropped_percent(&flow(50.0, 60.0)), Some(0.0), "batches are let go in heaps");
        assert_eq!(dropped_percent(&flow(0.0, 0.0)), None);
        assert_eq!(dropped_percent(&Flow::default()), None);
    }
}
