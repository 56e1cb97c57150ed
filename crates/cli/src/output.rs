//! How answers are written: tables, JSON, YAML, names, differences.
//! What a host says about itself never reaches the terminal as control characters. Start at [`Screen`].

pub(crate) mod numbers;
pub(crate) mod table;

use std::io::{IsTerminal as _, Write};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use linkmesh_api::types::{FileDiff, Warning};
use serde::Serialize;

use crate::args::Format;

/// Where a command writes, and what it knows about the reader.
pub(crate) struct Screen<'a> {
    out: &'a mut dyn Write,
    color: bool,
    /// The time that ages are counted to.
    pub(crate) now: Timestamp,
}

impl<'a> Screen<'a> {
    /// Standard output; colored on a terminal unless `NO_COLOR` is set.
    pub(crate) fn standard(out: &'a mut dyn Write) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let color = std::io::stdout().is_terminal() && !plain;
        Self { out, color, now: Timestamp::now() }
    }

    /// A screen without color at a fixed time.
    #[cfg(test)]
    pub(crate) fn plain(out: &'a mut dyn Write, now: Timestamp) -> Self {
        Self { out, color: false, now }
    }

    /// One line, control characters made visible.
    pub(crate) fn line(&mut self, text: &str) -> Result<()> {
        Ok(writeln!(self.out, "{}", visible(text))?)
    }

    /// Exactly these bytes, for output that a program reads.
    pub(crate) fn raw(&mut self, text: &str) -> Result<()> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// What was written so far becomes visible.
    pub(crate) fn flush(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }

    /// Writes `value` as JSON or YAML and answers true; answers false for the other formats.
    pub(crate) fn document(&mut self, format: Format, value: &impl Serialize) -> Result<bool> {
        match format {
            Format::Json => {
                let text = serde_json::to_string_pretty(value).context("writing JSON")?;
                self.raw(&format!("{text}\n"))?;
            }
            Format::Yaml => {
                let text = serde_saphyr::to_string(value).context("writing YAML")?;
                self.raw(&text)?;
                if !text.ends_with('\n') {
                    self.raw("\n")?;
                }
            }
            Format::Table | Format::Wide | Format::Name => return Ok(false),
        }
        Ok(true)
    }

    /// A unified difference; the signs stay, color only repeats them.
    pub(crate) fn diff(&mut self, text: &str) -> Result<()> {
        for line in text.lines() {
            let line = visible(line);
            let code = match line.as_bytes().first() {
                Some(b'+') => "32",
                Some(b'-') => "31",
                Some(b'@') => "36",
                _ => "",
            };
            if self.color && !code.is_empty() {
                writeln!(self.out, "\x1b[{code}m{line}\x1b[0m")?;
            } else {
                writeln!(self.out, "{line}")?;
            }
        }
        Ok(())
    }

    /// Files that change, each with its letter and its difference.
    pub(crate) fn files(&mut self, files: &[FileDiff]) -> Result<()> {
        for file in files {
            self.line(&format!("{} {}", file.letter(), file.path))?;
            self.diff(&file.diff)?;
        }
        Ok(())
    }
}

/// Warnings go to standard error, so that they never mix with an answer.
pub(crate) fn warn(warnings: &[Warning]) {
    for warning in warnings {
        let place = if warning.path.is_empty() { String::new() } else { format!("{}: ", warning.path) };
        note(&format!("warning: {place}{}", warning.message));
    }
}

/// A line for the person, not for the answer.
pub(crate) fn note(text: &str) {
    // Nobody reads it, nothing is lost.
    let _closed = writeln!(std::io::stderr(), "{}", visible(text));
}

/// Control characters, which could move the cursor or hide text, as escapes.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let hides = c.is_control() && c != '\t';
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if hides || turns {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_cannot_write_to_the_terminal() {
        assert_eq!(visible("web\x1b[2J\u{202e}01"), "web\\u{1b}[2J\\u{202e}01");
        assert_eq!(visible("größe\t1"), "größe\t1");
    }

    #[test]
    fn a_difference_reads_the_same_without_color() {
        let now = Timestamp::UNIX_EPOCH;
        let diff = "@@ -1 +1 @@\n-a\n+b\n c\n";
        let mut plain = Vec::new();
        Screen::plain(&mut plain, now).diff(diff).unwrap();
        let mut colored = Vec::new();
        Screen { out: &mut colored, color: true, now }.diff(diff).unwrap();
        assert_eq!(String::from_utf8(plain).unwrap(), diff);
        let colored = String::from_utf8(colored).unwrap();
        assert!(colored.contains("\x1b[31m-a\x1b[0m") && colored.contains("\n c\n"), "{colored}");
    }

    #[test]
    fn yaml_keeps_words_that_look_like_other_values_as_words() {
        let mut out = Vec::new();
        let value = serde_json::json!({"a": "yes", "b": "0644", "c": null});
        assert!(Screen::plain(&mut out, Timestamp::UNIX_EPOCH).document(Format::Yaml, &value).unwrap());
        let text = String::from_utf8(out).unwrap();
        let back: serde_json::Value =
            serde_saphyr::from_str_with_options(&text, crate::entity_files::yaml_options()).unwrap();
        assert_eq!(back, value, "{text}");
    }
}
