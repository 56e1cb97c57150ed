//! A token bucket with time as an argument: so many messages or control frames a second, with a burst.
//! It knows nothing of what it counts.

/// So many events a second, with a burst. 24 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    per_second: u32,
    burst: u32,
    thousandths: u64,
    at_ms: u64,
}

impl Allowance {
    /// A full bucket at `now_ms`.
    #[must_use]
    pub fn new(per_second: u32, burst: u32, now_ms: u64) -> Self {
        Self { per_second, burst, thousandths: u64::from(burst).saturating_mul(1000), at_ms: now_ms }
    }

    /// Takes one; `false` if the peer has used up what it may. A clock that goes back adds nothing.
    pub fn take(&mut self, now_ms: u64) -> bool {
        let earned = now_ms.saturating_sub(self.at_ms).saturating_mul(u64::from(self.per_second));
        let full = u64::from(self.burst).saturating_mul(1000);
        self.thousandths = self.thousandths.saturating_add(earned).min(full);
        self.at_ms = self.at_ms.max(now_ms);
        match self.thousandths.checked_sub(1000) {
            Some(left) => {
                self.thousandths = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_granted_then_the_rate_holds() {
        let mut allowance = Allowance::new(10, 3, 0);
        assert_eq!((0..5).filter(|_| allowance.take(0)).count(), 3);
        assert_eq!((0..1000_u64).filter(|ms| allowance.take(*ms)).count(), 9);
        assert!(allowance.take(1_000_000));
    }
}
