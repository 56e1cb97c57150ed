//! The JSON mapping: one corpus of spellings that mean the same, and one of texts that mean nothing.

use linkmesh_otlp::{DecodeError, Kind, Limits, Number, Reason, decode_json};

use crate::seen::{ACCEPTED, QUEUE, from_json, wanted};

fn check(data: &str, expected: &[(Kind, Number, u64)]) {
    let text = format!(
        r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"{ACCEPTED}",{data}}}]}}]}}]}}"#
    );
    let (_, seen) = from_json(&text, &Limits::default()).unwrap_or_else(|error| panic!("{error}: {text}"));
    let seen: Vec<_> = seen.iter().map(|s| (s.kind, s.value, s.time)).collect();
    assert_eq!(format!("{seen:?}"), format!("{expected:?}"), "{text}");
}

const SUM: Kind = Kind::Sum { monotonic: true };

#[test]
fn every_spelling_of_a_sum_is_understood() {
    let expected = &[(SUM, Number::Int(5), 1_700_000_000_000_000_001)];
    for (temporality, value, time) in [
        ("2", r#""5""#, r#""1700000000000000001""#),
        ("\"2\"", "5", "1700000000000000001"),
        ("\"AGGREGATION_TEMPORALITY_CUMULATIVE\"", "5.0", "1700000000000000001"),
        ("2", "5e0", "1700000000000000001"),
    ] {
        check(
            &format!(
                r#""sum":{{"aggregationTemporality":{temporality},"isMonotonic":true,"dataPoints":[
                    {{"asInt":{value},"timeUnixNano":{time},"exemplars":[{{"traceId":"00"}}],"new":{{"a":[1]}}}}]}}"#
            ),
            expected,
        );
        check(
            &format!(
                r#""sum":{{"dataPoints":[{{"timeUnixNano":{time},"asInt":{value}}}],"isMonotonic":true,
                    "aggregationTemporality":{temporality}}}"#
            ),
            expected,
        );
    }
}

#[test]
fn doubles_have_names_for_what_json_cannot_write() {
    for (value, expected) in [
        ("1.5", Number::Double(1.5)),
        ("\"1.5\"", Number::Double(1.5)),
        ("3", Number::Double(3.0)),
        ("\"NaN\"", Number::Double(f64::NAN)),
        ("\"Infinity\"", Number::Double(f64::INFINITY)),
        ("\"-Infinity\"", Number::Double(f64::NEG_INFINITY)),
        ("-0.0", Number::Double(-0.0)),
        ("5e-324", Number::Double(5e-324)),
        ("null", Number::Absent),
    ] {
        check(
            &format!(r#""gauge":{{"dataPoints":[{{"asDouble":{value}}}]}}"#),
            &[(Kind::Gauge, expected, 0)],
        );
    }
}

#[test]
fn null_is_the_default_wherever_it_stands() {
    let nothing = Limits::default();
    for text in [
        "null",
        "{}",
        r#"{"resourceMetrics":null}"#,
        r#"{"resourceMetrics":[null]}"#,
        r#"{"resourceMetrics":[{"resource":null,"scopeMetrics":[{"scope":null,"metrics":null}]}]}"#,
        r#"{"resourceMetrics":[{"resource":{"attributes":null},"scopeMetrics":[{"metrics":[{"name":null,"sum":null}]}]}]}"#,
    ] {
        assert!(from_json(text, &nothing).unwrap().1.is_empty(), "{text}");
    }
    check(
        r#""unit":null,"gauge":{"dataPoints":[{"asInt":null,"asDouble":2,"timeUnixNano":null,"startTimeUnixNano":null,
           "flags":null,"attributes":null}]}"#,
        &[(Kind::Gauge, Number::Double(2.0), 0)],
    );
    check(r#""gauge":{"dataPoints":[{"asInt":4,"flags":1}]}"#, &[(Kind::Gauge, Number::Absent, 0)]);
}

#[test]
fn names_and_attributes_are_read_in_any_order_and_with_escapes() {
    let text = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[{"asInt":"1","attributes":[
        {"key":"exporter","value":{"stringValue":"otlp\u002feu \"x\""}},{"value":{"intValue":"7"},"key":"n"},
        {"key":"b","value":{"boolValue":true}},{"key":"d","value":{"doubleValue":1.5}},{"key":"l","value":{"arrayValue":{"values":[]}}},
        {"key":"none"}]}]},"name":"otelcol_exporter_queue_size"}],"scope":{"attributes":[{"key":"s","value":{"stringValue":"t"}}],"name":"sc"}}],
        "resource":{"attributes":[{"key":"service.instance.id","value":{"stringValue":"me"}}]}}]}"#;
    let (outcome, seen) = from_json(text, &Limits::default()).unwrap();
    let point = seen.first().unwrap();
    assert_eq!(outcome.kept, 1);
    assert_eq!(
        (point.family.as_str(), point.instance_id.as_deref(), point.scope.as_str()),
        (QUEUE, Some("me"), "sc")
    );
    assert_eq!(point.scope_attributes, [("s".into(), "t".into())]);
    let attributes: Vec<_> = point.attributes.iter().map(|(k, v)| format!("{k}={v}")).collect();
    assert_eq!(
        attributes,
        ["exporter=otlp/eu \"x\"", "n=int 7", "b=bool true", "d=double 1.5", "l=other", "none=other"]
    );
}

#[test]
fn a_delta_sum_is_refused_by_name_and_by_number() {
    for temporality in ["1", "\"AGGREGATION_TEMPORALITY_DELTA\"", "0", "null"] {
        let text = format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"{ACCEPTED}","sum":{{"aggregationTemporality":{temporality},"dataPoints":[{{}}]}}}}]}}]}}]}}"#
        );
        let (outcome, seen) = from_json(&text, &Limits::default()).unwrap();
        assert_eq!((outcome.rejected_for(Reason::NotCumulative), seen.len()), (1, 0), "{text}");
    }
}

#[test]
fn a_text_that_is_not_the_message_is_malformed() {
    for text in [
        "",
        " ",
        "[]",
        "5",
        "\"x\"",
        "{",
        "{\"resourceMetrics\":[}",
        "{} x",
        r#"{"resourceMetrics":{}}"#,
        r#"{"resourceMetrics":[5]}"#,
        r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":5}]}]}]}"#,
        r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"otelcol_exporter_queue_size","gauge":{"dataPoints":[{"asInt":"x"}]}}]}]}]}"#,
        r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"otelcol_exporter_queue_size","gauge":{"dataPoints":[{"asInt":1.5}]}}]}]}]}"#,
        r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"otelcol_exporter_queue_size","gauge":{"dataPoints":[{"asDouble":"inf"}]}}]}]}]}"#,
        r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"otelcol_exporter_queue_size","gauge":{"dataPoints":[{"timeUnixNano":-1}]}}]}]}]}"#,
    ] {
        let error = from_json(text, &Limits::default()).unwrap_err();
        assert!(matches!(error, DecodeError::Malformed(_)), "{text}");
    }
    let not_text = decode_json(&[0xff, 0xfe], &wanted(), &Limits::default(), &mut |_| {});
    assert_eq!(not_text, Err(DecodeError::Malformed("the JSON is not UTF-8")));
}
