//! Numbers in the compact form that sums over a fleet are made of.

use linkmesh_throughput::{History, PULSE_POINTS, PULSE_STEP_MS, PlaceNumbers, Pulse, Signal, Slots};
use proptest::prelude::*;

use crate::collector::{DAWN_MS, Push, SENT};
use crate::views::{map, push};

/// The day begins in the middle of a step.
const STEP_S: u64 = PULSE_STEP_MS / 1000;

fn place<'p>(pulse: &'p Pulse, slots: &Slots, entity: &str, stage: &str) -> &'p PlaceNumbers {
    let slot = slots
        .places()
        .iter()
        .position(|known| known.entity == entity && known.stage == stage)
        .expect("a place of the map");
    pulse.places.iter().find(|place| usize::from(place.slot) == slot).expect("it has numbers")
}

#[test]
fn a_pulse_says_the_same_as_the_page_of_the_collector() {
    let (mut history, map) = (History::new(), map());
    let slots = Slots::of(&map);
    assert_eq!(history.pulse(&slots), None, "nothing was pushed");
    for n in 0..4 {
        push(n).received(&mut history, DAWN_MS + n.cast_unsigned() * 10_000);
    }
    let pulse = history.pulse(&slots).unwrap();
    let page = history.throughput(DAWN_MS + 31_000, 60_000, &map);
    let known = page.components.iter().filter(|part| part.signal.is_some());
    assert_eq!(known.clone().count(), pulse.places.len());
    for part in known {
        let place = place(&pulse, &slots, &part.entity, &part.stage);
        assert_eq!((place.flow, place.signal), (part.flow, Some(Signal::Logs)), "{part:?}");
    }
    assert_eq!(pulse.process.memory_bytes, page.process.memory_bytes);
    assert_eq!(pulse.process.cpu_percent, page.process.cpu_percent);
}

#[test]
fn a_silent_collector_is_unknown_and_its_line_ends_where_it_fell_silent() {
    let (mut history, slots) = (History::new(), Slots::of(&map()));
    for n in 0..10 {
        push(n).received(&mut history, DAWN_MS + n.cast_unsigned() * 10_000);
    }
    let last_ms = DAWN_MS + 90_000;
    let pulse = history.pulse(&slots).unwrap();
    assert_eq!((pulse.as_of_unix_ms, pulse.holds_until_unix_ms), (last_ms, last_ms + 30_000));
    assert!(pulse.holds_at(last_ms + 30_000) && !pulse.holds_at(last_ms + 30_001));
    let source = place(&pulse, &slots, "fleet/sources/app", "source");
    let line = pulse.line(source, last_ms + 30_000);
    let is_30 = |point: &Option<f64>| point.is_some_and(|rate| (rate - 30.0).abs() < 0.01);
    assert!(line.last().is_some_and(is_30), "it goes on as it ended while that holds: {line:?}");
    let later = pulse.line(source, last_ms + 60_000);
    assert_eq!(later.last(), Some(&None), "and not longer: {later:?}");
    assert!(later.iter().any(is_30), "what was known stays: {later:?}");
    assert_eq!(pulse.line(source, last_ms + 3_600_000), [None; PULSE_POINTS]);
}

proptest! {
    /// Each push with what it adds, and how late it is: the line adds up to what was counted.
    #[test]
    fn the_points_of_a_line_add_up_to_what_was_counted(
        pushes in prop::collection::vec((0_i64..500, 0_u64..400), 1..25)
    ) {
        let (mut history, slots) = (History::new(), Slots::of(&map()));
        let at_ms = |number: u64| DAWN_MS + number * 5_000;
        let uptime = |number: u64| Push::at(at_ms(number), DAWN_MS).uptime_s(number as f64 * 5.0 + 1.0);
        // Four steps of nothing, so that the line is of whole steps.
        let quiet = 4 * STEP_S / 5;
        let mut number = 0;
        for _ in 0..quiet {
            uptime(number).received(&mut history, at_ms(number));
            number += 1;
        }
        let mut counted = 0;
        for (more, late_ms) in &pushes {
            counted += more;
            let batch = uptime(number);
            let batch = if counted > 0 { batch.with(SENT, &[("exporter", "otlp_http/d1")], counted) } else { batch };
            batch.received(&mut history, at_ms(number) + late_ms);
            number += 1;
        }
        for _ in 0..quiet {
            let batch = uptime(number);
            let batch = if counted > 0 { batch.with(SENT, &[("exporter", "otlp_http/d1")], counted) } else { batch };
            batch.received(&mut history, at_ms(number));
            number += 1;
        }
        let pulse = history.pulse(&slots).unwrap();
        if counted > 0 {
            let sent = place(&pulse, &slots, "fleet/destinations/d1", "destination");
            let line = pulse.line(sent, pulse.as_of_unix_ms);
            let sum: f64 = line.iter().flatten().sum::<f64>() * STEP_S as f64;
            prop_assert!((sum - counted as f64).abs() < 0.01, "{sum} of {counted}: {line:?}");
        }
    }
}
