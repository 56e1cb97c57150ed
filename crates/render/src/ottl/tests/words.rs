//! What is said about fields, symbols, functions and patterns that no collector knows. Start anywhere.

use super::*;

fn says(text: &str, signal: Signal, expected: &str) {
    let told = check(text, Form::Condition, Some(signal)).expect_err(text);
    assert_eq!(told, expected, "{text}");
}

#[test]
fn what_was_meant_is_named() {
    let severity = "log.severity_number < SEVERITY_NUMBER_WARN";
    for (text, expected) in [
        ("severity < WARN", format!("OTTL has no `severity`; write for example `{severity}`")),
        ("log.severity < WARN", format!("a log record has no `severity`; write for example `{severity}`")),
        ("log.severity_numbr < 3", "a log record has no `severity_numbr`; did you mean `log.severity_number`?".into()),
        ("log.nosuchfield == 1", "a log record has no `nosuchfield`; an attribute is written `log.attributes[\"nosuchfield\"]`".into()),
        ("log.severity_number < WARN", "OTTL has no `WARN`; did you mean `SEVERITY_NUMBER_WARN`?".into()),
        ("log.severity_number < warning", "OTTL has no `warning`; did you mean `SEVERITY_NUMBER_WARN`?".into()),
        (
            "log.severity_number < SEVERITY_NUMBER_WARNING",
            "OTTL has no `SEVERITY_NUMBER_WARNING`; did you mean `SEVERITY_NUMBER_WARN`?".into(),
        ),
        (
            "log.severity_number < \"WARN\"",
            "`log.severity_number` is a number, not a text; compare it with a number or, without quotes, with `SEVERITY_NUMBER_WARN`".into(),
        ),
        ("log.attributes.service.name == \"x\"", "a part of `log.attributes` is named in brackets; write `log.attributes[\"service.name\"]`".into()),
        ("log.trace_id.hex == \"x\"", "`log.trace_id` has no `hex`; it has `log.trace_id.string`".into()),
        ("resource[\"team\"] == \"x\"", "`resource` alone is no field; write for example `resource.attributes[\"team\"]`".into()),
        ("log.body == healthcheck", "`healthcheck` is no field; text needs quotes: `\"healthcheck\"`".into()),
        ("log.body == Healthcheck", "`Healthcheck` is no field or symbol; text needs quotes: `\"Healthcheck\"`".into()),
        (
            "service.name == \"x\"",
            "OTTL has no `service`; an attribute is written `log.attributes[\"service.name\"]` or `resource.attributes[\"service.name\"]`".into(),
        ),
    ] {
        says(text, Signal::Logs, &expected);
    }
    says(
        "span.status.code == ERROR",
        Signal::Traces,
        "OTTL has no `ERROR`; did you mean `STATUS_CODE_ERROR`?",
    );
    says(
        "datapoint.name == \"x\"",
        Signal::Metrics,
        "a data point has no `name`; did you mean `metric.name`?",
    );
    says("name == \"x\"", Signal::Metrics, "path `name` lacks its context; write `metric.name`");
}

#[test]
fn functions_and_foreign_operators_are_told() {
    let inside = "to look inside text write `IsMatch(log.body, \"healthcheck\")`";
    for (text, expected) in [
        ("body contains \"healthcheck\"", format!("OTTL has no `contains`; {inside}")),
        ("log.body contains healthcheck", format!("OTTL has no `contains`; {inside}")),
        ("Contains(log.body, \"healthcheck\")", format!("OTTL has no `Contains`; {inside}")),
        ("contains(body, healthcheck)", format!("OTTL has no `contains`; {inside}")),
        (
            "log.attributes[\"a\"][\"b\"] startswith \"x\"",
            "OTTL has no `startswith`; to look at the start of text write `HasPrefix(log.attributes[\"a\"][\"b\"], \"x\")`".into(),
        ),
        ("ismatch(log.body, \"x\")", "OTTL has no function `ismatch`; did you mean `IsMatch`?".into()),
        ("is_match(log.body, \"x\")", "OTTL has no function `is_match`; did you mean `IsMatch`?".into()),
        ("IsMatched(log.body, \"x\")", "OTTL has no function `IsMatched`; did you mean `IsMatch`?".into()),
        ("Frobnicate(log.body)", "OTTL has no function `Frobnicate`".into()),
        ("delete_key(log.attributes, \"x\")", "`delete_key` changes telemetry; only a statement can, and it starts with it".into()),
        ("log.body == \"x\" && true", "`&` is not OTTL; write `and`".into()),
    ] {
        says(text, Signal::Logs, &expected);
    }
    let told = check("Set(log.body, \"x\")", Form::Statement, Some(Signal::Logs)).unwrap_err();
    assert_eq!(told, "OTTL has no function `Set`; did you mean `set`?");
}

#[test]
fn a_pattern_that_no_collector_can_read_is_told() {
    for (pattern, expected) in [
        ("health(check", "its `(` is not closed; write `\\\\(` for the sign itself"),
        ("health)check", "its `)` closes nothing; write `\\\\)` for the sign itself"),
        ("[a-z", "its `[` is not closed; write `\\\\[` for the sign itself"),
        ("*.log", "nothing stands before its `*`; write `\\\\*` for the sign itself"),
        ("a(?=b)", "collectors cannot look ahead or behind in a pattern"),
        ("(a)\\\\1", "collectors cannot refer back to a group inside a pattern"),
    ] {
        says(
            &format!("IsMatch(log.body, \"{pattern}\")"),
            Signal::Logs,
            &format!("the pattern `{pattern}`: {expected}"),
        );
    }
    says(
        "IsMatch(log.body, \"\\d+\")",
        Signal::Logs,
        "a quoted text knows no `\\d`; write the backslash twice: `\\\\d`",
    );
    let statement = "replace_all_patterns(log.attributes, \"value\", \"(\", \"x\")";
    assert!(check(statement, Form::Statement, Some(Signal::Logs)).unwrap_err().contains("the pattern `(`"));
    // Only the pattern is one.
    let statement = "replace_pattern(log.body, \"a\", \"(\")";
    assert_eq!(check(statement, Form::Statement, Some(Signal::Logs)), Ok(()));
}
