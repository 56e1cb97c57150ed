//! The parts of an agent's state as a set: what its capabilities promise, what a message brings, what is known.

use crate::proto::{AgentCapabilities, AgentToServer};

/// A set of parts of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts(u8);

impl Parts {
    pub(super) const NONE: Self = Self(0);
    pub(super) const DESCRIPTION: Self = Self(1);
    pub(super) const HEALTH: Self = Self(2);
    pub(super) const EFFECTIVE_CONFIG: Self = Self(4);
    pub(super) const REMOTE_STATUS: Self = Self(8);
    pub(super) const COMPONENTS: Self = Self(16);

    /// What an agent with these capabilities reports.
    pub(super) fn expected(capabilities: AgentCapabilities) -> Self {
        Self::DESCRIPTION
            .and(Self::HEALTH, capabilities.contains(AgentCapabilities::REPORTS_HEALTH))
            .and(Self::EFFECTIVE_CONFIG, capabilities.contains(AgentCapabilities::REPORTS_EFFECTIVE_CONFIG))
            .and(Self::REMOTE_STATUS, capabilities.contains(AgentCapabilities::REPORTS_REMOTE_CONFIG))
            .and(Self::COMPONENTS, capabilities.contains(AgentCapabilities::REPORTS_AVAILABLE_COMPONENTS))
    }

    /// What a message brings.
    pub(super) fn of(message: &AgentToServer) -> Self {
        Self::NONE
            .and(Self::DESCRIPTION, message.agent_description.is_some())
            .and(Self::HEALTH, message.health.is_some())
            .and(Self::EFFECTIVE_CONFIG, message.effective_config.is_some())
            .and(Self::REMOTE_STATUS, message.remote_config_status.is_some())
            .and(Self::COMPONENTS, message.available_components.is_some())
    }

    pub(super) const fn and(self, part: Self, present: bool) -> Self {
        if present { Self(self.0 | part.0) } else { self }
    }

    pub(super) const fn without(self, less: Self) -> Self {
        Self(self.0 & !less.0)
    }

    pub(super) const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
