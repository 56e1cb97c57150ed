//! When a collector that stays away leaves the usual lists, and when it leaves the repository.
//! Pure rules; who looks, and when, stands elsewhere. Start at [`Ages`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Shortest age, in seconds: a host may reboot meanwhile.
pub const AGE_MIN_S: u64 = 60;
/// Longest age, in seconds: ten years.
pub const AGE_MAX_S: u64 = 10 * 366 * 24 * 3600;

/// How long a collector may stay away. Nothing means for ever, which is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ages {
    /// From when it was last heard until it is archived, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive_after_s: Option<u64>,
    /// From when it was archived until it is removed, also from the repository, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purge_after_s: Option<u64>,
}

impl Ages {
    /// Whether both are within bounds.
    ///
    /// # Errors
    /// The field that is not, and the rule that it breaks.
    pub fn check(self) -> Result<(), (&'static str, String)> {
        for (field, age) in [("archive_after_s", self.archive_after_s), ("purge_after_s", self.purge_after_s)]
        {
            if age.is_some_and(|age_s| !(AGE_MIN_S..=AGE_MAX_S).contains(&age_s)) {
                let message = format!("an age is {AGE_MIN_S} to {AGE_MAX_S} seconds; leave it out for none");
                return Err((field, message));
            }
        }
        Ok(())
    }

    /// The shorter of two, each on its own: whoever says that hosts come and go quickly is believed.
    #[must_use]
    pub fn shorter(self, other: Self) -> Self {
        let shorter = |one: Option<u64>, two: Option<u64>| one.into_iter().chain(two).min();
        Self {
            archive_after_s: shorter(self.archive_after_s, other.archive_after_s),
            purge_after_s: shorter(self.purge_after_s, other.purge_after_s),
        }
    }

    /// Whether one that was last heard then is archived now. One that was never heard is awaited, and stays.
    #[must_use]
    pub fn archives(self, heard_at: Option<Timestamp>, now: Timestamp) -> bool {
        over(self.archive_after_s, heard_at, now)
    }

    /// Whether one that was archived then is removed now.
    #[must_use]
    pub fn purges(self, archived_at: Option<Timestamp>, now: Timestamp) -> bool {
        over(self.purge_after_s, archived_at, now)
    }
}

fn over(age_s: Option<u64>, since: Option<Timestamp>, now: Timestamp) -> bool {
    let (Some(age_s), Some(since)) = (age_s, since) else { return false };
    now.since(since) >= Duration::from_secs(age_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(archive_after_s: Option<u64>, purge_after_s: Option<u64>) -> Ages {
        Ages { archive_after_s, purge_after_s }
    }

    #[test]
    fn nobody_is_archived_or_removed_unless_somebody_said_so() {
        let (long_ago, now) = (Some(Timestamp(0)), Timestamp(i64::MAX));
        assert!(!Ages::default().archives(long_ago, now));
        assert!(!Ages::default().purges(long_ago, now));
        assert!(!ages(Some(60), Some(60)).archives(None, now), "it is awaited");
        assert!(!ages(Some(60), Some(60)).purges(None, now), "it is not archived");
    }

    #[test]
    fn an_age_ends_at_its_second_and_not_before() {
        let rule = ages(Some(60), Some(120));
        assert!(!rule.archives(Some(Timestamp(0)), Timestamp(59_999)));
        assert!(rule.archives(Some(Timestamp(0)), Timestamp(60_000)));
        assert!(!rule.purges(Some(Timestamp(0)), Timestamp(119_999)));
        assert!(rule.purges(Some(Timestamp(0)), Timestamp(120_000)));
        assert!(!rule.archives(Some(Timestamp(100_000)), Timestamp(0)), "a clock that was set back");
    }

    #[test]
    fn of_two_ages_the_shorter_holds_each_on_its_own() {
        let both = ages(Some(60), None).shorter(ages(Some(90), Some(600)));
        assert_eq!(both, ages(Some(60), Some(600)));
        assert_eq!(Ages::default().shorter(both), both);
    }

    #[test]
    fn an_age_out_of_bounds_names_its_field() {
        assert_eq!(ages(Some(AGE_MIN_S), Some(AGE_MAX_S)).check(), Ok(()));
        assert_eq!(ages(Some(AGE_MIN_S - 1), None).check().unwrap_err().0, "archive_after_s");
        assert_eq!(ages(None, Some(AGE_MAX_S + 1)).check().unwrap_err().0, "purge_after_s");
    }
}
