//! A bound on how many threads hash passwords at the same time, and on how many wait for that: they all come out of one pool,
//! which the rest of the program needs as well.

use std::sync::{Condvar, Mutex, PoisonError};

/// A bound on how many work at once; some others wait, and the rest is turned away.
pub(super) struct Permits {
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    free: usize,
    waiting: usize,
}

/// How many may wait.
const WAITING_MAX: usize = 16;

pub(super) struct Permit<'a>(&'a Permits);

impl Permits {
    pub(super) fn new(count: usize) -> Self {
        Self { state: Mutex::new(State { free: count, waiting: 0 }), freed: Condvar::new() }
    }

    /// A place to work; nothing where too many wait for one already.
    pub(super) fn take(&self) -> Option<Permit<'_>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.free == 0 && state.waiting >= WAITING_MAX {
            return None;
        }
        state.waiting += 1;
        let mut state =
            self.freed.wait_while(state, |state| state.free == 0).unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        state.free -= 1;
        Some(Permit(self))
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).free += 1;
        self.0.freed.notify_one();
    }
}
