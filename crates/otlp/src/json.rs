//! The JSON encoding of `ExportMetricsServiceRequest`, walked level by level over borrowed text.
//! Knows field names and nothing of what they measure. Start at [`decode_json`].

mod scalar;
mod walk;

use serde_json::value::RawValue;

use crate::delivery::{Delivery, Read, Reading};
use crate::limits::{Limits, Wanted};
use crate::outcome::{DecodeError, Outcome, Reason};
use crate::point::{Attribute, Kind, Number, Point, Value};
use scalar::{boolean, double, int, is_cumulative, text, uint};
use walk::{items, members, nests_within};

/// Reads a request in OTLP/JSON (OTLP 1.x, "JSON Protobuf Encoding") and hands the points of the wanted families to
/// `sink`. Integers may be strings or numbers, enums names or numbers; `null` is the default; unknown members are ignored.
///
/// # Errors
/// The body is too large, too deep or is not such a message. Points handed out before that must be thrown away.
pub fn decode_json(
    bytes: &[u8],
    wanted: &Wanted,
    limits: &Limits,
    sink: &mut impl FnMut(&Point<'_>),
) -> Result<Outcome, DecodeError> {
    limits.check_size(bytes.len())?;
    let text = str::from_utf8(bytes).map_err(|_| DecodeError::Malformed("the JSON is not UTF-8"))?;
    if !nests_within(text, limits.json_depth) {
        return Err(DecodeError::TooDeep { limit: limits.json_depth });
    }
    let mut delivery = Delivery::new(wanted, limits, sink);
    members(text, |name, value| match name {
        "resourceMetrics" => items(value, |item| delivery.resource_metrics_json(item)),
        _ => Ok(()),
    })?;
    Ok(delivery.outcome)
}

// Members come in any order, so an object is noted first and entered afterwards.
impl<'a, S: FnMut(&Point<'_>)> Delivery<'a, '_, S> {
    fn resource_metrics_json(&mut self, raw: &'a RawValue) -> Result<(), DecodeError> {
        let (mut resource, mut scopes) = (None, None);
        members(raw.get(), |name, value| {
            match name {
                "resource" => resource = Some(value),
                "scopeMetrics" => scopes = Some(value),
                _ => {}
            }
            Ok(())
        })?;
        self.begin_resource();
        let limits = self.limits;
        each_attribute(resource, limits, |read| self.resource_attribute(read))?;
        match scopes {
            Some(scopes) => items(scopes, |item| self.scope_metrics_json(item)),
            None => Ok(()),
        }
    }

    fn scope_metrics_json(&mut self, raw: &'a RawValue) -> Result<(), DecodeError> {
        let (mut scope, mut metrics) = (None, None);
        members(raw.get(), |name, value| {
            match name {
                "scope" => scope = Some(value),
                "metrics" => metrics = Some(value),
                _ => {}
            }
            Ok(())
        })?;
        self.begin_scope();
        let limits = self.limits;
        if let Some(scope) = scope {
            members(scope.get(), |name, value| {
                if name == "name"
                    && let Ok(name) = text(value, limits)?
                {
                    self.scope_name = name;
                }
                Ok(())
            })?;
        }
        each_attribute(scope, limits, |read| self.scope_attribute(read))?;
        match metrics {
            Some(metrics) => items(metrics, |item| self.metric_json(item)),
            None => Ok(()),
        }
    }

    fn metric_json(&mut self, raw: &'a RawValue) -> Result<(), DecodeError> {
        let (mut family, mut gauge, mut sum) = (None, None, None);
        let (wanted, limits) = (self.wanted, self.limits);
        members(raw.get(), |name, value| {
            match name {
                "name" => family = text(value, limits)?.ok().and_then(|name| wanted.find(name.as_bytes())),
                "gauge" => gauge = Some(value),
                "sum" => sum = Some(value),
                _ => {}
            }
            Ok(())
        })?;
        let Some(family) = family else { return Ok(()) };
        if let Some(gauge) = gauge {
            self.data_json(family, gauge, true)?;
        }
        if let Some(sum) = sum {
            self.data_json(family, sum, false)?;
        }
        Ok(())
    }

    fn data_json(
        &mut self,
        family: &'static str,
        raw: &'a RawValue,
        is_gauge: bool,
    ) -> Result<(), DecodeError> {
        let (mut points, mut cumulative, mut monotonic) = (None, is_gauge, false);
        members(raw.get(), |name, value| {
            match name {
                "dataPoints" => points = Some(value),
                "aggregationTemporality" if !is_gauge => cumulative = is_cumulative(value)?,
                "isMonotonic" => monotonic = boolean(value)?,
                _ => {}
            }
            Ok(())
        })?;
        let kind = if is_gauge { Kind::Gauge } else { Kind::Sum { monotonic } };
        let Some(points) = points else { return Ok(()) };
        items(points, |item| {
            if self.begin_point(cumulative) {
                let reading = self.point_json(item)?;
                self.finish_point(family, kind, reading);
            }
            Ok(())
        })
    }

    fn point_json(&mut self, raw: &'a RawValue) -> Result<Reading, DecodeError> {
        let mut reading = Reading::default();
        members(raw.get(), |name, value| {
            match name {
                "startTimeUnixNano" => reading.start_time_unix_nano = uint(value)?,
                "timeUnixNano" => reading.time_unix_nano = uint(value)?,
                "asInt" => reading.value = int(value)?.map_or(reading.value, Number::Int),
                "asDouble" => reading.value = double(value)?.map_or(reading.value, Number::Double),
                "flags" => reading.flags = uint(value)?,
                _ => {}
            }
            Ok(())
        })?;
        let limits = self.limits;
        each_attribute(Some(raw), limits, |read| self.point_attribute(read))?;
        Ok(reading)
    }
}

/// Reads the member `attributes` of an object.
fn each_attribute<'a>(
    owner: Option<&'a RawValue>,
    limits: &Limits,
    mut each: impl FnMut(Read<'a>),
) -> Result<(), DecodeError> {
    let Some(owner) = owner else { return Ok(()) };
    members(owner.get(), |name, value| match name {
        "attributes" => items(value, |item| {
            each(attribute(item, limits)?);
            Ok(())
        }),
        _ => Ok(()),
    })
}

fn attribute<'a>(raw: &'a RawValue, limits: &Limits) -> Result<Read<'a>, DecodeError> {
    let (mut key, mut inner) = (Ok("".into()), None);
    members(raw.get(), |name, value| {
        match name {
            "key" => key = text(value, limits)?,
            "value" => inner = Some(value),
            _ => {}
        }
        Ok(())
    })?;
    let mut value: Result<Value<'a>, Reason> = Ok(Value::Other);
    if let Some(inner) = inner {
        members(inner.get(), |name, raw| {
            value = match name {
                "stringValue" => text(raw, limits)?.map(Value::Text),
                "boolValue" => Ok(Value::Bool(boolean(raw)?)),
                "intValue" => Ok(int(raw)?.map_or(Value::Other, Value::Int)),
                "doubleValue" => Ok(double(raw)?.map_or(Value::Other, Value::Double)),
                _ => return Ok(()),
            };
            Ok(())
        })?;
    }
    Ok(key.and_then(|key| value.map(|value| Attribute { key, value })))
}
