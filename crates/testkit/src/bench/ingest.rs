//! How fast collectors' own metrics are taken in, beside a server that only reads the bodies.
//! Start at [`measure`].

use std::time::Duration;

use super::Line;
use super::child::{Child, Role};
use super::density::Fleet;
use super::measure::{cpu_us, now_ns};
use super::payload::{SERIES, push};
use super::push::Target;
use crate::server::Server;

/// Pushes of one round; two rounds each, in the order floor, server, server, floor.
const PUSHES: u64 = 4_000;
const CONNECTIONS: usize = 8;
const STEP_NS: u64 = 10_000_000_000;
const SOON: Duration = Duration::from_secs(10);

/// Pushes on behalf of a few agents. Each push is taken in whole.
pub(crate) fn measure(server: &Server, fleet: &mut Fleet, lines: &mut Vec<Line>) {
    let floor = Child::start(Role::Bodies, &[]);
    let address = floor.hear("listening ", SOON);
    let bearers = fleet.bearers.get(..CONNECTIONS.min(fleet.bearers.len())).unwrap_or_default();
    let begin = now_ns() - 2 * PUSHES / CONNECTIONS as u64 * STEP_NS;
    let share = PUSHES / bearers.len() as u64;
    let round = |number: u64| -> Vec<Vec<u8>> {
        let step = |at: u64| number * share + at % share;
        (0..share * bearers.len() as u64)
            .map(|at| push(step(at), begin, begin + step(at) * STEP_NS))
            .collect()
    };
    let rounds = [round(0), round(1)];
    let bytes = rounds[0].first().map_or(0, Vec::len);
    let (mut span, mut cpu, mut floor_span, mut floor_cpu) = (0.0, 0.0, 0.0, 0.0);
    for (is_floor, bodies) in
        [(true, &rounds[0]), (false, &rounds[0]), (false, &rounds[1]), (true, &rounds[1])]
    {
        let process = if is_floor { floor.id() } else { fleet.process };
        let address = if is_floor { &address } else { server.address() };
        let before = cpu_us(process);
        let took = Target { address, bearers }.post_all(bodies).as_secs_f64();
        let spent = cpu_us(process) - before;
        let (all_span, all_cpu) =
            if is_floor { (&mut floor_span, &mut floor_cpu) } else { (&mut span, &mut cpu) };
        *all_span += took;
        *all_cpu += spent;
    }
    let count = 2.0 * rounds[0].len() as f64;
    let name = |part: &str| format!("ingest of {SERIES} series in {bytes} bytes: {part}");
    lines.push(Line::new(name("requests a second"), "1/s", count / span, Some(count / floor_span)));
    lines.push(Line::new(name("processor time"), "us/request", cpu / count, Some(floor_cpu / count)));
}
