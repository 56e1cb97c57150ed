//! What a sink saw, owned, so that tests can compare it.

use linkmesh_otlp::{
    DecodeError, Kind, Limits, Number, Outcome, Point, Value, Wanted, decode_json, decode_protobuf,
};

pub(crate) const ACCEPTED: &str = "otelcol_receiver_accepted_spans";
pub(crate) const QUEUE: &str = "otelcol_exporter_queue_size";

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) family: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) value: Number,
    pub(crate) start: u64,
    pub(crate) time: u64,
    pub(crate) kind: Kind,
    pub(crate) instance_id: Option<String>,
    pub(crate) scope: String,
    pub(crate) scope_attributes: Vec<(String, String)>,
}

impl Seen {
    fn of(point: &Point<'_>) -> Self {
        Self {
            family: point.family.into(),
            attributes: point.attributes.iter().map(|a| (a.key.to_string(), shown(&a.value))).collect(),
            value: point.value,
            start: point.start_time_unix_nano,
            time: point.time_unix_nano,
            kind: point.kind,
            instance_id: point.instance_id.map(Into::into),
            scope: point.scope_name.into(),
            scope_attributes: point
                .scope_attributes
                .iter()
                .map(|a| (a.key.to_string(), shown(&a.value)))
                .collect(),
        }
    }
}

pub(crate) fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Int(value) => format!("int {value}"),
        Value::Double(value) => format!("double {value}"),
        Value::Bool(value) => format!("bool {value}"),
        Value::Other => "other".into(),
    }
}

pub(crate) fn wanted() -> Wanted {
    Wanted::new([ACCEPTED, QUEUE])
}

pub(crate) fn from_protobuf(bytes: &[u8], limits: &Limits) -> Result<(Outcome, Vec<Seen>), DecodeError> {
    let mut seen = Vec::new();
    let outcome = decode_protobuf(bytes, &wanted(), limits, &mut |point| seen.push(Seen::of(point)))?;
    Ok((outcome, seen))
}

pub(crate) fn from_json(text: &str, limits: &Limits) -> Result<(Outcome, Vec<Seen>), DecodeError> {
    let mut seen = Vec::new();
    let outcome = decode_json(text.as_bytes(), &wanted(), limits, &mut |point| seen.push(Seen::of(point)))?;
    Ok((outcome, seen))
}
