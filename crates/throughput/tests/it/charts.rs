//! The last day as points.

use linkmesh_throughput::{CHART_POINTS_MAX, Chart, ChartQuery, History, StageMap};

use crate::collector::{DAWN_MS, Push};
use crate::views::{map, push};

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;

/// Ten records a second, pushed every minute, and every fourth hour nothing for half an hour.
fn a_day(history: &mut History) -> u64 {
    let minutes = 26 * 60;
    for minute in 0..=minutes {
        if minute % 240 < 210 {
            let at_ms = DAWN_MS + minute * MINUTE_MS;
            let n = minute.cast_signed();
            Push::at(at_ms, 1)
                .with(crate::collector::SENT, &[("exporter", "otlp_http/d1")], n * 600)
                .received(history, at_ms);
        }
    }
    DAWN_MS + minutes * MINUTE_MS
}

fn out_rates(chart: &Chart) -> Vec<Option<f64>> {
    let line =
        chart.lines.iter().find(|line| line.entity == "fleet/destinations/d1").expect("it has numbers");
    assert_eq!(line.points.len(), chart.process.len());
    line.points.iter().map(|point| point.out_per_s).collect()
}

#[test]
fn a_steady_day_is_a_level_line_with_holes_where_nothing_came() {
    let mut history = History::new();
    let now_ms = a_day(&mut history);
    let query = ChartQuery { from_unix_ms: now_ms - 24 * HOUR_MS, to_unix_ms: now_ms, step_s: 600 };
    let chart = history.chart(query, &map());
    assert_eq!((chart.step_s, chart.from_unix_ms % 600_000), (600, 0));
    let rates = out_rates(&chart);
    assert!(rates.iter().flatten().all(|rate| (rate - 10.0).abs() < 1e-9), "{rates:?}");
    let known = rates.iter().filter(|rate| rate.is_some()).count();
    // Six silences of half an hour touch at least two whole steps and at most four.
    assert!((145 - 6 * 4..=145 - 6 * 2).contains(&known), "{known} of {}", rates.len());
}

#[test]
fn the_last_hour_is_there_at_every_push() {
    let mut history = History::new();
    let now_ms = a_day(&mut history);
    let query = ChartQuery { from_unix_ms: now_ms - 30 * MINUTE_MS, to_unix_ms: now_ms, step_s: 60 };
    let rates = out_rates(&history.chart(query, &map()));
    assert!(rates.len() >= 30 && rates.iter().all(Option::is_some), "{rates:?}");
}

#[test]
fn what_a_chart_shows_adds_up_to_what_was_counted() {
    let mut history = History::new();
    for n in 0..=300 {
        push(n).received(&mut history, DAWN_MS + n.cast_unsigned() * 10_000);
    }
    let query = ChartQuery { from_unix_ms: DAWN_MS, to_unix_ms: DAWN_MS + 3_000_000, step_s: 7 };
    let chart = history.chart(query, &map());
    let line = chart.lines.iter().find(|line| line.stage == "edge:app").unwrap();
    let total: f64 = line.points.iter().filter_map(|p| p.in_per_s).sum::<f64>() * 7.0;
    assert!((total - 90_000.0).abs() < 300.0, "{total}");
    let cpu: Vec<_> = chart.process.iter().filter_map(|p| p.cpu_percent).collect();
    assert!(cpu.iter().all(|percent| (percent - 5.0).abs() < 1e-6));
    assert_eq!(chart.process.iter().filter_map(|p| p.restarts).sum::<u64>(), 0);
    assert!(chart.process.iter().any(|p| p.memory_bytes == Some(64 * 1024 * 1024)));
    let queue = chart.lines.iter().find(|line| line.stage == "destination").unwrap();
    assert!(queue.points.iter().filter_map(|p| p.queue_size).all(|size| size == 7));
}

#[test]
fn a_restart_stands_in_the_step_where_it_was_seen() {
    let mut history = History::new();
    for n in 0..30u64 {
        let at_ms = DAWN_MS / 60_000 * 60_000 + n * 10_000;
        let uptime = if n < 14 { n } else { n - 14 } * 10;
        let push = Push::at(at_ms, 1).uptime_s(f64::from(u32::try_from(uptime).unwrap()));
        push.received(&mut history, at_ms);
    }
    let from_ms = DAWN_MS / 60_000 * 60_000;
    let query = ChartQuery { from_unix_ms: from_ms, to_unix_ms: from_ms + 300_000, step_s: 60 };
    let chart = history.chart(query, &StageMap::default());
    let restarts: Vec<_> = chart.process.iter().map(|p| p.restarts).collect();
    assert_eq!(restarts, [Some(0), Some(0), Some(1), Some(0), Some(0)]);
}

#[test]
fn any_question_gets_a_bounded_answer() {
    let mut history = History::new();
    let nothing = history.chart(ChartQuery { from_unix_ms: 0, to_unix_ms: u64::MAX, step_s: 1 }, &map());
    assert_eq!(nothing, Chart::default());
    let now_ms = a_day(&mut history);
    for (from_unix_ms, to_unix_ms, step_s) in [
        (0, u64::MAX, 0),
        (0, u64::MAX, u64::MAX),
        (u64::MAX, 0, 60),
        (now_ms, now_ms, 60),
        (u64::MAX, u64::MAX, 1),
        (now_ms - 1, now_ms + 1, 1),
    ] {
        let chart = history.chart(ChartQuery { from_unix_ms, to_unix_ms, step_s }, &map());
        assert!(chart.process.len() as u64 <= CHART_POINTS_MAX + 1);
        assert!(chart.lines.iter().all(|line| line.points.len() == chart.process.len()));
    }
}
