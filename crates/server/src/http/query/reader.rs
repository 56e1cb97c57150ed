//! From the text of a query to its tree, within bounds on length, nesting and the size of expressions.
//! Knows no collector. Start at [`read`].

use std::cmp::Ordering;

use linkmesh_fleet::yaml::nearest;
use regex::RegexBuilder;

use super::{BadQuery, FIELDS, Node, Test};

const QUERY_CHARS_MAX: usize = 2000;
const DEPTH_MAX: usize = 32;
const REGEX_COMPILED_BYTES_MAX: usize = 256 * 1024;

/// Reads a query; an empty one holds for everything.
pub(super) fn read(text: &str) -> Result<Node, BadQuery> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > QUERY_CHARS_MAX {
        return Err(BadQuery { column: 1, why: format!("a query has at most {QUERY_CHARS_MAX} characters") });
    }
    let mut reader = Reader { tokens: tokens(&chars)?, at: 0, end: chars.len() + 1 };
    if reader.tokens.is_empty() {
        return Ok(Node::All(Vec::new()));
    }
    let node = reader.any(0)?;
    match reader.peek() {
        None => Ok(node),
        Some(token) => Err(BadQuery { column: token.column, why: "there is no `(` to this `)`".to_owned() }),
    }
}

#[derive(Debug)]
struct Token {
    column: usize,
    what: What,
}

#[derive(Debug, PartialEq)]
enum What {
    Open,
    Close,
    /// A run of characters, and whether all of it was in quotes.
    Text(String, bool),
    Operator(&'static str),
}

const OPERATORS: [&str; 7] = ["!=", "<=", ">=", "=", "~", "<", ">"];

fn tokens(chars: &[char]) -> Result<Vec<Token>, BadQuery> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let column = at + 1;
        if c.is_whitespace() {
            at += 1;
        } else if c == '(' || c == ')' {
            tokens.push(Token { column, what: if c == '(' { What::Open } else { What::Close } });
            at += 1;
        } else if c == '"' {
            let rest = chars.get(at + 1..).unwrap_or_default();
            let length = rest
                .iter()
                .position(|c| *c == '"')
                .ok_or_else(|| BadQuery { column, why: "this quotation mark is not closed".to_owned() })?;
            tokens.push(Token { column, what: What::Text(rest.iter().take(length).collect(), true) });
            at += length + 2;
        } else if let Some(operator) = operator(chars, at) {
            tokens.push(Token { column, what: What::Operator(operator) });
            at += operator.len();
        } else {
            let begin = at;
            while let Some(&c) = chars.get(at) {
                if c.is_whitespace() || matches!(c, '(' | ')' | '"') || operator(chars, at).is_some() {
                    break;
                }
                at += 1;
            }
            let text = chars.get(begin..at).unwrap_or_default().iter().collect();
            tokens.push(Token { column, what: What::Text(text, false) });
        }
    }
    Ok(tokens)
}

fn operator(chars: &[char], at: usize) -> Option<&'static str> {
    let ahead: String = chars.iter().skip(at).take(2).collect();
    OPERATORS.into_iter().find(|operator| ahead.starts_with(operator))
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    end: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token { what: What::Text(text, false), .. }) if text.eq_ignore_ascii_case(word))
    }

    fn wrong(&self, why: &str) -> BadQuery {
        BadQuery { column: self.peek().map_or(self.end, |token| token.column), why: why.to_owned() }
    }

    fn any(&mut self, depth: usize) -> Result<Node, BadQuery> {
        if depth > DEPTH_MAX {
            return Err(self.wrong("this is nested too deep"));
        }
        let mut nodes = vec![self.all(depth)?];
        while self.is_word("or") {
            self.at += 1;
            nodes.push(self.all(depth)?);
        }
        Ok(Node::Any(nodes))
    }

    fn all(&mut self, depth: usize) -> Result<Node, BadQuery> {
        let mut nodes = vec![self.one(depth)?];
        loop {
            if self.is_word("and") {
                self.at += 1;
            } else if self.is_word("or") || self.peek().is_none_or(|token| token.what == What::Close) {
                return Ok(Node::All(nodes));
            }
            nodes.push(self.one(depth)?);
        }
    }

    fn one(&mut self, depth: usize) -> Result<Node, BadQuery> {
        if self.is_word("not") {
            let mut negations = 0_usize;
            while self.is_word("not") {
                self.at += 1;
                negations += 1;
            }
            let node = self.one(depth)?;
            return Ok(if negations % 2 == 1 { Node::Not(Box::new(node)) } else { node });
        }
        let Some(Token { column, what }) = self.tokens.get(self.at) else {
            return Err(self.wrong("a word or a comparison such as status=connected is missing here"));
        };
        match what {
            What::Open => {
                self.at += 1;
                let node = self.any(depth + 1)?;
                if self.peek().is_none_or(|token| token.what != What::Close) {
                    return Err(self.wrong("a `)` is missing here"));
                }
                self.at += 1;
                Ok(node)
            }
            What::Text(text, quoted) => {
                let (column, text, quoted) = (*column, text.clone(), *quoted);
                self.at += 1;
                match self.peek() {
                    Some(Token { what: What::Operator(operator), .. }) if !quoted => {
                        let operator = *operator;
                        self.at += 1;
                        self.comparison(column, text, operator)
                    }
                    _ => Ok(Node::Word(text.to_lowercase())),
                }
            }
            What::Close | What::Operator(_) => {
                Err(self.wrong("a word or a comparison such as status=connected is missing here"))
            }
        }
    }

    fn comparison(&mut self, column: usize, field: String, operator: &str) -> Result<Node, BadQuery> {
        let known = FIELDS.contains(&field.as_str())
            || ["label.", "reported."]
                .iter()
                .any(|prefix| field.len() > prefix.len() && field.starts_with(prefix));
        if !known {
            let hint = match nearest(&field, FIELDS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are label.KEY, reported.KEY, {}", FIELDS.join(", ")),
            };
            let shown: String = field.chars().take(40).collect();
            return Err(BadQuery { column, why: format!("there is no field `{shown}`; {hint}") });
        }
        let Some(Token { column, what: What::Text(value, _) }) = self.tokens.get(self.at) else {
            return Err(self.wrong("a value is missing here"));
        };
        let test = match operator {
            "=" => Test::Equals(value.clone()),
            "!=" => Test::Differs(value.clone()),
            "~" => {
                let regex = RegexBuilder::new(value).size_limit(REGEX_COMPILED_BYTES_MAX).build();
                let why = "this is no regular expression, or too large a one";
                Test::Matches(regex.map_err(|_| BadQuery { column: *column, why: why.to_owned() })?)
            }
            "<" => Test::Order(vec![Ordering::Less], value.clone()),
            "<=" => Test::Order(vec![Ordering::Less, Ordering::Equal], value.clone()),
            ">" => Test::Order(vec![Ordering::Greater], value.clone()),
            _ => Test::Order(vec![Ordering::Greater, Ordering::Equal], value.clone()),
        };
        self.at += 1;
        Ok(Node::Compare { field, test })
    }
}
