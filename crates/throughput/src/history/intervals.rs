//! How often a collector pushes, from its last pushes; and from that, how long a silence may last.
//! Knows no numbers. Start at [`Intervals::longest_gap_ms`].

/// The time between the last pushes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Intervals {
    /// Newest last, at most [`REMEMBERED`].
    recent_ms: Vec<u32>,
}

/// Enough that a pause and the extra push of a stopping collector do not change the median.
const REMEMBERED: usize = 7;
/// What collectors do unless told otherwise.
const USUAL_MS: u64 = 60_000;
/// Shorter intervals do not make a short delay a silence; longer ones do not make an outage a pause.
const SHORTEST_MS: u64 = 10_000;
const LONGEST_MS: u64 = 30 * 60 * 1_000;
const MISSED_PUSHES: u64 = 3;

impl Intervals {
    pub(crate) fn note(&mut self, passed_ms: u64) {
        if self.recent_ms.len() >= REMEMBERED {
            self.recent_ms.remove(0);
        }
        self.recent_ms.push(u32::try_from(passed_ms).unwrap_or(u32::MAX));
    }

    /// The usual time between pushes.
    pub(crate) fn usual_ms(&self) -> u64 {
        let mut sorted = self.recent_ms.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).map_or(USUAL_MS, |&median_ms| u64::from(median_ms))
    }

    /// A silence longer than this means that nothing is known.
    pub(crate) fn longest_gap_ms(&self) -> u64 {
        MISSED_PUSHES * self.usual_ms().clamp(SHORTEST_MS, LONGEST_MS)
    }

    pub(crate) fn recent_ms(&self) -> &[u32] {
        &self.recent_ms
    }

    /// Intervals that were stored; nothing if they are too many.
    pub(crate) fn restore(recent_ms: Vec<u32>) -> Option<Self> {
        (recent_ms.len() <= REMEMBERED).then_some(Self { recent_ms })
    }
}
