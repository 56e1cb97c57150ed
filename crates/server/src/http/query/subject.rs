//! What a query asks of a collector, answered by the API's own form of it and by a short look that copies nothing.

use linkmesh_api::types::Collector;
use linkmesh_control::views::Glance;
use serde::Serialize;

/// Something that a query can be asked of.
pub(in crate::http) trait Subject {
    /// Whether its id, name, host or labels hold this text, which is in lower case.
    fn mentions(&self, word: &str) -> bool;

    /// The values of a field: none, one, or several of which any may match.
    fn values(&self, field: &str) -> Vec<String>;
}

fn has(text: &str, word: &str) -> bool {
    text.to_lowercase().contains(word)
}

fn word(value: impl Serialize) -> Vec<String> {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).into_iter().collect()
}

impl Subject for Collector {
    fn mentions(&self, word: &str) -> bool {
        has(&self.id, word)
            || has(&self.name, word)
            || self.host.as_deref().is_some_and(|host| has(host, word))
            || self.labels.iter().any(|(key, value)| has(key, word) || has(value, word))
    }

    fn values(&self, field: &str) -> Vec<String> {
        if let Some(key) = field.strip_prefix("label.") {
            return self.labels.get(key).cloned().into_iter().collect();
        }
        if let Some(key) = field.strip_prefix("reported.") {
            return self.reported.get(key).cloned().into_iter().collect();
        }
        match field {
            "id" => vec![self.id.clone()],
            "name" => vec![self.name.clone()],
            "host" => self.host.clone().into_iter().collect(),
            "version" => self.version.clone().into_iter().collect(),
            "uid" => self.uid.clone().into_iter().collect(),
            "group" => self.groups.clone(),
            "mode" => word(self.mode),
            "runtime" => word(self.runtime),
            "status" => word(self.status),
            "sync" => word(self.sync),
            "health" => word(self.health),
            "tier" => word(self.tier),
            _ => Vec::new(),
        }
    }
}

impl Subject for Glance<'_> {
    fn mentions(&self, word: &str) -> bool {
        has(self.id().as_str(), word)
            || has(self.name(), word)
            || self.host().is_some_and(|host| has(host, word))
            || self.labels().iter().any(|(key, value)| has(key, word) || has(value, word))
    }

    fn values(&self, field: &str) -> Vec<String> {
        if let Some(key) = field.strip_prefix("label.") {
            return self.labels().get(key).cloned().into_iter().collect();
        }
        if let Some(key) = field.strip_prefix("reported.") {
            return self.reported().get(key).cloned().into_iter().collect();
        }
        match field {
            "id" => vec![self.id().to_string()],
            "name" => vec![self.name().to_owned()],
            "host" => self.host().map(str::to_owned).into_iter().collect(),
            "version" => self.version().map(str::to_owned).into_iter().collect(),
            "uid" => self.uid().map(|uid| uid.to_string()).into_iter().collect(),
            "group" => self.groups().iter().map(ToString::to_string).collect(),
            "mode" => vec![self.mode().to_string()],
            "runtime" => vec![self.mode().runtime().to_string()],
            "status" => vec![self.status().to_string()],
            "sync" => vec![self.sync().to_string()],
            "health" => vec![self.health().to_string()],
            "tier" => vec!["standards".to_owned()],
            _ => Vec::new(),
        }
    }
}
