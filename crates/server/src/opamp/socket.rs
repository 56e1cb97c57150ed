//! OpAMP over a WebSocket: a loop that owns no buffer while the peer is silent.
//! Knows nothing of the handshake before it. Start at [`Socket::converse`].

use std::io;
use std::sync::Arc;
use std::time::Duration;

use linkmesh_control::roster::Close;
use linkmesh_fleet::Id;
use linkmesh_opamp::allowance::Allowance;
use linkmesh_opamp::session::{WebSocketFrame, bad_request};
use linkmesh_opamp::websocket::{CloseCode, Decoder, Event, Opcode, close_frame, frame};
use linkmesh_opamp::{decode, frame as opamp_frame};
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

use super::Opamp;
use super::agents::{Agents, Answer};
use crate::accept::{Counted, Peer};
use crate::stream::Stream;

/// How long a peer may say nothing before it is asked whether it lives.
const PING_AFTER: Duration = Duration::from_secs(25);
/// How long a peer may say nothing at all.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// How long the first message may take.
pub(super) const FIRST_MESSAGE_MAX: Duration = Duration::from_secs(30);
/// How long a peer may take to read what it is sent.
const WRITE_MAX: Duration = Duration::from_secs(30);
/// How long a refused host is kept on the line: closing at once would make it dial again at once.
const REFUSED_HOLD: Duration = Duration::from_secs(35);
/// How often agents behind a proxy are looked after; the first one is woken.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const MESSAGES_A_SECOND: u32 = 20;
const MESSAGES_BURST: u32 = 200;
/// Unreadable messages before a peer is refused.
const MALFORMED_MAX: u32 = 10;

pub(super) struct Socket {
    opamp: Arc<Opamp>,
    token: Id,
    peer: Peer,
    stream: Stream,
    decoder: Decoder,
    agents: Agents,
    allowance: Allowance,
    opened_at: Instant,
    /// Since when nobody has said who it is.
    nobody_since: Instant,
    heard_at: Instant,
    pinged: bool,
    malformed: u32,
    /// Counted as an open connection for as long as this lives.
    _counted: Option<Counted>,
}

/// Whether the conversation goes on.
enum Next {
    Listen,
    /// Keep the line open, hear nothing, then close.
    Hold,
    End,
}

impl Socket {
    pub(super) fn new(
        opamp: Arc<Opamp>,
        token: Id,
        peer: Peer,
        stream: Stream,
        counted: Option<Counted>,
    ) -> Self {
        let now = Instant::now();
        Self {
            decoder: Decoder::new(opamp.limits.message_bytes + 1),
            agents: Agents::new(Arc::clone(&opamp), token.clone(), peer.to_string(), false),
            allowance: Allowance::new(MESSAGES_A_SECOND, MESSAGES_BURST, 0),
            opamp,
            token,
            peer,
            stream,
            opened_at: now,
            nobody_since: now,
            heard_at: now,
            pinged: false,
            malformed: 0,
            _counted: counted,
        }
    }

    pub(super) async fn converse(&mut self, mut early: Vec<u8>, place: tokio::sync::OwnedSemaphorePermit) {
        let mut place = Some(place);
        let mut next = Box::pin(self.take_in(&mut early)).await;
        drop(early);
        loop {
            match next {
                Ok(Next::Listen) => {}
                Ok(Next::Hold) => {
                    // Others may connect meanwhile.
                    drop(place);
                    return self.hold().await;
                }
                Ok(Next::End) => return,
                Err(cause) => {
                    tracing::debug!(%cause, peer = %self.peer, "a supervisor's connection ended");
                    return;
                }
            }
            if !self.agents.all.is_empty() {
                // The storm is over for this one: it was heard and answered.
                place.take();
                self.nobody_since = Instant::now();
            }
            next = self.listen().await;
        }
    }

    /// Waits for whatever comes first: bytes, a wake, the clock, the end.
    async fn listen(&mut self) -> io::Result<Next> {
        let closing = self.opamp.closing.clone();
        let first = self.agents.all.first().map(|agent| Arc::clone(&agent.link.live));
        let woken = async {
            match &first {
                Some(live) => {
                    // Registered before the look, so that no wake falls between look and wait.
                    let wake = live.wake.notified();
                    tokio::pin!(wake);
                    wake.as_mut().enable();
                    wake.await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::pin!(woken);
        // Polled once, so that the wake is registered.
        let due = tokio::select! { biased; () = &mut woken => true, () = std::future::ready(()) => false };
        let pushed = self.push().await?;
        if due || !matches!(pushed, Next::Listen) {
            return Ok(pushed);
        }
        let timer = tokio::time::sleep_until(self.deadline());
        let read = tokio::select! {
            biased;
            () = closing.cancelled() => {
                self.close(CloseCode::GoingAway, "the server stops").await;
                return Ok(Next::End);
            }
            read = self.stream.next_bytes() => Some(read?),
            () = &mut woken => None,
            () = timer => None,
        };
        match read {
            Some(bytes) => self.read(bytes).await,
            None => self.keep_alive().await,
        }
    }

    fn deadline(&self) -> Instant {
        let silence = if self.agents.all.is_empty() {
            self.nobody_since + FIRST_MESSAGE_MAX
        } else if self.pinged {
            self.heard_at + SILENCE_MAX
        } else {
            self.heard_at + PING_AFTER
        };
        if self.agents.all.len() > 1 { silence.min(Instant::now() + LOOK_AGAIN) } else { silence }
    }

    async fn keep_alive(&mut self) -> io::Result<Next> {
        let silent = self.heard_at.elapsed();
        // Pings keep a line open, but not for somebody who never says who it is.
        let nobody = self.agents.all.is_empty() && self.nobody_since.elapsed() >= FIRST_MESSAGE_MAX;
        if silent >= SILENCE_MAX || nobody {
            self.close(CloseCode::GoingAway, "nothing was heard for a while").await;
            return Ok(Next::End);
        }
        if silent >= PING_AFTER && !self.pinged {
            self.pinged = true;
            self.write(&frame(Opcode::Ping, &[])).await?;
        }
        Ok(Next::Listen)
    }

    async fn read(&mut self, mut bytes: Vec<u8>) -> io::Result<Next> {
        if bytes.is_empty() {
            return Ok(Next::End);
        }
        self.heard_at = Instant::now();
        self.pinged = false;
        // Boxed: a quiet connection should not carry the room for what it does when it is not.
        Box::pin(self.take_in(&mut bytes)).await
    }

    /// Works off every frame in `bytes`.
    async fn take_in(&mut self, bytes: &mut [u8]) -> io::Result<Next> {
        let mut rest = bytes;
        loop {
            let event = match self.decoder.next(&mut rest) {
                Ok(Some(event)) => event,
                Ok(None) => return Ok(Next::Listen),
                Err(violation) => {
                    tracing::info!(peer = %self.peer, %violation, "a supervisor's connection was closed");
                    self.close(violation.close_code(), &violation.to_string()).await;
                    return Ok(Next::End);
                }
            };
            // Not by the wall clock, which may be set back.
            let now_ms = u64::try_from(self.opened_at.elapsed().as_millis()).unwrap_or(u64::MAX);
            if !self.allowance.take(now_ms) {
                // Not reading is the one thing that slows every client down. Who floods must not outlive its credential.
                let closing = self.opamp.closing.clone();
                tokio::select! {
                    () = closing.cancelled() => return Ok(Next::Listen),
                    () = tokio::time::sleep(Duration::from_secs(1)) => {}
                }
                let pushed = self.push().await?;
                if !matches!(pushed, Next::Listen) {
                    return Ok(pushed);
                }
                if self.agents.all.is_empty() && self.nobody_since.elapsed() >= FIRST_MESSAGE_MAX {
                    return self.keep_alive().await;
                }
            }
            match event {
                Event::Binary(message) => {
                    let message = message.into_owned();
                    match self.hear(&message).await? {
                        Next::Listen => {}
                        other => return Ok(other),
                    }
                }
                Event::Ping(payload) => {
                    let pong = frame(Opcode::Pong, &payload);
                    self.write(&pong).await?;
                }
                Event::Pong => self.agents.answered(),
                Event::Close { .. } => {
                    self.close(CloseCode::Normal, "").await;
                    return Ok(Next::End);
                }
            }
        }
    }

    async fn hear(&mut self, message: &[u8]) -> io::Result<Next> {
        let decoded = opamp_frame::body(message).map_err(|cause| cause.to_string()).and_then(|body| {
            decode::agent_to_server(body, &self.opamp.limits).map_err(|cause| cause.to_string())
        });
        let message = match decoded {
            Ok(message) => message,
            Err(cause) => {
                self.malformed += 1;
                let error = opamp_frame::encode(&bad_request(&[], &cause));
                self.write(&frame(Opcode::Binary, &error)).await?;
                return Ok(if self.malformed >= MALFORMED_MAX { Next::Hold } else { Next::Listen });
            }
        };
        match self.agents.hear(message).await {
            Answer::Reply(reply) => {
                self.send(reply.to_websocket_frame()).await?;
                Ok(Next::Listen)
            }
            Answer::Error(error) => {
                self.malformed += 1;
                self.write(&frame(Opcode::Binary, &opamp_frame::encode(&error))).await?;
                Ok(if self.malformed >= MALFORMED_MAX { Next::Hold } else { Next::Listen })
            }
            Answer::Refused(error) => {
                tracing::info!(peer = %self.peer, token = %self.token, "a host was refused: {}", reason(&error));
                self.write(&frame(Opcode::Binary, &opamp_frame::encode(&error))).await?;
                Ok(if self.agents.all.is_empty() { Next::Hold } else { Next::Listen })
            }
        }
    }

    /// Sends what became due without being asked.
    async fn push(&mut self) -> io::Result<Next> {
        let pushes = self.agents.pushes();
        if let Some(why) = pushes.close {
            let (code, reason) = match why {
                Close::Revoked => (CloseCode::PolicyViolation, "the token was revoked"),
                Close::Removed => (CloseCode::PolicyViolation, "the collector was removed"),
                Close::Replaced => (CloseCode::GoingAway, "the same collector connected anew"),
            };
            self.close(code, reason).await;
            return Ok(Next::End);
        }
        if pushes.probe && !self.pinged {
            self.pinged = true;
            self.write(&frame(Opcode::Ping, &[])).await?;
        }
        for reply in pushes.replies {
            self.send(reply.to_websocket_frame()).await?;
        }
        Ok(Next::Listen)
    }

    /// A refused host stays on the line, unheard, and is then turned away at the door.
    async fn hold(&mut self) {
        self.opamp.turn_away(&self.token, self.peer.ip);
        // Nothing is heard any more, so nobody is connected here.
        self.agents.all.clear();
        let Ok(_held) = Arc::clone(&self.opamp.holds).try_acquire_owned() else {
            return self.close(CloseCode::PolicyViolation, "refused").await;
        };
        let closing = self.opamp.closing.clone();
        tokio::select! {
            () = closing.cancelled() => {}
            () = tokio::time::sleep(REFUSED_HOLD) => {}
        }
        self.close(CloseCode::PolicyViolation, "refused").await;
    }

    async fn send(&mut self, frame: WebSocketFrame) -> io::Result<()> {
        self.write_both(&frame.head, frame.shared.as_deref().unwrap_or_default()).await
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_both(bytes, &[]).await
    }

    /// One deadline for the whole, however slowly the peer reads.
    async fn write_both(&mut self, head: &[u8], shared: &[u8]) -> io::Result<()> {
        let written = async {
            self.stream.write_all(head).await?;
            self.stream.write_all(shared).await?;
            self.stream.flush().await
        };
        match tokio::time::timeout(WRITE_MAX, written).await {
            Ok(written) => written,
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "the peer does not read")),
        }
    }

    async fn close(&mut self, code: CloseCode, reason: &str) {
        // The peer may be gone already, and then there is nobody to tell.
        drop(self.write(&close_frame(code, reason)).await);
        drop(self.stream.shutdown().await);
    }
}

fn reason(error: &linkmesh_opamp::proto::ServerToAgent) -> &str {
    error.error_response.as_ref().map_or("", |error| error.error_message.as_str())
}
