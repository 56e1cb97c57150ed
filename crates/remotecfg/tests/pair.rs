//! Both halves in one thread, with time wound by hand: whatever is lost, refused, restarted or forgotten, what the server
//! believes of a collector is what that collector really runs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use linkmesh_remotecfg::agent::{Agent, AgentSettings, Generation, Life, Opinion, Outcome, Request};
use linkmesh_remotecfg::proto::{GetConfigRequest, RemoteConfigStatuses};
use linkmesh_remotecfg::{
    Answer, Code, EncodedConfig, Heard, Incoming, Limits, Memory, Message, Method, State, hash_of, read,
    refuse,
};
#[path = "pair/laws.rs"]
mod laws;
#[path = "pair/recorded.rs"]
mod recorded;

const POLL_MS: u64 = 60_000;
const REFUSED: &str = "3:7: unrecognized attribute name \"x\"";

/// What a text makes of itself is written in it.
fn judge(text: &str) -> Opinion {
    match text {
        text if text.contains("refused") => Opinion::Refused(REFUSED),
        text if text.contains("half") => Opinion::Evaluates("5:1: Failed to build component: no such file"),
        _ => Opinion::Good,
    }
}

/// A server for one collector, as small as it can be.
struct Server {
    config: Arc<EncodedConfig>,
    served: BTreeSet<String>,
    memory: Memory,
    heard: Option<Heard>,
    polls: Vec<GetConfigRequest>,
    registrations: u32,
    good_byes: u32,
    asks_again: bool,
    last_fate: Fate,
    forgot: bool,
}

impl Server {
    fn new(content: &str) -> Self {
        let mut server = Self {
            config: Arc::new(EncodedConfig::new("// none").unwrap()),
            served: BTreeSet::new(),
            memory: Memory::default(),
            heard: None,
            polls: Vec::new(),
            registrations: 0,
            good_byes: 0,
            asks_again: false,
            last_fate: Fate::Answered,
            forgot: false,
        };
        server.serve(content);
        server
    }

    fn serve(&mut self, content: &str) {
        self.config = Arc::new(EncodedConfig::new(content).unwrap());
        self.served.insert(self.config.hash_text().to_owned());
    }

    fn answer(&mut self, request: &Request) -> Answer {
        let headers = |name: &str| request.header(name);
        let (verb, query) = (request.verb, request.query.as_deref());
        let incoming = Incoming { verb, query, headers: &headers, body: &request.body };
        let call = match read(request.method, &incoming, &Limits::default()) {
            Ok(call) => call,
            Err(answer) => panic!("the two do not understand each other: {answer:?}"),
        };
        match call.message {
            Message::GetConfig(poll) => {
                let heard = self.memory.hear(&poll, &|hash| self.served.contains(hash));
                let answer = if heard.ask_again && self.asks_again {
                    call.reply.ask_again()
                } else {
                    call.reply.poll(&poll, &self.config)
                };
                self.heard = Some(heard);
                self.polls.push(poll);
                answer
            }
            Message::Register(_) => {
                self.registrations += 1;
                call.reply.empty()
            }
            Message::Unregister(_) => {
                self.good_byes += 1;
                call.reply.empty()
            }
        }
    }

    fn state(&self) -> Option<State> {
        self.heard.as_ref()?.verdict.as_ref().map(|verdict| verdict.state.clone())
    }
}

/// What the network does with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered,
    /// The request never arrives.
    Lost,
    /// The request arrives; the answer does not.
    Unheard,
    /// Somebody before the server answers.
    Refused,
}

fn exchange(agent: &mut Agent, server: &mut Server, now_ms: u64, fate: Fate) -> bool {
    let Some(request) = agent.poll(now_ms) else { return false };
    if request.method == Method::GetConfig {
        server.last_fate = fate;
    }
    match fate {
        Fate::Answered => agent.receive(Outcome::of(&server.answer(&request)), now_ms),
        Fate::Lost => agent.receive(Outcome::Trouble("dial tcp: connection refused"), now_ms),
        Fate::Unheard => {
            server.answer(&request);
            agent.receive(Outcome::Trouble("unexpected EOF"), now_ms);
        }
        Fate::Refused => {
            agent.receive(Outcome::of(&refuse(Code::Unavailable, "the server is starting")), now_ms);
        }
    }
    true
}

fn settle(agent: &mut Agent, server: &mut Server, now_ms: u64) {
    let mut at_once = 0;
    while exchange(agent, server, now_ms, Fate::Answered) {
        at_once += 1;
        assert!(at_once < 20, "the two keep each other busy");
    }
}

fn agent(generation: Generation) -> Agent {
    let mut agent = Agent::new(AgentSettings { judge, ..AgentSettings::of("edge-7", generation) });
    agent.start();
    agent
}

/// A current agent that runs `content`, at time 0, with what the server heard up to then forgotten.
fn running(content: &str) -> (Agent, Server) {
    let (mut agent, mut server) = (agent(Generation::V1_13), Server::new(content));
    settle(&mut agent, &mut server, 0);
    assert_eq!(agent.running(), Some(content));
    server.polls.clear();
    (agent, server)
}

/// Which parts a poll had: the content of its hash, its status, its effective body.
fn shape(poll: &GetConfigRequest, contents: &[&str]) -> String {
    let name = |hash: &str| {
        let found = contents.iter().find(|content| EncodedConfig::new(content).unwrap().hash_text() == hash);
        found.map_or("-", |content| *content).to_owned()
    };
    let status = poll.remote_config_status.as_ref().map(|status| match status.status() {
        RemoteConfigStatuses::Unset => "UNSET".to_owned(),
        RemoteConfigStatuses::Applied => "APPLIED".to_owned(),
        RemoteConfigStatuses::Applying => "APPLYING".to_owned(),
        RemoteConfigStatuses::Failed => format!("FAILED {}", status.error_message),
    });
    let effective = poll.effective_config.as_ref().map(|config| {
        String::from_utf8(config.config_map.as_ref().unwrap().config_map[""].body.clone()).unwrap()
    });
    format!("{} | {} | {}", name(&poll.hash), status.unwrap_or_default(), effective.unwrap_or_default())
}

fn shapes(server: &mut Server) -> Vec<String> {
    let contents = ["c1", "c2", "refused 1", "refused 2"];
    server.polls.drain(..).map(|poll| shape(&poll, &contents)).collect()
}

#[test]
fn a_boot_registers_twice_and_polls_twice_in_this_order() {
    let (mut agent, mut server) = (agent(Generation::V1_13), Server::new("c1"));
    let mut methods = Vec::new();
    while let Some(request) = agent.poll(0) {
        methods.push(request.method);
        agent.receive(Outcome::of(&server.answer(&request)), 0);
    }
    assert_eq!(methods, [Method::Register, Method::GetConfig, Method::GetConfig, Method::Register]);
    assert_eq!(shapes(&mut server), ["- | UNSET | ", "c1 | APPLIED | c1"]);
    assert_eq!((agent.life(), agent.next_wake_ms()), (&Life::Polling, POLL_MS));
    settle(&mut agent, &mut server, POLL_MS);
    assert_eq!(shapes(&mut server), ["c1 |  | "], "from now on the hash alone");
}

#[test]
fn a_later_configuration_is_told_by_its_body_and_a_bad_one_by_its_failure() {
    let (mut agent, mut server) = running("c1");
    server.serve("c2");
    settle(&mut agent, &mut server, POLL_MS);
    assert_eq!(shapes(&mut server), ["c1 |  | ", "c2 |  | c2"]);
    server.serve("refused 1");
    settle(&mut agent, &mut server, 2 * POLL_MS);
    assert_eq!(shapes(&mut server), ["c2 |  | ".to_owned(), format!("refused 1 | FAILED {REFUSED} | ")]);
    server.serve("refused 2");
    settle(&mut agent, &mut server, 3 * POLL_MS);
    assert_eq!(shapes(&mut server), ["refused 1 |  | "], "the same words are not said again");
    settle(&mut agent, &mut server, 4 * POLL_MS);
    assert_eq!(shapes(&mut server), ["refused 2 |  | "]);
    assert_eq!(server.state(), Some(State::Failed(REFUSED.into())));
    server.serve("c2");
    settle(&mut agent, &mut server, 5 * POLL_MS);
    assert_eq!(shapes(&mut server), ["refused 2 |  | ", "c2 | APPLIED | "]);
    assert_eq!((server.state(), agent.running()), (Some(State::Applied { inferred: false }), Some("c2")));
}

#[test]
fn while_the_server_is_away_each_tick_has_two_requests_and_the_recovery_is_told() {
    let (mut agent, mut server) = running("c1");
    let mut lost = 0;
    while exchange(&mut agent, &mut server, POLL_MS, Fate::Lost) {
        lost += 1;
    }
    assert_eq!(lost, 2);
    settle(&mut agent, &mut server, 2 * POLL_MS);
    let failed = "c1 | FAILED unavailable: dial tcp: connection refused | c1";
    assert_eq!(shapes(&mut server), [failed, "c1 | APPLIED | "]);
    assert_eq!(server.state(), Some(State::Applied { inferred: false }));
}

#[test]
fn a_failed_first_registration_ends_the_process_and_before_1_8_does_not() {
    for generation in Generation::ALL {
        let (mut agent, mut server) = (agent(generation), Server::new("c1"));
        exchange(&mut agent, &mut server, 0, Fate::Refused);
        let ends = generation >= Generation::V1_8;
        assert_eq!(agent.life(), if ends { &Life::Exited } else { &Life::Booting }, "{generation:?}");
        settle(&mut agent, &mut server, 0);
        assert_eq!(agent.running(), (!ends).then_some("c1"));
    }
}

#[test]
fn a_failed_second_registration_ends_polling_while_the_process_lives_on() {
    let (mut agent, mut server) = (agent(Generation::V1_13), Server::new("c1"));
    for _ in 0..3 {
        exchange(&mut agent, &mut server, 0, Fate::Answered);
    }
    exchange(&mut agent, &mut server, 0, Fate::Refused);
    assert_eq!((agent.life(), agent.running()), (&Life::Deaf, Some("c1")));
    assert_eq!((agent.next_wake_ms(), agent.poll(100 * POLL_MS)), (u64::MAX, None));
    agent.stop();
    assert_eq!(agent.poll(100 * POLL_MS), None, "it does not even say good-bye");
    agent.start();
    settle(&mut agent, &mut server, 100 * POLL_MS);
    assert_eq!(agent.life(), &Life::Polling);
}

#[test]
fn a_boot_without_an_answer_to_polls_runs_what_is_on_disk() {
    let (mut agent, mut server) = running("c1");
    agent.start();
    exchange(&mut agent, &mut server, 0, Fate::Answered);
    exchange(&mut agent, &mut server, 0, Fate::Refused);
    exchange(&mut agent, &mut server, 0, Fate::Refused);
    assert_eq!((agent.running(), agent.received_hash()), (Some("c1"), ""));
    settle(&mut agent, &mut server, 0);
    settle(&mut agent, &mut server, POLL_MS);
    let polls = shapes(&mut server);
    assert_eq!(polls, ["- | FAILED unavailable: the server is starting | c1", "c1 | APPLIED | "]);
    assert_eq!(server.state(), Some(State::Applied { inferred: false }));
}

#[test]
fn older_generations_poll_in_their_own_form() {
    for (generation, verb, local) in [
        (Generation::V1_5, "POST", false),
        (Generation::V1_7, "GET", true),
        (Generation::V1_8, "GET", true),
        (Generation::V1_12, "POST", true),
        (Generation::V1_13, "POST", true),
    ] {
        let (mut agent, mut server) = (agent(generation), Server::new("c1"));
        exchange(&mut agent, &mut server, 0, Fate::Answered);
        let request = agent.poll(0).unwrap();
        assert_eq!(request.verb, verb);
        agent.receive(Outcome::of(&server.answer(&request)), 0);
        settle(&mut agent, &mut server, 0);
        let poll = server.polls.remove(0);
        assert_eq!((poll.attributes.is_empty(), poll.local_attributes.is_empty()), (local, !local));
        assert_eq!(poll.claims()["collector.version"], generation.version());
        assert_eq!(poll.remote_config_status.is_some(), generation.reports());
        settle(&mut agent, &mut server, POLL_MS);
        assert_eq!(server.state(), Some(State::Applied { inferred: !generation.reports() }));
        assert_eq!(agent.running(), Some("c1"));
        agent.stop();
        settle(&mut agent, &mut server, POLL_MS);
        assert_eq!(server.good_byes, u32::from(generation == Generation::V1_13));
        assert_eq!((server.registrations, agent.life()), (2, &Life::Stopped));
    }
}

#[test]
fn a_reload_registers_and_polls_at_once_and_its_failure_leaves_the_process_running() {
    let (mut agent, mut server) = running("c1");
    let attributes: BTreeMap<_, _> = [("env".to_owned(), "prod".to_owned())].into();
    agent.reload(attributes.clone());
    exchange(&mut agent, &mut server, 1, Fate::Refused);
    assert!(agent.reload_failed());
    settle(&mut agent, &mut server, POLL_MS);
    assert_eq!(server.polls.pop().unwrap().claims()["env"], "prod", "they are used all the same");
    agent.reload(attributes);
    settle(&mut agent, &mut server, POLL_MS + 1);
    assert!(!agent.reload_failed());
    assert_eq!((server.registrations, agent.life()), (3, &Life::Polling));
}

#[test]
fn nothing_at_all_stops_nothing_and_is_called_applied() {
    let (mut agent, _server) = running("c1");
    assert!(agent.poll(POLL_MS).is_some());
    let empty =
        Outcome::Answered { status: 200, content_type: Some("application/proto"), gzip: false, body: b"" };
    agent.receive(empty, POLL_MS);
    assert_eq!(agent.running(), Some("c1"), "which is why it is never served");
}

#[test]
fn a_content_type_with_a_parameter_is_an_error() {
    let (mut agent, mut server) = running("c1");
    agent.poll(POLL_MS);
    let content_type = Some("application/proto; charset=utf-8");
    agent.receive(Outcome::Answered { status: 200, content_type, gzip: false, body: b"" }, POLL_MS);
    settle(&mut agent, &mut server, POLL_MS);
    assert!(matches!(server.state(), Some(State::TransportTrouble(words)) if words.starts_with("unknown: ")));
}

#[test]
fn a_server_that_forgot_asks_once_and_knows() {
    for (content, expected) in [
        ("c1", State::Applied { inferred: false }),
        (
            "refused 1",
            State::Failed(
                "unavailable: the server lost what this collector last reported; report it again".into(),
            ),
        ),
    ] {
        let (mut agent, mut server) = running("c1");
        server.serve(content);
        settle(&mut agent, &mut server, POLL_MS);
        server.memory = Memory::default();
        server.asks_again = true;
        for tick in 2..5 {
            settle(&mut agent, &mut server, tick * POLL_MS);
        }
        assert_eq!(server.state(), Some(expected));
        assert_eq!(server.memory.effective(), Some(&hash_of(b"c1")));
        let before = server.polls.len();
        settle(&mut agent, &mut server, 5 * POLL_MS);
        assert_eq!(server.polls.len(), before + 1, "calm again");
    }
}

/// Alloy itself does not know better here: after the block was edited there is nothing on disk to restore, and it takes its old
/// configuration for loaded.
#[test]
fn a_half_loaded_configuration_behind_an_edited_block_is_beyond_what_polls_tell() {
    let (mut agent, mut server) = running("c1");
    agent.reload([("env".to_owned(), "prod".to_owned())].into());
    settle(&mut agent, &mut server, 1);
    server.serve("half");
    settle(&mut agent, &mut server, POLL_MS);
    assert_eq!((agent.running(), agent.running_in_part()), (None, Some("half")));
    assert!(matches!(server.state(), Some(State::Failed(_))));
    server.serve("c1");
    settle(&mut agent, &mut server, 2 * POLL_MS);
    assert_eq!(server.state(), Some(State::Applied { inferred: false }));
    assert_eq!(agent.running_in_part(), Some("half"));
    server.serve("c1 // and a comment");
    settle(&mut agent, &mut server, 3 * POLL_MS);
    assert_eq!(agent.running(), Some("c1 // and a comment"), "any other text heals it");
}
