//! Waiting for a condition, never for luck: each wait has a deadline and says what it waited for.
//! Start at [`until`].

use std::fmt::Debug;
use std::time::{Duration, Instant};

const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Looks until `look` gives something, and gives that.
///
/// # Panics
/// When `limit` is over; the message names `what`.
pub fn until<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < limit, "waited {} s in vain: {what}", limit.as_secs());
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Looks until `seen` holds for what `look` gives, and gives that; on failure the last look is shown.
///
/// # Panics
/// When `limit` is over; the message names `what` and shows what was seen last.
pub fn until_seen<T: Debug>(
    what: &str,
    limit: Duration,
    mut look: impl FnMut() -> T,
    mut seen: impl FnMut(&T) -> bool,
) -> T {
    let start = Instant::now();
    loop {
        let now = look();
        if seen(&now) {
            return now;
        }
        assert!(start.elapsed() < limit, "waited {} s in vain: {what}; last seen: {now:#?}", limit.as_secs());
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Looks for the whole of `span` and never sees `look` give something.
///
/// # Panics
/// When it does; the message names `what` and shows it.
pub fn never<T: Debug>(what: &str, span: Duration, mut look: impl FnMut() -> Option<T>) {
    let start = Instant::now();
    while start.elapsed() < span {
        if let Some(found) = look() {
            panic!("happened after {:.1} s: {what}: {found:#?}", start.elapsed().as_secs_f64());
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "in vain: a pig flies; last seen: 3")]
    fn a_wait_in_vain_says_what_for_and_what_was_there() {
        until_seen("a pig flies", Duration::ZERO, || 3, |n| *n > 3);
    }

    #[test]
    fn a_wait_ends_with_what_was_found() {
        let mut count = 0;
        let found = until("three looks", Duration::from_secs(5), || {
            count += 1;
            (count == 3).then_some(count)
        });
        assert_eq!(found, 3);
    }
}
