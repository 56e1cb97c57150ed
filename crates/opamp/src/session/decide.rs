//! The speaking half of a session: which of the caller's wants may go into the next message.
//! Everything that is due goes together, so that a collector restarts once; what must go alone goes alone.

use std::sync::Arc;

use super::known::ReportedHash;
use super::parts::Parts;
use super::reply::{ConfigOffer, Reply, Sent, Wants, Withheld, error_response};
use super::{FULL_STATE_ATTEMPTS, FULL_STATE_PAUSE_MS, ServerSession};
use crate::proto::{
    AgentCapabilities, AgentIdentification, CommandType, ServerFlags, ServerToAgent, ServerToAgentCommand,
};

/// Room in bytes for what goes beside a configuration when its size is checked.
const BESIDE_CONFIG_BYTES: usize = 8 * 1024;

impl ServerSession {
    /// The answer to the message that [`Self::handle`] took in. There always is one.
    pub fn reply(&mut self, wants: &Wants<'_>) -> Reply {
        self.speak(wants)
    }

    /// A message without being asked, for a want that changed while the agent is connected. `None` if nothing may go
    /// now, and before the agent's first message.
    pub fn push(&mut self, wants: &Wants<'_>) -> Option<Reply> {
        self.heard_at_ms?;
        let capabilities_due = !self.capabilities_sent;
        let reply = self.speak(wants);
        let quiet = Sent { withheld: reply.sent.withheld, ..Sent::default() };
        if reply.sent == quiet && reply.small.error_response.is_none() {
            self.capabilities_sent = !capabilities_due;
            return None;
        }
        Some(reply)
    }

    fn speak(&mut self, wants: &Wants<'_>) -> Reply {
        if let Some(error) = wants.error {
            let small = error_response(self.uid.as_bytes(), error);
            return Reply { small, config: None, sent: not_now(wants) };
        }
        let mut reply = Reply { small: self.greeting(), config: None, sent: not_now(wants) };
        if self.leaving {
            return reply;
        }
        if let Some(uid) =
            wants.new_instance_uid.filter(|uid| self.next_uid != Some(*uid) && self.uid != *uid)
        {
            let new_instance_uid = uid.as_bytes().to_vec();
            reply.small.agent_identification = Some(AgentIdentification { new_instance_uid });
            reply.sent.new_instance_uid = true;
            self.next_uid = Some(uid);
            return reply;
        }
        if wants.restart && self.can(AgentCapabilities::ACCEPTS_RESTART_COMMAND) {
            reply.small.command = Some(ServerToAgentCommand { r#type: CommandType::Restart.into() });
            reply.sent.restart = true;
            return reply;
        }
        self.add_questions(wants, &mut reply);
        self.add_offers(wants, &mut reply);
        reply
    }

    /// The uid, and what this server can do if the agent has not been told.
    fn greeting(&mut self) -> ServerToAgent {
        let mut message =
            ServerToAgent { instance_uid: self.uid.as_bytes().to_vec(), ..ServerToAgent::default() };
        if !self.capabilities_sent {
            message.capabilities = self.settings.capabilities.0;
            self.capabilities_sent = true;
        }
        message
    }

    fn add_questions(&mut self, wants: &Wants<'_>, reply: &mut Reply) {
        let mut flags = ServerFlags::default();
        if self.asks_full_state() {
            flags = flags.with(ServerFlags::REPORT_FULL_STATE);
            reply.sent.full_state = true;
        }
        let reports = self.can(AgentCapabilities::REPORTS_AVAILABLE_COMPONENTS);
        let hash = self.known.available_components;
        if wants.components && reports && hash.is_some() && self.components_asked != hash {
            self.components_asked = hash;
            flags = flags.with(ServerFlags::REPORT_AVAILABLE_COMPONENTS);
            reply.sent.components = true;
        }
        reply.small.flags = flags.0;
    }

    /// Once after a gap; again only if the agent did not answer for a while, and not for ever.
    fn asks_full_state(&mut self) -> bool {
        let now_ms = self.heard_at_ms.unwrap_or_default();
        let rested = self.asked_at_ms.is_none_or(|at| now_ms.saturating_sub(at) >= FULL_STATE_PAUSE_MS);
        if self.owed.is_empty() || !rested || self.asks >= FULL_STATE_ATTEMPTS {
            return false;
        }
        self.asks = self.asks.saturating_add(1);
        self.asked_at_ms = Some(now_ms);
        self.awaiting = true;
        true
    }

    fn add_offers(&mut self, wants: &Wants<'_>, reply: &mut Reply) {
        reply.sent.withheld = None;
        if let Some(offer) = wants.config {
            match self.withheld(&offer) {
                Some(why) => reply.sent.withheld = Some(why),
                None => {
                    let hash = *offer.config.hash();
                    self.in_flight = Some(hash);
                    self.known.offered_config = Some(hash);
                    reply.config = Some(Arc::clone(offer.config.field()));
                    reply.sent.config = Some(hash);
                }
            }
        }
        // A configuration may follow as soon as the status is known; both together cost one restart.
        if reply.sent.withheld == Some(Withheld::StatusUnknown) {
            return;
        }
        if let Some(offer) = wants.own_metrics {
            let hash = *offer.hash();
            let in_force = self.known.settings_acknowledged && self.known.offered_settings == Some(hash);
            let due = !in_force && self.settings_sent != Some(hash);
            if (due || wants.own_metrics_again) && self.can(AgentCapabilities::REPORTS_OWN_METRICS) {
                self.settings_sent = Some(hash);
                self.known.offered_settings = Some(hash);
                self.known.settings_acknowledged = false;
                reply.small.connection_settings = Some(offer.to_proto());
                reply.sent.own_metrics = true;
            }
        }
    }

    fn withheld(&self, offer: &ConfigOffer<'_>) -> Option<Withheld> {
        let hash = *offer.config.hash();
        if !self.can(AgentCapabilities::ACCEPTS_REMOTE_CONFIG) {
            return Some(Withheld::NotAccepted);
        }
        if self.in_flight == Some(hash) {
            return Some(Withheld::InFlight);
        }
        if self.status_unknown() {
            return Some(Withheld::StatusUnknown);
        }
        if offer.retry {
            return self.too_large(offer);
        }
        if self.settled(hash) {
            return Some(Withheld::Settled);
        }
        if offer.failed {
            return Some(Withheld::Failed);
        }
        self.too_large(offer)
    }

    fn too_large(&self, offer: &ConfigOffer<'_>) -> Option<Withheld> {
        let bytes = offer.config.field().len().saturating_add(BESIDE_CONFIG_BYTES);
        (bytes > self.settings.message_bytes).then_some(Withheld::TooLarge)
    }

    /// The agent reported on it: applied, applying or failed. One that reports nothing has what it was offered.
    fn settled(&self, hash: super::ConfigHash) -> bool {
        if self.can(AgentCapabilities::REPORTS_REMOTE_CONFIG) {
            self.known.remote_config.map(|reported| reported.hash) == Some(ReportedHash::Config(hash))
        } else {
            self.known.offered_config == Some(hash)
        }
    }

    /// Nothing is offered on a guess: the status must come first, unless the agent keeps silent about it.
    fn status_unknown(&self) -> bool {
        let patient =
            self.asks < 2 || (self.asks < FULL_STATE_ATTEMPTS && self.known.remote_config.is_none());
        self.can(AgentCapabilities::REPORTS_REMOTE_CONFIG)
            && self.owed.contains(Parts::REMOTE_STATUS)
            && patient
    }

    fn can(&self, capability: AgentCapabilities) -> bool {
        self.known.capabilities.contains(capability)
    }
}

/// Before anything is decided, a wanted configuration stays behind.
fn not_now(wants: &Wants<'_>) -> Sent {
    Sent { withheld: wants.config.map(|_| Withheld::NotNow), ..Sent::default() }
}
