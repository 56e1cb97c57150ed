//! What each collector should run, according to the revision in force: the only place that decides it.
//! Never looks at connections. Start at [`ControlPlane::assign_all`].

use std::sync::Arc;
use std::sync::atomic::Ordering;

use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{Id, Problem, Registration};

use crate::classes::{Class, ClassKey};
use crate::head::InForce;
use crate::plane::{ControlPlane, registration_place};
use crate::records::version_claim;
use crate::roster::{Assignment, Live};

/// How often one collector's class is looked up, where its description keeps changing.
const LOOKS_MAX: usize = 4;

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
        // A revision that comes into force meanwhile decides for everybody; this one must not undo it.
        loop {
            let head = self.head.in_force();
            self.assign_under(live, &head);
            if self.head.in_force().revision == head.revision {
                break;
            }
        }
        self.wakes.deliver.notify_one();
    }

    fn assign_under(&self, live: &Arc<Live>, head: &InForce) {
        // Its description may change while its class is rendered; then look again, though not for ever.
        for _ in 0..LOOKS_MAX {
            let Some(key) = self.class_of(live, head) else { return };
            let class =
                self.classes.class(&key, (&head.intent, &head.revision), head.epoch, &self.renderer());
            if self.settle(live, head, class) {
                break;
            }
        }
        live.wake.notify_waiters();
    }

    /// The class of a collector; nothing where it is not registered, which is noted.
    fn class_of(&self, live: &Arc<Live>, head: &InForce) -> Option<ClassKey> {
        let mut state = live.lock();
        let id = state.record.id.clone();
        let registration = head.intent.collectors.get(&id).cloned();
        state.registered = registration.is_some();
        // Its labels may have been changed since by somebody else; what is due is the uid.
        let due = state.record.registration_due.as_ref().map(|due| due.uid);
        if due.is_some() && due == registration.as_ref().map(|registration| registration.uid) {
            state.record.registration_due = None;
            state.touch();
        }
        let Some(registration) = registration else {
            let removed = state.record.registration_due.is_none();
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
            return None;
        };
        Some(class_key(&head.intent, &id, &registration, &state.record.claims))
    }

    /// Notes what a collector should run; says no where it belongs to another class by now.
    fn settle(&self, live: &Live, head: &InForce, class: Arc<Class>) -> bool {
        let mut newly_held = None;
        {
            let mut state = live.lock();
            let id = &state.record.id;
            let Some(registration) = head.intent.collectors.get(id) else { return true };
            if class_key(&head.intent, id, registration, &state.record.claims) != class.key {
                return false;
            }
            let managed = registration.managed;
            let had = state.record.released.is_some();
            let (target, held) = match &class.outcome {
                Ok(_) if !managed => (None, Vec::new()),
                // Nothing was ever offered and nothing is due: leave it as it is.
                Ok(config) if config.idle && !had => (None, Vec::new()),
                Ok(config) => (Some(Arc::clone(config)), Vec::new()),
                Err(problems) => (state.released.clone(), problems.clone()),
            };
            if !held.is_empty() && state.assignment.held != held {
                newly_held = held.first().cloned().map(|problem| (state.record.id.clone(), problem));
            }
            let due = target.as_ref().map(|config| config.hash);
            if due.is_some() && due != state.record.released {
                self.unsettled.store(true, Ordering::Release);
            }
            state.assignment = Assignment { class: Some(class), target, held, observed: !managed };
        }
        if let Some((id, problem)) = newly_held {
            let message = format!("stays on its last good configuration: {problem}");
            self.journal.event(self.clock.now(), EventKind::Held, Some(&id), message);
        }
        true
    }
}

/// Claim of an Alloy: the level that it was started with (`--stability.level`).
pub const STABILITY_CLAIM: &str = "linkmesh.stability";
/// Claim of an Alloy: `true` where it was started with `--feature.community-components.enabled`.
pub const COMMUNITY_CLAIM: &str = "linkmesh.community";

/// The class of a collector under an intent.
#[must_use]
pub fn class_key(
    intent: &linkmesh_fleet::Intent,
    id: &Id,
    registration: &Registration,
    claims: &linkmesh_fleet::intent::Claims,
) -> ClassKey {
    let alloy = registration.mode == Mode::AlloyRemotecfg;
    let claim = |name| claims.get(name).map(String::as_str).filter(|_| alloy);
    ClassKey {
        reach: intent.reach(id, registration, claims),
        // As the renderer reads it: whatever else hosts make up is one class.
        version: claims
            .get(version_claim(registration.mode))
            .and_then(|text| text.parse::<linkmesh_render::Version>().ok())
            .map(|version| version.to_string()),
        kubernetes: claims.keys().any(|key| key.starts_with("k8s.")),
        stability: claim(STABILITY_CLAIM).and_then(|text| text.parse().ok()).unwrap_or_default(),
        community: claim(COMMUNITY_CLAIM) == Some("true"),
    }
}
