//! Names and labels of components. A label holds letters, digits and `_` only: `-` becomes `_` and what separates two ids `__`,
//! which no id becomes by itself, so that two entities never share one.

use crate::graph::{Stage, Work};

/// The name of a stage's own component, and its label.
pub(super) fn stage(stage: Stage<'_>, work: &Work<'_>) -> (String, String) {
    let name = match work {
        Work::Component { component, .. } => &component.type_,
        Work::LimitMemory => "otelcol.processor.memory_limiter",
        Work::Statements(_) | Work::Stamp { .. } => "otelcol.processor.transform",
        Work::Keep { .. } => "otelcol.processor.filter",
        Work::Batch(_) => "otelcol.processor.batch",
    };
    let label = match stage {
        Stage::Receiver(id) | Stage::MemoryLimiter(id) | Stage::SourceFilter(id) | Stage::Exporter(id) => {
            label(id.as_str())
        }
        Stage::SourceCheck(id) => label(&format!("{id}.check")),
        Stage::Stamp(id) => label(&format!("{id}.stamp")),
        Stage::Verdict(id) => label(&format!("{id}.verdict")),
        Stage::Edge(source, route) => label(&format!("{source}.{route}")),
        Stage::EdgeMeter(source, route) => label(&format!("{source}.edge.{route}")),
        Stage::RouteIn(id) => label(&format!("{id}.in")),
        Stage::Step(route, step) => label(&format!("{route}.step.{step}")),
        Stage::RouteOut(id) => label(&format!("{id}.out")),
        Stage::DestinationCheck(id) => label(&format!("{id}.destination.check")),
        Stage::DestinationFilter(id) => label(&format!("{id}.destination.filter")),
        Stage::DestinationClean(id) => label(&format!("{id}.destination.clean")),
        Stage::Isolate(id) => label(&format!("{id}.isolate")),
    };
    (name.to_owned(), label)
}

/// The name and label of what stands in front of an exporter.
pub(super) fn relay(stage: Stage<'_>) -> Option<(String, String)> {
    let Stage::Exporter(id) = stage else { return None };
    Some(("otelcol.processor.transform".to_owned(), label(&format!("{id}.destination.relay"))))
}

/// Ids joined by dots as a label.
pub(crate) fn label(ids: &str) -> String {
    let label = ids.replace('-', "_").replace('.', "__");
    // No id begins with `_`, so nothing else is called that.
    let reserved =
        label.starts_with(|c: char| c.is_ascii_digit()) || matches!(&*label, "true" | "false" | "null");
    if reserved { format!("_{label}") } else { label }
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn a_label_is_an_identifier_of_its_own() {
        assert_eq!(label("app-1.step.drop-noise"), "app_1__step__drop_noise");
        assert_eq!(label("7-up"), "_7_up");
        assert_eq!(label("true"), "_true");
        assert_eq!(label("true.in"), "true__in");
    }
}
