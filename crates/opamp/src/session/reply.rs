//! What the caller wants to say to an agent, what may be said now, and how that gets onto the wire.
//! The bytes of a configuration are never copied per agent: they follow a small prefix.

use std::sync::Arc;

use prost::Message;

use super::offer::{ConfigHash, EncodedConfig, OwnMetricsOffer};
use crate::frame;
use crate::proto::{
    AgentRemoteConfig, RetryInfo, ServerErrorResponse, ServerErrorResponseType, ServerToAgent,
};
use crate::uid::InstanceUid;
use crate::websocket::{Opcode, frame_header};

/// What the caller wants this agent to have. The session decides what of it may go now; pass it every time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wants<'a> {
    /// The configuration released for it.
    pub config: Option<ConfigOffer<'a>>,
    /// Where its own metrics shall go.
    pub own_metrics: Option<&'a OwnMetricsOffer>,
    /// The agent was told, and there is evidence that it goes on with older ones: say it again.
    pub own_metrics_again: bool,
    /// Its collector shall restart. Clear it once [`Sent::restart`] is set.
    pub restart: bool,
    /// The list behind the reported hash of components is not known here.
    pub components: bool,
    /// A new identity, a UUIDv7.
    pub new_instance_uid: Option<InstanceUid>,
    /// The message could not be processed; nothing else is sent with it.
    pub error: Option<ErrorAnswer<'a>>,
}

/// A configuration for one agent.
#[derive(Clone, Copy, Debug)]
pub struct ConfigOffer<'a> {
    /// The configuration.
    pub config: &'a EncodedConfig,
    /// The agent once reported this very configuration as FAILED: it is not offered again by itself.
    pub failed: bool,
    /// A person asked to try again. Clear it once [`Sent::config`] names the hash.
    pub retry: bool,
}

/// An error to report.
#[derive(Clone, Copy, Debug)]
pub struct ErrorAnswer<'a> {
    /// Its kind.
    pub kind: ServerErrorResponseType,
    /// For the person who reads the agent's log.
    pub message: &'a str,
    /// When to try again, in nanoseconds. Supervisors ignore it.
    pub retry_after_ns: Option<u64>,
}

/// A message for the agent, and what it says.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Everything but the configuration.
    pub(super) small: ServerToAgent,
    pub(super) config: Option<Arc<[u8]>>,
    /// What was said.
    pub sent: Sent,
}

/// What a message says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// This configuration is on its way.
    pub config: Option<ConfigHash>,
    /// Why the wanted configuration is not.
    pub withheld: Option<Withheld>,
    /// The own-metrics settings are on their way.
    pub own_metrics: bool,
    /// The restart command is.
    pub restart: bool,
    /// The agent was asked for its full state.
    pub full_state: bool,
    /// The agent was asked for its list of components.
    pub components: bool,
    /// The agent was told to take on a new identity.
    pub new_instance_uid: bool,
}

/// Why a wanted configuration is not sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Withheld {
    /// The agent does not accept remote configuration.
    NotAccepted,
    /// The agent has it, or has reported on it.
    Settled,
    /// It was sent and the answer is open.
    InFlight,
    /// The agent refused it before.
    Failed,
    /// What the agent has is not known yet; it was asked.
    StatusUnknown,
    /// The message would be larger than allowed. Worth a line in the log.
    TooLarge,
    /// Something else had to go alone, or the agent is leaving.
    NotNow,
}

/// A WebSocket frame in two parts; write `head`, then `shared`.
#[derive(Clone, Debug)]
pub struct WebSocketFrame {
    /// Frame header, message header and everything small.
    pub head: Vec<u8>,
    /// The configuration, shared by the fleet.
    pub shared: Option<Arc<[u8]>>,
}

impl Reply {
    /// Length of the protobuf body in bytes.
    #[must_use]
    pub fn body_bytes(&self) -> usize {
        self.small.encoded_len().saturating_add(self.config.as_ref().map_or(0, |field| field.len()))
    }

    /// The body for plain HTTP, which has no header.
    #[must_use]
    pub fn to_body(&self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.body_bytes());
        self.small.encode_raw(&mut body);
        body.extend_from_slice(self.config.as_deref().unwrap_or_default());
        body
    }

    /// The frame for a WebSocket.
    #[must_use]
    pub fn to_websocket_frame(&self) -> WebSocketFrame {
        let header = frame_header(self.body_bytes().saturating_add(1), Opcode::Binary);
        let mut head = Vec::with_capacity(header.as_bytes().len() + 1 + self.small.encoded_len());
        head.extend_from_slice(header.as_bytes());
        head.push(frame::HEADER);
        self.small.encode_raw(&mut head);
        WebSocketFrame { head, shared: self.config.clone() }
    }

    /// The whole message as a value.
    #[must_use]
    pub fn to_message(&self) -> ServerToAgent {
        let mut message = self.small.clone();
        message.remote_config = self.config.as_deref().and_then(remote_config);
        message
    }
}

/// An answer to bytes that are no acceptable message. A uid that is not 16 bytes is not repeated.
#[must_use]
pub fn bad_request(instance_uid: &[u8], reason: &str) -> ServerToAgent {
    error_response(
        instance_uid,
        ErrorAnswer { kind: ServerErrorResponseType::BadRequest, message: reason, retry_after_ns: None },
    )
}

/// An answer where the server cannot process the message now.
#[must_use]
pub fn unavailable(instance_uid: &[u8], reason: &str, retry_after_ns: u64) -> ServerToAgent {
    error_response(
        instance_uid,
        ErrorAnswer {
            kind: ServerErrorResponseType::Unavailable,
            message: reason,
            retry_after_ns: Some(retry_after_ns),
        },
    )
}

pub(super) fn error_response(instance_uid: &[u8], error: ErrorAnswer<'_>) -> ServerToAgent {
    let retry_info =
        error.retry_after_ns.map(|retry_after_nanoseconds| RetryInfo { retry_after_nanoseconds });
    let response = ServerErrorResponse {
        r#type: error.kind.into(),
        error_message: error.message.to_owned(),
        retry_info,
    };
    let instance_uid =
        InstanceUid::try_from(instance_uid).map_or_else(|_| Vec::new(), |uid| uid.as_bytes().to_vec());
    ServerToAgent { instance_uid, error_response: Some(response), ..ServerToAgent::default() }
}

fn remote_config(field: &[u8]) -> Option<AgentRemoteConfig> {
    ServerToAgent::decode(field).ok()?.remote_config
}
