//! The page that says what runs where, written from the catalog. `LINKMESH_BLESS=1` writes it anew.

use std::fmt::Write as _;

use linkmesh_render::catalog::{Entry, InAlloy, Parity};
use linkmesh_render::{
    ALLOY_FLOOR, ALLOY_TESTED, EntryKind, OTELCOL_FLOOR, OTELCOL_TESTED, Stability, catalog,
};

use super::catalog::on_alloy;
use super::recorded::Recorded;
use super::support::{brave_alloy, here};

#[test]
fn the_golden_page_of_parity_says_what_the_catalog_says() {
    let mut page = String::from(INTRODUCTION);
    for (title, kind) in
        [("Sources", EntryKind::Source), ("Steps", EntryKind::Step), ("Destinations", EntryKind::Destination)]
    {
        write!(page, "\n## {title}\n\n| Type | otelcol | Alloy | Needs | Differences |\n| --- | --- | --- | --- | --- |\n").unwrap();
        for entry in catalog().list(kind) {
            page.push_str(&row(entry));
        }
    }
    write!(page, "\n## Settings that Alloy refuses\n\nExamples of the catalog that otelcol runs and Alloy does not, and what is said at save.\n\n| Example | Reason |\n| --- | --- |\n").unwrap();
    for (name, entry, result) in on_alloy(&brave_alloy()) {
        if let (Some(_), Err(told)) = (entry.programs.in_alloy(), result) {
            let reason = told.lines().next().unwrap().split(": ").skip(2).collect::<Vec<_>>().join(": ");
            writeln!(page, "| {name} | {} |", cell(&reason)).unwrap();
        }
    }
    write!(page, "\n## Versions\n\n| | oldest | tested |\n| --- | --- | --- |\n| otelcol | {OTELCOL_FLOOR} | {OTELCOL_TESTED} |\n| Alloy | {ALLOY_FLOOR} | {ALLOY_TESTED} |\n").unwrap();
    let mut recorded = Recorded::default();
    recorded.compare_file(&here("../../../docs/alloy-parity.md"), &page);
    recorded.end();
}

const INTRODUCTION: &str = "\
<!-- Written by `make gen` from the catalog; do not edit. -->
# What runs on otelcol and on Alloy

The same sources, pipelines, routes and destinations configure both programs. Routing, filters of sources and destinations, stamps, queues, retries and
timeouts are the same everywhere. This page says, type by type, what is not.

*Exact* is the same component with the same settings; a test reads both renderings back and compares them. *Records* are other components
that bring the same records, but for the stated differences. What Alloy cannot do is refused at save, with the entity's name; an entity or step may be limited with
`runtimes: [otelcol]` or `runtimes: [alloy]`.

An Alloy says what it accepts with the attribute `linkmesh.stability` of its `remotecfg` block, which must agree with the flag `--stability.level` it was started with.
Without it only generally available components are rendered. Queues on disk (`queue.persistent`) need a public preview in Alloy. A step that refuses records, or a full queue, is felt
by OTLP senders on both; log files and the journal are read on in Alloy, and what cannot be delivered is lost there.
";

fn row(entry: &Entry) -> String {
    let otelcol = entry.programs.otelcol.as_ref().map_or("–".to_owned(), |program| {
        format!("`{}`{}", program.component, since(program.since.as_deref()))
    });
    let (alloy, needs, differences) = match &entry.programs.alloy {
        Some(InAlloy::Runs(program)) => {
            let parity = match program.parity {
                Parity::Exact => "exact",
                Parity::Records => "records",
            };
            let mut needs = match program.stability {
                Stability::GenerallyAvailable => String::new(),
                level => format!("`--stability.level={level}`"),
            };
            if program.community {
                needs.push_str(" `--feature.community-components.enabled`");
            }
            let alloy = format!("`{}`{}, {parity}", program.component, since(program.since.as_deref()));
            (alloy, needs, program.differences.clone())
        }
        Some(InAlloy::Not { no }) => ("no".to_owned(), String::new(), no.clone()),
        None => ("not said".to_owned(), String::new(), String::new()),
    };
    format!("| {} | {otelcol} | {alloy} | {needs} | {} |\n", entry.type_, cell(&differences))
}

fn since(version: Option<&str>) -> String {
    version.map_or(String::new(), |version| format!(" from {version}"))
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
