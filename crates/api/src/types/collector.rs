//! Collectors: what the fleet table and a collector's page show.
//! Start at [`Collector`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// One collector, as listed and as answered alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Collector {
    /// Slug, unique, never changed.
    pub id: String,
    /// What people see.
    pub name: String,
    /// How it is managed.
    pub mode: Mode,
    /// The program that runs, once known.
    #[serde(default)]
    pub runtime: Option<Runtime>,
    /// Its version as reported.
    #[serde(default)]
    pub version: Option<String>,
    /// Upstream only, or with the agent beside it.
    pub tier: Tier,
    /// Its version is older than the one that configurations are tested with.
    #[serde(default)]
    pub outdated: bool,
    /// The connection.
    pub status: Status,
    /// Committed against running.
    pub sync: Sync,
    /// Why `sync` is what it is, in a sentence, where there is something to say.
    #[serde(default)]
    pub sync_reason: Option<String>,
    /// While `sync` is `pending`: what it waits for.
    #[serde(default)]
    pub unsettled_reason: Option<String>,
    /// Why there are no numbers of it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers_reason: Option<String>,
    /// The collector's own word on its health.
    pub health: Health,
    /// Why `health` is what it is, where the collector says.
    #[serde(default)]
    pub health_reason: Option<String>,
    /// Labels set by an operator or an enrollment token.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// What the host says about itself; a claim, selectable under `reported.` only.
    #[serde(default)]
    pub reported: BTreeMap<String, String>,
    /// Groups it belongs to, by whatever way.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Host name as reported.
    #[serde(default)]
    pub host: Option<String>,
    /// The OpAMP instance uid it is bound to.
    #[serde(default)]
    pub uid: Option<String>,
    /// Whether configuration is delivered, or the collector only observed.
    #[serde(default = "yes")]
    pub managed: bool,
    /// Whether an operator holds its delivery.
    #[serde(default)]
    pub held: bool,
    /// Whether it is in the archive: it stayed away, and is back as soon as its host is.
    #[serde(default)]
    pub archived: bool,
    /// Since when it is in the archive.
    #[serde(default)]
    pub archived_at: Option<Timestamp>,
    /// Why it was archived, where a person said so.
    #[serde(default)]
    pub archived_reason: Option<String>,
    /// When it was last heard of.
    #[serde(default)]
    pub last_seen_at: Option<Timestamp>,
    /// Since when the current connection is open.
    #[serde(default)]
    pub connected_at: Option<Timestamp>,
    /// What Git says that it should run; absent when nothing applies to it.
    #[serde(default)]
    pub desired: Option<DesiredRef>,
    /// What it last reported to run.
    #[serde(default)]
    pub effective: Option<EffectiveRef>,
    /// That it runs what it was offered is only concluded: its version reports nothing of it (Alloy before 1.12).
    #[serde(default)]
    pub inferred: bool,
    /// When its collector token was made that a person was shown; absent where it has none.
    #[serde(default)]
    pub token_minted_at: Option<Timestamp>,
    /// Events per second that its sources take in; unknown where it reports no numbers now.
    #[serde(default)]
    pub in_per_s: Option<f64>,
    /// Events per second that its destinations send.
    #[serde(default)]
    pub out_per_s: Option<f64>,
    /// Processor time of its process; 100 is one processor.
    #[serde(default)]
    pub cpu_percent: Option<f64>,
    /// Resident memory of its process.
    #[serde(default)]
    pub memory_bytes: Option<f64>,
}

/// Names what a collector should run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DesiredRef {
    /// The revision it comes from.
    pub revision: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub hash: String,
}

/// Names what a collector runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EffectiveRef {
    /// SHA-256, in hexadecimal, of the configuration that it last applied, where that is known.
    pub hash: Option<String>,
}

/// How a collector is managed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// OpAMP push to a supervisor.
    Opamp,
    /// Polling by Grafana Alloy.
    AlloyRemotecfg,
}

/// The upstream program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Runtime {
    /// OpenTelemetry Collector.
    Otelcol,
    /// Grafana Alloy.
    Alloy,
}

/// Upstream only, or with the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Upstream programs only.
    Standards,
    /// The agent supervises the collector.
    Managed,
}

/// The connection of a collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Known, never seen.
    AwaitingConnection,
    /// Connected now.
    Connected,
    /// Was connected once.
    Disconnected,
}

/// Committed against running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sync {
    /// It runs what is committed.
    InSync,
    /// It was or will be offered what is committed.
    Pending,
    /// It runs something else.
    Drifted,
    /// It refused what is committed.
    Failed,
    /// Delivery is stopped, with a reason.
    Held,
    /// Not known yet.
    Unknown,
}

/// The collector's own word on its health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// All is well.
    Healthy,
    /// Some part is not.
    Degraded,
    /// It does not work.
    Failed,
    /// It does not say.
    Unknown,
}

/// Body of `POST collectors`: a collector before its host exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateCollector {
    /// What people see; the id is its slug, made unique.
    pub name: String,
    /// How it is managed.
    pub mode: Mode,
    /// Labels to set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Groups to belong to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// Body of `POST collectors/{id}/token`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MintToken {
    /// End the token before it now; otherwise it holds until the new one is first used, a day at most.
    #[serde(default)]
    pub now: bool,
}

/// Answer of `POST collectors/{id}/token`. The token is shown once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MintedToken {
    /// The bearer, `lmcol_…`.
    pub token: String,
    /// A ready `config.alloy` with the token in it.
    pub config_alloy: String,
    /// What installs Alloy on the host before that, for a shell: lines by package manager (`apt`, `dnf`).
    #[serde(default)]
    pub install: BTreeMap<String, String>,
}

/// Body of `PATCH collectors/{id}`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PatchCollector {
    /// A new name; the id stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Labels to set; `null` removes one; those not named stay.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Option<String>>,
    /// All groups it shall belong to by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    /// Deliver configuration, or only observe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub managed: Option<bool>,
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_tells_a_label_to_remove_from_one_to_keep() {
        let patch: PatchCollector = serde_json::from_str(r#"{"labels":{"env":"prod","old":null}}"#).unwrap();
        assert_eq!(patch.labels.get("env"), Some(&Some("prod".to_owned())));
        assert_eq!(patch.labels.get("old"), Some(&None));
        assert!(serde_json::from_str::<PatchCollector>(r#"{"label":{}}"#).is_err());
    }
}
