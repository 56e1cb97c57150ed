//! What a collector may push to `/v1/metrics`, and what is kept of it.

use linkmesh_otlp::{Limits, Number, Point, Wanted, decode_json, decode_protobuf};
use linkmesh_throughput::{Batch, History, Number as Kept, Reading, StageMap, family_names};

const NOW_UNIX_MS: u64 = 1_800_000_000_000;
const WINDOW_MS: u64 = 60_000;

pub(crate) fn protobuf(input: &[u8]) {
    let (wanted, limits) = (Wanted::new(family_names()), Limits::default());
    let mut batch = Batch::new();
    let mut points = 0;
    let outcome = decode_protobuf(input, &wanted, &limits, &mut |point| {
        points += 1;
        add(&mut batch, point);
    });
    assert!(points <= limits.points);
    if outcome.is_ok() {
        keep(&batch);
    }
}

pub(crate) fn json(input: &[u8]) {
    let (wanted, limits) = (Wanted::new(family_names()), Limits::default());
    let mut batch = Batch::new();
    let mut points = 0;
    let outcome = decode_json(input, &wanted, &limits, &mut |point| {
        points += 1;
        add(&mut batch, point);
    });
    assert!(points <= limits.points);
    if outcome.is_ok() {
        keep(&batch);
    }
}

/// A stored history that can be read can be written and read again.
pub(crate) fn stored_history(input: &[u8]) {
    check_stored(input);
    // The checksum is against damage, not against malice: with the right one the reader behind it is reached.
    let sum = input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    let mut sealed = input.to_vec();
    sealed.extend_from_slice(&sum.to_le_bytes());
    check_stored(&sealed);
}

fn check_stored(bytes: &[u8]) {
    let Ok(history) = History::from_bytes(bytes) else { return };
    let read = history.throughput(NOW_UNIX_MS, WINDOW_MS, &StageMap::default());
    drop(read);
    let again = History::from_bytes(&history.to_bytes()).expect("what was written is read");
    assert_eq!(again.to_bytes(), history.to_bytes());
}

fn add(batch: &mut Batch, point: &Point<'_>) {
    let value = match point.value {
        Number::Int(value) => Kept::Int(value),
        Number::Double(value) => Kept::Double(value),
        Number::Absent => return,
    };
    let reading = Reading {
        family: point.family,
        value,
        start_time_unix_nano: point.start_time_unix_nano,
        time_unix_nano: point.time_unix_nano,
    };
    batch.add(&reading, |key| point.text(key).or_else(|| point.scope_text(key)));
}

fn keep(batch: &Batch) {
    let mut history = History::new();
    history.record(batch, NOW_UNIX_MS);
    history.record(batch, NOW_UNIX_MS + WINDOW_MS);
    let bytes = history.to_bytes();
    assert_eq!(History::from_bytes(&bytes).map(|read| read.to_bytes()).ok(), Some(bytes));
}
