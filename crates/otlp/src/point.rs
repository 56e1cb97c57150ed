//! A single number as it reaches the caller: borrowed from the request, nothing kept.
//! Knows nothing of encodings. Start at [`Point`].

use std::borrow::Cow;

/// One number data point of a wanted family.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point<'a> {
    /// The metric's name, one of the wanted ones.
    pub family: &'static str,
    /// The attributes of the point itself.
    pub attributes: &'a [Attribute<'a>],
    /// The number.
    pub value: Number,
    /// When counting began, in nanoseconds since 1970 by the sender's clock; 0 if not said.
    pub start_time_unix_nano: u64,
    /// When the number was read, in nanoseconds since 1970 by the sender's clock; 0 if not said.
    pub time_unix_nano: u64,
    /// Counter or gauge, as declared by the sender.
    pub kind: Kind,
    /// The resource's `service.instance.id`: a claim, never an identity.
    pub instance_id: Option<&'a str>,
    /// Name of the instrumentation scope, empty if not said.
    pub scope_name: &'a str,
    /// Attributes of the instrumentation scope; some collectors name the component here.
    pub scope_attributes: &'a [Attribute<'a>],
}

impl Point<'_> {
    /// The text value of an attribute of the point, if it is there and is text.
    pub fn text(&self, key: &str) -> Option<&str> {
        text(self.attributes, key)
    }

    /// The text value of an attribute of the scope, if it is there and is text.
    pub fn scope_text(&self, key: &str) -> Option<&str> {
        text(self.scope_attributes, key)
    }
}

/// A number as sent (OTLP `NumberDataPoint.value`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// An integer.
    Int(i64),
    /// A double, which may be NaN or infinite.
    Double(f64),
    /// No value: the series has ended (flag `NO_RECORDED_VALUE`) or the sender left it out. Never to be read as zero.
    Absent,
}

/// What the sender says the number is. Sums are cumulative: others are rejected before they get here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A cumulative sum.
    Sum {
        /// Whether it only ever grows between restarts.
        monotonic: bool,
    },
    /// The latest value of something.
    Gauge,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
}

/// An attribute's value; arrays, maps and bytes are not looked into.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// An integer.
    Int(i64),
    /// A double.
    Double(f64),
    /// True or false.
    Bool(bool),
    /// Nothing, or a shape that no wanted family uses.
    Other,
}

fn text<'p>(attributes: &'p [Attribute<'_>], key: &str) -> Option<&'p str> {
    attributes.iter().find_map(|attribute| match &attribute.value {
        Value::Text(text) if attribute.key == key => Some(text.as_ref()),
        Value::Text(_) | Value::Int(_) | Value::Double(_) | Value::Bool(_) | Value::Other => None,
    })
}
