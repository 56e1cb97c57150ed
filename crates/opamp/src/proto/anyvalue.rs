//! Attribute values: a key with a value of any of seven types, as OpenTelemetry defines them.
//! Nesting is unbounded by type; the budget pre-pass bounds it.

/// One attribute.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyValue {
    /// Its name.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Its value.
    #[prost(message, optional, tag = "2")]
    pub value: Option<AnyValue>,
}

impl KeyValue {
    /// An attribute with a text value.
    #[must_use]
    pub fn text(key: &str, value: &str) -> Self {
        let value = AnyValue { value: Some(any_value::Value::StringValue(value.to_owned())) };
        Self { key: key.to_owned(), value: Some(value) }
    }

    /// The value, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value.as_ref()?.value {
            Some(any_value::Value::StringValue(text)) => Some(text),
            _ => None,
        }
    }
}

/// A value of any type.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnyValue {
    /// The value; none is the null of this format.
    #[prost(oneof = "any_value::Value", tags = "1, 2, 3, 4, 5, 6, 7")]
    pub value: Option<any_value::Value>,
}

/// The types of an [`AnyValue`].
pub mod any_value {
    /// One value with its type.
    #[derive(Clone, PartialEq, prost::Oneof)]
    pub enum Value {
        /// Text.
        #[prost(string, tag = "1")]
        StringValue(String),
        /// True or false.
        #[prost(bool, tag = "2")]
        BoolValue(bool),
        /// A whole number.
        #[prost(int64, tag = "3")]
        IntValue(i64),
        /// A floating-point number.
        #[prost(double, tag = "4")]
        DoubleValue(f64),
        /// A list.
        #[prost(message, tag = "5")]
        ArrayValue(super::ArrayValue),
        /// A map, as a list of pairs.
        #[prost(message, tag = "6")]
        KvlistValue(super::KeyValueList),
        /// Bytes.
        #[prost(bytes, tag = "7")]
        BytesValue(Vec<u8>),
    }
}

/// A list of values.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ArrayValue {
    /// The values in order.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<AnyValue>,
}

/// A list of pairs.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyValueList {
    /// The pairs in order.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<KeyValue>,
}
