//! Parameters of a pipeline: checks their values and puts them in for `{{name}}`, so that a value can never become code.
//! Knows no step type. Start at [`values`] and [`fill_in`].

use std::collections::BTreeMap;

use linkmesh_fleet::pipeline::{Parameter, ParameterType, Pipeline};
use linkmesh_fleet::yaml::nearest;
use serde_json::{Number, Value};

use crate::ottl::{self, Form};

/// The value of every parameter, with its type.
pub(crate) type Values<'a> = BTreeMap<&'a str, (ParameterType, Value)>;

/// The values that a route gives, or the defaults; where there is neither, a sample of the type, so that the steps can be
/// checked before any route uses them.
///
/// # Errors
/// The parameter's name and what its value should be, for each wrong one.
pub(crate) fn values<'a>(
    pipeline: &'a Pipeline,
    given: &BTreeMap<String, Value>,
) -> Result<Values<'a>, Vec<(String, String)>> {
    let mut faults = Vec::new();
    let mut values = Values::new();
    for (name, parameter) in &pipeline.parameters {
        let value =
            given.get(name).or(parameter.default.as_ref()).cloned().unwrap_or_else(|| sample(parameter));
        match fits(parameter, &value) {
            Ok(()) => drop(values.insert(name, (parameter.type_, value))),
            Err(why) => faults.push((name.clone(), why)),
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

/// Why a value does not fit a parameter.
pub(crate) fn fits(parameter: &Parameter, value: &Value) -> Result<(), String> {
    let text = value.as_str();
    let (fits, wanted) = match parameter.type_ {
        ParameterType::String => (value.is_string(), "a text".to_owned()),
        ParameterType::Int => (value.is_i64() || value.is_u64(), "a whole number".to_owned()),
        ParameterType::Number => (value.as_f64().is_some_and(f64::is_finite), "a number".to_owned()),
        ParameterType::Bool => (value.is_boolean(), "true or false".to_owned()),
        ParameterType::Duration => {
            (text.is_some_and(is_duration), "a duration such as 30s or 1m30s".to_owned())
        }
        ParameterType::Severity => {
            (text.is_some_and(is_severity), "a severity such as INFO, WARN or ERROR2".to_owned())
        }
        ParameterType::Enum => {
            let listed = text.is_some_and(|text| parameter.values.iter().any(|value| value == text));
            (listed, format!("one of {}", parameter.values.join(", ")))
        }
    };
    if fits { Ok(()) } else { Err(format!("should be {wanted}, not {}", shown(value))) }
}

/// What is wrong with the declaration itself.
pub(crate) fn declaration(name: &str, parameter: &Parameter) -> Result<(), String> {
    if !is_name(name) {
        return Err("a parameter's name is a letter, then letters, digits and _".to_owned());
    }
    match (parameter.type_, parameter.values.is_empty()) {
        (ParameterType::Enum, true) => return Err("an enum needs its `values`".to_owned()),
        (ParameterType::Enum, false) | (_, true) => {}
        (_, false) => return Err("only an enum has `values`".to_owned()),
    }
    parameter
        .default
        .as_ref()
        .map_or(Ok(()), |default| fits(parameter, default).map_err(|why| format!("default {why}")))
}

/// Puts the values in. A scalar that is only a reference takes the value with its type; inside OTTL the value becomes a
/// literal, inside a quoted text of it a part of that text.
///
/// # Errors
/// A reference to a parameter that there is not.
pub(crate) fn fill_in(value: &mut Value, form: Option<Form>, values: &Values<'_>) -> Result<(), String> {
    let Value::String(text) = value else { return Ok(()) };
    if !text.contains("{{") {
        return Ok(());
    }
    if let (None, Some((name, ""))) = (form, reference_at(text)) {
        *value = lookup(name, values)?.1.clone();
        return Ok(());
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let mut in_text = false;
    let mut escaped = false;
    while let Some(c) = rest.chars().next() {
        if let Some((name, after)) = reference_at(rest) {
            let (type_, value) = lookup(name, values)?;
            match form {
                None => out.push_str(&plain(value)),
                Some(_) if in_text => out.push_str(&ottl::escaped(&plain(value))),
                Some(_) => out.push_str(&literal(*type_, value)),
            }
            rest = after;
            continue;
        }
        match c {
            '"' if !escaped => in_text = !in_text,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    *value = Value::String(out);
    Ok(())
}

/// The reference at the very start of a text, and what follows it. Braces around anything else are left alone.
fn reference_at(text: &str) -> Option<(&str, &str)> {
    let (inside, after) = text.strip_prefix("{{")?.split_once("}}")?;
    is_name(inside.trim()).then(|| (inside.trim(), after))
}

fn lookup<'v>(name: &str, values: &'v Values<'_>) -> Result<&'v (ParameterType, Value), String> {
    values.get(name).ok_or_else(|| {
        let hint = nearest(name, values.keys().copied());
        let hint = hint.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("the pipeline has no parameter `{name}`{hint}")
    })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn literal(type_: ParameterType, value: &Value) -> String {
    match (type_, value) {
        (ParameterType::Severity, value) => format!("SEVERITY_NUMBER_{}", plain(value)),
        (_, Value::String(text)) => ottl::quoted(text),
        (_, other) => other.to_string(),
    }
}

fn sample(parameter: &Parameter) -> Value {
    match parameter.type_ {
        ParameterType::String => "sample".into(),
        ParameterType::Int | ParameterType::Number => Value::Number(Number::from(1)),
        ParameterType::Bool => true.into(),
        ParameterType::Duration => "1s".into(),
        ParameterType::Severity => "INFO".into(),
        ParameterType::Enum => parameter.values.first().cloned().unwrap_or_default().into(),
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_severity(text: &str) -> bool {
    let stem = text.strip_suffix(['2', '3', '4']).unwrap_or(text);
    matches!(stem, "TRACE" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "FATAL")
}

/// Whether Go reads the text as a duration: numbers with units, such as `1h30m` or `1.5s`.
pub(crate) fn is_duration(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let unit = ["ms", "us", "ns", "µs", "h", "m", "s"].into_iter().find(|unit| after.starts_with(unit));
        match unit {
            Some(unit) if number.parse::<f64>().is_ok() => rest = after.get(unit.len()..).unwrap_or_default(),
            _ => return false,
        }
    }
    !text.is_empty()
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.len() > 60 { format!("{}…", text.chars().take(60).collect::<String>()) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(text: &str, form: Option<Form>) -> Value {
        let values = Values::from([
            ("level", (ParameterType::Severity, json!("WARN"))),
            ("count", (ParameterType::Int, json!(7))),
            ("name", (ParameterType::String, json!("a\"b\\c"))),
            ("on", (ParameterType::Bool, json!(true))),
        ]);
        let mut value = json!(text);
        fill_in(&mut value, form, &values).unwrap();
        value
    }

    #[test]
    fn a_lone_reference_keeps_its_type() {
        assert_eq!(filled("{{count}}", None), json!(7));
        assert_eq!(filled("{{ on }}", None), json!(true));
        assert_eq!(filled("{{level}}", None), json!("WARN"));
        assert_eq!(filled("n-{{count}}", None), json!("n-7"));
        assert_eq!(filled("{{ .Values.x }}", None), json!("{{ .Values.x }}"));
    }

    #[test]
    fn inside_ottl_a_value_is_one_literal() {
        let ottl = |text| filled(text, Some(Form::Condition));
        assert_eq!(
            ottl("log.severity_number < {{level}}"),
            json!("log.severity_number < SEVERITY_NUMBER_WARN")
        );
        assert_eq!(ottl("log.body == {{name}}"), json!(r#"log.body == "a\"b\\c""#));
        assert_eq!(ottl(r#"log.body == "x {{name}} {{level}}""#), json!(r#"log.body == "x a\"b\\c WARN""#));
        assert_eq!(ottl(r#"log.body == "\"" and {{on}}"#), json!(r#"log.body == "\"" and true"#));
    }

    #[test]
    fn a_value_must_fit_its_type() {
        let parameter = |type_, values: &[&str]| Parameter {
            type_,
            default: None,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            help: None,
        };
        let fits = |type_, value: Value| fits(&parameter(type_, &["a", "b"]), &value).is_ok();
        assert!(
            fits(ParameterType::Severity, json!("ERROR3")) && !fits(ParameterType::Severity, json!("ERROR5"))
        );
        assert!(fits(ParameterType::Duration, json!("1m30s")) && !fits(ParameterType::Duration, json!("30")));
        assert!(fits(ParameterType::Int, json!(3)) && !fits(ParameterType::Int, json!(3.5)));
        assert!(fits(ParameterType::Enum, json!("b")) && !fits(ParameterType::Enum, json!("c")));
        assert!(!fits(ParameterType::Bool, json!("true")) && !fits(ParameterType::Number, json!("1")));
    }
}
