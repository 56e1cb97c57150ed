//! The words of an Alloy about a configuration, with the entity that each place in its text belongs to.

use linkmesh_fleet::redact::redact_text;

use crate::content::Config;

/// Complaints of one report that are explained; the rest stands as it is.
const EXPLAINED_MAX: usize = 20;

/// The same words, and behind each complaint the file that it is about. Credentials that a message quotes are hidden.
pub(super) fn explain(words: &str, config: Option<&Config>) -> String {
    let words = redact_text(words);
    let Some(config) = config else { return words };
    let mut places: Vec<String> = Vec::new();
    for (line, _) in positions(&words).into_iter().take(EXPLAINED_MAX) {
        let place = entity_at(config, line).map(|entity| format!("line {line} is of {entity}"));
        if let Some(place) = place.filter(|place| !places.contains(place)) {
            places.push(place);
        }
    }
    if places.is_empty() { words } else { format!("{words} ({})", places.join("; ")) }
}

/// Every `line:column:` in the words, in order.
fn positions(words: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for token in words.split_whitespace() {
        let mut parts = token.split(':');
        let (line, column) = (parts.next(), parts.next());
        let ended = parts.next().is_some_and(str::is_empty);
        let number = |text: Option<&str>| text.and_then(|text| text.parse::<usize>().ok());
        if let (Some(line), Some(column), true) = (number(line), number(column), ended) {
            found.push((line, column));
        }
    }
    found
}

/// The entity whose component stands around this line.
fn entity_at(config: &Config, line: usize) -> Option<&str> {
    let before: Vec<&str> = config.text.lines().take(line).collect();
    // Blocks inside a component have no label, or one that is no component's; the nearest known header above is its own.
    before.iter().rev().find_map(|text| {
        let component = header(text)?;
        config.map.iter().find(|mapped| mapped.component == component).map(|mapped| mapped.entity.as_str())
    })
}

/// `otelcol.receiver.otlp "app" {` as the id of a component.
fn header(line: &str) -> Option<String> {
    let (name, rest) = line.trim().split_once(" \"")?;
    let (label, rest) = rest.split_once('"')?;
    (rest.trim_start().starts_with('{') && name.contains('.')).then(|| format!("{name}.{label}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::MappedRecord;

    #[test]
    fn a_complaint_names_the_file_that_its_line_came_from() {
        let text = "declare \"linkmesh\" {\n\totelcol.receiver.otlp \"app\" {\n\t\tgrpc { }\n\t\tbad = 1\n\t}\n\totelcol.exporter.otlphttp \"out\" {\n\t}\n}\n";
        let mapped = |component: &str, entity: &str| MappedRecord {
            component: component.to_owned(),
            kind: "receiver".to_owned(),
            entity: entity.to_owned(),
            stage: "source".to_owned(),
        };
        let map = vec![
            mapped("otelcol.receiver.otlp.app", "fleet/sources/app.yaml"),
            mapped("otelcol.exporter.otlphttp.out", "fleet/destinations/out.yaml"),
        ];
        let config = Config::new(text.to_owned(), text.to_owned(), false, "r".to_owned(), map);
        let words = "component evaluation failed: updating custom component: 4:3: unrecognized attribute name \"bad\"; 6:2: no; 3:1: also";
        let explained = explain(words, Some(&config));
        assert!(explained.starts_with(words), "{explained}");
        assert!(explained.ends_with(
            "(line 4 is of fleet/sources/app.yaml; line 6 is of fleet/destinations/out.yaml; line 3 is of fleet/sources/app.yaml)"
        ), "{explained}");
        for odd in ["", "no place", "1:2 x", "a:b: c", "99999999999999999999:1: x", "12:x: y", "500:1: beyond"] {
            assert!(explain(odd, Some(&config)).starts_with(odd), "{odd}");
        }
        assert!(!explain("2:1: Authorization: Bearer lmcol_abcdefgh_1_x is bad", None).contains("lmcol_abc"));
    }
}
