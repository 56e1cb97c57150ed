//! The shape of every message as data: which field holds what, and what one more element costs in memory.
//! The tables mirror `proto`; a test feeds both with the same messages.

use crate::proto;

/// The fields of a message by number.
pub(super) struct Shape(&'static [(u32, Field)]);

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Unknown,
    Varint,
    Fixed64,
    Key,
    Text,
    Texts,
    Bytes,
    Message(&'static Shape),
    List(&'static Shape, Slot),
    /// The shape is that of the entry: key 1, value 2.
    Map(&'static Shape, Slot),
}

/// The size in bytes of an element of a list, or of a key with its value in a map.
#[derive(Clone, Copy)]
pub(super) struct Slot(usize);

impl Shape {
    pub(super) fn field(&self, number: u32) -> Field {
        self.0.iter().find(|(known, _)| *known == number).map_or(Field::Unknown, |(_, field)| *field)
    }
}

impl Field {
    pub(super) fn message(self) -> Option<&'static Shape> {
        match self {
            Self::Message(shape) | Self::List(shape, _) | Self::Map(shape, _) => Some(shape),
            Self::Unknown
            | Self::Varint
            | Self::Fixed64
            | Self::Key
            | Self::Text
            | Self::Texts
            | Self::Bytes => None,
        }
    }
}

impl Slot {
    /// A list starts with room for four and doubles; a tree map starts with a node of eleven, and its nodes are at
    /// least five elevenths full.
    pub(super) fn cost(self, first: bool, map: bool) -> usize {
        match (map, first) {
            (false, true) => 4 * self.0,
            (false, false) => 2 * self.0,
            (true, true) => 12 * self.0,
            (true, false) => 3 * self.0,
        }
    }
}

/// What one more element of a list of `T` costs in bytes.
pub(super) fn list_slot<T>(first: bool) -> usize {
    Slot(size_of::<T>()).cost(first, false)
}

const fn list<T>(shape: &'static Shape) -> Field {
    Field::List(shape, Slot(size_of::<T>()))
}

const fn map<V>(entry: &'static Shape) -> Field {
    Field::Map(entry, Slot(size_of::<String>() + size_of::<V>()))
}

use Field::{Bytes, Fixed64, Key, Message, Text, Texts, Varint};

pub(super) static AGENT_TO_SERVER: Shape = Shape(&[
    (1, Bytes),
    (2, Varint),
    (3, Message(&AGENT_DESCRIPTION)),
    (4, Varint),
    (5, Message(&COMPONENT_HEALTH)),
    (6, Message(&EFFECTIVE_CONFIG)),
    (7, Message(&STATUS)),
    (8, Message(&PACKAGE_STATUSES)),
    (9, Message(&EMPTY)),
    (10, Varint),
    (11, Message(&CONNECTION_SETTINGS_REQUEST)),
    (12, Message(&CUSTOM_CAPABILITIES)),
    (13, Message(&CUSTOM_MESSAGE)),
    (14, Message(&AVAILABLE_COMPONENTS)),
    (15, Message(&STATUS)),
]);

pub(super) static SERVER_TO_AGENT: Shape = Shape(&[
    (1, Bytes),
    (2, Message(&ERROR_RESPONSE)),
    (3, Message(&REMOTE_CONFIG)),
    (4, Message(&CONNECTION_SETTINGS_OFFERS)),
    (5, Message(&PACKAGES_AVAILABLE)),
    (6, Varint),
    (7, Varint),
    (8, Message(&ONE_BYTES)),
    (9, Message(&ONE_VARINT)),
    (10, Message(&CUSTOM_CAPABILITIES)),
    (11, Message(&CUSTOM_MESSAGE)),
]);

static EMPTY: Shape = Shape(&[]);
static ONE_BYTES: Shape = Shape(&[(1, Bytes)]);
static ONE_VARINT: Shape = Shape(&[(1, Varint)]);
static ERROR_RESPONSE: Shape = Shape(&[(1, Varint), (2, Text), (3, Message(&ONE_VARINT))]);
static CUSTOM_CAPABILITIES: Shape = Shape(&[(1, Texts)]);
static CUSTOM_MESSAGE: Shape = Shape(&[(1, Text), (2, Text), (3, Bytes)]);

static KEY_VALUE: Shape = Shape(&[(1, Key), (2, Message(&ANY_VALUE))]);
static ANY_VALUE: Shape = Shape(&[
    (1, Text),
    (2, Varint),
    (3, Varint),
    (4, Fixed64),
    (5, Message(&ARRAY_VALUE)),
    (6, Message(&KEY_VALUE_LIST)),
    (7, Bytes),
]);
static ARRAY_VALUE: Shape = Shape(&[(1, list::<proto::AnyValue>(&ANY_VALUE))]);
static KEY_VALUE_LIST: Shape = Shape(&[(1, list::<proto::KeyValue>(&KEY_VALUE))]);

static AGENT_DESCRIPTION: Shape =
    Shape(&[(1, list::<proto::KeyValue>(&KEY_VALUE)), (2, list::<proto::KeyValue>(&KEY_VALUE))]);
static COMPONENT_HEALTH: Shape = Shape(&[
    (1, Varint),
    (2, Fixed64),
    (3, Text),
    (4, Text),
    (5, Fixed64),
    (6, map::<proto::ComponentHealth>(&COMPONENT_HEALTH_ENTRY)),
    (7, list::<proto::KeyValue>(&KEY_VALUE)),
]);
static COMPONENT_HEALTH_ENTRY: Shape = Shape(&[(1, Key), (2, Message(&COMPONENT_HEALTH))]);
static EFFECTIVE_CONFIG: Shape = Shape(&[(1, Message(&CONFIG_MAP))]);
static CONFIG_MAP: Shape = Shape(&[(1, map::<proto::AgentConfigFile>(&CONFIG_FILE_ENTRY))]);
static CONFIG_FILE_ENTRY: Shape = Shape(&[(1, Key), (2, Message(&CONFIG_FILE))]);
static CONFIG_FILE: Shape = Shape(&[(1, Bytes), (2, Text)]);
/// Of a remote configuration and of connection settings: alike.
static STATUS: Shape = Shape(&[(1, Bytes), (2, Varint), (3, Text)]);
static REMOTE_CONFIG: Shape = Shape(&[(1, Message(&CONFIG_MAP)), (2, Bytes)]);
static AVAILABLE_COMPONENTS: Shape =
    Shape(&[(1, map::<proto::ComponentDetails>(&COMPONENT_DETAILS_ENTRY)), (2, Bytes)]);
static COMPONENT_DETAILS: Shape = Shape(&[
    (1, list::<proto::KeyValue>(&KEY_VALUE)),
    (2, map::<proto::ComponentDetails>(&COMPONENT_DETAILS_ENTRY)),
]);
static COMPONENT_DETAILS_ENTRY: Shape = Shape(&[(1, Key), (2, Message(&COMPONENT_DETAILS))]);

static PACKAGE_STATUSES: Shape =
    Shape(&[(1, map::<proto::PackageStatus>(&PACKAGE_STATUS_ENTRY)), (2, Bytes), (3, Text)]);
static PACKAGE_STATUS_ENTRY: Shape = Shape(&[(1, Key), (2, Message(&PACKAGE_STATUS))]);
static PACKAGE_STATUS: Shape = Shape(&[
    (1, Text),
    (2, Text),
    (3, Bytes),
    (4, Text),
    (5, Bytes),
    (6, Varint),
    (7, Text),
    (8, Message(&DOWNLOAD_DETAILS)),
]);
static DOWNLOAD_DETAILS: Shape = Shape(&[(1, Fixed64), (2, Fixed64)]);
static PACKAGES_AVAILABLE: Shape =
    Shape(&[(1, map::<proto::PackageAvailable>(&PACKAGE_AVAILABLE_ENTRY)), (2, Bytes)]);
static PACKAGE_AVAILABLE_ENTRY: Shape = Shape(&[(1, Key), (2, Message(&PACKAGE_AVAILABLE))]);
static PACKAGE_AVAILABLE: Shape =
    Shape(&[(1, Varint), (2, Text), (3, Message(&DOWNLOADABLE_FILE)), (4, Bytes)]);
static DOWNLOADABLE_FILE: Shape = Shape(&[(1, Text), (2, Bytes), (3, Bytes), (4, Message(&HEADERS))]);

static CONNECTION_SETTINGS_REQUEST: Shape = Shape(&[(1, Message(&OPAMP_SETTINGS_REQUEST))]);
static OPAMP_SETTINGS_REQUEST: Shape = Shape(&[(1, Message(&ONE_BYTES))]);
static CONNECTION_SETTINGS_OFFERS: Shape = Shape(&[
    (1, Bytes),
    (2, Message(&OPAMP_SETTINGS)),
    (3, Message(&TELEMETRY_SETTINGS)),
    (4, Message(&TELEMETRY_SETTINGS)),
    (5, Message(&TELEMETRY_SETTINGS)),
    (6, map::<proto::OtherConnectionSettings>(&OTHER_SETTINGS_ENTRY)),
]);
static OPAMP_SETTINGS: Shape = Shape(&[
    (1, Text),
    (2, Message(&HEADERS)),
    (3, Message(&CERTIFICATE)),
    (4, Varint),
    (5, Message(&TLS)),
    (6, Message(&PROXY)),
]);
static TELEMETRY_SETTINGS: Shape = Shape(&[
    (1, Text),
    (2, Message(&HEADERS)),
    (3, Message(&CERTIFICATE)),
    (4, Message(&TLS)),
    (5, Message(&PROXY)),
]);
static OTHER_SETTINGS_ENTRY: Shape = Shape(&[(1, Key), (2, Message(&OTHER_SETTINGS))]);
static OTHER_SETTINGS: Shape = Shape(&[
    (1, Text),
    (2, Message(&HEADERS)),
    (3, Message(&CERTIFICATE)),
    (4, map::<String>(&TEXT_ENTRY)),
    (5, Message(&TLS)),
    (6, Message(&PROXY)),
]);
static TEXT_ENTRY: Shape = Shape(&[(1, Key), (2, Text)]);
static HEADERS: Shape = Shape(&[(1, list::<proto::Header>(&HEADER))]);
static HEADER: Shape = Shape(&[(1, Key), (2, Text)]);
static CERTIFICATE: Shape = Shape(&[(1, Bytes), (2, Bytes), (3, Bytes)]);
static TLS: Shape = Shape(&[(1, Text), (2, Varint), (3, Varint), (4, Text), (5, Text), (6, Texts)]);
static PROXY: Shape = Shape(&[(1, Text), (2, Message(&HEADERS))]);
