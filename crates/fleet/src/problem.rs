//! One thing that is wrong with what somebody wrote, said so that they can mend it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A fault in the repository or in a proposed change: which file, which field, why, and the other file of a conflict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// Repository path of the file; empty when the fault is not in one file.
    pub path: String,
    /// Field inside the file, dotted (`steps[2].settings.drop`); empty for the whole file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// What is wrong and what to do, as a sentence without a full stop.
    pub message: String,
    /// The other file of a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

impl Problem {
    /// A fault in one field of one file.
    pub fn new(path: impl fmt::Display, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.to_string(), field: field.into(), message: message.into(), other: None }
    }

    /// Names the other file of a conflict.
    #[must_use]
    pub fn with(mut self, other: impl fmt::Display) -> Self {
        self.other = Some(other.to_string());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)?;
        if let Some(other) = &self.other {
            write!(f, " (the other file is {other})")?;
        }
        Ok(())
    }
}
