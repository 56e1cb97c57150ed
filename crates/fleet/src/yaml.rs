//! The one way YAML is read and written: strict enough that a value means here what it means to a collector.
//! Reads untrusted text within a budget; writes canonical text. Start at [`read`].

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

use crate::problem::Problem;

pub mod edit;

/// Largest YAML text that is read, in bytes.
pub const YAML_BYTES_MAX: usize = 1024 * 1024;
/// Deepest nesting that is read.
pub const YAML_DEPTH_MAX: usize = 64;
const YAML_NODES_MAX: usize = 100_000;

/// A text that is no YAML, or YAML that we refuse (aliases, duplicate keys, too deep, too large).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadYaml(String);

/// Reads any YAML into a plain value. `yes` and `on` stay words and `0644` is octal, as collectors read them; anchors and
/// aliases are refused, because a file here is read by people.
///
/// # Errors
/// The text is not YAML or exceeds a limit; the message names line and column.
pub fn value(text: &str) -> Result<Value, BadYaml> {
    if text.len() > YAML_BYTES_MAX {
        return Err(BadYaml(format!("the file has {} bytes, at most {YAML_BYTES_MAX} are read", text.len())));
    }
    let budget = serde_saphyr::budget! {
        max_aliases: 0,
        max_anchors: 0,
        max_depth: YAML_DEPTH_MAX,
        max_documents: 1,
        max_nodes: YAML_NODES_MAX,
        max_events: 4 * YAML_NODES_MAX,
    };
    let options = serde_saphyr::options! {
        budget: budget,
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        strict_booleans: true,
        legacy_octal_numbers: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options::<Value>(text, options)
        .map_err(|cause| BadYaml(one_line(&cause.to_string())))
}

/// Reads the YAML text of one entity.
///
/// # Errors
/// One [`Problem`] with the field, the reason, and for an unknown key the nearest known one.
pub fn read<T: DeserializeOwned>(path: &str, text: &str) -> Result<T, Problem> {
    let value =
        value(text).map_err(|cause| Problem::new(path, "", format!("not readable as YAML: {cause}")))?;
    from_value(path, value)
}

/// Turns a plain value (from YAML or JSON) into one entity.
///
/// # Errors
/// As [`read`].
pub fn from_value<T: DeserializeOwned>(path: &str, value: Value) -> Result<T, Problem> {
    if !value.is_object() {
        return Err(Problem::new(
            path,
            "",
            "the file holds no mapping; write the entity's keys, such as `type:`",
        ));
    }
    serde_path_to_error::deserialize(value).map_err(|cause| {
        let field = cause.path().to_string();
        let field = if field == "." { String::new() } else { field };
        Problem::new(path, field, with_nearest(&cause.inner().to_string()))
    })
}

/// Canonical YAML: keys of a struct in their order, of a map sorted, two spaces, no anchors.
///
/// # Errors
/// Only for a value that YAML cannot hold; the entity types have none.
pub fn write<T: Serialize>(entity: &T) -> Result<String, BadYaml> {
    let options = serde_saphyr::ser_options! { indent_step: 2, prefer_block_scalars: false };
    let mut text =
        serde_saphyr::to_string_with_options(entity, options).map_err(|cause| BadYaml(cause.to_string()))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

/// Adds the nearest known name to serde's words about an unknown one.
fn with_nearest(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let (Some(wrong), true) = (quoted.next(), message.starts_with("unknown ")) else {
        return message.to_owned();
    };
    match nearest(wrong, quoted) {
        Some(known) => format!("{message}; did you mean `{known}`?"),
        None => message.to_owned(),
    }
}

/// The known name that is most like `wrong`, if any is like it at all.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong: String = wrong.chars().take(64).collect();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 3)
        .min()
        .map(|(_, name)| name)
}

fn one_line(text: &str) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() > 400 {
        line = line.chars().take(400).collect();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn scalars_mean_what_they_mean_to_a_collector() {
        let read =
            value("{a: yes, b: 0644, c: true, d: .inf, e: '0644', f: '${env:X}', g: 30s, h: n}").unwrap();
        assert_eq!(
            read,
            json!({"a": "yes", "b": 420, "c": true, "d": ".inf", "e": "0644", "f": "${env:X}", "g": "30s", "h": "n"})
        );
    }

    #[test]
    fn hostile_yaml_is_refused_with_a_reason() {
        for bad in ["a: &x 1\nb: *x", "a: 1\na: 2", "{a: 1", "<<: {a: 1}", "a: 1\n---\nb: 2"] {
            assert!(value(bad).is_err(), "{bad:?} gave {:?}", value(bad));
        }
        assert!(value(&"[".repeat(20_000)).is_err());
        assert!(value(&"x".repeat(YAML_BYTES_MAX + 1)).is_err());
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        let tricky = json!({"a": "yes", "b": "0644", "c": "1e3", "d": null, "e": [], "f": {}, "g": "a: b # c", "h": "line\nline\n",
            "i": "true", "j": "~", "k": " lead", "l": "${env:X}", "m": "'", "n": "\"", "o": "=", "p": 1.5, "q": -3, "r": "-", "s": "08", "t": "1_000"});
        assert_eq!(value(&write(&tricky).unwrap()).unwrap(), tricky);
    }
}
