//! Whether each word of a text is a field, a symbol or a function that there is, and what was meant where it is none. Start
//! at [`Place::word`].

use linkmesh_fleet::Signal;
use linkmesh_fleet::yaml::nearest;

use super::lex::{Token, Tokens};
use super::{Form, contexts, is_keyword, known, quoted, record_context};

/// Longest word or piece of text that a message shows, in characters.
const SHOWN_MAX: usize = 60;

/// Where words stand.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens<'a>,
    /// Of any signal without one.
    pub(super) signal: Option<Signal>,
}

impl Place<'_> {
    /// One word that is no keyword.
    pub(super) fn word(&self, at: usize, word: &str, form: Form) -> Result<(), String> {
        if self.before(at, 1) == Some(&Token::Sign(".")) {
            return Ok(());
        }
        let lower = word.starts_with(|c: char| c.is_ascii_lowercase());
        match self.tokens.get(at + 1) {
            Some(Token::Sign("(")) => self.call(at, word, form),
            Some(Token::Sign("=")) => Ok(()),
            _ if lower => self.path(at, word),
            _ => self.symbol(at, word),
        }
    }

    /// Words that other languages know as operators, such as in `log.body contains "x"`.
    pub(super) fn operators(&self) -> Result<(), String> {
        for (at, token) in self.tokens.iter().enumerate().skip(1) {
            let Token::Word(word) = token else { continue };
            let behind_operand = match self.before(at, 1) {
                Some(Token::Word(word)) => !is_keyword(word),
                Some(Token::Text(_) | Token::Sign("]")) => true,
                _ => false,
            };
            let Some(function) = looks_inside(word).filter(|_| behind_operand) else { continue };
            let left = self.operand_before(at);
            let right = match self.tokens.get(at + 1) {
                Some(Token::Text(raw)) if raw.len() <= SHOWN_MAX => (*raw).to_owned(),
                Some(Token::Word(word)) if !is_keyword(word) => quoted(&shown(word)),
                _ => "\"healthcheck\"".to_owned(),
            };
            return Err(inside(word, function, &format!("{left}, {right}")));
        }
        Ok(())
    }

    /// A text that is compared with a log's severity number.
    pub(super) fn compared_text(&self, at: usize, raw: &str) -> Result<(), String> {
        let compares = matches!(self.before(at, 1), Some(Token::Sign("==" | "!=" | "<" | "<=" | ">" | ">=")));
        let field = self.before(at, 2) == Some(&Token::Word("severity_number"))
            && self.before(at, 4) == Some(&Token::Word("log"));
        if !compares || !field {
            return Ok(());
        }
        let meant = raw.trim_matches('"');
        let symbol =
            symbol_like(meant, Some(Signal::Logs)).unwrap_or_else(|| "SEVERITY_NUMBER_WARN".to_owned());
        Err(format!(
            "`log.severity_number` is a number, not a text; compare it with a number or, without quotes, with `{symbol}`"
        ))
    }

    fn before(&self, at: usize, back: usize) -> Option<&Token<'_>> {
        self.tokens.before(at, back)
    }

    fn contexts(&self) -> Vec<&'static str> {
        match self.signal {
            Some(signal) => contexts(signal).to_vec(),
            None => Signal::ALL.iter().flat_map(|signal| contexts(*signal)).copied().collect(),
        }
    }

    /// The context that a path without one probably means.
    fn record(&self) -> &'static str {
        self.signal.map_or("log", record_context)
    }

    /// The narrowest context that has a field.
    fn holder(&self, field: &str) -> Option<&'static str> {
        let newer = |context: &&str| *context != "instrumentation_scope";
        self.contexts().into_iter().filter(newer).rfind(|context| known::has(context, field))
    }

    fn call(&self, at: usize, word: &str, form: Form) -> Result<(), String> {
        let leads = form == Form::Statement && at == 0;
        let is_editor = known::EDITORS.contains(&word);
        if known::CONVERTERS.contains(&word) || (is_editor && leads) {
            return Ok(());
        }
        let name = shown(word);
        if is_editor {
            return Err(format!("`{name}` changes telemetry; only a statement can, and it starts with it"));
        }
        let names = if leads { known::EDITORS } else { known::CONVERTERS };
        let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
        if let Some(meant) = names.iter().find(|known| plain(known) == plain(word)) {
            return Err(format!("OTTL has no function `{name}`; did you mean `{meant}`?"));
        }
        if let Some(function) = looks_inside(word) {
            let arguments =
                self.arguments(at).unwrap_or_else(|| format!("{}, \"healthcheck\"", self.example()));
            return Err(inside(word, function, &arguments));
        }
        let hint = nearest(word, names.iter().copied())
            .map(|meant| format!("; did you mean `{meant}`?"))
            .unwrap_or_default();
        Err(format!("OTTL has no function `{name}`{hint}"))
    }

    /// The arguments of a call where they are a path and a text.
    fn arguments(&self, at: usize) -> Option<String> {
        let Token::Word(root) = self.tokens.get(at + 2)? else { return None };
        let mut last = at + 3;
        while !matches!(self.tokens.get(last)?, Token::Sign("(" | ")" | ",")) {
            last += 1;
        }
        let ends = matches!(self.tokens.get(last + 1), Some(Token::Text(_)))
            && self.tokens.get(last + 2) == Some(&Token::Sign(")"));
        if !self.contexts().contains(root) || !ends {
            return None;
        }
        let slice = self.text.get(self.tokens.offset(at + 2)..self.tokens.offset(last + 2))?;
        (slice.len() <= 2 * SHOWN_MAX).then(|| slice.trim().to_owned())
    }

    /// A field that holds text.
    fn example(&self) -> &'static str {
        match self.signal {
            Some(Signal::Traces) => "span.name",
            Some(Signal::Metrics) => "metric.name",
            Some(Signal::Logs) | None => "log.body",
        }
    }

    /// The path that ends before a token, with its context; an example where there is none.
    fn operand_before(&self, at: usize) -> String {
        let mut start = at.saturating_sub(1);
        loop {
            if self.tokens.get(start) == Some(&Token::Sign("]")) {
                while start > 0 && self.tokens.get(start) != Some(&Token::Sign("[")) {
                    start -= 1;
                }
                start = start.saturating_sub(1);
            } else if self.before(start, 1) == Some(&Token::Sign(".")) {
                start = start.saturating_sub(2);
            } else {
                break;
            }
        }
        let slice =
            self.text.get(self.tokens.offset(start)..self.tokens.offset(at)).unwrap_or_default().trim();
        match self.tokens.get(start) {
            Some(Token::Word(_)) if slice.len() > SHOWN_MAX => self.example().to_owned(),
            Some(Token::Word(root)) if self.contexts().contains(root) => slice.to_owned(),
            Some(Token::Word(root)) if known::has(self.record(), root) => {
                format!("{}.{slice}", self.record())
            }
            _ => self.example().to_owned(),
        }
    }

    /// A word that starts with a capital and calls nothing.
    fn symbol(&self, at: usize, word: &str) -> Result<(), String> {
        let argument = matches!(self.before(at, 1), Some(Token::Sign("," | "(" | "=")));
        if known::is_symbol(word) || (argument && known::CONVERTERS.contains(&word)) {
            return Ok(());
        }
        let lower = word.to_ascii_lowercase();
        let name = shown(word);
        if self.tokens.get(at + 1) == Some(&Token::Sign(".")) && self.contexts().contains(&lower.as_str()) {
            return Err(format!("OTTL has no `{name}`; did you mean `{lower}`?"));
        }
        Err(symbol_like(word, self.signal).map_or_else(
            || format!("`{name}` is no field or symbol; text needs quotes: `{}`", quoted(&name)),
            |symbol| format!("OTTL has no `{name}`; did you mean `{symbol}`?"),
        ))
    }

    fn path(&self, at: usize, root: &str) -> Result<(), String> {
        if !self.contexts().contains(&root) {
            return Err(self.without_context(at, root));
        }
        match (self.tokens.get(at + 1), self.tokens.get(at + 2)) {
            (Some(Token::Sign(".")), Some(Token::Word(field))) => self.field(at, root, field),
            _ => {
                let example = if root == "log" {
                    "log.body".to_owned()
                } else {
                    format!("{root}.attributes[\"team\"]")
                };
                let example = if root == "metric" { "metric.name".to_owned() } else { example };
                Err(format!("`{root}` alone is no field; write for example `{example}`"))
            }
        }
    }

    fn field(&self, at: usize, context: &str, field: &str) -> Result<(), String> {
        let Some(fields) = known::fields(context) else { return Ok(()) };
        let Some((_, parts)) = fields.iter().find(|(name, _)| *name == field) else {
            return Err(self.no_field(at, context, field));
        };
        let (Some(Token::Sign(".")), Some(Token::Word(part))) =
            (self.tokens.get(at + 3), self.tokens.get(at + 4))
        else {
            return Ok(());
        };
        if parts.contains(part) {
            return Ok(());
        }
        if known::is_map(field) {
            let key = quoted(&self.dotted(at + 4));
            return Err(format!(
                "a part of `{context}.{field}` is named in brackets; write `{context}.{field}[{key}]`"
            ));
        }
        let hint =
            parts.first().map(|part| format!("; it has `{context}.{field}.{part}`")).unwrap_or_default();
        Err(format!("`{context}.{field}` has no `{}`{hint}", shown(part)))
    }

    fn no_field(&self, at: usize, context: &str, field: &str) -> String {
        let (noun, name) = (known::noun(context), shown(field));
        let lower = field.to_ascii_lowercase();
        let elsewhere = self.holder(&lower);
        let names = known::fields(context).unwrap_or_default().iter().map(|(name, _)| *name);
        let hint = if context == "log" && is_severity(&lower) {
            "write for example `log.severity_number < SEVERITY_NUMBER_WARN`".to_owned()
        } else if let Some(meant) = other_name(context, &lower) {
            format!("did you mean `{context}.{meant}`?")
        } else if known::has(context, &lower) {
            format!("did you mean `{context}.{lower}`?")
        } else if let Some(other) = elsewhere {
            format!("did you mean `{other}.{lower}`?")
        } else if let Some(meant) = nearest(&lower, names) {
            format!("did you mean `{context}.{meant}`?")
        } else {
            let holder = if context == "metric" { "datapoint" } else { context };
            format!("an attribute is written `{holder}.attributes[{}]`", quoted(&self.dotted(at + 2)))
        };
        format!("{noun} has no `{name}`; {hint}")
    }

    /// What is wrong with a path whose first word is no context of the signal.
    fn without_context(&self, at: usize, word: &str) -> String {
        let (record, name) = (self.record(), shown(word));
        let of_another = Signal::ALL.iter().find(|signal| contexts(**signal).contains(&word));
        if let (Some(other), Some(signal)) = (of_another, self.signal) {
            return format!("`{name}` belongs to {other}, not to {signal}");
        }
        let holder = if known::has(record, word) { Some(record) } else { self.holder(word) };
        if let Some(context) = holder {
            return format!("path `{name}` lacks its context; write `{context}.{name}`");
        }
        let compared = matches!(self.before(at, 1), Some(Token::Sign("==" | "!=" | "<" | "<=" | ">" | ">=")));
        if record == "log" && is_severity(word) {
            return format!(
                "OTTL has no `{name}`; write for example `log.severity_number < SEVERITY_NUMBER_WARN`"
            );
        }
        if let Some(symbol) = symbol_like(word, self.signal).filter(|_| compared) {
            return format!("OTTL has no `{name}`; did you mean `{symbol}`?");
        }
        if self.tokens.get(at + 1) == Some(&Token::Sign(".")) {
            let key = quoted(&self.dotted(at));
            return format!(
                "OTTL has no `{name}`; an attribute is written `{record}.attributes[{key}]` or `resource.attributes[{key}]`"
            );
        }
        if compared || matches!(self.before(at, 1), Some(Token::Sign("," | "("))) {
            return format!("`{name}` is no field; text needs quotes: `{}`", quoted(&name));
        }
        let names = known::fields(record).unwrap_or_default().iter().map(|(name, _)| *name);
        let meant = other_name(record, word).or_else(|| nearest(word, names));
        meant.map_or_else(
            || {
                let key = quoted(&name);
                format!("`{name}` is no field; text needs quotes, `{key}`, and an attribute is written `{record}.attributes[{key}]`")
            },
            |meant| format!("OTTL has no `{name}`; did you mean `{record}.{meant}`?"),
        )
    }

    /// Words and the dots between them, from a word on.
    fn dotted(&self, at: usize) -> String {
        let mut out = String::new();
        let mut next = at;
        while let Some(Token::Word(word)) = self.tokens.get(next) {
            out.push_str(word);
            if self.tokens.get(next + 1) != Some(&Token::Sign(".")) || out.len() > SHOWN_MAX {
                break;
            }
            out.push('.');
            next += 2;
        }
        shown(out.trim_end_matches('.'))
    }
}

fn shown(word: &str) -> String {
    word.chars().take(SHOWN_MAX).collect()
}

fn is_severity(word: &str) -> bool {
    matches!(word, "severity" | "level" | "severity_level" | "loglevel" | "log_level" | "severitynumber")
}

/// Names that other tools give to fields.
fn other_name(context: &str, word: &str) -> Option<&'static str> {
    Some(match (context, word) {
        ("log", "message" | "msg" | "text" | "content") => "body",
        ("log" | "datapoint" | "spanevent", "timestamp") => "time",
        ("datapoint", "value") => "value_double",
        ("span", "status_code") => "status.code",
        (_, "attribute" | "attrs" | "labels" | "tags") => "attributes",
        _ => return None,
    })
}

/// The function that does what a word of another language does.
fn looks_inside(word: &str) -> Option<&'static str> {
    Some(match word.replace('_', "").to_ascii_lowercase().as_str() {
        "contains" | "includes" | "like" | "ilike" | "match" | "matches" | "regex" | "regexmatch"
        | "regexp" | "strcontains" => "IsMatch",
        "startswith" | "beginswith" => "HasPrefix",
        "endswith" => "HasSuffix",
        _ => return None,
    })
}

fn inside(word: &str, function: &str, arguments: &str) -> String {
    let aim = match function {
        "HasPrefix" => "look at the start of text",
        "HasSuffix" => "look at the end of text",
        _ => "look inside text",
    };
    format!("OTTL has no `{}`; to {aim} write `{function}({arguments})`", shown(word))
}

/// The symbol that a word such as `WARN` or `warning` means.
fn symbol_like(word: &str, signal: Option<Signal>) -> Option<String> {
    let upper = shown(word).to_ascii_uppercase();
    let prefixes: &[usize] = match signal {
        Some(Signal::Logs) => &[0],
        Some(Signal::Traces) => &[1, 2],
        Some(Signal::Metrics) => &[3, 4, 5],
        None => &[0, 1, 2, 3, 4, 5],
    };
    let groups = || prefixes.iter().filter_map(|index| known::SYMBOLS.get(*index));
    for (prefix, ends) in groups() {
        let bare = upper.strip_prefix(prefix).unwrap_or(&upper);
        let meant = match bare {
            "WARNING" => "WARN",
            "ERR" => "ERROR",
            "CRITICAL" | "CRIT" | "PANIC" => "FATAL",
            "INFORMATION" => "INFO",
            bare => bare,
        };
        if ends.contains(&meant) {
            return Some(format!("{prefix}{meant}"));
        }
    }
    let names: Vec<String> =
        groups().flat_map(|(prefix, ends)| ends.iter().map(move |end| format!("{prefix}{end}"))).collect();
    let meant = nearest(&upper, names.iter().map(String::as_str)).filter(|_| upper.contains('_'));
    meant.map(str::to_owned)
}
