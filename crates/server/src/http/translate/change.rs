//! What changes do: to files, and to the final configurations of collectors.

use linkmesh_api::types as api;
use linkmesh_config_repo::LogEntry;
use linkmesh_control::head::Invalid;
use linkmesh_control::save::{Affected, FileChange, FileDelta, Plan};
use linkmesh_fleet::Runtime;

use super::{runtime_word, time_of_seconds, warning};

/// What a change would do.
pub(in crate::http) fn plan(plan: &Plan) -> api::Plan {
    api::Plan {
        base: plan.base.clone(),
        files: file_deltas(&plan.files),
        classes: plan.classes.iter().map(affected).collect(),
        affected: plan.classes.iter().map(|class| as_u64(class.count)).sum(),
        warnings: plan.warnings.iter().map(warning).collect(),
    }
}

/// How files differ.
pub(in crate::http) fn file_deltas(files: &[FileDelta]) -> Vec<api::FileDiff> {
    files.iter().map(file_delta).collect()
}

/// How one file differs.
fn file_delta(file: &FileDelta) -> api::FileDiff {
    api::FileDiff {
        path: file.path.clone(),
        change: match file.change {
            FileChange::Added => api::FileChange::Added,
            FileChange::Modified => api::FileChange::Modified,
            FileChange::Deleted => api::FileChange::Deleted,
        },
        diff: file.diff.clone(),
    }
}

/// Collectors whose final configuration changes in the same way.
pub(in crate::http) fn affected(class: &Affected) -> api::AffectedClass {
    api::AffectedClass {
        runtime: Some(runtime_word(class.runtime)),
        version: class.version.clone(),
        collectors: class.collectors.iter().map(ToString::to_string).collect(),
        collector_count: as_u64(class.count),
        from_hash: class.from.map(|hash| hash.to_string()),
        to_hash: class.to.map(|hash| hash.to_string()),
        diff: class.diff.clone(),
        // Both runtimes take a new configuration by starting their components anew.
        // An Alloy loads a change without a restart.
        restarts: class.to.is_some() && class.runtime == Runtime::Otelcol,
    }
}

/// One row of the history.
pub(in crate::http) fn revision_row(
    entry: &LogEntry,
    in_force: &str,
    invalid: Option<&Invalid>,
) -> api::Revision {
    let revision = entry.revision.to_string();
    let (subject, body) = entry.message.split_once('\n').unwrap_or((&entry.message, ""));
    let invalid = invalid.filter(|invalid| invalid.revision == revision);
    api::Revision {
        current: revision == in_force,
        invalid: invalid.map(|invalid| {
            invalid.problems.first().map_or_else(|| "it is not valid".to_owned(), ToString::to_string)
        }),
        revision,
        author: entry.author.name.clone(),
        at: time_of_seconds(entry.at_s),
        subject: subject.trim().to_owned(),
        body: body.trim().to_owned(),
    }
}

fn as_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
