//! Who may do what: four roles, a fixed list of permissions, one table. The only place that decides it.
//! Knows nothing of sessions and tokens. Start at [`decide`].

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Admin,
    /// Runs the fleet: collectors, tokens, delivery. Does not change what they run.
    Operator,
    /// Decides what collectors run. Does not decide who joins.
    PipelineEngineer,
    /// Looks.
    Viewer,
}

impl Role {
    /// Every role, the most powerful first.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Operator, Self::PipelineEngineer, Self::Viewer];

    /// The word that stands for it in the API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::PipelineEngineer => "pipeline_engineer",
            Self::Viewer => "viewer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// No such role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of admin, operator, pipeline_engineer and viewer")]
pub struct BadRole;

impl FromStr for Role {
    type Err = BadRole;

    fn from_str(text: &str) -> Result<Self, BadRole> {
        Self::ALL.into_iter().find(|role| role.word() == text).ok_or(BadRole)
    }
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $variant:ident, $word:literal, [$($role:ident)*];)+) => {
        /// One thing that may be done, `resource:verb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Permission {
            /// Every permission.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// `resource:verb`, as the API says it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Roles that have it beside the administrators.
            fn roles(self) -> &'static [Role] {
                match self { $(Self::$variant => &[$(Role::$role),*]),+ }
            }
        }
    };
}

permissions! {
    /// Look at collectors, their state, events and counters.
    CollectorsRead, "collectors:read", [Operator PipelineEngineer Viewer];
    /// Create, change, archive and remove collectors.
    CollectorsWrite, "collectors:write", [Operator];
    /// Hold, release, retry and restart collectors.
    CollectorsOperate, "collectors:operate", [Operator];
    /// Look at entities, revisions, differences and renderings, without secrets.
    ConfigRead, "config:read", [Operator PipelineEngineer Viewer];
    /// Save and delete entities, restore revisions.
    ConfigWrite, "config:write", [PipelineEngineer];
    /// See credentials in clear.
    SecretsRead, "secrets:read", [];
    /// Let a group's selector over claims hand out sealed credentials.
    SecretsTrust, "secrets:trust", [];
    /// Look at enrollment and collector tokens, without the secret.
    TokensRead, "tokens:read", [Operator];
    /// Make enrollment and collector tokens.
    TokensCreate, "tokens:create", [Operator];
    /// Revoke enrollment and collector tokens.
    TokensRevoke, "tokens:revoke", [Operator];
    /// Freeze and unfreeze all delivery.
    DeliveryOperate, "delivery:operate", [Operator];
    /// Stage files on the mirror.
    MirrorWrite, "mirror:write", [Operator];
    /// Look at the server's own health and numbers.
    ServerRead, "server:read", [Operator PipelineEngineer Viewer];
    /// Recover collectors whose record was lost; change settings of the server.
    ServerManage, "server:manage", [];
    /// Take a backup, which holds every key and credential.
    ServerBackup, "server:backup", [];
    /// Users, their roles, and service accounts.
    UsersManage, "users:manage", [];
    /// Read the audit log.
    AuditRead, "audit:read", [];
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// No such permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such permission; they read like collectors:read")]
pub struct BadPermission;

impl FromStr for Permission {
    type Err = BadPermission;

    fn from_str(text: &str) -> Result<Self, BadPermission> {
        Self::ALL.iter().find(|permission| permission.word() == text).copied().ok_or(BadPermission)
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The answer to "may I".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed,
    /// No.
    Denied {
        /// The reason, for the person who asked.
        why: String,
    },
}

/// Whether a role may do this.
#[must_use]
pub fn decide(role: Role, permission: Permission) -> Decision {
    if role == Role::Admin || permission.roles().contains(&role) {
        return Decision::Allowed;
    }
    let may: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|other| *other == Role::Admin || permission.roles().contains(other))
        .map(Role::word)
        .collect();
    Decision::Denied {
        why: format!("this needs {permission}, which {role} lacks; {} may", may.join(" and ")),
    }
}

/// Everything that a role may do.
#[must_use]
pub fn permissions_of(role: Role) -> Vec<Permission> {
    Permission::ALL
        .iter()
        .copied()
        .filter(|permission| decide(role, *permission) == Decision::Allowed)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_table_is_as_people_expect_it() {
        let words =
            |role| permissions_of(role).into_iter().map(Permission::word).collect::<Vec<_>>().join(" ");
        assert_eq!(permissions_of(Role::Admin), Permission::ALL);
        assert_eq!(words(Role::Viewer), "collectors:read config:read server:read");
        assert_eq!(words(Role::PipelineEngineer), "collectors:read config:read config:write server:read");
        assert_eq!(
            words(Role::Operator),
            "collectors:read collectors:write collectors:operate config:read tokens:read tokens:create tokens:revoke \
             delivery:operate mirror:write server:read"
        );
    }

    #[test]
    fn nobody_but_an_administrator_sees_secrets_or_makes_accounts() {
        for role in [Role::Operator, Role::PipelineEngineer, Role::Viewer] {
            for permission in [
                Permission::SecretsRead,
                Permission::SecretsTrust,
                Permission::UsersManage,
                Permission::ServerManage,
                Permission::AuditRead,
            ] {
                assert!(matches!(decide(role, permission), Decision::Denied { .. }), "{role} {permission}");
            }
        }
    }

    #[test]
    fn a_refusal_says_what_is_missing_and_who_has_it() {
        let Decision::Denied { why } = decide(Role::Viewer, Permission::ConfigWrite) else {
            panic!("allowed")
        };
        assert_eq!(why, "this needs config:write, which viewer lacks; admin and pipeline_engineer may");
    }

    #[test]
    fn words_are_unique_and_read_back() {
        for permission in Permission::ALL {
            assert_eq!(permission.word().parse::<Permission>().unwrap(), *permission);
            assert_eq!(permission.word().split(':').count(), 2);
        }
        for role in Role::ALL {
            assert_eq!(role.word().parse::<Role>().unwrap(), role);
            assert_eq!(serde_json::to_string(&role).unwrap(), format!("\"{role}\""));
        }
        assert!("root".parse::<Role>().is_err());
        assert!("config".parse::<Permission>().is_err());
    }
}
