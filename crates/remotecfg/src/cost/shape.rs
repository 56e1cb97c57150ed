//! The shape of every request as data: which field holds what. The tables mirror `proto`; a test feeds both with the same messages.

/// The fields of a message by number.
pub(crate) struct Shape(&'static [(u32, Field)]);

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Unknown,
    Varint,
    Key,
    Text,
    /// What a collector says about an error.
    Words,
    Bytes,
    Message(&'static Shape),
    /// The shape is that of the entry: key 1, value 2.
    Map(&'static Shape),
    /// A map that has its own limit.
    Attributes(&'static Shape),
}

impl Shape {
    pub(super) fn field(&self, number: u32) -> Field {
        self.0.iter().find(|(known, _)| *known == number).map_or(Field::Unknown, |(_, field)| *field)
    }
}

use Field::{Attributes, Bytes, Key, Map, Message, Text, Varint, Words};

pub(crate) static GET_CONFIG: Shape = Shape(&[
    (1, Text),
    (2, Attributes(&ATTRIBUTE)),
    (3, Text),
    (4, Attributes(&ATTRIBUTE)),
    (5, Message(&STATUS)),
    (6, Message(&EFFECTIVE_CONFIG)),
]);
pub(crate) static REGISTER: Shape =
    Shape(&[(1, Text), (2, Attributes(&ATTRIBUTE)), (3, Text), (4, Attributes(&ATTRIBUTE))]);
pub(crate) static UNREGISTER: Shape = Shape(&[(1, Text)]);

static ATTRIBUTE: Shape = Shape(&[(1, Key), (2, Text)]);
static STATUS: Shape = Shape(&[(1, Varint), (2, Words)]);
static EFFECTIVE_CONFIG: Shape = Shape(&[(1, Message(&CONFIG_MAP))]);
static CONFIG_MAP: Shape = Shape(&[(1, Map(&FILE_ENTRY))]);
static FILE_ENTRY: Shape = Shape(&[(1, Key), (2, Message(&FILE))]);
static FILE: Shape = Shape(&[(1, Bytes), (2, Text)]);
