//! How many calls may be under way: those that register have places of their own, so that no storm of polls keeps them out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use linkmesh_remotecfg::Method;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Polls that may be under way.
const POLLS_MAX: usize = 2048;
/// Those among them with a large body, which may hold megabytes each.
const LARGE_MAX: usize = 32;
/// Polls of one collector among them, so that thousands behind one token do not take the places of all.
const POLLS_A_COLLECTOR_MAX: usize = 8;
/// Calls to register and unregister that may be under way.
const REGISTERS_MAX: usize = 4096;
/// How long a call waits for a place.
const PLACE_WAIT: Duration = Duration::from_secs(2);

/// How many calls of each collector are under way.
type Counts = Arc<Mutex<HashMap<String, usize>>>;

/// All places.
pub(super) struct Places {
    polls: Arc<Semaphore>,
    large: Arc<Semaphore>,
    registers: Arc<Semaphore>,
    of_collectors: Counts,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            polls: Arc::new(Semaphore::new(POLLS_MAX)),
            large: Arc::new(Semaphore::new(LARGE_MAX)),
            registers: Arc::new(Semaphore::new(REGISTERS_MAX)),
            of_collectors: Arc::default(),
        }
    }
}

/// A place that was taken.
pub(super) struct Place {
    _permits: [Option<OwnedSemaphorePermit>; 2],
    of_collector: Option<(Counts, String)>,
}

impl Places {
    /// A place for a call of this collector; nothing where none becomes free in time.
    pub(super) async fn take(&self, method: Method, key: &str, small: bool) -> Option<Place> {
        if method != Method::GetConfig {
            let permit = wait(&self.registers).await?;
            return Some(Place { _permits: [Some(permit), None], of_collector: None });
        }
        let of_collector = self.one_more_of(key)?;
        let mut place = Place { _permits: [None, None], of_collector: Some(of_collector) };
        let first = wait(&self.polls).await?;
        let second = if small { None } else { Some(wait(&self.large).await?) };
        place._permits = [Some(first), second];
        Some(place)
    }

    fn one_more_of(&self, key: &str) -> Option<(Counts, String)> {
        let mut counts = self.of_collectors.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = counts.get(key).copied().unwrap_or_default();
        if mine >= POLLS_A_COLLECTOR_MAX {
            return None;
        }
        counts.insert(key.to_owned(), mine + 1);
        Some((Arc::clone(&self.of_collectors), key.to_owned()))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((counts, key)) = &self.of_collector else { return };
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(key) {
            Some(mine) if *mine > 1 => *mine -= 1,
            Some(_) | None => drop(counts.remove(key)),
        }
    }
}

async fn wait(places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    tokio::time::timeout(PLACE_WAIT, Arc::clone(places).acquire_owned()).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn polls_of_one_collector_leave_room_for_others_and_none_keeps_a_call_to_register_out() {
        let places = Places::default();
        let mut taken = Vec::new();
        for _ in 0..POLLS_A_COLLECTOR_MAX {
            taken.push(places.take(Method::GetConfig, "greedy", true).await.unwrap());
        }
        assert!(places.take(Method::GetConfig, "greedy", true).await.is_none());
        for number in 0..POLLS_MAX - POLLS_A_COLLECTOR_MAX {
            taken.push(places.take(Method::GetConfig, &number.to_string(), true).await.unwrap());
        }
        assert!(places.take(Method::GetConfig, "late", true).await.is_none());
        assert!(places.take(Method::Register, "greedy", true).await.is_some());
        taken.pop();
        assert!(places.take(Method::GetConfig, "late", true).await.is_some());
        drop(taken);
        assert!(places.of_collectors.lock().unwrap().is_empty(), "nothing is left behind");
    }
}
