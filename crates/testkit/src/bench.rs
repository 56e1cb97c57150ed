//! The benchmark: a few numbers of a real server, each beside the least that this machine needs for the same, in one run.
//! It asserts what is right and never how fast. Start at [`run`].

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use crate::folder::Folder;
use crate::server::Server;

mod agents;
mod child;
mod density;
mod fanout;
mod flow;
mod ingest;
mod measure;
mod payload;
mod push;
mod saves;
mod sockets;

pub use agents::hold_agents;
pub use child::Role;
pub use push::serve_bodies;
pub use sockets::{hold_sockets, serve_sockets};

/// Most agents of one run, and of one of its client processes: a process may hold 20,000 files at most on some machines.
pub const COUNT_MAX: usize = 18_000;
pub(crate) const SHARD_MAX: usize = 6_000;

/// What to measure.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The server.
    pub server: PathBuf,
    /// How many agents, at most [`COUNT_MAX`].
    pub count: usize,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    what: String,
    unit: &'static str,
    value: f64,
    floor: Option<f64>,
}

impl Line {
    pub(crate) fn new(what: impl Into<String>, unit: &'static str, value: f64, floor: Option<f64>) -> Self {
        Self { what: what.into(), unit, value, floor }
    }
}

/// Measures everything and gives the table. `tell` hears what is done meanwhile.
///
/// # Panics
/// When something is not as it must be: an agent lost, a byte torn, a save missing.
pub fn run(plan: &Plan, mut tell: impl FnMut(&str)) -> String {
    let start = Instant::now();
    let count = plan.count.clamp(1, COUNT_MAX);
    let program = plan.server.display().to_string();
    let mut lines = Vec::new();
    let folder = Folder::new("bench");
    let server = Server::start(&program, &folder);
    tell(&format!("density: {count} agents connect"));
    let mut fleet = density::connect(&server, count, &mut lines);
    tell("fan-out: a configuration reaches all of them, and a second one");
    fanout::measure(&server, &mut fleet, &folder, &mut lines);
    tell("ingest: their own metrics arrive");
    ingest::measure(&server, &mut fleet, &mut lines);
    drop(fleet);
    drop(server);
    tell("saves: 1, 8 and 64 at once");
    let folder = Folder::new("bench-saves");
    let server = Server::start(&program, &folder);
    saves::measure(&server, &folder, &mut lines);
    let mut table = table(&lines);
    _ = write!(table, "\n{count} agents, {} s in all\n", start.elapsed().as_secs());
    table
}

fn table(lines: &[Line]) -> String {
    let width = lines.iter().map(|line| line.what.len()).max().unwrap_or(0);
    let mut text = format!("{:width$}  {:>10}  {:>10}  {:>7}  unit\n", "what", "value", "floor", "ratio");
    for line in lines {
        let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), shown);
        let ratio = line.floor.filter(|floor| *floor > 0.0).map(|floor| line.value / floor);
        let (value, floor, ratio) = (shown(line.value), number(line.floor), number(ratio));
        _ = writeln!(text, "{:width$}  {value:>10}  {floor:>10}  {ratio:>7}  {}", line.what, line.unit);
    }
    text
}

fn shown(value: f64) -> String {
    let decimals = match value.abs() {
        large if large >= 100.0 => 0,
        small if small < 1.0 => 3,
        _ => 2,
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_value_floor_and_ratio_and_a_dash_where_there_is_none() {
        let lines = [Line::new("a", "ms", 300.0, Some(150.0)), Line::new("longer", "s", 1.5, None)];
        let table = table(&lines);
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[1], ["a", "300", "150", "2.00", "ms"]);
        assert_eq!(rows[2], ["longer", "1.50", "-", "-", "s"]);
    }
}
