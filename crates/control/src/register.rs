//! The reconciler that commits registrations: many enrollments share one commit.
//! It takes no input; what is due stands in the records. Start at [`ControlPlane::reconcile_registrations`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

use linkmesh_config_repo::{Change, Expect};
use linkmesh_fleet::{Entity, Registration};

use crate::plane::{ControlPlane, registration_place};
use crate::records::CollectorRecord;
use crate::roster::Live;
use crate::secrets::draw_key;

/// Registrations in one commit.
const REGISTRATIONS_A_COMMIT_MAX: usize = 5000;

impl ControlPlane {
    /// Commits every registration that is due and takes the new revision over.
    pub fn reconcile_registrations(&self) {
        let _alone = self.registering.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, tip, _) = self.head.tip();
        let mut put = BTreeMap::new();
        let mut expect = BTreeMap::new();
        let mut tokens = BTreeSet::new();
        for live in self.roster.all() {
            let state = live.lock();
            let Some(due) = state.record.registration_due.clone() else { continue };
            let path = registration_place(&state.record.id).to_string();
            // Somebody may have changed its labels since; what is due of a known one is only its uid.
            let present = tip.collectors.get(&state.record.id).map(|present| (**present).clone());
            let known =
                present.as_ref().and_then(|known| self.head.tip_file(&path).filter(|_| known.uid != due.uid));
            if present.is_some() && known.is_none() {
                continue;
            }
            let registration =
                present.map_or_else(|| due.clone(), |known| Registration { uid: due.uid, ..known });
            match Entity::Registration(registration).write() {
                Ok(text) => {
                    expect.insert(path.clone(), known.map_or(Expect::Absent, Expect::Blob));
                    put.insert(path, text.into_bytes());
                    tokens.extend(state.record.token.clone());
                }
                Err(cause) => {
                    tracing::error!(%cause, collector = %state.record.id, "a registration cannot be written");
                }
            }
            if put.len() >= REGISTRATIONS_A_COMMIT_MAX {
                break;
            }
        }
        if put.is_empty() {
            return;
        }
        let count = put.len();
        let change = Change {
            put,
            // A person who writes the same file at the same moment is not overwritten; the next look takes theirs into account.
            expect,
            message: if count == 1 {
                "Enroll a collector".to_owned()
            } else {
                format!("Enroll {count} collectors")
            },
            trailers: tokens
                .iter()
                .take(50)
                .map(|token| ("Enrollment-Token".to_owned(), token.to_string()))
                .collect(),
            at_s: self.clock.now().seconds(),
            ..Change::default()
        };
        match self.repo.save(change) {
            Ok(_) => {
                if let Err(cause) = self.refresh_head() {
                    tracing::error!(%cause, "the repository could not be read after an enrollment");
                }
            }
            Err(cause) => {
                tracing::error!(%cause, "enrollments could not be committed; they are tried again");
                if let Err(cause) = self.refresh_head() {
                    tracing::error!(%cause, "the repository cannot be read; the revision in force stays");
                }
            }
        }
    }

    /// Makes records for registrations that have none: written by a person, or left behind by a lost store.
    pub(crate) fn adopt_registrations(&self) {
        let now = self.clock.now();
        for (id, registration) in &self.head.in_force().intent.collectors {
            if self.roster.by_id(id).is_some() {
                continue;
            }
            // The uid in a file proves nothing: binding it takes a credential or an operator's word.
            let record = CollectorRecord::new(draw_key(), id.clone(), registration.mode, now);
            let live = Live::new(record);
            if self.roster.add_new(&live) {
                live.lock().dirty = true;
            }
        }
    }
}
