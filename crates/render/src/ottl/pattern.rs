//! Quoted texts: their escapes, and whether a regular expression among them can be one. Only what RE2 certainly refuses is
//! refused. Start at [`escapes`] and [`regular_expressions`].

use super::lex::{Token, Tokens};

/// A quoted text with an escape that OTTL does not know, such as `"\d"`.
pub(super) fn escapes(raw: &str) -> Result<(), String> {
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            continue;
        }
        match chars.next() {
            Some('a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' | '"' | 'x' | 'u' | 'U' | '0'..='7')
            | None => {}
            Some(other) => {
                return Err(format!(
                    "a quoted text knows no `\\{}`; write the backslash twice: `\\\\{}`",
                    other.escape_default(),
                    other.escape_default()
                ));
            }
        }
    }
    Ok(())
}

/// Where each function that takes a regular expression takes it.
fn takes_pattern(function: &str) -> Option<usize> {
    match function {
        "IsMatch" | "ExtractPatterns" | "replace_pattern" | "keep_matching_keys" | "delete_matching_keys" => {
            Some(1)
        }
        "replace_all_patterns" => Some(2),
        _ => None,
    }
}

/// Looks at every regular expression that stands as a text in a call.
pub(super) fn regular_expressions(tokens: &Tokens<'_>) -> Result<(), String> {
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(function) = token else { continue };
        let Some(place) = takes_pattern(function).filter(|_| tokens.get(at + 1) == Some(&Token::Sign("(")))
        else {
            continue;
        };
        let (mut depth, mut index) = (0_usize, 0_usize);
        for (inner, token) in tokens.iter().enumerate().skip(at + 1) {
            match token {
                Token::Sign("(" | "[" | "{") => depth += 1,
                Token::Sign(")" | "]" | "}") if depth <= 1 => break,
                Token::Sign(")" | "]" | "}") => depth -= 1,
                Token::Sign(",") if depth == 1 => index += 1,
                Token::Text(raw) if depth == 1 && is_pattern(tokens, inner, index == place) => {
                    let fault = unquoted(raw).and_then(|pattern| expression(&pattern).err());
                    if let Some(why) = fault {
                        return Err(format!("the pattern {}: {why}", shown(raw)));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// A whole argument in the pattern's place, or named as it.
fn is_pattern(tokens: &Tokens<'_>, at: usize, in_place: bool) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at));
    let ends = matches!(tokens.get(at + 1), Some(Token::Sign("," | ")")));
    ends && match before(1) {
        Some(Token::Sign("=")) => matches!(before(2), Some(Token::Word("pattern" | "regex"))),
        Some(Token::Sign("," | "(")) => in_place,
        _ => false,
    }
}

fn shown(raw: &str) -> String {
    format!("`{}`", raw.trim_matches('"').chars().take(60).collect::<String>())
}

/// The text between the quotes; nothing where it is spelled with numbers.
fn unquoted(raw: &str) -> Option<String> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\\' => match chars.next()? {
                sign @ ('\\' | '"') => sign,
                'x' | 'u' | 'U' | '0'..='7' => return None,
                // A line's end or the like, which is no sign of a pattern.
                _ => ' ',
            },
            c => c,
        });
    }
    Some(out)
}

/// What RE2 certainly refuses: groups and classes that do not close, signs of repetition with nothing before them, and what
/// looks around or back.
fn expression(pattern: &str) -> Result<(), String> {
    let mut open = 0_usize;
    let mut rest = pattern;
    let mut nothing_before = true;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let mut next = after;
        let starts = nothing_before;
        nothing_before = false;
        match c {
            '\\' => next = escape(after)?,
            '[' => next = class(after)?,
            '(' => {
                open += 1;
                nothing_before = !after.starts_with('?');
                if ["?=", "?!", "?<=", "?<!"].iter().any(|sign| after.starts_with(sign)) {
                    return Err("collectors cannot look ahead or behind in a pattern".to_owned());
                }
                next = after.strip_prefix('?').unwrap_or(after);
            }
            ')' if open == 0 => {
                return Err("its `)` closes nothing; write `\\\\)` for the sign itself".to_owned());
            }
            ')' => open -= 1,
            '|' => nothing_before = true,
            '*' | '+' | '?' if starts => {
                return Err(format!("nothing stands before its `{c}`; write `\\\\{c}` for the sign itself"));
            }
            _ => {}
        }
        rest = next;
    }
    if open > 0 {
        return Err("its `(` is not closed; write `\\\\(` for the sign itself".to_owned());
    }
    Ok(())
}

/// What follows an escape outside of a class.
fn escape(after: &str) -> Result<&str, String> {
    let mut chars = after.chars();
    match chars.next() {
        None => Err("it ends with a lone backslash".to_owned()),
        // Up to the end sign, or to the end, all stands for itself.
        Some('Q') => Ok(chars.as_str().split_once("\\E").map_or("", |(_, rest)| rest)),
        Some('1'..='9') if !chars.as_str().starts_with(|c: char| ('0'..='7').contains(&c)) => {
            Err("collectors cannot refer back to a group inside a pattern".to_owned())
        }
        Some(_) => Ok(chars.as_str()),
    }
}

/// What follows a class. A `]` in its first place stands for itself, and so does a `[` anywhere.
fn class(after: &str) -> Result<&str, String> {
    let inside = after.strip_prefix('^').unwrap_or(after);
    let mut rest = inside.strip_prefix(']').unwrap_or(inside);
    loop {
        if let Some((_, named)) = rest.strip_prefix("[:").and_then(|named| named.split_once(":]")) {
            rest = named;
            continue;
        }
        let mut chars = rest.chars();
        match chars.next() {
            None => return Err("its `[` is not closed; write `\\\\[` for the sign itself".to_owned()),
            Some(']') => return Ok(chars.as_str()),
            Some('\\') => drop(chars.next()),
            Some(_) => {}
        }
        rest = chars.as_str();
    }
}
