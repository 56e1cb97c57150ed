//! Counts over the fleet.

use std::collections::BTreeMap;

use linkmesh_api::types as api;
use linkmesh_control::topology::FleetTotals;
use linkmesh_control::views as known;
use linkmesh_fleet::{Intent, Place};

use super::{runtime_word, time};

/// What some collectors have in common.
pub(in crate::http) fn facets(facets: &known::Facets) -> api::Facets {
    let mut runtime = BTreeMap::new();
    for (mode, count) in &facets.mode {
        *runtime.entry(mode.runtime().to_string()).or_default() += count;
    }
    api::Facets {
        as_of: time(facets.as_of),
        total: facets.total,
        status: words(&facets.status),
        sync: words(&facets.sync),
        health: words(&facets.health),
        mode: words(&facets.mode),
        runtime,
        version: facets.versions.iter().map(version).collect(),
        groups: facets.groups.iter().map(|(id, count)| (id.to_string(), *count)).collect(),
        labels: facets.labels.iter().map(label).collect(),
        more: facets.more_labels,
    }
}

fn words<K: ToString>(counts: &BTreeMap<K, u64>) -> BTreeMap<String, u64> {
    counts.iter().map(|(word, count)| (word.to_string(), *count)).collect()
}

fn version(version: &known::VersionCount) -> api::VersionCount {
    api::VersionCount {
        runtime: runtime_word(version.runtime),
        version: version.version.clone(),
        count: version.count,
        outdated: version.outdated,
    }
}

fn label(label: &known::LabelFacet) -> api::LabelFacet {
    let value = |(value, count): &(String, u64)| api::LabelCount { value: value.clone(), count: *count };
    api::LabelFacet {
        key: label.key.clone(),
        count: label.count,
        values: label.values.iter().map(value).collect(),
        more: label.more,
    }
}

/// The fleet at one look.
pub(in crate::http) fn overview(
    overview: &known::Overview,
    totals: &FleetTotals,
    intent: &Intent,
    (delivery, repository): (api::DeliveryState, api::RepositoryState),
) -> api::Overview {
    let counts = &overview.counts;
    let failure = |failure: &known::Failure| api::OverviewFailure {
        collector: failure.collector.to_string(),
        name: failure.name.clone(),
        at: failure.at.map(time),
        kind: if failure.refused { "config_failed" } else { "health_failed" }.to_owned(),
        message: failure.message.clone(),
        over: failure.over,
    };
    let route = |route: &linkmesh_control::topology::TopRoute| api::TopRoute {
        path: route.path.clone(),
        name: name_of(&route.path, intent),
        matched_per_s: route.matched_per_s,
        offered_per_s: route.offered_per_s,
    };
    api::Overview {
        as_of: time(counts.as_of),
        collectors: api::OverviewCounts {
            total: counts.total,
            status: words(&counts.status),
            sync: words(&counts.sync),
            health: words(&counts.health),
            mode: words(&counts.mode),
        },
        versions: counts.versions.iter().map(version).collect(),
        drifted: overview.drifted,
        failures: overview.failures.iter().map(failure).collect(),
        top_routes: totals.top_routes.iter().map(route).collect(),
        totals: api::FleetTotals {
            in_per_s: totals.in_per_s,
            out_per_s: totals.out_per_s,
            errors_per_s: totals.errors_per_s,
            reporting: totals.reporting,
            not_reporting: totals.not_reporting,
        },
        delivery,
        repository,
    }
}

/// What people see of a route; one that is not in force any more has its file's name.
fn name_of(path: &str, intent: &Intent) -> String {
    let Ok(place) = path.parse::<Place>() else { return path.to_owned() };
    let route = intent.scopes.get(&place.scope).and_then(|scoped| scoped.routes.get(&place.id));
    route.and_then(|route| route.name.clone()).unwrap_or_else(|| place.id.to_string())
}
