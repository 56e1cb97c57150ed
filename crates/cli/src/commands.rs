//! One verb per file: read the arguments, call the server, write the answer.
//! Start at [`run`].

mod audit;
mod bulk;
mod change;
mod collector;
mod describe;
mod drift;
mod events;
mod get;
mod health;
mod history;
mod lines;
mod login;
mod mirror;
mod removing;
mod render;
mod rows;
mod token;

use std::collections::BTreeMap;
use std::io::Write as _;

use anyhow::Result;
use clap::CommandFactory as _;
use linkmesh_api::client::Client;

use crate::args::{Arguments, Command, Label, MANY};
use crate::connect;
use crate::output::Screen;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done, or there is nothing to tell.
    Done,
    /// There are differences.
    Differences,
}

/// Runs one command to its end.
pub(crate) fn run(arguments: Arguments) -> Result<Outcome> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut screen = Screen::standard(&mut out);
    let outcome = dispatch(&mut screen, arguments)?;
    out.flush()?;
    Ok(outcome)
}

fn dispatch(screen: &mut Screen<'_>, arguments: Arguments) -> Result<Outcome> {
    let Arguments { server, command } = arguments;
    match command {
        Command::Login(arguments) => login::run(screen, &arguments, server.ca_file.as_deref()),
        Command::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "linkmesh", &mut script);
            screen.raw(&String::from_utf8(script)?)?;
            Ok(Outcome::Done)
        }
        command => with_client(screen, &connect::client(&server)?, command),
    }
}

fn with_client(screen: &mut Screen<'_>, client: &Client, command: Command) -> Result<Outcome> {
    match command {
        Command::Login(_) | Command::Completion { .. } => Ok(Outcome::Done),
        Command::Get(arguments) => get::run(screen, client, &arguments),
        Command::Describe(what) => describe::run(screen, client, &what),
        Command::Create(what) => collector::create(screen, client, what),
        Command::Token(verb) => token::run(screen, client, verb),
        Command::Apply(arguments) => change::apply(screen, client, &arguments),
        Command::Plan(arguments) => change::plan(screen, client, &arguments),
        Command::Delete(arguments) if arguments.paths == [MANY] => {
            removing::collectors(screen, client, &arguments)
        }
        Command::Delete(arguments) => change::delete(screen, client, arguments),
        Command::Render(arguments) => render::run(screen, client, &arguments),
        Command::Diff(arguments) => history::diff(screen, client, &arguments),
        Command::Blame(arguments) => lines::blame(screen, client, arguments),
        Command::Seal(arguments) => lines::seal(screen, client, arguments),
        Command::Restore(arguments) => history::restore(screen, client, arguments),
        Command::Drift(arguments) => drift::run(screen, client, &arguments),
        Command::Events(arguments) => events::run(screen, client, &arguments),
        Command::Label(arguments) => collector::label(screen, client, &arguments),
        Command::Hold(arguments) => collector::hold(screen, client, arguments),
        Command::Release(arguments) => collector::release(screen, client, &arguments),
        Command::Retry(arguments) => collector::retry(screen, client, &arguments),
        Command::Restart(arguments) => collector::restart(screen, client, &arguments),
        Command::Archive(arguments) => collector::archive(screen, client, arguments),
        Command::Unarchive(arguments) => collector::unarchive(screen, client, &arguments),
        Command::Deregister(arguments) => collector::deregister(screen, client, &arguments),
        Command::Freeze(arguments) => collector::freeze(screen, client, arguments),
        Command::Unfreeze => collector::unfreeze(screen, client),
        Command::Mirror(verb) => mirror::run(screen, client, verb),
        Command::Audit(arguments) => audit::run(screen, client, &arguments),
        Command::Health(arguments) => health::run(screen, client, arguments),
    }
}

/// Labels as a mapping; the last of equal keys wins.
fn label_map(labels: &[Label]) -> BTreeMap<String, String> {
    labels.iter().map(|label| (label.key.clone(), label.value.clone())).collect()
}
