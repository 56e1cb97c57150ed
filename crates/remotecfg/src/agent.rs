//! A small faithful Alloy: what its `remotecfg` says and does, bad habits included, for fleets made of memory.
//! It knows no transport and no clock; requests come out, outcomes go in. Start with [`Agent::start`] and [`Agent::poll`].

mod exchange;
mod loading;
mod settings;

pub use self::exchange::{Outcome, Request};
pub use self::settings::{AgentSettings, Generation, Judge, Opinion};

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use self::exchange::{Polled, Registered};
use self::loading::{Disk, Loading};
use crate::connect::Method;
use crate::proto::{RegisterCollectorRequest, UnregisterCollectorRequest};

/// One Alloy process on one host, with what it keeps on disk.
#[derive(Clone, Debug)]
pub struct Agent {
    settings: AgentSettings,
    life: Life,
    loading: Loading,
    disk: Disk,
    steps: VecDeque<Step>,
    waits_for: Option<Step>,
    next_poll_ms: u64,
    reload_failed: bool,
}

/// How a process is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Life {
    /// There is no process.
    Stopped,
    /// It has not come to its first regular poll yet.
    Booting,
    /// It polls.
    Polling,
    /// It lives and will never poll again: its second registration failed.
    Deaf,
    /// It ended itself: its first registration failed.
    Exited,
}

/// What is to be done, each with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The block is evaluated. Failure ends the process.
    FirstRegistration,
    /// A regular poll; where there is no answer at a start or a reload, what is on disk is taken.
    Fetch {
        or_disk: bool,
    },
    /// A poll that only tells what changed. Its answer is thrown away.
    Notify,
    /// The service is started. Failure ends polling.
    SecondRegistration,
    /// The block is evaluated anew.
    ReloadRegistration,
    GoodBye,
}

impl Agent {
    /// A host on which no process runs and nothing is on disk.
    #[must_use]
    pub fn new(settings: AgentSettings) -> Self {
        Self {
            settings,
            life: Life::Stopped,
            loading: Loading::default(),
            disk: Disk::default(),
            steps: VecDeque::new(),
            waits_for: None,
            next_poll_ms: u64::MAX,
            reload_failed: false,
        }
    }

    /// The process is started, after [`Self::kill`] if there is one. The next [`Self::poll`] gives its first registration.
    pub fn start(&mut self) {
        self.kill();
        self.life = Life::Booting;
        self.steps.push_back(Step::FirstRegistration);
    }

    /// The process is killed. What is on disk stays.
    pub fn kill(&mut self) {
        self.life = Life::Stopped;
        self.loading = Loading::default();
        self.steps.clear();
        self.waits_for = None;
        self.reload_failed = false;
    }

    /// The process is asked to end. From 1.13 on the next [`Self::poll`] gives its good-bye, unless it has gone deaf.
    pub fn stop(&mut self) {
        let says_so = self.life == Life::Polling && self.settings.generation >= Generation::V1_13;
        self.kill();
        if says_so {
            self.steps.push_back(Step::GoodBye);
        }
    }

    /// Its own file is reloaded with these attributes: another place on disk, a registration, and a poll at once. A process that
    /// boots takes them along.
    pub fn reload(&mut self, attributes: BTreeMap<String, String>) {
        self.settings.attributes = attributes;
        if matches!(self.life, Life::Polling | Life::Deaf) {
            self.steps.push_back(Step::ReloadRegistration);
        }
    }

    /// The request to send now, if there is one. Each is answered with [`Self::receive`] before the next.
    pub fn poll(&mut self, now_ms: u64) -> Option<Request> {
        if self.waits_for.is_some() {
            return None;
        }
        if self.life == Life::Polling && now_ms >= self.next_poll_ms {
            // A ticker: what was missed is not made up for.
            let missed = (now_ms - self.next_poll_ms) / self.settings.poll_frequency_ms.max(1);
            let ahead = self.settings.poll_frequency_ms.max(1).saturating_mul(missed.saturating_add(1));
            self.next_poll_ms = self.next_poll_ms.saturating_add(ahead);
            self.steps.push_back(Step::Fetch { or_disk: false });
        }
        while let Some(step) = self.steps.pop_front() {
            let request = match step {
                Step::Notify if !self.loading.has_news() => continue,
                Step::Fetch { .. } | Step::Notify => {
                    Request::get_config(&self.settings, &self.loading.request(&self.settings))
                }
                Step::FirstRegistration | Step::SecondRegistration | Step::ReloadRegistration => {
                    Request::post(&self.settings, Method::Register, &self.registration())
                }
                Step::GoodBye => {
                    let message = UnregisterCollectorRequest { id: self.settings.id.clone() };
                    return Some(Request::post(&self.settings, Method::Unregister, &message));
                }
            };
            self.waits_for = Some(step);
            return Some(request);
        }
        None
    }

    /// When [`Self::poll`] will have something to do, if nothing is received before.
    #[must_use]
    pub fn next_wake_ms(&self) -> u64 {
        match (&self.waits_for, &self.life) {
            (Some(_), _) => u64::MAX,
            (None, _) if !self.steps.is_empty() => 0,
            (None, Life::Polling) => self.next_poll_ms,
            (None, _) => u64::MAX,
        }
    }

    /// What became of the request that was given last. What a process asked that is no more is not taken in.
    pub fn receive(&mut self, outcome: Outcome<'_>, now_ms: u64) {
        match self.waits_for.take() {
            Some(Step::FirstRegistration) => self.registered_first(outcome.registered()),
            Some(Step::SecondRegistration) => self.registered_again(outcome.registered(), now_ms),
            Some(Step::ReloadRegistration) => self.registered_for_reload(outcome.registered()),
            Some(Step::Fetch { or_disk }) => self.fetched(outcome.polled(), or_disk),
            Some(Step::Notify) => {
                if let Polled::Failed(_) = outcome.polled() {
                    self.loading.forget_what_was_sent();
                }
            }
            Some(Step::GoodBye) | None => {}
        }
    }

    /// How the process is doing.
    #[must_use]
    pub const fn life(&self) -> &Life {
        &self.life
    }

    /// The text that runs whole; `None` if nothing of the server's does.
    #[must_use]
    pub fn running(&self) -> Option<&str> {
        self.loading.running_whole()
    }

    /// The text that runs in part, because what failed in it was not undone.
    #[must_use]
    pub fn running_in_part(&self) -> Option<&str> {
        self.loading.running_in_part()
    }

    /// The hash of the last configuration it received; empty if there was none since the start.
    #[must_use]
    pub fn received_hash(&self) -> &str {
        self.loading.received_hash()
    }

    /// Whether the last reload failed. Its attributes are used all the same.
    #[must_use]
    pub const fn reload_failed(&self) -> bool {
        self.reload_failed
    }

    /// What it is.
    #[must_use]
    pub const fn settings(&self) -> &AgentSettings {
        &self.settings
    }

    /// What it is, to be changed: another version on the same host, for example, before [`Self::start`].
    pub const fn settings_mut(&mut self) -> &mut AgentSettings {
        &mut self.settings
    }
}

impl Agent {
    fn registered_first(&mut self, registered: Registered) {
        if registered.is_err() && self.settings.generation >= Generation::V1_8 {
            self.kill();
            self.life = Life::Exited;
            return;
        }
        self.steps.extend([Step::Fetch { or_disk: true }, Step::SecondRegistration]);
    }

    fn registered_again(&mut self, registered: Registered, now_ms: u64) {
        if registered.is_err() {
            self.life = Life::Deaf;
            self.steps.clear();
            return;
        }
        self.life = Life::Polling;
        self.next_poll_ms = now_ms.saturating_add(self.settings.poll_frequency_ms);
    }

    fn registered_for_reload(&mut self, registered: Registered) {
        let fatal = registered.is_err() && self.settings.generation >= Generation::V1_8;
        self.reload_failed = fatal;
        if !fatal && self.life == Life::Polling {
            self.steps.push_front(Step::Fetch { or_disk: true });
        }
    }

    fn fetched(&mut self, polled: Polled, or_disk: bool) {
        let failed = self.loading.take(polled, &mut self.disk, &self.settings);
        if failed && or_disk {
            self.loading.load_from_disk(&self.disk, &self.settings);
        }
        if self.settings.generation.reports() {
            self.steps.push_front(Step::Notify);
        }
    }

    fn registration(&self) -> RegisterCollectorRequest {
        let attributes = self.settings.all_attributes();
        let (attributes, local_attributes) = self.settings.generation.split(attributes);
        RegisterCollectorRequest {
            id: self.settings.id.clone(),
            name: self.settings.name.clone(),
            attributes,
            local_attributes,
        }
    }
}

/// A text that is shared between what was received, what runs and what is on disk.
type Text = Arc<str>;
