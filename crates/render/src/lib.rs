//! Turns what people want into the exact configuration of a collector, and every component id of it back into the entity it
//! came from. Pure: catalog and model in, text out; equal input gives equal bytes. Start at [`render`] and [`check`].

pub mod catalog;

mod alloy;
mod check;
mod escape;
mod graph;
mod link;
mod otelcol;
mod ottl;
mod outline;
mod parameters;
mod plan;
mod ports;
mod rendered;
mod resolve;
mod target;

use linkmesh_fleet::{Intent, Place, Problem, Runtime, Union};

use graph::Graph;
use resolve::Setting;

pub use alloy::IDLE as ALLOY_IDLE_TEXT;
pub use catalog::{Catalog, Entry, EntryKind, catalog};
pub use outline::{EndPlace, Match, Outline, RoutePlace, StepPlace, outline};
pub use rendered::{ComponentKind, Mapped, RenderError, Rendered};
pub use target::{
    ALLOY_FLOOR, ALLOY_TESTED, NotReleased, OTELCOL_FLOOR, OTELCOL_TESTED, Stability, Target,
    UnknownStability, Version,
};

/// Opens a sealed credential: the entity, the field (`credentials.password`) and the sealed text in; clear text, or what is
/// to be shown instead of it, out.
pub type OpenSecret<'a> = &'a dyn Fn(&Place, &str, &str) -> Result<String, String>;

/// Renders what a class of collectors runs.
///
/// # Errors
/// The collector is too old, or entities contradict each other or the catalog; every fault names its file and field.
pub fn render(union: &Union, target: &Target, open: OpenSecret<'_>) -> Result<Rendered, RenderError> {
    let (tested, floor) = target.known();
    let runtime = target.runtime;
    if let Some(version) = target.version.filter(|version| *version < floor) {
        return Err(RenderError::TooOld { runtime, version, floor });
    }
    if union.is_idle() {
        return Ok(idle(runtime, union.stranded.clone()));
    }
    let setting = Setting::of(target, open);
    let plan = plan::plan(union, &setting).map_err(RenderError::Invalid)?;
    let graph = Graph::of(&plan);
    let written = match runtime {
        _ if graph.pipes.is_empty() => None,
        Runtime::Otelcol => Some(otelcol::write(&graph, target.kubernetes)),
        Runtime::Alloy => Some(alloy::write(&graph, target.kubernetes)),
    };
    let written = written.transpose().map_err(|problem| RenderError::Invalid(vec![problem]))?;
    let warnings = plan.warnings.clone();
    let mut rendered = match written {
        Some((text, map)) => Rendered { text, map, warnings, idle: false },
        None => idle(runtime, warnings),
    };
    if target.version.is_none() {
        let message = format!("the collector's version is no known release; rendered for {runtime} {tested}");
        rendered.warnings.push(Problem::new("", "", message));
    }
    Ok(rendered)
}

fn idle(runtime: Runtime, warnings: Vec<Problem>) -> Rendered {
    let text = match runtime {
        Runtime::Otelcol => String::new(),
        Runtime::Alloy => alloy::IDLE.to_owned(),
    };
    Rendered { text, map: Vec::new(), warnings, idle: true }
}

/// Everything that can be said about single entities without knowing which collectors they reach: types, settings,
/// parameters, conditions. In the order of the paths.
#[must_use]
pub fn check(intent: &Intent) -> Vec<Problem> {
    check::check(intent)
}
