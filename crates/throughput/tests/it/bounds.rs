//! A collector that misbehaves costs no more than its share.

use linkmesh_throughput::{Added, History, ID_BYTES_MAX, Recorded, SERIES_MAX};

use crate::collector::{DAWN_MS, Push, SENT, sent_key};

#[test]
fn fresh_ids_with_every_push_fill_the_table_and_no_more() {
    let mut history = History::new();
    for n in 0..30u64 {
        let at_ms = DAWN_MS + n * 10_000;
        let mut push = Push::at(at_ms, 1).sent(i64::try_from(n).unwrap() * 100);
        for id in 0..300 {
            push = push.with(SENT, &[("exporter", &format!("otlp/{n}-{id}"))], 1);
        }
        push.received(&mut history, at_ms);
        assert!(history.series_count() <= SERIES_MAX);
        assert_eq!(history.has_overflowed(), n > 5, "push {n}");
        if n > 0 {
            assert_eq!(history.rate(&sent_key(), at_ms, 60_000), Some(10.0), "push {n}");
        }
    }
    assert_eq!(history.series_count(), SERIES_MAX);
    assert!(history.size_bytes() < 600_000, "{}", history.size_bytes());

    // A day later the places of those that never came back are given to others.
    let later_ms = DAWN_MS + 30 * 3_600_000;
    Push::at(later_ms, 1).sent(1).received(&mut history, later_ms);
    let fresh = Push::at(later_ms + 10_000, 1).sent(1).with(SENT, &[("exporter", "otlp/fresh")], 1);
    fresh.received(&mut history, later_ms + 10_000);
    assert!(!history.has_overflowed());
    assert_eq!(history.series_count(), SERIES_MAX);
    let back = History::from_bytes(&history.to_bytes()).unwrap();
    assert_eq!(back, history);
}

#[test]
fn one_push_of_too_many_series_is_cut_and_says_so() {
    let mut push = Push::at(DAWN_MS, 1);
    for id in 0..SERIES_MAX + 100 {
        push = push.with(SENT, &[("exporter", &format!("otlp/{id}"))], 1);
    }
    assert_eq!(push.batch.series_count(), SERIES_MAX);
    let mut history = History::new();
    push.received(&mut history, DAWN_MS);
    assert!(history.has_overflowed());
    Push::at(DAWN_MS + 10_000, 1).sent(1).received(&mut history, DAWN_MS + 10_000);
    assert!(history.has_overflowed(), "its own series no longer fits");
}

#[test]
fn an_id_is_as_long_as_an_id() {
    let reading = linkmesh_throughput::Reading {
        family: SENT,
        value: linkmesh_throughput::Number::Int(1),
        start_time_unix_nano: 0,
        time_unix_nano: 0,
    };
    let long = "x".repeat(ID_BYTES_MAX + 1);
    let mut batch = linkmesh_throughput::Batch::new();
    let exporter = |id| move |key: &str| (key == "exporter").then_some(id);
    assert_eq!(batch.add(&reading, exporter(long.as_str())), Added::Refused);
    assert_eq!(batch.add(&reading, exporter(&long[1..])), Added::Kept);
    assert_eq!(batch.add(&reading, |_| None), Added::Ignored);
}

#[test]
fn a_flood_of_pushes_is_thinned_out() {
    let mut history = History::new();
    for n in 0..200_000u64 {
        let push = Push::at(DAWN_MS + n, 1).sent(i64::try_from(n).unwrap());
        assert_eq!(push.received(&mut history, DAWN_MS + n), Recorded::Kept);
    }
    assert!(history.size_bytes() < 20_000, "{}", history.size_bytes());
    assert_eq!(history.rate(&sent_key(), DAWN_MS + 200_000, 10_000), Some(1_000.0));
}

#[test]
fn a_batch_of_nothing_changes_nothing() {
    let mut history = History::new();
    assert_eq!(history.record(&linkmesh_throughput::Batch::new(), DAWN_MS), Recorded::Empty);
    assert_eq!(history, History::new());
}
