//! From counters to rates, told as pushes.

use linkmesh_throughput::{History, Kind, Measure, Number, Recorded, Signal, StageMap};

use crate::collector::{DAWN_MS, Push, SEND_FAILED, SENT, key, rate_of, sent_key};

#[test]
fn a_rate_is_growth_over_the_time_of_the_collector() {
    assert_eq!(rate_of(&[(0, 100, 1), (10, 400, 1)], 60), Some(30.0));
    assert_eq!(rate_of(&[(0, 100, 1), (10, 400, 1), (20, 400, 1)], 60), Some(15.0));
    assert_eq!(rate_of(&[(0, 100, 1), (10, 400, 1), (20, 400, 1)], 10), Some(0.0));
}

#[test]
fn a_restarted_counter_does_not_run_backwards() {
    // It fell: the process restarted and counts from zero.
    assert_eq!(rate_of(&[(0, 0, 0), (30, 300, 0), (40, 100, 0), (70, 400, 0)], 60), Some(10.0));
    // It did not fall, but says that it began anew.
    assert_eq!(rate_of(&[(0, 10, 1), (10, 50, 6)], 60), Some(5.0));
    // A 32-bit counter that wrapped is a restart too.
    assert_eq!(rate_of(&[(0, 4_294_967_290, 1), (10, 20, 1)], 60), Some(2.0));
}

#[test]
fn one_sample_is_no_rate() {
    assert_eq!(rate_of(&[(0, 100, 1)], 60), None);
    assert_eq!(rate_of(&[], 60), None);
}

#[test]
fn growth_within_a_silence_has_no_rate() {
    // Ten seconds between pushes, then two minutes of nothing: the next rate begins after them.
    let pushes = [(0, 0, 1), (10, 10, 1), (20, 20, 1), (140, 9_000, 1)];
    assert_eq!(rate_of(&pushes, 60), None);
    let pushes = [(0, 0, 1), (10, 10, 1), (20, 20, 1), (140, 9_000, 1), (150, 9_020, 1)];
    assert_eq!(rate_of(&pushes, 60), Some(2.0));
}

#[test]
fn an_old_push_is_no_news() {
    let mut history = History::new();
    for at_s in [0, 10, 20] {
        Push::at(DAWN_MS + at_s * 1000, 1).sent(5).received(&mut history, DAWN_MS + at_s * 1000);
    }
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 50_000, 60_000), Some(0.0));
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 50_001, 60_000), None);
    let seen = history.throughput(DAWN_MS + 50_001, 60_000, &StageMap::default());
    assert_eq!((seen.as_of_unix_ms, seen.interval_s), (Some(DAWN_MS + 20_000), None));
}

#[test]
fn a_counter_that_appears_began_at_zero() {
    let mut history = History::new();
    for at_s in [0, 10, 20] {
        Push::at(DAWN_MS + at_s * 1000, 1).sent(5).received(&mut history, DAWN_MS + at_s * 1000);
    }
    let failures = Push::at(DAWN_MS + 30_000, 1).sent(5).with(SEND_FAILED, &[("exporter", "otlp/eu")], 300);
    failures.received(&mut history, DAWN_MS + 30_000);
    let failed = key(Kind::Exporter, "otlp/eu", Some(Signal::Logs), Measure::SendFailed);
    assert_eq!(history.rate(&failed, DAWN_MS + 30_000, 10_000), Some(30.0));
    // But in the first push ever it says nothing about when.
    assert_eq!(rate_of(&[(0, 300, 1)], 60), None);
}

#[test]
fn a_counter_that_comes_back_after_a_restart_counts_from_zero() {
    let mut history = History::new();
    let other = [("exporter", "otlp/us")];
    let push = |at_s: u64, start_s: u64| Push::at(DAWN_MS + at_s * 1000, DAWN_MS + start_s * 1000);
    push(10, 1).sent(1_000).with(SENT, &other, 1).received(&mut history, DAWN_MS + 10_000);
    push(20, 12).with(SENT, &other, 1).received(&mut history, DAWN_MS + 20_000);
    push(30, 12).with(SENT, &other, 1).received(&mut history, DAWN_MS + 30_000);
    push(40, 12).with(SENT, &other, 1).sent(2_000).received(&mut history, DAWN_MS + 40_000);
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 40_000, 10_000), Some(200.0));
}

#[test]
fn points_of_one_component_are_added_up_and_a_new_one_is_no_restart() {
    let mut history = History::new();
    let to = |address| [("exporter", "otlp/eu"), ("server.address", address)];
    Push::at(DAWN_MS, DAWN_MS - 9).with(SENT, &to("a"), 100).received(&mut history, DAWN_MS);
    let mut second = Push::at(DAWN_MS + 10_000, DAWN_MS - 9).with(SENT, &to("a"), 200);
    let later = Push::at(DAWN_MS + 10_000, DAWN_MS + 5_000).with(SENT, &to("b"), 50).batch;
    assert_eq!(later.series_count(), 1);
    let reading = linkmesh_throughput::Reading {
        family: SENT,
        value: Number::Int(50),
        start_time_unix_nano: (DAWN_MS + 5_000) * 1_000_000,
        time_unix_nano: (DAWN_MS + 10_000) * 1_000_000,
    };
    second.batch.add(&reading, |key| (key == "exporter").then_some("otlp/eu"));
    second.received(&mut history, DAWN_MS + 10_000);
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 10_000, 60_000), Some(15.0));
}

#[test]
fn a_counter_may_turn_from_integer_to_double() {
    let mut history = History::new();
    let exporter = [("exporter", "otlp/eu")];
    Push::at(DAWN_MS, 1).sent(100).received(&mut history, DAWN_MS);
    let double = Push::at(DAWN_MS + 10_000, 1).number(SENT, &exporter, Number::Double(200.0));
    double.received(&mut history, DAWN_MS + 10_000);
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 10_000, 60_000), Some(10.0));
}

#[test]
fn what_is_no_count_is_not_taken() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e300, 9_223_372_036_854_775_808.0] {
        let push = Push::at(DAWN_MS, 1).number(SENT, &[("exporter", "x")], Number::Double(value));
        assert_eq!(push.batch.series_count(), 0, "{value}");
    }
    assert_eq!(Push::at(DAWN_MS, 1).sent(-1).batch.series_count(), 0);
    assert_eq!(Push::at(DAWN_MS, 1).uptime_s(-0.0).batch.series_count(), 1);
    assert_eq!(Push::at(DAWN_MS, 1).with(SENT, &[("exporter", "")], 1).batch.series_count(), 0);
    assert_eq!(Push::at(DAWN_MS, 1).with(SENT, &[("receiver", "x")], 1).batch.series_count(), 0);
    let queue = "otelcol_exporter_queue_size";
    let strange = [("exporter", "x"), ("data_type", "profiles")];
    assert_eq!(Push::at(DAWN_MS, 1).with(queue, &strange, 1).batch.series_count(), 0);
}

/// Four pushes ten seconds apart by our clock; the collector's clock says something else.
fn with_clock(times_ms: [u64; 4]) -> (Vec<Recorded>, Option<f64>) {
    let mut history = History::new();
    let mut recorded = Vec::new();
    for (n, time_ms) in (0u64..).zip(times_ms) {
        let at_ms = DAWN_MS + n * 10_000;
        let value = n.cast_signed() * 100;
        recorded.push(Push::at(time_ms, 1).sent(value).received(&mut history, at_ms));
    }
    (recorded, history.rate(&sent_key(), DAWN_MS + 30_000, 60_000))
}

#[test]
fn a_clock_that_lies_bends_no_rate() {
    let hour = 3_600_000;
    let max = u64::MAX / 1_000_000;
    let at = |s: u64| DAWN_MS + s * 1000;
    for times in [
        [0, 0, 0, 0],
        [max, max, max, max],
        [at(0) + hour, at(10) + hour, at(20) + hour, at(30) + hour],
        [at(0), at(10) + hour, at(20) + hour, at(30) + hour],
        [at(0), at(10) + hour, at(20), at(30)],
        [at(0), 0, max, at(30)],
        [0, at(10), at(20), 0],
    ] {
        let (recorded, rate) = with_clock(times);
        assert_eq!(recorded, [Recorded::Kept; 4], "{times:?}");
        assert_eq!(rate, Some(10.0), "{times:?}");
    }
}

#[test]
fn a_push_that_comes_twice_or_late_is_let_go() {
    let at = |s: u64| DAWN_MS + s * 1000;
    let (recorded, rate) = with_clock([at(0), at(10), at(10), at(30)]);
    assert_eq!(recorded, [Recorded::Kept, Recorded::Kept, Recorded::Late, Recorded::Kept]);
    assert_eq!(rate, Some(10.0));
    let (recorded, _) = with_clock([at(0), at(20), at(10), at(30)]);
    assert_eq!(recorded, [Recorded::Kept, Recorded::Kept, Recorded::Late, Recorded::Kept]);
}

#[test]
fn pushes_that_were_held_up_together_keep_their_own_times() {
    let mut history = History::new();
    for (time_s, value, received_s) in [(0, 0, 0), (10, 100, 45), (20, 300, 45), (30, 400, 45), (40, 500, 45)]
    {
        let push = Push::at(DAWN_MS + time_s * 1000, 1).sent(value);
        assert_eq!(push.received(&mut history, DAWN_MS + received_s * 1000), Recorded::Kept);
    }
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 45_000, 20_000), Some(10.0));
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 45_000, 30_000), Some(400.0 / 30.0));
}

#[test]
fn our_own_clock_set_back_forgets_what_lay_in_the_future() {
    let mut history = History::new();
    let year = 365 * 86_400_000;
    Push::at(DAWN_MS, 1).sent(0).received(&mut history, DAWN_MS + year);
    Push::at(DAWN_MS + 10_000, 1).sent(100).received(&mut history, DAWN_MS + year + 10_000);
    Push::at(DAWN_MS + 20_000, 1).sent(200).received(&mut history, DAWN_MS);
    Push::at(DAWN_MS + 30_000, 1).sent(300).received(&mut history, DAWN_MS + 10_000);
    assert_eq!(history.latest_unix_ms(), Some(DAWN_MS + 10_000));
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 10_000, 10_000), Some(10.0));
}
