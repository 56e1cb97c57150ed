//! Takes credentials out of texts that collectors report, before anybody keeps or shows them.
//! Heuristic by nature; what LinkMesh itself handed out is removed exactly. Start at [`redact_effective`].

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::secret::REDACTED;
use crate::yaml;

/// Keys whose values are credentials, whatever they hold.
static SECRET_KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "(^|[_.-])(password|passwd|passphrase|secret|secrets|token|tokens|bearer_token|credential|credentials|authorization|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|secret[_-]?key|sas[_-]?url|connection[_-]?string|cookie)$";
    Regex::new(&format!("(?i){words}|(?i)^x-.*(key|token|auth)$|(?i)key_pem$")).ok()
});

/// Values that are credentials, whatever their key: bearers, basic credentials, our own tokens, and passwords in URLs.
static SECRET_VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(bearer|basic)\s+[A-Za-z0-9+/=_.~-]{6,}|\blm(enr|col|sat|ses)_[A-Za-z0-9_-]{8,}|(?P<before>[a-z][a-z0-9+.-]*://)[^\s/@:]*:[^\s/@]+@",
    )
    .ok()
});

/// Redacts a configuration as a collector reports it. `known` are exact texts that must not survive.
#[must_use]
pub fn redact_effective(text: &str, known: &[&str]) -> String {
    match yaml::value(text) {
        Ok(mut value) if value.is_object() => {
            redact_value(&mut value, false, known);
            yaml::write(&value).unwrap_or_else(|_| redact_lines(text, known))
        }
        Ok(_) | Err(_) => redact_lines(text, known),
    }
}

fn redact_value(value: &mut Value, secret: bool, known: &[&str]) {
    match value {
        Value::Object(map) => {
            // `headers: [{name: authorization, value: …}]`: the key of the secret is itself a value.
            let named_secret = ["name", "key"]
                .iter()
                .any(|key| map.get(*key).and_then(Value::as_str).is_some_and(is_secret_key));
            for (key, value) in map.iter_mut() {
                let hides = is_secret_key(key) || (named_secret && key == "value");
                // A nested section is searched; only what it holds under a secret key is hidden whole.
                redact_value(value, hides && !value.is_object() || secret && !value.is_object(), known);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact_value(item, secret, known)),
        Value::String(text) if secret => {
            if !text.is_empty() && !crate::secret::Secret::is_env_reference(text) {
                REDACTED.clone_into(text);
            }
        }
        Value::String(text) => *text = redact_text(text, known),
        Value::Number(_) if secret => *value = Value::String(REDACTED.to_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text that is no YAML is redacted line by line.
fn redact_lines(text: &str, known: &[&str]) -> String {
    let line = |line: &str| match line.split_once(':') {
        Some((key, value))
            if is_secret_key(key.trim().trim_matches(['"', '\'', '-', ' '])) && !value.trim().is_empty() =>
        {
            format!("{key}: {REDACTED}")
        }
        _ => redact_text(line, known),
    };
    let mut redacted: String = text.lines().map(line).collect::<Vec<_>>().join("\n");
    redacted.push('\n');
    redacted
}

fn redact_text(text: &str, known: &[&str]) -> String {
    let mut redacted = text.to_owned();
    for secret in known.iter().filter(|secret| secret.len() >= 6) {
        redacted = redacted.replace(secret, REDACTED);
    }
    match SECRET_VALUE.as_ref() {
        Some(regex) => regex
            .replace_all(&redacted, |found: &regex::Captures<'_>| match found.name("before") {
                Some(scheme) => format!("{}{REDACTED}@", scheme.as_str()),
                None => REDACTED.to_owned(),
            })
            .into_owned(),
        None => REDACTED.to_owned(),
    }
}

fn is_secret_key(key: &str) -> bool {
    // Files are named, not shown: a path is no secret.
    SECRET_KEY.as_ref().is_none_or(|regex| regex.is_match(key)) && !key.ends_with("_file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_vanish_and_the_rest_stays() {
        let text = "
exporters:
  otlphttp/d: {endpoint: 'https://ana:hunter2@x/otlp', headers: {Authorization: 'Bearer abcdefgh', X-Scope: shop, x-api-key: k1}}
  kafka: {auth: {sasl: {username: u, password: p@ss}}, brokers: [b:9092]}
  file: {path: /var/x, key_file: /etc/key.pem}
  ref: {password: '${env:P}'}
service:
  telemetry:
    metrics:
      readers: [{periodic: {exporter: {otlp: {endpoint: 'http://s/v1/metrics', headers: [{name: Authorization, value: lmcol_00112233_1_xyzxyz}], other: exact-secret}}}}]
";
        let shown = redact_effective(text, &["exact-secret"]);
        for gone in ["hunter2", "abcdefgh", "k1", "p@ss", "lmcol_", "exact-secret"] {
            assert!(!shown.contains(gone), "{gone} in {shown}");
        }
        for kept in [
            "shop",
            "/etc/key.pem",
            "b:9092",
            "http://s/v1/metrics",
            "${env:P}",
            "https://[REDACTED]@x/otlp",
            "username: u",
        ] {
            assert!(shown.contains(kept), "{kept} not in {shown}");
        }
        assert_eq!(shown, redact_effective(&shown, &["exact-secret"]), "nothing more to take out");
    }

    #[test]
    fn a_text_that_is_no_yaml_is_redacted_by_lines() {
        let shown = redact_effective("password: hunter2\n  a: [\ntoken: x\nplain: Bearer abcdefghij\n", &[]);
        assert!(
            !shown.contains("hunter2") && !shown.contains("abcdefghij") && shown.contains("a: ["),
            "{shown}"
        );
    }
}
