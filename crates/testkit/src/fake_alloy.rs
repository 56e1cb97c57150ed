//! An Alloy made of memory that talks to a real server over HTTP, in any generation: for speed, old habits and load.
//! Start at [`FakeAlloy::new`] for one, [`run`] for many.

use std::io;
use std::time::{Duration, Instant};

use linkmesh_remotecfg::agent::{Agent, AgentSettings, Life, Outcome, Request};

const CALL_MAX: Duration = Duration::from_secs(30);
/// Most collectors of one fleet.
pub const ALLOYS_MAX: usize = 50_000;
/// Longest life of one fleet.
pub const SPAN_MAX: Duration = Duration::from_secs(24 * 3600);
/// A process that does not poll is looked at now and then.
const IDLE: Duration = Duration::from_millis(50);

/// One host with its connection.
pub struct FakeAlloy {
    /// What it knows and does.
    pub agent: Agent,
    url: String,
    bearer: String,
    client: ureq::Agent,
    start: Instant,
    requests: usize,
    refusals: usize,
}

impl FakeAlloy {
    /// A host that will talk to the server at `url` with a collector's token.
    #[must_use]
    pub fn new(url: &str, token: &str, settings: AgentSettings) -> Self {
        let client = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(CALL_MAX))
            .build()
            .new_agent();
        Self {
            agent: Agent::new(settings),
            url: url.trim_end_matches('/').to_owned(),
            bearer: format!("Bearer {token}"),
            client,
            start: Instant::now(),
            requests: 0,
            refusals: 0,
        }
    }

    /// Starts the process.
    pub fn start(&mut self) {
        self.agent.start();
    }

    /// From now on it presents this token, as where the token lies in a file that was replaced.
    pub fn present(&mut self, token: &str) {
        self.bearer = format!("Bearer {token}");
    }

    /// Sends what is due now, and takes in the answers.
    pub fn step(&mut self) {
        while let Some(request) = self.agent.poll(self.now_ms()) {
            self.requests += 1;
            match self.send(&request) {
                Ok(response) => {
                    self.refusals += usize::from(response.status != 200);
                    let outcome = Outcome::Answered {
                        status: response.status,
                        content_type: response.content_type.as_deref(),
                        gzip: response.gzip,
                        body: &response.body,
                    };
                    self.agent.receive(outcome, self.now_ms());
                }
                Err(cause) => {
                    self.refusals += 1;
                    self.agent.receive(Outcome::Trouble(&cause.to_string()), self.now_ms());
                }
            }
        }
    }

    /// Talks until `seen` holds or `limit` is over; says whether it holds.
    #[must_use]
    pub fn talk(&mut self, limit: Duration, mut seen: impl FnMut(&Self) -> bool) -> bool {
        let deadline = Instant::now() + limit;
        loop {
            self.step();
            if seen(self) {
                return true;
            }
            let now = Instant::now();
            if now >= deadline {
                return false;
            }
            let due = self.wake().saturating_duration_since(now);
            std::thread::sleep(due.min(IDLE).min(deadline.saturating_duration_since(now)));
        }
    }

    /// How many requests it sent.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// How many of them were not answered with 200.
    #[must_use]
    pub fn refusals(&self) -> usize {
        self.refusals
    }

    fn wake(&self) -> Instant {
        let wake = Duration::from_millis(self.agent.next_wake_ms());
        self.start.checked_add(wake).unwrap_or_else(|| Instant::now() + IDLE)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn send(&self, request: &Request) -> io::Result<Received> {
        let query = request.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        let uri = format!("{}{}{query}", self.url, request.method.path());
        let mut out = ureq::http::Request::builder().method(request.verb).uri(uri);
        for (name, value) in &request.headers {
            out = out.header(*name, value);
        }
        let out = out.header("authorization", &self.bearer).body(request.body.clone());
        let mut response = self.client.run(out.map_err(io::Error::other)?).map_err(ureq::Error::into_io)?;
        let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        let content_type = content_type.map(str::to_owned);
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_vec().map_err(ureq::Error::into_io)?;
        // The client inflates what it asked for by itself and leaves the header; no message begins like this.
        let gzip = body.starts_with(&[0x1f, 0x8b]);
        Ok(Received { status, content_type, gzip, body })
    }
}

struct Received {
    status: u16,
    content_type: Option<String>,
    gzip: bool,
    body: Vec<u8>,
}

/// A fleet.
#[derive(Clone, Debug)]
pub struct FleetSettings {
    /// The server's address, `http://…`.
    pub url: String,
    /// Each collector's id and token; at most [`ALLOYS_MAX`].
    pub collectors: Vec<(String, String)>,
    /// Time between two polls of one.
    pub poll: Duration,
    /// How many requests are under way at once.
    pub at_once: usize,
    /// How long it lives, at most [`SPAN_MAX`].
    pub span: Duration,
}

/// What became of a fleet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Collectors that polled until the end.
    pub polling: usize,
    /// Collectors that ended or went deaf.
    pub lost: usize,
    /// Requests sent.
    pub requests: usize,
    /// Requests that were refused or not answered.
    pub refusals: usize,
    /// The longest time that a round of one collector took.
    pub slowest: Duration,
}

/// Starts a fleet at once, lets it live, counts what became of it.
///
/// # Panics
/// When a thread of it does.
#[must_use]
pub fn run(settings: &FleetSettings) -> Tally {
    let count = settings.collectors.len().min(ALLOYS_MAX);
    let share = count.div_ceil(settings.at_once.max(1)).max(1);
    let end = Instant::now() + settings.span.min(SPAN_MAX);
    let members = settings.collectors.get(..count).unwrap_or_default();
    std::thread::scope(|scope| {
        let work = |share| scope.spawn(move || live(settings, share, end));
        let workers: Vec<_> = members.chunks(share).map(work).collect();
        let tallies = workers.into_iter().map(|worker| worker.join().expect("a fleet lives to its end"));
        tallies.fold(Tally::default(), |sum, one| Tally {
            polling: sum.polling + one.polling,
            lost: sum.lost + one.lost,
            requests: sum.requests + one.requests,
            refusals: sum.refusals + one.refusals,
            slowest: sum.slowest.max(one.slowest),
        })
    })
}

/// Lets a share of a fleet live, one request after the other.
fn live(settings: &FleetSettings, share: &[(String, String)], end: Instant) -> Tally {
    let poll_frequency_ms = u64::try_from(settings.poll.as_millis()).unwrap_or(u64::MAX);
    let host = |(id, token): &(String, String)| {
        let mut host = FakeAlloy::new(
            &settings.url,
            token,
            AgentSettings { poll_frequency_ms, ..AgentSettings::new(id) },
        );
        host.start();
        host
    };
    let mut hosts: Vec<FakeAlloy> = share.iter().map(host).collect();
    let mut slowest = Duration::ZERO;
    while Instant::now() < end {
        for host in &mut hosts {
            let (before, start) = (host.requests, Instant::now());
            host.step();
            if host.requests > before {
                slowest = slowest.max(start.elapsed());
            }
        }
        let wake = hosts.iter().map(FakeAlloy::wake).min().unwrap_or(end).min(end);
        std::thread::sleep(wake.saturating_duration_since(Instant::now()).min(IDLE));
    }
    let polling = hosts.iter().filter(|host| *host.agent.life() == Life::Polling).count();
    Tally {
        polling,
        lost: hosts.len() - polling,
        requests: hosts.iter().map(FakeAlloy::requests).sum(),
        refusals: hosts.iter().map(FakeAlloy::refusals).sum(),
        slowest,
    }
}

#[cfg(test)]
mod tests {
    use linkmesh_remotecfg::Method;

    use super::*;
    use crate::collector_service::CollectorService;

    #[test]
    fn a_fleet_registers_twice_each_and_polls() {
        let service = CollectorService::start("// none");
        let collectors = (0..20).map(|n| (format!("c-{n}"), "token".to_owned())).collect();
        let poll = Duration::from_millis(200);
        let span = Duration::from_secs(2);
        let tally = run(&FleetSettings { url: service.url(), collectors, poll, at_once: 4, span });
        assert_eq!((tally.polling, tally.lost, tally.refusals), (20, 0, 0), "{tally:?}");
        assert_eq!(service.count(Method::Register), 40);
        assert!(service.count(Method::GetConfig) > 60, "{tally:?}");
        assert!(
            service.heard().iter().any(|heard| heard
                .headers
                .contains(&("authorization".to_owned(), "Bearer token".to_owned())))
        );
    }
}
