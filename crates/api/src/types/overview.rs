//! The fleet at one look.
//! Start at [`Overview`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::delivery::DeliveryState;
use super::facets::VersionCount;
use super::time::Timestamp;

/// Answer of `GET overview`. Collectors in the archive are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Overview {
    /// When it was put together.
    pub as_of: Timestamp,
    /// How many are how.
    pub collectors: OverviewCounts,
    /// By program and version, most first.
    pub versions: Vec<VersionCount>,
    /// How many run something else than they were given.
    pub drifted: u64,
    /// What failed and still does, newest first, then what failed in the last day and is over; at most 10.
    pub failures: Vec<OverviewFailure>,
    /// The routes that match most; at most 8.
    pub top_routes: Vec<TopRoute>,
    /// What the fleet takes in and gives out.
    pub totals: FleetTotals,
    /// Whether delivery is stopped.
    pub delivery: DeliveryState,
    /// The repository.
    pub repository: RepositoryState,
}

/// How many collectors are how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OverviewCounts {
    /// All.
    pub total: u64,
    /// By connection.
    pub status: BTreeMap<String, u64>,
    /// By committed against running.
    pub sync: BTreeMap<String, u64>,
    /// By the collector's own word.
    pub health: BTreeMap<String, u64>,
    /// By how they are managed.
    pub mode: BTreeMap<String, u64>,
}

/// One collector that does not work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OverviewFailure {
    /// Its id.
    pub collector: String,
    /// What people call it.
    pub name: String,
    /// Since when, if that is known.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// `config_failed`: it refused a configuration. `health_failed`: it says of itself that it failed.
    pub kind: String,
    /// Why.
    pub message: String,
    /// It failed within the last day and works again.
    #[serde(default)]
    pub over: bool,
}

/// A route with what it takes, in events per second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TopRoute {
    /// Its file.
    pub path: String,
    /// What people see.
    pub name: String,
    /// What its filter took.
    pub matched_per_s: Option<f64>,
    /// What its sources offered.
    pub offered_per_s: Option<f64>,
}

/// What the fleet takes in and gives out, in events per second; sums over the collectors that report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FleetTotals {
    /// Taken in by sources.
    pub in_per_s: Option<f64>,
    /// Sent by destinations.
    pub out_per_s: Option<f64>,
    /// Refused or failed at either.
    pub errors_per_s: Option<f64>,
    /// Collectors whose numbers these are.
    pub reporting: u64,
    /// Collectors of which nothing is known now.
    pub not_reporting: u64,
}

/// Where the repository stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RepositoryState {
    /// The revision in force.
    pub revision: String,
    /// Whether it is the newest; otherwise the newest is not valid.
    pub valid: bool,
}
