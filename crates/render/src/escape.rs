//! Texts on their way into an otelcol configuration: `$` means something there, and secrets must mean nothing.
//! Start at [`escaped`] and [`Secrets`].

use std::collections::BTreeMap;

use linkmesh_fleet::secret::{Credentials, Secret};
use linkmesh_fleet::{Place, Problem};
use serde_json::Value;

use crate::OpenSecret;

const REFERENCE: &str = "{{credentials.";

/// The collector expands `${…}` everywhere and reads `$$` as `$`. References to the host's environment stay, all else is
/// meant as it stands.
///
/// # Errors
/// A text in which the collector would not expand a reference, because an escaped brace stands before it.
fn escape_text(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut literal_brace = false;
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        match from.find('}').and_then(|end| from.get(..=end)).filter(|part| Secret::is_env_reference(part)) {
            Some(_) if literal_brace => {
                return Err("`${…}` before an `${env:NAME}` keeps the collector from resolving it".to_owned());
            }
            Some(reference) => {
                out.push_str(reference);
                rest = from.get(reference.len()..).unwrap_or_default();
            }
            None => {
                literal_brace |= from.starts_with("${") && from.contains('}');
                out.push_str("$$");
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// A whole component configuration, with the secrets put in.
///
/// # Errors
/// As for a text; a credential that there is not.
pub(crate) fn escaped(value: Value, secrets: &Secrets) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => Value::String(secrets.put_in(escape_text(&secrets.named(text)?)?)),
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| escaped(item, secrets)).collect::<Result<_, _>>()?)
        }
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| Ok((key, escaped(value, secrets)?)))
                .collect::<Result<_, String>>()?,
        ),
        other => other,
    })
}

/// The opened credentials of one entity. Templates only see stand-ins, so that no filter can spoil a secret and no message
/// can quote one.
#[derive(Default)]
pub(crate) struct Secrets {
    /// What templates see, by field.
    pub(crate) stand_ins: BTreeMap<String, String>,
    clear: Vec<(String, String)>,
}

impl Secrets {
    /// Opens what is sealed.
    pub(crate) fn open(
        place: &Place,
        prefix: &str,
        credentials: &Credentials,
        open: OpenSecret<'_>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut secrets = Self::default();
        for (name, secret) in credentials {
            let field = format!("{prefix}.{name}");
            let clear = match secret {
                Secret::Env(reference) => {
                    secrets.stand_ins.insert(name.clone(), reference.clone());
                    continue;
                }
                Secret::Clear(text) => Ok(text.clone()),
                Secret::Sealed(sealed) => open(place, &field, sealed),
                Secret::Keep => Err("there is no stored value to keep".to_owned()),
            };
            match clear {
                Ok(clear) => {
                    // Private-use characters: nothing that a person types, and nothing that YAML or JSON would change.
                    let stand_in = format!("\u{f1e0}{}\u{f1e1}", secrets.clear.len());
                    secrets.stand_ins.insert(name.clone(), stand_in.clone());
                    secrets.clear.push((stand_in, clear.replace('$', "$$")));
                }
                Err(why) => problems.push(Problem::new(place, field, why)),
            }
        }
        secrets
    }

    /// Puts stand-ins where a configuration in its own words says `{{credentials.NAME}}`.
    fn named(&self, mut text: String) -> Result<String, String> {
        if text.contains(REFERENCE) {
            for (name, stand_in) in &self.stand_ins {
                text = text.replace(&format!("{REFERENCE}{name}}}}}"), stand_in);
            }
            if let Some((_, rest)) = text.split_once(REFERENCE) {
                let name: String = rest.chars().take_while(|c| *c != '}').take(60).collect();
                return Err(format!("there is no credential `{name}`"));
            }
        }
        Ok(text)
    }

    fn put_in(&self, mut text: String) -> String {
        if text.contains('\u{f1e0}') {
            for (stand_in, clear) in &self.clear {
                text = text.replace(stand_in, clear);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_environment_references_keep_their_dollar() {
        let escape = |text| escape_text(text).unwrap();
        assert_eq!(
            escape("${env:A_1}-$1-${file:/etc/passwd}-$$"),
            "${env:A_1}-$$1-$${file:/etc/passwd}-$$$$"
        );
        assert_eq!(escape("${env:A B}"), "$${env:A B}");
        assert_eq!(escape("${env:A"), "$${env:A");
        assert!(escape_text("${x} ${env:A}").is_err());
    }

    #[test]
    fn a_secret_is_never_read_as_anything_else() {
        let place: Place = "fleet/destinations/d.yaml".parse().unwrap();
        let credentials = Credentials::from([("password".into(), Secret::Sealed("v1:x".into()))]);
        let mut problems = Vec::new();
        let open =
            |_: &Place, field: &str, sealed: &str| Ok(format!("{field}|{sealed}|${{env:HOME}}|\"\n$$"));
        let secrets = Secrets::open(&place, "credentials", &credentials, &open, &mut problems);
        let value = Value::String(format!("Basic {}", secrets.stand_ins["password"]));
        assert_eq!(
            escaped(value, &secrets).unwrap(),
            "Basic credentials.password|v1:x|$${env:HOME}|\"\n$$$$"
        );
        assert!(problems.is_empty());
    }
}
