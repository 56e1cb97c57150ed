//! What a day costs.

use linkmesh_throughput::History;

use crate::collector::{DAWN_MS, Push};

/// Reproducible noise; no randomness is wanted here.
fn noise(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// A day of one collector: 60 series, of which 12 stand still, pushed every `interval_s`.
fn a_day(interval_s: u64) -> (History, u64) {
    let (mut history, mut state, mut totals) = (History::new(), 7, [0i64; 60]);
    let pushes = 24 * 3600 / interval_s;
    for n in 0..pushes {
        let at_ms = DAWN_MS + n * interval_s * 1000 + noise(&mut state) % 7;
        let mut push = Push::at(at_ms, 1);
        for (series, total) in totals.iter_mut().enumerate() {
            if series % 5 != 0 {
                let mean = 1 + (series as u64 * 37) % 3_000;
                *total += ((mean / 2 + noise(&mut state) % mean) * interval_s / 10).cast_signed();
            }
            let id = format!("transform/route-{}.step-{}", series / 6, series % 6);
            let attributes = [("processor", id.as_str()), ("otel.signal", "logs")];
            push = push.with("otelcol_processor_incoming_items", &attributes, *total);
        }
        push.received(&mut history, at_ms);
    }
    (history, pushes * 60)
}

#[test]
fn a_day_of_sixty_series_stays_small() {
    for (interval_s, limit_bytes) in [(60, 60_000), (10, 100_000)] {
        let (history, samples) = a_day(interval_s);
        let (stored, memory) = (history.to_bytes().len(), history.size_bytes());
        println!(
            "pushed every {interval_s} s: {samples} samples in, {stored} bytes stored, {memory} bytes in memory for 60 series"
        );
        assert!(memory < limit_bytes, "{memory}");
    }
}
