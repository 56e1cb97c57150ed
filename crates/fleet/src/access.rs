//! Who may do what: a decision, never a query.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May do everything.
    Admin,
    /// Runs the fleet: hosts, tokens, delivery, configuration.
    Operator,
    /// Writes configuration.
    PipelineEngineer,
    /// Looks.
    Viewer,
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $word:literal: $($role:ident)*;)*) => {
        /// One thing that somebody may do, `resource:verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// As text.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The roles that have it, apart from the administrator.
            fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role),*],)* }
            }
        }
    };
}

permissions! {
    /// See collectors and what they report.
    CollectorsRead = "collectors:read": Operator PipelineEngineer Viewer;
    /// Create, label and remove collectors.
    CollectorsWrite = "collectors:write": Operator;
    /// See configuration and history, credentials hidden.
    ConfigRead = "config:read": Operator PipelineEngineer Viewer;
    /// Change configuration.
    ConfigWrite = "config:write": Operator PipelineEngineer;
    /// See rendered configurations with credentials in clear.
    SecretsRead = "secrets:read": ;
    /// See enrollment tokens, never their secrets.
    TokensRead = "tokens:read": Operator;
    /// Make and revoke enrollment tokens.
    TokensWrite = "tokens:write": Operator;
    /// Hold, release, retry, restart, freeze.
    DeliveryOperate = "delivery:operate": Operator;
    /// Make and remove accounts.
    AccountsWrite = "accounts:write": ;
    /// Read the audit log.
    AuditRead = "audit:read": Operator;
    /// See how the server is.
    ServerRead = "server:read": Operator PipelineEngineer Viewer;
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether somebody may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed,
    /// No, and why.
    Denied {
        /// A sentence.
        why: String,
    },
}

/// Whether a role has a permission.
#[must_use]
pub fn decide(role: Role, permission: Permission) -> Decision {
    if role == Role::Admin || permission.roles().contains(&role) {
        return Decision::Allowed;
    }
    Decision::Denied { why: format!("your role does not include {permission}; ask an administrator") }
}

/// Everything that a role may do.
#[must_use]
pub fn permissions_of(role: Role) -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|p| decide(role, *p) == Decision::Allowed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_may_everything_and_a_viewer_changes_nothing() {
        assert_eq!(permissions_of(Role::Admin), Permission::ALL);
        for permission in permissions_of(Role::Viewer) {
            assert!(permission.as_str().ends_with(":read"), "{permission}");
        }
        assert!(matches!(decide(Role::Operator, Permission::SecretsRead), Decision::Denied { .. }));
        assert!(matches!(decide(Role::PipelineEngineer, Permission::TokensWrite), Decision::Denied { .. }));
    }
}
