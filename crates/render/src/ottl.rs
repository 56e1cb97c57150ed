//! Just enough of OTTL to keep what people write inside its place and to say early what is wrong: brackets, quotes, contexts
//! of paths, names of fields, symbols and functions, patterns. The collector's own parser has the last word on arguments and
//! types. Start at [`check`].

use linkmesh_fleet::Signal;
use serde_json::Value;

mod known;
mod lex;
mod pattern;
mod words;

use lex::{Token, lex};

/// What kind of OTTL a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Yields true or false.
    Condition,
    /// Changes something.
    Statement,
    /// Names a field.
    Path,
    /// A value: a path, a literal or a converter.
    Value,
}

impl Form {
    /// The form of that word in a schema's `x-ottl`.
    pub(crate) fn of(word: &str) -> Option<Self> {
        match word {
            "condition" => Some(Self::Condition),
            "statement" => Some(Self::Statement),
            "path" => Some(Self::Path),
            "value" => Some(Self::Value),
            _ => None,
        }
    }
}

/// The contexts of a signal's paths, from wide to narrow.
fn contexts(signal: Signal) -> &'static [&'static str] {
    match signal {
        Signal::Logs => &["resource", "scope", "instrumentation_scope", "log"],
        Signal::Metrics => &["resource", "scope", "instrumentation_scope", "metric", "datapoint"],
        Signal::Traces => &["resource", "scope", "instrumentation_scope", "span", "spanevent"],
    }
}

/// The context that a route's, source's or destination's filter is decided in: that of one record.
pub(crate) fn record_context(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "log",
        Signal::Metrics => "datapoint",
        Signal::Traces => "span",
    }
}

/// Where the older form of the filter processor keeps conditions on single records.
pub(crate) fn record_section(signal: Signal) -> &'static str {
    match signal {
        Signal::Logs => "log_record",
        Signal::Metrics => "datapoint",
        Signal::Traces => "span",
    }
}

/// What is wrong with a text, if anything can be seen from outside. Without a signal, paths of any signal are fine.
pub(crate) fn check(text: &str, form: Form, signal: Option<Signal>) -> Result<(), String> {
    if text.contains("${") && text.contains("${env:") {
        return Err("`${env:…}` cannot stand inside OTTL; use a parameter".to_owned());
    }
    let tokens = lex(text)?;
    if tokens.is_empty() {
        return Err("is empty".to_owned());
    }
    balanced(&tokens)?;
    let place = words::Place { text, tokens: &tokens, signal };
    place.operators()?;
    let mut wheres = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Text(raw) => {
                pattern::escapes(raw)?;
                place.compared_text(at, raw)?;
            }
            Token::Word("where") => {
                wheres += 1;
                if form != Form::Statement || wheres > 1 || at == 0 {
                    return Err("`where` stands once in a statement, behind its function".to_owned());
                }
            }
            Token::Word(word) if !is_keyword(word) => place.word(at, word, form)?,
            Token::Word(_) | Token::Number | Token::Sign(_) => {}
        }
    }
    pattern::regular_expressions(&tokens)?;
    let starts_with_call = matches!(tokens.first(), Some(Token::Word(word)) if word.starts_with(|c: char| c.is_ascii_lowercase()))
        && tokens.get(1) == Some(&Token::Sign("("));
    match form {
        Form::Statement if !starts_with_call => {
            Err("a statement starts with a function that changes something, such as `set(…)`".to_owned())
        }
        Form::Path if !is_path(&tokens) => {
            Err("names no field; write for example `log.body` or `resource.attributes[\"team\"]`".to_owned())
        }
        Form::Condition if !could_be_true(&tokens) => {
            Err("is no condition; compare something or call a function such as `IsMatch(…)`".to_owned())
        }
        Form::Condition | Form::Statement | Form::Path | Form::Value => Ok(()),
    }
}

/// The same for a filter that decides about whole records: events inside a span travel with it.
pub(crate) fn check_filter(text: &str, signal: Signal) -> Result<(), String> {
    check(text, Form::Condition, Some(signal))?;
    if context_of(text, signal)? == "spanevent" {
        return Err("span events travel with their span; a filter can only look at the span".to_owned());
    }
    Ok(())
}

/// The narrowest context that the text's paths name; the record's own where they name none.
pub(crate) fn context_of(text: &str, signal: Signal) -> Result<&'static str, String> {
    let tokens = lex(text)?;
    let known = contexts(signal);
    let roots = roots(&tokens).filter_map(|(_, root)| known.iter().position(|context| *context == root));
    let narrowest = roots.max().and_then(|index| known.get(index)).copied();
    Ok(match narrowest {
        Some("instrumentation_scope") => "scope",
        Some(context) => context,
        None if signal == Signal::Metrics => "metric",
        None => record_context(signal),
    })
}

/// The text as the older forms spell it, which know only one context and the older name of the scope: `<context>.` taken off
/// its paths.
pub(crate) fn without_context(text: &str, context: &str) -> Result<String, String> {
    let tokens = lex(text)?;
    let mut short = String::with_capacity(text.len());
    let mut done = 0;
    for (offset, root) in roots(&tokens) {
        let (replacement, end) = if root == context {
            let after = text.get(offset + root.len()..).unwrap_or_default();
            ("", text.len() - after.trim_start().strip_prefix('.').unwrap_or(after).len())
        } else if root == "scope" {
            ("instrumentation_scope", offset + root.len())
        } else {
            continue;
        };
        short.push_str(text.get(done..offset).unwrap_or_default());
        short.push_str(replacement);
        done = end;
    }
    short.push_str(text.get(done..).unwrap_or_default());
    Ok(short)
}

/// A text as an OTTL literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A number, `true` or `false` as a literal.
pub(crate) fn literal(value: &Value) -> String {
    match value.as_f64().filter(|_| value.is_f64() || (value.is_u64() && !value.is_i64())) {
        // Without an exponent, which a literal cannot have before its point.
        Some(number) if number.fract() == 0.0 => format!("{number:.1}"),
        Some(number) => number.to_string(),
        None => value.to_string(),
    }
}

/// A text as it stands between the quotes of an OTTL literal.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out
}

/// The first word of a path.
pub(crate) fn root(path: &str) -> &str {
    path.split(['.', '[']).next().unwrap_or_default().trim()
}

/// Byte offset and name of every path's first word.
fn roots<'a>(tokens: &'a lex::Tokens<'a>) -> impl Iterator<Item = (usize, &'a str)> {
    tokens.iter().enumerate().filter_map(|(at, token)| {
        let Token::Word(word) = token else { return None };
        let after_dot = at > 0 && tokens.get(at - 1) == Some(&Token::Sign("."));
        let leads = tokens.get(at + 1) == Some(&Token::Sign("."));
        (!after_dot && leads).then(|| (tokens.offset(at), *word))
    })
}

fn balanced(tokens: &lex::Tokens<'_>) -> Result<(), String> {
    let mut open = Vec::new();
    for token in tokens.iter() {
        let Token::Sign(sign) = token else { continue };
        match *sign {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" if open.pop() != Some(*sign) => {
                return Err(format!("`{sign}` closes nothing"));
            }
            _ => {}
        }
        if open.len() > 64 {
            return Err("is nested too deep".to_owned());
        }
    }
    open.pop().map_or(Ok(()), |missing| Err(format!("`{missing}` is missing")))
}

fn is_keyword(word: &str) -> bool {
    matches!(word, "and" | "or" | "not" | "true" | "false" | "nil" | "where")
}

fn is_path(tokens: &lex::Tokens<'_>) -> bool {
    let starts = matches!(tokens.first(), Some(Token::Word(_)));
    let calls = tokens.iter().any(|token| matches!(token, Token::Sign("(" | ")" | "{" | "}" | ",")));
    let signs = tokens.iter().all(|token| match token {
        Token::Sign(sign) => matches!(*sign, "." | "[" | "]"),
        Token::Word(_) | Token::Text(_) | Token::Number => true,
    });
    let joined = tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .all(|pair| !matches!(pair, (Token::Word(_), Token::Word(_))));
    starts && signs && joined && !calls && roots(tokens).count() == 1
}

/// A condition compares, or is a function, or is `true`; a lone path or text is a slip.
fn could_be_true(tokens: &lex::Tokens<'_>) -> bool {
    let dangling = |token: Option<&Token<'_>>| match token {
        Some(Token::Sign(sign)) => !matches!(*sign, ")" | "]" | "}"),
        Some(Token::Word(word)) => matches!(*word, "and" | "or" | "not"),
        Some(Token::Text(_) | Token::Number) | None => false,
    };
    let decides = |token: &Token<'_>| match token {
        Token::Sign(sign) => matches!(*sign, "==" | "!=" | "<" | "<=" | ">" | ">=" | "("),
        Token::Word(word) => matches!(*word, "true" | "false"),
        Token::Text(_) | Token::Number => false,
    };
    tokens.iter().any(decides)
        && !dangling(tokens.last())
        && !tokens.iter().any(|token| *token == Token::Sign("="))
        || named_arguments_only(tokens)
}

/// `=` is fine inside a call's brackets, where it names an argument.
fn named_arguments_only(tokens: &lex::Tokens<'_>) -> bool {
    let mut depth = 0_usize;
    let mut named = false;
    for token in tokens.iter() {
        match token {
            Token::Sign("(") => depth += 1,
            Token::Sign(")") => depth = depth.saturating_sub(1),
            Token::Sign("=") if depth == 0 => return false,
            Token::Sign("=") => named = true,
            _ => {}
        }
    }
    named
}

#[cfg(test)]
mod tests;
