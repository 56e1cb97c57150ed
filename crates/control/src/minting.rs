//! Collector tokens: shown once to a person, presented with every poll and push. A new one retires the old one gently, unless
//! somebody is in a hurry. Start at [`ControlPlane::mint_token`].

use std::sync::Arc;
use std::time::Duration;

use linkmesh_fleet::event::EventKind;
use linkmesh_fleet::registration::Mode;
use linkmesh_fleet::{Id, Timestamp};

use crate::accounts::Principal;
use crate::operate::OperateError;
use crate::plane::ControlPlane;
use crate::records::{CollectorRecord, Retiring};
use crate::roster::Live;

/// How long an old token may still be used while the new one is not.
pub const RETIRING_MAX: Duration = Duration::from_secs(24 * 3600);

/// Which of a collector's tokens was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presented {
    Present,
    Retiring,
}

impl ControlPlane {
    /// Makes a new token for a collector that polls; it is answered once and never again. The one before it holds until this one
    /// is first used, a day at most; with `at_once` it ends now. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn mint_token(&self, id: &Id, at_once: bool, who: &Principal) -> Result<String, OperateError> {
        let live = self.roster.by_id(id).ok_or_else(|| OperateError::Unknown(id.clone()))?;
        let now = self.clock.now();
        let (token, old) = {
            let mut state = live.lock();
            let record = &mut state.record;
            if record.mode != Mode::AlloyRemotecfg {
                let message = format!(
                    "`{id}` is managed over OpAMP and is told its token by itself; a host joins as it with `linkmesh token create --for {id}`"
                );
                return Err(OperateError::NotNow(message));
            }
            let old =
                (record.generation, record.minted_at, record.token_used, record.retiring, record.revoked);
            record.retiring = if at_once || record.revoked { None } else { retiring(record, now) };
            record.generation = record.generation.saturating_add(1);
            record.minted_at = Some(now);
            record.token_used = false;
            record.revoked = false;
            (self.keys.collector_token(&record.key, record.generation), old)
        };
        // What is shown must hold after a crash as well.
        if let Err(cause) = self.write_record(&live) {
            let mut state = live.lock();
            let record = &mut state.record;
            (record.generation, record.minted_at, record.token_used, record.retiring, record.revoked) = old;
            return Err(cause.into());
        }
        let before = if old.1.is_none() || old.4 {
            ""
        } else if at_once {
            "; the one before it ended"
        } else {
            "; the one in use holds until this one is used, a day at most"
        };
        let message = format!("{} made a collector token{before}", who.name);
        self.journal.event(now, EventKind::TokenMinted, Some(id), message);
        self.wakes.deliver.notify_one();
        Ok(token)
    }

    /// Ends every token of a collector at once. An Alloy whose host reboots afterwards does not start. Where the store refuses it,
    /// the tokens have ended nevertheless, until a restart of this process; asked once more, it is stored once more. Blocking.
    ///
    /// # Errors
    /// See [`OperateError`].
    pub fn revoke_collector_token(&self, id: &Id, who: &Principal) -> Result<(), OperateError> {
        let live = self.roster.by_id(id).ok_or_else(|| OperateError::Unknown(id.clone()))?;
        let now = self.clock.now();
        let ends = {
            let mut state = live.lock();
            if state.record.mode != Mode::AlloyRemotecfg {
                let way = revoke_enrollment(state.record.token.as_ref());
                return Err(OperateError::NotNow(format!("`{id}` is managed over OpAMP; {way}")));
            }
            let ends = !state.record.revoked;
            // One that was revoked and could not be stored is stored now.
            if state.record.minted_at.is_none() || !(ends || state.revoking) {
                return Err(OperateError::NotNow(format!("`{id}` has no token")));
            }
            state.record.revoked = true;
            state.revoking = true;
            state.record.retiring = None;
            state.connection = None;
            state.record.ledger.disconnected();
            ends
        };
        if ends {
            let message =
                format!("{} revoked its token: it keeps what it runs, and its next start fails", who.name);
            self.journal.event(now, EventKind::TokenRevoked, Some(id), message);
            self.wakes.deliver.notify_one();
        }
        self.write_record(&live)?;
        live.lock().revoking = false;
        Ok(())
    }

    /// What ends the token with which a collector of this name comes, for somebody who took its name for a token's.
    pub(crate) fn way_to_revoke(&self, id: &Id) -> Option<String> {
        if let Some(live) = self.roster.by_id(id) {
            let state = live.lock();
            return Some(match state.record.mode {
                Mode::AlloyRemotecfg => {
                    format!(
                        "`{id}` is a collector; end its token with `linkmesh token revoke {id} --collector`"
                    )
                }
                Mode::Opamp => {
                    let way = revoke_enrollment(state.record.token.as_ref());
                    format!("`{id}` is a collector that is managed over OpAMP; {way}")
                }
            });
        }
        let departed = !self.roster.departed(id).is_empty();
        departed.then(|| {
            format!(
                "`{id}` is a collector that was removed; end its token with `linkmesh deregister {id} --now`"
            )
        })
    }

    /// Whose token this is; nothing for a forged, replaced or revoked one. Uses nothing up.
    #[must_use]
    pub fn check_collector_token(&self, bearer: &str) -> Option<Arc<Live>> {
        self.presented(bearer).map(|(live, _)| live)
    }

    /// The collector that polls or pushes with this token. The first use of a new one ends the one before it.
    #[must_use]
    pub fn use_collector_token(&self, bearer: &str) -> Option<Arc<Live>> {
        let (live, which) = self.presented(bearer)?;
        if which == Presented::Present {
            let mut state = live.lock();
            if !state.record.token_used {
                state.record.token_used = true;
                state.record.told_in_vain = 0;
                state.record.retiring = None;
                // With a new token may come a new host, under a name of its own.
                state.record.poller.id = None;
                state.touch();
            }
        }
        Some(live)
    }

    fn presented(&self, bearer: &str) -> Option<(Arc<Live>, Presented)> {
        let (key, generation) = self.keys.check_collector_token(bearer)?;
        let live = self.roster.by_key(key)?;
        let which = {
            let state = live.lock();
            let record = &state.record;
            let retiring = record.retiring.filter(|old| self.clock.now() < old.until);
            if record.revoked {
                None
            } else if record.generation == generation {
                Some(Presented::Present)
            } else {
                retiring.filter(|old| old.generation == generation).map(|_| Presented::Retiring)
            }
        };
        which.map(|which| (live, which))
    }
}

/// How the credential of a collector that is managed over OpAMP ends.
fn revoke_enrollment(token: Option<&Id>) -> String {
    match token {
        Some(token) => format!("end its enrollment token with `linkmesh token revoke {token}`"),
        None => "it has not joined with an enrollment token yet".to_owned(),
    }
}

/// The token that holds on while a new one is brought to its host: the one in use, which is not always the last one made. Its
/// day began when it was first replaced: another replacement neither prolongs it nor brings it back.
fn retiring(record: &CollectorRecord, now: Timestamp) -> Option<Retiring> {
    record.minted_at?;
    match record.retiring {
        Some(old) if !record.token_used => Some(old).filter(|old| now < old.until),
        _ => Some(Retiring { generation: record.generation, until: now.plus(RETIRING_MAX) }),
    }
}
