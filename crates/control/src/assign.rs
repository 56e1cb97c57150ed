//! What each collector should run, according to the revision in force: the only place that decides it.
//! Never looks at connections. Start at [`ControlPlane::assign_all`].

use std::sync::Arc;
use std::sync::atomic::Ordering;

use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::{Id, Problem, Registration};

use crate::classes::{Class, ClassKey};
use crate::head::InForce;
use crate::plane::{ControlPlane, registration_place};
use crate::roster::{Assignment, Live};

impl ControlPlane {
    /// Decides anew for everybody, after the intent changed.
    pub(crate) fn assign_all(&self) {
        let head = self.head.in_force();
        for live in self.roster.all() {
            self.assign_under(&live, &head);
        }
        self.wakes.deliver.notify_one();
    }

    /// Decides anew for one collector, after something about it changed. Never looks at the rest of the fleet.
    pub(crate) fn assign(&self, live: &Arc<Live>) {
        let head = self.head.in_force();
        self.assign_under(live, &head);
        self.wakes.deliver.notify_one();
    }

    fn assign_under(&self, live: &Arc<Live>, head: &InForce) {
        let (id, key) = {
            let mut state = live.lock();
            let id = state.record.id.clone();
            let registration = head.intent.collectors.get(&id).cloned();
            let was_registered = std::mem::replace(&mut state.registered, registration.is_some());
            if state.registered && state.record.registration_due.as_ref() == registration.as_deref() {
                state.record.registration_due = None;
                state.touch();
            }
            let Some(registration) = registration else {
                let removed = was_registered && state.record.registration_due.is_none();
                state.assignment.target = None;
                state.assignment.held = if removed {
                    vec![Problem::new(
                        registration_place(&id),
                        "",
                        "its registration was removed from the repository; restore the file, or delete the collector",
                    )]
                } else {
                    Vec::new()
                };
                return;
            };
            (id.clone(), class_key(&head.intent, &id, &registration, &state.record.claims))
        };
        let class = self.classes.class(&key, &head.intent, &head.revision, &self.renderer());
        self.settle(live, &id, class);
        live.wake.notify_waiters();
    }

    fn settle(&self, live: &Live, id: &Id, class: Arc<Class>) {
        let mut newly_held = None;
        {
            let mut state = live.lock();
            let managed = self.head.in_force().intent.collectors.get(id).is_none_or(|r| r.managed);
            let had = state.record.released.is_some();
            let (target, held) = match &class.outcome {
                Ok(_) if !managed => (None, Vec::new()),
                // Nothing was ever offered and nothing is due: leave it as it is.
                Ok(config) if config.idle && !had => (None, Vec::new()),
                Ok(config) => (Some(Arc::clone(config)), Vec::new()),
                Err(problems) => (state.released.clone(), problems.clone()),
            };
            if !held.is_empty() && state.assignment.held != held {
                newly_held = held.first().cloned();
            }
            let due = target.as_ref().map(|config| config.hash);
            if due.is_some() && due != state.record.released {
                self.unsettled.store(true, Ordering::Release);
            }
            state.assignment = Assignment { class: Some(class), target, held };
        }
        if let Some(problem) = newly_held {
            let message = format!("stays on its last good configuration: {problem}");
            self.journal.event(self.clock.now(), EventKind::Held, Some(id), message);
        }
    }
}

/// The class of a collector under an intent.
pub(crate) fn class_key(
    intent: &linkmesh_fleet::Intent,
    id: &Id,
    registration: &Registration,
    claims: &linkmesh_fleet::intent::Claims,
) -> ClassKey {
    ClassKey {
        reach: intent.reach(id, registration, claims),
        version: claims.get("service.version").cloned(),
        kubernetes: claims.keys().any(|key| key.starts_with("k8s.")),
    }
}
