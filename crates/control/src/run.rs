//! The loops that wake the reconcilers. Each takes no input; a signal and a period lead to the same work.

use std::sync::Arc;
use std::time::Duration;

use linkmesh_fleet::registration::Mode;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::plane::ControlPlane;

/// Shortest pause between two looks of one reconciler: what comes together is done together.
const PAUSE: Duration = Duration::from_millis(50);

impl ControlPlane {
    /// Starts every reconciler as a task of its own, until `closing`.
    pub fn start(self: &Arc<Self>, tasks: &TaskTracker, closing: &CancellationToken) {
        let every = |period: Duration, wake: fn(&Self) -> Option<&Notify>, work: fn(&Self)| {
            tasks.spawn(Arc::clone(self).forever(closing.clone(), period, wake, work));
        };
        let second = Duration::from_secs(1);
        every(10 * second, |plane| Some(&plane.wakes.register), Self::reconcile_registrations);
        every(
            second,
            |plane| Some(&plane.wakes.head),
            |plane| {
                if let Err(cause) = plane.refresh_head() {
                    tracing::error!(%cause, "the repository cannot be read; the revision in force stays");
                }
            },
        );
        every(
            10 * second,
            |plane| Some(&plane.wakes.deliver),
            |plane| {
                plane.reconcile_delivery();
                plane.reconcile_leaving();
            },
        );
        every(10 * second, |plane| Some(&plane.wakes.effective), Self::reconcile_effective);
        every(
            second,
            |_| None,
            |plane| {
                if let Err(cause) = plane.flush() {
                    tracing::error!(%cause, "records could not be written; they are tried again");
                }
            },
        );
        every(5 * second, |_| None, Self::reconcile_silence);
        every(10 * second, |_| None, Self::reconcile_own_metrics);
        every(
            60 * second,
            |_| None,
            |plane| {
                if let Err(cause) = plane.flush_history() {
                    tracing::error!(%cause, "counters could not be written; they are tried again");
                }
            },
        );
        every(60 * second, |_| None, Self::reconcile_archive);
        every(600 * second, |_| None, Self::sweep_contents);
        every(
            60 * second,
            |_| None,
            |plane| {
                if let Err(cause) = plane.repo.maintain() {
                    tracing::warn!(%cause, "the repository could not be packed");
                }
            },
        );
    }

    async fn forever(
        self: Arc<Self>,
        closing: CancellationToken,
        period: Duration,
        wake: fn(&Self) -> Option<&Notify>,
        work: fn(&Self),
    ) {
        while !closing.is_cancelled() {
            let plane = Arc::clone(&self);
            if let Err(cause) = tokio::task::spawn_blocking(move || work(&plane)).await {
                tracing::error!(%cause, "a reconciler failed; it looks again");
            }
            let woken = async {
                match wake(&self) {
                    Some(notify) => notify.notified().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = closing.cancelled() => return,
                () = tokio::time::sleep(period) => {}
                () = woken => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Does everything once, in order: for tests and for whoever needs to be sure.
    pub fn reconcile_all(&self) {
        self.reconcile_registrations();
        if let Err(cause) = self.refresh_head() {
            tracing::error!(%cause, "the repository cannot be read; the revision in force stays");
        }
        self.reconcile_effective();
        self.reconcile_silence();
        self.reconcile_own_metrics();
        self.reconcile_delivery();
        self.reconcile_leaving();
        self.reconcile_archive();
    }

    /// Ends polling connections that have gone silent. A WebSocket is watched by its own listener.
    pub fn reconcile_silence(&self) {
        self.reconcile_pollers();
        let now = self.clock.now();
        for live in self.roster.all() {
            let id = {
                let mut state = live.lock();
                let silent = state
                    .connection
                    .as_ref()
                    .is_some_and(|c| c.polling && now.since(c.heard_at) > POLLING_SILENCE_MAX);
                if !silent || state.record.mode == Mode::AlloyRemotecfg {
                    continue;
                }
                state.connection = None;
                state.record.ledger.disconnected();
                state.touch();
                state.record.id.clone()
            };
            let message = "was not heard for a while";
            self.journal.event(now, linkmesh_fleet::event::EventKind::Disconnected, Some(&id), message);
            self.wakes.deliver.notify_one();
        }
    }
}

/// Three missed intervals of the default 30 seconds, and some.
const POLLING_SILENCE_MAX: Duration = Duration::from_secs(100);
