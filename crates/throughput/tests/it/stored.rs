//! A history as bytes.

use linkmesh_throughput::{CorruptHistory, History};

use crate::collector::{DAWN_MS, sent_key};
use crate::views::{map, push};

fn hours(count: i64) -> History {
    let mut history = History::new();
    for n in 0..count * 360 {
        push(n).sent(n * 10).received(&mut history, DAWN_MS + n.cast_unsigned() * 10_000);
    }
    history
}

#[test]
fn a_history_read_back_goes_on_where_it_stopped() {
    let mut history = hours(3);
    let mut back = History::from_bytes(&history.to_bytes()).unwrap();
    assert_eq!(back, history);
    for n in 3 * 360..3 * 360 + 10 {
        let at_ms = DAWN_MS + n * 10_000;
        let next = push(n.cast_signed()).sent(n.cast_signed() * 10);
        assert_eq!(history.record(&next.batch, at_ms), back.record(&next.batch, at_ms));
        assert_eq!(history.rate(&sent_key(), at_ms, 60_000), Some(1.0));
        assert_eq!(history.throughput(at_ms, 60_000, &map()), back.throughput(at_ms, 60_000, &map()));
    }
    assert_eq!(back, history);
    assert_eq!(History::from_bytes(&History::new().to_bytes()).unwrap(), History::new());
}

#[test]
fn damage_is_an_error() {
    let bytes = hours(1).to_bytes();
    for end in 0..bytes.len() {
        assert_eq!(History::from_bytes(&bytes[..end]), Err(CorruptHistory), "cut at {end}");
    }
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        assert_eq!(History::from_bytes(&bytes), Err(CorruptHistory), "flipped at {at}");
    }
}
