//! `seed`: a fleet of 10 to 100,000 collectors made of memory in a running server, to look at and to try screens with.
//! Stops by itself.

use std::time::Duration;

use clap::Parser;
use linkmesh_testkit::seed::{COUNT_MAX, STAY_MAX, Seed, seed};

/// Fills a server with collectors: labels, versions, states, and numbers of those who stay.
#[derive(Parser)]
struct Arguments {
    /// Base address of the server, for example http://127.0.0.1:8080.
    #[arg(long, env = "LINKMESH_URL")]
    url: String,
    /// Token of a service account with the role admin.
    #[arg(long, env = "LINKMESH_TOKEN", hide_env_values = true)]
    token: String,
    /// How many collectors.
    #[arg(long, default_value_t = 5_000)]
    count: usize,
    /// How many of them stay connected and push numbers.
    #[arg(long, default_value_t = 300)]
    stay: usize,
    /// How long those stay, in seconds.
    #[arg(long, default_value_t = 900)]
    seconds: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Arguments { url, token, count, stay, seconds } = Arguments::parse();
    if count > COUNT_MAX || stay > STAY_MAX {
        return Err(format!("--count is at most {COUNT_MAX}, --stay at most {STAY_MAX}").into());
    }
    let time = Duration::from_secs(seconds);
    let url = url.trim_end_matches('/').to_owned();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(seed(Seed { url, token, count, stay, time }, say))?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "how far it is is what a person waits for")]
fn say(text: &str) {
    println!("{text}");
}
