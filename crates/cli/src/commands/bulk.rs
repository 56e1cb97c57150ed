//! Verbs on many collectors at once: the server does it as a job, and this says how far it is until it has ended.
//! Start at [`run`].

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use anyhow::{Result, bail};
use linkmesh_api::client::Client;
use linkmesh_api::types::{
    ArchivedFilter, BulkAct, BulkChange, BulkMatch, BulkRequest, BulkVerb, Job, JobState,
};

use super::Outcome;
use super::collector::label_changes;
use crate::args::{CollectorArguments, LabelArguments, MANY, Selection};
use crate::output::{Screen, note};

const BETWEEN_LOOKS: Duration = Duration::from_millis(300);
/// Looks that may fail one after another before this gives up; the job goes on without it.
const FAILED_LOOKS_MAX: u32 = 20;

/// Whether a verb is meant for many; then something must say which.
pub(super) fn is_for_many(collector: &str, selection: &Selection) -> Result<bool> {
    if collector != MANY && selection.expect.is_some() {
        bail!("--expect is for `{MANY}`; write that in the place of the id");
    }
    match (collector == MANY, selection.is_empty()) {
        (true, true) => {
            bail!(
                "say which collectors: -l KEY=VALUE, -q QUERY, -g GROUP, --disconnected-for 30d or --archived"
            )
        }
        (false, false) => bail!(
            "-l, -q, -g, --disconnected-for and --archived choose among `{MANY}`; write that in the place of the id"
        ),
        (many, _) => Ok(many),
    }
}

/// One thing that is done to those that are chosen.
pub(super) fn asked(selection: &Selection, act: BulkAct) -> BulkRequest {
    BulkRequest {
        matching: Some(matching(selection)),
        ids: Vec::new(),
        act,
        expected: selection.expect,
        reason: None,
        now: false,
    }
}

/// Which collectors, as the server understands it.
fn matching(selection: &Selection) -> BulkMatch {
    BulkMatch {
        q: selection.query.clone(),
        label: selection.labels.iter().map(ToString::to_string).collect(),
        group: selection.group.clone(),
        silent_for_s: selection.disconnected_for.map(|seconds| seconds.0),
        archived: selection.archived.then_some(ArchivedFilter::Only),
        ..BulkMatch::default()
    }
}

/// A verb without anything else to say.
pub(super) fn verb(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: &CollectorArguments,
    (verb, reason): (BulkVerb, Option<String>),
) -> Result<Outcome> {
    let request = BulkRequest { reason, ..asked(&arguments.selection, BulkAct::Verb(verb)) };
    run(screen, client, &request)
}

/// `label collectors`.
pub(super) fn label(screen: &mut Screen<'_>, client: &Client, arguments: &LabelArguments) -> Result<Outcome> {
    let mut change = BulkChange {
        add_groups: arguments.add_group.clone(),
        remove_groups: arguments.remove_group.clone(),
        ..BulkChange::default()
    };
    for (key, value) in changes(arguments)? {
        match value {
            Some(value) => drop(change.set_labels.insert(key, value)),
            None => change.remove_labels.push(key),
        }
    }
    run(screen, client, &asked(&arguments.selection, BulkAct::Change(change)))
}

/// Labels to set and to remove, in either spelling.
pub(super) fn changes(arguments: &LabelArguments) -> Result<BTreeMap<String, Option<String>>> {
    let set = arguments.set.iter().map(ToString::to_string);
    let unset = arguments.unset.iter().map(|key| format!("{key}-"));
    let all: Vec<String> = arguments.changes.iter().cloned().chain(set).chain(unset).collect();
    label_changes(&all)
}

/// Has a job done, and stays until it has ended.
pub(super) fn run(screen: &mut Screen<'_>, client: &Client, request: &BulkRequest) -> Result<Outcome> {
    let mut job = client.bulk(request)?;
    let terminal = std::io::stderr().is_terminal();
    let mut failed_looks = 0;
    while job.state == JobState::Running {
        if terminal {
            say(&format!("\r{} of {} …", job.done + job.failed, job.total));
        }
        std::thread::sleep(BETWEEN_LOOKS);
        match client.job(&job.id) {
            Ok(now) => (job, failed_looks) = (now, 0),
            Err(cause) if failed_looks < FAILED_LOOKS_MAX && cause.may_pass() => failed_looks += 1,
            Err(cause) => {
                return Err(anyhow::Error::from(cause)
                    .context(format!("the job {} goes on, but how far it is cannot be read", job.id)));
            }
        }
    }
    if terminal {
        say("\r\x1b[K");
    }
    ended(screen, &job)
}

fn ended(screen: &mut Screen<'_>, job: &Job) -> Result<Outcome> {
    let word = if job.act == "change" { "changed" } else { job.act.as_str() };
    screen.line(&format!("{word}: {} of {} collectors done", job.done, job.total))?;
    screen.flush()?;
    for error in &job.errors {
        note(&format!("{}: {}", error.collector, error.message));
    }
    let shown = u64::try_from(job.errors.len()).unwrap_or(u64::MAX);
    if job.failed > shown {
        note(&format!("and {} more", job.failed - shown));
    }
    match job.state {
        JobState::Cancelled => bail!("the job was cancelled; what is done stays done"),
        JobState::Failed => bail!("nothing of it was done"),
        JobState::Done if job.failed > 0 => bail!("{} of {} were not done", job.failed, job.total),
        JobState::Done | JobState::Running => Ok(Outcome::Done),
    }
}

fn say(text: &str) {
    // Without somebody who reads it, progress is of no use.
    let _closed = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Seconds;

    #[test]
    fn the_word_collectors_needs_to_be_told_which_and_an_id_does_not() {
        let some = Selection { archived: true, ..Selection::default() };
        assert!(is_for_many(MANY, &some).unwrap());
        assert!(!is_for_many("web-01", &Selection::default()).unwrap());
        assert!(is_for_many(MANY, &Selection::default()).is_err());
        let count = Selection { expect: Some(3), ..Selection::default() };
        assert!(is_for_many(MANY, &count).is_err(), "how many says not which");
        assert!(is_for_many("web-01", &count).unwrap_err().to_string().contains("--expect"));
        assert!(is_for_many("web-01", &some).unwrap_err().to_string().contains("`collectors`"));
    }

    #[test]
    fn what_is_chosen_reaches_the_server() {
        let selection = Selection {
            labels: vec!["env=prod".parse().unwrap()],
            disconnected_for: Some(Seconds(60)),
            archived: true,
            ..Selection::default()
        };
        let counted = Selection { expect: Some(7), ..selection.clone() };
        assert_eq!(asked(&counted, BulkAct::Verb(BulkVerb::Hold)).expected, Some(7));
        let matching = matching(&selection);
        assert_eq!((matching.label, matching.silent_for_s), (vec!["env=prod".to_owned()], Some(60)));
        assert_eq!(matching.archived, Some(ArchivedFilter::Only));
    }

    #[test]
    fn a_job_of_which_something_failed_is_no_success() {
        let job = |state: &str, done: u64, failed: u64| -> Job {
            serde_json::from_value(serde_json::json!({
                "id": "j", "act": "archive", "by": "user:ana", "state": state, "total": 2, "done": done,
                "failed": failed, "errors": [], "started_at": "2026-03-10T12:00:00Z"
            }))
            .unwrap()
        };
        let told = |job: &Job| {
            let mut out = Vec::new();
            let outcome = ended(&mut Screen::plain(&mut out, jiff::Timestamp::UNIX_EPOCH), job);
            (outcome.is_ok(), String::from_utf8(out).unwrap())
        };
        assert_eq!(told(&job("done", 2, 0)), (true, "archive: 2 of 2 collectors done\n".to_owned()));
        for job in [job("done", 1, 1), job("failed", 0, 2), job("cancelled", 1, 0)] {
            assert!(!told(&job).0);
        }
    }
}
