//! Texts on their way into a configuration: `${env:NAME}` refers to the host's environment, all else is meant as it stands,
//! and secrets must mean nothing. Start at [`escaped`] and [`Secrets`].

use std::collections::BTreeMap;

use linkmesh_fleet::secret::{Credentials, Secret};
use linkmesh_fleet::{Place, Problem, Runtime};
use serde_json::Value;

use crate::OpenSecret;
use crate::alloy;

const REFERENCE: &str = "{{credentials.";

/// Private-use characters around the name of a variable whose value stands inside an OTTL literal: nothing that a person types.
const IN_OTTL: [char; 2] = ['\u{f1e2}', '\u{f1e3}'];

/// An OTTL literal that holds a variable of the environment, where the text is a reference to one. Only for Alloy.
pub(crate) fn in_ottl(text: &str) -> Option<String> {
    let name = text.strip_prefix("${env:")?.strip_suffix('}').filter(|_| Secret::is_env_reference(text))?;
    let [start, end] = IN_OTTL;
    Some(format!("\"{start}{name}{end}\""))
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Meant as it stands.
    Literal(&'a str),
    /// The name of a variable of the host's environment.
    Env(&'a str),
    /// The same, inside an OTTL literal.
    InOttl(&'a str),
}

/// Cuts a text at its references.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut rest, mut searched) = (text, 0);
    while let Some(at) = rest.get(searched..).and_then(|tail| tail.find('$')).map(|at| at + searched) {
        let (before, from) = rest.split_at(at);
        let reference =
            from.find('}').and_then(|end| from.get(..=end)).filter(|part| Secret::is_env_reference(part));
        let Some(reference) = reference else {
            searched = at + 1;
            continue;
        };
        if !before.is_empty() {
            parts.push(Part::Literal(before));
        }
        parts.push(Part::Env(reference.trim_start_matches("${env:").trim_end_matches('}')));
        (rest, searched) = (from.get(reference.len()..).unwrap_or_default(), 0);
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    parts
}

fn in_ottl_parts(part: Part<'_>) -> Vec<Part<'_>> {
    let Part::Literal(text) = part else { return vec![part] };
    let mut parts = Vec::new();
    for (index, piece) in text.split(IN_OTTL).enumerate() {
        if index % 2 == 1 {
            parts.push(Part::InOttl(piece));
        } else if !piece.is_empty() {
            parts.push(Part::Literal(piece));
        }
    }
    parts
}

/// The collector expands `${…}` everywhere and reads `$$` as `$`.
///
/// # Errors
/// A text in which the collector would not expand a reference, because an escaped brace stands before it.
fn for_otelcol(text: &str, secrets: &Secrets) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut literal_brace = false;
    for part in parts(text) {
        match part {
            Part::Env(_) if literal_brace => {
                return Err("`${…}` before an `${env:NAME}` keeps the collector from resolving it".to_owned());
            }
            Part::Env(name) | Part::InOttl(name) => out.push_str(&format!("${{env:{name}}}")),
            Part::Literal(literal) => {
                let literal = secrets.put_in(literal.to_owned());
                // A brace that is opened here may be closed behind the reference.
                literal_brace |= literal.contains("${");
                out.push_str(&literal.replace('$', "$$"));
            }
        }
    }
    Ok(out)
}

/// Alloy has expressions; a text without a reference stays a text.
fn for_alloy(text: &str, secrets: &Secrets) -> Value {
    let parts: Vec<Part<'_>> = parts(text).into_iter().flat_map(in_ottl_parts).collect();
    if parts.iter().all(|part| matches!(part, Part::Literal(_))) {
        return Value::String(secrets.put_in(text.to_owned()));
    }
    let terms = parts.into_iter().map(|part| match part {
        Part::Literal(literal) => alloy::quoted(&secrets.put_in(literal.to_owned())),
        Part::Env(name) => alloy::env(name),
        Part::InOttl(name) => alloy::env_in_ottl(name),
    });
    alloy::expression(&terms.collect::<Vec<_>>().join(" + "))
}

/// A whole component configuration, with the secrets put in.
///
/// # Errors
/// As for a text; a credential that there is not.
pub(crate) fn escaped(runtime: Runtime, value: Value, secrets: &Secrets) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => {
            let text = secrets.named(text)?;
            match runtime {
                Runtime::Otelcol => Value::String(for_otelcol(&text, secrets)?),
                Runtime::Alloy => for_alloy(&text, secrets),
            }
        }
        Value::Array(items) => Value::Array(
            items.into_iter().map(|item| escaped(runtime, item, secrets)).collect::<Result<_, _>>()?,
        ),
        Value::Object(map) if runtime == Runtime::Alloy && alloy::is_expression(&map) => {
            // What an expression means would change with what is put into it.
            if map.values().any(|text| text.as_str().is_some_and(|text| text.contains("{{"))) {
                return Err("nothing is put into an expression; give the credential or parameter as a value of its own".to_owned());
            }
            Value::Object(map)
        }
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, value)| Ok((key, escaped(runtime, value, secrets)?)))
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
                    secrets.clear.push((stand_in, clear));
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
        let escape = |text| for_otelcol(text, &Secrets::default()).unwrap();
        assert_eq!(
            escape("${env:A_1}-$1-${file:/etc/passwd}-$$"),
            "${env:A_1}-$$1-$${file:/etc/passwd}-$$$$"
        );
        assert_eq!(escape("${env:A B}"), "$${env:A B}");
        assert_eq!(escape("${env:A"), "$${env:A");
        assert!(for_otelcol("${x} ${env:A}", &Secrets::default()).is_err());
    }

    #[test]
    fn a_reference_is_an_expression_of_alloy() {
        let alloy = |text| for_alloy(text, &Secrets::default());
        assert_eq!(alloy("a $1 ${file:x} \"$$"), Value::from("a $1 ${file:x} \"$$"));
        assert_eq!(alloy("${env:A_1}"), alloy::expression("sys.env(\"A_1\")"));
        assert_eq!(
            alloy("a\"${env:B}$${env:C}"),
            alloy::expression(r#""a\"" + sys.env("B") + "$" + sys.env("C")"#)
        );
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
            escaped(Runtime::Otelcol, value, &secrets).unwrap(),
            "Basic credentials.password|v1:x|$${env:HOME}|\"\n$$$$"
        );
        let value = Value::String(format!("Basic {}", secrets.stand_ins["password"]));
        assert_eq!(
            escaped(Runtime::Alloy, value, &secrets).unwrap(),
            "Basic credentials.password|v1:x|${env:HOME}|\"\n$$"
        );
        assert!(problems.is_empty());
    }
}
