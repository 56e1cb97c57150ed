//! The words of an Alloy about a configuration, with the entity that each place in its text belongs to.

use linkmesh_fleet::redact::{REDACTED, redact_text};

use crate::content::Config;

/// Complaints of one report that are explained; the rest stands as it is.
const EXPLAINED_MAX: usize = 20;

/// Credentials shorter than this are hidden only where they stand in quotes, in bytes: they are parts of other words.
const ANYWHERE_BYTES_MIN: usize = 4;

/// The same words, and behind each complaint the file that it is about. Credentials that a message quotes are hidden: an Alloy
/// quotes every value that it cannot make sense of.
pub(super) fn explain(words: &str, config: Option<&Config>) -> String {
    let Some(config) = config else { return without_quotes(&redact_text(words)) };
    let words = redact_text(&without_credentials(words, config));
    let mut places: Vec<String> = Vec::new();
    for (line, _) in positions(&words).into_iter().take(EXPLAINED_MAX) {
        let place = entity_at(config, line).map(|entity| format!("line {line} is of {entity}"));
        if let Some(place) = place.filter(|place| !places.contains(place)) {
            places.push(place);
        }
    }
    if places.is_empty() { words } else { format!("{words} ({})", places.join("; ")) }
}

/// The words without the credentials of this configuration, as they stand in its text and as they are meant.
pub(crate) fn without_credentials(words: &str, config: &Config) -> String {
    let redacted = config.redacted();
    let lines = config.text.lines().zip(redacted.lines());
    let mut hidden: Vec<String> = Vec::new();
    for written in
        lines.filter(|(text, shown)| text != shown).flat_map(|(text, shown)| taken_out(text, shown))
    {
        hidden.extend(serde_json::from_str::<String>(&format!("\"{written}\"")).ok());
        hidden.push(written.to_owned());
    }
    // A credential that is a part of another one must not leave the rest of that one.
    hidden.sort_by_key(|credential| std::cmp::Reverse(credential.len()));
    hidden.dedup();
    hidden.iter().filter(|credential| !credential.is_empty()).fold(words.to_owned(), |words, credential| {
        if credential.len() < ANYWHERE_BYTES_MIN {
            words.replace(&format!("\"{credential}\""), &format!("\"{REDACTED}\""))
        } else {
            words.replace(credential, REDACTED)
        }
    })
}

/// What stands in the line where the other one shows that something is hidden.
fn taken_out<'a>(text: &'a str, shown: &str) -> Vec<&'a str> {
    // YAML quotes one and not the other.
    let quotes = ['"', '\''];
    let mut pieces = shown.split(REDACTED);
    let before = pieces.next().unwrap_or_default().trim_end_matches(quotes);
    let mut rest = text.strip_prefix(before).unwrap_or(text);
    let mut pieces = pieces.peekable();
    let mut found = Vec::new();
    while let Some(piece) = pieces.next() {
        let piece = piece.trim_start_matches(quotes);
        let end = if pieces.peek().is_none() { rest.rfind(piece) } else { rest.find(piece) };
        let Some((credential, behind)) = rest.split_at_checked(end.unwrap_or(rest.len())) else { break };
        found.push(credential.trim_matches(quotes));
        rest = behind.strip_prefix(piece).unwrap_or_default();
    }
    found
}

/// The words without anything that they quote: of which configuration they are is not known, nor what in it is a credential.
fn without_quotes(words: &str) -> String {
    let pieces = words.split('"').enumerate();
    let shown: Vec<&str> =
        pieces.map(|(index, piece)| if index % 2 == 1 { REDACTED } else { piece }).collect();
    shown.join("\"")
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
        for odd in
            ["", "no place", "1:2 x", "a:b: c", "99999999999999999999:1: x", "12:x: y", "500:1: beyond"]
        {
            assert!(explain(odd, Some(&config)).starts_with(odd), "{odd}");
        }
        assert_eq!(explain("1:1: \"hunter2\" is no", None), "1:1: \"[REDACTED]\" is no");
        assert!(!explain("2:1: Authorization: Bearer lmcol_abcdefgh_1_x is bad", None).contains("lmcol_abc"));
    }

    #[test]
    fn no_credential_of_the_configuration_comes_back_in_words_about_it() {
        let text = "a.b \"c\" {\n\ttimeout = \"hunter2\\n\\\"x\"\n\tkey = \"ab\"\n\tboth = {\"A\" = \"Basic first1\", \"B\" = \"second2\"}\n}\n";
        let shown = text
            .replace("hunter2\\n\\\"x", REDACTED)
            .replace("\"ab\"", "\"[REDACTED]\"")
            .replace("first1", REDACTED)
            .replace("second2", REDACTED);
        let config = Config::new(text.to_owned(), shown, false, "r".to_owned(), Vec::new());
        let words = "2:3: \"hunter2\\n\\\"x\" time: invalid duration hunter2\n\"x; 3:1: \"ab\" is no label; 4:1: first1 second2";
        assert_eq!(
            explain(words, Some(&config)),
            "2:3: \"[REDACTED]\" time: invalid duration [REDACTED]; 3:1: \"[REDACTED]\" is no label; 4:1: [REDACTED] [REDACTED]"
        );
    }
}
