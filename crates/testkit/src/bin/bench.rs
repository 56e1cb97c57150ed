//! `bench`: measures a release build of the server beside what the machine can do at best, and prints a table.

use std::path::PathBuf;

use clap::Parser;
use linkmesh_testkit::bench::{
    COUNT_MAX, Plan, Role, hold_agents, hold_sockets, run, serve_bodies, serve_sockets,
};

/// Measures density, fan-out, saves and ingest of a server, each beside its floor.
#[derive(Parser)]
struct Arguments {
    /// The server to measure [default: the one beside this program].
    #[arg(long)]
    server: Option<PathBuf>,
    /// How many agents.
    #[arg(long, default_value_t = 2_000)]
    count: usize,
    /// What this process is for the one that measures.
    #[arg(long, hide = true)]
    role: Option<String>,
    /// What that role needs to know.
    #[arg(long, hide = true, requires = "role", allow_hyphen_values = true)]
    with: Vec<String>,
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what this program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    if let Some(word) = &arguments.role {
        match Role::of(word).ok_or_else(|| format!("--role {word} is none"))? {
            Role::Agents => hold_agents(&arguments.with),
            Role::Sockets => hold_sockets(&arguments.with),
            Role::Accept => serve_sockets(),
            Role::Bodies => serve_bodies(),
        }
        return Ok(());
    }
    if arguments.count == 0 || arguments.count > COUNT_MAX {
        return Err(format!("--count is 1 to {COUNT_MAX}").into());
    }
    let server = match arguments.server {
        Some(server) => server,
        None => std::env::current_exe()?.with_file_name("linkmesh-server"),
    };
    if !server.is_file() {
        let hint = "build it with `cargo build --release --package linkmesh-server`";
        return Err(format!("there is no {}; {hint}", server.display()).into());
    }
    let plan = Plan { server, count: arguments.count };
    print!("{}", run(&plan, |step| eprintln!("{step}")));
    Ok(())
}
