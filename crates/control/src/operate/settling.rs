//! When this process may believe that somebody stays away: after a start, and after a gap in the machine's time, everybody has
//! to come back first. Start at [`Settling::settled`].

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use linkmesh_fleet::Timestamp;

/// How long it waits until it believes that somebody stays away.
pub(super) const SETTLING: Duration = Duration::from_secs(15 * 60);
/// Between two looks, which are at most a minute apart. More means that the machine slept, or that its clock was set.
const GAP_MAX: Duration = Duration::from_secs(5 * 60);

/// Since when the time has gone on as it should.
pub(crate) struct Settling(Mutex<Steady>);

struct Steady {
    since: Timestamp,
    looked_at: Timestamp,
}

impl Settling {
    /// Begins when the process does.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self(Mutex::new(Steady { since: now, looked_at: now }))
    }

    /// Whether everybody who is still there had the time to come back. To be asked again and again: a gap between two questions,
    /// in either direction, begins the wait anew.
    pub(super) fn settled(&self, now: Timestamp) -> bool {
        let mut steady = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.since(steady.looked_at) > GAP_MAX || steady.looked_at.since(now) > GAP_MAX {
            tracing::info!("the clock jumped; nobody is archived or removed until everybody could come back");
            steady.since = now;
        }
        steady.looked_at = now;
        now.since(steady.since) >= SETTLING
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_of_the_clock_in_either_direction_begins_the_wait_anew() {
        let minutes = |minutes: i64| Timestamp(minutes * 60_000);
        let settling = Settling::new(minutes(0));
        let walk =
            |from: i64, to: i64| (from..=to).map(|at| settling.settled(minutes(at))).collect::<Vec<_>>();
        let waits = |from: i64| {
            let seen = walk(from, from + 20);
            assert_eq!(seen.iter().position(|settled| *settled), Some(15), "{seen:?}");
            assert!(seen[15..].iter().all(|settled| *settled));
        };
        waits(0);
        // Asleep for days, then set back by an hour.
        waits(5000);
        waits(4960);
        assert!(settling.settled(minutes(4984)), "a slow round is no gap");
        assert!(settling.settled(minutes(4980)), "neither is a clock that is put right a little");
    }
}
