//! Both halves of the protocol in one thread, with time wound by hand: whatever is lost, repeated, cut or restarted,
//! the agent ends up running what the server wants, and neither side keeps the other busy.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use linkmesh_opamp::agent::{Agent, AgentSettings, Running, Verdict};
use linkmesh_opamp::proto::{AgentToServer, SettingStatus};
use linkmesh_opamp::session::{
    ConfigHash, ConfigOffer, EncodedConfig, Known, OwnMetricsOffer, Reply, ReportedHash, ServerSession,
    SessionSettings, Wants,
};
use linkmesh_opamp::uid::InstanceUid;
use proptest::prelude::*;

const UID: InstanceUid = InstanceUid::new([5; 16]);
const STEP_MS: u64 = 50;

/// A server for one agent, as small as it can be: it wants something, remembers failures, and obeys the session.
struct Server {
    session: ServerSession,
    config: EncodedConfig,
    metrics: OwnMetricsOffer,
    failed: BTreeSet<ConfigHash>,
    messages: u32,
    offers: u32,
}

impl Server {
    fn new(known: Known) -> Self {
        Self {
            session: ServerSession::new(SessionSettings::default(), UID, known),
            config: config(1, "good"),
            metrics: OwnMetricsOffer::new(
                "https://linkmesh.example/v1/metrics",
                &[("Authorization", "Bearer a")],
            )
            .unwrap(),
            failed: BTreeSet::new(),
            messages: 0,
            offers: 0,
        }
    }

    fn hear(&mut self, message: AgentToServer, now_ms: u64) -> Reply {
        self.messages += 1;
        let report = self.session.handle(message, now_ms).unwrap();
        if let Some(status) = report.remote_config
            && let (ReportedHash::Config(hash), SettingStatus::Failed) = (status.hash, status.status)
        {
            self.failed.insert(hash);
        }
        self.say(|session, wants| Some(session.reply(wants))).unwrap()
    }

    fn push(&mut self) -> Option<Reply> {
        self.say(ServerSession::push)
    }

    fn say(&mut self, how: impl Fn(&mut ServerSession, &Wants<'_>) -> Option<Reply>) -> Option<Reply> {
        let failed = self.failed.contains(self.config.hash());
        let offer = ConfigOffer { config: &self.config, failed, retry: false };
        let wants = Wants { config: Some(offer), own_metrics: Some(&self.metrics), ..Wants::default() };
        let reply = how(&mut self.session, &wants)?;
        self.offers += u32::from(reply.sent.config.is_some());
        Some(reply)
    }

    fn connection(&mut self, known: Known) {
        self.session = ServerSession::new(SessionSettings::default(), UID, known);
    }
}

fn config(hash: u8, body: &str) -> EncodedConfig {
    EncodedConfig::yaml([hash; 32], body.as_bytes()).unwrap()
}

fn judge(body: &[u8]) -> Verdict {
    match body {
        b"crash" => Verdict::Crashes,
        b"invalid" => Verdict::Invalid("cannot be parsed"),
        b"slow" => Verdict::HealthyAfterMs(60_000),
        _ => Verdict::Good,
    }
}

fn agent() -> Agent {
    Agent::new(AgentSettings { judge, ..AgentSettings::new(UID, "web-1") })
}

/// Runs both for `ms`; `delivered` tells for each message whether it arrives.
fn run(
    agent: &mut Agent,
    server: &mut Server,
    now_ms: &mut u64,
    ms: u64,
    mut delivered: impl FnMut() -> bool,
) {
    let end_ms = *now_ms + ms;
    while *now_ms < end_ms {
        let mut at_once = 0;
        while let Some(message) = agent.poll(*now_ms) {
            at_once += 1;
            assert!(at_once < 20, "the two keep each other busy");
            if delivered() {
                let reply = server.hear(message, *now_ms);
                if delivered() {
                    agent.receive(&reply.to_message(), *now_ms);
                }
            }
        }
        *now_ms += STEP_MS;
    }
}

fn runs(agent: &Agent, body: &str) -> bool {
    let Running::Config(map) = agent.running() else { return false };
    map.config_map[""].body == body.as_bytes()
}

fn status(agent: &Agent) -> SettingStatus {
    agent.status().status()
}

#[test]
fn a_new_agent_gets_everything_in_one_answer_and_restarts_once() {
    let (mut agent, mut server, mut now) = (agent(), Server::new(Known::default()), 0);
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 4_000, || true);
    assert!(runs(&agent, "good") && agent.own_metrics().is_some() && agent.is_healthy());
    assert_eq!(status(&agent), SettingStatus::Applying, "applied is said only after the whole timeout");
    run(&mut agent, &mut server, &mut now, 2_000, || true);
    assert_eq!((status(&agent), agent.collector_starts(), server.offers), (SettingStatus::Applied, 1, 1));
    let before = server.messages;
    run(&mut agent, &mut server, &mut now, 300_000, || true);
    assert!((9..=11).contains(&(server.messages - before)), "heartbeats only");
    assert_eq!((agent.collector_starts(), server.offers), (1, 1));
}

#[test]
fn a_crashing_configuration_is_offered_once_and_a_good_one_heals_it() {
    let (mut agent, mut server, mut now) = (agent(), Server::new(Known::default()), 0);
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 10_000, || true);
    server.config = config(2, "crash");
    agent.receive(&server.push().unwrap().to_message(), now);
    run(&mut agent, &mut server, &mut now, 30_000, || true);
    assert_eq!((status(&agent), server.offers), (SettingStatus::Failed, 2));
    assert!(agent.collector_starts() > 5 && !agent.is_healthy(), "it crashes on and on");
    server.config = config(1, "good");
    agent.receive(&server.push().unwrap().to_message(), now);
    run(&mut agent, &mut server, &mut now, 10_000, || true);
    assert!(runs(&agent, "good") && agent.is_healthy());
    assert_eq!((status(&agent), server.offers), (SettingStatus::Applied, 3));
}

#[test]
fn an_invalid_or_slow_configuration_is_offered_once() {
    for body in ["invalid", "slow"] {
        let (mut agent, mut server, mut now) = (agent(), Server::new(Known::default()), 0);
        agent.connect(now);
        run(&mut agent, &mut server, &mut now, 10_000, || true);
        server.config = config(2, body);
        agent.receive(&server.push().unwrap().to_message(), now);
        run(&mut agent, &mut server, &mut now, 200_000, || true);
        assert_eq!((status(&agent), server.offers), (SettingStatus::Failed, 2), "{body}");
    }
}

#[test]
fn an_agent_that_rolls_back_is_not_fought() {
    let mut agent = agent_with(|settings| settings.habits.rolls_back = true);
    let (mut server, mut now) = (Server::new(Known::default()), 0);
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 10_000, || true);
    server.config = config(2, "crash");
    agent.receive(&server.push().unwrap().to_message(), now);
    run(&mut agent, &mut server, &mut now, 200_000, || true);
    assert!(runs(&agent, "good") && agent.is_healthy());
    assert_eq!((status(&agent), server.offers), (SettingStatus::Applied, 2));
}

#[test]
fn a_restarted_server_disturbs_nobody() {
    for remembers in [true, false] {
        let (mut agent, mut server, mut now) = (agent(), Server::new(Known::default()), 0);
        agent.connect(now);
        run(&mut agent, &mut server, &mut now, 100_000, || true);
        agent.disconnect();
        server.session.acknowledge_own_metrics(*server.metrics.hash());
        let known = if remembers { *server.session.known() } else { Known::default() };
        server = Server::new(known);
        agent.connect(now);
        run(&mut agent, &mut server, &mut now, 60_000, || true);
        assert_eq!((agent.collector_starts(), server.offers), (1, 0), "remembers: {remembers}");
        assert_eq!(server.session.known().sequence_num, Some(u64::from(server.messages) - 1 + first(&known)));
    }
}

/// The number the agent went on with after the restart of the server.
fn first(known: &Known) -> u64 {
    // Full state, offer's answers and three heartbeats went before; without memory the count starts there as well.
    known.sequence_num.map_or(7, |last| last + 1)
}

#[test]
fn a_restarted_agent_keeps_its_configuration() {
    let (mut agent, mut server, mut now) = (agent(), Server::new(Known::default()), 0);
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 20_000, || true);
    agent.restart(now);
    server.connection(*server.session.known());
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 60_000, || true);
    assert!(runs(&agent, "good") && agent.is_healthy());
    assert_eq!((agent.collector_starts(), server.offers), (2, 1));
}

#[test]
fn an_old_agent_that_says_everything_at_each_connection_is_asked_for_nothing() {
    let mut agent = agent_with(|settings| settings.habits.full_message_on_reconnect = true);
    let (mut server, mut now) = (Server::new(Known::default()), 0);
    for _ in 0..20 {
        agent.connect(now);
        run(&mut agent, &mut server, &mut now, 10_000, || true);
        agent.disconnect();
        server.connection(*server.session.known());
    }
    assert_eq!((agent.collector_starts(), server.offers), (1, 1));
}

#[test]
fn an_old_agent_that_is_silent_about_an_equal_configuration_is_not_pestered() {
    let mut agent = agent_with(|settings| settings.habits.silent_about_equal_config = true);
    let (mut server, mut now) = (Server::new(Known::default()), 0);
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 10_000, || true);
    server.config = config(2, "good");
    agent.receive(&server.push().unwrap().to_message(), now);
    run(&mut agent, &mut server, &mut now, 100_000, || true);
    assert_eq!((server.offers, server.session.config_in_flight()), (2, Some([2; 32])));
    server.session.settle_config([2; 32]);
    run(&mut agent, &mut server, &mut now, 100_000, || true);
    assert_eq!((server.offers, server.session.config_in_flight()), (2, None));
}

#[test]
fn an_agent_that_repeats_its_health_every_second_reports_nothing_new() {
    let mut agent = agent_with(|settings| settings.habits.repeats_health_every_ms = Some(1_000));
    let (mut server, mut now) = (Server::new(Known::default()), 0);
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 10_000, || true);
    let mut heard = 0;
    for _ in 0..600 {
        now += 100;
        while let Some(message) = agent.poll(now) {
            assert!(message.health.is_some());
            assert!(server.session.handle(message, now).unwrap().is_heartbeat());
            heard += 1;
        }
    }
    assert!(heard >= 59, "{heard}");
}

#[test]
fn two_agents_with_one_uid_do_not_keep_the_server_busy() {
    let (mut one, mut two, mut now) = (agent(), agent(), 0);
    let mut server = Server::new(Known::default());
    one.connect(now);
    two.connect(now);
    for _ in 0..600 {
        run(&mut one, &mut server, &mut now, STEP_MS, || true);
        run(&mut two, &mut server, &mut now, STEP_MS, || true);
    }
    assert!(server.messages < 60 && server.offers < 10, "{} {}", server.messages, server.offers);
}

#[test]
fn an_idle_configuration_stops_the_collector_and_is_not_repeated() {
    let (mut agent, mut server, mut now) = (agent(), Server::new(Known::default()), 0);
    agent.connect(now);
    run(&mut agent, &mut server, &mut now, 10_000, || true);
    server.config = EncodedConfig::idle([9; 32]);
    agent.receive(&server.push().unwrap().to_message(), now);
    run(&mut agent, &mut server, &mut now, 100_000, || true);
    assert_eq!((agent.running(), status(&agent), server.offers), (&Running::Idle, SettingStatus::Applied, 2));
}

fn agent_with(change: impl FnOnce(&mut AgentSettings)) -> Agent {
    let mut settings = AgentSettings { judge, ..AgentSettings::new(UID, "web-1") };
    change(&mut settings);
    Agent::new(settings)
}

/// What happens to the pair between two stretches of time.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Nothing,
    Loss,
    Reconnect,
    AgentRestarts,
    ServerForgets,
    ServerRemembersOldTimes,
    NewConfig(u8),
    BadConfig(u8),
}

fn faults() -> impl Strategy<Value = Vec<(Fault, u64)>> {
    let fault = prop_oneof![
        Just(Fault::Nothing),
        Just(Fault::Loss),
        Just(Fault::Reconnect),
        Just(Fault::AgentRestarts),
        Just(Fault::ServerForgets),
        Just(Fault::ServerRemembersOldTimes),
        (3_u8..9).prop_map(Fault::NewConfig),
        (100_u8..104).prop_map(Fault::BadConfig),
    ];
    prop::collection::vec((fault, 100_u64..20_000), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn both_converge_whatever_happens_between_them(faults in faults(), seed in any::<u64>()) {
        let (mut agent, mut server, mut now) = (agent(), Server::new(Known::default()), 0);
        let mut old = Known::default();
        let mut chance = seed | 1;
        agent.connect(now);
        for (fault, ms) in faults {
            let lossy = matches!(fault, Fault::Loss);
            match fault {
                Fault::Nothing | Fault::Loss => {}
                Fault::Reconnect => server.connection(*server.session.known()),
                Fault::AgentRestarts => {
                    agent.restart(now);
                    server.connection(*server.session.known());
                }
                Fault::ServerForgets => server.connection(Known::default()),
                Fault::ServerRemembersOldTimes => {
                    server.connection(old);
                    old = *server.session.known();
                }
                Fault::NewConfig(hash) => server.config = config(hash, &format!("good {hash}")),
                Fault::BadConfig(hash) => server.config = config(hash, "crash"),
            }
            if !matches!(fault, Fault::Nothing | Fault::Loss | Fault::NewConfig(_) | Fault::BadConfig(_)) {
                agent.disconnect();
                agent.connect(now);
            }
            run(&mut agent, &mut server, &mut now, ms, || {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                !lossy || chance >> 63 == 0
            });
        }
        // Quiet times: a last word of the operator, one reconnect as after any loss, and then nothing is lost any more.
        server.config = config(99, "the end");
        agent.disconnect();
        server.connection(*server.session.known());
        agent.connect(now);
        run(&mut agent, &mut server, &mut now, 120_000, || true);
        prop_assert!(runs(&agent, "the end"), "{:?} {:?}", agent.running(), agent.status());
        prop_assert_eq!(status(&agent), SettingStatus::Applied);
        prop_assert!(agent.own_metrics().is_some() && agent.is_healthy());
        let (starts, messages) = (agent.collector_starts(), server.messages);
        run(&mut agent, &mut server, &mut now, 300_000, || true);
        prop_assert_eq!(agent.collector_starts(), starts);
        prop_assert!(server.messages - messages <= 11, "{} messages in five quiet minutes", server.messages - messages);
    }
}
