//! A collector that pushes what it is told to, and the questions tests ask of its history.

use linkmesh_throughput::{
    Batch, ComponentKey, History, Kind, Measure, Number, Reading, Recorded, SeriesKey, Signal,
};

/// Some day in 2026, in milliseconds.
pub(crate) const DAWN_MS: u64 = 1_780_000_000_000;

pub(crate) const SENT: &str = "otelcol_exporter_sent_log_records";
pub(crate) const SEND_FAILED: &str = "otelcol_exporter_send_failed_log_records";
pub(crate) const ACCEPTED: &str = "otelcol_receiver_accepted_log_records";
pub(crate) const UPTIME: &str = "otelcol_process_uptime";

/// A push in the making.
pub(crate) struct Push {
    pub(crate) batch: Batch,
    start_ms: u64,
    time_ms: u64,
}

impl Push {
    /// Read at this time of the collector's clock by a process that began to count at `start_ms`.
    pub(crate) fn at(time_ms: u64, start_ms: u64) -> Self {
        Self { batch: Batch::new(), start_ms, time_ms }
    }

    pub(crate) fn with(self, family: &str, attributes: &[(&str, &str)], value: i64) -> Self {
        self.number(family, attributes, Number::Int(value))
    }

    pub(crate) fn number(mut self, family: &str, attributes: &[(&str, &str)], value: Number) -> Self {
        let reading = Reading {
            family,
            value,
            start_time_unix_nano: self.start_ms.saturating_mul(1_000_000),
            time_unix_nano: self.time_ms.saturating_mul(1_000_000),
        };
        self.batch.add(&reading, |key| attributes.iter().find(|(k, _)| *k == key).map(|(_, v)| *v));
        self
    }

    pub(crate) fn sent(self, value: i64) -> Self {
        self.with(SENT, &[("exporter", "otlp/eu")], value)
    }

    pub(crate) fn uptime_s(self, value: f64) -> Self {
        self.number(UPTIME, &[], Number::Double(value))
    }

    pub(crate) fn received(self, history: &mut History, at_ms: u64) -> Recorded {
        history.record(&self.batch, at_ms)
    }
}

pub(crate) fn key(kind: Kind, id: &str, signal: Option<Signal>, measure: Measure) -> SeriesKey {
    SeriesKey { component: ComponentKey { kind, id: id.into(), signal }, measure }
}

pub(crate) fn sent_key() -> SeriesKey {
    key(Kind::Exporter, "otlp/eu", Some(Signal::Logs), Measure::Sent)
}

/// Pushes of one counter: (seconds, value, start in seconds), each received at once; then its rate over `window_s`.
pub(crate) fn rate_of(pushes: &[(u64, i64, u64)], window_s: u64) -> Option<f64> {
    let mut history = History::new();
    for (at_s, value, start_s) in pushes {
        let at_ms = DAWN_MS + at_s * 1000;
        let start_ms = if *start_s == 0 { 0 } else { DAWN_MS + start_s * 1000 };
        Push::at(at_ms, start_ms).sent(*value).received(&mut history, at_ms);
    }
    history.rate(&sent_key(), history.latest_unix_ms()?, window_s * 1000)
}
