//! OTTL cut into words, texts, numbers and signs. Start at [`lex`].

/// A piece of OTTL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name or keyword.
    Word(&'a str),
    /// A quoted text, with its quotes.
    Text(&'a str),
    /// A number or a byte literal.
    Number,
    /// An operator or bracket.
    Sign(&'static str),
}

/// The pieces with their places.
#[derive(Debug)]
pub(super) struct Tokens<'a> {
    tokens: Vec<(usize, Token<'a>)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Token<'a>> {
        self.tokens.iter().map(|(_, token)| token)
    }

    pub(super) fn get(&self, at: usize) -> Option<&Token<'a>> {
        self.tokens.get(at).map(|(_, token)| token)
    }

    pub(super) fn offset(&self, at: usize) -> usize {
        self.tokens.get(at).map_or(0, |(offset, _)| *offset)
    }

    pub(super) fn before(&self, at: usize, back: usize) -> Option<&Token<'a>> {
        at.checked_sub(back).and_then(|at| self.get(at))
    }

    pub(super) fn first(&self) -> Option<&Token<'a>> {
        self.get(0)
    }

    pub(super) fn last(&self) -> Option<&Token<'a>> {
        self.tokens.last().map(|(_, token)| token)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }
}

/// Longer signs first, so that `==` is not two `=`.
const SIGNS: [&str; 20] =
    ["==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "=", "<", ">", "+", "-", "*", "/"];

/// Longest text, in bytes.
pub(super) const OTTL_BYTES_MAX: usize = 16 * 1024;

/// Cuts a text into pieces.
///
/// # Errors
/// A quote without its end, or a character that OTTL does not know.
pub(super) fn lex(text: &str) -> Result<Tokens<'_>, String> {
    if text.len() > OTTL_BYTES_MAX {
        return Err(format!("has {} bytes; at most {OTTL_BYTES_MAX} are taken", text.len()));
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(c) = rest.chars().next() else { return Ok(Tokens { tokens }) };
        let (token, length) = if c == '"' {
            let length = text_length(rest)?;
            (Token::Text(rest.get(..length).unwrap_or_default()), length)
        } else if c.is_ascii_alphabetic() || c == '_' {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            (Token::Word(rest.get(..length).unwrap_or_default()), length)
        } else if c.is_ascii_digit() {
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(rest.len());
            (Token::Number, length)
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            (Token::Sign(sign), sign.len())
        } else {
            let hint = match c {
                '\'' => "; texts stand in double quotes",
                '&' => "; write `and`",
                '|' => "; write `or`",
                '!' => "; write `not`",
                '~' => "; to look inside text write `IsMatch(…)`",
                _ => "",
            };
            return Err(format!("`{}` is not OTTL{hint}", c.escape_default()));
        };
        tokens.push((text.len() - rest.len(), token));
        rest = rest.get(length..).unwrap_or_default();
    }
}

fn text_length(rest: &str) -> Result<usize, String> {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Ok(offset + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    Err("a closing `\"` is missing".to_owned())
}
