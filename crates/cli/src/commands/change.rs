//! `apply`, `plan`, `delete`: entities from files become one change.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, bail};
use linkmesh_api::client::Client;
use linkmesh_api::types::{AffectedClass, Change, Committed, EntityKind, EntityQuery, Plan};

use super::Outcome;
use super::get::entities;
use super::rows::runtime;
use crate::args::{ApplyArguments, DeleteArguments, Format, PlanArguments};
use crate::entity_files::{self, Entities};
use crate::output::numbers::short;
use crate::output::{Screen, note, warn};
use crate::progress::during;

/// So many collectors are named; the rest is counted.
const COLLECTORS_NAMED: usize = 8;

pub(super) fn apply(screen: &mut Screen<'_>, client: &Client, arguments: &ApplyArguments) -> Result<Outcome> {
    let put = read(&arguments.from, arguments.prune)?;
    let delete = if arguments.prune { to_prune(client, &put)? } else { Vec::new() };
    let change = Change { message: arguments.message.clone(), put, delete, ..Change::default() };
    let committed = during("saving", || client.change(&change))?;
    said(screen, &committed)
}

pub(super) fn delete(
    screen: &mut Screen<'_>,
    client: &Client,
    arguments: DeleteArguments,
) -> Result<Outcome> {
    let selection = &arguments.selection;
    let chooses = !selection.is_empty() || selection.expect.is_some();
    let for_collectors = arguments.yes || arguments.now || chooses;
    if for_collectors {
        bail!(
            "-l, -q, --disconnected-for, --expect and --yes choose among collectors: linkmesh delete collectors …"
        );
    }
    let change = Change { message: arguments.message, delete: arguments.paths, ..Change::default() };
    let committed = during("saving", || client.change(&change))?;
    said(screen, &committed)
}

pub(super) fn plan(screen: &mut Screen<'_>, client: &Client, arguments: &PlanArguments) -> Result<Outcome> {
    let put = read(&arguments.from, arguments.prune)?;
    let delete = if arguments.prune { to_prune(client, &put)? } else { Vec::new() };
    let change = Change { put, delete, ..Change::default() };
    let plan = during("planning", || client.plan(&change))?;
    warn(&plan.warnings);
    let format = arguments.format.format;
    if format == Format::Name {
        plan.files.iter().try_for_each(|file| screen.line(&file.path))?;
    } else if !screen.document(format, &plan)? {
        show(screen, &plan)?;
    }
    let same = plan.files.is_empty() && plan.classes.is_empty();
    Ok(if same { Outcome::Done } else { Outcome::Differences })
}

/// Final configurations that change, one block per class of collectors.
pub(super) fn show_classes(screen: &mut Screen<'_>, classes: &[AffectedClass]) -> Result<()> {
    for class in classes {
        screen.line("")?;
        screen.line(&heading(class))?;
        screen.diff(&class.diff)?;
    }
    Ok(())
}

fn read(from: &[PathBuf], prune: bool) -> Result<Entities> {
    if prune && from.iter().any(|start| start.is_file()) {
        bail!("--prune removes what the folder has not; give the whole folder with -f, not a file");
    }
    entity_files::read(from)
}

/// What the repository has and the files have not. The registry is not among it: it is the server's.
fn to_prune(client: &Client, put: &Entities) -> Result<Vec<String>> {
    let mut stored = BTreeSet::new();
    for kind in EntityKind::ALL {
        let listed = during("listing", || entities(client, kind, &EntityQuery::default()))?;
        stored.extend(listed.into_iter().map(|entity| entity.path));
    }
    Ok(stored.into_iter().filter(|path| !put.contains_key(path)).collect())
}

fn said(screen: &mut Screen<'_>, committed: &Committed) -> Result<Outcome> {
    warn(&committed.warnings);
    if committed.changed {
        screen.line(&committed.revision)?;
        screen.flush()?;
        note(&format!(
            "saved as revision {}; `linkmesh get collectors` shows who has it",
            short(&committed.revision)
        ));
    } else {
        screen.line(&committed.revision)?;
        note("nothing to save: the repository already says so");
    }
    Ok(Outcome::Done)
}

fn show(screen: &mut Screen<'_>, plan: &Plan) -> Result<()> {
    if plan.files.is_empty() && plan.classes.is_empty() {
        return screen.line("no differences: the repository already says so");
    }
    screen.line(&format!("Files ({}), on revision {}", plan.files.len(), short(&plan.base)))?;
    screen.files(&plan.files)?;
    screen.line("")?;
    screen.line(&format!("Collectors that get another configuration: {}", plan.affected))?;
    show_classes(screen, &plan.classes)
}

fn heading(class: &AffectedClass) -> String {
    let program = class.runtime.map_or("any runtime", runtime);
    let version = class.version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let named: Vec<&str> = class.collectors.iter().take(COLLECTORS_NAMED).map(String::as_str).collect();
    let named_count = u64::try_from(named.len()).unwrap_or(u64::MAX);
    let more = match class.collector_count.saturating_sub(named_count) {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    let restarts = if class.restarts { "; restarts" } else { "" };
    format!("{program}{version}: {}{more}{restarts}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plan_shows_files_then_each_final_configuration() {
        let plan: Plan = serde_json::from_value(json!({
            "base": "0123456789abcdef",
            "files": [{"path": "fleet/sources/app.yaml", "change": "added", "diff": "@@ -0,0 +1 @@\n+type: otlp\n"}],
            "classes": [{
                "runtime": "otelcol", "version": "0.158.0", "collectors": ["web-01", "web-02"],
                "collector_count": 12, "diff": "-a\n+b\n", "restarts": true
            }],
            "affected": 12
        }))
        .unwrap();
        let mut out = Vec::new();
        show(&mut Screen::plain(&mut out, jiff::Timestamp::UNIX_EPOCH), &plan).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "Files (1), on revision 0123456789ab\nA fleet/sources/app.yaml\n@@ -0,0 +1 @@\n+type: otlp\n\n\
             Collectors that get another configuration: 12\n\n\
             otelcol 0.158.0: web-01, web-02 and 10 more; restarts\n-a\n+b\n"
        );
    }

    #[test]
    fn pruning_by_a_single_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        std::fs::write(&file, "type: otlp\n").unwrap();
        assert!(read(&[file], true).unwrap_err().to_string().contains("whole folder"));
    }
}
