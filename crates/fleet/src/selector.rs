//! A label selector: `env = prod, role =~ "edge-.*"`. All terms must hold.
//! Labels are trusted; a host's own claims are reachable only under the prefix `reported.`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// Longest selector, in bytes.
pub const SELECTOR_BYTES_MAX: usize = 4096;
const REGEX_COMPILED_BYTES_MAX: usize = 256 * 1024;

/// A parsed selector. Regular expressions match the whole value and run in linear time.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Selector {
    text: String,
    terms: Vec<Term>,
}

#[derive(Clone)]
struct Term {
    key: String,
    test: Test,
}

#[derive(Clone)]
enum Test {
    Equals(String),
    Differs(String),
    Matches(Regex),
    MatchesNot(Regex),
}

/// Why a text is not a selector, with the column (in characters, from 1) where reading stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("selector, column {column}: {why}")]
pub struct BadSelector {
    column: usize,
    why: String,
}

impl Selector {
    /// Whether all terms hold. A missing label is the empty text.
    #[must_use]
    pub fn matches(&self, labels: &BTreeMap<String, String>, reported: &BTreeMap<String, String>) -> bool {
        self.terms.iter().all(|term| {
            let value = match term.key.strip_prefix("reported.") {
                Some(claim) => reported.get(claim),
                None => labels.get(&term.key),
            };
            let value = value.map_or("", String::as_str);
            match &term.test {
                Test::Equals(wanted) => value == wanted,
                Test::Differs(unwanted) => value != unwanted,
                Test::Matches(regex) => regex.is_match(value),
                Test::MatchesNot(regex) => !regex.is_match(value),
            }
        })
    }

    /// Whether it asks for what hosts say about themselves.
    #[must_use]
    pub fn trusts_claims(&self) -> bool {
        self.terms.iter().any(|term| term.key.starts_with("reported."))
    }
}

impl FromStr for Selector {
    type Err = BadSelector;

    fn from_str(text: &str) -> Result<Self, BadSelector> {
        if text.len() > SELECTOR_BYTES_MAX {
            return Err(BadSelector {
                column: 1,
                why: format!("at most {SELECTOR_BYTES_MAX} bytes are read"),
            });
        }
        let mut reader = Reader { text, at: 0 };
        let mut terms = Vec::new();
        loop {
            terms.push(reader.term()?);
            reader.skip_space();
            if reader.rest().is_empty() {
                break;
            }
            reader.expect(',')?;
        }
        Ok(Self { text: text.to_owned(), terms })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fail<T>(&self, why: impl Into<String>) -> Result<T, BadSelector> {
        let column = self.text.get(..self.at).unwrap_or_default().chars().count() + 1;
        Err(BadSelector { column, why: why.into() })
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn expect(&mut self, wanted: char) -> Result<(), BadSelector> {
        self.skip_space();
        if self.rest().starts_with(wanted) {
            self.at += wanted.len_utf8();
            return Ok(());
        }
        self.fail(format!("expected `{wanted}` between terms, such as env = prod, role = edge"))
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':')))
            .unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn term(&mut self) -> Result<Term, BadSelector> {
        self.skip_space();
        let key = self.word().to_owned();
        if key.is_empty() {
            return self.fail("expected a label key");
        }
        self.skip_space();
        let Some(operator) = ["=~", "!~", "!=", "="].into_iter().find(|op| self.rest().starts_with(op))
        else {
            return self.fail(format!("expected =, !=, =~ or !~ after `{key}`"));
        };
        self.at += operator.len();
        self.skip_space();
        let value = self.value()?;
        let test = match operator {
            "=" => Test::Equals(value),
            "!=" => Test::Differs(value),
            "=~" => Test::Matches(self.regex(&value)?),
            _ => Test::MatchesNot(self.regex(&value)?),
        };
        Ok(Term { key, test })
    }

    fn value(&mut self) -> Result<String, BadSelector> {
        let Some(quoted) = self.rest().strip_prefix('"') else {
            let word = self.word();
            return if word.is_empty() {
                self.fail("expected a value; put it in double quotes if it holds other characters than letters, digits and _ - . / :")
            } else {
                Ok(word.to_owned())
            };
        };
        let mut value = String::new();
        let mut chars = quoted.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += 1 + at + 1;
                    return Ok(value);
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    // Any other backslash belongs to a regular expression.
                    Some((_, other)) => value.extend(['\\', other]),
                    None => break,
                },
                other => value.push(other),
            }
        }
        self.fail("this double quote is never closed")
    }

    fn regex(&self, pattern: &str) -> Result<Regex, BadSelector> {
        RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(REGEX_COMPILED_BYTES_MAX).build().or_else(
            |cause| {
                let cause = cause.to_string();
                let last = cause.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.fail(format!("`{pattern}` is no regular expression: {last}"))
            },
        )
    }
}

impl TryFrom<String> for Selector {
    type Error = BadSelector;

    fn try_from(text: String) -> Result<Self, BadSelector> {
        text.parse()
    }
}

impl From<Selector> for String {
    fn from(selector: Selector) -> Self {
        selector.text
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Selector {}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let reported = [("os.type".to_owned(), "linux".to_owned())].into();
        selector.parse::<Selector>().unwrap().matches(&labels, &reported)
    }

    #[test]
    fn all_terms_must_hold() {
        assert!(holds("env = prod, role =~ \"edge-.*\"", &[("env", "prod"), ("role", "edge-eu")]));
        assert!(
            !holds("env=prod,role=~\"edge-.*\"", &[("env", "prod"), ("role", "the-edge-eu")]),
            "the whole value matches"
        );
        assert!(holds("env!=prod", &[]), "a missing label is empty");
        assert!(holds("a !~ \"x|y\"", &[("a", "z")]));
        assert!(holds(r#"a = "x \"y\" \\""#, &[("a", r#"x "y" \"#)]));
    }

    #[test]
    fn what_a_host_claims_is_reachable_only_under_its_prefix() {
        assert!(holds("reported.os.type = linux", &[]));
        assert!(!holds("os.type = linux", &[]));
        assert!(
            !holds("reported.os.type = linux", &[("reported.os.type", "linux")])
                || holds("reported.os.type = linux", &[])
        );
    }

    #[test]
    fn a_selector_that_does_not_parse_says_where() {
        for (bad, column) in [
            ("", 1),
            ("env", 4),
            ("env = ", 7),
            ("env = a b", 9),
            ("env = \"a", 7),
            ("a =~ \"(\"", 9),
            ("= a", 1),
        ] {
            let error = bad.parse::<Selector>().unwrap_err();
            assert_eq!(error.column, column, "{bad}: {error}");
        }
        assert!("x=".repeat(10_000).parse::<Selector>().is_err());
        assert!("a =~ \"(((a{100}){100}){100})\"".parse::<Selector>().is_err(), "bounded compilation");
    }
}
