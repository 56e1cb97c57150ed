//! What a server remembers of one collector between polls, and what a poll therefore says about its configurations.
//! The hash in a request is the last one received and proves nothing: what runs is told by the effective body alone.
//! Start at [`Memory::hear`].

mod stored;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::config::{ConfigHash, hash_of, hex, unhex};
use crate::connect::Code;
use crate::proto::{EffectiveConfig, GetConfigRequest, RemoteConfigStatus, RemoteConfigStatuses};

/// Longest words of a collector that are remembered, in bytes.
pub const WORDS_BYTES_MAX: usize = 4096;
/// Alloy compares with what it loaded last, which is not always what runs: so after its block was edited and edited back.
const CONTRADICTION: &str =
    "the collector says that it is applied, but shows that it runs another configuration";
/// The attribute with Alloy's version.
const VERSION: &str = "collector.version";
/// The first version that reports, as major and minor.
const FIRST_THAT_REPORTS: (u32, u32) = (1, 12);

/// What is remembered of one collector between polls: a few hundred bytes, and its words up to [`WORDS_BYTES_MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Its last request had a hash, of whatever form.
    had_hash: bool,
    #[serde(with = "stored")]
    received: Option<ConfigHash>,
    #[serde(with = "stored")]
    effective: Option<ConfigHash>,
    said: Said,
    refusal: Option<Refusal>,
    reports: bool,
    /// It has said what it runs since it received that.
    shown: bool,
    /// It was asked to say again what became of what it received.
    asked: bool,
}

/// The last status that it reported. It is told when it changes, not when a configuration does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    #[default]
    Nothing,
    Applied,
    Applying,
    Failed(Arc<str>),
}

/// The last words about a configuration; those about the transport come in the same place and cover them up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Refusal {
    #[serde(with = "stored")]
    hash: Option<ConfigHash>,
    words: Arc<str>,
}

/// What one poll says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The hash in the request, if it is one of the form that we give: the last configuration that it received.
    pub has: Option<ConfigHash>,
    /// What is true of a configuration of ours now, whether or not this poll changed it.
    pub verdict: Option<Verdict>,
    /// What it runs, if that is new. May hold credentials: redact before it is kept or shown.
    pub effective: Option<String>,
    /// Whether [`Memory`] differs from before. If not, nothing needs to be done or written.
    pub changed: bool,
    /// Its process was started since the last poll.
    pub restarted: bool,
    /// It has received the configuration in [`Heard::has`], but what became of that was said to nobody who remembers. Answer this
    /// poll with [`Reply::ask_again`](crate::Reply::ask_again), whatever else there is to say: it repeats everything within the
    /// same second, and gets the rest with its next poll. True once for each time that it receives one; without that answer the
    /// verdict stays as it is.
    pub ask_again: bool,
}

/// What is true of one configuration on one collector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which configuration.
    pub hash: ConfigHash,
    /// What became of it.
    pub state: State,
}

/// What became of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Applied {
        /// The collector has not shown what it runs: either it never does, or nobody remembers.
        inferred: bool,
    },
    /// It does not run; these are the collector's words. See [`diagnostics`](crate::diagnostics).
    Failed(Arc<str>),
    /// It runs, and the collector had trouble reaching the server: these are its words, and it calls that a failure.
    TransportTrouble(Arc<str>),
    /// It was received, and nothing is known yet.
    Pending,
}

impl Memory {
    /// Takes in a poll. `served` tells whether a hash, in hexadecimal, names a configuration of ours.
    pub fn hear(&mut self, request: &GetConfigRequest, served: &dyn Fn(&str) -> bool) -> Heard {
        let before = self.clone();
        let has = unhex(&request.hash);
        let restarted = self.had_hash && request.hash.is_empty();
        if restarted || (request.hash.is_empty() && request.remote_config_status.is_some()) {
            // It has just started, or no call of it was answered yet: then it says all there is to say. One that does not even
            // say that its status is unset never reports.
            *self = Self::default();
        }
        self.had_hash = !request.hash.is_empty();
        self.received = has.filter(|_| served(&request.hash));
        if let Some(status) = &request.remote_config_status {
            self.take_status(status);
        }
        let same = self.received == before.received;
        self.shown = (self.shown && same) || request.effective_config.is_some();
        let effective = request.effective_config.as_ref().and_then(|config| self.take_effective(config));
        self.remember_refusal();
        let reports = self.reports || claims_to_report(request);
        let verdict = self.verdict(reports, served);
        self.asked &= same;
        let is_unsure =
            |verdict: &Verdict| matches!(verdict.state, State::Pending | State::Applied { inferred: true });
        let ask_again =
            reports && self.received.is_some() && !self.asked && verdict.as_ref().is_some_and(is_unsure);
        self.asked |= ask_again;
        let changed = *self != before;
        Heard { has, verdict, effective, changed, restarted, ask_again }
    }

    /// SHA-256 of what it last said that it runs. `None` if it runs nothing of a server's, or has not said.
    #[must_use]
    pub const fn effective(&self) -> Option<&ConfigHash> {
        self.effective.as_ref()
    }

    /// Whether it ever reported a status or what it runs. Alloy before 1.12 never does.
    #[must_use]
    pub const fn reports(&self) -> bool {
        self.reports
    }
}

impl Memory {
    fn take_status(&mut self, status: &RemoteConfigStatus) {
        self.reports = true;
        self.said = match RemoteConfigStatuses::try_from(status.status) {
            Ok(RemoteConfigStatuses::Applied) => Said::Applied,
            Ok(RemoteConfigStatuses::Applying) => Said::Applying,
            Ok(RemoteConfigStatuses::Failed) => Said::Failed(clipped(&status.error_message).into()),
            Ok(RemoteConfigStatuses::Unset) | Err(_) => Said::Nothing,
        };
    }

    /// The text, if it is new.
    fn take_effective(&mut self, config: &EffectiveConfig) -> Option<String> {
        self.reports = true;
        let body = body_of(config);
        let hash = Some(hash_of(&body));
        if self.effective == hash {
            return None;
        }
        self.effective = hash;
        Some(String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into()))
    }

    /// Keeps words about a configuration, because trouble with the transport takes their place in the status for good.
    fn remember_refusal(&mut self) {
        let Said::Failed(words) = &self.said else { return };
        if is_transport(words) || self.received == self.effective {
            return;
        }
        if self.refusal.as_ref().is_none_or(|last| last.hash != self.received || last.words != *words) {
            self.refusal = Some(Refusal { hash: self.received, words: Arc::clone(words) });
        }
    }

    fn verdict(&self, reports: bool, served: &dyn Fn(&str) -> bool) -> Option<Verdict> {
        let running = || self.effective.filter(|hash| served(&hex(hash)));
        let hash = self.received.or_else(running)?;
        let state = if self.effective == Some(hash) { self.running() } else { self.missing(hash, reports) };
        Some(Verdict { hash, state })
    }

    /// The state of what runs.
    fn running(&self) -> State {
        match &self.said {
            // A hash of another server: the failure is about what that one gave.
            Said::Failed(words) if self.received.is_some() || !self.had_hash => {
                State::TransportTrouble(Arc::clone(words))
            }
            _ => State::Applied { inferred: false },
        }
    }

    /// The state of what was received and was not shown to run.
    fn missing(&self, hash: ConfigHash, reports: bool) -> State {
        match &self.said {
            Said::Failed(words) => {
                let earlier = self.refusal.as_ref().filter(|refusal| refusal.hash == Some(hash));
                State::Failed(Arc::clone(earlier.map_or(words, |refusal| &refusal.words)))
            }
            Said::Applied if self.shown => State::Failed(CONTRADICTION.into()),
            Said::Applied if self.effective.is_none() => State::Applied { inferred: true },
            Said::Nothing if !reports => State::Applied { inferred: true },
            Said::Nothing | Said::Applied | Said::Applying => State::Pending,
        }
    }
}

/// Whether a failure is about reaching the server: then the words begin with a Connect code.
fn is_transport(words: &str) -> bool {
    Code::ALL.iter().any(|code| {
        words.strip_prefix(code.name()).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
    })
}

/// Whether the version that it claims is one that reports.
fn claims_to_report(request: &GetConfigRequest) -> bool {
    let Some(version) = request.claims().get(VERSION) else { return false };
    let mut parts = version.trim_start_matches('v').split(['.', '-', '+']).map(str::parse::<u32>);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= FIRST_THAT_REPORTS,
        _ => false,
    }
}

/// The text that runs. Alloy has one; several are put together in the order of their names.
fn body_of(config: &EffectiveConfig) -> Vec<u8> {
    let files = config.config_map.iter().flat_map(|map| map.config_map.values());
    let bodies: Vec<&[u8]> = files.map(|file| file.body.as_slice()).collect();
    bodies.join(&b'\n')
}

fn clipped(words: &str) -> &str {
    words.get(..words.floor_char_boundary(WORDS_BYTES_MAX)).unwrap_or(words)
}
