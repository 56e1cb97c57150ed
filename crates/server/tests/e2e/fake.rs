//! The agent made of memory against the real one: the same server, the same offers, and what each says in return.
//! What differs by nature (words of the host, times) is left out. Start at [`Said`].

use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use linkmesh_opamp::agent::{Agent, AgentSettings, Verdict};
use linkmesh_opamp::frame;
use linkmesh_opamp::limits::Limits;
use linkmesh_opamp::proto::{AgentToServer, ServerToAgent, SettingStatus};
use linkmesh_opamp::session::{ConfigOffer, EncodedConfig, Known, ServerSession, SessionSettings, Wants};
use linkmesh_opamp::uid::InstanceUid;
use linkmesh_testkit::fleet::uid;
use linkmesh_testkit::supervisor::{APPLY_TIMEOUT, Supervisor};
use tungstenite::{Message, WebSocket};

use crate::world::{JOIN_MAX, World};

const GOOD: &str = "receivers: {otlp: {protocols: {http: {endpoint: \"127.0.0.1:0\"}}}}\nexporters: {debug: {}}\n\
                    service: {pipelines: {logs: {receivers: [otlp], exporters: [debug]}}}\n";
const BAD: &str = "receivers: {otlp: {protocols: {http: {endpoint: \"127.0.0.1:0\"}}}}\nexporters: {no_such_exporter: {}}\n\
                   service: {pipelines: {logs: {receivers: [otlp], exporters: [no_such_exporter]}}}\n";

/// What an agent said, as far as a server acts on it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    capabilities: u64,
    /// Which parts the first message held.
    first: Vec<&'static str>,
    /// Every status of a configuration, in order, without repetitions.
    statuses: Vec<(Option<u8>, SettingStatus, String)>,
    /// Health, in order, without repetitions.
    health: Vec<bool>,
    messages: usize,
}

impl Said {
    fn note(&mut self, message: &AgentToServer) {
        if self.messages == 0 {
            self.capabilities = message.capabilities;
            self.first = parts(message);
        }
        self.messages += 1;
        if let Some(status) = &message.remote_config_status {
            // Hashes are one byte over and over here.
            let hash = status.last_remote_config_hash.first().copied();
            let seen = (hash, status.status(), status.error_message.clone());
            if self.statuses.last() != Some(&seen) {
                self.statuses.push(seen);
            }
        }
        if let Some(health) = &message.health
            && self.health.last() != Some(&health.healthy)
        {
            self.health.push(health.healthy);
        }
    }

    fn ended(&self, hash: u8, status: SettingStatus) -> bool {
        self.statuses.last().is_some_and(|(known, last, _)| *known == Some(hash) && *last == status)
    }

    /// What both kinds of agent must have in common.
    fn essence(mut self) -> Self {
        self.messages = 0;
        self
    }
}

fn parts(message: &AgentToServer) -> Vec<&'static str> {
    let held = [
        ("description", message.agent_description.is_some()),
        ("health", message.health.is_some()),
        ("effective_config", message.effective_config.is_some()),
        ("remote_config_status", message.remote_config_status.is_some()),
        ("package_statuses", message.package_statuses.is_some()),
        ("custom_capabilities", message.custom_capabilities.is_some()),
        (
            "available_components",
            message.available_components.as_ref().is_some_and(|known| !known.hash.is_empty()),
        ),
        (
            "component_list",
            message.available_components.as_ref().is_some_and(|known| !known.components.is_empty()),
        ),
        ("agent_disconnect", message.agent_disconnect.is_some()),
    ];
    held.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect()
}

/// A server that offers one configuration after the other.
struct Offers {
    session: Option<ServerSession>,
    said: Said,
    configs: [(EncodedConfig, u8, SettingStatus); 2],
}

impl Offers {
    fn new() -> Self {
        let config = |hash: u8, text: &str| EncodedConfig::yaml([hash; 32], text.as_bytes()).unwrap();
        Self {
            session: None,
            said: Said::default(),
            configs: [
                (config(1, GOOD), 1, SettingStatus::Applied),
                (config(2, BAD), 2, SettingStatus::Failed),
            ],
        }
    }

    fn hear(&mut self, message: AgentToServer) -> ServerToAgent {
        self.said.note(&message);
        let uid = InstanceUid::try_from(message.instance_uid.as_slice()).unwrap();
        let session = self
            .session
            .get_or_insert_with(|| ServerSession::new(SessionSettings::default(), uid, Known::default()));
        session.handle(message, 0).unwrap();
        let due = usize::from(self.said.ended(self.configs[0].1, self.configs[0].2));
        let due = due
            .max(usize::from(self.said.statuses.iter().any(|(hash, ..)| *hash == Some(self.configs[1].1))));
        let config = Some(ConfigOffer { config: &self.configs[due].0, failed: false, retry: false });
        session.reply(&Wants { config, ..Wants::default() }).to_message()
    }

    fn is_over(&self) -> bool {
        self.said.ended(self.configs[1].1, self.configs[1].2)
    }
}

/// The agent made of memory, in no time at all.
fn remembered() -> Said {
    let mut settings = AgentSettings::new(uid(1), "fake");
    settings.config_apply_timeout_ms = u64::try_from(APPLY_TIMEOUT.as_millis()).unwrap();
    settings.judge = |body| {
        if String::from_utf8_lossy(body).contains("no_such_exporter") {
            Verdict::Crashes
        } else {
            Verdict::Good
        }
    };
    let mut agent = Agent::new(settings);
    let mut offers = Offers::new();
    agent.connect(0);
    for now_ms in (0..60_000).step_by(10) {
        while let Some(message) = agent.poll(now_ms) {
            agent.receive(&offers.hear(message), now_ms);
        }
        if offers.is_over() {
            break;
        }
    }
    offers.said.essence()
}

/// The real supervisor with the real collector.
fn real(world: &World) -> Said {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let file = world.bootstrap("").replace(world.server.address(), &address);
    let mut host = Supervisor::prepare(&world.folder, "host", &file);
    host.start();
    let mut offers = Offers::new();
    listener.set_nonblocking(true).unwrap();
    let stream: TcpStream = linkmesh_testkit::wait::until("the supervisor dials", JOIN_MAX, || {
        listener.accept().ok().map(|(stream, _)| stream)
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut socket: WebSocket<TcpStream> = tungstenite::accept(stream).unwrap();
    let start = Instant::now();
    while !offers.is_over() {
        assert!(start.elapsed() < Duration::from_secs(60), "{:#?}", offers.said);
        let Message::Binary(bytes) = socket.read().unwrap() else { continue };
        let body = frame::body(&bytes).unwrap();
        let message = linkmesh_opamp::decode::agent_to_server(body, &Limits::default()).unwrap();
        let answer = offers.hear(message);
        socket.send(Message::binary(frame::encode(&answer))).unwrap();
    }
    offers.said.essence()
}

#[test]
fn the_agent_made_of_memory_says_what_the_real_one_says() {
    let world = World::new("fake");
    let (real, remembered) = (real(&world), remembered());
    assert_eq!(real, remembered);
    assert_eq!(real.statuses.len(), 5, "unset, applying, applied, applying, failed: {real:?}");
}
