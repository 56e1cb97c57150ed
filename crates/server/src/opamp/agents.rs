//! The agents behind one transport: usually one, with a proxy several. One message in, one answer out.
//! Knows nothing of frames. Start at [`Agents::hear`].

use std::sync::Arc;

use linkmesh_control::link::{Hello, Link, Wanted};
use linkmesh_control::roster::Close;
use linkmesh_control::secrets::draw_uid;
use linkmesh_fleet::enrollment::Refusal;
use linkmesh_fleet::{Id, Uid};
use linkmesh_opamp::proto::{AgentToServer, ServerToAgent};
use linkmesh_opamp::session::{
    ConfigOffer, EncodedConfig, OwnMetricsOffer, Reply, ServerSession, Wants, bad_request,
};
use linkmesh_opamp::uid::InstanceUid;

use super::{Opamp, translate};

/// Most agents behind one connection.
const AGENTS_MAX: usize = 256;

/// One agent on this transport.
pub(super) struct Agent {
    pub(super) link: Link,
    pub(super) session: ServerSession,
    /// It was offered another uid.
    renamed: bool,
}

/// All agents on this transport.
pub(super) struct Agents {
    opamp: Arc<Opamp>,
    /// Only its id: every first use makes a new version of a token, and a connection must not keep its own alive.
    token: Id,
    peer: String,
    polling: bool,
    pub(super) all: Vec<Agent>,
}

/// What a message is answered with.
pub(super) enum Answer {
    /// A reply of a session.
    Reply(Reply),
    /// An error without a session.
    Error(ServerToAgent),
    /// The host is refused: the error, after which nothing it says is heard.
    Refused(ServerToAgent),
}

impl Agents {
    pub(super) fn new(opamp: Arc<Opamp>, token: Id, peer: String, polling: bool) -> Self {
        Self { opamp, token, peer, polling, all: Vec::new() }
    }

    /// Takes in one message and says what to answer.
    pub(super) async fn hear(&mut self, message: AgentToServer) -> Answer {
        let now_ms = u64::try_from(self.opamp.plane.clock.now().0).unwrap_or(0);
        let uid = match InstanceUid::try_from(message.instance_uid.as_slice()) {
            Ok(uid) => uid,
            Err(cause) => return Answer::Error(bad_request(&message.instance_uid, &cause.to_string())),
        };
        if uid.as_bytes().iter().all(|byte| *byte == 0) {
            let message = "an instance_uid of zeros names nobody (RFC 9562, nil UUID)";
            return Answer::Error(bad_request(uid.as_bytes(), message));
        }
        let at = match self.all.iter().position(|agent| agent.session.answers_to(uid)) {
            Some(at) => at,
            None => match self.greet(uid, &message).await {
                Ok(at) => at,
                Err(refusal) => {
                    // Without its port, which changes with every try.
                    let host = self.peer.parse::<std::net::SocketAddr>().map(|peer| peer.ip().to_string());
                    self.opamp.plane.note_refusal(&refusal, host.as_deref().unwrap_or(&self.peer));
                    return Answer::Refused(bad_request(&message.instance_uid, &refusal.to_string()));
                }
            },
        };
        let Some(agent) = self.all.get_mut(at) else {
            return Answer::Error(bad_request(&message.instance_uid, "no such agent"));
        };
        let sequence = message.sequence_num;
        match agent.session.handle(message, now_ms) {
            Ok(report) => {
                if let Some(from) = report.renamed_from {
                    rename(&self.opamp, agent, from).await;
                }
                // A poll has no session that would know the new one again, and once on a connection is enough.
                let wants_uid = report.wants_instance_uid && !self.polling && !agent.renamed;
                agent.renamed |= wants_uid;
                let leaves = report.disconnecting;
                agent.link.hear(translate::report(report, sequence, self.opamp.plane.clock.now())).await;
                let new_uid = wants_uid.then(|| InstanceUid::new(draw_uid(self.opamp.plane.clock.now()).0));
                let wanted = agent.link.wanted();
                let reply = speak(agent, &wanted, ServerSession::reply, new_uid);
                if leaves {
                    // It is gone from now on, also where others go on talking behind the same connection.
                    let gone = self.all.swap_remove(at);
                    self.opamp.remember(&gone.link, *gone.session.known());
                }
                Answer::Reply(reply)
            }
            Err(cause) => Answer::Error(bad_request(uid.as_bytes(), &cause.to_string())),
        }
    }

    async fn greet(&mut self, uid: InstanceUid, message: &AgentToServer) -> Result<usize, Refusal> {
        if self.all.len() >= AGENTS_MAX {
            return Err(Refusal::UsedUp);
        }
        let hello = Hello {
            claims: message.agent_description.as_ref().map(translate::claims).unwrap_or_default(),
            capabilities: message.capabilities,
            peer: self.peer.clone(),
            polling: self.polling,
        };
        let link = self.opamp.plane.greet(&self.token, Uid(*uid.as_bytes()), hello).await?;
        // What was remembered may be of the host that was there before; without a record of it, everything is asked for.
        let reported = link.reported();
        let mut known = reported.as_ref().map(|_| self.opamp.known(&link.live.key)).unwrap_or_default();
        if known.remote_config.is_none() {
            known.remote_config = reported.as_ref().map(translate::known_config);
        }
        known.sequence_num = known.sequence_num.or_else(|| link.sequence());
        let session = ServerSession::new(self.opamp.settings, uid, known);
        // Nearly always the only one; growing by default would make room for four.
        self.all.reserve_exact(1);
        self.all.push(Agent { link, session, renamed: false });
        Ok(self.all.len() - 1)
    }

    /// What each agent should be told without having asked.
    pub(super) fn pushes(&mut self) -> Pushes {
        let mut pushes = Pushes::default();
        for agent in &mut self.all {
            let wanted = agent.link.wanted();
            pushes.close = pushes.close.or(wanted.close);
            pushes.probe |= wanted.probe;
            if wanted.close.is_none() {
                let pushed = speak(agent, &wanted, ServerSession::push, None);
                pushes.replies.extend(pushed);
            }
        }
        pushes
    }

    /// The peer answered a ping.
    pub(super) fn answered(&self) {
        self.all.iter().for_each(|agent| agent.link.answered_probe());
    }
}

impl Drop for Agents {
    fn drop(&mut self) {
        for agent in &self.all {
            self.opamp.remember(&agent.link, *agent.session.known());
        }
    }
}

/// What is to be sent, and whether the connection must end.
#[derive(Default)]
pub(super) struct Pushes {
    pub(super) replies: Vec<Reply>,
    pub(super) probe: bool,
    pub(super) close: Option<Close>,
}

/// Lets the session choose from what is wanted, and tells the control plane what went out.
fn speak<T: AsReply>(
    agent: &mut Agent,
    wanted: &Wanted,
    say: impl FnOnce(&mut ServerSession, &Wants<'_>) -> T,
    new_instance_uid: Option<InstanceUid>,
) -> T {
    let encoded = wanted.config.as_ref().and_then(|config| {
        let made = config.wire.get_or_init(|| Arc::new(translate::encode(config)));
        made.downcast_ref::<Option<EncodedConfig>>()?.as_ref()
    });
    let own_metrics = wanted.own_metrics.as_ref().and_then(|offer| {
        OwnMetricsOffer::new(&offer.endpoint, &[("Authorization", &offer.authorization)])
            .map(|offer| offer.again(wanted.own_metrics_again))
            .map_err(|cause| tracing::error!(%cause, "the external URL cannot be offered for own metrics; set external_url"))
            .ok()
    });
    let wants = Wants {
        // The control plane has decided what is due; the session need not decide again.
        config: encoded.map(|config| ConfigOffer { config, failed: false, retry: true }),
        own_metrics: own_metrics.as_ref(),
        own_metrics_again: true,
        restart: wanted.restart,
        new_instance_uid,
        ..Wants::default()
    };
    let said = say(&mut agent.session, &wants);
    if let Some(reply) = said.as_reply() {
        if let (Some(config), Some(_)) = (&wanted.config, reply.sent.config) {
            agent.link.offered(config);
        }
        if let (Some(offer), true) = (&wanted.own_metrics, reply.sent.own_metrics) {
            agent.link.offered_own_metrics(offer);
        }
        if reply.sent.restart {
            agent.link.restarted();
        }
    }
    said
}

trait AsReply {
    fn as_reply(&self) -> Option<&Reply>;
}

impl AsReply for Reply {
    fn as_reply(&self) -> Option<&Reply> {
        Some(self)
    }
}

impl AsReply for Option<Reply> {
    fn as_reply(&self) -> Option<&Reply> {
        self.as_ref()
    }
}

async fn rename(opamp: &Opamp, agent: &Agent, from: InstanceUid) {
    let (from, to) = (Uid(*from.as_bytes()), Uid(*agent.session.uid().as_bytes()));
    let (plane, live) = (Arc::clone(&opamp.plane), Arc::clone(&agent.link.live));
    // It waits for the disk.
    match tokio::task::spawn_blocking(move || plane.rename(&live, from, to)).await {
        Ok(Ok(())) => {}
        Ok(Err(cause)) => tracing::error!(%cause, "a new instance uid could not be stored"),
        Err(cause) => tracing::error!(%cause, "a new instance uid could not be taken over"),
    }
}
