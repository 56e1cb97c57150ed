//! The tables of the record. A name, once released, is never reused for something else.

/// One table: a set of keys that are scanned together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// Enrollment tokens and their claims.
    Tokens,
    /// Collectors seen, by their immutable internal id.
    Collectors,
    /// The ledger of configuration attempts.
    Attempts,
    /// What happened, in order.
    Events,
    /// Who did what, in order and hash-chained.
    Audit,
    /// People who may sign in.
    Users,
    /// Browser and command-line sessions.
    Sessions,
    /// Programs that may call the API.
    ServiceAccounts,
    /// Settings of this installation that are not intent.
    Settings,
    /// The last reported state of a collector: effective configuration, health.
    States,
    /// Throughput history in compact form.
    History,
    /// Sealed copies of the index, for a fast start.
    Snapshots,
    /// Configurations that a collector refused.
    Failures,
}

impl Table {
    /// Every table, in the order of the declaration.
    pub const ALL: [Self; 13] = [
        Self::Tokens,
        Self::Collectors,
        Self::Attempts,
        Self::Events,
        Self::Audit,
        Self::Users,
        Self::Sessions,
        Self::ServiceAccounts,
        Self::Settings,
        Self::States,
        Self::History,
        Self::Snapshots,
        Self::Failures,
    ];

    /// The name on disk.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Collectors => "collectors",
            Self::Attempts => "attempts",
            Self::Events => "events",
            Self::Audit => "audit",
            Self::Users => "users",
            Self::Sessions => "sessions",
            Self::ServiceAccounts => "service_accounts",
            Self::Settings => "settings",
            Self::States => "states",
            Self::History => "history",
            Self::Snapshots => "snapshots",
            Self::Failures => "failures",
        }
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
