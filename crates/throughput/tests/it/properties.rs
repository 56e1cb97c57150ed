//! Over any life of a collector: a naive model agrees, nothing is negative, and bytes give back what they were given.

use std::collections::BTreeMap;

use linkmesh_throughput::{
    ChartQuery, ComponentKey, History, Kind, Measure, Number, Recorded, SeriesKey, Signal,
};
use proptest::prelude::*;

use crate::collector::{DAWN_MS, Push, SENT};
use crate::views::map;

/// What happens between two pushes.
#[derive(Debug, Clone)]
struct Turn {
    after_ms: u64,
    restarts: bool,
    grows: Vec<u32>,
    /// Exporters that are left out of this push.
    hides: u8,
}

const EXPORTERS: [&str; 4] = ["otlp/a", "otlp/b", "otlp/c", "otlp/d"];

fn turn() -> impl Strategy<Value = Turn> {
    // Long silences are rare: where they were the rule, a series that comes and goes would reach back further than rows are kept.
    let after_ms = prop_oneof![50 => 5_000..20_000u64, 9 => 20_000..200_000u64, 1 => 200_000..2_000_000u64];
    let grows = prop::collection::vec(prop_oneof![Just(0), 0..1_000u32, any::<u32>()], EXPORTERS.len());
    (after_ms, prop::bool::weighted(0.15), grows, prop_oneof![3 => Just(0u8), 1 => any::<u8>()])
        .prop_map(|(after_ms, restarts, grows, hides)| Turn { after_ms, restarts, grows, hides })
}

/// Value and start of each series in a push.
type Samples = BTreeMap<usize, (u64, u64)>;

/// The obvious way: every sample kept as it came, every question answered by going through all of them.
#[derive(Default)]
struct Naive {
    pushes: Vec<(u64, Samples)>,
}

impl Naive {
    fn gap_ms(&self) -> u64 {
        let mut passed: Vec<_> = self.pushes.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        let mut recent = passed.split_off(passed.len().saturating_sub(7));
        recent.sort_unstable();
        let usual = recent.get(recent.len() / 2).copied().unwrap_or(60_000);
        3 * usual.clamp(10_000, 1_800_000)
    }

    /// Growth of a counter with each push, beginning after the latest silence; nothing before it was seen.
    fn totals(&self, series: usize) -> Vec<(u64, Option<u64>)> {
        let mut totals: Vec<(u64, Option<u64>)> = Vec::new();
        let mut known: Option<((u64, u64), u64)> = None;
        for (at, (time, samples)) in self.pushes.iter().enumerate() {
            let gap_ms = Self { pushes: self.pushes[..at].to_vec() }.gap_ms();
            let followed = at > 0 && time - self.pushes[at - 1].0 <= gap_ms;
            let sample = samples.get(&series).copied();
            if let Some((value, start)) = sample {
                let grown = match known {
                    Some(((before, began), _)) if value >= before && start == began => value - before,
                    _ => value,
                };
                let total = known.map_or(0, |(_, total)| total);
                if followed && at > 0 && totals[at - 1].1.is_none() {
                    totals[at - 1].1 = Some(total);
                }
                known = Some(((value, start), total + grown));
            }
            totals.push((*time, sample.and(known.map(|(_, total)| total))));
        }
        totals
    }

    fn rate(&self, series: usize, window_ms: u64) -> Option<f64> {
        let gap_ms = self.gap_ms();
        let mut totals = self.totals(series);
        let now = totals.last()?.0;
        if let Some(at) = totals.windows(2).rposition(|pair| pair[1].0 - pair[0].0 > gap_ms) {
            totals.drain(..=at);
        }
        let seen: Vec<_> =
            totals.iter().filter_map(|(time, total)| total.map(|total| (*time, total))).collect();
        let last = *seen.last().filter(|(time, _)| now - time <= gap_ms)?;
        let before = seen.iter().rfind(|(time, _)| *time <= now - window_ms);
        let first = *before.or(seen.first())?;
        (last.0 > first.0).then(|| (last.1 - first.1) as f64 / ((last.0 - first.0) as f64 / 1000.0))
    }
}

fn key(exporter: usize) -> SeriesKey {
    let component =
        ComponentKey { kind: Kind::Exporter, id: EXPORTERS[exporter].into(), signal: Some(Signal::Logs) };
    SeriesKey { component, measure: Measure::Sent }
}

/// Lives the turns, saying when counting began or not, and calls `check` after each push.
fn live(turns: &[Turn], says_start: bool, mut check: impl FnMut(&History, &Naive, u64)) -> History {
    let (mut history, mut naive) = (History::new(), Naive::default());
    let (mut now_ms, mut start_ms, mut counts) = (DAWN_MS, DAWN_MS - 1_000, [0u64; EXPORTERS.len()]);
    for turn in turns {
        now_ms += turn.after_ms;
        if turn.restarts {
            (start_ms, counts) = (now_ms - 1_000, [0; EXPORTERS.len()]);
        }
        let start_ms = if says_start { start_ms } else { 0 };
        let mut push = Push::at(now_ms, start_ms).with("otelcol_process_memory_rss", &[], 1);
        let mut samples = BTreeMap::new();
        for (at, count) in counts.iter_mut().enumerate() {
            *count += u64::from(turn.grows[at]);
            if turn.hides >> at & 1 == 0 {
                push = push.with(SENT, &[("exporter", EXPORTERS[at])], count.cast_signed());
                samples.insert(at, (*count, start_ms));
            }
        }
        assert_eq!(push.received(&mut history, now_ms), Recorded::Kept);
        naive.pushes.push((now_ms, samples));
        check(&history, &naive, now_ms);
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn rates_are_those_of_a_naive_model(
        turns in prop::collection::vec(turn(), 1..40), says_start in any::<bool>(), window_ms in 1..120_000u64,
    ) {
        live(&turns, says_start, |history, naive, now_ms| {
            for (series, exporter) in EXPORTERS.iter().enumerate() {
                let (seen, expected) = (history.rate(&key(series), now_ms, window_ms), naive.rate(series, window_ms));
                assert_eq!(seen, expected, "{exporter} after {} pushes", naive.pushes.len());
            }
        });
    }

    #[test]
    fn bytes_give_back_the_history(turns in prop::collection::vec(turn(), 1..80)) {
        let history = live(&turns, true, |_, _, _| {});
        prop_assert_eq!(&History::from_bytes(&history.to_bytes()).unwrap(), &history);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(History::from_bytes(&bytes).is_err());
    }

    #[test]
    fn no_rate_is_negative_or_endless_whatever_is_sent(
        pushes in prop::collection::vec(
            (any::<f64>(), prop_oneof![any::<i64>(), 0..1_000i64], any::<u64>(), any::<u64>(), any::<u32>()), 1..30),
        window_ms in any::<u64>(),
    ) {
        let mut history = History::new();
        let mut at_ms = DAWN_MS;
        for (double, int, start, time, later) in pushes {
            at_ms += u64::from(later) % 100_000;
            let time_ms = if later % 2 == 0 { time / 1_000_000 } else { at_ms };
            Push::at(time_ms, start / 1_000_000)
                .with(SENT, &[("exporter", "otlp_http/d1")], int)
                .number("otelcol_exporter_send_failed_log_records", &[("exporter", "otlp_http/d1")], Number::Double(double))
                .number("otelcol_process_cpu_seconds", &[], Number::Double(double))
                .number("otelcol_process_uptime", &[], Number::Double(double))
                .received(&mut history, at_ms);
            let seen = history.throughput(at_ms, window_ms, &map());
            let query = ChartQuery { from_unix_ms: 0, to_unix_ms: u64::MAX, step_s: u64::from(later % 1_000) };
            let chart = history.chart(query, &map());
            let points = chart.lines.iter().flat_map(|line| &line.points);
            let flows = seen.components.iter().map(|c| &c.flow).chain(points);
            let rates = flows.flat_map(|flow| [flow.in_per_s, flow.out_per_s, flow.errors_per_s]);
            let processes = chart.process.iter().chain([&seen.process]).flat_map(|p| [p.cpu_percent, p.uptime_s]);
            for rate in rates.chain(processes).chain([seen.interval_s]).flatten() {
                prop_assert!(rate.is_finite() && rate >= 0.0, "{rate}");
            }
            prop_assert_eq!(&History::from_bytes(&history.to_bytes()).unwrap(), &history);
        }
    }
}
