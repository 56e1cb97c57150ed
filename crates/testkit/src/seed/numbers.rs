//! Counters of one collector that come out as a plausible flow: a rate of its own, a part that each route takes, a part that
//! each step drops. Start at [`Numbers::of`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use linkmesh_api::types::RenderAnswer;
use serde_json::{Value, json};

use super::SeedError;

const POST_MAX: Duration = Duration::from_secs(20);
/// Cumulative (OpenTelemetry protocol, `AggregationTemporality`).
const CUMULATIVE: u32 = 2;

/// One counted component: which family, and how many of a thousand records pass it.
struct Counter {
    family: &'static str,
    attribute: &'static str,
    component: String,
    of_thousand: u64,
}

/// What a collector of the seed's configuration counts.
pub(super) struct Numbers {
    counters: Vec<Counter>,
}

impl Numbers {
    /// From the map of a rendering.
    pub(super) fn of(rendered: &RenderAnswer) -> Result<Self, SeedError> {
        let mut counters = Vec::new();
        let mut count = |family, attribute, component: &str, of_thousand| {
            counters.push(Counter { family, attribute, component: component.to_owned(), of_thousand });
        };
        for (component, origin) in &rendered.map {
            let Some((_, id)) = component.split_once('/') else { continue };
            let taken =
                if origin.entity.contains("errors") || origin.entity.contains("alerts") { 60 } else { 700 };
            let (incoming, outgoing) = match origin.stage.as_str() {
                "source" => {
                    count("otelcol_receiver_accepted_log_records", "receiver", id, 1000);
                    continue;
                }
                "destination" => {
                    count("otelcol_exporter_sent_log_records", "exporter", id, taken * 8 / 10);
                    count("otelcol_exporter_send_failed_log_records", "exporter", id, taken / 200);
                    continue;
                }
                stage if stage.starts_with("edge:") => (1000, taken),
                "in" => (taken, taken),
                stage if stage.starts_with("step:drop") => (taken, taken * 8 / 10),
                stage if stage.starts_with("step:") => (taken * 8 / 10, taken * 8 / 10),
                "out" => (taken * 8 / 10, taken * 8 / 10),
                _ => continue,
            };
            count("otelcol_processor_incoming_items", "processor", id, incoming);
            count("otelcol_processor_outgoing_items", "processor", id, outgoing);
        }
        if counters.is_empty() {
            return Err(SeedError("the rendering names no component that counts".to_owned()));
        }
        Ok(Self { counters })
    }

    /// The push of collector `number` after so long a life.
    pub(super) fn push(&self, number: usize, life: Duration) -> Vec<u8> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (at, start) = (now.as_nanos().to_string(), now.saturating_sub(life).as_nanos().to_string());
        let millis = u64::try_from(life.as_millis()).unwrap_or(u64::MAX);
        let rate = 20 + u64::try_from(number * 37 % 400).unwrap_or_default();
        let point = |value: Value, attributes: Value| json!({"startTimeUnixNano": start, "timeUnixNano": at, "attributes": attributes, "asInt": value});
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let sum = |name: &str, point: Value| json!({"name": name, "sum": {"aggregationTemporality": CUMULATIVE, "isMonotonic": true, "dataPoints": [point]}});
        let mut metrics: Vec<Value> = self
            .counters
            .iter()
            .map(|counter| {
                let value = (rate * millis / 1000 * counter.of_thousand / 1000).to_string();
                let attributes = [text(counter.attribute, &counter.component), text("otel.signal", "logs")];
                sum(counter.family, point(value.into(), attributes.to_vec().into()))
            })
            .collect();
        let memory = 90_000_000 + number % 50 * 3_000_000;
        let cpu = f64::from(u32::try_from(millis).unwrap_or(u32::MAX)) / 1000.0 * 0.04;
        let plain =
            |value: Value, key: &str| json!({"startTimeUnixNano": start, "timeUnixNano": at, key: value});
        metrics.push(json!({"name": "otelcol_process_memory_rss",
            "gauge": {"dataPoints": [plain(memory.to_string().into(), "asInt")]}}));
        for (name, value) in
            [("otelcol_process_cpu_seconds", cpu), ("otelcol_process_uptime", life.as_secs_f64())]
        {
            metrics.push(sum(name, plain(value.into(), "asDouble")));
        }
        let scope = json!({"metrics": metrics});
        json!({"resourceMetrics": [{"resource": {"attributes": []}, "scopeMetrics": [scope]}]})
            .to_string()
            .into_bytes()
    }
}

/// Sends one push.
pub(super) fn post(url: &str, bearer: &str, body: Vec<u8>) -> Option<u16> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(POST_MAX))
        .build()
        .new_agent();
    let request = ureq::http::Request::post(url)
        .header("content-type", "application/json")
        .header("authorization", bearer)
        .body(body)
        .ok()?;
    agent.run(request).ok().map(|response| response.status().as_u16())
}
