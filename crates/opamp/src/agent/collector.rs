//! The collector under a supervisor: started, healthy, crashed, stopped, at times that follow from when it was started.

use super::settings::{AgentSettings, Verdict};
use crate::proto::{AgentConfigFile, AgentConfigMap, EffectiveConfig};

/// From start to healthy, milliseconds.
const HEALTHY_AFTER_MS: u64 = 200;
/// From start to crash, milliseconds.
const CRASH_AFTER_MS: u64 = 50;
/// From crash to the next start, milliseconds.
const START_AGAIN_AFTER_MS: u64 = 5_000;

/// What a collector runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Running {
    /// Nothing from a server yet.
    #[default]
    Bootstrap,
    /// This configuration.
    Config(AgentConfigMap),
    /// Nothing: it was told to be idle.
    Idle,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Collector {
    running: Running,
    /// What it last reported to run; a crashed or idle collector goes on reporting the one before.
    effective: AgentConfigMap,
    starts: u32,
    timers: Vec<(u64, Timer)>,
}

#[derive(Clone, Debug)]
enum Timer {
    Healthy,
    Crash { report: Option<Vec<u8>> },
    ApplyTimeout { report: Vec<u8>, healthy: bool },
    Chatter,
}

/// Something that happened to it.
pub(super) enum Outcome {
    Healthy,
    SaysHealthAgain,
    Crashed,
    Applied(Vec<u8>),
    Failed(Vec<u8>, &'static str),
}

impl Collector {
    pub(super) fn start(
        &mut self,
        map: AgentConfigMap,
        verdict: Verdict,
        report: Option<Vec<u8>>,
        now_ms: u64,
        apply_timeout_ms: u64,
    ) {
        let bootstrap = map.config_map.is_empty();
        self.running = if bootstrap { Running::Bootstrap } else { Running::Config(map) };
        self.starts = self.starts.saturating_add(1);
        let healthy_after_ms = match verdict {
            Verdict::Good | Verdict::Invalid(_) => HEALTHY_AFTER_MS,
            Verdict::HealthyAfterMs(ms) => ms,
            Verdict::Crashes => {
                self.timers = vec![(now_ms.saturating_add(CRASH_AFTER_MS), Timer::Crash { report })];
                return;
            }
        };
        self.timers = vec![(now_ms.saturating_add(healthy_after_ms), Timer::Healthy)];
        if let Some(report) = report {
            let healthy = healthy_after_ms < apply_timeout_ms;
            self.timers
                .push((now_ms.saturating_add(apply_timeout_ms), Timer::ApplyTimeout { report, healthy }));
        }
    }

    pub(super) fn stop(&mut self) {
        self.running = Running::Idle;
        self.timers.clear();
    }

    /// The first thing that happened up to `now_ms`, with its time.
    pub(super) fn step(&mut self, now_ms: u64, settings: &AgentSettings) -> Option<(u64, Outcome)> {
        let first = self.timers.iter().enumerate().min_by_key(|(_, (at_ms, _))| *at_ms)?;
        let (index, at_ms) = (first.0, first.1.0);
        if at_ms > now_ms {
            return None;
        }
        let (_, timer) = self.timers.swap_remove(index);
        Some((at_ms, self.fire(timer, at_ms, now_ms, settings)))
    }

    pub(super) fn next_wake_ms(&self) -> Option<u64> {
        self.timers.iter().map(|(at_ms, _)| *at_ms).min()
    }

    pub(super) const fn running(&self) -> &Running {
        &self.running
    }

    pub(super) const fn starts(&self) -> u32 {
        self.starts
    }

    /// A collector reports its configuration written anew, never the bytes it was given.
    pub(super) fn effective_config(&self) -> EffectiveConfig {
        let body: Vec<u8> = self.effective.config_map.values().flat_map(|file| file.body.clone()).collect();
        let file = AgentConfigFile { body, content_type: "text/yaml".to_owned() };
        EffectiveConfig { config_map: Some(AgentConfigMap { config_map: [(String::new(), file)].into() }) }
    }

    fn fire(&mut self, timer: Timer, at_ms: u64, now_ms: u64, settings: &AgentSettings) -> Outcome {
        let chatter = settings.habits.repeats_health_every_ms;
        match timer {
            Timer::Healthy => {
                if let Running::Config(map) = &self.running {
                    self.effective.clone_from(map);
                }
                self.repeat(chatter, at_ms);
                Outcome::Healthy
            }
            Timer::Chatter => {
                // What was missed while nobody looked is said once.
                self.repeat(chatter, now_ms);
                Outcome::SaysHealthAgain
            }
            Timer::ApplyTimeout { report, healthy: true } => Outcome::Applied(report),
            Timer::ApplyTimeout { report, healthy: false } => {
                Outcome::Failed(report, "Config apply timeout exceeded")
            }
            Timer::Crash { report: Some(hash) } => {
                self.timers.push((at_ms, Timer::Crash { report: None }));
                let error = "Agent exited unexpectedly with exit code 1 while applying configuration";
                Outcome::Failed(hash, error)
            }
            Timer::Crash { report: None } => {
                self.starts = self.starts.saturating_add(1);
                let again_ms = now_ms.max(at_ms).saturating_add(START_AGAIN_AFTER_MS);
                self.timers.push((again_ms, Timer::Crash { report: None }));
                Outcome::Crashed
            }
        }
    }

    fn repeat(&mut self, every_ms: Option<u64>, from_ms: u64) {
        if let Some(every_ms) = every_ms {
            self.timers.push((from_ms.saturating_add(every_ms.max(1)), Timer::Chatter));
        }
    }
}
