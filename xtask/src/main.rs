//! Repository chores and the structure checks that keep the house as it was drawn.
//! Each check is a function from facts to breaches; reading the tree happens in `tree` only. Start at [`structure`].

mod arrows;
mod breach;
mod fuzz;
mod leftovers;
mod length;
mod licenses;
mod manifests;
mod map;
mod openings;
mod orphans;
mod purity;
mod tree;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::breach::Breach;
use crate::tree::Tree;

const USAGE: &str = "usage: cargo xtask structure | fuzz SECONDS [--keep]";

#[expect(clippy::print_stderr, reason = "this program speaks to a terminal")]
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["structure"] => structure().and_then(|breaches| verdict(&breaches)),
        ["fuzz", seconds, keep @ ..] if matches!(keep, [] | ["--keep"]) => {
            let seconds = seconds.parse().context("SECONDS is a whole number");
            seconds.and_then(|seconds| fuzz::run(seconds, !keep.is_empty()))
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this program speaks to a terminal")]
fn verdict(breaches: &[Breach]) -> Result<()> {
    breaches.iter().for_each(|breach| eprintln!("{breach}"));
    if !breaches.is_empty() {
        bail!("structure: {} to put right", breaches.len());
    }
    println!("structure: ok");
    Ok(())
}

/// Runs every check over the work tree.
fn structure() -> Result<Vec<Breach>> {
    let tree = Tree::read().context("reading the work tree")?;
    let workspace = tree.cargo_metadata(&["--no-deps"])?;
    let packages = tree.cargo_metadata(&["--filter-platform", &tree::host_platform()?])?;
    let long_files = tree.text("xtask/long-files.txt").unwrap_or_default();

    let mut breaches = Vec::new();
    breaches.extend(arrows::check(&arrows::edges(&workspace)));
    breaches.extend(purity::check(&tree));
    breaches.extend(map::check(&tree));
    breaches.extend(openings::check(&tree));
    breaches.extend(orphans::check(&tree));
    breaches.extend(length::check(&tree, &long_files));
    breaches.extend(manifests::check(&tree, &manifests::members(&workspace, &tree)));
    breaches.extend(leftovers::check(&tree));
    breaches.extend(licenses::check(&licenses::packages(&packages)));
    Ok(breaches)
}
