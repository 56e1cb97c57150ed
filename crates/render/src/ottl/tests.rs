//! The laws of the little OTTL that is understood here. Start anywhere.

use super::*;

mod words;

fn condition(text: &str) -> Result<(), String> {
    check(text, Form::Condition, Some(Signal::Logs))
}

#[test]
fn what_collectors_accept_is_accepted() {
    for text in [
        r#"resource.attributes["team"] == "shop""#,
        "log.severity_number >= SEVERITY_NUMBER_WARN",
        r#"IsMatch(log.body, "a \"quoted\" \\(thing")"#,
        r#"not (log.attributes["a"]["b"][0] != nil) and Len(log.body) > -3.5"#,
        "true",
        r#"instrumentation_scope.name == "x" or scope.version == "1""#,
        r#"HasPrefix(log.body, prefix="x")"#,
        "log.trace_id == TraceID(0x00000000000000000000000000000000)",
    ] {
        assert_eq!(condition(text), Ok(()), "{text}");
    }
    for text in [
        r#"set(log.attributes["a"], Concat([log.body, "x"], "-")) where log.body != nil"#,
        r#"replace_all_patterns(log.attributes, "value", "\\d+", "$$1", SHA256)"#,
        r#"merge_maps(log.attributes, ParseJSON(log.body), "upsert")"#,
    ] {
        assert_eq!(check(text, Form::Statement, Some(Signal::Logs)), Ok(()), "{text}");
    }
}

#[test]
fn a_condition_cannot_leave_its_brackets() {
    for text in [
        "true) or (true",
        r#"log.body == "x"#,
        "(true",
        "",
        "  ",
        "log.body ==",
        "log.body",
        r#"delete_key(log.attributes, "x")"#,
        "true where true",
        "log.body == 'x'",
        r#"log.body == "${env:HOME}""#,
        "log.body = \"x\"",
        "true; true",
    ] {
        assert!(condition(text).is_err(), "{text}");
    }
}

#[test]
fn a_path_needs_the_context_of_its_signal() {
    assert_eq!(
        condition("severity_number > 3").unwrap_err(),
        "path `severity_number` lacks its context; write `log.severity_number`"
    );
    assert_eq!(condition(r#"span.name == "x""#).unwrap_err(), "`span` belongs to traces, not to logs");
    assert!(
        check_filter(r#"spanevent.name == "x""#, Signal::Traces)
            .unwrap_err()
            .contains("travel with their span")
    );
    assert!(check(r#"log.attributes["x"]"#, Form::Path, Some(Signal::Logs)).is_ok());
    assert!(check("log.body log.body", Form::Path, Some(Signal::Logs)).is_err());
    assert!(check("Len(log.body)", Form::Path, Some(Signal::Logs)).is_err());
}

#[test]
fn the_narrowest_context_wins() {
    let of = |text, signal| context_of(text, signal).unwrap();
    assert_eq!(of(r#"resource.attributes["a"] == "datapoint.x""#, Signal::Metrics), "resource");
    assert_eq!(of(r#"metric.name == "a""#, Signal::Metrics), "metric");
    assert_eq!(of(r#"metric.name == "a" and datapoint.attributes["x"] == 1"#, Signal::Metrics), "datapoint");
    assert_eq!(of("true", Signal::Traces), "span");
}

#[test]
fn only_paths_lose_their_context() {
    assert_eq!(
        without_context(
            r#"log.body == "log.body" and resource.attributes["log.x"] == log . attributes["y"]"#,
            "log"
        )
        .unwrap(),
        r#"body == "log.body" and resource.attributes["log.x"] ==  attributes["y"]"#
    );
}

#[test]
fn a_literal_stays_one_literal() {
    let hostile = "a\"b\\c\nd\\\"";
    let literal = quoted(hostile);
    assert_eq!(lex(&literal).unwrap().iter().count(), 1, "{literal}");
}
