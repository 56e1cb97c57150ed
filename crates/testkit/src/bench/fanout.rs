//! How long a saved configuration takes to reach every connected agent, beside a loop that writes as many bytes to as many
//! bare sockets. Start at [`measure`].

use std::time::Duration;

use linkmesh_api::types::CollectorQuery;
use sha2::{Digest as _, Sha256};

use super::child::Child;
use super::density::Fleet;
use super::measure::{cpu_us, ms, now_ns, quantile};
use super::{Line, flow};
use crate::folder::Folder;
use crate::server::Server;

const ROUNDS: usize = 3;
const ARRIVE_MAX: Duration = Duration::from_secs(60);
/// What a supervisor waits before it says that a configuration is applied, and a little more.
const SETTLE: Duration = Duration::from_secs(6);

/// Saves a few versions and waits for each. Every agent gets bytes whose SHA-256 is the hash that came with them.
pub(crate) fn measure(server: &Server, fleet: &mut Fleet, folder: &Folder, lines: &mut Vec<Line>) {
    let bytes: String =
        (0..flow::SIZE).map(|at| char::from(b'a' + u8::try_from(at % 23).unwrap_or(0))).collect();
    let file = folder.write("floor.txt", &bytes);
    let wanted: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let (mut last, mut half, mut cpu, mut save) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut floor_last, mut floor_half, mut floor_cpu) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let cpu_before = cpu_us(fleet.accept.id());
        fleet.accept.tell(&format!("send {}", file.display()));
        let began: u64 = fleet.accept.hear("began ", ARRIVE_MAX).parse().unwrap_or(0);
        let mut times = arrivals(&fleet.sockets, &wanted, began);
        floor_cpu.push((cpu_us(fleet.accept.id()) - cpu_before) / fleet.count as f64);
        floor_last.push(quantile(&mut times, 1.0));
        floor_half.push(quantile(&mut times, 0.5));

        let cpu_before = cpu_us(fleet.process);
        let began = now_ns();
        server.api().change(&flow::change(round)).expect("the flow can be saved");
        let saved = now_ns();
        save.push(ms(Duration::from_nanos(saved.saturating_sub(began))));
        let wanted = desired(server);
        let mut times = arrivals(&fleet.agents, &wanted, saved);
        last.push(quantile(&mut times, 1.0));
        half.push(quantile(&mut times, 0.5));
        cpu.push((cpu_us(fleet.process) - cpu_before) / fleet.count as f64);
        std::thread::sleep(SETTLE);
        if round == 0 {
            fleet.weigh("one after a push", lines);
        }
    }
    let mut push = |what: &str, unit, mut values: Vec<f64>, floor: Option<Vec<f64>>| {
        let floor = floor.map(|mut floor| quantile(&mut floor, 0.5));
        lines.push(Line::new(what, unit, quantile(&mut values, 0.5), floor));
    };
    push("fan-out of 20 KB: the save itself", "ms", save, None);
    push("fan-out of 20 KB: half of the agents have it", "ms", half, Some(floor_half));
    push("fan-out of 20 KB: the last agent has it", "ms", last, Some(floor_last));
    push("fan-out of 20 KB: processor time", "us/agent", cpu, Some(floor_cpu));
}

/// Waits until everybody holds `wanted`; milliseconds since `began`, for each.
fn arrivals(holders: &[Child], wanted: &str, began: u64) -> Vec<f64> {
    let mut times = Vec::new();
    for child in holders {
        let list = child.hear(&format!("holds {wanted} "), ARRIVE_MAX);
        times.extend(list.split(',').filter_map(|time| time.parse::<u64>().ok()).map(|at| {
            // An agent may have it before the answer to the save is read.
            ms(Duration::from_nanos(at.saturating_sub(began)))
        }));
    }
    times
}

/// The hash of what the agents should run now.
fn desired(server: &Server) -> String {
    let query = CollectorQuery { limit: Some(1), ..CollectorQuery::default() };
    let page = server.api().collectors(&query).expect("collectors can be listed");
    let first = page.items.into_iter().next().expect("there are collectors");
    let text = server.api().collector_config(&first.id).expect("a collector's configuration can be seen");
    drop(text);
    first.desired.expect("the flow applies to every collector").hash
}
