//! Alloy's words about a refused configuration, taken apart into positions and messages.
//! Positions count in the text that was served; what stands there is not known here. Start at [`diagnostics`].

/// Most diagnostics taken out of one text; the rest stays in the last message.
pub const DIAGNOSTICS_MAX: usize = 256;

/// One thing that Alloy found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where in the served text: line and column, both counted from 1. `None` if the words name no place.
    pub at: Option<(u32, u32)>,
    /// What is wrong, without the place.
    pub message: String,
}

/// Takes `line:column: message; line:column: message` apart. An error inside a block is told from the outside in
/// (`5:1: … updating custom component: 171:2: message`): the innermost place counts. Words without a place are one diagnostic;
/// no words are none.
#[must_use]
pub fn diagnostics(words: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut rest = words.trim();
    while !rest.is_empty() {
        let room = found.len() + 1 < DIAGNOSTICS_MAX;
        let end = if room { end_of_first(rest) } else { rest.len() };
        let (first, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        found.push(one(first));
        rest = after.trim_start_matches("; ");
    }
    found
}

/// Where the next diagnostic begins: behind a semicolon, and with a place. A semicolon alone may be part of a message.
fn end_of_first(words: &str) -> usize {
    let starts = words.match_indices("; ");
    let next = starts.map(|(at, separator)| (at, at + separator.len())).find(|(_, behind)| {
        words
            .get(*behind..)
            .and_then(|next| next.split_once(' '))
            .is_some_and(|(word, _)| place(word).is_some())
    });
    next.map_or(words.len(), |(at, _)| at)
}

fn one(words: &str) -> Diagnostic {
    let mut diagnostic = Diagnostic { at: None, message: words.to_owned() };
    let (mut behind, mut opens) = (0, true);
    for word in words.split_inclusive(' ') {
        behind += word.len();
        let word = word.trim_end();
        // A place stands at the start or behind a colon; elsewhere it is part of what is said.
        if opens && let Some(at) = place(word) {
            diagnostic =
                Diagnostic { at: Some(at), message: words.get(behind..).unwrap_or_default().to_owned() };
        }
        opens = word.ends_with(':');
    }
    diagnostic
}

/// `line:column:`, perhaps behind the name of a file and a colon.
fn place(word: &str) -> Option<(u32, u32)> {
    let mut parts = word.strip_suffix(':')?.rsplit(':');
    let (column, line) = (parts.next()?, parts.next()?);
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse::<u32>().ok().filter(|number| *number > 0) } else { None }
    };
    Some((number(line)?, number(column)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, column: u32, message: &str) -> Diagnostic {
        Diagnostic { at: Some((line, column)), message: message.to_owned() }
    }

    #[test]
    fn every_position_is_found_and_the_innermost_one_counts() {
        assert_eq!(diagnostics("3:14: expected ident, got }"), [at(3, 14, "expected ident, got }")]);
        assert_eq!(
            diagnostics("1:2: a; b; 10:3: component \"x:1\" is missing; 4:4: c"),
            [at(1, 2, "a; b"), at(10, 3, "component \"x:1\" is missing"), at(4, 4, "c")]
        );
        let nested =
            "component evaluation failed: updating custom component: 171:2: unrecognized attribute \"a\"";
        assert_eq!(diagnostics(nested), [at(171, 2, "unrecognized attribute \"a\"")]);
        let outer =
            "500:1: Failed to build component: updating custom component: 20:3: no (and 2 more diagnostics)";
        assert_eq!(diagnostics(outer), [at(20, 3, "no (and 2 more diagnostics)")]);
        assert_eq!(diagnostics("config.alloy:7:1: x"), [at(7, 1, "x")]);
    }

    #[test]
    fn words_without_a_place_are_kept_whole() {
        for words in
            ["unavailable: connection refused", "at 12:30: late", "0:0: x", "1:x: y", "99999999999:1: y"]
        {
            assert_eq!(diagnostics(words), [Diagnostic { at: None, message: words.to_owned() }], "{words}");
        }
        assert_eq!(diagnostics(""), []);
    }

    #[test]
    fn hostile_words_are_cut_into_so_many_and_no_more() {
        let many = "1:1: a; ".repeat(10_000);
        let found = diagnostics(&many);
        assert_eq!(found.len(), DIAGNOSTICS_MAX);
        assert!(found.last().is_some_and(|last| last.message.len() > 70_000));
    }
}
