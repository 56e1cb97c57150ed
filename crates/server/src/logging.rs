//! Where log lines go: standard error, as text or as JSON, filtered. Standard output is for the lines that scripts read.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::settings::LogFormat;

/// Starts logging for this process. A second call changes nothing.
///
/// # Errors
/// The filter cannot be read.
pub fn start(filter: &str, format: LogFormat) -> Result<(), ParseError> {
    let filter: EnvFilter = filter.parse()?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => {
            use std::io::IsTerminal as _;
            builder.with_ansi(std::io::stderr().is_terminal()).try_init()
        }
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    // Somebody in the same process was first, as tests are.
    drop(started);
    Ok(())
}

/// Whether a text is a filter.
///
/// # Errors
/// Why it is none.
pub fn check(filter: &str) -> Result<(), ParseError> {
    filter.parse::<EnvFilter>().map(drop)
}
