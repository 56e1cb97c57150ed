//! When two scalars mean the same to a collector. Knows nothing of where they stand but the last key.

use serde_json::{Number, Value};

/// What a comparison of two scalars says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Same,
    Different,
    /// The value is resolved on the host or hidden by the collector.
    Unknown,
}

/// Compares a desired scalar with what is printed in its place.
pub(super) fn compare(key: &str, desired: &Value, effective: &Value) -> Verdict {
    // A supervisor that has no word from its collector yet reports what it composed, unexpanded.
    if effective == desired {
        return Verdict::Same;
    }
    let expanded = match desired {
        Value::String(text) => expanded(text).map(Value::String),
        other => Some(other.clone()),
    };
    let Some(desired) = expanded else { return Verdict::Unknown };
    if same(key, &desired, effective) {
        return Verdict::Same;
    }
    match (&desired, effective) {
        (_, Value::String(text)) if is_hidden(text) => Verdict::Unknown,
        // Some types print a word as the number that stands for it inside.
        (Value::String(word), Value::Number(_)) if is_word(word) => Verdict::Unknown,
        _ => Verdict::Different,
    }
}

fn same(key: &str, desired: &Value, effective: &Value) -> bool {
    desired == effective
        || (is_zero(desired) && is_zero(effective))
        || match (desired, effective) {
            (Value::Number(a), Value::Number(b)) => numbers_agree(a, b),
            (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
                text_is_number(text, number)
            }
            (Value::Bool(yes), Value::String(text)) | (Value::String(text), Value::Bool(yes)) => {
                text.eq_ignore_ascii_case(if *yes { "true" } else { "false" })
            }
            (Value::String(a), Value::String(b)) => texts_agree(key, a, b),
            _ => false,
        }
}

fn is_word(text: &str) -> bool {
    text.parse::<f64>().is_err() && duration_ns(text).is_none()
}

/// Whether an absent value means the same: collectors do not print all of their zeros.
pub(super) fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(yes) => !yes,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || duration_ns(text) == Some(0.0),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_zero),
    }
}

/// Whether a collector hides the value, or prints a reference instead of it.
pub(super) fn is_hidden(text: &str) -> bool {
    text.contains("[REDACTED]") || text == "<secret>" || text.contains("${")
}

/// A component id in its oldest spelling: `otlp_http/x`, `otlphttp/x` are one, so are `file_log` and `filelog`.
pub(super) fn canonical_id(id: &str) -> String {
    let (kind, name) = id.split_once('/').map_or((id, None), |(kind, name)| (kind, Some(name)));
    let mut kind: String = kind.chars().filter(|c| *c != '_').collect();
    if kind == "otlpgrpc" {
        "otlp".clone_into(&mut kind);
    }
    match name {
        Some(name) => format!("{kind}/{name}"),
        None => kind,
    }
}

/// The text as the collector sees it, `$$` being one `$`; nothing where it holds a reference.
fn expanded(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('$', Some('$')) => {
                chars.next();
                out.push('$');
            }
            ('$', Some('{')) => return None,
            _ => out.push(c),
        }
    }
    Some(out)
}

fn numbers_agree(a: &Number, b: &Number) -> bool {
    match (a.as_i64(), b.as_i64(), a.as_f64(), b.as_f64()) {
        (Some(a), Some(b), _, _) => a == b,
        (_, _, Some(a), Some(b)) => close(a, b),
        _ => false,
    }
}

fn text_is_number(text: &str, number: &Number) -> bool {
    let Some(number) = number.as_f64() else { return false };
    // A bare number where a duration stands is nanoseconds.
    text.parse::<f64>().is_ok_and(|text| close(text, number))
        || duration_ns(text).is_some_and(|text| close(text, number))
}

fn texts_agree(key: &str, a: &str, b: &str) -> bool {
    if matches!(key, "verbosity" | "level") && a.eq_ignore_ascii_case(b) {
        return true;
    }
    if let (Some(a), Some(b)) = (duration_ns(a), duration_ns(b)) {
        return close(a, b);
    }
    if let (Ok(a), Ok(b)) = (a.parse::<f64>(), b.parse::<f64>()) {
        return close(a, b);
    }
    looks_like_id(a) && looks_like_id(b) && canonical_id(a) == canonical_id(b)
}

/// A component id with one of the types that have two spellings stands in settings too, as in `storage: file_storage/x`.
fn looks_like_id(text: &str) -> bool {
    let Some((kind, _)) = text.split_once('/') else { return false };
    !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= f64::EPSILON * a.abs().max(b.abs())
}

/// A duration as Go reads it: `1h15m30.5s`, in nanoseconds. Needs a unit; a bare `0` is one too.
pub(super) fn duration_ns(text: &str) -> Option<f64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0.0);
    }
    if rest.is_empty() || rest.len() > 64 {
        return None;
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|at| *at > 0)?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(end)?;
        let unit_ns = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * unit_ns;
        rest = tail;
    }
    Some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn verdict(desired: Value, effective: Value) -> Verdict {
        compare("x", &desired, &effective)
    }

    #[test]
    fn what_means_the_same_is_the_same() {
        for (desired, effective) in [
            (json!("60s"), json!("1m0s")),
            (json!("1h30m"), json!("90m")),
            (json!("0.2s"), json!("200ms")),
            (json!("5s"), json!(5_000_000_000_u64)),
            (json!(0), json!("0s")),
            (json!(10), json!(10.0)),
            (json!("10"), json!(10)),
            (json!(15.5), json!("15.5")),
            (json!("true"), json!(true)),
            (json!(false), json!("false")),
            (json!(null), json!("")),
            (json!("a$$b"), json!("a$b")),
            (json!("a$$b"), json!("a$$b")),
            (json!("file_storage/x"), json!("filestorage/x")),
            (json!("otlp_grpc/x"), json!("otlp/x")),
        ] {
            assert_eq!(verdict(desired.clone(), effective.clone()), Verdict::Same, "{desired} {effective}");
        }
        assert_eq!(compare("verbosity", &json!("detailed"), &json!("Detailed")), Verdict::Same);
    }

    #[test]
    fn what_means_something_else_differs() {
        for (desired, effective) in [
            (json!("60s"), json!("1m1s")),
            (json!(1), json!(2)),
            (json!("1"), json!("2")),
            (json!("a"), json!("A")),
            (json!("a_b"), json!("ab")),
            (json!(true), json!(false)),
            (json!(true), json!(null)),
            (json!("x"), json!(null)),
            (json!("30s"), json!("30")),
            (json!("/var/log/a_b"), json!("/var/log/ab")),
        ] {
            assert_eq!(
                verdict(desired.clone(), effective.clone()),
                Verdict::Different,
                "{desired} {effective}"
            );
        }
    }

    #[test]
    fn what_is_resolved_on_the_host_or_hidden_is_unknown() {
        assert_eq!(verdict(json!("${env:X}"), json!("abc")), Verdict::Unknown);
        assert_eq!(verdict(json!("http://${env:X}:1"), json!("http://a:1")), Verdict::Unknown);
        assert_eq!(verdict(json!("secret"), json!("[REDACTED]")), Verdict::Unknown);
        assert_eq!(verdict(json!("drop"), json!(2)), Verdict::Unknown);
        assert_eq!(verdict(json!("$${env:X}"), json!("${env:X}")), Verdict::Same);
        assert_eq!(verdict(json!("$${env:X}"), json!("other")), Verdict::Different);
        assert_eq!(verdict(json!("5s"), json!(2)), Verdict::Different);
    }

    #[test]
    fn a_text_is_a_duration_only_as_go_reads_it() {
        assert_eq!(duration_ns("1h0m0.5s"), Some(3_600_500_000_000.0));
        assert_eq!(duration_ns("-5ms"), Some(-5e6));
        for bad in ["", "5", "s", "5 s", "5d", "1.2.3s", "5sx", &"9".repeat(99)] {
            assert_eq!(duration_ns(bad), None, "{bad}");
        }
    }
}
