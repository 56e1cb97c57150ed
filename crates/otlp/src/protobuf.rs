//! The protobuf encoding of `ExportMetricsServiceRequest`, walked in place: no message is ever built.
//! Knows field numbers and nothing of what they measure. Start at [`decode_protobuf`].

mod wire;

use std::borrow::Cow;

use crate::delivery::{Delivery, Read, Reading};
use crate::limits::{Limits, Wanted};
use crate::outcome::{DecodeError, Outcome, Reason};
use crate::point::{Attribute, Kind, Number, Point, Value};
use wire::Fields;

/// Reads a request (OTLP 1.x, `opentelemetry.proto.collector.metrics.v1`) and hands the points of the wanted families to
/// `sink`, in the order of the wire. Gauges and cumulative sums only; other kinds are passed over.
///
/// # Errors
/// The body is too large or is not such a message. Points handed out before that must be thrown away.
pub fn decode_protobuf(
    bytes: &[u8],
    wanted: &Wanted,
    limits: &Limits,
    sink: &mut impl FnMut(&Point<'_>),
) -> Result<Outcome, DecodeError> {
    limits.check_size(bytes.len())?;
    let mut delivery = Delivery::new(wanted, limits, sink);
    for field in Fields::of(bytes) {
        if let (request::RESOURCE_METRICS, payload) = field? {
            delivery.resource_metrics(payload.bytes()?)?;
        }
    }
    Ok(delivery.outcome)
}

// Field numbers, by message.
mod request {
    pub(super) const RESOURCE_METRICS: u64 = 1;
}
mod resource_metrics {
    pub(super) const RESOURCE: u64 = 1;
    pub(super) const SCOPE_METRICS: u64 = 2;
}
mod resource {
    pub(super) const ATTRIBUTES: u64 = 1;
}
mod scope_metrics {
    pub(super) const SCOPE: u64 = 1;
    pub(super) const METRICS: u64 = 2;
}
mod scope {
    pub(super) const NAME: u64 = 1;
    pub(super) const ATTRIBUTES: u64 = 3;
}
mod metric {
    pub(super) const NAME: u64 = 1;
    pub(super) const GAUGE: u64 = 5;
    pub(super) const SUM: u64 = 7;
}
mod data {
    pub(super) const POINTS: u64 = 1;
    pub(super) const TEMPORALITY: u64 = 2;
    pub(super) const IS_MONOTONIC: u64 = 3;
    pub(super) const CUMULATIVE: u64 = 2;
}
mod point {
    pub(super) const START_TIME: u64 = 2;
    pub(super) const TIME: u64 = 3;
    pub(super) const AS_DOUBLE: u64 = 4;
    pub(super) const AS_INT: u64 = 6;
    pub(super) const ATTRIBUTES: u64 = 7;
    pub(super) const FLAGS: u64 = 8;
}

// Each level is walked twice: fields may come in any order, and what follows needs what names it.
impl<'a, S: FnMut(&Point<'_>)> Delivery<'a, '_, S> {
    fn resource_metrics(&mut self, message: &'a [u8]) -> Result<(), DecodeError> {
        self.begin_resource();
        for field in Fields::of(message) {
            if let (resource_metrics::RESOURCE, payload) = field? {
                self.resource(payload.bytes()?)?;
            }
        }
        for field in Fields::of(message) {
            if let (resource_metrics::SCOPE_METRICS, payload) = field? {
                self.scope_metrics(payload.bytes()?)?;
            }
        }
        Ok(())
    }

    fn resource(&mut self, message: &'a [u8]) -> Result<(), DecodeError> {
        for field in Fields::of(message) {
            if let (resource::ATTRIBUTES, payload) = field? {
                let read = attribute(payload.bytes()?, self.limits)?;
                self.resource_attribute(read);
            }
        }
        Ok(())
    }

    fn scope_metrics(&mut self, message: &'a [u8]) -> Result<(), DecodeError> {
        self.begin_scope();
        for field in Fields::of(message) {
            if let (scope_metrics::SCOPE, payload) = field? {
                self.scope(payload.bytes()?)?;
            }
        }
        for field in Fields::of(message) {
            if let (scope_metrics::METRICS, payload) = field? {
                self.metric(payload.bytes()?)?;
            }
        }
        Ok(())
    }

    fn scope(&mut self, message: &'a [u8]) -> Result<(), DecodeError> {
        for field in Fields::of(message) {
            match field? {
                (scope::NAME, payload) => {
                    if let Ok(name) = text(payload.bytes()?, self.limits) {
                        self.scope_name = name;
                    }
                }
                (scope::ATTRIBUTES, payload) => {
                    let read = attribute(payload.bytes()?, self.limits)?;
                    self.scope_attribute(read);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn metric(&mut self, message: &'a [u8]) -> Result<(), DecodeError> {
        let mut name: &[u8] = b"";
        for field in Fields::of(message) {
            if let (metric::NAME, payload) = field? {
                name = payload.bytes()?;
            }
        }
        let Some(family) = self.wanted.find(name) else { return Ok(()) };
        for field in Fields::of(message) {
            match field? {
                (metric::GAUGE, payload) => self.points(family, Kind::Gauge, payload.bytes()?, true)?,
                (metric::SUM, payload) => self.sum(family, payload.bytes()?)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn sum(&mut self, family: &'static str, message: &'a [u8]) -> Result<(), DecodeError> {
        let (mut temporality, mut monotonic) = (0, false);
        for field in Fields::of(message) {
            match field? {
                (data::TEMPORALITY, payload) => temporality = payload.varint()?,
                (data::IS_MONOTONIC, payload) => monotonic = payload.varint()? != 0,
                _ => {}
            }
        }
        self.points(family, Kind::Sum { monotonic }, message, temporality == data::CUMULATIVE)
    }

    fn points(
        &mut self,
        family: &'static str,
        kind: Kind,
        message: &'a [u8],
        cumulative: bool,
    ) -> Result<(), DecodeError> {
        for field in Fields::of(message) {
            if let (data::POINTS, payload) = field? {
                let message = payload.bytes()?;
                if self.begin_point(cumulative) {
                    let reading = self.point(message)?;
                    self.finish_point(family, kind, reading);
                }
            }
        }
        Ok(())
    }

    fn point(&mut self, message: &'a [u8]) -> Result<Reading, DecodeError> {
        let mut reading = Reading::default();
        for field in Fields::of(message) {
            match field? {
                (point::START_TIME, payload) => reading.start_time_unix_nano = payload.fixed64()?,
                (point::TIME, payload) => reading.time_unix_nano = payload.fixed64()?,
                (point::AS_DOUBLE, payload) => {
                    reading.value = Number::Double(f64::from_bits(payload.fixed64()?));
                }
                (point::AS_INT, payload) => {
                    reading.value = Number::Int(payload.fixed64()?.cast_signed());
                }
                (point::FLAGS, payload) => reading.flags = payload.varint()?,
                (point::ATTRIBUTES, payload) => {
                    let message = payload.bytes()?;
                    if !self.is_point_refused() {
                        let read = attribute(message, self.limits)?;
                        self.point_attribute(read);
                    }
                }
                _ => {}
            }
        }
        Ok(reading)
    }
}

/// Reads a `KeyValue`: key 1, value 2.
fn attribute<'a>(message: &'a [u8], limits: &Limits) -> Result<Read<'a>, DecodeError> {
    let mut key: &[u8] = b"";
    let mut value: &[u8] = b"";
    for field in Fields::of(message) {
        match field? {
            (1, payload) => key = payload.bytes()?,
            (2, payload) => value = payload.bytes()?,
            _ => {}
        }
    }
    let key = match text(key, limits) {
        Ok(key) => key,
        Err(reason) => return Ok(Err(reason)),
    };
    Ok(any_value(value, limits)?.map(|value| Attribute { key, value }))
}

/// Reads an `AnyValue`: string 1, bool 2, int 3, double 4. Arrays and maps stay closed, so nesting costs nothing.
fn any_value<'a>(message: &'a [u8], limits: &Limits) -> Result<Result<Value<'a>, Reason>, DecodeError> {
    let mut value = Value::Other;
    for field in Fields::of(message) {
        value = match field? {
            (1, payload) => match text(payload.bytes()?, limits) {
                Ok(text) => Value::Text(text),
                Err(reason) => return Ok(Err(reason)),
            },
            (2, payload) => Value::Bool(payload.varint()? != 0),
            (3, payload) => Value::Int(payload.varint()?.cast_signed()),
            (4, payload) => Value::Double(f64::from_bits(payload.fixed64()?)),
            _ => Value::Other,
        };
    }
    Ok(Ok(value))
}

fn text<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Cow<'a, str>, Reason> {
    if bytes.len() > limits.attribute_bytes {
        return Err(Reason::AttributeTooLong);
    }
    str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| Reason::NotUtf8)
}
