//! Whether what a collector runs means what it was given. Compares meaning, not bytes: a collector prints its configuration
//! typed, defaulted and partly hidden. Knows otelcol's form only. Start at [`compare`].

mod scalar;
mod walk;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::attempt::{RemoteStatus, Reported};
use crate::ids::ConfigHash;

/// Most differences that are kept.
pub const DIFFERENCES_MAX: usize = 200;
/// Longest value shown, in characters.
pub const SHOWN_CHARS_MAX: usize = 200;

/// How two configurations differ in meaning.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Drift {
    /// What differs, at most [`DIFFERENCES_MAX`].
    pub differences: Vec<Difference>,
    /// Paths of which nothing can be said: hidden by the collector, resolved on the host, or not printed; as many at most.
    pub unknown: Vec<String>,
}

impl Drift {
    /// Whether something differs.
    #[must_use]
    pub fn is_drifted(&self) -> bool {
        !self.differences.is_empty()
    }
}

/// One place that differs. Values are cut and redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Where, such as `exporters.otlphttp/loki.endpoint`.
    pub path: String,
    /// How.
    pub what: What,
    /// The value that was given; absent for what nobody asked for.
    #[serde(default)]
    pub desired: Option<String>,
    /// The value that runs; absent for what is missing.
    #[serde(default)]
    pub effective: Option<String>,
}

/// How a place differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It was given and does not run.
    Missing,
    /// Another value runs.
    Changed,
    /// It runs and was not given.
    Extra,
}

/// Why a collector runs something else, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Somebody changed it on the host.
    LocalEdit,
    /// It still runs an older revision.
    OlderRevision,
    /// The supervisor put it in, as it may.
    InjectedBySupervisor,
    /// The collector hides the values, so that nothing can be said.
    Redacted,
}

impl Cause {
    /// The same as a sentence without a subject.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::LocalEdit => "it was changed on the host, or a file there adds to it",
            Self::OlderRevision => "it still runs an older revision",
            Self::InjectedBySupervisor => "its supervisor put it in, as it may",
            Self::Redacted => "it hides some values, so that nothing can be said of them",
        }
    }
}

/// What else is known when a cause is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What it was given last.
    pub desired: ConfigHash,
    /// What it reports of that.
    pub reported: Option<&'a Reported>,
    /// Its effective configuration means what an earlier revision said.
    pub matches_older: bool,
}

/// How an effective configuration differs in meaning from a desired one, both as plain values of their YAML.
///
/// Every desired scalar must be there; durations, numbers, headers and deprecated names are compared by meaning. Defaults that a
/// collector adds inside desired components are no drift; pipelines and components that nobody asked for are, except those
/// that the supervisor injects (its `opamp` extension, `nop` components) and its `service.telemetry`.
#[must_use]
pub fn compare(desired: &Value, effective: &Value) -> Drift {
    walk::compare(desired, effective)
}

/// How two texts differ, line by line: for a language whose programs give back what they were given, byte by byte. Lines are
/// compared in their order from both ends, so that one changed place is one difference.
#[must_use]
pub fn compare_lines(desired: &str, effective: &str) -> Drift {
    let (wanted, runs): (Vec<&str>, Vec<&str>) = (desired.lines().collect(), effective.lines().collect());
    let same = |pairs: &mut dyn Iterator<Item = (&&str, &&str)>| pairs.take_while(|(a, b)| a == b).count();
    let start = same(&mut wanted.iter().zip(&runs));
    let rest = wanted.len().min(runs.len()).saturating_sub(start);
    let end = same(&mut wanted.iter().rev().zip(runs.iter().rev()).take(rest));
    let middle = |lines: &[&str]| -> Vec<String> {
        let until = lines.len().saturating_sub(end);
        lines.get(start..until).unwrap_or_default().iter().map(|line| shown_line(line)).collect()
    };
    let (wanted, runs) = (middle(&wanted), middle(&runs));
    let differences = (0..wanted.len().max(runs.len())).take(DIFFERENCES_MAX).map(|at| {
        let (desired, effective) = (wanted.get(at).cloned(), runs.get(at).cloned());
        let what = match (&desired, &effective) {
            (Some(_), None) => What::Missing,
            (None, Some(_)) => What::Extra,
            _ => What::Changed,
        };
        Difference { path: format!("line {}", start + at + 1), what, desired, effective }
    });
    Drift { differences: differences.collect(), unknown: Vec::new() }
}

fn shown_line(line: &str) -> String {
    line.trim().chars().take(SHOWN_CHARS_MAX).collect()
}

/// Why they differ; nothing where they do not and everything could be compared.
#[must_use]
pub fn cause(drift: &Drift, evidence: &Evidence<'_>) -> Option<Cause> {
    if drift.differences.is_empty() {
        return (!drift.unknown.is_empty()).then_some(Cause::Redacted);
    }
    if drift.differences.iter().all(|difference| is_of_supervisor(&difference.path)) {
        return Some(Cause::InjectedBySupervisor);
    }
    let runs_another = evidence.reported.is_some_and(|reported| {
        reported.status == RemoteStatus::Applied && reported.hash != Some(evidence.desired)
    });
    Some(if evidence.matches_older || runs_another { Cause::OlderRevision } else { Cause::LocalEdit })
}

fn is_of_supervisor(path: &str) -> bool {
    path == "extensions.opamp"
        || path.starts_with("extensions.opamp.")
        || path.starts_with("extensions.opamp/")
        || path.starts_with("service.telemetry")
}

#[cfg(test)]
mod tests;
