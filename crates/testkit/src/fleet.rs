//! A fleet made of memory: many agents that behave as real supervisors do, over real WebSockets.
//! Start at [`FakeAgent::connect`] for one, [`run`] for many.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use linkmesh_opamp::agent::{Agent, AgentSettings, Habits};
use linkmesh_opamp::limits::Limits;
use linkmesh_opamp::proto::ServerErrorResponse;
use linkmesh_opamp::uid::InstanceUid;
use linkmesh_opamp::{decode, frame};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Most agents of one fleet.
pub const AGENTS_MAX: usize = 50_000;
/// Longest life of one fleet.
pub const SPAN_MAX: Duration = Duration::from_secs(24 * 3600);
const CONNECT_MAX: Duration = Duration::from_secs(30);

/// One agent with its connection.
pub struct FakeAgent {
    /// What it knows and does.
    pub agent: Agent,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    start: Instant,
    received: usize,
}

/// How the last wait of an agent ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// What was waited for is so.
    Seen,
    /// Time is up.
    TimeUp,
    /// The server closed the connection, with this code if it gave one.
    Closed(Option<u16>),
}

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoConnection {
    /// The server answered with this status and, perhaps, seconds to wait.
    Refused {
        /// HTTP status.
        status: u16,
        /// `Retry-After` in seconds.
        retry_after_s: Option<u64>,
    },
    /// It could not be reached.
    Unreachable(String),
}

impl FakeAgent {
    /// Connects an agent to `url` (`ws://…`) with an enrollment token.
    ///
    /// # Errors
    /// Why the server did not let it in.
    pub async fn connect(url: &str, token: &str, settings: AgentSettings) -> Result<Self, NoConnection> {
        let unreachable = |cause: &dyn std::fmt::Display| NoConnection::Unreachable(cause.to_string());
        let mut request = url.into_client_request().map_err(|e| unreachable(&e))?;
        let bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|e| unreachable(&e))?;
        request.headers_mut().insert("authorization", bearer);
        let connected =
            tokio::time::timeout(CONNECT_MAX, connect_async(request)).await.map_err(|e| unreachable(&e))?;
        match connected {
            Ok((socket, _)) => {
                let mut agent = Agent::new(settings);
                agent.connect(0);
                Ok(Self { agent, socket, start: Instant::now(), received: 0 })
            }
            Err(Error::Http(response)) => {
                let retry = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
                let status = response.status().as_u16();
                Err(NoConnection::Refused { status, retry_after_s: retry.and_then(|text| text.parse().ok()) })
            }
            Err(cause) => Err(unreachable(&cause)),
        }
    }

    /// Talks until `seen` holds, the connection ends or `limit` is over.
    pub async fn talk(&mut self, limit: Duration, mut seen: impl FnMut(&Self) -> bool) -> End {
        let deadline = Instant::now() + limit;
        loop {
            while let Some(message) = self.agent.poll(self.now_ms()) {
                if self.socket.send(Message::binary(frame::encode(&message))).await.is_err() {
                    self.agent.disconnect();
                    return End::Closed(None);
                }
            }
            if seen(self) {
                return End::Seen;
            }
            if Instant::now() >= deadline {
                return End::TimeUp;
            }
            let wake = self.start + Duration::from_millis(self.agent.next_wake_ms());
            let received = tokio::time::timeout_at(wake.min(deadline).into(), self.socket.next()).await;
            match received {
                Err(_) => {}
                Ok(Some(Ok(Message::Binary(bytes)))) => self.take(&bytes),
                Ok(Some(Ok(Message::Close(reason)))) => {
                    self.agent.disconnect();
                    return End::Closed(reason.map(|reason| reason.code.into()));
                }
                Ok(Some(Ok(_))) => {}
                Ok(Some(Err(_)) | None) => {
                    self.agent.disconnect();
                    return End::Closed(None);
                }
            }
        }
    }

    /// Talks until the server has answered once.
    pub async fn first_answer(&mut self, limit: Duration) -> End {
        self.talk(limit, |agent| agent.received > 0).await
    }

    /// How many messages the server sent.
    #[must_use]
    pub fn received(&self) -> usize {
        self.received
    }

    /// The last error that the server reported.
    #[must_use]
    pub fn last_error(&self) -> Option<&ServerErrorResponse> {
        self.agent.last_error()
    }

    fn take(&mut self, bytes: &[u8]) {
        let message =
            frame::body(bytes).ok().and_then(|body| decode::server_to_agent(body, &Limits::default()).ok());
        let message = message.expect("the server writes messages that can be read");
        self.received += 1;
        self.agent.receive(&message, self.now_ms());
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// A fleet.
#[derive(Clone, Debug)]
pub struct FleetSettings {
    /// Where to connect, `ws://…`.
    pub url: String,
    /// The enrollment token of all.
    pub token: String,
    /// How many, at most [`AGENTS_MAX`].
    pub count: usize,
    /// Pause between two connects.
    pub pause: Duration,
    /// How long it lives, at most [`SPAN_MAX`].
    pub span: Duration,
}

/// What became of a fleet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Agents that were connected until the end.
    pub stayed: usize,
    /// Agents whose connection the server ended.
    pub closed: usize,
    /// Agents that got no connection.
    pub turned_away: usize,
    /// Agents that were told of an error.
    pub refused: usize,
    /// Messages of the server.
    pub received: usize,
}

/// Connects a fleet, lets it live, counts what became of it.
pub async fn run(settings: &FleetSettings) -> Tally {
    let count = settings.count.min(AGENTS_MAX);
    let span = settings.span.min(SPAN_MAX);
    let end = Instant::now() + span;
    let mut agents = tokio::task::JoinSet::new();
    for number in 0..count {
        let (url, token) = (settings.url.clone(), settings.token.clone());
        agents.spawn(async move {
            let Ok(mut agent) = FakeAgent::connect(&url, &token, member(number)).await else {
                return Tally { turned_away: 1, ..Tally::default() };
            };
            let ended = agent.talk(end.saturating_duration_since(Instant::now()), |_| false).await;
            let closed = usize::from(matches!(ended, End::Closed(_)));
            let refused = usize::from(agent.last_error().is_some());
            Tally { stayed: 1 - closed, closed, refused, received: agent.received(), turned_away: 0 }
        });
        tokio::time::sleep(settings.pause).await;
    }
    let mut sum = Tally::default();
    while let Some(Ok(one)) = agents.join_next().await {
        sum.stayed += one.stayed;
        sum.closed += one.closed;
        sum.turned_away += one.turned_away;
        sum.refused += one.refused;
        sum.received += one.received;
    }
    sum
}

/// The settings of the agent `number` of a fleet; some have the habits of other versions.
#[must_use]
pub fn member(number: usize) -> AgentSettings {
    let mut settings = AgentSettings::new(uid(number), &format!("fake-{number:05}"));
    settings.habits = Habits {
        full_message_on_reconnect: number % 10 == 1,
        silent_about_equal_config: number % 10 == 2,
        rolls_back: number % 10 == 3,
        repeats_health_every_ms: number.is_multiple_of(2).then_some(5_000),
    };
    settings
}

/// A uid that belongs to `number` and looks like one of version 7; two programs get different ones.
#[must_use]
pub fn uid(number: usize) -> InstanceUid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&u64::from(std::process::id()).to_be_bytes()[2..]);
    bytes[6] = 0x70;
    bytes[8..].copy_from_slice(&u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes());
    bytes[8] |= 0x80;
    InstanceUid::new(bytes)
}
