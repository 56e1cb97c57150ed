//! How much memory an idle agent costs the server, beside a bare socket in a bare accept loop.
//! Start at [`connect`].

use std::time::{Duration, Instant};

use linkmesh_api::types::{CollectorQuery, CreateEnrollmentToken, Status};

use super::child::{Child, Role};
use super::measure::{Memory, memory, quiet_memory};
use super::{Line, SHARD_MAX, agents, flow};
use crate::process::children;
use crate::server::Server;
use crate::wait::until_seen;

/// A fleet is connected within this.
const CONNECT_MAX: Duration = Duration::from_secs(180);
const SOON: Duration = Duration::from_secs(30);
const PAGE: u32 = 200;

/// Agents on the server, and as many bare sockets on the floor.
pub(crate) struct Fleet {
    pub(crate) agents: Vec<Child>,
    /// What some agents were told to push their own metrics with.
    pub(crate) bearers: Vec<String>,
    pub(crate) count: usize,
    pub(crate) accept: Child,
    pub(crate) sockets: Vec<Child>,
    /// The server's process.
    pub(crate) process: u32,
    /// Its memory before anybody connected.
    bare: Memory,
    floor_each: f64,
}

/// Connects `count` agents to the server, each with its full report; all of them are connected in the API afterwards.
pub(crate) fn connect(server: &Server, count: usize, lines: &mut Vec<Line>) -> Fleet {
    let process = process_of(server);
    let bare = quiet_memory(process);
    let shards: Vec<(usize, usize)> =
        (0..count).step_by(SHARD_MAX).map(|first| (first, SHARD_MAX.min(count - first))).collect();
    let start = Instant::now();
    let agents: Vec<Child> = shards.iter().map(|(first, size)| shard(server, *first, *size)).collect();
    let mut bearers = Vec::new();
    for (child, (_, size)) in agents.iter().zip(&shards) {
        bearers.extend((0..agents::BEARERS.min(*size)).map(|_| child.hear("bearer ", CONNECT_MAX)));
        child.hear("connected", CONNECT_MAX);
    }
    let connect_s = start.elapsed().as_secs_f64();
    until_seen("every agent is connected in the API", SOON, || connected(server), |found| *found == count);

    let accept = Child::start(Role::Accept, &[]);
    let address = accept.hear("listening ", SOON);
    let floor_bare = memory(accept.id());
    let length = flow::SIZE.to_string();
    let hold =
        |size: usize| Child::start(Role::Sockets, &[address.clone(), size.to_string(), length.clone()]);
    let sockets: Vec<Child> = shards.iter().map(|(_, size)| hold(*size)).collect();
    for child in &sockets {
        child.hear("connected", CONNECT_MAX);
    }
    let floor_each = (quiet_memory(accept.id()).own - floor_bare.own) / count as f64;
    let fleet = Fleet { agents, bearers, count, accept, sockets, process, bare, floor_each };
    fleet.weigh("an idle agent", lines);
    lines.push(Line::new("a new fleet joins: agents a second", "1/s", count as f64 / connect_s, None));
    fleet
}

impl Fleet {
    /// Notes what the server's memory has grown by since nobody was connected.
    pub(crate) fn weigh(&self, what: &str, lines: &mut Vec<Line>) {
        let (now, count) = (quiet_memory(self.process), self.count as f64);
        let own = (now.own - self.bare.own) / count / 1e3;
        let resident = (now.resident - self.bare.resident) / count / 1e3;
        lines.push(Line::new(format!("memory of {what}: heap"), "KB", own, Some(self.floor_each / 1e3)));
        lines.push(Line::new(format!("memory of {what}: all resident"), "KB", resident, None));
    }
}

fn shard(server: &Server, first: usize, size: usize) -> Child {
    let max_uses = u32::try_from(size).ok();
    let wanted =
        CreateEnrollmentToken { max_uses, expires_in_s: Some(3600), ..CreateEnrollmentToken::default() };
    let token = server.api().create_enrollment_token(&wanted).expect("a token can be made").token;
    Child::start(Role::Agents, &[server.opamp_url(), token, first.to_string(), size.to_string()])
}

/// How many collectors the API shows as connected.
fn connected(server: &Server) -> usize {
    let (api, mut cursor, mut found) = (server.api(), None, 0);
    loop {
        let query = CollectorQuery {
            limit: Some(PAGE),
            cursor,
            status: Some(Status::Connected),
            ..CollectorQuery::default()
        };
        let page = api.collectors(&query).expect("collectors can be listed");
        found += page.items.len();
        cursor = page.next_cursor;
        if cursor.is_none() {
            return found;
        }
    }
}

/// The process behind `server`: the child of this one that listens in its folder.
fn process_of(server: &Server) -> u32 {
    let folder = server.data_dir().display().to_string();
    let runs_there = |process: &u32| {
        let words = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&words).contains(&folder)
    };
    children(std::process::id()).into_iter().find(runs_there).expect("the server runs")
}
