//! Which collectors a list shows, and in which order.
//! Start at [`CollectorQuery`].

use serde::{Deserialize, Serialize};

use super::collector::{Health, Mode, Runtime, Status, Sync};

/// Filters of `GET collectors`; several of them must all hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "schema", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct CollectorQuery {
    /// At most so many items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Only this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Only this sync badge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<Sync>,
    /// Only this health badge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Only this mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// Only with this label, written `key=value`; may be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub label: Vec<String>,
    /// Only in this group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// A query in the query language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only this program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runtime: Option<Runtime>,
    /// Only this version, as reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Only those older than the version that configurations are tested with, or only the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outdated: Option<bool>,
    /// `id`, `name`, `status`, `sync`, `health`, `version`, `last_seen_at` or `rate`; with `-` before it the other way round. What is
    /// unknown stands last. A cursor holds for the order that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// Those in the archive: left out when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", param(inline))]
    pub archived: Option<ArchivedFilter>,
}

impl CollectorQuery {
    /// Reads the decoded pairs of a query string, in which `label` may be repeated.
    ///
    /// # Errors
    /// A sentence that names the parameter that is unknown, repeated or has a wrong value.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let mut query = Self::default();
        for (key, value) in pairs {
            match key.as_str() {
                "label" => {
                    if !value.contains('=') {
                        return Err(format!("`label={value}` is not of the form label=key=value"));
                    }
                    query.label.push(value);
                }
                "limit" => {
                    let limit =
                        value.parse().map_err(|_| format!("`limit={value}` is not a positive number"))?;
                    once(&mut query.limit, &key, limit)?;
                }
                "cursor" => once(&mut query.cursor, &key, value)?,
                "group" => once(&mut query.group, &key, value)?,
                "q" => once(&mut query.q, &key, value)?,
                "status" => once(&mut query.status, &key, word(&key, value)?)?,
                "sync" => once(&mut query.sync, &key, word(&key, value)?)?,
                "health" => once(&mut query.health, &key, word(&key, value)?)?,
                "mode" => once(&mut query.mode, &key, word(&key, value)?)?,
                "runtime" => once(&mut query.runtime, &key, word(&key, value)?)?,
                "version" => once(&mut query.version, &key, value)?,
                "outdated" => {
                    let outdated =
                        value.parse().map_err(|_| format!("`outdated={value}` is neither true nor false"))?;
                    once(&mut query.outdated, &key, outdated)?;
                }
                "sort" => once(&mut query.sort, &key, value)?,
                "archived" => once(&mut query.archived, &key, word(&key, value)?)?,
                _ => {
                    return Err(format!(
                        "`{key}` is not a parameter of this list; known are limit, cursor, status, sync, health, mode, runtime, version, outdated, label, group, q, sort and archived"
                    ));
                }
            }
        }
        Ok(query)
    }
}

fn once<T>(slot: &mut Option<T>, key: &str, value: T) -> Result<(), String> {
    if slot.is_some() {
        return Err(format!("`{key}` is given twice"));
    }
    *slot = Some(value);
    Ok(())
}

fn word<T: serde::de::DeserializeOwned>(key: &str, value: String) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(value)).map_err(|e| format!("`{key}`: {e}"))
}

/// Which collectors a list shows, as to the archive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ArchivedFilter {
    /// Those that are not in it.
    #[default]
    #[serde(rename = "false")]
    No,
    /// Only those in it.
    #[serde(rename = "true")]
    Only,
    /// All.
    All,
}

impl ArchivedFilter {
    /// Whether a collector is shown.
    #[must_use]
    pub fn shows(self, archived: bool) -> bool {
        match self {
            Self::No => !archived,
            Self::Only => archived,
            Self::All => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &[(&str, &str)]) -> Vec<(String, String)> {
        text.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn labels_may_be_repeated_and_other_parameters_may_not() {
        let query = CollectorQuery::from_pairs(pairs(&[
            ("label", "env=prod"),
            ("label", "role=edge=1"),
            ("sync", "in_sync"),
            ("limit", "20"),
        ]))
        .unwrap();
        assert_eq!(query.label, ["env=prod", "role=edge=1"]);
        assert_eq!(query.sync, Some(Sync::InSync));
        assert_eq!(query.limit, Some(20));
        let twice = CollectorQuery::from_pairs(pairs(&[("q", "a"), ("q", "b")]));
        assert_eq!(twice, Err("`q` is given twice".to_owned()));
    }

    #[test]
    fn a_wrong_parameter_is_named() {
        for (given, named) in [
            (("order", "name"), "`order`"),
            (("outdated", "yes"), "`outdated=yes`"),
            (("limit", "-1"), "`limit=-1`"),
            (("health", "fine"), "`health`"),
            (("label", "env"), "`label=env`"),
        ] {
            let error = CollectorQuery::from_pairs(pairs(&[given])).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
