//! Answers about the whole fleet are made once for everybody who asks the same within a few seconds.
//! Knows nothing of what is asked. Start at [`Shared::get`].

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use linkmesh_fleet::{Id, Timestamp};

use super::{FleetTotals, LinkTraffic, Question, Topology};
use crate::views::{Facets, Overview};

/// How long an answer is given again, in milliseconds.
pub const KEPT_MS: u64 = 3_000;
/// An answer to an older revision is given again for this long, so that a storm of registrations does not count the fleet anew
/// with every commit.
const OUTDATED_MS: u64 = 300;
/// Different questions of which the answers are kept.
const QUESTIONS_MAX: usize = 64;

/// Answers about the fleet, shared by all who look.
///
/// Each is made at most once in [`KEPT_MS`], however many ask; whoever asks while it is being made anew is given the one before.
/// Making one looks at every collector for a moment, one at a time. What is read from a collector's history is kept until its
/// next push, so that after the first look only those are read that pushed since. Measured without optimization, on a busy
/// machine, for 27 series a collector: 0.36 ms for each whose history is read and 0.04 ms for each of the others, which is 7 s
/// and 0.7 s for 20,000; with pushes every 30 s a tenth of them is read anew in three seconds. An optimized build takes a fraction
/// of that. `tests/it/measuring.rs` measures it.
#[derive(Default)]
pub struct Looks {
    pub(super) topologies: Shared<Question, Topology>,
    pub(super) totals: Shared<(), FleetTotals>,
    pub(super) links: Shared<Id, LinkTraffic>,
    pub(crate) facets: Shared<(String, Option<String>), Facets>,
    pub(crate) overviews: Shared<(), Overview>,
}

/// Answers by question.
pub(crate) struct Shared<Q, A> {
    places: Mutex<BTreeMap<Q, Arc<Place<A>>>>,
}

struct Place<A> {
    /// Held by whoever makes the answer.
    making: Mutex<()>,
    made: Mutex<Option<Made<A>>>,
}

struct Made<A> {
    answer: Arc<A>,
    at: Timestamp,
    revision: String,
}

impl<Q, A> Default for Shared<Q, A> {
    fn default() -> Self {
        Self { places: Mutex::default() }
    }
}

impl<Q: Ord + Clone, A> Shared<Q, A> {
    /// The answer to a question, made now unless somebody just did.
    pub(crate) fn get(
        &self,
        question: &Q,
        (now, revision): (Timestamp, &str),
        make: impl FnOnce() -> A,
    ) -> Arc<A> {
        let place = self.place(question, now);
        if let Some(answer) = place.fresh(now, revision) {
            return answer;
        }
        let _one_at_a_time = match place.making.try_lock() {
            Ok(held) => held,
            Err(TryLockError::Poisoned(held)) => held.into_inner(),
            Err(TryLockError::WouldBlock) => {
                if let Some(former) = place.former() {
                    return former;
                }
                place.making.lock().unwrap_or_else(PoisonError::into_inner)
            }
        };
        if let Some(answer) = place.fresh(now, revision) {
            return answer;
        }
        let answer = Arc::new(make());
        let made = Made { answer: Arc::clone(&answer), at: now, revision: revision.to_owned() };
        *place.made.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        answer
    }

    fn place(&self, question: &Q, now: Timestamp) -> Arc<Place<A>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = places.get(question) {
            return Arc::clone(place);
        }
        places.retain(|_, place| Arc::strong_count(place) > 1 || place.age_ms(now) < KEPT_MS);
        let place = Arc::new(Place { making: Mutex::default(), made: Mutex::default() });
        // Whoever asks more different questions than that makes each answer for itself.
        if places.len() < QUESTIONS_MAX {
            places.insert(question.clone(), Arc::clone(&place));
        }
        place
    }
}

impl<A> Place<A> {
    fn fresh(&self, now: Timestamp, revision: &str) -> Option<Arc<A>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.as_ref()?;
        let kept_ms = if made.revision == revision { KEPT_MS } else { OUTDATED_MS };
        (age_ms(made.at, now) < kept_ms).then(|| Arc::clone(&made.answer))
    }

    fn former(&self) -> Option<Arc<A>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.as_ref().map(|made| Arc::clone(&made.answer))
    }

    fn age_ms(&self, now: Timestamp) -> u64 {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.as_ref().map_or(u64::MAX, |made| age_ms(made.at, now))
    }
}

/// A clock that was set back makes everything old.
fn age_ms(at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.0.saturating_sub(at.0)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_made_once_within_its_time_and_anew_for_a_new_revision() {
        let shared: Shared<u8, u32> = Shared::default();
        let mut made = 0;
        let mut ask = |at_ms: i64, revision: &str| {
            *shared.get(&1, (Timestamp(at_ms), revision), || {
                made += 1;
                made
            })
        };
        assert_eq!([ask(0, "a"), ask(1, "a"), ask(2_999, "a")], [1, 1, 1]);
        assert_eq!(ask(3_000, "a"), 2);
        assert_eq!([ask(3_100, "b"), ask(3_300, "b"), ask(6_200, "b")], [2, 3, 3]);
        // The clock was set back.
        assert_eq!(ask(0, "b"), 4);
    }

    #[test]
    fn questions_do_not_pile_up() {
        let shared: Shared<u32, u32> = Shared::default();
        for question in 0..1000 {
            assert_eq!(*shared.get(&question, (Timestamp(0), "a"), || question), question);
        }
        assert!(shared.places.lock().unwrap().len() <= QUESTIONS_MAX);
        shared.get(&5000, (Timestamp(10_000), "a"), || 1);
        assert_eq!(shared.places.lock().unwrap().len(), 1);
    }

    #[test]
    fn whoever_comes_while_it_is_made_is_given_the_one_before() {
        let shared: Shared<u8, u32> = Shared::default();
        shared.get(&1, (Timestamp(0), "a"), || 1);
        let later = (Timestamp(5_000), "a");
        let made = shared.get(&1, later, || {
            assert_eq!(*shared.get(&1, later, || 3), 1);
            2
        });
        assert_eq!(*made, 2);
    }
}
