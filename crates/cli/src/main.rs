//! `linkmesh`: the control plane in a terminal, nouns and verbs over the REST API.
//! Knows only the API; decides nothing that the server decides. Start at [`commands::run`].

mod args;
mod commands;
mod config_file;
mod connect;
mod entity_files;
mod output;
mod progress;

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::Arguments;
use crate::commands::Outcome;

/// Something did not work; also wrong usage, because 2 has a meaning of its own.
const FAILURE: u8 = 1;
/// `plan`, `diff` and `drift` found differences.
const DIFFERENCES: u8 = 2;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A closed pipe leaves nobody to tell.
            let _closed = error.print();
            return if error.use_stderr() { ExitCode::from(FAILURE) } else { ExitCode::SUCCESS };
        }
    };
    match commands::run(arguments) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Differences) => ExitCode::from(DIFFERENCES),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let mut text = format!("linkmesh: {error:#}\n");
            if let Some(hint) = connect::hint(&error) {
                text.push_str(&format!("  {hint}\n"));
            }
            let _closed = std::io::stderr().write_all(text.as_bytes());
            ExitCode::from(FAILURE)
        }
    }
}

/// `linkmesh get … | head` closes our output early; that is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}
