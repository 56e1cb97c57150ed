//! Alloy's words about a refused configuration, taken apart into positions and messages.
//! Positions count in the text that was served; what stands there is not known here. Start at [`diagnostics`].

/// Most diagnostics taken out of one text; the rest stays in the last message.
pub const DIAGNOSTICS_MAX: usize = 256;

/// What stands before a position that is told from the outside in.
const OPENS: &str = "custom component: ";

/// One thing that Alloy found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where in the served text: line and column, both counted from 1. `None` if the words name no place.
    pub at: Option<(u32, u32)>,
    /// What is wrong, without the place.
    pub message: String,
}

/// Takes `line:column: message; line:column: message` apart. An error inside a custom component may be told from the outside in
/// (`5:1: … updating custom component: 171:2: message`): then the innermost place counts. Words without a place are one diagnostic;
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
    let mut behind = 0;
    for word in words.split_inclusive(' ') {
        let before = words.get(..behind).unwrap_or_default();
        behind += word.len();
        // Any other position inside the words is one of another language, such as that of a condition.
        if (before.is_empty() || before.ends_with(OPENS))
            && let Some(at) = place(word.trim_end())
        {
            let message = words.get(behind..).unwrap_or_default().to_owned();
            diagnostic = Diagnostic { at: Some(at), message };
        }
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

    /// Most of these are words of Alloy 1.19.2.
    #[test]
    fn every_position_is_found() {
        let one = "4:3: unrecognized block name \"outputt\"";
        assert_eq!(diagnostics(one), [at(4, 3, "unrecognized block name \"outputt\"")]);
        let three = "6:2: cannot find the definition of component name \"foo.bar\"; 4:17: component \"x.y.z\" does not exist \
                     or is out of scope; 4:24: component \"a.b.c\" does not exist or is out of scope";
        let places: Vec<_> = diagnostics(three).into_iter().map(|diagnostic| diagnostic.at).collect();
        assert_eq!(places, [Some((6, 2)), Some((4, 17)), Some((4, 24))]);
        let file = "10:2: Failed to build component: building component: failed to read file: open /nope: no such file";
        assert_eq!(diagnostics(file).first().and_then(|diagnostic| diagnostic.at), Some((10, 2)));
        assert_eq!(diagnostics("1:2: a; b; 10:3: c"), [at(1, 2, "a; b"), at(10, 3, "c")]);
        assert_eq!(diagnostics("config.alloy:7:1: x"), [at(7, 1, "x")]);
    }

    #[test]
    fn the_innermost_position_counts_inside_a_custom_component_and_nowhere_else() {
        let inside =
            "component evaluation failed: updating custom component: 171:2: unrecognized attribute \"a\"";
        assert_eq!(diagnostics(inside), [at(171, 2, "unrecognized attribute \"a\"")]);
        let both =
            "500:1: Failed to build component: updating custom component: 20:3: no (and 2 more diagnostics)";
        assert_eq!(diagnostics(both), [at(20, 3, "no (and 2 more diagnostics)")]);
        let condition =
            "2:2: Failed to build component: condition has invalid syntax: 1:9: unexpected token \"(\"";
        let message = "Failed to build component: condition has invalid syntax: 1:9: unexpected token \"(\"";
        assert_eq!(diagnostics(condition), [at(2, 2, message)]);
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
