//! How a connection begins and ends: who it is, whether somebody else is it already, and what is noted.
//! Start at [`ControlPlane::greet`].

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use linkmesh_fleet::attempt::Outcome;
use linkmesh_fleet::enrollment::Refusal;
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{Id, Timestamp, Uid};

use super::{Hello, Link, PROBE_WAIT};
use crate::plane::ControlPlane;
use crate::roster::{Close, Connection, Live, Probe};

/// How long a poller may leave an offer unanswered before it counts as lost: supervisors answer within seconds.
const POLL_ANSWER_MAX: Duration = Duration::from_secs(90);
/// Holders of one uid that are asked one after another on behalf of one newcomer.
const HOLDERS_ASKED_MAX: usize = 3;

/// What came of asking the holder of a uid.
enum Verdict {
    Alive,
    Dead,
    /// Another connection holds the uid by now.
    Another,
}

impl ControlPlane {
    /// Admits the first report on a connection: binds a fresh token, recognizes a known collector, or refuses.
    ///
    /// # Errors
    /// Why not, as a sentence for the host's log.
    pub async fn greet(self: &Arc<Self>, token: &Id, uid: Uid, hello: Hello) -> Result<Link, Refusal> {
        let plane = Arc::clone(self);
        let token = token.clone();
        let claims = hello.claims.clone();
        let enrolled = tokio::task::spawn_blocking(move || plane.enroll(&token, uid, &claims)).await;
        let live = enrolled.unwrap_or(Err(Refusal::Unavailable))?;
        self.wait_registered(&live).await;
        self.contest(&live, &hello).await?;
        Ok(self.connect(live, hello))
    }

    /// Waits until the registration is committed, so that the first reply can carry the configuration; not for ever.
    async fn wait_registered(&self, live: &Arc<Live>) {
        let deadline = tokio::time::Instant::now() + Duration::from_secs(3);
        let waits = || {
            let state = live.lock();
            !state.registered && state.record.registration_due.is_some()
        };
        while waits() && tokio::time::Instant::now() < deadline {
            self.wakes.register.notify_one();
            // The wake may come between the look and the wait, so look again soon in any case.
            let woken = tokio::time::timeout(Duration::from_millis(50), live.wake.notified()).await;
            drop(woken);
        }
    }

    /// Two hosts with one uid: the one that is alive keeps it.
    async fn contest(&self, live: &Arc<Live>, hello: &Hello) -> Result<(), Refusal> {
        let now = self.clock.now();
        // The holder may itself be replaced while this one waits; then the next one is asked, but not for ever.
        for _ in 0..HOLDERS_ASKED_MAX {
            let Some((serial, answered)) = ask(live) else { return Ok(()) };
            let deadline = tokio::time::Instant::now() + PROBE_WAIT;
            let verdict = loop {
                let holder = live.lock().connection.as_ref().map(|c| (c.serial, c.probes_answered));
                match holder {
                    None => return Ok(()),
                    Some((other, _)) if other != serial => break Verdict::Another,
                    Some((_, count)) if count != answered => break Verdict::Alive,
                    Some(_) if tokio::time::Instant::now() >= deadline => break Verdict::Dead,
                    Some(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            };
            match verdict {
                Verdict::Alive => {
                    self.note_duplicate(live, hello, now);
                    return Err(Refusal::DuplicateIdentity);
                }
                Verdict::Another => {}
                Verdict::Dead => {
                    if let Some(holder) = live.lock().connection.as_mut().filter(|c| c.serial == serial) {
                        holder.close = Some(Close::Replaced);
                    }
                    live.wake.notify_waiters();
                    return Ok(());
                }
            }
        }
        Err(Refusal::Unavailable)
    }

    fn note_duplicate(&self, live: &Live, hello: &Hello, now: Timestamp) {
        let (id, uid, quiet) = {
            let mut state = live.lock();
            let quiet = state.contested_at.is_some_and(|at| now.since(at) < Duration::from_secs(60));
            state.contested_at = Some(now);
            (state.record.id.clone(), state.record.uid, quiet)
        };
        if quiet {
            return;
        }
        let uid = uid.map(|uid| uid.to_string()).unwrap_or_default();
        let message = format!(
            "a second live host at {} claims instance uid {uid} and was refused; it is probably a clone: on that host stop the supervisor, delete its storage directory, and enroll it with a token of its own",
            hello.peer
        );
        self.journal.event(now, EventKind::DuplicateIdentity, Some(&id), message);
    }

    fn connect(self: &Arc<Self>, live: Arc<Live>, hello: Hello) -> Link {
        let now = self.clock.now();
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let (id, was_connected) = {
            let mut state = live.lock();
            let was_connected = state.connection.is_some();
            // A poll is not a new connection: what was offered in the last answer is still under way.
            let goes_on = hello.polling && state.connection.as_ref().is_some_and(|holder| holder.polling);
            let before = state.connection.take().filter(|_| goes_on);
            let unanswered = state.record.ledger.attempts.back().is_some_and(|attempt| {
                Some(attempt.hash) == state.record.ledger.in_flight
                    && attempt.outcome == Outcome::Offered
                    && now.since(attempt.at) > POLL_ANSWER_MAX
            });
            state.connection = Some(Connection {
                serial,
                since: before.as_ref().map_or(now, |before| before.since),
                heard_at: now,
                peer: hello.peer,
                polling: hello.polling,
                probe: Probe::Quiet,
                probes_answered: 0,
                offered_again: before.as_ref().map_or(0, |before| before.offered_again),
                own_metrics_told_at: before.as_ref().and_then(|before| before.own_metrics_told_at),
                own_metrics_told: before.and_then(|before| before.own_metrics_told),
                close: None,
            });
            self.welcome_back(&mut state, now);
            state.record.last_seen_at = Some(now);
            if !goes_on {
                state.record.connected_at = Some(now);
                // Somebody asked for a restart of what ran then.
                state.restart_due = false;
            }
            // A poll whose answer was lost on the way goes on as if nothing had been said.
            if !goes_on || unanswered {
                state.record.ledger.disconnected();
                state.touch();
            }
            (state.record.id.clone(), was_connected)
        };
        if !was_connected {
            self.journal.event(now, EventKind::Connected, Some(&id), "connected");
        }
        self.wakes.deliver.notify_one();
        Link { plane: Arc::clone(self), live, serial }
    }

    pub(super) fn disconnected(&self, live: &Live, serial: u64) {
        let now = self.clock.now();
        let id = {
            let mut state = live.lock();
            if state
                .connection
                .as_ref()
                .is_none_or(|connection| connection.serial != serial || connection.polling)
            {
                return;
            }
            state.connection = None;
            state.record.ledger.disconnected();
            state.touch();
            state.record.id.clone()
        };
        self.journal.event(now, EventKind::Disconnected, Some(&id), "disconnected");
        self.wakes.deliver.notify_one();
        live.wake.notify_waiters();
    }
}

/// Asks the holder of a uid to prove that it is alive; nothing where nobody holds it whom one can ask.
fn ask(live: &Live) -> Option<(u64, u32)> {
    let asked = {
        let mut state = live.lock();
        let holder = state.connection.as_mut().filter(|holder| !holder.polling)?;
        holder.probe = Probe::Asked;
        (holder.serial, holder.probes_answered)
    };
    live.wake.notify_waiters();
    Some(asked)
}
