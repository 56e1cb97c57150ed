//! `fake-fleet`: a fleet made of memory against a running server, for load by hand. Stops by itself.

use std::time::Duration;

use clap::Parser;
use linkmesh_testkit::fleet::{AGENTS_MAX, FleetSettings, run};

/// Connects agents made of memory to a server and tells what became of them.
#[derive(Parser)]
struct Arguments {
    /// Address of the OpAMP endpoint, for example ws://127.0.0.1:8080/v1/opamp.
    #[arg(long)]
    url: String,
    /// Enrollment token that allows that many uses.
    #[arg(long)]
    token: String,
    /// How many agents.
    #[arg(long, default_value_t = 10)]
    count: usize,
    /// How long they stay, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Pause between two connects, in milliseconds.
    #[arg(long, default_value_t = 1)]
    pause_ms: u64,
}

#[expect(clippy::print_stdout, reason = "the tally is what this program is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    if arguments.count > AGENTS_MAX {
        return Err(format!("--count is at most {AGENTS_MAX}").into());
    }
    let settings = FleetSettings {
        url: arguments.url,
        token: arguments.token,
        count: arguments.count,
        pause: Duration::from_millis(arguments.pause_ms),
        span: Duration::from_secs(arguments.seconds),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let tally = runtime.block_on(run(&settings));
    println!("{tally:#?}");
    Ok(())
}
