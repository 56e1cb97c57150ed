//! Edits of single values inside a YAML text that leave every other byte as somebody wrote it: comments, order, quotes.
//! Start at [`Spots::of`].

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span, StructureStyle};

use super::{BadYaml, YAML_BYTES_MAX, YAML_DEPTH_MAX};

/// Where the values and comments of a text stand, in bytes.
#[derive(Debug, Default)]
pub struct Spots {
    values: BTreeMap<String, Range<usize>>,
    comments: Vec<Range<usize>>,
}

/// One open collection.
struct Open {
    path: String,
    start: usize,
    /// Where the last value inside ends: a block collection has no end of its own.
    last: usize,
    flow: bool,
    within: Within,
}

enum Within {
    /// A mapping, and the key whose value comes next.
    Mapping(Option<String>),
    /// A sequence, and the number of the next item.
    Sequence(usize),
}

impl Spots {
    /// Finds them. Keys are joined by dots, items of a sequence are their number: `steps.0.credentials.password`.
    ///
    /// # Errors
    /// The text is no YAML, has aliases, or is too large or too deep.
    pub fn of(text: &str) -> Result<Self, BadYaml> {
        if text.len() > YAML_BYTES_MAX {
            return Err(BadYaml(format!("at most {YAML_BYTES_MAX} bytes are read")));
        }
        let mut options = Options::default();
        options.flow_nesting_limit = YAML_DEPTH_MAX;
        options.block_nesting_limit = YAML_DEPTH_MAX;
        options.max_buffered_comment_events = YAML_BYTES_MAX;
        let mut spots = Self::default();
        let mut open: Vec<Open> = Vec::new();
        // Where the event before ended.
        let mut before = 0;
        for next in Parser::new_from_str_with_options(text, options) {
            let (event, span) = next.map_err(|cause| BadYaml(cause.to_string()))?;
            let end = range(&span)?.end;
            match event {
                Event::Comment(..) => spots.comments.push(range(&span)?),
                Event::Scalar(value, ScalarStyle::Literal | ScalarStyle::Folded, ..) => {
                    let range = with_header(text, before, range(&span)?);
                    spots.scalar(&mut open, value.into_owned(), range);
                }
                Event::Scalar(value, ..) => spots.scalar(&mut open, value.into_owned(), range(&span)?),
                Event::MappingStart(style, ..) => {
                    begin(&mut open, style, range(&span)?, Within::Mapping(None));
                }
                Event::SequenceStart(style, ..) => {
                    begin(&mut open, style, range(&span)?, Within::Sequence(0));
                }
                Event::MappingEnd | Event::SequenceEnd => spots.end(&mut open, &range(&span)?),
                Event::Alias(_) | Event::UnresolvedAlias(_) => {
                    return Err(BadYaml("aliases are not read".to_owned()));
                }
                _ => {}
            }
            before = end;
        }
        Ok(spots)
    }

    /// Where the value of a path stands.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<Range<usize>> {
        self.values.get(path).cloned()
    }

    /// Where the comments stand, with their `#`.
    #[must_use]
    pub fn comments(&self) -> &[Range<usize>] {
        &self.comments
    }

    fn scalar(&mut self, open: &mut [Open], value: String, range: Range<usize>) {
        if let Some(Open { within: Within::Mapping(key @ None), .. }) = open.last_mut() {
            *key = Some(value);
            return;
        }
        let path = next_path(open);
        self.done(open, path, range);
    }

    fn end(&mut self, open: &mut Vec<Open>, range: &Range<usize>) {
        let Some(ended) = open.pop() else { return };
        let end = if ended.flow { range.end } else { ended.last };
        // A collection as a key has no path that anybody asks for.
        if let Some(Open { within: Within::Mapping(key @ None), .. }) = open.last_mut() {
            *key = Some(String::new());
            return;
        }
        self.done(open, ended.path, ended.start..end);
    }

    /// A value is complete.
    fn done(&mut self, open: &mut [Open], path: String, range: Range<usize>) {
        if let Some(around) = open.last_mut() {
            around.last = around.last.max(range.end);
            match &mut around.within {
                Within::Mapping(key) => *key = None,
                Within::Sequence(next) => *next += 1,
            }
        }
        self.values.insert(path, range);
    }
}

/// Puts other texts where values stand. What overlaps or lies outside is nothing that was found, and answers nothing.
#[must_use]
pub fn replaced(text: &str, edits: &[(Range<usize>, String)]) -> Option<String> {
    let mut edits: Vec<_> = edits.iter().collect();
    edits.sort_by_key(|(range, _)| range.start);
    let mut made = String::with_capacity(text.len());
    let mut at = 0;
    for (range, with) in edits {
        made.push_str(text.get(at..range.start)?);
        made.push_str(with);
        // The text of a block scalar takes its last line break with it.
        if text.get(range.clone())?.ends_with('\n') {
            made.push('\n');
        }
        at = range.end;
    }
    made.push_str(text.get(at..)?);
    Some(made)
}

fn begin(open: &mut Vec<Open>, style: StructureStyle, range: Range<usize>, within: Within) {
    let path = next_path(open);
    let flow = matches!(style, StructureStyle::Flow);
    open.push(Open { path, start: range.start, last: range.start, flow, within });
}

/// The path of the value that comes next.
fn next_path(open: &[Open]) -> String {
    let Some(around) = open.last() else { return String::new() };
    let part = match &around.within {
        Within::Mapping(key) => key.clone().unwrap_or_default(),
        Within::Sequence(next) => next.to_string(),
    };
    if around.path.is_empty() { part } else { format!("{}.{part}", around.path) }
}

/// A block scalar is found as its lines, sometimes with the indentation of the next; here it begins with its `|` or `>`, and
/// ends with its last line break.
fn with_header(text: &str, before: usize, lines: Range<usize>) -> Range<usize> {
    let header = text.get(before..lines.start).and_then(|between| between.find(['|', '>']));
    let start = header.map_or(lines.start, |at| before + at);
    let end = text.get(..lines.end).map_or(lines.end, |until| until.trim_end_matches([' ', '\t']).len());
    start..end.max(start)
}

/// The bytes of a node, its tag included.
fn range(span: &Span) -> Result<Range<usize>, BadYaml> {
    let bytes = span.byte_range().ok_or_else(|| BadYaml("the place of a value is not known".to_owned()))?;
    let start = span.tag_start().and_then(|start| start.byte_offset()).unwrap_or(bytes.start);
    Ok(start.min(bytes.start)..bytes.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_however_it_is_written() {
        let text = "# top\ncredentials: # who\n  user: shop # not secret\n  \"pass\": 'it''s'   # here\n  token: |\n    two\n    lines\n  # end\nsteps:\n- id: a\n  credentials: {key: !!str x, other: [1, {z: ü}]}\n";
        let spots = Spots::of(text).unwrap();
        let at = |path: &str| spots.value(path).map(|range| text.get(range).unwrap());
        assert_eq!(at("credentials.user"), Some("shop"));
        assert_eq!(at("credentials.pass"), Some("'it''s'"));
        assert!(at("credentials.token").unwrap().starts_with('|'), "{:?}", at("credentials.token"));
        assert_eq!(at("steps.0.credentials.key"), Some("!!str x"));
        assert_eq!(at("steps.0.credentials.other.1.z"), Some("ü"));
        assert_eq!(at("steps.0.credentials"), Some("{key: !!str x, other: [1, {z: ü}]}"));
        assert_eq!(at("steps.1"), None);
        let comments: Vec<&str> =
            spots.comments().iter().map(|range| text.get(range.clone()).unwrap()).collect();
        assert_eq!(comments, ["# top", "# who", "# not secret", "# here", "# end"]);
    }

    #[test]
    fn an_edit_changes_its_value_and_no_other_byte() {
        let text = "a: |\n  long\n  text\n# between\nb:\n  c: {$sealed: true}   # kept\n";
        let spots = Spots::of(text).unwrap();
        let edits = [
            (spots.value("b.c.$sealed").unwrap(), "\"v1:x\"".to_owned()),
            (spots.value("a").unwrap(), "{$sealed: y}".to_owned()),
        ];
        let made = replaced(text, &edits).unwrap();
        assert_eq!(made, "a: {$sealed: y}\n# between\nb:\n  c: {$sealed: \"v1:x\"}   # kept\n");
        assert_eq!(replaced(text, &[(0..4, String::new()), (2..6, String::new())]), None);
        assert_eq!(replaced(text, &[(9000..9001, String::new())]), None);
    }

    #[test]
    fn a_block_mapping_ends_with_its_last_value() {
        let text = "credentials:\n  token:\n    $sealed: true # mine\n\n# after\ntype: otlp\n";
        let spots = Spots::of(text).unwrap();
        assert_eq!(text.get(spots.value("credentials.token").unwrap()), Some("$sealed: true"));
    }

    #[test]
    fn what_is_no_yaml_has_no_spots() {
        for bad in ["a: [", "a: *x", &"[".repeat(20_000), &"a: {".repeat(5_000)] {
            assert!(Spots::of(bad).is_err(), "{:?}", bad.get(..4));
        }
    }
}
