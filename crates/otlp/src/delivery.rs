//! The one way from either encoding to the sink: budgets are charged here, before anything is kept.
//! Knows nothing of wire formats. Start at [`Delivery`].

use std::borrow::Cow;

use crate::limits::{Limits, Wanted};
use crate::outcome::{Outcome, Reason};
use crate::point::{Attribute, Kind, Number, Point, Value};

/// The state of one decode. Buffers are reused from point to point.
pub(crate) struct Delivery<'a, 's, S> {
    pub(crate) wanted: &'s Wanted,
    pub(crate) limits: &'s Limits,
    pub(crate) outcome: Outcome,
    pub(crate) instance_id: Option<Cow<'a, str>>,
    pub(crate) scope_name: Cow<'a, str>,
    pub(crate) scope_attributes: Vec<Attribute<'a>>,
    attributes: Vec<Attribute<'a>>,
    fault: Option<Reason>,
    sink: &'s mut S,
}

/// The numbers of a point, once all its fields were seen.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) value: Number,
    pub(crate) start_time_unix_nano: u64,
    pub(crate) time_unix_nano: u64,
    pub(crate) flags: u64,
}

impl Default for Reading {
    fn default() -> Self {
        Self { value: Number::Absent, start_time_unix_nano: 0, time_unix_nano: 0, flags: 0 }
    }
}

/// An attribute that could be read, or why its point must be refused.
pub(crate) type Read<'a> = Result<Attribute<'a>, Reason>;

/// Bit 0 of `NumberDataPoint.flags` (OTLP `DataPointFlags`).
const NO_RECORDED_VALUE: u64 = 1;

impl<'a, 's, S: FnMut(&Point<'_>)> Delivery<'a, 's, S> {
    pub(crate) fn new(wanted: &'s Wanted, limits: &'s Limits, sink: &'s mut S) -> Self {
        Self {
            wanted,
            limits,
            outcome: Outcome::default(),
            instance_id: None,
            scope_name: Cow::Borrowed(""),
            scope_attributes: Vec::new(),
            attributes: Vec::new(),
            fault: None,
            sink,
        }
    }

    pub(crate) fn begin_resource(&mut self) {
        self.instance_id = None;
    }

    /// Takes the claim out of a resource's attributes; the others are let go.
    pub(crate) fn resource_attribute(&mut self, read: Read<'a>) {
        if let Ok(Attribute { key, value: Value::Text(text) }) = read
            && key == "service.instance.id"
        {
            self.instance_id = Some(text);
        }
    }

    pub(crate) fn begin_scope(&mut self) {
        self.scope_name = Cow::Borrowed("");
        self.scope_attributes.clear();
    }

    /// Keeps a scope's attribute; what is over the limits is let go, for it identifies no wanted series.
    pub(crate) fn scope_attribute(&mut self, read: Read<'a>) {
        if let Ok(attribute) = read
            && self.scope_attributes.len() < self.limits.attributes_per_point
        {
            self.scope_attributes.push(attribute);
        }
    }

    /// Whether the point that comes next may be read; refused here, it costs no more than its count.
    pub(crate) fn begin_point(&mut self, cumulative: bool) -> bool {
        self.attributes.clear();
        self.fault = None;
        if !cumulative {
            self.outcome.reject(Reason::NotCumulative);
            return false;
        }
        if self.outcome.kept >= self.limits.points {
            self.outcome.reject(Reason::TooManyPoints);
            return false;
        }
        true
    }

    /// Keeps a point's attribute, or notes why the point is lost.
    pub(crate) fn point_attribute(&mut self, read: Read<'a>) {
        if self.fault.is_some() {
            return;
        }
        match read {
            Err(reason) => self.fault = Some(reason),
            Ok(_) if self.attributes.len() >= self.limits.attributes_per_point => {
                self.fault = Some(Reason::TooManyAttributes);
            }
            Ok(attribute) => self.attributes.push(attribute),
        }
    }

    /// Whether the point is already lost, so that its further attributes need not be read.
    pub(crate) fn is_point_refused(&self) -> bool {
        self.fault.is_some()
    }

    /// Hands the point over, or counts it as refused.
    pub(crate) fn finish_point(&mut self, family: &'static str, kind: Kind, reading: Reading) {
        if let Some(reason) = self.fault {
            self.outcome.reject(reason);
            return;
        }
        let ended = reading.flags & NO_RECORDED_VALUE != 0;
        self.outcome.kept += 1;
        (self.sink)(&Point {
            family,
            attributes: &self.attributes,
            value: if ended { Number::Absent } else { reading.value },
            start_time_unix_nano: reading.start_time_unix_nano,
            time_unix_nano: reading.time_unix_nano,
            kind,
            instance_id: self.instance_id.as_deref(),
            scope_name: &self.scope_name,
            scope_attributes: &self.scope_attributes,
        });
    }
}
