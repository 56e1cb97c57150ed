//! The capability and flag bits of both sides. Unknown bits are kept, never refused: a newer peer may set them.
//! A set of bits prints as hexadecimal.

macro_rules! bit_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$bit_doc:meta])* $bit:ident = $value:expr;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $name(pub u64);

        impl $name {
            $($(#[$bit_doc])* pub const $bit: Self = Self($value);)*

            /// Whether every bit of `wanted` is set.
            #[must_use]
            pub const fn contains(self, wanted: Self) -> bool {
                self.0 & wanted.0 == wanted.0
            }

            /// The bits of both.
            #[must_use]
            pub const fn with(self, more: Self) -> Self {
                Self(self.0 | more.0)
            }

            /// The bits of `self` that are not in `less`.
            #[must_use]
            pub const fn without(self, less: Self) -> Self {
                Self(self.0 & !less.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({:#x})"), self.0)
            }
        }
    };
}

bit_set! {
    /// What an agent can do (OpAMP, section AgentToServer.capabilities). May change with every message.
    AgentCapabilities {
        /// Reports its status; every agent must.
        REPORTS_STATUS = 0x1;
        /// Accepts a remote configuration.
        ACCEPTS_REMOTE_CONFIG = 0x2;
        /// Reports the configuration it runs.
        REPORTS_EFFECTIVE_CONFIG = 0x4;
        /// Accepts packages.
        ACCEPTS_PACKAGES = 0x8;
        /// Reports the state of packages.
        REPORTS_PACKAGE_STATUSES = 0x10;
        /// Sends its own traces where it is told.
        REPORTS_OWN_TRACES = 0x20;
        /// Sends its own metrics where it is told.
        REPORTS_OWN_METRICS = 0x40;
        /// Sends its own logs where it is told.
        REPORTS_OWN_LOGS = 0x80;
        /// Accepts settings for the OpAMP connection itself.
        ACCEPTS_OPAMP_CONNECTION_SETTINGS = 0x100;
        /// Accepts settings for other connections.
        ACCEPTS_OTHER_CONNECTION_SETTINGS = 0x200;
        /// Accepts the restart command.
        ACCEPTS_RESTART_COMMAND = 0x400;
        /// Reports health.
        REPORTS_HEALTH = 0x800;
        /// Reports what became of a remote configuration.
        REPORTS_REMOTE_CONFIG = 0x1000;
        /// Sends heartbeats.
        REPORTS_HEARTBEAT = 0x2000;
        /// Reports the components it was built with.
        REPORTS_AVAILABLE_COMPONENTS = 0x4000;
        /// Reports what became of connection settings.
        REPORTS_CONNECTION_SETTINGS_STATUS = 0x8000;
    }
}

bit_set! {
    /// What a server can do (OpAMP, section ServerToAgent.capabilities).
    ServerCapabilities {
        /// Accepts status reports; every server must.
        ACCEPTS_STATUS = 0x1;
        /// Offers remote configurations.
        OFFERS_REMOTE_CONFIG = 0x2;
        /// Accepts effective configurations.
        ACCEPTS_EFFECTIVE_CONFIG = 0x4;
        /// Offers packages.
        OFFERS_PACKAGES = 0x8;
        /// Accepts the state of packages.
        ACCEPTS_PACKAGES_STATUS = 0x10;
        /// Offers connection settings.
        OFFERS_CONNECTION_SETTINGS = 0x20;
        /// Accepts requests for connection settings.
        ACCEPTS_CONNECTION_SETTINGS_REQUEST = 0x40;
        /// What this server does: status, remote configuration, effective configuration, connection settings.
        OURS = 0x27;
    }
}

bit_set! {
    /// `AgentToServer.flags`.
    AgentFlags {
        /// The agent asks for an identity.
        REQUEST_INSTANCE_UID = 0x1;
    }
}

bit_set! {
    /// `ServerToAgent.flags`.
    ServerFlags {
        /// The agent shall repeat its whole state.
        REPORT_FULL_STATE = 0x1;
        /// The agent shall send its list of components.
        REPORT_AVAILABLE_COMPONENTS = 0x2;
    }
}
