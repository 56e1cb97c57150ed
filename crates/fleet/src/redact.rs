//! Hides what must not be seen in a configuration that comes back from a host: collectors redact by guess and not always.
//! Errs on the side of hiding. Start at [`redact_effective`].

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Map, Value};

pub use crate::secret::REDACTED;
use crate::secret::Secret;
use crate::yaml;

/// Shortest known secret that is searched for in texts, in bytes: a shorter one would hide half of a file.
pub const KNOWN_SECRET_BYTES_MIN: usize = 4;
const DEPTH_MAX: usize = 64;

/// Redacts an effective configuration before it is kept or shown: header values, keys that speak of credentials, bearers,
/// passwords in URLs, our own tokens, and every occurrence of `known` secrets. References such as `${env:NAME}` stay. A text that is
/// not YAML is redacted line by line. Same text and secrets in, same text out.
#[must_use]
pub fn redact_effective(text: &str, known: &[&str]) -> String {
    let masked = match yaml::value(text) {
        Ok(value) if value.is_object() || value.is_array() => {
            yaml::write(&masked(&value, known, Hide::Patterns, DEPTH_MAX))
                .unwrap_or_else(|_| by_line(text, known))
        }
        _ => by_line(text, known),
    };
    // Whatever form a known secret took, it is not in what leaves here.
    without_known(&masked, known)
}

/// The same for a text of Alloy's syntax, by its lines.
#[must_use]
pub fn redact_lines(text: &str, known: &[&str]) -> String {
    without_known(&by_line(text, known), known)
}

/// The same for a plain value; a sealed credential keeps only that it is sealed.
#[must_use]
pub fn redact_value(value: &Value) -> Value {
    masked(value, &[], Hide::Patterns, DEPTH_MAX)
}

/// Whether a value under this key is a credential, whatever it looks like.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    let key = snake(key);
    let speaks = |words: &[&str]| words.iter().any(|word| key.contains(word));
    let about_a_secret =
        ["_file", "_path", "_url", "_name", "_type", "_id", "_field", "_endpoint", "_prefix"]
            .iter()
            .any(|end| key.ends_with(end));
    !about_a_secret
        && (speaks(&[
            "passw",
            "passphrase",
            "secret",
            "api_key",
            "apikey",
            "access_key",
            "private_key",
            "account_key",
            "encryption_key",
            "credential",
            "authorization",
            "cookie",
            "connection_string",
            "htpasswd",
            "key_pem",
            "sas_key",
            "license_key",
        ]) || key == "token"
            || key.ends_with("_token")
            || key == "bearer"
            || key == "dsn"
            || key == "pwd")
}

/// Hides credentials inside one text: bearers and the like, passwords in URLs, our own tokens, private keys.
#[must_use]
pub fn redact_text(text: &str) -> String {
    let text = SCHEME.replace_all(text, |found: &Captures<'_>| {
        let (scheme, credential) = (part(found, 1), part(found, 2));
        let shown = if Secret::is_env_reference(credential) { credential } else { REDACTED };
        format!("{scheme}{shown}")
    });
    let text = USERINFO.replace_all(&text, |found: &Captures<'_>| {
        let (start, password) = (part(found, 1), part(found, 2));
        let shown = if Secret::is_env_reference(password) { password } else { REDACTED };
        format!("{start}{shown}@")
    });
    let text = QUERY.replace_all(&text, |found: &Captures<'_>| {
        let (key, value) = (part(found, 1), part(found, 2));
        let shown = if Secret::is_env_reference(value) { value } else { REDACTED };
        format!("{key}{shown}")
    });
    PLAIN.replace_all(&text, REDACTED).into_owned()
}

/// How much of a subtree is hidden.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hide {
    /// What looks like a credential.
    Patterns,
    /// Every value.
    Everything,
}

fn masked(value: &Value, known: &[&str], hide: Hide, depth: usize) -> Value {
    let Some(below) = depth.checked_sub(1) else { return Value::String(REDACTED.to_owned()) };
    match value {
        Value::String(text) if text.is_empty() || Secret::is_env_reference(text) => value.clone(),
        Value::String(_) | Value::Number(_) if hide == Hide::Everything => Value::String(REDACTED.to_owned()),
        Value::String(text) => Value::String(without_known(&redact_text(text), known)),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| masked(item, known, hide, below)).collect())
        }
        Value::Object(map) if is_sealed(map) => {
            Value::Object(map.keys().map(|key| (key.clone(), Value::Bool(true))).collect())
        }
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| {
                let hidden = masked(value, known, hide_below(map, key, value, hide), below);
                (without_known(key, known), hidden)
            });
            Value::Object(pairs.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// What is hidden below one key of a mapping.
fn hide_below(map: &Map<String, Value>, key: &str, value: &Value, above: Hide) -> Hide {
    let name = map.get("name").and_then(Value::as_str);
    let nested = value.is_object() || value.is_array();
    let everything = match key {
        // Collectors print headers as a list of pairs; the names are no secret.
        "name" | "key" if above == Hide::Everything && map.contains_key("value") => false,
        _ if above == Hide::Everything => !key.ends_with("_file"),
        "headers" if nested => true,
        "credentials" | "htpasswd" => true,
        "value" => name.is_some_and(is_secret_key),
        // The id of an authenticator such as `bearertokenauth/x` names a component and not a credential.
        _ => !value.is_object() && is_secret_key(key),
    };
    if everything { Hide::Everything } else { Hide::Patterns }
}

fn is_sealed(map: &Map<String, Value>) -> bool {
    map.len() == 1 && map.contains_key("$sealed")
}

/// For texts that are no YAML: the same rules as far as lines show them. What is indented below a hidden key is hidden too.
fn by_line(text: &str, known: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden_below: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let indent = body.len() - body.trim_start().len();
        if hidden_below.is_some_and(|above| indent <= above && !body.trim().is_empty()) {
            hidden_below = None;
        }
        let found = KEYED.captures(body);
        let (start, key, value) =
            found.as_ref().map_or(("", "", body), |found| (part(found, 1), part(found, 2), part(found, 3)));
        let hides = is_secret_key(key) || matches!(key, "headers" | "htpasswd" | "credentials");
        let inside = hidden_below.is_some();
        // The names in a printed list of headers are no secret.
        let is_name = key == "name" && !value.is_empty();
        if (inside && !is_name) || (hides && !value.trim().is_empty()) {
            out.push_str(if found.is_some() { start } else { body.get(..indent).unwrap_or_default() });
            if !value.trim().is_empty() {
                out.push_str(if Secret::is_env_reference(value.trim().trim_matches(['"', '\''])) {
                    value
                } else {
                    REDACTED
                });
            }
        } else {
            out.push_str(&redact_text(body));
        }
        if hides && !inside {
            hidden_below = Some(indent);
        }
        out.push_str(line.get(body.len()..).unwrap_or_default());
    }
    without_known(&out, known)
}

fn without_known(text: &str, known: &[&str]) -> String {
    let mut known: Vec<&str> =
        known.iter().copied().filter(|secret| secret.len() >= KNOWN_SECRET_BYTES_MIN).collect();
    // The longest first, so that a secret inside another one leaves no rest of it.
    known.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    known.iter().fold(text.to_owned(), |text, secret| {
        if text.contains(secret) { text.replace(secret, REDACTED) } else { text }
    })
}

/// `apiKey`, `api-key` and `API_KEY` are one key.
fn snake(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    let mut lower = false;
    for c in key.chars() {
        if c.is_ascii_uppercase() && lower {
            snake.push('_');
        }
        lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        snake.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    snake
}

fn part<'a>(found: &Captures<'a>, at: usize) -> &'a str {
    found.get(at).map_or("", |part| part.as_str())
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern is valid")
}

/// An authorization scheme and what follows it.
static SCHEME: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i)\b((?:bearer|basic|apikey|splunk|negotiate|digest)\s+)(\$\{env:\w+\}|[^\s"',;\]}]{4,})"#)
});
/// A URL up to the password in it.
static USERINFO: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"([A-Za-z][A-Za-z0-9+.-]*://[^\s/@:"']*:)([^\s/@"']+)@"#));
/// A credential in a query.
static QUERY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i)([?&](?:token|access_token|api_?key|key|sig|signature|password|secret)=)([^&\s"']+)"#)
});
/// Credentials that show what they are.
static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)lm(?:enr|col|sat)_[A-Za-z0-9_-]+|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgl(?:c|sa)_[A-Za-z0-9+/=_-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
    )
});
/// A line `key: value`, also as an item of a list.
static KEYED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"^(\s*(?:-\s+)?["']?([A-Za-z0-9_.-]+)["']?\s*[:=]\s?)(.*)$"#));

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    /// As a supervisor composes it before its collector has reported: nothing in it is redacted.
    const MERGED: &str = r#"
exporters:
  otlphttp/loki:
    endpoint: https://shop:s3cr3t-in-url@loki.example.com/otlp
    headers:
      Authorization: Bearer abc.def.ghi
      X-Scope-OrgID: tenant-1
  otlphttp/cloud:
    endpoint: ${env:CLOUD_URL}
    headers:
      - name: api-key
        value: k-1234567890
  awss3/a:
    s3uploader: {region: eu-west-1, access_key: AKIAABCDEFGHIJKLMNOP}
extensions:
  basicauth/loki:
    client_auth: {username: shop, password: hunter2, password_file: /etc/pw}
  bearertokenauth/x: {scheme: Bearer, token: t0ken-value, filename: /etc/token}
  basicauth/in:
    htpasswd: {inline: "anna:$2y$abc", file: ""}
receivers:
  otlp/app: {protocols: {grpc: {endpoint: 0.0.0.0:4317, auth: {authenticator: bearertokenauth/x}}}}
service:
  extensions: [basicauth/loki, bearertokenauth/x]
  telemetry:
    metrics:
      readers:
        - periodic:
            exporter:
              otlp:
                protocol: http/protobuf
                endpoint: http://linkmesh.example.com/v1/metrics
                headers: {"Authorization": "Bearer lmcol_Zm9vYmFyYmF6"}
"#;
    const SECRETS: [&str; 9] = [
        "s3cr3t-in-url",
        "abc.def.ghi",
        "tenant-1",
        "k-1234567890",
        "AKIAABCDEFGHIJKLMNOP",
        "hunter2",
        "t0ken-value",
        "$2y$abc",
        "lmcol_",
    ];

    #[test]
    fn a_merged_configuration_keeps_its_structure_and_loses_its_secrets() {
        let shown = redact_effective(MERGED, &[]);
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{secret} in\n{shown}");
        }
        let shown = yaml::value(&shown).unwrap();
        let at = |path: &str| shown.pointer(path).cloned().unwrap_or_default();
        assert_eq!(at("/exporters/otlphttp~1loki/endpoint"), "https://shop:[REDACTED]@loki.example.com/otlp");
        assert_eq!(at("/exporters/otlphttp~1cloud/endpoint"), "${env:CLOUD_URL}");
        assert_eq!(at("/exporters/otlphttp~1cloud/headers/0/name"), "api-key");
        assert_eq!(at("/exporters/awss3~1a/s3uploader/region"), "eu-west-1");
        assert_eq!(at("/extensions/basicauth~1loki/client_auth/username"), "shop");
        assert_eq!(at("/extensions/basicauth~1loki/client_auth/password_file"), "/etc/pw");
        assert_eq!(at("/extensions/bearertokenauth~1x/filename"), "/etc/token");
        assert_eq!(at("/receivers/otlp~1app/protocols/grpc/auth/authenticator"), "bearertokenauth/x");
        assert_eq!(at("/service/extensions/1"), "bearertokenauth/x");
        let reader = "/service/telemetry/metrics/readers/0/periodic/exporter/otlp";
        assert_eq!(at(&format!("{reader}/endpoint")), "http://linkmesh.example.com/v1/metrics");
        assert_eq!(at(&format!("{reader}/headers/Authorization")), REDACTED);
    }

    #[test]
    fn a_text_that_is_no_yaml_loses_the_same_secrets() {
        // A tab makes it unreadable; so does an anchor, which is refused.
        for broken in [format!("{MERGED}\n\t- x: [\n"), format!("anchor: &a 1\nother: *a\n{MERGED}")] {
            assert!(yaml::value(&broken).is_err());
            let shown = redact_effective(&broken, &[]);
            for secret in
                ["s3cr3t-in-url", "abc.def.ghi", "tenant-1", "k-1234567890", "lmcol_", "AKIAABCDEFGHIJKLMNOP"]
            {
                assert!(!shown.contains(secret), "{secret} in\n{shown}");
            }
            assert!(shown.contains("linkmesh.example.com/v1/metrics"), "{shown}");
            assert_eq!(shown.lines().count(), broken.lines().count());
        }
        let block = "client_auth:\n  password: |\n    line one\n    line two\n  username: shop\n\t";
        let shown = redact_effective(block, &[]);
        assert!(!shown.contains("line one") && !shown.contains("line two"), "{shown}");
        assert!(shown.contains("username: shop"), "{shown}");
    }

    #[test]
    fn a_known_secret_is_hidden_wherever_it_stands() {
        let text = "a: prefix-topsecret-suffix\ntopsecret: [x, topsecret]\nb: topsecretlonger\n";
        let shown = redact_effective(text, &["topsecret", "topsecretlonger", ""]);
        assert!(!shown.contains("topsecret") && !shown.contains("longer"), "{shown}");
        assert!(shown.contains("prefix-[REDACTED]-suffix"), "{shown}");
    }

    #[test]
    fn references_stay_readable() {
        let text = "exporters:\n  otlp/x:\n    headers:\n      authorization: Bearer ${env:TOKEN}\n      other: ${env:OTHER}\n    password: ${env:PW}\n";
        let shown = redact_effective(text, &[]);
        assert!(shown.contains("${env:OTHER}") && shown.contains("password: ${env:PW}"), "{shown}");
        assert_eq!(redact_text("Bearer ${env:TOKEN}"), "Bearer ${env:TOKEN}");
        assert_eq!(redact_text("https://u:${env:PW}@host/"), "https://u:${env:PW}@host/");
    }

    #[test]
    fn names_of_secrets_are_told_from_names_of_files_and_ids() {
        for secret in [
            "password",
            "apiKey",
            "api-key",
            "client_secret",
            "auth_token",
            "token",
            "private_key",
            "Authorization",
        ] {
            assert!(is_secret_key(secret), "{secret}");
        }
        for plain in
            ["password_file", "token_url", "client_id", "authenticator", "tokenizer", "key", "secret_name"]
        {
            assert!(!is_secret_key(plain), "{plain}");
        }
    }

    #[test]
    fn a_sealed_credential_keeps_only_that_it_is_sealed() {
        let shown = redact_value(&json!({"credentials": {"password": {"$sealed": "v1:abc"}, "b": "clear"}}));
        assert_eq!(shown, json!({"credentials": {"password": {"$sealed": true}, "b": REDACTED}}));
    }

    proptest! {
        #[test]
        fn no_known_secret_survives_in_any_text(
            head in ".{0,40}", tail in "(?s).{0,40}", secret in "[a-zA-Z0-9_=-]{8,20}", indent in 0usize..6,
        ) {
            prop_assume!(!REDACTED.contains(&secret));
            let text = format!("{head}\n{}key: {secret}\n{tail}{secret}", " ".repeat(indent));
            let shown = redact_effective(&text, &[&secret]);
            prop_assert!(!shown.contains(&secret), "{}", shown);
            prop_assert_eq!(shown, redact_effective(&text, &[&secret]));
        }
    }
}
