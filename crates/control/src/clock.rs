//! The only place that asks the time. Everybody else is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use linkmesh_fleet::Timestamp;

/// A source of the present time: the machine's, or one wound by hand in tests.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Stands still until somebody winds it.
    Hand(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at this moment until it is wound.
    #[must_use]
    pub fn by_hand(start: Timestamp) -> Self {
        Self::Hand(Arc::new(AtomicI64::new(start.0)))
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
                Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Hand(millis) => Timestamp(millis.load(Ordering::SeqCst)),
        }
    }

    /// Moves a hand-wound clock forward; the machine's goes its own way.
    pub fn wind(&self, by: Duration) {
        if let Self::Hand(millis) = self {
            millis.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}
