//! OTTL as people write it: what is accepted here the real collector takes, and what is refused here it refuses. Start anywhere.

use serde_json::json;

use super::faults::{told, with};
use super::peer::refusal;
use super::support::{Files, Reached, rendered};

/// Right conditions by signal.
const RIGHT: [(&str, &[&str]); 3] = [
    (
        "logs",
        &[
            "log.severity_number < SEVERITY_NUMBER_WARN",
            "log.severity_number >= 17 and log.severity_text != \"FATAL\"",
            "log.body == \"healthcheck\"",
            "log.body.string == \"x\" or log.body[\"k\"][\"n\"][0] == 1",
            "IsMatch(log.body, \"health\\\\(check\") and IsMatch(target=log.body, pattern=\"(?i)GET /\\\\d+\")",
            "IsMatch(log.body, \"[]a[]|[[:alpha:](]|\\\\Q(*\\\\E|^*|(?P<n>x)|(?:y|z)+?|\\\\x28|{2\")",
            "IsMatch(log.body, \"\\x28a)\") and IsMatch(log.body, log.attributes[\"p\"])",
            "log.attributes[\"a\"][\"b\"] == nil and resource.attributes[\"service.name\"] == \"shop\"",
            "log.attributes[log.attributes[\"key\"]] == 1.5 and log.attributes[\"n\"] * 2 - 1 > 3",
            "log.trace_id.string == \"\" and log.span_id.string == \"\" and log.trace_id != TraceID(0x00000000000000000000000000000000)",
            "log.time_unix_nano < 3 and log.observed_time_unix_nano > 2 and log.flags == 0 and log.event_name == \"x\"",
            "Now() - log.time > Duration(\"1h\") and log.observed_time < Time(\"2024-01-01\", \"%Y-%m-%d\")",
            "log.dropped_attributes_count > 0 and scope.name == \"x\" and instrumentation_scope.version == \"1\"",
            "resource.schema_url == \"\" and scope.schema_url == \"\" and scope.attributes[\"x\"] == true",
            "log.cache[\"x\"] == nil and resource.dropped_attributes_count == 0",
            "Len(Split(log.severity_text, \",\")) > 1 and ToLowerCase(log.severity_text) == \"x\" and IsInt(log.body)",
            "ParseJSON(log.body.string)[\"a\"] == \"b\" and ContainsValue(log.attributes[\"l\"], \"x\")",
        ],
    ),
    (
        "traces",
        &[
            "span.kind == SPAN_KIND_SERVER and span.kind.string == \"Server\"",
            "span.status.code == STATUS_CODE_ERROR and span.status.message != \"\"",
            "span.end_time_unix_nano - span.start_time_unix_nano < 1000000 and span.parent_span_id.string == \"\"",
            "IsRootSpan() and span.name == \"x\" and span.trace_state[\"k\"] == \"v\"",
            "span.end_time - span.start_time > Duration(\"1s\") and span.dropped_events_count == 0",
            "span.flags == 1 and span.attributes[\"http.status_code\"] >= 500 and span.dropped_links_count == 0",
        ],
    ),
    (
        "metrics",
        &[
            "metric.type == METRIC_DATA_TYPE_SUM and metric.name == \"x\" and metric.is_monotonic == true",
            "metric.aggregation_temporality == AGGREGATION_TEMPORALITY_DELTA and metric.unit == \"s\"",
            "metric.metadata[\"x\"] == \"y\" and metric.description == \"\"",
            "HasAttrKeyOnDatapoint(\"x\") or HasAttrOnDatapoint(\"x\", \"y\")",
            "datapoint.value_int == 1 or datapoint.value_double > 1.5 or datapoint.flags == FLAG_NO_RECORDED_VALUE",
            "datapoint.count > 1 and datapoint.sum > 1.0 and datapoint.positive.offset == 1 and datapoint.zero_count == 0",
            "metric.name == \"x\" and datapoint.start_time_unix_nano == 0 and datapoint.scale == 1",
        ],
    ),
];

/// Conditions on logs that no collector reads.
const WRONG: [&str; 27] = [
    "severity < WARN",
    "log.severity < WARN",
    "log.severity < SEVERITY_NUMBER_WARN",
    "log.nosuchfield == 1",
    "log.severity_number < WARN",
    "log.severity_number < SEVERITY_NUMBER_WARNING",
    "IsMatch(log.body, \"health(check\")",
    "IsMatch(log.body, \"health)check\")",
    "IsMatch(log.body, \"*.log\")",
    "IsMatch(log.body, \"a|+\")",
    "IsMatch(log.body, \"[a-z\")",
    "IsMatch(log.body, \"a(?!b)\")",
    "IsMatch(log.body, \"(a)\\\\1\")",
    "IsMatch(log.body, \"a\\\\\")",
    "IsMatch(target=log.body, pattern=\"(\")",
    "IsMatch(log.body, \"\\d\")",
    "Contains(log.body, \"healthcheck\")",
    "log.body contains \"x\"",
    "body contains \"x\"",
    "log.body == healthcheck",
    "ismatch(log.body, \"x\")",
    "Frobnicate(log.body)",
    "log.attributes.team == \"x\"",
    "log.trace_id.hex == \"x\"",
    "resource[\"team\"] == \"x\"",
    "service.name == \"x\"",
    "log.body == Healthcheck",
];

fn filter(signal: &str, conditions: &[&str]) -> Files {
    with(
        "pipelines/p.yaml",
        json!({"signals": ["logs", "metrics", "traces"], "parameters": {"n": {"type": "int"}}, "steps": [
            {"id": "s", "type": "filter", "settings": {"drop": {signal: conditions}}}]}),
    )
}

#[test]
fn right_conditions_are_accepted_here_and_by_the_collector() {
    for (signal, conditions) in RIGHT {
        let mut files = filter(signal, conditions);
        files.insert(
            "fleet/sources/b.yaml".into(),
            json!({"type": "otlp", "settings": {"grpc": "127.0.0.1:4319"}}),
        );
        let text = match rendered(&files, &Reached::default()) {
            Ok(rendered) => rendered.text,
            Err(problems) => panic!("{signal}: {}", super::support::problems(&problems)),
        };
        assert!(text.contains("filter/"), "{text}");
        assert_eq!(refusal(&text), None, "{text}");
    }
}

#[test]
fn wrong_conditions_are_refused_here_and_by_the_collector() {
    for condition in WRONG {
        let told = told(&filter("logs", &[condition]));
        assert!(told.contains("settings.drop.logs[0]"), "{condition}: {told}");
        let config = json!({
            "receivers": {"otlp": {"protocols": {"grpc": {}}}},
            "processors": {"filter": {"logs": {"log_record": [condition]}}},
            "exporters": {"debug": {}},
            "service": {"pipelines": {"logs": {"receivers": ["otlp"], "processors": ["filter"], "exporters": ["debug"]}}},
        });
        let refused = refusal(&config.to_string()).unwrap_or_else(|| panic!("{condition} is read"));
        assert!(refused.contains("OTTL"), "{condition}: {refused}");
    }
}
