//! The model as an otelcol configuration, in four tiers: source → edge → route → destination.
//! Knows no catalog type. Start at [`render`]; ids are made in `names`, and nowhere else.

use linkmesh_fleet::Union;

use crate::OpenSecret;
use crate::plan::plan;
use crate::rendered::{RenderError, Rendered};
use crate::resolve::Setting;
use crate::target::Target;

mod destination;
mod document;
mod mark;
mod names;
mod route;
mod source;

use document::Document;

/// Renders a union that is not idle.
pub(crate) fn render(union: &Union, target: &Target, open: OpenSecret<'_>) -> Result<Rendered, RenderError> {
    let setting = Setting { version: target.effective(), kubernetes: target.kubernetes, open };
    let plan = plan(union, &setting).map_err(RenderError::Invalid)?;
    let mut document = Document::default();
    for (id, node) in &plan.sources {
        source::add(&mut document, &plan, id, node);
    }
    for node in &plan.routes {
        route::add(&mut document, &plan, node);
    }
    for (id, node) in &plan.destinations {
        destination::add(&mut document, &plan, id, node);
    }
    document.add_shared(target.kubernetes);
    let idle = document.is_empty();
    let (text, map) = document.write().map_err(|problem| RenderError::Invalid(vec![problem]))?;
    Ok(Rendered { text: if idle { String::new() } else { text }, map, warnings: plan.warnings, idle })
}
