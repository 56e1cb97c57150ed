//! The query language of the collector list: words, comparisons, `and`, `or`, `not`, parentheses.
//! Knows of collectors only what it compares; reads hostile text within bounds. Start at [`Query::parse`].

use std::cmp::Ordering;
use std::fmt;

use regex::Regex;

mod reader;
mod subject;

pub(super) use subject::Subject;

/// The fields that a comparison may name, besides `label.KEY` and `reported.KEY`.
const FIELDS: [&str; 12] =
    ["id", "name", "host", "mode", "runtime", "version", "status", "sync", "health", "group", "uid", "tier"];

/// A query that can be asked of any collector.
#[derive(Debug)]
pub(super) struct Query(Node);

#[derive(Debug)]
enum Node {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Word(String),
    Compare { field: String, test: Test },
}

#[derive(Debug)]
enum Test {
    Equals(String),
    Differs(String),
    Matches(Regex),
    Order(Vec<Ordering>, String),
}

/// Why a text is no query, and at which character, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadQuery {
    column: usize,
    why: String,
}

impl fmt::Display for BadQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.why)
    }
}

impl Query {
    /// Reads a query. Terms that stand beside each other must all hold.
    pub(super) fn parse(text: &str) -> Result<Self, BadQuery> {
        reader::read(text).map(Self)
    }

    /// Whether a collector is meant.
    pub(super) fn matches(&self, collector: &impl Subject) -> bool {
        holds(&self.0, collector)
    }
}

fn holds(node: &Node, collector: &impl Subject) -> bool {
    match node {
        Node::All(nodes) => nodes.iter().all(|node| holds(node, collector)),
        Node::Any(nodes) => nodes.iter().any(|node| holds(node, collector)),
        Node::Not(node) => !holds(node, collector),
        Node::Word(word) => collector.mentions(word),
        Node::Compare { field, test } => compares(collector, field, test),
    }
}

fn compares(collector: &impl Subject, field: &str, test: &Test) -> bool {
    let values = collector.values(field);
    match test {
        Test::Equals(wanted) => values.iter().any(|value| value == wanted),
        Test::Differs(unwanted) => values.iter().all(|value| value != unwanted),
        Test::Matches(regex) => values.iter().any(|value| regex.is_match(value)),
        Test::Order(wanted, than) => values.iter().any(|value| wanted.contains(&in_order(value, than))),
    }
}

/// Versions by their numbers, anything else as text.
fn in_order(left: &str, right: &str) -> Ordering {
    let numbers = |text: &str| -> Option<Vec<u64>> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split(['-', '+']).next().unwrap_or_default();
        text.split('.').map(|part| part.parse().ok()).collect()
    };
    match (numbers(left), numbers(right)) {
        (Some(mut left), Some(mut right)) => {
            let length = left.len().max(right.len());
            left.resize(length, 0);
            right.resize(length, 0);
            left.cmp(&right)
        }
        _ => left.cmp(right),
    }
}

#[cfg(test)]
mod tests {
    use linkmesh_api::types::Collector;

    use super::*;

    fn collector() -> Collector {
        serde_json::from_value(serde_json::json!({
            "id": "web-01", "name": "Web One", "mode": "opamp", "runtime": "otelcol", "version": "0.149.0",
            "tier": "standards", "status": "connected", "sync": "in_sync", "health": "healthy",
            "labels": {"env": "prod", "role": "edge-eu"}, "reported": {"os.type": "linux"}, "groups": ["edge", "all"],
            "host": "web-01.example.com"
        }))
        .unwrap()
    }

    fn check(query: &str, expected: bool) {
        assert_eq!(Query::parse(query).unwrap().matches(&collector()), expected, "{query}");
    }

    #[test]
    fn words_are_looked_for_in_name_host_and_labels() {
        for query in ["", "web", "WEB ONE", "\"web one\"", "example.com", "prod", "edge-eu web"] {
            check(query, true);
        }
        for query in ["db", "web db", "linux", "\"one web\""] {
            check(query, false);
        }
    }

    #[test]
    fn comparisons_see_fields_and_labels() {
        for query in [
            "status=connected",
            "label.env=prod and version<0.150",
            "version>=0.149",
            "version<=v0.149.0",
            "label.role~^edge-",
            "group=edge",
            "group!=db",
            "label.missing!=x",
            "reported.os.type=linux",
            "name=\"Web One\"",
            "not status=disconnected",
            "not not web",
            "(label.env=dev or label.env=prod) and (web or db)",
            "db or web and prod",
        ] {
            check(query, true);
        }
        for query in
            ["version<0.149", "group!=edge", "label.missing=x", "label.missing~.*", "db or web and dev"]
        {
            check(query, false);
        }
    }

    #[test]
    fn an_error_names_the_column() {
        for (query, column, part) in [
            ("web (", 6, "missing"),
            ("web )", 5, "no `(`"),
            ("stats=x", 1, "did you mean `status`"),
            ("a and", 6, "missing"),
            ("name=", 6, "value"),
            ("name~(", 6, "value"),
            ("name~\"(\"", 6, "regular expression"),
            ("a \"b", 3, "not closed"),
            ("= a", 1, "missing"),
        ] {
            let error = Query::parse(query).unwrap_err();
            assert_eq!(error.column, column, "{query}: {error}");
            assert!(error.why.contains(part), "{query}: {error}");
        }
        assert!(Query::parse(&"(".repeat(100)).unwrap_err().why.contains("deep"));
        assert!(Query::parse(&"x".repeat(3000)).is_err());
        assert!(Query::parse(&"not ".repeat(400)).is_err());
    }
}
