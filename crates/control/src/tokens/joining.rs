//! What a host becomes once its token let it in: a new collector, a known one that it takes over, or one with a new uid.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkmesh_fleet::archive::Ages;
use linkmesh_fleet::enrollment::{Refusal, Token};
use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::{Mode, is_reserved};
use linkmesh_fleet::{Id, Registration, Timestamp, Uid};
use linkmesh_store::RecordError;

use crate::plane::ControlPlane;
use crate::records::CollectorRecord;
use crate::roster::{Close, Live};
use crate::secrets::draw_key;

/// How many names are tried for a host whose name is taken.
const NAMES_TRIED_MAX: u32 = 100_000;

impl ControlPlane {
    /// A rebuilt host takes over a known collector; the credential it had is retired.
    pub(super) fn rebind(
        &self,
        id: &Id,
        token: &Token,
        uid: Uid,
        now: Timestamp,
    ) -> Result<Arc<Live>, Refusal> {
        let live = self.roster.by_id(id).ok_or(Refusal::Unknown)?;
        let retired = {
            let state = live.lock();
            if state.record.uid == Some(uid) && state.record.token.as_ref() == Some(&token.id) {
                drop(state);
                return Ok(live);
            }
            state.record.token.clone().filter(|old| *old != token.id).map(|old| (old, state.record.uid))
        };
        // First the old credential ends: if the process dies in between, the host comes again and finishes this.
        if let Some((old, uid)) = retired {
            self.retire(&old, uid).map_err(|cause| {
                tracing::error!(%cause, token = %old, "the old token of a rebuilt host could not be ended");
                Refusal::Unavailable
            })?;
        }
        {
            let mut state = live.lock();
            let record = &mut state.record;
            record.uid = Some(uid);
            record.token = Some(token.id.clone());
            record.generation = record.generation.saturating_add(1);
            record.revoked = false;
            // What the new token does not say stays as it was.
            record.ages = Ages {
                archive_after_s: token.ages.archive_after_s.or(record.ages.archive_after_s),
                purge_after_s: token.ages.purge_after_s.or(record.ages.purge_after_s),
            };
            record.ledger.disconnected();
            record.ledger.reported = None;
            (record.own_metrics, record.token_used) = (None, false);
            (record.effective, record.health, record.sequence) = (None, None, None);
            let registration = self.head.in_force().intent.collectors.get(id).cloned();
            if let Some(registration) = registration {
                record.registration_due = Some(Registration { uid: Some(uid), ..(*registration).clone() });
            }
            if let Some(holder) = &mut state.connection {
                holder.close = Some(Close::Replaced);
            }
        }
        self.roster.bind(&live, uid);
        self.persist(&live)?;
        self.journal.event(now, EventKind::Registered, Some(id), "a rebuilt host took over this collector");
        self.wakes.register.notify_one();
        Ok(live)
    }

    /// A new host becomes a collector, named after itself.
    pub(super) fn join(
        &self,
        token: &Token,
        uid: Uid,
        claims: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Arc<Live>, Refusal> {
        let host = claims.get("host.name").map_or("collector", String::as_str);
        let stem = Id::slug_of(host).or_else(|| Id::slug_of("collector")).ok_or(Refusal::Unavailable)?;
        let in_force = self.head.in_force();
        let mut name: String = host.chars().filter(|c| !c.is_control()).take(256).collect();
        if name.is_empty() {
            name = stem.to_string();
        }
        let registration = Registration {
            name,
            mode: Mode::Opamp,
            uid: Some(uid),
            labels: token.labels.clone(),
            groups: token.groups.clone(),
            managed: true,
        };
        for number in 1..=NAMES_TRIED_MAX {
            let id = if number == 1 { stem.clone() } else { stem.numbered(number) };
            // A registration without a record keeps its name until its owner is recovered: its uid proves nothing.
            let known = in_force.intent.collectors.contains_key(&id) || self.roster.by_id(&id).is_some();
            if known || is_reserved(&id) {
                continue;
            }
            let mut record = CollectorRecord::new(draw_key(), id.clone(), Mode::Opamp, now);
            record.uid = Some(uid);
            record.token = Some(token.id.clone());
            record.ages = token.ages;
            record.claims = claims.clone();
            record.registration_due = Some(registration.clone());
            let live = Live::new(record);
            if !self.roster.add_new(&live) {
                if let Some(other) = self.roster.by_uid(&uid) {
                    return Ok(other);
                }
                continue;
            }
            if let Err(refusal) = self.persist(&live) {
                self.roster.remove(&live);
                return Err(refusal);
            }
            let message = format!("joined as `{id}`");
            self.journal.event_with(
                now,
                EventKind::Registered,
                Some(&id),
                message,
                serde_json::json!({"token": token.id}),
            );
            self.wakes.register.notify_one();
            return Ok(live);
        }
        Err(Refusal::Unavailable)
    }

    /// A collector took on the uid that it was told to.
    ///
    /// # Errors
    /// The store refused it.
    pub fn rename(&self, live: &Arc<Live>, from: Uid, to: Uid) -> Result<(), RecordError> {
        let (id, token) = {
            let mut state = live.lock();
            state.record.uid = Some(to);
            let id = state.record.id.clone();
            if let Some(registration) = self.head.in_force().intent.collectors.get(&id) {
                state.record.registration_due =
                    Some(Registration { uid: Some(to), ..(**registration).clone() });
            }
            (id, state.record.token.clone())
        };
        if let Some(token) = token {
            self.tokens.update(&token, |token| {
                for bound in token.bound.iter_mut().filter(|bound| **bound == from) {
                    *bound = to;
                }
                (true, ())
            })?;
        }
        self.roster.bind(live, to);
        self.write_record(live)?;
        self.journal.event(self.clock.now(), EventKind::Registered, Some(&id), "took on a new instance uid");
        self.wakes.register.notify_one();
        Ok(())
    }

    fn persist(&self, live: &Live) -> Result<(), Refusal> {
        self.write_record(live).map_err(|cause| {
            tracing::error!(%cause, collector = %live.key, "a collector's record could not be written");
            Refusal::Unavailable
        })
    }
}
