//! Values as Alloy text. A mapping is a block, a list of mappings the same block several times, anything else an attribute;
//! `$map` marks an object as a value, `$expr` an expression, `$blocks` blocks whose order counts. Start at [`Block::of`].

use std::collections::BTreeMap;

use serde_json::{Map, Value};

const EXPRESSION: &str = "$expr";
const OBJECT: &str = "$map";
const BLOCKS: &str = "$blocks";
/// Deeper values are a mistake.
const DEPTH_MAX: usize = 32;

/// An expression as a value.
pub(crate) fn expression(text: &str) -> Value {
    Value::Object(Map::from_iter([(EXPRESSION.to_owned(), text.into())]))
}

/// Whether a mapping stands for an expression.
pub(crate) fn is_expression(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.contains_key(EXPRESSION)
}

/// A text as a literal. What JSON escapes, Alloy reads the same way; a byte order mark inside a text is an error there.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string().replace('\u{feff}', "\\ufeff")
}

/// A block with its body.
#[derive(Debug)]
pub(super) struct Block {
    head: String,
    attributes: Vec<(String, String)>,
    blocks: Vec<Self>,
}

impl Block {
    /// A block from a configuration.
    ///
    /// # Errors
    /// A name or an expression that would not stay in its place.
    pub(super) fn of(name: &str, label: Option<&str>, config: &Value) -> Result<Self, String> {
        Self::nested(name, label, config, 0)
    }

    /// A block that holds only others.
    pub(super) fn holding(name: &str, label: &str, blocks: Vec<Self>) -> Self {
        Self { head: format!("{name} {}", quoted(label)), attributes: Vec::new(), blocks }
    }

    fn nested(name: &str, label: Option<&str>, config: &Value, depth: usize) -> Result<Self, String> {
        if !name.split('.').all(is_identifier) || depth > DEPTH_MAX {
            return Err(format!("`{}` is no name of a block in alloy", shown(name)));
        }
        let head = label.map_or_else(|| name.to_owned(), |label| format!("{name} {}", quoted(label)));
        let mut block = Self { head, attributes: Vec::new(), blocks: Vec::new() };
        let Value::Object(map) = config else {
            return Err(format!("`{}` needs keys and values", shown(name)));
        };
        // Keys in their order, however the JSON library was built; where records go is read last.
        let mut keys: Vec<_> = map.iter().collect();
        keys.sort_by_key(|(key, _)| (key.as_str() == "output", key.as_str()));
        for (key, value) in keys {
            block.add(key, value, depth)?;
        }
        Ok(block)
    }

    fn add(&mut self, key: &str, value: &Value, depth: usize) -> Result<(), String> {
        match value {
            Value::Array(items) if key == BLOCKS => {
                for (name, config) in items.iter().filter_map(Value::as_object).flatten() {
                    self.blocks.push(Self::nested(name, None, config, depth + 1)?);
                }
            }
            Value::Object(map) if !is_value(map) => {
                self.blocks.push(Self::nested(key, None, value, depth + 1)?);
            }
            Value::Array(items) if !items.is_empty() && items.iter().all(is_block) => {
                for item in items {
                    self.blocks.push(Self::nested(key, None, item, depth + 1)?);
                }
            }
            value if is_identifier(key) => {
                self.attributes.push((key.to_owned(), written(value, depth + 1)?));
            }
            _ => return Err(format!("`{}` is no name of an attribute in alloy", shown(key))),
        }
        Ok(())
    }

    /// The text, with a line end.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        let indent = "\t".repeat(depth);
        out.push_str(&indent);
        out.push_str(&self.head);
        if self.attributes.is_empty() && self.blocks.is_empty() {
            out.push_str(" { }\n");
            return;
        }
        out.push_str(" {\n");
        for (key, value) in &self.attributes {
            let value = value.replace('\n', &format!("\n{indent}\t"));
            out.push_str(&format!("{indent}\t{key} = {value}\n"));
        }
        for (index, block) in self.blocks.iter().enumerate() {
            if index > 0 || !self.attributes.is_empty() {
                out.push('\n');
            }
            block.write(out, depth + 1);
        }
        out.push_str(&indent);
        out.push_str("}\n");
    }
}

/// A value as an expression; line ends only between the elements of lists and objects.
fn written(value: &Value, depth: usize) -> Result<String, String> {
    if depth > DEPTH_MAX {
        return Err("is nested too deep".to_owned());
    }
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::String(text) => Ok(quoted(text)),
        Value::Array(items) => {
            let items = items.iter().map(|item| written(item, depth + 1)).collect::<Result<Vec<_>, _>>()?;
            Ok(bracketed('[', items, ']'))
        }
        Value::Object(map) if is_expression(map) => {
            let text = map.get(EXPRESSION).and_then(Value::as_str).unwrap_or_default().trim();
            if stays_in_place(text) {
                Ok(text.to_owned())
            } else {
                Err(format!("`{}` is no expression of alloy on one line", shown(text)))
            }
        }
        Value::Object(map) => {
            let inner = map.get(OBJECT).filter(|_| map.len() == 1).unwrap_or(value);
            let Value::Object(inner) = inner else { return Err(format!("`{OBJECT}` needs keys and values")) };
            let pairs = inner.iter().collect::<BTreeMap<_, _>>().into_iter();
            let pairs = pairs
                .map(|(key, value)| Ok(format!("{} = {}", object_key(key)?, written(value, depth + 1)?)));
            Ok(bracketed('{', pairs.collect::<Result<Vec<_>, String>>()?, '}'))
        }
    }
}

/// Short on one line, else an element a line, each with its comma.
fn bracketed(open: char, items: Vec<String>, close: char) -> String {
    let short = items.len() < 2 && items.iter().all(|item| !item.contains('\n'));
    if short {
        return format!("{open}{}{close}", items.join(", "));
    }
    let lines: String = items.iter().map(|item| format!("\t{},\n", item.replace('\n', "\n\t"))).collect();
    format!("{open}\n{lines}{close}")
}

/// Alloy does not unescape the keys of objects, so some cannot be written.
fn object_key(key: &str) -> Result<String, String> {
    if key.is_empty() || key.chars().any(|c| matches!(c, '"' | '\\' | '\u{feff}') || c.is_control()) {
        return Err(format!("`{}` cannot be a key in alloy", shown(key)));
    }
    Ok(format!("\"{key}\""))
}

fn is_value(map: &Map<String, Value>) -> bool {
    map.len() == 1 && (map.contains_key(EXPRESSION) || map.contains_key(OBJECT))
}

fn is_block(value: &Value) -> bool {
    value.as_object().is_some_and(|map| !is_value(map))
}

fn is_identifier(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !matches!(word, "true" | "false" | "null")
}

/// One line, every bracket and text closed, no comment: nothing in it can end the attribute that it is the value of.
fn stays_in_place(text: &str) -> bool {
    let mut open = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => return false,
            '/' if matches!(chars.peek(), Some('/' | '*')) => return false,
            '`' | ';' | '#' => return false,
            '"' => loop {
                match chars.next() {
                    Some('"') => break,
                    Some('\\') => drop(chars.next()),
                    Some(c) if !c.is_control() => {}
                    Some(_) | None => return false,
                }
            },
            c if c.is_control() => return false,
            _ => {}
        }
    }
    open.is_empty() && !text.is_empty()
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}
